//! Arrays and sets.

use std::collections::HashSet;

use serde_json::Value as Json;

use super::{ANY, Answer, Function, arg, function, long};
use crate::estate::kql::{
    ast::Compare,
    error::QueryError,
    expr::{Context, compare},
    value::{Ordering, Ty, Value, convert, place, time, total_order},
};

/// Elements of an array made by `range`.
const RANGE: i64 = 1_048_576;

pub(super) const ALL: &[Function] = &[
    function("array_length", 1, 1, Ty::Long, array_length),
    function("arraylength", 1, 1, Ty::Long, array_length),
    function("array_index_of", 2, 4, Ty::Long, array_index_of),
    function("array_concat", 1, ANY, Ty::Dynamic, array_concat),
    function("array_slice", 3, 3, Ty::Dynamic, array_slice),
    function("array_reverse", 1, 1, Ty::Dynamic, |cx, a| {
        rearranged(cx, a, |items| items.reverse())
    }),
    function("array_sort_asc", 1, 1, Ty::Dynamic, |cx, a| {
        rearranged(cx, a, |items| items.sort_by(json_order))
    }),
    function("array_sort_desc", 1, 1, Ty::Dynamic, |cx, a| {
        rearranged(cx, a, |items| items.sort_by(|a, b| json_order(b, a)))
    }),
    function("array_sum", 1, 1, Ty::Real, array_sum),
    function("set_has_element", 2, 2, Ty::Bool, set_has_element),
    function("set_union", 1, ANY, Ty::Dynamic, set_union),
    function("set_intersect", 1, ANY, Ty::Dynamic, set_intersect),
    function("set_difference", 1, ANY, Ty::Dynamic, set_difference),
    function("set_equals", 2, 2, Ty::Bool, set_equals),
    function("pack_array", 1, ANY, Ty::Dynamic, pack_array),
    function("range", 2, 3, Ty::Dynamic, range),
    function("zip", 2, 16, Ty::Dynamic, zip),
];

type JsonSet<'v> = HashSet<Value<'v>>;

fn items<'v>(arguments: &'v [Value<'_>], at: usize) -> &'v [Json] {
    arg(arguments, at).array().map_or(&[], Vec::as_slice)
}

fn array_length<'a>(_: &Context, arguments: &[Value<'a>]) -> Answer<'a> {
    let length = arg(arguments, 0).array().and_then(|items| i64::try_from(items.len()).ok());
    Ok(length.map_or(Value::Null, Value::Long))
}

fn array_index_of<'a>(cx: &Context, arguments: &[Value<'a>]) -> Answer<'a> {
    let list = items(arguments, 0);
    cx.spend(list.len())?;
    let start = usize::try_from(long(arguments, 2).unwrap_or(0)).unwrap_or(0);
    let length =
        long(arguments, 3).and_then(|length| usize::try_from(length).ok()).unwrap_or(usize::MAX);
    let wanted = arg(arguments, 1);
    let is_wanted =
        |json: &&Json| compare(Compare::Equal, &Value::borrowed(json), wanted).is_true();
    let found = list.iter().skip(start).take(length).position(|json| is_wanted(&json));
    Ok(Value::Long(found.and_then(|at| i64::try_from(at + start).ok()).unwrap_or(-1)))
}

fn array_concat<'a>(cx: &Context, arguments: &[Value<'a>]) -> Answer<'a> {
    let all: Vec<Json> = arguments.iter().filter_map(Value::array).flatten().cloned().collect();
    cx.spend(all.len())?;
    Ok(Value::owned(Json::Array(all)))
}

fn array_slice<'a>(cx: &Context, arguments: &[Value<'a>]) -> Answer<'a> {
    let Some(list) = arg(arguments, 0).array() else {
        return Ok(Value::Null);
    };
    cx.spend(list.len())?;
    let start = long(arguments, 1).unwrap_or(0);
    let first = place(start, list.len()).unwrap_or(if start < 0 { 0 } else { list.len() });
    let end = long(arguments, 2).unwrap_or(-1);
    let last = place(end, list.len()).map_or(if end < 0 { 0 } else { list.len() }, |at| at + 1);
    Ok(Value::owned(Json::from(list.get(first..last).unwrap_or(&[]).to_vec())))
}

fn rearranged<'a>(cx: &Context, arguments: &[Value<'a>], change: fn(&mut Vec<Json>)) -> Answer<'a> {
    let Some(list) = arg(arguments, 0).array() else {
        return Ok(Value::Null);
    };
    cx.spend(list.len() * 4)?;
    let mut list = list.clone();
    change(&mut list);
    Ok(Value::owned(Json::Array(list)))
}

fn json_order(a: &Json, b: &Json) -> Ordering {
    match (a.is_null(), b.is_null()) {
        (false, false) => total_order(&Value::borrowed(a), &Value::borrowed(b)),
        (a, b) => a.cmp(&b),
    }
}

fn array_sum<'a>(_: &Context, arguments: &[Value<'a>]) -> Answer<'a> {
    let Some(list) = arg(arguments, 0).array() else {
        return Ok(Value::Null);
    };
    Ok(Value::Real(list.iter().filter_map(Json::as_f64).sum()))
}

fn set_has_element<'a>(cx: &Context, arguments: &[Value<'a>]) -> Answer<'a> {
    let Some(list) = arg(arguments, 0).array() else {
        return Ok(Value::Null);
    };
    cx.spend(list.len())?;
    let wanted = arg(arguments, 1);
    Ok(Value::Bool(list.iter().any(|json| Value::borrowed(json) == *wanted)))
}

