//! The one task that writes: it takes whatever waits, up to a cap, and stores it in one
//! transaction with one fsync.
//!
//! Owns the queue and the writing connection. An append that was taken is carried out and
//! answered even if nobody waits for the answer any more.

use std::{sync::Arc, time::Duration};

use jiff::{SignedDuration, Timestamp};
use sqlx::{Connection, SqliteConnection, SqlitePool};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot},
    time::Instant,
};
use tokio_util::sync::CancellationToken;

use super::{
    Append, StoreError, StoreOptions, batch,
    condition::{Condition, Sign, TRY_INTERVAL, try_to_write},
    data_dir::DataDir,
};
use crate::protocol::ThreadId;

/// The most bytes that wait for the writer, unless one append alone has more.
const MAX_WAITING_KIB: u32 = 64 * 1024;
/// The most appends in one transaction.
const MAX_BATCH: usize = 128;
/// A transaction takes no further append once it carries this.
const MAX_BATCH_BYTES: usize = 8 * 1024 * 1024;
/// Replies are kept for this long.
const REPLY_LIFETIME: SignedDuration = SignedDuration::from_hours(24);
/// How often old replies are looked for.
const PRUNE_INTERVAL: SignedDuration = SignedDuration::from_mins(10);
const PRUNE: &str = "DELETE FROM reply WHERE at < ? AND arrival IN \
                     (SELECT arrival FROM reply ORDER BY arrival LIMIT 1000)";

type Answer = oneshot::Sender<Result<(), StoreError>>;

enum Job {
    Append(Box<Append>, Answer, OwnedSemaphorePermit),
    Delete(ThreadId, Answer),
}

/// The way to the writer. Dropping it lets the writer finish what waits and end.
#[derive(Debug)]
pub(super) struct Queue {
    jobs: mpsc::Sender<Job>,
    room: Arc<Semaphore>,
    patience: Duration,
    sign: Sign,
}

/// The writer before its task begins.
pub(super) struct Writer {
    conn: SqliteConnection,
    jobs: mpsc::Receiver<Job>,
    closing: CancellationToken,
    dir: Arc<DataDir>,
    sign: Sign,
    /// When it is tried again whether there is space, while there is none.
    next_try: Option<Instant>,
    pruned_to: Timestamp,
}

impl Queue {
    /// A queue and the writer at its other end.
    pub(super) fn new(
        conn: SqliteConnection,
        dir: Arc<DataDir>,
        options: &StoreOptions,
        closing: CancellationToken,
    ) -> (Self, Writer) {
        let (sender, jobs) = mpsc::channel(options.queue_length.max(1));
        let sign = Sign::new(&dir);
        let queue = Self {
            jobs: sender,
            room: Arc::new(Semaphore::new(MAX_WAITING_KIB as usize)),
            patience: options.patience,
            sign: sign.clone(),
        };
        let pruned_to = Timestamp::MIN;
        (queue, Writer { conn, jobs, closing, dir, sign, next_try: None, pruned_to })
    }

    /// Stores `append`; see `Store::append`.
    pub(super) async fn append(&self, append: Append) -> Result<(), StoreError> {
        append.check()?;
        let begun = Instant::now();
        let kib = u32::try_from(append.bytes() / 1024 + 1).unwrap_or(u32::MAX);
        let room = Arc::clone(&self.room).acquire_many_owned(kib.min(MAX_WAITING_KIB));
        let permit = tokio::time::timeout(self.patience, room)
            .await
            .map_err(|_| StoreError::Busy)?
            .map_err(|_| StoreError::Closed)?;
        let append = Box::new(append);
        let stored = self.ask(|answer| Job::Append(append, answer, permit)).await;
        metrics::histogram!("opscopilot_store_append_seconds").record(begun.elapsed());
        stored
    }

    /// Deletes a thread; see `Store::delete_thread`.
    pub(super) async fn delete(&self, thread_id: ThreadId) -> Result<(), StoreError> {
        self.ask(|answer| Job::Delete(thread_id, answer)).await
    }

    /// Whether the writer is still there.
    pub(super) fn is_open(&self) -> bool {
        !self.jobs.is_closed()
    }

    /// Whether there is space to write.
    pub(super) fn sign(&self) -> &Sign {
        &self.sign
    }

    /// How much waits.
    pub(super) fn waiting(&self) -> usize {
        self.jobs.max_capacity().saturating_sub(self.jobs.capacity())
    }

    async fn ask(&self, job: impl FnOnce(Answer) -> Job) -> Result<(), StoreError> {
        let place = tokio::time::timeout(self.patience, self.jobs.reserve())
            .await
            .map_err(|_| StoreError::Busy)?
            .map_err(|_| StoreError::Closed)?;
        let (answer, answered) = oneshot::channel();
        place.send(job(answer));
        answered.await.unwrap_or(Err(StoreError::Closed))
    }
}

