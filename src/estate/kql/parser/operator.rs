//! The operators after a `|`, one arm each; the ones with a grammar of their own are in `shapes`.

use super::Parser;
use crate::estate::kql::{
    Dialect,
    ast::{Expr, Key, Located, Node, Nulls, Operator, Order, Pattern},
    error::QueryError,
    lexer::Lexeme,
};

/// Columns that one operator may compute.
const COLUMNS: usize = 500;

/// The operators that are evaluated.
pub(super) const NAMES: &[&str] = &[
    "where",
    "filter",
    "project",
    "project-away",
    "project-keep",
    "project-rename",
    "project-reorder",
    "extend",
    "summarize",
    "order",
    "sort",
    "top",
    "take",
    "limit",
    "sample",
    "sample-distinct",
    "distinct",
    "count",
    "join",
    "lookup",
    "mv-expand",
    "mvexpand",
    "mv-apply",
    "mvapply",
    "parse",
    "parse-where",
    "as",
    "getschema",
    "serialize",
];

impl Parser<'_> {
    /// The (possibly hyphenated) word that comes next, and its tokens.
    pub(super) fn operator_name(&self) -> (String, usize) {
        let mut name = String::new();
        let mut length = 0;
        while let Lexeme::Word(word) = self.ahead(length) {
            name.push_str(word);
            length += 1;
            let hyphen =
                self.is_ahead(length, "-") && self.adjacent(length) && self.adjacent(length + 1);
            if !hyphen
                || !matches!(
                    name.as_str(),
                    "project" | "mv" | "parse" | "sample" | "make" | "top" | "partition"
                )
            {
                break;
            }
            name.push('-');
            length += 1;
        }
        (name, length)
    }

    fn adjacent(&self, ahead: usize) -> bool {
        let end = self.tokens.get(self.at + ahead - 1).map(|token| token.end);
        end.is_some() && end == self.tokens.get(self.at + ahead).map(|token| token.start)
    }

    pub(super) fn operator(&mut self) -> Result<Located<Operator>, QueryError> {
        let at = self.start();
        let (name, length) = self.operator_name();
        if name.is_empty() {
            return Err(self.expected("an operator such as where, project or summarize"));
        }
        if name == "union" {
            return self.union().map(|union| Located { at, node: Operator::Union(union) });
        }
        if name == "render" && self.dialect == Dialect::LogAnalytics {
            self.at += length;
            return self.render().map(|node| Located { at, node });
        }
        if !NAMES.contains(&name.as_str()) {
            return Err(self.unknown_operator(&name));
        }
        self.at += length;
        let node = self.operator_body(&name)?;
        Ok(Located { at, node })
    }

    /// `render timechart with (title = "…")`: the last operator; what follows the kind only
    /// says how it looks.
    fn render(&mut self) -> Result<Operator, QueryError> {
        let kind = self.name("a kind of chart")?;
        while !self.at_end() && !self.is(";") && !self.is("|") {
            self.advance();
        }
        if self.is("|") {
            return Err(self.refuse("'render' must be the last operator of a query."));
        }
        Ok(Operator::Render(kind))
    }

    fn unknown_operator(&self, name: &str) -> QueryError {
        const KUSTO: &[&str] = &[
            "evaluate",
            "invoke",
            "make-series",
            "render",
            "search",
            "find",
            "externaldata",
            "fork",
            "facet",
            "reduce",
            "scan",
            "partition",
            "top-nested",
            "top-hitters",
            "consume",
            "assert-schema",
            "graph-match",
            "make-graph",
            "parse-kv",
            "macro-expand",
            "range",
            "print",
            "datatable",
            "materialize",
            "cluster",
            "database",
        ];
        if KUSTO.contains(&name) {
            return QueryError::disallowed(format!("The operator '{name}' is not supported."))
                .with_token(name)
                .at(self.start());
        }
        QueryError::syntax(name, format!("an operator: {}, union", NAMES.join(", ")))
            .at(self.start())
    }

    fn operator_body(&mut self, name: &str) -> Result<Operator, QueryError> {
        Ok(match name {
            "where" | "filter" => Operator::Where(self.expression()?),
            "project" => Operator::Project(self.columns()?),
            "project-away" => Operator::ProjectAway(self.comma_separated(Self::pattern)?),
            "project-keep" => Operator::ProjectKeep(self.comma_separated(Self::pattern)?),
            "project-rename" => Operator::ProjectRename(self.comma_separated(Self::rename)?),
            "project-reorder" => Operator::ProjectReorder(self.comma_separated(Self::reordered)?),
            "extend" => Operator::Extend(self.columns()?),
            "summarize" => self.summarize()?,
            "order" | "sort" => {
                self.require_word("by")?;
                Operator::Sort(self.comma_separated(Self::key)?)
            }
            "top" => {
                let count = self.expression()?;
                self.require_word("by")?;
                Operator::Top { count, by: self.comma_separated(Self::key)? }
            }
            "take" | "limit" | "sample" => Operator::Take(self.expression()?),
            "sample-distinct" => {
                let count = self.expression()?;
                self.require_word("of")?;
                Operator::SampleDistinct { count, of: self.expression()? }
            }
            "distinct" => Operator::Distinct(self.columns()?),
            "count" => {
                let named = self.accept_word("as");
                Operator::Count(if named { Some(self.name("a column name")?) } else { None })
            }
            "join" | "lookup" => self.join(name == "lookup")?,
            "mv-expand" | "mvexpand" => Operator::Expand(self.expand()?),
            "mv-apply" | "mvapply" => self.apply()?,
            "parse" | "parse-where" => self.parse_operator(name == "parse-where")?,
            "as" => Operator::As(self.name("a name")?),
            "getschema" => Operator::GetSchema,
            _ => self.serialize()?,
        })
    }

    /// Expressions that become columns.
    pub(super) fn columns(&mut self) -> Result<Vec<Expr>, QueryError> {
        let at = self.start();
        let columns = self.comma_separated(Self::named_expression)?;
        if columns.len() > COLUMNS {
            let message = format!("An operator may make at most {COLUMNS} columns.");
            return Err(QueryError::too_large(message).at(at));
        }
        Ok(columns)
    }

    fn serialize(&mut self) -> Result<Operator, QueryError> {
        let bare = self.is("|") || self.is(")") || self.is(";") || self.at_end();
        let exprs = if bare { Vec::new() } else { self.columns()? };
        Ok(Operator::Serialize(exprs))
    }

    fn summarize(&mut self) -> Result<Operator, QueryError> {
        let by_first = self.word_is("by") && !self.is_ahead(1, "=");
        let aggregates = if by_first { Vec::new() } else { self.columns()? };
        let by = if self.accept_word("by") { self.columns()? } else { Vec::new() };
        Ok(Operator::Summarize { aggregates, by })
    }

    fn key(&mut self) -> Result<Key, QueryError> {
        let expr = self.named_expression()?;
        let order = self.order().unwrap_or(Order::Descending);
        let default = if order == Order::Ascending { Nulls::First } else { Nulls::Last };
        let nulls = if !self.accept_word("nulls") {
            default
        } else if self.accept_word("first") {
            Nulls::First
        } else {
            self.require_word("last")?;
            Nulls::Last
        };
        Ok(Key { expr, order, nulls })
    }

    fn order(&mut self) -> Option<Order> {
        if self.accept_word("asc") {
            return Some(Order::Ascending);
        }
        self.accept_word("desc").then_some(Order::Descending)
    }

    fn pattern(&mut self) -> Result<Pattern, QueryError> {
        let at = self.start();
        let mut name = String::new();
        let first = self.at;
        loop {
            if self.at > first && !self.adjacent(0) {
                break;
            }
            match self.lexeme().clone() {
                Lexeme::Mark("*") => name.push('*'),
                Lexeme::Word(word) => name.push_str(&word),
                Lexeme::Long(number) if self.at > first => name.push_str(&number.to_string()),
                _ => break,
            }
            self.advance();
        }
        if name.is_empty() {
            name = self.name("a column name")?;
        }
        Ok(Pattern { name, at })
    }

    fn rename(&mut self) -> Result<(String, String), QueryError> {
        let new = self.name("a column name")?;
        self.require("=")?;
        Ok((new, self.name("a column name")?))
    }

    fn reordered(&mut self) -> Result<(Pattern, Option<Order>), QueryError> {
        Ok((self.pattern()?, self.order()))
    }

    /// A plain column name given as an expression.
    pub(super) fn plain_name(expr: &Expr) -> Option<&str> {
        match &expr.node {
            Node::Name(name) => Some(name),
            _ => None,
        }
    }
}
