//! Every request has an id: in the spans of what is logged for it, and in its answer.
//!
//! Nothing of a request is logged but its method, the route it matched, the answer's status and
//! the time it took: paths, queries, headers and bodies are the client's.

use std::time::Instant;

use axum::{
    extract::{MatchedPath, Request},
    http::{HeaderMap, HeaderName, HeaderValue, Method, header},
    middleware::Next,
    response::Response,
};
use tracing::Instrument as _;
use uuid::Uuid;

/// The header that carries it, both ways.
const HEADER: HeaderName = HeaderName::from_static("x-request-id");
/// The longest id of a client's own that is taken over.
const MAX_CHARS: usize = 64;

/// The id of a request.
#[derive(Clone, Debug)]
pub(super) struct RequestId(pub(super) String);

/// Names the request, and gives its answer the headers that every answer has.
pub(super) async fn label(mut request: Request, next: Next) -> Response {
    let id = RequestId::of(request.headers());
    let method = shown(request.method());
    let route = request.extensions().get::<MatchedPath>().cloned();
    let route = route.as_ref().map_or("none", MatchedPath::as_str);
    let span = tracing::info_span!(
        "request",
        request.id = %id.0,
        http.method = method,
        http.route = route,
        thread.id = tracing::field::Empty,
    );
    request.extensions_mut().insert(id.clone());
    let begun = Instant::now();
    let mut response = next.run(request).instrument(span.clone()).await;
    let status = response.status().as_u16();
    let duration_ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
    span.in_scope(|| tracing::debug!(http.status = status, duration_ms, "answered"));
    let labels =
        [("route", route.to_owned()), ("method", method.into()), ("status", class(status))];
    metrics::counter!("opscopilot_http_requests_total", &labels).increment(1);
    let headers = response.headers_mut();
    if let Ok(id) = HeaderValue::try_from(id.0) {
        headers.insert(HEADER, id);
    }
    let fixed = [
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    for (name, value) in fixed {
        headers.entry(name).or_insert(value);
    }
    response
}

impl RequestId {
    /// The client's own where it is a plain word, else a new one.
    fn of(headers: &HeaderMap) -> Self {
        let own = headers.get(HEADER).and_then(|value| value.to_str().ok());
        let sane = |id: &&str| {
            (1..=MAX_CHARS).contains(&id.len())
                && id.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
        };
        Self(own.filter(sane).map_or_else(|| Uuid::now_v7().to_string(), str::to_owned))
    }
}

/// The class of a status, as 2xx.
fn class(status: u16) -> String {
    format!("{}xx", status / 100)
}

/// A method that HTTP knows; any word may be one.
fn shown(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        "PUT" => "PUT",
        "OPTIONS" => "OPTIONS",
        _ => "other",
    }
}
