//! A machine that went down after a change: it was stopped to be resized, and the new size could
//! not be started. Seen in its power state, its health, its alerts, the activity log, the change
//! tables and the balancer before it.

use crate::estate::{
    chronicle::{Actor, Deed, Edit, Target, Verb, request},
    monitor::{Condition, Fired, Rule, Signal, Source},
    world::{Builder, Link, ResourceIx, World, kind::Kind, mark::Mark},
};

/// The machine.
pub(crate) const MACHINE: &str = "vm-api-02";
/// Its resource group.
pub(crate) const GROUP: &str = "rg-api-prod-neu";
/// The balancer before it.
pub(crate) const BALANCER: &str = "lb-api-prod-neu";
/// Who resized it.
pub(crate) const ENGINEER: Actor = Actor::Person("jonas.weber");
/// The size it had, and the one it was given.
pub(crate) const SIZES: (&str, &str) = ("Standard_D4s_v5", "Standard_E16s_v5");
/// Minutes before the anchor at which it was stopped, resized, and failed to start.
pub(crate) const STOPPED: i64 = 7 * 60 + 12;
/// See [`STOPPED`].
pub(crate) const RESIZED: i64 = 7 * 60 + 6;
/// See [`STOPPED`].
pub(crate) const FAILED: i64 = 7 * 60 + 3;
/// Why it did not start.
pub(crate) const ERROR: (&str, &str) = (
    "AllocationFailed",
    "Allocation failed. We do not have sufficient capacity for the requested VM size in this \
     region. Read more about improving likelihood of allocation success at \
     http://aka.ms/allocation-guidance.",
);

/// The rule on the machine's availability.
pub(crate) const AVAILABILITY: Rule = Rule {
    name: "VM availability",
    severity: 1,
    signal: Signal::Metric,
    source: Source::Platform,
    description: "The machine has been unavailable for five minutes.",
    condition: Condition::metric("VmAvailabilityMetric", "LessThan", 1.0, 0.0),
};

/// The rule on missing heartbeats.
pub(crate) const HEARTBEAT: Rule = Rule {
    name: "Heartbeat missing",
    severity: 2,
    signal: Signal::Log,
    source: Source::LogAnalytics,
    description: "No heartbeat of the machine reached the workspace for ten minutes.",
    condition: Condition::query(
        "Heartbeat | summarize LastSeen = max(TimeGenerated) by Computer | where LastSeen < ago(10m)",
        1.0,
    ),
};

/// The rule on resource health.
pub(crate) const HEALTH: Rule = Rule {
    name: "Resource health of production machines",
    severity: 3,
    signal: Signal::Log,
    source: Source::ResourceHealth,
    description: "A production machine is no longer available.",
    condition: Condition::event("ResourceHealth"),
};

/// The rule on the balancer's probes.
pub(crate) const PROBES: Rule = Rule {
    name: "Backend health below 90 percent",
    severity: 2,
    signal: Signal::Metric,
    source: Source::Platform,
    description: "Health probes of at least one backend fail.",
    condition: Condition::metric("DipAvailability", "LessThan", 90.0, 66.7),
};

pub(super) fn cast(builder: &mut Builder) {
    if let Some(machine) = builder.named(Kind::VirtualMachine, MACHINE) {
        builder.mark(machine, Mark::Deallocated);
        builder.clear(machine, Mark::NoBackup);
    }
}

/// The machine in a finished world.
pub(crate) fn machine(world: &World) -> Option<ResourceIx> {
    world.named(GROUP, Kind::VirtualMachine, MACHINE)
}

pub(super) fn deeds(world: &World) -> Vec<Deed> {
    let Some(machine) = machine(world) else {
        return Vec::new();
    };
    let target = || Target::Resource(machine);
    let (before, after) = SIZES;
    let mut deeds = vec![
        Deed::new(
            STOPPED,
            ENGINEER,
            Verb::Action("deallocate"),
            target(),
            request(world, "resize-stop"),
        ),
        Deed::new(RESIZED, ENGINEER, Verb::Write, target(), request(world, "resize"))
            .noted("More memory for the order import, CHG0031907")
            .editing(vec![Edit::new("properties.hardwareProfile.vmSize", before, after)]),
    ];
    for (minutes, label) in [(FAILED, "resize-start"), (FAILED - 9, "resize-start-again")] {
        deeds.push(
            Deed::new(minutes, ENGINEER, Verb::Action("start"), target(), request(world, label))
                .failing(409, ERROR.0, ERROR.1),
        );
    }
    deeds
}

pub(super) fn fired(world: &World) -> Vec<Fired> {
    let Some(machine) = machine(world) else {
        return Vec::new();
    };
    let mut fired = vec![
        Fired::new(AVAILABILITY, Target::Resource(machine), STOPPED - 5),
        Fired::new(HEARTBEAT, Target::Resource(machine), STOPPED - 11),
        Fired::new(HEALTH, Target::Resource(machine), STOPPED - 2),
    ];
    let nic = world.resource(machine).and_then(|m| m.linked(Link::NetworkInterface));
    let balancer = world.named(GROUP, Kind::LoadBalancer, BALANCER);
    if let (Some(_), Some(balancer)) = (nic, balancer) {
        fired.push(Fired::new(PROBES, Target::Resource(balancer), STOPPED - 7));
    }
    fired
}
