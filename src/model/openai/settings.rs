//! What an operator says about an endpoint: where it is, who we are there, what its model can do
//! and how long we wait.
//!
//! Values only. It reads neither files nor the environment, and it never prints a secret.

use std::{fmt, sync::Arc, time::Duration};

use futures_util::future::BoxFuture;

use crate::retry::RetryPolicy;

/// A key that is never printed. Cheap to clone.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Arc<str>);

impl Secret {
    /// Takes the secret; white space around it (a file's last newline) is no part of it.
    #[must_use]
    pub fn new(secret: &str) -> Self {
        Self(secret.trim().into())
    }

    /// The secret itself, for the header it is sent in.
    pub(super) fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

/// Gives the current bearer token, or says in clear words why there is none. It is asked before
/// each attempt, so it should cache.
pub type TokenFn = Arc<dyn Fn() -> BoxFuture<'static, Result<String, String>> + Send + Sync>;

/// How we prove to Azure OpenAI who we are.
#[derive(Clone)]
pub enum AzureAuth {
    /// The resource's key, sent as `api-key`.
    Key(Secret),
    /// A token of Microsoft Entra ID, sent as a bearer.
    Token(TokenFn),
}

impl fmt::Debug for AzureAuth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Key(_) => "Key([secret])",
            Self::Token(_) => "Token",
        })
    }
}

/// Where the endpoint is and who we are there.
#[derive(Clone, Debug)]
pub enum EndpointKind {
    /// OpenAI, or anything that speaks like it: vLLM, llama.cpp, Ollama, LiteLLM, ….
    Plain {
        /// What `/chat/completions` is appended to, e.g. `https://api.openai.com/v1`.
        base_url: String,
        /// The bearer; servers on one's own machine often want none.
        api_key: Option<Secret>,
    },
    /// Azure OpenAI.
    Azure {
        /// The resource, e.g. `https://contoso.openai.azure.com`. The "target URI" that the
        /// portal shows is understood too.
        endpoint: String,
        /// The deployment's name.
        deployment: String,
        /// With a version: `/openai/deployments/{deployment}/chat/completions?api-version=…`.
        /// Without one: `/openai/v1/chat/completions`, which has no versions.
        api_version: Option<String>,
        /// How we prove who we are.
        auth: AzureAuth,
    },
}

/// The field that the output limit is sent in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutputLimitField {
    /// `max_completion_tokens`: OpenAI's own, and the only one its reasoning models take.
    MaxCompletionTokens,
    /// `max_tokens`: what most other servers know.
    MaxTokens,
}

/// Whether the model may ask for several tools in one reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParallelCalls {
    /// `parallel_tool_calls: true`.
    On,
    /// `parallel_tool_calls: false`.
    Off,
    /// The field is not sent: some servers refuse it.
    Unsent,
}

/// Whether the model can be offered tools.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ToolSupport {
    /// Tools, calls and results are sent as such.
    Native,
    /// None is offered, and the calls and results of earlier messages are sent as plain text.
    None,
}

/// Everything about one endpoint and its model.
#[derive(Clone, Debug)]
pub struct OpenAiSettings {
    /// Where it is and who we are there.
    pub kind: EndpointKind,
    /// The model asked for, and the name shown to people.
    pub model: String,
    /// How many tokens a request and its reply may have together.
    pub context_window_tokens: u32,
    /// How many tokens a reply may have; `None` leaves it to the endpoint.
    pub max_output_tokens: Option<u32>,
    /// The field that limit is sent in.
    pub output_limit_field: OutputLimitField,
    /// Several calls in one reply?
    pub parallel_calls: ParallelCalls,
    /// Tools at all?
    pub tools: ToolSupport,
    /// The temperature; `None` leaves it to the endpoint (reasoning models refuse it).
    pub temperature: Option<f32>,
    /// How long one attempt may take to the first byte of the reply's body, connecting included.
    pub first_byte_timeout: Duration,
    /// How long a reply may be silent once it has begun.
    pub silence_timeout: Duration,
    /// How long a whole reply may take, keep-alive comments notwithstanding.
    pub reply_timeout: Duration,
    /// How often a request that has no answer yet is tried again.
    pub retry: RetryPolicy,
    /// The most bytes one reply's body may have, whatever is in it.
    pub max_reply_bytes: usize,
}

impl OpenAiSettings {
    /// The usual settings for `model` at an endpoint.
    #[must_use]
    pub fn new(kind: EndpointKind, model: impl Into<String>) -> Self {
        Self {
            kind,
            model: model.into(),
            context_window_tokens: 128_000,
            max_output_tokens: None,
            output_limit_field: OutputLimitField::MaxCompletionTokens,
            parallel_calls: ParallelCalls::Unsent,
            tools: ToolSupport::Native,
            temperature: None,
            first_byte_timeout: Duration::from_secs(45),
            silence_timeout: Duration::from_secs(60),
            reply_timeout: Duration::from_secs(600),
            retry: RetryPolicy::default(),
            max_reply_bytes: 16 * 1024 * 1024,
        }
    }
}

/// Why settings are no settings.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// The address is none.
    #[error("the model's address is not usable: {0}")]
    Address(String),
    /// The key cannot be sent in a header.
    #[error("the model's key has characters that no key has: was a whole line or file pasted?")]
    Key,
    /// A name is missing.
    #[error("{0} is empty")]
    Empty(&'static str),
}
