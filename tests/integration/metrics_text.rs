//! `/metrics`: what a monitor reads of the service, bounded in its labels and free of anybody's
//! words. A process of its own, since a process counts in one place.

use std::collections::BTreeSet;

use serde_json::json;

use crate::{
    chat::Chat,
    model_client::KEY,
    model_server::{ModelServer, Script},
    process::{Process, with_model},
    service::http,
};

async fn scrape(url: &str) -> String {
    let answer = http().get(format!("{url}/metrics")).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["content-type"], "text/plain; version=0.0.4; charset=utf-8");
    answer.text().await.unwrap()
}

/// The value of a series.
fn value(text: &str, series: &str) -> f64 {
    let line = text.lines().find_map(|line| line.strip_prefix(series)?.strip_prefix(' '));
    line.unwrap_or_else(|| panic!("no {series} in\n{text}")).parse().unwrap()
}

#[tokio::test]
async fn what_happens_is_counted() {
    let dir = tempfile::tempdir().unwrap();
    let model = ModelServer::start().await;
    model
        .push(Script::asks("list_subscriptions", &json!({})))
        .push(Script::asks("quokka_tool", &json!({"secret": "quokka-canary"})))
        .push(Script::answer("Those [e1]."))
        .push(Script::error(400, "bad", "quokka-canary"));
    let process = Process::serve(dir.path(), |command| with_model(command, &model)).await;
    let mut chat = Chat::connect(&process.url).await;
    let thread = chat.thread().await;
    chat.answer(&thread, "Which subscriptions, quokka-canary?").await;
    assert_eq!(chat.answer(&thread, "And now?").await["kind"], "failed");
    chat.refused("run.cancel", json!({"threadId": thread, "runId": uuid::Uuid::now_v7()})).await;
    http().get(format!("{}/v1/threads/quokka-canary", process.url)).send().await.unwrap();
    let method = "QUOKKA-CANARY".parse().unwrap();
    http().request(method, format!("{}/v1/threads", process.url)).send().await.unwrap();

    let text = scrape(&process.url).await;
    for (series, wanted) in [
        ("opscopilot_connections", 1.0),
        ("opscopilot_connections_total", 1.0),
        ("opscopilot_runs_at_work", 0.0),
        ("opscopilot_runs_total{outcome=\"completed\",code=\"\"}", 1.0),
        ("opscopilot_run_duration_seconds_count{outcome=\"completed\"}", 1.0),
        ("opscopilot_tool_calls_total{tool=\"list_subscriptions\",status=\"succeeded\"}", 1.0),
        ("opscopilot_tool_calls_total{tool=\"unknown\",status=\"rejected\"}", 1.0),
        ("opscopilot_model_first_token_seconds_count{model=\"endpoint\"}", 3.0),
        ("opscopilot_commands_refused_total{code=\"notFound\"}", 1.0),
        ("opscopilot_store_writable", 1.0),
        ("opscopilot_store_queue_length", 0.0),
    ] {
        assert!((value(&text, series) - wanted).abs() < f64::EPSILON, "{series}\n{text}");
    }
    for series in [
        "opscopilot_azure_requests_total{status=\"2xx\"}",
        "opscopilot_azure_request_duration_seconds_count",
        "opscopilot_store_append_seconds_count",
        "opscopilot_store_batch_appends_count",
        "opscopilot_http_requests_total{route=\"/v1/threads/{thread}\",method=\"GET\",status=\"4xx\"}",
        "opscopilot_http_requests_total{route=\"/v1/threads\",method=\"other\",status=\"4xx\"}",
        "process_resident_memory_bytes",
    ] {
        assert!(value(&text, series) > 0.0, "{series}");
    }
    assert!(text.contains("\nopscopilot_runs_total{outcome=\"failed\",code=\"model"), "{text}");
    let lower = text.to_lowercase();
    assert!(!lower.contains("quokka") && !text.contains(KEY), "words of others in\n{text}");
    assert!(!text.contains(&thread), "an id in\n{text}");
    process.kill().await;
}

#[tokio::test]
async fn every_name_is_explained_and_has_few_labels() {
    let dir = tempfile::tempdir().unwrap();
    let process = Process::serve(dir.path(), |_| {}).await;
    let mut chat = Chat::connect(&process.url).await;
    let thread = chat.thread().await;
    chat.answer(&thread, "Explain my secure score").await;
    let text = scrape(&process.url).await;
    let explained: BTreeSet<&str> =
        text.lines().filter_map(|line| line.strip_prefix("# HELP ")?.split(' ').next()).collect();
    let mut names = BTreeSet::new();
    for line in text.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
        let name = line.split(['{', ' ']).next().unwrap();
        let base = ["_bucket", "_sum", "_count"].iter().find_map(|end| name.strip_suffix(end));
        let name = base.filter(|base| explained.contains(base)).unwrap_or(name);
        assert!(explained.contains(name), "{name} has no HELP");
        assert!(name.starts_with("opscopilot_") || name.starts_with("process_"), "{name}");
        names.insert(name);
    }
    assert!(names.len() > 10, "{names:?}");
    let long = text.lines().map(str::len).max().unwrap();
    assert!(long < 200 && text.lines().count() < 1_000, "{text}");
    process.kill().await;
}
