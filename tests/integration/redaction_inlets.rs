//! Secrets at each inlet of the whole service: what a user writes, what a tool reads, what a
//! model says, letter by letter.

use fastrand::Rng;
use serde_json::{Value, json};

use crate::{
    chat::Chat,
    model_server::Script,
    redaction::secrets::{keyed, shaped},
    service::Service,
};

/// Texts of one message.
const PER_MESSAGE: usize = 20;

/// Two hundred texts, each with the secret in it.
fn secrets() -> Vec<(String, String)> {
    let mut rng = Rng::with_seed(23);
    let mut all = keyed(&mut rng);
    while all.len() < 200 {
        all.extend(shaped(&mut rng).into_iter().map(|secret| (format!("It is {secret}"), secret)));
    }
    all
}

/// All that a service showed, stored and sent to the model.
async fn told(service: &Service, chat: &Chat, thread: &str) -> String {
    let (_, threads) = service.get("/v1/threads").await;
    let (_, events) = service.get(&format!("/v1/threads/{thread}/events")).await;
    let asked: Vec<Value> = service.model.asked().iter().map(|asked| asked.body.clone()).collect();
    json!([chat.frames, threads, events, asked]).to_string()
}

fn assert_kept(told: &str, some: &[(String, String)], inlet: &str) {
    for (text, secret) in some {
        // Every second part of it: a hint of its beginning may be left.
        let parts = (0..secret.len().saturating_sub(20)).step_by(2).map(|at| &secret[at..at + 20]);
        for part in parts.chain([secret.as_str()]) {
            assert!(!told.contains(part), "{inlet}: {part} of {text} is shown");
        }
    }
    assert!(told.contains("[redacted:"), "{inlet}: nothing was redacted");
}

#[tokio::test]
async fn what_a_user_writes_and_what_a_model_says_is_redacted() {
    let service = Service::start().await;
    for some in secrets().chunks(PER_MESSAGE) {
        let texts: Vec<&str> = some.iter().map(|(text, _)| text.as_str()).collect();
        let message = texts.join("\n\n");
        service.says(Script::new().text("Noted.").stop());
        let (mut chat, thread) = service.thread().await;
        chat.answer(&thread, &message).await;
        assert_kept(&told(&service, &chat, &thread).await, some, "user");
        let letters: Vec<String> = message.chars().map(String::from).collect();
        service.says(Script::new().chunks(letters.iter().map(String::as_str)).stop());
        let (mut chat, thread) = service.thread().await;
        chat.answer(&thread, "Well?").await;
        assert_kept(&told(&service, &chat, &thread).await, some, "model");
    }
    service.end().await;
}

#[tokio::test]
async fn what_a_tool_reads_is_redacted_in_evidence_summary_and_digest() {
    let service = Service::start().await;
    let mut rng = Rng::with_seed(29);
    let secrets: Vec<(String, String)> =
        shaped(&mut rng).into_iter().map(|secret| (secret.clone(), secret)).collect();
    for some in secrets.chunks(PER_MESSAGE) {
        // Azure puts the halves together; the query itself holds no secret.
        let columns = some.iter().enumerate().map(|(at, (_, secret))| {
            let (one, other) = secret.split_at(secret.len() / 2);
            let middle = one.len() / 2;
            let (first, second) = one.split_at(middle);
            format!("c{at} = strcat('{first}', '{second}', '{other}')")
        });
        let columns: Vec<String> = columns.collect();
        let query = format!("resources | take 1 | project {}", columns.join(", "));
        service.says(Script::asks("query_resources", &json!({"query": query})));
        service.says(Script::answer("Read [e1]."));
        let (mut chat, thread) = service.thread().await;
        chat.answer(&thread, "Read it.").await;
        let done = chat.events_of("toolCallCompleted").pop().unwrap();
        assert_eq!(done["status"], "succeeded", "{done}");
        let (_, evidence) = service.get(&format!("/v1/threads/{thread}/evidence/e1")).await;
        assert!(evidence.to_string().contains("[redacted:"), "{evidence}");
        let told = told(&service, &chat, &thread).await;
        for (_, secret) in some {
            assert!(!told.contains(secret.as_str()), "{secret} is shown");
            assert!(!evidence.to_string().contains(secret.as_str()), "{secret} is evidence");
        }
    }
    service.end().await;
}
