//! Values written as text: numbers, and the insides of `dynamic(...)` and `parse_json`.

use serde_json::{Map, Value as Json};

use super::time;
use crate::estate::kql::error::QueryError;

/// Levels of arrays and objects in one literal.
const DEPTH: usize = 64;

/// A whole number, decimal or `0x…`.
pub(crate) fn long(text: &str) -> Option<i64> {
    let text = text.trim();
    let (negative, digits) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    if let Some(hex) = digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X")) {
        let value = i64::from_str_radix(hex, 16).ok()?;
        return Some(if negative { -value } else { value });
    }
    text.parse().ok()
}

/// The JSON of a `dynamic(...)` literal: JSON, or with single quotes, or with Kusto scalars.
///
/// # Errors
/// `Syntax` if it is neither.
pub(crate) fn dynamic(raw: &str) -> Result<Json, QueryError> {
    if let Ok(json) = serde_json::from_str(raw) {
        return Ok(json);
    }
    let mut reader = Reader { text: raw, at: 0 };
    let json = reader.value(0).ok_or_else(|| bad(raw))?;
    reader.skip();
    if reader.at < raw.len() { Err(bad(raw)) } else { Ok(json) }
}

fn bad(raw: &str) -> QueryError {
    QueryError::syntax(raw, "a dynamic literal: JSON, an array, an object or a scalar")
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
}

impl Reader<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn skip(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
    }

    fn accept(&mut self, mark: char) -> bool {
        self.skip();
        let there = self.rest().starts_with(mark);
        self.at += if there { mark.len_utf8() } else { 0 };
        there
    }

    fn value(&mut self, depth: usize) -> Option<Json> {
        self.skip();
        if depth > DEPTH {
            return None;
        }
        if self.accept('[') {
            return self.array(depth);
        }
        if self.accept('{') {
            return self.object(depth);
        }
        if self.rest().starts_with(['\'', '"']) {
            return self.string().map(Json::String);
        }
        self.scalar()
    }

    fn array(&mut self, depth: usize) -> Option<Json> {
        let mut items = Vec::new();
        while !self.accept(']') {
            items.push(self.value(depth + 1)?);
            if !self.accept(',') && !self.rest().starts_with(']') {
                return None;
            }
        }
        Some(Json::Array(items))
    }

    fn object(&mut self, depth: usize) -> Option<Json> {
        let mut members = Map::new();
        while !self.accept('}') {
            self.skip();
            let key = self.string()?;
            if !self.accept(':') {
                return None;
            }
            members.insert(key, self.value(depth + 1)?);
            if !self.accept(',') && !self.rest().starts_with('}') {
                return None;
            }
        }
        Some(Json::Object(members))
    }

    fn string(&mut self) -> Option<String> {
        let mut chars = self.rest().char_indices();
        let (_, quote) = chars.next().filter(|(_, c)| matches!(c, '\'' | '"'))?;
        let mut out = String::new();
        let mut escaped = false;
        for (at, c) in chars {
            match c {
                _ if escaped => {
                    out.push(match c {
                        'n' => '\n',
                        't' => '\t',
                        'r' => '\r',
                        other => other,
                    });
                    escaped = false;
                }
                '\\' => escaped = true,
                _ if c == quote => {
                    self.at += at + c.len_utf8();
                    return Some(out);
                }
                _ => out.push(c),
            }
        }
        None
    }

    fn scalar(&mut self) -> Option<Json> {
        let rest = self.rest();
        let bracketed = ["datetime(", "timespan(", "time(", "guid("]
            .iter()
            .find(|name| rest.starts_with(**name));
        let length = match bracketed {
            Some(_) => rest.find(')')? + 1,
            None => rest.find([',', ']', '}']).unwrap_or(rest.len()),
        };
        let word = rest.get(..length)?.trim().to_owned();
        self.at += length;
        if let Some(inner) = word.strip_prefix("datetime(").and_then(|tail| tail.strip_suffix(')'))
        {
            return time::parse_datetime(inner)
                .map(|ticks| Json::from(time::format_datetime(ticks)));
        }
        if let (Some(name), Some(open)) = (bracketed, word.find('(')) {
            let inner = word.get(open + 1..word.len() - 1)?;
            let span = if *name == "guid(" { None } else { time::parse_span(inner) };
            return Some(Json::from(span.map_or_else(|| inner.to_owned(), time::format_span)));
        }
        serde_json::from_str(&word).ok()
    }
}
