//! `project` and its relatives, `extend`: the same rows, other columns.

use std::rc::Rc;

use super::Engine;
use crate::estate::kql::{
    ast::{Expr, Order, Pattern},
    bind::name::{Names, declared},
    error::QueryError,
    expr::{Bound, Op},
    relation::{Field, Relation, unresolved},
};

impl<'a> Engine<'a> {
    /// Computes expressions as new cells; a plain column costs nothing.
    fn computed(
        &self,
        bound: Vec<(Rc<str>, Bound<'a>)>,
        input: &mut Relation<'a>,
    ) -> Result<Vec<Field>, QueryError> {
        let mut fields = Vec::new();
        let mut columns = Vec::new();
        for (name, bound) in bound {
            match &bound.op {
                Op::Field(slot) => fields.push(Field { name, ty: bound.ty, slot: slot.clone() }),
                _ => {
                    fields.push(Field::cell(name, bound.ty, input.width + columns.len()));
                    columns.push(bound);
                }
            }
        }
        if columns.is_empty() {
            return Ok(fields);
        }
        self.cx.allocate(input.rows.len() * columns.len() * 24)?;
        for row in &mut input.rows {
            // The new cells are appended only when all are computed: each sees the row as it was.
            let cells = columns
                .iter()
                .map(|column| column.eval(row, &self.cx))
                .collect::<Result<Vec<_>, _>>()?;
            row.cells.extend(cells);
        }
        input.width += columns.len();
        Ok(fields)
    }

    pub(super) fn project(
        &self,
        exprs: &[Expr],
        mut input: Relation<'a>,
    ) -> Result<Relation<'a>, QueryError> {
        let mut names = Names::default();
        let mut bound = Vec::new();
        let binder = self.binder(&input.fields, "project");
        for expr in exprs {
            bound.push((names.of(expr), binder.bind(expr)?));
        }
        input.fields = self.computed(bound, &mut input)?;
        Ok(input)
    }

    pub(super) fn extend(
        &self,
        exprs: &[Expr],
        mut input: Relation<'a>,
    ) -> Result<Relation<'a>, QueryError> {
        // A later expression of one `extend` may use an earlier one.
        let mut names = Names::with(input.fields.iter().map(|field| Rc::clone(&field.name)));
        for expr in exprs {
            let name = declared(expr).map_or_else(|| names.of(expr), Rc::from);
            let bound = self.binder(&input.fields, "extend").bind(expr)?;
            for field in self.computed(vec![(name, bound)], &mut input)? {
                match input.find(&field.name).and_then(|at| input.fields.get_mut(at)) {
                    Some(existing) => *existing = field,
                    None => input.fields.push(field),
                }
            }
        }
        Ok(input)
    }

    pub(super) fn project_away(
        &self,
        patterns: &[Pattern],
        mut input: Relation<'a>,
    ) -> Result<Relation<'a>, QueryError> {
        check(patterns.iter(), &input, "project-away")?;
        input
            .fields
            .retain(|field| !patterns.iter().any(|pattern| fits(&pattern.name, &field.name)));
        Ok(input)
    }

    pub(super) fn project_keep(
        &self,
        patterns: &[Pattern],
        mut input: Relation<'a>,
    ) -> Result<Relation<'a>, QueryError> {
        check(patterns.iter(), &input, "project-keep")?;
        input
            .fields
            .retain(|field| patterns.iter().any(|pattern| fits(&pattern.name, &field.name)));
        Ok(input)
    }

    pub(super) fn project_rename(
        &self,
        pairs: &[(String, String)],
        mut input: Relation<'a>,
    ) -> Result<Relation<'a>, QueryError> {
        for (new, old) in pairs {
            let at = input.find(old).ok_or_else(|| unresolved(old, "project-rename"))?;
            if old != new && input.find(new).is_some() {
                return Err(QueryError::semantic(format!(
                    "'project-rename' operator: a column '{new}' exists already."
                )));
            }
            if let Some(field) = input.fields.get_mut(at) {
                field.name = new.as_str().into();
            }
        }
        Ok(input)
    }

    pub(super) fn project_reorder(
        &self,
        patterns: &[(Pattern, Option<Order>)],
        mut input: Relation<'a>,
    ) -> Result<Relation<'a>, QueryError> {
        check(patterns.iter().map(|(pattern, _)| pattern), &input, "project-reorder")?;
        let mut rest = std::mem::take(&mut input.fields);
        for (pattern, order) in patterns {
            let (mut chosen, others): (Vec<_>, Vec<_>) =
                rest.into_iter().partition(|field| fits(&pattern.name, &field.name));
            match order {
                Some(Order::Ascending) => chosen.sort_by(|a, b| a.name.cmp(&b.name)),
                Some(Order::Descending) => chosen.sort_by(|a, b| b.name.cmp(&a.name)),
                None => {}
            }
            input.fields.extend(chosen);
            rest = others;
        }
        input.fields.extend(rest);
        Ok(input)
    }
}

/// A plain name must be a column; a pattern may fit none.
fn check<'p>(
    patterns: impl Iterator<Item = &'p Pattern>,
    input: &Relation<'_>,
    operator: &'static str,
) -> Result<(), QueryError> {
    for pattern in patterns {
        if !pattern.name.contains('*') {
            input.require(&pattern.name, operator).map_err(|error| error.at(pattern.at))?;
        }
    }
    Ok(())
}

/// Whether a name has the form of a pattern in which `*` stands for any text. Each part is put
/// at the first place where it fits, which is as good as any: no backtracking.
fn fits(pattern: &str, name: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else {
        return pattern == name;
    };
    let (middle, last) = rest.rsplit_once('*').unwrap_or(("", rest));
    let inner = name.strip_prefix(first).and_then(|tail| tail.strip_suffix(last));
    let Some(mut inner) = inner else { return false };
    for part in middle.split('*') {
        let Some((_, after)) = inner.split_once(part) else {
            return false;
        };
        inner = after;
    }
    true
}
