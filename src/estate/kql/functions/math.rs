//! Numbers.

use super::{ANY, Answer, Function, Returns, arg, function, null_or};
use crate::estate::kql::{
    expr::Context,
    value::{Ordering, Ty, Value, convert, order},
};

macro_rules! real {
    ($name:literal, $apply:expr) => {
        function($name, 1, 1, Ty::Real, |_, a| {
            Ok(null_or(convert::number(arg(a, 0)).map($apply), Value::Real))
        })
        .first()
    };
}

pub(super) const ALL: &[Function] = &[
    function("bin", 2, 2, Ty::Real, bin).returning(Returns::First).first(),
    function("floor", 2, 2, Ty::Real, bin).returning(Returns::First).first(),
    function("bin_at", 3, 3, Ty::Real, bin_at).returning(Returns::First).first(),
    function("round", 1, 2, Ty::Real, round).first(),
    function("ceiling", 1, 1, Ty::Long, |_, a| Ok(whole(arg(a, 0), f64::ceil))).first(),
    function("abs", 1, 1, Ty::Real, abs).returning(Returns::First).first(),
    function("sign", 1, 1, Ty::Long, |_, a| Ok(whole(arg(a, 0), sign))),
    real!("sqrt", f64::sqrt),
    real!("log", f64::ln),
    real!("log2", f64::log2),
    real!("log10", f64::log10),
    real!("exp", f64::exp),
    real!("exp2", f64::exp2),
    real!("exp10", |number| 10_f64.powf(number)),
    real!("sin", f64::sin),
    real!("cos", f64::cos),
    real!("tan", f64::tan),
    real!("radians", f64::to_radians),
    real!("degrees", f64::to_degrees),
    function("pow", 2, 2, Ty::Real, pow).first(),
    function("pi", 0, 0, Ty::Real, |_, _| Ok(Value::Real(std::f64::consts::PI))),
    function("min_of", 1, ANY, Ty::Real, |_, a| Ok(extreme(a, Ordering::Less)))
        .returning(Returns::Common),
    function("max_of", 1, ANY, Ty::Real, |_, a| Ok(extreme(a, Ordering::Greater)))
        .returning(Returns::Common),
    function("binary_and", 2, 2, Ty::Long, |_, a| Ok(bits(a, |a, b| a & b))).first(),
    function("binary_or", 2, 2, Ty::Long, |_, a| Ok(bits(a, |a, b| a | b))).first(),
    function("binary_xor", 2, 2, Ty::Long, |_, a| Ok(bits(a, |a, b| a ^ b))).first(),
];

fn whole(value: &Value<'_>, apply: fn(f64) -> f64) -> Value<'static> {
    null_or(convert::number(value).and_then(|number| convert::exact(apply(number))), Value::Long)
}

fn sign(number: f64) -> f64 {
    if number == 0.0 { 0.0 } else { number.signum() }
}

fn abs<'a>(_: &Context, arguments: &[Value<'a>]) -> Answer<'a> {
    Ok(match arg(arguments, 0) {
        Value::Long(number) => null_or(number.checked_abs(), Value::Long),
        Value::Real(number) => Value::Real(number.abs()),
        Value::TimeSpan(ticks) => null_or(ticks.checked_abs(), Value::TimeSpan),
        _ => Value::Null,
    })
}

fn pow<'a>(_: &Context, arguments: &[Value<'a>]) -> Answer<'a> {
    let both = convert::number(arg(arguments, 0)).zip(convert::number(arg(arguments, 1)));
    Ok(null_or(both.map(|(base, exponent)| base.powf(exponent)), Value::Real))
}

/// Half goes to the even neighbour, as in .NET, on which Kusto runs.
fn round<'a>(_: &Context, arguments: &[Value<'a>]) -> Answer<'a> {
    let digits = convert::long(arg(arguments, 1)).unwrap_or(0).clamp(-15, 15);
    let scale = 10_f64.powi(i32::try_from(digits).unwrap_or(0));
    let number = convert::number(arg(arguments, 0));
    Ok(null_or(number.map(|number| (number * scale).round_ties_even() / scale), Value::Real))
}

fn bin<'a>(_: &Context, arguments: &[Value<'a>]) -> Answer<'a> {
    Ok(floor_to(arg(arguments, 0), arg(arguments, 1)))
}

/// The highest multiple of `size` that is not above `value`.
fn floor_to<'a>(value: &Value<'a>, size: &Value<'a>) -> Value<'a> {
    let steps = |value: i64, size: i64| {
        (size > 0).then(|| value.div_euclid(size).checked_mul(size)).flatten()
    };
    match (value, size) {
        (Value::DateTime(at), Value::TimeSpan(size)) => null_or(steps(*at, *size), Value::DateTime),
        (Value::TimeSpan(at), Value::TimeSpan(size)) => null_or(steps(*at, *size), Value::TimeSpan),
        (Value::Long(number), Value::Long(size)) => null_or(steps(*number, *size), Value::Long),
        (Value::Long(_) | Value::Real(_), Value::Long(_) | Value::Real(_)) => {
            let both =
                convert::number(value).zip(convert::number(size)).filter(|(_, size)| *size > 0.0);
            null_or(both.map(|(value, size)| multiple(value, size)), Value::Real)
        }
        (Value::Text(_), Value::TimeSpan(size)) => {
            null_or(convert::datetime(value).and_then(|at| steps(at, *size)), Value::DateTime)
        }
        _ => Value::Null,
    }
}

/// Multiplying by a fraction such as 0.01 adds noise in the last digits: dividing by its
/// reciprocal does not.
fn multiple(value: f64, size: f64) -> f64 {
    let reciprocal = size.recip();
    if size < 1.0 && (reciprocal - reciprocal.round()).abs() < 1e-9 {
        return (value * reciprocal.round()).floor() / reciprocal.round();
    }
    (value / size).floor() * size
}

fn bin_at<'a>(_: &Context, arguments: &[Value<'a>]) -> Answer<'a> {
    let (value, size, fixed) = (arg(arguments, 0), arg(arguments, 1), arg(arguments, 2));
    let steps = |value: i64, size: i64, fixed: i64| {
        (size > 0).then(|| fixed + (value - fixed).div_euclid(size) * size)
    };
    Ok(match (value, size, fixed) {
        (Value::DateTime(v), Value::TimeSpan(s), Value::DateTime(f)) => {
            null_or(steps(*v, *s, *f), Value::DateTime)
        }
        (Value::TimeSpan(v), Value::TimeSpan(s), Value::TimeSpan(f)) => {
            null_or(steps(*v, *s, *f), Value::TimeSpan)
        }
        (Value::Long(v), Value::Long(s), Value::Long(f)) => null_or(steps(*v, *s, *f), Value::Long),
        _ => match (convert::number(value), convert::number(size), convert::number(fixed)) {
            (Some(v), Some(s), Some(f)) if s > 0.0 => Value::Real(f + ((v - f) / s).floor() * s),
            _ => Value::Null,
        },
    })
}

fn extreme<'a>(arguments: &[Value<'a>], wanted: Ordering) -> Value<'a> {
    let present = arguments.iter().filter(|value| !value.is_null());
    let best =
        present.reduce(|best, next| if order(next, best) == Some(wanted) { next } else { best });
    best.cloned().unwrap_or(Value::Null)
}

fn bits(arguments: &[Value<'_>], apply: fn(i64, i64) -> i64) -> Value<'static> {
    let both = convert::long(arg(arguments, 0)).zip(convert::long(arg(arguments, 1)));
    null_or(both.map(|(a, b)| apply(a, b)), Value::Long)
}
