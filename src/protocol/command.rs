//! Commands: what clients ask for. Unknown fields are ignored, unknown commands refused.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{CommandId, MessageId, PrincipalId, RunId, RunLimits, ThreadId};

/// The part of every command that is read first, so that even a wrong one gets its reply.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Envelope {
    /// Which command it is.
    #[serde(rename = "type")]
    pub kind: String,
    /// The client's id; absent on `hello` and `ping`.
    #[serde(default)]
    pub id: Option<CommandId>,
}

/// What a client asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type")]
pub enum Command {
    /// Who the client is; the first frame. Answered by `welcome`.
    #[serde(rename = "hello")]
    Hello(Hello),
    /// Is anybody there? Answered by `pong`.
    #[serde(rename = "ping")]
    Ping(Ping),
    /// A new thread.
    #[serde(rename = "thread.create")]
    CreateThread(CreateThread),
    /// Another title, scope or participants.
    #[serde(rename = "thread.update")]
    UpdateThread(UpdateThread),
    /// The log of a thread from a cursor on, and all that follows.
    #[serde(rename = "thread.subscribe")]
    Subscribe(Subscribe),
    /// No more of that thread.
    #[serde(rename = "thread.unsubscribe")]
    Unsubscribe(Unsubscribe),
    /// An answer to a message.
    #[serde(rename = "run.start")]
    StartRun(StartRun),
    /// No more of that run.
    #[serde(rename = "run.cancel")]
    CancelRun(CancelRun),
}

impl Command {
    /// Every command there is, by its name on the wire.
    pub const NAMES: [&'static str; 8] = [
        "hello",
        "ping",
        "thread.create",
        "thread.update",
        "thread.subscribe",
        "thread.unsubscribe",
        "run.start",
        "run.cancel",
    ];
}

/// See [`Command::Hello`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Hello {
    /// What speaks.
    pub client: super::ServerInfo,
    /// The user's IANA time zone; UTC when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    /// Whether to send deltas; bots say false.
    #[serde(default = "yes")]
    pub deltas: bool,
}

fn yes() -> bool {
    true
}

/// See [`Command::Ping`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Ping {
    /// Given back in the `pong`: milliseconds of the client's clock.
    #[serde(default)]
    pub t: i64,
}

/// See [`Command::CreateThread`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CreateThread {
    /// The command.
    pub id: CommandId,
    /// The title; from the first message when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// ARM ids that the thread is bound to; empty for all that is visible.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scope: Vec<String>,
}

/// See [`Command::UpdateThread`]. Absent fields stay as they are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct UpdateThread {
    /// The command.
    pub id: CommandId,
    /// The thread.
    pub thread_id: ThreadId,
    /// The new title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Whether it is archived.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub archived: Option<bool>,
    /// The new scope, for the next run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<Vec<String>>,
    /// Who else may take part.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub participants: Option<Vec<PrincipalId>>,
}

/// See [`Command::Subscribe`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Subscribe {
    /// The command.
    pub id: CommandId,
    /// The thread.
    pub thread_id: ThreadId,
    /// The cursor `<epoch>:<seq>`: events after it are sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// Without a cursor: how many of the last events are sent (200 when absent).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<u32>,
}

/// See [`Command::Unsubscribe`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Unsubscribe {
    /// The command.
    pub id: CommandId,
    /// The thread.
    pub thread_id: ThreadId,
}

/// See [`Command::StartRun`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct StartRun {
    /// The command.
    pub id: CommandId,
    /// The thread.
    pub thread_id: ThreadId,
    /// What the user says.
    pub message: UserMessage,
    /// What to do when the thread is at work.
    #[serde(default)]
    pub when_busy: WhenBusy,
    /// Lower limits than the service's own; fields left out stay as they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limits: Option<RunLimits>,
}

/// What a user says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct UserMessage {
    /// The client's id of the message: a repeat in a thread returns the first run.
    pub id: MessageId,
    /// The text, at most 16 KiB.
    pub text: String,
}

/// What to do when the thread is at work.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum WhenBusy {
    /// Refuse with `busy`.
    #[default]
    Reject,
    /// Wait for the run before it.
    Queue,
}

/// See [`Command::CancelRun`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CancelRun {
    /// The command.
    pub id: CommandId,
    /// The thread.
    pub thread_id: ThreadId,
    /// The run.
    pub run_id: RunId,
}
