//! What happened to a resource, as its metrics show it: the stories, the alerts that fired on it
//! and the state it is in. Facts come from where the other providers have them.

use jiff::Timestamp;

use super::{Metric, course::minute_of};
use crate::estate::{
    chronicle::{Target, stopped_minutes_ago},
    health::availability::{self, Cause},
    monitor::Fired,
    stories::{
        backup_policy, brute_force, down_after_change, orphaned_disks,
        region_outage::{self, Struck},
    },
    world::{Link, Resource, ResourceIx, World, kind::Kind, mark::Mark},
};

/// A change of a metric for a while.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Effect {
    /// Whole minutes since 1970, from the first up to, not including, the second.
    from: i64,
    to: i64,
    pub(super) how: How,
}

/// How a metric changes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum How {
    /// Nothing is measured.
    Missing,
    /// It is so many times what it would be.
    Times(f64),
    /// It stays near a value.
    About(f64),
    /// It is a value.
    Exactly(f64),
}

impl Effect {
    pub(super) const fn is_at(&self, minute: i64) -> bool {
        self.from <= minute && minute < self.to
    }
}

/// What happened, the strongest last.
pub(super) fn of<'a>(
    world: &World,
    fired: impl Iterator<Item = &'a Fired>,
    (ix, metric): (ResourceIx, &Metric),
) -> Vec<Effect> {
    let Some(resource) = world.resource(ix) else {
        return Vec::new();
    };
    let subject = Subject { world, ix, resource, metric };
    let mut effects = subject.of_stories();
    effects.extend(fired.filter_map(|alert| subject.of_alert(alert)));
    effects.extend(subject.of_state());
    let created = minute_of(world.ago(i64::from(resource.created)));
    effects.insert(0, Effect { from: i64::MIN, to: created, how: How::Missing });
    effects
}

struct Subject<'a> {
    world: &'a World,
    ix: ResourceIx,
    resource: &'a Resource,
    metric: &'a Metric,
}

impl Subject<'_> {
    /// Between two instants in minutes before the anchor; without an end it goes on.
    fn while_(&self, from: i64, to: Option<i64>, how: How) -> Effect {
        let minute = |ago: i64| minute_of(self.at(ago));
        Effect { from: minute(from), to: to.map_or(i64::MAX, minute), how }
    }

    fn at(&self, ago: i64) -> Timestamp {
        self.world.ago(ago)
    }

    fn is(&self, names: &[&str]) -> bool {
        names.contains(&self.metric.name)
    }

    fn group(&self) -> &str {
        self.world.group(self.resource.group).map_or("", |group| group.name.as_str())
    }

    /// A rule fires some minutes after what it watches went over its threshold.
    fn of_alert(&self, alert: &Fired) -> Option<Effect> {
        let value = alert.rule.condition.measured(self.metric.name)?;
        let is_own = alert.target == Target::Resource(self.ix);
        let to = alert.resolved.map(|minutes| minutes + 2);
        is_own.then(|| self.while_(alert.at + 6, to, How::About(value)))
    }

    /// A machine that is off measures nothing of its work, nor do its disks and its card.
    fn of_state(&self) -> Vec<Effect> {
        let mut effects = Vec::new();
        let machine = match self.resource.kind {
            Kind::VirtualMachine => Some(self.ix),
            _ => self.resource.linked(Link::VirtualMachine),
        };
        if let Some(since) = machine.and_then(|ix| stopped_minutes_ago(self.world, ix)) {
            effects.push(self.while_(since, None, How::Exactly(0.0)));
        }
        if self.resource.kind == Kind::Disk && self.resource.marks.has(Mark::Unattached) {
            let is_story = self.group() == orphaned_disks::GROUP;
            let since = if is_story { orphaned_disks::DETACHED } else { i64::from(u32::MAX) };
            effects.push(self.while_(since, None, How::Exactly(0.0)));
        }
        if self.is(&["VmAvailabilityMetric"]) {
            let history = availability::history(self.world, self.ix);
            let restarts = history.iter().filter(|one| one.cause == Cause::HostRestart);
            effects.extend(
                restarts.map(|one| self.while_(one.since, Some(one.since - 9), How::Exactly(0.0))),
            );
        }
        effects
    }

    fn of_stories(&self) -> Vec<Effect> {
        let mut effects = Vec::new();
        effects.extend(self.of_neighbour());
        effects.extend(self.of_attack());
        effects.extend(self.of_outage());
        if self.is(&["BackupHealthEvent"]) && backup_policy::vault(self.world) == Some(self.ix) {
            let machines = u32::try_from(backup_policy::machines(self.world).len()).unwrap_or(0);
            let nights = backup_policy::FAILURES.iter();
            effects.extend(
                nights.map(|at| self.while_(*at, Some(*at - 1), How::Exactly(f64::from(machines)))),
            );
        }
        effects
    }

    /// The other machines of the tier carry the load of the one that is down.
    fn of_neighbour(&self) -> Option<Effect> {
        let carries = self.group() == down_after_change::GROUP
            && self.resource.kind == Kind::VirtualMachine
            && self.is(&["Percentage CPU", "Network In Total", "Network Out Total"]);
        carries.then(|| self.while_(down_after_change::STOPPED, None, How::Times(1.5)))
    }

    /// Thousands of sign-ins come over the network.
    fn of_attack(&self) -> Option<Effect> {
        let machine =
            self.world.named(brute_force::GROUP, Kind::VirtualMachine, brute_force::MACHINE)?;
        let is_machine = machine == self.ix;
        let is_beside = self.resource.linked(Link::VirtualMachine) == Some(machine);
        if !is_machine && !is_beside {
            return None;
        }
        let factor = if self.is(&["Network In Total", "BytesReceivedRate"]) {
            6.5
        } else if self.is(&["Network Out Total", "BytesSentRate"]) {
            2.2
        } else if self.is(&["Percentage CPU"]) {
            1.5
        } else {
            return None;
        };
        let (from, to) = (brute_force::ATTEMPTS_BEGAN, brute_force::SUCCEEDED);
        Some(self.while_(from, Some(to), How::Times(factor)))
    }

    /// The outage, in what it strikes and in the telemetry of the application before it.
    fn of_outage(&self) -> Option<Effect> {
        let telemetry =
            self.resource.kind == Kind::AppInsights && self.group() == region_outage::GROUP;
        let struck = match region_outage::strikes(self.world, self.ix) {
            Some(struck) => struck,
            None if telemetry => Struck::Down,
            None => return None,
        };
        let how = self.outage(struck)?;
        Some(self.while_(region_outage::BEGAN, None, how))
    }

    fn outage(&self, struck: Struck) -> Option<How> {
        let is_down = struck == Struck::Down;
        let of = |down: f64, degraded: f64| Some(How::Times(if is_down { down } else { degraded }));
        match self.metric.name {
            "Http5xx" | "requests/failed" | "exceptions/count" => of(400.0, 12.0),
            "dependencies/failed" | "connection_failed" => of(300.0, 40.0),
            "Http2xx" | "connection_successful" => of(0.05, 0.8),
            "HttpResponseTime" | "requests/duration" | "dependencies/duration" => of(6.0, 2.5),
            "availabilityResults/availabilityPercentage" => of(0.1, 0.9),
            "cpu_percent" | "dtu_consumption_percent" | "physical_data_read_percent" => {
                of(0.4, 0.45)
            }
            "BytesSent" => of(0.2, 0.8),
            _ => None,
        }
    }
}
