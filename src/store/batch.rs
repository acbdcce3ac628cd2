//! One transaction of appends: at most two statement round trips and one fsync, however many there
//! are.
//!
//! First everything is checked, then everything that passed is written; an append that is alone is
//! written at once, on condition that it fits. It knows SQL, not who asks.

mod alone;

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    path::Path,
};

use sqlx::{
    QueryBuilder, Row, Sqlite, SqliteConnection, query_builder::Separated, sqlite::SqliteRow,
};

use super::{Append, EncodedEvent, NewEvidence, NewReply, StoreError};
use crate::protocol::{PrincipalId, Seq, ThreadId};

/// Rows in one `INSERT`: SQLite takes 32,766 parameters.
const ROWS_PER_INSERT: usize = 64;
/// Appends whose statements are kept prepared have at most this many rows of a kind.
const MAX_CACHED_ROWS: usize = 4;

/// What became of each append, in order.
pub(super) type Outcomes = Vec<Result<(), StoreError>>;

/// Stores those of `appends` that fit the log, in order, all in one transaction.
///
/// # Errors
///
/// When the transaction failed: then nothing is stored, whatever each append would have been
/// told.
pub(super) async fn store(
    conn: &mut SqliteConnection,
    appends: &[&Append],
    path: &Path,
) -> Result<Outcomes, StoreError> {
    if let [append] = appends
        && alone::store(conn, append, path).await? == Fit::Stored
    {
        return Ok(vec![Ok(())]);
    }
    let stored = check_and_write(conn, appends, path).await;
    // A refused batch leaves a transaction open. After some errors SQLite has closed it by
    // itself, and says so: nothing is lost by asking twice.
    if !matches!(&stored, Ok((_, Wrote::All))) {
        let _ = sqlx::query("ROLLBACK").execute(conn).await;
    }
    stored.map(|(outcomes, _)| outcomes)
}

enum Wrote {
    All,
    Nothing,
}

/// Whether an append was stored at once, or has to be judged first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fit {
    Stored,
    Unknown,
}

async fn check_and_write(
    conn: &mut SqliteConnection,
    appends: &[&Append],
    path: &Path,
) -> Result<(Outcomes, Wrote), StoreError> {
    let failed = |error| StoreError::of_sqlx(&error, path);
    let is_common = appends.len() == 1 && appends.iter().all(|append| is_common(append));
    let rows = check_statements(appends)
        .build()
        .persistent(is_common)
        .fetch_all(&mut *conn)
        .await
        .map_err(failed)?;
    let mut known = Known::read(&rows).map_err(failed)?;
    let judged: Vec<_> = appends.iter().map(|append| known.admit(append)).collect();
    let admitted: Vec<_> = appends
        .iter()
        .zip(&judged)
        .filter_map(|(append, admitted)| admitted.as_ref().ok().map(|people| (*append, *people)))
        .collect();
    let wrote = if admitted.is_empty() {
        Wrote::Nothing
    } else {
        write_statements(&admitted)
            .build()
            .persistent(is_common)
            .execute(&mut *conn)
            .await
            .map_err(failed)?;
        Wrote::All
    };
    Ok((judged.into_iter().map(|admitted| admitted.map(drop)).collect(), wrote))
}

/// Whether its statements are worth keeping prepared.
fn is_common(append: &Append) -> bool {
    append.events.len() <= MAX_CACHED_ROWS && append.evidence.len() <= MAX_CACHED_ROWS
}

/// Opens the transaction and reads what `Known` needs.
fn check_statements(appends: &[&Append]) -> QueryBuilder<Sqlite> {
    let mut sql = QueryBuilder::new(
        "BEGIN IMMEDIATE; \
         SELECT t.thread_id, t.head_seq, (SELECT group_concat(p.principal_id, ' ') \
         FROM participant p WHERE p.thread_id = t.thread_id) AS participants \
         FROM thread t WHERE t.thread_id IN (",
    );
    let mut ids = sql.separated(", ");
    for append in appends {
        ids.push_bind(append.thread_id.as_uuid().as_bytes().as_slice());
    }
    sql.push(")");
    let replies = appends.iter().filter_map(|append| append.reply.as_ref());
    if replies.clone().next().is_some() {
        sql.push(
            "; SELECT principal_id, command_id FROM reply WHERE (principal_id, command_id) IN (",
        );
        sql.push_values(replies, |mut row, reply| {
            row.push_bind(reply.principal.as_str()).push_bind(reply.command_id.as_str());
        });
        sql.push(")");
    }
    sql
}

