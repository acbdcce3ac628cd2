//! Defender plans: `Pricings_List`, `Pricings_Get` (2024-01-01), at a subscription.

use crate::estate::{
    access::Scope,
    defender::plans::PLANS,
    http::{
        answer::Answer,
        call::{Call, Method},
        error::ArmError,
    },
    world::SubscriptionIx,
};

pub(super) fn list(call: &Call<'_>) -> Result<Answer, ArmError> {
    let ix = subscription(call)?;
    let wanted = call.query.get("$filter").map(names).transpose()?;
    let fits = |name: &str| {
        wanted.as_ref().is_none_or(|names| names.iter().any(|n| n.eq_ignore_ascii_case(name)))
    };
    let plans = PLANS.iter().filter(|plan| fits(plan.name)).map(|p| p.body(call.world(), ix));
    Answer::list(&plans.collect::<Vec<_>>())
}

pub(super) fn get(call: &Call<'_>, name: &str) -> Result<Answer, ArmError> {
    let ix = subscription(call)?;
    let plan = PLANS.iter().find(|plan| plan.name.eq_ignore_ascii_case(name));
    let plan = plan.ok_or_else(|| ArmError::not_found(&format!("The pricing '{name}'")))?;
    Answer::json(&plan.body(call.world(), ix))
}

/// `name in (A,B)`.
fn names(filter: &str) -> Result<Vec<String>, ArmError> {
    let list = filter
        .trim()
        .strip_prefix("name in")
        .and_then(|rest| rest.trim().strip_prefix('('))
        .and_then(|rest| rest.strip_suffix(')'));
    let list = list.ok_or_else(|| {
        ArmError::bad_request(format!("The filter '{filter}' is not supported; use name in (A,B)."))
    })?;
    Ok(list.split(',').map(|name| name.trim().trim_matches('\'').to_owned()).collect())
}

fn subscription(call: &Call<'_>) -> Result<SubscriptionIx, ArmError> {
    call.only(Method::Get)?;
    match call.scope()? {
        Scope::Subscription(ix) => {
            call.require("Microsoft.Security/pricings/read", Scope::Subscription(ix))?;
            Ok(ix)
        }
        Scope::Tenant | Scope::ManagementGroup(_) | Scope::Group(_) | Scope::Resource(_) => {
            Err(ArmError::invalid_type("Microsoft.Security", "pricings"))
        }
    }
}
