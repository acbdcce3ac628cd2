//! `where`, `take`, `distinct`: fewer rows, the same columns.

use std::{collections::HashSet, rc::Rc};

use super::Engine;
use crate::estate::kql::{
    ast::{Expr, Node},
    error::QueryError,
    relation::{Relation, Row},
    value::convert,
};

impl<'a> Engine<'a> {
    pub(super) fn filter(
        &self,
        condition: &Expr,
        mut input: Relation<'a>,
    ) -> Result<Relation<'a>, QueryError> {
        let condition = self.binder(&input.fields, "where").condition(condition)?;
        let mut kept = Vec::new();
        for row in input.rows {
            if condition.eval(&row, &self.cx)?.is_true() {
                kept.push(row);
            }
        }
        input.rows = kept;
        Ok(input)
    }

    pub(super) fn take(
        &self,
        count: &Expr,
        mut input: Relation<'a>,
    ) -> Result<Relation<'a>, QueryError> {
        input.rows.truncate(self.row_count(count)?);
        Ok(input)
    }

    /// A number of rows, which cannot depend on a row.
    pub(super) fn row_count(&self, expr: &Expr) -> Result<usize, QueryError> {
        let bound = self.binder(&[], "take").bind(expr)?;
        let number = bound
            .as_const()
            .and_then(convert::long)
            .and_then(|number| usize::try_from(number).ok());
        number.ok_or_else(|| {
            QueryError::semantic("The number of rows must be a constant, not negative number.")
                .at(expr.at)
        })
    }

    pub(super) fn distinct(
        &self,
        exprs: &[Expr],
        mut input: Relation<'a>,
    ) -> Result<Relation<'a>, QueryError> {
        if !exprs.iter().any(|expr| expr.node == Node::Star) {
            input = self.project(exprs, input)?;
        }
        let names = input.fields.iter().map(|field| (Rc::clone(&field.name), field.ty)).collect();
        let mut seen = HashSet::new();
        for row in &input.rows {
            self.cx.spend(input.fields.len())?;
            self.cx.allocate(24)?;
            let values = input.values(row);
            if !seen.contains(&values) {
                seen.insert(values);
            }
        }
        let mut rows = Vec::new();
        for row in &input.rows {
            if let Some(values) = seen.take(&input.values(row)) {
                rows.push(Row::of_cells(values));
            }
        }
        Ok(Relation::of_cells(names, rows))
    }
}
