//! Equality and order of values. Text is compared by its bytes, as Kusto does.

use std::{cmp, hash};

use super::{Value, convert};

pub(crate) use cmp::Ordering;

/// The order of two values of one family; `None` if either is null or they cannot be compared.
pub(crate) fn order(a: &Value<'_>, b: &Value<'_>) -> Option<Ordering> {
    match (a, b) {
        (Value::Long(a), Value::Long(b)) => Some(a.cmp(b)),
        (Value::Text(a), Value::Text(b)) => Some((**a).cmp(&**b)),
        (Value::Bool(a), Value::Bool(b)) => Some(a.cmp(b)),
        (Value::DateTime(a), Value::DateTime(b)) | (Value::TimeSpan(a), Value::TimeSpan(b)) => {
            Some(a.cmp(b))
        }
        (Value::Guid(a), Value::Guid(b)) => Some(a.cmp(b)),
        (Value::Tree(a), Value::Tree(b)) => (**a == **b).then_some(Ordering::Equal),
        (
            Value::Bool(_) | Value::Long(_) | Value::Real(_),
            Value::Bool(_) | Value::Long(_) | Value::Real(_),
        ) => convert::number(a)?.partial_cmp(&convert::number(b)?),
        _ => None,
    }
}

/// An order of any two values that are not null: by family, then within it.
pub(crate) fn total_order(a: &Value<'_>, b: &Value<'_>) -> Ordering {
    if let Some(order) = order(a, b) {
        return order;
    }
    match (a, b) {
        (Value::Real(a), Value::Real(b)) => a.total_cmp(b),
        (Value::Tree(a), Value::Tree(b)) => a.to_string().cmp(&b.to_string()),
        _ => family(a).cmp(&family(b)),
    }
}

fn family(value: &Value<'_>) -> u8 {
    match value {
        Value::Null => 0,
        Value::Bool(_) | Value::Long(_) | Value::Real(_) => 1,
        Value::DateTime(_) => 2,
        Value::TimeSpan(_) => 3,
        Value::Guid(_) => 4,
        Value::Text(_) => 5,
        Value::Tree(_) => 6,
    }
}

/// Equality of keys: nulls are equal, `1` and `1.0` are, NaN is equal to itself.
impl PartialEq for Value<'_> {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Null, Self::Null) => true,
            (Self::Bool(a), Self::Bool(b)) => a == b,
            (Self::Bool(_), _) | (_, Self::Bool(_)) => false,
            (Self::Long(a), Self::Real(b)) | (Self::Real(b), Self::Long(a)) => {
                convert::exact(*b) == Some(*a)
            }
            (Self::Real(a), Self::Real(b)) => a == b || (a.is_nan() && b.is_nan()),
            _ => order(self, other) == Some(Ordering::Equal),
        }
    }
}

impl Eq for Value<'_> {}

impl hash::Hash for Value<'_> {
    fn hash<H: hash::Hasher>(&self, state: &mut H) {
        match self {
            Self::Null => state.write_u8(0),
            Self::Bool(value) => value.hash(state),
            Self::Long(value) => value.hash(state),
            Self::Real(value) => match convert::exact(*value) {
                Some(whole) => whole.hash(state),
                None if value.is_nan() => f64::NAN.to_bits().hash(state),
                None => value.to_bits().hash(state),
            },
            Self::Text(text) => text.hash(state),
            Self::DateTime(ticks) | Self::TimeSpan(ticks) => ticks.hash(state),
            Self::Guid(id) => id.hash(state),
            Self::Tree(tree) => (**tree).hash(state),
        }
    }
}
