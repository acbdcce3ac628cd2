//! The digest: what the model is given of a result.
//!
//! Owns what is kept and what is cut when a result is larger than a model should read. It must
//! not know any tool: it writes what [`Presentation`] tells.

use std::fmt::Write as _;

use serde_json::Value;

use super::{
    context::is_note,
    present::{Presentation, count_of, grouped, sentence},
    untrusted::{Fence, cut, mark},
};
use crate::protocol::{
    ChartKind, Column, Coverage, FindingKind, MAX_MODEL_TEXT_BYTES, TimelineEntry, View,
};

/// The longest digest, in bytes: what is left of `MAX_MODEL_TEXT_BYTES` is for the line with
/// which the agent names the evidence.
pub const MAX_DIGEST_BYTES: usize = MAX_MODEL_TEXT_BYTES - 512;

/// The most bytes that sentences may take before any row is written.
const MAX_SENTENCES_BYTES: usize = 3 * 1024;
/// Points of a series that are written.
const MAX_POINTS: usize = 24;
/// Kept free for the lines that say what was cut.
const TAIL_BYTES: usize = 1024;

/// Writes the digest of a result.
#[must_use]
pub fn write(
    told: &Presentation,
    coverage: &Coverage,
    rows_key: Option<&str>,
    fence: &Fence,
) -> String {
    let mut text = format!("{}\n{}\n", fence.rule(), fence.around(&told.summary));
    let left_out = sentences(&mut text, told, fence);
    if left_out > 0 {
        line(&mut text, &format!("({left_out} more findings are not shown.)"));
    }
    let mut whole = true;
    for view in &told.views {
        whole &= picture(&mut text, view, fence);
    }
    tail(&mut text, (told, coverage, rows_key), whole, fence);
    cut_bytes(&text, MAX_DIGEST_BYTES)
}

/// Rows of a stored output as `read_evidence` gives them to the model; all of it is fenced,
/// since a stored row no longer says which of its fields outsiders wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EvidencePage {
    /// The text, within [`MAX_DIGEST_BYTES`].
    pub text: String,
    /// The rows that it shows.
    pub shown: usize,
    /// The rows that fit the filter.
    pub matching: usize,
    /// The offset of the page after it, where there is one.
    pub next_offset: Option<usize>,
}

/// Which rows of a stored output are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EvidenceSlice<'a> {
    /// Rows to pass over, of those that fit.
    pub offset: usize,
    /// Rows at most.
    pub limit: usize,
    /// The fields wanted, in order; empty = all.
    pub columns: &'a [String],
    /// A text that a row must hold, in any case; empty = any row.
    pub contains: &'a str,
}

/// Pages a stored output. Without `rows_key` the output is one row.
#[must_use]
pub fn page(
    output: &Value,
    rows_key: Option<&str>,
    slice: &EvidenceSlice<'_>,
    fence: &Fence,
) -> EvidencePage {
    let whole = std::slice::from_ref(output);
    let rows = rows_key.and_then(|key| output.get(key)).and_then(Value::as_array);
    let rows = rows.map_or(whole, Vec::as_slice);
    let needle = slice.contains.to_lowercase();
    let matching: Vec<&Value> = rows
        .iter()
        .filter(|row| needle.is_empty() || row.to_string().to_lowercase().contains(&needle))
        .collect();
    let mut body = String::new();
    let mut shown = 0;
    for row in matching.iter().skip(slice.offset).take(slice.limit.max(1)) {
        let row = cut(&selected(row, slice.columns), 4096).into_owned();
        if shown > 0 && body.len() + row.len() > MAX_DIGEST_BYTES - TAIL_BYTES {
            break;
        }
        line(&mut body, &row);
        shown += 1;
    }
    let end = slice.offset.saturating_add(shown);
    let next_offset = (shown > 0 && end < matching.len()).then_some(end);
    let mut text = format!("{}\n", fence.rule());
    let first = slice.offset.saturating_add(1).min(matching.len());
    line(&mut text, &format!("Rows {first} to {end} of {}:", matching.len()));
    line(&mut text, &fence.block(&body));
    if let Some(next) = next_offset {
        line(&mut text, &format!("More rows from offset {next}."));
    }
    let text = cut_bytes(&text, MAX_DIGEST_BYTES);
    EvidencePage { text, shown, matching: matching.len(), next_offset }
}

fn selected(row: &Value, columns: &[String]) -> String {
    match row.as_object() {
        Some(fields) if !columns.is_empty() => {
            let wanted = columns.iter().filter_map(|key| Some((key, fields.get(key)?)));
            let kept: Vec<String> = wanted.map(|(key, value)| format!("{key}={value}")).collect();
            kept.join(" ")
        }
        Some(_) | None => row.to_string(),
    }
}

/// Writes findings until their share is used up; says how many were left out.
fn sentences(text: &mut String, told: &Presentation, fence: &Fence) -> usize {
    for (at, finding) in told.findings.iter().enumerate() {
        let role = match finding.kind {
            FindingKind::Headline => "",
            FindingKind::Detail => "- ",
            FindingKind::Action => "Next: ",
            FindingKind::Caveat => "Caveat: ",
        };
        let sentence = format!("{role}{}", fence.around(&finding.text));
        if text.len() + sentence.len() > MAX_SENTENCES_BYTES {
            return told.findings.len() - at;
        }
        line(text, &sentence);
    }
    0
}

