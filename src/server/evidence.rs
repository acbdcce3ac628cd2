//! Evidence over REST: a page of rows, as JSON or CSV.

use axum::{
    Json,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::Value;

use crate::{
    agent::{EvidencePage, page_of},
    protocol::{EvidenceId, ThreadId},
};

use super::{
    Edge,
    error::HttpError,
    extract::{Asked, InPath},
};

/// Rows of a page when none is asked for.
const PAGE: usize = 100;
/// The most rows of a JSON page.
const MAX_PAGE: usize = 1_000;
/// The most rows of a CSV file.
const MAX_CSV_ROWS: usize = 100_000;

/// Which rows, and how.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Wanted {
    after: usize,
    limit: Option<usize>,
    format: Format,
}

#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Format {
    #[default]
    Json,
    Csv,
}

/// `GET /v1/threads/{id}/evidence/{eid}?after=&limit=&format=json|csv`.
pub(super) async fn read(
    State(edge): State<Edge>,
    InPath((thread, evidence)): InPath<(String, String)>,
    Asked(wanted): Asked<Wanted>,
) -> Result<Response, HttpError> {
    let not_found = |error: crate::protocol::IdError| HttpError::not_found(error.to_string());
    let thread: ThreadId = thread.parse().map_err(not_found)?;
    let evidence: EvidenceId = evidence.parse().map_err(not_found)?;
    edge.agent.open(&edge.principal().id, thread).await?;
    let stored = edge.agent.store().evidence(thread, evidence).await?;
    let stored = stored.ok_or_else(|| {
        HttpError::not_found(format!("there is no evidence {evidence} in this thread"))
    })?;
    match wanted.format {
        Format::Json => {
            let limit = wanted.limit.unwrap_or(PAGE).clamp(1, MAX_PAGE);
            Ok(Json(page_of(&stored, wanted.after, limit)?).into_response())
        }
        Format::Csv => {
            let limit = wanted.limit.unwrap_or(MAX_CSV_ROWS).min(MAX_CSV_ROWS);
            let page = page_of(&stored, wanted.after, limit)?;
            let name = format!("attachment; filename=\"{evidence}.csv\"");
            let headers = [
                (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
                (header::CONTENT_DISPOSITION, name),
            ];
            Ok((headers, csv_of(&page)).into_response())
        }
    }
}

/// The rows as CSV (RFC 4180), the columns in the order in which they first appear.
fn csv_of(page: &EvidencePage) -> String {
    let mut columns: Vec<&str> = Vec::new();
    for row in page.rows.iter().filter_map(Value::as_object) {
        for key in row.keys() {
            if !columns.contains(&key.as_str()) {
                columns.push(key);
            }
        }
    }
    if columns.is_empty() && !page.rows.is_empty() {
        let values = page.rows.iter().map(|row| format!("{}\r\n", value(Some(row))));
        return format!("value\r\n{}", values.collect::<String>());
    }
    let mut csv = String::new();
    let mut line = |cells: Vec<String>| {
        csv.push_str(&cells.join(","));
        csv.push_str("\r\n");
    };
    line(columns.iter().map(|column| cell(column)).collect());
    for row in &page.rows {
        line(columns.iter().map(|column| value(row.get(column))).collect());
    }
    csv
}

fn value(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => cell(text),
        Some(value @ (Value::Bool(_) | Value::Number(_))) => value.to_string(),
        Some(value @ (Value::Array(_) | Value::Object(_))) => cell(&value.to_string()),
    }
}

/// What begins a formula somewhere, full-width forms among it.
const FORMULA: [char; 11] =
    ['=', '+', '-', '@', '\t', '\r', '\n', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}'];

/// A text cell: quoted where it must be, and never a formula to a spreadsheet.
fn cell(text: &str) -> String {
    let guard = if text.starts_with(FORMULA) { "'" } else { "" };
    let text = format!("{guard}{text}");
    // Some spreadsheets part cells at semicolons or tabs.
    if text.contains([',', ';', '"', '\t', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_and_never_formulas() {
        for (text, wanted) in [
            ("plain", "plain"),
            ("a,b", "\"a,b\""),
            ("say \"hi\"", "\"say \"\"hi\"\"\""),
            ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
            ("@x,y", "\"'@x,y\""),
            ("\u{ff1d}1", "'\u{ff1d}1"),
            ("a;=1", "\"a;=1\""),
            ("\n=1", "\"'\n=1\""),
        ] {
            assert_eq!(cell(text), wanted);
        }
    }
}
