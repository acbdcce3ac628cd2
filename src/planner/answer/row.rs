//! One row in full: what a stored result says of the second alert, the first control.

use std::ops::Range;

use serde_json::{Map, Value};

use super::{citation, table::escaped};
use crate::{
    planner::exchange::Done,
    tools::{present::Moment, scope::resource_types::name_of},
};

/// Fields of a row that are told.
const MAX_FIELDS: usize = 14;
/// Items of a list in a field that are told.
const MAX_ITEMS: usize = 5;
/// Rows that are told at once.
const MAX_ROWS: usize = 20;
/// Rows beyond so many are told in a line each.
const FULL_ROWS: usize = 3;

/// The fields that a row is called by, best first.
const NAMES: [&str; 8] =
    ["title", "recommendation", "name", "displayName", "key", "rule", "subscription", "id"];
/// The fields that say most, in the order told; the others follow by name.
const FIRST: [&str; 12] = [
    "severity",
    "status",
    "state",
    "type",
    "description",
    "startedAt",
    "resourceIds",
    "entities",
    "remediationSteps",
    "location",
    "resourceGroup",
    "subscription",
];
/// Fields that say nothing to people.
const HIDDEN: [&str; 8] = [
    "tenantId",
    "controlId",
    "assessmentId",
    "weight",
    "alertUri",
    "isIncident",
    "correlationId",
    "subscriptionId",
];

/// The rows of the last result that has any.
pub(super) fn tell(earlier: &[Done<'_>], wanted: Range<usize>, at: &Moment) -> String {
    let found = earlier.iter().find_map(|done| Some((done, rows_of(done)?)));
    let Some((done, rows)) = found else {
        return "What I read before has no rows that I could show one of. Ask the whole question again.\n".to_owned();
    };
    let start = wanted.start;
    let shown: Vec<&Value> = rows.iter().skip(start).take(wanted.len().min(MAX_ROWS)).collect();
    if shown.is_empty() {
        let count = rows.len();
        let noun = if count == 1 { "row" } else { "rows" };
        return format!(
            "There is no number {}: what I read has {count} {noun}.{}\n",
            start + 1,
            citation(done)
        );
    }
    let mut text = String::new();
    let full = shown.len() <= FULL_ROWS;
    for row in &shown {
        match row.as_object() {
            Some(fields) if full => whole(&mut text, fields, done, at),
            Some(fields) => text.push_str(&format!("- {}{}\n", short(fields), citation(done))),
            None => text.push_str(&format!("- {}{}\n", shown_value("", row, at), citation(done))),
        }
    }
    if rows.len() > start + shown.len() {
        text.push_str(&format!("\nThe rest is in the evidence.{}\n", citation(done)));
    }
    text
}

/// The rows of a result: its first list of objects.
pub(in crate::planner) fn rows_of<'a>(done: &Done<'a>) -> Option<&'a [Value]> {
    let output = done.result.output.as_deref()?.as_object()?;
    let keys = [
        "alerts",
        "controls",
        "resources",
        "subscriptions",
        "rows",
        "recommendations",
        "statuses",
        "events",
        "changes",
        "operations",
        "groups",
        "paths",
        "plans",
        "rules",
        "verdicts",
    ];
    let known = keys.iter().filter_map(|key| output.get(*key));
    let lists = known.chain(output.values()).filter_map(Value::as_array);
    lists.into_iter().find(|rows| rows.first().is_some_and(Value::is_object)).map(Vec::as_slice)
}

fn name(fields: &Map<String, Value>) -> (&str, String) {
    let named = NAMES.iter().find_map(|key| Some((*key, fields.get(*key)?.as_str()?)));
    let (key, text) = named.unwrap_or(("", "row"));
    (key, format!("`{}`", escaped(text).replace('`', "")))
}

