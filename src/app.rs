//! The app: builds every long-lived part once, and knows who needs whom.
//!
//! The only room, with `cli`, that knows there is a sample estate.

use std::{path::PathBuf, sync::Arc, time::Duration};

use tokio::net::TcpListener;

use crate::{
    agent::{Agent, AgentError, AgentParts, Models},
    azure::{ArmClient, ArmError, CloudError, CredentialError, HttpError},
    clock::Clock,
    config::{AzureOptions, ConfigError, EstateOptions, LimitOptions, ModelOptions},
    estate::{EstateError, RunningEstate},
    model::{ChatModel, openai::SettingsError},
    planner::Planner,
    protocol::{Notice, NoticeLevel, RunLimits},
    server::{self, RunningServer, ServerSettings},
    store::{Store, StoreError},
    tools::{Registry, RegistryError, Router},
};

pub(crate) mod azure;
pub(crate) mod model;

/// Why the service cannot start.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// The configuration is not usable.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The cloud or endpoint is not usable.
    #[error(transparent)]
    Cloud(#[from] CloudError),
    /// There is no usable credential.
    #[error(transparent)]
    Credential(#[from] CredentialError),
    /// Connections cannot be made.
    #[error(transparent)]
    Http(#[from] HttpError),
    /// The Azure client cannot be made.
    #[error(transparent)]
    Azure(#[from] ArmError),
    /// The model's settings are not usable.
    #[error("the model cannot be used: {0}")]
    Model(#[from] SettingsError),
    /// The tools cannot be loaded.
    #[error(transparent)]
    Tools(#[from] RegistryError),
    /// The store cannot be opened.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The sample estate cannot be served.
    #[error(transparent)]
    Estate(#[from] EstateError),
    /// The agent cannot start.
    #[error(transparent)]
    Agent(#[from] AgentError),
    /// The address cannot be listened on.
    #[error("{address} cannot be listened on: {source}")]
    Listen {
        /// The address.
        address: String,
        /// Why.
        source: std::io::Error,
    },
}

/// Where threads are kept.
#[derive(Clone, Debug)]
pub enum Keep {
    /// In this directory, with the sample estate.
    In(PathBuf),
    /// Nowhere: gone with the process.
    Nothing,
}

/// Everything a service is built from.
#[derive(Clone, Debug)]
pub struct AppConfig {
    /// Where threads are kept.
    pub keep: Keep,
    /// Which Azure.
    pub azure: AzureOptions,
    /// Which model.
    pub model: ModelOptions,
    /// The sample estate, where no Azure is chosen.
    pub estate: EstateOptions,
    /// What a run may use.
    pub limits: LimitOptions,
    /// Operations of the operator's own.
    pub tools_dir: Option<PathBuf>,
    /// Pages of others that may use the service.
    pub allow_origin: Vec<String>,
}

/// A service that answers.
pub struct RunningApp {
    server: RunningServer,
    store: Store,
    estate: Option<RunningEstate>,
}

/// Builds everything and serves it on `listener`.
///
/// # Errors
/// Any [`AppError`].
pub async fn start(config: AppConfig, listener: TcpListener) -> Result<RunningApp, AppError> {
    let store = match &config.keep {
        Keep::In(dir) => Store::open(dir).await?,
        Keep::Nothing => Store::temporary().await?,
    };
    let azure = azure::build(&config).await?;
    let registry = match &config.tools_dir {
        Some(dir) => Registry::with_dir(dir)?,
        None => Registry::built_in()?,
    };
    let router = Arc::new(Router::new(&registry));
    let planner: Arc<dyn ChatModel> = Arc::new(Planner::new(&registry, Arc::clone(&router)));
    let primary = match model::build(&config.model, &azure)? {
        Some(model) => model,
        None => Arc::clone(&planner),
    };
    let subscriptions = azure::allowed(&config.azure)?;
    let agent = Agent::new(AgentParts {
        store: store.clone(),
        tools: Arc::new(registry),
        router,
        models: Models::new(primary, planner),
        azure: azure.client.reader(),
        subscriptions,
        estate: azure.info.name.clone(),
        clock: Clock::system(),
        limits: limits(&config.limits),
    });
    forward_notices(&azure.client, &agent);
    let settings = ServerSettings {
        estate: azure.info.clone(),
        allowed_origins: config.allow_origin,
        ..ServerSettings::default()
    };
    let address = || "the listener".to_owned();
    let server = server::serve(listener, agent.clone(), settings)
        .map_err(|source| AppError::Listen { address: address(), source })?;
    store.announce(&server.url())?;
    let resumed = agent.resume().await?;
    if resumed > 0 {
        tracing::info!(threads = resumed, "went on with what was at work");
    }
    Ok(RunningApp { server, store, estate: azure.estate })
}

impl RunningApp {
    /// The base URL.
    #[must_use]
    pub fn url(&self) -> String {
        self.server.url()
    }

    /// Stops everything; runs at work get `grace` to end.
    pub async fn stop(self, grace: Duration) {
        self.server.stop(grace).await;
        self.store.close().await;
        if let Some(estate) = self.estate
            && let Err(error) = estate.shut_down().await
        {
            tracing::warn!(error = &error as &dyn std::error::Error, "the sample estate failed");
        }
    }
}

/// Tells people what the Azure client waits for.
fn forward_notices(client: &ArmClient, agent: &Agent) {
    let mut notices = client.notices();
    let agent = agent.clone();
    tokio::spawn(async move {
        while let Ok(notice) = notices.recv().await {
            agent.notify(Notice {
                level: NoticeLevel::Info,
                code: "azureThrottled".to_owned(),
                message: notice.to_string(),
                thread_id: None,
            });
        }
    });
}

fn limits(options: &LimitOptions) -> RunLimits {
    let usual = RunLimits::default();
    RunLimits {
        steps: options.max_steps.unwrap_or(usual.steps),
        tool_calls: options.max_tool_calls.unwrap_or(usual.tool_calls),
        work_ms: options.max_run_seconds.map_or(usual.work_ms, |s| s.saturating_mul(1000)),
        ..usual
    }
}
