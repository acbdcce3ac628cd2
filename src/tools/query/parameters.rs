//! The parameters of a query file: their schema, and arguments as literals.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::front_matter::{Parameter, ParameterKind};
use crate::{
    azure::kql_literal::Literal,
    tools::{
        context::ReadContext,
        error::ToolError,
        rows,
        scope::{look_up, resource_types},
        time_range::TimeRange,
        tool,
    },
};

/// Arguments, ready to be put into the query.
#[derive(Debug, Default)]
pub(super) struct Bound {
    pub(super) values: Vec<(String, Literal)>,
    pub(super) subscription: Option<String>,
    pub(super) range: Option<TimeRange>,
}

/// The schema of the arguments.
pub(super) fn schema(parameters: &[Parameter]) -> Value {
    let properties: Map<String, Value> =
        parameters.iter().map(|one| (one.name.clone(), property(one))).collect();
    let required: Vec<&str> =
        parameters.iter().filter(|one| one.required).map(|one| one.name.as_str()).collect();
    let mut schema =
        json!({ "type": "object", "properties": properties, "additionalProperties": false });
    if let (Some(fields), false) = (schema.as_object_mut(), required.is_empty()) {
        fields.insert("required".to_owned(), json!(required));
    }
    schema
}

fn property(parameter: &Parameter) -> Value {
    let default = parameter.default.as_ref().map(|value| match value {
        Value::String(text) => format!(" Default {text}."),
        other => format!(" Default {other}."),
    });
    let description = format!("{}{}", parameter.description.trim(), default.unwrap_or_default());
    match parameter.kind {
        ParameterKind::Int => json!({ "type": "integer", "description": description }),
        ParameterKind::Enum if parameter.many => json!({
            "type": "array",
            "items": { "type": "string", "enum": parameter.values },
            "description": description,
        }),
        ParameterKind::Enum => {
            json!({ "type": "string", "enum": parameter.values, "description": description })
        }
        ParameterKind::String
        | ParameterKind::Datetime
        | ParameterKind::Timespan
        | ParameterKind::TimeRange
        | ParameterKind::Resource
        | ParameterKind::ResourceId
        | ParameterKind::ResourceType
        | ParameterKind::Subscription => json!({ "type": "string", "description": description }),
    }
}

/// Checks arguments and makes literals of them.
pub(super) async fn bind(
    cx: &ReadContext,
    parameters: &[Parameter],
    arguments: Value,
) -> Result<Bound, ToolError> {
    let mut given: Map<String, Value> = tool::parse(arguments)?;
    let mut bound = Bound::default();
    for parameter in parameters {
        let value = given.remove(&parameter.name).or_else(|| parameter.default.clone());
        if value.is_none() && parameter.required {
            return Err(ToolError::wrong(&parameter.name, "it must be given"));
        }
        if parameter.kind == ParameterKind::Subscription {
            bound.subscription = value.map(|value| text(parameter, &value)).transpose()?;
            continue;
        }
        if parameter.kind == ParameterKind::TimeRange {
            let asked = value.map(|value| text(parameter, &value)).transpose()?;
            let asked = asked.filter(|asked| !asked.is_empty()).unwrap_or_else(|| "24h".into());
            bound.range = Some(TimeRange::parse(&parameter.name, &asked, cx.moment())?);
            continue;
        }
        let literal = literal(cx, parameter, value.unwrap_or_else(|| "".into())).await?;
        bound.values.push((parameter.name.clone(), literal));
    }
    match given.keys().next() {
        Some(unknown) => {
            let names: Vec<&str> = parameters.iter().map(|one| one.name.as_str()).collect();
            let rule = format!("there is no such argument; there are {}", names.join(", "));
            Err(ToolError::wrong(unknown, rule))
        }
        None => Ok(bound),
    }
}

