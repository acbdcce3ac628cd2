//! A log to append to a store: what the thread's log of the agent does, without its rules.
#![cfg(test)]

use bytes::Bytes;
use jiff::Timestamp;
use opscopilot::{
    protocol::{CallId, CommandId, Epoch, EvidenceId, PrincipalId, Seq, ThreadId, ThreadStanding},
    store::{Append, EncodedEvent, NewEvidence, NewReply, Store},
};

/// The log of one thread, as its only writer knows it.
#[derive(Clone, Debug)]
pub(crate) struct Log {
    pub(crate) standing: ThreadStanding,
    pub(crate) participants: Vec<PrincipalId>,
    pub(crate) open_runs: u32,
}

impl Log {
    pub(crate) fn new() -> Self {
        Self::of("local")
    }

    pub(crate) fn of(owner: &str) -> Self {
        let standing = ThreadStanding {
            thread_id: ThreadId::new(),
            epoch: Epoch::new(),
            title: String::new(),
            owner: owner.parse().unwrap(),
            archived: false,
            scope: vec!["/subscriptions/0".to_owned()],
            head_seq: 0,
            created_at: instant(0),
            updated_at: instant(0),
        };
        Self { standing, participants: Vec::new(), open_runs: 0 }
    }

    pub(crate) fn id(&self) -> ThreadId {
        self.standing.thread_id
    }

    pub(crate) fn head(&self) -> Seq {
        self.standing.head_seq
    }

    /// An append of `count` small events.
    pub(crate) fn next(&mut self, count: u64) -> Append {
        let thread_id = self.id();
        self.append(count, |seq| body(thread_id, seq))
    }

    /// An append of `count` events with a body of `bytes` bytes each.
    pub(crate) fn next_of(&mut self, count: u64, bytes: usize) -> Append {
        self.append(count, |_| Bytes::from(vec![b'x'; bytes]))
    }

    fn append(&mut self, count: u64, body: impl Fn(Seq) -> Bytes) -> Append {
        let expected_head = self.head();
        let events: Vec<_> = (expected_head + 1..=expected_head + count)
            .map(|seq| EncodedEvent { seq, at: instant(seq), json: body(seq) })
            .collect();
        self.standing.head_seq += count;
        self.standing.updated_at = instant(self.standing.head_seq);
        Append {
            thread_id: self.id(),
            expected_head,
            events,
            standing: self.standing.clone(),
            participants: self.participants.clone(),
            open_runs: self.open_runs,
            evidence: Vec::new(),
            reply: None,
        }
    }
}

/// The body of event `seq`, as a reader can check it.
pub(crate) fn body(thread_id: ThreadId, seq: Seq) -> Bytes {
    format!(r#"{{"type":"runResumed","runId":"{thread_id}","seq":{seq}}}"#).into()
}

pub(crate) fn instant(second: u64) -> Timestamp {
    Timestamp::from_second(1_790_000_000 + i64::try_from(second).unwrap()).unwrap()
}

pub(crate) fn reply(command: &str) -> NewReply {
    NewReply {
        principal: PrincipalId::local(),
        command_id: command_id(command),
        body_digest: [7; 32],
        reply: Bytes::from_static(br#"{"ok":true}"#),
        at: instant(0),
    }
}

pub(crate) fn command_id(text: &str) -> CommandId {
    text.parse().unwrap()
}

pub(crate) fn evidence(number: u32, bytes: usize) -> NewEvidence {
    NewEvidence {
        evidence_id: EvidenceId::from_number(number),
        call_id: CallId::new(),
        tool: "list_virtual_machines".to_owned(),
        at: instant(1),
        output: Bytes::from(vec![b'7'; bytes]),
        rows_key: Some("virtualMachines".to_owned()),
        findings: Bytes::from_static(b"[]"),
    }
}

/// The whole log, read in small pages; checks that its numbers have no gap.
pub(crate) async fn whole_log(store: &Store, thread_id: ThreadId) -> Vec<EncodedEvent> {
    let mut log: Vec<EncodedEvent> = Vec::new();
    loop {
        let head = log.last().map_or(0, |event| event.seq);
        let page = store.events(thread_id, head, 97).await.unwrap();
        if page.is_empty() {
            return log;
        }
        for event in page {
            assert_eq!(event.seq, log.len() as u64 + 1, "the log has a gap");
            log.push(event);
        }
    }
}
