//! The REST door: threads, their logs, tools, schemas and how the service does.

use std::collections::HashMap;

use axum::{
    Json,
    extract::{FromRequestParts, State},
    http::{HeaderMap, Method, StatusCode, Uri, header, request::Parts},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    agent::Asker,
    protocol::{
        CommandId, CreateThread, ErrorCode, EventRecord, RunId, RunStanding, SUBPROTOCOL, Seq,
        ThreadId, ThreadStanding, UpdateThread, WireError, schema,
    },
    store::{ArchiveFilter, ThreadCursor, ThreadFilter, ThreadsOf},
    tools::catalog,
};

use super::{
    Edge, condition,
    error::HttpError,
    extract::{Asked, InPath, Told},
};

/// Rows of a page when none is asked for.
const PAGE: u32 = 100;
/// The most rows of a page.
const MAX_PAGE: u32 = 500;

/// An id in a path; one that does not parse is not found.
pub(super) struct Ids {
    pub(super) thread: ThreadId,
}

impl FromRequestParts<Edge> for Ids {
    type Rejection = HttpError;

    async fn from_request_parts(parts: &mut Parts, edge: &Edge) -> Result<Self, HttpError> {
        let InPath(path): InPath<HashMap<String, String>> =
            InPath::from_request_parts(parts, edge).await?;
        let thread = path.get("thread").map(String::as_str).unwrap_or_default();
        let thread: ThreadId =
            thread.parse().map_err(|error| HttpError::not_found(format!("{error}")))?;
        tracing::Span::current().record("thread.id", tracing::field::display(thread));
        Ok(Self { thread })
    }
}

/// Which page of a list.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Page {
    after: Option<String>,
    before: Option<String>,
    limit: Option<u32>,
    archived: Option<bool>,
}

impl Page {
    fn limit(&self) -> u32 {
        self.limit.unwrap_or(PAGE).clamp(1, MAX_PAGE)
    }
}

fn asker(edge: &Edge) -> Asker {
    Asker { principal: edge.principal().id, time_zone: "UTC".to_owned() }
}

/// `GET /v1/threads?archived=&after=&limit=`: threads, the last touched first, each with its runs
/// that go on and how the last one ended; `next` is the `after` of the next page.
pub(super) async fn list_threads(
    State(edge): State<Edge>,
    Asked(page): Asked<Page>,
) -> Result<Json<Value>, HttpError> {
    let after = page.after.as_deref().map(str::parse::<ThreadCursor>).transpose();
    let filter = ThreadFilter {
        of: ThreadsOf::Principal(edge.principal().id),
        archive: match page.archived {
            Some(true) => ArchiveFilter::Archived,
            Some(false) | None => ArchiveFilter::Active,
        },
        after: after.map_err(|error| HttpError::invalid(error.to_string()))?,
        limit: page.limit(),
    };
    let listed = edge.agent.store().threads(&filter).await?;
    let next = listed.next.map(|cursor| cursor.to_string());
    Ok(Json(json!({ "threads": listed.threads, "next": next })))
}

/// The body of a change; `id` makes a repeat harmless.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Change {
    #[serde(default)]
    id: Option<CommandId>,
    #[serde(default)]
    title: Option<String>,
    #[serde(default)]
    archived: Option<bool>,
    #[serde(default)]
    scope: Option<Vec<String>>,
}

impl Change {
    fn command_id(&self) -> Result<CommandId, HttpError> {
        match &self.id {
            Some(id) => Ok(id.clone()),
            None => CommandId::try_from(Uuid::now_v7().to_string())
                .map_err(|error| HttpError::invalid(error.to_string())),
        }
    }
}

/// `POST /v1/threads`: a new thread.
pub(super) async fn create_thread(
    State(edge): State<Edge>,
    Told(change): Told<Change>,
) -> Result<Response, HttpError> {
    let command = CreateThread {
        id: change.command_id()?,
        title: change.title,
        scope: change.scope.unwrap_or_default(),
    };
    let done = edge.agent.create_thread(asker(&edge), command).await?;
    let status = if done.duplicate { StatusCode::OK } else { StatusCode::CREATED };
    Ok((status, Json(done.result)).into_response())
}

/// `GET /v1/threads/{id}`.
pub(super) async fn read_thread(
    State(edge): State<Edge>,
    ids: Ids,
) -> Result<Json<ThreadStanding>, HttpError> {
    let session = edge.agent.open(&edge.principal().id, ids.thread).await?;
    let epoch = session.log.epoch();
    Ok(Json(session.log.read(|state| state.standing(ids.thread, epoch)).await?))
}

/// `PATCH /v1/threads/{id}`: title, scope, archived.
pub(super) async fn update_thread(
    State(edge): State<Edge>,
    ids: Ids,
    Told(change): Told<Change>,
) -> Result<Json<Value>, HttpError> {
    let command = UpdateThread {
        id: change.command_id()?,
        thread_id: ids.thread,
        title: change.title,
        archived: change.archived,
        scope: change.scope,
        participants: None,
    };
    Ok(Json(edge.agent.update_thread(asker(&edge), command).await?.result))
}

