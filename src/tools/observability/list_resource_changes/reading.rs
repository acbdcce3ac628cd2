//! How changes are counted and read.

use serde_json::Value;

use super::{Change, Difference, Output};
use crate::tools::{
    context::{ReadContext, Subscription, Visible},
    error::ToolError,
    observability::{
        narrowed::Narrowed,
        over_time::{self, Steps},
    },
    rows::Row,
    untrusted::{MAX_KEPT_CHARS, Untrusted, cut},
};

const COUNT: &str = "\
| summarize n = count() by step = bin(at, {{step}}), kind
| order by step asc";
const RESOURCES: &str = "\
| extend target = tolower(target)
| summarize by target
| summarize n = count()";
const ROWS: &str = "\
| project id, subscriptionId, properties, at
| order by at desc, id asc";
/// Properties kept of a change.
const MAX_DIFFERENCES: usize = 50;

/// Counts the changes that fit, over time and by kind.
pub(super) async fn counted(
    cx: &ReadContext,
    over: &[Subscription],
    table: &Narrowed,
    steps: Steps,
) -> Result<Output, ToolError> {
    let answer = table.read(cx, over, (COUNT, &[steps.value()]), 1_000).await?;
    let counts: Vec<_> = answer
        .each()
        .filter_map(|row| {
            let (at, count) = over_time::counted(row)?;
            Some((at, kind_of(&row.text("kind").unwrap_or_default()), count))
        })
        .collect();
    let of = |kind: &str| counts.iter().filter(|one| one.1 == kind).map(|one| one.2).sum();
    let total = counts.iter().map(|(_, _, count)| count).sum();
    let resources = match total {
        0 => Vec::new(),
        _ => table.counts(cx, over, RESOURCES).await?,
    };
    let resources = resources.first().and_then(Row::of).and_then(|row| row.count("n"));
    let title = format!("Changes by {}", steps.noun());
    Ok(Output {
        total,
        created: of("Created"),
        updated: of("Updated"),
        deleted: of("Deleted"),
        resources: resources.unwrap_or(0),
        changes: Vec::new(),
        asked: table.asked(),
        trend: steps.picture(&title, counts.iter().copied()),
    })
}

fn kind_of(kind: &str) -> &'static str {
    match kind.to_ascii_lowercase().as_str() {
        "create" => "Created",
        "update" => "Updated",
        "delete" => "Deleted",
        _ => "Other",
    }
}

/// Reads the changes, newest first.
pub(super) async fn changes(
    cx: &ReadContext,
    (visible, over): (&Visible, &[Subscription]),
    table: &Narrowed,
    limit: usize,
) -> Result<Vec<Change>, ToolError> {
    let answer = table.read(cx, over, (ROWS, &[]), limit).await?;
    let changes: Vec<Change> = answer.each().filter_map(|row| Change::of(row, visible)).collect();
    cx.skipped("/", answer.rows.len() - changes.len());
    Ok(changes)
}

impl Change {
    fn of(row: Row<'_>, visible: &Visible) -> Option<Self> {
        let about = |key: &str| row.text(&format!("properties.changeAttributes.{key}"));
        let said = |key: &str| about(key).map(|text| Untrusted::new(&text));
        let short = |text: String| cut(&text, 200).into_owned();
        let resource_id = row.text("properties.targetResourceId")?;
        let subscription_id = row
            .text("subscriptionId")
            .or_else(|| resource_id.split('/').nth(2).map(str::to_owned))?;
        let at = row.instant("properties.changeAttributes.timestamp").or_else(|| row.instant("at"));
        let differences = differences(row.value("properties.changes"));
        let counted = row.count("properties.changeAttributes.changesCount");
        Some(Self {
            id: row.text("id")?,
            at: at?.to_string(),
            change_type: short(row.text("properties.changeType")?),
            by: said("changedBy"),
            by_type: about("changedByType").map(short),
            client: said("clientType"),
            operation: about("operation").map(short),
            correlation_id: about("correlationId").map(short),
            properties_changed: counted.unwrap_or(0).max(differences.len() as u64),
            differences,
            subscription: visible.name_of(&subscription_id),
            subscription_id,
            resource_id: cut(&resource_id, MAX_KEPT_CHARS).into_owned(),
        })
    }
}

/// The properties that changed; those that mean something to people first.
fn differences(changes: Option<&Value>) -> Vec<Difference> {
    let mut pairs: Vec<(&String, Row<'_>)> = changes
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
        .filter_map(|(path, value)| Some((path, Row::of(value)?)))
        .collect();
    pairs.sort_by_key(|(path, _)| (is_noise(path), path.as_str()));
    let read = pairs.into_iter().take(MAX_DIFFERENCES).map(|(path, row)| Difference {
        property: Untrusted::new(path),
        before: value_of(row, "previousValue"),
        after: value_of(row, "newValue"),
    });
    read.collect()
}

/// Properties that change with every write.
fn is_noise(path: &str) -> bool {
    let path = path.to_ascii_lowercase();
    ["etag", "provisioningstate", "timemodified", "lastmodified", "changedtime", "systemdata"]
        .iter()
        .any(|one| path.contains(one))
}

fn value_of(row: Row<'_>, key: &str) -> Option<Untrusted<String>> {
    let text = row.text(key).or_else(|| {
        let value = row.value(key).filter(|value| value.is_array() || value.is_object());
        value.map(ToString::to_string)
    });
    text.map(|text| Untrusted::new(&cut(&text, 1_000)))
}
