//! `+ - * / %` on numbers, instants and durations. What overflows or divides by zero is null.

use crate::estate::kql::{
    ast::Arithmetic,
    value::{Ty, Value, convert},
};

/// The type of `a op b`; `None` if there is no such operation.
pub(crate) fn result_type(op: Arithmetic, a: Ty, b: Ty) -> Option<Ty> {
    use Arithmetic::{Add, Divide, Multiply, Remainder, Subtract};
    Some(match (op, a, b) {
        (_, a, b) if a.is_number() && b.is_number() => a.common(b),
        (Subtract, Ty::DateTime, Ty::DateTime) => Ty::TimeSpan,
        (Add | Subtract, Ty::DateTime, Ty::TimeSpan | Ty::Dynamic)
        | (Add, Ty::TimeSpan, Ty::DateTime) => Ty::DateTime,
        (Add | Subtract | Remainder, Ty::TimeSpan, Ty::TimeSpan) => Ty::TimeSpan,
        (Divide, Ty::TimeSpan, Ty::TimeSpan) => Ty::Real,
        (Multiply | Divide, Ty::TimeSpan, b) if b.is_number() => Ty::TimeSpan,
        (Multiply, a, Ty::TimeSpan) if a.is_number() => Ty::TimeSpan,
        (_, Ty::Dynamic, b) if b.is_number() || b == Ty::Dynamic => Ty::Real,
        (_, a, Ty::Dynamic) if a.is_number() => Ty::Real,
        (Subtract, Ty::Dynamic, Ty::DateTime) => Ty::TimeSpan,
        _ => return None,
    })
}

pub(super) fn negate(value: &Value<'_>) -> Value<'static> {
    match value {
        Value::Long(number) => number.checked_neg().map_or(Value::Null, Value::Long),
        Value::Real(number) => Value::Real(-number),
        Value::TimeSpan(ticks) => ticks.checked_neg().map_or(Value::Null, Value::TimeSpan),
        _ => Value::Null,
    }
}

pub(super) fn apply(op: Arithmetic, a: &Value<'_>, b: &Value<'_>) -> Value<'static> {
    match (a, b) {
        (Value::Long(a), Value::Long(b)) => whole(op, *a, *b).map_or(Value::Null, Value::Long),
        (Value::Long(_) | Value::Real(_), Value::Long(_) | Value::Real(_)) => {
            match (convert::number(a), convert::number(b)) {
                (Some(a), Some(b)) => Value::Real(real(op, a, b)),
                _ => Value::Null,
            }
        }
        (Value::DateTime(_) | Value::TimeSpan(_), _)
        | (_, Value::DateTime(_) | Value::TimeSpan(_)) => time(op, a, b),
        _ => Value::Null,
    }
}

fn whole(op: Arithmetic, a: i64, b: i64) -> Option<i64> {
    match op {
        Arithmetic::Add => a.checked_add(b),
        Arithmetic::Subtract => a.checked_sub(b),
        Arithmetic::Multiply => a.checked_mul(b),
        Arithmetic::Divide => a.checked_div(b),
        Arithmetic::Remainder => a.checked_rem_euclid(b),
    }
}

fn real(op: Arithmetic, a: f64, b: f64) -> f64 {
    match op {
        Arithmetic::Add => a + b,
        Arithmetic::Subtract => a - b,
        Arithmetic::Multiply => a * b,
        Arithmetic::Divide => a / b,
        Arithmetic::Remainder => a % b,
    }
}

fn time(op: Arithmetic, a: &Value<'_>, b: &Value<'_>) -> Value<'static> {
    let made = match (op, a, b) {
        (Arithmetic::Divide, Value::TimeSpan(a), Value::TimeSpan(b)) => {
            return Value::Real(convert::widen(*a) / convert::widen(*b));
        }
        (Arithmetic::Subtract, Value::DateTime(a), Value::DateTime(b)) => {
            a.checked_sub(*b).map(Value::TimeSpan)
        }
        (Arithmetic::Add, Value::DateTime(a), Value::TimeSpan(b))
        | (Arithmetic::Add, Value::TimeSpan(a), Value::DateTime(b)) => {
            a.checked_add(*b).map(Value::DateTime)
        }
        (Arithmetic::Subtract, Value::DateTime(a), Value::TimeSpan(b)) => {
            a.checked_sub(*b).map(Value::DateTime)
        }
        (_, Value::TimeSpan(a), Value::TimeSpan(b)) => whole(op, *a, *b).map(Value::TimeSpan),
        (Arithmetic::Multiply, Value::TimeSpan(a), b) => scaled(*a, b, |a, b| a * b),
        (Arithmetic::Multiply, a, Value::TimeSpan(b)) => scaled(*b, a, |b, a| b * a),
        (Arithmetic::Divide, Value::TimeSpan(a), b) => scaled(*a, b, |a, b| a / b),
        (Arithmetic::Subtract, Value::Text(_), Value::DateTime(b)) => {
            convert::datetime(a).and_then(|a| a.checked_sub(*b)).map(Value::TimeSpan)
        }
        (Arithmetic::Subtract, Value::DateTime(a), Value::Text(_)) => {
            convert::datetime(b).and_then(|b| a.checked_sub(b)).map(Value::TimeSpan)
        }
        _ => None,
    };
    made.unwrap_or(Value::Null)
}

fn scaled(ticks: i64, by: &Value<'_>, apply: fn(f64, f64) -> f64) -> Option<Value<'static>> {
    let by = convert::number(by)?;
    convert::exact(apply(convert::widen(ticks), by).round()).map(Value::TimeSpan)
}
