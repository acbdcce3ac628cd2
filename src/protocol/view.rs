//! Views: what people look at under a tool call.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::finding::FindingTone;

/// A picture of a result. Data only: the client decides how it looks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum View {
    /// Rows and columns; at most 50 rows, the rest is evidence.
    Table {
        /// What the rows are.
        title: String,
        /// The columns, in order.
        columns: Vec<Column>,
        /// Cells in column order: string, number, boolean or null.
        rows: Vec<Vec<Value>>,
        /// How many rows there are in all.
        total: u64,
    },
    /// Bars or lines.
    Chart {
        /// What is drawn.
        title: String,
        /// How it is drawn.
        chart: ChartKind,
        /// The unit of the values, empty when they are counts.
        unit: String,
        /// Labels of the x axis: categories for bars, RFC 3339 instants for lines.
        labels: Vec<String>,
        /// One value a label each.
        series: Vec<ChartSeries>,
    },
    /// One value on a scale.
    Gauge {
        /// What is measured.
        title: String,
        /// The value.
        value: f64,
        /// The end of the scale; it begins at 0.
        max: f64,
        /// The unit of both, e.g. `points` or `%`.
        unit: String,
        /// The value in words, e.g. `23.5 of 58 points`.
        label: String,
    },
    /// What happened, newest first.
    Timeline {
        /// What it is the story of.
        title: String,
        /// What happened; at most 50, the rest is evidence.
        entries: Vec<TimelineEntry>,
        /// How many there are in all.
        total: u64,
    },
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TimelineEntry {
    /// When, RFC 3339.
    pub at: String,
    /// What, in a few words.
    pub title: String,
    /// By whom, why, from what to what; may be empty.
    pub detail: String,
    /// How good or bad it is.
    pub tone: FindingTone,
    /// The ARM id of the resource that it happened to, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource_id: Option<String>,
    /// Where that resource opens in the Azure portal, an https URL; absent where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub portal_url: Option<String>,
}

/// How a chart is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum ChartKind {
    /// A bar a label, longest first.
    Bars,
    /// A line over time.
    Lines,
}

/// One series of a chart.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChartSeries {
    /// What the series is.
    pub name: String,
    /// One value a label; `null` is a gap.
    pub values: Vec<Option<f64>>,
}

/// A column of a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Column {
    /// The name in the evidence's rows.
    pub key: String,
    /// The name people read.
    pub label: String,
    /// How cells are shown and sorted.
    #[serde(rename = "type")]
    pub kind: ColumnKind,
    /// Of a `Resource` column: where each row's cell opens in the Azure portal, an https URL, in
    /// the order of the rows. Empty where there is no portal, as with the sample estate.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub portal_urls: Vec<Option<String>>,
}

/// How the cells of a column are shown and sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum ColumnKind {
    /// Plain text.
    Text,
    /// A number, aligned right.
    Number,
    /// A share from 0 to 1, shown as a percentage.
    Percent,
    /// `Low`, `Medium`, `High`, `Critical` or `Informational`, shown with a colour and the word.
    Severity,
    /// An RFC 3339 instant, shown in the reader's zone.
    Instant,
    /// An ARM id, shown by its last name.
    Resource,
}
