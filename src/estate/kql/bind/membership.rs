//! `in`, `!in`, `in~`, `!in~` and the lists of `has_any`.

use std::{collections::HashSet, rc::Rc};

use super::{Answer, Binder};
use crate::estate::kql::{
    ast::{Expr, Node},
    error::QueryError,
    expr::{Bound, Op, folded},
    value::{Ty, Value},
};

impl<'a> Binder<'_, 'a> {
    pub(super) fn membership(
        &self,
        (negated, fold): (bool, bool),
        value: &Expr,
        list: &[Expr],
    ) -> Answer<'a> {
        let mut value = self.bind(value)?;
        let list = self.members(list)?;
        if list.iter().any(|item| item.as_const().is_none()) {
            let op = Op::InList { negated, fold, value: Box::new(value), list };
            return Ok(Bound { ty: Ty::Bool, op });
        }
        let mut set = HashSet::new();
        for item in list.iter().filter_map(Bound::as_const) {
            match item.array() {
                Some(items) => {
                    set.extend(items.iter().map(|json| folded(Value::owned(json.clone()), fold)));
                }
                None => {
                    set.insert(folded(item.clone(), fold));
                }
            }
        }
        set.remove(&Value::Null);
        let textual = !set.is_empty() && set.iter().all(|item| matches!(item, Value::Text(_)));
        if value.ty == Ty::Dynamic && textual {
            value = Bound { ty: Ty::Text, op: Op::Comparable(Box::new(value)) };
        }
        self.folded(Bound {
            ty: Ty::Bool,
            op: Op::InSet { negated, fold, value: Box::new(value), set: Rc::new(set) },
        })
    }

    /// The items of a list; a query among them is the values of its first column.
    pub(super) fn members(&self, list: &[Expr]) -> Result<Vec<Bound<'a>>, QueryError> {
        let mut members = Vec::new();
        for item in list {
            let column = match &item.node {
                Node::Query(pipeline) => Some(self.engine.first_column(pipeline)?),
                Node::Name(name) if !self.fields.iter().any(|field| *field.name == **name) => {
                    self.engine.first_column_of(name)?
                }
                _ => None,
            };
            match column {
                Some(values) => members.extend(values),
                None => members.push(self.bind(item)?),
            }
        }
        Ok(members)
    }
}
