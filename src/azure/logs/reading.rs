//! How an answer of Log Analytics reads: cells come as their type, or as text of it.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::super::error::ArmError;

const MAX_COLUMNS: usize = 500;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogKind {
    /// Text, GUIDs among it.
    Text,
    /// A whole number.
    Integer,
    /// Any number.
    Number,
    /// True or false.
    Flag,
    /// An instant, RFC 3339.
    Instant,
    /// A length of time, as .NET writes it.
    Length,
    /// Any JSON.
    Dynamic,
}

impl LogKind {
    fn of(name: &str) -> Self {
        match name {
            "int" | "long" => Self::Integer,
            "real" | "decimal" => Self::Number,
            "bool" => Self::Flag,
            "datetime" => Self::Instant,
            "timespan" => Self::Length,
            "dynamic" => Self::Dynamic,
            _ => Self::Text,
        }
    }
}

/// A column of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogColumn {
    /// Its name.
    pub name: String,
    /// What it holds.
    pub kind: LogKind,
}

/// What a query of logs answered.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LogAnswer {
    /// The columns, in order.
    pub columns: Vec<LogColumn>,
    /// The rows, by column.
    pub rows: Vec<Map<String, Value>>,
    /// Whether there are more rows than these.
    pub truncated: bool,
    /// Why the answer is only a part, in Azure's words.
    pub partial: Option<String>,
    /// How the query asks to be drawn.
    pub render: Option<String>,
}

/// A table of an answer.
#[derive(Debug, Deserialize)]
pub(super) struct Table {
    name: String,
    columns: Vec<RawColumn>,
    rows: Vec<Vec<Value>>,
}

#[derive(Debug, Deserialize)]
struct RawColumn {
    name: String,
    #[serde(default, rename = "type")]
    kind: String,
}

impl LogAnswer {
    pub(super) fn of(
        tables: Vec<Table>,
        error: Option<&Value>,
        render: Option<Map<String, Value>>,
        max_rows: usize,
    ) -> Result<Self, ArmError> {
        let at = tables.iter().position(|table| table.name == "PrimaryResult").unwrap_or(0);
        let table = tables.into_iter().nth(at);
        let mut answer = Self {
            partial: error.map(reason),
            render: render
                .and_then(|render| render.get("visualization")?.as_str().map(str::to_owned)),
            ..Self::default()
        };
        let Some(table) = table else { return Ok(answer) };
        if table.columns.len() > MAX_COLUMNS {
            return Err(bad("it has too many columns"));
        }
        let column = |raw: RawColumn| LogColumn { kind: LogKind::of(&raw.kind), name: raw.name };
        answer.columns = table.columns.into_iter().map(column).collect();
        answer.truncated = table.rows.len() > max_rows;
        for row in table.rows.into_iter().take(max_rows) {
            if row.len() != answer.columns.len() {
                return Err(bad("a row has not as many cells as there are columns"));
            }
            let cells = answer.columns.iter().zip(row);
            let cells = cells.map(|(column, cell)| (column.name.clone(), read(cell, column.kind)));
            answer.rows.push(cells.collect());
        }
        Ok(answer)
    }
}

/// The cell in the type of its column; as it came where it is none.
fn read(cell: Value, kind: LogKind) -> Value {
    let Value::String(text) = &cell else { return cell };
    let read = match kind {
        LogKind::Integer => text.parse::<i64>().ok().map(Value::from),
        LogKind::Number => text.parse::<f64>().ok().map(Value::from),
        LogKind::Flag => match text.to_ascii_lowercase().as_str() {
            "true" | "1" => Some(Value::Bool(true)),
            "false" | "0" => Some(Value::Bool(false)),
            _ => None,
        },
        LogKind::Dynamic => serde_json::from_str(text).ok(),
        LogKind::Text | LogKind::Instant | LogKind::Length => None,
    };
    read.unwrap_or(cell)
}

/// The innermost sentence of an error inside an answer.
fn reason(error: &Value) -> String {
    let mut found = "the answer is not complete".to_owned();
    let mut open = vec![error];
    let mut left = 32;
    while let (Some(one), 1..) = (open.pop(), left) {
        left -= 1;
        if let Some(message) = one.get("message").and_then(Value::as_str) {
            message.clone_into(&mut found);
        }
        open.extend(one.get("details").and_then(Value::as_array).into_iter().flatten());
        open.extend(one.get("innererror").filter(|inner| inner.is_object()));
    }
    found
}

fn bad(problem: &str) -> ArmError {
    ArmError::BadAnswer {
        path: "a query of logs".to_owned(),
        status: 200,
        problem: problem.to_owned(),
    }
}