async fn literal(
    cx: &ReadContext,
    parameter: &Parameter,
    value: Value,
) -> Result<Literal, ToolError> {
    let wrong = |rule: String| ToolError::wrong(&parameter.name, rule);
    match parameter.kind {
        ParameterKind::Int => {
            let number = value.as_i64().or_else(|| value.as_str()?.trim().parse().ok());
            number.map(Literal::Long).ok_or_else(|| wrong("give a whole number".to_owned()))
        }
        ParameterKind::Enum if parameter.many => several(parameter, &value),
        ParameterKind::Resource => match text(parameter, &value)? {
            asked if asked.is_empty() => Ok(Literal::Text(asked)),
            asked => look_up::id_of(cx, &parameter.name, &asked).await.map(Literal::Text),
        },
        ParameterKind::Enum => {
            let text = text(parameter, &value)?;
            let found = parameter.values.iter().find(|one| one.eq_ignore_ascii_case(&text));
            let rule = || wrong(format!("give one of {}", parameter.values.join(", ")));
            found.map(|one| Literal::Text(one.clone())).ok_or_else(rule)
        }
        ParameterKind::Datetime => {
            instant(cx, &text(parameter, &value)?).map(Literal::Instant).ok_or_else(|| {
                wrong(
                    "give an RFC 3339 instant, `now`, or a length before now like `7d`".to_owned(),
                )
            })
        }
        ParameterKind::Timespan => span(&text(parameter, &value)?)
            .map(Literal::Span)
            .ok_or_else(|| wrong("give a length of time like `24h` or `P7D`".to_owned())),
        ParameterKind::ResourceId => {
            let id = text(parameter, &value)?;
            if !id.is_empty() {
                cx.check(&id).await?;
            }
            Ok(Literal::Text(id))
        }
        ParameterKind::ResourceType => {
            let words = text(parameter, &value)?;
            let known = resource_types::type_of(&words).filter(|_| !words.is_empty());
            match known.or_else(|| words.is_empty().then_some(words)) {
                Some(kind) => Ok(Literal::Text(kind)),
                None => {
                    Err(wrong("no such type is known by that word; give the ARM type".to_owned()))
                }
            }
        }
        ParameterKind::String | ParameterKind::Subscription | ParameterKind::TimeRange => {
            Ok(Literal::Text(text(parameter, &value)?))
        }
    }
}

/// The values of an enum that takes several; all of them when none is given.
fn several(parameter: &Parameter, value: &Value) -> Result<Literal, ToolError> {
    let given = match value {
        Value::Array(values) => values.as_slice(),
        Value::String(text) if text.trim().is_empty() => &[],
        one => std::slice::from_ref(one),
    };
    if given.is_empty() {
        return Ok(Literal::Texts(parameter.values.clone()));
    }
    let one_of = |value: &Value| {
        let text = text(parameter, value)?;
        let found = parameter.values.iter().find(|one| one.eq_ignore_ascii_case(&text)).cloned();
        let rule = format!("give one of {}", parameter.values.join(", "));
        found.ok_or_else(|| ToolError::wrong(&parameter.name, rule))
    };
    given.iter().map(one_of).collect::<Result<_, _>>().map(Literal::Texts)
}

fn text(parameter: &Parameter, value: &Value) -> Result<String, ToolError> {
    match value {
        Value::String(text) => Ok(text.trim().to_owned()),
        Value::Number(number) => Ok(number.to_string()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => {
            Err(ToolError::wrong(&parameter.name, "give a text"))
        }
    }
}

fn instant(cx: &ReadContext, text: &str) -> Option<jiff::Timestamp> {
    if text.eq_ignore_ascii_case("now") {
        return Some(cx.now());
    }
    rows::instant(text).or_else(|| {
        let length = jiff::SignedDuration::try_from(span(text.trim_start_matches('-'))?).ok()?;
        cx.now().checked_sub(length).ok()
    })
}

fn span(text: &str) -> Option<Duration> {
    let span: jiff::Span = text.trim().parse().ok()?;
    let days = jiff::SpanRelativeTo::days_are_24_hours();
    Duration::try_from(span.to_duration(days).ok()?).ok()
}