/// What must be written about a thread's participants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum People {
    Same,
    Changed,
}

/// What the log holds, counting what this batch already admitted.
struct Known {
    threads: HashMap<ThreadId, (Seq, BTreeSet<String>)>,
    replies: HashSet<(String, String)>,
}

impl Known {
    fn read(rows: &[SqliteRow]) -> Result<Self, sqlx::Error> {
        let mut known = Self { threads: HashMap::new(), replies: HashSet::new() };
        for row in rows {
            if row.len() == 2 {
                known.replies.insert((row.try_get(0)?, row.try_get(1)?));
                continue;
            }
            let thread_id = super::row::uuid(row, 0).map(ThreadId::from_uuid)?;
            let participants: Option<String> = row.try_get(2)?;
            let people = participants.unwrap_or_default();
            let people = people.split_whitespace().map(str::to_owned).collect();
            known.threads.insert(thread_id, (super::row::seq(row, 1)?, people));
        }
        Ok(known)
    }

    /// Admits `append` if it goes on from the head and its reply is the first.
    fn admit(&mut self, append: &Append) -> Result<People, StoreError> {
        let thread_id = append.thread_id;
        let found = self.threads.get(&thread_id);
        let head = found.map_or(0, |(head, _)| *head);
        if found.is_none() && append.expected_head > 0 {
            return Err(StoreError::NotFound { thread_id });
        }
        if head != append.expected_head {
            return Err(StoreError::Conflict { thread_id, expected: append.expected_head, head });
        }
        if let Some(reply) = &append.reply {
            let key = (reply.principal.to_string(), reply.command_id.to_string());
            if !self.replies.insert(key) {
                return Err(StoreError::DuplicateReply { command_id: reply.command_id.clone() });
            }
        }
        let people: BTreeSet<_> = append.participants.iter().map(PrincipalId::to_string).collect();
        let before = self.threads.insert(thread_id, (append.head(), people.clone()));
        let same = before.map_or(people.is_empty(), |(_, before)| before == people);
        Ok(if same { People::Same } else { People::Changed })
    }
}

/// Writes and commits what was admitted.
fn write_statements(admitted: &[(&Append, People)]) -> QueryBuilder<Sqlite> {
    let mut sql = QueryBuilder::new("");
    for threads in admitted.chunks(ROWS_PER_INSERT) {
        push_threads(&mut sql, threads);
    }
    let events: Vec<_> = admitted
        .iter()
        .flat_map(|(append, _)| append.events.iter().map(|event| (append.thread_id, event)))
        .collect();
    for events in events.chunks(ROWS_PER_INSERT) {
        push_events(&mut sql, events);
    }
    let evidence: Vec<_> = admitted
        .iter()
        .flat_map(|(append, _)| append.evidence.iter().map(|found| (append.thread_id, found)))
        .collect();
    for evidence in evidence.chunks(ROWS_PER_INSERT) {
        push_evidence(&mut sql, evidence);
    }
    let replies: Vec<_> = admitted.iter().filter_map(|(append, _)| append.reply.as_ref()).collect();
    for replies in replies.chunks(ROWS_PER_INSERT) {
        push_replies(&mut sql, replies);
    }
    for (append, people) in admitted {
        match people {
            People::Same => {}
            People::Changed => push_participants(&mut sql, append),
        }
    }
    sql.push("COMMIT");
    sql
}

const INSERT_THREAD: &str = "INSERT INTO thread (thread_id, epoch, title, owner, archived, scope, \
     created_at, updated_at, open_runs, head_seq) ";
