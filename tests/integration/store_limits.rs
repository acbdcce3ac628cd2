//! What the store refuses, and how it goes on afterwards.
#![cfg(test)]

use std::time::Duration;

use futures_util::future::join_all;
use opscopilot::{
    protocol::MAX_EVENT_BYTES,
    store::{Condition, MAX_APPEND_BYTES, Store, StoreError, StoreOptions},
};

use crate::store_fixture::{Log, evidence, whole_log};

#[tokio::test]
async fn a_data_directory_is_held_by_one_store() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).await.unwrap();
    let pid = Some(std::process::id());
    let locked = |url| StoreError::Locked { dir: dir.path().to_owned(), pid, url };
    assert_eq!(Store::open(dir.path()).await.unwrap_err(), locked(None));

    let url = "http://127.0.0.1:8080";
    store.announce(url).unwrap();
    let error = Store::open(dir.path()).await.unwrap_err();
    assert!(error.to_string().contains(url), "{error}");
    assert_eq!(error, locked(Some(url.to_owned())));

    store.close().await;
    assert_eq!(store.announce(url), Err(StoreError::Closed));
    let again = Store::open(dir.path()).await.unwrap();
    assert_eq!(Store::open(dir.path()).await.unwrap_err(), locked(None));
    drop(again);
}

#[cfg(unix)]
#[tokio::test]
async fn what_is_stored_is_private_to_the_user() {
    use std::os::unix::fs::PermissionsExt;
    let parent = tempfile::tempdir().unwrap();
    let dir = parent.path().join("deep/data");
    let store = Store::open(&dir).await.unwrap();
    store.append(Log::new().next(1)).await.unwrap();
    let mode = |path: &std::path::Path| path.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&dir), 0o700);
    let mut files = 0;
    for file in dir.read_dir().unwrap() {
        let path = file.unwrap().path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
        files += 1;
    }
    assert!(files >= 3, "lock, database and its log");
}

#[tokio::test]
async fn a_temporary_store_leaves_nothing_behind() {
    let store = Store::temporary().await.unwrap();
    let dir = store.dir().to_owned();
    store.append(Log::new().next(1)).await.unwrap();
    assert!(dir.join("opscopilot.db").exists());
    store.close().await;
    drop(store);
    assert!(!dir.exists());
}

#[tokio::test]
async fn a_closed_store_says_so_and_keeps_what_it_had_taken() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).await.unwrap();
    let mut logs: Vec<_> = (0..50).map(|_| Log::new()).collect();
    let appends = join_all(logs.iter_mut().map(|log| store.append(log.next(1))));
    let (answers, ()) = tokio::join!(appends, store.close());
    assert_eq!(store.append(Log::new().next(1)).await, Err(StoreError::Closed));
    assert_eq!(store.health().await, Err(StoreError::Closed));
    assert_eq!(store.threads_with_open_runs().await, Err(StoreError::Closed));
    drop(store);

    let again = Store::open(dir.path()).await.unwrap();
    for (log, answer) in logs.iter().zip(answers) {
        let stored = whole_log(&again, log.id()).await.len();
        assert_eq!(stored, usize::from(answer.is_ok()), "{answer:?}");
    }
}

