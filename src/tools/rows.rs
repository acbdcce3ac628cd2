//! Lenient reading of rows and objects as Azure sends them.
//!
//! Owns the differences that do not matter: the case of property names (Resource Graph and REST
//! differ), numbers sent as text, absent against `null`. It must not know any operation.

use std::collections::BTreeSet;

use jiff::{Timestamp, civil};
use serde_json::{Map, Value};

const MAX_COUNT: f64 = 1e12;

/// A row, read by dotted paths like `properties.score.max`.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a>(&'a Map<String, Value>);

impl<'a> Row<'a> {
    /// The row, if the value is one.
    #[must_use]
    pub fn of(value: &'a Value) -> Option<Self> {
        value.as_object().map(Self)
    }

    /// These fields as a row.
    #[must_use]
    pub fn over(fields: &'a Map<String, Value>) -> Self {
        Self(fields)
    }

    /// The value at a path, names in any case; `null` is absent.
    #[must_use]
    pub fn value(self, path: &str) -> Option<&'a Value> {
        let mut keys = path.split('.');
        let mut value = field(self.0, keys.next()?)?;
        for key in keys {
            value = field(value.as_object()?, key)?;
        }
        Some(value)
    }

    /// The text at a path; a number or a boolean reads as its text. Empty is absent.
    #[must_use]
    pub fn text(self, path: &str) -> Option<String> {
        let text = match self.value(path)? {
            Value::String(text) => text.trim().to_owned(),
            number @ Value::Number(_) => number.to_string(),
            Value::Bool(yes) => yes.to_string(),
            Value::Null | Value::Array(_) | Value::Object(_) => return None,
        };
        (!text.is_empty()).then_some(text)
    }

    /// The finite number at a path; a text that is a number reads as one.
    #[must_use]
    pub fn number(self, path: &str) -> Option<f64> {
        let number = match self.value(path)? {
            Value::Number(number) => number.as_f64(),
            Value::String(text) => text.trim().parse().ok(),
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
        };
        number.filter(|number| number.is_finite())
    }

    /// The count at a path: a number that is at least 0, rounded; no more than a million millions,
    /// so that sums of what an endpoint claims cannot overflow.
    #[must_use]
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a float cast saturates, and negative numbers are filtered out"
    )]
    pub fn count(self, path: &str) -> Option<u64> {
        self.number(path)
            .filter(|number| *number >= 0.0)
            .map(|number| number.round().min(MAX_COUNT) as u64)
    }

    /// Whether the value at a path is true; a text may say so.
    #[must_use]
    pub fn is_true(self, path: &str) -> bool {
        match self.value(path) {
            Some(Value::Bool(yes)) => *yes,
            Some(Value::String(text)) => text.trim().eq_ignore_ascii_case("true"),
            Some(Value::Null | Value::Number(_) | Value::Array(_) | Value::Object(_)) | None => {
                false
            }
        }
    }

    /// The instant at a path: RFC 3339, or the same without a zone, which is UTC.
    #[must_use]
    pub fn instant(self, path: &str) -> Option<Timestamp> {
        instant(&self.text(path)?)
    }

    /// The list at a path; a text that holds a JSON list reads as one.
    #[must_use]
    pub fn list(self, path: &str) -> Vec<Value> {
        match self.value(path) {
            Some(Value::Array(items)) => items.clone(),
            Some(Value::String(text)) => serde_json::from_str(text).unwrap_or_default(),
            Some(Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_)) | None => {
                Vec::new()
            }
        }
    }
}

/// The subscriptions that rows are of, in lower case.
#[must_use]
pub fn subscriptions_of(rows: &[Value]) -> BTreeSet<String> {
    let ids = rows.iter().filter_map(|row| Row::of(row)?.text("subscriptionId"));
    ids.map(|id| id.to_lowercase()).collect()
}

/// Reads an instant; text without a zone is UTC, as Azure means it.
#[must_use]
pub fn instant(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    text.parse::<Timestamp>().ok().or_else(|| {
        let local: civil::DateTime = text.parse().ok()?;
        local.in_tz("UTC").ok().map(|zoned| zoned.timestamp())
    })
}

fn field<'a>(fields: &'a Map<String, Value>, key: &str) -> Option<&'a Value> {
    let found = fields.get(key).or_else(|| {
        let mut pairs = fields.iter();
        pairs.find(|(name, _)| name.eq_ignore_ascii_case(key)).map(|(_, value)| value)
    });
    found.filter(|value| !value.is_null())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn either_spelling_of_a_property_reads_the_same() {
        let value = json!({"Properties": {"Severity": "High", "score": {"max": "58", "current": 2.5},
            "at": "2026-01-05T10:00:00", "none": null, "list": "[1,2]", "flag": "True"}});
        let row = Row::of(&value).unwrap();
        assert_eq!(row.text("properties.severity").as_deref(), Some("High"));
        assert_eq!(row.number("properties.score.max"), Some(58.0));
        assert_eq!(row.instant("properties.at"), "2026-01-05T10:00:00Z".parse().ok());
        assert_eq!(row.text("properties.none"), None);
        assert_eq!(row.list("properties.list").len(), 2);
        assert!(row.is_true("properties.flag"));
        assert!(Row::of(&json!("x")).is_none());
    }
}
