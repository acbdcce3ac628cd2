//! The scripted server itself: a test that asks wrongly, or not at all, fails.

use serde_json::{Value, json};

use crate::{
    model_client::{hear, hear_from, model, settings},
    model_server::{ModelServer, Script},
};

/// Sends these messages, as they are, to a server with one reply.
async fn send(messages: Value) {
    let server = ModelServer::start().await;
    server.push(Script::answer("Three."));
    // The client is only built for its TLS provider.
    drop(model(settings(&server)));
    let body = json!({"model": "m", "stream": true, "messages": messages});
    let url = format!("{}/chat/completions", server.base_url());
    reqwest::Client::new().post(url).json(&body).send().await.unwrap();
}

fn called(id: &str) -> Value {
    let function = json!({"name": "list", "arguments": "{}"});
    json!({"role": "assistant",
        "tool_calls": [{"id": id, "type": "function", "function": function}]})
}

#[tokio::test]
#[should_panic(expected = "calls without a result")]
async fn a_call_without_its_result_fails_the_test() {
    send(json!([{"role": "user", "content": "?"}, called("a")])).await;
}

#[tokio::test]
#[should_panic(expected = "comes before the results of")]
async fn a_question_between_a_call_and_its_result_fails_the_test() {
    let question = json!({"role": "user", "content": "?"});
    let result = json!({"role": "tool", "tool_call_id": "a", "content": "r"});
    send(json!([question, called("a"), question, result])).await;
}

#[tokio::test]
#[should_panic(expected = "a result of no call")]
async fn a_second_result_of_a_call_fails_the_test() {
    let result = json!({"role": "tool", "tool_call_id": "a", "content": "r"});
    send(json!([{"role": "user", "content": "?"}, called("a"), result, result])).await;
}

#[tokio::test]
#[should_panic(expected = "no reply is scripted")]
async fn a_request_that_nobody_scripted_fails_the_test() {
    let server = ModelServer::start().await;
    hear_from(&model(settings(&server))).await;
}

#[tokio::test]
#[should_panic(expected = "nobody asked for")]
async fn a_reply_that_nobody_asks_for_fails_the_test() {
    ModelServer::start().await.push(Script::answer("Three."));
}

#[tokio::test]
async fn text_at_a_fixed_rate_comes_whole() {
    let script = Script::new().paced(50, 5_000.0, |at| format!("{at} ")).stop();
    let wanted: String = (0..50).map(|at| format!("{at} ")).collect();
    assert_eq!(hear(script).await.text, wanted);
}

#[tokio::test]
async fn a_server_can_answer_every_request_by_a_function() {
    let server = ModelServer::answering(|asked| {
        Script::answer(&format!("You asked: {}", asked.last_text("user")))
    })
    .await;
    let model = model(settings(&server));
    for _ in 0..3 {
        assert_eq!(hear_from(&model).await.text, "You asked: Which quokkas are awake tonight?");
    }
    assert_eq!(server.asked().last().unwrap().tool_names(), ["list_quokkas"]);
}
