//! `DataCollectionRuleAssociations_ListByResource`, `…_ListByRule`, `…_Get` (2023-03-11): what is
//! collected of a machine. The rules themselves are resources like any other.

use serde_json::{Value, json};

use crate::estate::{
    access::Scope,
    http::{
        answer::Answer,
        call::{Call, Method},
        error::ArmError,
    },
    logs::{Agent, agent, hub},
    world::{ResourceIx, World, kind::Kind},
};

const READ: &str = "Microsoft.Insights/dataCollectionRuleAssociations/read";

/// The associations of a machine, each with the machine it is of.
pub(in crate::estate) fn association_rows(
    world: &World,
    ix: ResourceIx,
) -> Vec<(ResourceIx, Value)> {
    let rules = rules(world, ix).into_iter();
    rules.map(|rule| (ix, body(world, ix, rule))).collect()
}

/// The rules that a machine is covered by: those of its region's workspace, while it has the agent.
fn rules(world: &World, ix: ResourceIx) -> Vec<ResourceIx> {
    if agent(world, ix) != Agent::Installed {
        return Vec::new();
    }
    let group = world.resource(ix).and_then(|one| world.group(one.group));
    let workspace = group.and_then(|group| hub(world, group.region));
    let group = workspace.and_then(|one| world.resource(one)).map(|one| one.group);
    let members = group.into_iter().flat_map(|group| world.group_resources(group));
    members
        .filter(|one| world.resource(*one).is_some_and(|r| r.kind == Kind::DataCollectionRule))
        .collect()
}

fn body(world: &World, ix: ResourceIx, rule: ResourceIx) -> Value {
    let name = world.resource(rule).map_or("", |one| &one.name);
    let name = format!("{name}-association");
    let id = world.resource_id(ix);
    json!({
        "id": format!("{id}/providers/Microsoft.Insights/dataCollectionRuleAssociations/{name}"),
        "name": name,
        "type": "Microsoft.Insights/dataCollectionRuleAssociations",
        "etag": "\"00000000-0000-0000-0000-000000000000\"",
        "properties": { "dataCollectionRuleId": world.resource_id(rule) },
    })
}

fn machine(call: &Call<'_>) -> Result<ResourceIx, ArmError> {
    call.only(Method::Get)?;
    let Scope::Resource(ix) = call.scope()? else {
        return Err(ArmError::invalid_type("Microsoft.Insights", "dataCollectionRuleAssociations"));
    };
    call.require(READ, Scope::Resource(ix))?;
    Ok(ix)
}

pub(super) fn of_machine(call: &Call<'_>) -> Result<Answer, ArmError> {
    let ix = machine(call)?;
    call.page(association_rows(call.world(), ix).into_iter(), |(_, body)| Some(body))
}

pub(super) fn get(call: &Call<'_>, name: &str) -> Result<Answer, ArmError> {
    let ix = machine(call)?;
    let all = association_rows(call.world(), ix);
    let found = all.iter().find(|(_, body)| {
        body.get("name").and_then(Value::as_str).is_some_and(|own| own.eq_ignore_ascii_case(name))
    });
    let missing = || ArmError::not_found(&format!("The association '{name}'"));
    Answer::json(&found.ok_or_else(missing)?.1)
}

pub(super) fn of_rule(call: &Call<'_>) -> Result<Answer, ArmError> {
    call.only(Method::Get)?;
    let mut whole = call.path.whole();
    whole.pop();
    let Scope::Resource(rule) = call.resolve(&whole)? else {
        return Err(ArmError::invalid_type("Microsoft.Insights", "dataCollectionRules"));
    };
    call.require(READ, Scope::Resource(rule))?;
    let world = call.world();
    let all = world.subscription_ixs().flat_map(|ix| world.subscription_resources(ix));
    let covered = all.filter(|ix| rules(world, *ix).contains(&rule));
    call.page(covered, |ix| Some(body(world, ix, rule)))
}
