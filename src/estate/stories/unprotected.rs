//! A machine with no protection: no backup, no endpoint protection, nobody's tag, and left out of
//! the Defender plan of its subscription. Seen in its recommendations, in the plan at its own
//! scope, and in who took the protection away; protectable items follow with the backup provider.

use serde_json::Value;

use crate::estate::{
    chronicle::{Actor, Deed, Edit, Target, Verb, request},
    world::{Builder, DAY, ResourceIx, World, kind::Kind, mark::Mark},
};

/// The machine.
pub(crate) const MACHINE: &str = "vm-legacy-01";
/// Its resource group.
pub(crate) const GROUP: &str = "rg-legacy-prod-uks";
/// Who took its protection away.
pub(crate) const OPERATOR: Actor = Actor::Person("priya.raman");
/// Minutes before the anchor at which that happened.
pub(crate) const STRIPPED: i64 = 11 * DAY + 3 * 60;
/// What was said about it.
pub(crate) const NOTE: &str = "To be retired, agents slow the machine down";

pub(super) fn cast(builder: &mut Builder) {
    let Some(machine) = builder.named(Kind::VirtualMachine, MACHINE) else {
        return;
    };
    for mark in [
        Mark::NoBackup,
        Mark::NoEndpointProtection,
        Mark::NoScanner,
        Mark::NoGuestConfiguration,
        Mark::NoPeriodicAssessment,
        Mark::Untagged,
    ] {
        builder.mark(machine, mark);
    }
}

/// The machine in a finished world.
pub(crate) fn machine(world: &World) -> Option<ResourceIx> {
    world.named(GROUP, Kind::VirtualMachine, MACHINE)
}

/// Whether a resource was taken out of the Defender plan that its subscription has.
pub(crate) fn is_left_out(world: &World, ix: ResourceIx) -> bool {
    world.resource(ix).is_some_and(|r| {
        r.kind == Kind::VirtualMachine
            && &*r.name == MACHINE
            && world.group(r.group).is_some_and(|g| g.name == GROUP)
    })
}

pub(super) fn deeds(world: &World) -> Vec<Deed> {
    let Some(machine) = machine(world) else {
        return Vec::new();
    };
    let part = |arm_type, path: &str| Target::Part { of: machine, arm_type, path: path.into() };
    let deed = |after, verb, target, label| {
        Deed::new(STRIPPED - after, OPERATOR, verb, target, request(world, label)).noted(NOTE)
    };
    let extension = part("Microsoft.Compute/virtualMachines/extensions", "/extensions/MDE.Windows");
    let plan = part(
        "Microsoft.Security/pricings",
        "/providers/Microsoft.Security/pricings/VirtualMachines",
    );
    let owner = Edit::new("tags.owner", "operations@northlight.example", Value::Null);
    vec![
        deed(0, Verb::Delete, extension, "strip-agent"),
        deed(4, Verb::Write, plan, "strip-plan"),
        deed(9, Verb::Write, Target::Resource(machine), "strip-tags").editing(vec![owner]),
    ]
}
