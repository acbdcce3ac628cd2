//! The caps on operators in one query, counted before anything runs.

use crate::estate::kql::{
    Limits,
    ast::{Definition, Expr, Node, Operator, Pipeline, Program, Source, Union},
    error::QueryError,
};

/// # Errors
/// `Disallowed` if there are more joins, unions or expansions than `limits` allows.
pub(crate) fn check(program: &Program, limits: &Limits) -> Result<(), QueryError> {
    let mut count = Count::default();
    walk(program, &mut |pipeline| count.pipeline(pipeline));
    let caps = [
        ("join", count.joins, limits.joins),
        ("union", count.legs, limits.union_legs),
        ("mv-expand", count.expansions, limits.expansions),
    ];
    for (name, found, allowed) in caps {
        if found > allowed {
            let message =
                format!("Query has {found} {name} operators; at most {allowed} are allowed.");
            return Err(QueryError::disallowed(message).with_token(name));
        }
    }
    Ok(())
}

/// Shows every pipeline of a query to `see`.
pub(crate) fn walk<'p>(program: &'p Program, see: &mut impl FnMut(&'p Pipeline)) {
    for definition in &program.lets {
        match &definition.value {
            Definition::Tabular(pipeline) => walk_pipeline(pipeline, see),
            Definition::Scalar(expr) => walk_expr(expr, see),
        }
    }
    walk_pipeline(&program.body, see);
}

fn walk_pipeline<'p>(pipeline: &'p Pipeline, see: &mut impl FnMut(&'p Pipeline)) {
    see(pipeline);
    match &pipeline.source {
        Source::Nested(inner) => walk_pipeline(inner, see),
        Source::Union(union) => union.legs.iter().for_each(|leg| walk_pipeline(leg, see)),
        Source::Print(exprs) => exprs.iter().for_each(|expr| walk_expr(expr, see)),
        Source::Table { .. } | Source::Range { .. } | Source::Datatable { .. } | Source::Given => {}
    }
    for operator in &pipeline.operators {
        walk_operator(&operator.node, see);
    }
}

fn walk_operator<'p>(operator: &'p Operator, see: &mut impl FnMut(&'p Pipeline)) {
    match operator {
        Operator::Where(expr) | Operator::Take(expr) => walk_expr(expr, see),
        Operator::Project(exprs)
        | Operator::Extend(exprs)
        | Operator::Distinct(exprs)
        | Operator::Serialize(exprs) => {
            exprs.iter().for_each(|expr| walk_expr(expr, see));
        }
        Operator::Summarize { aggregates, by } => {
            aggregates.iter().chain(by).for_each(|expr| walk_expr(expr, see));
        }
        Operator::Sort(keys) => keys.iter().for_each(|key| walk_expr(&key.expr, see)),
        Operator::Top { count, by } => {
            walk_expr(count, see);
            by.iter().for_each(|key| walk_expr(&key.expr, see));
        }
        Operator::Join(join) => walk_pipeline(&join.right, see),
        Operator::Union(union) => union.legs.iter().for_each(|leg| walk_pipeline(leg, see)),
        Operator::Expand(expand) => {
            expand.columns.iter().for_each(|(expr, _)| walk_expr(expr, see));
        }
        Operator::Apply { expand, body } => {
            expand.columns.iter().for_each(|(expr, _)| walk_expr(expr, see));
            walk_pipeline(body, see);
        }
        Operator::Parse(parse) => walk_expr(&parse.of, see),
        Operator::SampleDistinct { count, of } => {
            [count, of].into_iter().for_each(|expr| walk_expr(expr, see));
        }
        Operator::ProjectAway(_)
        | Operator::ProjectKeep(_)
        | Operator::ProjectRename(_)
        | Operator::As(_) => {}
        Operator::ProjectReorder(_)
        | Operator::Count(_)
        | Operator::GetSchema
        | Operator::Render(_) => {}
    }
}

fn walk_expr<'p>(expr: &'p Expr, see: &mut impl FnMut(&'p Pipeline)) {
    let mut open = vec![expr];
    while let Some(next) = open.pop() {
        match &next.node {
            Node::Query(pipeline) => walk_pipeline(pipeline, see),
            Node::Member(of, _) | Node::Named(_, of) | Node::Tuple(_, of) | Node::Negate(of) => {
                open.push(of);
            }
            Node::Index(a, b) | Node::Arithmetic(_, a, b) | Node::Compare(_, a, b) => {
                open.extend([&**a, &**b]);
            }
            Node::Match { text, with, .. } => open.extend([&**text, &**with]),
            Node::Call(_, list) | Node::And(list) | Node::Or(list) => open.extend(list),
            Node::In { value, list, .. } | Node::HasList { value, list, .. } => {
                open.push(value);
                open.extend(list);
            }
            Node::Between { value, from, to, .. } => open.extend([&**value, &**from, &**to]),
            Node::Null(_)
            | Node::Bool(_)
            | Node::Long(_)
            | Node::Real(_)
            | Node::Text(_)
            | Node::DateTime(_) => {}
            Node::Span(_) | Node::Guid(_) | Node::Dynamic(_) | Node::Name(_) | Node::Star => {}
        }
    }
}

#[derive(Default)]
struct Count {
    joins: usize,
    legs: usize,
    expansions: usize,
}

impl Count {
    fn pipeline(&mut self, pipeline: &Pipeline) {
        if let Source::Union(Union { legs, .. }) = &pipeline.source {
            self.legs += legs.len().saturating_sub(1);
        }
        for operator in &pipeline.operators {
            match &operator.node {
                Operator::Join(_) => self.joins += 1,
                Operator::Union(union) => self.legs += union.legs.len(),
                Operator::Expand(_) | Operator::Apply { .. } => self.expansions += 1,
                _ => {}
            }
        }
    }
}
