//! The durable thread logs: events, evidence, replies.
//!
//! Owns the data directory and the SQLite database in it; the only room that knows sqlx. It
//! numbers and encodes nothing itself, does not fold events and knows no run: the thread's log
//! says what to append, and at which head.
//!
//! # Promises
//!
//! - An append is stored whole, durably, when it returns; or nothing of it is.
//! - It is refused where the head is not the expected one, so that numbers have no gap and no
//!   event is written twice, also where several processes will write to one database.
//! - Whatever happens to one append of a batch, the others do not notice.
//! - One process holds a data directory.
//!
//! # Why one writer
//!
//! SQLite has one writer at a time; the cost of a write is its fsync. A single task that takes
//! all appends waiting pays one fsync for all of them, and at most two statement round trips.

mod batch;
mod condition;
mod data_dir;
mod error;
mod preflight;
mod read;
mod record;
mod row;
mod schema;
mod threads;
mod writer;

use std::{path::Path, sync::Arc, time::Duration};

use sqlx::SqlitePool;
use tokio::sync::watch;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

pub use condition::Condition;
pub use error::StoreError;
pub use read::{
    MAX_EVENTS_PAGE, MAX_EVENTS_PAGE_BYTES, MAX_EVIDENCE_AT_ONCE, MAX_EVIDENCE_BYTES_AT_ONCE,
};
pub use record::{
    Append, EncodedEvent, MAX_APPEND_BYTES, MAX_APPEND_EVENTS, MAX_PARTICIPANTS, NewEvidence,
    NewReply, StoredEvidence, StoredReply,
};
pub use threads::{
    ArchiveFilter, CursorError, MAX_THREADS_PAGE, ThreadCursor, ThreadFilter, ThreadPage, ThreadsOf,
};

use crate::protocol::ThreadId;
use data_dir::{DataDir, Lifetime};
use writer::Queue;

/// The thread logs of one data directory. Cheap to clone; all clones are one store.
#[derive(Clone, Debug)]
pub struct Store(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    queue: Queue,
    readers: SqlitePool,
    dir: Arc<DataDir>,
    closing: CancellationToken,
    tasks: TaskTracker,
}

/// How a store is opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoreOptions {
    /// The most bytes the database may take; none: as many as the disk has.
    pub max_bytes: Option<u64>,
    /// Connections that read at once.
    pub readers: u32,
    /// Appends that may wait for the writer.
    pub queue_length: usize,
    /// How long an append waits for a place in the queue before it is [`StoreError::Busy`].
    pub patience: Duration,
}

impl Default for StoreOptions {
    fn default() -> Self {
        Self { max_bytes: None, readers: 4, queue_length: 1024, patience: Duration::from_secs(5) }
    }
}

/// How a store is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Health {
    /// Whether it takes writes. Appends are tried all the same.
    pub condition: Condition,
    /// Appends that wait for the writer.
    pub waiting: usize,
}

impl Store {
    /// Opens the store in `dir`, made where it does not exist, private to the user.
    ///
    /// # Errors
    ///
    /// [`StoreError::Locked`] while another process holds it; `Newer`, `Migration` and `Corrupt`
    /// for a database that this release cannot use, which is left as it was; `Full`, `Io`,
    /// `Busy`.
    pub async fn open(dir: &Path) -> Result<Self, StoreError> {
        Self::open_with(dir, StoreOptions::default()).await
    }

    /// Opens the store in `dir` with options.
    ///
    /// # Errors
    ///
    /// As [`Store::open`].
    pub async fn open_with(dir: &Path, options: StoreOptions) -> Result<Self, StoreError> {
        let path = dir.to_owned();
        let taken = tokio::task::spawn_blocking(move || DataDir::take(&path, Lifetime::Kept));
        Self::start(taken.await.unwrap_or(Err(StoreError::Closed))?, &options).await
    }

    /// Whether no process holds `dir`, without taking or making it.
    ///
    /// # Errors
    ///
    /// [`StoreError::Locked`] while another process holds it; `Io`.
    pub fn check_free(dir: &Path) -> Result<(), StoreError> {
        DataDir::check_free(dir)
    }