/// Writes a view; false when some of it did not fit.
fn picture(text: &mut String, view: &View, fence: &Fence) -> bool {
    match view {
        View::Table { title, columns, rows, total } => {
            table(text, (title, columns, rows, *total), fence)
        }
        View::Chart { title, chart, labels, series, .. } => {
            for one in series {
                let named =
                    if series.len() > 1 { format!(", {}", one.name) } else { String::new() };
                let points = points(*chart, labels, &one.values);
                let drawn = fence.around(&format!("{title}{named}: {points}"));
                if text.len() + drawn.len() < MAX_DIGEST_BYTES - TAIL_BYTES {
                    line(text, &drawn);
                }
            }
            true
        }
        View::Gauge { title, label, .. } => {
            line(text, &fence.around(&format!("{title}: {label}")));
            true
        }
        View::Timeline { title, entries, total } => timeline(text, (title, entries, *total), fence),
    }
}

/// The points of a series: the first bars, or the last steps over time that are not zero.
fn points(chart: ChartKind, labels: &[String], values: &[Option<f64>]) -> String {
    let known = labels.iter().zip(values).filter_map(|(label, value)| Some((label, (*value)?)));
    let known: Vec<(&String, f64)> = known.collect();
    let (kept, note): (Vec<_>, &str) = match chart {
        ChartKind::Bars => (known.into_iter().take(MAX_POINTS).collect(), ""),
        ChartKind::Lines => {
            let of = known.len();
            let some: Vec<_> = known.into_iter().filter(|(_, value)| *value != 0.0).collect();
            let note = if some.len() < of { " (0 elsewhere)" } else { "" };
            let older = some.len().saturating_sub(MAX_POINTS);
            (some.into_iter().skip(older).collect(), note)
        }
    };
    let written: Vec<String> =
        kept.into_iter().map(|(label, value)| format!("{label} {}", rounded(value))).collect();
    format!("{}{note}", written.join(", "))
}

fn table(
    text: &mut String,
    (title, columns, rows, total): (&str, &[Column], &[Vec<Value>], u64),
    fence: &Fence,
) -> bool {
    let mut body = String::new();
    let mut shown = 0_u64;
    for row in rows {
        let cells: Vec<String> = row.iter().map(shown_cell).collect();
        let row = fence.around(&cells.join(" | "));
        if text.len() + body.len() + row.len() > MAX_DIGEST_BYTES - TAIL_BYTES {
            break;
        }
        line(&mut body, &row);
        shown += 1;
    }
    let labels: Vec<&str> = columns.iter().map(|column| column.key.as_str()).collect();
    let head =
        format!("{title}, {} of {} rows: {}", grouped(shown), grouped(total), labels.join(" | "));
    line(text, &fence.around(&head));
    text.push_str(&body);
    shown >= total
}

fn timeline(
    text: &mut String,
    (title, entries, total): (&str, &[TimelineEntry], u64),
    fence: &Fence,
) -> bool {
    let mut body = String::new();
    let mut shown = 0_u64;
    for one in entries {
        let told = fence.around(&format!("{} | {} | {}", one.at, one.title, one.detail));
        if text.len() + body.len() + told.len() > MAX_DIGEST_BYTES - TAIL_BYTES {
            break;
        }
        line(&mut body, &told);
        shown += 1;
    }
    let head = format!("{title}, {} of {}, newest first:", grouped(shown), grouped(total));
    line(text, &fence.around(&head));
    text.push_str(&body);
    shown >= total
}

fn shown_cell(cell: &Value) -> String {
    match cell {
        Value::Null => "-".to_owned(),
        Value::String(text) => text.clone(),
        Value::Number(number) => match number.as_f64() {
            // Four decimals keep a share exact to the hundredth of a percent.
            Some(number) if number.abs() < 1e15 => rounded(number),
            Some(_) | None => number.to_string(),
        },
        Value::Bool(_) => cell.to_string(),
        Value::Array(_) | Value::Object(_) => mark(&cell.to_string()),
    }
}

fn rounded(number: f64) -> String {
    let text = format!("{number:.4}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Says what was cut, how to get it, and what could not be read.
fn tail(
    text: &mut String,
    (told, coverage, rows_key): (&Presentation, &Coverage, Option<&str>),
    whole: bool,
    fence: &Fence,
) {
    if !whole && rows_key.is_some() {
        let rows = grouped(told.rows);
        line(text, &format!("Not all rows are shown: read_evidence pages the {rows} stored rows."));
    }
    if let Some(total) = told.total.filter(|total| *total > told.rows) {
        let (rows, total) = (grouped(told.rows), grouped(total));
        line(
            text,
            &format!("Only {rows} of {total} rows were fetched: narrow the call to see others."),
        );
    }
    if let Some(at) = coverage.data_at {
        let scopes = count_of(coverage.scope_count(), "scope");
        line(text, &format!("Looked at {scopes}, as of {at}."));
    }
    for failure in coverage.failures.iter().take(4) {
        let scope = mark(&failure.scope);
        let told = if !is_note(failure) {
            let why = match failure.code.as_str() {
                "AuthorizationFailed" => mark(&failure.message),
                code => mark(code),
            };
            format!("Not read: {scope} ({why}).")
        } else if failure.scope == "/" {
            sentence(&format!("Not all is in this: {}", failure.message))
        } else {
            sentence(&format!("At {scope}: {}", failure.message))
        };
        line(text, &fence.around(&told));
    }
    if let Some(more) = coverage.failures.len().checked_sub(4).filter(|more| *more > 0) {
        line(text, &format!("Not read: {more} more scopes."));
    }
}

fn line(text: &mut String, line: &str) {
    let _ = writeln!(text, "{line}");
}

/// Cuts at a character; the caps above keep this from being needed.
fn cut_bytes(text: &str, max_bytes: usize) -> String {
    let mut end = text.len().min(max_bytes);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default().to_owned()
}
