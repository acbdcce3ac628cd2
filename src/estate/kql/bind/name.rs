//! The names of columns that a query does not name, by Kusto's rules.

use std::rc::Rc;

use crate::estate::kql::{
    aggregate,
    ast::{Expr, Node},
    functions::{self, Naming},
    relation::unique,
};

/// The name the query gives, if it does.
pub(crate) fn declared(expr: &Expr) -> Option<&str> {
    match &expr.node {
        Node::Named(name, _) => Some(name),
        _ => None,
    }
}

/// The name that follows from the expression: `properties.a.b` is `properties_a_b`,
/// `tostring(x)` is `x`, `sum(x)` is `sum_x`.
pub(crate) fn inferred(expr: &Expr) -> Option<String> {
    match &expr.node {
        Node::Name(name) | Node::Named(name, _) => Some(name.clone()),
        Node::Member(of, name) => Some(joined(inferred(of), name)),
        Node::Index(of, index) => match &index.node {
            Node::Text(key) => Some(joined(inferred(of), key)),
            Node::Long(at) => Some(joined(inferred(of), &at.to_string())),
            _ => inferred(of),
        },
        Node::Call(name, arguments) => of_call(name, arguments),
        _ => None,
    }
}

fn joined(left: Option<String>, right: &str) -> String {
    left.filter(|left| !left.is_empty())
        .map_or_else(|| right.to_owned(), |left| format!("{left}_{right}"))
}

fn of_call(name: &str, arguments: &[Expr]) -> Option<String> {
    let first = arguments.first().and_then(inferred);
    if let Some(kind) = aggregate::find(name) {
        let first = first.unwrap_or_default();
        return Some(
            kind.prefix.map_or_else(|| first.clone(), |prefix| format!("{prefix}_{first}")),
        );
    }
    if name == "gettype" {
        return Some(format!("type_{}", first.unwrap_or_default()));
    }
    if let ("column_ifexists" | "columnifexists", Some(Expr { node: Node::Text(column), .. })) =
        (name, arguments.first())
    {
        return Some(column.clone());
    }
    match functions::find(name)?.naming {
        Naming::None => None,
        Naming::First => first,
        Naming::Prefix(prefix) => Some(format!("{prefix}_{}", first.unwrap_or_default())),
    }
}

/// Gives every expression of an operator a name that no other one has.
#[derive(Default)]
pub(crate) struct Names {
    taken: Vec<Rc<str>>,
    unnamed: usize,
}

impl Names {
    pub(crate) fn with(taken: impl IntoIterator<Item = Rc<str>>) -> Self {
        Self { taken: taken.into_iter().collect(), unnamed: 0 }
    }

    pub(crate) fn of(&mut self, expr: &Expr) -> Rc<str> {
        let name = inferred(expr);
        self.unnamed += usize::from(name.is_none());
        self.take(&name.unwrap_or_else(|| format!("Column{}", self.unnamed)))
    }

    pub(crate) fn take(&mut self, name: &str) -> Rc<str> {
        let name = unique(name, |taken| self.taken.iter().any(|known| **known == *taken));
        self.taken.push(Rc::clone(&name));
        name
    }
}
