//! Where rows come from: tables, `print`, `range`, `datatable`.

use std::rc::Rc;

use super::Engine;
use crate::estate::kql::{
    ast::{Expr, Pipeline, Source},
    bind::name::{Names, inferred},
    error::QueryError,
    functions,
    relation::{Field, Relation, Row, Slot},
    value::{Ty, convert},
};

impl<'a> Engine<'a> {
    pub(super) fn source(
        &self,
        source: &Source,
        given: Option<Relation<'a>>,
    ) -> Result<Relation<'a>, QueryError> {
        match source {
            Source::Table { name, at } => self.table(name).map_err(|error| error.at(*at)),
            Source::Nested(pipeline) => self.pipeline(pipeline, None),
            Source::Union(union) => self.union(union, None),
            Source::Print(exprs) => self.print(exprs),
            Source::Range { name, from, to, step } => self.range(name, (from, to), step),
            Source::Datatable { columns, values } => self.datatable(columns, values),
            Source::Given => given.ok_or_else(|| QueryError::semantic("There are no rows here.")),
        }
    }

    /// A relation defined by `let` or `as`, or a table.
    fn table(&self, name: &str) -> Result<Relation<'a>, QueryError> {
        if let Some(relation) = self.tabular(name) {
            return relation;
        }
        let table =
            self.snapshot.tables.get(name).ok_or_else(|| QueryError::unknown_table(name))?;
        let fields = table.columns.iter().map(|column| {
            let name: Rc<str> = column.name.as_str().into();
            Field { name: Rc::clone(&name), ty: column.kind.ty(), slot: Slot::Base(name) }
        });
        self.cx.check_rows(table.rows.len())?;
        let rows =
            table.rows.iter().map(|row| Row { base: Some(row), cells: Vec::new() }).collect();
        Ok(Relation { fields: fields.collect(), rows, width: 0 })
    }

    /// What a leg of a `union` is called in its `withsource` column.
    pub(super) fn leg_name(pipeline: &Pipeline, at: usize) -> String {
        match &pipeline.source {
            Source::Table { name, .. } if pipeline.operators.is_empty() => name.clone(),
            _ => format!("union_arg{at}"),
        }
    }

    fn print(&self, exprs: &[Expr]) -> Result<Relation<'a>, QueryError> {
        let mut names = Names::default();
        let (mut columns, mut cells) = (Vec::new(), Vec::new());
        for (at, expr) in exprs.iter().enumerate() {
            let bound = self.binder(&[], "print").bind(expr)?;
            let name = names.take(&inferred(expr).unwrap_or_else(|| format!("print_{at}")));
            columns.push((name, bound.ty));
            cells.push(bound.eval(&Row::of_cells(Vec::new()), &self.cx)?);
        }
        Ok(Relation::of_cells(columns, vec![Row::of_cells(cells)]))
    }

    fn range(
        &self,
        name: &str,
        (from, to): (&Expr, &Expr),
        step: &Expr,
    ) -> Result<Relation<'a>, QueryError> {
        let binder = self.binder(&[], "range");
        let [from, to, step] = [binder.bind(from)?, binder.bind(to)?, binder.bind(step)?];
        let ty = from.ty;
        let [Some(from), Some(to), Some(step)] = [from.as_const(), to.as_const(), step.as_const()]
        else {
            return Err(QueryError::semantic("range: from, to and step must be constants."));
        };
        let values = functions::sequence(&self.cx, (from, to), step)?
            .ok_or_else(|| QueryError::semantic("range: from, to and step must be of one type."))?;
        let rows = values.into_iter().map(|value| Row::of_cells(vec![value])).collect();
        Ok(Relation::of_cells(vec![(name.into(), ty)], rows))
    }

    fn datatable(
        &self,
        columns: &[(String, Ty)],
        values: &[Expr],
    ) -> Result<Relation<'a>, QueryError> {
        let binder = self.binder(&[], "datatable");
        let mut rows = Vec::new();
        for row in values.chunks(columns.len().max(1)) {
            let mut cells = Vec::new();
            for (value, (_, ty)) in row.iter().zip(columns) {
                let bound = binder.bind(value)?;
                let constant = bound
                    .as_const()
                    .ok_or_else(|| QueryError::semantic("datatable: not a constant."))?;
                cells.push(convert::convert(constant, *ty));
            }
            rows.push(Row::of_cells(cells));
        }
        let names = columns.iter().map(|(name, ty)| (name.as_str().into(), *ty)).collect();
        Ok(Relation::of_cells(names, rows))
    }
}
