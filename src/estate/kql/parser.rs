//! Tokens to a tree: statements and pipelines here, operators and expressions in the rooms
//! below. Knows the grammar only; names and types are `bind`'s.

pub(crate) mod caps;
mod expression;
mod height;
mod operand;
mod operator;
mod shapes;
mod source;

use super::{
    Dialect,
    ast::{Definition, Let, Pipeline, Program, Source},
    error::QueryError,
    lexer::{self, Lexeme, Token},
};

/// Brackets, pipelines and operands that may be open at once.
const DEPTH: usize = 64;

/// Reads a whole query.
///
/// # Errors
/// `Syntax`, `Disallowed` for Kusto that is not evaluated here, `TooLarge` for nesting.
pub(crate) fn parse(query: &str, dialect: Dialect) -> Result<Program, QueryError> {
    let tokens = lexer::tokens(query)?;
    let mut parser = Parser { query, dialect, tokens, at: 0, depth: 0, tallest: 0 };
    let mut lets = Vec::new();
    loop {
        while parser.accept(";") {}
        if parser.word_is("let") {
            lets.push(parser.definition()?);
            continue;
        }
        if parser.word_is("set") || parser.word_is("declare") || parser.word_is("alias") {
            return Err(
                parser.refuse(&format!("The statement '{}' is not supported.", parser.found()))
            );
        }
        let body = parser.pipeline()?;
        while parser.accept(";") {}
        if !parser.at_end() {
            return Err(parser.expected("'|', ';' or the end of the query"));
        }
        return Ok(Program { lets, body });
    }
}

pub(crate) struct Parser<'q> {
    query: &'q str,
    dialect: Dialect,
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
    /// The highest expression of the subquery being read.
    tallest: u16,
}

impl<'q> Parser<'q> {
    fn lexeme(&self) -> &Lexeme {
        self.ahead(0)
    }

    fn ahead(&self, count: usize) -> &Lexeme {
        self.tokens.get(self.at + count).map_or(&Lexeme::End, |token| &token.lexeme)
    }

    fn start(&self) -> usize {
        self.tokens.get(self.at).map_or(self.query.len(), |token| token.start)
    }

    fn found(&self) -> &'q str {
        let span = self.tokens.get(self.at).filter(|token| token.lexeme != Lexeme::End);
        span.and_then(|token| self.query.get(token.start..token.end)).unwrap_or("<EOF>")
    }

    fn at_end(&self) -> bool {
        *self.lexeme() == Lexeme::End
    }

    fn advance(&mut self) {
        self.at += 1;
    }

    fn is(&self, mark: &str) -> bool {
        self.is_ahead(0, mark)
    }

    fn is_ahead(&self, count: usize, mark: &str) -> bool {
        matches!(self.ahead(count), Lexeme::Mark(found) if *found == mark)
    }

    fn accept(&mut self, mark: &str) -> bool {
        let there = self.is(mark);
        self.at += usize::from(there);
        there
    }

    fn require(&mut self, mark: &str) -> Result<(), QueryError> {
        if self.accept(mark) { Ok(()) } else { Err(self.expected(&format!("'{mark}'"))) }
    }

    fn word_is(&self, word: &str) -> bool {
        matches!(self.lexeme(), Lexeme::Word(found) if found == word)
    }

    fn accept_word(&mut self, word: &str) -> bool {
        let there = self.word_is(word);
        self.at += usize::from(there);
        there
    }

    fn require_word(&mut self, word: &str) -> Result<(), QueryError> {
        if self.accept_word(word) { Ok(()) } else { Err(self.expected(&format!("'{word}'"))) }
    }

    /// A name, plain or as `['…']`.
    fn name(&mut self, what: &str) -> Result<String, QueryError> {
        if let Lexeme::Word(word) = self.lexeme() {
            let word = word.clone();
            self.advance();
            return Ok(word);
        }
        if let (true, Lexeme::Text(text), true) =
            (self.is("["), self.ahead(1), self.is_ahead(2, "]"))
        {
            let text = text.clone();
            self.at += 3;
            return Ok(text);
        }
        Err(self.expected(what))
    }

    fn expected(&self, what: &str) -> QueryError {
        QueryError::syntax(self.found(), what).at(self.start())
    }

    fn refuse(&self, message: &str) -> QueryError {
        QueryError::disallowed(message).with_token(self.found()).at(self.start())
    }

    /// Reads something nested, refusing what would exhaust the stack.
    fn nested<T>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<T, QueryError>,
    ) -> Result<T, QueryError> {
        if self.depth >= DEPTH {
            return Err(QueryError::too_large(format!(
                "The query is nested more than {DEPTH} levels deep."
            ))
            .with_token(self.found())
            .at(self.start()));
        }
        self.depth += 1;
        let result = read(self);
        self.depth -= 1;
        result
    }

    fn comma_separated<T>(
        &mut self,
        mut read: impl FnMut(&mut Self) -> Result<T, QueryError>,
    ) -> Result<Vec<T>, QueryError> {
        let mut items = vec![read(self)?];
        while self.accept(",") {
            items.push(read(self)?);
        }
        Ok(items)
    }

    fn definition(&mut self) -> Result<Let, QueryError> {
        self.advance();
        let name = self.name("a name to define")?;
        self.require("=")?;
        let value = self.defined_value()?;
        if !self.accept(";") {
            return Err(self.expected("';' after a let statement"));
        }
        Ok(Let { name, value })
    }

    fn defined_value(&mut self) -> Result<Definition, QueryError> {
        if self.starts_function() {
            return Err(self.refuse("User-defined functions are not supported."));
        }
        let start = self.at;
        let tabular = self.pipeline();
        if let (Ok(pipeline), true) = (&tabular, self.is(";") || self.at_end()) {
            return Ok(Definition::Tabular(pipeline.clone()));
        }
        let reached = std::mem::replace(&mut self.at, start);
        let scalar = self.expression();
        match (scalar, tabular) {
            (Ok(expr), _) if self.is(";") || self.at_end() => Ok(Definition::Scalar(expr)),
            (_, Err(error)) if reached > self.at => Err(error),
            (Err(error), _) => Err(error),
            (Ok(_), _) => Err(self.expected("';' after a let statement")),
        }
    }

    fn starts_function(&self) -> bool {
        let parameters = self.is("(")
            && (self.is_ahead(1, ")")
                || (matches!(self.ahead(1), Lexeme::Word(_)) && self.is_ahead(2, ":")));
        parameters || self.is("{") || (self.word_is("view") && self.is_ahead(1, "("))
    }

    /// A source and its operators.
    fn pipeline(&mut self) -> Result<Pipeline, QueryError> {
        self.nested(|parser| {
            let mut operators = Vec::new();
            let source = parser.source()?;
            if matches!(source, Source::Table { ref name, at } if name == source::DEFAULT && at == source::IMPLIED) {
                operators.push(parser.operator()?);
            }
            while parser.accept("|") {
                operators.push(parser.operator()?);
            }
            Ok(Pipeline { source, operators })
        })
    }

    /// A pipeline in brackets, or the name of a table.
    fn leg(&mut self) -> Result<Pipeline, QueryError> {
        if self.accept("(") {
            let pipeline = self.pipeline()?;
            self.require(")")?;
            return Ok(pipeline);
        }
        let source = self.nested(Self::source)?;
        Ok(Pipeline { source, operators: Vec::new() })
    }
}
