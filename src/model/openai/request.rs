//! Our request in the endpoint's words: the body of `POST …/chat/completions`.
//!
//! It keeps the rules that endpoints check: each call directly followed by its one result, legal
//! tool names, arguments that are a JSON object. It sends nothing and knows no addresses.

use std::collections::VecDeque;

use async_openai::types::chat::{
    ChatCompletionMessageToolCall, ChatCompletionMessageToolCalls,
    ChatCompletionRequestAssistantMessage, ChatCompletionRequestAssistantMessageContent,
    ChatCompletionRequestMessage as Message, ChatCompletionRequestSystemMessage,
    ChatCompletionRequestSystemMessageContent, ChatCompletionRequestToolMessage,
    ChatCompletionRequestToolMessageContent, ChatCompletionRequestUserMessage,
    ChatCompletionRequestUserMessageContent, ChatCompletionStreamOptions, ChatCompletionTool,
    ChatCompletionTools, CreateChatCompletionRequest, FunctionCall, FunctionObject,
};
use serde_json::{Value, json};

use super::settings::{OpenAiSettings, OutputLimitField, ParallelCalls, ToolSupport};
use crate::model::{ModelCall, ModelMessage, ModelRequest, ModelResult, ToolOffer};

/// What stands for a result that the conversation lacks: endpoints refuse a call without one.
const NO_RESULT: &str = "(there is no result)";

/// Builds the body, streamed and with its usage asked for.
pub(super) fn body(
    request: &ModelRequest,
    settings: &OpenAiSettings,
    model: &str,
) -> CreateChatCompletionRequest {
    let offers: &[ToolOffer] = match settings.tools {
        ToolSupport::Native => &request.tools,
        ToolSupport::None => &[],
    };
    let tools: Vec<_> = offers.iter().map(tool).collect();
    let has_tools = !tools.is_empty();
    let mut body = CreateChatCompletionRequest {
        messages: messages(request, settings.tools),
        model: model.to_owned(),
        stream: Some(true),
        stream_options: Some(ChatCompletionStreamOptions {
            include_usage: Some(true),
            include_obfuscation: None,
        }),
        temperature: settings.temperature,
        tools: has_tools.then_some(tools),
        parallel_tool_calls: match settings.parallel_calls {
            // Without tools the field is an error at OpenAI.
            ParallelCalls::On if has_tools => Some(true),
            ParallelCalls::Off if has_tools => Some(false),
            ParallelCalls::On | ParallelCalls::Off | ParallelCalls::Unsent => None,
        },
        ..CreateChatCompletionRequest::default()
    };
    limit_output(&mut body, settings);
    body
}

#[expect(deprecated, reason = "most servers beside OpenAI's know only `max_tokens`")]
fn limit_output(body: &mut CreateChatCompletionRequest, settings: &OpenAiSettings) {
    match settings.output_limit_field {
        OutputLimitField::MaxCompletionTokens => {
            body.max_completion_tokens = settings.max_output_tokens;
        }
        OutputLimitField::MaxTokens => body.max_tokens = settings.max_output_tokens,
    }
}

fn tool(offer: &ToolOffer) -> ChatCompletionTools {
    ChatCompletionTools::Function(ChatCompletionTool {
        function: FunctionObject {
            name: offer.name.clone(),
            description: Some(offer.description.clone()),
            parameters: Some((*offer.input_schema).clone()),
            strict: None,
        },
    })
}

fn messages(request: &ModelRequest, support: ToolSupport) -> Vec<Message> {
    let mut conversation = Conversation::default();
    conversation.system(request.system.to_string());
    for message in &request.messages {
        match (support, message) {
            (_, ModelMessage::User { text }) => conversation.user(text),
            (ToolSupport::Native, ModelMessage::Assistant { text, calls }) => {
                conversation.assistant(text, calls);
            }
            (ToolSupport::Native, ModelMessage::Result(result)) => conversation.result(result),
            (ToolSupport::None, ModelMessage::Assistant { text, calls }) => {
                conversation.assistant(&told(text, calls), &[]);
            }
            (ToolSupport::None, ModelMessage::Result(result)) => {
                conversation.user(&told_result(result));
            }
        }
    }
    conversation.finish()
}

