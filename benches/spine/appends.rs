//! The store alone: the latency of one append, and the throughput of many at once.

use std::{
    io::{Seek, SeekFrom, Write},
    path::Path,
    time::{Duration, Instant},
};

use bytes::Bytes;
use jiff::Timestamp;
use opscopilot::{
    protocol::{Epoch, PrincipalId, ThreadId, ThreadStanding},
    store::{Append, EncodedEvent, Store},
};

use crate::{
    Failure,
    figures::{Times, line, section},
    process::scratch,
};

/// Appends one after the other.
const ALONE: u64 = 400;
/// Threads that append at once, and how often each.
const AT_ONCE: (u64, u64) = (64, 50);
/// A usual event.
const EVENT_BYTES: usize = 700;

/// Prints latency and throughput, beside the disk's own.
pub(crate) async fn measure() -> Result<(), Failure> {
    let dir = scratch()?;
    section("The store, durable (WAL, synchronous=FULL)");
    line("the disk alone: 4 KiB written over, fdatasync", disk(dir.path(), Where::Over)?.spread());
    line(
        "the disk alone: 4 KiB added to a file, fdatasync",
        disk(dir.path(), Where::Behind)?.spread(),
    );
    let store = Store::open(&dir.path().join("data")).await?;
    let mut alone = Times::default();
    let mut log = Log::new();
    for _ in 0..ALONE {
        let begun = Instant::now();
        store.append(log.next()).await?;
        alone.add(begun.elapsed());
    }
    line("one append at a time, one event each", alone.spread());
    let (threads, each) = AT_ONCE;
    let begun = Instant::now();
    let mut at_work = tokio::task::JoinSet::new();
    for _ in 0..threads {
        let store = store.clone();
        at_work.spawn(async move {
            let mut log = Log::new();
            for _ in 0..each {
                store.append(log.next()).await?;
            }
            Ok::<_, Failure>(())
        });
    }
    while let Some(done) = at_work.join_next().await {
        done??;
    }
    let rate = (threads * each) as f64 / begun.elapsed().as_secs_f64();
    line(&format!("{threads} threads at once"), format!("{rate:.0} appends/s"));
    store.close().await;
    Ok(())
}

#[derive(Clone, Copy)]
enum Where {
    Over,
    Behind,
}

fn disk(dir: &Path, place: Where) -> Result<Times, Failure> {
    const PAGE: [u8; 4096] = [7; 4096];
    let mut file = std::fs::File::create(dir.join("probe"))?;
    if let Where::Over = place {
        file.write_all(&PAGE.repeat(200))?;
        file.seek(SeekFrom::Start(0))?;
        file.sync_all()?;
    }
    let mut times = Times::default();
    for _ in 0..200 {
        file.write_all(&PAGE)?;
        let begun = Instant::now();
        file.sync_data()?;
        times.add(begun.elapsed());
        std::thread::sleep(Duration::from_millis(1));
    }
    Ok(times)
}

/// The log of one thread.
struct Log(ThreadStanding);

impl Log {
    fn new() -> Self {
        let now = Timestamp::now();
        Self(ThreadStanding {
            thread_id: ThreadId::new(),
            epoch: Epoch::new(),
            title: "a question".to_owned(),
            owner: PrincipalId::local(),
            archived: false,
            scope: Vec::new(),
            head_seq: 0,
            created_at: now,
            updated_at: now,
        })
    }

    fn next(&mut self) -> Append {
        let expected_head = self.0.head_seq;
        self.0.head_seq += 1;
        let json = Bytes::from(vec![b'x'; EVENT_BYTES]);
        Append {
            thread_id: self.0.thread_id,
            expected_head,
            events: vec![EncodedEvent { seq: self.0.head_seq, at: self.0.created_at, json }],
            standing: self.0.clone(),
            participants: Vec::new(),
            open_runs: 1,
            evidence: Vec::new(),
            reply: None,
        }
    }
}
