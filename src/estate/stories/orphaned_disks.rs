//! A cost spike from orphaned disks: an export job left premium disks behind when its machines
//! were deleted. Seen in the disks themselves, in who deleted the machines, and in the disks'
//! changes, and in what they cost.

use serde_json::Value;

use crate::estate::{
    chronicle::{Actor, Deed, Edit, Target, Verb, request},
    world::{Builder, DAY, ResourceIx, World, kind::Kind, mark::Mark},
};

/// The resource group with the disks nobody uses.
pub(crate) const GROUP: &str = "rg-analytics-prod-neu";
/// The job that made and removed the machines.
pub(crate) const JOB: Actor = Actor::Application("sp-export-job");
/// Minutes before the anchor at which the machines were deleted.
pub(crate) const DETACHED: i64 = 12 * DAY;
/// Minutes before the anchor at which the machines and their disks were made.
pub(crate) const CREATED: i64 = DETACHED + 3 * DAY;
/// How large each disk is: the export was of everything.
pub(crate) const GIGABYTES: u64 = 8_192;

pub(super) fn cast(builder: &mut Builder) {
    for member in builder.members(GROUP) {
        if builder.kind_of(member) == Some(Kind::Disk) && builder.has(member, Mark::Unattached) {
            builder.mark(member, Mark::Premium);
            builder.created(member, CREATED);
        }
    }
}

/// The disks in a finished world.
pub(crate) fn disks(world: &World) -> Vec<ResourceIx> {
    let mut disks = world.members_of_kind(GROUP, Kind::Disk);
    disks.retain(|disk| world.has(*disk, Mark::Unattached));
    disks
}

/// Whether a resource is one of the disks. The group is looked at first: this is asked of every
/// disk of a large world.
pub(crate) fn is_one(world: &World, ix: ResourceIx) -> bool {
    world.resource(ix).is_some_and(|resource| {
        resource.kind == Kind::Disk
            && resource.marks.has(Mark::Unattached)
            && world.group(resource.group).is_some_and(|group| group.name == GROUP)
            && world.first_group(GROUP) == Some(resource.group)
    })
}

/// The deleted machine that a disk belonged to.
pub(crate) fn machine_of(world: &World, number: usize) -> Option<Target> {
    Some(Target::Gone {
        group: world.first_group(GROUP)?,
        arm_type: "Microsoft.Compute/virtualMachines",
        name: format!("vm-export-{:02}", number + 1),
    })
}

pub(super) fn deeds(world: &World) -> Vec<Deed> {
    let of_disk = |(number, disk): (usize, ResourceIx)| {
        let machine = machine_of(world, number)?;
        let label = |what: &str| request(world, &format!("export-{what}-{number}"));
        let begun = CREATED;
        let removal = label("delete");
        let detached = Edit::new("managedBy", machine.id(world), Value::Null);
        let state = Edit::new("properties.diskState", "Attached", "Unattached");
        Some([
            Deed::new(begun, JOB, Verb::Create, machine.clone(), label("create")),
            Deed::new(DETACHED, JOB, Verb::Delete, machine, removal),
            Deed::new(begun, JOB, Verb::Create, Target::Resource(disk), label("create")),
            Deed::new(DETACHED, JOB, Verb::Write, Target::Resource(disk), removal)
                .editing(vec![detached, state]),
        ])
    };
    disks(world).into_iter().enumerate().filter_map(of_disk).flatten().collect()
}
