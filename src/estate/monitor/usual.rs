//! Alerts that fire in any estate: thresholds that were crossed for a while. Most are over, and
//! the older ones have been dealt with.

use super::{AlertState, Condition, Fired, Rule, Signal, Source};
use crate::estate::{
    chronicle::{Actor, Target},
    stories::{brute_force, down_after_change, region_outage},
    world::{DAY, Resource, ResourceIx, World, company::Environment, kind::Kind, mark::Mark},
};

/// Minutes within which alerts are kept.
const KEPT: u64 = 29 * 24 * 60;

/// A rule and the kind of resource it watches.
pub(super) struct Watch(pub(super) Kind, pub(super) Rule);

pub(super) const WATCHES: &[Watch] = &[
    watch(
        Kind::VirtualMachine,
        "CPU above 90 percent",
        3,
        "The processors of the machine were busy for 15 minutes.",
        Condition::metric("Percentage CPU", "GreaterThan", 90.0, 96.4),
    ),
    watch(
        Kind::VirtualMachine,
        "Available memory below 1 GB",
        2,
        "The machine ran short of memory.",
        Condition::metric("Available Memory Bytes", "LessThan", 1_073_741_824.0, 731_906_048.0),
    ),
    watch(
        Kind::SqlDatabase,
        "Database CPU above 85 percent",
        3,
        "The database used most of its processors.",
        Condition::metric("cpu_percent", "GreaterThan", 85.0, 93.1),
    ),
    watch(
        Kind::WebSite,
        "Response time above 3 s",
        3,
        "The application answered slowly.",
        Condition::metric("HttpResponseTime", "GreaterThan", 3.0, 4.7),
    ),
    watch(
        Kind::RedisCache,
        "Cache server load above 80 percent",
        3,
        "The cache was busy.",
        Condition::metric("serverLoad", "GreaterThan", 80.0, 88.0),
    ),
    watch(
        Kind::KubernetesCluster,
        "Nodes not ready",
        2,
        "At least one node of the cluster was not ready.",
        Condition::metric("kube_node_status_condition", "GreaterThan", 0.0, 1.0),
    ),
    watch(
        Kind::StorageAccount,
        "Storage latency above 250 ms",
        4,
        "The account answered slowly.",
        Condition::metric("SuccessE2ELatency", "GreaterThan", 250.0, 318.0),
    ),
];

const fn watch(
    kind: Kind,
    name: &'static str,
    severity: u8,
    description: &'static str,
    condition: Condition,
) -> Watch {
    Watch(
        kind,
        Rule {
            name,
            severity,
            signal: Signal::Metric,
            source: Source::Platform,
            description,
            condition,
        },
    )
}

/// The alerts of a world, in no order.
pub(super) fn fired(world: &World) -> impl Iterator<Item = Fired> + '_ {
    world
        .subscription_ixs()
        .flat_map(|ix| world.subscription_resources(ix))
        .filter_map(|ix| of_resource(world, ix))
}

/// The alert a resource happens to have: about one watched resource in eight. Resources that a
/// story is about have no others, so that nothing distracts from it.
fn of_resource(world: &World, ix: ResourceIx) -> Option<Fired> {
    let resource = world.resource(ix)?;
    let group = world.group(resource.group)?;
    let is_watched = match group.environment {
        Environment::Production | Environment::Platform => true,
        Environment::NonProduction | Environment::Sandbox => false,
    };
    let chance = resource.chance.child("fired");
    if !is_watched || !chance.percent(12) || is_cast(world, ix, resource) {
        return None;
    }
    let fitting = || WATCHES.iter().filter(|watch| watch.0 == resource.kind);
    let count = u64::try_from(fitting().count()).unwrap_or(0);
    let pick = usize::try_from(chance.child("which").below(count)).ok()?;
    let rule = fitting().nth(pick)?.1;
    let newest = 45 + chance.child("at").below(KEPT.min(u64::from(resource.created)));
    let at = i64::try_from(newest).ok()?;
    let mut alert = Fired::new(rule, Target::Resource(ix), at);
    let lasted = 10 + i64::try_from(chance.child("lasted").below(95)).ok()?;
    alert.resolved = (lasted < at).then_some(at - lasted);
    alert.handled = handled(at, chance.child("handled").below(10));
    Some(alert)
}

fn is_cast(world: &World, ix: ResourceIx, resource: &Resource) -> bool {
    resource.marks.has(Mark::Deallocated)
        || *resource.name == *brute_force::MACHINE
        || *resource.name == *down_after_change::MACHINE
        || region_outage::strikes(world, ix).is_some()
}

/// Older alerts have been closed, some of the others looked at.
fn handled(at: i64, roll: u64) -> Vec<(i64, AlertState, Actor)> {
    let by = Actor::Person("jonas.weber");
    let seen = (at - 20, AlertState::Acknowledged, by);
    let closed = (at - 40, AlertState::Closed, by);
    match (at > 2 * DAY, roll) {
        (true, 0..=6) => vec![seen, closed],
        (true, 7) | (false, 0..=3) => vec![seen],
        (true | false, _) => Vec::new(),
    }
}
