//! Alert processing rules: who is not woken, when, and who is woken as well. Facts, and the
//! question whether one of them kept an alert quiet.

use jiff::Timestamp;

use super::Fired;
use crate::estate::{
    stories::pending_patches,
    world::{DAY, World},
};

/// What alerts a rule is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// Those of its group.
    Group,
    /// Those of its subscription.
    Subscription,
}

/// When a rule holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Schedule {
    Always,
    /// Between two instants in minutes before the anchor.
    Once(i64, i64),
    /// Every day between two times, the second on the next day where it is the earlier.
    Daily(&'static str, &'static str),
    /// Every week around the instant that lies so many minutes before the anchor, for so many
    /// minutes before and after.
    WeeklyAround(i64, i64),
}

/// What a rule does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    /// Nobody is woken.
    Suppress,
    /// This action group is run as well.
    Add(&'static str),
}

/// An alert processing rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Processing {
    pub(crate) name: &'static str,
    pub(crate) description: &'static str,
    pub(crate) scope: Scope,
    pub(crate) is_enabled: bool,
    /// Only these severities; empty is all.
    pub(crate) severities: &'static [&'static str],
    pub(crate) schedule: Schedule,
    pub(crate) action: Action,
    group: &'static str,
}

/// Every rule.
const RULES: &[Processing] = &[
    Processing {
        name: "apr-billing-patch-window",
        description: "Nobody is woken while the billing machines are patched.",
        scope: Scope::Group,
        is_enabled: true,
        severities: &[],
        schedule: Schedule::WeeklyAround(pending_patches::WINDOWS[0], 90),
        action: Action::Suppress,
        group: pending_patches::GROUP,
    },
    Processing {
        name: "apr-nonprod-nights",
        description: "Test systems wake nobody at night.",
        scope: Scope::Subscription,
        is_enabled: true,
        severities: &[],
        schedule: Schedule::Daily("20:00:00", "06:00:00"),
        action: Action::Suppress,
        group: "rg-web-test-weu",
    },
    Processing {
        name: "apr-worst-to-oncall",
        description: "The worst alerts of production wake the people on call as well.",
        scope: Scope::Subscription,
        is_enabled: true,
        severities: &["Sev0", "Sev1"],
        schedule: Schedule::Always,
        action: Action::Add("ag-oncall"),
        group: "rg-web-prod-weu",
    },
    Processing {
        name: "apr-loyalty-release",
        description: "The release of the loyalty programme makes noise.",
        scope: Scope::Group,
        is_enabled: true,
        severities: &["Sev3", "Sev4"],
        schedule: Schedule::Once(DAY, -2 * DAY),
        action: Action::Suppress,
        group: "rg-loyalty-prod-weu",
    },
    Processing {
        name: "apr-intranet-migration",
        description: "The intranet moved; this may be removed.",
        scope: Scope::Group,
        is_enabled: true,
        severities: &[],
        schedule: Schedule::Once(20 * DAY, 18 * DAY),
        action: Action::Suppress,
        group: "rg-intranet-prod-neu",
    },
    Processing {
        name: "apr-archive-noise",
        description: "Latency of the archive is of no interest.",
        scope: Scope::Group,
        is_enabled: false,
        severities: &["Sev4"],
        schedule: Schedule::Always,
        action: Action::Suppress,
        group: "rg-archive-prod-uks",
    },
];

/// The rules that lie in a group.
pub(super) fn in_group(group: &str) -> impl Iterator<Item = &'static Processing> {
    RULES.iter().filter(move |rule| rule.group == group)
}

/// The rule of this name.
pub(crate) fn named(name: &str) -> Option<&'static Processing> {
    RULES.iter().find(|rule| rule.name == name)
}

/// The rule that kept an alert quiet when it fired, if one did.
pub(crate) fn suppressing(world: &World, alert: &Fired) -> Option<&'static Processing> {
    let group = alert.target.group(world).and_then(|ix| world.group(ix))?;
    let severity = alert.severity_word();
    RULES.iter().find(|rule| {
        rule.is_enabled
            && rule.action == Action::Suppress
            && rule.scope == Scope::Group
            && rule.group == group.name
            && (rule.severities.is_empty() || rule.severities.contains(&severity.as_str()))
            && rule.schedule.holds(alert.at)
    })
}

impl Schedule {
    /// Whether it held so many minutes before the anchor; daily times are of no scope of a group.
    fn holds(self, ago: i64) -> bool {
        match self {
            Self::Always => true,
            Self::Once(from, to) => (to..=from).contains(&ago),
            Self::Daily(..) => false,
            Self::WeeklyAround(middle, each_side) => {
                let apart = (ago - middle).rem_euclid(7 * DAY);
                apart <= each_side || apart >= 7 * DAY - each_side
            }
        }
    }
}

/// The day of the week and the two times of a weekly window.
pub(crate) fn weekly(world: &World, middle: i64, each_side: i64) -> (String, String, String) {
    let from = world.ago(middle + each_side);
    let to = world.ago(middle - each_side);
    (
        from.strftime("%A").to_string(),
        from.strftime("%H:%M:%S").to_string(),
        to.strftime("%H:%M:%S").to_string(),
    )
}

/// An instant as schedules write it: without a zone, which they name apart.
pub(crate) fn unzoned(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S").to_string()
}