const OR_UPDATE_THREAD: &str = " ON CONFLICT (thread_id) DO UPDATE SET epoch = excluded.epoch, \
     title = excluded.title, owner = excluded.owner, archived = excluded.archived, \
     scope = excluded.scope, created_at = excluded.created_at, updated_at = excluded.updated_at, \
     open_runs = excluded.open_runs, head_seq = excluded.head_seq";

fn push_threads(sql: &mut QueryBuilder<Sqlite>, threads: &[(&Append, People)]) {
    sql.push(INSERT_THREAD);
    sql.push_values(threads, |mut row, (append, _)| {
        bind_thread(&mut row, append);
        row.push_bind(super::row::seq_value(append.standing.head_seq));
    });
    sql.push(OR_UPDATE_THREAD).push("; ");
}

/// The values of a thread up to its head, in the order of [`INSERT_THREAD`].
fn bind_thread(row: &mut Separated<'_, Sqlite, &'static str>, append: &Append) {
    let standing = &append.standing;
    row.push_bind(append.thread_id.as_uuid().as_bytes().as_slice())
        .push_bind(standing.epoch.as_uuid().as_bytes().as_slice())
        .push_bind(standing.title.as_str())
        .push_bind(standing.owner.as_str())
        .push_bind(standing.archived)
        .push_bind(serde_json::Value::from(standing.scope.as_slice()).to_string())
        .push_bind(standing.created_at.as_microsecond())
        .push_bind(standing.updated_at.as_microsecond())
        .push_bind(i64::from(append.open_runs));
}

fn push_events(sql: &mut QueryBuilder<Sqlite>, events: &[(ThreadId, &EncodedEvent)]) {
    sql.push("INSERT INTO event (thread_id, seq, at, json) ");
    sql.push_values(events, |mut row, (thread_id, event)| {
        row.push_bind(thread_id.as_uuid().as_bytes().as_slice())
            .push_bind(super::row::seq_value(event.seq))
            .push_bind(event.at.as_microsecond())
            .push_bind(event.json.as_ref());
    });
    sql.push("; ");
}

fn push_evidence(sql: &mut QueryBuilder<Sqlite>, evidence: &[(ThreadId, &NewEvidence)]) {
    sql.push(
        "INSERT INTO evidence (thread_id, number, call_id, tool, at, rows_key, findings, output) ",
    );
    sql.push_values(evidence, |mut row, (thread_id, found)| {
        row.push_bind(thread_id.as_uuid().as_bytes().as_slice())
            .push_bind(i64::from(found.evidence_id.number()))
            .push_bind(found.call_id.as_uuid().as_bytes().as_slice())
            .push_bind(found.tool.as_str())
            .push_bind(found.at.as_microsecond())
            .push_bind(found.rows_key.as_deref())
            .push_bind(found.findings.as_ref())
            .push_bind(found.output.as_ref());
    });
    sql.push("; ");
}

fn push_replies(sql: &mut QueryBuilder<Sqlite>, replies: &[&NewReply]) {
    sql.push("INSERT INTO reply (principal_id, command_id, body_digest, reply, at) ");
    sql.push_values(replies, |mut row, reply| {
        row.push_bind(reply.principal.as_str())
            .push_bind(reply.command_id.as_str())
            .push_bind(reply.body_digest.as_slice())
            .push_bind(reply.reply.as_ref())
            .push_bind(reply.at.as_microsecond());
    });
    sql.push("; ");
}

fn push_participants(sql: &mut QueryBuilder<Sqlite>, append: &Append) {
    let thread_id = append.thread_id;
    sql.push("DELETE FROM participant WHERE thread_id = ")
        .push_bind(thread_id.as_uuid().as_bytes().as_slice())
        .push("; ");
    let people: BTreeSet<_> = append.participants.iter().collect();
    if people.is_empty() {
        return;
    }
    sql.push("INSERT INTO participant (principal_id, thread_id) ");
    sql.push_values(people, |mut row, principal| {
        row.push_bind(principal.as_str()).push_bind(thread_id.as_uuid().as_bytes().as_slice());
    });
    sql.push("; ");
}
