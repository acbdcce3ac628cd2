//! Defender plans: `Pricings_List`, `Pricings_Get` (2024-01-01), at a subscription or a machine.

use serde_json::Value;

use crate::estate::{
    access::Scope,
    defender::plans::{PLANS, Plan},
    http::{
        answer::Answer,
        call::{Call, Method},
        error::ArmError,
    },
    world::{ResourceIx, SubscriptionIx},
};

pub(super) fn list(call: &Call<'_>) -> Result<Answer, ArmError> {
    let place = place(call)?;
    let wanted = call.query.get("$filter").map(names).transpose()?;
    let fits = |name: &str| {
        wanted.as_ref().is_none_or(|names| names.iter().any(|n| n.eq_ignore_ascii_case(name)))
    };
    let plans = PLANS.iter().filter(|plan| fits(plan.name));
    Answer::list(&plans.filter_map(|plan| body(call, place, plan)).collect::<Vec<_>>())
}

pub(super) fn get(call: &Call<'_>, name: &str) -> Result<Answer, ArmError> {
    let place = place(call)?;
    let plan = PLANS
        .iter()
        .find(|plan| plan.name.eq_ignore_ascii_case(name))
        .and_then(|plan| body(call, place, plan));
    let plan = plan.ok_or_else(|| ArmError::not_found(&format!("The pricing '{name}'")))?;
    Answer::json(&plan)
}

/// A plan at a place; `None` where it cannot be set there.
fn body(call: &Call<'_>, place: Place, plan: &Plan) -> Option<Value> {
    let world = call.world();
    match place {
        Place::Subscription(ix) => Some(plan.body(world, ix)),
        Place::Resource(ix) => {
            let kind = world.resource(ix)?.kind;
            plan.is_settable_for(kind).then_some(())?;
            plan.body_of_resource(world, ix)
        }
    }
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

/// Where plans are asked for.
#[derive(Clone, Copy)]
enum Place {
    Subscription(SubscriptionIx),
    Resource(ResourceIx),
}

fn place(call: &Call<'_>) -> Result<Place, ArmError> {
    call.only(Method::Get)?;
    let scope = call.scope()?;
    let place = match scope {
        Scope::Subscription(ix) => Place::Subscription(ix),
        Scope::Resource(ix) => Place::Resource(ix),
        Scope::Tenant | Scope::ManagementGroup(_) | Scope::Group(_) => {
            return Err(ArmError::invalid_type("Microsoft.Security", "pricings"));
        }
    };
    call.require("Microsoft.Security/pricings/read", scope)?;
    Ok(place)
}
