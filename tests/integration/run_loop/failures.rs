//! Models that fail: each way has its clear outcome, and the next question works.

use std::time::Duration;

use serde_json::{Value, json};

use crate::{
    chat::Chat,
    model_server::Script,
    service::{Service, Setup},
};

/// Asks a model that answers so, then one that answers well; gives the first outcome.
async fn outcome_of(script: Script) -> (Value, Chat) {
    let setup = Setup {
        model: |settings| settings.silence_timeout = Duration::from_millis(300),
        ..Setup::default()
    };
    let service = Service::with(setup).await;
    service.says(script);
    let (mut chat, thread) = service.thread().await;
    let outcome = chat.answer(&thread, "Well?").await;
    assert_eq!(chat.events_of("runFinished").len(), 1);
    let seen = chat.message();
    service.says(Script::answer("The next one works."));
    assert_eq!(chat.answer(&thread, "And now?").await["kind"], "completed");
    assert_eq!(chat.message()["text"], "The next one works.");
    let (_, run) = service.get(&format!("/v1/threads/{thread}/events")).await;
    assert!(run["events"].as_array().unwrap().len() > 4);
    service.end().await;
    chat.frames.push(json!({"type": "event", "event": seen}));
    (outcome, chat)
}

#[tokio::test]
async fn a_reply_cut_in_the_middle_is_kept_as_far_as_it_came() {
    let (outcome, chat) = outcome_of(Script::new().text("Half a").cut()).await;
    assert_eq!((&outcome["kind"], &outcome["code"]), (&json!("failed"), &json!("modelCut")));
    assert_eq!(
        (&chat.message()["text"], &chat.message()["finish"]),
        (&json!("Half a"), &json!("cut"))
    );
}

#[tokio::test]
async fn a_clean_close_without_an_end_is_a_cut() {
    for script in [Script::new().text("Half a"), Script::new().text("Half a").done()] {
        let (outcome, _) = outcome_of(script).await;
        assert_eq!(outcome["code"], "modelCut", "{outcome}");
    }
}

#[tokio::test]
async fn silence_is_a_cut() {
    let (outcome, chat) = outcome_of(Script::new().text("Half a").hang()).await;
    assert_eq!(outcome["code"], "modelCut", "{outcome}");
    assert_eq!(chat.message()["text"], "Half a");
}

#[tokio::test]
async fn an_error_in_the_stream_fails_the_run() {
    let error = json!({"error": {"message": "overloaded", "code": "server_error"}});
    let (outcome, _) = outcome_of(Script::new().text("Half a").event(&error)).await;
    assert_eq!(outcome["code"], "modelFailed", "{outcome}");
}

#[tokio::test]
async fn what_is_no_stream_fails_the_run() {
    let script = Script::new().text("Half a").raw("data: {\"choices\": [[[\n\n").finish("stop");
    let (outcome, _) = outcome_of(script).await;
    assert_eq!(outcome["kind"], "failed", "{outcome}");
}

#[tokio::test]
async fn a_reply_at_its_length_limit_says_so() {
    let (outcome, chat) = outcome_of(Script::new().text("Half a").finish("length").done()).await;
    assert_eq!(outcome["code"], "replyTooLong", "{outcome}");
    assert_eq!(chat.message()["finish"], "length");
}

#[tokio::test]
async fn a_filtered_reply_says_so() {
    let script = Script::new().text("Half a").finish("content_filter").done();
    let (outcome, chat) = outcome_of(script).await;
    assert_eq!(outcome["code"], "contentFilter", "{outcome}");
    assert_eq!(chat.message()["finish"], "contentFilter");
}

#[tokio::test]
async fn an_empty_reply_says_so() {
    for script in [Script::new().stop(), Script::new().finish("tool_calls").done()] {
        let (outcome, _) = outcome_of(script).await;
        assert_eq!(outcome["code"], "emptyReply", "{outcome}");
    }
}

