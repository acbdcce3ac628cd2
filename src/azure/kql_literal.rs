//! Values written as KQL literals, such that no value can end its literal.
//!
//! Owns quoting. It must not know queries ([`super::kql_text`] puts literals into them) or who
//! runs them.

use std::fmt::Write as _;
use std::time::Duration;

use jiff::Timestamp;

/// A value that a query takes as data.
#[derive(Clone, Debug, PartialEq)]
pub enum Literal {
    /// A string.
    Text(String),
    /// An instant.
    Instant(Timestamp),
    /// A length of time.
    Span(Duration),
    /// A whole number.
    Long(i64),
    /// A number.
    Real(f64),
    /// A truth value.
    Bool(bool),
    /// Strings for the right side of `in`, `in~`, `has_any`; parentheses included.
    Texts(Vec<String>),
}

impl Literal {
    /// The literal as KQL.
    #[must_use]
    pub fn to_kql(&self) -> String {
        match self {
            Self::Text(text) => string(text),
            Self::Instant(at) => format!("datetime({at})"),
            Self::Span(span) => format!("{}ms", span.as_millis()),
            Self::Long(number) => format!("long({number})"),
            Self::Real(number) => real(*number),
            Self::Bool(value) => value.to_string(),
            Self::Texts(texts) => strings(texts),
        }
    }
}

/// `text` as a KQL string literal, quotes included.
///
/// What has a meaning inside a literal, ends a line or cannot be seen is escaped; all else
/// stands as it is.
#[must_use]
pub fn string(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            // Line ends beyond ASCII end a literal too.
            c if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') => {
                let _ = write!(quoted, "\\u{:04X}", u32::from(c));
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// `texts` as the right side of `in`. None at all matches nothing: `()` alone is no KQL.
#[must_use]
pub fn strings<S: AsRef<str>>(texts: &[S]) -> String {
    if texts.is_empty() {
        return "(dynamic([]))".to_owned();
    }
    let quoted: Vec<String> = texts.iter().map(|text| string(text.as_ref())).collect();
    format!("({})", quoted.join(", "))
}

/// `number` as a `real`; what is no number stays so.
fn real(number: f64) -> String {
    if number.is_nan() {
        "real(nan)".to_owned()
    } else if number.is_infinite() {
        if number > 0.0 {
            "real(+inf)".to_owned()
        } else {
            "real(-inf)".to_owned()
        }
    } else {
        format!("real({number:?})")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// An independent reader of KQL string literals: the value, and what follows the literal.
    fn read(text: &str) -> Option<(String, &str)> {
        let mut chars = text.char_indices();
        chars.next().filter(|(_, c)| *c == '"')?;
        let mut value = String::new();
        while let Some((at, c)) = chars.next() {
            match c {
                '"' => return Some((value, &text[at + 1..])),
                '\r' | '\n' | '\u{85}' | '\u{2028}' | '\u{2029}' => return None,
                '\\' => match chars.next()?.1 {
                    'n' => value.push('\n'),
                    'r' => value.push('\r'),
                    't' => value.push('\t'),
                    'u' => {
                        let hex: String = chars.by_ref().take(4).map(|(_, c)| c).collect();
                        value.push(char::from_u32(u32::from_str_radix(&hex, 16).ok()?)?);
                    }
                    c @ ('"' | '\\' | '\'') => value.push(c),
                    _ => return None,
                },
                c => value.push(c),
            }
        }
        None
    }

    proptest! {
        #[test]
        fn no_text_escapes_its_literal(text in any::<String>()) {
            let quoted = string(&text);
            prop_assert_eq!(read(&quoted), Some((text, "")));
        }

        #[test]
        fn no_list_item_escapes_its_list(texts in prop::collection::vec("[\"'\\\\),(\n| a]{0,6}", 1..5)) {
            let list = strings(&texts);
            let mut rest = list.strip_prefix('(').unwrap();
            let mut seen = Vec::new();
            while let Some((value, after)) = read(rest) {
                seen.push(value);
                rest = after.strip_prefix(", ").unwrap_or(after);
            }
            prop_assert_eq!((seen, rest), (texts, ")"));
        }

        #[test]
        fn numbers_stay_inside_their_call(number in any::<f64>(), whole in any::<i64>()) {
            let real = Literal::Real(number).to_kql();
            prop_assert!(real.starts_with("real(") && real.find(')') == Some(real.len() - 1));
            prop_assert_eq!(Literal::Long(whole).to_kql(), format!("long({whole})"));
        }
    }

    #[test]
    fn every_kind_has_its_literal() {
        let at: Timestamp = "2026-01-02T03:04:05.678Z".parse().unwrap();
        for (literal, kql) in [
            (
                Literal::Text("it's \"x\"\n\\".into()),
                r#""it's \"x\"\n\\""#,
            ),
            (Literal::Instant(at), "datetime(2026-01-02T03:04:05.678Z)"),
            (Literal::Span(Duration::from_secs(90)), "90000ms"),
            (Literal::Long(-5), "long(-5)"),
            (Literal::Real(1.0), "real(1.0)"),
            (Literal::Bool(true), "true"),
            (
                Literal::Texts(vec!["a".into(), "b".into()]),
                r#"("a", "b")"#,
            ),
            (Literal::Texts(vec![]), "(dynamic([]))"),
        ] {
            assert_eq!(literal.to_kql(), kql);
        }
    }
}
