//! One append, written without being checked first: what a thread with nobody beside it does.
//!
//! Owns the conditions under which that is safe, put into the statements themselves: the head is
//! the expected one, the reply is the first, nobody else takes part. Where one does not hold a
//! constraint is violated and nothing is stored; what is wrong is then for the check to say.

use std::path::Path;

use sqlx::{QueryBuilder, Sqlite, SqliteConnection, error::ErrorKind};

use super::{
    Append, Fit, INSERT_THREAD, OR_UPDATE_THREAD, StoreError, bind_thread, is_common, push_events,
    push_evidence, push_replies,
};
use crate::store::row::seq_value;

/// Stores `append` if it fits the log.
///
/// # Errors
///
/// When the transaction failed for another reason than that it does not fit: then nothing is
/// stored.
pub(super) async fn store(
    conn: &mut SqliteConnection,
    append: &Append,
    path: &Path,
) -> Result<Fit, StoreError> {
    if !append.participants.is_empty() || !is_common(append) {
        return Ok(Fit::Unknown);
    }
    let wrote = statements(append).build().persistent(true).execute(&mut *conn).await;
    let Err(error) = wrote else { return Ok(Fit::Stored) };
    // After some errors SQLite has closed the transaction by itself: asking twice loses nothing.
    let _ = sqlx::query("ROLLBACK").execute(conn).await;
    if is_misfit(&error) { Ok(Fit::Unknown) } else { Err(StoreError::of_sqlx(&error, path)) }
}

fn statements(append: &Append) -> QueryBuilder<Sqlite> {
    let mut sql = QueryBuilder::new("BEGIN IMMEDIATE; ");
    push_thread(&mut sql, append);
    let events: Vec<_> = append.events.iter().map(|event| (append.thread_id, event)).collect();
    if !events.is_empty() {
        push_events(&mut sql, &events);
    }
    let evidence: Vec<_> = append.evidence.iter().map(|one| (append.thread_id, one)).collect();
    if !evidence.is_empty() {
        push_evidence(&mut sql, &evidence);
    }
    if let Some(reply) = &append.reply {
        push_replies(&mut sql, &[reply]);
    }
    sql.push("COMMIT");
    sql
}

/// A new thread must not be there; the head of one that goes on is null, which no head may be,
/// unless it is the expected one and nobody else takes part.
fn push_thread(sql: &mut QueryBuilder<Sqlite>, append: &Append) {
    sql.push(INSERT_THREAD).push("VALUES (");
    bind_thread(&mut sql.separated(", "), append);
    let head = seq_value(append.standing.head_seq);
    if append.expected_head == 0 {
        sql.push(", ").push_bind(head).push("); ");
        return;
    }
    sql.push(", (SELECT ")
        .push_bind(head)
        .push(" FROM thread t WHERE t.thread_id = ")
        .push_bind(append.thread_id.as_uuid().as_bytes().as_slice())
        .push(" AND t.head_seq = ")
        .push_bind(seq_value(append.expected_head))
        .push(" AND NOT EXISTS (SELECT 1 FROM participant p WHERE p.thread_id = t.thread_id)))")
        .push(OR_UPDATE_THREAD)
        .push("; ");
}

fn is_misfit(error: &sqlx::Error) -> bool {
    let kind = error.as_database_error().map(sqlx::error::DatabaseError::kind);
    match kind {
        Some(
            ErrorKind::UniqueViolation
            | ErrorKind::ForeignKeyViolation
            | ErrorKind::NotNullViolation
            | ErrorKind::CheckViolation,
        ) => true,
        Some(_) | None => false,
    }
}
