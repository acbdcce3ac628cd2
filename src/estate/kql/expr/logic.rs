//! Operators that answer true or false: `and`, `or`, the text operators, `in`, `between`.

use super::{Bound, Op, compare};
use crate::estate::kql::{
    ast::{Compare, Match},
    error::QueryError,
    expr::Context,
    relation::Row,
    text,
    value::{Value, convert},
};

/// Evaluates a text operator, a membership or a range; null for any other operation.
pub(super) fn test<'a>(op: &Op<'a>, row: &Row<'a>, cx: &Context) -> Result<Value<'a>, QueryError> {
    Ok(match op {
        Op::Match { op, negated, text, with } => {
            let found = matched(*op, &text.eval(row, cx)?, &with.eval(row, cx)?, cx)?;
            Value::Bool(found != *negated)
        }
        Op::InSet { negated, fold, value, set } => {
            Value::Bool(set.contains(&folded(value.eval(row, cx)?, *fold)) != *negated)
        }
        Op::InList { negated, fold, value, list } => {
            let op = if *fold { Compare::Alike } else { Compare::Equal };
            Value::Bool(in_list(op, &value.eval(row, cx)?, list, (row, cx))? != *negated)
        }
        Op::HasList { all, value, list } => {
            Value::Bool(has_list(*all, &value.eval(row, cx)?, list, (row, cx))?)
        }
        Op::Between { negated, value, from, to } => {
            let value = value.eval(row, cx)?;
            between(&value, &from.eval(row, cx)?, to.eval(row, cx)?, *negated)
        }
        _ => Value::Null,
    })
}

pub(super) fn all<'a>(
    parts: &[Bound<'a>],
    row: &Row<'a>,
    cx: &Context,
) -> Result<Value<'a>, QueryError> {
    let mut result = Value::Bool(true);
    for part in parts {
        match part.eval(row, cx)? {
            Value::Bool(true) => {}
            Value::Bool(false) => return Ok(Value::Bool(false)),
            _ => result = Value::Null,
        }
    }
    Ok(result)
}

pub(super) fn any<'a>(
    parts: &[Bound<'a>],
    row: &Row<'a>,
    cx: &Context,
) -> Result<Value<'a>, QueryError> {
    let mut result = Value::Bool(false);
    for part in parts {
        match part.eval(row, cx)? {
            Value::Bool(false) => {}
            Value::Bool(true) => return Ok(Value::Bool(true)),
            _ => result = Value::Null,
        }
    }
    Ok(result)
}

fn matched(op: Match, of: &Value<'_>, with: &Value<'_>, cx: &Context) -> Result<bool, QueryError> {
    let (of, with) = (convert::text(of), convert::text(with));
    cx.spend(of.len() / 64)?;
    if op == Match::Regex {
        Ok(cx.regex(&with)?.is_match(&of))
    } else {
        Ok(text::matches(op, &of, &with))
    }
}

/// The value as it is kept in a set that ignores case.
pub(crate) fn folded(value: Value<'_>, fold: bool) -> Value<'_> {
    match &value {
        Value::Text(text) if fold && text.chars().any(char::is_uppercase) => {
            Value::text(text.to_lowercase())
        }
        _ => value,
    }
}

fn in_list<'a>(
    op: Compare,
    value: &Value<'a>,
    list: &[Bound<'a>],
    (row, cx): (&Row<'a>, &Context),
) -> Result<bool, QueryError> {
    for item in list {
        let item = item.eval(row, cx)?;
        let found = match item.array() {
            Some(items) => {
                items.iter().any(|json| compare(op, value, &Value::owned(json.clone())).is_true())
            }
            None => compare(op, value, &item).is_true(),
        };
        if found {
            return Ok(true);
        }
    }
    Ok(false)
}

fn has_list<'a>(
    every: bool,
    value: &Value<'a>,
    list: &[Bound<'a>],
    (row, cx): (&Row<'a>, &Context),
) -> Result<bool, QueryError> {
    let op = Match::Has { cased: false };
    let of = Value::Text(convert::text(value));
    for item in list {
        let item = item.eval(row, cx)?;
        let found = match item.array() {
            Some(items) => {
                let mut terms =
                    items.iter().map(|json| matched(op, &of, &Value::owned(json.clone()), cx));
                if every {
                    terms.try_fold(true, |so_far, found| found.map(|found| so_far && found))?
                } else {
                    terms.try_fold(false, |so_far, found| found.map(|found| so_far || found))?
                }
            }
            None => matched(op, &of, &item, cx)?,
        };
        if found != every {
            return Ok(found);
        }
    }
    Ok(every)
}

fn between<'a>(value: &Value<'a>, from: &Value<'a>, to: Value<'a>, negated: bool) -> Value<'a> {
    // A duration as the upper end of instants counts from the lower end.
    let to = match (from, &to) {
        (Value::DateTime(start), Value::TimeSpan(length)) => {
            Value::DateTime(start.saturating_add(*length))
        }
        _ => to,
    };
    let (low, high) =
        (compare(Compare::GreaterOrEqual, value, from), compare(Compare::LessOrEqual, value, &to));
    if low.is_null() || high.is_null() {
        return Value::Null;
    }
    Value::Bool((low.is_true() && high.is_true()) != negated)
}
