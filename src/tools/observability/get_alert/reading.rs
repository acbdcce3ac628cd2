//! How one alert is found, and what became of it.

use serde_json::Value;
use uuid::Uuid;

use super::{Change, HISTORY_ACTION, Measured, measured};
use crate::{
    azure::{ApiVersion, ResourceId, kql_literal::Literal},
    tools::{
        context::{FilteredRead, ListRead, Pages, ReadContext, Subscription, Visible},
        error::ToolError,
        observability::alert::{self, ALERTS_ACTION, Alert},
        rows::Row,
        untrusted::{Untrusted, cut},
    },
};

/// Alerts that a name is compared over.
const MAX_CANDIDATES: usize = 50;
const MAX_CHANGES: usize = 200;

const NEWEST: &str = "\
| project id, name, subscriptionId, properties, at
| order by at desc, id asc";

/// The alert that is meant.
pub(super) struct Found {
    pub(super) alert: Alert,
    pub(super) measured: Vec<Measured>,
    pub(super) older: u64,
}

/// Finds the alert by ARM id, by id or by a part of its name.
pub(super) async fn find(
    cx: &ReadContext,
    (visible, over): (&Visible, &[Subscription]),
    asked: &str,
) -> Result<Found, ToolError> {
    let asked = asked.trim().trim_matches('`').trim_end_matches('/');
    if asked.is_empty() {
        return Err(ToolError::wrong("alert", "give the alert's id or a part of its name"));
    }
    let mut table = alert::table();
    let last = asked.rsplit('/').next().unwrap_or(asked);
    let by_id = Uuid::try_parse(last).is_ok();
    if asked.starts_with('/') {
        let id = ResourceId::parse(asked)
            .map_err(|error| ToolError::wrong("alert", error.to_string()))?;
        // The path of an alert may be the subscription's while the scope is a group: what it is
        // about is what counts.
        if let Some(subscription) = id.subscription()
            && !over.iter().any(|one| one.id.eq_ignore_ascii_case(subscription))
        {
            return Err(cx.bounds().outside(&id.to_string()));
        }
    }
    let wanted = Literal::Text(last.to_owned());
    if by_id || asked.starts_with('/') {
        table.step(
            "| where name =~ {{wanted}} or extract('([^/]+)$', 1, id) =~ {{wanted}}",
            &[("wanted", wanted)],
        );
    } else {
        table.step(
            "| where name contains {{wanted}} or extract('([^/]+)$', 1, rule) contains {{wanted}}",
            &[("wanted", wanted)],
        );
    }
    let answer = table.read(cx, over, (NEWEST, &[]), MAX_CANDIDATES).await?;
    let alerts: Vec<(Alert, Row<'_>)> =
        answer.each().filter_map(|row| Some((Alert::of(row, visible)?, row))).collect();
    let Some((newest, row)) = alerts.first() else {
        table.check_rights(cx, over, ALERTS_ACTION).await?;
        return Err(ToolError::wrong(
            "alert",
            "no alert in scope has this id or name; Azure keeps alerts for 30 days; list_alerts \
             has the ids",
        ));
    };
    if !alerts.iter().all(|(one, _)| one.rule == newest.rule && one.name == newest.name) {
        return Err(ambiguous(&alerts));
    }
    let measured = measured::of(*row);
    Ok(Found { alert: newest.clone(), measured, older: answer.total.saturating_sub(1) })
}

/// Names are the estate's own text, so only ids are named.
fn ambiguous(alerts: &[(Alert, Row<'_>)]) -> ToolError {
    let ids = alerts.iter().take(8).map(|(one, _)| {
        let id = one.id.rsplit('/').next().unwrap_or_default();
        let shown = if Uuid::try_parse(id).is_ok() { id } else { "an alert" };
        let fired = one.fired_at.as_deref().unwrap_or("an unknown instant");
        format!("`{shown}` fired at {fired}")
    });
    let ids: Vec<String> = ids.collect();
    ToolError::wrong(
        "alert",
        format!("several alerts are called that; give the id of one: {}", ids.join(", ")),
    )
}

/// The history of an alert, newest first; `None` when it could not be read, which the coverage
/// then has.
pub(super) async fn history(cx: &ReadContext, alert: &Alert) -> Option<Vec<Change>> {
    let id = alert.id.rsplit('/').next().unwrap_or_default();
    let scope = format!("/subscriptions/{}", alert.subscription_id);
    let below = format!("/providers/Microsoft.AlertsManagement/alerts/{id}/history");
    let list = ListRead {
        scope: &scope,
        below: &below,
        version: ApiVersion::new("2019-03-01"),
        action: HISTORY_ACTION,
        pages: Pages::First,
    };
    // The alert itself came from a query within the boundary.
    let within = alert.target.as_deref().filter(|id| ResourceId::parse(id).is_ok());
    let within = within.unwrap_or(&scope);
    match cx.object_within(&FilteredRead { list, within, query: &[] }).await {
        Ok(answer) => Some(changes(cx, &answer)),
        Err(error) => {
            cx.failed(&format!("{scope}{below}"), &error);
            None
        }
    }
}

fn changes(cx: &ReadContext, answer: &Value) -> Vec<Change> {
    let listed = Row::of(answer).map(|row| row.list("properties.modifications"));
    let listed = listed.unwrap_or_default();
    let read = listed.iter().take(MAX_CHANGES).filter_map(|value| Change::of(Row::of(value)?));
    let mut changes: Vec<Change> = read.collect();
    cx.skipped("/", listed.len().min(MAX_CHANGES) - changes.len());
    changes.sort_by(|a, b| b.at.cmp(&a.at));
    changes
}

impl Change {
    fn of(row: Row<'_>) -> Option<Self> {
        let said = |key| row.text(key).map(|text| Untrusted::new(&text));
        let value = |key| row.text(key).map(|text| cut(&text, 80).into_owned());
        Some(Self {
            at: row.instant("modifiedAt")?.to_string(),
            event: value("modificationEvent")?,
            from: value("oldValue"),
            to: value("newValue"),
            by: said("modifiedBy"),
            comment: said("comments").or_else(|| said("description")),
        })
    }
}

/// How many other alerts are open on the same resource.
pub(super) async fn others_open(
    cx: &ReadContext,
    over: &[Subscription],
    alert: &Alert,
) -> Result<u64, ToolError> {
    let Some(target) = alert.target.clone() else { return Ok(0) };
    let mut table = alert::table();
    let values = [("same", Literal::Text(target)), ("own", Literal::Text(alert.id.clone()))];
    table.step(
        "| where target =~ {{same}} and id !~ {{own}} and condition =~ 'Fired' and state !~ 'Closed'",
        &values,
    );
    let rows = table.counts(cx, over, "| summarize n = count()").await?;
    Ok(rows.first().and_then(Row::of).and_then(|row| row.count("n")).unwrap_or(0))
}
