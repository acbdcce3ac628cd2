//! Commands are answered once each and done once, however often they are sent.

use serde_json::json;

use crate::{chat::question, model_server::Script, service::Service};

#[tokio::test]
async fn a_wrong_command_is_refused_and_the_connection_goes_on() {
    let service = Service::start().await;
    let (mut chat, thread) = service.thread().await;
    for (kind, fields, code) in [
        ("no.such", json!({}), "unknownCommand"),
        ("thread.subscribe", json!({}), "invalidArgument"),
        ("thread.subscribe", json!({"threadId": "x"}), "invalidArgument"),
        ("thread.subscribe", json!({"threadId": uuid::Uuid::now_v7()}), "notFound"),
        ("thread.subscribe", json!({"threadId": thread, "after": "x"}), "invalidArgument"),
        ("thread.create", json!({"title": "x".repeat(201)}), "invalidArgument"),
        ("thread.create", json!({"scope": ["/no/such"]}), "invalidArgument"),
        ("run.start", json!({"threadId": thread}), "invalidArgument"),
        ("run.start", question(&thread, "   "), "invalidArgument"),
        ("run.start", question(&thread, &"x".repeat(16 * 1024 + 1)), "invalidArgument"),
        ("run.start", question(&uuid::Uuid::now_v7().to_string(), "x"), "notFound"),
    ] {
        let error = chat.refused(kind, fields).await;
        assert_eq!(error["code"], code, "{kind}: {error}");
        assert!(!error["message"].as_str().unwrap().is_empty());
    }
    service.says(Script::answer("Fine."));
    assert_eq!(chat.answer(&thread, "Well?").await["kind"], "completed");
    service.end().await;
}

#[tokio::test]
async fn a_repeated_command_gets_its_first_reply_also_elsewhere_and_after_a_restart() {
    let mut service = Service::start().await;
    let mut chat = service.chat().await;
    let create = chat.command("thread.create", json!({"title": "once"}));
    let first = chat.reply(&create).await;
    assert_eq!(first["duplicate"], json!(null));
    let mut wanted = first.clone();
    wanted["duplicate"] = json!(true);
    assert_eq!(chat.reply(&create).await, wanted);
    let mut again = service.chat().await;
    assert_eq!(again.reply(&create).await, wanted);
    let mut other = create.clone();
    other["title"] = json!("twice");
    assert_eq!(again.reply(&other).await["error"]["code"], "invalidArgument");
    service.stop().await;
    service.begin_again().await;
    let mut again = service.chat().await;
    assert_eq!(again.reply(&create).await, wanted);
    let (_, listed) = service.get("/v1/threads").await;
    assert_eq!(listed["threads"].as_array().unwrap().len(), 1);
    service.end().await;
}

#[tokio::test]
async fn a_run_started_twice_by_one_command_is_one_run() {
    let service = Service::start().await;
    service.says(Script::answer("Once."));
    let (mut chat, thread) = service.thread().await;
    let start = chat.command("run.start", question(&thread, "Well?"));
    chat.send(&start).await;
    chat.send(&start).await;
    let first = chat.until(|frame| frame["id"] == start["id"]).await;
    let second = chat.until(|frame| frame["id"] == start["id"]).await;
    assert_eq!(first["result"]["runId"], second["result"]["runId"]);
    let run = first["result"]["runId"].as_str().unwrap().to_owned();
    chat.outcome(&run).await;
    assert_eq!(chat.events_of("runStarted").len(), 1);
    service.end().await;
}

#[tokio::test]
async fn many_commands_at_once_are_each_answered() {
    let service = Service::start().await;
    let mut chat = service.chat().await;
    let mut ids = std::collections::BTreeSet::new();
    for _ in 0..100 {
        let command = chat.command("thread.create", json!({}));
        ids.insert(command["id"].as_str().unwrap().to_owned());
        chat.send(&command).await;
    }
    let mut done = 0;
    while !ids.is_empty() {
        let reply = chat.until(|frame| frame["type"] == "reply").await;
        assert!(ids.remove(reply["id"].as_str().unwrap()), "answered once");
        match reply["ok"].as_bool().unwrap() {
            true => done += 1,
            false => assert_eq!(reply["error"]["code"], "rateLimited"),
        }
    }
    assert!(done >= 32, "{done}");
    service.end().await;
}

#[tokio::test]
async fn threads_are_changed_and_the_change_is_seen() {
    let service = Service::start().await;
    let (mut chat, thread) = service.thread().await;
    let scope = "/subscriptions/00000000-0000-0000-0000-000000000001";
    let change = json!({"threadId": thread, "title": "New", "archived": true, "scope": [scope]});
    let changed = chat.ok("thread.update", change).await;
    assert_eq!(changed["seq"], 2);
    let event = chat.event(|event| event["title"] == "New").await;
    assert_eq!((&event["archived"], &event["scope"][0]), (&json!(true), &json!(scope)));
    let (_, standing) = service.get(&format!("/v1/threads/{thread}")).await;
    assert_eq!(standing["archived"], true);
    service.end().await;
}
