//! What would be cheaper if it were committed to: machines, databases, plans and caches that ran
//! all the time. Nothing was bought yet.

use std::collections::BTreeMap;

use super::{
    price::region_factor,
    sizes::{self, MachineSize},
};
use crate::estate::world::{
    DAY, SubscriptionIx, World,
    company::{Environment, Region},
    kind::Kind,
    mark::Mark,
};

/// How long something is committed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Term {
    OneYear,
    ThreeYears,
}

impl Term {
    /// Both.
    pub(crate) const ALL: [Self; 2] = [Self::OneYear, Self::ThreeYears];

    /// The word on the wire.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::OneYear => "P1Y",
            Self::ThreeYears => "P3Y",
        }
    }
}

/// Something that ran all the time.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Candidate {
    /// `VirtualMachines`, `SQLDatabases`, `AppService` or `RedisCache`.
    pub(crate) resource_type: &'static str,
    pub(crate) sku: &'static str,
    pub(crate) region: Region,
    pub(crate) quantity: u32,
    /// Euros an hour of one, without the licence.
    pub(crate) hourly: f64,
}

impl Candidate {
    /// The share that a reservation saves.
    pub(crate) fn discount(&self, term: Term) -> f64 {
        match (self.resource_type, term) {
            ("VirtualMachines", Term::OneYear) => 0.36,
            ("VirtualMachines", Term::ThreeYears) => 0.57,
            ("SQLDatabases", Term::OneYear) => 0.21,
            ("SQLDatabases", Term::ThreeYears) => 0.33,
            ("AppService", Term::OneYear) => 0.25,
            ("AppService", Term::ThreeYears) => 0.4,
            (_, Term::OneYear) => 0.35,
            (_, Term::ThreeYears) => 0.55,
        }
    }

    /// What all of them cost in so many days.
    pub(crate) fn cost(&self, days: f64) -> f64 {
        f64::from(self.quantity) * self.hourly * 24.0 * days
    }
}

/// What a subscription ran all through the last two months, machines first. Machines with hardly
/// anything to do are left out: they should be smaller first.
pub(crate) fn candidates(world: &World, ix: SubscriptionIx) -> Vec<Candidate> {
    let mut found: BTreeMap<(u8, &str, &str), Candidate> = BTreeMap::new();
    for ix in world.subscription_resources(ix) {
        let Some((order, one)) = candidate(world, ix) else {
            continue;
        };
        let key = (order, one.sku, one.region.name());
        let quantity = one.quantity;
        found.entry(key).and_modify(|known| known.quantity += quantity).or_insert(one);
    }
    found.into_values().collect()
}

fn candidate(world: &World, ix: crate::estate::world::ResourceIx) -> Option<(u8, Candidate)> {
    let resource = world.resource(ix)?;
    let group = world.group(resource.group)?;
    if i64::from(resource.created) < 60 * DAY {
        return None;
    }
    let one = |resource_type, sku, quantity, hourly: f64| Candidate {
        resource_type,
        sku,
        region: group.region,
        quantity,
        hourly: hourly * region_factor(group.region),
    };
    Some(match resource.kind {
        Kind::VirtualMachine => {
            if resource.marks.has(Mark::Deallocated) || sizes::is_underused(world, ix) {
                return None;
            }
            let size = MachineSize::named(sizes::machine_size(world, ix))?;
            (0, one("VirtualMachines", size.name, 1, size.hourly(true)))
        }
        Kind::SqlDatabase => (1, one("SQLDatabases", "SQLDB_GP_Compute_Gen5", 2, 0.23)),
        Kind::AppServicePlan if group.environment == Environment::Production => {
            (2, one("AppService", "P1v3", 2, 0.155))
        }
        Kind::RedisCache => (3, one("RedisCache", "C1", 1, 0.126)),
        _ => return None,
    })
}

/// A savings plan for the machines of a subscription.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct SavingsPlan {
    /// Euros an hour to commit to.
    pub(crate) commitment: f64,
    /// Euros an hour that the machines cost now.
    pub(crate) hourly: f64,
    /// The share of that which the plan covers.
    pub(crate) coverage: f64,
    /// The share it saves of what it covers.
    pub(crate) discount: f64,
}

impl SavingsPlan {
    /// What it saves an hour.
    pub(crate) fn saved_hourly(&self) -> f64 {
        self.hourly * self.coverage * self.discount
    }
}

/// The savings plan that fits a subscription; none where nothing runs all the time.
pub(crate) fn savings_plan(world: &World, ix: SubscriptionIx, term: Term) -> Option<SavingsPlan> {
    let machines = candidates(world, ix);
    let machines = machines.iter().filter(|one| one.resource_type == "VirtualMachines");
    let hourly: f64 = machines.map(|one| f64::from(one.quantity) * one.hourly).sum();
    if hourly < 0.05 {
        return None;
    }
    let (coverage, discount) = match term {
        Term::OneYear => (0.82, 0.17),
        Term::ThreeYears => (0.82, 0.34),
    };
    let commitment = hourly * coverage * (1.0 - discount);
    Some(SavingsPlan { commitment, hourly, coverage, discount })
}
