//! Regulatory compliance standards, their controls and the recommendations below them
//! (2019-01-01-preview), at a subscription.

use serde_json::Value;

use super::super::conditions::Conditions;
use crate::estate::{
    access::Scope,
    defender::compliance::{Compliance, Requirement, Standard},
    http::{
        answer::Answer,
        call::{Call, Method},
        error::ArmError,
    },
};

/// The right to each level of the hierarchy.
const RIGHTS: [&str; 3] = [
    "Microsoft.Security/regulatoryComplianceStandards/read",
    "Microsoft.Security/regulatoryComplianceStandards/regulatoryComplianceControls/read",
    "Microsoft.Security/regulatoryComplianceStandards/regulatoryComplianceControls/regulatoryComplianceAssessments/read",
];

/// Answers `regulatoryComplianceStandards/…`, of which `rest` is what follows, in lower case.
pub(super) fn answer(call: &Call<'_>, rest: &[&str]) -> Result<Answer, ArmError> {
    let [standards, controls, assessments] = RIGHTS;
    match rest {
        [] => {
            let own = allowed(call, standards)?;
            page(call, own.standards().map(|standard| own.standard_body(standard)))
        }
        [name] => {
            let own = allowed(call, standards)?;
            Answer::json(&own.standard_body(standard(&own, name)?))
        }
        [name, "regulatorycompliancecontrols"] => {
            let own = allowed(call, controls)?;
            let standard = standard(&own, name)?;
            let all = standard.requirements().iter();
            page(call, all.map(|control| own.control_body(standard, control)))
        }
        [name, "regulatorycompliancecontrols", control] => {
            let own = allowed(call, controls)?;
            let standard = standard(&own, name)?;
            Answer::json(&own.control_body(standard, requirement(standard, control)?))
        }
        [name, "regulatorycompliancecontrols", control, "regulatorycomplianceassessments"] => {
            let own = allowed(call, assessments)?;
            let standard = standard(&own, name)?;
            let control = requirement(standard, control)?;
            let all = own.assessments(control);
            page(call, all.map(|a| own.assessment_body(standard, control, a)))
        }
        [name, "regulatorycompliancecontrols", control, "regulatorycomplianceassessments", key] => {
            let own = allowed(call, assessments)?;
            let standard = standard(&own, name)?;
            let control = requirement(standard, control)?;
            let found = own.assessments(control).find(|a| a.id == *key);
            let found = found.ok_or_else(|| missing("assessment", key))?;
            Answer::json(&own.assessment_body(standard, control, found))
        }
        _ => Err(ArmError::invalid_type("Microsoft.Security", "regulatoryComplianceStandards")),
    }
}

/// The items that `$filter=properties/state eq '…'` leaves.
fn page(call: &Call<'_>, items: impl Iterator<Item = Value>) -> Result<Answer, ArmError> {
    let filter = Conditions::of(call, &["state"])?;
    let fits = |item: &Value| {
        filter.any(|_| {
            let state = item.pointer("/properties/state").and_then(Value::as_str);
            state.map(str::to_owned).into_iter().collect()
        })
    };
    call.page(items.filter(fits), Some)
}

fn allowed(call: &Call<'_>, action: &str) -> Result<Compliance, ArmError> {
    call.only(Method::Get)?;
    match call.scope()? {
        Scope::Subscription(ix) => {
            call.require(action, Scope::Subscription(ix))?;
            Ok(Compliance::of(call.world(), ix))
        }
        Scope::Tenant | Scope::ManagementGroup(_) | Scope::Group(_) | Scope::Resource(_) => {
            Err(ArmError::invalid_type("Microsoft.Security", "regulatoryComplianceStandards"))
        }
    }
}

fn standard(own: &Compliance, name: &str) -> Result<&'static Standard, ArmError> {
    own.find(name).ok_or_else(|| missing("standard", name))
}

fn requirement(standard: &Standard, id: &str) -> Result<&'static Requirement, ArmError> {
    standard.find(id).ok_or_else(|| missing("control", id))
}

fn missing(what: &str, name: &str) -> ArmError {
    ArmError::not_found(&format!("The regulatory compliance {what} '{name}'"))
}
