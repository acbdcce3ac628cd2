//! The front matter of a query file.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::{
    protocol::{Column, ColumnKind, FindingTone},
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
    /// The answer in a sentence; see [`super::sentence`] for its placeholders.
    #[serde(default)]
    pub headline: Option<String>,
    /// The answer when there are no rows: `Every machine has a schedule.`
    #[serde(default)]
    pub empty: Option<String>,
    /// A row in a sentence, with `{column}` for its values.
    #[serde(default)]
    pub row: Option<String>,
    /// What to do next, when there are rows.
    #[serde(default)]
    pub next: Option<String>,
    /// What the answer never covers.
    #[serde(default)]
    pub caveat: Option<String>,
    /// How good or bad rows are.
    #[serde(default)]
    pub tone: ToneSpec,
    /// An expression for the ARM id of the resource that a row is of, where that is not its `id`:
    /// what a narrow scope is compared with. `subscription` where rows belong to no resource: a
    /// scope narrower than that is refused.
    #[serde(default)]
    pub boundary: Option<String>,
    /// Rows at most, up to 1000.
    #[serde(default)]
    pub limit: Option<u32>,
}

/// How good or bad rows are.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ToneSpec {
    /// What it means that there are rows at all. Default neutral.
    #[serde(default)]
    pub rows: Option<FindingTone>,
    /// What it means that there are none. Default good where `rows` is warning or critical.
    #[serde(default)]
    pub empty: Option<FindingTone>,
    /// The column whose values say how good or bad a row is.
    #[serde(default)]
    pub column: Option<String>,
    /// Its values for critical rows, whatever their case.
    #[serde(default)]
    pub critical: Vec<String>,
    /// Its values for rows worth a look.
    #[serde(default)]
    pub warning: Vec<String>,
    /// Its values for good rows.
    #[serde(default)]
    pub good: Vec<String>,
}

impl ToneSpec {
    /// The tone of a row with this value in the column.
    #[must_use]
    pub fn of_value(&self, value: &str) -> FindingTone {
        let has = |values: &[String]| values.iter().any(|one| one.eq_ignore_ascii_case(value));
        if has(&self.critical) {
            FindingTone::Critical
        } else if has(&self.warning) {
            FindingTone::Warning
        } else if has(&self.good) {
            FindingTone::Good
        } else {
            FindingTone::Neutral
        }
    }

    /// The tone of an empty answer.
    #[must_use]
    pub fn of_empty(&self) -> FindingTone {
        self.empty.unwrap_or(match self.rows {
            Some(FindingTone::Critical | FindingTone::Warning) => FindingTone::Good,
            Some(FindingTone::Neutral | FindingTone::Good) | None => FindingTone::Neutral,
        })
    }
}

/// Where a query runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Source {
    /// Azure Resource Graph.
    ResourceGraph,
    /// The workspaces of Log Analytics.
    LogAnalytics,
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
    /// Whether an `enum` takes several values: it is then the right side of `in~`, and all values
    /// when not given.
    #[serde(default)]
    pub many: bool,
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
    /// From when to when logs are read: `24h`, `yesterday`, `start/end`. It has no place in the
    /// query.
    TimeRange,
    /// An ARM id inside the scope; empty when not given.
    ResourceId,
    /// A resource by name or ARM id: its ARM id in lower case; empty when not given.
    Resource,
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
