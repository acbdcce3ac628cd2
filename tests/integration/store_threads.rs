//! Lists of threads: who sees which, in which order, page by page.
#![cfg(test)]

use opscopilot::{
    protocol::ThreadId,
    store::{ArchiveFilter, Store, StoreError, ThreadFilter, ThreadsOf},
};

use crate::store_fixture::{Log, evidence, instant, whole_log};

async fn listed(store: &Store, of: ThreadsOf, archive: ArchiveFilter, limit: u32) -> Vec<ThreadId> {
    let mut filter = ThreadFilter { of, archive, after: None, limit };
    let mut all = Vec::new();
    loop {
        let page = store.threads(&filter).await.unwrap();
        assert!(page.threads.len() <= limit as usize);
        all.extend(page.threads.iter().map(|thread| thread.standing.thread_id));
        let Some(next) = page.next else { return all };
        filter.after = Some(next.to_string().parse().unwrap());
    }
}

fn of(principal: &str) -> ThreadsOf {
    ThreadsOf::Principal(principal.parse().unwrap())
}

#[tokio::test]
async fn a_principal_sees_own_and_shared_threads_newest_first() {
    let store = Store::temporary().await.unwrap();
    let mut logs: Vec<_> = (0..10).map(|_| Log::of("ann")).collect();
    logs.extend((0..10).map(|_| Log::of("bob")));
    for (index, log) in logs.iter_mut().enumerate() {
        log.standing.archived = index % 5 == 0;
        if index % 3 == 0 {
            // Naming the owner too shows nothing twice.
            log.participants = vec!["ann".parse().unwrap(), "cyd".parse().unwrap()];
        }
        let mut append = log.next(1);
        // Two at each instant: their order must be stable, too.
        append.standing.updated_at = instant(1_000 - index as u64 / 2);
        log.standing = append.standing.clone();
        store.append(append).await.unwrap();
    }
    let mut wanted: Vec<_> = logs.iter().collect();
    wanted.sort_by_key(|log| std::cmp::Reverse((log.standing.updated_at, *log.id().as_uuid())));
    let ids = |keep: fn(&Log) -> bool| -> Vec<_> {
        wanted.iter().filter(|log| keep(log)).map(|log| log.id()).collect()
    };
    let mine = |log: &Log| log.standing.owner.as_str() == "ann" || !log.participants.is_empty();
    for limit in [1, 3, 200] {
        let both = ArchiveFilter::Both;
        assert_eq!(listed(&store, ThreadsOf::Everyone, both, limit).await, ids(|_| true));
        assert_eq!(listed(&store, of("ann"), both, limit).await, ids(mine));
        let shared = ids(|log| !log.participants.is_empty());
        assert_eq!(listed(&store, of("cyd"), both, limit).await, shared);
        assert_eq!(listed(&store, of("eve"), both, limit).await, []);
        let active = ids(|log| !log.standing.archived && log.standing.owner.as_str() == "bob");
        assert_eq!(listed(&store, of("bob"), ArchiveFilter::Active, limit).await, active);
        let archived = ids(|log| log.standing.archived);
        let found = listed(&store, ThreadsOf::Everyone, ArchiveFilter::Archived, limit).await;
        assert_eq!(found, archived);
    }
}

#[tokio::test]
async fn who_is_taken_out_of_a_thread_sees_it_no_more() {
    let store = Store::temporary().await.unwrap();
    let mut log = Log::of("ann");
    log.participants = vec!["bob".parse().unwrap(), "cyd".parse().unwrap()];
    store.append(log.next(1)).await.unwrap();
    log.participants = vec!["cyd".parse().unwrap()];
    store.append(log.next(1)).await.unwrap();
    assert_eq!(store.participants(log.id()).await.unwrap(), log.participants);
    assert_eq!(listed(&store, of("bob"), ArchiveFilter::Both, 10).await, []);
    assert_eq!(listed(&store, of("cyd"), ArchiveFilter::Both, 10).await, [log.id()]);
}

#[tokio::test]
async fn a_deleted_thread_takes_its_log_and_evidence_along() {
    let store = Store::temporary().await.unwrap();
    let (mut log, mut other) = (Log::of("ann"), Log::of("ann"));
    log.participants = vec!["bob".parse().unwrap()];
    log.open_runs = 1;
    let mut append = log.next(2);
    append.evidence = vec![evidence(1, 100)];
    store.append(append).await.unwrap();
    store.append(other.next(2)).await.unwrap();

    store.delete_thread(log.id()).await.unwrap();
    let missing = Err(StoreError::NotFound { thread_id: log.id() });
    assert_eq!(store.delete_thread(log.id()).await, missing);
    assert_eq!(store.append(log.next(1)).await, missing);
    assert_eq!(store.thread(log.id()).await.unwrap(), None);
    assert_eq!(store.events(log.id(), 0, 10).await.unwrap(), []);
    assert_eq!(store.evidence(log.id(), "e1".parse().unwrap()).await.unwrap(), None);
    assert_eq!(store.threads_with_open_runs().await.unwrap(), []);
    assert_eq!(listed(&store, of("bob"), ArchiveFilter::Both, 10).await, []);
    assert_eq!(whole_log(&store, other.id()).await.len(), 2);
}
