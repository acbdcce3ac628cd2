//! A client of the chat protocol, to any server: what `ask`, `chat` and `doctor` speak with.
//!
//! [`Link`] is a conversation that outlives its connections; [`Rest`] reads what is not said over
//! the socket. This room knows the protocol and nothing of how it is shown.

use serde_json::Value;
use tokio_tungstenite::tungstenite::{self, protocol::frame::CloseFrame};
use uuid::Uuid;

use crate::protocol::{CloseCode, CommandId, WireError};

mod address;
mod link;
mod rest;
mod socket;
mod speech;
mod trust;

pub(super) use address::Address;
pub(super) use link::{Happening, Link, Whereabouts};
pub(super) use rest::Rest;
pub(super) use socket::Socket;
pub(super) use trust::Trust;

/// Why a server could not be spoken with.
#[derive(Debug, thiserror::Error)]
pub(super) enum ClientError {
    /// The address is none.
    #[error("`{0}` is no address of a server: give one like http://127.0.0.1:8765")]
    Address(String),
    /// TLS cannot be set up.
    #[error("TLS cannot be set up: {0}")]
    Trust(String),
    /// There is no server, or it does not speak the protocol.
    #[error("the server at {url} cannot be spoken with: {source}")]
    Unreachable {
        /// The address.
        url: String,
        /// Why.
        source: Box<tungstenite::Error>,
    },
    /// The server does not answer.
    #[error("the server at {url} does not answer")]
    Silent {
        /// The address.
        url: String,
    },
    /// The connection ended.
    #[error("the server ended the connection{}", reason(.0.as_ref()))]
    Closed(Option<CloseFrame>),
    /// The server refused a command.
    #[error("{0}")]
    Refused(#[from] WireError),
    /// The server sent what is no frame.
    #[error("the server sent something that is no frame: {0}")]
    Frame(#[from] serde_json::Error),
    /// The server's reply lacks something.
    #[error("the server's reply has no {0}")]
    Reply(&'static str),
    /// A read over HTTP failed.
    #[error("the server did not give {what}: {problem}")]
    Rest {
        /// What was asked for.
        what: String,
        /// Why.
        problem: String,
    },
    /// There is nowhere to connect to.
    #[error("{0}")]
    Nowhere(String),
    /// Nobody is at the other end of the link.
    #[error("the conversation is over")]
    Over,
}

impl ClientError {
    /// Whether the next connection would end the same way.
    fn is_final(&self) -> bool {
        match self {
            Self::Closed(Some(frame)) => {
                let code = u16::from(frame.code);
                let same_again = [
                    CloseCode::TooBig,
                    CloseCode::BadFrame,
                    CloseCode::Unauthenticated,
                    CloseCode::Forbidden,
                    CloseCode::Subprotocol,
                ];
                same_again.iter().any(|close| close.number() == code)
            }
            Self::Refused(error) => !error.retryable,
            Self::Address(_) | Self::Trust(_) | Self::Over => true,
            Self::Closed(None)
            | Self::Unreachable { .. }
            | Self::Silent { .. }
            | Self::Frame(_)
            | Self::Reply(_)
            | Self::Rest { .. }
            | Self::Nowhere(_) => false,
        }
    }
}

/// A new id for a command.
pub(super) fn command_id() -> Result<CommandId, ClientError> {
    CommandId::try_from(Uuid::now_v7().to_string()).map_err(|_| ClientError::Reply("command id"))
}

/// An id that a reply holds under `key`.
pub(super) fn read_id<T: std::str::FromStr>(
    reply: &Value,
    key: &'static str,
) -> Result<T, ClientError> {
    let text = reply.get(key).and_then(Value::as_str).unwrap_or_default();
    text.parse().map_err(|_| ClientError::Reply(key))
}

fn reason(frame: Option<&CloseFrame>) -> String {
    match frame {
        Some(frame) if frame.reason.is_empty() => format!(" ({})", u16::from(frame.code)),
        Some(frame) => format!(" ({}): {}", u16::from(frame.code), frame.reason),
        None => " without a word".to_owned(),
    }
}