    /// A store of this process's own, removed with the last clone. It does not survive a crash.
    ///
    /// # Errors
    ///
    /// `Full` and `Io`.
    pub async fn temporary() -> Result<Self, StoreError> {
        let taken = tokio::task::spawn_blocking(DataDir::temporary);
        let dir = taken.await.unwrap_or(Err(StoreError::Closed))?;
        Self::start(dir, &StoreOptions::default()).await
    }

    async fn start(dir: DataDir, options: &StoreOptions) -> Result<Self, StoreError> {
        let dir = Arc::new(dir);
        let conn = schema::open_writer(&dir, options).await?;
        let readers = schema::open_readers(dir.database(), options);
        let closing = CancellationToken::new();
        let (queue, writer) = Queue::new(conn, Arc::clone(&dir), options, closing.clone());
        let tasks = TaskTracker::new();
        tasks.spawn(writer.run(readers.clone()));
        tasks.close();
        Ok(Self(Arc::new(Inner { queue, readers, dir, closing, tasks })))
    }

    /// Tells the next process that finds the directory held where this one listens.
    ///
    /// # Errors
    ///
    /// `Closed`, `Full` and `Io`.
    pub fn announce(&self, url: &str) -> Result<(), StoreError> {
        if self.0.closing.is_cancelled() {
            return Err(StoreError::Closed);
        }
        self.0.dir.announce(url)
    }

    /// The data directory.
    #[must_use]
    pub fn dir(&self) -> &Path {
        self.0.dir.path()
    }

    /// Stores one step of a log: all of it, durably when this returns, or nothing.
    ///
    /// Dropping the future stores all of it or nothing, too.
    ///
    /// # Errors
    ///
    /// [`StoreError::Conflict`] where the head is another, `NotFound` where the thread was
    /// deleted, `DuplicateReply` where the command has its reply, `Full` while there is no space,
    /// `Busy` where too much waits, `TooLarge` and `Invalid` for what can never be stored; `Io`,
    /// `Corrupt`, `Closed`.
    pub async fn append(&self, append: Append) -> Result<(), StoreError> {
        self.0.queue.append(append).await
    }

    /// Deletes a thread with its events and evidence. Replies to its commands stay their day.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotFound`], `Full`, `Busy`, `Io`, `Corrupt`, `Closed`.
    pub async fn delete_thread(&self, thread_id: ThreadId) -> Result<(), StoreError> {
        self.0.queue.delete(thread_id).await
    }

    /// How the store is doing, by a real read.
    ///
    /// # Errors
    ///
    /// `Closed` when it was closed or its writer ended; `Io`, `Corrupt`, `Busy` when it cannot
    /// be read.
    pub async fn health(&self) -> Result<Health, StoreError> {
        if !self.0.queue.is_open() {
            return Err(StoreError::Closed);
        }
        let read = sqlx::query("SELECT head_seq FROM thread LIMIT 1");
        read.fetch_optional(self.readers()).await.map_err(|error| self.failed(&error))?;
        Ok(Health { condition: self.0.queue.sign().now(), waiting: self.waiting() })
    }

    /// Appends that wait for the writer.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.0.queue.waiting()
    }

    /// Whether it takes writes, now and from here on.
    #[must_use]
    pub fn condition(&self) -> watch::Receiver<Condition> {
        self.0.queue.sign().watch()
    }

    /// Whether something new may be begun: not while there is no space for its end.
    ///
    /// # Errors
    ///
    /// [`StoreError::Full`] and `ReadOnly`.
    pub fn check_writable(&self) -> Result<(), StoreError> {
        self.0.queue.sign().check()
    }

    /// Resolves when the store takes writes, or will not any more because it is closing.
    pub async fn writable(&self) {
        let mut condition = self.condition();
        tokio::select! {
            _ = condition.wait_for(|now| *now == Condition::Writable) => {}
            () = self.0.closing.cancelled() => {}
        }
    }

    /// Stores what waits, takes nothing more and lets the directory go.
    pub async fn close(&self) {
        self.0.closing.cancel();
        self.0.tasks.wait().await;
    }

    fn readers(&self) -> &SqlitePool {
        &self.0.readers
    }

    fn failed(&self, error: &sqlx::Error) -> StoreError {
        StoreError::of_sqlx(error, self.0.dir.database())
    }
}
