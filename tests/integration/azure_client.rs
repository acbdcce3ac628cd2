//! The client against a server that misbehaves in every way.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use opscopilot::azure::error::UnreachableReason;
use opscopilot::azure::{ApiVersion, ArmError, ArmPath, ClientSettings, Notice, QueryPost};
use serde_json::{Value, json as j};
use tokio::sync::Semaphore;

use crate::azure_server::{Server, client, get, json, quick, silent, with_header};

fn ok() -> Response {
    json(200, &j!({"name": "x"}))
}

fn throttled() -> Response {
    let body = j!({"error": {"code": "TooManyRequests", "message": "slow down"}});
    with_header(json(429, &body), "retry-after", "0")
}

fn failing() -> Response {
    let body = j!({"error": {"code": "InternalServerError", "message": "oops"}});
    with_header(json(500, &body), "x-ms-request-id", "r-1")
}

async fn read(server: &Server) -> Result<Value, ArmError> {
    client(&server.url, quick()).reader().get(&get("/subscriptions/a")).await
}

#[tokio::test]
async fn a_request_carries_who_asks_and_what_version() {
    let server = Server::script(vec![ok]).await;
    assert_eq!(read(&server).await.unwrap(), j!({"name": "x"}));
    let seen = &server.seen()[0];
    assert_eq!(seen.target, "/subscriptions/a?api-version=2024-01-01");
    assert_eq!(seen.header("authorization"), "Bearer sample");
    assert_eq!(seen.header("accept"), "application/json");
    assert!(seen.header("user-agent").starts_with("opscopilot/"));
    assert!(uuid::Uuid::parse_str(seen.header("x-ms-client-request-id")).is_ok());
    assert!(seen.header("accept-encoding").contains("gzip"));
}

#[tokio::test]
async fn a_throttled_read_is_repeated_and_counted() {
    let server = Server::script(vec![throttled, throttled, ok]).await;
    let client = client(&server.url, quick());
    let (reader, own) = client.reader().counted();
    reader.get::<Value>(&get("/subscriptions/a")).await.unwrap();
    let totals = own.totals();
    assert_eq!((totals.calls, totals.attempts, totals.throttled), (1, 3, 2));
    assert!(totals.bytes > 10);
    let (_, other) = client.reader().counted();
    assert_eq!(other.totals().calls, 0);
    assert_eq!(client.totals(), totals);
}

#[tokio::test]
async fn a_retry_after_date_is_understood() {
    let server = Server::script(vec![
        || with_header(throttled(), "retry-after", "Wed, 01 Jan 2025 00:00:00 GMT"),
        ok,
    ])
    .await;
    assert!(read(&server).await.is_ok());
}

#[tokio::test]
async fn a_wait_beyond_patience_fails_at_once_and_is_announced() {
    let server = Server::script(vec![|| with_header(throttled(), "retry-after", "3600")]).await;
    let client = client(&server.url, quick());
    let mut notices = client.notices();
    let error = client.reader().get::<Value>(&get("/subscriptions/a")).await.unwrap_err();
    let hour = Some(Duration::from_secs(3600));
    assert!(matches!(&error, ArmError::Throttled { retry_after, .. } if *retry_after == hour));
    assert!(error.to_string().contains("try again in 3600 s"), "{error}");
    assert_eq!(server.count(), 1);
    let path = "/subscriptions/a".to_owned();
    assert_eq!(notices.try_recv().unwrap(), Notice::ThrottledOut { path, retry_after: hour });
}

#[tokio::test]
async fn a_throttled_wait_is_announced_while_it_lasts() {
    let server = Server::script(vec![throttled, ok]).await;
    let settings = ClientSettings { notice_after: Duration::ZERO, ..quick() };
    let client = client(&server.url, settings);
    let mut notices = client.notices();
    client.reader().get::<Value>(&get("/subscriptions/a")).await.unwrap();
    assert!(matches!(notices.try_recv(), Ok(Notice::Throttled { wait: Duration::ZERO, .. })));
}

