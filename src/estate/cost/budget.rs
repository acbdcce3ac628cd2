//! Budgets and what became of them: what was spent of each, what the month will come to, and the
//! alerts that its thresholds and an unusual day set off.

use super::{
    MONTH,
    calendar::{day_of, month_start, point},
    tally::{Bucket, Granularity, Question, buckets, tally, total},
};
use crate::estate::{
    access::Scope,
    stories::orphaned_disks,
    world::{DAY, SubscriptionIx, World, company::Environment},
};

/// The months a budget is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Grain {
    Monthly,
    Quarterly,
}

/// A share of a budget at which people are told, in percent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Threshold {
    Actual(u32),
    Forecast(u32),
}

/// The thresholds every budget has.
pub(crate) const THRESHOLDS: &[Threshold] =
    &[Threshold::Actual(80), Threshold::Actual(100), Threshold::Forecast(110)];

/// A budget.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Budget {
    pub(crate) name: String,
    pub(crate) scope: Scope,
    pub(crate) grain: Grain,
    /// Euros a period.
    pub(crate) amount: f64,
}

/// Groups with a budget of their own, and how far it is above what they usually cost.
const GROUPS: &[(&str, f64)] = &[
    (orphaned_disks::GROUP, 1.15),
    ("rg-web-prod-weu", 1.12),
    ("rg-erp-prod-weu", 0.98),
    ("rg-orders-prod-eus2", 1.3),
];

/// The budgets of a subscription and the groups in it.
pub(crate) fn of_subscription(world: &World, ix: SubscriptionIx) -> Vec<Budget> {
    let mut budgets: Vec<Budget> = at_subscription(world, ix).into_iter().collect();
    budgets.extend(GROUPS.iter().filter_map(|(name, _)| {
        let group = world.find_group(ix, name)?;
        at_group(world, group)
    }));
    budgets
}

/// The budgets at a scope and below it.
pub(crate) fn within(world: &World, scope: Scope) -> Vec<Budget> {
    match scope {
        Scope::Subscription(ix) => of_subscription(world, ix),
        Scope::Group(ix) => at_group(world, ix).into_iter().collect(),
        Scope::ManagementGroup(above) => {
            let all = world.subscription_ixs();
            let below = all.filter(|ix| world.management_group_of(*ix).is_within(above));
            below.flat_map(|ix| of_subscription(world, ix)).collect()
        }
        Scope::Resource(_) | Scope::Tenant => Vec::new(),
    }
}

fn at_subscription(world: &World, ix: SubscriptionIx) -> Option<Budget> {
    let subscription = world.subscription(ix)?;
    let (factor, grain) = match subscription.environment {
        Environment::Production => (1.05, Grain::Monthly),
        Environment::NonProduction => (1.08, Grain::Monthly),
        Environment::Platform => (1.2, Grain::Quarterly),
        Environment::Sandbox => (1.6, Grain::Monthly),
    };
    let name = subscription.name.to_ascii_lowercase().replace(' ', "-");
    Some(Budget::at(world, format!("budget-{name}"), Scope::Subscription(ix), (factor, grain)))
}

fn at_group(world: &World, ix: crate::estate::world::GroupIx) -> Option<Budget> {
    let group = world.group(ix)?;
    let (_, factor) = GROUPS.iter().find(|(name, _)| *name == group.name)?;
    let name = format!("budget-{}", group.application);
    Some(Budget::at(world, name, Scope::Group(ix), (*factor, Grain::Monthly)))
}

impl Budget {
    fn at(world: &World, name: String, scope: Scope, (factor, grain): (f64, Grain)) -> Self {
        let months = match grain {
            Grain::Monthly => 1.0,
            Grain::Quarterly => 3.0,
        };
        // What it cost a month before the stories.
        let to = point(world.anchor) - 30.0;
        let usual = total(world, scope, to - 30.0, to) / 30.0 * MONTH;
        let amount = (usual * factor * months / 50.0).round().max(1.0) * 50.0;
        Self { name, scope, grain, amount }
    }

