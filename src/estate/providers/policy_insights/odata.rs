//! `$filter` of policy queries: comparisons, `and`, `or`, `not`, parentheses, and the functions
//! `contains`, `startswith`, `endswith`. Names and text are compared without regard to case.

use std::{cmp::Ordering, iter::Peekable, vec::IntoIter};

use serde_json::Value;

use super::records::{Record, by_value, field, text_of};

/// How deep parentheses may go.
const DEEPEST: u8 = 32;

/// A filter.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Filter {
    And(Box<Self>, Box<Self>),
    Or(Box<Self>, Box<Self>),
    Not(Box<Self>),
    Compare(String, Comparison, Value),
    Text(Function, String, String),
}

/// A comparison operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Comparison {
    Equal,
    NotEqual,
    Above,
    AtLeast,
    Below,
    AtMost,
}

/// A function of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Function {
    Contains,
    StartsWith,
    EndsWith,
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Open,
    Close,
    Comma,
    Word(String),
    Text(String),
}

impl Filter {
    /// Reads a filter; `None` where it is none.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut tokens = tokens(text)?.into_iter().peekable();
        let filter = any(&mut tokens, 0)?;
        tokens.next().is_none().then_some(filter)
    }

    /// Whether a record fits.
    pub(super) fn matches(&self, record: &Record) -> bool {
        match self {
            Self::And(a, b) => a.matches(record) && b.matches(record),
            Self::Or(a, b) => a.matches(record) || b.matches(record),
            Self::Not(inner) => !inner.matches(record),
            Self::Compare(name, comparison, wanted) => {
                let order = by_value(field(record, name), Some(wanted));
                match comparison {
                    Comparison::Equal => order == Ordering::Equal,
                    Comparison::NotEqual => order != Ordering::Equal,
                    Comparison::Above => order == Ordering::Greater,
                    Comparison::AtLeast => order != Ordering::Less,
                    Comparison::Below => order == Ordering::Less,
                    Comparison::AtMost => order != Ordering::Greater,
                }
            }
            Self::Text(function, name, wanted) => {
                let (own, wanted) = (text_of(field(record, name)), wanted.to_ascii_lowercase());
                match function {
                    Function::Contains => own.contains(&wanted),
                    Function::StartsWith => own.starts_with(&wanted),
                    Function::EndsWith => own.ends_with(&wanted),
                }
            }
        }
    }
}

fn tokens(text: &str) -> Option<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let (token, after) = match first {
            '(' => (Token::Open, rest.get(1..)?),
            ')' => (Token::Close, rest.get(1..)?),
            ',' => (Token::Comma, rest.get(1..)?),
            '\'' => quoted(rest.get(1..)?)?,
            _ => {
                let end = rest.find(|ch: char| ch.is_whitespace() || "(),'".contains(ch));
                let (word, after) = rest.split_at(end.unwrap_or(rest.len()));
                (Token::Word(word.to_owned()), after)
            }
        };
        tokens.push(token);
        rest = after.trim_start();
    }
    Some(tokens)
}

/// The text up to the quote that is not doubled, and what follows it.
fn quoted(text: &str) -> Option<(Token, &str)> {
    let mut value = String::new();
    let mut rest = text;
    loop {
        let (before, after) = rest.split_once('\'')?;
        value.push_str(before);
        match after.strip_prefix('\'') {
            Some(more) => {
                value.push('\'');
                rest = more;
            }
            None => return Some((Token::Text(value), after)),
        }
    }
}

type Tokens = Peekable<IntoIter<Token>>;

fn is_word(token: Option<&Token>, wanted: &str) -> bool {
    matches!(token, Some(Token::Word(word)) if word.eq_ignore_ascii_case(wanted))
}

fn any(tokens: &mut Tokens, depth: u8) -> Option<Filter> {
    let mut left = all(tokens, depth)?;
    while is_word(tokens.peek(), "or") {
        tokens.next();
        left = Filter::Or(Box::new(left), Box::new(all(tokens, depth)?));
    }
    Some(left)
}

