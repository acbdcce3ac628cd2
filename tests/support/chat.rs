//! A client of the chat protocol for tests: it says what it is told, keeps every frame and checks
//! the promises that hold for each of them.
#![allow(dead_code, reason = "each of the targets that include this uses another part")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test's support fails its test")]
#![allow(clippy::indexing_slicing, reason = "indexing a JSON value is total")]

use std::{collections::BTreeMap, time::Duration};

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream,
    tungstenite::{Error, Message, client::IntoClientRequest, http::HeaderValue},
};

/// Longer than anything takes: a test that waits this long has failed.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// A connection, and what came over it.
pub(crate) struct Chat {
    pub(crate) socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    /// Every frame so far.
    pub(crate) frames: Vec<Value>,
    /// The text streamed so far of each message.
    streamed: BTreeMap<String, String>,
    /// The messages that are stored.
    stored: BTreeMap<String, String>,
    /// The last number of each thread.
    heads: BTreeMap<String, u64>,
    commands: u32,
}

/// How a connection ended: its close code, or 0 where there was none.
pub(crate) type Closed = u16;

impl Chat {
    /// Connects without a word.
    pub(crate) async fn dial(url: &str) -> Self {
        Self::try_dial(url, &[("sec-websocket-protocol", "copilot.v1")]).await.unwrap()
    }

    /// Connects with these headers.
    pub(crate) async fn try_dial(url: &str, headers: &[(&str, &str)]) -> Result<Self, Error> {
        let address = format!("{}/v1/chat", url.replacen("http", "ws", 1));
        let mut request = address.into_client_request().unwrap();
        for (name, value) in headers {
            let name: tokio_tungstenite::tungstenite::http::HeaderName = name.parse().unwrap();
            request.headers_mut().insert(name, HeaderValue::from_str(value).unwrap());
        }
        let (socket, _) = tokio_tungstenite::connect_async(request).await?;
        Ok(Self {
            socket,
            frames: Vec::new(),
            streamed: BTreeMap::new(),
            stored: BTreeMap::new(),
            heads: BTreeMap::new(),
            commands: 0,
        })
    }

    /// Connects and says hello.
    pub(crate) async fn connect(url: &str) -> Self {
        let mut chat = Self::dial(url).await;
        chat.hello(json!({})).await;
        chat
    }

    /// Says hello with these fields besides; gives the welcome.
    pub(crate) async fn hello(&mut self, fields: Value) -> Value {
        let mut hello = json!({"type": "hello", "client": {"name": "test", "version": "1"}});
        merge(&mut hello, fields);
        self.send(&hello).await;
        self.until(|frame| frame["type"] == "welcome").await
    }

    pub(crate) async fn send(&mut self, frame: &Value) {
        self.socket.send(Message::text(frame.to_string())).await.unwrap();
    }

    /// The next frame, or how the connection ended.
    pub(crate) async fn next(&mut self) -> Result<Value, Closed> {
        // Heartbeats must not make it longer.
        let deadline = tokio::time::Instant::now() + PATIENCE;
        loop {
            let message = tokio::time::timeout_at(deadline, self.socket.next()).await;
            match message.expect("a frame in time") {
                Some(Ok(Message::Text(text))) => {
                    let frame: Value = serde_json::from_str(&text).unwrap();
                    assert!(text.len() <= 128 * 1024, "a frame of {} bytes", text.len());
                    self.check(&frame);
                    self.frames.push(frame.clone());
                    return Ok(frame);
                }
                Some(Ok(Message::Close(frame))) => {
                    return Err(frame.map_or(0, |frame| u16::from(frame.code)));
                }
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return Err(0),
            }
        }
    }

    /// Reads up to a frame and gives it.
    pub(crate) async fn until(&mut self, wanted: impl Fn(&Value) -> bool) -> Value {
        loop {
            let frame = self.next().await.unwrap_or_else(|code| {
                panic!("closed with {code} after {:#?}", self.frames.last());
            });
            if wanted(&frame) {
                return frame;
            }
        }
    }

    /// Reads to the end of the connection; gives the close code.
    pub(crate) async fn closed(&mut self) -> Closed {
        loop {
            if let Err(code) = self.next().await {
                return code;
            }
        }
    }

    /// A command with an id of its own.
    pub(crate) fn command(&mut self, kind: &str, fields: Value) -> Value {
        self.commands += 1;
        let id = format!("c{}-{}", self.commands, uuid::Uuid::now_v7());
        let mut command = json!({"type": kind, "id": id});
        merge(&mut command, fields);
        command
    }

    /// Sends a command and gives its reply.
    pub(crate) async fn reply(&mut self, command: &Value) -> Value {
        self.send(command).await;
        let id = command["id"].clone();
        self.until(|frame| frame["type"] == "reply" && frame["id"] == id).await
    }

    /// Does a command; gives its result.
    pub(crate) async fn ok(&mut self, kind: &str, fields: Value) -> Value {
        let command = self.command(kind, fields);
        let reply = self.reply(&command).await;
        assert_eq!(reply["ok"], true, "{reply}");
        reply["result"].clone()
    }

    /// Does a command that is refused; gives the error.
    pub(crate) async fn refused(&mut self, kind: &str, fields: Value) -> Value {
        let command = self.command(kind, fields);
        let reply = self.reply(&command).await;
        assert_eq!(reply["ok"], false, "{reply}");
        reply["error"].clone()
    }

