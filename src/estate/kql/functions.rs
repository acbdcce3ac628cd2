//! The scalar functions: one table of names, arities and result types, filled by family.
//! Functions with a grammar of their own (`iff`, `case`, `toscalar`, …) are in `bind::special`.

mod array;
mod bag;
mod calendar;
mod conversion;
mod encoding;
mod math;
mod moment;
mod network;
mod string;

use std::fmt;

use super::{
    error::QueryError,
    expr::Context,
    value::{Text, Ty, Value, convert},
};

pub(crate) use array::sequence;

/// What a call answers.
pub(crate) type Answer<'a> = Result<Value<'a>, QueryError>;
type Run = for<'a> fn(&Context, &[Value<'a>]) -> Answer<'a>;

/// A function as queries see it.
pub(crate) struct Function {
    pub(crate) name: &'static str,
    pub(crate) min: usize,
    pub(crate) max: usize,
    pub(crate) returns: Returns,
    pub(crate) naming: Naming,
    pub(crate) run: Run,
}

impl fmt::Debug for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// The type of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Returns {
    Just(Ty),
    /// That of the first argument.
    First,
    /// The one all arguments have in common.
    Common,
}

/// The column name of a call without a name of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Naming {
    /// `Column1`.
    None,
    /// That of the first argument.
    First,
    /// A prefix and the name of the first argument.
    Prefix(&'static str),
}

const ANY: usize = 64;
const FAMILIES: &[&[Function]] = &[
    array::ALL,
    bag::ALL,
    calendar::ALL,
    conversion::ALL,
    encoding::ALL,
    math::ALL,
    moment::ALL,
    network::ALL,
    string::ALL,
];

/// The function of that name.
pub(crate) fn find(name: &str) -> Option<&'static Function> {
    FAMILIES.iter().flat_map(|family| family.iter()).find(|function| function.name == name)
}

/// The conversion to a type, as a function.
pub(crate) fn conversion_to(ty: Ty) -> Option<&'static Function> {
    find(match ty {
        Ty::Bool => "tobool",
        Ty::Int => "toint",
        Ty::Long => "tolong",
        Ty::Real => "toreal",
        Ty::Decimal => "todecimal",
        Ty::Text => "tostring",
        Ty::DateTime => "todatetime",
        Ty::TimeSpan => "totimespan",
        Ty::Guid => "toguid",
        Ty::Dynamic => "todynamic",
    })
}

const fn function(name: &'static str, min: usize, max: usize, returns: Ty, run: Run) -> Function {
    Function { name, min, max, returns: Returns::Just(returns), naming: Naming::None, run }
}

impl Function {
    /// Named after its first argument.
    const fn first(mut self) -> Self {
        self.naming = Naming::First;
        self
    }

    const fn prefixed(mut self, prefix: &'static str) -> Self {
        self.naming = Naming::Prefix(prefix);
        self
    }

    const fn returning(mut self, returns: Returns) -> Self {
        self.returns = returns;
        self
    }
}

/// The argument at that place; null if it was not given.
fn arg<'v, 'a>(arguments: &'v [Value<'a>], at: usize) -> &'v Value<'a> {
    const NULL: &Value<'static> = &Value::Null;
    arguments.get(at).unwrap_or(NULL)
}

fn text<'a>(arguments: &[Value<'a>], at: usize) -> Text<'a> {
    convert::text(arg(arguments, at))
}

fn long(arguments: &[Value<'_>], at: usize) -> Option<i64> {
    convert::long(arg(arguments, at))
}

fn null_or<T>(value: Option<T>, make: impl FnOnce(T) -> Value<'static>) -> Value<'static> {
    value.map_or(Value::Null, make)
}
