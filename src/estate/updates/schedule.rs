//! Maintenance configurations: which machines each covers, by which assignment, and when its
//! windows are. Nothing is drawn: what covers a machine follows from where it lies and its tags.

mod body;

use crate::estate::{
    stories::pending_patches,
    world::{
        DAY, GroupIx, ResourceIx, SubscriptionIx, World,
        company::{Environment, Region},
        kind::Kind,
        mark::Mark,
    },
};

/// A maintenance configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Plan {
    /// The billing machines, which missed two windows.
    Billing,
    /// Production in Europe.
    ProductionEurope,
    /// Production in America.
    ProductionAmerica,
    /// Everything in test.
    Test,
    /// Made for the hub and never assigned.
    Platform,
}

/// How a configuration comes to cover machines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// One assignment a machine.
    Machines,
    /// An assignment at each subscription of an environment, filtered by tag and region.
    Dynamic(Environment, &'static [Region]),
    Nothing,
}

const EUROPE: &[Region] = &[Region::WestEurope, Region::NorthEurope];
const AMERICA: &[Region] = &[Region::EastUs2];
const EVERYWHERE: &[Region] =
    &[Region::WestEurope, Region::NorthEurope, Region::EastUs2, Region::UkSouth];

impl Plan {
    /// Every configuration.
    pub(crate) const ALL: [Self; 5] = [
        Self::Billing,
        Self::ProductionEurope,
        Self::ProductionAmerica,
        Self::Test,
        Self::Platform,
    ];

    /// The resource's name.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Billing => "mc-billing-weekly",
            Self::ProductionEurope => "mc-prod-europe-weekly",
            Self::ProductionAmerica => "mc-prod-america-weekly",
            Self::Test => "mc-test-weekly",
            Self::Platform => "mc-platform-monthly",
        }
    }

    /// The resource group that holds them all, in the platform subscription.
    const GROUP: &'static str = "rg-operations-weu";

    /// The group that holds it, where the world has that.
    pub(crate) fn group(world: &World) -> Option<GroupIx> {
        world.first_group(Self::GROUP)
    }

    /// The ARM id.
    pub(crate) fn id(self, world: &World) -> String {
        let group = Self::group(world).map(|ix| world.group_id(ix)).unwrap_or_default();
        format!("{group}/providers/Microsoft.Maintenance/maintenanceConfigurations/{}", self.name())
    }

    /// The configuration of this name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|plan| plan.name().eq_ignore_ascii_case(name))
    }

    /// How it comes to cover machines.
    pub(crate) const fn reach(self) -> Reach {
        match self {
            Self::Billing => Reach::Machines,
            Self::ProductionEurope => Reach::Dynamic(Environment::Production, EUROPE),
            Self::ProductionAmerica => Reach::Dynamic(Environment::Production, AMERICA),
            Self::Test => Reach::Dynamic(Environment::NonProduction, EVERYWHERE),
            Self::Platform => Reach::Nothing,
        }
    }

    /// Minutes a window is open.
    pub(crate) const fn open_for(self) -> i64 {
        match self {
            Self::Billing => 90,
            Self::ProductionEurope | Self::ProductionAmerica | Self::Platform => 235,
            Self::Test => 180,
        }
    }

    /// Minutes before the anchor at which the last window opened.
    pub(crate) const fn last_window(self) -> i64 {
        match self {
            Self::Billing => pending_patches::WINDOWS[0] + 90,
            Self::ProductionEurope => 3 * DAY + 5 * 60,
            Self::ProductionAmerica => 2 * DAY + 20 * 60,
            Self::Test => DAY + 7 * 60,
            Self::Platform => 11 * DAY,
        }
    }

    /// Minutes before the anchor of the windows of the last 30 days, the latest first.
    pub(crate) fn windows(self) -> impl Iterator<Item = i64> {
        let every = if self == Self::Platform { 28 * DAY } else { 7 * DAY };
        (0..5).map(move |round| self.last_window() + round * every).filter(|at| *at < 30 * DAY)
    }

    /// The subscriptions that have an assignment with a filter for it.
    pub(crate) fn subscriptions(self, world: &World) -> Vec<SubscriptionIx> {
        let Reach::Dynamic(environment, _) = self.reach() else {
            return Vec::new();
        };
        let of = |ix: &SubscriptionIx| {
            world.subscription(*ix).is_some_and(|s| s.environment == environment)
        };
        world.subscription_ixs().filter(of).collect()
    }
}

/// The configuration that covers a machine; `None` where nothing patches it.
pub(crate) fn of_machine(world: &World, ix: ResourceIx) -> Option<Plan> {
    let resource = world.resource(ix).filter(|r| r.kind == Kind::VirtualMachine)?;
    let group = world.group(resource.group)?;
    if group.name == pending_patches::GROUP {
        return Some(Plan::Billing);
    }
    // The filters ask for the tag `env`, which a machine without tags has not.
    if resource.marks.has(Mark::Untagged) {
        return None;
    }
    Plan::ALL.into_iter().find(|plan| match plan.reach() {
        Reach::Dynamic(environment, regions) => {
            environment == group.environment && regions.contains(&group.region)
        }
        Reach::Machines | Reach::Nothing => false,
    })
}
