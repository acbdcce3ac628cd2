//! What a pipeline starts with.

use super::Parser;
use crate::estate::kql::{
    Dialect,
    ast::{Expr, Source, Union},
    error::QueryError,
    lexer::Lexeme,
    value::Ty,
};

/// The table read by a query that starts with an operator.
pub(super) const DEFAULT: &str = "Resources";
/// The place of a table that the text does not name.
pub(super) const IMPLIED: usize = usize::MAX;

const REFUSED: &[&str] = &[
    "cluster",
    "database",
    "workspace",
    "app",
    "externaldata",
    "external_table",
    "find",
    "search",
    "evaluate",
    "materialized_view",
    "adx",
    "entity_group",
    "stored_query_result",
    "graph",
];

impl Parser<'_> {
    pub(super) fn source(&mut self) -> Result<Source, QueryError> {
        let at = self.start();
        if self.is("{") {
            return Err(self.refuse("Shared queries ({{...}}) are not supported."));
        }
        if self.accept("(") {
            let pipeline = self.pipeline()?;
            self.require(")")?;
            return Ok(Source::Nested(Box::new(pipeline)));
        }
        let Lexeme::Word(word) = self.lexeme().clone() else {
            let quoted = self.is("[").then(|| self.name("a table"));
            return quoted
                .unwrap_or_else(|| Err(self.expected("a table")))
                .map(|name| Source::Table { name, at });
        };
        let called = self.is_ahead(1, "(");
        if REFUSED.contains(&word.as_str())
            && !self.is_ahead(1, "|")
            && *self.ahead(1) != Lexeme::End
        {
            return Err(self.refuse(&format!("'{word}' is not supported.")));
        }
        match word.as_str() {
            "union" => return self.union().map(Source::Union),
            "print" => return self.print(),
            "range" if !called => return self.range(),
            "datatable" if called => return self.datatable(),
            "materialize" if called => return self.materialized(),
            "arg" if called => self.at += 1 + self.empty_argument()?,
            _ if self.starts_with_operator() => {
                return Ok(Source::Table { name: DEFAULT.into(), at: IMPLIED });
            }
            _ => {}
        }
        Ok(Source::Table { name: self.name("a table")?, at })
    }

    /// The tokens of `("").`, by which Log Analytics reaches Resource Graph.
    fn empty_argument(&self) -> Result<usize, QueryError> {
        let text = matches!(self.ahead(2), Lexeme::Text(text) if text.is_empty());
        if text && self.is_ahead(3, ")") && self.is_ahead(4, ".") {
            return Ok(4);
        }
        Err(self.refuse("Only arg(\"\") is supported."))
    }

    fn starts_with_operator(&self) -> bool {
        let (name, length) = self.operator_name();
        let alone =
            matches!(self.ahead(length), Lexeme::Mark("|" | ";" | ")" | "," | "=") | Lexeme::End);
        super::operator::NAMES.contains(&name.as_str()) && (!alone || name == "count")
    }

    fn print(&mut self) -> Result<Source, QueryError> {
        self.advance();
        self.columns().map(Source::Print)
    }

    fn range(&mut self) -> Result<Source, QueryError> {
        self.advance();
        let name = self.name("a column name")?;
        self.require_word("from")?;
        let from = Box::new(self.expression()?);
        self.require_word("to")?;
        let to = Box::new(self.expression()?);
        self.require_word("step")?;
        let step = Box::new(self.expression()?);
        Ok(Source::Range { name, from, to, step })
    }

    fn materialized(&mut self) -> Result<Source, QueryError> {
        self.at += 2;
        let pipeline = self.pipeline()?;
        self.require(")")?;
        Ok(Source::Nested(Box::new(pipeline)))
    }

    fn datatable(&mut self) -> Result<Source, QueryError> {
        self.at += 2;
        let columns = self.comma_separated(|parser| {
            let name = parser.name("a column name")?;
            parser.require(":")?;
            Ok((name, parser.type_name()?))
        })?;
        self.require(")")?;
        self.require("[")?;
        let mut values = Vec::new();
        while !self.accept("]") {
            values.push(self.expression()?);
            if !self.accept(",") && !self.is("]") {
                return Err(self.expected("',' or ']'"));
            }
        }
        if values.len() % columns.len().max(1) != 0 {
            return Err(QueryError::semantic("datatable: the values do not fill the last row."));
        }
        Ok(Source::Datatable { columns, values })
    }

    pub(super) fn type_name(&mut self) -> Result<Ty, QueryError> {
        let at = self.at;
        let name = self.name("a type")?;
        Ty::named(&name).ok_or_else(|| {
            self.at = at;
            self.expected("a type: string, int, long, real, bool, datetime, timespan, guid, decimal or dynamic")
        })
    }

    pub(super) fn union(&mut self) -> Result<Union, QueryError> {
        self.advance();
        let (mut inner, mut fuzzy, mut source_column) = (false, false, None);
        while let (Lexeme::Word(option), true) = (self.lexeme().clone(), self.is_ahead(1, "=")) {
            self.at += 2;
            match option.as_str() {
                "kind" => inner = self.union_kind()?,
                "withsource" | "with_source" => source_column = Some(self.name("a column name")?),
                "isfuzzy" => fuzzy = self.is_fuzzy()?,
                _ => {
                    return Err(
                        self.refuse(&format!("'union': the option '{option}' is not supported."))
                    );
                }
            }
        }
        if self.is("*") {
            return Err(self.refuse("'union': a wildcard instead of a table is not supported."));
        }
        let legs = self.comma_separated(Self::leg)?;
        Ok(Union { legs, inner, fuzzy, source_column })
    }

    fn union_kind(&mut self) -> Result<bool, QueryError> {
        match self.name("inner or outer")?.as_str() {
            "inner" => Ok(true),
            "outer" => Ok(false),
            _ => {
                self.at -= 1;
                Err(self.expected("inner or outer"))
            }
        }
    }

    fn is_fuzzy(&mut self) -> Result<bool, QueryError> {
        if self.accept_word("false") {
            return Ok(false);
        }
        if self.dialect == Dialect::LogAnalytics && self.accept_word("true") {
            return Ok(true);
        }
        Err(self.refuse("'union': fuzzy resolution of tables is not allowed."))
    }

    /// A query in the brackets of `in` or `toscalar`, if that is what comes next.
    pub(super) fn subquery(&mut self) -> Option<Result<Expr, QueryError>> {
        let opened = (0..).take_while(|ahead| self.is_ahead(*ahead, "(")).count();
        let Lexeme::Word(word) = self.ahead(opened) else {
            return None;
        };
        let source = matches!(word.as_str(), "union" | "datatable" | "materialize")
            || word == "print"
            || word == "range";
        let spoken = source
            && (word == "union"
                || word == "print"
                || self.is_ahead(opened + 1, "(")
                || word == "range");
        let called = word == "range" && self.is_ahead(opened + 1, "(");
        if (!spoken || called) && !self.is_ahead(opened + 1, "|") {
            return None;
        }
        let at = self.start();
        Some(self.query_node(at))
    }
}
