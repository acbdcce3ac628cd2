//! Aggregation: what `summarize` computes of the rows of a group. Knows how to fold values, not
//! how groups are made.

mod several;
mod state;

use super::{
    ast::Expr,
    bind::Binder,
    error::QueryError,
    expr::{Bound, Context},
    relation::Row,
    value::{Ty, Value, convert},
};

pub(crate) use several::{bind_several, is_several};
pub(crate) use state::State;

/// How values are folded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fold {
    Count,
    Distinct,
    Sum,
    Average,
    Min,
    Max,
    List,
    ListWithNulls,
    Set,
    Bag,
    Any,
    /// Of the row in which `key` is highest.
    AtMax,
    /// Of the row in which `key` is lowest.
    AtMin,
    First,
    Percentile,
    Deviation {
        population: bool,
    },
    Variance {
        population: bool,
    },
}

/// An aggregation function as queries see it.
#[derive(Debug)]
pub(crate) struct Kind {
    name: &'static str,
    /// Before the argument's name in the column's name.
    pub(crate) prefix: Option<&'static str>,
    fold: Fold,
    /// Its second (of `countif`: only) argument is a condition.
    conditional: bool,
}

const fn kind(name: &'static str, prefix: &'static str, fold: Fold, conditional: bool) -> Kind {
    Kind { name, prefix: Some(prefix), fold, conditional }
}

static KINDS: &[Kind] = &[
    kind("count", "count", Fold::Count, false),
    kind("countif", "countif", Fold::Count, true),
    kind("cnt", "cnt", Fold::Count, false),
    kind("dcount", "dcount", Fold::Distinct, false),
    kind("dcountif", "dcountif", Fold::Distinct, true),
    kind("count_distinct", "count_distinct", Fold::Distinct, false),
    kind("count_distinctif", "count_distinctif", Fold::Distinct, true),
    kind("sum", "sum", Fold::Sum, false),
    kind("sumif", "sumif", Fold::Sum, true),
    kind("avg", "avg", Fold::Average, false),
    kind("avgif", "avgif", Fold::Average, true),
    kind("min", "min", Fold::Min, false),
    kind("minif", "minif", Fold::Min, true),
    kind("max", "max", Fold::Max, false),
    kind("maxif", "maxif", Fold::Max, true),
    kind("make_list", "list", Fold::List, false),
    kind("makelist", "list", Fold::List, false),
    kind("make_list_if", "list", Fold::List, true),
    kind("make_list_with_nulls", "list", Fold::ListWithNulls, false),
    kind("make_set", "set", Fold::Set, false),
    kind("makeset", "set", Fold::Set, false),
    kind("make_set_if", "set", Fold::Set, true),
    kind("make_bag", "bag", Fold::Bag, false),
    kind("make_bag_if", "bag", Fold::Bag, true),
    kind("make_dictionary", "dictionary", Fold::Bag, false),
    kind("any", "any", Fold::Any, false),
    kind("anyif", "anyif", Fold::Any, true),
    Kind { name: "take_any", prefix: None, fold: Fold::Any, conditional: false },
    Kind { name: "take_anyif", prefix: None, fold: Fold::Any, conditional: true },
    kind("percentile", "percentile", Fold::Percentile, false),
    kind("stdev", "stdev", Fold::Deviation { population: false }, false),
    kind("stdevif", "stdevif", Fold::Deviation { population: false }, true),
    kind("stdevp", "stdevp", Fold::Deviation { population: true }, false),
    kind("variance", "variance", Fold::Variance { population: false }, false),
    kind("varianceif", "varianceif", Fold::Variance { population: false }, true),
    kind("variancep", "variancep", Fold::Variance { population: true }, false),
    Kind { name: "arg_max", prefix: None, fold: Fold::AtMax, conditional: false },
    Kind { name: "arg_min", prefix: None, fold: Fold::AtMin, conditional: false },
];

/// The aggregation function of that name.
pub(crate) fn find(name: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| kind.name == name)
}

