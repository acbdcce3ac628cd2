//! How gaps are read.

use futures_util::{StreamExt, stream};
use serde_json::Value;

use super::{ASSOCIATIONS_ACTION, Gap, MAX_READ, Output, SETTINGS_ACTION, Setting, VERSION};
use crate::{
    azure::{ResourceId, kql_text::KqlText},
    tools::{
        context::{GraphRead, ListRead, Pages, ReadContext, Subscription},
        error::ToolError,
        rows::Row,
        untrusted::Untrusted,
    },
};

const CONCURRENT: usize = 4;
const MAX_ROWS: usize = 200;
const BELOW: &str = "/providers/Microsoft.Insights/diagnosticSettings";

const MACHINES: &str = "\
| where type in~ ('microsoft.compute/virtualmachines', 'microsoft.hybridcompute/machines')
| extend key = tolower(id)
| join kind=leftouter (insightsresources
    | where type =~ 'microsoft.insights/datacollectionruleassociations'
    | extend key = tostring(split(tolower(id), '/providers/microsoft.insights/datacollectionruleassociations/')[0])
    | summarize rules = count() by key) on key
| extend rules = coalesce(rules, 0)
";
const COUNTED: &str = "| summarize machines = count(), uncovered = countif(rules == 0)";
const UNCOVERED: &str = "| where rules == 0\n| project id, name, type\n| order by id asc";
const ASSESSED: &str = "\
| where type =~ 'microsoft.security/assessments'
| where properties.status.code =~ 'Unhealthy'
| where properties.displayName has 'diagnostic logs' or properties.displayName has 'resource logs'
| extend target = coalesce(tostring(properties.resourceDetails.Id), tostring(properties.resourceDetails.id))
| project id, target = iff(isempty(target), tostring(properties.resourceDetails.id), target), told = tostring(properties.displayName)
| order by id asc";
/// Kinds with logs that Defender says nothing about.
const READABLE: &str = "\
| where type in~ ('microsoft.sql/servers/databases', 'microsoft.documentdb/databaseaccounts',
    'microsoft.network/azurefirewalls', 'microsoft.network/virtualnetworkgateways',
    'microsoft.network/bastionhosts', 'microsoft.network/loadbalancers',
    'microsoft.network/networksecuritygroups', 'microsoft.containerregistry/registries',
    'microsoft.cache/redis', 'microsoft.recoveryservices/vaults')
| project id, name, type
| order by type asc, id asc";

/// The machines that no rule collects from.
pub(super) async fn machines(
    cx: &ReadContext,
    over: &[Subscription],
    output: &mut Output,
) -> Result<(), ToolError> {
    let count = cx.query(("resources", over), &format!("{MACHINES}{COUNTED}"), &[])?;
    let rows = cx.query(("resources", over), &format!("{MACHINES}{UNCOVERED}"), &[])?;
    let (count, rows) = tokio::try_join!(read(cx, over, count), read(cx, over, rows))?;
    let counted = count.0.first().and_then(Row::of);
    output.machines = counted.and_then(|row| row.count("machines")).unwrap_or(0);
    output.machines_uncovered = counted.and_then(|row| row.count("uncovered")).unwrap_or(0);
    let missing = "no data collection rule covers it";
    output.gaps.extend(rows.0.iter().filter_map(|row| gap(row, missing)));
    if output.machines > 0 && output.machines_uncovered == output.machines {
        // Associations that may not be read look like none.
        cx.check_allowed(over, ASSOCIATIONS_ACTION).await?;
    }
    Ok(())
}

/// The resources of which Defender says that their logs are off.
pub(super) async fn assessed(
    cx: &ReadContext,
    over: &[Subscription],
    output: &mut Output,
) -> Result<(), ToolError> {
    let text = cx.query(("securityresources", over), ASSESSED, &[])?;
    let (rows, total) = read(cx, over, text).await?;
    output.logs_off = total;
    output.gaps.extend(rows.iter().filter_map(|row| {
        let row = Row::of(row)?;
        let id = ResourceId::parse(&row.text("target")?).ok()?;
        Some(Gap {
            resource_id: id.to_string(),
            name: Untrusted::new(id.name()),
            resource_type: id.resource_type(),
            missing: "its logs go nowhere, says Defender for Cloud".to_owned(),
        })
    }));
    Ok(())
}

