//! `join` and `lookup`.

use std::{
    collections::{HashMap, HashSet},
    rc::Rc,
};

use super::Engine;
use crate::estate::kql::{
    ast::{Join, JoinKind, On},
    error::QueryError,
    relation::{Field, Relation, Row, unique},
    value::{Ty, Value},
};

/// The rows of one side by key; rows with a null in the key match nothing.
type Index<'a> = HashMap<Vec<Value<'a>>, Vec<usize>>;

impl<'a> Engine<'a> {
    pub(super) fn join(
        &self,
        join: &Join,
        mut left: Relation<'a>,
    ) -> Result<Relation<'a>, QueryError> {
        let right = self.pipeline(&join.right, None)?;
        let keys = keys(&join.on, &left, &right)?;
        let (left_keys, right_keys): (Vec<Field>, Vec<Field>) = keys.into_iter().unzip();
        match join.kind {
            JoinKind::LeftSemi | JoinKind::LeftAnti => {
                let known = self.index(&right, &right_keys)?;
                return Ok(filtered(left, &left_keys, &known, join.kind == JoinKind::LeftSemi));
            }
            JoinKind::RightSemi | JoinKind::RightAnti => {
                let known = self.index(&left, &left_keys)?;
                return Ok(filtered(right, &right_keys, &known, join.kind == JoinKind::RightSemi));
            }
            JoinKind::InnerUnique => {
                left.rows = first_of_each(std::mem::take(&mut left.rows), &left_keys);
            }
            JoinKind::Inner | JoinKind::LeftOuter | JoinKind::RightOuter | JoinKind::FullOuter => {}
        }
        let index = self.index(&right, &right_keys)?;
        let dropped: &[Field] = if join.lookup { &right_keys } else { &[] };
        let rows = self.matched(join.kind, (&left, &left_keys), (&right, &index))?;
        Ok(Relation {
            fields: fields(&left, &right, dropped),
            rows,
            width: left.width + right.fields.len(),
        })
    }

    fn index(&self, relation: &Relation<'a>, keys: &[Field]) -> Result<Index<'a>, QueryError> {
        self.cx.spend(relation.rows.len())?;
        self.cx.allocate(relation.rows.len() * (keys.len() + 2) * 24)?;
        let mut index = Index::new();
        for (at, row) in relation.rows.iter().enumerate() {
            if let Some(key) = key_of(row, keys) {
                index.entry(key).or_default().push(at);
            }
        }
        Ok(index)
    }

    /// A left row keeps its base and cells and gets the right row's values as further cells.
    fn matched(
        &self,
        kind: JoinKind,
        (left, left_keys): (&Relation<'a>, &[Field]),
        (right, index): (&Relation<'a>, &Index<'a>),
    ) -> Result<Vec<Row<'a>>, QueryError> {
        let keep_left = matches!(kind, JoinKind::LeftOuter | JoinKind::FullOuter);
        let keep_right = matches!(kind, JoinKind::RightOuter | JoinKind::FullOuter);
        let mut seen = HashSet::new();
        let mut rows = Vec::new();
        for row in &left.rows {
            let found = key_of(row, left_keys).and_then(|key| index.get(&key));
            for at in found.into_iter().flatten() {
                if keep_right {
                    seen.insert(*at);
                }
                let values = right.rows.get(*at).map(|row| right.values(row)).unwrap_or_default();
                self.push(&mut rows, row, values)?;
            }
            if found.is_none() && keep_left {
                self.push(
                    &mut rows,
                    row,
                    right.fields.iter().map(|field| field.ty.absent()).collect(),
                )?;
            }
        }
        let nothing = Row::of_cells(absent_cells(left));
        let unmatched =
            right.rows.iter().enumerate().filter(|(at, _)| keep_right && !seen.contains(at));
        for (_, row) in unmatched {
            self.push(&mut rows, &nothing, right.values(row))?;
        }
        Ok(rows)
    }

    fn push(
        &self,
        rows: &mut Vec<Row<'a>>,
        left: &Row<'a>,
        right: Vec<Value<'a>>,
    ) -> Result<(), QueryError> {
        self.cx.spend(right.len())?;
        self.cx.allocate((left.cells.len() + right.len() + 1) * 24)?;
        self.cx.check_rows(rows.len() + 1)?;
        let mut row = left.clone();
        row.cells.extend(right);
        rows.push(row);
        Ok(())
    }
}

fn keys(
    on: &[On],
    left: &Relation<'_>,
    right: &Relation<'_>,
) -> Result<Vec<(Field, Field)>, QueryError> {
    let mut keys = Vec::new();
    for condition in on {
        let pair = left.require(&condition.left, "join").and_then(|left| {
            let right = right.require(&condition.right, "join")?;
            check(left)?;
            check(right)?;
            if left.ty != right.ty && !(left.ty.is_number() && right.ty.is_number()) {
                return Err(QueryError::semantic(format!(
                    "join: the keys '{}' ({}) and '{}' ({}) have different types. Please use an explicit cast.",
                    left.name, left.ty.name(), right.name, right.ty.name()
                )));
            }
            Ok((left.clone(), right.clone()))
        });
        keys.push(pair.map_err(|error| error.at(condition.at))?);
    }
    Ok(keys)
}

fn check(key: &Field) -> Result<(), QueryError> {
    if key.ty != Ty::Dynamic {
        return Ok(());
    }
    let message = format!(
        "join key '{}' is of a 'dynamic' type. Please use an explicit cast using extend operator in the join legs (for example, '... | extend {} = tostring({}) | join (... ) on {}').",
        key.name, key.name, key.name, key.name
    );
    Err(QueryError::semantic(message).with_token(&key.name))
}

fn key_of<'a>(row: &Row<'a>, keys: &[Field]) -> Option<Vec<Value<'a>>> {
    keys.iter().map(|key| Some(row.field(key)).filter(|value| !value.is_null())).collect()
}

fn filtered<'a>(
    mut relation: Relation<'a>,
    keys: &[Field],
    known: &Index<'a>,
    wanted: bool,
) -> Relation<'a> {
    relation
        .rows
        .retain(|row| key_of(row, keys).is_some_and(|key| known.contains_key(&key)) == wanted);
    relation
}

fn first_of_each<'a>(rows: Vec<Row<'a>>, keys: &[Field]) -> Vec<Row<'a>> {
    let mut seen = HashSet::new();
    rows.into_iter().filter(|row| key_of(row, keys).is_some_and(|key| seen.insert(key))).collect()
}

/// Left columns as they are, right ones behind the left's cells, renamed where the name is taken.
fn fields(left: &Relation<'_>, right: &Relation<'_>, dropped: &[Field]) -> Vec<Field> {
    let mut fields = left.fields.clone();
    for (at, field) in right.fields.iter().enumerate() {
        if dropped.contains(field) {
            continue;
        }
        let name: Rc<str> =
            unique(&field.name, |name| fields.iter().any(|known| *known.name == *name));
        fields.push(Field::cell(name, field.ty, left.width + at));
    }
    fields
}

/// Cells of a left row that does not exist.
fn absent_cells<'a>(left: &Relation<'a>) -> Vec<Value<'a>> {
    let mut cells = vec![Value::Null; left.width];
    for field in &left.fields {
        if let crate::estate::kql::relation::Slot::Cell(at) = field.slot
            && let Some(cell) = cells.get_mut(at)
        {
            *cell = field.ty.absent();
        }
    }
    cells
}