#[tokio::test]
async fn a_flood_is_stopped_within_the_cap_of_a_message() {
    let chunk = json!({"choices": [{"index": 0, "delta": {"content": "x".repeat(1000)}}]});
    let (outcome, chat) = outcome_of(Script::new().flood(format!("data: {chunk}\n\n"))).await;
    assert_eq!(outcome["code"], "replyTooLong", "{outcome}");
    assert_eq!(chat.message()["text"].as_str().unwrap().len(), 32 * 1024);
}

#[tokio::test]
async fn text_that_swells_as_json_is_stored_as_far_as_an_event_holds() {
    let chunk = json!({"choices": [{"index": 0, "delta": {"content": "\u{1}".repeat(500)}}]});
    let (outcome, chat) = outcome_of(Script::new().flood(format!("data: {chunk}\n\n"))).await;
    assert_eq!(outcome["code"], "replyTooLong", "{outcome}");
    assert!(chat.message()["text"].as_str().unwrap().len() > 8 * 1024);
}

#[tokio::test]
async fn a_flood_of_brackets_is_stored() {
    let chunk = json!({"choices": [{"index": 0, "delta": {"content": "[e1 [e1, [[e".repeat(99)}}]});
    let (outcome, _) = outcome_of(Script::new().flood(format!("data: {chunk}\n\n"))).await;
    assert_eq!(outcome["code"], "replyTooLong", "{outcome}");
}

#[tokio::test]
async fn a_refusal_does_not_fail_over() {
    for status in [400, 401, 403, 404] {
        let (outcome, chat) = outcome_of(Script::error(status, "no", "Not you.")).await;
        assert_eq!(outcome["code"], "modelRefused", "{outcome}");
        assert!(outcome["message"].as_str().unwrap().contains(&status.to_string()));
        let planner = chat.events_of("assistantMessage");
        assert!(planner.iter().all(|message| message["model"] != "planner"));
    }
}

#[tokio::test]
async fn the_planner_takes_a_run_whose_first_request_finds_the_model_down() {
    let service = Service::start().await;
    for _ in 0..8 {
        service.says(Script::error(500, "down", "Out of order."));
    }
    let (mut chat, thread) = service.thread().await;
    let run = chat.ask(&thread, "Explain my secure score").await;
    let notice = chat.until(|frame| frame["type"] == "notice").await;
    assert_eq!((&notice["code"], &notice["threadId"]), (&json!("modelDegraded"), &json!(thread)));
    assert_eq!(chat.outcome(&run).await["kind"], "completed");
    let messages = chat.events_of("assistantMessage");
    assert!(messages.iter().all(|message| message["model"] == "planner"), "{messages:?}");
    let tried = service.model.asked().len();
    let mut again = service.chat().await;
    let welcome = again.hello(json!({})).await;
    assert_eq!(welcome["model"], json!({"name": "scripted", "state": "degraded"}));
    // What was scripted and not needed is taken by further questions.
    for _ in tried..8 {
        service.model.asked();
    }
    drain(&service, 8 - tried).await;
    service.end().await;
}

/// Asks the model server for the replies that are left, so that it ends content.
async fn drain(service: &Service, left: usize) {
    let http = crate::service::http();
    let url = format!("{}/chat/completions", service.model.base_url());
    let body =
        json!({"model": "m", "stream": true, "messages": [{"role": "user", "content": "x"}]});
    for _ in 0..left {
        http.post(&url).json(&body).send().await.unwrap();
    }
}

#[tokio::test]
async fn a_model_that_goes_down_after_its_first_reply_fails_the_run() {
    let service = Service::start().await;
    service.says(Script::asks("list_subscriptions", &json!({})));
    for _ in 0..8 {
        service.says(Script::error(503, "down", "Out of order."));
    }
    let (mut chat, thread) = service.thread().await;
    let outcome = chat.answer(&thread, "Well?").await;
    assert_eq!(outcome["code"], "modelUnavailable", "{outcome}");
    let left = 9 - service.model.asked().len();
    drain(&service, left).await;
    service.says(Script::answer("Up again."));
    assert_eq!(chat.answer(&thread, "And now?").await["kind"], "completed");
    let mut again = service.chat().await;
    assert_eq!(again.hello(json!({})).await["model"]["state"], "ready");
    service.end().await;
}
