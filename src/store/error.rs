//! What can go wrong with the store, and how SQLite's codes become it.
//!
//! Owns [`StoreError`]. Messages say what happened, where and what to do; they never contain
//! what was stored.

use std::{
    io,
    path::{Path, PathBuf},
};

use crate::protocol::{CommandId, Seq, ThreadId};

/// Why the store did not do what was asked. Nothing was written when an append gets one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// Another process holds the data directory.
    #[error(
        "the data directory {} is in use by another opscopilot{}; use that one, stop it, or name \
         another data directory",
        dir.display(), holder(*pid, url.as_deref())
    )]
    Locked {
        /// The data directory.
        dir: PathBuf,
        /// The process that holds it, when it could be read.
        pid: Option<u32>,
        /// Where its server listens, once it said so.
        url: Option<String>,
    },
    /// The log has moved on: another append came first.
    #[error("thread {thread_id} is at {head}, not at {expected}; read on from there")]
    Conflict {
        /// The thread.
        thread_id: ThreadId,
        /// The head that the append was made for.
        expected: Seq,
        /// The head there is; 0 when the thread does not exist.
        head: Seq,
    },
    /// The command has its reply already.
    #[error("command {command_id} already has its reply; send that one")]
    DuplicateReply {
        /// The command.
        command_id: CommandId,
    },
    /// There is no such thread.
    #[error("there is no thread {thread_id}")]
    NotFound {
        /// The thread asked for.
        thread_id: ThreadId,
    },
    /// No space left. Reads go on; appends work again as soon as there is space.
    #[error("no space left for {}; free some: nothing is lost and no restart is needed", path.display())]
    Full {
        /// The database.
        path: PathBuf,
    },
    /// The disk refuses writes. Reads go on; appends work again as soon as it takes them.
    #[error(
        "{} cannot be written: its disk is read-only, over quota or failing; mend it: nothing is \
         lost and no restart is needed",
        path.display()
    )]
    ReadOnly {
        /// The database.
        path: PathBuf,
    },
    /// The database is damaged, or no database.
    #[error("{} is damaged ({detail}); restore it from a backup, or move it away to start empty", path.display())]
    Corrupt {
        /// The database.
        path: PathBuf,
        /// What was found.
        detail: String,
    },
    /// The database was written by a later release.
    #[error(
        "{} has version {found}, this release knows {known}; run the release that wrote it, or a \
         later one",
        path.display()
    )]
    Newer {
        /// The database.
        path: PathBuf,
        /// Its version.
        found: i64,
        /// The latest version known here.
        known: i64,
    },
    /// The database could not be brought to this release's version; it is as it was.
    #[error(
        "{} cannot be used ({detail}); it is unchanged: run the release that wrote it, restore a \
         backup, or move the file away to start empty",
        path.display()
    )]
    Migration {
        /// The database.
        path: PathBuf,
        /// What failed.
        detail: String,
    },
    /// The file system or SQLite failed.
    #[error("{} could not be read or written ({detail}); check the disk and the permissions", path.display())]
    Io {
        /// The file or directory.
        path: PathBuf,
        /// What failed.
        detail: String,
    },
    /// The store was closed.
    #[error("the store is closed: the service is stopping")]
    Closed,
    /// Too much waits already.
    #[error("the store has too much to do; try again in a moment")]
    Busy,
    /// More than is stored, or read, at once.
    #[error("{what} takes {bytes} bytes, more than the {max} allowed")]
    TooLarge {
        /// What is too large.
        what: &'static str,
        /// Its size in bytes.
        bytes: usize,
        /// The cap in bytes.
        max: usize,
    },
    /// The request contradicts itself or the log: a fault of the caller.
    #[error("the store was asked for something impossible: {detail}")]
    Invalid {
        /// What is wrong with it.
        detail: String,
    },
}

