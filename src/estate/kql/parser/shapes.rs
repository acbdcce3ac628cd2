//! Operators with a grammar of their own: join, lookup, mv-expand, mv-apply, parse.

use super::Parser;
use crate::estate::kql::{
    ast::{
        Compare, Expand, Expr, Join, JoinKind, Node, On, Operator, Parse, ParsePart, Pipeline,
        Source,
    },
    error::QueryError,
    lexer::Lexeme,
    value::Ty,
};

impl Parser<'_> {
    pub(super) fn join(&mut self, lookup: bool) -> Result<Operator, QueryError> {
        let mut kind = if lookup { JoinKind::LeftOuter } else { JoinKind::InnerUnique };
        self.options(|parser, option| {
            if option == "kind" {
                kind = parser.join_kind()?;
                return Ok(());
            }
            parser.hint(option)
        })?;
        let right = Box::new(self.leg()?);
        self.require_word("on")?;
        let mut on = Vec::new();
        for condition in self.comma_separated(Self::expression)? {
            conditions(&condition, &mut on)?;
        }
        Ok(Operator::Join(Join { kind, right, on, lookup }))
    }

    /// `name = …` and `hint.name = …` before an operand.
    fn options(
        &mut self,
        mut take: impl FnMut(&mut Self, &str) -> Result<(), QueryError>,
    ) -> Result<(), QueryError> {
        loop {
            let Lexeme::Word(option) = self.lexeme().clone() else {
                return Ok(());
            };
            if option == "hint" && self.is_ahead(1, ".") && self.is_ahead(3, "=") {
                self.at += 4;
                self.hint("hint")?;
            } else if self.is_ahead(1, "=") {
                self.at += 2;
                take(self, &option)?;
            } else {
                return Ok(());
            }
        }
    }

    /// The value of a hint: it changes how, not what.
    fn hint(&mut self, option: &str) -> Result<(), QueryError> {
        if option != "hint" {
            self.at -= 2;
            return Err(self.expected("kind"));
        }
        self.advance();
        Ok(())
    }

    fn join_kind(&mut self) -> Result<JoinKind, QueryError> {
        let at = self.at;
        Ok(match self.name("a join kind")?.as_str() {
            "innerunique" => JoinKind::InnerUnique,
            "inner" => JoinKind::Inner,
            "leftouter" => JoinKind::LeftOuter,
            "rightouter" => JoinKind::RightOuter,
            "fullouter" => JoinKind::FullOuter,
            "anti" | "leftanti" | "leftantisemi" => JoinKind::LeftAnti,
            "rightanti" | "rightantisemi" => JoinKind::RightAnti,
            "leftsemi" => JoinKind::LeftSemi,
            "rightsemi" => JoinKind::RightSemi,
            _ => {
                self.at = at;
                return Err(self.expected(
                    "a join kind: innerunique, inner, leftouter, rightouter, fullouter, leftanti, rightanti, leftsemi \
                     or rightsemi",
                ));
            }
        })
    }

    pub(super) fn expand(&mut self) -> Result<Expand, QueryError> {
        let (mut index, mut bags_as_arrays) = (None, false);
        while let (Lexeme::Word(option), true) = (self.lexeme().clone(), self.is_ahead(1, "=")) {
            match option.as_str() {
                "with_itemindex" => {
                    self.at += 2;
                    index = Some(self.name("a column name")?);
                }
                "bagexpansion" | "kind" => {
                    self.at += 2;
                    bags_as_arrays = self.bag_expansion()?;
                }
                _ => break,
            }
        }
        let columns = self.comma_separated(Self::expanded_column)?;
        let limit = if self.accept_word("limit") { Some(self.row_limit()?) } else { None };
        Ok(Expand { columns, index, bags_as_arrays, limit })
    }

    fn bag_expansion(&mut self) -> Result<bool, QueryError> {
        if self.accept_word("array") {
            return Ok(true);
        }
        self.require_word("bag").map(|()| false).map_err(|_| self.expected("bag or array"))
    }

    fn expanded_column(&mut self) -> Result<(Expr, Option<Ty>), QueryError> {
        let expr = self.named_expression()?;
        let mut ty = None;
        if self.accept_word("to") {
            self.require_word("typeof")?;
            self.require("(")?;
            ty = Some(self.type_name()?);
            self.require(")")?;
        }
        Ok((expr, ty))
    }

    fn row_limit(&mut self) -> Result<usize, QueryError> {
        let Lexeme::Long(number) = *self.lexeme() else {
            return Err(self.expected("a number of rows"));
        };
        self.advance();
        Ok(usize::try_from(number).unwrap_or(0))
    }

    pub(super) fn apply(&mut self) -> Result<Operator, QueryError> {
        let expand = self.expand()?;
        self.require_word("on")?;
        self.require("(")?;
        let body = self.nested(|parser| {
            let mut operators = vec![parser.operator()?];
            while parser.accept("|") {
                operators.push(parser.operator()?);
            }
            Ok(Pipeline { source: Source::Given, operators })
        })?;
        self.require(")")?;
        Ok(Operator::Apply { expand, body: Box::new(body) })
    }

    pub(super) fn parse_operator(&mut self, filter: bool) -> Result<Operator, QueryError> {
        let mut regex = false;
        while let (Lexeme::Word(option), true) = (self.lexeme().clone(), self.is_ahead(1, "=")) {
            self.at += 2;
            match (option.as_str(), self.name("a kind")?.as_str()) {
                ("kind", "simple" | "relaxed") => regex = false,
                ("kind", "regex") => regex = true,
                ("flags", _) => return Err(self.refuse("'parse': flags are not supported.")),
                _ => {
                    self.at -= 1;
                    return Err(self.expected("simple, relaxed or regex"));
                }
            }
        }
        let of = self.expression()?;
        self.require_word("with")?;
        let mut parts = Vec::new();
        while let Some(part) = self.parse_part()? {
            parts.push(part);
        }
        if parts.is_empty() {
            return Err(self.expected("a pattern of '*', strings and columns"));
        }
        Ok(Operator::Parse(Parse { of, parts, filter, regex }))
    }

    fn parse_part(&mut self) -> Result<Option<ParsePart>, QueryError> {
        Ok(match self.lexeme().clone() {
            Lexeme::Mark("*") => {
                self.advance();
                Some(ParsePart::Star)
            }
            Lexeme::Text(text) => {
                self.advance();
                Some(ParsePart::Text(text))
            }
            Lexeme::Word(_) | Lexeme::Mark("[") => {
                let name = self.name("a column name")?;
                let ty = if self.accept(":") { self.type_name()? } else { Ty::Text };
                Some(ParsePart::Column(name, ty))
            }
            _ => None,
        })
    }
}

