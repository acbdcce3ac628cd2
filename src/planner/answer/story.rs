//! The story of one resource: what several results say of it, told in the order it happened.
//!
//! Owns the order of events and which of them came just before the trouble. It states nothing
//! that a result does not say, and calls nothing a cause: it says what came first.

use jiff::{Timestamp, ToSpan};
use serde_json::Value;

use super::{Told, citation, cited, of_kind, table::escaped};
use crate::{protocol::FindingKind, tools::present::Moment};

/// Events told, the latest before the trouble first kept.
const MAX_EVENTS: usize = 10;
/// How far back the story of a resource that is well goes.
const RECENT_HOURS: i64 = 14 * 24;
/// The longest part of a message that is told, in characters.
const MAX_TEXT_CHARS: usize = 160;

/// The longest message of Azure that is told, in characters.
const MAX_WORDS_CHARS: usize = 76;

/// Where a result has what happened: the rows, their instant, how one is told, whether somebody
/// did it.
type Source = (&'static str, &'static str, fn(&Value) -> Option<String>, bool);

/// Something that happened.
struct Happened {
    at: Timestamp,
    text: String,
    cited: String,
    /// Whether somebody did it.
    done: bool,
}

/// The story of one resource, where its health and its changes were read together.
pub(super) fn of(told: &[Told<'_>], at: &Moment) -> Option<String> {
    let result =
        |tool: &str| told.iter().find(|one| one.done.call.tool == tool && one.done.result.ok);
    let health = result("list_resource_health")?;
    health.done.call.arguments.get("resource")?;
    result("list_resource_changes")?;
    let all = told.iter().filter(|one| one.done.result.ok).flat_map(|one| happened(one));
    let mut events: Vec<Happened> = all.collect();
    // What was done comes before what came of it in the same instant.
    events.sort_by_key(|event| (event.at, !event.done));
    events.dedup_by(|a, b| a.text == b.text && a.at == b.at);
    let mut text = String::new();
    headlines(&mut text, told);
    let trouble = trouble(health);
    timeline(&mut text, (&events, trouble), at);
    for one in told.iter().filter(|one| one.done.result.ok) {
        for caveat in of_kind(&one.done, FindingKind::Caveat) {
            text.push_str(&format!("{}\n\n", cited(&caveat.text, &one.done)));
        }
    }
    Some(text)
}

/// What each result says in one sentence; what it is comes last.
fn headlines(text: &mut String, told: &[Told<'_>]) {
    let mut first = true;
    for one in told.iter().filter(|one| one.done.result.ok) {
        for finding in of_kind(&one.done, FindingKind::Headline) {
            if first {
                text.push_str(&format!("{}\n\n", cited(&finding.text, &one.done)));
            } else {
                text.push_str(&format!("- {}\n", cited(&finding.text, &one.done)));
            }
            first = false;
        }
    }
    text.push('\n');
}

/// Since when the resource is not well.
fn trouble(health: &Told<'_>) -> Option<Timestamp> {
    let now = health.done.result.output.as_deref()?["statuses"].get(0)?;
    let well = now["state"].as_str()?.eq_ignore_ascii_case("Available");
    instant(&now["since"]).filter(|_| !well)
}

fn timeline(text: &mut String, (events, trouble): (&[Happened], Option<Timestamp>), at: &Moment) {
    let start = match trouble {
        Some(since) => since.checked_sub(24.hours()).ok(),
        None => at.now.checked_sub(RECENT_HOURS.hours()).ok(),
    };
    let near: Vec<&Happened> =
        events.iter().filter(|event| start.is_none_or(|start| event.at >= start)).collect();
    let skipped = near.len().saturating_sub(MAX_EVENTS);
    if near.is_empty() {
        return;
    }
    let before =
        trouble.and_then(|since| near.iter().rfind(|event| event.done && event.at <= since));
    match before {
        Some(event) => text.push_str(&format!(
            "The last thing done to it before that: {} ({}){}\n\n",
            event.text,
            at.local(event.at),
            event.cited
        )),
        None if trouble.is_some() => {
            text.push_str("Nothing that was read shows anybody changing it before that.\n\n");
        }
        None => {}
    }
    text.push_str("**In the order it happened**\n\n");
    for event in near.iter().skip(skipped) {
        text.push_str(&format!("- {}: {}{}\n", at.local(event.at), event.text, event.cited));
    }
    text.push('\n');
}

/// What one result knows to have happened.
fn happened(one: &Told<'_>) -> Vec<Happened> {
    let Some(output) = one.done.result.output.as_deref() else { return Vec::new() };
    let (key, field, tell, done): Source = match one.done.call.tool.as_str() {
        "list_resource_health" => ("statuses", "since", status, false),
        "list_resource_changes" => ("changes", "at", change, true),
        "get_activity_log" => ("operations", "at", operation, true),
        "list_alerts" => ("alerts", "firedAt", fired, false),
        "list_security_alerts" => ("alerts", "startedAt", threat, false),
        _ => return Vec::new(),
    };
    let rows = output[key].as_array().map_or(&[][..], Vec::as_slice);
    let events = rows.iter().filter_map(|row| {
        let at = instant(&row[field])?;
        // Azure itself writes to the log too: of health, of alerts.
        let done = done && (row["caller"].is_string() || row["by"].is_string());
        Some(Happened { at, text: tell(row)?, cited: citation(&one.done), done })
    });
    events.collect()
}

fn status(row: &Value) -> Option<String> {
    let state = row["state"].as_str()?.to_lowercase();
    let why = text(&row["title"]).or_else(|| text(&row["reason"]));
    let why = why.filter(|why| !why.eq_ignore_ascii_case(&state));
    Some(format!(
        "health: {}{}",
        escaped(&state),
        why.map(|why| format!(", {why}")).unwrap_or_default()
    ))
}

fn change(row: &Value) -> Option<String> {
    let name = last(&row["resourceId"])?;
    let by = row["by"].as_str().map(|by| format!(" by {}", code(by))).unwrap_or_default();
    let what = row["changeType"].as_str()?.to_lowercase();
    let what = match what.as_str() {
        "create" => "was created",
        "delete" => "was deleted",
        _ => "was changed",
    };
    let first = row["differences"].get(0);
    let how = first.and_then(|one| {
        let value = |key: &str| one[key].as_str().map_or("nothing".to_owned(), code);
        Some(format!(
            ": {} from {} to {}",
            code(&property(one["property"].as_str()?)),
            value("before"),
            value("after")
        ))
    });
    Some(format!("{} {what}{by}{}", code(name), how.unwrap_or_default()))
}

fn operation(row: &Value) -> Option<String> {
    let azure = row["operation"].as_str()?.to_lowercase();
    // What health and alerts say of themselves is told by their own results.
    if azure.starts_with("microsoft.resourcehealth/") {
        return None;
    }
    let what = row["title"].as_str().or_else(|| row["operation"].as_str()).map(code)?;
    let who = row["callerName"].as_str().or_else(|| row["caller"].as_str());
    let by = who.map(|by| format!(" by {}", code(by))).unwrap_or_default();
    let status = text(&row["status"]).map(|status| status.to_lowercase()).unwrap_or_default();
    let failed = status == "failed";
    let message = text(&row["message"]).filter(|_| failed);
    let message = message.map(|message| format!(" ({message})")).unwrap_or_default();
    Some(format!("{what}{by}: {status}{message}"))
}

fn fired(row: &Value) -> Option<String> {
    let name = text(&row["name"]).or_else(|| text(&row["rule"]))?;
    Some(format!("alert {name} fired ({})", text(&row["severity"])?))
}

fn threat(row: &Value) -> Option<String> {
    Some(format!("security alert {} ({})", text(&row["title"])?, text(&row["severity"])?))
}

/// A property without the ids in it.
fn property(path: &str) -> String {
    match (path.split_once('['), path.rsplit_once(']')) {
        (Some((before, _)), Some((_, after))) => format!("{before}[…]{after}"),
        _ => path.to_owned(),
    }
}

fn instant(value: &Value) -> Option<Timestamp> {
    value.as_str()?.parse().ok()
}

fn last(id: &Value) -> Option<&str> {
    id.as_str()?.rsplit('/').next()
}

fn code(text: &str) -> String {
    let short: String =
        text.chars().take(MAX_TEXT_CHARS).filter(|ch| !ch.is_control() && *ch != '`').collect();
    format!("`{short}`")
}

fn text(value: &Value) -> Option<String> {
    let text = value.as_str()?.trim();
    let whole = text.trim_end_matches('.');
    let long = whole.chars().count() > MAX_WORDS_CHARS;
    let short: String = whole.chars().take(MAX_WORDS_CHARS).collect();
    let end = if long { "…" } else { "" };
    (!whole.is_empty()).then(|| format!("{}{end}", escaped(short.trim_end())))
}
