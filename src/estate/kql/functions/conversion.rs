//! Conversions, and the questions whether a value is there.

use super::{Answer, Function, Returns, arg, function};
use crate::estate::kql::{
    expr::Context,
    value::{Ty, Value, convert},
};

macro_rules! to {
    ($name:literal, $ty:ident) => {
        function($name, 1, 1, Ty::$ty, |_, a| Ok(convert::convert(arg(a, 0), Ty::$ty))).first()
    };
}

pub(super) const ALL: &[Function] = &[
    to!("tostring", Text),
    to!("toint", Int),
    to!("tolong", Long),
    to!("toreal", Real),
    to!("todouble", Real),
    to!("todecimal", Decimal),
    to!("tobool", Bool),
    to!("toboolean", Bool),
    to!("todatetime", DateTime),
    to!("totimespan", TimeSpan),
    to!("totime", TimeSpan),
    to!("toguid", Guid),
    function("todynamic", 1, 1, Ty::Dynamic, parse_json).first(),
    function("toobject", 1, 1, Ty::Dynamic, parse_json).first(),
    function("parse_json", 1, 1, Ty::Dynamic, parse_json).first(),
    function("parsejson", 1, 1, Ty::Dynamic, parse_json).first(),
    function("dynamic_to_json", 1, 1, Ty::Text, |_, a| Ok(Value::Text(convert::text(arg(a, 0))))),
    function("tohex", 1, 2, Ty::Text, to_hex).first(),
    function("isnull", 1, 1, Ty::Bool, |_, a| Ok(Value::Bool(arg(a, 0).is_null()))),
    function("isnotnull", 1, 1, Ty::Bool, |_, a| Ok(Value::Bool(!arg(a, 0).is_null()))),
    function("notnull", 1, 1, Ty::Bool, |_, a| Ok(Value::Bool(!arg(a, 0).is_null()))),
    function("isempty", 1, 1, Ty::Bool, |_, a| Ok(Value::Bool(is_empty(arg(a, 0))))),
    function("isnotempty", 1, 1, Ty::Bool, |_, a| Ok(Value::Bool(!is_empty(arg(a, 0))))),
    function("notempty", 1, 1, Ty::Bool, |_, a| Ok(Value::Bool(!is_empty(arg(a, 0))))),
    function("not", 1, 1, Ty::Bool, not),
    function("isnan", 1, 1, Ty::Bool, |_, a| Ok(real_is(arg(a, 0), f64::is_nan))),
    function("isinf", 1, 1, Ty::Bool, |_, a| Ok(real_is(arg(a, 0), f64::is_infinite))),
    function("isfinite", 1, 1, Ty::Bool, |_, a| Ok(real_is(arg(a, 0), f64::is_finite))),
    function("isascii", 1, 1, Ty::Bool, |_, a| {
        Ok(Value::Bool(convert::text(arg(a, 0)).is_ascii()))
    }),
    function("materialize", 1, 1, Ty::Dynamic, |_, a| Ok(arg(a, 0).clone()))
        .returning(Returns::First),
];

/// Text is read as JSON; text that is none stays text. Anything else is as it is.
fn parse_json<'a>(cx: &Context, arguments: &[Value<'a>]) -> Answer<'a> {
    let value = arg(arguments, 0);
    let Value::Text(text) = value else {
        return Ok(value.clone());
    };
    cx.spend(text.len() / 16)?;
    if text.is_empty() {
        return Ok(Value::Null);
    }
    Ok(serde_json::from_str(text).map_or_else(|_| value.clone(), Value::owned))
}

/// Only null and empty text are empty: `{}` and `[]` are values.
fn is_empty(value: &Value<'_>) -> bool {
    match value {
        Value::Null => true,
        Value::Text(text) => text.is_empty(),
        _ => false,
    }
}

fn not<'a>(_: &Context, arguments: &[Value<'a>]) -> Answer<'a> {
    Ok(convert::boolean(arg(arguments, 0)).map_or(Value::Null, |value| Value::Bool(!value)))
}

fn real_is(value: &Value<'_>, test: fn(f64) -> bool) -> Value<'static> {
    convert::number(value).map_or(Value::Null, |number| Value::Bool(test(number)))
}

fn to_hex<'a>(_: &Context, arguments: &[Value<'a>]) -> Answer<'a> {
    let Some(number) = convert::long(arg(arguments, 0)) else {
        return Ok(Ty::Text.absent());
    };
    let width = convert::long(arg(arguments, 1))
        .and_then(|width| usize::try_from(width).ok())
        .unwrap_or(0)
        .min(16);
    Ok(Value::text(format!("{number:0width$x}")))
}
