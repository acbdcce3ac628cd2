//! Runs a tool's query over the items of examples, as Resource Graph would over resources.

use std::sync::Arc;

use opscopilot::estate::kql::{self, Column, Kind, Limits, SharedRow, Sought, Table, Tables};
use serde_json::{Map, Value, json};

use crate::tools_bench::ANCHOR;

/// Every table holds the items: a query chooses by type.
struct Items(Arc<[SharedRow]>);

impl Tables for Items {
    fn table(&self, _: &str, _: &Sought) -> Option<Table> {
        let text = ["id", "name", "type", "tenantId", "kind", "location", "resourceGroup"]
            .into_iter()
            .chain(["subscriptionId", "managedBy"])
            .map(|name| Column::new(name, Kind::String));
        let objects = ["sku", "plan", "properties", "tags", "identity", "zones"]
            .map(|name| Column::new(name, Kind::Object));
        Some(Table { columns: text.chain(objects).collect(), rows: self.0.clone() })
    }
}

/// The moment at which the tools are asked.
fn now() -> jiff::Timestamp {
    ANCHOR.parse().unwrap()
}

/// The answer to a query over these items.
pub(super) fn answer(query: &str, items: &[Value]) -> Result<Value, String> {
    let rows: Vec<SharedRow> = items.iter().map(|item| Arc::new(row(item))).collect();
    let tables = Items(rows.into());
    let output = kql::run(query, &tables, now(), Limits::resource_graph(0, 1_000))
        .map_err(|error| format!("{error} in {query}"))?;
    let names = || output.columns.iter().map(|column| column.name.clone());
    let data: Vec<Value> =
        output.rows.into_iter().map(|row| names().zip(row).collect::<Map<_, _>>().into()).collect();
    Ok(json!({"totalRecords": output.total, "count": data.len(), "resultTruncated": "false",
        "data": data}))
}

/// An item with what Resource Graph adds: type, group and place are read off the id if it has none.
fn row(item: &Value) -> Map<String, Value> {
    if !item["complianceState"].is_null() {
        return state(item);
    }
    let mut row = item.as_object().cloned().unwrap_or_default();
    let id = item["id"].as_str().unwrap_or_default();
    let segments: Vec<&str> = id.split('/').filter(|part| !part.is_empty()).collect();
    if segments.get(2).is_some_and(|word| word.eq_ignore_ascii_case("resourcegroups")) {
        row.insert("resourceGroup".into(), json!(segments[3].to_ascii_lowercase()));
    }
    let arm_type = row.get("type").and_then(Value::as_str).unwrap_or_default();
    let arm_type = if arm_type.is_empty() { type_of(&segments) } else { arm_type.to_owned() };
    if row.get("name").is_none_or(Value::is_null) {
        row.insert("name".into(), json!(segments.last()));
    }
    row.insert("type".into(), json!(arm_type.to_ascii_lowercase()));
    row
}

/// A policy state of REST as Resource Graph has it.
fn state(item: &Value) -> Map<String, Value> {
    let mut properties = item.clone();
    properties["stateWeight"] = json!(if item["isCompliant"] == true { 100 } else { 300 });
    let id = format!("{}/providers/microsoft.policyinsights/policystates/x", item["resourceId"]);
    let row = json!({"id": id.replace('"', ""), "type": "microsoft.policyinsights/policystates",
        "resourceGroup": item["resourceGroup"], "subscriptionId": item["subscriptionId"],
        "properties": properties});
    row.as_object().cloned().unwrap_or_default()
}

/// The namespace after the last `providers`, and each second segment after it.
fn type_of(segments: &[&str]) -> String {
    let Some(at) = segments.iter().rposition(|word| word.eq_ignore_ascii_case("providers")) else {
        return String::new();
    };
    let own = &segments[at + 1..];
    let words: Vec<&str> =
        own.iter().take(1).chain(own.iter().skip(1).step_by(2)).copied().collect();
    words.join("/")
}

/// Moves the instants of a value so that the latest lies an hour back.
pub(super) fn make_recent(value: &mut Value) {
    let mut latest = None;
    each_instant(value, &mut |at, _| latest = latest.max(Some(at)));
    let Some(latest) = latest else { return };
    let by = now().duration_since(latest) - jiff::SignedDuration::from_hours(1);
    each_instant(value, &mut |at, text| *text = (at + by).to_string());
}

fn each_instant(value: &mut Value, act: &mut dyn FnMut(jiff::Timestamp, &mut String)) {
    match value {
        Value::Object(fields) => fields.values_mut().for_each(|one| each_instant(one, act)),
        Value::Array(items) => items.iter_mut().for_each(|one| each_instant(one, act)),
        Value::String(text) => {
            if let Ok(at) = text.parse() {
                act(at, text);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
