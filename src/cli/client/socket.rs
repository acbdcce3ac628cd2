//! One connection: frames in, commands out. What follows when it ends is the link's.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::Value;
use tokio::{net::TcpStream, time::timeout};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async_tls_with_config,
    tungstenite::{
        self, Message, client::IntoClientRequest, http::HeaderValue, protocol::WebSocketConfig,
    },
};

use super::{Address, ClientError, Trust};
use crate::protocol::{
    Command, Frame, Hello, MAX_FRAME_OUT_BYTES, SUBPROTOCOL, ServerInfo, Welcome,
};

/// How long a server has to greet.
const GREETING: Duration = Duration::from_secs(15);
/// How long it has to say goodbye.
const FAREWELL: Duration = Duration::from_secs(1);
/// Room for what a later version may send.
const MAX_MESSAGE_BYTES: usize = 8 * MAX_FRAME_OUT_BYTES;

/// A connection to a server.
pub(in crate::cli) struct Socket {
    stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
    url: String,
}

impl Socket {
    /// Connects and introduces itself.
    pub(in crate::cli) async fn open(
        address: &Address,
        trust: &Trust,
    ) -> Result<(Self, Welcome), ClientError> {
        let greeted = timeout(GREETING, Self::greet(address, trust)).await;
        greeted.unwrap_or_else(|_| Err(ClientError::Silent { url: address.to_string() }))
    }

    async fn greet(address: &Address, trust: &Trust) -> Result<(Self, Welcome), ClientError> {
        let url = address.to_string();
        let unreachable =
            |source| ClientError::Unreachable { url: url.clone(), source: Box::new(source) };
        let mut request = address.chat().into_client_request().map_err(unreachable)?;
        let subprotocol = HeaderValue::from_static(SUBPROTOCOL);
        request.headers_mut().insert("Sec-WebSocket-Protocol", subprotocol);
        let config = WebSocketConfig::default()
            .max_message_size(Some(MAX_MESSAGE_BYTES))
            .max_frame_size(Some(MAX_MESSAGE_BYTES));
        let connector = Some(trust.connector(address)?);
        let connecting = connect_async_tls_with_config(request, Some(config), true, connector);
        let (stream, _) = connecting.await.map_err(unreachable)?;
        let mut socket = Self { stream, url: url.clone() };
        socket.send(&hello()).await?;
        loop {
            match socket.next().await? {
                Frame::Welcome(welcome) => return Ok((socket, *welcome)),
                Frame::Error { error } => return Err(error.into()),
                _ => {}
            }
        }
    }

    /// Sends a command.
    pub(super) async fn send(&mut self, command: &Command) -> Result<(), ClientError> {
        let text = serde_json::to_string(command)?;
        self.stream.send(Message::text(text)).await.map_err(|source| self.lost(source))
    }

    /// The next frame of a type that is known here. A caller may stop waiting at any time.
    pub(super) async fn next(&mut self) -> Result<Frame, ClientError> {
        loop {
            let text = match self.stream.next().await {
                Some(Ok(Message::Text(text))) => text,
                Some(Ok(Message::Close(frame))) => return Err(ClientError::Closed(frame)),
                Some(Ok(_)) => continue,
                Some(Err(source)) => return Err(self.lost(source)),
                None => return Err(ClientError::Closed(None)),
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

    /// Says goodbye.
    pub(in crate::cli) async fn close(mut self) {
        // Whether it was heard makes no difference any more.
        let _ = timeout(FAREWELL, self.stream.close(None)).await;
    }

    fn lost(&self, source: tungstenite::Error) -> ClientError {
        ClientError::Unreachable { url: self.url.clone(), source: Box::new(source) }
    }
}

fn hello() -> Command {
    Command::Hello(Hello {
        client: ServerInfo {
            name: "opscopilot-cli".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        },
        time_zone: jiff::tz::TimeZone::system().iana_name().map(str::to_owned),
        deltas: true,
    })
}

fn is_frame(text: &str) -> bool {
    serde_json::from_str::<Value>(text)
        .is_ok_and(|value| value.get("type").is_some_and(Value::is_string))
}
