//! KQL text to be sent: a fixed template with literals put in, or text written as a whole.
//!
//! Owns how values get into a query. It must not know what the query means. A placeholder is
//! `{{name}}` and stands where a value may stand: inside a string or a comment it is refused,
//! because there quoting would not protect.

use std::fmt;

use thiserror::Error;

use super::kql_literal::Literal;

/// The text of a query.
#[derive(Clone, PartialEq, Eq)]
pub struct KqlText(String);

/// Why values cannot be put into a template.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum BindError {
    /// A placeholder has no value.
    #[error("the query asks for `{0}`, which was not given")]
    Missing(String),
    /// A value has no placeholder.
    #[error("the query has no place for `{0}`")]
    Unused(String),
    /// A placeholder stands in a string or a comment.
    #[error("the placeholder `{0}` stands inside a string or a comment, where it is no value")]
    Quoted(String),
    /// A string in the template does not end.
    #[error("a string in the query does not end")]
    Unterminated,
}

impl KqlText {
    /// Text written as a whole, by an author or a model: sent as it is.
    #[must_use]
    pub fn verbatim(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Puts `values` into `template`, each as a literal at its `{{name}}`.
    ///
    /// # Errors
    /// [`BindError`] when names and placeholders do not match one to one, or a placeholder is
    /// not in the place of a value.
    pub fn bind(template: &str, values: &[(&str, Literal)]) -> Result<Self, BindError> {
        let mut text = String::with_capacity(template.len() + 64);
        let mut used = vec![false; values.len()];
        let mut rest = template;
        while !rest.is_empty() {
            let (token, after) = next_token(rest)?;
            match token {
                Token::Plain(plain) => text.push_str(plain),
                Token::Opaque(opaque) => {
                    if let Some(name) = placeholder_in(opaque) {
                        return Err(BindError::Quoted(name.to_owned()));
                    }
                    text.push_str(opaque);
                }
                Token::Placeholder(name) => {
                    let found = values
                        .iter()
                        .zip(&mut used)
                        .find(|((key, _), _)| *key == name);
                    let ((_, value), used) =
                        found.ok_or_else(|| BindError::Missing(name.to_owned()))?;
                    *used = true;
                    text.push_str(&value.to_kql());
                }
            }
            rest = after;
        }
        match values.iter().zip(&used).find(|(_, used)| !**used) {
            Some(((name, _), _)) => Err(BindError::Unused((*name).to_owned())),
            None => Ok(Self(text)),
        }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for KqlText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KqlText({} bytes)", self.0.len())
    }
}

/// The names of the placeholders of `template`, each once, in order.
///
/// # Errors
/// [`BindError::Quoted`], [`BindError::Unterminated`].
pub fn placeholders(template: &str) -> Result<Vec<&str>, BindError> {
    let mut names = Vec::new();
    let mut rest = template;
    while !rest.is_empty() {
        let (token, after) = next_token(rest)?;
        match token {
            Token::Placeholder(name) if !names.contains(&name) => names.push(name),
            Token::Opaque(opaque) => {
                if let Some(name) = placeholder_in(opaque) {
                    return Err(BindError::Quoted(name.to_owned()));
                }
            }
            Token::Placeholder(_) | Token::Plain(_) => {}
        }
        rest = after;
    }
    Ok(names)
}

enum Token<'a> {
    /// Code.
    Plain(&'a str),
    /// A string or a comment, delimiters included.
    Opaque(&'a str),
    Placeholder(&'a str),
}

/// Splits the next token off `text`, which is not empty.
fn next_token(text: &str) -> Result<(Token<'_>, &str), BindError> {
    if let Some((name, after)) = placeholder_at(text) {
        return Ok((Token::Placeholder(name), after));
    }
    match opaque_len(text)? {
        Some(len) => {
            let (opaque, after) = text.split_at(len);
            Ok((Token::Opaque(opaque), after))
        }
        None => {
            let starts = |at: usize| {
                let rest = text.get(at..).unwrap_or_default();
                placeholder_at(rest).is_some() || opens(rest)
            };
            let first = text
                .char_indices()
                .skip(1)
                .map(|(at, _)| at)
                .find(|at| starts(*at));
            let (plain, after) = text.split_at(first.unwrap_or(text.len()));
            Ok((Token::Plain(plain), after))
        }
    }
}

fn opens(text: &str) -> bool {
    ["\"", "'", "@\"", "@'", "```", "~~~", "//"]
        .iter()
        .any(|open| text.starts_with(open))
}

/// The length of the string or comment that `text` begins with.
fn opaque_len(text: &str) -> Result<Option<usize>, BindError> {
    if !opens(text) {
        return Ok(None);
    }
    if text.starts_with("//") {
        return Ok(Some(text.find(['\n', '\r']).unwrap_or(text.len())));
    }
    for fence in ["```", "~~~"] {
        if let Some(inner) = text.strip_prefix(fence) {
            let end = inner.find(fence).ok_or(BindError::Unterminated)?;
            return Ok(Some(end + 2 * fence.len()));
        }
    }
    let verbatim = text.starts_with('@');
    let mut chars = text.char_indices().skip(usize::from(verbatim)).peekable();
    let Some((_, quote)) = chars.next() else {
        return Err(BindError::Unterminated);
    };
    while let Some((at, c)) = chars.next() {
        if c == '\\' && !verbatim {
            chars.next();
        } else if c == quote {
            if verbatim && chars.peek().is_some_and(|(_, next)| *next == quote) {
                chars.next();
            } else {
                return Ok(Some(at + c.len_utf8()));
            }
        } else if matches!(c, '\n' | '\r') {
            return Err(BindError::Unterminated);
        }
    }
    Err(BindError::Unterminated)
}

fn placeholder_at(text: &str) -> Option<(&str, &str)> {
    let inner = text.strip_prefix("{{")?;
    let (name, after) = inner.split_once("}}")?;
    let well_formed =
        !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    well_formed.then_some((name, after))
}

fn placeholder_in(text: &str) -> Option<&str> {
    text.match_indices("{{")
        .find_map(|(at, _)| Some(placeholder_at(text.get(at..)?)?.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(value: &str) -> Literal {
        Literal::Text(value.to_owned())
    }

    #[test]
    fn values_are_bound_as_literals() {
        let bound = KqlText::bind(
            "resources\n| where name =~ {{name}} // it's {fine}\n| extend d = dynamic({\"a\":{\"b\":1}})\n| where id in~ {{ids}}",
            &[
                ("name", text("x\" or true | project \"")),
                ("ids", Literal::Texts(vec!["a".into()])),
            ],
        );
        assert_eq!(
            bound.unwrap().as_str(),
            "resources\n| where name =~ \"x\\\" or true | project \\\"\" // it's {fine}\n| extend d = dynamic({\"a\":{\"b\":1}})\n| where id in~ (\"a\")"
        );
    }

    #[test]
    fn a_placeholder_inside_a_string_or_comment_is_refused() {
        for template in [
            "x == '{{a}}'",
            "x == \"q\\\"{{a}}\"",
            "x == @'it''s {{a}}'",
            "x // {{a}}",
            "```{{a}}```",
        ] {
            let bound = KqlText::bind(template, &[("a", text("v"))]);
            assert_eq!(
                bound.unwrap_err(),
                BindError::Quoted("a".to_owned()),
                "{template}"
            );
            assert!(placeholders(template).is_err());
        }
    }

    #[test]
    fn names_and_placeholders_match_one_to_one() {
        assert_eq!(
            KqlText::bind("{{a}}", &[]),
            Err(BindError::Missing("a".into()))
        );
        assert_eq!(
            KqlText::bind("x", &[("a", text(""))]),
            Err(BindError::Unused("a".into()))
        );
        assert_eq!(KqlText::bind("x == 'a", &[]), Err(BindError::Unterminated));
        assert_eq!(placeholders("{{a}} {{b}} {{a}} '{'"), Ok(vec!["a", "b"]));
        assert_eq!(
            KqlText::bind("{{a}}{{a}}", &[("a", Literal::Bool(true))])
                .unwrap()
                .as_str(),
            "truetrue"
        );
    }
}
