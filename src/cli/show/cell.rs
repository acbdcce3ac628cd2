//! One cell of a table as text.

use jiff::{Timestamp, tz::TimeZone};
use serde_json::Value;

use super::{ink::Style, safe_line};
use crate::protocol::{ColumnKind, FindingTone};

/// A value as people read it: percentages as such, instants in the reader's zone, resources by
/// name.
pub(super) fn of(value: &Value, kind: ColumnKind) -> String {
    match (kind, value) {
        (_, Value::Null) => String::new(),
        (ColumnKind::Percent, Value::Number(share)) => {
            share.as_f64().map_or_else(String::new, |share| percent(share * 100.0))
        }
        (ColumnKind::Instant, Value::String(text)) => instant(text),
        (ColumnKind::Resource, Value::String(text)) => {
            let text = safe_line(text);
            text.rsplit('/').find(|part| !part.is_empty()).unwrap_or(&text).to_owned()
        }
        (_, Value::String(text)) => safe_line(text),
        (_, Value::Bool(yes)) => if *yes { "yes" } else { "no" }.to_owned(),
        (_, Value::Number(number)) => number.to_string(),
        (_, Value::Array(_) | Value::Object(_)) => safe_line(&value.to_string()),
    }
}

/// An RFC 3339 instant in the reader's zone, to the minute; what is none stays as it is.
pub(super) fn instant(text: &str) -> String {
    match text.parse::<Timestamp>() {
        Ok(at) => at.to_zoned_datetime(TimeZone::system()).strftime("%Y-%m-%d %H:%M").to_string(),
        Err(_) => safe_line(text),
    }
}

/// A number without needless digits.
pub(super) fn number(value: f64) -> String {
    let text = format!("{value:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0" } else { text }.to_owned()
}

fn percent(value: f64) -> String {
    let text = format!("{value:.1}");
    format!("{} %", text.strip_suffix(".0").unwrap_or(&text))
}

/// How a severity looks.
pub(super) fn severity(text: &str) -> Style {
    match text {
        "Critical" | "High" => Style::Bad,
        "Medium" => Style::Warn,
        _ => Style::Plain,
    }
}

/// How a tone looks.
pub(super) fn tone(tone: FindingTone) -> Style {
    match tone {
        FindingTone::Good => Style::Good,
        FindingTone::Neutral => Style::Plain,
        FindingTone::Warning => Style::Warn,
        FindingTone::Critical => Style::Bad,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn cells_read_as_people_write() {
        for (value, kind, text) in [
            (json!(0.446), ColumnKind::Percent, "44.6 %"),
            (json!(1.0), ColumnKind::Percent, "100 %"),
            (json!("/subscriptions/a/resourceGroups/rg"), ColumnKind::Resource, "rg"),
            (json!(null), ColumnKind::Text, ""),
            (json!(true), ColumnKind::Text, "yes"),
            (json!(3.5), ColumnKind::Number, "3.5"),
            (json!("yesterday\u{1b}[2J"), ColumnKind::Instant, "yesterday␛[2J"),
        ] {
            assert_eq!(of(&value, kind), text);
        }
        assert_eq!(
            (number(23.50), number(58.0), number(-0.001)),
            ("23.5".into(), "58".into(), "0".into())
        );
    }
}
