//! What endpoints send, read leniently: a part of a streamed reply, or a whole one.
//!
//! `async-openai`'s types refuse what other servers send: no `index`, `""` as a finish reason,
//! float or partial usage, arguments as an object, content in parts, an error in the stream.
//! Every field here may be missing, null or of another type; only the outline must be right.

use std::borrow::Cow;

use serde::Deserialize;

use super::lenient::{Count, Text};

/// One `data:` of a stream, or the body of a reply that is not streamed.
#[derive(Debug, Deserialize)]
pub(super) struct Chunk<'a> {
    #[serde(borrow, default)]
    pub(super) choices: Option<Vec<Choice<'a>>>,
    #[serde(default)]
    pub(super) usage: Option<UsageSent>,
    #[serde(borrow, default)]
    pub(super) error: Option<ErrorSent<'a>>,
    /// `error` at servers that send their errors flat.
    #[serde(borrow, default)]
    pub(super) object: Text<'a>,
    /// The message of a flat error.
    #[serde(borrow, default)]
    pub(super) message: Text<'a>,
    /// An error of a gateway.
    #[serde(borrow, default)]
    pub(super) detail: Text<'a>,
}

/// One of the answers; we ask for one.
#[derive(Debug, Deserialize)]
pub(super) struct Choice<'a> {
    #[serde(default)]
    pub(super) index: Count,
    #[serde(borrow, default)]
    pub(super) delta: Option<Delta<'a>>,
    /// Instead of `delta` in a reply that is not streamed.
    #[serde(borrow, default)]
    pub(super) message: Option<Delta<'a>>,
    #[serde(borrow, default)]
    pub(super) finish_reason: Text<'a>,
}

/// More of an answer.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Delta<'a> {
    #[serde(borrow, default)]
    pub(super) content: Text<'a>,
    #[serde(borrow, default)]
    pub(super) refusal: Text<'a>,
    #[serde(borrow, default)]
    pub(super) tool_calls: Option<Vec<CallSent<'a>>>,
    /// How calls were sent before there could be several.
    #[serde(borrow, default)]
    pub(super) function_call: Option<FunctionSent<'a>>,
}

/// More of a call.
#[derive(Debug, Deserialize)]
pub(super) struct CallSent<'a> {
    #[serde(default)]
    pub(super) index: Count,
    #[serde(borrow, default)]
    pub(super) id: Text<'a>,
    #[serde(borrow, default)]
    pub(super) function: Option<FunctionSent<'a>>,
}

impl CallSent<'_> {
    /// More of the name; mostly empty.
    pub(super) fn name(&self) -> &str {
        self.function.as_ref().map_or("", |function| &function.name.0)
    }

    /// More of the arguments.
    pub(super) fn arguments(&self) -> &str {
        self.function.as_ref().map_or("", |function| &function.arguments.0)
    }
}

/// More of a call's name and arguments.
#[derive(Debug, Default, Deserialize)]
pub(super) struct FunctionSent<'a> {
    #[serde(borrow, default)]
    pub(super) name: Text<'a>,
    #[serde(borrow, default)]
    pub(super) arguments: Text<'a>,
}

/// An error in the stream: a sentence or an object with one.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum ErrorSent<'a> {
    /// The usual form.
    Object {
        /// What happened.
        #[serde(borrow, default)]
        message: Text<'a>,
        /// Its name, or a number.
        #[serde(borrow, default)]
        code: Text<'a>,
        /// Its class.
        #[serde(borrow, default, rename = "type")]
        kind: Text<'a>,
    },
    /// A sentence, or whatever else.
    Other(#[serde(borrow)] Text<'a>),
}

impl<'a> ErrorSent<'a> {
    /// The message, or else the name of the error.
    pub(super) fn into_message(self) -> Cow<'a, str> {
        match self {
            Self::Object { message, code, kind } => message.or(code).or(kind).0,
            Self::Other(text) => text.0,
        }
    }

    /// Whether it is an error at all: some servers send an empty one along.
    pub(super) fn is_empty(&self) -> bool {
        match self {
            Self::Object { message, code, kind } => {
                message.0.is_empty() && code.0.is_empty() && kind.0.is_empty()
            }
            Self::Other(text) => text.0.is_empty(),
        }
    }

    /// The code or the class, where it is said.
    pub(super) fn code(&self) -> &str {
        match self {
            Self::Object { code, kind, .. } if code.0.is_empty() => &kind.0,
            Self::Object { code, .. } => &code.0,
            Self::Other(_) => "",
        }
    }
}

/// Tokens used, as sent.
#[derive(Debug, Deserialize)]
pub(super) struct UsageSent {
    #[serde(default)]
    pub(super) prompt_tokens: Count,
    #[serde(default)]
    pub(super) completion_tokens: Count,
    #[serde(default)]
    pub(super) prompt_tokens_details: Option<PromptDetails>,
}

/// Of the tokens read, as sent.
#[derive(Debug, Deserialize)]
pub(super) struct PromptDetails {
    #[serde(default)]
    pub(super) cached_tokens: Count,
}
