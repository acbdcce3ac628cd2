//! What an endpoint is sent: exactly what its rules and its operator's settings allow.

use std::sync::Arc;

use futures_util::FutureExt;
use opscopilot::model::{
    ChatModel, ModelCall, ModelMessage, ModelResult,
    openai::{
        AzureAuth, EndpointKind, OpenAi, OpenAiSettings, OutputLimitField, ParallelCalls, Secret,
        ToolSupport,
    },
};
use serde_json::{Value, json};

use crate::{
    model_client::{KEY, asking, hear_from, listen, model, settings},
    model_server::{Asked, ModelServer, Script},
};

/// What a server is sent for this conversation under these settings.
async fn sent(
    messages: Vec<ModelMessage>,
    change: impl FnOnce(&mut OpenAiSettings, &ModelServer),
) -> Asked {
    let server = ModelServer::start().await;
    server.push(Script::answer("Three."));
    let mut settings = settings(&server);
    change(&mut settings, &server);
    let stream = model(settings).reply(asking(messages)).await.unwrap();
    assert_eq!(listen(stream).await.text, "Three.");
    server.single()
}

fn user(text: &str) -> ModelMessage {
    ModelMessage::User { text: text.to_owned() }
}

fn call(id: &str, tool: &str, arguments: Value) -> ModelCall {
    ModelCall { id: id.to_owned(), tool: tool.to_owned(), arguments }
}

fn result(call_id: &str, text: &str) -> ModelMessage {
    ModelMessage::Result(ModelResult {
        call_id: call_id.to_owned(),
        tool: "list_quokkas".to_owned(),
        text: text.to_owned(),
        ok: true,
        evidence_id: Some("e1".to_owned()),
        output: Some(Arc::new(json!({"canary": "the whole output"}))),
        findings: Arc::from([]),
    })
}

fn conversation() -> Vec<ModelMessage> {
    let calls =
        vec![call("a", "list_quokkas", json!({"top": 1})), call("b", "list_quokkas", json!(null))];
    vec![
        user("Who is awake?"),
        ModelMessage::Assistant { text: "Let me see.".to_owned(), calls },
        result("b", "two"),
        result("a", "one"),
        ModelMessage::Assistant { text: "Three.".to_owned(), calls: Vec::new() },
        user("And now?"),
    ]
}

#[tokio::test]
async fn a_conversation_is_sent_in_the_endpoints_words() {
    let asked = sent(conversation(), |settings, _| {
        settings.max_output_tokens = Some(900);
        settings.temperature = Some(0.25);
    })
    .await;
    let called = |id: &str, arguments: &str| {
        json!({"type": "function", "id": id,
        "function": {"name": "list_quokkas", "arguments": arguments}})
    };
    let system = "You are the copilot of the quokka keepers.";
    let wanted = json!({
        "model": "scripted",
        "stream": true,
        "stream_options": {"include_usage": true},
        "max_completion_tokens": 900,
        "temperature": 0.25,
        "tools": [{"type": "function", "function": {"name": "list_quokkas",
            "description": "Lists the quokkas.",
            "parameters": {"type": "object", "properties": {}}}}],
        "messages": [
            {"role": "system", "content": system},
            {"role": "user", "content": "Who is awake?"},
            {"role": "assistant", "content": "Let me see.", "tool_calls":
                [called("call00001", "{\"top\":1}"), called("call00002", "{}")]},
            {"role": "tool", "tool_call_id": "call00002", "content": "two"},
            {"role": "tool", "tool_call_id": "call00001", "content": "one"},
            {"role": "assistant", "content": "Three."},
            {"role": "user", "content": "And now?"},
        ],
    });
    assert_eq!(asked.body, wanted);
    assert_eq!(asked.uri.to_string(), "/v1/chat/completions");
    assert_eq!(asked.header("authorization"), format!("Bearer {KEY}"));
    assert_eq!(asked.header("accept-encoding"), "identity");
}

#[tokio::test]
async fn settings_choose_the_fields() {
    let asked = sent(vec![user("?")], |settings, _| {
        settings.max_output_tokens = Some(900);
        settings.output_limit_field = OutputLimitField::MaxTokens;
        settings.parallel_calls = ParallelCalls::Off;
    })
    .await;
    assert_eq!(asked.body["max_tokens"], 900);
    assert_eq!(asked.body["max_completion_tokens"], Value::Null);
    assert_eq!(asked.body["parallel_tool_calls"], false);
}

