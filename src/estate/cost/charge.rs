//! A charge: what is charged for, at which rate, from when until when; and which charges a scope
//! has. What was deleted is charged until it was.

use super::{
    calendar::{Calendar, Rhythm, point},
    meter::Meter,
    price,
};
use crate::estate::{
    access::Scope,
    stories::orphaned_disks,
    world::{Group, GroupIx, ResourceIx, World},
};

/// What a charge is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Subject {
    Resource(ResourceIx),
    /// A machine of the export job, which was deleted: its number from 0.
    Gone(usize),
}

/// A charge.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Charge {
    pub(crate) subject: Subject,
    pub(crate) group: GroupIx,
    pub(crate) meter: Meter,
    /// Euros a day of use.
    pub(crate) rate: f64,
    pub(crate) rhythm: Rhythm,
    /// Days since 1970 from which it is charged.
    pub(crate) from: f64,
    /// Days since 1970 until which it was; infinite while it still is.
    pub(crate) to: f64,
}

impl Charge {
    /// What it comes to between two instants, in euros.
    pub(crate) fn amount(&self, calendar: &Calendar, from: f64, to: f64) -> f64 {
        self.rate * calendar.between(self.rhythm, from.max(self.from), to.min(self.to))
    }

    /// Whether it is still charged.
    pub(crate) fn is_running(&self) -> bool {
        self.to == f64::INFINITY
    }

    /// The group it belongs to.
    pub(crate) fn group<'w>(&self, world: &'w World) -> Option<&'w Group> {
        world.group(self.group)
    }

    /// The ARM id of what it is for.
    pub(crate) fn resource_id(&self, world: &World) -> String {
        match self.subject {
            Subject::Resource(ix) => world.resource_id(ix),
            Subject::Gone(number) => orphaned_disks::machine_of(world, number)
                .map_or_else(String::new, |target| target.id(world)),
        }
    }

    /// The ARM type of what it is for.
    pub(crate) fn resource_type(&self, world: &World) -> &'static str {
        match self.subject {
            Subject::Resource(ix) => world.resource(ix).map_or("", |r| r.kind.arm_type()),
            Subject::Gone(_) => "Microsoft.Compute/virtualMachines",
        }
    }
}

/// The charges of one resource; none for what is free.
pub(crate) fn of_resource(world: &World, ix: ResourceIx) -> Vec<Charge> {
    price::of_resource(world, ix)
}

/// The charges at and below a scope.
pub(crate) fn within(world: &World, scope: Scope) -> Box<dyn Iterator<Item = Charge> + '_> {
    let group_of_gone = world.first_group(orphaned_disks::GROUP);
    let gone = move |has: bool| {
        let count = if has { orphaned_disks::disks(world).len() } else { 0 };
        (0..count).flat_map(move |number| gone(world, group_of_gone, number))
    };
    match scope {
        Scope::Resource(ix) => Box::new(of_resource(world, ix).into_iter()),
        Scope::Group(ix) => Box::new(
            world
                .group_resources(ix)
                .flat_map(move |ix| of_resource(world, ix))
                .chain(gone(group_of_gone == Some(ix))),
        ),
        Scope::Subscription(ix) => {
            let own = group_of_gone.and_then(|g| world.group(g)).map(|g| g.subscription);
            Box::new(
                world
                    .subscription_resources(ix)
                    .flat_map(move |ix| of_resource(world, ix))
                    .chain(gone(own == Some(ix))),
            )
        }
        Scope::ManagementGroup(above) => {
            let below = world
                .subscription_ixs()
                .filter(move |ix| world.management_group_of(*ix).is_within(above));
            Box::new(below.flat_map(move |ix| within(world, Scope::Subscription(ix))))
        }
        Scope::Tenant => Box::new(std::iter::empty()),
    }
}

/// The charges of a machine that the export job made and deleted.
fn gone(world: &World, group: Option<GroupIx>, number: usize) -> Vec<Charge> {
    let Some(group) = group else {
        return Vec::new();
    };
    let at = |minutes| point(world.ago(minutes));
    let charge = Charge {
        subject: Subject::Gone(number),
        group,
        meter: price::machine_meter("Standard_D8s_v5"),
        rate: price::machine_rate(world, group, "Standard_D8s_v5", true),
        rhythm: Rhythm::Steady,
        from: at(orphaned_disks::CREATED),
        to: at(orphaned_disks::DETACHED),
    };
    vec![charge]
}
