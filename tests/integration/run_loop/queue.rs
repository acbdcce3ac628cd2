//! One run at a time: questions wait or are refused, in the order they came.

use serde_json::json;

use crate::{
    chat::question,
    model_server::{Gate, Script},
    service::Service,
};

#[tokio::test]
async fn a_busy_thread_refuses_unless_it_is_asked_to_queue() {
    let service = Service::start().await;
    let gate = Gate::new();
    service.says(Script::new().gate(&gate).text("First.").stop());
    service.says(Script::answer("Second."));
    let (mut chat, thread) = service.thread().await;
    let first = chat.ask(&thread, "One?").await;
    let error = chat.refused("run.start", question(&thread, "Two?")).await;
    assert_eq!(error["code"], "busy");
    assert_eq!(error["retryable"], true);
    let mut start = question(&thread, "Two?");
    start["whenBusy"] = json!("queue");
    let queued = chat.ok("run.start", start).await;
    assert_eq!(queued["state"], "queued");
    gate.open();
    assert_eq!(chat.outcome(&first).await["kind"], "completed");
    let second = queued["runId"].as_str().unwrap();
    assert_eq!(chat.outcome(second).await["kind"], "completed");
    let order: Vec<String> = chat
        .events()
        .iter()
        .map(|event| event["type"].as_str().unwrap().to_owned())
        .filter(|kind| kind.starts_with("run"))
        .collect();
    assert_eq!(order, ["runStarted", "runQueued", "runFinished", "runStarted", "runFinished"]);
    service.end().await;
}

#[tokio::test]
async fn questions_sent_at_once_are_answered_in_their_order() {
    let service = Service::start().await;
    let (mut chat, thread) = service.thread().await;
    for n in 0..8 {
        service.says(Script::answer(&format!("Answer {n}.")));
        let mut start = question(&thread, &format!("Question {n}?"));
        start["whenBusy"] = json!("queue");
        let command = chat.command("run.start", start);
        chat.send(&command).await;
    }
    let mut ended = 0;
    while ended < 8 {
        chat.next().await.unwrap();
        ended = chat.events_of("runFinished").len();
    }
    let asked = service.model.asked();
    for (n, asked) in asked.iter().enumerate() {
        assert!(asked.last_text("user").contains(&format!("Question {n}?")), "{n}");
    }
    service.end().await;
}

#[tokio::test]
async fn a_queue_is_bounded() {
    let service = Service::start().await;
    let gate = Gate::new();
    service.says(Script::new().gate(&gate).text("First.").stop());
    let (mut chat, thread) = service.thread().await;
    let first = chat.ask(&thread, "One?").await;
    let mut waiting = Vec::new();
    let error = loop {
        let mut start = question(&thread, "More?");
        start["whenBusy"] = json!("queue");
        let command = chat.command("run.start", start);
        let reply = chat.reply(&command).await;
        match reply["ok"].as_bool().unwrap() {
            true => waiting.push(reply["result"]["runId"].as_str().unwrap().to_owned()),
            false => break reply["error"].clone(),
        }
    };
    assert_eq!(error["code"], "overloaded");
    assert_eq!(waiting.len(), 8);
    for run in &waiting {
        chat.ok("run.cancel", json!({"threadId": thread, "runId": run})).await;
    }
    gate.open();
    assert_eq!(chat.outcome(&first).await["kind"], "completed");
    service.end().await;
}

#[tokio::test]
async fn a_repeated_message_is_the_first_run_also_while_it_waits() {
    let service = Service::start().await;
    let gate = Gate::new();
    service.says(Script::new().gate(&gate).text("First.").stop());
    service.says(Script::answer("Second."));
    let (mut chat, thread) = service.thread().await;
    let mut first = question(&thread, "One?");
    first["whenBusy"] = json!("queue");
    let mut second = question(&thread, "Two?");
    second["whenBusy"] = json!("queue");
    let one = chat.ok("run.start", first.clone()).await;
    let two = chat.ok("run.start", second.clone()).await;
    assert_eq!(chat.ok("run.start", first).await["runId"], one["runId"]);
    let again = chat.ok("run.start", second.clone()).await;
    assert_eq!((&again["runId"], &again["state"]), (&two["runId"], &json!("queued")));
    gate.open();
    let run = two["runId"].as_str().unwrap().to_owned();
    chat.outcome(&run).await;
    let again = chat.ok("run.start", second).await;
    assert_eq!((&again["runId"], &again["state"]), (&two["runId"], &json!("finished")));
    service.end().await;
}
