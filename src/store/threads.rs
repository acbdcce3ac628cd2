//! Threads as lists and look-ups show them: who may see which, newest first.

use std::{fmt, str::FromStr};

use jiff::Timestamp;
use sqlx::{QueryBuilder, Sqlite};
use uuid::Uuid;

use super::{Store, StoreError, row};
use crate::protocol::{PrincipalId, ThreadId, ThreadStanding};

/// The most threads of one page.
pub const MAX_THREADS_PAGE: u32 = 200;

/// Which threads are listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ThreadFilter {
    /// Whose.
    pub of: ThreadsOf,
    /// In the archive or not.
    pub archive: ArchiveFilter,
    /// Only threads after this one, in the order of the list.
    pub after: Option<ThreadCursor>,
    /// At most this many, at most [`MAX_THREADS_PAGE`].
    pub limit: u32,
}

/// Whose threads are listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ThreadsOf {
    /// All there are. For admins.
    Everyone,
    /// Those that this principal owns or takes part in.
    Principal(PrincipalId),
}

/// Whether archived threads are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArchiveFilter {
    /// Only threads that are not archived.
    Active,
    /// Only archived threads.
    Archived,
    /// Both.
    Both,
}

/// A page of threads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ThreadPage {
    /// The threads, the one with the newest event first.
    pub threads: Vec<ThreadStanding>,
    /// Where the next page begins; none at the end.
    pub next: Option<ThreadCursor>,
}

/// A place in a list of threads, written `<microseconds>.<thread id>`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ThreadCursor {
    updated_at: Timestamp,
    thread_id: ThreadId,
}

/// A text that is not a place in a list of threads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a cursor of a list of threads; use the one that came with the page before")]
pub struct CursorError;

impl fmt::Display for ThreadCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.updated_at.as_microsecond(), self.thread_id)
    }
}

impl FromStr for ThreadCursor {
    type Err = CursorError;

    fn from_str(text: &str) -> Result<Self, CursorError> {
        let (at, thread_id) = text.split_once('.').ok_or(CursorError)?;
        let at = at.parse().map_err(|_| CursorError)?;
        Ok(Self {
            updated_at: Timestamp::from_microsecond(at).map_err(|_| CursorError)?,
            thread_id: thread_id.parse().map_err(|_| CursorError)?,
        })
    }
}

impl Store {
    /// A thread as it stands.
    ///
    /// # Errors
    ///
    /// [`StoreError::Io`], `Corrupt`, `Busy`, `Closed`.
    pub async fn thread(&self, thread_id: ThreadId) -> Result<Option<ThreadStanding>, StoreError> {
        let mut sql = QueryBuilder::new("SELECT ");
        sql.push(row::STANDING)
            .push(" FROM thread t WHERE t.thread_id = ")
            .push_bind(thread_id.as_uuid().as_bytes().as_slice());
        self.optional(sql, row::standing).await
    }

    /// Who takes part in a thread besides its owner, in order of their ids.
    ///
    /// # Errors
    ///
    /// [`StoreError::Io`], `Corrupt`, `Busy`, `Closed`.
    pub async fn participants(&self, thread_id: ThreadId) -> Result<Vec<PrincipalId>, StoreError> {
        let mut sql = QueryBuilder::new("SELECT principal_id FROM participant WHERE thread_id = ");
        sql.push_bind(thread_id.as_uuid().as_bytes().as_slice()).push(" ORDER BY principal_id");
        self.all(sql, |found| row::principal(found, 0)).await
    }

    /// A page of threads, the one with the newest event first.
    ///
    /// # Errors
    ///
    /// [`StoreError::Io`], `Corrupt`, `Busy`, `Closed`.
    pub async fn threads(&self, filter: &ThreadFilter) -> Result<ThreadPage, StoreError> {
        let limit = filter.limit.clamp(1, MAX_THREADS_PAGE);
        let mut sql = QueryBuilder::new("");
        match &filter.of {
            ThreadsOf::Everyone => push_threads(&mut sql, filter, |sql| {
                sql.push("thread t WHERE true");
            }),
            ThreadsOf::Principal(principal) => {
                // Two ordered look-ups, merged: one condition with OR would read every thread.
                sql.push("SELECT * FROM (");
                push_threads(&mut sql, filter, |sql| {
                    sql.push("thread t WHERE t.owner = ").push_bind(principal.as_str());
                });
                sql.push(") UNION SELECT * FROM (");
                push_threads(&mut sql, filter, |sql| {
                    sql.push(
                        "participant p JOIN thread t USING (thread_id) WHERE p.principal_id = ",
                    )
                    .push_bind(principal.as_str());
                });
                sql.push(") ORDER BY updated_at DESC, thread_id DESC LIMIT ")
                    .push_bind(i64::from(limit) + 1);
            }
        }
        let mut threads = self.all(sql, row::standing).await?;
        let has_more = threads.len() > limit as usize;
        threads.truncate(limit as usize);
        let next = threads
            .last()
            .filter(|_| has_more)
            .map(|last| ThreadCursor { updated_at: last.updated_at, thread_id: last.thread_id });
        Ok(ThreadPage { threads, next })
    }

    /// The threads with a run that is not finished, oldest first: all of them, 16 bytes each.
    ///
    /// # Errors
    ///
    /// [`StoreError::Io`], `Corrupt`, `Busy`, `Closed`.
    pub async fn threads_with_open_runs(&self) -> Result<Vec<ThreadId>, StoreError> {
        let sql = QueryBuilder::new(
            "SELECT thread_id FROM thread WHERE open_runs > 0 ORDER BY thread_id",
        );
        self.all(sql, |found| row::uuid(found, 0).map(ThreadId::from_uuid)).await
    }
}

/// One ordered look-up, one row longer than the page.
fn push_threads(
    sql: &mut QueryBuilder<Sqlite>,
    filter: &ThreadFilter,
    push_source: impl FnOnce(&mut QueryBuilder<Sqlite>),
) {
    sql.push("SELECT ").push(row::STANDING).push(" FROM ");
    push_source(sql);
    match filter.archive {
        ArchiveFilter::Active => sql.push(" AND t.archived = 0"),
        ArchiveFilter::Archived => sql.push(" AND t.archived = 1"),
        ArchiveFilter::Both => sql,
    };
    if let Some(after) = &filter.after {
        let thread_id: &Uuid = after.thread_id.as_uuid();
        sql.push(" AND (t.updated_at, t.thread_id) < (")
            .push_bind(after.updated_at.as_microsecond())
            .push(", ")
            .push_bind(thread_id.as_bytes().as_slice())
            .push(")");
    }
    sql.push(" ORDER BY t.updated_at DESC, t.thread_id DESC LIMIT ")
        .push_bind(i64::from(filter.limit.clamp(1, MAX_THREADS_PAGE)) + 1);
}
