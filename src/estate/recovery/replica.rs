//! Machines that Site Recovery replicates to another region: the production machines of West
//! Europe, to North Europe, in the vault there. How well that goes, and when it was last tried.

mod body;
pub(crate) mod event;
pub(crate) mod job;
pub(crate) mod plan;
pub(crate) mod site;

use crate::estate::{
    chance::Chance,
    world::{
        DAY, Group, GroupIx, ResourceIx, SubscriptionIx, World,
        company::{Environment, Region},
        kind::Kind,
    },
};

/// Where the machines run.
pub(crate) const PRIMARY: Region = Region::WestEurope;
/// Where they are replicated to.
pub(crate) const RECOVERY: Region = Region::NorthEurope;

/// A replicated machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Replica {
    pub(crate) vault: ResourceIx,
    pub(crate) machine: ResourceIx,
}

/// How well a machine replicates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Health {
    Normal,
    /// It could be started, but its applications would find their data as after a power cut.
    NoConsistentPoint,
    /// It lags behind.
    Lagging,
}

/// An application with its machines, which are drilled together.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Site<'a> {
    pub(crate) group: GroupIx,
    pub(crate) own: &'a Group,
}

/// The vault that machines of a subscription are replicated into.
pub(crate) fn vault_for(world: &World, subscription: SubscriptionIx) -> Option<ResourceIx> {
    let place = format!("backup-{}-{}", Environment::Production.short(), RECOVERY.short());
    let group = world.find_group(subscription, &format!("rg-{place}"))?;
    world.find_resource(group, Kind::RecoveryVault, &format!("rsv-{place}"))
}

/// The replication of a machine, if it is replicated.
pub(crate) fn of_machine(world: &World, machine: ResourceIx) -> Option<Replica> {
    let resource = world.resource(machine).filter(|r| r.kind == Kind::VirtualMachine)?;
    let group = world.group(resource.group)?;
    let is_there = group.environment == Environment::Production && group.region == PRIMARY;
    // The fourth machine of a tier only takes peaks: nobody pays for its twin.
    let is_spare = resource.name.ends_with("-04") && resource.chance.child("twin").percent(60);
    if !is_there || is_spare {
        return None;
    }
    Some(Replica { vault: vault_for(world, group.subscription)?, machine })
}

/// The applications whose machines are replicated into a vault.
pub(crate) fn sites(world: &World, vault: ResourceIx) -> Vec<Site<'_>> {
    let subscription = world.resource(vault).map(|r| world.subscription_of(r));
    let Some(subscription) = subscription.filter(|ix| vault_for(world, *ix) == Some(vault)) else {
        return Vec::new();
    };
    let groups = world.subscription_groups(subscription);
    groups
        .filter_map(|group| world.group(group).map(|own| Site { group, own }))
        .filter(|site| site.replicas(world).next().is_some())
        .collect()
}

/// The machines that are replicated into a vault.
pub(crate) fn in_vault(world: &World, vault: ResourceIx) -> Vec<Replica> {
    sites(world, vault).iter().flat_map(|site| site.replicas(world)).collect()
}

impl Site<'_> {
    /// Its replicated machines.
    pub(crate) fn replicas<'w>(&self, world: &'w World) -> impl Iterator<Item = Replica> + 'w {
        world.group_resources(self.group).filter_map(|ix| of_machine(world, ix))
    }

    /// Minutes before the anchor of the last failover test that went well.
    pub(crate) fn drilled(&self, world: &World) -> Option<i64> {
        match &*self.own.application {
            "web" => Some(47 * DAY + 310),
            "checkout" => Some(203 * DAY + 425),
            "erp" => None,
            _ => {
                let chance = self.chance(world).child("drill");
                let days = i64::try_from(20 + chance.below(220)).unwrap_or(0);
                (!chance.percent(25)).then_some(days * DAY + 380)
            }
        }
    }

    /// Minutes before the anchor of a failover test that went wrong.
    pub(crate) fn failed_drill(&self) -> Option<i64> {
        (&*self.own.application == "checkout").then_some(12 * DAY + 400)
    }

    fn chance(&self, world: &World) -> Chance {
        world.chance.child("site").nth(u64::from(self.group.0))
    }
}

impl Replica {
    /// Where its figures come from.
    pub(crate) fn chance(self, world: &World) -> Chance {
        world.resource(self.machine).map_or(world.chance, |r| r.chance).child("replica")
    }

    /// The application it belongs to.
    pub(crate) fn site(self, world: &World) -> Option<Site<'_>> {
        let group = world.resource(self.machine)?.group;
        world.group(group).map(|own| Site { group, own })
    }

    /// How well it replicates.
    pub(crate) fn health(self, world: &World) -> Health {
        match world.resource(self.machine).map_or("", |r| &r.name) {
            "vm-checkout-03" => Health::Lagging,
            "vm-web-02" => Health::NoConsistentPoint,
            _ if self.chance(world).child("health").percent(3) => Health::NoConsistentPoint,
            _ => Health::Normal,
        }
    }

    /// Seconds that would be lost if the primary were gone.
    pub(crate) fn rpo_seconds(self, world: &World) -> u64 {
        let chance = self.chance(world).child("rpo");
        match self.health(world) {
            Health::Normal | Health::NoConsistentPoint => 45 + chance.below(280),
            Health::Lagging => 9_840,
        }
    }
}
