//! Errors on the wire: codes that clients match on and the numbers a socket is closed with.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What went wrong with a command or a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum ErrorCode {
    /// Not a frame of this protocol.
    BadFrame,
    /// No or wrong credentials.
    Unauthenticated,
    /// Not allowed.
    Forbidden,
    /// No such thread, run or evidence.
    NotFound,
    /// A command of another version.
    UnknownCommand,
    /// A field is missing or wrong.
    InvalidArgument,
    /// The thread is busy; ask with `whenBusy: queue`.
    Busy,
    /// Somebody else was first.
    AlreadyResolved,
    /// It came too late.
    Expired,
    /// Another plan than the one decided on.
    DigestMismatch,
    /// The policy forbids it.
    PolicyDenied,
    /// Too many commands.
    RateLimited,
    /// The service has too much to do.
    Overloaded,
    /// Azure failed.
    UpstreamAzure,
    /// The model failed.
    ModelUnavailable,
    /// A fault of ours.
    Internal,
}

/// An error as clients get it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, thiserror::Error)]
#[error("{message}")]
#[serde(rename_all = "camelCase")]
pub struct WireError {
    /// What clients match on.
    pub code: ErrorCode,
    /// What happened and what to do, for people.
    pub message: String,
    /// Whether the same command may succeed later.
    pub retryable: bool,
    /// How long to wait before that, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_ms: Option<u64>,
    /// More about it, by code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub details: Option<Value>,
}

impl WireError {
    /// An error that a retry does not mend.
    #[must_use]
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            retryable: false,
            retry_after_ms: None,
            details: None,
        }
    }

    /// An error that goes away: the same command may succeed after `retry_after_ms`.
    #[must_use]
    pub fn retryable(code: ErrorCode, message: impl Into<String>, retry_after_ms: u64) -> Self {
        Self { retryable: true, retry_after_ms: Some(retry_after_ms), ..Self::new(code, message) }
    }
}

/// Why the service closes a WebSocket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CloseCode {
    /// All is said.
    Normal,
    /// The client left.
    GoingAway,
    /// A frame above 64 KiB.
    TooBig,
    /// A fault of ours.
    Internal,
    /// The service restarts.
    Restart,
    /// The client does not read.
    SlowReader,
    /// Not a frame of this protocol.
    BadFrame,
    /// No or wrong credentials.
    Unauthenticated,
    /// Not allowed.
    Forbidden,
    /// Another subprotocol.
    Subprotocol,
    /// Too many commands.
    RateLimited,
}

impl CloseCode {
    /// The number on the wire.
    #[must_use]
    pub fn number(self) -> u16 {
        match self {
            Self::Normal => 1000,
            Self::GoingAway => 1001,
            Self::TooBig => 1009,
            Self::Internal => 1011,
            Self::Restart => 1012,
            Self::SlowReader => 1013,
            Self::BadFrame => 4400,
            Self::Unauthenticated => 4401,
            Self::Forbidden => 4403,
            Self::Subprotocol => 4406,
            Self::RateLimited => 4429,
        }
    }
}