#[tokio::test]
async fn a_server_that_keeps_failing_ends_as_upstream() {
    let server = Server::start(|_, _| failing()).await;
    let error = read(&server).await.unwrap_err();
    let ArmError::Upstream(fault) = &error else { panic!("{error:?}") };
    assert_eq!((fault.status, fault.code.as_str()), (500, "InternalServerError"));
    assert_eq!(fault.request_id.as_deref(), Some("r-1"));
    assert_eq!(server.count(), 4);
    assert!(error.is_transient());
}

#[tokio::test]
async fn what_the_caller_did_wrong_is_not_repeated() {
    let server = Server::start(|_, _| {
        json(400, &j!({"error": {"code": "InvalidApiVersionParameter", "message": "bad"}}))
    })
    .await;
    assert!(matches!(read(&server).await, Err(ArmError::BadRequest(_))));
    assert_eq!(server.count(), 1);
}

/// Answers each connection with `answers` in turn and closes it, counting by a thread of its own.
fn cutting(answers: &'static [&'static str]) -> String {
    use std::io::{Read, Write};
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for answer in answers {
            let (mut socket, _) = listener.accept().unwrap();
            let mut head = [0; 4096];
            let _ = socket.read(&mut head).unwrap();
            socket.write_all(answer.as_bytes()).unwrap();
        }
    });
    url
}

const CUT: &str = "HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{\"name\": ";
const CUT_CHUNK: &str = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\nnull\r\n";
const WHOLE: &str = "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 4\r\n\r\nnull";

#[tokio::test]
async fn a_cut_answer_is_read_again() {
    let url = cutting(&[CUT, CUT_CHUNK, "", WHOLE]);
    let reader = client(&url, quick()).reader();
    let value = reader.get::<Value>(&get("/subscriptions/a")).await;
    assert_eq!(value.unwrap(), Value::Null);
}

#[tokio::test]
async fn answers_always_cut_end_as_unreachable_and_never_as_what_came() {
    let url = cutting(&[CUT_CHUNK; 4]);
    let reader = client(&url, quick()).reader();
    let error = reader.get::<Value>(&get("/subscriptions/a")).await.unwrap_err();
    let cut = UnreachableReason::Cut;
    assert!(matches!(&error, ArmError::Unreachable { reason, .. } if *reason == cut), "{error:?}");
}

#[tokio::test]
async fn a_hanging_server_is_given_up_after_the_second_time_out() {
    let server = Server::start(|_, _| silent("{")).await;
    let attempt_timeout = Duration::from_millis(50);
    let settings = ClientSettings { attempt_timeout, ..quick() };
    let client = client(&server.url, settings);
    let error = client.reader().get::<Value>(&get("/subscriptions/a")).await.unwrap_err();
    let late = UnreachableReason::TimedOut;
    assert!(matches!(&error, ArmError::Unreachable { reason, .. } if *reason == late), "{error:?}");
    assert_eq!(server.count(), 2);
}

#[tokio::test]
async fn nobody_listening_is_unreachable() {
    let gone = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        format!("http://{}", listener.local_addr().unwrap())
    };
    let client = client(&gone, quick());
    let mut notices = client.notices();
    let error = client.reader().get::<Value>(&get("/subscriptions/a")).await.unwrap_err();
    assert!(error.to_string().contains(&gone) && error.to_string().contains("/subscriptions/a"));
    assert!(matches!(&error, ArmError::Unreachable { reason: UnreachableReason::Connect, .. }));
    assert!(matches!(notices.try_recv(), Ok(Notice::Unsteady { failed_attempts: 1, .. })));
}

