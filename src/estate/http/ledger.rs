//! The ledger: one line for each request, in memory and in a file when asked. Never holds a
//! token or a body.

use std::{
    collections::VecDeque,
    fs::{File, OpenOptions},
    io::Write as _,
    path::Path,
    sync::{Mutex, PoisonError},
};

use jiff::Timestamp;
use serde::Serialize;

use crate::estate::journal::EstateError;

/// The entries kept in memory.
const KEPT: usize = 20_000;

/// A request the estate answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct LedgerEntry {
    /// When it came, by the estate's clock.
    pub at: Timestamp,
    /// `GET`, `POST`, …
    pub method: String,
    /// The path as it came.
    pub path: String,
    /// The query string as it came.
    pub query: String,
    /// The tables that its query names, where its body has one.
    pub tables: Vec<String>,
    /// The HTTP status of the answer.
    pub status: u16,
    /// The sample user, or empty for a caller without a token.
    pub principal: String,
    /// Bytes of the answer's body.
    pub bytes: usize,
    /// Microseconds from the first byte in to the answer.
    pub duration_us: u64,
}

/// The ledger of an estate.
#[derive(Debug)]
pub(super) struct Ledger {
    entries: Mutex<VecDeque<LedgerEntry>>,
    file: Option<Mutex<File>>,
}

impl Ledger {
    /// Opens the ledger, and its file if there is one.
    ///
    /// # Errors
    /// [`EstateError::Io`].
    pub(super) fn open(path: Option<&Path>) -> Result<Self, EstateError> {
        let file = path.map(|path| {
            OpenOptions::new()
                .create(true)
                .append(true)
                .open(path)
                .map_err(|source| EstateError::Io { path: path.to_owned(), source })
        });
        Ok(Self { entries: Mutex::default(), file: file.transpose()?.map(Mutex::new) })
    }

    /// Writes an entry. A ledger that cannot be written must not fail a request.
    pub(super) fn record(&self, entry: LedgerEntry) {
        if let (Some(file), Ok(mut line)) = (&self.file, serde_json::to_vec(&entry)) {
            line.push(b'\n');
            let written = file.lock().unwrap_or_else(PoisonError::into_inner).write_all(&line);
            if let Err(error) = written {
                tracing::warn!(%error, "the estate's ledger could not be written");
            }
        }
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        if entries.len() == KEPT {
            entries.pop_front();
        }
        entries.push_back(entry);
    }

    /// The latest entries, oldest first.
    pub(super) fn entries(&self) -> Vec<LedgerEntry> {
        let entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries.iter().cloned().collect()
    }
}
