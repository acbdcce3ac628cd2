//! Resource groups: `ResourceGroups_List`, `ResourceGroups_Get`,
//! `ResourceGroups_CheckExistence` (2024-07-01).

use super::filter::Filter;
use crate::estate::{
    access::Scope,
    http::{
        answer::Answer,
        call::{Call, Method},
        error::ArmError,
    },
    render,
    world::GroupIx,
};

const READ: &str = "Microsoft.Resources/subscriptions/resourceGroups/read";

pub(super) fn list(call: &Call<'_>, subscription: &str) -> Result<Answer, ArmError> {
    call.only(Method::Get)?;
    let world = call.world();
    let ix = call.subscription(subscription)?;
    let filter = Filter::of(call)?;
    let fits = |ix: &GroupIx| {
        call.may(READ, Scope::Group(*ix))
            && (filter.is_empty() || body(call, *ix).is_some_and(|body| filter.matches(&body)))
    };
    call.page(world.subscription_groups(ix).filter(fits), |ix| body(call, ix))
}

pub(super) fn get(call: &Call<'_>) -> Result<Answer, ArmError> {
    let Scope::Group(ix) = call.scope()? else {
        return Err(ArmError::internal());
    };
    call.require(READ, Scope::Group(ix))?;
    match call.method {
        Method::Head => Ok(Answer::no_content()),
        Method::Get => Answer::json(&body(call, ix)),
        other => Err(ArmError::method_not_allowed(other.name())),
    }
}

fn body(call: &Call<'_>, ix: GroupIx) -> Option<serde_json::Value> {
    let group = call.world().group(ix)?;
    Some(render::group(group, &call.world().group_id(ix)))
}