#[tokio::test]
async fn a_web_page_in_place_of_an_answer_is_told_as_such() {
    fn page() -> Response {
        Html("<!DOCTYPE html><html><head><title>Sign in to\n the proxy</title></head>")
            .into_response()
    }
    let server = Server::script(vec![page]).await;
    let error = read(&server).await.unwrap_err();
    assert!(matches!(error, ArmError::BadAnswer { status: 200, .. }));
    assert!(error.to_string().contains("text/html"), "{error}");

    let server = Server::script(vec![|| (StatusCode::FORBIDDEN, page()).into_response()]).await;
    let error = read(&server).await.unwrap_err();
    let ArmError::Forbidden { action: None, fault, .. } = &error else { panic!("{error:?}") };
    assert_eq!(fault.code, "Http403");
    assert_eq!(fault.message, "a web page instead of an answer: Sign in to the proxy");
}

#[tokio::test]
async fn json_under_another_content_type_is_still_json() {
    let server = Server::script(vec![|| "\u{feff}{\"name\":\"x\"}".into_response()]).await;
    assert_eq!(read(&server).await.unwrap(), j!({"name": "x"}));
}

#[tokio::test]
async fn a_huge_answer_is_not_read() {
    let server = Server::start(|_, _| "x".repeat(70_000).into_response()).await;
    let error = read(&server).await.unwrap_err();
    assert!(matches!(error, ArmError::TooLarge { limit_bytes: 65_536, .. }), "{error:?}");
    assert_eq!(server.count(), 1);

    // An error that never ends is still the error its status says.
    let server =
        Server::start(|_, _| (StatusCode::NOT_FOUND, "x".repeat(70_000)).into_response()).await;
    assert!(matches!(read(&server).await, Err(ArmError::NotFound(_))));
}

#[tokio::test]
async fn an_empty_answer_is_null() {
    let server = Server::start(|_, _| StatusCode::NO_CONTENT.into_response()).await;
    let reader = client(&server.url, quick()).reader();
    assert_eq!(reader.get::<Option<Value>>(&get("/a")).await.unwrap(), None);
    let strict = reader.get::<std::collections::HashMap<String, String>>(&get("/a")).await;
    assert!(matches!(strict, Err(ArmError::BadAnswer { status: 204, .. })));
}

#[tokio::test]
async fn a_query_post_sends_its_body_again_when_repeated() {
    let server = Server::script(vec![throttled, || json(200, &j!({"rows": []}))]).await;
    let path = ArmPath::parse("/subscriptions/a/providers/Microsoft.CostManagement/query").unwrap();
    let post = QueryPost::new(path, ApiVersion::new("2024-08-01")).unwrap();
    let reader = client(&server.url, quick()).reader();
    reader.query::<Value>(&post, &j!({"type": "Usage"})).await.unwrap();
    for seen in server.seen() {
        assert_eq!((seen.method.as_str(), seen.json()), ("POST", j!({"type": "Usage"})));
        assert_eq!(seen.header("content-type"), "application/json");
    }
    assert_eq!(server.count(), 2);
}

#[tokio::test]
async fn at_most_so_many_requests_run_at_once() {
    let gate = Arc::new(Semaphore::new(0));
    let arrived = Arc::new(AtomicUsize::new(0));
    let (held, counter) = (Arc::clone(&gate), Arc::clone(&arrived));
    let server = Server::start(move |_, _| {
        counter.fetch_add(1, Ordering::SeqCst);
        let held = Arc::clone(&held);
        let body = futures_util::stream::once(async move {
            held.acquire().await.unwrap().forget();
            Ok::<_, std::io::Error>("{}")
        });
        Response::new(axum::body::Body::from_stream(body))
    })
    .await;
    let settings = ClientSettings { max_concurrent: 2, ..quick() };
    let reader = client(&server.url, settings).reader();
    let request = get("/subscriptions/a");
    let calls = futures_util::future::join_all((0..12).map(|_| reader.get::<Value>(&request)));
    let letting_through = async {
        for released in 0..12 {
            while arrived.load(Ordering::SeqCst) < (released + 2).min(12) {
                tokio::task::yield_now().await;
            }
            assert!(arrived.load(Ordering::SeqCst) <= released + 2);
            gate.add_permits(1);
        }
    };
    let (results, ()) = tokio::join!(calls, letting_through);
    assert!(results.iter().all(Result::is_ok));
}
