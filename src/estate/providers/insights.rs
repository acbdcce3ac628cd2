//! `Microsoft.Insights`: the activity log and its categories (2015-04-01), metrics and the state of
//! alert rules. Tracked resources of the namespace are answered like any other resource.

mod activity;
mod collection;
mod diagnostics;
pub(super) mod metrics;
mod record;
mod rule_status;

use serde_json::{Value, json};

pub(in crate::estate) use activity::told as activity;

pub(in crate::estate) use collection::association_rows;

use crate::estate::{
    access::Scope,
    http::{
        answer::Answer,
        call::{Call, Method},
        error::ArmError,
    },
};

/// Every category an event can have.
const CATEGORIES: &[&str] = &[
    "Administrative",
    "Security",
    "ServiceHealth",
    "Alert",
    "Recommendation",
    "Policy",
    "Autoscale",
    "ResourceHealth",
];

pub(super) fn answer(call: &Call<'_>) -> Option<Result<Answer, ArmError>> {
    let rest = call.path.lower_rest();
    let words: Vec<&str> = rest.iter().map(String::as_str).collect();
    Some(match words.as_slice() {
        ["eventtypes", "management", "values"] => activity::list(call),
        ["eventcategories"] => categories(call),
        ["diagnosticsettings"] => diagnostics::list(call),
        ["diagnosticsettings", name] => diagnostics::get(call, name),
        ["datacollectionruleassociations"] => collection::of_machine(call),
        ["datacollectionruleassociations", name] => collection::get(call, name),
        ["datacollectionrules", _, "associations"] => collection::of_rule(call),
        ["metricdefinitions"] => metrics::definitions(call),
        ["metricnamespaces"] => metrics::namespaces(call),
        ["metricalerts", _, "status"] | ["metricalerts", _, "status", _] => rule_status::list(call),
        ["metrics"] if call.path.scope.len() == 2 => metrics::in_subscription(call),
        ["metrics"] => metrics::list(call),
        _ => return None,
    })
}

/// `EventCategories_List`, for the tenant.
fn categories(call: &Call<'_>) -> Result<Answer, ArmError> {
    call.only(Method::Get)?;
    if call.scope()? != Scope::Tenant {
        return Err(ArmError::invalid_type("Microsoft.Insights", "eventcategories"));
    }
    let all = CATEGORIES.iter().map(|name| json!({ "value": name, "localizedValue": name }));
    Answer::list(&all.collect::<Vec<Value>>())
}
