//! Expressions whose names are resolved, and their evaluation for a row.

mod arithmetic;
mod context;
mod logic;

use std::{collections::HashSet, rc::Rc};

use super::{
    ast::{Arithmetic, Compare, Match},
    error::QueryError,
    functions::Function,
    relation::{Row, Slot},
    text,
    value::{Ordering, Ty, Value, convert, order},
};

pub(crate) use arithmetic::result_type;
pub(crate) use context::Context;
pub(crate) use logic::folded;

/// An expression ready to run.
#[derive(Debug, Clone)]
pub(crate) struct Bound<'a> {
    pub(crate) ty: Ty,
    pub(crate) op: Op<'a>,
}

#[derive(Debug, Clone)]
pub(crate) enum Op<'a> {
    Const(Value<'a>),
    Field(Slot),
    Member(Box<Bound<'a>>, Rc<str>),
    Index(Box<Bound<'a>>, Box<Bound<'a>>),
    And(Vec<Bound<'a>>),
    Or(Vec<Bound<'a>>),
    Negate(Box<Bound<'a>>),
    Arithmetic(Arithmetic, Box<Bound<'a>>, Box<Bound<'a>>),
    Compare(Compare, Box<Bound<'a>>, Box<Bound<'a>>),
    /// A `dynamic` seen as the type it is compared with.
    Comparable(Box<Bound<'a>>),
    Match {
        op: Match,
        negated: bool,
        text: Box<Bound<'a>>,
        with: Box<Bound<'a>>,
    },
    InSet {
        negated: bool,
        fold: bool,
        value: Box<Bound<'a>>,
        set: Rc<HashSet<Value<'a>>>,
    },
    InList {
        negated: bool,
        fold: bool,
        value: Box<Bound<'a>>,
        list: Vec<Bound<'a>>,
    },
    HasList {
        all: bool,
        value: Box<Bound<'a>>,
        list: Vec<Bound<'a>>,
    },
    Between {
        negated: bool,
        value: Box<Bound<'a>>,
        from: Box<Bound<'a>>,
        to: Box<Bound<'a>>,
    },
    /// The value of the first condition that is true, or the last one.
    Case(Vec<(Bound<'a>, Bound<'a>)>, Box<Bound<'a>>),
    Coalesce(Vec<Bound<'a>>),
    Call(&'static Function, Vec<Bound<'a>>),
}

impl<'a> Bound<'a> {
    pub(crate) fn constant(ty: Ty, value: Value<'a>) -> Self {
        Self { ty, op: Op::Const(value) }
    }

    /// The value, if it does not depend on a row.
    pub(crate) fn as_const(&self) -> Option<&Value<'a>> {
        match &self.op {
            Op::Const(value) => Some(value),
            _ => None,
        }
    }

    /// # Errors
    /// `TooLarge` when a budget is used up; `Semantic` for an invalid regular expression.
    pub(crate) fn eval(&self, row: &Row<'a>, cx: &Context) -> Result<Value<'a>, QueryError> {
        cx.spend(1)?;
        Ok(match &self.op {
            Op::Const(value) => value.clone(),
            Op::Field(slot) => row.get(slot, self.ty),
            Op::Member(of, name) => of.eval(row, cx)?.member(name),
            Op::Index(of, index) => indexed(&of.eval(row, cx)?, &index.eval(row, cx)?),
            Op::And(parts) => logic::all(parts, row, cx)?,
            Op::Or(parts) => logic::any(parts, row, cx)?,
            Op::Negate(of) => arithmetic::negate(&of.eval(row, cx)?),
            Op::Arithmetic(op, a, b) => {
                arithmetic::apply(*op, &a.eval(row, cx)?, &b.eval(row, cx)?)
            }
            Op::Compare(op, a, b) => compare(*op, &a.eval(row, cx)?, &b.eval(row, cx)?),
            Op::Comparable(of) => convert::comparable(&of.eval(row, cx)?, self.ty),
            Op::Match { .. }
            | Op::InSet { .. }
            | Op::InList { .. }
            | Op::HasList { .. }
            | Op::Between { .. } => logic::test(&self.op, row, cx)?,
            Op::Case(arms, last) => match case(arms, last, row, cx)? {
                Value::Null => self.ty.absent(),
                value => value,
            },
            Op::Coalesce(list) => coalesce(list, row, cx)?,
            Op::Call(function, arguments) => {
                let values = arguments
                    .iter()
                    .map(|argument| argument.eval(row, cx))
                    .collect::<Result<Vec<_>, _>>()?;
                cx.keep((function.run)(cx, &values)?)?
            }
        })
    }
}

fn indexed<'a>(of: &Value<'a>, index: &Value<'a>) -> Value<'a> {
    match index {
        Value::Long(at) => of.element(*at),
        Value::Text(name) => of.member(name),
        _ => Value::Null,
    }
}

/// Kusto's comparison: two nulls are neither equal nor unequal, a null is unequal to all else
/// and has no order.
pub(crate) fn compare<'a>(op: Compare, a: &Value<'a>, b: &Value<'a>) -> Value<'a> {
    if matches!(op, Compare::Alike | Compare::Unalike) {
        return Value::Bool(
            text::alike(&convert::text(a), &convert::text(b)) == (op == Compare::Alike),
        );
    }
    match (a.is_null(), b.is_null()) {
        (true, true) => return Value::Null,
        (false, false) => {}
        _ if op == Compare::Equal => return Value::Bool(false),
        _ if op == Compare::NotEqual => return Value::Bool(true),
        _ => return Value::Null,
    }
    let found = order(a, b);
    Value::Bool(match op {
        Compare::Equal | Compare::Alike => found == Some(Ordering::Equal),
        Compare::NotEqual | Compare::Unalike => found != Some(Ordering::Equal),
        Compare::Less => found == Some(Ordering::Less),
        Compare::LessOrEqual => matches!(found, Some(Ordering::Less | Ordering::Equal)),
        Compare::Greater => found == Some(Ordering::Greater),
        Compare::GreaterOrEqual => matches!(found, Some(Ordering::Greater | Ordering::Equal)),
    })
}

fn case<'a>(
    arms: &[(Bound<'a>, Bound<'a>)],
    last: &Bound<'a>,
    row: &Row<'a>,
    cx: &Context,
) -> Result<Value<'a>, QueryError> {
    for (condition, value) in arms {
        if convert::boolean(&condition.eval(row, cx)?) == Some(true) {
            return value.eval(row, cx);
        }
    }
    last.eval(row, cx)
}

fn coalesce<'a>(list: &[Bound<'a>], row: &Row<'a>, cx: &Context) -> Result<Value<'a>, QueryError> {
    let mut last = Value::Null;
    for item in list {
        last = item.eval(row, cx)?;
        if !(last.is_null() || matches!(&last, Value::Text(text) if text.is_empty())) {
            break;
        }
    }
    Ok(last)
}