fn set_union<'a>(cx: &Context, arguments: &[Value<'a>]) -> Answer<'a> {
    cx.spend(arguments.iter().filter_map(Value::array).map(Vec::len).sum())?;
    let mut seen = JsonSet::new();
    let all = (0..arguments.len()).flat_map(|at| items(arguments, at));
    Ok(Value::owned(all.filter(|json| seen.insert(Value::borrowed(json))).cloned().collect()))
}

fn set_intersect<'a>(cx: &Context, arguments: &[Value<'a>]) -> Answer<'a> {
    cx.spend(arguments.iter().filter_map(Value::array).map(Vec::len).sum())?;
    let rest =
        (1..arguments.len()).map(|at| items(arguments, at).iter().map(Value::borrowed).collect());
    let rest: Vec<JsonSet<'_>> = rest.collect();
    let mut seen = JsonSet::new();
    let kept = items(arguments, 0).iter().filter(|json| {
        let item = Value::borrowed(json);
        rest.iter().all(|set| set.contains(&item)) && seen.insert(item)
    });
    Ok(Value::owned(kept.cloned().collect()))
}

fn set_difference<'a>(cx: &Context, arguments: &[Value<'a>]) -> Answer<'a> {
    let mut seen: JsonSet<'_> =
        (1..arguments.len()).flat_map(|at| items(arguments, at)).map(Value::borrowed).collect();
    cx.spend(seen.len() + items(arguments, 0).len())?;
    let kept: Vec<Json> = items(arguments, 0)
        .iter()
        .filter(|json| seen.insert(Value::borrowed(json)))
        .cloned()
        .collect();
    Ok(Value::owned(Json::Array(kept)))
}

fn set_equals<'a>(cx: &Context, arguments: &[Value<'a>]) -> Answer<'a> {
    cx.spend(items(arguments, 0).len() + items(arguments, 1).len())?;
    let [a, b] =
        [0, 1].map(|at| items(arguments, at).iter().map(Value::borrowed).collect::<JsonSet<'_>>());
    Ok(Value::Bool(a == b))
}

fn pack_array<'a>(_: &Context, arguments: &[Value<'a>]) -> Answer<'a> {
    Ok(Value::owned(arguments.iter().map(Value::to_json).collect()))
}

fn range<'a>(cx: &Context, arguments: &[Value<'a>]) -> Answer<'a> {
    let (from, to) = (arg(arguments, 0), arg(arguments, 1));
    let step = match (arguments.get(2), from) {
        (Some(step), _) => step.clone(),
        (None, Value::DateTime(_) | Value::TimeSpan(_)) => Value::TimeSpan(time::HOUR),
        (None, _) => Value::Long(1),
    };
    let made = sequence(cx, (from, to), &step)?;
    Ok(made.map_or(Value::Null, |values| Value::owned(values.iter().map(Value::to_json).collect())))
}

/// `from`, `from + step`, … up to `to`; `None` if the three do not go together.
///
/// # Errors
/// `TooLarge` if there would be too many.
pub(crate) fn sequence<'a>(
    cx: &Context,
    (from, to): (&Value<'a>, &Value<'a>),
    step: &Value<'a>,
) -> Result<Option<Vec<Value<'a>>>, QueryError> {
    type Make = fn(i64) -> Value<'static>;
    let whole: Option<(i64, i64, i64, Make)> = match (from, to, step) {
        (Value::Long(a), Value::Long(b), Value::Long(s)) => Some((*a, *b, *s, Value::Long)),
        (Value::DateTime(a), Value::DateTime(b), Value::TimeSpan(s)) => {
            Some((*a, *b, *s, Value::DateTime))
        }
        (Value::TimeSpan(a), Value::TimeSpan(b), Value::TimeSpan(s)) => {
            Some((*a, *b, *s, Value::TimeSpan))
        }
        _ => None,
    };
    if let Some((from, to, step, make)) = whole {
        let count = to
            .checked_sub(from)
            .filter(|_| step != 0)
            .map_or(0, |span| span.div_euclid(step) + 1)
            .max(0);
        check_range(cx, count)?;
        return Ok(Some(
            (0..count)
                .map_while(|at| Some(make(from.checked_add(at.checked_mul(step)?)?)))
                .collect(),
        ));
    }
    let [Some(from), Some(to), Some(step)] = [from, to, step].map(convert::number) else {
        return Ok(None);
    };
    let count = convert::exact(((to - from) / step).floor() + 1.0).unwrap_or(0).max(0);
    check_range(cx, count)?;
    Ok(Some((0..count).map(|at| Value::Real(from + convert::widen(at) * step)).collect()))
}

fn check_range(cx: &Context, count: i64) -> Result<(), QueryError> {
    if count > RANGE {
        return Err(QueryError::too_large(format!("range: more than {RANGE} values.")));
    }
    cx.spend(usize::try_from(count).unwrap_or(0))
}

fn zip<'a>(cx: &Context, arguments: &[Value<'a>]) -> Answer<'a> {
    let length = arguments.iter().filter_map(Value::array).map(Vec::len).max().unwrap_or(0);
    cx.spend(length * arguments.len())?;
    let rows = (0..length).map(|at| {
        (0..arguments.len())
            .map(|list| items(arguments, list).get(at).cloned().unwrap_or_default())
            .collect::<Json>()
    });
    Ok(Value::owned(rows.collect()))
}
