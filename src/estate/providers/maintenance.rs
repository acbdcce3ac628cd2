//! `Microsoft.Maintenance` (2023-04-01): what maintenance configurations cover, updates that wait
//! and updates that ran. The configurations themselves are resources.

use serde_json::{Value, json};

use crate::estate::{
    access::Scope,
    clock::stamp,
    http::{
        answer::Answer,
        call::{Call, Method},
        error::ArmError,
    },
    updates::{
        run,
        schedule::{self, Plan, Reach},
    },
    world::{GroupIx, ResourceIx, SubscriptionIx, World, kind::Kind},
};

/// The right to see what a maintenance configuration covers.
pub(in crate::estate::providers) const COVERS: &str =
    "Microsoft.Maintenance/configurationAssignments/read";
/// The right to see maintenance that ran.
pub(in crate::estate::providers) const RUNS: &str = "Microsoft.Maintenance/applyUpdates/read";
const UPDATES: &str = "Microsoft.Maintenance/updates/read";

pub(super) fn answer(call: &Call<'_>) -> Option<Result<Answer, ArmError>> {
    let rest = call.path.lower_rest();
    let words: Vec<&str> = rest.iter().map(String::as_str).collect();
    Some(match words.as_slice() {
        ["configurationassignments"] => listed(call, COVERS, assignments),
        ["configurationassignments", name] => one(call, (COVERS, name), assignments),
        ["applyupdates"] => listed(call, RUNS, runs),
        ["applyupdates", name] => one(call, (RUNS, name), runs),
        ["updates"] => listed(call, UPDATES, |_, _| Vec::new()),
        ["publicmaintenanceconfigurations"] => {
            call.only(Method::Get).and_then(|()| Answer::list(&[]))
        }
        // The configurations of a subscription or a group are resources like any other.
        _ => return None,
    })
}

type Bodies = fn(&World, Scope) -> Vec<Value>;

fn at(call: &Call<'_>, right: &str) -> Result<Scope, ArmError> {
    call.only(Method::Get)?;
    let scope = call.scope()?;
    call.require(right, scope)?;
    match scope {
        Scope::Subscription(_) | Scope::Group(_) | Scope::Resource(_) => Ok(scope),
        Scope::Tenant | Scope::ManagementGroup(_) => {
            let kind = call.path.rest.join("/");
            Err(ArmError::invalid_type("Microsoft.Maintenance", &kind))
        }
    }
}

fn listed(call: &Call<'_>, right: &str, bodies: Bodies) -> Result<Answer, ArmError> {
    let scope = at(call, right)?;
    call.page(bodies(call.world(), scope).into_iter(), Some)
}

/// The one of this name at exactly this scope. A run is called `default` too, which is the last.
fn one(call: &Call<'_>, (right, name): (&str, &str), bodies: Bodies) -> Result<Answer, ArmError> {
    let scope = at(call, right)?;
    let prefix = format!("{}/providers/", scope.id(call.world()));
    let all = bodies(call.world(), scope);
    let mut own = all.iter().filter(|body| {
        let id = body.get("id").and_then(Value::as_str).unwrap_or_default();
        let is_here =
            id.strip_prefix(&prefix).is_some_and(|rest| rest.starts_with("Microsoft.Maintenance/"));
        let own = body.get("name").and_then(Value::as_str).unwrap_or_default();
        let is_last = right == RUNS && name == "default";
        is_here && (is_last || own.eq_ignore_ascii_case(name))
    });
    let found = own.next();
    let kind = call.path.rest.first().cloned().unwrap_or_default();
    let found =
        found.ok_or_else(|| ArmError::not_found(&format!("The resource '{kind}/{name}'")))?;
    Answer::json(found)
}