#[tokio::test]
async fn a_model_without_tools_reads_what_was_found_as_text() {
    let asked = sent(conversation(), |settings, _| {
        settings.tools = ToolSupport::None;
        settings.parallel_calls = ParallelCalls::On;
    })
    .await;
    assert_eq!(asked.body["tools"], Value::Null);
    let texts: Vec<_> = asked.messages().iter().skip(2).map(|m| m["content"].clone()).collect();
    assert_eq!(
        texts,
        [
            "Let me see.\n\n(I looked it up: list_quokkas {\"top\":1})\n\n\
             (I looked it up: list_quokkas null)",
            "What list_quokkas found:\ntwo\n\nWhat list_quokkas found:\none",
            "Three.",
            "And now?",
        ]
    );
}

#[tokio::test]
async fn the_mistakes_of_a_model_are_sent_back_in_a_form_that_servers_take() {
    let calls = vec![
        call("a", "no such tool!", json!("{not json")),
        call("b", &"long".repeat(30), json!([1, 2])),
        call("a", "", json!({})),
    ];
    let messages = vec![
        user("Who is awake?"),
        ModelMessage::Assistant { text: String::new(), calls },
        result("a", "rejected"),
        result("z", "whose result is this?"),
    ];
    // The server itself checks ids, names, arguments and results.
    let asked = sent(messages, |_, _| {}).await;
    let called = &asked.messages()[2]["tool_calls"];
    assert_eq!(called[0]["function"]["name"], "no_such_tool_");
    assert_eq!(called[0]["function"]["arguments"], "{\"invalid_arguments\":\"{not json\"}");
    assert_eq!(called[1]["function"]["name"], "long".repeat(16));
    assert_eq!(asked.last_text("user"), "What list_quokkas found:\nwhose result is this?");
}

#[tokio::test]
async fn the_whole_output_stays_with_us() {
    let asked = sent(conversation(), |_, _| {}).await;
    assert!(!asked.body.to_string().contains("canary"));
}

fn azure(server: &ModelServer, api_version: Option<&str>, auth: AzureAuth) -> EndpointKind {
    EndpointKind::Azure {
        endpoint: server.origin(),
        deployment: "our-gpt".to_owned(),
        api_version: api_version.map(str::to_owned),
        auth,
    }
}

#[tokio::test]
async fn azure_is_asked_by_deployment_with_its_key() {
    let asked = sent(vec![user("?")], |settings, server| {
        settings.kind = azure(server, Some("2024-10-21"), AzureAuth::Key(Secret::new("azure-key")));
    })
    .await;
    let uri = "/openai/deployments/our-gpt/chat/completions?api-version=2024-10-21";
    assert_eq!(asked.uri.to_string(), uri);
    assert_eq!(asked.header("api-key"), "azure-key");
    assert_eq!(asked.header("authorization"), "");
}

#[tokio::test]
async fn azure_is_asked_by_v1_with_an_entra_token() {
    let token = || async { Ok("entra-token".to_owned()) }.boxed();
    let asked = sent(vec![user("?")], |settings, server| {
        settings.kind = azure(server, None, AzureAuth::Token(Arc::new(token)));
    })
    .await;
    assert_eq!(asked.uri.to_string(), "/openai/v1/chat/completions");
    assert_eq!(asked.body["model"], "our-gpt");
    assert_eq!(asked.header("authorization"), "Bearer entra-token");
    assert_eq!(asked.header("api-key"), "");
}

#[tokio::test]
async fn without_a_token_the_model_is_unavailable() {
    let server = ModelServer::start().await;
    let token = || async { Err("az login has expired".to_owned()) }.boxed();
    let kind = azure(&server, None, AzureAuth::Token(Arc::new(token)));
    let heard = hear_from(&model(OpenAiSettings::new(kind, "gpt"))).await;
    assert_eq!(heard.error().code(), "modelUnavailable");
    assert!(heard.error().to_string().contains("az login has expired"));
}

#[tokio::test]
async fn an_endpoint_that_does_not_know_its_usage_is_asked_without_from_then_on() {
    let server = ModelServer::start().await;
    let message = "Unrecognized request argument supplied: stream_options";
    server.push(Script::error(400, "unknown", message));
    server.push(Script::answer("Three.")).push(Script::answer("Four."));
    let model: OpenAi = model(settings(&server));
    assert_eq!(hear_from(&model).await.text, "Three.");
    assert_eq!(hear_from(&model).await.text, "Four.");
    let asked = server.asked();
    let sent: Vec<_> = asked.iter().map(|asked| asked.body["stream_options"].is_null()).collect();
    assert_eq!(sent, [false, true, true]);
}
