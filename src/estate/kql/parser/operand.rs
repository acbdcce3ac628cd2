//! What operators stand between: literals, names, calls, paths.

use super::Parser;
use crate::estate::kql::{
    ast::{Expr, Node},
    error::QueryError,
    lexer::Lexeme,
    value::{Ty, literal, time},
};

impl Parser<'_> {
    pub(super) fn operand(&mut self) -> Result<Expr, QueryError> {
        let at = self.start();
        if self.is("-") || self.is("+") {
            let negative = self.is("-");
            self.advance();
            let value = self.nested(Self::operand)?;
            return match (negative, value.node) {
                (true, Node::Long(number)) => self.node(at, Node::Long(number.wrapping_neg())),
                (true, Node::Real(number)) => self.node(at, Node::Real(-number)),
                (true, Node::Span(ticks)) => self.node(at, Node::Span(ticks.wrapping_neg())),
                (true, node) => self.node(at, Node::Negate(Box::new(Expr { node, ..value }))),
                (false, node) => Ok(Expr { node, ..value }),
            };
        }
        let mut expr = self.primary()?;
        loop {
            let node = if self.is(".") {
                self.advance();
                if self.is("[") {
                    continue;
                }
                Node::Member(Box::new(expr), self.name("a property name")?)
            } else if self.accept("[") {
                let index = Box::new(self.expression()?);
                self.require("]")?;
                Node::Index(Box::new(expr), index)
            } else {
                return Ok(expr);
            };
            expr = self.node(at, node)?;
        }
    }

    fn primary(&mut self) -> Result<Expr, QueryError> {
        let at = self.start();
        let node = match self.lexeme().clone() {
            Lexeme::Text(text) => Node::Text(self.joined(text)),
            Lexeme::Long(number) => Node::Long(number),
            Lexeme::Real(number) => Node::Real(number),
            Lexeme::Span(ticks) => Node::Span(ticks),
            Lexeme::Typed(kind, raw) => typed(&kind, &raw).map_err(|error| error.at(at))?,
            Lexeme::Mark("*") => Node::Star,
            Lexeme::Mark("(") => {
                self.advance();
                let inner = match self.subquery() {
                    Some(query) => query?,
                    None => self.expression()?,
                };
                self.require(")")?;
                return Ok(inner);
            }
            Lexeme::Mark("[") => {
                let name = self.name("a column name")?;
                return self.node(at, Node::Name(name));
            }
            Lexeme::Word(word) if self.is_ahead(1, "(") => return self.call(&word),
            Lexeme::Word(word) => match word.as_str() {
                "true" => Node::Bool(true),
                "false" => Node::Bool(false),
                _ => Node::Name(word),
            },
            _ => return Err(self.expected("an expression")),
        };
        self.advance();
        self.node(at, node)
    }

    /// Adjacent string literals are one.
    fn joined(&mut self, mut text: String) -> String {
        while let Lexeme::Text(more) = self.ahead(1) {
            text.push_str(more);
            self.advance();
        }
        text
    }

    fn call(&mut self, name: &str) -> Result<Expr, QueryError> {
        let at = self.start();
        self.at += 2;
        let mut arguments = Vec::new();
        if let Some(query) = self.subquery() {
            arguments.push(query?);
            self.require(")")?;
        } else if !self.accept(")") {
            arguments = self.comma_separated(Self::named_expression)?;
            self.require(")")?;
        }
        self.node(at, Node::Call(name.to_owned(), arguments))
    }
}

/// The value of `type(raw)`.
fn typed(kind: &str, raw: &str) -> Result<Node, QueryError> {
    let unquoted = raw.trim_matches(['"', '\'']);
    let ty = Ty::named(kind).unwrap_or(Ty::Dynamic);
    if raw == "null" {
        return Ok(Node::Null(ty));
    }
    let bad = || QueryError::syntax(raw, format!("a {kind} literal"));
    Ok(match ty {
        Ty::Dynamic => Node::Dynamic(literal::dynamic(raw)?),
        Ty::DateTime => Node::DateTime(time::parse_datetime(unquoted).ok_or_else(bad)?),
        Ty::TimeSpan => Node::Span(time::parse_span(unquoted).ok_or_else(bad)?),
        Ty::Guid => Node::Guid(uuid::Uuid::parse_str(unquoted).map_err(|_| bad())?),
        Ty::Bool => match raw {
            "true" | "1" => Node::Bool(true),
            "false" | "0" => Node::Bool(false),
            _ => return Err(bad()),
        },
        Ty::Int | Ty::Long => Node::Long(literal::long(raw).ok_or_else(bad)?),
        Ty::Real | Ty::Decimal => Node::Real(raw.parse().map_err(|_| bad())?),
        Ty::Text => return Err(bad()),
    })
}
