//! Expressions whose names are resolved, and their evaluation for a row.

mod arithmetic;

use std::{
    cell::{Cell, RefCell},
    collections::{HashMap, HashSet},
    rc::Rc,
};

use regex::Regex;
use serde_json::Value as Json;

use super::{
    Limits,
    ast::{Arithmetic, Compare, Match},
    error::QueryError,
    functions::Function,
    relation::{Row, Slot},
    text,
    value::{Ordering, Text, Tree, Ty, Value, convert, order},
};

pub(crate) use arithmetic::result_type;

/// Levels of arrays and bags in a value made by a query.
const LEVELS: usize = 128;
/// Compiled size of one regular expression, in bytes.
const REGEX_BYTES: usize = 1 << 20;
/// Regular expressions of one query.
const REGEXES: usize = 64;

/// What evaluation needs besides the row, and the account of what it has used.
pub(crate) struct Context {
    /// Ticks.
    pub(crate) now: i64,
    pub(crate) limits: Limits,
    steps: Cell<u64>,
    bytes: Cell<u64>,
    regexes: RefCell<HashMap<String, Regex>>,
}

impl Context {
    pub(crate) fn new(now: i64, limits: Limits) -> Self {
        Self {
            now,
            limits,
            steps: Cell::new(limits.steps),
            bytes: Cell::new(limits.bytes),
            regexes: RefCell::default(),
        }
    }

    /// Takes `steps` from the budget.
    ///
    /// # Errors
    /// `TooLarge` when it is used up.
    pub(crate) fn spend(&self, steps: usize) -> Result<(), QueryError> {
        let left = self.steps.get().checked_sub(steps as u64);
        self.steps.set(left.unwrap_or(0));
        left.map(|_| ()).ok_or_else(|| {
            QueryError::too_large(format!(
                "Query execution has exceeded the allowed {} steps.",
                self.limits.steps
            ))
        })
    }

    /// Takes `bytes` from what a query may make in all.
    ///
    /// # Errors
    /// `TooLarge` when it is used up.
    pub(crate) fn allocate(&self, bytes: usize) -> Result<(), QueryError> {
        let left = self.bytes.get().checked_sub(bytes as u64);
        self.bytes.set(left.unwrap_or(0));
        left.map(|_| ()).ok_or_else(|| {
            QueryError::too_large(format!(
                "Query execution has exceeded the allowed {} bytes.",
                self.limits.bytes
            ))
        })
    }

