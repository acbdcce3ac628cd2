//! Which model: an endpoint when one is configured, else none.

use std::sync::Arc;

use futures_util::FutureExt;

use super::{AppError, azure::Azure};
use crate::{
    azure::{Credential, credential::Identity},
    config::{ConfigError, ModelOptions},
    model::{
        ChatModel,
        openai::{
            AzureAuth, EndpointKind, OpenAi, OpenAiSettings, OutputLimitField, ParallelCalls,
            Secret, SettingsError, TokenFn, ToolSupport,
        },
    },
};

/// Where OpenAI itself is.
const OPENAI_BASE_URL: &str = "https://api.openai.com/v1";
/// The model that is asked when none is named.
const DEFAULT_MODEL: &str = "gpt-4.1";
/// What Azure OpenAI's tokens are asked for.
const AZURE_OPENAI_SCOPE: &str = "https://cognitiveservices.azure.com/.default";

/// The configured model, if there is one.
pub(crate) fn build(
    options: &ModelOptions,
    azure: &Azure,
) -> Result<Option<Arc<dyn ChatModel>>, AppError> {
    if options.planner == Some(true) {
        return Ok(None);
    }
    let Some((kind, name)) = endpoint(options, azure)? else { return Ok(None) };
    let output_field = match options.model_output_field.as_deref() {
        None | Some("max_completion_tokens") => OutputLimitField::MaxCompletionTokens,
        Some("max_tokens") => OutputLimitField::MaxTokens,
        Some(other) => {
            let problem =
                format!("`{other}` is no output field: max_completion_tokens or max_tokens");
            return Err(ConfigError::Invalid(problem).into());
        }
    };
    let settings = OpenAiSettings {
        max_output_tokens: options.model_max_output_tokens,
        output_limit_field: output_field,
        parallel_calls: match options.model_parallel_calls {
            None => ParallelCalls::Unsent,
            Some(true) => ParallelCalls::On,
            Some(false) => ParallelCalls::Off,
        },
        tools: match options.model_tools {
            None | Some(true) => ToolSupport::Native,
            Some(false) => ToolSupport::None,
        },
        ..OpenAiSettings::new(kind, name)
    };
    let url = match &settings.kind {
        EndpointKind::Plain { base_url, .. } => base_url,
        EndpointKind::Azure { endpoint, .. } => endpoint,
    };
    let url = url::Url::parse(url).map_err(|error| SettingsError::Address(error.to_string()))?;
    let http = azure.http.client_for(&url)?.clone();
    Ok(Some(Arc::new(OpenAi::new(settings, http)?)))
}

fn endpoint(
    options: &ModelOptions,
    azure: &Azure,
) -> Result<Option<(EndpointKind, String)>, AppError> {
    if let Some(endpoint) = &options.azure_openai_endpoint {
        let Some(deployment) = &options.azure_openai_deployment else {
            let problem = "Azure OpenAI needs the name of a deployment: --azure-openai-deployment";
            return Err(ConfigError::Invalid(problem.to_owned()).into());
        };
        let auth = match &options.azure_openai_api_key {
            Some(key) => AzureAuth::Key(Secret::new(key.expose())),
            None => AzureAuth::Token(token_of(azure)?),
        };
        let kind = EndpointKind::Azure {
            endpoint: endpoint.clone(),
            deployment: deployment.clone(),
            api_version: options.azure_openai_api_version.clone(),
            auth,
        };
        let name = options.openai_model.clone().unwrap_or_else(|| deployment.clone());
        return Ok(Some((kind, name)));
    }
    if options.openai_base_url.is_none() && options.openai_api_key.is_none() {
        return Ok(None);
    }
    let kind = EndpointKind::Plain {
        base_url: options.openai_base_url.clone().unwrap_or_else(|| OPENAI_BASE_URL.to_owned()),
        api_key: options.openai_api_key.as_ref().map(|key| Secret::new(key.expose())),
    };
    let name = options.openai_model.clone().unwrap_or_else(|| DEFAULT_MODEL.to_owned());
    Ok(Some((kind, name)))
}

/// How the Azure identity signs in at the model.
fn token_of(azure: &Azure) -> Result<TokenFn, AppError> {
    let identity = azure.identity.clone().unwrap_or(Identity::DeveloperTools);
    let credential = Credential::identity(identity, &azure.cloud, &azure.http)?;
    Ok(Arc::new(move || {
        let credential = credential.clone();
        async move {
            let token = credential.token(AZURE_OPENAI_SCOPE).await;
            token.map(|token| token.expose().to_owned()).map_err(|error| error.to_string())
        }
        .boxed()
    }))
}
