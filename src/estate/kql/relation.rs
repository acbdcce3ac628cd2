//! Rows on their way through a query. A row points at the table's object and carries only the
//! cells computed since, so that filtering and projecting copy nothing.

use std::rc::Rc;

use serde_json::{Map, Value as Json};

use super::{
    error::QueryError,
    value::{Text, Tree, Ty, Value, convert},
};

/// Where a column's value is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Slot {
    /// Under that key of the table's object.
    Base(Rc<str>),
    /// In that computed cell.
    Cell(usize),
}

/// A column of a relation.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Field {
    pub(crate) name: Rc<str>,
    pub(crate) ty: Ty,
    pub(crate) slot: Slot,
}

impl Field {
    pub(crate) fn cell(name: impl Into<Rc<str>>, ty: Ty, index: usize) -> Self {
        Self { name: name.into(), ty, slot: Slot::Cell(index) }
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Row<'a> {
    pub(crate) base: Option<&'a Map<String, Json>>,
    pub(crate) cells: Vec<Value<'a>>,
}

impl<'a> Row<'a> {
    pub(crate) fn of_cells(cells: Vec<Value<'a>>) -> Self {
        Self { base: None, cells }
    }

    pub(crate) fn get(&self, slot: &Slot, ty: Ty) -> Value<'a> {
        match slot {
            Slot::Cell(index) => self.cells.get(*index).cloned().unwrap_or_else(|| ty.absent()),
            Slot::Base(key) => self
                .base
                .and_then(|base| base.get(&**key))
                .map_or_else(|| ty.absent(), |json| read(json, ty)),
        }
    }

    pub(crate) fn field(&self, field: &Field) -> Value<'a> {
        self.get(&field.slot, field.ty)
    }
}

/// The value of a table's cell, in the type the table declares.
fn read(json: &Json, ty: Ty) -> Value<'_> {
    match (json, ty) {
        (Json::String(text), Ty::Text | Ty::Dynamic) => Value::Text(Text::Borrowed(text)),
        (Json::Array(_) | Json::Object(_), Ty::Dynamic) => Value::Tree(Tree::Borrowed(json)),
        _ => convert::convert(&Value::borrowed(json), ty),
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Relation<'a> {
    pub(crate) fields: Vec<Field>,
    pub(crate) rows: Vec<Row<'a>>,
    /// Cells in every row.
    pub(crate) width: usize,
}

impl<'a> Relation<'a> {
    /// A relation whose columns are all cells, in order.
    pub(crate) fn of_cells(names: Vec<(Rc<str>, Ty)>, rows: Vec<Row<'a>>) -> Self {
        let width = names.len();
        let fields = names
            .into_iter()
            .enumerate()
            .map(|(at, (name, ty))| Field::cell(name, ty, at))
            .collect();
        Self { fields, rows, width }
    }

    pub(crate) fn find(&self, name: &str) -> Option<usize> {
        self.fields.iter().position(|field| &*field.name == name)
    }

    pub(crate) fn require(&self, name: &str, operator: &str) -> Result<&Field, QueryError> {
        let found = self.fields.iter().find(|field| &*field.name == name);
        found.ok_or_else(|| unresolved(name, operator))
    }

    /// All values of a row, in the order of the columns.
    pub(crate) fn values(&self, row: &Row<'a>) -> Vec<Value<'a>> {
        self.fields.iter().map(|field| row.field(field)).collect()
    }

    /// Adds a computed cell as a column, in place of the column of that name if there is one.
    pub(crate) fn set_column(&mut self, name: &Rc<str>, ty: Ty, cell: usize) {
        let field = Field::cell(Rc::clone(name), ty, cell);
        match self.fields.iter_mut().find(|existing| existing.name == *name) {
            Some(existing) => *existing = field,
            None => self.fields.push(field),
        }
    }
}

pub(crate) fn unresolved(name: &str, operator: &str) -> QueryError {
    QueryError::unknown_name(format!(
        "'{operator}' operator: Failed to resolve column or scalar expression named '{name}'"
    ))
    .with_token(name)
}

/// A name that is not yet among `taken`: `name`, `name1`, `name2` …
pub(crate) fn unique<'n>(name: &str, taken: impl Fn(&str) -> bool + 'n) -> Rc<str> {
    if !taken(name) {
        return name.into();
    }
    (1_usize..)
        .map(|count| format!("{name}{count}"))
        .find(|next| !taken(next))
        .unwrap_or_default()
        .into()
}
