//! How the database is opened and brought to this release's version.
//!
//! Owns connection settings and migrations. It knows no query.

use std::{path::Path, time::Duration};

use sqlx::{
    ConnectOptions, Connection, SqlSafeStr, SqliteConnection, SqlitePool,
    migrate::{MigrateError, Migration, MigrationType, Migrator},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use super::{
    StoreError, StoreOptions,
    data_dir::{DataDir, Lifetime},
    preflight,
};

const PAGE_BYTES: u32 = 4096;
/// How long a statement waits for a lock that another program holds, a backup for instance.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// How long a read waits for a connection.
const READER_PATIENCE: Duration = Duration::from_secs(10);
/// The write-ahead log is cut back to this after a burst.
const MAX_IDLE_WAL_BYTES: u32 = 64 * 1024 * 1024;

/// Every migration there is, oldest first. A released one never changes.
const MIGRATIONS: [(i64, &str, &str); 2] = [
    (1, "thread log", include_str!("migrations/0001_thread_log.sql")),
    (2, "lists of threads", include_str!("migrations/0002_lists_of_threads.sql")),
];

/// The one connection that writes, its database at this release's version.
pub(super) async fn open_writer(
    dir: &DataDir,
    options: &StoreOptions,
) -> Result<SqliteConnection, StoreError> {
    let path = dir.database();
    let migrator = migrator();
    preflight::check(path, &migrator).await?;
    let failed = |error| StoreError::of_sqlx(&error, path);
    let mut connect = SqliteConnectOptions::new()
        .filename(path)
        .page_size(PAGE_BYTES)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(match dir.lifetime() {
            Lifetime::Kept => SqliteSynchronous::Full,
            Lifetime::Temporary => SqliteSynchronous::Off,
        })
        .foreign_keys(true)
        .busy_timeout(BUSY_TIMEOUT)
        .pragma("journal_size_limit", MAX_IDLE_WAL_BYTES.to_string())
        .disable_statement_logging();
    if let Some(bytes) = options.max_bytes {
        let pages = (bytes / u64::from(PAGE_BYTES)).max(1);
        connect = connect.pragma("max_page_count", pages.to_string());
    }
    let mut conn = connect.connect().await.map_err(failed)?;
    migrate(&mut conn, path, &migrator).await?;
    Ok(conn)
}

/// The connections that read. Made after the writer's, which makes the database.
pub(super) fn open_readers(path: &Path, options: &StoreOptions) -> SqlitePool {
    let connect = SqliteConnectOptions::new()
        .filename(path)
        .read_only(true)
        .busy_timeout(BUSY_TIMEOUT)
        .disable_statement_logging();
    SqlitePoolOptions::new()
        .max_connections(options.readers.max(1))
        .acquire_timeout(READER_PATIENCE)
        .test_before_acquire(false)
        .max_lifetime(None)
        .connect_lazy_with(connect)
}

fn migrator() -> Migrator {
    let all = MIGRATIONS.map(|(version, description, sql)| {
        let kind = MigrationType::Simple;
        Migration::new(version, description.into(), kind, sql.into_sql_str(), false)
    });
    Migrator::with_migrations(all.into())
}

/// Runs every migration that is due, all in one transaction.
async fn migrate(
    conn: &mut SqliteConnection,
    path: &Path,
    migrator: &Migrator,
) -> Result<(), StoreError> {
    let failed = |error| StoreError::of_sqlx(&error, path);
    let mut tx = conn.begin_with("BEGIN IMMEDIATE").await.map_err(failed)?;
    let known = migrator.iter().map(|migration| migration.version).max().unwrap_or(0);
    match migrator.run(&mut *tx).await {
        Ok(()) => tx.commit().await.map_err(failed),
        Err(MigrateError::VersionMissing(found)) if found > known => {
            Err(StoreError::Newer { path: path.to_owned(), found, known })
        }
        Err(error) => Err(not_migrated(&error, path)),
    }
}

/// A full disk, a damaged file or a busy one is told as such: there the migration is not at fault.
fn not_migrated(error: &MigrateError, path: &Path) -> StoreError {
    if let MigrateError::Execute(cause) | MigrateError::ExecuteMigration(cause, _) = error {
        let cause = StoreError::of_sqlx(cause, path);
        if matches!(cause, StoreError::Full { .. } | StoreError::Corrupt { .. } | StoreError::Busy)
        {
            return cause;
        }
    }
    StoreError::Migration { path: path.to_owned(), detail: error.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The migrations of a release to come.
    fn later(sql: &'static [&'static str]) -> Migrator {
        let mut all: Vec<_> = migrator().iter().cloned().collect();
        for (version, sql) in (MIGRATIONS.len() as i64 + 1..).zip(sql) {
            let kind = MigrationType::Simple;
            all.push(Migration::new(version, "later".into(), kind, sql.into_sql_str(), false));
        }
        Migrator::with_migrations(all)
    }

    async fn tables(conn: &mut SqliteConnection) -> Vec<String> {
        let sql = "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name";
        sqlx::query_scalar(sql).fetch_all(conn).await.unwrap()
    }

    #[tokio::test]
    async fn a_commit_is_on_the_disk_when_it_returns() {
        let parent = tempfile::tempdir().unwrap();
        let dir = DataDir::take(parent.path(), Lifetime::Kept).unwrap();
        let mut conn = open_writer(&dir, &StoreOptions::default()).await.unwrap();
        let sql = "SELECT journal_mode, synchronous, foreign_keys FROM pragma_journal_mode, \
                   pragma_synchronous, pragma_foreign_keys";
        let found: (String, i64, i64) = sqlx::query_as(sql).fetch_one(&mut conn).await.unwrap();
        assert_eq!(found, ("wal".to_owned(), 2, 1));
    }

    #[tokio::test]
    async fn a_database_of_a_later_release_is_refused_and_left_alone() {
        let dir = DataDir::temporary().unwrap();
        let mut conn = open_writer(&dir, &StoreOptions::default()).await.unwrap();
        let later = later(&["CREATE TABLE novelty (id INTEGER)"]);
        migrate(&mut conn, dir.database(), &later).await.unwrap();
        let before = tables(&mut conn).await;

        let error = open_writer(&dir, &StoreOptions::default()).await.unwrap_err();
        let path = dir.database().to_owned();
        assert_eq!(error, StoreError::Newer { path, found: 3, known: 2 });
        assert_eq!(tables(&mut conn).await, before);
    }

    #[tokio::test]
    async fn a_database_of_an_earlier_release_is_brought_to_this_one() {
        let dir = DataDir::temporary().unwrap();
        let connect = SqliteConnectOptions::new().filename(dir.database());
        let mut conn = connect.connect().await.unwrap();
        let first = migrator().iter().take(1).cloned().collect();
        migrate(&mut conn, dir.database(), &Migrator::with_migrations(first)).await.unwrap();
        conn.close().await.unwrap();
        let mut conn = open_writer(&dir, &StoreOptions::default()).await.unwrap();
        let sql = "SELECT max(version) FROM _sqlx_migrations WHERE success";
        let version: i64 = sqlx::query_scalar(sql).fetch_one(&mut conn).await.unwrap();
        assert_eq!(version, MIGRATIONS.len() as i64);
    }

    #[tokio::test]
    async fn a_migration_that_fails_changes_nothing() {
        let dir = DataDir::temporary().unwrap();
        let mut conn = open_writer(&dir, &StoreOptions::default()).await.unwrap();
        let before = tables(&mut conn).await;
        let later = later(&[
            "CREATE TABLE novelty (id INTEGER); DROP TABLE event;",
            "INSERT INTO no_such_table VALUES (1)",
        ]);
        let error = migrate(&mut conn, dir.database(), &later).await.unwrap_err();
        assert!(matches!(error, StoreError::Migration { .. }), "{error:?}");
        assert_eq!(tables(&mut conn).await, before);
        open_writer(&dir, &StoreOptions::default()).await.unwrap();
    }

    #[tokio::test]
    async fn a_released_migration_that_was_edited_is_noticed() {
        let dir = DataDir::temporary().unwrap();
        let mut conn = open_writer(&dir, &StoreOptions::default()).await.unwrap();
        let sql = "UPDATE _sqlx_migrations SET checksum = x'00'";
        sqlx::query(sql).execute(&mut conn).await.unwrap();
        let error = open_writer(&dir, &StoreOptions::default()).await.unwrap_err();
        assert!(matches!(error, StoreError::Migration { .. }), "{error:?}");
    }
}
