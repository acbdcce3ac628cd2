//! The locks of the estate: on what everything else needs, and on what must not be lost. Facts
//! only; who may read them is the provider's question.

use super::Scope;
use crate::estate::world::{GroupIx, World, company::Environment, kind::Kind};

/// A lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Lock {
    pub(crate) at: Scope,
    pub(crate) name: &'static str,
    /// `CanNotDelete` or `ReadOnly`.
    pub(crate) level: &'static str,
    pub(crate) notes: &'static str,
}

/// Every lock, groups before the resources in them.
pub(crate) fn all(world: &World) -> impl Iterator<Item = Lock> + '_ {
    (0_u32..).map(GroupIx).zip(&world.groups).flat_map(|(ix, group)| {
        let is_production = group.environment == Environment::Production;
        let own = if &*group.application == "connectivity" {
            Some(Lock {
                at: Scope::Group(ix),
                name: "do-not-delete",
                level: "CanNotDelete",
                notes: "Shared by everything else. Ask the platform team first.",
            })
        } else if is_production && group.application.ends_with("archive") {
            Some(Lock {
                at: Scope::Group(ix),
                name: "do-not-delete",
                level: "CanNotDelete",
                notes: "Kept for the auditors until the end of the retention period.",
            })
        } else {
            None
        };
        own.into_iter().chain(of_vaults(world, ix, is_production))
    })
}

/// Vaults of backups in production are locked one by one.
fn of_vaults(
    world: &World,
    group: GroupIx,
    is_production: bool,
) -> impl Iterator<Item = Lock> + '_ {
    let vaults = world.group_resources(group).filter(move |ix| {
        is_production && world.resource(*ix).is_some_and(|one| one.kind == Kind::RecoveryVault)
    });
    vaults.map(|ix| Lock {
        at: Scope::Resource(ix),
        name: "keep-backups",
        level: "CanNotDelete",
        notes: "Backups of production. Deleting the vault takes two approvals.",
    })
}
