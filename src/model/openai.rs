//! Any OpenAI-compatible endpoint: OpenAI, Azure OpenAI, vLLM, llama.cpp, Ollama, LiteLLM, ….
//!
//! The only room that names `async_openai`, and of it only the request's types. Its client is
//! not compiled in: it retries on its own under our time-outs, logs bodies, queues a stream
//! without a bound, and its chunks refuse what other servers send. The stream is read here
//! instead, in bounded memory and without a task of its own.
//!
//! It knows nothing of tools, threads, the agent or the configuration.

mod attempt;
mod calls;
mod chunk;
mod complaint;
mod decoder;
mod endpoint;
mod finish;
mod lenient;
mod refusal;
mod reply;
mod request;
mod settings;
mod sse;
mod surrogates;

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use futures_util::{FutureExt, StreamExt, future::BoxFuture, stream};

pub use settings::{
    AzureAuth, EndpointKind, OpenAiSettings, OutputLimitField, ParallelCalls, Secret,
    SettingsError, TokenFn, ToolSupport,
};

use self::{attempt::Begun, decoder::Decoder, endpoint::Endpoint, reply::Reply};
use super::{ChatModel, ModelError, ModelEvent, ModelRequest, ModelStream};
use crate::protocol::FinishReason;

/// A model at an OpenAI-compatible endpoint.
pub struct OpenAi {
    settings: OpenAiSettings,
    endpoint: Endpoint,
    /// The model's name in the request: Azure's deployment, else the model.
    asked_model: String,
    http: reqwest::Client,
    /// The endpoint refused `stream_options`; it is not sent again.
    is_usage_unknown: AtomicBool,
}

impl std::fmt::Debug for OpenAi {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OpenAi").field("settings", &self.settings).finish_non_exhaustive()
    }
}

/// Begins an HTTP client that is right for an endpoint; a custom CA or a proxy can be added.
///
/// It follows no redirect, since a key would go along, and never asks a proxy for this machine.
///
/// # Errors
/// [`SettingsError`] when the address or the key is not usable.
pub fn client_builder(
    kind: &EndpointKind,
    connect_timeout: Duration,
) -> Result<reqwest::ClientBuilder, SettingsError> {
    let endpoint = Endpoint::new(kind)?;
    let builder = reqwest::Client::builder()
        .connect_timeout(connect_timeout)
        .redirect(reqwest::redirect::Policy::none())
        .user_agent(concat!("opscopilot/", env!("CARGO_PKG_VERSION")));
    Ok(if endpoint.is_loopback() { builder.no_proxy() } else { builder })
}

impl OpenAi {
    /// A model that is asked through `http`, see [`client_builder`].
    ///
    /// # Errors
    /// [`SettingsError`] when the address, the key or a name is not usable.
    pub fn new(settings: OpenAiSettings, http: reqwest::Client) -> Result<Self, SettingsError> {
        if settings.model.trim().is_empty() {
            return Err(SettingsError::Empty("the model's name"));
        }
        let endpoint = Endpoint::new(&settings.kind)?;
        let asked_model = match &settings.kind {
            EndpointKind::Plain { .. } => settings.model.clone(),
            EndpointKind::Azure { deployment, .. } => deployment.trim().to_owned(),
        };
        let is_usage_unknown = AtomicBool::new(false);
        Ok(Self { settings, endpoint, asked_model, http, is_usage_unknown })
    }

    /// How many tokens a request and its reply may have together.
    #[must_use]
    pub fn context_window_tokens(&self) -> u32 {
        self.settings.context_window_tokens
    }

    /// Host and path that are asked, without credentials.
    #[must_use]
    pub fn endpoint(&self) -> &str {
        &self.endpoint.label
    }

    fn body(&self, request: &ModelRequest, usage: AskUsage) -> Result<Bytes, ModelError> {
        let mut body = request::body(request, &self.settings, &self.asked_model);
        match usage {
            AskUsage::Yes => {}
            AskUsage::No => body.stream_options = None,
        }
        let malformed = |error: serde_json::Error| ModelError::Malformed {
            reason: format!("the request is no JSON: {error}"),
        };
        serde_json::to_vec(&body).map(Bytes::from).map_err(malformed)
    }

    fn asks_usage(&self) -> AskUsage {
        match self.is_usage_unknown.load(Ordering::Relaxed) {
            true => AskUsage::No,
            false => AskUsage::Yes,
        }
    }

    /// Remembers that the endpoint does not know how to say its usage.
    fn forget_usage(&self) -> AskUsage {
        self.is_usage_unknown.store(true, Ordering::Relaxed);
        AskUsage::No
    }
}

/// Whether the request asks for the usage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum AskUsage {
    Yes,
    No,
}

impl ChatModel for OpenAi {
    fn name(&self) -> &str {
        &self.settings.model
    }

    fn reply(&self, request: ModelRequest) -> BoxFuture<'_, Result<ModelStream, ModelError>> {
        let request = Arc::new(request);
        async move {
            match self.begin(&request).await? {
                Begun::Filtered => {
                    let finish = FinishReason::ContentFilter;
                    let end = Ok(ModelEvent::End { finish, usage: None });
                    Ok(stream::iter([end]).boxed())
                }
                Begun::Reply { first, response, complaint } => {
                    let decoder = Decoder::new(self.settings.max_reply_bytes, complaint);
                    Ok(Reply::new(&first, response, decoder, &self.settings).into_stream())
                }
            }
        }
        .boxed()
    }
}
