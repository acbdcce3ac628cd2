//! How a typed result is told: its sentences, its pictures and its figures.
//!
//! Owns the shape that every tool's output is turned into. It must not know any tool, nor how
//! the digest is cut.

use jiff::{Timestamp, tz::TimeZone};
use serde_json::Value;

use super::untrusted::{Untrusted, mark, plain, word};
use crate::protocol::{
    ChartSeries, Column, ColumnKind, Finding, FindingKind, FindingTone, TimelineEntry, View,
};

/// The instant and the place that sentences are written for.
#[derive(Clone, Debug)]
pub struct Moment {
    /// The instant of the call.
    pub now: Timestamp,
    /// The user's time zone.
    pub zone: TimeZone,
}

impl Moment {
    /// An instant as the user reads it, to the minute, e.g. `2026-01-05 14:02 CET`.
    #[must_use]
    pub fn local(&self, at: Timestamp) -> String {
        at.to_zoned_datetime(self.zone.clone()).strftime("%Y-%m-%d %H:%M %Z").to_string()
    }

    /// How long ago an instant was, in its largest whole unit, e.g. `3 hours ago`.
    #[must_use]
    pub fn ago(&self, at: Timestamp) -> String {
        let seconds = self.now.as_second() - at.as_second();
        let (count, unit) = match seconds.abs() {
            s if s < 60 => return "just now".to_owned(),
            s if s < 3600 => (s / 60, "minute"),
            s if s < 86_400 => (s / 3600, "hour"),
            s => (s / 86_400, "day"),
        };
        let plural = if count == 1 { "" } else { "s" };
        if seconds < 0 {
            format!("in {count} {unit}{plural}")
        } else {
            format!("{count} {unit}{plural} ago")
        }
    }
}

/// An output that can be told. Sentences and cells may hold marked text
/// ([`super::untrusted::Untrusted::marked`]); the runner takes the marks out.
pub trait Present {
    /// The field of the output whose rows `read_evidence` pages.
    const ROWS_KEY: Option<&'static str>;

    /// Tells the output.
    fn present(&self, at: &Moment) -> Presentation;
}

/// An output as sentences, pictures and figures.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Presentation {
    /// One line for the tool-call card.
    pub summary: String,
    /// What the output means: headline, details ranked, action, caveat.
    pub findings: Vec<Finding>,
    /// What people look at; a table may hold more than the cap, the runner cuts it.
    pub views: Vec<View>,
    /// Rows in the output.
    pub rows: u64,
    /// Rows there are, where the output holds fewer.
    pub total: Option<u64>,
}

/// The answer in one sentence.
#[must_use]
pub fn headline(tone: FindingTone, text: impl Into<String>) -> Finding {
    finding(FindingKind::Headline, tone, text)
}

/// A fact that supports the headline.
#[must_use]
pub fn detail(tone: FindingTone, text: impl Into<String>) -> Finding {
    finding(FindingKind::Detail, tone, text)
}

/// What to do next.
#[must_use]
pub fn action(text: impl Into<String>) -> Finding {
    finding(FindingKind::Action, FindingTone::Neutral, text)
}

/// What the answer does not cover.
#[must_use]
pub fn caveat(text: impl Into<String>) -> Finding {
    finding(FindingKind::Caveat, FindingTone::Warning, text)
}

/// The finding, pointing at a resource.
#[must_use]
pub fn about(finding: Finding, resource_id: &str) -> Finding {
    Finding { resource_id: Some(resource_id.to_owned()), ..finding }
}

fn finding(kind: FindingKind, tone: FindingTone, text: impl Into<String>) -> Finding {
    Finding { kind, tone, text: text.into(), resource_id: None, portal_url: None }
}

/// A column of a table.
#[must_use]
pub fn column(key: &str, label: &str, kind: ColumnKind) -> Column {
    Column { key: key.to_owned(), label: label.to_owned(), kind, portal_urls: Vec::new() }
}

/// A cell that outsiders could have written.
#[must_use]
pub fn cell(text: &str) -> Value {
    if text.is_empty() { Value::Null } else { Value::String(mark(text)) }
}

/// A cell that Azure itself fills: see [`word`].
#[must_use]
pub fn word_cell(text: &str) -> Value {
    if text.is_empty() { Value::Null } else { Value::String(word(text)) }
}

/// `1 resource`, `2 resources`: a count with its noun; `noun` takes a plain `s`.
#[must_use]
pub fn count_of(count: u64, noun: &str) -> String {
    let count_text = grouped(count);
    match noun.strip_suffix('y') {
        _ if count == 1 => format!("{count_text} {noun}"),
        Some(stem) if !stem.ends_with(['a', 'e', 'i', 'o', 'u']) => {
            format!("{count_text} {stem}ies")
        }
        _ if noun.ends_with(['s', 'x']) || noun.ends_with("ch") => {
            format!("{count_text} {noun}es")
        }
        _ => format!("{count_text} {noun}s"),
    }
}

