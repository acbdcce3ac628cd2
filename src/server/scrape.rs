//! `GET /metrics`: what the service counts, for Prometheus.

use std::{fmt, sync::Arc};

use axum::{extract::State, http::header, response::IntoResponse};

use crate::store::Condition;

use super::{Edge, error::HttpError};

/// Where a Linux process reads of itself.
const STATUS_FILE: &str = "/proc/self/status";

/// Gives the text of everything counted.
type Text = Arc<dyn Fn() -> String + Send + Sync>;

/// What `/metrics` answers; nothing by default.
#[derive(Clone, Default)]
pub struct MetricsText(Option<Text>);

impl MetricsText {
    /// This text, made whenever it is asked for.
    #[must_use]
    pub fn of(text: impl Fn() -> String + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(text)))
    }
}

impl fmt::Debug for MetricsText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MetricsText")
    }
}

/// `GET /metrics`.
pub(super) async fn read(State(edge): State<Edge>) -> Result<impl IntoResponse, HttpError> {
    let Some(text) = edge.settings.metrics.0.clone() else {
        return Err(HttpError::not_found("nothing is counted here"));
    };
    let store = edge.agent.store();
    let writable = *store.condition().borrow() == Condition::Writable;
    metrics::gauge!("opscopilot_connections").set(edge.connections.len() as f64);
    metrics::gauge!("opscopilot_runs_at_work").set(edge.agent.runs_at_work() as f64);
    metrics::gauge!("opscopilot_store_queue_length").set(store.waiting() as f64);
    metrics::gauge!("opscopilot_store_writable").set(if writable { 1.0 } else { 0.0 });
    if let Ok(status) = tokio::fs::read_to_string(STATUS_FILE).await {
        if let Some(kib) = number_of(&status, "VmRSS:") {
            metrics::gauge!("process_resident_memory_bytes").set(kib * 1024.0);
        }
        if let Some(threads) = number_of(&status, "Threads:") {
            metrics::gauge!("process_threads").set(threads);
        }
    }
    let kind = "text/plain; version=0.0.4; charset=utf-8";
    Ok(([(header::CONTENT_TYPE, kind)], text()))
}

/// The first number of the line that begins so.
fn number_of(status: &str, name: &str) -> Option<f64> {
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    line.split_whitespace().next()?.parse().ok()
}
