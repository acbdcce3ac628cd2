//! A disk that takes no writes: nothing acknowledged is lost, reading goes on, and the service
//! comes back by itself.

use std::process::Command;

use opscopilot::store::StoreOptions;
use serde_json::{Value, json};

use crate::{
    chat::{Chat, question},
    model_server::{Gate, Script},
    process::{Process, command},
    service::{Service, Setup, http},
};

/// A scope that takes some 20 KB.
fn bulky(n: usize) -> Value {
    let scope: Vec<String> = (0..100)
        .map(|id| {
            let group = format!("{n}-{id}-{}", "g".repeat(80));
            format!("/subscriptions/{}/resourceGroups/{group}", uuid::Uuid::now_v7())
        })
        .collect();
    json!({"title": format!("Bulky {n}"), "scope": scope})
}

/// Creates threads until one is refused; gives those that were acknowledged, and the refusal.
async fn fill(url: &str) -> (Vec<String>, reqwest::Response) {
    let mut made = Vec::new();
    for n in 0..1_000 {
        let answer = http().post(format!("{url}/v1/threads")).json(&bulky(n)).send().await.unwrap();
        if answer.status() != 201 {
            return (made, answer);
        }
        let created: Value = answer.json().await.unwrap();
        made.push(created["threadId"].as_str().unwrap().to_owned());
    }
    panic!("the disk never filled");
}

async fn get(url: &str, path: &str) -> (u16, Value) {
    let answer = http().get(format!("{url}{path}")).send().await.unwrap();
    let status = answer.status().as_u16();
    let text = answer.text().await.unwrap();
    (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
}

async fn notice(chat: &mut Chat, code: &str) {
    let known = chat.frames.iter().any(|frame| frame["type"] == "notice" && frame["code"] == code);
    if !known {
        chat.until(|frame| frame["type"] == "notice" && frame["code"] == code).await;
    }
}

#[tokio::test]
async fn a_full_disk_makes_the_service_read_only_until_there_is_space() {
    let store = StoreOptions { max_bytes: Some(3 * 1024 * 1024), ..StoreOptions::default() };
    let service = Service::with(Setup { store, ..Setup::default() }).await;
    let gate = Gate::new();
    service.says(Script::answer("Before."));
    // Longer than what may be left on the disk.
    let long = "All of it. ".repeat(2_500);
    service.says(Script::new().text("Half, ").gate(&gate).text(&long).stop());
    let (mut chat, thread) = service.thread().await;
    chat.answer(&thread, "First?").await;
    let run = chat.ask(&thread, "Second?").await;
    chat.streamed("Half, ").await;
    let (made, refusal) = fill(&service.url()).await;
    assert!(made.len() > 10, "{}", made.len());
    assert_eq!(refusal.status(), 503);
    assert!(refusal.headers().contains_key("retry-after"));
    let body: Value = refusal.json().await.unwrap();
    assert_eq!(body["error"]["code"], "overloaded");
    assert_eq!(body["error"]["retryable"], true);
    notice(&mut chat, "readOnly").await;
    let (status, told) = service.get("/readyz").await;
    assert_eq!(status, 503);
    assert!(told["error"]["message"].as_str().unwrap().starts_with("read-only"), "{told}");
    assert_eq!(service.get("/healthz").await.0, 200);
    // The run at work goes on and waits; what is new is refused, what is old is read.
    gate.open();
    let other = &made[0];
    let refused = chat.refused("run.start", question(other, "Third?")).await;
    assert_eq!((&refused["code"], &refused["retryable"]), (&json!("overloaded"), &json!(true)));
    assert_eq!(chat.refused("thread.create", json!({})).await["code"], "overloaded");
    let mut late = service.chat().await;
    notice(&mut late, "readOnly").await;
    late.follow(&thread, json!({})).await;
    assert_eq!(late.events_of("runFinished").len(), 1);
    let (status, text) = service.get_text(&format!("/v1/threads/{thread}/export")).await;
    assert!(status == 200 && text.contains("> Before."), "{text}");
    assert_eq!(service.get("/v1/threads").await.0, 200);
    for thread in made.iter().skip(1) {
        let path = format!("/v1/threads/{thread}");
        assert_eq!(service.send("DELETE", &path, &json!({})).await.0, 204);
    }
    notice(&mut chat, "writable").await;
    assert_eq!(chat.outcome(&run).await["kind"], "completed");
    assert!(chat.message()["text"] == format!("Half, {long}"), "it is stored whole");
    assert_eq!(service.get("/readyz").await.0, 200);
    service.says(Script::answer("After."));
    chat.follow(other, json!({})).await;
    chat.answer(other, "Third?").await;
    assert_eq!(chat.message()["text"], "After.");
    service.end().await;
}

#[tokio::test]
async fn what_was_acknowledged_outlives_a_kill_on_a_full_disk() {
    let dir = tempfile::tempdir().unwrap();
    // A file of at most 2 MiB each: the signal is ignored, so that a write fails instead.
    let serve = |limit: &str| {
        let mut shell = Command::new("sh");
        let own = command(dir.path());
        shell.env_clear().current_dir(dir.path()).env("HOME", dir.path());
        shell.arg("-c").arg(format!("trap '' XFSZ; {limit} exec \"$@\"")).arg("sh");
        shell.arg(own.get_program()).args(["serve", "--listen", "127.0.0.1:0", "--data"]);
        shell.arg(dir.path().join("data"));
        shell.env("PATH", "/usr/bin:/bin");
        shell
    };
    let log = dir.path().join("log");
    let process = Process::start(serve("ulimit -f 4096;"), log.clone()).await;
    let (mut made, refusal) = fill(&process.url).await;
    assert_eq!(refusal.status(), 503);
    assert_eq!(get(&process.url, "/readyz").await.0, 503);
    assert_eq!(get(&process.url, &format!("/v1/threads/{}", made[0])).await.0, 200);
    // Killed while many more are asked for.
    let url = process.url.clone();
    let more = tokio::spawn(async move {
        let asked = (0..40).map(|n| {
            let url = url.clone();
            async move {
                let body = json!({"title": format!("Small {n}")});
                let answer =
                    http().post(format!("{url}/v1/threads")).json(&body).send().await.ok()?;
                let created: Value = answer.json().await.ok()?;
                Some(created["threadId"].as_str()?.to_owned())
            }
        });
        futures_util::future::join_all(asked).await
    });
    tokio::task::yield_now().await;
    process.kill().await;
    made.extend(more.await.unwrap().into_iter().flatten());
    let process = Process::start(serve(""), log).await;
    assert_eq!(get(&process.url, "/readyz").await.0, 200);
    for thread in &made {
        let (status, page) = get(&process.url, &format!("/v1/threads/{thread}/events")).await;
        assert_eq!((status, page["events"][0]["seq"].as_u64()), (200, Some(1)), "{thread}");
    }
    let answer = http().post(format!("{}/v1/threads", process.url)).json(&json!({})).send().await;
    assert_eq!(answer.unwrap().status(), 201);
    process.kill().await;
}
