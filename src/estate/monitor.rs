//! Azure Monitor's alerts: those a story tells and those that fire in any estate. An alert is
//! made once; what people do about it is kept apart. Knows no HTTP.

pub(crate) mod processing;
pub(crate) mod rules;
mod usual;

use serde_json::{Map, Value, json};

use super::{
    chronicle::{Actor, Target},
    clock::stamp,
    stories,
    world::{Link, ResourceIx, World, kind::Kind},
};

/// The number of an alert in its world.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct FiredIx(pub(crate) u32);

/// What an alert rule looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Signal {
    Metric,
    Log,
}

impl Signal {
    /// Every signal, in the order a summary shows them.
    pub(crate) const ALL: [&'static str; 3] = ["Metric", "Log", "Unknown"];

    const fn word(self) -> &'static str {
        match self {
            Self::Metric => "Metric",
            Self::Log => "Log",
        }
    }
}

/// The service that fired an alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    Platform,
    LogAnalytics,
    AzureBackup,
    ResourceHealth,
    ServiceHealth,
    /// What people do, in the activity log.
    Administrative,
}

impl Source {
    const fn word(self) -> &'static str {
        match self {
            Self::Platform => "Platform",
            Self::LogAnalytics => "Log Analytics",
            Self::AzureBackup => "Azure Backup",
            Self::ResourceHealth => "Resource Health",
            Self::ServiceHealth => "ServiceHealth",
            Self::Administrative => "ActivityLog Administrative",
        }
    }

    const fn rule_type(self) -> &'static str {
        match self {
            Self::Platform => "Microsoft.Insights/metricAlerts",
            Self::LogAnalytics => "Microsoft.Insights/scheduledQueryRules",
            Self::AzureBackup => "Microsoft.DataProtection/alerts",
            Self::ResourceHealth | Self::ServiceHealth | Self::Administrative => {
                "Microsoft.Insights/activityLogAlerts"
            }
        }
    }
}

/// The condition of a rule, and what was measured.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Condition {
    Metric {
        name: &'static str,
        operator: &'static str,
        threshold: f64,
        value: f64,
    },
    Query {
        text: &'static str,
        rows: f64,
    },
    /// An event of this category.
    Event(&'static str),
}

impl Condition {
    /// A metric's value against a threshold.
    pub(crate) const fn metric(
        name: &'static str,
        operator: &'static str,
        threshold: f64,
        value: f64,
    ) -> Self {
        Self::Metric { name, operator, threshold, value }
    }

    /// A query that found `rows`.
    pub(crate) const fn query(text: &'static str, rows: f64) -> Self {
        Self::Query { text, rows }
    }

    /// An event of the activity log or of a service.
    pub(crate) const fn event(category: &'static str) -> Self {
        Self::Event(category)
    }

    /// What was measured of this metric, if that is what the condition is about.
    pub(crate) fn measured(self, metric: &str) -> Option<f64> {
        match self {
            Self::Metric { name, value, .. } => (name == metric).then_some(value),
            Self::Query { .. } | Self::Event(_) => None,
        }
    }

    fn context(self) -> Value {
        match self {
            Self::Metric { name, operator, threshold, value } => json!({
                "conditionType": "SingleResourceMultipleMetricCriteria",
                "condition": {
                    "windowSize": "PT5M",
                    "allOf": [{
                        "metricName": name,
                        "operator": operator,
                        "threshold": threshold.to_string(),
                        "timeAggregation": "Average",
                        "metricValue": value,
                        "dimensions": [],
                    }],
                },
            }),
            Self::Query { text, rows } => json!({
                "conditionType": "LogQueryCriteria",
                "condition": {
                    "windowSize": "PT10M",
                    "allOf": [{
                        "searchQuery": text,
                        "operator": "GreaterThan",
                        "threshold": "0",
                        "timeAggregation": "Count",
                        "metricValue": rows,
                    }],
                },
            }),
            Self::Event(category) => json!({ "conditionType": category }),
        }
    }
}

/// An alert rule, as far as its alerts show it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Rule {
    pub(crate) name: &'static str,
    /// 0 is critical, 4 verbose.
    pub(crate) severity: u8,
    pub(crate) signal: Signal,
    pub(crate) source: Source,
    pub(crate) description: &'static str,
    pub(crate) condition: Condition,
}

/// What people have done about an alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AlertState {
    New,
    Acknowledged,
    Closed,
}

impl AlertState {
    /// Every state, in the order a summary shows them.
    pub(crate) const ALL: [Self; 3] = [Self::New, Self::Acknowledged, Self::Closed];

    /// The word on the wire.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::New => "New",
            Self::Acknowledged => "Acknowledged",
            Self::Closed => "Closed",
        }
    }

    /// The state of that word, whatever its case.
    pub(crate) fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word().eq_ignore_ascii_case(word))
    }
}

/// One step in an alert's handling.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Handling {
    pub(crate) at: jiff::Timestamp,
    pub(crate) to: AlertState,
    pub(crate) by: String,
    pub(crate) comments: String,
}

/// An alert that fired.
#[derive(Debug)]
pub(crate) struct Fired {
    pub(crate) rule: Rule,
    pub(crate) target: Target,
    /// Minutes before the anchor at which it fired.
    pub(crate) at: i64,
    /// Minutes before the anchor at which its condition went away.
    pub(crate) resolved: Option<i64>,
    /// Who did what about it before the anchor, with the minutes.
    handled: Vec<(i64, AlertState, Actor)>,
}

