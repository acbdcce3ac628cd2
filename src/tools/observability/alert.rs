//! Fired alerts of Azure Monitor: their words, their columns in Resource Graph, how they count.
//!
//! Owns what the alert tools share. An alert's name, rule and description are the estate's own
//! text: untrusted. Table `alertsmanagementresources`; Azure keeps alerts for 30 days.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::narrowed::Narrowed;
use crate::tools::{
    arguments::Kept,
    rows::Row,
    untrusted::{Untrusted, cut},
};

mod row;

/// How long fired alerts are kept.
pub(super) const KEPT: Kept = (30, "Azure keeps alerts for 30 days");

/// The right to see fired alerts.
pub(super) const ALERTS_ACTION: &str = "Microsoft.AlertsManagement/alerts/read";

/// Counts by what can be filtered.
pub(super) const COUNT: &str = "| summarize n = count() by severity, state, condition";

/// The columns of an alert's row.
pub(super) const COLUMNS: &str = "\
| project id, name, subscriptionId, properties, severity, at
| order by severity asc, at desc, id asc";

const ALERTS: &str = "\
| where type =~ 'microsoft.alertsmanagement/alerts'
| extend severity = tostring(properties.essentials.severity), state = tostring(properties.essentials.alertState),
    condition = tostring(properties.essentials.monitorCondition), service = tostring(properties.essentials.monitorService),
    target = tostring(properties.essentials.targetResource), rule = tostring(properties.essentials.alertRule),
    at = todatetime(properties.essentials.startDateTime)
";

/// Fired alerts, before any filter.
pub(super) fn table() -> Narrowed {
    Narrowed::of("alertsmanagementresources", ALERTS)
}

/// How bad an alert is: Sev0 is worst.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
pub(super) enum Severity {
    /// Critical.
    #[serde(alias = "sev0", alias = "Critical", alias = "critical")]
    Sev0,
    /// Error.
    #[serde(alias = "sev1", alias = "Error", alias = "error")]
    Sev1,
    /// Warning.
    #[serde(alias = "sev2", alias = "Warning", alias = "warning")]
    Sev2,
    /// Informational.
    #[serde(alias = "sev3", alias = "Informational", alias = "informational")]
    Sev3,
    /// Verbose.
    #[serde(alias = "sev4", alias = "Verbose", alias = "verbose")]
    Sev4,
}

/// What people did with an alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub(super) enum State {
    #[serde(alias = "new")]
    New,
    #[serde(alias = "acknowledged")]
    Acknowledged,
    #[serde(alias = "closed")]
    Closed,
}

/// Whether what an alert is about still holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub(super) enum Condition {
    #[serde(alias = "fired")]
    Fired,
    #[serde(alias = "resolved")]
    Resolved,
}

/// A fired alert.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Alert {
    /// The ARM id.
    pub(super) id: String,
    /// What it is called.
    pub(super) name: Untrusted<String>,
    /// `Sev0` (worst) to `Sev4`.
    pub(super) severity: String,
    /// `New`, `Acknowledged` or `Closed`.
    pub(super) state: String,
    /// `Fired` or `Resolved`.
    pub(super) condition: String,
    /// What raised it, e.g. `Platform` or `Log Analytics`.
    pub(super) service: Option<String>,
    /// The rule, as Azure names it.
    pub(super) rule: Option<Untrusted<String>>,
    /// The ARM id of what it is about.
    pub(super) target: Option<String>,
    /// When it fired.
    pub(super) fired_at: Option<String>,
    /// When what it is about no longer held.
    pub(super) resolved_at: Option<String>,
    /// When it changed last.
    pub(super) modified_at: Option<String>,
    /// Who changed it last.
    pub(super) modified_by: Option<Untrusted<String>>,
    /// What the rule says of it.
    pub(super) description: Option<Untrusted<String>>,
    /// Whether a processing rule kept its notifications back.
    pub(super) is_suppressed: bool,
    /// The id of the subscription.
    pub(super) subscription_id: String,
    /// The name of the subscription.
    pub(super) subscription: Untrusted<String>,
}

/// How many alerts there are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Count {
    /// Of what: a severity, a state, a service, a rule.
    pub(super) key: Untrusted<String>,
    /// How many.
    pub(super) count: u64,
}

/// Counted alerts of one kind.
#[derive(Clone, Debug)]
pub(super) struct Counted {
    pub(super) severity: String,
    pub(super) state: String,
    pub(super) condition: String,
    pub(super) count: u64,
}

impl Counted {
    /// Reads a row of [`COUNT`].
    pub(super) fn of(row: Row<'_>) -> Option<Self> {
        let text = |key| cut(&row.text(key).unwrap_or_default(), 40).into_owned();
        Some(Self {
            severity: text("severity"),
            state: text("state"),
            condition: text("condition"),
            count: row.count("n")?,
        })
    }

    /// Whether people still have to do something about it.
    pub(super) fn is_open(&self) -> bool {
        Condition::Fired.is(&self.condition) && !State::Closed.is(&self.state)
    }
}

/// The counts summed by a key, largest first; `Unknown` where Azure gives none.
pub(super) fn summed<'a>(counts: impl Iterator<Item = (&'a str, u64)>) -> Vec<Count> {
    let mut sums = std::collections::BTreeMap::<&str, u64>::new();
    for (key, count) in counts {
        *sums.entry(if key.is_empty() { "Unknown" } else { key }).or_default() += count;
    }
    let mut sums: Vec<Count> =
        sums.into_iter().map(|(key, count)| Count { key: Untrusted::new(key), count }).collect();
    sums.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.key.cmp(&b.key)));
    sums
}

impl Severity {
    pub(super) const ALL: [Self; 5] = [Self::Sev0, Self::Sev1, Self::Sev2, Self::Sev3, Self::Sev4];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Sev0 => "Sev0",
            Self::Sev1 => "Sev1",
            Self::Sev2 => "Sev2",
            Self::Sev3 => "Sev3",
            Self::Sev4 => "Sev4",
        }
    }

    pub(super) fn is(self, text: &str) -> bool {
        self.name().eq_ignore_ascii_case(text)
    }
}

impl State {
    pub(super) const ALL: [Self; 3] = [Self::New, Self::Acknowledged, Self::Closed];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::New => "New",
            Self::Acknowledged => "Acknowledged",
            Self::Closed => "Closed",
        }
    }

    pub(super) fn is(self, text: &str) -> bool {
        self.name().eq_ignore_ascii_case(text)
    }
}

impl Condition {
    pub(super) const ALL: [Self; 2] = [Self::Fired, Self::Resolved];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Fired => "Fired",
            Self::Resolved => "Resolved",
        }
    }

    pub(super) fn is(self, text: &str) -> bool {
        self.name().eq_ignore_ascii_case(text)
    }
}
