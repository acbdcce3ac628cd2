//! REST: threads, logs, runs, evidence, tools and schemas, and what is wrong with a request.

use serde_json::{Value, json};

use crate::{model_server::Script, service::Service};

/// A service with one thread in which one run was done; thread and run.
async fn done() -> (Service, String, String) {
    let service = Service::start().await;
    service.says(Script::asks("list_subscriptions", &json!({})));
    service.says(Script::answer("Those [e1]."));
    let (mut chat, thread) = service.thread().await;
    let run = chat.ask(&thread, "Which subscriptions?").await;
    chat.outcome(&run).await;
    (service, thread, run)
}

#[tokio::test]
async fn threads_are_created_listed_changed_and_deleted() {
    let service = Service::start().await;
    let mut made = Vec::new();
    for n in 0..5 {
        let body = json!({"id": format!("make-{n}"), "title": format!("Thread {n}")});
        let (status, created) = service.send("POST", "/v1/threads", &body).await;
        assert_eq!(status, 201, "{created}");
        let (status, again) = service.send("POST", "/v1/threads", &body).await;
        assert_eq!((status, &again), (200, &created));
        made.push(created["threadId"].as_str().unwrap().to_owned());
    }
    let mut listed = Vec::new();
    let mut path = "/v1/threads?limit=2".to_owned();
    loop {
        let (_, page) = service.get(&path).await;
        let threads = page["threads"].as_array().unwrap();
        listed.extend(threads.iter().map(|t| t["threadId"].as_str().unwrap().to_owned()));
        let Some(next) = page["next"].as_str() else { break };
        path = format!("/v1/threads?limit=2&after={next}");
    }
    listed.reverse();
    assert_eq!(listed, made, "the last touched first, each once");
    let path = format!("/v1/threads/{}", made[0]);
    let (status, changed) = service.send("PATCH", &path, &json!({"archived": true})).await;
    assert_eq!((status, &changed["seq"]), (200, &json!(2)));
    let (_, archived) = service.get("/v1/threads?archived=true").await;
    assert_eq!(archived["threads"][0]["threadId"], json!(made[0]));
    let (status, _) = service.send("DELETE", &path, &json!({})).await;
    assert_eq!(status, 204);
    assert_eq!(service.get(&path).await.0, 404);
    assert_eq!(service.send("DELETE", &path, &json!({})).await.0, 404);
    service.end().await;
}

#[tokio::test]
async fn a_log_is_paged_from_both_ends() {
    let (service, thread, _) = done().await;
    let path = format!("/v1/threads/{thread}/events");
    let (_, all) = service.get(&path).await;
    let epoch = all["epoch"].as_str().unwrap();
    let log = all["events"].as_array().unwrap();
    assert_eq!(all["headSeq"], log.len());
    let seqs = |page: &Value| -> Vec<u64> {
        page["events"].as_array().unwrap().iter().map(|e| e["seq"].as_u64().unwrap()).collect()
    };
    let (_, page) = service.get(&format!("{path}?after={epoch}:2&limit=2")).await;
    assert_eq!(seqs(&page), [3, 4]);
    let (_, page) = service.get(&format!("{path}?before={epoch}:4&limit=2")).await;
    assert_eq!(seqs(&page), [2, 3]);
    let other = uuid::Uuid::now_v7();
    let (_, page) = service.get(&format!("{path}?after={other}:2&limit=1")).await;
    assert_eq!(seqs(&page), [1], "another epoch means start over");
    service.end().await;
}

#[tokio::test]
async fn a_run_is_told_with_its_answer() {
    let (service, thread, run) = done().await;
    let (_, standing) = service.get(&format!("/v1/threads/{thread}/runs/{run}")).await;
    assert_eq!(standing["state"], "finished");
    assert_eq!(standing["outcome"]["kind"], "completed");
    assert_eq!(standing["answer"], "Those [e1].");
    assert_eq!(standing["citations"][0]["evidenceId"], "e1");
    service.end().await;
}

#[tokio::test]
async fn evidence_is_paged_as_json_and_whole_as_csv() {
    let (service, thread, _) = done().await;
    let path = format!("/v1/threads/{thread}/evidence/e1");
    let (_, whole) = service.get(&path).await;
    let total = whole["total"].as_u64().unwrap();
    assert!(total > 2);
    assert_eq!(whole["tool"], "list_subscriptions");
    let (_, page) = service.get(&format!("{path}?after=1&limit=1")).await;
    assert_eq!((&page["rows"][0], &page["next"]), (&whole["rows"][1], &json!(2)));
    let (_, last) = service.get(&format!("{path}?after={total}")).await;
    assert_eq!((&last["rows"], &last["next"]), (&json!([]), &json!(null)));
    let (status, csv) = service.get_text(&format!("{path}?format=csv")).await;
    assert_eq!(status, 200);
    assert_eq!(csv.lines().count() as u64, total + 1);
    service.end().await;
}

