//! Pending critical patches: the billing machines have missed two patch windows. Seen in the
//! recommendation on system updates and the patches it lists, in the failed installations of the
//! activity log and in an alert; patch results follow with their provider.

use crate::estate::{
    chronicle::{Actor, Deed, Target, Verb, request},
    monitor::{Condition, Fired, Rule, Signal, Source},
    world::{Builder, DAY, ResourceIx, World, kind::Kind, mark::Mark},
};

/// The resource group of the machines.
pub(crate) const GROUP: &str = "rg-billing-prod-neu";
/// Minutes before the anchor of the two windows that were missed, the later first.
pub(crate) const WINDOWS: [i64; 2] = [2 * DAY + 4 * 60, 9 * DAY + 4 * 60];
/// The service that runs the windows.
pub(crate) const MAINTENANCE: Actor = Actor::Platform("Microsoft.Maintenance");
/// Why nothing was installed.
pub(crate) const ERROR: (&str, &str) = (
    "MaintenanceWindowExceeded",
    "The operation did not start because the maintenance window was over before the machine \
     could be restarted.",
);

/// The rule on maintenance runs.
pub(crate) const PATCHES: Rule = Rule {
    name: "Patch window failed",
    severity: 2,
    signal: Signal::Log,
    source: Source::LogAnalytics,
    description: "A maintenance run ended without installing every update it should have.",
    condition: Condition::query(
        "maintenanceresources | where type =~ 'microsoft.maintenance/applyupdates' | where properties.status == 'Failed'",
        3.0,
    ),
};

pub(super) fn cast(builder: &mut Builder) {
    for member in builder.members(GROUP) {
        if builder.kind_of(member) == Some(Kind::VirtualMachine) {
            builder.mark(member, Mark::MissingUpdates);
            builder.mark(member, Mark::Vulnerable);
        }
    }
}

/// The machines in a finished world.
pub(crate) fn machines(world: &World) -> Vec<ResourceIx> {
    world.members_of_kind(GROUP, Kind::VirtualMachine)
}

pub(super) fn deeds(world: &World) -> Vec<Deed> {
    let machines = machines(world);
    let of_window = |at: i64| {
        let installation = request(world, &format!("patch-window-{at}"));
        machines.clone().into_iter().map(move |machine| {
            Deed::new(
                at,
                MAINTENANCE,
                Verb::Action("installPatches"),
                Target::Resource(machine),
                installation,
            )
            .failing(409, ERROR.0, ERROR.1)
        })
    };
    WINDOWS.into_iter().flat_map(of_window).collect()
}

pub(super) fn fired(world: &World) -> Vec<Fired> {
    let Some(group) = world.first_group(GROUP) else {
        return Vec::new();
    };
    WINDOWS.iter().map(|at| Fired::new(PATCHES, Target::Group(group), at - 20)).collect()
}
