//! Security alerts and their states (2022-01-01).

use serde_json::{Value, json};

use crate::estate::{
    access::Scope,
    defender::alerts::{Alert, AlertIx, AlertState},
    http::{
        answer::Answer,
        call::{Call, Method},
        error::ArmError,
    },
    world::company::Region,
};

pub(super) fn list(call: &Call<'_>, location: Option<&str>) -> Result<Answer, ArmError> {
    call.only(Method::Get)?;
    let scope = place(call)?;
    call.require("Microsoft.Security/alerts/read", scope)?;
    let world = call.world();
    let fits = |(_, alert): &(AlertIx, &Alert)| {
        Scope::Resource(alert.resource).is_within(scope, world)
            && location.is_none_or(|l| alert.location(world).eq_ignore_ascii_case(l))
    };
    call.page(call.state.alerts().filter(fits), |(ix, alert)| Some(body(call, ix, alert)))
}

pub(super) fn get(call: &Call<'_>, location: &str) -> Result<Answer, ArmError> {
    call.only(Method::Get)?;
    let scope = place(call)?;
    call.require("Microsoft.Security/locations/alerts/read", scope)?;
    let (ix, alert) = find(call, scope, location)?;
    Answer::json(&body(call, ix, alert))
}

/// `POST …/{dismiss|resolve|activate|inProgress}`.
pub(super) fn change(call: &Call<'_>, location: &str, action: &str) -> Result<Answer, ArmError> {
    let Some(state) = AlertState::after(action) else {
        return Err(ArmError::invalid_type(
            "Microsoft.Security",
            &format!("locations/alerts/{action}"),
        ));
    };
    call.only(Method::Post)?;
    let scope = place(call)?;
    let right = match state {
        AlertState::Active => "Microsoft.Security/locations/alerts/activate/action",
        AlertState::Resolved => "Microsoft.Security/locations/alerts/resolve/action",
        AlertState::Dismissed => "Microsoft.Security/locations/alerts/dismiss/action",
        AlertState::InProgress => "Microsoft.Security/locations/alerts/write",
    };
    call.require(right, scope)?;
    let (_, alert) = find(call, scope, location)?;
    call.state
        .set_alert_state(alert, state, &call.request())
        .map_err(|error| ArmError::unwritten(&error))?;
    Ok(Answer::no_content())
}

/// `GET {S}/…/locations`: the one region where the subscription's security data is kept.
pub(super) fn locations(call: &Call<'_>) -> Result<Answer, ArmError> {
    call.page(std::iter::once(home(call)?), Some)
}

/// `GET {S}/…/locations/{name}`.
pub(super) fn location(call: &Call<'_>, name: &str) -> Result<Answer, ArmError> {
    let home = home(call)?;
    if home.get("name").and_then(Value::as_str) == Some(name) {
        return Answer::json(&home);
    }
    Err(ArmError::not_found(&format!("The security location '{name}'")))
}

fn home(call: &Call<'_>) -> Result<Value, ArmError> {
    call.only(Method::Get)?;
    let scope = place(call)?;
    call.require("Microsoft.Security/locations/read", scope)?;
    let name = Region::WestEurope.name();
    Ok(json!({
        "id": format!("{}/providers/Microsoft.Security/locations/{name}", scope.id(call.world())),
        "name": name,
        "type": "Microsoft.Security/locations",
        "properties": { "homeRegionName": name },
    }))
}

/// A subscription or a resource group.
fn place(call: &Call<'_>) -> Result<Scope, ArmError> {
    match call.scope()? {
        scope @ (Scope::Subscription(_) | Scope::Group(_)) => Ok(scope),
        Scope::Tenant | Scope::ManagementGroup(_) | Scope::Resource(_) => {
            Err(ArmError::invalid_type("Microsoft.Security", "alerts"))
        }
    }
}

fn find<'a>(
    call: &Call<'a>,
    scope: Scope,
    location: &str,
) -> Result<(AlertIx, &'a Alert), ArmError> {
    let world = call.world();
    let name = call.path.rest.get(3).map(String::as_str).unwrap_or_default();
    call.state
        .find_alert(name)
        .filter(|(_, alert)| {
            Scope::Resource(alert.resource).is_within(scope, world)
                && alert.location(world).eq_ignore_ascii_case(location)
        })
        .ok_or_else(|| ArmError::not_found(&format!("The alert '{name}'")))
}

fn body(call: &Call<'_>, ix: AlertIx, alert: &Alert) -> Value {
    alert.body(call.world(), call.state.alert_state(ix, alert))
}
