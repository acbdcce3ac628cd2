//! Following: from any cursor, on any connection, the same events in the same order.

use serde_json::{Value, json};

use crate::{
    chat::Chat,
    model_server::{Gate, Script},
    service::Service,
};

/// A thread with a log worth replaying, and its events as the client saw them.
async fn told(service: &Service) -> (String, Vec<Value>) {
    let (mut chat, thread) = service.thread().await;
    for n in 0..3 {
        service.says(Script::asks("list_subscriptions", &json!({})));
        service.says(Script::answer(&format!("Answer {n}.")));
        chat.answer(&thread, "Well?").await;
    }
    (thread, events(&chat))
}

fn events(chat: &Chat) -> Vec<Value> {
    chat.frames.iter().filter(|frame| frame["type"] == "event").cloned().collect()
}

#[tokio::test]
async fn from_every_cursor_the_rest_of_the_log_comes() {
    let service = Service::start().await;
    let (thread, log) = told(&service).await;
    let mut chat = service.chat().await;
    let subscribed = chat.follow(&thread, json!({})).await;
    assert_eq!(events(&chat), log);
    assert_eq!(subscribed["headSeq"], log.len());
    assert_eq!(subscribed["oldestSeq"], 1);
    let epoch = subscribed["epoch"].as_str().unwrap().to_owned();
    for after in 0..=log.len() {
        chat.frames.clear();
        chat.follow(&thread, json!({"after": format!("{epoch}:{after}")})).await;
        assert_eq!(events(&chat), log[after..], "after {after}");
        let caught_up = chat.frames.last().unwrap();
        assert_eq!(
            (&caught_up["type"], &caught_up["seq"]),
            (&json!("thread.caughtUp"), &json!(log.len()))
        );
    }
    for (last, from) in [(0, log.len()), (1, log.len() - 1), (5, log.len() - 5), (999, 0)] {
        chat.frames.clear();
        chat.follow(&thread, json!({ "last": last })).await;
        assert_eq!(events(&chat), log[from..], "the last {last}");
    }
    let other = uuid::Uuid::now_v7();
    for cursor in [format!("{other}:3"), format!("{epoch}:{}", log.len() + 9)] {
        chat.frames.clear();
        chat.follow(&thread, json!({ "after": cursor })).await;
        assert_eq!(events(&chat), log, "from the start after {cursor}");
    }
    service.end().await;
}

#[tokio::test]
async fn the_log_is_the_same_after_a_restart() {
    let mut service = Service::start().await;
    let (thread, log) = told(&service).await;
    service.stop().await;
    service.begin_again().await;
    let mut chat = service.chat().await;
    chat.follow(&thread, json!({})).await;
    assert_eq!(events(&chat), log);
    service.end().await;
}

#[tokio::test]
async fn two_clients_of_a_thread_see_the_same() {
    let service = Service::start().await;
    let (mut one, thread) = service.thread().await;
    let mut two = service.chat().await;
    two.follow(&thread, json!({})).await;
    service.says(Script::new().chunks(["Seen ", "by ", "both."]).stop());
    let run = one.ask(&thread, "Well?").await;
    one.outcome(&run).await;
    two.outcome(&run).await;
    assert_eq!(events(&one), events(&two));
    service.end().await;
}

#[tokio::test]
async fn a_late_follower_gets_the_text_so_far() {
    let service = Service::start().await;
    let gate = Gate::new();
    service.says(Script::new().text("Already said").gate(&gate).text(", and more.").stop());
    let (mut one, thread) = service.thread().await;
    let run = one.ask(&thread, "Well?").await;
    one.streamed("Already said").await;
    let mut two = service.chat().await;
    let subscribed = two.follow(&thread, json!({})).await;
    assert_eq!(subscribed["live"]["runId"], json!(run));
    let delta = two.until(|frame| frame["type"] == "delta").await;
    assert_eq!((&delta["offset"], &delta["text"]), (&json!(0), &json!("Already said")));
    assert_eq!(delta["messageId"], subscribed["live"]["messageId"]);
    gate.open();
    two.outcome(&run).await;
    assert_eq!(two.message()["text"], "Already said, and more.");
    service.end().await;
}

#[tokio::test]
async fn a_client_without_deltas_gets_events_alone() {
    let service = Service::start().await;
    let gate = Gate::new();
    service.says(Script::new().text("Already").gate(&gate).text(" said.").stop());
    let (mut one, thread) = service.thread().await;
    let run = one.ask(&thread, "Well?").await;
    one.streamed("Already").await;
    let mut bot = Chat::dial(&service.url()).await;
    bot.hello(json!({"deltas": false})).await;
    let subscribed = bot.follow(&thread, json!({})).await;
    assert!(subscribed["live"].is_null());
    gate.open();
    bot.outcome(&run).await;
    assert_eq!(bot.deltas(), 0);
    assert_eq!(bot.message()["text"], "Already said.");
    service.end().await;
}

#[tokio::test]
async fn a_follower_after_the_end_gets_no_live_text() {
    let service = Service::start().await;
    // The first client stays: the thread is still live in the service.
    let (mut one, thread) = service.thread().await;
    service.says(Script::answer("Said."));
    one.answer(&thread, "Well?").await;
    let mut late = service.chat().await;
    let subscribed = late.follow(&thread, json!({"last": 0})).await;
    assert_eq!(subscribed.get("live"), None);
    late.send(&json!({"type": "ping", "t": 1})).await;
    late.until(|frame| frame["type"] == "pong").await;
    assert_eq!(late.deltas(), 0);
    service.end().await;
}

#[tokio::test]
async fn an_unfollowed_thread_is_silent() {
    let service = Service::start().await;
    let (mut one, thread) = service.thread().await;
    let mut two = service.chat().await;
    two.follow(&thread, json!({})).await;
    two.ok("thread.unsubscribe", json!({"threadId": thread})).await;
    let seen = two.frames.len();
    service.says(Script::answer("Unheard."));
    one.answer(&thread, "Well?").await;
    two.send(&json!({"type": "ping", "t": 1})).await;
    two.until(|frame| frame["type"] == "pong").await;
    assert_eq!(two.frames.len(), seen + 1);
    service.end().await;
}

#[tokio::test]
async fn a_long_answer_reaches_its_cap_whole() {
    let service = Service::start().await;
    let text = "\u{1F980}\"\\\u{1}".repeat(3000);
    service.says(Script::new().text(&text).stop());
    let (mut chat, thread) = service.thread().await;
    chat.answer(&thread, "Well?").await;
    assert_eq!(chat.message()["text"].as_str().unwrap(), text);
    service.end().await;
}

#[tokio::test]
async fn a_deleted_thread_says_so_to_its_followers() {
    let service = Service::start().await;
    service.says(Script::new().text("Half").hang());
    let (mut chat, thread) = service.thread().await;
    chat.ask(&thread, "Well?").await;
    chat.streamed("Half").await;
    let (status, _) = service.send("DELETE", &format!("/v1/threads/{thread}"), &json!({})).await;
    assert_eq!(status, 204);
    let deleted = chat.until(|frame| frame["type"] == "thread.deleted").await;
    assert_eq!(deleted["threadId"], json!(thread));
    let error = chat.refused("thread.subscribe", json!({"threadId": thread})).await;
    assert_eq!(error["code"], "notFound");
    service.end().await;
}
