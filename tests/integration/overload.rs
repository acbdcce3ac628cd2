//! Too much at once: refused with when to ask again, and never after it was taken.

use serde_json::json;

use crate::{
    chat::{Chat, question},
    model_server::{Gate, Script},
    service::{Service, Setup},
};

#[tokio::test]
async fn a_run_beyond_the_number_at_work_is_told_when_to_ask_again() {
    let service = Service::with(Setup { max_runs: 1, ..Setup::default() }).await;
    let gate = Gate::new();
    service.says(Script::new().text("One").gate(&gate).stop());
    let (mut first, thread) = service.thread().await;
    let run = first.ask(&thread, "One?").await;
    first.streamed("One").await;
    // Another thread has no slot; this one may queue, for it has one.
    let (mut second, other) = service.thread().await;
    for when_busy in ["reject", "queue"] {
        let mut start = question(&other, "Two?");
        start["whenBusy"] = json!(when_busy);
        let refused = second.refused("run.start", start).await;
        assert_eq!(refused["code"], "overloaded");
        assert_eq!(refused["retryable"], true);
        assert!(refused["retryAfterMs"].as_u64().unwrap() > 0);
    }
    let mut start = question(&thread, "And then?");
    start["whenBusy"] = json!("queue");
    let queued = first.ok("run.start", start.clone()).await;
    assert_eq!(queued["state"], "queued");
    // A repeat is answered, not counted.
    assert_eq!(first.ok("run.start", start).await["runId"], queued["runId"]);
    let busy = first.refused("run.start", question(&thread, "Busy?")).await;
    assert_eq!(busy["code"], "busy");
    let held = Gate::new();
    service.says(Script::new().text("Two").gate(&held).stop());
    gate.open();
    first.outcome(&run).await;
    // The slot went on to the one that waited.
    first.streamed("Two").await;
    let refused = second.refused("run.start", question(&other, "Two?")).await;
    assert_eq!(refused["code"], "overloaded");
    held.open();
    first.outcome(queued["runId"].as_str().unwrap()).await;
    service.says(Script::answer("Three."));
    assert_eq!(second.answer(&other, "Two?").await["kind"], "completed");
    service.end().await;
}

#[tokio::test]
async fn one_question_after_another_is_never_too_much() {
    let service = Service::with(Setup { max_runs: 1, ..Setup::default() }).await;
    let (mut first, thread) = service.thread().await;
    let (mut second, other) = service.thread().await;
    for round in 0..12 {
        service.says(Script::answer("Yes."));
        let (chat, thread) =
            if round % 2 == 0 { (&mut first, &thread) } else { (&mut second, &other) };
        assert_eq!(chat.answer(thread, "Well?").await["kind"], "completed");
    }
    service.end().await;
}

#[tokio::test]
async fn runs_at_work_before_a_restart_go_on_whatever_the_number() {
    let mut service = Service::with(Setup { max_runs: 2, ..Setup::default() }).await;
    let mut runs = Vec::new();
    for text in ["First half", "Other half"] {
        service.says(Script::new().text(text).hang());
        let (mut chat, thread) = service.thread().await;
        let run = chat.ask(&thread, "Well?").await;
        chat.streamed(text).await;
        runs.push((thread, run));
    }
    service.stop().await;
    service.says(Script::answer("Done.")).says(Script::answer("Done."));
    service.begin_again().await;
    for (thread, run) in runs {
        let mut chat = service.chat().await;
        chat.follow(&thread, json!({})).await;
        assert_eq!(chat.outcome(&run).await["kind"], "completed");
    }
    service.end().await;
}

#[tokio::test]
async fn a_connection_beyond_the_number_is_refused_before_it_is_one() {
    let mut setup = Setup::default();
    setup.server.max_connections = 2;
    let service = Service::with(setup).await;
    let (_one, _two) = (service.chat().await, service.chat().await);
    let protocol = [("sec-websocket-protocol", "copilot.v1")];
    match Chat::try_dial(&service.url(), &protocol).await.err() {
        Some(tokio_tungstenite::tungstenite::Error::Http(answer)) => {
            assert_eq!(answer.status(), 503);
            assert!(answer.headers().contains_key("retry-after"));
        }
        other => panic!("{other:?}"),
    }
    service.end().await;
}
