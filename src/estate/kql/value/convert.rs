//! Conversions between values: what `tostring`, `tolong`, `todatetime` and their like do.
//! What cannot be converted is null, never an error.

use serde_json::{Number, Value as Json};

use super::{Text, Ty, Value, literal, time};

/// The value in another type. `dynamic` takes anything as it is.
pub(crate) fn convert<'a>(value: &Value<'a>, to: Ty) -> Value<'a> {
    match to {
        Ty::Text => Value::Text(text(value)),
        Ty::Int => {
            long(value).filter(|n| i32::try_from(*n).is_ok()).map_or(Value::Null, Value::Long)
        }
        Ty::Long => long(value).map_or(Value::Null, Value::Long),
        Ty::Real | Ty::Decimal => real(value).map_or(Value::Null, Value::Real),
        Ty::Bool => boolean(value).map_or(Value::Null, Value::Bool),
        Ty::DateTime => datetime(value).map_or(Value::Null, Value::DateTime),
        Ty::TimeSpan => span(value).map_or(Value::Null, Value::TimeSpan),
        Ty::Guid => guid(value).map_or(Value::Null, Value::Guid),
        Ty::Dynamic => value.clone(),
    }
}

/// What a `dynamic` is compared as when the other side is of type `to`.
pub(crate) fn comparable<'a>(value: &Value<'a>, to: Ty) -> Value<'a> {
    match value {
        Value::Long(_) | Value::Real(_) if to.is_number() => value.clone(),
        Value::Text(_) if to.is_number() => real(value).map_or(Value::Null, Value::Real),
        _ => convert(value, to),
    }
}

pub(crate) fn text<'a>(value: &Value<'a>) -> Text<'a> {
    match value {
        Value::Text(text) => text.clone(),
        Value::Null => Text::Borrowed(""),
        Value::Bool(true) => Text::Borrowed("true"),
        Value::Bool(false) => Text::Borrowed("false"),
        Value::Long(number) => Text::Shared(number.to_string().into()),
        Value::Real(number) => Text::Shared(format_real(*number).into()),
        Value::DateTime(ticks) => Text::Shared(time::format_datetime(*ticks).into()),
        Value::TimeSpan(ticks) => Text::Shared(time::format_span(*ticks).into()),
        Value::Guid(id) => Text::Shared(id.to_string().into()),
        Value::Tree(tree) => Text::Shared(tree.to_string().into()),
    }
}

/// A real as Kusto writes it: whole ones keep their `.0`.
pub(crate) fn format_real(number: f64) -> String {
    if number.is_nan() {
        return "NaN".into();
    }
    if number.is_infinite() {
        return if number > 0.0 { "Infinity".into() } else { "-Infinity".into() };
    }
    format!("{number:?}")
}

pub(crate) fn json_number(number: f64) -> Json {
    Number::from_f64(number).map_or_else(|| Json::from(format_real(number)), Json::Number)
}

/// A real without fraction, as a long.
#[expect(
    clippy::cast_possible_truncation,
    reason = "the range is checked, and that nothing is cut off"
)]
pub(crate) fn exact(number: f64) -> Option<i64> {
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    (number.fract() == 0.0 && (-LIMIT..LIMIT).contains(&number)).then_some(number as i64)
}

/// A long as a real.
#[expect(
    clippy::cast_precision_loss,
    reason = "what a real can hold of a long is what Kusto answers"
)]
pub(crate) fn widen(number: i64) -> f64 {
    number as f64
}

/// The number in a value that is one; bools count as 0 and 1.
pub(crate) fn number(value: &Value<'_>) -> Option<f64> {
    match value {
        Value::Long(number) => Some(widen(*number)),
        Value::Real(number) => Some(*number),
        Value::Bool(value) => Some(f64::from(u8::from(*value))),
        _ => None,
    }
}

pub(crate) fn long(value: &Value<'_>) -> Option<i64> {
    match value {
        Value::Long(number) => Some(*number),
        Value::Real(number) => exact(number.trunc()),
        Value::Bool(value) => Some(i64::from(*value)),
        Value::Text(text) => {
            literal::long(text).or_else(|| exact(text.trim().parse::<f64>().ok()?.trunc()))
        }
        Value::DateTime(ticks) | Value::TimeSpan(ticks) => Some(*ticks),
        Value::Null | Value::Guid(_) | Value::Tree(_) => None,
    }
}

pub(crate) fn real(value: &Value<'_>) -> Option<f64> {
    match value {
        Value::Text(text) => text.trim().parse().ok(),
        Value::DateTime(ticks) | Value::TimeSpan(ticks) => Some(widen(*ticks)),
        other => number(other),
    }
}

pub(crate) fn boolean(value: &Value<'_>) -> Option<bool> {
    match value {
        Value::Bool(value) => Some(*value),
        Value::Long(number) => Some(*number != 0),
        Value::Real(number) => Some(*number != 0.0),
        Value::Text(text) if text.trim().eq_ignore_ascii_case("true") => Some(true),
        Value::Text(text) if text.trim().eq_ignore_ascii_case("false") => Some(false),
        Value::Text(text) => literal::long(text).map(|number| number != 0),
        _ => None,
    }
}

pub(crate) fn datetime(value: &Value<'_>) -> Option<i64> {
    match value {
        Value::DateTime(ticks) => Some(*ticks),
        Value::Long(ticks) => Some(*ticks).filter(|ticks| time::in_range(*ticks)),
        Value::Text(text) => time::parse_datetime(text),
        _ => None,
    }
}

pub(crate) fn span(value: &Value<'_>) -> Option<i64> {
    match value {
        Value::TimeSpan(ticks) | Value::Long(ticks) => Some(*ticks),
        Value::Text(text) => time::parse_span(text),
        _ => None,
    }
}

fn guid(value: &Value<'_>) -> Option<uuid::Uuid> {
    match value {
        Value::Guid(id) => Some(*id),
        Value::Text(text) => uuid::Uuid::parse_str(text.trim()).ok(),
        _ => None,
    }
}
