//! The edge: HTTP and WebSocket in, the agent's words out. Translates, decides nothing.
//!
//! | path | what |
//! |---|---|
//! | `GET /v1/chat` | the chat protocol over WebSocket |
//! | `GET`, `POST /v1/threads`; `GET`, `PATCH`, `DELETE /v1/threads/{id}` | list, create, read, change, delete |
//! | `GET /v1/threads/{id}/events` | pages of the log |
//! | `GET /v1/threads/{id}/evidence/{eid}` | an evidence, as pages of rows or as CSV |
//! | `GET /v1/threads/{id}/runs/{runId}` | state and answer of a run |
//! | `GET /v1/threads/{id}/export` | the thread as a file, Markdown or JSON |
//! | `GET /v1/tools`, `/schemas/v1/{file}`, `/version` | the catalogue, the schemas, the version |
//! | `GET /healthz`, `/readyz`, `/metrics` | alive; able to take work; what is counted |
//!
//! Every answer carries `x-request-id`, the client's own where it sent a plain word of at most 64
//! characters. An error is `{"error": {code, message, retryable, …}}`; one that a retry may mend
//! has `Retry-After`. Beyond the numbers of runs and connections, and while the disk takes no
//! writes, that is `overloaded`: what was acknowledged goes on, and reading always does.
//!
//! Until there is authentication it answers loopback names only, and browsers only from pages
//! it served itself.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use axum::{
    Router,
    extract::DefaultBodyLimit,
    middleware,
    routing::{any, get},
    serve::ListenerExt,
};
use tokio::net::TcpListener;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    agent::Agent,
    protocol::{EstateInfo, MAX_FRAME_IN_BYTES, Principal, PrincipalId},
};

mod command;
mod condition;
mod connection;
mod ending;
mod error;
mod evidence;
mod export;
mod extract;
mod guard;
mod request_id;
mod rest;
mod scrape;
mod subscription;
pub mod web;
mod welcome;
mod ws;

pub use guard::OriginPolicy;
pub use scrape::MetricsText;

/// What the edge needs to know besides the agent.
#[derive(Clone, Debug)]
pub struct ServerSettings {
    /// The estate talked about.
    pub estate: EstateInfo,
    /// Origins of pages, besides our own, that may speak to us.
    pub allowed_origins: Vec<String>,
    /// How often a quiet connection is asked whether it is there.
    pub heartbeat: Duration,
    /// How long a connection may last before it is asked to come again.
    pub max_age: Duration,
    /// How long a frame may take to leave before its reader counts as gone.
    pub send_timeout: Duration,
    /// The most connections at once.
    pub max_connections: usize,
    /// What `/metrics` answers.
    pub metrics: MetricsText,
}

impl Default for ServerSettings {
    fn default() -> Self {
        Self {
            estate: EstateInfo { name: String::new(), kind: crate::protocol::EstateKind::Custom },
            allowed_origins: Vec::new(),
            heartbeat: Duration::from_secs(25),
            max_age: Duration::from_secs(3 * 3600 + 45 * 60),
            send_timeout: Duration::from_secs(30),
            max_connections: 10_000,
            metrics: MetricsText::default(),
        }
    }
}

/// What all handlers share.
#[derive(Clone)]
pub(crate) struct Edge {
    pub(crate) agent: Agent,
    pub(crate) settings: Arc<ServerSettings>,
    pub(crate) draining: CancellationToken,
    pub(crate) connections: TaskTracker,
}

impl Edge {
    /// Whoever reaches a loopback address is the operator.
    #[expect(clippy::unused_self, reason = "authentication will read it")]
    pub(crate) fn principal(&self) -> Principal {
        Principal {
            id: PrincipalId::local(),
            name: "Local operator".to_owned(),
            roles: vec!["operator".to_owned()],
        }
    }
}

/// A server that answers.
pub struct RunningServer {
    /// Where it listens.
    pub address: SocketAddr,
    edge: Edge,
    task: tokio::task::JoinHandle<std::io::Result<()>>,
}

/// Serves on `listener` until [`RunningServer::stop`].
///
/// # Errors
/// [`std::io::Error`] when the listener has no address.
pub fn serve(
    listener: TcpListener,
    agent: Agent,
    settings: ServerSettings,
) -> std::io::Result<RunningServer> {
    let address = listener.local_addr()?;
    let edge = Edge {
        agent,
        settings: Arc::new(settings),
        draining: CancellationToken::new(),
        connections: TaskTracker::new(),
    };
    let app = router(edge.clone());
    let draining = edge.draining.clone();
    // Deltas are small and must not wait for the ones after them.
    let listener = listener.tap_io(|stream| {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "a connection keeps its delay");
        }
    });
    let serving = axum::serve(listener, app).with_graceful_shutdown(async move {
        draining.cancelled().await;
    });
    let task = tokio::spawn(serving.into_future());
    tokio::spawn(condition::tell(edge.clone()));
    Ok(RunningServer { address, edge, task })
}

impl RunningServer {
    /// The base URL.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Sends connections away, takes no new ones and lets runs at work go on for `grace`.
    pub async fn stop(self, grace: Duration) {
        self.edge.draining.cancel();
        self.edge.connections.close();
        self.edge.agent.stop(grace).await;
        if tokio::time::timeout(Duration::from_secs(5), self.edge.connections.wait()).await.is_err()
        {
            tracing::warn!("some connections did not end in time");
        }
        self.task.abort();
    }
}

/// Every path there is.
fn router(edge: Edge) -> Router {
    let api = Router::new()
        .route("/v1/chat", get(ws::chat))
        .route("/v1/threads", get(rest::list_threads).post(rest::create_thread))
        .route(
            "/v1/threads/{thread}",
            get(rest::read_thread).patch(rest::update_thread).delete(rest::delete_thread),
        )
        .route("/v1/threads/{thread}/events", get(rest::list_events))
        .route("/v1/threads/{thread}/evidence/{evidence}", get(evidence::read))
        .route("/v1/threads/{thread}/runs/{run}", get(rest::read_run))
        .route("/v1/threads/{thread}/export", get(export::read))
        .route("/v1/tools", get(rest::list_tools))
        .route("/v1/{*path}", any(rest::no_such_path))
        .route("/schemas/v1/{file}", get(rest::schema))
        .route("/healthz", get(rest::healthz))
        .route("/readyz", get(rest::readyz))
        .route("/version", get(rest::version))
        .route("/metrics", get(scrape::read))
        .method_not_allowed_fallback(rest::no_such_method)
        .layer(DefaultBodyLimit::max(MAX_FRAME_IN_BYTES))
        .with_state(edge.clone());
    api.merge(web::routes())
        .layer(middleware::from_fn_with_state(edge, guard::check))
        .layer(middleware::from_fn(request_id::label))
}