fn told(text: &str, calls: &[ModelCall]) -> String {
    let mut told = text.to_owned();
    for call in calls {
        if !told.is_empty() {
            told.push_str("\n\n");
        }
        told.push_str(&format!("(I looked it up: {} {})", call.tool, call.arguments));
    }
    told
}

fn told_result(result: &ModelResult) -> String {
    format!("What {} found:\n{}", result.tool, result.text)
}

/// The messages so far, and the calls of the last one that still lack their result.
#[derive(Default)]
struct Conversation {
    messages: Vec<Message>,
    open: VecDeque<(String, String)>,
    calls: usize,
}

impl Conversation {
    fn system(&mut self, text: String) {
        self.messages.push(Message::System(ChatCompletionRequestSystemMessage {
            content: ChatCompletionRequestSystemMessageContent::Text(text),
            name: None,
        }));
    }

    /// Two messages of a user in a row become one: many chat templates insist on alternation.
    fn user(&mut self, text: &str) {
        self.close();
        if let Some(Message::User(ChatCompletionRequestUserMessage {
            content: ChatCompletionRequestUserMessageContent::Text(last),
            ..
        })) = self.messages.last_mut()
        {
            last.push_str("\n\n");
            last.push_str(text);
            return;
        }
        self.messages.push(Message::User(ChatCompletionRequestUserMessage {
            content: ChatCompletionRequestUserMessageContent::Text(text.to_owned()),
            name: None,
        }));
    }

    fn assistant(&mut self, text: &str, calls: &[ModelCall]) {
        self.close();
        if text.is_empty() && calls.is_empty() {
            return;
        }
        let tool_calls: Vec<_> = calls.iter().map(|call| self.call(call)).collect();
        self.messages.push(Message::Assistant(ChatCompletionRequestAssistantMessage {
            content: (!text.is_empty())
                .then(|| ChatCompletionRequestAssistantMessageContent::Text(text.to_owned())),
            tool_calls: (!tool_calls.is_empty()).then_some(tool_calls),
            ..ChatCompletionRequestAssistantMessage::default()
        }));
    }

    /// Calls are numbered in the request: nine letters and digits, the one form of id that all
    /// servers take, Mistral's included.
    fn call(&mut self, call: &ModelCall) -> ChatCompletionMessageToolCalls {
        self.calls += 1;
        let wire_id = format!("call{:05}", self.calls);
        self.open.push_back((call.id.clone(), wire_id.clone()));
        ChatCompletionMessageToolCalls::Function(ChatCompletionMessageToolCall {
            id: wire_id,
            function: FunctionCall {
                name: legal_name(&call.tool),
                arguments: arguments_object(&call.arguments),
            },
        })
    }

    fn result(&mut self, result: &ModelResult) {
        let at = self.open.iter().position(|(id, _)| *id == result.call_id);
        match at.and_then(|at| self.open.remove(at)) {
            Some((_, wire_id)) => self.tool(wire_id, result.text.clone()),
            // Its call is not there; the model may still read it.
            None => self.user(&told_result(result)),
        }
    }

    fn tool(&mut self, tool_call_id: String, text: String) {
        self.messages.push(Message::Tool(ChatCompletionRequestToolMessage {
            content: ChatCompletionRequestToolMessageContent::Text(text),
            tool_call_id,
        }));
    }

    fn close(&mut self) {
        while let Some((_, wire_id)) = self.open.pop_front() {
            self.tool(wire_id, NO_RESULT.to_owned());
        }
    }

    fn finish(mut self) -> Vec<Message> {
        self.close();
        self.messages
    }
}

/// A name as endpoints allow it: models also ask for tools that cannot exist, and their own
/// request must be repeatable.
fn legal_name(name: &str) -> String {
    let legal = |c: char| if c.is_ascii_alphanumeric() || "_-".contains(c) { c } else { '_' };
    let name: String = name.chars().map(legal).take(64).collect();
    if name.is_empty() { "unnamed".to_owned() } else { name }
}

/// Arguments as the text of an object: chat templates index into it.
fn arguments_object(arguments: &Value) -> String {
    match arguments {
        Value::Object(_) => arguments.to_string(),
        Value::Null => "{}".to_owned(),
        Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            json!({ "invalid_arguments": arguments }).to_string()
        }
    }
}
