//! `sort`, `order` and `top`.

use super::Engine;
use crate::estate::kql::{
    ast::{Expr, Key, Nulls, Order},
    error::QueryError,
    relation::Relation,
    value::{Ordering, Value, convert, total_order},
};

impl<'a> Engine<'a> {
    /// Rows that are equal by all keys stay in the order in which they came.
    pub(super) fn sort(
        &self,
        keys: &[Key],
        mut input: Relation<'a>,
    ) -> Result<Relation<'a>, QueryError> {
        let binder = self.binder(&input.fields, "order");
        let bound = keys.iter().map(|key| binder.bind(&key.expr)).collect::<Result<Vec<_>, _>>()?;
        self.cx.spend(input.rows.len().saturating_mul(8))?;
        self.cx.allocate(input.rows.len() * (keys.len() + 1) * 24)?;
        let mut keyed = Vec::new();
        for row in input.rows {
            let values = bound
                .iter()
                .map(|key| self.sort_key(key.eval(&row, &self.cx)?))
                .collect::<Result<Vec<_>, _>>()?;
            keyed.push((values, row));
        }
        keyed.sort_by(|(a, _), (b, _)| {
            let orders = a.iter().zip(b).zip(keys).map(|((a, b), key)| by_key(a, b, key));
            orders.fold(Ordering::Equal, Ordering::then)
        });
        input.rows = keyed.into_iter().map(|(_, row)| row).collect();
        Ok(input)
    }

    /// Arrays and bags are ordered by their text, which is made once.
    fn sort_key(&self, value: Value<'a>) -> Result<Value<'a>, QueryError> {
        match value {
            Value::Tree(_) => self.cx.keep(Value::Text(convert::text(&value))),
            other => Ok(other),
        }
    }

    pub(super) fn top(
        &self,
        count: &Expr,
        by: &[Key],
        input: Relation<'a>,
    ) -> Result<Relation<'a>, QueryError> {
        let count = self.row_count(count)?;
        let mut sorted = self.sort(by, input)?;
        sorted.rows.truncate(count);
        Ok(sorted)
    }
}

fn by_key(a: &Value<'_>, b: &Value<'_>, key: &Key) -> Ordering {
    let null_first = if key.nulls == Nulls::First { Ordering::Less } else { Ordering::Greater };
    match (a.is_null(), b.is_null()) {
        (true, true) => Ordering::Equal,
        (true, false) => null_first,
        (false, true) => null_first.reverse(),
        (false, false) if key.order == Order::Ascending => total_order(a, b),
        (false, false) => total_order(b, a),
    }
}