impl Writer {
    /// Writes until the queue is dropped or closed and empty, then closes everything.
    pub(super) async fn run(mut self, readers: SqlitePool) {
        let mut held = None;
        loop {
            let Some(job) = self.next(held.take()).await else { break };
            match job {
                Job::Delete(thread_id, answer) => {
                    let deleted = self.delete(thread_id).await;
                    self.sign.note(&deleted);
                    // Whoever asked may be gone; it is done all the same.
                    let _ = answer.send(deleted);
                }
                Job::Append(append, answer, room) => {
                    let (batch, next) = self.batch((append, answer, room));
                    held = next;
                    self.store(batch).await;
                }
            }
        }
        // The last connection to close is the one that can fold the write-ahead log in.
        readers.close().await;
        if let Err(error) = self.conn.close().await {
            tracing::warn!(%error, path = %self.dir.database().display(), "the store was not closed cleanly");
        }
        self.dir.release();
    }

    async fn next(&mut self, held: Option<Job>) -> Option<Job> {
        if held.is_some() {
            return held;
        }
        loop {
            let is_read_only = self.sign.now() != Condition::Writable;
            let next_try = *self.next_try.get_or_insert_with(|| Instant::now() + TRY_INTERVAL);
            if !is_read_only {
                self.next_try = None;
            }
            tokio::select! {
                biased;
                () = self.closing.cancelled(), if !self.jobs.is_closed() => {
                    self.jobs.close();
                    return self.jobs.recv().await;
                }
                // Before the jobs: appends that keep failing must not keep it from being tried.
                () = tokio::time::sleep_until(next_try), if is_read_only => {
                    self.next_try = None;
                    if try_to_write(&mut self.conn, &self.dir).await {
                        self.sign.is_writable();
                    }
                }
                job = self.jobs.recv() => return job,
            }
        }
    }

    /// `first` and the appends that wait behind it, and the job that ended the batch, if any.
    fn batch(&mut self, first: Waiting) -> (Vec<Waiting>, Option<Job>) {
        let mut bytes = first.0.bytes();
        let mut batch = vec![first];
        while batch.len() < MAX_BATCH && bytes < MAX_BATCH_BYTES {
            match self.jobs.try_recv() {
                Ok(Job::Append(append, answer, room)) => {
                    bytes = bytes.saturating_add(append.bytes());
                    batch.push((append, answer, room));
                }
                Ok(other) => return (batch, Some(other)),
                Err(_) => break,
            }
        }
        (batch, None)
    }

    async fn store(&mut self, batch: Vec<Waiting>) {
        let appends: Vec<&Append> = batch.iter().map(|(append, ..)| append.as_ref()).collect();
        metrics::histogram!("opscopilot_store_batch_appends").record(appends.len() as f64);
        let newest_reply =
            appends.iter().filter_map(|append| append.reply.as_ref()).map(|reply| reply.at).max();
        let outcomes = self.outcomes(&appends).await;
        for ((_, answer, _), outcome) in batch.into_iter().zip(outcomes) {
            self.sign.note(&outcome);
            // Whoever asked may be gone; it is stored all the same.
            let _ = answer.send(outcome);
        }
        if let Some(at) = newest_reply
            && self.jobs.is_empty()
        {
            self.prune(at).await;
        }
    }

    /// One transaction for all; where that fails because of one of them, one for each.
    async fn outcomes(&mut self, appends: &[&Append]) -> batch::Outcomes {
        let path = self.dir.database();
        match batch::store(&mut self.conn, appends, path).await {
            Ok(outcomes) => outcomes,
            Err(
                StoreError::Full { .. } | StoreError::ReadOnly { .. } | StoreError::Invalid { .. },
            ) if appends.len() > 1 => {
                let mut outcomes = Vec::with_capacity(appends.len());
                for append in appends {
                    let alone = batch::store(&mut self.conn, &[append], path).await;
                    outcomes.push(alone.and_then(|mut one| one.pop().unwrap_or(Ok(()))));
                }
                outcomes
            }
            Err(error) => appends.iter().map(|_| Err(error.clone())).collect(),
        }
    }

    async fn delete(&mut self, thread_id: ThreadId) -> Result<(), StoreError> {
        let done = sqlx::query("DELETE FROM thread WHERE thread_id = ?")
            .bind(thread_id.as_uuid().as_bytes().as_slice())
            .execute(&mut self.conn)
            .await
            .map_err(|error| StoreError::of_sqlx(&error, self.dir.database()))?;
        if done.rows_affected() == 0 {
            return Err(StoreError::NotFound { thread_id });
        }
        Ok(())
    }

    /// Forgets replies a day older than `newest`, some at a time.
    async fn prune(&mut self, newest: Timestamp) {
        let cutoff = newest.saturating_sub(REPLY_LIFETIME).unwrap_or(Timestamp::MIN);
        if cutoff.duration_since(self.pruned_to) < PRUNE_INTERVAL {
            return;
        }
        self.pruned_to = cutoff;
        let pruned = sqlx::query(PRUNE).bind(cutoff.as_microsecond()).execute(&mut self.conn).await;
        if let Err(error) = pruned {
            tracing::warn!(%error, "old replies were not removed; trying again later");
        }
    }
}

type Waiting = (Box<Append>, Answer, OwnedSemaphorePermit);