/// The assignments at a scope, and below it where it is a subscription.
pub(in crate::estate::providers) fn assignments(world: &World, scope: Scope) -> Vec<Value> {
    let of_machine = |ix: ResourceIx| {
        let plan = schedule::of_machine(world, ix).filter(|plan| plan.reach() == Reach::Machines);
        plan.and_then(|plan| plan.machine_assignment(world, ix))
    };
    match scope {
        Scope::Subscription(ix) => {
            let machines = machines(world, ix).filter_map(of_machine);
            dynamic(world, ix).into_iter().chain(machines).collect()
        }
        Scope::Group(ix) => in_group(world, ix).filter_map(of_machine).collect(),
        Scope::Resource(ix) => of_machine(ix).into_iter().collect(),
        Scope::Tenant | Scope::ManagementGroup(_) => Vec::new(),
    }
}

/// The assignments with a filter at a subscription.
pub(in crate::estate::providers) fn dynamic(world: &World, ix: SubscriptionIx) -> Vec<Value> {
    let here = Plan::ALL.into_iter().filter(|plan| plan.subscriptions(world).contains(&ix));
    here.filter_map(|plan| plan.dynamic_assignment(world, ix)).collect()
}

/// What ran on the machines of a scope, the latest of each first.
pub(in crate::estate::providers) fn runs(world: &World, scope: Scope) -> Vec<Value> {
    let of = |ix: ResourceIx| run::of_machine(world, ix).into_iter();
    let body = |run: run::Run| run.apply_update(world);
    match scope {
        Scope::Subscription(ix) => machines(world, ix).flat_map(of).map(body).collect(),
        Scope::Group(ix) => in_group(world, ix).flat_map(of).map(body).collect(),
        Scope::Resource(ix) => of(ix).map(body).collect(),
        Scope::Tenant | Scope::ManagementGroup(_) => Vec::new(),
    }
}

fn machines(world: &World, ix: SubscriptionIx) -> impl Iterator<Item = ResourceIx> + '_ {
    world.subscription_resources(ix).filter(|ix| is_machine(world, *ix))
}

fn in_group(world: &World, ix: GroupIx) -> impl Iterator<Item = ResourceIx> + '_ {
    world.group_resources(ix).filter(|ix| is_machine(world, *ix))
}

fn is_machine(world: &World, ix: ResourceIx) -> bool {
    world.resource(ix).is_some_and(|resource| resource.kind == Kind::VirtualMachine)
}

/// The run of a whole window, as Resource Graph sums it up over its machines.
pub(in crate::estate::providers) fn window_runs(world: &World, plan: Plan) -> Vec<Value> {
    let machines: Vec<ResourceIx> = world
        .subscription_ixs()
        .flat_map(|ix| machines(world, ix))
        .filter(|ix| schedule::of_machine(world, *ix) == Some(plan))
        .collect();
    let runs: Vec<run::Run> = machines.iter().flat_map(|ix| run::of_machine(world, *ix)).collect();
    let told = plan.windows().filter_map(|opened| {
        let own: Vec<&run::Run> = runs.iter().filter(|run| run.opened == opened).collect();
        let last = own.iter().map(|run| run.ended()).min()?;
        let failed = own.iter().filter(|run| run.update_status() == "Failed").count();
        let id = plan.run_id(world, opened);
        let status = match failed {
            0 => "Succeeded",
            some if some == own.len() => "Failed",
            _ => "PartiallySucceeded",
        };
        Some(json!({
            "id": id,
            "name": id.rsplit('/').next(),
            "type": "Microsoft.Maintenance/maintenanceConfigurations/applyUpdates",
            "properties": {
                "maintenanceScope": "InGuestPatch",
                "maintenanceConfigurationId": plan.id(world),
                "correlationId": id,
                "status": status,
                "startDateTime": stamp(world.ago(opened)),
                "endDateTime": stamp(world.ago(last)),
                "resourceUpdateSummary": {
                    "total": own.len(),
                    "successful": own.len() - failed,
                    "failed": failed,
                    "inProgress": 0,
                    "pending": 0,
                    "notStarted": 0,
                },
            },
        }))
    });
    told.collect()
}
