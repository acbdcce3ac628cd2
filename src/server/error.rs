//! The agent's errors in the words of the wire.

use axum::{
    Json,
    extract::{
        rejection::{JsonRejection, PathRejection, QueryRejection},
        ws::rejection::WebSocketUpgradeRejection,
    },
    http::{HeaderValue, StatusCode, header},
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
    log_store(error);
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
        StoreError::ReadOnly { .. } => WireError::retryable(
            ErrorCode::Overloaded,
            "the service's disk refuses writes: threads can be read, but nothing can be asked \
             until that is mended",
            30_000,
        ),
        StoreError::NotFound { .. } => {
            WireError::new(ErrorCode::NotFound, "there is no such thing")
        }
        _ => WireError::new(ErrorCode::Internal, "the store failed; the service's log says why"),
    }
}

/// Once for operators. That there is no space was said when it ran out.
fn log_store(error: &StoreError) {
    let is_told = error.is_for_want_of_space() || matches!(error, StoreError::NotFound { .. });
    let error: &dyn std::error::Error = error;
    if is_told {
        tracing::debug!(error, "the store refused");
    } else {
        tracing::error!(error, "the store failed");
    }
}

/// An error as an HTTP answer: `{"error": {code, message, …}}`, with `Retry-After` where a retry
/// may help.
#[derive(Debug)]
pub(super) struct HttpError {
    error: WireError,
    status: StatusCode,
}

impl From<WireError> for HttpError {
    fn from(error: WireError) -> Self {
        Self { status: status_of(error.code), error }
    }
}

impl From<AgentError> for HttpError {
    fn from(error: AgentError) -> Self {
        wire(error).into()
    }
}

impl From<StoreError> for HttpError {
    fn from(error: StoreError) -> Self {
        store(&error).into()
    }
}

impl HttpError {
    /// A parameter or a body is wrong.
    pub(super) fn invalid(message: impl Into<String>) -> Self {
        WireError::new(ErrorCode::InvalidArgument, message).into()
    }

    /// There is no such thing.
    pub(super) fn not_found(message: impl Into<String>) -> Self {
        WireError::new(ErrorCode::NotFound, message).into()
    }

    /// The same error under a status that says more than its code.
    pub(super) fn with_status(self, status: StatusCode) -> Self {
        Self { status, ..self }
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
        let status = rejection.status();
        match status {
            StatusCode::PAYLOAD_TOO_LARGE => {
                Self::invalid(format!("a body holds at most {MAX_FRAME_IN_BYTES} bytes"))
                    .with_status(status)
            }
            StatusCode::UNSUPPORTED_MEDIA_TYPE => {
                Self::invalid("a body is JSON: send `Content-Type: application/json`")
                    .with_status(status)
            }
            _ => Self::invalid(rejection.body_text()),
        }
    }
}

impl From<WebSocketUpgradeRejection> for HttpError {
    fn from(rejection: WebSocketUpgradeRejection) -> Self {
        let status = match rejection {
            WebSocketUpgradeRejection::MethodNotGet(_) => StatusCode::METHOD_NOT_ALLOWED,
            _ => StatusCode::UPGRADE_REQUIRED,
        };
        Self::invalid(format!("this is a WebSocket endpoint: {}", rejection.body_text()))
            .with_status(status)
    }
}

impl IntoResponse for HttpError {
    fn into_response(self) -> Response {
        let retry_after_s = self.error.retry_after_ms.map(|ms| ms.div_ceil(1_000));
        let mut response = (self.status, Json(json!({ "error": self.error }))).into_response();
        let headers = response.headers_mut();
        if let Some(seconds) = retry_after_s {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.status == StatusCode::UPGRADE_REQUIRED {
            headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
        }
        response
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