    /// Accounts for a value that was made.
    ///
    /// # Errors
    /// `TooLarge` if it is too much, or nested too deep.
    pub(crate) fn keep<'a>(&self, value: Value<'a>) -> Result<Value<'a>, QueryError> {
        match &value {
            Value::Text(Text::Shared(text)) => self.allocate(text.len())?,
            Value::Tree(Tree::Shared(json)) => self.allocate(weight(json, 0)?)?,
            _ => {}
        }
        Ok(value)
    }

    /// # Errors
    /// `TooLarge` if an operator has made more rows than are allowed.
    pub(crate) fn check_rows(&self, rows: usize) -> Result<(), QueryError> {
        if rows <= self.limits.rows {
            return Ok(());
        }
        Err(QueryError::too_large(format!(
            "An operator has made more than the allowed {} rows.",
            self.limits.rows
        )))
    }

    /// # Errors
    /// `Semantic` if it is no regular expression, `TooLarge` if it is too big.
    pub(crate) fn regex(&self, pattern: &str) -> Result<Regex, QueryError> {
        let mut cache = self.regexes.borrow_mut();
        if let Some(regex) = cache.get(pattern) {
            return Ok(regex.clone());
        }
        if cache.len() >= REGEXES {
            return Err(QueryError::too_large(format!(
                "A query may use at most {REGEXES} regular expressions."
            )));
        }
        let built = regex::RegexBuilder::new(pattern)
            .size_limit(REGEX_BYTES)
            .dfa_size_limit(REGEX_BYTES)
            .build();
        let regex = built.map_err(|error| match error {
            regex::Error::CompiledTooBig(_) => {
                QueryError::too_large("A regular expression is too large.")
            }
            _ => QueryError::semantic(format!("'{pattern}' is not a valid regular expression.")),
        })?;
        cache.insert(pattern.to_owned(), regex.clone());
        Ok(regex)
    }
}

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
        Self {
            ty,
            op: Op::Const(value),
        }
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
            Op::And(parts) => all(parts, row, cx)?,
            Op::Or(parts) => any(parts, row, cx)?,
            Op::Negate(of) => arithmetic::negate(&of.eval(row, cx)?),
            Op::Arithmetic(op, a, b) => {
                arithmetic::apply(*op, &a.eval(row, cx)?, &b.eval(row, cx)?)
            }
            Op::Compare(op, a, b) => compare(*op, &a.eval(row, cx)?, &b.eval(row, cx)?),
            Op::Comparable(of) => convert::comparable(&of.eval(row, cx)?, self.ty),
            Op::Match {
                op,
                negated,
                text,
                with,
            } => {
                let found = matched(*op, &text.eval(row, cx)?, &with.eval(row, cx)?, cx)?;
                Value::Bool(found != *negated)
            }
            Op::InSet {
                negated,
                fold,
                value,
                set,
            } => Value::Bool(set.contains(&folded(value.eval(row, cx)?, *fold)) != *negated),
            Op::InList {
                negated,
                fold,
                value,
                list,
            } => {
                let op = if *fold {
                    Compare::Alike
                } else {
                    Compare::Equal
                };
                Value::Bool(in_list(op, &value.eval(row, cx)?, list, (row, cx))? != *negated)
            }
            Op::HasList { all, value, list } => {
                Value::Bool(has_list(*all, &value.eval(row, cx)?, list, (row, cx))?)
            }
            Op::Between {
                negated,
                value,
                from,
                to,
            } => {
                let value = value.eval(row, cx)?;
                between(&value, &from.eval(row, cx)?, to.eval(row, cx)?, *negated)
            }
            Op::Case(arms, last) => case(arms, last, row, cx)?,
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

/// About the bytes a value takes.
///
/// # Errors
/// `TooLarge` if it is nested deeper than anything may walk it.
fn weight(json: &Json, depth: usize) -> Result<usize, QueryError> {
    if depth > LEVELS {
        return Err(QueryError::too_large(format!(
            "A value is nested more than {LEVELS} levels deep."
        )));
    }
    let inside: usize = match json {
        Json::Array(items) => items
            .iter()
            .map(|item| weight(item, depth + 1))
            .sum::<Result<_, _>>()?,
        Json::Object(bag) => bag
            .iter()
            .map(|(key, item)| Ok(key.len() + weight(item, depth + 1)?))
            .sum::<Result<usize, QueryError>>()?,
        Json::String(text) => text.len(),
        Json::Null | Json::Bool(_) | Json::Number(_) => 0,
    };
    Ok(inside + size_of::<Json>())
}

fn indexed<'a>(of: &Value<'a>, index: &Value<'a>) -> Value<'a> {
    match index {
        Value::Long(at) => of.element(*at),
        Value::Text(name) => of.member(name),
        _ => Value::Null,
    }
}

fn all<'a>(parts: &[Bound<'a>], row: &Row<'a>, cx: &Context) -> Result<Value<'a>, QueryError> {
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

fn any<'a>(parts: &[Bound<'a>], row: &Row<'a>, cx: &Context) -> Result<Value<'a>, QueryError> {
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
            Some(items) => items
                .iter()
                .any(|json| compare(op, value, &Value::owned(json.clone())).is_true()),
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
                let mut terms = items
                    .iter()
                    .map(|json| matched(op, &of, &Value::owned(json.clone()), cx));
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
    let (low, high) = (
        compare(Compare::GreaterOrEqual, value, from),
        compare(Compare::LessOrEqual, value, &to),
    );
    if low.is_null() || high.is_null() {
        return Value::Null;
    }
    Value::Bool((low.is_true() && high.is_true()) != negated)
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
