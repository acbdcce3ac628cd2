//! Secrets in JSON: by what a string looks like, and by the key it stands under.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::{names, redact};

/// Takes the secrets out of every string of a JSON value.
///
/// A string under a key such as `password`, `accountKey` or `connectionString` goes whole, also in
/// an array there, and so does the `value` of an object that such a `name` or a `keyName` names
/// (application settings, listed keys). Keys, numbers and the shape stay.
pub fn redact_json(value: &mut Value) {
    let mut left: Vec<(&mut Value, Option<&'static str>)> = vec![(value, None)];
    while let Some((value, kind)) = left.pop() {
        match value {
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
            Value::String(text) => redact_string(text, kind),
            Value::Array(items) => left.extend(items.iter_mut().map(|item| (item, kind))),
            Value::Object(object) => {
                let named = named_value(object);
                left.extend(object.iter_mut().map(|(key, value)| {
                    let kind = if key == "value" { named } else { listed_key(key, value) };
                    (value, names::of_json_key(key).or(kind))
                }));
            }
        }
    }
}

fn redact_string(text: &mut String, kind: Option<&'static str>) {
    if let Some(kind) = kind.filter(|_| !text.is_empty()) {
        if !names::is_placeholder(text.as_bytes()) {
            *text = format!("[redacted:{kind}]");
        }
        return;
    }
    if let Cow::Owned(redacted) = redact(text) {
        *text = redacted;
    }
}

/// What the `value` of an object is, by its `name` or `keyName`.
fn named_value(object: &Map<String, Value>) -> Option<&'static str> {
    object.get("value")?.as_str()?;
    if object.contains_key("keyName") {
        return Some("account-key");
    }
    names::of_json_key(object.get("name")?.as_str()?)
}

/// `key1` and `key2` of listed keys: 32 hexadecimal digits or more say nothing by themselves.
fn listed_key(key: &str, value: &Value) -> Option<&'static str> {
    let text = value.as_str().filter(|_| matches!(key, "key1" | "key2"))?;
    let long = text.len() >= 32 && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    long.then_some("access-key")
}
