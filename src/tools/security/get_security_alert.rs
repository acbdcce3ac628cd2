//! `get_security_alert`: what one alert says: who and what took part, when, and what to do.
//!
//! Owns the choice of the alerts that are meant: by name, id, title or affected resource. All
//! that an alert says was written by, or about, an attacker, so all of it is untrusted.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::list_security_alerts::ALERTS_ACTION;
use crate::{
    protocol::Pillar,
    tools::{
        arguments::given,
        context::{GRAPH_ACTION, ReadContext},
        error::ToolError,
        tool::{RbacAction, Tool},
        untrusted::Untrusted,
    },
};

mod reading;
mod telling;

/// Gets a security alert.
#[derive(Clone, Copy, Debug)]
pub struct GetSecurityAlert;

/// The arguments; one of `alert` and `resource` is needed.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Input {
    /// Name, ARM id or system alert id of the alert, or words of its title.
    alert: Option<String>,
    /// Part of the name of the affected resource, or its ARM id.
    resource: Option<String>,
    /// Subscription name or id. Default all in scope.
    subscription: Option<String>,
}

/// The result.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    /// How many alerts fit.
    total: u64,
    /// The alerts: open ones first, the most severe first, then the newest.
    alerts: Vec<Alert>,
    /// What was asked for, in words.
    asked: Untrusted<String>,
}

/// An alert, whole.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Alert {
    /// The ARM id.
    id: String,
    /// The name.
    name: String,
    /// What was detected.
    title: Untrusted<String>,
    /// `Informational`, `Low`, `Medium` or `High`.
    severity: String,
    /// `Active`, `InProgress`, `Resolved` or `Dismissed`.
    status: String,
    /// The kind of alert, e.g. `VM_EICAR`.
    alert_type: Option<Untrusted<String>>,
    /// What happened.
    description: Option<Untrusted<String>>,
    /// What was attacked, as Defender names it.
    compromised_entity: Option<Untrusted<String>>,
    /// ARM ids of the affected resources.
    resource_ids: Vec<String>,
    /// MITRE ATT&CK tactics.
    intent: Option<Untrusted<String>>,
    /// MITRE ATT&CK techniques.
    techniques: Vec<Untrusted<String>>,
    /// Addresses, accounts, files and processes that took part.
    entities: Vec<Untrusted<String>>,
    /// What happened when, earliest first.
    timeline: Vec<Moment>,
    /// What Defender says to do.
    remediation_steps: Vec<Untrusted<String>>,
    /// Further facts, as `name: value`.
    facts: Vec<Untrusted<String>>,
    /// What was seen, as a table; empty where Defender gives none.
    evidence: Option<Evidence>,
    /// Whether it stands for several alerts.
    is_incident: bool,
    /// The product that detected it.
    product: Option<Untrusted<String>>,
    /// The id of the subscription.
    subscription_id: String,
    /// The name of the subscription.
    subscription: Untrusted<String>,
    /// Its page in the portal.
    alert_uri: Option<Untrusted<String>>,
}

/// A point of the timeline.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Moment {
    /// When.
    at: String,
    /// What happened then.
    what: &'static str,
}

/// What was seen.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Evidence {
    /// What the rows are.
    title: Untrusted<String>,
    /// The names of the columns.
    columns: Vec<Untrusted<String>>,
    /// The rows, a text a column.
    rows: Vec<Vec<Untrusted<String>>>,
}

impl Tool for GetSecurityAlert {
    const NAME: &'static str = "get_security_alert";
    const TITLE: &'static str = "Get a security alert";
    const PILLAR: Pillar = Pillar::Security;
    const DESCRIPTION: &'static str = "Gets one security alert of Defender for Cloud in detail: \
        entities that took part, timeline, evidence and remediation steps; by name, id, title or \
        affected resource.";
    const ASKS: &'static [&'static str] = &[
        "Tell me more about this security alert",
        "Details of the security alert on that VM",
        "What should I do about this security alert?",
        "Which IP address and account were involved in the attack?",
        "Timeline of the security alert",
        "Investigate the alert Potential SQL injection",
        "Explain this security alert and its remediation steps",
        "Show the entities and evidence of alert 2518298467986649999",
    ];
    const ACTIONS: &'static [RbacAction] = &[ALERTS_ACTION, GRAPH_ACTION];
    type Input = Input;
    type Output = Output;

    async fn call(&self, cx: &ReadContext, input: Input) -> Result<Output, ToolError> {
        let (alert, resource) = (given(input.alert.as_deref()), given(input.resource.as_deref()));
        if alert.is_none() && resource.is_none() {
            return Err(ToolError::wrong("alert", "give the alert, or the resource it is about"));
        }
        let visible = cx.subscriptions().await?;
        let over = visible.select(cx.bounds(), &input.subscription)?;
        let wanted = reading::Wanted::of(cx, alert, resource).await?;
        let (alerts, total) = reading::alerts(cx, (visible, &over), &wanted).await?;
        Ok(Output { total, alerts, asked: Untrusted::new(&wanted.asked) })
    }
}
