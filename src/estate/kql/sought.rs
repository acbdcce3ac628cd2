//! What a query asks of a table's rows before anything else happens to them: the texts that a
//! column or a path must be, by the `where`s that stand right behind the table.
//!
//! Owns the reading of these conditions, for whoever makes rows: one that would be dropped at once
//! need not be made. It must not know what the tables hold. Only short cuts: a condition that is
//! not understood asks nothing, and rows that are made all the same do no harm.

use std::{collections::HashMap, sync::Arc};

use jiff::Timestamp;

use super::{
    ast::{Compare, Expr, Node, Operator, Pipeline, Program, Source},
    parser::caps,
    span::{Constants, Span, used_words},
    text,
};

/// The texts that rows must have at some paths, and when they must be of; at every other path
/// they may have anything.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sought {
    texts: HashMap<String, Vec<String>>,
    spans: HashMap<String, Span>,
    /// The words of a query that names every column it uses.
    words: Option<Arc<[String]>>,
}

impl Sought {
    /// Whether a row that has `value` at `path` can matter. Paths are dotted, as in
    /// `properties.status.code`, and case-sensitive.
    #[must_use]
    pub fn admits(&self, path: &str, value: &str) -> bool {
        self.texts.get(path).is_none_or(|texts| texts.iter().any(|one| text::alike(one, value)))
    }

    /// The first and the last instant at `path` that can matter, both included.
    #[must_use]
    pub fn between(&self, path: &str) -> (Option<Timestamp>, Option<Timestamp>) {
        self.spans.get(path).map_or((None, None), Span::instants)
    }

    /// Whether the query can see a column at all.
    #[must_use]
    pub fn uses(&self, column: &str) -> bool {
        self.words
            .as_ref()
            .is_none_or(|words| words.binary_search_by(|word| word.as_str().cmp(column)).is_ok())
    }

    /// What both ask at least.
    fn or(mut self, mut other: Self) -> Self {
        self.texts.retain(|path, texts| match other.texts.remove(path) {
            Some(more) => {
                texts.extend(more);
                true
            }
            None => false,
        });
        self.spans.retain(|path, span| match other.spans.remove(path) {
            Some(more) => {
                *span = span.or(more);
                true
            }
            None => false,
        });
        self
    }

    /// What either asks: where both ask something of one path, one of them is enough.
    fn and(mut self, other: Self) -> Self {
        for (path, texts) in other.texts {
            self.texts.entry(path).or_insert(texts);
        }
        for (path, more) in other.spans {
            let span = self.spans.entry(path).or_default();
            *span = span.and(more);
        }
        self
    }
}

/// What a query asks of each table it names, by the name as it is written.
pub(crate) fn by_table(
    (query, program): (&str, &Program),
    constants: Constants<'_>,
) -> HashMap<String, Sought> {
    let mut tables: HashMap<String, Sought> = HashMap::new();
    caps::walk(program, &mut |pipeline| {
        let Source::Table { name, .. } = &pipeline.source else { return };
        let sought = first(pipeline, constants);
        let sought = match tables.remove(name) {
            Some(known) => known.or(sought),
            None => sought,
        };
        tables.insert(name.clone(), sought);
    });
    let words = used_words(query, program);
    for sought in tables.values_mut() {
        sought.words.clone_from(&words);
    }
    tables
}

/// The conditions before any other operator.
fn first(pipeline: &Pipeline, constants: Constants<'_>) -> Sought {
    let conditions = pipeline.operators.iter().map_while(|operator| match &operator.node {
        Operator::Where(condition) => Some(condition),
        _ => None,
    });
    conditions.map(|one| of(one, constants)).fold(Sought::default(), Sought::and)
}

fn of(condition: &Expr, constants: Constants<'_>) -> Sought {
    let of = |part| of(part, constants);
    if let Some((path, span)) = Span::of(condition, constants) {
        return Sought { spans: HashMap::from([(path, span)]), ..Sought::default() };
    }
    match &condition.node {
        Node::And(parts) => parts.iter().map(of).fold(Sought::default(), Sought::and),
        Node::Or(parts) => parts.iter().map(of).reduce(Sought::or).unwrap_or_default(),
        Node::Compare(Compare::Equal | Compare::Alike, a, b) => {
            let either = one_of(a, std::slice::from_ref(&**b));
            either.or_else(|| one_of(b, std::slice::from_ref(&**a))).unwrap_or_default()
        }
        Node::In { negated: false, value, list, .. } => one_of(value, list).unwrap_or_default(),
        _ => Sought::default(),
    }
}

fn one_of(value: &Expr, list: &[Expr]) -> Option<Sought> {
    let texts = list.iter().map(|item| match &item.node {
        Node::Text(text) => Some(text.clone()),
        _ => None,
    });
    let texts = HashMap::from([(path(value)?, texts.collect::<Option<Vec<_>>>()?)]);
    Some(Sought { texts, ..Sought::default() })
}

/// The path that an expression reads, by whatever text functions that leave it alike.
fn path(expr: &Expr) -> Option<String> {
    match &expr.node {
        Node::Name(name) => Some(name.clone()),
        Node::Member(of, name) => Some(format!("{}.{name}", path(of)?)),
        Node::Index(of, key) => match &key.node {
            Node::Text(name) => Some(format!("{}.{name}", path(of)?)),
            _ => None,
        },
        Node::Call(function, arguments) => match (function.as_str(), arguments.as_slice()) {
            ("tostring" | "tolower" | "toupper", [of]) => path(of),
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::estate::kql::{Dialect, parser};

    /// Whether rows of `t` with this type and name are asked for.
    fn admits(query: &str, kind: &str, name: &str) -> bool {
        let program = parser::parse(query, Dialect::ResourceGraph).unwrap();
        let tables = by_table((query, &program), &|_| None);
        let sought = tables.get("t").unwrap();
        sought.admits("type", kind) && sought.admits("name", name)
    }

    #[test]
    fn a_row_is_passed_over_only_where_every_use_of_the_table_drops_it_at_once() {
        for narrow in [
            "t | where type == 'a'",
            "t | where type =~ 'A' and name has 'x'",
            "t | where name != 'y' | where 'a' == tolower(type) | summarize count()",
            "t | where type in~ ('A', 'b') or (type == 'c' and name == 'n')",
            "t | where type == 'a' | join (t | where type == 'b' | project id) on id",
            "t | where type['x'] == 'y' and tostring(type) == 'a'",
        ] {
            assert!(admits(narrow, "a", "n"), "{narrow}");
            assert!(!admits(narrow, "z", "n"), "{narrow}");
        }
        for whole in [
            "t",
            "t | where type != 'a'",
            "t | where type == 'a' or name == 'b'",
            "t | where type in (u | project type)",
            "t | where type == strcat('a', 'b')",
            "t | where not(type == 'a')",
            "t | where type has 'a' or type == 'b'",
            "t | extend type = 'a' | where type == 'a'",
            "t | where type == 'a' | union t",
            "let n = 'a'; t | where type == n",
            "u | where type == 'a' | join (t) on id",
            "(t) | where type == 'a'",
        ] {
            assert!(admits(whole, "z", "n"), "{whole}");
        }
    }
}
