//! Aggregation functions that answer several columns: `arg_max`, `arg_min`, `percentiles`,
//! `take_any` of more than one.

use std::rc::Rc;

use super::{Aggregate, Fold, number};
use crate::estate::kql::{
    ast::{Expr, Node},
    bind::{Binder, name},
    error::QueryError,
    expr::{Bound, Op},
    relation::Field,
};

type Columns<'a> = Vec<(Rc<str>, Aggregate<'a>)>;

/// Whether the call answers columns with names of their own.
pub(crate) fn is_several(expr: &Expr) -> bool {
    match &expr.node {
        Node::Named(_, of) | Node::Tuple(_, of) => is_several(of),
        Node::Call(name, arguments) => match name.as_str() {
            "arg_max" | "arg_min" | "argmax" | "argmin" | "percentile" | "percentiles" => true,
            "take_any" | "any" => {
                arguments.len() > 1 || arguments.iter().any(|argument| argument.node == Node::Star)
            }
            _ => false,
        },
        _ => false,
    }
}

/// The columns of such a call, except those of the columns named in `by`.
///
/// # Errors
/// `Semantic` for wrong arguments; what binding them answers.
pub(crate) fn bind_several<'a>(
    binder: &Binder<'_, 'a>,
    expr: &Expr,
    by: &[Rc<str>],
) -> Result<Columns<'a>, QueryError> {
    let (names, call): (&[String], &Expr) = match &expr.node {
        Node::Named(name, of) => (std::slice::from_ref(name), of),
        Node::Tuple(names, of) => (names, of),
        _ => (&[], expr),
    };
    let Node::Call(name, arguments) = &call.node else {
        return Ok(Vec::new());
    };
    let mut columns = match name.as_str() {
        "percentile" | "percentiles" => percentiles(binder, arguments)?,
        "take_any" | "any" => any(binder, arguments, by)?,
        _ => extreme(binder, name.ends_with("max"), arguments, by)?,
    };
    for (column, name) in columns.iter_mut().zip(names) {
        column.0 = name.as_str().into();
    }
    Ok(columns)
}

fn extreme<'a>(
    binder: &Binder<'_, 'a>,
    max: bool,
    arguments: &[Expr],
    by: &[Rc<str>],
) -> Result<Columns<'a>, QueryError> {
    let Some((first, rest)) = arguments.split_first() else {
        return Err(QueryError::semantic("arg_max() and arg_min() need an expression to compare."));
    };
    let key = binder.bind(first)?;
    let fold = if max { Fold::AtMax } else { Fold::AtMin };
    let at = |value: Bound<'a>| Aggregate { key: Some(key.clone()), ..Aggregate::of(fold, value) };
    let default = if max { "max_" } else { "min_" };
    let first_name: Rc<str> = name::inferred(first).unwrap_or_else(|| default.to_owned()).into();
    let mut columns = vec![(Rc::clone(&first_name), at(key.clone()))];
    for argument in rest {
        if argument.node == Node::Star {
            let others = binder
                .fields
                .iter()
                .filter(|field| field.name != first_name && !by.contains(&field.name));
            columns.extend(others.map(|field| (Rc::clone(&field.name), at(column(field)))));
        } else {
            let name =
                name::inferred(argument).unwrap_or_else(|| format!("Column{}", columns.len()));
            columns.push((name.into(), at(binder.bind(argument)?)));
        }
    }
    Ok(columns)
}

fn any<'a>(
    binder: &Binder<'_, 'a>,
    arguments: &[Expr],
    by: &[Rc<str>],
) -> Result<Columns<'a>, QueryError> {
    let mut columns = Vec::new();
    for argument in arguments {
        if argument.node == Node::Star {
            let others = binder.fields.iter().filter(|field| !by.contains(&field.name));
            columns.extend(
                others.map(|field| {
                    (Rc::clone(&field.name), Aggregate::of(Fold::First, column(field)))
                }),
            );
        } else {
            let name = name::inferred(argument).unwrap_or_else(|| format!("any_{}", columns.len()));
            columns.push((name.into(), Aggregate::of(Fold::First, binder.bind(argument)?)));
        }
    }
    Ok(columns)
}

fn column<'a>(field: &Field) -> Bound<'a> {
    Bound { ty: field.ty, op: Op::Field(field.slot.clone()) }
}

fn percentiles<'a>(binder: &Binder<'_, 'a>, arguments: &[Expr]) -> Result<Columns<'a>, QueryError> {
    let Some((of, wanted)) = arguments.split_first().filter(|(_, wanted)| !wanted.is_empty())
    else {
        return Err(QueryError::semantic("percentiles() needs an expression and the percentiles."));
    };
    let value = binder.bind(of)?;
    let name = name::inferred(of).unwrap_or_default();
    let mut columns = Vec::new();
    for percentile in wanted {
        let parameter = number(binder, percentile)?;
        let aggregate = Aggregate {
            parameter: Some(parameter),
            ..Aggregate::of(Fold::Percentile, value.clone())
        };
        columns.push((format!("percentile_{name}_{parameter}").into(), aggregate));
    }
    Ok(columns)
}
