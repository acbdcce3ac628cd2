//! Calls of functions and aggregations.

use super::{Answer, Binder};
use crate::estate::kql::{
    aggregate,
    ast::Expr,
    error::QueryError,
    expr::{Bound, Op},
    functions::{self, Function, Returns},
    relation::Slot,
    value::Ty,
};

impl<'a> Binder<'_, 'a> {
    pub(super) fn call(&self, name: &str, arguments: &[Expr]) -> Answer<'a> {
        if let Some(kind) = aggregate::find(name) {
            return self.aggregation(name, kind, arguments);
        }
        if let Some(special) = self.special(name, arguments) {
            return special;
        }
        let function = functions::find(name).ok_or_else(|| self.unknown_function(name))?;
        check_arity(function, arguments.len())?;
        let bound = self.list(arguments)?;
        let ty = result_type(function, &bound);
        self.folded(Bound { ty, op: Op::Call(function, bound) })
    }

    /// The cell in which `summarize` will put the aggregation's result.
    fn aggregation(&self, name: &str, kind: &aggregate::Kind, arguments: &[Expr]) -> Answer<'a> {
        let Some(collector) = self.collector else {
            return Err(QueryError::semantic(format!(
                "Function '{name}' cannot be invoked in current context."
            ))
            .with_token(name));
        };
        let inner = Binder { collector: None, ..*self };
        let made = aggregate::bind(&inner, kind, arguments)?;
        let ty = made.ty;
        let mut found = collector.found.borrow_mut();
        found.push(made);
        Ok(Bound { ty, op: Op::Field(Slot::Cell(collector.first + found.len() - 1)) })
    }

    fn unknown_function(&self, name: &str) -> QueryError {
        const WINDOW: &[&str] =
            &["row_number", "row_rank_dense", "row_cumsum", "prev", "next", "row_window_session"];
        if WINDOW.contains(&name) {
            return QueryError::disallowed(format!(
                "The window function '{name}' is not supported."
            ))
            .with_token(name);
        }
        QueryError::unknown_name(format!(
            "'{}' operator: Unknown function: '{name}'.",
            self.operator
        ))
        .with_token(name)
    }
}

fn check_arity(function: &Function, given: usize) -> Result<(), QueryError> {
    let Function { name, min, max, .. } = function;
    if (*min..=*max).contains(&given) {
        return Ok(());
    }
    let expected = if min == max { min.to_string() } else { format!("{min} to {max}") };
    let message = format!("{name}(): function expects {expected} argument(s).");
    Err(QueryError::semantic(message).with_token(name))
}

fn result_type(function: &Function, arguments: &[Bound<'_>]) -> Ty {
    let mut types = arguments.iter().map(|argument| argument.ty);
    let ty = match function.returns {
        Returns::Just(ty) => ty,
        Returns::First => types.next().unwrap_or(Ty::Dynamic),
        Returns::Common => types.reduce(Ty::common).unwrap_or(Ty::Dynamic),
    };
    let size = arguments.get(1).map_or(ty, |size| size.ty);
    if matches!(function.name, "bin" | "floor") { binned(ty, size) } else { ty }
}

/// The type of `bin(value, size)`.
fn binned(value: Ty, size: Ty) -> Ty {
    match (value, size) {
        (Ty::Dynamic, Ty::TimeSpan) => Ty::DateTime,
        (Ty::Dynamic, size) => size,
        (value, size) if value.is_number() && size.is_number() => value.common(size),
        (value, _) => value,
    }
}