/// A whole number with thousands apart, e.g. `12,345`.
#[must_use]
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A figure with at most two decimals and no trailing zeros, e.g. `23.5`.
#[must_use]
pub fn figure(number: f64) -> String {
    let text = format!("{:.2}", rounded(number, 100.0));
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// A share from 0 to 1 as a percentage with at most one decimal, e.g. `41.3 %`.
#[must_use]
pub fn percent(share: f64) -> String {
    let text = format!("{:.1}", rounded(share, 1000.0) * 100.0);
    format!("{} %", text.strip_suffix(".0").unwrap_or(&text))
}

/// The number at `steps` to the unit, a tie as it is *written* going away from zero: 0.3565 is a
/// hair below itself in binary, and people would read 35.6 % here and 35.7 % in the table.
fn rounded(number: f64, steps: f64) -> f64 {
    (number * steps * (1.0 + 2.0 * f64::EPSILON)).round() / steps
}

/// That so many rows of a total are here, with what they are and in which order; nothing where
/// all are.
#[must_use]
pub fn part_of((rows, total): (u64, u64), told: &str) -> Option<Finding> {
    (rows < total).then(|| caveat(format!("{} of {} {told}", grouped(rows), grouped(total))))
}

/// A count of things, with how many of them are here where that is not all: `50 of 470 resources`.
#[must_use]
pub fn of_counted((rows, total): (u64, u64), counted: String) -> String {
    if rows < total { format!("{} of {counted}", grouped(rows)) } else { counted }
}

/// What a list was narrowed by, as it follows a word of a sentence; nothing where it was not.
#[must_use]
pub fn after_space(text: &Untrusted<String>) -> String {
    match text.is_empty() {
        true => String::new(),
        false => format!(" {}", text.marked()),
    }
}

/// `a, b and c`.
#[must_use]
pub fn listed(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [rest @ .., last] => format!("{} and {last}", rest.join(", ")),
    }
}

/// The text with a full stop, unless it ends in a mark of its own; marks of untrusted text at its
/// end are looked through.
#[must_use]
pub fn sentence(text: &str) -> String {
    let end = plain(text);
    let stop = if end.ends_with(['.', '!', '?', '…']) { "" } else { "." };
    format!("{text}{stop}")
}

/// The view with its marks removed and cut to `max_rows`.
#[must_use]
pub fn shown(view: View, max_rows: usize) -> View {
    match view {
        View::Table { title, columns, rows, total } => View::Table {
            title: plain(&title),
            columns: columns.into_iter().map(|column| plain_column(column, max_rows)).collect(),
            rows: rows
                .into_iter()
                .take(max_rows)
                .map(|row| row.into_iter().map(plain_cell).collect())
                .collect(),
            total,
        },
        View::Chart { title, chart, unit, labels, series } => View::Chart {
            title: plain(&title),
            chart,
            unit,
            labels: labels.iter().map(|label| plain(label)).collect(),
            series: series.into_iter().map(plain_series).collect(),
        },
        View::Gauge { title, value, max, unit, label } => {
            View::Gauge { title: plain(&title), value, max, unit, label: plain(&label) }
        }
        View::Timeline { title, entries, total } => View::Timeline {
            title: plain(&title),
            entries: entries.into_iter().take(max_rows).map(plain_entry).collect(),
            total,
        },
    }
}

fn plain_column(mut column: Column, max_rows: usize) -> Column {
    column.portal_urls.truncate(max_rows);
    Column { key: plain(&column.key), label: plain(&column.label), ..column }
}

fn plain_series(series: ChartSeries) -> ChartSeries {
    ChartSeries { name: plain(&series.name), ..series }
}

fn plain_entry(entry: TimelineEntry) -> TimelineEntry {
    TimelineEntry { title: plain(&entry.title), detail: plain(&entry.detail), ..entry }
}

fn plain_cell(cell: Value) -> Value {
    match cell {
        Value::String(text) => Value::String(plain(&text)),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_read_like_a_persons() {
        assert_eq!(grouped(1_234_567), "1,234,567");
        assert_eq!(count_of(1, "vulnerability"), "1 vulnerability");
        assert_eq!(count_of(2, "vulnerability"), "2 vulnerabilities");
        assert_eq!(count_of(2, "IP address"), "2 IP addresses");
        assert_eq!(figure(23.50), "23.5");
        assert_eq!(figure(-0.001), "0");
        assert_eq!(sentence(&mark("It is down.")), mark("It is down."));
        assert_eq!(sentence("It is down"), "It is down.");
        assert_eq!(percent(0.4131), "41.3 %");
        assert_eq!(percent(0.3565), "35.7 %");
        assert_eq!(figure(1.005), "1.01");
        assert_eq!(percent(1.0), "100 %");
        assert_eq!(listed(&["a".into(), "b".into(), "c".into()]), "a, b and c");
    }
}
