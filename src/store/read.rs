//! Reads: the log, evidence and replies, in bounded pages over a few connections of their own.
//!
//! A read sees everything whose append was answered before it began.

use bytes::Bytes;
use futures_util::TryStreamExt;
use sqlx::{QueryBuilder, Sqlite, sqlite::SqliteRow};

use super::{EncodedEvent, Store, StoreError, StoredEvidence, StoredReply, row};
use crate::protocol::{CommandId, EvidenceId, PrincipalId, Seq, ThreadId};

/// The most events of one page.
pub const MAX_EVENTS_PAGE: u32 = 500;
/// A page of events ends once it carries this many bytes; it has at least one event.
pub const MAX_EVENTS_PAGE_BYTES: usize = 4 * 1024 * 1024;
/// The most evidence read at once.
pub const MAX_EVIDENCE_AT_ONCE: usize = 64;
/// The most bytes of evidence read at once.
pub const MAX_EVIDENCE_BYTES_AT_ONCE: usize = 128 * 1024 * 1024;

impl Store {
    /// The events of a thread after number `after`, in order: at most `limit`, at most
    /// [`MAX_EVENTS_PAGE`], about [`MAX_EVENTS_PAGE_BYTES`].
    ///
    /// A short page is not the end of the log; an empty one is. A thread that does not exist has
    /// no events.
    ///
    /// # Errors
    ///
    /// [`StoreError::Io`], `Corrupt`, `Busy`, `Closed`.
    pub async fn events(
        &self,
        thread_id: ThreadId,
        after: Seq,
        limit: u32,
    ) -> Result<Vec<EncodedEvent>, StoreError> {
        let mut sql = QueryBuilder::new("SELECT seq, at, json FROM event WHERE thread_id = ");
        sql.push_bind(thread_id.as_uuid().as_bytes().as_slice())
            .push(" AND seq > ")
            .push_bind(row::seq_value(after))
            .push(" ORDER BY seq LIMIT ")
            .push_bind(i64::from(limit.min(MAX_EVENTS_PAGE)));
        self.page_of_events(sql).await
    }

    /// The last events of a thread before number `before`, in order; bounded like
    /// [`Store::events`]. An empty page is the beginning of the log.
    ///
    /// # Errors
    ///
    /// [`StoreError::Io`], `Corrupt`, `Busy`, `Closed`.
    pub async fn events_before(
        &self,
        thread_id: ThreadId,
        before: Seq,
        limit: u32,
    ) -> Result<Vec<EncodedEvent>, StoreError> {
        let mut sql = QueryBuilder::new("SELECT seq, at, json FROM event WHERE thread_id = ");
        sql.push_bind(thread_id.as_uuid().as_bytes().as_slice())
            .push(" AND seq < ")
            .push_bind(row::seq_value(before))
            .push(" ORDER BY seq DESC LIMIT ")
            .push_bind(i64::from(limit.min(MAX_EVENTS_PAGE)));
        let mut events = self.page_of_events(sql).await?;
        events.reverse();
        Ok(events)
    }

    /// One evidence of a thread, whole.
    ///
    /// # Errors
    ///
    /// [`StoreError::Io`], `Corrupt`, `Busy`, `Closed`.
    pub async fn evidence(
        &self,
        thread_id: ThreadId,
        evidence_id: EvidenceId,
    ) -> Result<Option<StoredEvidence>, StoreError> {
        Ok(self.evidence_many(thread_id, &[evidence_id]).await?.pop())
    }

