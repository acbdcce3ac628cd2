//! What the REST door says of a thread and of a run.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    Citation, Coverage, Epoch, MessageId, Outcome, PrincipalId, RunId, RunState, Seq, ThreadId,
    Unsupported, Usage,
};

/// A thread as lists show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ThreadStanding {
    /// The thread.
    pub thread_id: ThreadId,
    /// The incarnation of its log.
    pub epoch: Epoch,
    /// Its title; empty until it has one.
    pub title: String,
    /// Who owns it.
    pub owner: PrincipalId,
    /// Whether it is archived.
    pub archived: bool,
    /// The scope of its next run.
    pub scope: Vec<String>,
    /// The number of its last event.
    pub head_seq: Seq,
    /// When its first event was written.
    #[schemars(with = "String")]
    pub created_at: Timestamp,
    /// When its last event was written.
    #[schemars(with = "String")]
    pub updated_at: Timestamp,
}

/// A thread in a list, with what became of it last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ThreadListed {
    /// The thread.
    #[serde(flatten)]
    pub standing: ThreadStanding,
    /// Its runs that have not ended.
    pub open_runs: u32,
    /// How the last run to end did; none while none has, or where much came after it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_outcome: Option<Outcome>,
}

/// A run as bots ask for it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RunStanding {
    /// The run.
    pub run_id: RunId,
    /// Where it stands.
    pub state: RunState,
    /// How it ended; none while it goes on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
    /// The id of the message that is the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message_id: Option<MessageId>,
    /// The answer: Markdown, untrusted; empty while there is none.
    pub answer: String,
    /// The citations in the answer.
    pub citations: Vec<Citation>,
    /// Claims in the answer that nothing supports.
    pub unsupported: Vec<Unsupported>,
    /// What the run looked at.
    pub coverage: Coverage,
    /// What it used.
    pub usage: Usage,
}
