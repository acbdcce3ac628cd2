//! Clients: of the chat protocol, and of the bare relay.

use futures_util::{SinkExt, StreamExt};
use opscopilot::protocol::{MessageId, RunId, SUBPROTOCOL};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{Message, Utf8Bytes, client::IntoClientRequest, http::HeaderValue},
};

use crate::Failure;

/// A connection.
pub(crate) struct Chat {
    socket: WebSocketStream<TcpStream>,
}

impl Chat {
    /// Connects to the product and introduces itself.
    pub(crate) async fn connect(url: &str) -> Result<Self, Failure> {
        let mut chat = Self::open(url, "/v1/chat").await?;
        let client = json!({"name": "bench", "version": "1"});
        chat.send(&json!({"type": "hello", "client": client}).to_string()).await?;
        chat.wait_for(|frame| frame.contains(r#""type":"welcome""#)).await?;
        Ok(chat)
    }

    /// Connects to the bare relay.
    pub(crate) async fn connect_to_relay(url: &str) -> Result<Self, Failure> {
        Self::open(url, "/").await
    }

    async fn open(url: &str, path: &str) -> Result<Self, Failure> {
        let address = url.strip_prefix("http://").unwrap_or(url);
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let mut request = format!("ws://{address}{path}").into_client_request()?;
        if path != "/" {
            let spoken = HeaderValue::from_static(SUBPROTOCOL);
            request.headers_mut().insert("Sec-WebSocket-Protocol", spoken);
        }
        let (socket, _) = client_async(request, stream).await?;
        Ok(Self { socket })
    }

    /// A new thread, followed; its id.
    pub(crate) async fn new_thread(&mut self) -> Result<String, Failure> {
        let create = json!({"type": "thread.create", "id": RunId::new()});
        self.send(&create.to_string()).await?;
        let reply = self.wait_for(|frame| frame.contains(r#""threadId""#)).await?;
        let reply: Value = serde_json::from_str(&reply)?;
        let thread_id = reply.pointer("/result/threadId").and_then(Value::as_str);
        let thread_id = thread_id.ok_or("a thread without an id")?.to_owned();
        self.follow(&thread_id).await?;
        Ok(thread_id)
    }

    /// Follows a thread.
    pub(crate) async fn follow(&mut self, thread_id: &str) -> Result<(), Failure> {
        let id = RunId::new();
        let follow = json!({"type": "thread.subscribe", "id": id, "threadId": thread_id});
        self.send(&follow.to_string()).await?;
        self.wait_for(|frame| frame.contains(r#""type":"thread.caughtUp""#)).await?;
        Ok(())
    }

    /// Asks a question in a thread.
    pub(crate) async fn ask(&mut self, thread_id: &str, text: &str) -> Result<(), Failure> {
        let message = json!({"id": MessageId::new(), "text": text});
        let start = json!({"type": "run.start", "id": RunId::new(), "threadId": thread_id,
            "message": message});
        self.send(&start.to_string()).await
    }

    pub(crate) async fn send(&mut self, text: &str) -> Result<(), Failure> {
        Ok(self.socket.send(Message::text(text)).await?)
    }

    /// The next text frame.
    pub(crate) async fn next(&mut self) -> Result<Utf8Bytes, Failure> {
        loop {
            match self.socket.next().await.ok_or("the connection ended")?? {
                Message::Text(text) => return Ok(text),
                Message::Close(why) => return Err(format!("closed: {why:?}").into()),
                _ => {}
            }
        }
    }

    /// The first frame that is `wanted`; an error frame fails.
    pub(crate) async fn wait_for(
        &mut self,
        wanted: impl Fn(&str) -> bool,
    ) -> Result<Utf8Bytes, Failure> {
        loop {
            let frame = self.next().await?;
            if wanted(&frame) {
                return Ok(frame);
            }
            if frame.contains(r#""ok":false"#) || frame.starts_with(r#"{"type":"error""#) {
                return Err(format!("refused: {frame}").into());
            }
        }
    }
}

/// A plain HTTP client, for loopback.
pub(crate) fn http() -> Result<reqwest::Client, Failure> {
    // Another part may have been first.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Ok(reqwest::Client::builder().no_proxy().tls_certs_only([]).build()?)
}
