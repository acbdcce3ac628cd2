//! `MetricAlertsStatus_List` and `MetricAlertsStatus_ListByName` (2018-03-01): whether what a rule
//! watches is over its threshold.

use serde_json::{Value, json};

use crate::estate::{
    access::Scope,
    chronicle::Target,
    clock::stamp,
    http::{
        answer::Answer,
        call::{Call, Method},
        error::ArmError,
    },
    world::{Link, ResourceIx},
};

const READ: &str = "Microsoft.Insights/metricAlerts/status/read";

/// `GET {G}/providers/Microsoft.Insights/metricAlerts/{rule}/status[/{name}]`.
pub(super) fn list(call: &Call<'_>) -> Result<Answer, ArmError> {
    call.only(Method::Get)?;
    let wanted = call.path.rest.get(3);
    let mut whole = call.path.whole();
    whole.truncate(whole.len() - call.path.rest.len() + 2);
    let scope = call.resolve(&whole)?;
    let Scope::Resource(rule) = scope else {
        return Err(ArmError::invalid_type("Microsoft.Insights", "metricAlerts/status"));
    };
    call.require(READ, scope)?;
    let resource = call.world().resource(rule).ok_or_else(ArmError::internal)?;
    let mut all = Vec::new();
    for target in resource.all_linked(Link::Target) {
        let (name, status) = of_target(call, rule, target);
        if wanted.is_none_or(|wanted| wanted.eq_ignore_ascii_case(&name)) {
            all.push(status);
        }
    }
    match wanted {
        Some(name) if all.is_empty() => Err(ArmError::not_found(&format!("The status '{name}'"))),
        _ => Answer::list(&all),
    }
}

fn of_target(call: &Call<'_>, rule: ResourceIx, target: ResourceIx) -> (String, Value) {
    let world = call.world();
    let id = world.resource_id(target);
    let name = world.resource(target).map(|one| one.chance.child("status").guid());
    let name = name.unwrap_or_default();
    let fires = call.state.fired().any(|(_, alert)| {
        alert.resolved.is_none()
            && alert.target == Target::Resource(target)
            && alert.written(world) == Some(rule)
    });
    let status = json!({
        "id": format!("{}/status/{name}", world.resource_id(rule)),
        "name": name,
        "type": "Microsoft.Insights/metricAlerts/status",
        "properties": {
            "dimensions": { "resourceId": id },
            "status": if fires { "Unhealthy" } else { "Healthy" },
            "timestamp": stamp(call.state.clock.now()),
        },
    });
    (name, status)
}
