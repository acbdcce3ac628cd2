//! `AvailabilityStatuses_ListBySubscriptionId`, `…_ListByResourceGroup`, `…_List` (a resource's
//! history) and `…_GetByResource`.

use serde_json::{Value, json};

use super::super::conditions::Conditions;
use crate::estate::{
    access::Scope,
    health::availability::{self, Place, Status},
    http::{
        answer::Answer,
        call::{Call, Method},
        error::ArmError,
    },
    world::ResourceIx,
};

const READ: &str = "Microsoft.ResourceHealth/availabilityStatuses/read";

/// The present status of every resource in a scope, or the history of one resource.
pub(super) fn list(call: &Call<'_>) -> Result<Answer, ArmError> {
    call.only(Method::Get)?;
    let scope = call.scope()?;
    call.require(READ, scope)?;
    let world = call.world();
    let filter = Conditions::of(call, FIELDS)?;
    let present = |ix: ResourceIx| {
        let status = availability::current(world, ix)?;
        filter.any(|field| values(call, ix, &status, field)).then_some((ix, status))
    };
    let render = |(ix, status): (ResourceIx, Status)| Some(body(call, ix, &status, Place::Current));
    match scope {
        Scope::Subscription(ix) => {
            call.page(world.subscription_resources(ix).filter_map(present), render)
        }
        Scope::Group(ix) => call.page(world.group_resources(ix).filter_map(present), render),
        Scope::Resource(ix) => {
            let history = availability::history(world, ix).into_iter().enumerate();
            call.page(history, |(number, status)| {
                let place = if number == 0 { Place::Current } else { Place::Past };
                Some(body(call, ix, &status, place))
            })
        }
        Scope::Tenant | Scope::ManagementGroup(_) => Err(elsewhere()),
    }
}

/// What `$filter` may compare.
const FIELDS: &[&str] =
    &["availabilityState", "reasonType", "resourceGroup", "resourceType", "location"];

fn values(call: &Call<'_>, ix: ResourceIx, status: &Status, field: &str) -> Vec<String> {
    let world = call.world();
    let resource = world.resource(ix);
    let group = resource.and_then(|r| world.group(r.group));
    let value = match field {
        "availabilityState" => Some(status.state()),
        "reasonType" => status.reason(),
        "resourceGroup" => group.map(|g| g.name.as_str()),
        "resourceType" => resource.map(|r| r.kind.arm_type()),
        _ => group.map(|g| g.region.name()),
    };
    value.map(str::to_owned).into_iter().collect()
}

/// `ChildResources_List`: the present status of what is in a resource, such as the databases of a
/// server; most resources have nothing in them.
pub(super) fn children(call: &Call<'_>) -> Result<Answer, ArmError> {
    call.only(Method::Get)?;
    let Scope::Resource(parent) = call.scope()? else {
        return Err(elsewhere());
    };
    call.require(READ, Scope::Resource(parent))?;
    let world = call.world();
    let below = format!("{}/", world.resource_id(parent));
    let all = world.resource(parent).map(|own| world.subscription_of(own));
    let all = all.into_iter().flat_map(|subscription| world.subscription_resources(subscription));
    let inside = all.filter(|ix| world.resource_id(*ix).starts_with(&below));
    let present = inside.filter_map(|ix| Some((ix, availability::current(world, ix)?)));
    call.page(present, |(ix, status)| Some(body(call, ix, &status, Place::Current)))
}

pub(super) fn current(call: &Call<'_>) -> Result<Answer, ArmError> {
    call.only(Method::Get)?;
    let Scope::Resource(ix) = call.scope()? else {
        return Err(elsewhere());
    };
    let right = "Microsoft.ResourceHealth/availabilityStatuses/current/read";
    call.require(right, Scope::Resource(ix))?;
    let status = availability::current(call.world(), ix).ok_or_else(|| {
        ArmError::new(
            404,
            "UnsupportedResourceType",
            "Resource health does not watch resources of this type.",
        )
    })?;
    Answer::json(&body(call, ix, &status, Place::Current))
}

fn body(call: &Call<'_>, ix: ResourceIx, status: &Status, place: Place) -> Value {
    let mut body = status.body(call.world(), ix, place);
    let wants_actions =
        call.query.get("$expand").is_some_and(|e| e.eq_ignore_ascii_case("recommendedactions"));
    if let (true, Some(properties)) =
        (wants_actions, body.get_mut("properties").and_then(Value::as_object_mut))
    {
        let actions = json!(status.recommended_actions());
        properties.insert("recommendedActions".into(), actions);
    }
    body
}

fn elsewhere() -> ArmError {
    ArmError::invalid_type("Microsoft.ResourceHealth", "availabilityStatuses")
}
