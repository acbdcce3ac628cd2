//! Appends are atomic, in order, durable, and answered once.
#![cfg(test)]

use futures_util::future::join_all;
use opscopilot::store::{Append, Store, StoreError, StoredReply};

use crate::store_fixture::{Log, command_id, evidence, instant, reply, whole_log};

#[tokio::test]
async fn what_was_appended_is_read_back_unchanged() {
    let store = Store::temporary().await.unwrap();
    let mut log = Log::new();
    log.participants = vec!["zoe".parse().unwrap(), "adam".parse().unwrap()];
    let mut append = log.next(3);
    append.evidence = vec![evidence(1, 10), evidence(2, 3_000_000)];
    append.reply = Some(reply("c1"));
    store.append(append.clone()).await.unwrap();

    assert_eq!(store.events(log.id(), 0, 100).await.unwrap(), append.events);
    assert_eq!(store.events(log.id(), 1, 1).await.unwrap(), append.events[1..2]);
    assert_eq!(store.events_before(log.id(), 4, 2).await.unwrap(), append.events[1..3]);
    assert_eq!(store.events_before(log.id(), 1, 2).await.unwrap(), []);
    assert_eq!(store.thread(log.id()).await.unwrap(), Some(append.standing.clone()));
    let people: Vec<_> = store.participants(log.id()).await.unwrap();
    assert_eq!(people, ["adam".parse().unwrap(), "zoe".parse().unwrap()]);
    let [first, second] = &append.evidence[..] else { unreachable!() };
    let found = store.evidence(log.id(), second.evidence_id).await.unwrap();
    assert_eq!(found.as_ref(), Some(second));
    let ids = [second.evidence_id, "e9".parse().unwrap(), first.evidence_id];
    assert_eq!(store.evidence_many(log.id(), &ids).await.unwrap(), append.evidence);
    let stored = append.reply.unwrap();
    let wanted = StoredReply { body_digest: [7; 32], reply: stored.reply, at: stored.at };
    let found = store.reply(&stored.principal, &stored.command_id).await.unwrap();
    assert_eq!(found, Some(wanted));
}

#[tokio::test]
async fn an_append_at_another_head_leaves_nothing() {
    let store = Store::temporary().await.unwrap();
    let mut log = Log::new();
    store.append(log.next(2)).await.unwrap();
    let before = store.thread(log.id()).await.unwrap();

    let mut late = log.clone();
    late.standing.head_seq = 1;
    late.standing.title = "late".to_owned();
    late.participants = vec!["eve".parse().unwrap()];
    let mut append = late.next(3);
    append.evidence = vec![evidence(1, 10)];
    append.reply = Some(reply("late"));
    let error = store.append(append).await.unwrap_err();
    assert_eq!(error, StoreError::Conflict { thread_id: log.id(), expected: 1, head: 2 });
    let mut early = log.clone();
    early.standing.head_seq = 3;
    let error = store.append(early.next(1)).await.unwrap_err();
    assert_eq!(error, StoreError::Conflict { thread_id: log.id(), expected: 3, head: 2 });

    assert_eq!(whole_log(&store, log.id()).await.len(), 2);
    assert_eq!(store.thread(log.id()).await.unwrap(), before);
    assert_eq!(store.participants(log.id()).await.unwrap(), []);
    assert_eq!(store.evidence(log.id(), "e1".parse().unwrap()).await.unwrap(), None);
    let principal = "local".parse().unwrap();
    assert_eq!(store.reply(&principal, &command_id("late")).await.unwrap(), None);
}

#[tokio::test]
async fn a_command_is_answered_once() {
    let store = Store::temporary().await.unwrap();
    let (mut log, mut other) = (Log::new(), Log::new());
    let mut append = log.next(1);
    append.reply = Some(reply("same"));
    store.append(append).await.unwrap();

    let mut append = other.next(1);
    append.reply = Some(reply("same"));
    let error = store.append(append).await.unwrap_err();
    assert_eq!(error, StoreError::DuplicateReply { command_id: command_id("same") });
    assert_eq!(store.thread(other.id()).await.unwrap(), None);

    let mut append = Log::new().next(1);
    let someone_else = "someone-else".parse().unwrap();
    append.reply = Some(opscopilot::store::NewReply { principal: someone_else, ..reply("same") });
    store.append(append).await.unwrap();
}

#[tokio::test]
async fn a_reply_can_be_stored_with_no_event() {
    let store = Store::temporary().await.unwrap();
    let mut log = Log::new();
    store.append(log.next(1)).await.unwrap();
    let mut append = log.next(0);
    append.reply = Some(reply("nothing-to-do"));
    store.append(append).await.unwrap();
    let principal = "local".parse().unwrap();
    assert!(store.reply(&principal, &command_id("nothing-to-do")).await.unwrap().is_some());
    assert_eq!(store.thread(log.id()).await.unwrap().unwrap().head_seq, 1);
}

