//! How the REST door behaves to a program: methods, bodies, headers, pages.

use serde_json::{Value, json};

use crate::{
    model_server::Script,
    service::{Service, http},
};

#[tokio::test]
async fn another_method_is_refused_with_those_there_are() {
    let service = Service::start().await;
    for (method, path, allowed) in [
        ("PUT", "/v1/threads", "GET"),
        ("DELETE", "/v1/tools", "GET"),
        ("POST", "/healthz", "GET"),
        ("POST", "/schemas/v1/x", "GET"),
    ] {
        let url = format!("{}{path}", service.url());
        let answer = http().request(method.parse().unwrap(), url).send().await.unwrap();
        assert_eq!(answer.status(), 405, "{method} {path}");
        let allow = answer.headers()["allow"].to_str().unwrap().to_owned();
        assert!(allow.contains(allowed), "{allow}");
        let body: Value = answer.json().await.unwrap();
        assert_eq!(body["error"]["code"], "unknownCommand");
    }
    service.end().await;
}

#[tokio::test]
async fn a_body_is_json_of_a_bounded_size() {
    let service = Service::start().await;
    let url = format!("{}/v1/threads", service.url());
    let post = |kind: Option<&'static str>, body: String| {
        let request = http().post(&url).body(body);
        let request =
            kind.map_or(request.try_clone().unwrap(), |kind| request.header("content-type", kind));
        async move {
            let answer = request.send().await.unwrap();
            let status = answer.status().as_u16();
            let body: Value = answer.json().await.unwrap();
            assert!(body["error"]["message"].is_string() || status < 300, "{body}");
            status
        }
    };
    let json = Some("application/json");
    assert_eq!(post(None, "{}".into()).await, 415);
    assert_eq!(post(Some("text/plain"), "{}".into()).await, 415);
    assert_eq!(post(Some("application/x-www-form-urlencoded"), "title=x".into()).await, 415);
    assert_eq!(post(json, String::new()).await, 400);
    assert_eq!(post(json, "{".into()).await, 400);
    assert_eq!(post(json, "null".into()).await, 400);
    assert_eq!(post(json, format!("{{\"title\":\"{}\"}}", "x".repeat(70_000))).await, 413);
    assert_eq!(post(Some("application/json; charset=utf-8"), "{}".into()).await, 201);
    service.end().await;
}

#[tokio::test]
async fn every_answer_has_an_id_and_is_kept_by_nobody() {
    let service = Service::start().await;
    let get = |path: &str, id: Option<&str>| {
        let request = http().get(format!("{}{path}", service.url()));
        let request = match id {
            Some(id) => request.header("x-request-id", id),
            None => request,
        };
        async move { request.send().await.unwrap() }
    };
    for path in ["/v1/threads", "/v1/nothing", "/v1/chat", "/readyz", "/version", "/schemas/v1/x"] {
        let answer = get(path, None).await;
        let id = answer.headers()["x-request-id"].to_str().unwrap();
        assert!(uuid::Uuid::parse_str(id).is_ok(), "{path}: {id}");
        assert_eq!(answer.headers()["cache-control"], "no-store", "{path}");
        assert_eq!(answer.headers()["x-content-type-options"], "nosniff", "{path}");
    }
    assert_eq!(get("/version", Some("trace-7.a_B")).await.headers()["x-request-id"], "trace-7.a_B");
    for odd in ["", "white space", "a;b", &"x".repeat(65), "<script>"] {
        let answer = get("/version", Some(odd)).await;
        assert!(uuid::Uuid::parse_str(answer.headers()["x-request-id"].to_str().unwrap()).is_ok());
    }
    let chat = get("/v1/chat", None).await;
    assert_eq!(
        (chat.status().as_u16(), &chat.headers()["upgrade"]),
        (426, &"websocket".parse().unwrap())
    );
    service.end().await;
}

#[tokio::test]
async fn a_head_is_a_get_without_a_body() {
    let service = Service::start().await;
    service.says(Script::asks("list_subscriptions", &json!({})));
    service.says(Script::answer("Those [e1]."));
    let (mut chat, thread) = service.thread().await;
    chat.answer(&thread, "Which subscriptions?").await;
    for path in ["", "/events", "/evidence/e1", "/evidence/e1?format=csv", "/export"] {
        let url = format!("{}/v1/threads/{thread}{path}", service.url());
        let get = http().get(&url).send().await.unwrap();
        let head = http().head(&url).send().await.unwrap();
        assert_eq!(head.status(), 200, "{path}");
        assert_eq!(head.headers()["content-type"], get.headers()["content-type"], "{path}");
        assert!(head.bytes().await.unwrap().is_empty());
    }
    let url = format!("{}/v1/threads/x", service.url());
    assert_eq!(http().head(&url).send().await.unwrap().status(), 404);
    service.end().await;
}

#[tokio::test]
async fn pages_of_evidence_join_to_the_whole_however_they_are_cut() {
    let service = Service::start().await;
    service.says(Script::asks("find_resources", &json!({"limit": 60})));
    service.says(Script::answer("Those [e1]."));
    let (mut chat, thread) = service.thread().await;
    chat.answer(&thread, "Which machines?").await;
    let path = format!("/v1/threads/{thread}/evidence/e1");
    let (status, whole) = service.get(&format!("{path}?limit=1000")).await;
    assert_eq!(status, 200, "{whole}");
    let total = whole["total"].as_u64().unwrap();
    for limit in [1, 7, 1000] {
        let mut rows = Vec::new();
        let mut after = 0;
        loop {
            let (_, page) = service.get(&format!("{path}?after={after}&limit={limit}")).await;
            rows.extend(page["rows"].as_array().unwrap().clone());
            match page["next"].as_u64() {
                Some(next) => after = next,
                None => break,
            }
        }
        assert_eq!(Value::from(rows), whole["rows"], "by {limit}");
    }
    let (_, far) = service.get(&format!("{path}?after=18446744073709551615&limit=5")).await;
    assert_eq!(
        (&far["rows"], &far["next"], &far["total"]),
        (&json!([]), &json!(null), &json!(total))
    );
    for wrong in ["after=18446744073709551616", "limit=-1", "after=1.5", "limit=%00", "format=CSV"]
    {
        assert_eq!(service.get(&format!("{path}?{wrong}")).await.0, 400, "{wrong}");
    }
    for id in ["e0", "e", "E1", "e01", "e1e", "e-1", "e99999999999", "%65%31%00"] {
        let path = format!("/v1/threads/{thread}/evidence/{id}");
        let status = service.get(&path).await.0;
        assert_eq!(status, 404, "{id}");
    }
    service.end().await;
}