fn whole(text: &mut String, fields: &Map<String, Value>, done: &Done<'_>, at: &Moment) {
    let (named_by, name) = name(fields);
    text.push_str(&format!("**{name}**{}\n\n", citation(done)));
    let first = FIRST.iter().filter_map(|key| fields.get_key_value(*key));
    let rest = fields.iter().filter(|(key, _)| !FIRST.contains(&key.as_str()));
    let all = first.chain(rest).filter(|(key, value)| {
        *key != named_by && !HIDDEN.contains(&key.as_str()) && !is_blank(value)
    });
    for (key, value) in all.take(MAX_FIELDS) {
        let shown = shown_value(key, value, at);
        if !shown.is_empty() {
            text.push_str(&format!("- {}: {shown}{}\n", label(key), citation(done)));
        }
    }
    text.push('\n');
}

fn short(fields: &Map<String, Value>) -> String {
    let (_, name) = name(fields);
    let told = ["severity", "state", "status", "location", "resourceGroup", "resources"];
    let parts = told.iter().filter_map(|key| match fields.get(*key)? {
        Value::String(text) => Some(escaped(text)),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    });
    let parts: Vec<String> = parts.collect();
    if parts.is_empty() { name } else { format!("{name}: {}", parts.join(", ")) }
}

fn is_blank(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

fn shown_value(key: &str, value: &Value, at: &Moment) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(yes) => if *yes { "yes" } else { "no" }.to_owned(),
        Value::Number(number) => match number.as_f64() {
            Some(share) if key.ends_with("Share") || key == "share" => {
                crate::tools::present::percent(share)
            }
            Some(figure) if number.is_f64() => crate::tools::present::figure(figure),
            _ => number.to_string(),
        },
        Value::String(text) if key == "id" => {
            format!(
                "`{}`",
                text.replace(['`', '\n', '\r'], " ").chars().take(400).collect::<String>()
            )
        }
        Value::String(text) if key == "type" => name_of(text).to_owned(),
        Value::String(text) => {
            match text.parse::<jiff::Timestamp>().ok().filter(|_| key.ends_with("At")) {
                Some(instant) => format!("{} ({})", at.local(instant), at.ago(instant)),
                None => long(text),
            }
        }
        Value::Array(items) => {
            let shown: Vec<String> =
                items.iter().take(MAX_ITEMS).map(|item| item_of(item, at)).collect();
            let more = items.len().saturating_sub(shown.len());
            let more = if more > 0 { format!("; and {more} more") } else { String::new() };
            format!("{}{more}", shown.join("; "))
        }
        Value::Object(fields) => {
            let pairs = fields
                .iter()
                .take(MAX_ITEMS)
                .filter(|(_, value)| value.is_string() || value.is_number());
            let pairs = pairs
                .map(|(key, value)| format!("{}={}", escaped(key), shown_value(key, value, at)));
            pairs.collect::<Vec<_>>().join(", ")
        }
    }
}

fn item_of(item: &Value, at: &Moment) -> String {
    match item {
        Value::Object(fields) => short(fields),
        Value::String(text) if text.starts_with("/subscriptions/") => {
            format!("`{}`", escaped(text.rsplit('/').next().unwrap_or(text)).replace('`', ""))
        }
        other => shown_value("", other, at),
    }
}

/// A text of several sentences: what was written by others, in full up to a cap.
fn long(text: &str) -> String {
    let mut safe = String::new();
    let words = text.split_whitespace();
    for word in words {
        if safe.chars().count() > 600 {
            safe.push_str(" …");
            break;
        }
        if !safe.is_empty() {
            safe.push(' ');
        }
        safe.push_str(&escaped(word));
    }
    safe
}

/// `startedAt` as people read it.
fn label(key: &str) -> String {
    let mut text = String::new();
    for (at, ch) in key.chars().enumerate() {
        match ch {
            ch if at == 0 => text.extend(ch.to_uppercase()),
            ch if ch.is_uppercase() => {
                text.push(' ');
                text.extend(ch.to_lowercase());
            }
            ch => text.push(ch),
        }
    }
    escaped(&text)
}