fn all(tokens: &mut Tokens, depth: u8) -> Option<Filter> {
    let mut left = single(tokens, depth)?;
    while is_word(tokens.peek(), "and") {
        tokens.next();
        left = Filter::And(Box::new(left), Box::new(single(tokens, depth)?));
    }
    Some(left)
}

fn single(tokens: &mut Tokens, depth: u8) -> Option<Filter> {
    if depth >= DEEPEST {
        return None;
    }
    match tokens.next()? {
        Token::Open => {
            let inner = any(tokens, depth + 1)?;
            matches!(tokens.next()?, Token::Close).then_some(inner)
        }
        Token::Word(word) if word.eq_ignore_ascii_case("not") => {
            Some(Filter::Not(Box::new(single(tokens, depth + 1)?)))
        }
        Token::Word(word) if matches!(tokens.peek(), Some(Token::Open)) => function(&word, tokens),
        Token::Word(name) => {
            let Token::Word(operator) = tokens.next()? else { return None };
            let comparison = comparison(&operator)?;
            Some(Filter::Compare(name, comparison, literal(tokens.next()?)?))
        }
        Token::Close | Token::Comma | Token::Text(_) => None,
    }
}

fn function(name: &str, tokens: &mut Tokens) -> Option<Filter> {
    let function = match name.to_ascii_lowercase().as_str() {
        "contains" => Function::Contains,
        "startswith" => Function::StartsWith,
        "endswith" => Function::EndsWith,
        _ => return None,
    };
    tokens.next();
    let Token::Word(field) = tokens.next()? else { return None };
    let is_apart = matches!(tokens.next()?, Token::Comma);
    let Token::Text(text) = tokens.next()? else { return None };
    let is_closed = matches!(tokens.next()?, Token::Close);
    (is_apart && is_closed).then_some(Filter::Text(function, field, text))
}

fn comparison(word: &str) -> Option<Comparison> {
    Some(match word.to_ascii_lowercase().as_str() {
        "eq" => Comparison::Equal,
        "ne" => Comparison::NotEqual,
        "gt" => Comparison::Above,
        "ge" => Comparison::AtLeast,
        "lt" => Comparison::Below,
        "le" => Comparison::AtMost,
        _ => return None,
    })
}

fn literal(token: Token) -> Option<Value> {
    match token {
        Token::Text(text) => Some(Value::String(text)),
        Token::Word(word) => Some(match word.to_ascii_lowercase().as_str() {
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            "null" => Value::Null,
            _ => word.parse::<serde_json::Number>().map_or(Value::String(word), Value::Number),
        }),
        Token::Open | Token::Close | Token::Comma => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn and_binds_tighter_and_names_have_any_case() {
        let record = serde_json::json!({
            "isCompliant": false, "policyDefinitionAction": "audit", "count": 7, "name": "it's",
        });
        let record = record.as_object().unwrap();
        let fits = |text: &str| Filter::parse(text).map(|filter| filter.matches(record));
        for (text, expected) in [
            ("IsCompliant eq false and (PolicyDefinitionAction eq 'Audit' or count gt 9)", true),
            ("count lt 7 or count ge 7 and name eq 'it''s'", true),
            ("not (count eq 7)", false),
            ("startswith(policydefinitionaction,'AU') and endswith(name, 'S')", true),
            ("contains(name, 'x')", false),
        ] {
            assert_eq!(fits(text), Some(expected), "{text}");
        }
        for wrong in ["", "count", "count eq", "count is 7", "(count eq 7", "lower(name, 'x')"] {
            assert_eq!(fits(wrong), None, "{wrong}");
        }
        assert_eq!(fits(&format!("{}count eq 7{}", "(".repeat(99), ")".repeat(99))), None);
    }
}
