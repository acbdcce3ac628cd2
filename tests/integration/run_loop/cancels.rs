//! Cancelling: whatever a run does, it ends, and what it earned is kept.

use std::time::Duration;

use opscopilot::estate::Fault;
use serde_json::json;

use super::ended;
use crate::{
    chat::question,
    model_server::{Gate, Script},
    service::{Service, Setup},
};

const QUERY: &str = "/providers/Microsoft.ResourceGraph";

/// A service whose Resource Graph does not answer in a test's time.
async fn stuck() -> Service {
    let delay = Duration::from_secs(3600);
    let fault = Fault { path_prefix: QUERY.to_owned(), delay, ..Fault::default() };
    Service::with(Setup { faults: vec![fault], ..Setup::default() }).await
}

#[tokio::test]
async fn a_cancelled_reply_keeps_what_was_streamed() {
    let service = Service::start().await;
    service.says(Script::new().text("Half of [e").hang());
    let (mut chat, thread) = service.thread().await;
    let run = chat.ask(&thread, "Well?").await;
    chat.streamed("Half of ").await;
    let cancelled = chat.ok("run.cancel", json!({"threadId": thread, "runId": run})).await;
    assert_eq!(cancelled, json!({"runId": run, "state": "finished"}));
    assert_eq!(chat.outcome(&run).await, json!({"kind": "cancelled", "by": "local"}));
    let message = chat.message();
    assert_eq!(message["text"], "Half of [e");
    assert_eq!(message["finish"], "cancelled");
    service.model.wait_for_hang_ups(1).await;
    service.says(Script::answer("Anew."));
    assert_eq!(chat.answer(&thread, "Again?").await["kind"], "completed");
    service.end().await;
}

#[tokio::test]
async fn a_cancel_before_the_first_byte_ends_the_run() {
    let service = Service::start().await;
    let gate = Gate::new();
    service.says(Script::answer("Never.").after(&gate));
    let (mut chat, thread) = service.thread().await;
    let run = chat.ask(&thread, "Well?").await;
    service.model.wait_for_requests(1).await;
    chat.ok("run.cancel", json!({"threadId": thread, "runId": run})).await;
    assert_eq!(chat.outcome(&run).await["kind"], "cancelled");
    gate.open();
    service.end().await;
}

#[tokio::test]
async fn results_earned_before_a_cancel_are_kept() {
    let service = stuck().await;
    let query = json!({"query": "resources | count"});
    let calls = [("query_resources", query), ("list_subscriptions", json!({}))];
    service.says(Script::new().calls(calls).stop());
    let (mut chat, thread) = service.thread().await;
    let run = chat.ask(&thread, "Well?").await;
    chat.event(|event| event["type"] == "toolCallCompleted").await;
    chat.ok("run.cancel", json!({"threadId": thread, "runId": run})).await;
    assert_eq!(chat.outcome(&run).await["kind"], "cancelled");
    let statuses: Vec<String> = ended(&chat).into_iter().map(|(_, status)| status).collect();
    assert_eq!(statuses, ["cancelled", "succeeded"]);
    let (status, page) = service.get(&format!("/v1/threads/{thread}/evidence/e2")).await;
    assert_eq!(status, 200, "{page}");
    service.end().await;
}

#[tokio::test]
async fn a_cancel_is_the_same_twice_and_after_the_end() {
    let service = Service::start().await;
    service.says(Script::new().text("Half").hang());
    let (mut chat, thread) = service.thread().await;
    let run = chat.ask(&thread, "Well?").await;
    chat.streamed("Half").await;
    let cancel = json!({"threadId": thread, "runId": run});
    let one = chat.command("run.cancel", cancel.clone());
    let two = chat.command("run.cancel", cancel.clone());
    chat.send(&one).await;
    chat.send(&two).await;
    for id in [&one["id"], &two["id"]] {
        let known = chat.frames.iter().find(|frame| frame["id"] == *id).cloned();
        let reply = match known {
            Some(reply) => reply,
            None => chat.until(|frame| frame["id"] == *id).await,
        };
        assert_eq!(reply["result"]["state"], "finished", "{reply}");
    }
    let repeated = chat.reply(&one).await;
    assert_eq!(repeated["duplicate"], true, "{repeated}");
    chat.ok("run.cancel", cancel).await;
    assert_eq!(chat.events_of("runFinished").len(), 1);
    service.end().await;
}

#[tokio::test]
async fn a_cancel_whose_id_is_taken_meanwhile_does_not_keep_the_run_from_ending() {
    let service = Service::start().await;
    service.says(Script::new().text("Half").hang());
    let (mut chat, thread) = service.thread().await;
    let run = chat.ask(&thread, "Well?").await;
    chat.streamed("Half").await;
    let mut cancel = chat.command("run.cancel", json!({"threadId": thread, "runId": run}));
    cancel["id"] = json!("the-same");
    let update =
        json!({"type": "thread.update", "id": "the-same", "threadId": thread, "title": "t"});
    chat.send(&update).await;
    chat.send(&cancel).await;
    chat.until(|frame| frame["id"] == "the-same").await;
    // One of them may have been refused; a further cancel ends the run in any case.
    chat.ok("run.cancel", json!({"threadId": thread, "runId": run})).await;
    assert_eq!(chat.outcome(&run).await["kind"], "cancelled");
    service.end().await;
}

#[tokio::test]
async fn a_queued_run_is_cancelled_before_it_begins() {
    let service = Service::start().await;
    let gate = Gate::new();
    service.says(Script::new().gate(&gate).text("First.").stop());
    let (mut chat, thread) = service.thread().await;
    let first = chat.ask(&thread, "One?").await;
    let mut start = question(&thread, "Two?");
    start["whenBusy"] = json!("queue");
    let second = chat.ok("run.start", start).await;
    assert_eq!(second["state"], "queued");
    let second = second["runId"].as_str().unwrap().to_owned();
    chat.ok("run.cancel", json!({"threadId": thread, "runId": second})).await;
    gate.open();
    assert_eq!(chat.outcome(&first).await["kind"], "completed");
    assert_eq!(chat.outcome(&second).await["kind"], "cancelled");
    service.end().await;
}

#[tokio::test]
async fn a_run_of_nobody_is_not_found() {
    let service = Service::start().await;
    let (mut chat, thread) = service.thread().await;
    let run = uuid::Uuid::now_v7();
    let error = chat.refused("run.cancel", json!({"threadId": thread, "runId": run})).await;
    assert_eq!(error["code"], "notFound");
    service.end().await;
}
