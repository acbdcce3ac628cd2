//! Threads as lists and look-ups show them: who may see which, newest first.

use std::{fmt, str::FromStr};

use jiff::Timestamp;
use sqlx::{QueryBuilder, Sqlite};
use uuid::Uuid;

use super::{Store, StoreError, row};
use crate::protocol::{PrincipalId, ThreadId, ThreadListed, ThreadStanding};

/// The most threads of one page.
pub const MAX_THREADS_PAGE: u32 = 200;

/// How the JSON of the event begins that ends a run.
const RUN_FINISHED: &[u8] = br#"{"type":"runFinished""#;
/// Events at the end of a log among which the end of its last run is looked for: what may come
/// after it are changes of the thread, or the beginning of another run.
const EVENTS_LOOKED_AT: i64 = 24;

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
    pub threads: Vec<ThreadListed>,
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
        let mut sql = QueryBuilder::new("");
        push_page(&mut sql, filter);
        let mut threads = self.all(sql, row::listed).await?;
        let limit = limit_of(filter) as usize;
        let has_more = threads.len() > limit;
        threads.truncate(limit);
        let last = threads.last().filter(|_| has_more).map(|last| &last.standing);
        let next = last
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

fn limit_of(filter: &ThreadFilter) -> u32 {
    filter.limit.clamp(1, MAX_THREADS_PAGE)
}

/// A page and one row more. Each look-up is in the order of an index; one condition with OR would
/// read every thread. How runs ended is looked up for the rows of the page alone.
fn push_page(sql: &mut QueryBuilder<Sqlite>, filter: &ThreadFilter) {
    sql.push(
        "SELECT l.*, (SELECT e.json FROM event e WHERE e.thread_id = l.thread_id \
         AND e.seq > l.head_seq - ",
    )
    .push_bind(EVENTS_LOOKED_AT)
    .push(" AND substr(e.json, 1, ")
    .push_bind(i64::try_from(RUN_FINISHED.len()).unwrap_or(i64::MAX))
    .push(") = ")
    .push_bind(RUN_FINISHED)
    .push(" ORDER BY e.seq DESC LIMIT 1) FROM (");
    let mut union = "";
    for archived in archives(filter.archive) {
        for source in Source::all(&filter.of) {
            sql.push(union).push("SELECT * FROM (");
            push_threads(sql, filter, (source, *archived));
            sql.push(")");
            union = " UNION ";
        }
    }
    sql.push(" ORDER BY updated_at DESC, thread_id DESC LIMIT ")
        .push_bind(i64::from(limit_of(filter)) + 1)
        .push(") l ORDER BY l.updated_at DESC, l.thread_id DESC");
}

/// Where threads are looked up.
#[derive(Clone, Copy)]
enum Source<'a> {
    All,
    Owned(&'a PrincipalId),
    Shared(&'a PrincipalId),
}

impl<'a> Source<'a> {
    fn all(of: &'a ThreadsOf) -> Vec<Self> {
        match of {
            ThreadsOf::Everyone => vec![Self::All],
            ThreadsOf::Principal(principal) => {
                vec![Self::Owned(principal), Self::Shared(principal)]
            }
        }
    }
}

fn archives(filter: ArchiveFilter) -> &'static [bool] {
    match filter {
        ArchiveFilter::Active => &[false],
        ArchiveFilter::Archived => &[true],
        ArchiveFilter::Both => &[false, true],
    }
}

/// One ordered look-up, one row longer than the page.
fn push_threads(
    sql: &mut QueryBuilder<Sqlite>,
    filter: &ThreadFilter,
    (source, archived): (Source<'_>, bool),
) {
    sql.push("SELECT ").push(row::STANDING).push(", t.open_runs FROM ");
    match source {
        Source::All => sql.push("thread t WHERE true"),
        Source::Owned(principal) => {
            sql.push("thread t WHERE t.owner = ").push_bind(principal.as_str())
        }
        Source::Shared(principal) => sql
            .push("participant p JOIN thread t USING (thread_id) WHERE p.principal_id = ")
            .push_bind(principal.as_str()),
    };
    sql.push(" AND t.archived = ").push_bind(archived);
    if let Some(after) = &filter.after {
        let thread_id: &Uuid = after.thread_id.as_uuid();
        sql.push(" AND (t.updated_at, t.thread_id) < (")
            .push_bind(after.updated_at.as_microsecond())
            .push(", ")
            .push_bind(thread_id.as_bytes().as_slice())
            .push(")");
    }
    sql.push(" ORDER BY t.updated_at DESC, t.thread_id DESC LIMIT ")
        .push_bind(i64::from(limit_of(filter)) + 1);
}

#[cfg(test)]
mod tests {
    use sqlx::Row;

    use super::*;

    #[tokio::test]
    async fn a_page_of_threads_is_read_in_the_order_of_an_index() {
        let store = Store::temporary().await.unwrap();
        let after = Some(format!("7.{}", ThreadId::new()).parse().unwrap());
        for archive in [ArchiveFilter::Active, ArchiveFilter::Archived, ArchiveFilter::Both] {
            for of in [ThreadsOf::Everyone, ThreadsOf::Principal(PrincipalId::local())] {
                let shared = of != ThreadsOf::Everyone;
                let filter = ThreadFilter { of, archive, after, limit: 20 };
                let mut sql = QueryBuilder::new("EXPLAIN QUERY PLAN ");
                push_page(&mut sql, &filter);
                let plan = store.all(sql, |row| row.try_get::<String, _>(3)).await.unwrap();
                let scans = plan.iter().filter(|step| step.starts_with("SCAN t"));
                assert_eq!(scans.count(), 0, "{plan:#?}");
                let index = if shared { "thread_of_owner" } else { "thread_by_activity" };
                let sought = |step: &&String| step.starts_with("SEARCH t") && step.contains(index);
                assert!(plan.iter().any(|step| sought(&step)), "{plan:#?}");
            }
        }
    }
}
