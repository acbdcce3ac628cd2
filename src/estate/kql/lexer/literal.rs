//! Strings and numbers of the lexer.

use super::{Lexeme, Lexer, is_word_start};
use crate::estate::kql::{error::QueryError, value::time};

impl Lexer<'_> {
    /// A string whose opening quote comes next.
    pub(super) fn string(&mut self, quote: char, verbatim: bool) -> Result<String, QueryError> {
        let start = self.at;
        self.at += quote.len_utf8();
        let mut out = String::new();
        while let Some(next) = self.peek() {
            self.at += next.len_utf8();
            match next {
                _ if next == quote && verbatim && self.peek() == Some(quote) => {
                    self.at += quote.len_utf8();
                    out.push(quote);
                }
                _ if next == quote => return Ok(out),
                '\\' if !verbatim => out.push(self.escape(start)?),
                '\n' if !verbatim => break,
                other => out.push(other),
            }
        }
        Err(QueryError::syntax("<EOF>", format!("{quote} at the end of a string")).at(start))
    }

    fn escape(&mut self, start: usize) -> Result<char, QueryError> {
        let bad =
            || QueryError::syntax("\\", "one of \\n \\t \\r \\\\ \\' \\\" \\uXXXX \\xXX").at(start);
        let next = self.peek().ok_or_else(bad)?;
        self.at += next.len_utf8();
        let digits = match next {
            'n' => return Ok('\n'),
            't' => return Ok('\t'),
            'r' => return Ok('\r'),
            'a' => return Ok('\u{7}'),
            'b' => return Ok('\u{8}'),
            'f' => return Ok('\u{c}'),
            'v' => return Ok('\u{b}'),
            '0' => return Ok('\0'),
            '\\' | '\'' | '"' | '/' => return Ok(next),
            'x' => 2,
            'u' => 4,
            'U' => 8,
            _ => return Err(bad()),
        };
        let hex = self.rest().get(..digits).ok_or_else(bad)?;
        let code = u32::from_str_radix(hex, 16).map_err(|_| bad())?;
        self.at += digits;
        char::from_u32(code).ok_or_else(bad)
    }

    pub(super) fn number(&mut self) -> Result<Lexeme, QueryError> {
        let rest = self.rest();
        if let Some(hex) = rest.strip_prefix("0x").or_else(|| rest.strip_prefix("0X")) {
            let digits: String = hex.chars().take_while(char::is_ascii_hexdigit).collect();
            self.at += 2 + digits.len();
            return i64::from_str_radix(&digits, 16)
                .map(Lexeme::Long)
                .map_err(|_| not_a_number(&digits));
        }
        let whole = digits(rest);
        let mut length = whole;
        let mut real = false;
        let tail = rest.get(whole..).unwrap_or("");
        if tail.starts_with('.')
            && tail.get(1..).is_some_and(|t| t.starts_with(|c: char| c.is_ascii_digit()))
        {
            real = true;
            length += 1 + digits(tail.get(1..).unwrap_or(""));
        }
        if let Some(exponent) = exponent(rest.get(length..).unwrap_or("")) {
            real = true;
            length += exponent;
        }
        let text = rest.get(..length).unwrap_or("");
        self.at += length;
        if self.peek().is_some_and(is_word_start) {
            let unit = self.take_word();
            return time::span_of(text, unit)
                .map(Lexeme::Span)
                .ok_or_else(|| not_a_number(&format!("{text}{unit}")));
        }
        let lexeme = if real {
            text.parse().map(Lexeme::Real).ok()
        } else {
            text.parse().map(Lexeme::Long).ok()
        };
        lexeme.ok_or_else(|| not_a_number(text))
    }
}

fn digits(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

fn exponent(text: &str) -> Option<usize> {
    let tail = text.strip_prefix(['e', 'E'])?;
    let signed = tail.strip_prefix(['+', '-']).unwrap_or(tail);
    let count = digits(signed);
    (count > 0).then_some(1 + (tail.len() - signed.len()) + count)
}

fn not_a_number(text: &str) -> QueryError {
    QueryError::syntax(text, "a number or a duration such as 1d, 2h, 30m, 5s, 100ms")
}
