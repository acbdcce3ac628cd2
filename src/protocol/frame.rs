//! Frames: what the service sends.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    CommandId, ConnectionId, Epoch, Event, MessageId, PrincipalId, RunId, Seq, ThreadId, WireError,
};

/// What the service sends.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type")]
pub enum Frame {
    /// The answer to `hello`.
    #[serde(rename = "welcome")]
    Welcome(Box<Welcome>),
    /// The one answer to a command.
    #[serde(rename = "reply")]
    Reply(Reply),
    /// The beginning of a subscription.
    #[serde(rename = "thread.subscribed")]
    Subscribed(Subscribed),
    /// A durable fact.
    #[serde(rename = "event")]
    Event(Box<EventFrame>),
    /// A droppable fragment of the message in progress.
    #[serde(rename = "delta")]
    Delta(Delta),
    /// All that was stored before the subscription has been sent.
    #[serde(rename = "thread.caughtUp")]
    #[serde(rename_all = "camelCase")]
    CaughtUp {
        /// The thread.
        thread_id: ThreadId,
        /// The last number sent.
        seq: Seq,
    },
    /// The thread is gone.
    #[serde(rename = "thread.deleted")]
    #[serde(rename_all = "camelCase")]
    Deleted {
        /// The thread.
        thread_id: ThreadId,
    },
    /// Something worth knowing that is no fact of a log.
    #[serde(rename = "notice")]
    Notice(Notice),
    /// The service will close this connection soon.
    #[serde(rename = "goaway")]
    Goaway(Goaway),
    /// The answer to `ping`.
    #[serde(rename = "pong")]
    Pong {
        /// What the `ping` held.
        t: i64,
    },
    /// The connection is at fault and will be closed.
    #[serde(rename = "error")]
    Error {
        /// What was wrong.
        error: WireError,
    },
}

/// See [`Frame::Welcome`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Welcome {
    /// This connection, for support.
    pub connection_id: ConnectionId,
    /// The protocol spoken.
    pub protocol: String,
    /// What answers.
    pub server: ServerInfo,
    /// Who the client is taken for.
    pub principal: Principal,
    /// The model in use.
    pub model: ModelInfo,
    /// The estate talked about.
    pub estate: EstateInfo,
    /// The limits of this connection.
    pub limits: WireLimits,
}

/// A program and its version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ServerInfo {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// Who speaks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Principal {
    /// A stable id.
    pub id: PrincipalId,
    /// The name people read.
    pub name: String,
    /// What the principal may do here.
    pub roles: Vec<String>,
}

/// The model in use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ModelInfo {
    /// Its name.
    pub name: String,
    /// How it does.
    pub state: ModelState,
}

/// How the model does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum ModelState {
    /// The built-in planner answers, because no model is configured.
    BuiltIn,
    /// The configured endpoint answers.
    Ready,
    /// The configured endpoint failed last; the planner stands in.
    Degraded,
}

/// The estate talked about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct EstateInfo {
    /// Its name: the cloud, the host of the endpoint, or the sample company.
    pub name: String,
    /// What it is.
    pub kind: EstateKind,
}

/// What an estate is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum EstateKind {
    /// The built-in one.
    Sample,
    /// A real cloud.
    Azure,
    /// An endpoint of the operator's choice.
    Custom,
}

/// The limits of a connection, so that clients need not guess.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct WireLimits {
    /// The largest frame a client may send, in bytes.
    pub max_frame_in_bytes: u64,
    /// The largest frame a client gets, in bytes.
    pub max_frame_out_bytes: u64,
    /// The longest user message, in bytes.
    pub max_user_text_bytes: u64,
    /// A client that is silent for longer than twice this is gone.
    pub heartbeat_ms: u64,
    /// Threads one connection may follow at once.
    pub max_subscriptions: u32,
}

/// See [`Frame::Reply`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Reply {
    /// The command that is answered.
    pub id: CommandId,
    /// Whether it was done.
    pub ok: bool,
    /// What came of it, by command.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<Value>,
    /// Why it was not done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<WireError>,
    /// This answers a repeat with the first reply.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub duplicate: bool,
}

/// See [`Frame::Subscribed`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Subscribed {
    /// The thread.
    pub thread_id: ThreadId,
    /// The incarnation of its log.
    pub epoch: Epoch,
    /// The first number that is kept.
    pub oldest_seq: Seq,
    /// The last number there is.
    pub head_seq: Seq,
    /// The message in progress.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub live: Option<LiveMessage>,
}

/// A message in progress.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LiveMessage {
    /// The run that writes it.
    pub run_id: RunId,
    /// Its id.
    pub message_id: MessageId,
}

/// See [`Frame::Event`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct EventFrame {
    /// The thread.
    pub thread_id: ThreadId,
    /// Its number in the thread.
    pub seq: Seq,
    /// When it was written.
    #[schemars(with = "String")]
    pub at: Timestamp,
    /// What happened.
    pub event: Event,
}

/// See [`Frame::Delta`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Delta {
    /// The thread.
    pub thread_id: ThreadId,
    /// The run that writes.
    pub run_id: RunId,
    /// The message in progress.
    pub message_id: MessageId,
    /// Where `text` begins in the message, in UTF-8 bytes.
    pub offset: u64,
    /// The fragment.
    pub text: String,
}

/// See [`Frame::Notice`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Notice {
    /// How much it matters.
    pub level: NoticeLevel,
    /// A stable name, e.g. `modelDegraded` or `azureThrottled`.
    pub code: String,
    /// What happened, for people.
    pub message: String,
    /// The thread it concerns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thread_id: Option<ThreadId>,
}

/// How much a notice matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum NoticeLevel {
    /// Good to know.
    Info,
    /// Something is worse than it should be.
    Warning,
    /// Something does not work.
    Error,
}

/// See [`Frame::Goaway`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Goaway {
    /// Why.
    pub reason: GoawayReason,
    /// How long to wait before the next connection, in milliseconds, jittered.
    pub reconnect_after_ms: u64,
}

/// Why a connection will be closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum GoawayReason {
    /// The service stops.
    Drain,
    /// The connection is old; front doors end it at four hours.
    MaxAge,
}