/// An aggregation ready to run.
#[derive(Debug, Clone)]
pub(crate) struct Aggregate<'a> {
    pub(crate) fold: Fold,
    pub(crate) ty: Ty,
    /// What is folded; nothing for `count()`.
    pub(crate) value: Option<Bound<'a>>,
    /// Only rows for which this is true.
    pub(crate) condition: Option<Bound<'a>>,
    /// What `AtMax` and `AtMin` compare.
    pub(crate) key: Option<Bound<'a>>,
    /// The percentile, or the most elements of a list.
    pub(crate) parameter: Option<f64>,
}

impl<'a> Aggregate<'a> {
    pub(crate) fn of(fold: Fold, value: Bound<'a>) -> Self {
        let ty = result_type(fold, value.ty);
        Self { fold, ty, value: Some(value), condition: None, key: None, parameter: None }
    }

    pub(crate) fn step(
        &self,
        state: &mut State<'a>,
        row: &Row<'a>,
        cx: &Context,
    ) -> Result<(), QueryError> {
        if let Some(condition) = &self.condition
            && !condition.eval(row, cx)?.is_true()
        {
            return Ok(());
        }
        let value = match &self.value {
            Some(value) => value.eval(row, cx)?,
            None => Value::Bool(true),
        };
        let key = match &self.key {
            Some(key) => key.eval(row, cx)?,
            None => Value::Null,
        };
        state.take(value, key, cx)
    }
}

/// # Errors
/// `Semantic` for a wrong number of arguments; what binding them answers.
pub(crate) fn bind<'a>(
    binder: &Binder<'_, 'a>,
    kind: &Kind,
    arguments: &[Expr],
) -> Result<Aggregate<'a>, QueryError> {
    if matches!(kind.fold, Fold::AtMax | Fold::AtMin) {
        return Err(QueryError::semantic(format!(
            "{}() makes several columns: it cannot be part of an expression.",
            kind.name
        )));
    }
    let bad = || {
        QueryError::semantic(format!("{}(): wrong number of arguments.", kind.name))
            .with_token(kind.name)
    };
    let mut rest = arguments.iter();
    let mut made = Aggregate {
        fold: kind.fold,
        ty: Ty::Long,
        value: None,
        condition: None,
        key: None,
        parameter: None,
    };
    if kind.fold == Fold::Count {
        let only = rest.next();
        match only {
            Some(condition) if kind.conditional => {
                made.condition = Some(binder.condition(condition)?);
            }
            None if kind.conditional => return Err(bad()),
            // An old spelling of countif; any other argument changes nothing.
            Some(counted) => {
                let bound = binder.bind(counted)?;
                made.condition = (bound.ty == Ty::Bool).then_some(bound);
            }
            None => {}
        }
    } else {
        let value = binder.bind(rest.next().ok_or_else(bad)?)?;
        made = Aggregate::of(kind.fold, value);
        if kind.conditional {
            made.condition = Some(binder.condition(rest.next().ok_or_else(bad)?)?);
        }
        made.parameter = match rest.next() {
            Some(parameter) => Some(number(binder, parameter)?),
            None if kind.fold == Fold::Percentile => return Err(bad()),
            None => None,
        };
    }
    if rest.next().is_some() { Err(bad()) } else { Ok(made) }
}

fn number(binder: &Binder<'_, '_>, expr: &Expr) -> Result<f64, QueryError> {
    let bound = binder.bind(expr)?;
    let number = bound.as_const().and_then(convert::number);
    number
        .ok_or_else(|| QueryError::semantic("This argument must be a constant number.").at(expr.at))
}

fn result_type(fold: Fold, of: Ty) -> Ty {
    match fold {
        Fold::Count | Fold::Distinct => Ty::Long,
        Fold::Sum if of == Ty::Dynamic => Ty::Real,
        Fold::Sum | Fold::Min | Fold::Max | Fold::Any | Fold::AtMax | Fold::AtMin | Fold::First => {
            of
        }
        Fold::Average | Fold::Percentile if matches!(of, Ty::TimeSpan | Ty::DateTime) => of,
        Fold::Percentile if of.is_number() => of,
        Fold::Average | Fold::Percentile | Fold::Deviation { .. } | Fold::Variance { .. } => {
            Ty::Real
        }
        Fold::List | Fold::ListWithNulls | Fold::Set | Fold::Bag => Ty::Dynamic,
    }
}
