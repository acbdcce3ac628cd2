//! A server between tools and the sample estate that spoils what passes through it.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
};

use axum::{
    body::{Body, Bytes, to_bytes},
    http::{HeaderMap, Request, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::service;

/// A request on its way to the estate.
pub(crate) struct Asked {
    pub(crate) method: String,
    /// Path and query.
    pub(crate) target: String,
    pub(crate) body: Bytes,
}

impl Asked {
    /// The path, in lower case.
    pub(crate) fn path(&self) -> String {
        self.target.split('?').next().unwrap().to_lowercase()
    }

    /// Whether it asks what there is to ask about: without that no tool begins.
    pub(crate) fn is_ground(&self) -> bool {
        let path = self.path();
        path == "/subscriptions" || path.ends_with("/providers/microsoft.authorization/permissions")
    }
}

/// An answer on its way back.
#[derive(Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Answer {
    pub(crate) fn json(status: u16, body: &Value) -> Self {
        Self::text(status, "application/json", body.to_string())
    }

    pub(crate) fn text(status: u16, kind: &str, body: impl Into<Bytes>) -> Self {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, kind.parse().unwrap());
        Self { status, headers, body: body.into() }
    }

    /// ARM's envelope.
    pub(crate) fn fault(status: u16, code: &str, message: &str) -> Self {
        Self::json(status, &json!({"error": {"code": code, "message": message}}))
    }

    /// The answer with its JSON changed; as it is where it has none.
    pub(crate) fn changed(&self, change: impl FnOnce(&mut Value)) -> Self {
        let Ok(mut value) = serde_json::from_slice(&self.body) else { return self.clone() };
        change(&mut value);
        Self { body: value.to_string().into(), ..self.clone() }
    }
}

/// What becomes of an answer; `None` lets it pass.
pub(crate) type Spoil = Box<dyn FnMut(&Asked, &Answer) -> Option<Answer> + Send>;

struct State {
    to: String,
    spoil: Mutex<Spoil>,
    spoiled: AtomicUsize,
}

/// The server.
pub(crate) struct Spoiler {
    pub(crate) url: String,
    state: Arc<State>,
    task: tokio::task::JoinHandle<()>,
}

impl Spoiler {
    pub(crate) async fn before(endpoint: &str) -> Self {
        let state = Arc::new(State {
            to: endpoint.trim_end_matches('/').to_owned(),
            spoil: Mutex::new(Box::new(|_, _| None)),
            spoiled: AtomicUsize::new(0),
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (own, client) = (Arc::clone(&state), service::http());
        let app = axum::Router::new().fallback(move |request: Request<Body>| {
            let (state, client) = (Arc::clone(&own), client.clone());
            async move { pass(&state, &client, request).await }
        });
        let task = tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self { url, state, task }
    }

    pub(crate) fn spoil(&self, spoil: Spoil) {
        *self.state.spoil.lock().unwrap() = spoil;
        self.take();
    }

    /// How many answers were spoiled since the last look.
    pub(crate) fn take(&self) -> usize {
        self.state.spoiled.swap(0, Ordering::SeqCst)
    }
}

impl Drop for Spoiler {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn pass(state: &State, client: &reqwest::Client, request: Request<Body>) -> Response {
    let (parts, body) = request.into_parts();
    let asked = Asked {
        method: parts.method.to_string(),
        target: parts.uri.to_string(),
        body: to_bytes(body, usize::MAX).await.unwrap(),
    };
    let mut headers = parts.headers;
    headers.remove(header::ACCEPT_ENCODING);
    headers.remove(header::CONTENT_LENGTH);
    let sent = client
        .request(parts.method, format!("{}{}", state.to, asked.target))
        .headers(headers)
        .body(asked.body.clone());
    let got = sent.send().await.unwrap();
    let mut headers = got.headers().clone();
    for name in [header::CONTENT_LENGTH, header::TRANSFER_ENCODING, header::CONNECTION] {
        headers.remove(name);
    }
    let status = got.status().as_u16();
    let answer = Answer { status, headers, body: got.bytes().await.unwrap() };
    let spoiled = (*state.spoil.lock().unwrap())(&asked, &answer);
    if spoiled.is_some() {
        state.spoiled.fetch_add(1, Ordering::SeqCst);
    }
    let answer = spoiled.unwrap_or(answer);
    let status = StatusCode::from_u16(answer.status).unwrap();
    (status, answer.headers, answer.body).into_response()
}
