//! Which alerts are meant, and an alert from a row that may lack anything.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{ALERTS_ACTION, Alert, Evidence, Moment};
use crate::{
    azure::{ResourceId, kql_literal::Literal},
    tools::{
        context::{GraphRead, ReadContext, Subscription, Visible},
        error::ToolError,
        rows::Row,
        security::list_security_alerts::reading::{
            COLUMNS, affects, all_rows,
            row::{entities, resource_ids, texts, word},
        },
        untrusted::{Untrusted, cut},
    },
};

/// Alerts at most: the one that is meant, and others that it could be.
const MAX_ALERTS: usize = 10;
const MAX_FACTS: usize = 30;
const MAX_EVIDENCE: usize = 50;

const ALERT: &str = "\
| extend systemId = iff(isempty(tostring(properties.SystemAlertId)), tostring(properties.systemAlertId), tostring(properties.SystemAlertId)),
    title = iff(isempty(tostring(properties.AlertDisplayName)), tostring(properties.alertDisplayName), tostring(properties.AlertDisplayName)),
    kind = iff(isempty(tostring(properties.AlertType)), tostring(properties.alertType), tostring(properties.AlertType))
| where name =~ {{alert}} or id =~ {{alert}} or systemId =~ {{alert}} or title contains {{alert}}
    or kind =~ {{alert}}
";
const ORDERED: &str = "\
| extend rank = case(severity =~ 'High', 4, severity =~ 'Medium', 3, severity =~ 'Low', 2, 1),
    open = iff(status =~ 'Active' or status =~ 'InProgress', 1, 0)
| project id, name, subscriptionId, properties, rank, open, at
| order by open desc, rank desc, at desc, id asc";

/// What is looked for.
#[derive(Debug, Default)]
pub(super) struct Wanted {
    template: String,
    values: Vec<(&'static str, Literal)>,
    pub(super) asked: String,
}

impl Wanted {
    pub(super) async fn of(
        cx: &ReadContext,
        alert: Option<&str>,
        resource: Option<&str>,
    ) -> Result<Self, ToolError> {
        let mut wanted = Self { template: COLUMNS.to_owned(), ..Self::default() };
        if let Some(alert) = alert {
            if alert.starts_with('/') {
                cx.check(alert).await?;
            }
            wanted.template.push_str(ALERT);
            wanted.values.push(("alert", Literal::Text(alert.to_owned())));
            wanted.asked = format!("called `{}`", cut(alert, 120));
        }
        if let Some(resource) = resource {
            let words = wanted.on(cx, resource).await?;
            wanted.asked = format!("{} {words}", wanted.asked).trim().to_owned();
        }
        Ok(wanted)
    }

