//! JSON schemas as model endpoints take them.
//!
//! Owns the plain dialect: one inlined object, enumerations as `enum`, no `$ref`, `oneOf`,
//! `const`, `format`, `title` or `$schema`. It must not know any tool.

use schemars::{JsonSchema, generate::SchemaSettings};
use serde::Serialize;
use serde_json::{Map, Value};

/// The schema of a tool's arguments.
#[must_use]
pub fn of_input<T: JsonSchema>() -> Value {
    let schema = SchemaSettings::draft2020_12().with(|settings| {
        settings.inline_subschemas = true;
        settings.meta_schema = None;
    });
    closed(plain(schema.into_generator().into_root_schema_for::<T>().to_value()))
}

/// The schema of a tool's result.
#[must_use]
pub fn of_output<T: JsonSchema>() -> Value {
    let schema = SchemaSettings::draft2020_12().for_serialize().with(|settings| {
        settings.inline_subschemas = true;
        settings.meta_schema = None;
    });
    plain(schema.into_generator().into_root_schema_for::<T>().to_value())
}

/// The bytes that a value takes as JSON.
#[must_use]
pub fn json_len(value: &impl Serialize) -> usize {
    serde_json::to_vec(value).map_or(usize::MAX, |json| json.len())
}

/// Rewrites a schema, inside out.
fn plain(schema: Value) -> Value {
    let Value::Object(fields) = schema else { return schema };
    let mut plain_fields = Map::new();
    for (key, value) in fields {
        match (key.as_str(), value) {
            ("$schema" | "title" | "format", Value::String(_)) | ("default", _) => {}
            ("properties", Value::Object(properties)) => {
                let properties = properties.into_iter().map(|(name, one)| (name, plain(one)));
                plain_fields.insert(key, properties.collect());
            }
            ("description", Value::String(text)) => {
                plain_fields.insert(key, Value::String(one_line(&text)));
            }
            ("oneOf" | "anyOf", Value::Array(variants)) => {
                let variants = variants.into_iter().map(plain).filter(|one| !is_null(one));
                plain_fields.insert(key, variants.collect());
            }
            ("type", Value::Array(kinds)) => {
                let kinds: Vec<Value> = kinds.into_iter().filter(|kind| kind != "null").collect();
                plain_fields.insert(key, single(kinds));
            }
            ("enum", Value::Array(values)) => {
                plain_fields.insert(key, values.into_iter().filter(|one| !one.is_null()).collect());
            }
            (_, value @ Value::Object(_)) => {
                plain_fields.insert(key, plain(value));
            }
            (_, value) => {
                plain_fields.insert(key, value);
            }
        }
    }
    Value::Object(collapsed(plain_fields))
}

/// `oneOf` of constants becomes `enum`; a choice of one becomes that one.
fn collapsed(mut fields: Map<String, Value>) -> Map<String, Value> {
    for key in ["oneOf", "anyOf"] {
        let Some(Value::Array(variants)) = fields.get(key) else { continue };
        if let Some(values) = variants.iter().map(constants).collect::<Option<Vec<_>>>() {
            let notes: Vec<String> = variants.iter().filter_map(note).collect();
            fields.remove(key);
            fields.insert("type".to_owned(), Value::from("string"));
            fields.insert("enum".to_owned(), values.into_iter().flatten().collect());
            describe(&mut fields, &notes);
        } else if let [Value::Object(only)] = variants.as_slice() {
            let only = only.clone();
            fields.remove(key);
            for (name, value) in only {
                fields.entry(name).or_insert(value);
            }
        }
    }
    fields
}

/// The values of a variant that only names constants.
fn constants(variant: &Value) -> Option<Vec<Value>> {
    match (variant.get("const"), variant.get("enum")) {
        (Some(one @ Value::String(_)), _) => Some(vec![one.clone()]),
        (None, Some(Value::Array(values))) => Some(values.clone()),
        (Some(_) | None, _) => None,
    }
}

/// What a documented constant means: `name: meaning`.
fn note(variant: &Value) -> Option<String> {
    let meaning = variant.get("description")?.as_str()?;
    let name = variant.get("const")?.as_str()?;
    Some(format!("{name}: {}", meaning.trim_end_matches('.')))
}

fn describe(fields: &mut Map<String, Value>, notes: &[String]) {
    if notes.is_empty() {
        return;
    }
    let own = fields.get("description").and_then(Value::as_str).unwrap_or_default();
    let text = format!("{own} {}.", notes.join("; "));
    fields.insert("description".to_owned(), Value::String(text.trim().to_owned()));
}

fn is_null(schema: &Value) -> bool {
    schema.get("type").is_some_and(|kind| kind == "null")
}

fn single(mut kinds: Vec<Value>) -> Value {
    match kinds.pop() {
        Some(only) if kinds.is_empty() => only,
        Some(last) => {
            kinds.push(last);
            Value::Array(kinds)
        }
        None => Value::Array(kinds),
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The argument object: no description of the type itself, and nothing beyond its properties.
fn closed(schema: Value) -> Value {
    let Value::Object(mut fields) = schema else { return schema };
    fields.remove("description");
    fields.entry("properties").or_insert_with(|| Value::Object(Map::new()));
    fields.insert("additionalProperties".to_owned(), Value::Bool(false));
    Value::Object(fields)
}
