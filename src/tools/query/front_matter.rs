//! The front matter of a query file.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::{
    protocol::{Column, ColumnKind},
    tools::present::column,
};

/// What stands above the query.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FrontMatter {
    /// The name people read.
    pub title: String,
    /// What the model is told.
    pub description: String,
    /// How operators ask for it; at least one.
    pub asks: Vec<String>,
    /// Where the query runs.
    pub source: Source,
    /// The parameters; each but a subscription has its `{{name}}` in the query.
    #[serde(default)]
    pub parameters: Vec<Parameter>,
    /// The columns shown, in order; at least one.
    pub columns: Vec<ColumnSpec>,
    /// The rights that it needs.
    pub actions: Vec<String>,
    /// The answer in a sentence, with `{rows}` for how many rows there are and `{sum}` for the
    /// sum of the first number column; used when all rows were read.
    #[serde(default)]
    pub headline: Option<String>,
    /// Rows at most, up to 1000.
    #[serde(default)]
    pub limit: Option<u32>,
}

/// Where a query runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Source {
    /// Azure Resource Graph.
    ResourceGraph,
}

/// A parameter.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Parameter {
    /// Its name, in camel case.
    pub name: String,
    /// What it takes.
    #[serde(rename = "type")]
    pub kind: ParameterKind,
    /// What the model is told.
    pub description: String,
    /// Whether it must be given.
    #[serde(default)]
    pub required: bool,
    /// What it is when it is not given.
    #[serde(default)]
    pub default: Option<Value>,
    /// The values of an `enum`.
    #[serde(default)]
    pub values: Vec<String>,
}

/// What a parameter takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ParameterKind {
    /// Any text; empty when not given.
    String,
    /// A whole number.
    Int,
    /// One of `values`.
    Enum,
    /// An instant: RFC 3339, `now`, or a length before now like `7d`.
    Datetime,
    /// A length of time like `24h` or `P7D`.
    Timespan,
    /// An ARM id inside the scope; empty when not given.
    ResourceId,
    /// A resource type in words or as ARM has it; empty when not given.
    ResourceType,
    /// A subscription by name or id: narrows where the query runs.
    Subscription,
}

/// A column that is shown.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ColumnSpec {
    /// The column of the query.
    pub key: String,
    /// The name people read.
    pub label: String,
    /// How it is shown: `text`, `number`, `percent`, `severity`, `instant` or `resource`.
    #[serde(rename = "type")]
    pub kind: ColumnKind,
    /// Whether outsiders could have written it; text is taken to be, unless this says otherwise.
    #[serde(default = "yes")]
    pub untrusted: bool,
}

fn yes() -> bool {
    true
}

impl ColumnSpec {
    /// The column as views have it.
    #[must_use]
    pub fn column(&self) -> Column {
        column(&self.key, &self.label, self.kind)
    }

    fn schema(&self) -> Value {
        let kind = match self.kind {
            ColumnKind::Number | ColumnKind::Percent => "number",
            ColumnKind::Text
            | ColumnKind::Severity
            | ColumnKind::Instant
            | ColumnKind::Resource => "string",
        };
        json!({ "type": kind, "description": self.label })
    }
}

impl FrontMatter {
    /// The schema of a row.
    #[must_use]
    pub fn row_schema(&self) -> Value {
        let properties: Map<String, Value> =
            self.columns.iter().map(|one| (one.key.clone(), one.schema())).collect();
        json!({ "type": "object", "properties": properties })
    }
}
