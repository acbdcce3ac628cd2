//! The model: whether it answers, and whether it calls tools. One small request.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use futures_util::StreamExt;
use serde_json::json;
use tokio::time::timeout;

use super::report::{Check, Report};
use crate::{
    app::{self, azure::Azure},
    cli::Failure,
    config::ModelOptions,
    model::{ChatModel, ModelError, ModelEvent, ModelMessage, ModelRequest, ToolOffer},
};

/// The one tool that is offered.
const TOOL: &str = "report_ready";

/// What came of the request.
#[derive(Debug, Default, PartialEq, Eq)]
struct Heard {
    called: bool,
    said_something: bool,
}

/// Asks the configured model to call a tool.
pub(super) async fn check(
    options: &ModelOptions,
    azure: &Azure,
    patience: Duration,
    report: &mut Report,
) {
    report.add(match app::model::build(options, azure) {
        Ok(Some(model)) => ask(model.as_ref(), options, patience).await,
        Ok(None) => Check::ok("model", "the built-in planner: no model is configured".to_owned()),
        Err(error) => {
            let todo = "mend the option or the variable it names";
            Check::fail("model", Failure::of(&error).message, todo)
        }
    });
}

async fn ask(model: &dyn ChatModel, options: &ModelOptions, patience: Duration) -> Check {
    let name = model.name().to_owned();
    let began_at = Instant::now();
    let heard = match timeout(patience, hear(model)).await {
        Ok(Ok(heard)) => heard,
        Ok(Err(error)) => return failed(&name, &error),
        Err(_) => {
            let text = format!("{name} gave no reply within {} s", patience.as_secs());
            let todo = "see that the endpoint is up and can be reached; --timeout waits longer";
            return Check::fail("model", text, todo);
        }
    };
    let took = format!("{} ms", began_at.elapsed().as_millis());
    if heard.called {
        return Check::ok("model", format!("{name} answers and calls tools ({took})"));
    }
    if options.model_tools == Some(false) {
        let text = format!("{name} answers ({took}); it is not offered tools");
        let todo = "without tools it cannot read Azure; set --model-tools true if it has them";
        return Check::warn("model", text, todo);
    }
    let text = match heard.said_something {
        true => format!("{name} answers ({took}) but did not call the tool it was told to call"),
        false => format!("{name} sent an empty reply ({took})"),
    };
    let todo = "choose a model that calls tools, or turn its tool calling on in the endpoint \
                (vLLM: --enable-auto-tool-choice, llama.cpp: --jinja)";
    Check::warn("model", text, todo)
}

async fn hear(model: &dyn ChatModel) -> Result<Heard, ModelError> {
    let offer = ToolOffer {
        name: TOOL.to_owned(),
        description: "Reports that tools can be called.".to_owned(),
        input_schema: Arc::new(json!({ "type": "object", "properties": {} })),
    };
    let request = ModelRequest {
        system: "This is a check of the connection. Call the tool and say nothing else.".into(),
        messages: vec![ModelMessage::User { text: format!("Call the tool {TOOL} once.") }],
        tools: Arc::new([offer]),
        time_zone: "UTC".to_owned(),
        now: jiff::Timestamp::now(),
    };
    let mut reply = model.reply(request).await?;
    let mut heard = Heard::default();
    while let Some(event) = reply.next().await {
        match event? {
            ModelEvent::Text(text) => heard.said_something |= !text.trim().is_empty(),
            ModelEvent::Call(call) => heard.called |= call.tool == TOOL,
            ModelEvent::End { .. } => return Ok(heard),
        }
    }
    Err(ModelError::Cut { reason: "it ended without an end".to_owned() })
}

fn failed(name: &str, error: &ModelError) -> Check {
    let todo = match error {
        ModelError::Unavailable { .. } => {
            "see that the endpoint is up and its address right, and check proxy and CA file; \
             until then the planner answers"
        }
        ModelError::Refused { status: 401 | 403, .. } => {
            "check the key, or the role of the identity at the endpoint"
        }
        ModelError::Refused { status: 404, .. } => {
            "check the base URL (most end in /v1) and the name of the model or deployment"
        }
        ModelError::Refused { .. } => {
            "the endpoint does not take the request: check --model-output-field, \
             --model-parallel-calls and --model-tools"
        }
        ModelError::Cut { .. }
        | ModelError::Malformed { .. }
        | ModelError::Failed { .. }
        | ModelError::TooLong { .. } => {
            "the endpoint does not answer as the protocol says; see its log"
        }
    };
    Check::fail("model", format!("{name}: {error}"), todo)
}
