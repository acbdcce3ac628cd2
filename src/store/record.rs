//! What goes into the store and comes out of it, and the checks an append passes before it is
//! queued.
//!
//! Owns the shapes and their caps. It knows neither SQL nor files.

use bytes::Bytes;
use jiff::Timestamp;

use super::StoreError;
use crate::protocol::{
    CallId, CommandId, EvidenceId, MAX_EVENT_BYTES, PrincipalId, Seq, ThreadId, ThreadStanding,
};

/// The most bytes one append may carry: events, evidence and reply together.
pub const MAX_APPEND_BYTES: usize = 64 * 1024 * 1024;
/// The most events one append may carry.
pub const MAX_APPEND_EVENTS: usize = 256;
/// The most participants a thread may have.
pub const MAX_PARTICIPANTS: usize = 256;

/// An event as it is stored and sent: encoded once, by whoever wrote it.
///
/// Instants are kept to the microsecond.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EncodedEvent {
    /// Its number in the thread, from 1.
    pub seq: Seq,
    /// When it was written.
    pub at: Timestamp,
    /// The JSON of a [`protocol::Event`](crate::protocol::Event).
    pub json: Bytes,
}

/// One step of a thread's log: all of it is stored, or nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Append {
    /// The thread.
    pub thread_id: ThreadId,
    /// The number of the thread's last event before this; 0 creates the thread.
    pub expected_head: Seq,
    /// The events, numbered on from `expected_head`. May be empty, except to create.
    pub events: Vec<EncodedEvent>,
    /// The thread after it.
    pub standing: ThreadStanding,
    /// Who else may take part after it, in any order, the owner left out.
    pub participants: Vec<PrincipalId>,
    /// How many of its runs are not finished after it.
    pub open_runs: u32,
    /// What tools found.
    pub evidence: Vec<NewEvidence>,
    /// The reply to the command that caused it.
    pub reply: Option<NewReply>,
}

/// A tool result, stored whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewEvidence {
    /// Its number in the thread.
    pub evidence_id: EvidenceId,
    /// The call it answers.
    pub call_id: CallId,
    /// The tool that found it.
    pub tool: String,
    /// When it was found.
    pub at: Timestamp,
    /// The redacted output: JSON, possibly several megabytes.
    pub output: Bytes,
    /// The field of `output` that holds its rows, where it has rows.
    pub rows_key: Option<String>,
    /// The findings: JSON.
    pub findings: Bytes,
}

/// A tool result as it was stored: whole and unchanged.
pub type StoredEvidence = NewEvidence;

/// A command's reply, stored with its effect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewReply {
    /// Who sent the command.
    pub principal: PrincipalId,
    /// The command.
    pub command_id: CommandId,
    /// SHA-256 of the command's body: the same id with another body is refused.
    pub body_digest: [u8; 32],
    /// The reply: JSON.
    pub reply: Bytes,
    /// When it was given.
    pub at: Timestamp,
}

/// A reply found again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredReply {
    /// SHA-256 of the first command's body.
    pub body_digest: [u8; 32],
    /// The reply: JSON.
    pub reply: Bytes,
    /// When it was given.
    pub at: Timestamp,
}

impl Append {
    /// The bytes it carries, rows' overhead left out.
    pub(super) fn bytes(&self) -> usize {
        let events: usize = self.events.iter().map(|event| event.json.len()).sum();
        let evidence: usize =
            self.evidence.iter().map(|found| found.output.len() + found.findings.len()).sum();
        let scope: usize = self.standing.scope.iter().map(String::len).sum();
        let reply = self.reply.as_ref().map_or(0, |reply| reply.reply.len());
        events + evidence + scope + reply
    }

    /// The number of the last event after it.
    pub(super) fn head(&self) -> Seq {
        self.standing.head_seq
    }

    /// Whether it is one step of one log, within the caps.
    pub(super) fn check(&self) -> Result<(), StoreError> {
        let mut head = self.expected_head;
        for event in &self.events {
            head = head.saturating_add(1);
            if event.seq != head {
                let seq = event.seq;
                return Err(StoreError::invalid(format!("event {seq} where {head} is due")));
            }
            within("an event", event.json.len(), MAX_EVENT_BYTES)?;
        }
        if self.standing.head_seq != head || i64::try_from(head).is_err() {
            let standing = self.standing.head_seq;
            return Err(StoreError::invalid(format!("a head of {standing} after event {head}")));
        }
        if self.standing.thread_id != self.thread_id {
            return Err(StoreError::invalid("the standing of another thread"));
        }
        if head == 0 {
            return Err(StoreError::invalid("a thread without a first event"));
        }
        if self.events.len() > MAX_APPEND_EVENTS || self.participants.len() > MAX_PARTICIPANTS {
            return Err(StoreError::invalid(format!(
                "{} events and {} participants at once, where {MAX_APPEND_EVENTS} and \
                 {MAX_PARTICIPANTS} are allowed",
                self.events.len(),
                self.participants.len()
            )));
        }
        within("an append", self.bytes(), MAX_APPEND_BYTES)
    }
}

fn within(what: &'static str, bytes: usize, max: usize) -> Result<(), StoreError> {
    if bytes > max {
        return Err(StoreError::TooLarge { what, bytes, max });
    }
    Ok(())
}
