//! `query_resources`: a free, read-only query of Resource Graph.
//!
//! Owns what such a query may hold and how many rows come back. It must not know what the query
//! is about.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{
    azure::kql_text::KqlText,
    protocol::{Column, ColumnKind, FindingTone, Pillar, View},
    tools::{
        context::{GRAPH_ACTION, GraphRead, ReadContext},
        error::ToolError,
        present::{
            Moment, Present, Presentation, caveat, cell, column, count_of, detail, grouped,
            headline,
        },
        tool::{RbacAction, Tool},
        untrusted::{MAX_KEPT_CHARS, cut, mark},
    },
};

mod refusals;

pub(crate) use refusals::code_of;
pub use refusals::refused;

/// Runs a free query.
#[derive(Clone, Copy, Debug)]
pub struct QueryResources;

const MAX_QUERY_BYTES: usize = 8 * 1024;
const MAX_ROWS: u32 = 1_000;
const MAX_SHOWN_COLUMNS: usize = 8;

/// The arguments.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Input {
    /// One KQL query for Azure Resource Graph, beginning with a table such as `resources`,
    /// `resourcecontainers`, `securityresources`, `advisorresources`, `resourcechanges`. Types are
    /// lower case: compare with `=~`. Count with `summarize count()` rather than by listing.
    query: String,
    /// Name or id of one subscription. Default all in scope.
    subscription: Option<String>,
    /// Rows at most, 1 to 1000. Default 200.
    limit: Option<u32>,
}

/// The result.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    /// The columns, in the order of the query.
    columns: Vec<String>,
    /// The rows: one object each.
    rows: Vec<Map<String, Value>>,
    /// How many rows there are in all, where Azure says so.
    total: Option<u64>,
    /// Whether there are more rows than these.
    truncated: bool,
    /// The query that was run.
    query: String,
}

impl Tool for QueryResources {
    const NAME: &'static str = "query_resources";
    const TITLE: &'static str = "Query Resource Graph";
    const PILLAR: Pillar = Pillar::Scope;
    const DESCRIPTION: &'static str = "Runs one read-only KQL query on Azure Resource Graph, for \
        questions that no other tool answers. Not for logs or metrics.";
    const ASKS: &'static [&'static str] = &[
        "Run this Resource Graph query",
        "Write a KQL query to list my VMs by OS",
        "Write a query that finds all resources created yesterday",
        "Query Azure Resource Graph for network interfaces without a VM",
        "resources | where type =~ 'microsoft.compute/disks' | summarize count() by location",
        "Execute KQL over my resources",
        "Use resource graph to join disks and machines",
    ];
    const ACTIONS: &'static [RbacAction] = &[GRAPH_ACTION];
    type Input = Input;
    type Output = Output;

    async fn call(&self, cx: &ReadContext, input: Input) -> Result<Output, ToolError> {
        let query = input.query.trim();
        check(query)?;
        cx.bounds().check_whole_subscriptions("a free query")?;
        let limit = input.limit.unwrap_or(200);
        if !(1..=MAX_ROWS).contains(&limit) {
            return Err(ToolError::wrong("limit", format!("give 1 to {MAX_ROWS}")));
        }
        let over = cx.subscriptions().await?.select(cx.bounds(), &input.subscription)?;
        let read =
            GraphRead { text: KqlText::verbatim(query), over: &over, max_rows: limit as usize };
        let answer = cx.graph(&read).await.map_err(fixable)?;
        Ok(Output {
            columns: answer.columns,
            rows: answer.rows.into_iter().map(capped).collect(),
            total: answer.total,
            truncated: answer.truncated,
            query: query.to_owned(),
        })
    }
}