impl StoreError {
    /// Whether the same request may succeed later with nothing done about it here.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Busy | Self::Full { .. } | Self::ReadOnly { .. } => true,
            Self::Locked { .. }
            | Self::Conflict { .. }
            | Self::DuplicateReply { .. }
            | Self::NotFound { .. }
            | Self::Corrupt { .. }
            | Self::Newer { .. }
            | Self::Migration { .. }
            | Self::Io { .. }
            | Self::Closed
            | Self::TooLarge { .. }
            | Self::Invalid { .. } => false,
        }
    }

    /// Whether it goes away when the disk takes writes again.
    #[must_use]
    pub fn is_for_want_of_space(&self) -> bool {
        matches!(self, Self::Full { .. } | Self::ReadOnly { .. })
    }

    /// The error of a file operation on `path`.
    pub(super) fn of_io(error: &io::Error, path: &Path) -> Self {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                Self::Full { path: path.to_owned() }
            }
            io::ErrorKind::ReadOnlyFilesystem | io::ErrorKind::FileTooLarge => {
                Self::ReadOnly { path: path.to_owned() }
            }
            _ => Self::Io { path: path.to_owned(), detail: error.to_string() },
        }
    }

    /// The error of a statement on the database `path`.
    pub(super) fn of_sqlx(error: &sqlx::Error, path: &Path) -> Self {
        let io = |detail: String| Self::Io { path: path.to_owned(), detail };
        match error {
            sqlx::Error::Database(error) => {
                let code = error.code().and_then(|code| code.parse().ok()).unwrap_or(0);
                Self::of_sqlite_code(code, error.message(), path)
            }
            sqlx::Error::PoolTimedOut => Self::Busy,
            sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed => Self::Closed,
            sqlx::Error::Io(error) => Self::of_io(error, path),
            sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) => {
                Self::Corrupt { path: path.to_owned(), detail: error.to_string() }
            }
            error => io(error.to_string()),
        }
    }

    fn of_sqlite_code(code: i32, message: &str, path: &Path) -> Self {
        let path = path.to_owned();
        // https://www.sqlite.org/rescode.html: the low byte is the primary code.
        match (code & 0xff, code) {
            (5 | 6, _) => Self::Busy,
            // SQLITE_FULL, and no room for the index of the write-ahead log (IOERR_SHMSIZE).
            (13, _) | (10, 4874) => Self::Full { path },
            // SQLITE_READONLY, and IOERR of WRITE, FSYNC, DIR_FSYNC and TRUNCATE.
            (8, _) | (10, 778 | 1034 | 1290 | 1546) => Self::ReadOnly { path },
            (11 | 26, _) => Self::Corrupt { path, detail: message.to_owned() },
            (18 | 19, _) => Self::Invalid { detail: message.to_owned() },
            _ => Self::Io { path, detail: format!("SQLite code {code}: {message}") },
        }
    }

    /// The caller's fault.
    pub(super) fn invalid(detail: impl Into<String>) -> Self {
        Self::Invalid { detail: detail.into() }
    }
}

fn holder(pid: Option<u32>, url: Option<&str>) -> String {
    match (pid, url) {
        (Some(pid), Some(url)) => format!(" (process {pid}, {url})"),
        (Some(pid), None) => format!(" (process {pid})"),
        (None, Some(url)) => format!(" ({url})"),
        (None, None) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_told_from_a_broken_one() {
        let path = Path::new("/data/opscopilot.db");
        let full = StoreError::Full { path: path.to_owned() };
        assert_eq!(StoreError::of_sqlite_code(13, "full", path), full);
        assert_eq!(StoreError::of_sqlite_code(4874, "shm", path), full);
        assert_eq!(StoreError::of_io(&io::ErrorKind::StorageFull.into(), path), full);
        let read_only = StoreError::ReadOnly { path: path.to_owned() };
        assert_eq!(StoreError::of_sqlite_code(778, "write", path), read_only);
        assert_eq!(StoreError::of_sqlite_code(8, "read-only", path), read_only);
        assert_eq!(StoreError::of_io(&io::ErrorKind::ReadOnlyFilesystem.into(), path), read_only);
        assert!(matches!(StoreError::of_sqlite_code(266, "read", path), StoreError::Io { .. }));
    }

    #[test]
    fn a_locked_directory_names_who_holds_it() {
        let error = StoreError::Locked {
            dir: "/data".into(),
            pid: Some(7),
            url: Some("http://127.0.0.1:8080".into()),
        };
        assert!(error.to_string().contains("(process 7, http://127.0.0.1:8080)"));
    }
}
