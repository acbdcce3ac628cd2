//! Limits end a run cleanly and say which it was.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use jiff::{SignedDuration, Timestamp};
use opscopilot::{clock::Clock, protocol::RunLimits};
use serde_json::{Value, json};

use super::ended;
use crate::{
    chat::{Chat, question},
    model_server::{Gate, Script},
    service::{Service, Setup},
};

fn call() -> Script {
    Script::asks("list_subscriptions", &json!({}))
}

async fn limited(chat: &mut Chat, thread: &str, limits: Value) -> Value {
    let mut all = serde_json::to_value(RunLimits::default()).unwrap();
    all.as_object_mut().unwrap().extend(limits.as_object().unwrap().clone());
    let mut start = question(thread, "Well?");
    start["limits"] = all;
    let started = chat.ok("run.start", start).await;
    chat.outcome(started["runId"].as_str().unwrap()).await
}

async fn goes_on(service: &Service, chat: &mut Chat, thread: &str) {
    service.says(Script::answer("Still here."));
    assert_eq!(chat.answer(thread, "And now?").await["kind"], "completed");
}

#[tokio::test]
async fn steps_are_limited() {
    let service = Service::start().await;
    service.says(call()).says(call());
    let (mut chat, thread) = service.thread().await;
    let outcome = limited(&mut chat, &thread, json!({"steps": 2})).await;
    assert_eq!(outcome, json!({"kind": "limitReached", "limit": "steps"}));
    goes_on(&service, &mut chat, &thread).await;
    service.end().await;
}

#[tokio::test]
async fn calls_above_the_limit_are_answered_unrun() {
    let service = Service::start().await;
    let calls = [(); 3].map(|()| ("list_subscriptions", json!({})));
    service.says(Script::new().calls(calls).stop());
    let (mut chat, thread) = service.thread().await;
    let outcome = limited(&mut chat, &thread, json!({"toolCalls": 2})).await;
    assert_eq!(outcome, json!({"kind": "limitReached", "limit": "toolCalls"}));
    let statuses: Vec<String> = ended(&chat).into_iter().map(|(_, status)| status).collect();
    assert_eq!(statuses, ["succeeded", "succeeded", "cancelled"]);
    goes_on(&service, &mut chat, &thread).await;
    service.end().await;
}

#[tokio::test]
async fn tokens_are_limited() {
    let service = Service::start().await;
    service.says(call());
    let (mut chat, thread) = service.thread().await;
    let outcome = limited(&mut chat, &thread, json!({"tokens": 120})).await;
    assert_eq!(outcome, json!({"kind": "limitReached", "limit": "tokens"}));
    goes_on(&service, &mut chat, &thread).await;
    service.end().await;
}

#[tokio::test]
async fn a_limit_cannot_be_raised() {
    let limits = RunLimits { steps: 1, ..RunLimits::default() };
    let service = Service::with(Setup { limits, ..Setup::default() }).await;
    service.says(call());
    let (mut chat, thread) = service.thread().await;
    let outcome = limited(&mut chat, &thread, json!({"steps": 99})).await;
    assert_eq!(outcome["limit"], "steps");
    service.end().await;
}

#[tokio::test]
async fn time_of_work_is_limited_between_steps() {
    let passed = Arc::new(AtomicI64::new(0));
    let clock = Arc::clone(&passed);
    let begin: Timestamp = "2026-11-20T08:00:00Z".parse().unwrap();
    let clock =
        Clock::from_fn(move || begin + SignedDuration::from_secs(clock.load(Ordering::SeqCst)));
    let service = Service::with(Setup { clock, ..Setup::default() }).await;
    let gate = Gate::new();
    service.says(Script::new().gate(&gate).call("list_subscriptions", &json!({})).stop());
    let (mut chat, thread) = service.thread().await;
    let run = chat.ask(&thread, "Well?").await;
    gate.reached().await;
    passed.store(121, Ordering::SeqCst);
    gate.open();
    let outcome = chat.outcome(&run).await;
    assert_eq!(outcome, json!({"kind": "limitReached", "limit": "workMs"}));
    service.end().await;
}

#[tokio::test]
async fn a_model_that_takes_too_long_is_stopped_and_its_words_are_kept() {
    let service = Service::start().await;
    service.says(Script::new().text("Slow").hang());
    let (mut chat, thread) = service.thread().await;
    let outcome = limited(&mut chat, &thread, json!({"workMs": 300})).await;
    assert_eq!(outcome, json!({"kind": "limitReached", "limit": "workMs"}));
    assert!(matches!(chat.message()["text"].as_str(), None | Some("Slow")));
    service.model.wait_for_hang_ups(1).await;
    goes_on(&service, &mut chat, &thread).await;
    service.end().await;
}