/// Checks a query before it is sent.
fn check(query: &str) -> Result<(), ToolError> {
    if query.is_empty() {
        return Err(ToolError::wrong("query", "the query is empty"));
    }
    if query.len() > MAX_QUERY_BYTES {
        return Err(ToolError::wrong("query", format!("at most {MAX_QUERY_BYTES} bytes")));
    }
    match refused(query) {
        Some(word) => Err(ToolError::wrong(
            "query",
            format!("`{word}` is refused: a query may only read tables of Resource Graph"),
        )),
        None => Ok(()),
    }
}

/// A query that Azure does not understand is the model's to correct.
fn fixable(error: ToolError) -> ToolError {
    match error {
        ToolError::Upstream { status: Some(400), message, .. } => {
            ToolError::wrong("query", message)
        }
        other => other,
    }
}

fn capped(row: Map<String, Value>) -> Map<String, Value> {
    row.into_iter().map(|(key, value)| (key, capped_value(value))).collect()
}

fn capped_value(value: Value) -> Value {
    match value {
        Value::String(text) => Value::String(cut(&text, MAX_KEPT_CHARS).into_owned()),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            value
        }
    }
}

impl Present for Output {
    const ROWS_KEY: Option<&'static str> = Some("rows");

    fn present(&self, _: &Moment) -> Presentation {
        let rows = self.rows.len() as u64;
        let total = self.total.unwrap_or(rows).max(rows);
        let summary = if total > rows {
            format!("{} of {}", grouped(rows), count_of(total, "row"))
        } else if self.truncated {
            format!("the first {}", count_of(rows, "row"))
        } else {
            count_of(rows, "row")
        };
        let mut findings = vec![headline(
            FindingTone::Neutral,
            if rows == 0 {
                "The query found no rows.".to_owned()
            } else {
                format!("The query gave {summary}.")
            },
        )];
        if rows == 0 {
            findings.push(caveat(
                "Resource Graph leaves out what the identity may not read, without saying so.",
            ));
        }
        findings.extend(self.rows.iter().take(10).map(|row| self.told(row)));
        Presentation { summary, findings, views: vec![self.table(total)], rows, total: Some(total) }
    }
}

impl Output {
    fn told(&self, row: &Map<String, Value>) -> crate::protocol::Finding {
        let parts = self.columns.iter().take(MAX_SHOWN_COLUMNS).filter_map(|key| {
            let value = row.get(key).filter(|value| !value.is_null())?;
            Some(format!("{} {}", mark(key), text_of(value)))
        });
        detail(FindingTone::Neutral, parts.collect::<Vec<_>>().join(", "))
    }

    fn table(&self, total: u64) -> View {
        let columns: Vec<&String> = self.columns.iter().take(MAX_SHOWN_COLUMNS).collect();
        let row = |row: &Map<String, Value>| {
            columns.iter().map(|key| cell_of(row.get(*key).unwrap_or(&Value::Null))).collect()
        };
        View::Table {
            title: "Rows".to_owned(),
            columns: columns.iter().map(|key| self.column(key)).collect(),
            rows: self.rows.iter().map(row).collect(),
            total,
        }
    }

    fn column(&self, key: &str) -> Column {
        let mut values =
            self.rows.iter().filter_map(|row| row.get(key)).filter(|one| !one.is_null());
        let numbers = values.clone().next().is_some() && values.all(Value::is_number);
        let kind = match key.to_ascii_lowercase().as_str() {
            _ if numbers => ColumnKind::Number,
            "id" | "resourceid" => ColumnKind::Resource,
            _ => ColumnKind::Text,
        };
        column(&mark(key), &mark(key), kind)
    }
}

fn text_of(value: &Value) -> String {
    match value {
        Value::String(text) => mark(text),
        Value::Null | Value::Bool(_) | Value::Number(_) => value.to_string(),
        Value::Array(_) | Value::Object(_) => mark(&value.to_string()),
    }
}

/// A cell: a table holds no nested values.
pub(crate) fn cell_of(value: &Value) -> Value {
    match value {
        Value::String(text) => cell(text),
        Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
        Value::Array(_) | Value::Object(_) => cell(&value.to_string()),
    }
}
