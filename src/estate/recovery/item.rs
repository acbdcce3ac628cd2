//! What a Recovery Services vault backs up: machines and the SQL databases in them. A vault
//! protects machines of its own subscription, environment and region; which of them, the mark
//! `NoBackup` says, so that Defender says the same.

mod body;

use super::{DENIED, Failure, NO_AGENT, SLOW_SNAPSHOT, policy::Policy};
use crate::estate::{
    chance::Chance,
    stories::backup_policy,
    world::{DAY, Group, ResourceIx, World, company::Environment, kind::Kind, mark::Mark},
};

/// Something that can be backed up, and the vault it belongs into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Item {
    pub(crate) vault: ResourceIx,
    pub(crate) machine: ResourceIx,
    pub(crate) what: What,
}

/// What of a machine it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum What {
    Machine,
    /// A database of the SQL Server in it.
    Database(&'static str),
}

/// The databases in the machines of an application, with whether they are backed up.
const DATABASES: &[(&str, &[(&str, bool)])] = &[
    ("erp", &[("ERP_Main", true), ("ERP_Reporting", true), ("ERP_Staging", false)]),
    ("billing", &[("Billing", true), ("Billing_Archive", false)]),
];

/// The vault whose machines a machine is one of.
pub(crate) fn vault_for(world: &World, machine: ResourceIx) -> Option<ResourceIx> {
    let group = world.group(world.resource(machine)?.group)?;
    let place = format!("backup-{}-{}", group.environment.short(), group.region.short());
    let found = world.find_group(group.subscription, &format!("rg-{place}"))?;
    world.find_resource(found, Kind::RecoveryVault, &format!("rsv-{place}"))
}

/// Everything of a machine that can be backed up, with whether it is.
pub(crate) fn of_machine(world: &World, machine: ResourceIx) -> Vec<(Item, bool)> {
    let Some(vault) = vault_for(world, machine) else {
        return Vec::new();
    };
    let protected = !world.has(machine, Mark::NoBackup);
    let item = |what| Item { vault, machine, what };
    let own = std::iter::once((item(What::Machine), protected));
    let databases = databases(world, machine).iter();
    own.chain(databases.map(|(name, kept)| (item(What::Database(name)), protected && *kept)))
        .collect()
}

/// The databases in a machine: those of the first machine of an application with SQL Server.
fn databases(world: &World, machine: ResourceIx) -> &'static [(&'static str, bool)] {
    let Some(resource) = world.resource(machine).filter(|r| r.name.ends_with("-01")) else {
        return &[];
    };
    let Some(group) = world.group(resource.group) else {
        return &[];
    };
    let is_of = |app: &str| {
        group.environment == Environment::Production
            && (&*group.application == app || group.application.ends_with(&format!("-{app}")))
    };
    DATABASES.iter().find(|(app, _)| is_of(app)).map_or(&[], |(_, databases)| databases)
}

/// Everything that could be in a vault, with whether it is.
pub(crate) fn around(world: &World, vault: ResourceIx) -> impl Iterator<Item = (Item, bool)> + '_ {
    let own = world.resource(vault).and_then(|r| world.group(r.group));
    let machines = own.filter(|group| group.name.starts_with("rg-backup-")).map(|own| {
        world.subscription_resources(own.subscription).filter(move |ix| {
            world.resource(*ix).is_some_and(|r| {
                r.kind == Kind::VirtualMachine
                    && world.group(r.group).is_some_and(|g| g.region == own.region)
            })
        })
    });
    machines
        .into_iter()
        .flatten()
        .flat_map(|machine| of_machine(world, machine))
        .filter(move |(item, _)| item.vault == vault)
}

/// What a vault protects.
pub(crate) fn in_vault(world: &World, vault: ResourceIx) -> impl Iterator<Item = Item> + '_ {
    around(world, vault).filter(|(_, protected)| *protected).map(|(item, _)| item)
}

impl Item {
    /// Where its figures come from.
    pub(crate) fn chance(self, world: &World) -> Chance {
        let own = world.resource(self.machine).map_or(world.chance, |r| r.chance).child("backup");
        match self.what {
            What::Machine => own,
            What::Database(name) => own.child(name),
        }
    }

    /// The policy it is backed up by.
    pub(crate) fn policy(self, world: &World) -> Policy {
        match (self.what, self.group(world).map(|g| g.environment)) {
            (What::Database(_), _) => Policy::Sql,
            (What::Machine, _) if self.is_of_story(world) => Policy::Erp,
            (What::Machine, Some(Environment::NonProduction)) => Policy::Test,
            (What::Machine, _) => Policy::Daily,
        }
    }

    /// Whether it is one of the machines whose backups fail since the policy was changed.
    fn is_of_story(self, world: &World) -> bool {
        let own = world.resource(self.machine).map(|r| r.group);
        self.what == What::Machine
            && self.group(world).is_some_and(|group| group.name == backup_policy::GROUP)
            && world.first_group(backup_policy::GROUP) == own
    }

    fn group(self, world: &World) -> Option<&Group> {
        world.resource(self.machine).and_then(|r| world.group(r.group))
    }

    /// Why its backup failed so many nights ago; `None` where it did not.
    pub(crate) fn failure(self, world: &World, night: usize) -> Option<&'static Failure> {
        if self.is_of_story(world) {
            return (night < backup_policy::FAILURES.len()).then_some(&DENIED);
        }
        if self.what != What::Machine {
            return None;
        }
        let chance = self.chance(world);
        let is_production =
            self.group(world).is_some_and(|g| g.environment == Environment::Production);
        if is_production && night < 2 && chance.child("agent").percent(5) {
            return Some(&NO_AGENT);
        }
        let once = night > 0 && chance.child("slow").nth(night as u64).percent(2);
        once.then_some(&SLOW_SNAPSHOT)
    }

    /// Minutes before the anchor at which its backup of so many nights ago began.
    pub(crate) fn began(self, world: &World, night: usize) -> i64 {
        let night_at = i64::try_from(night).unwrap_or(0) * DAY;
        let policy = self.policy(world);
        let spread = self.chance(world).child("minute").nth(night as u64).below(policy.spread());
        night_at + policy.minutes_ago() - i64::try_from(spread).unwrap_or(0)
    }
}
