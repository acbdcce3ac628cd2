//! What evaluation needs besides the row: the instant, and the account of what a query has used.

use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
};

use regex::Regex;
use serde_json::Value as Json;

use crate::estate::kql::{
    Limits,
    error::QueryError,
    value::{Text, Tree, Value},
};

/// Levels of arrays and bags in a value made by a query.
const LEVELS: usize = 128;
/// Compiled size of one regular expression, in bytes.
const REGEX_BYTES: usize = 1 << 20;
/// Regular expressions of one query.
const REGEXES: usize = 64;

/// What evaluation needs besides the row, and the account of what it has used.
pub(crate) struct Context {
    /// Ticks.
    pub(crate) now: i64,
    pub(crate) limits: Limits,
    steps: Cell<u64>,
    bytes: Cell<u64>,
    regexes: RefCell<HashMap<String, Regex>>,
}

impl Context {
    pub(crate) fn new(now: i64, limits: Limits) -> Self {
        Self {
            now,
            limits,
            steps: Cell::new(limits.steps),
            bytes: Cell::new(limits.bytes),
            regexes: RefCell::default(),
        }
    }

    /// Takes `steps` from the budget.
    ///
    /// # Errors
    /// `TooLarge` when it is used up.
    pub(crate) fn spend(&self, steps: usize) -> Result<(), QueryError> {
        let left = self.steps.get().checked_sub(steps as u64);
        self.steps.set(left.unwrap_or(0));
        left.map(|_| ()).ok_or_else(|| {
            QueryError::too_large(format!(
                "Query execution has exceeded the allowed {} steps.",
                self.limits.steps
            ))
        })
    }

    /// Takes `bytes` from what a query may make in all.
    ///
    /// # Errors
    /// `TooLarge` when it is used up.
    pub(crate) fn allocate(&self, bytes: usize) -> Result<(), QueryError> {
        let left = self.bytes.get().checked_sub(bytes as u64);
        self.bytes.set(left.unwrap_or(0));
        left.map(|_| ()).ok_or_else(|| {
            QueryError::too_large(format!(
                "Query execution has exceeded the allowed {} bytes.",
                self.limits.bytes
            ))
        })
    }

    /// Accounts for a value that was made.
    ///
    /// # Errors
    /// `TooLarge` if it is too much, or nested too deep.
    pub(crate) fn keep<'a>(&self, value: Value<'a>) -> Result<Value<'a>, QueryError> {
        match &value {
            Value::Text(Text::Shared(text)) => self.allocate(text.len())?,
            Value::Tree(Tree::Shared(json)) => self.allocate(weight(json, 0)?)?,
            _ => {}
        }
        Ok(value)
    }

    /// # Errors
    /// `TooLarge` if an operator has made more rows than are allowed.
    pub(crate) fn check_rows(&self, rows: usize) -> Result<(), QueryError> {
        if rows <= self.limits.rows {
            return Ok(());
        }
        Err(QueryError::too_large(format!(
            "An operator has made more than the allowed {} rows.",
            self.limits.rows
        )))
    }

    /// # Errors
    /// `Semantic` if it is no regular expression, `TooLarge` if it is too big.
    pub(crate) fn regex(&self, pattern: &str) -> Result<Regex, QueryError> {
        let mut cache = self.regexes.borrow_mut();
        if let Some(regex) = cache.get(pattern) {
            return Ok(regex.clone());
        }
        if cache.len() >= REGEXES {
            return Err(QueryError::too_large(format!(
                "A query may use at most {REGEXES} regular expressions."
            )));
        }
        let built = regex::RegexBuilder::new(pattern)
            .size_limit(REGEX_BYTES)
            .dfa_size_limit(REGEX_BYTES)
            .build();
        let regex = built.map_err(|error| match error {
            regex::Error::CompiledTooBig(_) => {
                QueryError::too_large("A regular expression is too large.")
            }
            _ => QueryError::semantic(format!("'{pattern}' is not a valid regular expression.")),
        })?;
        cache.insert(pattern.to_owned(), regex.clone());
        Ok(regex)
    }
}

/// About the bytes a value takes.
///
/// # Errors
/// `TooLarge` if it is nested deeper than anything may walk it.
fn weight(json: &Json, depth: usize) -> Result<usize, QueryError> {
    if depth > LEVELS {
        return Err(QueryError::too_large(format!(
            "A value is nested more than {LEVELS} levels deep."
        )));
    }
    let inside: usize = match json {
        Json::Array(items) => {
            items.iter().map(|item| weight(item, depth + 1)).sum::<Result<_, _>>()?
        }
        Json::Object(bag) => bag
            .iter()
            .map(|(key, item)| Ok(key.len() + weight(item, depth + 1)?))
            .sum::<Result<usize, QueryError>>()?,
        Json::String(text) => text.len(),
        Json::Null | Json::Bool(_) | Json::Number(_) => 0,
    };
    Ok(inside + size_of::<Json>())
}
