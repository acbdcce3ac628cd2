//! `union`: rows of several relations under one set of columns.

use std::rc::Rc;

use super::Engine;
use crate::estate::kql::{
    ast::Union,
    error::{ErrorKind, QueryError},
    relation::{Relation, Row},
    value::{Ty, Value},
};

impl<'a> Engine<'a> {
    pub(super) fn union(
        &self,
        union: &Union,
        input: Option<Relation<'a>>,
    ) -> Result<Relation<'a>, QueryError> {
        let mut legs = Vec::new();
        if let Some(input) = input {
            legs.push(("union_arg0".to_owned(), input));
        }
        for leg in &union.legs {
            match self.pipeline(leg, None) {
                Ok(rows) => legs.push((Self::leg_name(leg, legs.len()), rows)),
                Err(error) if union.fuzzy && error.kind == ErrorKind::UnknownTable => {}
                Err(error) => return Err(error),
            }
        }
        if let (true, Some(first)) = (legs.is_empty(), union.legs.first()) {
            // As with an exact union: nothing that it names exists.
            self.pipeline(first, None)?;
        }
        let columns = columns(&legs, union.inner);
        let source = union.source_column.as_deref();
        let rows: usize = legs.iter().map(|(_, leg)| leg.rows.len()).sum();
        self.cx.check_rows(rows)?;
        self.cx.allocate(rows * (columns.len() + 1) * 24)?;
        let mut made = Vec::new();
        for (name, leg) in &legs {
            let places: Vec<_> = columns.iter().map(|column| column.field_in(leg)).collect();
            for row in &leg.rows {
                self.cx.spend(places.len())?;
                let mut cells: Vec<Value<'a>> =
                    source.iter().map(|_| Value::text(name.as_str())).collect();
                cells.extend(places.iter().zip(&columns).map(|(place, column)| {
                    place.map_or_else(|| column.ty.absent(), |field| row.field(field))
                }));
                made.push(Row::of_cells(cells));
            }
        }
        let names = source.map(|name| (name.into(), Ty::Text));
        let names =
            names.into_iter().chain(columns.into_iter().map(|column| (column.shown, column.ty)));
        Ok(Relation::of_cells(names.collect(), made))
    }
}

struct Column {
    name: Rc<str>,
    ty: Ty,
    /// Its name in the answer: with its type if another leg has another type under that name.
    shown: Rc<str>,
}

impl Column {
    fn field_in<'r>(
        &self,
        leg: &'r Relation<'_>,
    ) -> Option<&'r crate::estate::kql::relation::Field> {
        leg.fields.iter().find(|field| field.name == self.name && field.ty == self.ty)
    }
}

fn columns(legs: &[(String, Relation<'_>)], inner: bool) -> Vec<Column> {
    let mut columns: Vec<Column> = Vec::new();
    for field in legs.iter().flat_map(|(_, leg)| &leg.fields) {
        if !columns.iter().any(|column| column.name == field.name && column.ty == field.ty) {
            columns.push(Column {
                name: Rc::clone(&field.name),
                ty: field.ty,
                shown: Rc::clone(&field.name),
            });
        }
    }
    if inner {
        columns.retain(|column| legs.iter().all(|(_, leg)| column.field_in(leg).is_some()));
    }
    let names: Vec<Rc<str>> = columns.iter().map(|column| Rc::clone(&column.name)).collect();
    for column in &mut columns {
        if names.iter().filter(|name| **name == column.name).count() > 1 {
            column.shown = format!("{}_{}", column.name, column.ty.name()).into();
        }
    }
    columns
}
