//! What a call looked at and what it could not see, as its coverage.
//!
//! Owns the noting; it must not know any operation.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use jiff::Timestamp;

use super::ReadContext;
use crate::{
    protocol::{Coverage, CoverageFailure},
    tools::{
        error::{ToolError, shorten},
        present::count_of,
    },
};

/// The code of rows that made no sense; the rest of their scope was read.
const BAD_ROWS: &str = "BadRow";
/// Codes of ours. Their messages hold our words alone, and say more than that a scope was not
/// read.
const NOTES: &[&str] = &[BAD_ROWS, "NotChecked", "NotRead", "Truncated"];

/// Whether a failure is a note about something that was read in part.
#[must_use]
pub fn is_note(failure: &CoverageFailure) -> bool {
    NOTES.contains(&failure.code.as_str())
}

/// Noted by reads that run side by side.
#[derive(Debug, Default)]
pub(super) struct LookedAt(Mutex<Noted>);

#[derive(Debug, Default)]
struct Noted {
    coverage: Coverage,
    /// Rows left out, by scope.
    left_out: BTreeMap<String, usize>,
}

impl LookedAt {
    fn lock(&self) -> MutexGuard<'_, Noted> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ReadContext {
    /// Notes that a scope was read.
    pub fn read_at(&self, scope: &str) {
        let mut noted = self.seen.lock();
        if !noted.coverage.scopes.iter().any(|known| known == scope) {
            noted.coverage.scopes.push(scope.to_owned());
        }
    }

    /// Notes that a scope could not be read.
    pub fn failed(&self, scope: &str, error: &ToolError) {
        self.seen.lock().coverage.scopes.retain(|known| known != scope);
        self.note(scope, error.code(), &error.to_string());
    }

    /// Notes that a part of the answer could not be read at a scope of which the rest was read.
    pub fn part_failed(&self, scope: &str, what: &str, error: &ToolError) {
        match error {
            ToolError::Denied { .. } => {
                self.note(scope, error.code(), &format!("{what} could not be read: {error}"));
            }
            ToolError::Rejected { .. } | ToolError::Upstream { .. } | ToolError::Cancelled => {
                let what = format!("{what} could not be read ({})", error.code());
                self.note(scope, "NotRead", &what);
            }
        }
    }

    /// Notes that some rows of a scope made no sense and were left out.
    pub fn skipped(&self, scope: &str, rows: usize) {
        if rows > 0 {
            *self.seen.lock().left_out.entry(place(scope)).or_default() += rows;
        }
    }

    /// Notes how old the data is: the oldest instant stays.
    pub fn data_from(&self, at: Timestamp) {
        let known = &mut self.seen.lock().coverage.data_at;
        *known = Some(known.map_or(at, |known| known.min(at)));
    }

    /// Notes something that the answer does not cover.
    pub fn note(&self, scope: &str, code: &str, message: &str) {
        let failure = CoverageFailure {
            scope: place(scope),
            code: code.to_owned(),
            message: shorten(message),
        };
        let failures = &mut self.seen.lock().coverage.failures;
        if !failures.contains(&failure) {
            failures.push(failure);
        }
    }

    /// What the call looked at, with the figures of its result.
    #[must_use]
    pub fn coverage(&self, rows: u64, total: Option<u64>) -> Coverage {
        let noted = self.seen.lock();
        let total = total.filter(|total| *total > rows);
        let mut coverage = Coverage { rows, total, ..noted.coverage.clone() };
        coverage.failures.extend(noted.left_out.iter().map(|(scope, rows)| CoverageFailure {
            scope: scope.clone(),
            code: BAD_ROWS.to_owned(),
            message: match rows {
                1 => "1 row was left out: a field it needs is missing".to_owned(),
                rows => format!(
                    "{} were left out: a field they need is missing",
                    count_of(*rows as u64, "row")
                ),
            },
        }));
        coverage
    }
}

/// The tenant is `/`, also where a list's path begins with nothing.
fn place(scope: &str) -> String {
    if scope.is_empty() { "/".to_owned() } else { scope.to_owned() }
}
