//! Expressions, loosest binding first: or, and, comparison, sum, product.

use super::Parser;
use crate::estate::kql::{
    ast::{Arithmetic, Compare, Expr, Match, Node},
    error::QueryError,
    lexer::Lexeme,
};

impl Parser<'_> {
    pub(super) fn expression(&mut self) -> Result<Expr, QueryError> {
        self.nested(|parser| parser.chain("or", Self::conjunction, Node::Or))
    }

    fn conjunction(&mut self) -> Result<Expr, QueryError> {
        self.chain("and", Self::comparison, Node::And)
    }

    fn chain(
        &mut self,
        word: &str,
        read: fn(&mut Self) -> Result<Expr, QueryError>,
        make: fn(Vec<Expr>) -> Node,
    ) -> Result<Expr, QueryError> {
        let at = self.start();
        let first = read(self)?;
        if !self.word_is(word) {
            return Ok(first);
        }
        let mut operands = vec![first];
        while self.accept_word(word) {
            operands.push(read(self)?);
        }
        self.node(at, make(operands))
    }

    /// `name = expression`, `(a, b) = expression`, or just an expression.
    pub(super) fn named_expression(&mut self) -> Result<Expr, QueryError> {
        let at = self.start();
        if let Some(name) = self.assigned_name() {
            let value = Box::new(self.expression()?);
            return self.node(at, Node::Named(name, value));
        }
        if let Some(names) = self.assigned_tuple() {
            let value = Box::new(self.expression()?);
            return self.node(at, Node::Tuple(names, value));
        }
        self.expression()
    }

    pub(super) fn assigned_name(&mut self) -> Option<String> {
        let (name, length) = match (self.lexeme(), self.ahead(1)) {
            (Lexeme::Word(name), _) => (name.clone(), 1),
            (Lexeme::Mark("["), Lexeme::Text(name)) if self.is_ahead(2, "]") => (name.clone(), 3),
            _ => return None,
        };
        if !self.is_ahead(length, "=") {
            return None;
        }
        self.at += length + 1;
        Some(name)
    }

    fn assigned_tuple(&mut self) -> Option<Vec<String>> {
        let mut names = Vec::new();
        let mut ahead = 0;
        while self.is_ahead(ahead, if ahead == 0 { "(" } else { "," }) {
            let Lexeme::Word(name) = self.ahead(ahead + 1) else {
                return None;
            };
            names.push(name.clone());
            ahead += 2;
        }
        if ahead == 0 || !self.is_ahead(ahead, ")") || !self.is_ahead(ahead + 1, "=") {
            return None;
        }
        self.at += ahead + 2;
        Some(names)
    }

    fn comparison(&mut self) -> Result<Expr, QueryError> {
        let at = self.start();
        let mut left = self.sum()?;
        loop {
            let node = match self.lexeme().clone() {
                Lexeme::Mark(mark) => match compare_of(mark) {
                    Some(op) => {
                        self.advance();
                        let right = Box::new(self.sum()?);
                        Node::Compare(op, Box::new(left), right)
                    }
                    None => return Ok(left),
                },
                Lexeme::Word(word) if self.is_word_operator(&word) => {
                    self.word_operator(left, &word, false)?
                }
                Lexeme::Not(word) => self.word_operator(left, &word, true)?,
                _ => return Ok(left),
            };
            left = self.node(at, node)?;
        }
    }

    fn is_word_operator(&self, word: &str) -> bool {
        let regex =
            word == "matches" && matches!(self.ahead(1), Lexeme::Word(next) if next == "regex");
        let listed =
            matches!(word, "in" | "in~" | "between" | "has_any" | "has_all" | "notcontains")
                || regex;
        listed || match_of(word).is_some()
    }

    fn word_operator(&mut self, left: Expr, word: &str, negated: bool) -> Result<Node, QueryError> {
        let left = Box::new(left);
        let before = self.at;
        self.advance();
        if let Some(op) = match_of(word) {
            return Ok(Node::Match { op, negated, text: left, with: Box::new(self.sum()?) });
        }
        match word {
            "notcontains" => {
                let op = Match::Contains { cased: false };
                Ok(Node::Match { op, negated: true, text: left, with: Box::new(self.sum()?) })
            }
            "matches" if !negated => {
                self.require_word("regex")?;
                Ok(Node::Match {
                    op: Match::Regex,
                    negated,
                    text: left,
                    with: Box::new(self.sum()?),
                })
            }
            "in" | "in~" => {
                Ok(Node::In { negated, fold: word == "in~", value: left, list: self.list()? })
            }
            "has_any" | "has_all" if !negated => {
                Ok(Node::HasList { all: word == "has_all", value: left, list: self.list()? })
            }
            "between" => self.between(left, negated),
            _ => {
                self.at = before;
                Err(self.expected("an operator"))
            }
        }
    }

    fn between(&mut self, value: Box<Expr>, negated: bool) -> Result<Node, QueryError> {
        self.require("(")?;
        let from = Box::new(self.expression()?);
        self.require("..")?;
        let to = Box::new(self.expression()?);
        self.require(")")?;
        Ok(Node::Between { negated, value, from, to })
    }

    fn list(&mut self) -> Result<Vec<Expr>, QueryError> {
        self.require("(")?;
        if self.accept(")") {
            return Ok(Vec::new());
        }
        let list = match self.subquery() {
            Some(query) => vec![query?],
            None => self.comma_separated(Self::expression)?,
        };
        self.require(")")?;
        Ok(list)
    }

    fn sum(&mut self) -> Result<Expr, QueryError> {
        let at = self.start();
        let mut left = self.product()?;
        loop {
            let op = match self.lexeme() {
                Lexeme::Mark("+") => Arithmetic::Add,
                Lexeme::Mark("-") => Arithmetic::Subtract,
                _ => return Ok(left),
            };
            self.advance();
            let right = Box::new(self.product()?);
            left = self.node(at, Node::Arithmetic(op, Box::new(left), right))?;
        }
    }

    fn product(&mut self) -> Result<Expr, QueryError> {
        let at = self.start();
        let mut left = self.operand()?;
        loop {
            let op = match self.lexeme() {
                Lexeme::Mark("*") => Arithmetic::Multiply,
                Lexeme::Mark("/") => Arithmetic::Divide,
                Lexeme::Mark("%") => Arithmetic::Remainder,
                _ => return Ok(left),
            };
            self.advance();
            let right = Box::new(self.operand()?);
            left = self.node(at, Node::Arithmetic(op, Box::new(left), right))?;
        }
    }
}

fn compare_of(mark: &str) -> Option<Compare> {
    Some(match mark {
        "==" => Compare::Equal,
        "!=" | "<>" => Compare::NotEqual,
        "=~" => Compare::Alike,
        "!~" => Compare::Unalike,
        "<" => Compare::Less,
        "<=" => Compare::LessOrEqual,
        ">" => Compare::Greater,
        ">=" => Compare::GreaterOrEqual,
        _ => return None,
    })
}

fn match_of(word: &str) -> Option<Match> {
    let (stem, cased) = word.strip_suffix("_cs").map_or((word, false), |stem| (stem, true));
    Some(match stem {
        "contains" => Match::Contains { cased },
        "containscs" => Match::Contains { cased: true },
        "has" => Match::Has { cased },
        "hasprefix" => Match::HasPrefix { cased },
        "hassuffix" => Match::HasSuffix { cased },
        "startswith" => Match::StartsWith { cased },
        "endswith" => Match::EndsWith { cased },
        _ => return None,
    })
}
