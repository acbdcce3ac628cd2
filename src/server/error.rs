//! The agent's errors in the words of the wire.

use axum::{
    Json,
    extract::rejection::{JsonRejection, PathRejection, QueryRejection},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::json;

use crate::{
    agent::AgentError,
    protocol::{ErrorCode, MAX_FRAME_IN_BYTES, WireError},
    store::StoreError,
};

/// The error as a client gets it. What is a fault of ours is logged here, once.
pub(super) fn wire(error: AgentError) -> WireError {
    match error {
        AgentError::Refused(refused) => refused,
        AgentError::Store(error) => store(&error),
        AgentError::Damaged { .. } | AgentError::Internal(_) => {
            tracing::error!(error = &error as &dyn std::error::Error, "a command failed");
            WireError::new(ErrorCode::Internal, "the service failed to do this; its log says why")
        }
    }
}

/// The store's error as a client gets it.
pub(super) fn store(error: &StoreError) -> WireError {
    tracing::error!(error = error as &dyn std::error::Error, "the store failed");
    match error {
        StoreError::Busy => WireError::retryable(
            ErrorCode::Overloaded,
            "the service has more to store than it can; try again in a moment",
            1_000,
        ),
        StoreError::Full { .. } => WireError::retryable(
            ErrorCode::Overloaded,
            "the service's disk is full: threads can be read, but nothing can be asked until \
             there is room",
            30_000,
        ),
        StoreError::NotFound { .. } => {
            WireError::new(ErrorCode::NotFound, "there is no such thing")
        }
        _ => WireError::new(ErrorCode::Internal, "the store failed; the service's log says why"),
    }
}

/// An error as an HTTP answer: `{"error": {code, message, …}}`.
#[derive(Debug)]
pub(super) struct HttpError(pub(super) WireError);

impl From<AgentError> for HttpError {
    fn from(error: AgentError) -> Self {
        Self(wire(error))
    }
}

impl From<StoreError> for HttpError {
    fn from(error: StoreError) -> Self {
        Self(store(&error))
    }
}

impl HttpError {
    /// A parameter or a body is wrong.
    pub(super) fn invalid(message: impl Into<String>) -> Self {
        Self(WireError::new(ErrorCode::InvalidArgument, message))
    }

    /// There is no such thing.
    pub(super) fn not_found(message: impl Into<String>) -> Self {
        Self(WireError::new(ErrorCode::NotFound, message))
    }
}

impl From<QueryRejection> for HttpError {
    fn from(rejection: QueryRejection) -> Self {
        Self::invalid(rejection.body_text())
    }
}

impl From<PathRejection> for HttpError {
    fn from(rejection: PathRejection) -> Self {
        Self::invalid(rejection.body_text())
    }
}

impl From<JsonRejection> for HttpError {
    fn from(rejection: JsonRejection) -> Self {
        if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
            return Self::invalid(format!("a body holds at most {MAX_FRAME_IN_BYTES} bytes"));
        }
        Self::invalid(rejection.body_text())
    }
}

impl IntoResponse for HttpError {
    fn into_response(self) -> Response {
        (status_of(self.0.code), Json(json!({ "error": self.0 }))).into_response()
    }
}

fn status_of(code: ErrorCode) -> StatusCode {
    match code {
        ErrorCode::BadFrame | ErrorCode::InvalidArgument | ErrorCode::UnknownCommand => {
            StatusCode::BAD_REQUEST
        }
        ErrorCode::Unauthenticated => StatusCode::UNAUTHORIZED,
        ErrorCode::Forbidden | ErrorCode::PolicyDenied => StatusCode::FORBIDDEN,
        ErrorCode::NotFound => StatusCode::NOT_FOUND,
        ErrorCode::Busy | ErrorCode::AlreadyResolved | ErrorCode::DigestMismatch => {
            StatusCode::CONFLICT
        }
        ErrorCode::Expired => StatusCode::GONE,
        ErrorCode::RateLimited => StatusCode::TOO_MANY_REQUESTS,
        ErrorCode::Overloaded => StatusCode::SERVICE_UNAVAILABLE,
        ErrorCode::UpstreamAzure | ErrorCode::ModelUnavailable => StatusCode::BAD_GATEWAY,
        ErrorCode::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}
