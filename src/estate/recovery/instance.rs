//! What backup vaults (`Microsoft.DataProtection`) protect: blobs, disks and clusters of the
//! production, in the vault of their region.

mod body;
pub(crate) mod job;
pub(crate) mod policy;

use super::{Failure, ILL_EXTENSION};
use crate::estate::{
    chance::Chance,
    world::{DAY, Link, ResourceIx, World, company::Environment, kind::Kind},
};
use policy::DataPolicy;

/// Something that a backup vault protects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Instance {
    pub(crate) vault: ResourceIx,
    pub(crate) source: ResourceIx,
    pub(crate) kind: DataKind,
}

/// What kind of data it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DataKind {
    Blobs,
    Disk,
    Cluster,
}

impl DataKind {
    /// As Data Protection spells it.
    pub(crate) const fn datasource(self) -> &'static str {
        match self {
            Self::Blobs => "Microsoft.Storage/storageAccounts/blobServices",
            Self::Disk => "Microsoft.Compute/disks",
            Self::Cluster => "Microsoft.ContainerService/managedClusters",
        }
    }

    /// The type of the resource that holds the data.
    pub(crate) const fn resource(self) -> &'static str {
        match self {
            Self::Blobs => "Microsoft.Storage/storageAccounts",
            Self::Disk => "Microsoft.Compute/disks",
            Self::Cluster => "Microsoft.ContainerService/managedClusters",
        }
    }
}

/// The protection of a resource by a backup vault, if it has one.
pub(crate) fn of_resource(world: &World, ix: ResourceIx) -> Option<Instance> {
    let resource = world.resource(ix)?;
    let group = world.group(resource.group)?;
    if group.environment != Environment::Production {
        return None;
    }
    let chance = resource.chance.child("data-protection");
    let kind = match resource.kind {
        Kind::StorageAccount if !resource.name.starts_with("dls") && chance.percent(55) => {
            DataKind::Blobs
        }
        // Data that has to be restored faster than a machine can be.
        Kind::Disk
            if resource.linked(Link::VirtualMachine).is_some()
                && resource.name.ends_with("-data-01")
                && chance.percent(15) =>
        {
            DataKind::Disk
        }
        Kind::KubernetesCluster if group.application.ends_with("inventory") => DataKind::Cluster,
        _ => return None,
    };
    let place = format!("backup-{}-{}", group.environment.short(), group.region.short());
    let found = world.find_group(group.subscription, &format!("rg-{place}"))?;
    let vault = world.find_resource(found, Kind::BackupVault, &format!("bv-{place}"))?;
    Some(Instance { vault, source: ix, kind })
}

/// What a backup vault protects.
pub(crate) fn in_vault(world: &World, vault: ResourceIx) -> impl Iterator<Item = Instance> + '_ {
    let subscription = world.resource(vault).map(|r| world.subscription_of(r));
    subscription
        .into_iter()
        .flat_map(|ix| world.subscription_resources(ix))
        .filter_map(|ix| of_resource(world, ix))
        .filter(move |instance| instance.vault == vault)
}

impl Instance {
    /// Where its figures come from.
    pub(crate) fn chance(self, world: &World) -> Chance {
        world.resource(self.source).map_or(world.chance, |r| r.chance).child("instance")
    }

    /// The policy it is backed up by.
    pub(crate) const fn policy(self) -> DataPolicy {
        match self.kind {
            DataKind::Blobs => DataPolicy::Blobs,
            DataKind::Disk => DataPolicy::Disk,
            DataKind::Cluster => DataPolicy::Cluster,
        }
    }

    /// Why its backup failed so many nights ago.
    pub(crate) fn failure(self, world: &World, night: usize) -> Option<&'static Failure> {
        let is_first = world
            .resource(self.source)
            .and_then(|r| world.group(r.group))
            .is_some_and(|group| &*group.application == "inventory");
        (self.kind == DataKind::Cluster && is_first && night < 2).then_some(&ILL_EXTENSION)
    }

    /// Minutes before the anchor at which its backup of so many nights ago began.
    pub(crate) fn began(self, world: &World, night: usize) -> i64 {
        let spread = self.chance(world).child("minute").nth(night as u64).below(20);
        let night = i64::try_from(night).unwrap_or(0);
        night * DAY + 10 * 60 + 5 - i64::try_from(spread).unwrap_or(0)
    }
}
