//! `summarize`: groups of rows to one row each.

use std::{
    cell::RefCell,
    collections::{HashMap, hash_map::Entry},
    rc::Rc,
};

use super::Engine;
use crate::estate::kql::{
    aggregate::{self, Aggregate, State},
    ast::Expr,
    bind::{
        Binder, Collector,
        name::{Names, declared},
    },
    error::QueryError,
    expr::{Bound, Op},
    relation::{Field, Relation, Row, Slot},
    value::{Ty, Value},
};

/// An output column: an expression over the cells of keys and finished aggregates.
type Columns<'a> = Vec<(Rc<str>, Bound<'a>)>;

impl<'a> Engine<'a> {
    pub(super) fn summarize(
        &self,
        items: &[Expr],
        by: &[Expr],
        input: &Relation<'a>,
    ) -> Result<Relation<'a>, QueryError> {
        let mut names = Names::default();
        let keys = self.keys(by, &input.fields, &mut names)?;
        let (columns, aggregates) = self.aggregates(items, &input.fields, &keys, &mut names)?;
        let groups = self.grouped(&keys, &aggregates, input)?;
        self.answer(keys, columns, groups)
    }

    fn keys(
        &self,
        by: &[Expr],
        fields: &[Field],
        names: &mut Names,
    ) -> Result<Columns<'a>, QueryError> {
        let binder = self.binder(fields, "summarize");
        let mut keys = Vec::new();
        for expr in by {
            let (name, bound) = (names.of(expr), binder.bind(expr)?);
            if bound.ty == Ty::Dynamic {
                return Err(QueryError::semantic(format!(
                    "Summarize group key '{name}' is of a 'dynamic' type. Please use an explicit cast (for example, \
                     'summarize ... by tostring({name})') as grouping by a 'dynamic' type is not supported."
                ))
                .with_token(&name)
                .at(expr.at));
            }
            keys.push((name, bound));
        }
        Ok(keys)
    }

    fn aggregates(
        &self,
        items: &[Expr],
        fields: &[Field],
        keys: &Columns<'a>,
        names: &mut Names,
    ) -> Result<(Columns<'a>, Vec<Aggregate<'a>>), QueryError> {
        let collector = Collector { first: keys.len(), found: RefCell::default() };
        let inner = self.binder(fields, "summarize");
        let outer = Binder { collector: Some(&collector), ..self.binder(fields, "summarize") };
        let by: Vec<Rc<str>> = keys.iter().map(|(name, _)| Rc::clone(name)).collect();
        let mut columns = Vec::new();
        for item in items {
            if !aggregate::is_several(item) {
                let name = match declared(item) {
                    Some(name) => names.take(name),
                    None => names.of(item),
                };
                columns.push((name, outer.bind(item)?));
                continue;
            }
            for (name, made) in
                aggregate::bind_several(&inner, item, &by).map_err(|error| error.at(item.at))?
            {
                let ty = made.ty;
                let mut found = collector.found.borrow_mut();
                found.push(made);
                let slot = Slot::Cell(collector.first + found.len() - 1);
                columns.push((names.take(&name), Bound { ty, op: Op::Field(slot) }));
            }
        }
        Ok((columns, collector.found.into_inner()))
    }

    /// The cells of each group: its keys, then its finished aggregates.
    fn grouped(
        &self,
        keys: &Columns<'a>,
        aggregates: &[Aggregate<'a>],
        input: &Relation<'a>,
    ) -> Result<Vec<Vec<Value<'a>>>, QueryError> {
        let fresh = || aggregates.iter().map(State::of).collect::<Vec<_>>();
        let mut places: HashMap<Vec<Value<'a>>, usize> = HashMap::new();
        let mut states: Vec<Vec<State<'a>>> = Vec::new();
        if keys.is_empty() {
            places.insert(Vec::new(), 0);
            states.push(fresh());
        }
        for row in &input.rows {
            let values = keys
                .iter()
                .map(|(_, key)| key.eval(row, &self.cx))
                .collect::<Result<Vec<_>, _>>()?;
            let place = match places.entry(values) {
                Entry::Occupied(known) => *known.get(),
                Entry::Vacant(new) => {
                    self.cx.allocate((keys.len() + aggregates.len()) * 64)?;
                    states.push(fresh());
                    *new.insert(states.len() - 1)
                }
            };
            for (aggregate, state) in
                aggregates.iter().zip(states.get_mut(place).into_iter().flatten())
            {
                aggregate.step(state, row, &self.cx)?;
            }
        }
        let mut groups: Vec<(Vec<Value<'a>>, usize)> = places.into_iter().collect();
        groups.sort_by_key(|(_, place)| *place);
        let finished = groups.into_iter().zip(states).map(|((mut cells, _), states)| {
            cells.extend(states.into_iter().map(State::finish));
            cells
        });
        Ok(finished.collect())
    }

    fn answer(
        &self,
        keys: Columns<'a>,
        columns: Columns<'a>,
        groups: Vec<Vec<Value<'a>>>,
    ) -> Result<Relation<'a>, QueryError> {
        let mut rows = Vec::new();
        for cells in groups {
            let group = Row::of_cells(cells);
            let mut cells: Vec<Value<'a>> = group.cells.iter().take(keys.len()).cloned().collect();
            for (_, column) in &columns {
                let value = column.eval(&group, &self.cx)?;
                cells.push(self.cx.keep(value)?);
            }
            rows.push(Row::of_cells(cells));
        }
        let names = keys.into_iter().chain(columns).map(|(name, bound)| (name, bound.ty)).collect();
        Ok(Relation::of_cells(names, rows))
    }
}
