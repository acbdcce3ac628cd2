//! How our values stand in SQLite's columns: read back, or refused as damaged.

use bytes::Bytes;
use jiff::Timestamp;
use sqlx::{Row, sqlite::SqliteRow};
use uuid::Uuid;

use super::{EncodedEvent, StoredEvidence, StoredReply};
use crate::protocol::{
    CallId, Epoch, EvidenceId, Outcome, PrincipalId, Seq, ThreadId, ThreadListed, ThreadStanding,
};

type Decoded<T> = Result<T, sqlx::Error>;

/// The columns of [`standing`].
pub(super) const STANDING: &str = "t.thread_id, t.epoch, t.title, t.owner, t.archived, t.scope, \
                                   t.head_seq, t.created_at, t.updated_at";
/// The columns of [`evidence`].
pub(super) const EVIDENCE: &str = "number, call_id, tool, at, rows_key, findings, output";

/// A thread from the columns [`STANDING`].
pub(super) fn standing(row: &SqliteRow) -> Decoded<ThreadStanding> {
    Ok(ThreadStanding {
        thread_id: ThreadId::from_uuid(uuid(row, 0)?),
        epoch: Epoch::from_uuid(uuid(row, 1)?),
        title: row.try_get(2)?,
        owner: principal(row, 3)?,
        archived: row.try_get(4)?,
        scope: serde_json::from_str(row.try_get(5)?).map_err(damaged)?,
        head_seq: seq(row, 6)?,
        created_at: instant(row, 7)?,
        updated_at: instant(row, 8)?,
    })
}

/// A thread in a list: [`STANDING`], `open_runs`, and the JSON of the end of its last run.
pub(super) fn listed(row: &SqliteRow) -> Decoded<ThreadListed> {
    /// What is read of a `runFinished`.
    #[derive(serde::Deserialize)]
    struct Ended {
        outcome: Outcome,
    }
    let open_runs: i64 = row.try_get(9)?;
    let ended: Option<&[u8]> = row.try_get(10)?;
    let ended = ended.map(serde_json::from_slice::<Ended>).transpose().map_err(damaged)?;
    Ok(ThreadListed {
        standing: standing(row)?,
        open_runs: u32::try_from(open_runs).map_err(damaged)?,
        last_outcome: ended.map(|ended| ended.outcome),
    })
}

/// An event from the columns `seq, at, json`.
pub(super) fn event(row: &SqliteRow) -> Decoded<EncodedEvent> {
    Ok(EncodedEvent { seq: seq(row, 0)?, at: instant(row, 1)?, json: blob(row, 2)? })
}

/// An evidence from the columns [`EVIDENCE`].
pub(super) fn evidence(row: &SqliteRow) -> Decoded<StoredEvidence> {
    let number: i64 = row.try_get(0)?;
    Ok(StoredEvidence {
        evidence_id: EvidenceId::from_number(u32::try_from(number).map_err(damaged)?),
        call_id: CallId::from_uuid(uuid(row, 1)?),
        tool: row.try_get(2)?,
        at: instant(row, 3)?,
        rows_key: row.try_get(4)?,
        findings: blob(row, 5)?,
        output: blob(row, 6)?,
    })
}

/// A reply from the columns `body_digest, reply, at`.
pub(super) fn reply(row: &SqliteRow) -> Decoded<StoredReply> {
    let digest: &[u8] = row.try_get(0)?;
    Ok(StoredReply {
        body_digest: digest.try_into().map_err(damaged)?,
        reply: blob(row, 1)?,
        at: instant(row, 2)?,
    })
}

/// A principal in column `column`.
pub(super) fn principal(row: &SqliteRow, column: usize) -> Decoded<PrincipalId> {
    let text: String = row.try_get(column)?;
    PrincipalId::try_from(text).map_err(damaged)
}

/// A UUID in column `column`.
pub(super) fn uuid(row: &SqliteRow, column: usize) -> Decoded<Uuid> {
    Uuid::from_slice(row.try_get(column)?).map_err(damaged)
}

/// An event's number in column `column`.
pub(super) fn seq(row: &SqliteRow, column: usize) -> Decoded<Seq> {
    let seq: i64 = row.try_get(column)?;
    Seq::try_from(seq).map_err(damaged)
}

/// An event's number as SQLite has it; what is beyond is after every event there can be.
pub(super) fn seq_value(seq: Seq) -> i64 {
    i64::try_from(seq).unwrap_or(i64::MAX)
}

fn instant(row: &SqliteRow, column: usize) -> Decoded<Timestamp> {
    Timestamp::from_microsecond(row.try_get(column)?).map_err(damaged)
}

fn blob(row: &SqliteRow, column: usize) -> Decoded<Bytes> {
    row.try_get::<Vec<u8>, _>(column).map(Bytes::from)
}

fn damaged(error: impl std::error::Error + Send + Sync + 'static) -> sqlx::Error {
    sqlx::Error::Decode(Box::new(error))
}