impl Fired {
    /// An alert that nobody has dealt with and that still holds.
    pub(crate) const fn new(rule: Rule, target: Target, at: i64) -> Self {
        Self { rule, target, at, resolved: None, handled: Vec::new() }
    }

    /// The GUID that names it.
    pub(crate) fn name(&self, world: &World) -> String {
        let chance = world.chance.child("fired").child(self.rule.name);
        chance.child(&self.target.id(world)).nth(self.at.unsigned_abs()).guid()
    }

    /// The ARM id, below what the alert is about.
    pub(crate) fn id(&self, world: &World) -> String {
        let target = self.target.id(world);
        let name = self.name(world);
        format!("{target}/providers/Microsoft.AlertsManagement/alerts/{name}")
    }

    /// What was done about it before the anchor, oldest first.
    pub(crate) fn past(&self, world: &World) -> Vec<Handling> {
        let step = |(at, to, by): &(i64, AlertState, Actor)| Handling {
            at: world.ago(*at),
            to: *to,
            by: by.caller(world),
            comments: String::new(),
        };
        self.handled.iter().map(step).collect()
    }

    /// `Fired` or `Resolved`.
    pub(crate) const fn condition_word(&self) -> &'static str {
        if self.resolved.is_some() { "Resolved" } else { "Fired" }
    }

    /// `Sev0` to `Sev4`.
    pub(crate) fn severity_word(&self) -> String {
        format!("Sev{}", self.rule.severity)
    }

    /// The id of the rule that fired it.
    pub(crate) fn rule_id(&self, world: &World) -> String {
        let group = self.target.group(world);
        let group = group.or_else(|| world.first_group(rules::OPERATIONS));
        format!(
            "{}/providers/{}/{}",
            group.map(|ix| world.group_id(ix)).unwrap_or_default(),
            self.rule.source.rule_type(),
            self.rule.name
        )
    }

    /// The rule as a resource; the backup service's own are none.
    pub(crate) fn written(&self, world: &World) -> Option<ResourceIx> {
        let group = self.target.group(world).or_else(|| world.first_group(rules::OPERATIONS))?;
        let kind = Kind::of_type(self.rule.source.rule_type())?;
        world.find_resource(group, kind, self.rule.name)
    }

    /// The name of the action group that it ran.
    pub(crate) fn woken(&self, world: &World) -> Option<Box<str>> {
        let rule = world.resource(self.written(world)?)?;
        world.resource(rule.linked(Link::ActionGroup)?).map(|group| group.name.clone())
    }

    /// The essentials, given what was done about it so far.
    pub(crate) fn essentials(&self, world: &World, handled: &[Handling]) -> Map<String, Value> {
        let last = handled.last();
        let resolved = self.resolved.map(|minutes| world.ago(minutes));
        let fired = world.ago(self.at);
        let modified = [resolved, last.map(|step| step.at)];
        let modified = modified.into_iter().flatten().max().unwrap_or(fired);
        let modifier = last.filter(|step| step.at == modified);
        let group = self.target.group(world).and_then(|ix| world.group(ix));
        let target_type = self.target.arm_type(world).to_ascii_lowercase();
        let essentials = json!({
            "severity": self.severity_word(),
            "signalType": self.rule.signal.word(),
            "alertState": last.map_or(AlertState::New, |step| step.to).word(),
            "monitorCondition": self.condition_word(),
            "monitorService": self.rule.source.word(),
            "targetResource": self.target.id(world),
            "targetResourceName": self.target.name(world),
            "targetResourceGroup": group.map_or("", |g| g.name.as_str()),
            "targetResourceType": target_type,
            "sourceCreatedId": world.chance.child(&self.name(world)).guid(),
            "smartGroupId": "",
            "smartGroupingReason": "",
            "alertRule": self.rule_id(world),
            "startDateTime": stamp(fired),
            "lastModifiedDateTime": stamp(modified),
            "lastModifiedUserName": modifier.map_or("System", |step| step.by.as_str()),
            "monitorConditionResolvedDateTime": resolved.map(stamp),
            "actionStatus": { "isSuppressed": processing::suppressing(world, self).is_some() },
            "description": self.rule.description,
        });
        match essentials {
            Value::Object(mut members) => {
                members.retain(|_, value| !value.is_null());
                members
            }
            _ => Map::new(),
        }
    }

    /// What was measured when it fired.
    pub(crate) fn context(&self) -> Value {
        json!({ "context": self.rule.condition.context(), "status": "Activated" })
    }

    /// The Resource Graph row.
    pub(crate) fn row(&self, world: &World, handled: &[Handling]) -> Value {
        let group = self.target.group(world).and_then(|ix| world.group(ix));
        let subscription = self.target.subscription(world);
        let subscription = subscription.and_then(|ix| world.subscription(ix));
        let name = self.name(world);
        json!({
            "id": format!(
                "/subscriptions/{}/providers/Microsoft.AlertsManagement/alerts/{name}",
                subscription.map_or("", |s| s.id.as_str())
            ),
            "name": self.rule.name,
            "type": "microsoft.alertsmanagement/alerts",
            "tenantId": world.tenant_id,
            "kind": "",
            "location": "",
            "resourceGroup": group.map_or_else(String::new, |g| g.name.to_ascii_lowercase()),
            "subscriptionId": subscription.map(|s| &s.id),
            "properties": {
                "essentials": self.essentials(world, handled),
                "context": self.context(),
            },
        })
    }
}

/// Every alert that fired within the last 30 days, newest first.
pub(crate) fn all(world: &World) -> Vec<Fired> {
    let mut fired = stories::fired(world);
    fired.extend(usual::fired(world));
    fired.sort_by_key(|alert| alert.at);
    fired
}
