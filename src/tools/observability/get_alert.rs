//! `get_alert`: one fired alert, what it measured, and what became of it.
//!
//! Owns the finding of the alert by id or name, its condition and its history. Table
//! `alertsmanagementresources`, so that the boundary holds by what the alert is about; history by
//! `Alerts_GetHistory` (2019-03-01).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::alert::{ALERTS_ACTION, Alert};
use crate::{
    protocol::Pillar,
    tools::{
        context::{GRAPH_ACTION, ReadContext},
        error::ToolError,
        tool::{RbacAction, Tool},
        untrusted::Untrusted,
    },
};

mod measured;
mod reading;
mod telling;

/// Gets a fired alert.
#[derive(Clone, Copy, Debug)]
pub struct GetAlert;

const HISTORY_ACTION: &str = "Microsoft.AlertsManagement/alerts/history/read";

/// The arguments.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Input {
    /// The alert: its ARM id, its id (a GUID), or part of the name of the alert or its rule; of
    /// several with one rule the newest.
    alert: String,
    /// Subscription name or id. Default all in scope.
    subscription: Option<String>,
}

/// The result.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    /// The alert.
    alert: Alert,
    /// What it measured against which threshold.
    measured: Vec<Measured>,
    /// What happened to it, newest first.
    history: Vec<Change>,
    /// Whether its history could not be read.
    history_missing: bool,
    /// Alerts of the same name that are older.
    older: u64,
    /// Other open alerts on the same resource.
    others_open: u64,
}

/// A condition of the rule.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Measured {
    /// The metric, or what the query counts.
    what: Untrusted<String>,
    /// How values are put together, e.g. `Average`.
    aggregation: Option<String>,
    /// The comparison, e.g. `GreaterThan`.
    operator: Option<String>,
    /// The threshold.
    threshold: Option<f64>,
    /// What was measured when it fired.
    value: Option<f64>,
    /// The dimensions, as `name=value`.
    dimensions: Vec<Untrusted<String>>,
}

/// Something that happened to an alert.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Change {
    /// When.
    at: String,
    /// What, e.g. `StateChange`.
    event: String,
    /// The value before.
    from: Option<String>,
    /// The value after.
    to: Option<String>,
    /// Who did it.
    by: Option<Untrusted<String>>,
    /// What was written with it.
    comment: Option<Untrusted<String>>,
}

impl Tool for GetAlert {
    const NAME: &'static str = "get_alert";
    const TITLE: &'static str = "Get an alert with its history";
    const PILLAR: Pillar = Pillar::Observability;
    const DESCRIPTION: &'static str = "Gets one fired alert of Azure Monitor by id or name: what it \
        measured against which threshold, on what, and its history of states, actions and \
        comments.";
    const ASKS: &'static [&'static str] = &[
        "Can you help with this alert? The ID is /subscriptions/x/providers/Microsoft.AlertsManagement/alerts/y",
        "Troubleshoot this alert",
        "Start an investigation for my alert",
        "Why did this alert fire, which threshold?",
        "Who acknowledged or closed this alert?",
        "Show the history of the CPU alert",
        "Details of the alert on the database: threshold and measured value",
    ];
    const ACTIONS: &'static [RbacAction] = &[ALERTS_ACTION, HISTORY_ACTION, GRAPH_ACTION];
    type Input = Input;
    type Output = Output;

    async fn call(&self, cx: &ReadContext, input: Input) -> Result<Output, ToolError> {
        let visible = cx.subscriptions().await?;
        let over = visible.select(cx.bounds(), &input.subscription)?;
        let found = reading::find(cx, (visible, &over), &input.alert).await?;
        let history = reading::history(cx, &found.alert).await;
        let others_open = reading::others_open(cx, &over, &found.alert).await?;
        Ok(Output {
            measured: found.measured,
            history_missing: history.is_none(),
            history: history.unwrap_or_default(),
            older: found.older,
            others_open,
            alert: found.alert,
        })
    }
}
