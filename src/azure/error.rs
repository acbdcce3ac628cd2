//! What can go wrong between us and Azure, so that callers can act on it.
//!
//! Owns the error vocabulary of the room and the sentences people read. It must not know how a
//! request was sent ([`envelope`] reads the answer) or what a tool makes of an error.
//!
//! Paths in errors never carry a query, and text from the other side is shortened. It is
//! untrusted: whoever shows it to a model or a person redacts it first.

use std::fmt;
use std::time::Duration;

use thiserror::Error;

use super::credential::CredentialError;
use super::http::HttpError;
use super::path::PathError;
use super::request::NotAQuery;

pub mod envelope;

/// An answer of Azure that says no, as far as it could be read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ArmFault {
    /// The HTTP status.
    pub status: u16,
    /// ARM's error code, or one made of the status (`Http502`) where the body has none.
    pub code: String,
    /// ARM's message, or what the body said in words; shortened.
    pub message: String,
    /// What the error is about, where named.
    pub target: Option<String>,
    /// Nested details and inner errors, flattened in order; at most 16.
    pub details: Vec<FaultDetail>,
    /// `x-ms-request-id`.
    pub request_id: Option<String>,
    /// `x-ms-correlation-request-id`: the one support and the activity log know.
    pub correlation_id: Option<String>,
    /// The path asked for, without query.
    pub path: String,
    /// How long the answer asked us to wait.
    pub retry_after: Option<Duration>,
}

/// One nested detail of an [`ArmFault`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FaultDetail {
    /// Its code; empty where absent.
    pub code: String,
    /// Its message; shortened.
    pub message: String,
    /// What it is about, where named.
    pub target: Option<String>,
}

/// How a connection failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnreachableReason {
    /// No connection: name, network, proxy or TLS.
    Connect,
    /// No complete answer in time.
    TimedOut,
    /// The answer broke off.
    Cut,
}

