//! A killed process loses nothing that it was told is stored, and leaves no half of anything.
//!
//! The test runs its own binary as the process to kill: `appends_until_it_is_killed` is that
//! process, and does nothing unless it is told where to write.
#![cfg(test)]

use std::{
    collections::{HashMap, HashSet},
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Command, Stdio},
    time::Duration,
};

use opscopilot::{
    protocol::{Seq, ThreadId},
    store::{ArchiveFilter, Store, ThreadFilter, ThreadsOf},
};

use crate::store_fixture::{Log, body, command_id, evidence, reply, whole_log};

const DIR: &str = "OPSCOPILOT_TEST_CRASH_DIR";
const THREADS: usize = 6;
const ROUNDS: usize = 25;

#[tokio::test]
async fn every_acknowledged_append_survives_kill_9() {
    let dir = tempfile::tempdir().unwrap();
    let mut acknowledged: HashMap<ThreadId, Seq> = HashMap::new();
    for round in 0..ROUNDS {
        let wanted = 1 + fastrand::usize(..200);
        for (thread_id, seq) in run_and_kill(dir.path(), wanted) {
            let last = acknowledged.entry(thread_id).or_default();
            assert!(seq > *last, "{thread_id} went from {last} to {seq} in round {round}");
            *last = seq;
        }
        let store = Store::open(dir.path()).await.unwrap();
        for thread_id in every_thread(&store).await {
            let acknowledged = acknowledged.get(&thread_id).copied();
            check(&store, thread_id, acknowledged.unwrap_or(0)).await;
        }
        let stored = every_thread(&store).await;
        assert!(acknowledged.keys().all(|thread_id| stored.contains(thread_id)));
        store.close().await;
    }
    assert!(acknowledged.len() >= THREADS);
}

async fn every_thread(store: &Store) -> HashSet<ThreadId> {
    let (of, archive) = (ThreadsOf::Everyone, ArchiveFilter::Both);
    let mut filter = ThreadFilter { of, archive, after: None, limit: 200 };
    let mut found = HashSet::new();
    loop {
        let page = store.threads(&filter).await.unwrap();
        found.extend(page.threads.iter().map(|thread| thread.standing.thread_id));
        filter.after = page.next;
        if filter.after.is_none() {
            return found;
        }
    }
}

/// What a crash left of a thread is whole, and goes at least as far as was acknowledged.
async fn check(store: &Store, thread_id: ThreadId, acknowledged: Seq) {
    let log = whole_log(store, thread_id).await;
    for event in &log {
        assert_eq!(event.json, body(thread_id, event.seq));
    }
    let head = log.len() as Seq;
    assert!(head >= acknowledged, "{thread_id}: {head} of {acknowledged} events");
    assert_eq!(store.thread(thread_id).await.unwrap().unwrap().head_seq, head);
    // Every append has three events, one evidence and one reply: all, or nothing.
    assert_eq!(head % 3, 0);
    let last = u32::try_from(head / 3).unwrap();
    let ids: Vec<_> = (last.saturating_sub(20)..=last + 1)
        .filter(|number| *number > 0)
        .map(opscopilot::protocol::EvidenceId::from_number)
        .collect();
    let found = store.evidence_many(thread_id, &ids).await.unwrap();
    assert_eq!(found.len(), ids.len() - 1, "{thread_id} at {head}");
    let principal = "local".parse().unwrap();
    for (number, is_stored) in [(last, true), (last + 1, false)] {
        let command = command_id(&format!("{thread_id}.{number}"));
        let found = store.reply(&principal, &command).await.unwrap();
        assert_eq!(found.is_some(), is_stored, "{command} at {head}");
    }
}

/// Runs the appending process until it acknowledged `wanted` appends, kills it, and returns all
/// that it acknowledged.
fn run_and_kill(dir: &Path, wanted: usize) -> Vec<(ThreadId, Seq)> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "store_crash::appends_until_it_is_killed"])
        .args(["--ignored", "--nocapture"])
        .env(DIR, dir)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut acknowledged = Vec::new();
    // Lines of the test harness itself are passed over; a last half line, too.
    for line in BufReader::new(child.stdout.take().unwrap()).split(b'\n') {
        let line = String::from_utf8(line.unwrap()).unwrap();
        let Some(rest) = line.split("ack ").nth(1).and_then(|rest| rest.strip_suffix('.')) else {
            continue;
        };
        let (thread_id, seq) = rest.split_once(' ').unwrap();
        acknowledged.push((thread_id.parse().unwrap(), seq.parse().unwrap()));
        if acknowledged.len() == wanted {
            // Acknowledgements come right after a commit: the wait spreads the kills over
            // everything that the process does in between.
            std::thread::sleep(Duration::from_micros(fastrand::u64(..4_000)));
            child.kill().unwrap();
        }
    }
    child.wait().unwrap();
    assert!(acknowledged.len() >= wanted, "the appending process ended by itself");
    acknowledged
}

#[tokio::test]
#[ignore = "the process that `every_acknowledged_append_survives_kill_9` kills"]
async fn appends_until_it_is_killed() {
    let Some(dir) = std::env::var_os(DIR) else { return };
    let store = Store::open(Path::new(&dir)).await.unwrap();
    let tasks: Vec<_> = (0..THREADS)
        .map(|_| {
            let store = store.clone();
            tokio::spawn(async move {
                let mut log = Log::new();
                loop {
                    append_one(&store, &mut log).await;
                }
            })
        })
        .collect();
    for task in tasks {
        let () = task.await.unwrap();
    }
}

async fn append_one(store: &Store, log: &mut Log) {
    let mut append = log.next(3);
    let number = u32::try_from(log.head() / 3).unwrap();
    append.evidence = vec![evidence(number, 1 + fastrand::usize(..20_000))];
    append.reply = Some(reply(&format!("{}.{number}", log.id())));
    store.append(append).await.unwrap();
    let mut out = std::io::stdout().lock();
    writeln!(out, "ack {} {}.", log.id(), log.head()).unwrap();
    out.flush().unwrap();
}
