//! A client of the chat protocol: what `ask` speaks with, to any server.

use futures_util::{SinkExt, StreamExt};
use serde_json::Value;
use tokio::net::TcpStream;
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream,
    tungstenite::{self, Message, client::IntoClientRequest, http::HeaderValue},
};
use uuid::Uuid;

use crate::protocol::{
    Command, CommandId, Frame, Hello, Reply, SUBPROTOCOL, ServerInfo, Welcome, WireError,
};

/// Why a server could not be spoken with.
#[derive(Debug, thiserror::Error)]
pub(super) enum ClientError {
    /// The address is none.
    #[error("`{0}` is no address of a server: give one like http://127.0.0.1:8765")]
    Address(String),
    /// There is no server, or it does not speak the protocol.
    #[error("the server at {url} cannot be spoken with: {source}")]
    Unreachable {
        /// The address.
        url: String,
        /// Why.
        source: Box<tungstenite::Error>,
    },
    /// The connection ended.
    #[error("the server ended the connection: {0}")]
    Closed(String),
    /// The server refused a command.
    #[error("{0}")]
    Refused(#[from] WireError),
    /// The server sent what is no frame.
    #[error("the server sent something that is no frame: {0}")]
    Frame(#[from] serde_json::Error),
}

/// A connection to a server.
pub(super) struct ChatClient {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    url: String,
}

impl ChatClient {
    /// Connects and introduces itself.
    pub(super) async fn connect(url: &str) -> Result<(Self, Welcome), ClientError> {
        let address = address_of(url)?;
        let unreachable =
            |source| ClientError::Unreachable { url: url.to_owned(), source: Box::new(source) };
        let mut request = address.as_str().into_client_request().map_err(unreachable)?;
        request
            .headers_mut()
            .insert("Sec-WebSocket-Protocol", HeaderValue::from_static(SUBPROTOCOL));
        let (socket, _) = tokio_tungstenite::connect_async(request).await.map_err(unreachable)?;
        let mut client = Self { socket, url: url.to_owned() };
        let hello = Command::Hello(Hello {
            client: ServerInfo {
                name: "opscopilot-cli".to_owned(),
                version: env!("CARGO_PKG_VERSION").to_owned(),
            },
            time_zone: own_time_zone(),
            deltas: true,
        });
        client.send(&hello).await?;
        loop {
            match client.next().await? {
                Frame::Welcome(welcome) => return Ok((client, *welcome)),
                Frame::Error { error } => return Err(error.into()),
                _ => {}
            }
        }
    }

    /// Sends a command.
    pub(super) async fn send(&mut self, command: &Command) -> Result<(), ClientError> {
        let text = serde_json::to_string(command)?;
        self.socket.send(Message::text(text)).await.map_err(|source| ClientError::Unreachable {
            url: self.url.clone(),
            source: Box::new(source),
        })
    }

    /// Sends a command and waits for its result; frames that come between go to `other`.
    pub(super) async fn ask(
        &mut self,
        id: &CommandId,
        command: &Command,
        mut other: impl FnMut(Frame),
    ) -> Result<Value, ClientError> {
        self.send(command).await?;
        loop {
            match self.next().await? {
                Frame::Reply(Reply { id: of, result, error, .. }) if of == *id => {
                    return match error {
                        Some(error) => Err(error.into()),
                        None => Ok(result.unwrap_or_default()),
                    };
                }
                frame => other(frame),
            }
        }
    }

    /// The next frame of a type that is known here.
    pub(super) async fn next(&mut self) -> Result<Frame, ClientError> {
        loop {
            let message = self.socket.next().await;
            let text = match message {
                Some(Ok(Message::Text(text))) => text,
                Some(Ok(Message::Close(frame))) => {
                    let reason = frame.map(|frame| format!("{} {}", frame.code, frame.reason));
                    return Err(ClientError::Closed(reason.unwrap_or_default()));
                }
                Some(Ok(_)) => continue,
                Some(Err(source)) => {
                    let url = self.url.clone();
                    return Err(ClientError::Unreachable { url, source: Box::new(source) });
                }
                None => return Err(ClientError::Closed("without a word".to_owned())),
            };
            match serde_json::from_str::<Frame>(&text) {
                Ok(frame) => return Ok(frame),
                Err(error) if is_frame(&text) => {
                    tracing::debug!(%error, "a frame of a later version is ignored");
                }
                Err(error) => return Err(error.into()),
            }
        }
    }
}

/// A new id for a command.
pub(super) fn command_id() -> Result<CommandId, ClientError> {
    CommandId::try_from(Uuid::now_v7().to_string())
        .map_err(|error| ClientError::Address(error.to_string()))
}

fn is_frame(text: &str) -> bool {
    serde_json::from_str::<Value>(text)
        .is_ok_and(|value| value.get("type").is_some_and(Value::is_string))
}

fn address_of(url: &str) -> Result<String, ClientError> {
    let wrong = || ClientError::Address(url.to_owned());
    let mut parsed = url::Url::parse(url).map_err(|_| wrong())?;
    let scheme = match parsed.scheme() {
        "http" | "ws" => "ws",
        "https" | "wss" => "wss",
        _ => return Err(wrong()),
    };
    parsed.set_scheme(scheme).map_err(|()| wrong())?;
    parsed.set_path("/v1/chat");
    Ok(parsed.to_string())
}

fn own_time_zone() -> Option<String> {
    jiff::tz::TimeZone::system().iana_name().map(str::to_owned)
}
