//! What the service counts of itself, in the words of Prometheus.
//!
//! Rooms count through the `metrics` facade, as they log through `tracing`; here is what stands
//! behind it. Every name is listed here once, with what it means. Labels have few values, all
//! ours: no id, no name of a resource, no text of anybody. The streams of deltas are not counted.

use std::{sync::OnceLock, time::Duration};

use metrics::Unit;
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};

/// Upper bounds of durations, in seconds.
const SECONDS: [f64; 14] =
    [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 30.0, 120.0];
/// Upper bounds of how many appends one transaction holds.
const APPENDS: [f64; 8] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0];
/// How often what was measured is put into its buckets while nobody asks.
const UPKEEP: Duration = Duration::from_secs(10);

const COUNTERS: [(&str, &str); 7] = [
    ("opscopilot_http_requests_total", "HTTP requests answered, by route, method and status class"),
    ("opscopilot_connections_total", "WebSocket connections begun"),
    ("opscopilot_commands_refused_total", "Commands answered with an error, by code"),
    ("opscopilot_runs_total", "Runs ended, by outcome and code of failure"),
    ("opscopilot_tool_calls_total", "Tool calls answered, by tool and status"),
    ("opscopilot_azure_requests_total", "Requests to Azure, retries included, by status class"),
    ("opscopilot_azure_throttled_total", "Answers of Azure that said 429"),
];
const GAUGES: [(&str, &str); 6] = [
    ("opscopilot_connections", "WebSocket connections now"),
    ("opscopilot_runs_at_work", "Runs at work now"),
    ("opscopilot_store_queue_length", "Appends that wait for the writer"),
    ("opscopilot_store_writable", "1 while the store takes writes, 0 while it is read-only"),
    ("process_resident_memory_bytes", "Memory of the process that is resident"),
    ("process_threads", "Threads of the process"),
];
const HISTOGRAMS: [(&str, &str); 6] = [
    ("opscopilot_run_duration_seconds", "Work of a run, waits for people left out, by outcome"),
    ("opscopilot_model_first_token_seconds", "From asking the model to its first word, by model"),
    ("opscopilot_tool_call_duration_seconds", "Tool calls, by tool"),
    ("opscopilot_azure_request_duration_seconds", "Single requests to Azure"),
    ("opscopilot_store_append_seconds", "Appends, from asking to being on the disk"),
    ("opscopilot_store_batch_appends", "Appends in one transaction"),
];

static METERS: OnceLock<Option<PrometheusHandle>> = OnceLock::new();

/// The counters of this process.
#[derive(Clone)]
pub struct Meters(PrometheusHandle);

/// Sets counting up, once a process; none where something else counts already.
pub fn meters() -> Option<Meters> {
    let handle = METERS.get_or_init(|| match install() {
        Ok(handle) => handle,
        Err(error) => {
            tracing::error!(%error, "nothing is counted");
            None
        }
    });
    handle.clone().map(Meters)
}

impl Meters {
    /// Everything counted, as Prometheus reads it.
    #[must_use]
    pub fn text(&self) -> String {
        self.0.render()
    }

    /// Keeps what is measured small while nobody asks. Never ends.
    pub async fn keep_up(self) {
        loop {
            tokio::time::sleep(UPKEEP).await;
            self.0.run_upkeep();
        }
    }
}

fn install() -> Result<Option<PrometheusHandle>, BuildError> {
    let recorder = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &SECONDS)?
        .set_buckets_for_metric(Matcher::Suffix("_appends".to_owned()), &APPENDS)?
        .build_recorder();
    let handle = recorder.handle();
    if metrics::set_global_recorder(recorder).is_err() {
        return Ok(None);
    }
    for (name, meaning) in COUNTERS {
        metrics::describe_counter!(name, meaning);
    }
    for (name, meaning) in GAUGES {
        metrics::describe_gauge!(name, meaning);
    }
    for (name, meaning) in HISTOGRAMS {
        metrics::describe_histogram!(name, Unit::Count, meaning);
    }
    Ok(Some(handle))
}
