//! Whatever is appended in whatever order, the store says what a map of logs says.
#![cfg(test)]

use std::collections::{BTreeMap, HashSet};

use futures_util::future::join_all;
use opscopilot::{
    protocol::ThreadId,
    store::{Append, EncodedEvent, Store, StoreError},
};
use proptest::prelude::*;

use crate::store_fixture::{Log, reply, whole_log};

const THREADS: usize = 4;

#[derive(Clone, Debug)]
enum Act {
    /// An append of so many events, made for a head so many events off.
    Append {
        thread: usize,
        events: u64,
        off: i64,
        command: Option<u8>,
    },
    Delete {
        thread: usize,
    },
}

fn act() -> impl Strategy<Value = Act> {
    let append =
        (0..THREADS, 0..4_u64, prop_oneof![4 => Just(0), 1 => -2..3_i64], any::<bool>(), 0..12_u8)
            .prop_map(|(thread, events, off, has_command, command)| Act::Append {
                thread,
                events,
                off,
                command: has_command.then_some(command),
            });
    prop_oneof![12 => append, 1 => (0..THREADS).prop_map(|thread| Act::Delete { thread })]
}

/// The contract in a dozen lines.
#[derive(Default)]
struct Model {
    logs: BTreeMap<ThreadId, Vec<EncodedEvent>>,
    replies: HashSet<String>,
}

impl Model {
    fn append(&mut self, append: &Append) -> Result<(), &'static str> {
        if append.standing.head_seq == 0 {
            return Err("invalid");
        }
        let head = self.logs.get(&append.thread_id).map(|log| log.len() as u64);
        match head {
            None if append.expected_head > 0 => return Err("not found"),
            head if head.unwrap_or(0) != append.expected_head => return Err("conflict"),
            _ => {}
        }
        if let Some(reply) = &append.reply
            && !self.replies.insert(reply.command_id.to_string())
        {
            return Err("duplicate");
        }
        self.logs.entry(append.thread_id).or_default().extend(append.events.iter().cloned());
        Ok(())
    }

    fn delete(&mut self, thread_id: ThreadId) -> Result<(), &'static str> {
        self.logs.remove(&thread_id).map(drop).ok_or("not found")
    }
}

fn in_words(answer: Result<(), StoreError>) -> Result<(), &'static str> {
    answer.map_err(|error| match error {
        StoreError::Conflict { .. } => "conflict",
        StoreError::DuplicateReply { .. } => "duplicate",
        StoreError::NotFound { .. } => "not found",
        StoreError::Invalid { .. } => "invalid",
        other => unreachable!("{other:?}"),
    })
}

/// Plays `rounds`: the acts of a round are asked at once, and taken in their order.
async fn play(rounds: Vec<Vec<Act>>) {
    let store = Store::temporary().await.unwrap();
    let mut model = Model::default();
    let logs: Vec<_> = (0..THREADS).map(|_| Log::new()).collect();
    for round in rounds {
        let mut wanted = Vec::new();
        let mut asked = Vec::new();
        for act in round {
            let store = store.clone();
            match act {
                Act::Delete { thread } => {
                    let thread_id = logs[thread].id();
                    wanted.push(model.delete(thread_id));
                    asked.push(tokio::spawn(async move { store.delete_thread(thread_id).await }));
                }
                Act::Append { thread, events, off, command } => {
                    let mut log = logs[thread].clone();
                    let head = model.logs.get(&log.id()).map_or(0, Vec::len) as u64;
                    log.standing.head_seq = head.saturating_add_signed(off);
                    let mut append = log.next(events);
                    append.reply = command.map(|command| reply(&format!("c{command}")));
                    wanted.push(model.append(&append));
                    asked.push(tokio::spawn(async move { store.append(append).await }));
                }
            }
        }
        let answers = join_all(asked).await.into_iter().map(|answer| in_words(answer.unwrap()));
        assert_eq!(answers.collect::<Vec<_>>(), wanted);
    }
    for log in &logs {
        let wanted = model.logs.get(&log.id());
        assert_eq!(whole_log(&store, log.id()).await, wanted.cloned().unwrap_or_default());
        let standing = store.thread(log.id()).await.unwrap();
        let head = standing.map(|standing| standing.head_seq);
        assert_eq!(head, wanted.map(|log| log.len() as u64));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_interleaving_of_appends_is_as_the_model_has_it(
        rounds in prop::collection::vec(prop::collection::vec(act(), 1..12), 1..8)
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(play(rounds));
    }
}
