//! `AlertsSuppressionRules_List`, `AlertsSuppressionRules_Get` (2019-01-01-preview). Read only.

use crate::estate::{
    access::Scope,
    defender::suppression::{self, Suppression},
    http::{
        answer::Answer,
        call::{Call, Method},
        error::ArmError,
    },
    world::SubscriptionIx,
};

/// The rules of a subscription; `AlertType` narrows them to one kind of alert.
pub(super) fn list(call: &Call<'_>) -> Result<Answer, ArmError> {
    let ix = allowed(call)?;
    let wanted = call.query.get("AlertType").or_else(|| call.query.get("alertType"));
    let fits =
        |rule: &&Suppression| wanted.is_none_or(|kind| rule.alert_type.eq_ignore_ascii_case(kind));
    let world = call.world();
    let rules = suppression::of_subscription(world, ix).filter(fits);
    call.page(rules, |rule| Some(rule.body(world, ix)))
}

pub(super) fn get(call: &Call<'_>, name: &str) -> Result<Answer, ArmError> {
    let ix = allowed(call)?;
    let found = suppression::of_subscription(call.world(), ix).find(|rule| rule.is_named(name));
    let found =
        found.ok_or_else(|| ArmError::not_found(&format!("The suppression rule '{name}'")))?;
    Answer::json(&found.body(call.world(), ix))
}

fn allowed(call: &Call<'_>) -> Result<SubscriptionIx, ArmError> {
    call.only(Method::Get)?;
    let scope = call.scope()?;
    let Scope::Subscription(ix) = scope else {
        return Err(ArmError::invalid_type("Microsoft.Security", "alertsSuppressionRules"));
    };
    call.require("Microsoft.Security/alertsSuppressionRules/read", scope)?;
    Ok(ix)
}
