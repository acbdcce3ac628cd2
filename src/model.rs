//! Models: the one trait that the loop asks, and its vocabulary.
//!
//! Two implementations ship: [`openai`], which speaks to any OpenAI-compatible endpoint, and the
//! built-in planner. This room knows the vocabulary of the protocol and nothing of tools,
//! threads or Azure.

use std::{sync::Arc, time::Duration};

use futures_util::{future::BoxFuture, stream::BoxStream};
use serde_json::Value;

use crate::protocol::{Finding, FinishReason, Usage};

pub mod openai;

/// Something that answers a conversation: an endpoint or the planner.
pub trait ChatModel: Send + Sync + 'static {
    /// The name shown to people and stored with each message.
    fn name(&self) -> &str;

    /// Whether it reads outputs and findings of results besides their text. Endpoints do not;
    /// loading them costs reads of the store.
    fn reads_outputs(&self) -> bool {
        false
    }

    /// Asks for one reply.
    ///
    /// The future resolves when the first byte of the reply has come, so that a caller can tell
    /// a model that is down ([`ModelError::Unavailable`], worth a fail-over) from one that fails
    /// in the middle. Retries before the first byte are the implementation's. Dropping the
    /// future or the stream cancels the request.
    ///
    /// # Errors
    /// [`ModelError`] when no reply begins. Errors after that come in the stream.
    fn reply(&self, request: ModelRequest) -> BoxFuture<'_, Result<ModelStream, ModelError>>;
}

/// The parts of one reply, in order: any number of [`ModelEvent::Text`], then any number of
/// [`ModelEvent::Call`] if the reply ends in [`FinishReason::ToolCalls`] and none otherwise, then one [`ModelEvent::End`], or an error in its place. A stream that
/// ends without either was cut.
pub type ModelStream = BoxStream<'static, Result<ModelEvent, ModelError>>;

/// One request of a run: everything that the model may know.
#[derive(Clone, Debug)]
pub struct ModelRequest {
    /// The instructions.
    pub system: Arc<str>,
    /// The conversation, oldest first; every call is followed by its result.
    pub messages: Vec<ModelMessage>,
    /// The tools it may call, in a stable order.
    pub tools: Arc<[ToolOffer]>,
    /// The user's IANA time zone.
    pub time_zone: String,
    /// The instant of the request.
    pub now: jiff::Timestamp,
}

/// One message of the conversation.
#[derive(Clone, Debug, PartialEq)]
pub enum ModelMessage {
    /// What the user wrote.
    User {
        /// The text.
        text: String,
    },
    /// What the model said, and the tools it asked for.
    Assistant {
        /// The text; it may be empty.
        text: String,
        /// The calls, in the order asked.
        calls: Vec<ModelCall>,
    },
    /// The one result of a call.
    Result(ModelResult),
}

/// A tool call in the conversation.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelCall {
    /// Our id, unique in the conversation.
    pub id: String,
    /// The tool's name.
    pub tool: String,
    /// The arguments; a string where the model's text did not parse.
    pub arguments: Value,
}

/// The result of a call in the conversation.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelResult {
    /// The call's id.
    pub call_id: String,
    /// The tool's name.
    pub tool: String,
    /// What an endpoint is sent: the digest, fences included.
    pub text: String,
    /// Whether the call succeeded.
    pub ok: bool,
    /// How the answer cites it, e.g. `e2`.
    pub evidence_id: Option<String>,
    /// The whole redacted output. Endpoints are never sent this; the planner reads it.
    pub output: Option<Arc<Value>>,
    /// What the output means. Endpoints are never sent this; the planner reads it.
    pub findings: Arc<[Finding]>,
}

/// A tool that the model may call.
#[derive(Clone, Debug, PartialEq)]
pub struct ToolOffer {
    /// Its name.
    pub name: String,
    /// What it does and when to use it.
    pub description: String,
    /// The JSON schema of its arguments: an object, without `$ref`.
    pub input_schema: Arc<Value>,
}

/// A part of a reply.
#[derive(Clone, Debug, PartialEq)]
pub enum ModelEvent {
    /// More text.
    Text(String),
    /// A whole tool call: emitted when its arguments are complete.
    Call(AskedCall),
    /// The end.
    End {
        /// Why it ended.
        finish: FinishReason,
        /// What it used, where the model says so.
        usage: Option<Usage>,
    },
}

/// A tool call as the model asked for it.
#[derive(Clone, Debug, PartialEq)]
pub struct AskedCall {
    /// The tool's name, as the model wrote it.
    pub tool: String,
    /// The arguments' text, as the model wrote it, `{}` where it wrote none. Longer than
    /// `MAX_ARGUMENTS_BYTES` when that is exceeded, but by no more than one character.
    pub arguments: String,
}

/// Why there is no reply, or no more of it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ModelError {
    /// The endpoint is down: no connection, no first byte in time, 429 or 5xx after retries.
    #[error("the model at {endpoint} is not available: {reason}")]
    Unavailable {
        /// Host and path asked.
        endpoint: String,
        /// What happened, without secrets or prompts.
        reason: String,
        /// How long the endpoint asked to wait.
        retry_after: Option<Duration>,
    },
    /// The endpoint refused the request: 400, 401, 403, 404, ….
    #[error("the model at {endpoint} refused the request ({status}): {reason}")]
    Refused {
        /// Host and path asked.
        endpoint: String,
        /// The HTTP status.
        status: u16,
        /// What the endpoint says, secrets removed, and what to do.
        reason: String,
    },
    /// The stream broke off: a cut connection, silence, or an end without an end.
    #[error("the reply was cut: {reason}")]
    Cut {
        /// What happened.
        reason: String,
    },
    /// What came is not a reply.
    #[error("the model sent something that is no reply: {reason}")]
    Malformed {
        /// What was wrong.
        reason: String,
    },
    /// The endpoint reported an error in the stream.
    #[error("the model failed in the middle of its reply: {reason}")]
    Failed {
        /// What the endpoint says.
        reason: String,
    },
    /// More came than a reply may be.
    #[error("the reply is longer than {limit_bytes} bytes")]
    TooLong {
        /// The limit.
        limit_bytes: usize,
    },
}

impl ModelError {
    /// The stable name of the outcome, as runs store it.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unavailable { .. } => "modelUnavailable",
            Self::Refused { .. } => "modelRefused",
            Self::Cut { .. } => "modelCut",
            Self::Malformed { .. } => "modelMalformed",
            Self::Failed { .. } => "modelFailed",
            Self::TooLong { .. } => "modelTooLong",
        }
    }
}
