//! A database that cannot be used: the service does not start, says why and what to do, and
//! leaves the file as it was to the byte.

use std::{fs, path::Path};

use opscopilot::store::Store;
use sqlx::{ConnectOptions, Connection, SqliteConnection, sqlite::SqliteConnectOptions};

use crate::{
    process::{Process, command, run},
    store_fixture::Log,
};

/// A data directory with a thread in it, cleanly closed.
async fn kept(dir: &Path) -> Vec<u8> {
    let data = dir.join("data");
    let store = Store::open(&data).await.unwrap();
    store.append(Log::new().next(3)).await.unwrap();
    store.close().await;
    drop(store);
    fs::read(data.join("opscopilot.db")).unwrap()
}

/// Tries to serve it; gives what was said.
async fn refused(dir: &Path) -> String {
    let mut serve = command(dir);
    serve.args(["serve", "--listen", "127.0.0.1:0", "--data"]).arg(dir.join("data"));
    let output = run(serve).await;
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.is_empty(), "it never listened");
    String::from_utf8(output.stderr).unwrap()
}

async fn connect(path: &Path) -> SqliteConnection {
    SqliteConnectOptions::new().filename(path).connect().await.unwrap()
}

/// Changes the database behind the service's back.
async fn sql(dir: &Path, sql: &'static str) {
    let mut conn = connect(&dir.join("data/opscopilot.db")).await;
    sqlx::query(sql).execute(&mut conn).await.unwrap();
    conn.close().await.unwrap();
}

/// Leaves the database as a kill does: its write-ahead log is not folded in.
async fn leave_unclosed(dir: &Path) {
    let files = ["opscopilot.db", "opscopilot.db-wal"].map(|name| dir.join("data").join(name));
    let mut conn = connect(&files[0]).await;
    let change = "UPDATE thread SET title = 'late'";
    sqlx::query(change).execute(&mut conn).await.unwrap();
    let kept = files.clone().map(|file| fs::read(file).unwrap());
    conn.close().await.unwrap();
    for (file, bytes) in files.iter().zip(kept) {
        fs::write(file, bytes).unwrap();
    }
}

#[tokio::test]
async fn a_file_that_cannot_be_used_is_named_and_left_as_it_is() {
    for (name, change, wanted) in [
        (
            "newer",
            "INSERT INTO _sqlx_migrations VALUES (99, 'x', '2026-01-01', 1, x'00', 1)",
            "run the release that wrote it, or a later one",
        ),
        ("half-done", "UPDATE _sqlx_migrations SET success = 0", "never finished"),
        ("edited", "UPDATE _sqlx_migrations SET checksum = x'00'", "not the one released"),
        ("foreign", "DROP TABLE _sqlx_migrations", "another program"),
    ] {
        let dir = tempfile::tempdir().unwrap();
        kept(dir.path()).await;
        sql(dir.path(), change).await;
        let path = dir.path().join("data/opscopilot.db");
        let before = fs::read(&path).unwrap();
        let told = refused(dir.path()).await;
        assert!(told.contains(wanted) && told.contains("opscopilot.db"), "{name}: {told}");
        assert!(fs::read(&path).unwrap() == before, "{name}: the file was changed");
    }
}

#[tokio::test]
async fn a_damaged_file_is_named_and_left_as_it_is() {
    for damage in ["cut", "header", "text", "first page"] {
        let dir = tempfile::tempdir().unwrap();
        let mut bytes = kept(dir.path()).await;
        match damage {
            "cut" => bytes.truncate(bytes.len() / 2 + 17),
            "header" => bytes[..16].copy_from_slice(b"SQLite format 9\0"),
            "text" => bytes = b"a diary, not a database\n".repeat(400),
            _ => bytes[100..4096].fill(0xA5),
        }
        let path = dir.path().join("data/opscopilot.db");
        fs::write(&path, &bytes).unwrap();
        let told = refused(dir.path()).await;
        assert!(told.contains("is damaged") && told.contains("opscopilot.db"), "{damage}: {told}");
        assert!(told.contains("backup"), "{damage}: {told}");
        assert!(fs::read(&path).unwrap() == bytes, "{damage}: the file was changed");
    }
}

#[tokio::test]
async fn a_newer_file_that_was_not_closed_cleanly_keeps_its_write_ahead_log() {
    let dir = tempfile::tempdir().unwrap();
    kept(dir.path()).await;
    sql(dir.path(), "INSERT INTO _sqlx_migrations VALUES (99, 'x', '2026-01-01', 1, x'00', 1)")
        .await;
    leave_unclosed(dir.path()).await;
    let path = dir.path().join("data/opscopilot.db");
    let log = dir.path().join("data/opscopilot.db-wal");
    let before = (fs::read(&path).unwrap(), fs::read(&log).unwrap());
    assert!(!before.1.is_empty());
    assert!(refused(dir.path()).await.contains("a later one"));
    assert!((fs::read(&path).unwrap(), fs::read(&log).unwrap()) == before, "it was changed");
}

#[tokio::test]
async fn an_empty_file_is_a_new_database() {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("data")).unwrap();
    fs::write(dir.path().join("data/opscopilot.db"), b"").unwrap();
    let process = Process::serve(dir.path(), |_| {}).await;
    process.kill().await;
}
