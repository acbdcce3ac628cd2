//! The loop, over the whole service: a real socket in front, a real stream and a real estate
//! behind.

mod cancels;
mod failures;
mod limits;
mod queue;
mod tools;

use serde_json::{Value, json};

use crate::{
    chat::Chat,
    model_server::{Gate, Script},
    service::Service,
};

/// The calls of a thread as they ended: tool and status.
pub(crate) fn ended(chat: &Chat) -> Vec<(String, String)> {
    let done = chat.events_of("toolCallCompleted");
    let calls = chat.events_of("toolCallRequested");
    let status = |call: &Value| {
        let done = done.iter().find(|done| done["callId"] == call["callId"]).unwrap();
        done["status"].as_str().unwrap().to_owned()
    };
    calls.iter().map(|call| (call["tool"].as_str().unwrap().to_owned(), status(call))).collect()
}

/// The result of the first call.
pub(crate) fn result(chat: &Chat) -> Value {
    chat.events_of("toolCallCompleted").into_iter().next().unwrap()
}

#[tokio::test]
async fn an_answer_streams_and_is_stored_as_it_was_streamed() {
    let service = Service::start().await;
    let gate = Gate::new();
    service.says(Script::new().text("Größe: ").gate(&gate).text("9 €.").stop());
    let (mut chat, thread) = service.thread().await;
    let run = chat.ask(&thread, "How large?").await;
    chat.streamed("Größe: ").await;
    gate.open();
    assert_eq!(chat.outcome(&run).await, json!({"kind": "completed"}));
    assert!(chat.deltas() >= 1);
    let message = chat.message();
    assert_eq!(message["text"], "Größe: 9 €.");
    assert_eq!(message["finish"], "stop");
    assert_eq!(message["model"], "scripted");
    assert_eq!(message["usage"]["inputTokens"], 100);
    service.end().await;
}

#[tokio::test]
async fn two_calls_of_one_step_run_and_the_answer_cites_them() {
    let service = Service::start().await;
    let calls = [("list_subscriptions", json!({})), ("get_secure_score", json!({}))];
    service.says(Script::new().calls(calls).stop());
    service.says(Script::answer("Yes [e1], and no [e2][e9]."));
    let (mut chat, thread) = service.thread().await;
    assert_eq!(chat.answer(&thread, "Well?").await["kind"], "completed");
    let all = ended(&chat);
    assert!(all.iter().all(|(_, status)| status == "succeeded"), "{all:?}");
    let message = chat.message();
    assert_eq!(message["text"], "Yes [e1], and no [e2].", "an unknown citation is dropped");
    let cited: Vec<&str> = message["citations"]
        .as_array()
        .unwrap()
        .iter()
        .map(|citation| citation["evidenceId"].as_str().unwrap())
        .collect();
    assert_eq!(cited, ["e1", "e2"]);
    let asked = service.model.asked();
    let told: Vec<&str> = asked[1]
        .messages()
        .iter()
        .filter(|message| message["role"] == "tool")
        .map(|message| message["content"].as_str().unwrap())
        .collect();
    assert!(told[0].starts_with("Evidence e1"), "{}", told[0]);
    assert!(told[1].starts_with("Evidence e2"), "{}", told[1]);
    let requested = chat.events_of("toolCallRequested");
    assert_eq!(requested[0]["evidenceId"], "e1");
    assert_eq!(requested[0]["title"], "List subscriptions");
    let finished = chat.events_of("runFinished").pop().unwrap();
    assert!(!finished["coverage"]["scopes"].as_array().unwrap().is_empty());
    assert_eq!(finished["usage"]["inputTokens"], 200);
    service.end().await;
}

#[tokio::test]
async fn a_dropped_citation_is_never_streamed_however_it_is_split() {
    let service = Service::start().await;
    service.says(Script::new().text("See [e41] and [ex] \u{1}done.").bytewise().stop());
    let (mut chat, thread) = service.thread().await;
    chat.answer(&thread, "Well?").await;
    assert_eq!(chat.message()["text"], "See  and [ex] \u{1}done.");
    service.end().await;
}

#[tokio::test]
async fn a_secret_in_an_answer_is_shown_to_nobody() {
    let service = Service::start().await;
    let secret = "ghp_abcdefghijklmnopqrstuvwxyz0123456789";
    service.says(Script::new().text(&format!("The token {secret} is it.")).bytewise().stop());
    let (mut chat, thread) = service.thread().await;
    chat.answer(&thread, &format!("Is {secret} a token?")).await;
    let all = format!("{:?}", chat.frames);
    assert!(!all.contains(secret) && all.contains("redacted"), "{all}");
    let asked = service.model.single();
    assert!(!asked.body.to_string().contains(secret));
    let (_, listed) = service.get("/v1/threads").await;
    assert!(!listed.to_string().contains(secret), "nor is it a title");
    service.end().await;
}

#[tokio::test]
async fn a_run_that_nobody_watches_ends_and_is_there() {
    let service = Service::start().await;
    let gate = Gate::new();
    service.says(Script::new().text("Alone ").gate(&gate).text("but done.").stop());
    let (mut chat, thread) = service.thread().await;
    let run = chat.ask(&thread, "Well?").await;
    chat.streamed("Alone").await;
    drop(chat);
    gate.open();
    let mut again = service.chat().await;
    again.follow(&thread, json!({})).await;
    assert_eq!(again.outcome(&run).await["kind"], "completed");
    assert_eq!(again.message()["text"], "Alone but done.");
    service.end().await;
}

#[tokio::test]
async fn text_of_outsiders_stays_within_its_fence() {
    let service = Service::start().await;
    service.says(Script::asks("list_security_alerts", &json!({})));
    service.says(Script::answer("Read."));
    let (mut chat, thread) = service.thread().await;
    chat.answer(&thread, "Which alerts are there?").await;
    let asked = service.model.asked();
    let told = asked[1].last_text("tool");
    let rule = told.split_once("Text between <").unwrap().1;
    let mark = rule.split_once('>').unwrap().0;
    let (opened, closed) = (format!("<{mark}>"), format!("</{mark}>"));
    assert_eq!(told.matches(&opened).count(), told.matches(&closed).count());
    assert!(told.matches(&opened).count() > 2, "what others wrote is fenced: {told}");
    let done = result(&chat);
    assert_eq!(done["modelText"].as_str().unwrap(), told, "what is stored is what it was told");
    assert!(told.len() <= 8 * 1024);
    service.end().await;
}
