//! `list_security_alerts`: what Defender for Cloud has detected.
//!
//! Owns the filters and the order of alerts; counts are made by Resource Graph over the same
//! filters. Rows of Resource Graph spell property names in Pascal case, REST in camel case: both
//! are read. What an alert says was written by, or about, an attacker: all of it is untrusted.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    protocol::Pillar,
    tools::{
        arguments::limit_of,
        context::{GRAPH_ACTION, ReadContext},
        error::ToolError,
        time_range::TimeRange,
        tool::{RbacAction, Tool, one_or_many},
        untrusted::Untrusted,
    },
};

pub(super) mod reading;
mod telling;

/// Lists security alerts.
#[derive(Clone, Copy, Debug)]
pub struct ListSecurityAlerts;

const LIMITS: (u32, u32) = (50, 500);
pub(super) const ALERTS_ACTION: &str = "Microsoft.Security/alerts/read";

/// The arguments.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Input {
    /// Only these severities. Default all.
    #[serde(default, deserialize_with = "one_or_many")]
    severity: Vec<Severity>,
    /// Only these statuses. Default Active.
    #[serde(default, deserialize_with = "one_or_many")]
    status: Vec<Status>,
    /// When the activity began: a length before now (`24h`, `7d`), a day (`today`, `yesterday`,
    /// `2026-01-05`) or `start/end`. Default any time.
    time_range: Option<String>,
    /// Part of the name of the affected resource, or its ARM id.
    resource: Option<String>,
    /// Subscription name or id. Default all in scope.
    subscription: Option<String>,
    /// Alerts at most, 1 to 500. Default 50; all are counted anyway.
    limit: Option<u32>,
}

/// How bad an alert is.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
enum Severity {
    #[serde(alias = "informational")]
    Informational,
    #[serde(alias = "low")]
    Low,
    #[serde(alias = "medium")]
    Medium,
    #[serde(alias = "high", alias = "Critical", alias = "critical")]
    High,
}

/// What became of an alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
enum Status {
    #[serde(alias = "active")]
    Active,
    #[serde(alias = "inProgress", alias = "in progress")]
    InProgress,
    #[serde(alias = "resolved")]
    Resolved,
    #[serde(alias = "dismissed")]
    Dismissed,
}

/// The result.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    /// How many alerts fit.
    total: u64,
    /// How many of those fit, by severity, worst first.
    by_severity: Vec<SeverityCount>,
    /// How many there are in each status, whatever their severity.
    by_status: Vec<StatusCount>,
    /// The alerts, most severe first, then newest.
    alerts: Vec<Alert>,
    /// The statuses asked for.
    statuses: Vec<Status>,
    /// The severities asked for; empty is all.
    severities: Vec<Severity>,
    /// What else was asked for, in words.
    asked: Untrusted<String>,
}

/// Alerts of a severity.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct SeverityCount {
    /// The severity.
    severity: Severity,
    /// How many.
    count: u64,
}

/// Alerts in a status.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct StatusCount {
    /// The status, as Azure has it.
    status: String,
    /// How many.
    count: u64,
}

/// An alert.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Alert {
    /// The ARM id.
    id: String,
    /// What was detected.
    title: Untrusted<String>,
    /// `Informational`, `Low`, `Medium` or `High`.
    severity: String,
    /// `Active`, `InProgress`, `Resolved` or `Dismissed`.
    status: String,
    /// The kind of alert, e.g. `VM_EICAR`.
    alert_type: Option<Untrusted<String>>,
    /// When the activity began.
    started_at: Option<String>,
    /// What happened.
    description: Option<Untrusted<String>>,
    /// What was attacked, as Defender names it.
    compromised_entity: Option<Untrusted<String>>,
    /// ARM ids of the affected resources.
    resource_ids: Vec<String>,
    /// MITRE ATT&CK tactics.
    intent: Option<Untrusted<String>>,
    /// Addresses, accounts, files and processes that took part.
    entities: Vec<Untrusted<String>>,
    /// What Defender says to do.
    remediation_steps: Vec<Untrusted<String>>,
    /// Whether it stands for several alerts.
    is_incident: bool,
    /// The id of the subscription.
    subscription_id: String,
    /// The name of the subscription.
    subscription: Untrusted<String>,
    /// Its page in the portal.
    alert_uri: Option<Untrusted<String>>,
}

impl Tool for ListSecurityAlerts {
    const NAME: &'static str = "list_security_alerts";
    const TITLE: &'static str = "List security alerts";
    const PILLAR: Pillar = Pillar::Security;
    const DESCRIPTION: &'static str = "Lists and counts the security alerts of Defender for \
        Cloud (attacks and threats that were detected), by severity, status, time, resource or \
        subscription.";
    const ASKS: &'static [&'static str] = &[
        "Which security alerts are high severity?",
        "Are we under attack or being attacked?",
        "Show active security alerts",
        "How many security alerts do I have?",
        "What threats did Defender for Cloud detect in the last 24 hours?",
        "Security alerts of this VM",
        "Was there a brute force attack on a machine?",
        "List resolved or dismissed security alerts",
        "Any suspicious activity, malware or intrusion?",
        "Is somebody attacking my resources?",
    ];
    const ACTIONS: &'static [RbacAction] = &[ALERTS_ACTION, GRAPH_ACTION];
    type Input = Input;
    type Output = Output;

    async fn call(&self, cx: &ReadContext, input: Input) -> Result<Output, ToolError> {
        let limit = limit_of(input.limit, LIMITS)?;
        let range = match &input.time_range {
            Some(text) => Some(TimeRange::parse("timeRange", text, cx.moment())?),
            None => None,
        };
        let visible = cx.subscriptions().await?;
        let over = visible.select(cx.bounds(), &input.subscription)?;
        let statuses = if input.status.is_empty() { vec![Status::Active] } else { input.status };
        let mut filter = reading::Filter::of(cx, (input.resource.as_deref(), range)).await?;
        if let (Some(_), [only]) = (&input.subscription, over.as_slice()) {
            filter.said(&format!("in `{}`", only.name.as_str()));
        }
        let counts = reading::counts(cx, &over, &filter).await?;
        let wanted = reading::Wanted { statuses, severities: input.severity, limit };
        let rows = async {
            match counts.total(&wanted) {
                0 => Ok(None),
                _ => reading::rows(cx, &over, (&filter, &wanted)).await.map(Some),
            }
        };
        let ((), rows) = tokio::try_join!(reading::check_rights(cx, &over, &counts), rows)?;
        let alerts = rows.map(|rows| reading::alerts(cx, (visible, &over), rows));
        let alerts = alerts.unwrap_or_default();
        Ok(reading::output(&counts, wanted, alerts, &filter))
    }
}
