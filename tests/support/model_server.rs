//! An OpenAI-compatible server for tests and benchmarks, over real sockets: it answers what a
//! script says, also badly, keeps every request and checks each against the rules that real
//! endpoints enforce.
//!
//! Dropping it fails the test when a request broke a rule, came unasked, or a scripted reply was
//! never asked for. It knows nothing of the product: only the wire.
#![allow(dead_code, reason = "each of the targets that include this uses another part")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test's support fails its test")]
#![allow(clippy::indexing_slicing, reason = "indexing a JSON value is total")]

#[path = "model_server/body.rs"]
mod body;
#[path = "model_server/gate.rs"]
mod gate;
#[path = "model_server/rules.rs"]
mod rules;
#[path = "model_server/script.rs"]
mod script;

use std::{
    collections::VecDeque,
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::{ConnectInfo, State},
    http::{HeaderMap, Uri},
    response::Response,
};
use serde_json::Value;
use tokio::{net::TcpListener, sync::watch, task::JoinHandle};

#[allow(unused_imports, reason = "not every target names them")]
pub(crate) use self::{gate::Gate, script::Script};

/// One request as it came.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    /// The client's end of the connection.
    pub(crate) peer: SocketAddr,
    pub(crate) uri: Uri,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

impl Asked {
    /// A header's text; empty where there is none.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The messages.
    pub(crate) fn messages(&self) -> &[Value] {
        self.body["messages"].as_array().map_or(&[], Vec::as_slice)
    }

    /// The names of the tools offered, in order.
    pub(crate) fn tool_names(&self) -> Vec<&str> {
        let tools = self.body["tools"].as_array().map_or(&[][..], Vec::as_slice);
        tools.iter().filter_map(|tool| tool["function"]["name"].as_str()).collect()
    }

    /// The text of the last message of a role; empty where there is none.
    pub(crate) fn last_text(&self, role: &str) -> &str {
        let of_role = self.messages().iter().rev().find(|message| message["role"] == role);
        of_role.and_then(|message| message["content"].as_str()).unwrap_or("")
    }
}

type Answer = Box<dyn FnMut(&Asked) -> Option<Script> + Send>;

/// The server. It ends when it is dropped.
pub(crate) struct ModelServer {
    address: SocketAddr,
    state: Arc<Shared>,
    task: JoinHandle<()>,
}

struct Shared {
    queue: Mutex<VecDeque<Script>>,
    answer: Mutex<Option<Answer>>,
    asked: Mutex<Vec<Asked>>,
    violations: Mutex<Vec<String>>,
    count: watch::Sender<usize>,
    hung_up: watch::Sender<usize>,
}

impl ModelServer {
    /// Starts a server that answers what is [pushed](Self::push), in order.
    pub(crate) async fn start() -> Self {
        Self::start_with(None).await
    }

    /// Starts a server that answers each request by a function, any number of times.
    pub(crate) async fn answering(
        mut answer: impl FnMut(&Asked) -> Script + Send + 'static,
    ) -> Self {
        Self::start_with(Some(Box::new(move |asked| Some(answer(asked))))).await
    }

    async fn start_with(answer: Option<Answer>) -> Self {
        let state = Arc::new(Shared {
            queue: Mutex::default(),
            answer: Mutex::new(answer),
            asked: Mutex::default(),
            violations: Mutex::default(),
            count: watch::Sender::new(0),
            hung_up: watch::Sender::new(0),
        });
        let router = Router::new()
            .fallback(respond)
            .with_state(state.clone())
            .into_make_service_with_connect_info::<SocketAddr>();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let task = tokio::spawn(async move {
            axum::serve(listener, router).await.unwrap();
        });
        Self { address, state, task }
    }

    /// What a client is configured with: `http://127.0.0.1:PORT/v1`.
    pub(crate) fn base_url(&self) -> String {
        format!("{}/v1", self.origin())
    }

    /// `http://127.0.0.1:PORT`.
    pub(crate) fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Scripts the reply to the next request that has none yet.
    pub(crate) fn push(&self, script: Script) -> &Self {
        self.state.queue.lock().unwrap().push_back(script);
        self
    }

    /// Every request so far.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.state.asked.lock().unwrap().clone()
    }

    /// The one request that came.
    pub(crate) fn single(&self) -> Asked {
        let asked = self.asked();
        assert_eq!(asked.len(), 1, "one request was expected");
        asked.into_iter().next().unwrap()
    }

    /// Waits until `count` requests have come in all.
    pub(crate) async fn wait_for_requests(&self, count: usize) {
        self.state.count.subscribe().wait_for(|n| *n >= count).await.unwrap();
    }

    /// Waits until `count` replies in all were given up by their clients.
    pub(crate) async fn wait_for_hang_ups(&self, count: usize) {
        self.state.hung_up.subscribe().wait_for(|n| *n >= count).await.unwrap();
    }
}

impl Drop for ModelServer {
    fn drop(&mut self) {
        self.task.abort();
        if std::thread::panicking() {
            return;
        }
        let violations = self.state.violations.lock().unwrap();
        assert!(violations.is_empty(), "the model server was asked wrongly: {violations:#?}");
        let left = self.state.queue.lock().unwrap().len();
        assert_eq!(left, 0, "scripted replies that nobody asked for");
    }
}

async fn respond(
    State(state): State<Arc<Shared>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let body = serde_json::from_slice(&body).unwrap_or(Value::Null);
    let asked = Asked { peer, uri, headers, body };
    let mut broken = rules::check(&asked);
    let script = {
        let mut answer = state.answer.lock().unwrap();
        match answer.as_mut() {
            Some(answer) => answer(&asked),
            None => state.queue.lock().unwrap().pop_front(),
        }
    };
    if script.is_none() {
        broken.push("a request came for which no reply is scripted".to_owned());
    }
    state.asked.lock().unwrap().push(asked);
    state.count.send_modify(|n| *n += 1);
    match script {
        Some(script) if broken.is_empty() => body::respond(script, state.hung_up.clone()).await,
        Some(_) | None => {
            let response = Response::builder().status(400);
            let message = serde_json::json!({"error": {"message": broken.join("; ")}});
            state.violations.lock().unwrap().extend(broken);
            response.body(Body::from(message.to_string())).unwrap()
        }
    }
}