/// The settings of some resources of other kinds, each by a request of its own.
pub(super) async fn one_by_one(
    cx: &ReadContext,
    over: &[Subscription],
    output: &mut Output,
) -> Result<(), ToolError> {
    let text = cx.query(("resources", over), READABLE, &[])?;
    let (rows, total) = read(cx, over, text).await?;
    output.readable = total;
    let found: Vec<Gap> =
        rows.iter().filter_map(|row| gap(row, "it has no diagnostic setting")).collect();
    // From all over the list, so that not only the first kind is looked at.
    let count = found.len().min(MAX_READ);
    let chosen: Vec<&Gap> =
        (0..count).filter_map(|at| found.get(at * found.len() / count)).collect();
    let mut asked = Vec::new();
    for gap in &chosen {
        asked.push(settings(cx, &gap.resource_id));
    }
    let answers: Vec<_> = stream::iter(asked).buffered(CONCURRENT).collect().await;
    let mut denied = None;
    for (gap, answer) in chosen.into_iter().zip(answers) {
        match answer {
            Ok(settings) => {
                output.read += 1;
                if settings.is_empty() {
                    output.read_without += 1;
                    output.gaps.push(gap.clone());
                }
            }
            Err(error) => {
                denied.get_or_insert(error);
            }
        }
    }
    if let Some(error) = denied {
        cx.part_failed("/", "some diagnostic settings", &error);
    }
    Ok(())
}

/// The settings of one resource.
pub(super) async fn of_one(cx: &ReadContext, id: &str) -> Result<Output, ToolError> {
    let settings = settings(cx, id).await?;
    cx.read_at(id);
    let id =
        ResourceId::parse(id).map_err(|error| ToolError::wrong("resource", error.to_string()))?;
    let gap = Gap {
        resource_id: id.to_string(),
        name: Untrusted::new(id.name()),
        resource_type: id.resource_type(),
        missing: "it has no diagnostic setting".to_owned(),
    };
    let without = u64::from(settings.is_empty());
    let gaps = if settings.is_empty() { vec![gap] } else { Vec::new() };
    Ok(Output {
        total: without,
        read: 1,
        readable: 1,
        read_without: without,
        gaps,
        settings,
        is_one: true,
        ..Output::default()
    })
}

async fn settings(cx: &ReadContext, id: &str) -> Result<Vec<Setting>, ToolError> {
    let read = ListRead {
        scope: id,
        below: BELOW,
        version: VERSION,
        action: SETTINGS_ACTION,
        pages: Pages::All,
    };
    let rows = cx.list(&read).await?;
    let rows: Vec<Value> = rows.into_iter().map(Value::Object).collect();
    Ok(rows.iter().filter_map(Row::of).filter_map(setting).collect())
}

fn setting(row: Row<'_>) -> Option<Setting> {
    let logs = row.list("properties.logs");
    let sent = logs.iter().filter_map(Row::of).filter(|log| log.is_true("enabled"));
    let categories =
        sent.filter_map(|log| log.text("categoryGroup").or_else(|| log.text("category")));
    Some(Setting {
        name: Untrusted::new(&row.text("name")?),
        workspace_id: row.text("properties.workspaceId"),
        categories: categories.map(|name| Untrusted::new(&name)).collect(),
    })
}

async fn read(
    cx: &ReadContext,
    over: &[Subscription],
    text: KqlText,
) -> Result<(Vec<Value>, u64), ToolError> {
    let answer = cx.graph(&GraphRead { text, over, max_rows: MAX_ROWS }).await?;
    let rows: Vec<Value> = answer.rows.into_iter().map(Value::Object).collect();
    let total = answer.total.unwrap_or(0).max(rows.len() as u64);
    Ok((rows, total))
}

fn gap(row: &Value, missing: &str) -> Option<Gap> {
    let row = Row::of(row)?;
    Some(Gap {
        resource_id: row.text("id")?,
        name: Untrusted::new(&row.text("name")?),
        resource_type: row.text("type").unwrap_or_default(),
        missing: missing.to_owned(),
    })
}