#[tokio::test]
async fn what_is_wrong_with_a_request_is_said_in_one_form() {
    let (service, thread, _) = done().await;
    let id = uuid::Uuid::now_v7();
    for (path, status) in [
        ("/v1/threads/nothing".to_owned(), 404),
        (format!("/v1/threads/{id}"), 404),
        (format!("/v1/threads/{id}/events"), 404),
        (format!("/v1/threads/{thread}/events?after=x"), 400),
        (format!("/v1/threads/{thread}/events?limit=x"), 400),
        (format!("/v1/threads/{thread}/runs/{id}"), 404),
        (format!("/v1/threads/{thread}/runs/x"), 404),
        (format!("/v1/threads/{thread}/evidence/e99"), 404),
        (format!("/v1/threads/{thread}/evidence/x"), 404),
        (format!("/v1/threads/{thread}/evidence/e1?format=xml"), 400),
        (format!("/v1/threads/{thread}/evidence/e1?after=-1"), 400),
        ("/v1/threads?after=%00".to_owned(), 400),
        ("/v1/threads/%ff".to_owned(), 400),
        ("/v1/nothing".to_owned(), 404),
        ("/schemas/v1/nothing.json".to_owned(), 404),
        ("/v1/threads?archived=perhaps".to_owned(), 400),
    ] {
        let (got, body) = service.get(&path).await;
        assert_eq!(got, status, "{path}: {body}");
        assert!(body["error"]["message"].is_string(), "{path}: {body}");
        assert!(body["error"]["code"].is_string(), "{path}: {body}");
    }
    for (method, path, body, status) in [
        ("PUT", "/v1/threads", json!({}), 405),
        ("POST", "/v1/threads", json!([]), 400),
        ("POST", "/v1/threads", json!(["an-id", "a title"]), 400),
        ("POST", "/v1/threads", json!({"title": 5}), 400),
        ("POST", "/v1/threads", json!({"id": "white space"}), 400),
        ("POST", "/v1/threads", json!({"title": "x".repeat(70_000)}), 413),
        ("POST", "/v1/threads", json!({"scope": ["x"]}), 400),
    ] {
        let (got, told) = service.send(method, path, &body).await;
        assert_eq!(got, status, "{method} {path} {told}");
        assert!(told["error"]["message"].is_string(), "{method} {path}: {told}");
    }
    service.end().await;
}

#[tokio::test]
async fn tools_schemas_and_state_are_served() {
    let service = Service::start().await;
    let (_, tools) = service.get("/v1/tools").await;
    let names: Vec<&str> =
        tools["tools"].as_array().unwrap().iter().map(|t| t["name"].as_str().unwrap()).collect();
    assert!(names.contains(&"explain_secure_score"), "{names:?}");
    for (name, document) in opscopilot::protocol::schema::documents() {
        let (status, served) = service.get(&format!("/schemas/v1/{name}")).await;
        assert_eq!(status, 200, "{name}");
        assert_eq!(served, document, "{name}");
    }
    assert_eq!(service.get_text("/healthz").await, (200, "ok".to_owned()));
    assert_eq!(service.get_text("/readyz").await, (200, "ready".to_owned()));
    let (_, version) = service.get("/version").await;
    assert_eq!(version["protocol"], "copilot.v1");
    service.end().await;
}

#[tokio::test]
async fn a_list_of_threads_says_what_goes_on_and_how_the_last_run_ended() {
    let (service, thread, _) = done().await;
    let listed = |page: Value| -> Value {
        let threads = page["threads"].as_array().unwrap();
        threads.iter().find(|one| one["threadId"] == json!(thread)).unwrap().clone()
    };
    let (_, page) = service.get("/v1/threads").await;
    let one = listed(page);
    assert_eq!((&one["openRuns"], &one["lastOutcome"]), (&json!(0), &json!({"kind": "completed"})));
    assert_eq!(one["title"], "Which subscriptions?");
    let path = format!("/v1/threads/{thread}");
    service.send("PATCH", &path, &json!({"title": "Renamed"})).await;
    service.says(Script::new().text("Half of it").hang());
    let mut chat = service.chat().await;
    chat.follow(&thread, json!({})).await;
    let run = chat.ask(&thread, "Again?").await;
    let one = listed(service.get("/v1/threads").await.1);
    assert_eq!((&one["openRuns"], &one["lastOutcome"]["kind"]), (&json!(1), &json!("completed")));
    chat.ok("run.cancel", json!({"threadId": thread, "runId": run})).await;
    let one = listed(service.get("/v1/threads?limit=1").await.1);
    assert_eq!((&one["openRuns"], &one["lastOutcome"]["kind"]), (&json!(0), &json!("cancelled")));
    service.send("POST", "/v1/threads", &json!({})).await;
    let (_, page) = service.get("/v1/threads").await;
    assert!(page["threads"][0].get("lastOutcome").is_none(), "{page}");
    service.end().await;
}
