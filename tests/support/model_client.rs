//! The product's client of a model, set up for tests: patient for no longer than a test may be.
#![allow(dead_code, reason = "each of the targets that include this uses another part")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test's support fails its test")]

use std::{sync::Arc, time::Duration};

use futures_util::StreamExt;
use opscopilot::{
    model::{
        ChatModel, ModelError, ModelEvent, ModelMessage, ModelRequest, ModelStream, ToolOffer,
        openai::{EndpointKind, OpenAi, OpenAiSettings, Secret, client_builder},
    },
    protocol::{FinishReason, Usage},
    retry::RetryPolicy,
};
use serde_json::json;

use crate::model_server::{ModelServer, Script};

/// The key that must be nowhere but in a header.
pub(crate) const KEY: &str = "canary-key-7f3a";

/// What came of one reply.
#[derive(Debug, PartialEq)]
pub(crate) struct Heard {
    pub(crate) text: String,
    /// Tool and arguments.
    pub(crate) calls: Vec<(String, String)>,
    pub(crate) end: Result<(FinishReason, Option<Usage>), ModelError>,
}

impl Heard {
    /// Why the reply ended well.
    pub(crate) fn finish(&self) -> FinishReason {
        self.end.as_ref().expect("a proper end").0
    }

    /// Why it did not.
    pub(crate) fn error(&self) -> &ModelError {
        self.end.as_ref().expect_err("an error")
    }
}

/// Settings for a scripted server, with next to no waiting between attempts.
pub(crate) fn settings(server: &ModelServer) -> OpenAiSettings {
    settings_at(server.base_url())
}

/// Settings for an address.
pub(crate) fn settings_at(base_url: String) -> OpenAiSettings {
    let kind = EndpointKind::Plain { base_url, api_key: Some(Secret::new(KEY)) };
    let retry = RetryPolicy { base: Duration::from_millis(1), ..RetryPolicy::default() };
    OpenAiSettings { retry, ..OpenAiSettings::new(kind, "scripted") }
}

/// The client.
pub(crate) fn model(settings: OpenAiSettings) -> OpenAi {
    // Another test may have been first.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let http = client_builder(&settings.kind, Duration::from_secs(5)).unwrap().build().unwrap();
    OpenAi::new(settings, http).unwrap()
}

/// One question, with one tool.
pub(crate) fn question() -> ModelRequest {
    asking(vec![ModelMessage::User { text: "Which quokkas are awake tonight?".to_owned() }])
}

/// A conversation, with one tool.
pub(crate) fn asking(messages: Vec<ModelMessage>) -> ModelRequest {
    ModelRequest {
        system: "You are the copilot of the quokka keepers.".into(),
        messages,
        tools: Arc::from([ToolOffer {
            name: "list_quokkas".to_owned(),
            description: "Lists the quokkas.".to_owned(),
            input_schema: Arc::new(json!({"type": "object", "properties": {}})),
        }]),
        time_zone: "Australia/Perth".to_owned(),
        now: "2026-11-24T23:00:00Z".parse().unwrap(),
    }
}

/// Asks a server that answers by this one script.
pub(crate) async fn hear(script: Script) -> Heard {
    let server = ModelServer::start().await;
    server.push(script);
    hear_from(&model(settings(&server))).await
}

/// Asks a model and listens to the end.
pub(crate) async fn hear_from(model: &OpenAi) -> Heard {
    match model.reply(question()).await {
        Ok(stream) => listen(stream).await,
        Err(error) => Heard { text: String::new(), calls: Vec::new(), end: Err(error) },
    }
}

/// Listens to the end, and makes sure that it is one.
pub(crate) async fn listen(mut stream: ModelStream) -> Heard {
    let mut heard = Heard {
        text: String::new(),
        calls: Vec::new(),
        end: Err(ModelError::Cut { reason: "the stream ended without an end".to_owned() }),
    };
    while let Some(event) = stream.next().await {
        match event {
            Ok(ModelEvent::Text(text)) => heard.text.push_str(&text),
            Ok(ModelEvent::Call(call)) => heard.calls.push((call.tool, call.arguments)),
            Ok(ModelEvent::End { finish, usage }) => {
                heard.end = Ok((finish, usage));
                break;
            }
            Err(error) => {
                heard.end = Err(error);
                break;
            }
        }
    }
    assert_eq!(stream.next().await, None, "nothing follows an end");
    heard
}
