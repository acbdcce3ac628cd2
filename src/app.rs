//! The app: builds every long-lived part once, and knows who needs whom.
//!
//! The only room, with `cli`, that knows there is a sample estate.

use std::{path::PathBuf, sync::Arc, time::Duration};

use tokio::{net::TcpListener, sync::broadcast::error::RecvError};

use crate::{
    agent::{Agent, AgentError, AgentParts, DEFAULT_MAX_RUNS, Instructions, Models, PromptError},
    azure::{ArmClient, ArmError, CloudError, CredentialError, HttpError, Notice as Waiting},
    clock::Clock,
    config::{AzureOptions, ConfigError, EstateOptions, LimitOptions, ModelOptions},
    estate::{EstateError, RunningEstate},
    model::{ChatModel, openai::SettingsError},
    planner::Planner,
    protocol::{EstateInfo, Notice, NoticeLevel, RunLimits},
    server::{self, MetricsText, RunningServer, ServerSettings},
    store::{Store, StoreError},
    telemetry,
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
    /// The operator's instructions cannot be used.
    #[error(transparent)]
    Prompts(#[from] PromptError),
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
    /// Runs at work at once; the agent's own number when absent.
    pub max_runs: Option<usize>,
    /// Connections at once; the server's own number when absent.
    pub max_connections: Option<usize>,
    /// What time it is: another time than now only where answers are examined.
    pub clock: Clock,
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
    let instructions = match &config.model.prompts_dir {
        Some(dir) => Instructions::with_dir(dir)?,
        None => Instructions::embedded(),
    };
    let parts = AgentParts {
        store: store.clone(),
        tools: Arc::new(registry),
        router,
        models: Models::new(primary, planner),
        azure: azure.client.reader(),
        subscriptions,
        estate: azure.info.name.clone(),
        clock: config.clock.clone(),
        limits: limits(&config.limits),
        max_runs: config.max_runs.unwrap_or(DEFAULT_MAX_RUNS),
    };
    let agent = Agent::instructed(parts, instructions);
    forward_notices(&azure.client, &agent);
    let settings = settings(&config, azure.info.clone());
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

/// How the edge is set up; what is counted is kept small from here on.
fn settings(config: &AppConfig, estate: EstateInfo) -> ServerSettings {
    let usual = ServerSettings::default();
    let meters = telemetry::meters();
    if let Some(meters) = meters.clone() {
        tokio::spawn(meters.keep_up());
    }
    ServerSettings {
        estate,
        allowed_origins: config.allow_origin.clone(),
        max_connections: config.max_connections.unwrap_or(usual.max_connections),
        metrics: meters.map_or(usual.metrics, |meters| MetricsText::of(move || meters.text())),
        ..usual
    }
}

/// Tells people what the Azure client waits for.
fn forward_notices(client: &ArmClient, agent: &Agent) {
    let mut notices = client.notices();
    let agent = agent.clone();
    tokio::spawn(async move {
        loop {
            let notice = match notices.recv().await {
                Ok(notice) => notice,
                // The oldest are lost, not the rest.
                Err(RecvError::Lagged(_)) => continue,
                Err(RecvError::Closed) => return,
            };
            let level = match &notice {
                Waiting::ThrottledOut { .. } => NoticeLevel::Warning,
                Waiting::Throttled { .. } | Waiting::Unsteady { .. } => NoticeLevel::Info,
            };
            agent.notify(Notice {
                level,
                code: notice.code().to_owned(),
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
