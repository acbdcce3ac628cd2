//! A scripted HTTP server on a loopback port, and clients that talk to it.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use axum::response::{IntoResponse, Response};
use opscopilot::azure::credential::CredentialChoice;
use opscopilot::azure::{
    ApiVersion, ArmClient, ArmGet, ArmPath, ClientSettings, Cloud, Credential, Http, HttpSettings,
};
use opscopilot::retry::RetryPolicy;
use serde_json::Value;
use tokio::net::TcpListener;

/// A request as the server saw it.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) method: String,
    /// Path and query, as sent.
    pub(crate) target: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Seen {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

/// A server that answers by a function of the request and its number, from 0.
pub(crate) struct Server {
    pub(crate) url: String,
    seen: Arc<Mutex<Vec<Seen>>>,
    task: tokio::task::JoinHandle<()>,
}

impl Server {
    pub(crate) async fn start<F>(answer: F) -> Self
    where
        F: Fn(&Seen, usize) -> Response + Clone + Send + Sync + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let seen = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&seen);
        let app = axum::Router::new().fallback(move |request: Request<Body>| async move {
            let (parts, body) = request.into_parts();
            let seen = Seen {
                method: parts.method.to_string(),
                target: parts.uri.to_string(),
                headers: parts.headers,
                body: axum::body::to_bytes(body, usize::MAX).await.unwrap(),
            };
            let number = {
                let mut log = log.lock().unwrap();
                log.push(seen.clone());
                log.len() - 1
            };
            answer(&seen, number)
        });
        let task = tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self { url, seen, task }
    }

    /// Answers the given responses in turn, then 418.
    pub(crate) async fn script(answers: Vec<fn() -> Response>) -> Self {
        Self::start(move |_, number| match answers.get(number) {
            Some(answer) => answer(),
            None => StatusCode::IM_A_TEAPOT.into_response(),
        })
        .await
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    pub(crate) fn count(&self) -> usize {
        self.seen.lock().unwrap().len()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

pub(crate) fn json(status: u16, body: &Value) -> Response {
    let status = StatusCode::from_u16(status).unwrap();
    (status, [("content-type", "application/json")], body.to_string()).into_response()
}

pub(crate) fn with_header(mut response: Response, name: &'static str, value: &str) -> Response {
    response.headers_mut().insert(name, value.parse().unwrap());
    response
}

/// Sends `start`, then stays silent for ever.
pub(crate) fn silent(start: &'static str) -> Response {
    use futures_util::StreamExt;
    let first = futures_util::stream::iter([Ok::<_, std::io::Error>(start)]);
    Response::new(Body::from_stream(first.chain(futures_util::stream::pending())))
}

pub(crate) fn http() -> Http {
    Http::new(&HttpSettings::default()).unwrap()
}

/// Waits in milliseconds rather than seconds.
pub(crate) fn quick() -> ClientSettings {
    ClientSettings {
        retry: RetryPolicy {
            base: Duration::from_millis(1),
            cap: Duration::from_millis(2),
            ..RetryPolicy::default()
        },
        max_response_bytes: 64 * 1024,
        ..ClientSettings::default()
    }
}

pub(crate) fn client(url: &str, settings: ClientSettings) -> ArmClient {
    let cloud = Cloud::custom(url, None).unwrap();
    let credential = Credential::for_cloud(&cloud, CredentialChoice::Unset, &http()).unwrap();
    ArmClient::new(&cloud, credential, http(), settings).unwrap()
}

pub(crate) fn get(path: &str) -> ArmGet {
    ArmGet::new(ArmPath::parse(path).unwrap(), ApiVersion::new("2024-01-01"))
}
