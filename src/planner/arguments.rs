//! Arguments: what a tool's schema asks for and the question's words give.

use serde_json::{Map, Value, json};

use super::question::Question;

/// The arguments of a tool with this schema, from the words of a question.
pub(super) fn fill(schema: &Value, question: &Question<'_>) -> Map<String, Value> {
    let mut arguments = Map::new();
    let Some(properties) = schema.get("properties").and_then(Value::as_object) else {
        return arguments;
    };
    for (name, property) in properties {
        let value = match name.as_str() {
            "subscription" => question.subscription().map(Value::from),
            "resourceGroup" => question.resource_group().map(Value::from),
            "location" | "region" => question.location().map(Value::from),
            "type" | "resourceType" => question.resource_type().map(Value::from),
            "name" | "resource" => question.resource_name().map(Value::from),
            "tag" => question.tag().map(Value::from),
            "timeRange" => question.time_range().map(Value::from),
            "limit" | "top" => question.count().map(Value::from),
            "state" if options(property).is_empty() => state_of(question).map(Value::from),
            "query" => kql_of(question).map(Value::from),
            _ => chosen(property, question),
        };
        if let Some(value) = value {
            arguments.insert(name.clone(), value);
        }
    }
    arguments
}

/// Whether the words give everything that the schema requires.
pub(super) fn missing(schema: &Value, arguments: &Map<String, Value>) -> Vec<String> {
    let required = schema.get("required").and_then(Value::as_array);
    let required = required.into_iter().flatten().filter_map(Value::as_str);
    required.filter(|name| !arguments.contains_key(*name)).map(str::to_owned).collect()
}

/// The options of an enumerated property that the question names.
fn chosen(property: &Value, question: &Question<'_>) -> Option<Value> {
    let many = property.get("items").is_some_and(Value::is_object);
    let options = options(property);
    let mut named: Vec<&str> =
        options.iter().copied().filter(|option| names(question, option)).collect();
    if named.is_empty() && question.has_any(&["critical", "urgent", "severe"]) {
        named.extend(options.iter().copied().filter(|option| *option == "High"));
    }
    match (many, named.as_slice()) {
        (_, []) => None,
        (true, named) => Some(json!(named)),
        (false, [first, ..]) => Some(json!(first)),
    }
}

fn options(property: &Value) -> Vec<&str> {
    let listed = property.get("enum").or_else(|| property.get("items")?.get("enum"));
    listed.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect()
}

/// Whether the question names an option, written as it is or in words.
fn names(question: &Question<'_>, option: &str) -> bool {
    let mut spaced = String::new();
    for c in option.chars() {
        if c.is_uppercase() && !spaced.is_empty() {
            spaced.push(' ');
        }
        spaced.extend(c.to_lowercase());
    }
    let joined = format!("{spaced}-severity");
    question.has_phrase(&spaced) || question.has_any(&[&option.to_lowercase(), &joined])
}

/// The state of a resource that the question names.
fn state_of(question: &Question<'_>) -> Option<&'static str> {
    const STATES: [(&str, &[&str]); 6] = [
        ("running", &["running"]),
        ("stopped", &["stopped"]),
        ("deallocated", &["deallocated"]),
        ("unattached", &["unattached", "orphaned", "detached"]),
        ("failed", &["failed"]),
        ("attached", &["attached"]),
    ];
    STATES.iter().find(|(_, words)| question.has_any(words)).map(|(state, _)| *state)
}

/// A query that the user wrote.
fn kql_of(question: &Question<'_>) -> Option<String> {
    const TABLES: [&str; 10] = [
        "resources",
        "resourcecontainers",
        "securityresources",
        "advisorresources",
        "resourcechanges",
        "healthresources",
        "policyresources",
        "recoveryservicesresources",
        "patchassessmentresources",
        "alertsmanagementresources",
    ];
    let text = question.text.trim();
    let body = text.split_once("```").map_or(text, |(_, rest)| rest);
    let body = body.split("```").next().unwrap_or(body);
    let body = body.trim_start_matches("kusto").trim_start_matches("kql").trim();
    let lower = body.to_lowercase();
    let at = TABLES.iter().filter_map(|table| {
        let at = lower.find(table)?;
        let rest = lower.get(at + table.len()..)?;
        rest.trim_start().starts_with('|').then_some(at)
    });
    at.min().and_then(|at| body.get(at..)).map(str::to_owned)
}
