//! What an aggregation remembers of the rows it has seen. Nulls are skipped.

use std::collections::HashSet;

use serde_json::{Map, Value as Json};

use super::{Aggregate, Fold};
use crate::estate::kql::{
    error::QueryError,
    expr::Context,
    value::{Ordering, Tree, Ty, Value, convert, total_order},
};

/// Elements of a list or set.
const ELEMENTS: usize = 1_048_576;
/// Bytes accounted for a remembered value.
const REMEMBERED: usize = 48;

/// The fold so far.
#[derive(Debug)]
pub(crate) enum State<'a> {
    Count(i64),
    Distinct(HashSet<Value<'a>>),
    Sum { whole: i64, real: f64, is_real: bool, ty: Ty },
    Average { sum: f64, count: i64, ty: Ty },
    Best { best: Value<'a>, wanted: Ordering },
    At { best: Value<'a>, value: Value<'a>, wanted: Ordering, absent: Value<'a> },
    List { items: Vec<Value<'a>>, max: usize, nulls: bool },
    Set { items: Vec<Value<'a>>, seen: HashSet<Value<'a>>, max: usize },
    Bag(Map<String, Json>),
    Any(Value<'a>),
    First(Option<Value<'a>>, Value<'a>),
    Percentile { values: Vec<Value<'a>>, percentile: f64 },
    Moments { count: f64, mean: f64, squares: f64, population: bool, root: bool },
}

impl<'a> State<'a> {
    pub(crate) fn of(aggregate: &Aggregate<'a>) -> Self {
        let Aggregate { ty, parameter, .. } = *aggregate;
        let absent = ty.absent();
        match aggregate.fold {
            Fold::Count => Self::Count(0),
            Fold::Distinct => Self::Distinct(HashSet::new()),
            Fold::Sum => Self::Sum { whole: 0, real: 0.0, is_real: false, ty },
            Fold::Average => Self::Average { sum: 0.0, count: 0, ty },
            Fold::Min => Self::best(Ordering::Less),
            Fold::Max => Self::best(Ordering::Greater),
            Fold::AtMax => Self::at(absent, Ordering::Greater),
            Fold::AtMin => Self::at(absent, Ordering::Less),
            Fold::List => Self::List { items: Vec::new(), max: elements(parameter), nulls: false },
            Fold::ListWithNulls => {
                Self::List { items: Vec::new(), max: elements(parameter), nulls: true }
            }
            Fold::Set => {
                Self::Set { items: Vec::new(), seen: HashSet::new(), max: elements(parameter) }
            }
            Fold::Bag => Self::Bag(Map::new()),
            Fold::Any => Self::Any(absent),
            Fold::First => Self::First(None, absent),
            Fold::Percentile => {
                Self::Percentile { values: Vec::new(), percentile: parameter.unwrap_or(50.0) }
            }
            Fold::Deviation { population } => Self::moments(population, true),
            Fold::Variance { population } => Self::moments(population, false),
        }
    }

    fn best(wanted: Ordering) -> Self {
        Self::Best { best: Value::Null, wanted }
    }

    fn at(absent: Value<'a>, wanted: Ordering) -> Self {
        Self::At { best: Value::Null, value: absent.clone(), wanted, absent }
    }

    fn moments(population: bool, root: bool) -> Self {
        Self::Moments { count: 0.0, mean: 0.0, squares: 0.0, population, root }
    }

    fn skips_nulls(&self) -> bool {
        !matches!(self, Self::At { .. } | Self::List { nulls: true, .. } | Self::First(..))
    }

    pub(crate) fn take(
        &mut self,
        value: Value<'a>,
        key: Value<'a>,
        cx: &Context,
    ) -> Result<(), QueryError> {
        if value.is_null() && self.skips_nulls() {
            return Ok(());
        }
        match self {
            Self::Count(count) => *count += 1,
            Self::Sum { whole, real, is_real, .. } => add(&value, whole, real, is_real),
            Self::Average { sum, count, .. } => {
                let number = convert::real(&value);
                *sum += number.unwrap_or(0.0);
                *count += i64::from(number.is_some());
            }
            Self::Best { best, wanted } => {
                if best.is_null() || total_order(&value, best) == *wanted {
                    *best = value;
                }
            }
            Self::At { best, value: kept, wanted, .. } => {
                if !key.is_null() && (best.is_null() || total_order(&key, best) == *wanted) {
                    *best = key;
                    *kept = value;
                }
            }
            Self::Any(kept) if is_absent(kept) => *kept = value,
            Self::Any(_) => {}
            Self::First(first, _) => *first = first.take().or(Some(value)),
            Self::Moments { count, mean, squares, .. } => moment(&value, count, mean, squares),
            Self::Distinct(_)
            | Self::List { .. }
            | Self::Set { .. }
            | Self::Bag(_)
            | Self::Percentile { .. } => {
                return self.collect(value, cx);
            }
        }
        Ok(())
    }

    /// Keeps a value, at a cost.
    fn collect(&mut self, value: Value<'a>, cx: &Context) -> Result<(), QueryError> {
        cx.allocate(REMEMBERED)?;
        match self {
            Self::Distinct(seen) => {
                seen.insert(value);
            }
            Self::List { items, max, .. } if items.len() < *max => items.push(value),
            Self::Set { items, seen, max } => {
                for item in flattened(value) {
                    cx.allocate(REMEMBERED)?;
                    if items.len() < *max && seen.insert(item.clone()) {
                        items.push(item);
                    }
                }
            }
            Self::Bag(bag) => merge(bag, &value, cx)?,
            Self::Percentile { values, .. } => values.push(value),
            _ => {}
        }
        Ok(())
    }

    pub(crate) fn finish(self) -> Value<'a> {
        match self {
            Self::Count(count) => Value::Long(count),
            Self::Distinct(seen) => Value::Long(i64::try_from(seen.len()).unwrap_or(i64::MAX)),
            Self::Sum { whole, ty: Ty::TimeSpan, .. } => Value::TimeSpan(whole),
            Self::Sum { real, is_real: true, .. } => Value::Real(real),
            Self::Sum { whole, ty: Ty::Real | Ty::Decimal, .. } => {
                Value::Real(convert::widen(whole))
            }
            Self::Sum { whole, .. } => Value::Long(whole),
            Self::Average { count: 0, .. } => Value::Null,
            Self::Average { sum, count, ty } => mean(sum / convert::widen(count), ty),
            Self::Best { best, .. } => best,
            Self::At { best: Value::Null, absent, .. } => absent,
            Self::At { value, .. } | Self::Any(value) => value,
            Self::List { items, .. } | Self::Set { items, .. } => {
                Value::owned(items.iter().map(Value::to_json).collect())
            }
            Self::Bag(bag) => Value::owned(Json::Object(bag)),
            Self::First(first, absent) => first.unwrap_or(absent),
            Self::Percentile { values, percentile } => nearest_rank(values, percentile),
            Self::Moments { count, squares, population, root, .. } => {
                let degrees = if population { count } else { count - 1.0 };
                let variance = if degrees > 0.0 { squares / degrees } else { 0.0 };
                Value::Real(if root { variance.sqrt() } else { variance })
            }
        }
    }
}

/// Welford's way: no large sums that cancel out.
fn moment(value: &Value<'_>, count: &mut f64, mean: &mut f64, squares: &mut f64) {
    if let Some(number) = convert::real(value) {
        *count += 1.0;
        let delta = number - *mean;
        *mean += delta / *count;
        *squares += delta * (number - *mean);
    }
}

fn is_absent(value: &Value<'_>) -> bool {
    value.is_null() || matches!(value, Value::Text(text) if text.is_empty())
}

/// The most elements a list may have.
fn elements(parameter: Option<f64>) -> usize {
    let given = parameter.and_then(convert::exact).and_then(|most| usize::try_from(most).ok());
    given.unwrap_or(ELEMENTS).min(ELEMENTS)
}

/// A set of arrays is the set of their elements.
fn flattened(value: Value<'_>) -> Vec<Value<'_>> {
    match value {
        Value::Tree(Tree::Borrowed(Json::Array(items))) => {
            items.iter().map(Value::borrowed).collect()
        }
        Value::Tree(Tree::Shared(ref json)) if json.is_array() => {
            json.as_array().into_iter().flatten().map(|item| Value::owned(item.clone())).collect()
        }
        other => vec![other],
    }
}

/// Sums stay whole until a real comes in or they overflow.
fn add(value: &Value<'_>, whole: &mut i64, real: &mut f64, is_real: &mut bool) {
    let value =
        if let Value::Bool(truth) = value { &Value::Long(i64::from(*truth)) } else { value };
    match value {
        Value::Long(number) | Value::TimeSpan(number) => {
            *real += convert::widen(*number);
            match whole.checked_add(*number) {
                Some(sum) => *whole = sum,
                None => *is_real = true,
            }
        }
        Value::Real(number) => {
            *real += number;
            *is_real = true;
        }
        _ => {}
    }
}

fn mean(mean: f64, ty: Ty) -> Value<'static> {
    let ticks = || convert::exact(mean.round()).unwrap_or(0);
    match ty {
        Ty::TimeSpan => Value::TimeSpan(ticks()),
        Ty::DateTime => Value::DateTime(ticks()),
        _ => Value::Real(mean),
    }
}

fn merge(bag: &mut Map<String, Json>, value: &Value<'_>, cx: &Context) -> Result<(), QueryError> {
    for (key, item) in value.object().into_iter().flatten() {
        cx.allocate(REMEMBERED + key.len())?;
        bag.entry(key.clone()).or_insert_with(|| item.clone());
    }
    Ok(())
}

fn nearest_rank(mut values: Vec<Value<'_>>, percentile: f64) -> Value<'_> {
    values.sort_by(total_order);
    let count = i64::try_from(values.len()).unwrap_or(0);
    let rank = (percentile.clamp(0.0, 100.0) / 100.0 * convert::widen(count)).ceil();
    let at =
        convert::exact(rank).and_then(|rank| usize::try_from(rank.max(1) - 1).ok()).unwrap_or(0);
    if at < values.len() { values.swap_remove(at) } else { Value::Null }
}
