//! The query engine: what queries answer, what is refused, and that nothing exhausts it.

#![expect(clippy::needless_pass_by_value, clippy::too_many_lines, reason = "tables of cases")]

mod functions;
mod hostile;
mod language;
mod operators;
mod published;
mod refusals;

use std::sync::Arc;

use opscopilot::estate::kql::{
    Column, Kind, Limits, Output, QueryError, SharedRow, Sought, Table, Tables, run,
};
use serde_json::{Value, json};

/// The instant of every test.
pub(crate) const NOW: &str = "2026-03-15T12:00:00Z";

/// Tables of the shape that Resource Graph has.
pub(crate) struct World(Vec<(&'static str, Table)>);

impl Tables for World {
    fn table(&self, name: &str, _: &Sought) -> Option<Table> {
        let found = self.0.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, table)| table.clone())
    }
}

/// The columns of every Resource Graph table.
pub(crate) fn columns() -> Arc<[Column]> {
    let text = [
        "id",
        "name",
        "type",
        "tenantId",
        "kind",
        "location",
        "resourceGroup",
        "subscriptionId",
        "managedBy",
    ];
    let dynamic = ["sku", "plan", "properties", "tags", "identity", "zones", "extendedLocation"];
    let text = text.into_iter().map(|name| Column::new(name, Kind::String));
    text.chain(dynamic.into_iter().map(|name| Column::new(name, Kind::Object))).collect()
}

pub(crate) fn table(rows: Value) -> Table {
    let Value::Array(rows) = rows else { panic!("rows are an array") };
    let rows = rows.into_iter().map(|row| match row {
        Value::Object(row) => SharedRow::new(row),
        other => panic!("a row is an object, not {other}"),
    });
    Table { columns: columns(), rows: rows.collect() }
}

/// A small estate.
pub(crate) fn world() -> World {
    World(vec![
        ("Resources", table(published::rows::resources())),
        ("ResourceContainers", table(published::rows::containers())),
        ("SecurityResources", table(published::rows::security())),
        ("AdvisorResources", table(published::rows::advisor())),
        ("PolicyResources", table(published::rows::policy())),
        ("HealthResources", table(published::rows::health())),
        ("ServiceHealthResources", table(published::rows::service_health())),
        ("PatchAssessmentResources", table(published::rows::patches())),
        ("PatchInstallationResources", table(published::rows::patches())),
        ("GuestConfigurationResources", table(published::rows::guest_configuration())),
        ("AuthorizationResources", table(published::rows::authorization())),
        ("AlertsManagementResources", table(published::rows::alerts())),
        ("ResourceChanges", table(published::rows::changes())),
        ("RecoveryServicesResources", table(json!([]))),
        ("MaintenanceResources", table(json!([]))),
    ])
}

pub(crate) fn limits() -> Limits {
    Limits::resource_graph(0, 1_000)
}

pub(crate) fn answer(query: &str) -> Result<Output, QueryError> {
    run(query, &world(), NOW.parse().unwrap(), limits())
}

pub(crate) fn names(output: &Output) -> Vec<&str> {
    output.columns.iter().map(|column| column.name.as_str()).collect()
}

/// The rows of an answer, one array each.
#[track_caller]
pub(crate) fn rows(query: &str) -> Value {
    match answer(query) {
        Ok(output) => Value::Array(output.rows.into_iter().map(Value::Array).collect()),
        Err(error) => panic!("{query}\n{error:?}"),
    }
}

/// What `print expr` answers.
#[track_caller]
pub(crate) fn value(expr: &str) -> Value {
    rows(&format!("print {expr}"))[0][0].clone()
}

#[track_caller]
pub(crate) fn check(query: &str, expected: Value) {
    assert_eq!(rows(query), expected, "{query}");
}

#[track_caller]
pub(crate) fn check_value(expr: &str, expected: Value) {
    assert_eq!(value(expr), expected, "{expr}");
}
