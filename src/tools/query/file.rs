//! The query part of a file: its table, so that the boundary can stand right after it, or the
//! places where the author put it.

use crate::tools::scope::code_of;

/// Words after which a query reads a second table, which the boundary would not reach.
const SECOND_TABLE: &[&str] =
    &["join", "union", "lookup", "let", "find", "search", "facet", "fork"];

/// The placeholder for the boundary in a query of several tables: a condition on the columns of
/// the table it follows, `resources | where {{scope}} | join (securityresources | where {{scope}})`.
pub(super) const SCOPE: &str = "scope";

/// Words that bring in one more table each.
const MORE_TABLES: &[&str] = &["join", "union", "lookup"];

/// A query, split after its table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Query {
    table: Option<String>,
    rest: String,
}

impl Query {
    /// Splits a query. One that reads several tables is kept whole: it cannot be bound to less
    /// than a subscription.
    pub(super) fn of(text: &str) -> Self {
        let text = without_comments_before(text);
        let whole = Self { table: None, rest: text.to_owned() };
        let code = code_of(text);
        let mut words = code.split(|ch: char| !(ch.is_alphanumeric() || ch == '_'));
        if words.any(|word| SECOND_TABLE.contains(&word.to_ascii_lowercase().as_str())) {
            return whole;
        }
        let end = text.find(|ch: char| !(ch.is_ascii_alphanumeric() || ch == '_'));
        let (table, rest) = text.split_at(end.unwrap_or(text.len()));
        let piped = rest.trim_start().is_empty() || rest.trim_start().starts_with('|');
        if table.is_empty() || !piped {
            return whole;
        }
        Self { table: Some(table.to_owned()), rest: rest.trim_start().to_owned() }
    }

    /// The one table, where there is only one.
    pub(super) fn table(&self) -> Option<&str> {
        self.table.as_deref()
    }

    /// Whether the boundary stands behind every table of a query of several.
    pub(super) fn is_bounded(&self) -> bool {
        let code = code_of(&self.rest);
        let words = code.split(|ch: char| !(ch.is_alphanumeric() || ch == '_'));
        let more = words.filter(|word| MORE_TABLES.contains(&word.to_ascii_lowercase().as_str()));
        let more = more.count();
        more > 0 && code.matches("{{scope}}").count() > more
    }

    /// The query with its boundaries in their places.
    pub(super) fn bounded(&self, boundary: &str) -> String {
        self.rest.replace("{{scope}}", boundary)
    }
}

fn without_comments_before(text: &str) -> &str {
    let mut text = text.trim();
    while text.starts_with("//") {
        text = text.split_once('\n').map_or("", |(_, rest)| rest.trim_start());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_query_of_one_table_is_split() {
        let table = |text: &str| Query::of(text).table().map(str::to_owned);
        assert_eq!(table("// a\nresources\n| take 1").as_deref(), Some("resources"));
        assert_eq!(table("resources | where name == 'join union'").as_deref(), Some("resources"));
        assert_eq!(table("resources | join (securityresources) on id"), None);
        assert_eq!(table("let a = 1; resources"), None);
        assert_eq!(table("union resources, resourcecontainers"), None);
    }
}