/// Why a call to Azure failed.
#[derive(Clone, Debug, Error)]
pub enum ArmError {
    /// 401: the token was refused.
    #[error(
        "Azure refused the sign-in{0}; sign in again, or check the credential, its tenant and the audience"
    )]
    Unauthorized(Box<ArmFault>),
    /// 403: the identity may not do this.
    #[error("{}", forbidden(action.as_deref(), scope.as_deref(), fault))]
    Forbidden {
        /// The missing permission, like `Microsoft.Compute/virtualMachines/read`.
        action: Option<String>,
        /// The resource id it is missing at.
        scope: Option<String>,
        /// The answer.
        fault: Box<ArmFault>,
    },
    /// 404: it does not exist, or may not be seen.
    #[error("not found{0}")]
    NotFound(Box<ArmFault>),
    /// 409, 412 or 423: the state of the resource does not allow it.
    #[error("Azure refused because of the current state{0}")]
    Conflict(Box<ArmFault>),
    /// 429, after the retries that were worth it.
    #[error("Azure is throttling us{fault}; try again {}, or ask for less", in_a(*retry_after))]
    Throttled {
        /// How long Azure asked us to wait.
        retry_after: Option<Duration>,
        /// The answer.
        fault: Box<ArmFault>,
    },
    /// Any other 4xx: the request itself is wrong.
    #[error("Azure refused the request{0}")]
    BadRequest(Box<ArmFault>),
    /// 5xx, after the retries.
    #[error("Azure failed{0}; it is on their side, try again later")]
    Upstream(Box<ArmFault>),
    /// No complete answer: no connection, too late, or cut, after the retries.
    #[error("{host} {}, asked for {path}: {detail}; check the network, the proxy and the endpoint", unreachable(*reason))]
    Unreachable {
        /// The host.
        host: String,
        /// The path asked for, without query.
        path: String,
        /// How it failed.
        reason: UnreachableReason,
        /// The innermost cause.
        detail: String,
    },
    /// The answer is longer than we read.
    #[error("the answer to {path} is longer than {limit_bytes} bytes; ask for less at a time")]
    TooLarge {
        /// The path asked for, without query.
        path: String,
        /// The cap, in bytes.
        limit_bytes: usize,
    },
    /// The answer is a success that cannot be understood.
    #[error(
        "the answer to {path} (HTTP {status}) is not what Azure Resource Manager answers: {problem}"
    )]
    BadAnswer {
        /// The path asked for, without query.
        path: String,
        /// The HTTP status.
        status: u16,
        /// What is wrong with it.
        problem: String,
    },
    /// The answer is a redirect; none is followed.
    #[error(
        "{path} was answered with a redirect (HTTP {status}) to {to}; redirects are not followed, check the endpoint and the proxy"
    )]
    Redirected {
        /// The path asked for, without query.
        path: String,
        /// The HTTP status.
        status: u16,
        /// Scheme, host and port it points to.
        to: String,
    },
    /// A link in an answer leads elsewhere; it was not followed and no token was sent.
    #[error(
        "the answer to {path} links to {to}, which is not the configured endpoint; the link was not followed"
    )]
    ForeignLink {
        /// The path asked for, without query.
        path: String,
        /// Scheme, host and port of the link.
        to: String,
    },
    /// The query covers more scopes than one request can, and was not to be split.
    #[error(
        "the query covers {count} {what}, more than {limit} in one request, and its answer cannot be put together from parts; narrow the scope, or use a management group"
    )]
    TooManyScopes {
        /// How many.
        count: usize,
        /// Of what.
        what: &'static str,
        /// How many fit.
        limit: usize,
    },
    /// The path cannot be sent safely.
    #[error(transparent)]
    Path(#[from] PathError),
    /// The POST is not a query.
    #[error(transparent)]
    NotAQuery(#[from] NotAQuery),
    /// No token.
    #[error(transparent)]
    Credential(#[from] CredentialError),
    /// No HTTP client.
    #[error(transparent)]
    Http(#[from] HttpError),
}

impl ArmError {
    /// Azure's answer, where there was one that said no.
    #[must_use]
    pub fn fault(&self) -> Option<&ArmFault> {
        match self {
            Self::Unauthorized(fault)
            | Self::NotFound(fault)
            | Self::Conflict(fault)
            | Self::BadRequest(fault)
            | Self::Upstream(fault)
            | Self::Forbidden { fault, .. }
            | Self::Throttled { fault, .. } => Some(fault),
            Self::Unreachable { .. }
            | Self::TooLarge { .. }
            | Self::BadAnswer { .. }
            | Self::Redirected { .. }
            | Self::ForeignLink { .. }
            | Self::TooManyScopes { .. }
            | Self::Path(_)
            | Self::NotAQuery(_)
            | Self::Credential(_)
            | Self::Http(_) => None,
        }
    }

    /// Whether the same call may succeed later without a change on our side.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Throttled { .. } | Self::Upstream(_) | Self::Unreachable { .. } => true,
            Self::Unauthorized(_)
            | Self::Forbidden { .. }
            | Self::NotFound(_)
            | Self::Conflict(_)
            | Self::BadRequest(_)
            | Self::TooLarge { .. }
            | Self::BadAnswer { .. }
            | Self::Redirected { .. }
            | Self::ForeignLink { .. }
            | Self::TooManyScopes { .. }
            | Self::Path(_)
            | Self::NotAQuery(_)
            | Self::Credential(_)
            | Self::Http(_) => false,
        }
    }
}

impl fmt::Display for ArmFault {
    /// ` at {path}: {code}: {message} (details; request …)`: the tail of a sentence.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, " at {}: {}", self.path, self.code)?;
        if !self.message.is_empty() {
            write!(f, ": {}", self.message.trim_end_matches('.'))?;
        }
        let details: Vec<_> = self
            .details
            .iter()
            .filter(|d| d.message != self.message)
            .collect();
        for detail in details.iter().take(4).filter(|d| !d.message.is_empty()) {
            write!(f, "; {}", detail.message.trim_end_matches('.'))?;
        }
        match &self.request_id {
            Some(id) => write!(f, " (request {id})"),
            None => Ok(()),
        }
    }
}

fn forbidden(action: Option<&str>, scope: Option<&str>, fault: &ArmFault) -> String {
    match (action, scope) {
        (Some(action), Some(scope)) => format!(
            "missing permission {action} at {scope}; ask for a role that has it there ({}{})",
            fault.code,
            fault
                .request_id
                .as_ref()
                .map(|id| format!(", request {id}"))
                .unwrap_or_default(),
        ),
        (Some(_) | None, _) => format!("Azure forbids it{fault}"),
    }
}

fn unreachable(reason: UnreachableReason) -> &'static str {
    match reason {
        UnreachableReason::Connect => "cannot be reached",
        UnreachableReason::TimedOut => "did not answer in time",
        UnreachableReason::Cut => "broke off its answer",
    }
}

fn in_a(retry_after: Option<Duration>) -> String {
    match retry_after {
        Some(wait) => format!("in {} s", wait.as_secs_f64().ceil()),
        None => "later".to_owned(),
    }
}