    async fn on(&mut self, cx: &ReadContext, resource: &str) -> Result<String, ToolError> {
        if resource.starts_with('/') {
            cx.check(resource).await?;
            let id = ResourceId::parse(resource)
                .map_err(|error| ToolError::wrong("resource", error.to_string()))?;
            self.template.push_str(&format!("| where {}\n", affects(&id)));
            return Ok(format!("on `{}`", cut(id.name(), 80)));
        }
        self.template.push_str("| where affected contains {{part}} or entity contains {{part}}\n");
        self.values.push(("part", Literal::Text(resource.to_owned())));
        Ok(format!("on resources named like `{}`", cut(resource, 80)))
    }
}

/// The alerts, with how many there are; without any, whether alerts may be read at all.
pub(super) async fn alerts(
    cx: &ReadContext,
    (visible, over): (&Visible, &[Subscription]),
    wanted: &Wanted,
) -> Result<(Vec<Alert>, u64), ToolError> {
    let bound = cx.bounds().filter_by(over, affects);
    let bound = bound.map(|filter| format!("| where {filter}\n")).unwrap_or_default();
    let template = format!("{}{bound}{ORDERED}", wanted.template);
    let text = cx.whole_query("securityresources", &template, &wanted.values)?;
    let answer = cx.graph(&GraphRead { text, over, max_rows: MAX_ALERTS }).await?;
    if answer.rows.is_empty() {
        cx.check_silent(over, &BTreeSet::new(), (&all_rows(), ALERTS_ACTION)).await?;
    }
    let rows: Vec<Value> = answer.rows.into_iter().map(Value::Object).collect();
    let alerts: Vec<Alert> =
        rows.iter().filter_map(|row| Alert::of(Row::of(row)?, visible)).collect();
    cx.skipped("/", rows.len() - alerts.len());
    let total = answer.total.unwrap_or(0).max(alerts.len() as u64);
    Ok((alerts, total))
}

impl Alert {
    fn of(row: Row<'_>, visible: &Visible) -> Option<Self> {
        let id = row.text("id")?;
        let text = |key: &str| row.text(&format!("properties.{key}"));
        let said = |key: &str| text(key).map(|text| Untrusted::new(&text));
        let list = |key: &str| texts(&row.list(&format!("properties.{key}")));
        let subscription_id =
            row.text("subscriptionId").or_else(|| id.split('/').nth(2).map(str::to_owned))?;
        let last = || id.rsplit('/').next().unwrap_or_default().to_owned();
        let mut techniques = list("techniques");
        techniques.extend(list("subTechniques"));
        Some(Self {
            name: row.text("name").unwrap_or_else(last),
            title: said("alertDisplayName").or_else(|| said("alertType"))?,
            severity: word(text("severity").as_ref()),
            status: word(text("status").as_ref()),
            alert_type: said("alertType"),
            description: said("description"),
            compromised_entity: said("compromisedEntity"),
            resource_ids: resource_ids(row),
            intent: said("intent"),
            techniques,
            entities: entities(row),
            timeline: timeline(row),
            remediation_steps: list("remediationSteps"),
            facts: facts(row),
            evidence: Evidence::of(row),
            is_incident: row.is_true("properties.isIncident"),
            product: said("productComponentName").or_else(|| said("productName")),
            subscription: visible.name_of(&subscription_id),
            subscription_id,
            alert_uri: said("alertUri"),
            id,
        })
    }
}

fn timeline(row: Row<'_>) -> Vec<Moment> {
    let points = [
        ("startTimeUtc", "the activity began"),
        ("endTimeUtc", "the activity was last seen"),
        ("timeGeneratedUtc", "the alert was raised"),
        ("processingEndTimeUtc", "the alert was ready to be read"),
    ];
    let read = points
        .into_iter()
        .filter_map(|(key, what)| Some((row.instant(&format!("properties.{key}"))?, what)));
    let mut read: Vec<_> = read.collect();
    read.sort_by_key(|(at, _)| *at);
    read.into_iter().map(|(at, what)| Moment { at: at.to_string(), what }).collect()
}

fn facts(row: Row<'_>) -> Vec<Untrusted<String>> {
    let properties = row.value("properties.extendedProperties");
    let fields = match properties {
        Some(Value::String(text)) => serde_json::from_str(text).unwrap_or(Value::Null),
        Some(other) => other.clone(),
        None => Value::Null,
    };
    let fields = fields.as_object().cloned().unwrap_or_default();
    let told = fields.iter().filter_map(|(name, value)| {
        let value = match value {
            Value::String(text) if text.is_empty() => return None,
            Value::String(text) => text.clone(),
            Value::Null => return None,
            other => other.to_string(),
        };
        Some(Untrusted::new(&format!("{name}: {value}")))
    });
    told.take(MAX_FACTS).collect()
}

impl Evidence {
    fn of(row: Row<'_>) -> Option<Self> {
        let evidence = Row::of(row.value("properties.supportingEvidence")?)?;
        let plain = |value: &Value| {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            Untrusted::new(&text)
        };
        let columns: Vec<_> = evidence.list("columns").iter().map(plain).collect();
        let rows = evidence.list("rows");
        let rows = rows.iter().filter_map(Value::as_array).take(MAX_EVIDENCE);
        let width = columns.len();
        let rows: Vec<Vec<_>> =
            rows.map(|cells| cells.iter().take(width).map(plain).collect()).collect();
        let title = evidence.text("title").unwrap_or_else(|| "Evidence".to_owned());
        (!rows.is_empty() && width > 0).then(|| Self {
            title: Untrusted::new(&title),
            columns,
            rows,
        })
    }
}