    /// A new thread, followed.
    pub(crate) async fn thread(&mut self) -> String {
        let created = self.ok("thread.create", json!({})).await;
        let thread = created["threadId"].as_str().unwrap().to_owned();
        self.follow(&thread, json!({})).await;
        thread
    }

    /// Follows a thread; reads to `thread.caughtUp` and gives `thread.subscribed`.
    pub(crate) async fn follow(&mut self, thread: &str, fields: Value) -> Value {
        let mut fields = fields;
        merge(&mut fields, json!({"threadId": thread}));
        // A client forgets unfinished messages, and what it had, when it subscribes.
        self.streamed.clear();
        self.heads.remove(thread);
        self.ok("thread.subscribe", fields).await;
        let subscribed = self.until(|frame| frame["type"] == "thread.subscribed").await;
        self.until(|frame| frame["type"] == "thread.caughtUp" && frame["threadId"] == thread).await;
        subscribed
    }

    /// Asks a question; gives the run's id.
    pub(crate) async fn ask(&mut self, thread: &str, text: &str) -> String {
        let started = self.ok("run.start", question(thread, text)).await;
        started["runId"].as_str().unwrap().to_owned()
    }

    /// Reads to the end of a run; gives its outcome.
    pub(crate) async fn outcome(&mut self, run: &str) -> Value {
        let finished = self.event(|event| event["type"] == "runFinished" && event["runId"] == *run);
        finished.await["outcome"].clone()
    }

    /// Asks and reads to the end; gives the outcome.
    pub(crate) async fn answer(&mut self, thread: &str, text: &str) -> Value {
        let run = self.ask(thread, text).await;
        self.outcome(&run).await
    }

    /// Reads up to an event and gives it; one that came already counts.
    pub(crate) async fn event(&mut self, wanted: impl Fn(&Value) -> bool) -> Value {
        let known = self.events().into_iter().find(|event| wanted(event));
        match known {
            Some(event) => event,
            None => {
                let frame = self.until(|frame| frame["type"] == "event" && wanted(&frame["event"]));
                frame.await["event"].clone()
            }
        }
    }

    /// Reads until this was streamed.
    pub(crate) async fn streamed(&mut self, text: &str) {
        while !self.streamed.values().any(|streamed| streamed.contains(text)) {
            self.next().await.unwrap();
        }
    }

    /// The events that came.
    pub(crate) fn events(&self) -> Vec<Value> {
        let events = self.frames.iter().filter(|frame| frame["type"] == "event");
        events.map(|frame| frame["event"].clone()).collect()
    }

    /// The events of a type that came.
    pub(crate) fn events_of(&self, kind: &str) -> Vec<Value> {
        self.events().into_iter().filter(|event| event["type"] == kind).collect()
    }

    /// The last message that came.
    pub(crate) fn message(&self) -> Value {
        self.events_of("assistantMessage").pop().unwrap_or_default()
    }

    /// The deltas that came.
    pub(crate) fn deltas(&self) -> usize {
        self.frames.iter().filter(|frame| frame["type"] == "delta").count()
    }

    /// The promises that hold for every frame.
    fn check(&mut self, frame: &Value) {
        match frame["type"].as_str().unwrap() {
            "event" => self.check_event(frame),
            "delta" => self.check_delta(frame),
            _ => {}
        }
    }

    fn check_event(&mut self, frame: &Value) {
        let thread = frame["threadId"].as_str().unwrap().to_owned();
        let seq = frame["seq"].as_u64().unwrap();
        if let Some(head) = self.heads.insert(thread, seq) {
            assert_eq!(seq, head + 1, "numbers without gaps");
        }
        let event = &frame["event"];
        assert!(event.to_string().len() <= 96 * 1024, "an event within its cap");
        if event["type"] == "assistantMessage" {
            let id = event["messageId"].as_str().unwrap().to_owned();
            let text = event["text"].as_str().unwrap().to_owned();
            let streamed = self.streamed.get(&id).map_or("", String::as_str);
            assert!(text.starts_with(streamed), "{streamed:?} is no prefix of {text:?}");
            self.stored.insert(id, text);
        }
    }

    fn check_delta(&mut self, frame: &Value) {
        let id = frame["messageId"].as_str().unwrap().to_owned();
        assert!(!self.stored.contains_key(&id), "a delta after its message");
        let streamed = self.streamed.entry(id).or_default();
        assert_eq!(frame["offset"], streamed.len(), "a delta continues at its byte offset");
        let text = frame["text"].as_str().unwrap();
        assert!(!text.is_empty(), "a delta says something");
        streamed.push_str(text);
    }
}

/// The fields of a `run.start`.
pub(crate) fn question(thread: &str, text: &str) -> Value {
    let id = format!("m-{}", uuid::Uuid::now_v7());
    json!({"threadId": thread, "message": {"id": id, "text": text}})
}

fn merge(into: &mut Value, fields: Value) {
    let Value::Object(fields) = fields else { panic!("fields are an object") };
    into.as_object_mut().unwrap().extend(fields);
}

impl Chat {
    /// Reads one frame without looking at it.
    pub(crate) async fn socket_frame(&mut self) -> Result<(), Closed> {
        match tokio::time::timeout(PATIENCE, self.socket.next()).await.expect("in time") {
            Some(Ok(Message::Close(frame))) => Err(frame.map_or(0, |frame| u16::from(frame.code))),
            Some(Ok(_)) => Ok(()),
            Some(Err(_)) | None => Err(0),
        }
    }
}