#[tokio::test]
async fn a_full_disk_refuses_appends_until_there_is_space() {
    let dir = tempfile::tempdir().unwrap();
    let options = StoreOptions { max_bytes: Some(2 * 1024 * 1024), ..StoreOptions::default() };
    let store = Store::open_with(dir.path(), options).await.unwrap();
    let (mut kept, mut big) = (Log::new(), Log::new());
    store.append(kept.next(1)).await.unwrap();
    let full = loop {
        let before = big.clone();
        match store.append(big.next_of(8, 16 * 1024)).await {
            Ok(()) => {}
            Err(error) => {
                big = before;
                break error;
            }
        }
    };
    assert!(matches!(full, StoreError::Full { .. }), "{full:?}");
    assert_eq!(store.health().await.unwrap().condition, Condition::Full);
    assert_eq!(store.check_writable(), Err(full));
    assert_eq!(whole_log(&store, kept.id()).await.len(), 1);
    assert_eq!(whole_log(&store, big.id()).await.len() as u64, big.head());

    // In one batch the small ones may still fit; the one that does not is refused alone.
    let too_big = store.append(big.clone().next_of(8, 16 * 1024));
    let (refused, small) = tokio::join!(too_big, store.append(kept.next(1)));
    assert!(matches!(refused, Err(StoreError::Full { .. })), "{refused:?}");
    assert_eq!(small, Ok(()));

    store.delete_thread(big.id()).await.unwrap();
    store.writable().await;
    assert_eq!(store.check_writable(), Ok(()));
    store.append(kept.next_of(8, 16 * 1024)).await.unwrap();
    assert_eq!(store.health().await.unwrap().condition, Condition::Writable);
    assert_eq!(whole_log(&store, kept.id()).await.len(), 10);
}

#[tokio::test]
async fn a_queue_that_stays_full_is_busy() {
    let dir = tempfile::tempdir().unwrap();
    let options =
        StoreOptions { queue_length: 1, patience: Duration::ZERO, ..StoreOptions::default() };
    let store = Store::open_with(dir.path(), options).await.unwrap();
    let mut logs: Vec<_> = (0..20).map(|_| Log::new()).collect();
    let answers = join_all(logs.iter_mut().map(|log| store.append(log.next(1)))).await;
    assert!(answers.contains(&Err(StoreError::Busy)), "{answers:?}");
    for (log, answer) in logs.iter().zip(answers) {
        let stored = whole_log(&store, log.id()).await.len();
        assert_eq!(stored, usize::from(answer.is_ok()), "{answer:?}");
    }
}

#[tokio::test]
async fn what_contradicts_itself_is_refused() {
    let store = Store::temporary().await.unwrap();
    let refused = |append| {
        let store = store.clone();
        async move {
            let error = store.append(append).await.unwrap_err();
            matches!(error, StoreError::Invalid { .. } | StoreError::TooLarge { .. })
        }
    };
    let mut gap = Log::new().next(3);
    gap.events.remove(1);
    assert!(refused(gap).await);
    let mut other_head = Log::new().next(3);
    other_head.standing.head_seq = 4;
    assert!(refused(other_head).await);
    let mut other_thread = Log::new().next(3);
    other_thread.thread_id = Log::new().id();
    assert!(refused(other_thread).await);
    assert!(refused(Log::new().next(0)).await);
    assert!(refused(Log::new().next_of(1, MAX_EVENT_BYTES + 1)).await);
    let mut huge = Log::new().next(1);
    huge.evidence = vec![evidence(1, MAX_APPEND_BYTES)];
    assert!(refused(huge).await);
    assert!(store.threads_with_open_runs().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_file_that_is_no_database_is_told_and_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("opscopilot.db");
    let text = "this is a diary, not a database\n".repeat(400);
    std::fs::write(&path, &text).unwrap();
    let error = Store::open(dir.path()).await.unwrap_err();
    assert!(matches!(error, StoreError::Corrupt { .. }), "{error:?}");
    assert!(error.to_string().contains("opscopilot.db"), "{error}");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
}

#[tokio::test]
async fn a_page_of_events_is_bounded_in_bytes() {
    let store = Store::temporary().await.unwrap();
    let mut log = Log::new();
    store.append(log.next_of(100, 90_000)).await.unwrap();
    let page = store.events(log.id(), 0, 500).await.unwrap();
    assert!((40..60).contains(&page.len()), "{}", page.len());
    let last = store.events_before(log.id(), u64::MAX, 500).await.unwrap();
    assert_eq!(last.last().unwrap().seq, 100);
    assert_eq!(whole_log(&store, log.id()).await.len(), 100);
}