    /// Those of `evidence_ids` that exist, in order of their numbers, each once.
    ///
    /// # Errors
    ///
    /// [`StoreError::Invalid`] for more than [`MAX_EVIDENCE_AT_ONCE`] ids,
    /// [`StoreError::TooLarge`] for more than [`MAX_EVIDENCE_BYTES_AT_ONCE`]; `Io`, `Corrupt`,
    /// `Busy`, `Closed`.
    pub async fn evidence_many(
        &self,
        thread_id: ThreadId,
        evidence_ids: &[EvidenceId],
    ) -> Result<Vec<StoredEvidence>, StoreError> {
        if evidence_ids.len() > MAX_EVIDENCE_AT_ONCE {
            let asked = evidence_ids.len();
            return Err(StoreError::invalid(format!(
                "{asked} evidence at once, where {MAX_EVIDENCE_AT_ONCE} are allowed"
            )));
        }
        let mut sql = QueryBuilder::new("SELECT ");
        sql.push(row::EVIDENCE)
            .push(" FROM evidence WHERE thread_id = ")
            .push_bind(thread_id.as_uuid().as_bytes().as_slice())
            .push(" AND number IN (");
        let mut ids = sql.separated(", ");
        for id in evidence_ids {
            ids.push_bind(i64::from(id.number()));
        }
        sql.push(") ORDER BY number");
        let mut found = Vec::new();
        let mut bytes = 0_usize;
        let query = sql.build();
        let mut rows = query.fetch(self.readers());
        while let Some(row) = rows.try_next().await.map_err(|error| self.failed(&error))? {
            let one = row::evidence(&row).map_err(|error| self.failed(&error))?;
            bytes = bytes.saturating_add(one.output.len() + one.findings.len());
            let max = MAX_EVIDENCE_BYTES_AT_ONCE;
            if bytes > max {
                return Err(StoreError::TooLarge { what: "the evidence asked for", bytes, max });
            }
            found.push(one);
        }
        Ok(found)
    }

    /// The reply that `command_id` of `principal` got; kept for 24 hours at least.
    ///
    /// # Errors
    ///
    /// [`StoreError::Io`], `Corrupt`, `Busy`, `Closed`.
    pub async fn reply(
        &self,
        principal: &PrincipalId,
        command_id: &CommandId,
    ) -> Result<Option<StoredReply>, StoreError> {
        let mut sql =
            QueryBuilder::new("SELECT body_digest, reply, at FROM reply WHERE principal_id = ");
        sql.push_bind(principal.as_str()).push(" AND command_id = ").push_bind(command_id.as_str());
        self.optional(sql, row::reply).await
    }

    /// The row that `sql` finds, if any.
    pub(super) async fn optional<T>(
        &self,
        mut sql: QueryBuilder<Sqlite>,
        decode: fn(&SqliteRow) -> Result<T, sqlx::Error>,
    ) -> Result<Option<T>, StoreError> {
        let found = sql.build().fetch_optional(self.readers()).await;
        let row = found.map_err(|error| self.failed(&error))?;
        row.as_ref().map(decode).transpose().map_err(|error| self.failed(&error))
    }

    /// The rows that `sql` finds; it bounds them itself.
    pub(super) async fn all<T>(
        &self,
        mut sql: QueryBuilder<Sqlite>,
        decode: fn(&SqliteRow) -> Result<T, sqlx::Error>,
    ) -> Result<Vec<T>, StoreError> {
        let query = sql.build();
        let rows = query.fetch(self.readers());
        rows.and_then(|row| std::future::ready(decode(&row)))
            .try_collect()
            .await
            .map_err(|error| self.failed(&error))
    }

    async fn page_of_events(
        &self,
        mut sql: QueryBuilder<Sqlite>,
    ) -> Result<Vec<EncodedEvent>, StoreError> {
        let mut events: Vec<EncodedEvent> = Vec::new();
        let mut bytes = 0_usize;
        let query = sql.build();
        let mut rows = query.fetch(self.readers());
        while bytes < MAX_EVENTS_PAGE_BYTES
            && let Some(row) = rows.try_next().await.map_err(|error| self.failed(&error))?
        {
            let event = row::event(&row).map_err(|error| self.failed(&error))?;
            bytes = bytes.saturating_add(Bytes::len(&event.json));
            events.push(event);
        }
        Ok(events)
    }
}
