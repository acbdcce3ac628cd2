//! A look at a database before anything may write to it.
//!
//! A file that this release cannot use is left as it is to the byte: even opening it for writing
//! would fold its write-ahead log in. Owns what a usable database looks like from outside.

use std::{collections::BTreeMap, path::Path};

use sqlx::{
    ConnectOptions, Connection, Row, SqliteConnection, migrate::Migrator,
    sqlite::SqliteConnectOptions,
};

use super::StoreError;

/// Checks that `path` is empty, or a database of this release or an earlier one.
///
/// # Errors
///
/// [`StoreError::Newer`], `Migration`, `Corrupt`; `Io` and `Busy` when it cannot be read.
pub(super) async fn check(path: &Path, migrator: &Migrator) -> Result<(), StoreError> {
    let length = std::fs::metadata(path).map_err(|error| StoreError::of_io(&error, path))?.len();
    if length == 0 {
        return Ok(());
    }
    let connect =
        SqliteConnectOptions::new().filename(path).read_only(true).disable_statement_logging();
    let mut conn = connect.connect().await.map_err(|error| StoreError::of_sqlx(&error, path))?;
    let judged = judge(&mut conn, path, migrator).await;
    let closed = conn.close().await.map_err(|error| StoreError::of_sqlx(&error, path));
    judged.and(closed)
}

async fn judge(
    conn: &mut SqliteConnection,
    path: &Path,
    migrator: &Migrator,
) -> Result<(), StoreError> {
    let failed = |error| StoreError::of_sqlx(&error, path);
    let sql = "SELECT count(*), coalesce(sum(name = '_sqlx_migrations'), 0) FROM sqlite_schema \
               WHERE type = 'table' AND name NOT LIKE 'sqlite_%'";
    let (tables, ours): (i64, i64) =
        sqlx::query_as(sql).fetch_one(&mut *conn).await.map_err(failed)?;
    if tables == 0 {
        return Ok(());
    }
    let unusable = |detail: String| StoreError::Migration { path: path.to_owned(), detail };
    if ours == 0 {
        return Err(unusable("it is a database of another program".to_owned()));
    }
    let known: BTreeMap<i64, &[u8]> =
        migrator.iter().map(|one| (one.version, one.checksum.as_ref())).collect();
    let latest = known.keys().copied().max().unwrap_or(0);
    let sql = "SELECT version, success, checksum FROM _sqlx_migrations ORDER BY version DESC";
    for row in sqlx::query(sql).fetch_all(conn).await.map_err(failed)? {
        let found: i64 = row.try_get(0).map_err(failed)?;
        let is_done: bool = row.try_get(1).map_err(failed)?;
        let checksum: &[u8] = row.try_get(2).map_err(failed)?;
        match known.get(&found) {
            None if found > latest => {
                return Err(StoreError::Newer { path: path.to_owned(), found, known: latest });
            }
            None => return Err(unusable(format!("it has a version {found} of its own"))),
            Some(_) if !is_done => {
                return Err(unusable(format!("its upgrade to version {found} was never finished")));
            }
            Some(known) if *known != checksum => {
                return Err(unusable(format!("its version {found} is not the one released")));
            }
            Some(_) => {}
        }
    }
    Ok(())
}