    /// The word on the wire.
    pub(crate) const fn grain_word(&self) -> &'static str {
        match self.grain {
            Grain::Monthly => "Monthly",
            Grain::Quarterly => "Quarterly",
        }
    }

    /// The first day of the period that a day lies in, and of the one after it.
    pub(crate) fn period(&self, day: i32) -> (i32, i32) {
        match self.grain {
            Grain::Monthly => (month_start(day, 0), month_start(day, 1)),
            Grain::Quarterly => {
                let month = super::calendar::date_of(day).month();
                let back = i32::from((month - 1) % 3);
                (month_start(day, -back), month_start(day, 3 - back))
            }
        }
    }

    /// What was spent in the present period until the start of a day: budgets are looked at once
    /// a day.
    pub(crate) fn spent(&self, world: &World, today: i32) -> f64 {
        let (start, _) = self.period(today);
        total(world, self.scope, f64::from(start), f64::from(today))
    }

    /// What the present period will come to.
    pub(crate) fn forecast(&self, world: &World, today: i32) -> f64 {
        let (start, end) = self.period(today);
        total(world, self.scope, f64::from(start), f64::from(end))
    }

    /// The alerts that it set off in the present period and the one before.
    pub(crate) fn alerts(&self, world: &World, today: i32) -> Vec<BudgetAlert> {
        let (start, _) = self.period(today);
        let (before, _) = self.period(start - 1);
        let mut alerts = self.alerts_of(world, (start, today), today);
        alerts.extend(self.alerts_of(world, (before, start), today));
        alerts
    }

    fn alerts_of(&self, world: &World, (start, until): (i32, i32), today: i32) -> Vec<BudgetAlert> {
        let days = buckets(Granularity::Daily, f64::from(start), f64::from(until));
        let question = Question { by: &[], filter: None, buckets: &days };
        let sums = tally(world, self.scope, &question).into_values().next().unwrap_or_default();
        let forecast = total(world, self.scope, f64::from(start), f64::from(self.period(start).1));
        let mut alerts = Vec::new();
        for threshold in THRESHOLDS {
            let (percent, spent) = match threshold {
                Threshold::Actual(percent) => {
                    (*percent, first_over(&sums, &days, self.amount * f64::from(*percent) / 100.0))
                }
                // A period is forecast from its first day on.
                Threshold::Forecast(percent) => {
                    let limit = self.amount * f64::from(*percent) / 100.0;
                    (*percent, (forecast > limit && until > start).then_some((start, forecast)))
                }
            };
            let Some((day, spent)) = spent else {
                continue;
            };
            let is_present = until == today;
            let is_recent = percent >= 100 && today - day <= 14;
            alerts.push(BudgetAlert {
                threshold: *threshold,
                day: day + 1,
                start,
                spent,
                is_active: is_present || is_recent,
            });
        }
        alerts
    }
}

/// The day after which a running total is over a limit, and what it was.
fn first_over(sums: &[f64], days: &[Bucket], limit: f64) -> Option<(i32, f64)> {
    let mut total = 0.0;
    sums.iter().zip(days).find_map(|(sum, day)| {
        total += sum;
        (total >= limit).then_some((day.day, total))
    })
}

/// A threshold that was passed.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct BudgetAlert {
    pub(crate) threshold: Threshold,
    /// The day on which it was noticed.
    pub(crate) day: i32,
    /// The first day of the period.
    pub(crate) start: i32,
    pub(crate) spent: f64,
    pub(crate) is_active: bool,
}

/// A day that cost more than it should have.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Anomaly {
    pub(crate) day: i32,
    pub(crate) expected: f64,
    pub(crate) actual: f64,
    /// The group that the rise is from.
    pub(crate) group: String,
}

/// The unusual day of a subscription, where it had one: the first whole one with the export's
/// disks.
pub(crate) fn anomaly(world: &World, ix: SubscriptionIx) -> Option<Anomaly> {
    let group = world.first_group(orphaned_disks::GROUP).and_then(|group| world.group(group))?;
    if group.subscription != ix || orphaned_disks::disks(world).is_empty() {
        return None;
    }
    let day = day_of(world.ago(orphaned_disks::CREATED - DAY));
    let scope = Scope::Subscription(ix);
    let of = |day: i32| total(world, scope, f64::from(day), f64::from(day + 1));
    // The same day of the week before.
    Some(Anomaly { day, expected: of(day - 7), actual: of(day), group: group.name.clone() })
}
