//! What happened to a resource: the rows of several tools as one kind of event.
//!
//! Owns which fields of which rows say when and what. It must not know how events are shown.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::near_before;
use crate::{
    protocol::FindingTone,
    tools::{across::asking::Answer, untrusted::Untrusted},
};

/// Something that happened.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Event {
    /// When; RFC 3339.
    #[schemars(with = "String")]
    pub(super) at: Timestamp,
    /// `health`, `alert`, `alertResolved`, `change`, `operation` or `securityAlert`.
    pub(super) kind: &'static str,
    /// What, in a few words.
    pub(super) title: Untrusted<String>,
    /// By whom, from what to what; may be empty.
    pub(super) detail: Untrusted<String>,
    /// How good or bad it is.
    #[schemars(with = "String")]
    pub(super) tone: FindingTone,
    /// Whether it is a change shortly before the trouble began.
    pub(super) before_trouble: bool,
}

impl Event {
    fn of(row: &Value, at: &str, (kind, tone): (&'static str, FindingTone)) -> Option<Self> {
        Some(Self {
            at: row[at].as_str()?.parse().ok()?,
            kind,
            title: Untrusted::default(),
            detail: Untrusted::default(),
            tone,
            before_trouble: false,
        })
    }

    fn saying(self, title: &str, detail: &str) -> Self {
        Self { title: Untrusted::new(title), detail: Untrusted::new(detail), ..self }
    }

    /// Marks a change or an operation that came shortly before the trouble.
    pub(super) fn near(&mut self, began: Timestamp) -> Option<()> {
        let acts = matches!(self.kind, "change" | "operation");
        self.before_trouble = acts && self.at <= began && self.at >= near_before(began);
        self.before_trouble.then_some(())
    }
}

/// The events that a tool's rows tell of.
pub(super) fn of(answer: &Answer) -> Vec<Event> {
    let (rows, event): (&str, fn(&Value) -> Vec<Event>) = match answer.ask.tool {
        "list_resource_health" => ("statuses", |row| health(row).into_iter().collect()),
        "list_alerts" => ("alerts", alert),
        "list_resource_changes" => ("changes", |row| change(row).into_iter().collect()),
        "get_activity_log" => ("operations", |row| operation(row).into_iter().collect()),
        "list_security_alerts" => ("alerts", |row| threat(row).into_iter().collect()),
        _ => return Vec::new(),
    };
    answer.rows(rows).iter().flat_map(event).collect()
}

/// When the trouble began that is there now, and what it is.
pub(super) fn trouble(answers: &[Answer]) -> Option<(Timestamp, String)> {
    let rows = |tool: &str, key: &str| {
        let answer = answers.iter().find(|answer| answer.ask.tool == tool);
        answer.map_or(&[][..], |answer| answer.rows(key))
    };
    let now = rows("list_resource_health", "statuses").first();
    let ill = now.filter(|one| matches!(text(one, "state"), "Unavailable" | "Degraded"));
    if let Some((at, one)) = ill.and_then(|one| Some((instant(one, "since")?, one))) {
        return Some((at, text(one, "state").to_owned()));
    }
    let fired = rows("list_alerts", "alerts").iter();
    let open =
        fired.filter(|one| text(one, "condition") == "Fired" && text(one, "state") != "Closed");
    open.filter_map(|one| instant(one, "firedAt")).min().map(|at| (at, "alert".to_owned()))
}

fn text<'a>(row: &'a Value, key: &str) -> &'a str {
    row[key].as_str().unwrap_or_default()
}

fn instant(row: &Value, key: &str) -> Option<Timestamp> {
    row[key].as_str()?.parse().ok()
}

fn health(row: &Value) -> Option<Event> {
    let tone = match text(row, "state") {
        "Unavailable" => FindingTone::Critical,
        "Degraded" => FindingTone::Warning,
        "Available" => FindingTone::Good,
        _ => FindingTone::Neutral,
    };
    let event = Event::of(row, "since", ("health", tone))?;
    Some(event.saying(&format!("Health: {}", text(row, "state")), text(row, "title")))
}

fn alert(row: &Value) -> Vec<Event> {
    let tone = match text(row, "severity") {
        "Sev0" | "Sev1" => FindingTone::Critical,
        "Sev2" => FindingTone::Warning,
        _ => FindingTone::Neutral,
    };
    let called = if text(row, "rule").is_empty() { text(row, "name") } else { text(row, "rule") };
    let called = called.rsplit('/').next().unwrap_or(called);
    let fired = Event::of(row, "firedAt", ("alert", tone))
        .map(|event| event.saying(&format!("Alert fired: {called}"), text(row, "severity")));
    let resolved = Event::of(row, "resolvedAt", ("alertResolved", FindingTone::Good))
        .map(|event| event.saying(&format!("Alert resolved: {called}"), text(row, "severity")));
    fired.into_iter().chain(resolved).collect()
}

fn change(row: &Value) -> Option<Event> {
    let event = Event::of(row, "at", ("change", FindingTone::Neutral))?;
    let differences = row["differences"].as_array().into_iter().flatten();
    let told: Vec<String> = differences
        .take(2)
        .map(|one| {
            let (before, after) = (shown(&one["before"]), shown(&one["after"]));
            format!("{}: {before} → {after}", text(one, "property"))
        })
        .collect();
    let by = text(row, "by");
    let by = if by.is_empty() { String::new() } else { format!("by {by}") };
    let detail = [told.join("; "), by].into_iter().filter(|part| !part.is_empty());
    let detail: Vec<String> = detail.collect();
    let title = match text(row, "changeType") {
        "Create" => "Created",
        "Delete" => "Deleted",
        _ => "Changed",
    };
    Some(event.saying(title, &detail.join(", ")))
}

fn shown(value: &Value) -> String {
    match value {
        Value::Null => "nothing".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn operation(row: &Value) -> Option<Event> {
    let failed = text(row, "status") == "Failed";
    let tone = if failed { FindingTone::Warning } else { FindingTone::Neutral };
    let event = Event::of(row, "at", ("operation", tone))?;
    let who = if text(row, "callerName").is_empty() { "caller" } else { "callerName" };
    let detail = [text(row, who), text(row, "status")];
    let detail: Vec<&str> = detail.into_iter().filter(|part| !part.is_empty()).collect();
    let title =
        if text(row, "title").is_empty() { text(row, "operation") } else { text(row, "title") };
    Some(event.saying(title, &detail.join(", ")))
}

fn threat(row: &Value) -> Option<Event> {
    let tone = match text(row, "severity") {
        "High" => FindingTone::Critical,
        "Medium" => FindingTone::Warning,
        _ => FindingTone::Neutral,
    };
    let event = Event::of(row, "startedAt", ("securityAlert", tone))?;
    Some(event.saying(&format!("Security alert: {}", text(row, "title")), text(row, "severity")))
}