fn conditions(condition: &Expr, on: &mut Vec<On>) -> Result<(), QueryError> {
    let at = condition.at;
    match &condition.node {
        Node::And(parts) => return parts.iter().try_for_each(|part| conditions(part, on)),
        Node::Name(name) => on.push(On { left: name.clone(), right: name.clone(), at }),
        Node::Compare(Compare::Equal, a, b) => match (side(a), side(b)) {
            (Some(("$left", left)), Some(("$right", right)))
            | (Some(("$right", right)), Some(("$left", left))) => {
                on.push(On { left: left.into(), right: right.into(), at });
            }
            _ => return Err(bad_condition(at)),
        },
        _ => return Err(bad_condition(at)),
    }
    Ok(())
}

fn side(expr: &Expr) -> Option<(&str, &str)> {
    match &expr.node {
        Node::Member(of, name) => Parser::plain_name(of).map(|side| (side, name.as_str())),
        Node::Index(of, name) => match &name.node {
            Node::Text(text) => Parser::plain_name(of).map(|side| (side, text.as_str())),
            _ => None,
        },
        _ => None,
    }
}

fn bad_condition(at: usize) -> QueryError {
    QueryError::semantic(
        "join: only column names and equalities such as '$left.a == $right.b' are allowed.",
    )
    .at(at)
}
