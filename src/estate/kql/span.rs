//! What a query asks of the instants of its rows, and which words it uses: short cuts for whoever
//! makes rows lazily. Knows no table.

use std::{collections::BTreeSet, sync::Arc};

use jiff::Timestamp;

use super::{
    ast::{Compare, Expr, Node, Operator, Program},
    value::time,
};

/// The instant that an expression always is, in ticks; `None` where it depends on a row.
pub(super) type Constants<'c> = &'c dyn Fn(&Expr) -> Option<i64>;

/// From one instant to another, in ticks, both included; open where nothing is said.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Span {
    from: Option<i64>,
    to: Option<i64>,
}

impl Span {
    /// The path and the span that a condition asks for.
    pub(super) fn of(condition: &Expr, constants: Constants<'_>) -> Option<(String, Self)> {
        match &condition.node {
            Node::Compare(op, a, b) => {
                let read = |column: &Expr, value: &Expr| Some((name(column)?, constants(value)?));
                let plain = read(a, b).map(|(path, at)| (path, *op, at));
                plain
                    .or_else(|| read(b, a).map(|(path, at)| (path, turned(*op), at)))
                    .and_then(|(path, op, at)| Some((path, Self::beside(op, at)?)))
            }
            Node::Between { negated: false, value, from, to } => {
                let path = name(value)?;
                let from = constants(from);
                let end = match &to.node {
                    Node::Span(ticks) => from.and_then(|from| from.checked_add(*ticks)),
                    _ => constants(to),
                };
                Some((path, Self { from, to: end }))
            }
            _ => None,
        }
    }

    const fn beside(op: Compare, at: i64) -> Option<Self> {
        Some(match op {
            Compare::Less | Compare::LessOrEqual => Self { from: None, to: Some(at) },
            Compare::Greater | Compare::GreaterOrEqual => Self { from: Some(at), to: None },
            Compare::Equal => Self { from: Some(at), to: Some(at) },
            Compare::NotEqual | Compare::Alike | Compare::Unalike => return None,
        })
    }

    /// What is in both.
    pub(super) fn and(self, other: Self) -> Self {
        let both = |a: Option<i64>, b, pick: fn(i64, i64) -> i64| match (a, b) {
            (Some(a), Some(b)) => Some(pick(a, b)),
            (one, other) => one.or(other),
        };
        Self { from: both(self.from, other.from, i64::max), to: both(self.to, other.to, i64::min) }
    }

    /// What is in either, and between them.
    pub(super) fn or(self, other: Self) -> Self {
        let from = self.from.zip(other.from).map(|(a, b)| a.min(b));
        Self { from, to: self.to.zip(other.to).map(|(a, b)| a.max(b)) }
    }

    /// Both ends as instants.
    pub(super) fn instants(&self) -> (Option<Timestamp>, Option<Timestamp>) {
        let instant = |ticks: i64| {
            let nanoseconds = i128::from(ticks - time::UNIX_EPOCH) * 100;
            Timestamp::from_nanosecond(nanoseconds).ok()
        };
        (self.from.and_then(instant), self.to.and_then(instant))
    }
}

fn name(expr: &Expr) -> Option<String> {
    match &expr.node {
        Node::Name(name) => Some(name.clone()),
        _ => None,
    }
}

/// The comparison with its sides exchanged.
const fn turned(op: Compare) -> Compare {
    match op {
        Compare::Less => Compare::Greater,
        Compare::LessOrEqual => Compare::GreaterOrEqual,
        Compare::Greater => Compare::Less,
        Compare::GreaterOrEqual => Compare::LessOrEqual,
        other => other,
    }
}

/// The words of a query whose answer is made of columns that it names, sorted; `None` where a
/// column may be answered that stands nowhere in the text.
pub(super) fn used_words(query: &str, program: &Program) -> Option<Arc<[String]>> {
    if query.contains('*') || ["pack_all", "getschema"].iter().any(|word| query.contains(word)) {
        return None;
    }
    let narrows = |operator: &Operator| {
        matches!(
            operator,
            Operator::Project(_)
                | Operator::Summarize { .. }
                | Operator::Distinct(_)
                | Operator::Count(_)
                | Operator::SampleDistinct { .. }
        )
    };
    let adds = |operator: &Operator| matches!(operator, Operator::Join(_) | Operator::Union(_));
    let operators = &program.body.operators;
    let last = operators.iter().rposition(|operator| narrows(&operator.node))?;
    let later = operators.get(last..).unwrap_or_default();
    if later.iter().any(|operator| adds(&operator.node)) {
        return None;
    }
    let words = query.split(|ch: char| !(ch.is_alphanumeric() || ch == '_'));
    let words: BTreeSet<String> =
        words.filter(|word| !word.is_empty()).map(str::to_owned).collect();
    Some(words.into_iter().collect())
}
