//! Whether the store takes writes, and how it finds out that it does again.
//!
//! A write that finds no space makes the store read-only; from then on the writer itself tries,
//! so that nobody's question has to. What is read, and what an append was told, stays true.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
    time::Duration,
};

use sqlx::{Executor, SqliteConnection};
use tokio::sync::watch;

use super::{StoreError, data_dir::DataDir};

/// How often it is tried whether there is space again.
pub(super) const TRY_INTERVAL: Duration = Duration::from_secs(1);
/// What must fit for the store to be writable again: more than most appends.
const TRY_BYTES: usize = 256 * 1024;
const TRY_FILE: &str = "space";
/// A row that no command makes: command ids are not empty. Committed by itself, so that its pages
/// go to the disk.
const TRY_ROW: &str = "INSERT OR REPLACE INTO reply (principal_id, command_id, body_digest, reply, \
                       at) VALUES ('', '', x'', zeroblob(262144), 0)";
const TRY_ROW_GONE: &str = "DELETE FROM reply WHERE principal_id = '' AND command_id = ''";

/// Whether the store takes writes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Condition {
    /// It does.
    #[default]
    Writable,
    /// There is no space left.
    Full,
    /// The disk refuses writes.
    ReadOnly,
}

/// The condition, shared by the writer and whoever asks.
#[derive(Clone, Debug)]
pub(super) struct Sign {
    sender: watch::Sender<Condition>,
    path: PathBuf,
}

impl Sign {
    pub(super) fn new(dir: &DataDir) -> Self {
        Self { sender: watch::Sender::default(), path: dir.database().to_owned() }
    }

    pub(super) fn watch(&self) -> watch::Receiver<Condition> {
        self.sender.subscribe()
    }

    pub(super) fn now(&self) -> Condition {
        *self.sender.borrow()
    }

    /// The error of whoever wants to write now.
    pub(super) fn check(&self) -> Result<(), StoreError> {
        match self.now() {
            Condition::Writable => Ok(()),
            Condition::Full => Err(StoreError::Full { path: self.path.clone() }),
            Condition::ReadOnly => Err(StoreError::ReadOnly { path: self.path.clone() }),
        }
    }

    /// Remembers what a write met. That one fits does not mean that the next does: only
    /// [`Sign::is_writable`] lifts it.
    pub(super) fn note<T>(&self, outcome: &Result<T, StoreError>) {
        match outcome {
            Err(StoreError::Full { .. }) => self.set(Condition::Full),
            Err(StoreError::ReadOnly { .. }) => self.set(Condition::ReadOnly),
            Ok(_) | Err(_) => {}
        }
    }

    /// There is space again.
    pub(super) fn is_writable(&self) {
        self.set(Condition::Writable);
    }

    fn set(&self, condition: Condition) {
        let changed = self.sender.send_if_modified(|known| {
            let changed = *known != condition;
            *known = condition;
            changed
        });
        if !changed {
            return;
        }
        let path = self.path.display();
        match condition {
            Condition::Writable => tracing::info!(%path, "the store takes writes again"),
            Condition::Full => tracing::error!(%path, "no space left: the store is read-only"),
            Condition::ReadOnly => {
                tracing::error!(%path, "the disk refuses writes: the store is read-only");
            }
        }
    }
}

/// Whether what most appends need fits on the disk and into the database.
pub(super) async fn try_to_write(conn: &mut SqliteConnection, dir: &DataDir) -> bool {
    let file = dir.path().join(TRY_FILE);
    let written = tokio::task::spawn_blocking(move || write_and_remove(&file)).await;
    if !matches!(written, Ok(Ok(()))) {
        return false;
    }
    for sql in [TRY_ROW, TRY_ROW_GONE] {
        if let Err(error) = conn.execute(sql).await {
            tracing::debug!(%error, "the store is still read-only");
            return false;
        }
    }
    true
}

fn write_and_remove(path: &Path) -> io::Result<()> {
    let written = File::create(path).and_then(|mut file| {
        file.write_all(&vec![0; TRY_BYTES])?;
        file.sync_all()
    });
    let removed = fs::remove_file(path);
    written.and(removed)
}
