//! `/evidence`: the rows behind a citation.

use serde::Deserialize;
use serde_json::Value;

use super::session::Session;
use crate::{
    cli::{
        client::ClientError,
        show::{Align, Grid, Heading, Style, safe, safe_line},
    },
    protocol::EvidenceId,
};

/// Rows that are shown at once.
const ROWS: usize = 20;
/// Lines of what is no row.
const MAX_LINES: usize = 60;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Page {
    tool: String,
    output: Value,
    rows: Vec<Value>,
    total: usize,
    #[serde(default)]
    next: Option<usize>,
}

impl Session {
    /// Shows the rows of an evidence from row `from` on, counted from 1.
    pub(super) async fn evidence(
        &mut self,
        id: EvidenceId,
        from: usize,
    ) -> Result<(), ClientError> {
        let Some(thread) = self.thread else {
            self.shower.note(Style::Warn, "! there is no thread yet: ask something first");
            return Ok(());
        };
        let after = from.saturating_sub(1);
        let path = format!("/v1/threads/{thread}/evidence/{id}?after={after}&limit={ROWS}");
        let page: Page = serde_json::from_value(self.rest().await?.json(&path).await?)?;
        let title = format!("[{id}] {}", safe_line(&page.tool));
        self.shower.note(Style::Bold, &title);
        if page.rows.is_empty() {
            let text = safe(&format!("{:#}", page.output));
            for line in text.lines().take(MAX_LINES) {
                self.shower.paper.note(line);
            }
            return Ok(());
        }
        let grid = grid(&page.rows);
        self.print(&grid);
        let last = after + page.rows.len();
        let next = match page.next {
            Some(_) => format!("; /evidence {id} {} shows more", last + 1),
            None => String::new(),
        };
        let text = format!("rows {} to {last} of {}{next}", after + 1, page.total);
        self.shower.note(Style::Dim, &text);
        Ok(())
    }
}

/// The rows with the columns in the order in which they first appear; empty ones are left out.
fn grid(rows: &[Value]) -> Grid {
    let mut keys: Vec<&str> = Vec::new();
    for (key, value) in rows.iter().filter_map(Value::as_object).flatten() {
        let is_empty = match value {
            Value::Null => true,
            Value::Array(items) => items.is_empty(),
            Value::String(text) => text.is_empty(),
            Value::Bool(_) | Value::Number(_) | Value::Object(_) => false,
        };
        if !is_empty && !keys.contains(&key.as_str()) {
            keys.push(key);
        }
    }
    if keys.is_empty() {
        keys.push("");
    }
    let align = |key: &&str| {
        let mut values = rows.iter().filter_map(|row| row.get(*key));
        if values.all(|value| value.is_number() || value.is_null()) {
            Align::Right
        } else {
            Align::Left
        }
    };
    let heading = |key: &&str| Heading { label: safe_line(key), align: align(key) };
    let row = |row: &Value| {
        let cell = |key: &&str| {
            let value = if key.is_empty() { Some(row) } else { row.get(*key) };
            let text = match value {
                None | Some(Value::Null) => String::new(),
                Some(Value::String(text)) => safe_line(text),
                Some(value) => short(value),
            };
            (text, Style::Plain)
        };
        keys.iter().map(cell).collect()
    };
    Grid { headings: keys.iter().map(heading).collect(), rows: rows.iter().map(row).collect() }
}

/// A value in a few words: the raw JSON is a click away in the web client, and a GET away.
fn short(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => safe_line(text),
        Value::Bool(_) => value.to_string(),
        Value::Number(number) => match number.as_f64().filter(|_| number.is_f64()) {
            Some(float) => format!("{}", (float * 10_000.0).round() / 10_000.0),
            None => number.to_string(),
        },
        Value::Array(items) if items.iter().any(Value::is_object) => {
            format!("{} item{}", items.len(), if items.len() == 1 { "" } else { "s" })
        }
        Value::Array(items) => items.iter().map(short).collect::<Vec<_>>().join(", "),
        Value::Object(fields) => {
            let parts =
                fields.iter().map(|(key, value)| format!("{}: {}", safe_line(key), short(value)));
            parts.collect::<Vec<_>>().join("; ")
        }
    }
}
