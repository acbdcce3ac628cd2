//! Tables: rows that share their fields read better beside each other than as sentences.

use serde_json::Value;

use super::{Told, citation, cited, lead::of_total, of_kind};
use crate::{
    planner::subject::Intent,
    protocol::FindingKind,
    tools::{
        present::{figure, percent},
        scope::resource_types::name_of,
    },
};

/// Fewer rows are told as sentences.
const LEAST_ROWS: usize = 3;
/// The longest text of a cell, in characters.
const MAX_CELL_CHARS: usize = 80;

/// A column: its label, and what a row has for it.
type Column = (&'static str, fn(&Value) -> String);

/// The rows of a result as a Markdown table, at most `most`, where they share their fields.
pub(super) fn of(one: &Told<'_>, most: usize) -> Option<String> {
    let output = one.done.result.output.as_deref()?;
    let counts = one.part.is_some_and(|part| part.intent == Intent::Count);
    match one.done.call.tool.as_str() {
        "find_resources" if !counts => {
            let rows = output["resources"].as_array()?;
            let columns: [Column; 7] = [
                ("Name", |row| code(&row["name"])),
                ("Type", |row| row["type"].as_str().map(name_of).map(escaped).unwrap_or_default()),
                ("State", |row| plain(&row["state"])),
                ("Size", |row| plain(&row["sku"])),
                ("Region", |row| plain(&row["location"])),
                ("Resource group", |row| plain(&row["resourceGroup"])),
                ("Subscription", |row| plain(&row["subscription"])),
            ];
            let total = output["total"].as_u64()?;
            let mut text = written(one, (rows, total), &columns, most)?;
            let spread =
                of_kind(&one.done, FindingKind::Detail).filter(|one| one.resource_id.is_none());
            for detail in spread.take(2) {
                text.push_str(&format!("- {}\n", cited(&detail.text, &one.done)));
            }
            text.push('\n');
            Some(text)
        }
        "list_subscriptions" => {
            let rows = output["subscriptions"].as_array()?;
            let columns: [Column; 3] = [
                ("Subscription", |row| code(&row["name"])),
                ("Id", |row| code(&row["subscriptionId"])),
                ("State", |row| plain(&row["state"])),
            ];
            written(one, (rows, rows.len() as u64), &columns, most)
        }
        "get_secure_score" => {
            let rows = output["subscriptions"].as_array()?;
            let columns: [Column; 3] = [
                ("Subscription", |row| code(&row["subscription"])),
                ("Score", |row| row["share"].as_f64().map(percent).unwrap_or_default()),
                ("Points", |row| {
                    let number = |key: &str| row[key].as_f64().map(figure).unwrap_or_default();
                    format!("{} of {}", number("current"), number("max"))
                }),
            ];
            written(one, (rows, rows.len() as u64), &columns, most)
        }
        _ => None,
    }
}

fn written(
    one: &Told<'_>,
    (rows, total): (&[Value], u64),
    columns: &[Column],
    most: usize,
) -> Option<String> {
    if rows.len() < LEAST_ROWS {
        return None;
    }
    let shown: Vec<&Value> = rows.iter().take(most).collect();
    let kept: Vec<&Column> = columns
        .iter()
        .filter(|(label, cell)| {
            let first = shown.first().map(|row| cell(row)).unwrap_or_default();
            let varies = shown.iter().any(|row| cell(row) != first);
            // What all rows share and the headline says needs no column; a name always has one.
            let says = match *label {
                "Type" => false,
                "State" => first != "succeeded",
                "Resource group" => {
                    shown.first().is_none_or(|row| row["name"] != row["resourceGroup"])
                }
                _ => !first.is_empty(),
            };
            let sized = one.part.is_some_and(|part| part.text.has_any("size sizes sku skus"));
            if *label == "Size" && !sized {
                return false;
            }
            let own = *label == "Resource group"
                && shown.iter().all(|row| row["name"] == row["resourceGroup"]);
            (varies && !own) || says
        })
        .collect();
    let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
    let mut text = format!("{}:{}\n\n", of_total(shown.len(), total), citation(&one.done));
    text.push_str(&line(kept.iter().map(|(label, _)| (*label).to_owned()).collect()));
    text.push_str(&line(kept.iter().map(|_| "---".to_owned()).collect()));
    for row in shown {
        text.push_str(&line(kept.iter().map(|(_, cell)| cell(row)).collect()));
    }
    text.push('\n');
    Some(text)
}

/// A name in backticks; it was written by others.
fn code(value: &Value) -> String {
    let text = plain(value).replace('`', "");
    if text.is_empty() { text } else { format!("`{text}`") }
}

fn plain(value: &Value) -> String {
    value.as_str().map(escaped).unwrap_or_default()
}

/// A text that cannot leave its cell or become markup.
pub(super) fn escaped(text: &str) -> String {
    let visible = text.chars().map(|ch| if ch.is_control() { ' ' } else { ch });
    let cut: String = visible.take(MAX_CELL_CHARS).collect();
    let mut safe = String::with_capacity(cut.len());
    for ch in cut.chars() {
        if matches!(ch, '|' | '[' | ']' | '<' | '>' | '*' | '\\' | '!') {
            safe.push('\\');
        }
        safe.push(ch);
    }
    safe
}