/// `DELETE /v1/threads/{id}`.
pub(super) async fn delete_thread(
    State(edge): State<Edge>,
    ids: Ids,
) -> Result<StatusCode, HttpError> {
    edge.agent.delete_thread(&edge.principal().id, ids.thread).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `GET /v1/threads/{id}/events?after=&before=&limit=`: a page of the log.
pub(super) async fn list_events(
    State(edge): State<Edge>,
    ids: Ids,
    Asked(page): Asked<Page>,
) -> Result<Json<Value>, HttpError> {
    let session = edge.agent.open(&edge.principal().id, ids.thread).await?;
    let log = &session.log;
    let events = match (&page.after, &page.before) {
        (_, Some(before)) => log.events_before(seq_of(before, log)?, page.limit()).await?,
        (Some(after), None) => log.events_after(seq_of(after, log)?, page.limit()).await?,
        (None, None) => log.events_after(0, page.limit()).await?,
    };
    let records: Result<Vec<EventRecord>, _> =
        events.iter().map(crate::agent::ThreadLog::record_of).collect();
    Ok(Json(json!({
        "threadId": ids.thread,
        "epoch": log.epoch(),
        "headSeq": log.hub.look(Seq::MAX).head_seq,
        "events": records?,
    })))
}

/// The number of a cursor `<epoch>:<seq>`; one of another epoch means start over.
fn seq_of(cursor: &str, log: &crate::agent::ThreadLog) -> Result<Seq, HttpError> {
    let wrong = || HttpError::invalid("a cursor is `<epoch>:<seq>`");
    let (epoch, seq) = cursor.split_once(':').ok_or_else(wrong)?;
    let seq: Seq = seq.parse().map_err(|_| wrong())?;
    let epoch: crate::protocol::Epoch = epoch.parse().map_err(|_| wrong())?;
    Ok(if epoch == log.epoch() { seq } else { 0 })
}

/// `GET /v1/threads/{id}/runs/{runId}`: state and answer of a run, for bots.
pub(super) async fn read_run(
    State(edge): State<Edge>,
    InPath((thread, run)): InPath<(String, String)>,
) -> Result<Json<RunStanding>, HttpError> {
    let not_found = |error: crate::protocol::IdError| HttpError::not_found(error.to_string());
    let thread: ThreadId = thread.parse().map_err(not_found)?;
    let run: RunId = run.parse().map_err(not_found)?;
    let session = edge.agent.open(&edge.principal().id, thread).await?;
    let standing =
        session.log.read(|state| state.run(run).map(crate::thread::RunFold::standing)).await?;
    standing.map(Json).ok_or_else(|| HttpError::not_found(format!("there is no run {run}")))
}

/// `GET /v1/tools`: the catalogue.
pub(super) async fn list_tools(State(edge): State<Edge>) -> Json<Value> {
    Json(json!({ "tools": catalog::document(edge.agent.tools()) }))
}

/// `GET /schemas/v1/{file}`: the schemas of the protocol.
pub(super) async fn schema(InPath(file): InPath<String>) -> Result<Response, HttpError> {
    let mut documents = schema::documents().into_iter();
    let (_, document) = documents
        .find(|(name, _)| *name == file)
        .ok_or_else(|| HttpError::not_found(format!("there is no schema {file}")))?;
    let mut headers = HeaderMap::new();
    headers
        .insert(header::CONTENT_TYPE, header::HeaderValue::from_static("application/schema+json"));
    Ok((headers, document.to_string()).into_response())
}

/// `GET /healthz`: the process is alive.
pub(super) async fn healthz() -> &'static str {
    "ok"
}

/// `GET /readyz`: the service can take work.
pub(super) async fn readyz(State(edge): State<Edge>) -> Result<&'static str, HttpError> {
    if edge.draining.is_cancelled() {
        let message = "the service is stopping";
        return Err(WireError::retryable(ErrorCode::Overloaded, message, 2_000).into());
    }
    let health = edge.agent.store().health().await?;
    match condition::not_ready(health.condition) {
        Some(error) => Err(error.into()),
        None => Ok("ready"),
    }
}

#[derive(Serialize)]
pub(super) struct Version {
    name: &'static str,
    version: &'static str,
    protocol: &'static str,
}

/// `GET /version`.
pub(super) async fn version() -> Json<Version> {
    Json(Version {
        name: env!("CARGO_PKG_NAME"),
        version: env!("CARGO_PKG_VERSION"),
        protocol: SUBPROTOCOL,
    })
}

/// Any other method of a path; `Allow` names those it has.
pub(super) async fn no_such_method(method: Method, uri: Uri) -> HttpError {
    let message = format!("{} takes no {method}", uri.path());
    HttpError::from(WireError::new(ErrorCode::UnknownCommand, message))
        .with_status(StatusCode::METHOD_NOT_ALLOWED)
}

/// Any other path of the API.
pub(super) async fn no_such_path(method: Method, uri: Uri) -> HttpError {
    HttpError::not_found(format!("there is no {method} {}", uri.path()))
}
