//! Before the first byte: what is tried again, what is not, and what an operator is told.

use std::time::Duration;

use opscopilot::{
    model::{ModelError, openai::OpenAiSettings},
    retry::RetryPolicy,
};
use tokio::net::TcpListener;

use crate::{
    model_client::{KEY, hear, hear_from, model, settings, settings_at},
    model_server::{ModelServer, Script},
};

/// Settings under which a retry comes only if the server itself says when.
fn waiting_for_the_server(server: &ModelServer) -> OpenAiSettings {
    let hour = Duration::from_secs(3600);
    let retry = RetryPolicy { base: hour, cap: hour, ..RetryPolicy::default() };
    OpenAiSettings { retry, ..settings(server) }
}

/// The error of one request that gets these answers.
async fn error_after(scripts: impl IntoIterator<Item = Script>) -> ModelError {
    let server = ModelServer::start().await;
    for script in scripts {
        server.push(script);
    }
    hear_from(&model(settings(&server))).await.end.expect_err("an error")
}

#[tokio::test]
async fn a_429_is_tried_again_after_the_wait_that_the_server_names() {
    for (name, value) in [
        ("retry-after", "0"),
        ("retry-after-ms", "1.5"),
        ("x-ms-retry-after-ms", "1"),
        ("retry-after", "Wed, 31 Dec 2025 23:00:00 GMT"),
    ] {
        let server = ModelServer::start().await;
        server.push(Script::error(429, "rate", "slow down").header(name, value));
        server.push(Script::answer("Three."));
        let heard = hear_from(&model(waiting_for_the_server(&server))).await;
        assert_eq!(heard.text, "Three.", "{name}: {value}");
    }
}

#[tokio::test]
async fn a_wait_beyond_our_patience_is_told_and_not_waited() {
    let error = error_after([Script::error(429, "rate", "slow down").header("retry-after", "300")]);
    let ModelError::Unavailable { retry_after, reason, .. } = error.await else {
        panic!("unavailable was expected")
    };
    assert_eq!(retry_after, Some(Duration::from_secs(300)));
    assert!(reason.contains("slow down"), "{reason}");
}

#[tokio::test]
async fn passing_failures_are_tried_again() {
    for status in [408, 429, 500, 502, 503, 504, 529] {
        let server = ModelServer::start().await;
        server.push(Script::error(status, "x", "busy")).push(Script::answer("Three."));
        assert_eq!(hear_from(&model(settings(&server))).await.text, "Three.", "{status}");
    }
}

#[tokio::test]
async fn a_500_that_stays_is_unavailable_after_four_attempts() {
    let error = error_after((0..4).map(|_| Script::error(500, "x", "boom"))).await;
    assert_eq!(error.code(), "modelUnavailable");
    assert!(error.to_string().contains("boom"), "{error}");
}

#[tokio::test]
async fn a_spent_quota_is_not_tried_again() {
    let error = error_after([Script::error(429, "insufficient_quota", "You exceeded it")]).await;
    assert_eq!(error.code(), "modelUnavailable");
}

#[tokio::test]
async fn a_server_that_says_not_to_retry_is_not_asked_again() {
    let script = Script::error(500, "x", "boom").header("x-should-retry", "false");
    assert_eq!(error_after([script]).await.code(), "modelUnavailable");
}

#[tokio::test]
async fn an_answer_of_nothing_is_tried_again() {
    let server = ModelServer::start().await;
    server.push(Script::new()).push(Script::new().cut()).push(Script::answer("Three."));
    assert_eq!(hear_from(&model(settings(&server))).await.text, "Three.");
}

#[tokio::test]
async fn a_reply_that_has_begun_is_never_asked_for_again() {
    // The server scripts one reply only: a second request would fail the test.
    let heard = hear(Script::new().text("All").cut()).await;
    assert_eq!(heard.error().code(), "modelCut");
}

