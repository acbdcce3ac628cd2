//! Sizes that decide prices: of machines and disks. The ARM bodies and the bill read them here,
//! so that they agree.

use crate::estate::{
    stories::{down_after_change, orphaned_disks},
    world::{Resource, ResourceIx, World, kind::Kind, mark::Mark},
};

/// A size of machine, its price an hour and what Windows adds, in euros.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct MachineSize {
    pub(crate) name: &'static str,
    pub(crate) series: &'static str,
    pub(crate) meter: &'static str,
    pub(crate) cores: u8,
    hourly: f64,
    windows: f64,
    /// The next size down, where there is one.
    pub(crate) smaller: Option<&'static str>,
}

/// The sizes the company uses, or could.
const MACHINES: &[MachineSize] = &[
    machine("Standard_D2s_v5", ("Dsv5 Series", "D2s v5"), 2, (0.106, 0.084), Some("Standard_B2ms")),
    machine(
        "Standard_D4s_v5",
        ("Dsv5 Series", "D4s v5"),
        4,
        (0.212, 0.169),
        Some("Standard_D2s_v5"),
    ),
    machine("Standard_E2s_v5", ("Esv5 Series", "E2s v5"), 2, (0.139, 0.084), None),
    machine(
        "Standard_E4s_v5",
        ("Esv5 Series", "E4s v5"),
        4,
        (0.278, 0.169),
        Some("Standard_E2s_v5"),
    ),
    machine(
        "Standard_D8s_v5",
        ("Dsv5 Series", "D8s v5"),
        8,
        (0.424, 0.338),
        Some("Standard_D4s_v5"),
    ),
    machine("Standard_E16s_v5", ("Esv5 Series", "E16s v5"), 16, (1.112, 0.677), None),
    machine("Standard_B2ms", ("BS Series", "B2ms"), 2, (0.085, 0.018), None),
];

/// What a new machine may get.
const USUAL: &[&str] =
    &["Standard_D2s_v5", "Standard_D4s_v5", "Standard_E4s_v5", "Standard_D8s_v5", "Standard_B2ms"];

const fn machine(
    name: &'static str,
    (series, meter): (&'static str, &'static str),
    cores: u8,
    (hourly, windows): (f64, f64),
    smaller: Option<&'static str>,
) -> MachineSize {
    MachineSize { name, series, meter, cores, hourly, windows, smaller }
}

impl MachineSize {
    /// The size of this name.
    pub(crate) fn named(name: &str) -> Option<&'static Self> {
        MACHINES.iter().find(|size| size.name == name)
    }

    /// The price an hour, in euros, in the dearest of the usual regions.
    pub(crate) fn hourly(&self, is_linux: bool) -> f64 {
        if is_linux { self.hourly } else { self.hourly + self.windows }
    }
}

/// The size of a machine as it is now.
pub(crate) fn machine_size(world: &World, ix: ResourceIx) -> &'static str {
    if is_resized(world, ix) {
        return down_after_change::SIZES.1;
    }
    world.resource(ix).map_or("", usual_size)
}

/// The size that a machine last ran with: for one that failed to start, the one before.
pub(crate) fn running_size(world: &World, ix: ResourceIx) -> &'static str {
    if is_resized(world, ix) {
        return down_after_change::SIZES.0;
    }
    world.resource(ix).map_or("", usual_size)
}

/// Whether it is the machine that was resized. The name is looked at first: the search for the
/// story's machine is not for every machine of a large world.
fn is_resized(world: &World, ix: ResourceIx) -> bool {
    world.resource(ix).is_some_and(|resource| &*resource.name == down_after_change::MACHINE)
        && down_after_change::machine(world) == Some(ix)
}

fn usual_size(resource: &Resource) -> &'static str {
    let chance = resource.chance.child("size");
    let at = usize::try_from(chance.below(USUAL.len() as u64)).unwrap_or(0);
    USUAL.get(at).copied().unwrap_or_default()
}

/// The size of a disk or a snapshot in gigabytes.
pub(crate) fn disk_gigabytes(world: &World, ix: ResourceIx) -> u64 {
    let Some(resource) = world.resource(ix) else {
        return 0;
    };
    if resource.kind == Kind::Snapshot {
        return 512;
    }
    if orphaned_disks::is_one(world, ix) {
        return orphaned_disks::GIGABYTES;
    }
    if resource.name.ends_with("-osdisk") {
        128
    } else {
        128 << resource.chance.child("size").below(4)
    }
}

/// Whether a running machine has hardly anything to do: what Advisor and the metrics agree on.
pub(crate) fn is_underused(world: &World, ix: ResourceIx) -> bool {
    world.resource(ix).is_some_and(|resource| {
        resource.kind == Kind::VirtualMachine
            && !resource.marks.has(Mark::Deallocated)
            && !resource.marks.has(Mark::Public)
            && resource.chance.child("underused").percent(22)
    })
}