#[tokio::test]
async fn a_lone_append_that_does_not_fit_is_told_why_and_leaves_nothing() {
    let store = Store::temporary().await.unwrap();
    let mut log = Log::new();
    store.append(log.next(2)).await.unwrap();

    let answering = |mut append: Append, command: &str| {
        append.reply = Some(reply(command));
        append
    };
    let mut nowhere = Log::new();
    nowhere.standing.head_seq = 2;
    let thread_id = nowhere.id();
    let error = store.append(answering(nowhere.next(0), "nowhere")).await.unwrap_err();
    assert_eq!(error, StoreError::NotFound { thread_id });
    let error = store.append(answering(nowhere.next(1), "nowhere")).await.unwrap_err();
    assert_eq!(error, StoreError::NotFound { thread_id });
    let mut late = log.clone();
    late.standing.head_seq = 1;
    let error = store.append(answering(late.next(0), "late")).await.unwrap_err();
    assert_eq!(error, StoreError::Conflict { thread_id: log.id(), expected: 1, head: 2 });
    let mut twin = log.clone();
    twin.standing.head_seq = 0;
    let error = store.append(answering(twin.next(1), "twin")).await.unwrap_err();
    assert_eq!(error, StoreError::Conflict { thread_id: log.id(), expected: 0, head: 2 });

    let principal = "local".parse().unwrap();
    for command in ["nowhere", "late", "twin"] {
        assert_eq!(store.reply(&principal, &command_id(command)).await.unwrap(), None);
    }
    assert_eq!(store.thread(thread_id).await.unwrap(), None);
    store.append(log.next(1)).await.unwrap();
    assert_eq!(whole_log(&store, log.id()).await.len(), 3);
}

#[tokio::test]
async fn the_last_participant_leaves_with_a_lone_append() {
    let store = Store::temporary().await.unwrap();
    let mut log = Log::new();
    log.participants = vec!["ann".parse().unwrap()];
    store.append(log.next(1)).await.unwrap();
    log.participants.clear();
    store.append(log.next(1)).await.unwrap();
    assert_eq!(store.participants(log.id()).await.unwrap(), []);
}

#[tokio::test]
async fn replies_are_forgotten_after_their_day() {
    let store = Store::temporary().await.unwrap();
    let mut log = Log::new();
    for (command, second) in [("old", 0), ("young", 3_600), ("next-day", 86_400 + 1_800)] {
        let mut append = log.next(1);
        append.reply = Some(opscopilot::store::NewReply { at: instant(second), ..reply(command) });
        store.append(append).await.unwrap();
    }
    // The writer prunes after it answered: the next answer comes after that.
    store.append(log.next(1)).await.unwrap();
    let principal = "local".parse().unwrap();
    assert_eq!(store.reply(&principal, &command_id("old")).await.unwrap(), None);
    assert!(store.reply(&principal, &command_id("young")).await.unwrap().is_some());
}

#[tokio::test]
async fn one_bad_append_does_not_fail_the_others_of_its_batch() {
    let store = Store::temporary().await.unwrap();
    let mut logs: Vec<_> = (0..100).map(|_| Log::new()).collect();
    let mut appends: Vec<Append> = logs.iter_mut().map(|log| log.next(2)).collect();
    // A conflict, a deleted thread, a reply twice, and what only the database itself refuses.
    appends[20].expected_head = 1;
    for event in &mut appends[20].events {
        event.seq += 1;
    }
    appends[20].standing.head_seq = 3;
    appends[40].reply = Some(reply("twice"));
    appends[41].reply = Some(reply("twice"));
    appends[60].evidence = vec![evidence(1, 1), evidence(1, 1)];

    let answers = join_all(appends.into_iter().map(|append| store.append(append))).await;
    for (index, (log, answer)) in logs.iter().zip(answers).enumerate() {
        let stored = whole_log(&store, log.id()).await.len();
        match index {
            20 => assert!(matches!(answer, Err(StoreError::NotFound { .. })), "{answer:?}"),
            41 => assert!(matches!(answer, Err(StoreError::DuplicateReply { .. })), "{answer:?}"),
            60 => assert!(matches!(answer, Err(StoreError::Invalid { .. })), "{answer:?}"),
            _ => assert_eq!(answer, Ok(()), "{index}"),
        }
        let wanted = if matches!(index, 20 | 41 | 60) { 0 } else { 2 };
        assert_eq!(stored, wanted, "{index}");
    }
}

#[tokio::test]
async fn appends_to_one_thread_may_share_a_batch() {
    let store = Store::temporary().await.unwrap();
    let mut log = Log::new();
    let mut appends: Vec<Append> = (0..50).map(|_| log.next(2)).collect();
    let again = appends[30].clone();
    appends.insert(31, again);
    let answers = join_all(appends.into_iter().map(|append| store.append(append))).await;
    let refused: Vec<_> = answers.into_iter().filter_map(Result::err).collect();
    let wanted = StoreError::Conflict { thread_id: log.id(), expected: 60, head: 62 };
    assert_eq!(refused, [wanted]);
    assert_eq!(whole_log(&store, log.id()).await.len(), 100);
}

#[tokio::test]
async fn a_caller_that_leaves_loses_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).await.unwrap();
    let mut log = Log::new();
    store.append(log.next(1)).await.unwrap();
    {
        let append = store.append(log.next(5));
        tokio::pin!(append);
        // Polled once, it is queued; then the caller is gone.
        assert!(futures_util::poll!(append.as_mut()).is_pending());
    }
    store.append(log.next(1)).await.unwrap();
    assert_eq!(whole_log(&store, log.id()).await.len(), 7);
}

#[tokio::test]
async fn a_store_opened_again_has_everything() {
    let dir = tempfile::tempdir().unwrap();
    let mut log = Log::new();
    log.open_runs = 1;
    for round in 1..=3 {
        let store = Store::open(dir.path()).await.unwrap();
        store.append(log.next(10)).await.unwrap();
        assert_eq!(whole_log(&store, log.id()).await.len(), round * 10);
        assert_eq!(store.threads_with_open_runs().await.unwrap(), [log.id()]);
        store.close().await;
    }
}