#[tokio::test]
async fn nobody_listening_is_unavailable() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let heard = hear_from(&model(settings_at(format!("http://{address}/v1")))).await;
    let error = heard.error().to_string();
    assert_eq!(heard.error().code(), "modelUnavailable");
    assert!(error.contains(&format!("{address}/v1/chat/completions")), "{error}");
    assert!(error.contains("no connection"), "{error}");
}

#[tokio::test]
async fn a_server_that_hangs_up_before_it_answers_is_unavailable() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let accepting = tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            drop(socket);
        }
    });
    let heard = hear_from(&model(settings_at(format!("http://{address}/v1")))).await;
    assert_eq!(heard.error().code(), "modelUnavailable");
    accepting.abort();
}

#[tokio::test]
async fn no_first_byte_in_time_is_unavailable_and_not_tried_again() {
    // One answers its headers and then nothing, the other not even those.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let silent = format!("http://{}/v1", listener.local_addr().unwrap());
    let server = ModelServer::start().await;
    server.push(Script::new().hang());
    for base_url in [server.base_url(), silent] {
        let mut settings = settings_at(base_url);
        settings.first_byte_timeout = Duration::from_millis(50);
        let heard = hear_from(&model(settings)).await;
        assert_eq!(heard.error().code(), "modelUnavailable");
    }
}

#[tokio::test]
async fn refusals_are_told_with_what_to_do_and_not_tried_again() {
    for (status, hint) in [
        (400, "settings"),
        (401, "key"),
        (403, "role"),
        (404, "base URL"),
        (422, "settings"),
        (307, "redirects"),
    ] {
        let script = Script::error(status, "c", "The endpoint's own words");
        let error = error_after([script.header("location", "http://127.0.0.1:9/")]).await;
        let ModelError::Refused { status: found, reason, .. } = &error else {
            panic!("{status} is refused, not {error:?}")
        };
        assert_eq!(*found, status);
        assert!(reason.contains("The endpoint's own words"), "{reason}");
        assert!(reason.contains(hint), "{reason}");
    }
}

#[tokio::test]
async fn a_refusal_without_json_is_told() {
    let page = Script::new().raw("<html>Forbidden</html>");
    let error = error_after([page.status(403)]).await.to_string();
    assert!(error.contains("(403): no reason given"), "{error}");
    let text = Script::new().raw("model not loaded");
    let error = error_after([text.status(404)]).await.to_string();
    assert!(error.contains("model not loaded"), "{error}");
}

#[tokio::test]
async fn errors_repeat_neither_the_key_nor_the_conversation() {
    let said = format!(
        "Bad key {KEY} for 'Which quokkas are awake tonight?' of \
         'You are the copilot of the quokka keepers.' with sk-abc123"
    );
    let failures = [
        Script::error(401, "c", &said),
        Script::new().text("a").event(&serde_json::json!({"error": {"message": said}})),
    ];
    for script in failures {
        let error = hear(script).await.end.expect_err("an error");
        for told in [error.to_string(), format!("{error:?}")] {
            for secret in [KEY, "quokkas", "copilot of", "sk-abc"] {
                assert!(!told.contains(secret), "{told}");
            }
            assert!(told.contains("Bad key"), "{told}");
        }
    }
}

#[tokio::test]
async fn settings_and_models_do_not_print_their_key() {
    let settings = settings_at("http://127.0.0.1:9/v1".to_owned());
    let printed = format!("{settings:?} {:?}", model(settings.clone()));
    assert!(!printed.contains(KEY), "{printed}");
}

#[tokio::test]
async fn connections_are_used_again() {
    let server = ModelServer::start().await;
    let model = model(settings(&server));
    for _ in 0..20 {
        server.push(Script::answer("Three."));
        assert_eq!(hear_from(&model).await.text, "Three.");
    }
    let peers: std::collections::HashSet<_> = server.asked().iter().map(|a| a.peer).collect();
    assert!(peers.len() < 20, "each request opened a connection");
}
