//! `mv-expand` and `mv-apply`: one row for each element of an array or property of a bag.

use std::rc::Rc;

use serde_json::{Map, Value as Json};

use super::Engine;
use crate::estate::kql::{
    ast::{Expand, Pipeline},
    bind::name::Names,
    error::QueryError,
    expr::Bound,
    relation::{Field, Relation, Row},
    value::{Tree, Ty, Value, convert},
};

/// What is expanded: the new columns, how to compute each, and how many rows at most.
struct Plan<'a> {
    columns: Vec<(Rc<str>, Bound<'a>, Ty)>,
    index: Option<Rc<str>>,
    bags_as_arrays: bool,
    limit: usize,
}

impl<'a> Engine<'a> {
    pub(super) fn expand(
        &self,
        expand: &Expand,
        mut input: Relation<'a>,
    ) -> Result<Relation<'a>, QueryError> {
        let plan = self.plan(expand, &input)?;
        let mut rows = Vec::new();
        for row in std::mem::take(&mut input.rows) {
            self.expand_row(&plan, &row, &mut rows)?;
        }
        input.rows = rows;
        plan.add_columns(&mut input);
        Ok(input)
    }

    fn plan(&self, expand: &Expand, input: &Relation<'a>) -> Result<Plan<'a>, QueryError> {
        let most = self.cx.limits.expansion_rows_max;
        let limit = expand.limit.unwrap_or(self.cx.limits.expansion_rows);
        if limit > most {
            return Err(QueryError::disallowed(format!(
                "'mv-expand' operator: the row limit {limit} is above {most}."
            )));
        }
        let mut names = Names::default();
        let mut columns = Vec::new();
        for (expr, ty) in &expand.columns {
            let bound = self.binder(&input.fields, "mv-expand").bind(expr)?;
            if bound.ty != Ty::Dynamic {
                let found = bound.ty.name();
                let message = format!(
                    "'mv-expand' operator: the expression must be of type dynamic, not {found}."
                );
                return Err(QueryError::semantic(message).at(expr.at));
            }
            columns.push((names.of(expr), bound, ty.unwrap_or(Ty::Dynamic)));
        }
        let index = expand.index.as_deref().map(Rc::from);
        Ok(Plan { columns, index, bags_as_arrays: expand.bags_as_arrays, limit })
    }

    fn expand_row(
        &self,
        plan: &Plan<'a>,
        row: &Row<'a>,
        rows: &mut Vec<Row<'a>>,
    ) -> Result<(), QueryError> {
        let mut lists = Vec::new();
        for (_, bound, ty) in &plan.columns {
            let value = bound.eval(row, &self.cx)?;
            let mut list = elements(&value, plan.bags_as_arrays);
            list.truncate(plan.limit);
            if *ty != Ty::Dynamic {
                list = list.iter().map(|item| convert::convert(item, *ty)).collect();
            }
            lists.push((list, ty.absent()));
        }
        let length = lists.iter().map(|(list, _)| list.len()).max().unwrap_or(0);
        for at in 0..length {
            self.cx.spend(lists.len())?;
            self.cx.allocate((row.cells.len() + lists.len() + 2) * 24)?;
            self.cx.check_rows(rows.len() + 1)?;
            let mut made = row.clone();
            if plan.index.is_some() {
                made.cells.push(Value::Long(i64::try_from(at).unwrap_or(i64::MAX)));
            }
            let items = lists.iter().map(|(list, absent)| list.get(at).unwrap_or(absent).clone());
            made.cells.extend(items);
            rows.push(made);
        }
        Ok(())
    }

    /// Runs `body` on the rows that each row expands to, and puts what it answers beside the row.
    pub(super) fn apply_to_each(
        &self,
        expand: &Expand,
        body: &Pipeline,
        input: &Relation<'a>,
    ) -> Result<Relation<'a>, QueryError> {
        let plan = self.plan(expand, input)?;
        let mut inner =
            Relation { fields: input.fields.clone(), rows: Vec::new(), width: input.width };
        plan.add_columns(&mut inner);
        let shape = self.pipeline(body, Some(inner.clone()))?;
        let outer: Vec<&Field> =
            input.fields.iter().filter(|field| shape.find(&field.name).is_none()).collect();
        let names = outer.iter().map(|field| (Rc::clone(&field.name), field.ty));
        let names = names
            .chain(shape.fields.iter().map(|field| (Rc::clone(&field.name), field.ty)))
            .collect();
        let mut rows = Vec::new();
        for row in &input.rows {
            let mut given = Relation { rows: Vec::new(), ..inner.clone() };
            self.expand_row(&plan, row, &mut given.rows)?;
            let answer = self.pipeline(body, Some(given))?;
            for found in &answer.rows {
                self.cx.spend(outer.len() + answer.fields.len())?;
                self.cx.check_rows(rows.len() + 1)?;
                let mut cells: Vec<Value<'a>> =
                    outer.iter().map(|field| row.field(field)).collect();
                cells.extend(answer.values(found));
                rows.push(Row::of_cells(cells));
            }
        }
        Ok(Relation::of_cells(names, rows))
    }
}

impl Plan<'_> {
    /// Adds the columns of the cells that `expand_row` appends.
    fn add_columns(&self, relation: &mut Relation<'_>) {
        if let Some(index) = &self.index {
            relation.set_column(index, Ty::Long, relation.width);
            relation.width += 1;
        }
        for (name, _, ty) in &self.columns {
            relation.set_column(name, *ty, relation.width);
            relation.width += 1;
        }
    }
}

/// Elements of an array, properties of a bag, or the value itself; a null where there is none.
fn elements<'a>(value: &Value<'a>, bags_as_arrays: bool) -> Vec<Value<'a>> {
    let made = match value {
        Value::Tree(Tree::Borrowed(Json::Array(items))) => {
            items.iter().map(Value::borrowed).collect()
        }
        Value::Tree(tree) => match &**tree {
            Json::Array(items) => items.iter().map(|item| Value::owned(item.clone())).collect(),
            Json::Object(bag) => {
                bag.iter().map(|(key, item)| property(key, item, bags_as_arrays)).collect()
            }
            _ => Vec::new(),
        },
        scalar => vec![scalar.clone()],
    };
    if made.is_empty() { vec![Value::Null] } else { made }
}

fn property(key: &str, item: &Json, as_array: bool) -> Value<'static> {
    if as_array {
        return Value::owned(Json::Array(vec![Json::from(key), item.clone()]));
    }
    Value::owned(Json::Object(Map::from_iter([(key.to_owned(), item.clone())])))
}
