//! `opscopilot serve`.

use std::{net::SocketAddr, path::PathBuf, process::ExitCode, time::Duration};

use tokio::net::TcpListener;

use super::{Failure, announce, asked_to_stop, client::Trust};
use crate::{
    app::{self, AppConfig, AppError, Keep},
    clock::Clock,
    config::{
        AzureOptions, ConfigError, ConfigFile, EstateOptions, LimitOptions, ModelOptions,
        ServeOptions,
    },
};

/// Where the service listens when it is told nothing.
const DEFAULT_LISTEN: &str = "127.0.0.1:8765";
/// How long runs at work may go on when the service is asked to stop.
const GRACE: Duration = Duration::from_secs(10);

/// Serve the chat: the web page, the WebSocket and the REST API.
#[derive(Debug, clap::Args)]
#[command(after_help = super::help::SERVE)]
pub(super) struct Serve {
    #[command(flatten)]
    serve: ServeOptions,
    #[command(flatten)]
    shared: SharedOptions,
}

/// What every command takes that starts a service.
#[derive(Debug, clap::Args)]
pub(super) struct SharedOptions {
    #[command(flatten, next_help_heading = "Azure")]
    azure: AzureOptions,
    #[command(flatten, next_help_heading = "Model")]
    model: ModelOptions,
    #[command(flatten, next_help_heading = "Sample estate")]
    estate: EstateOptions,
    #[command(flatten, next_help_heading = "Limits of a run")]
    limits: LimitOptions,
}

impl SharedOptions {
    /// Whom a client trusts.
    pub(super) fn trust(&self, file: &ConfigFile) -> Result<Trust, ConfigError> {
        Ok(Trust::with(file.under(&self.azure)?.ca_file))
    }

    /// The configuration of a service that keeps its threads in `keep`.
    pub(super) fn config(
        &self,
        file: &ConfigFile,
        serve: &ServeOptions,
        keep: Keep,
    ) -> Result<AppConfig, ConfigError> {
        let mut azure = file.under(&self.azure)?;
        if self.azure.azure_endpoint.is_some() {
            azure.cloud = self.azure.cloud.clone();
        } else if self.azure.cloud.is_some() {
            azure.azure_endpoint = None;
        }
        // Flags and our own variables first, then the common names, then the file.
        let given = self.model.clone().or_common_names(|name| std::env::var(name).ok());
        Ok(AppConfig {
            keep,
            azure,
            model: file.under(&given)?,
            estate: file.under(&self.estate)?,
            limits: file.under(&self.limits)?,
            tools_dir: serve.tools_dir.clone(),
            allow_origin: serve.allow_origin.clone(),
            max_runs: serve.max_runs,
            max_connections: serve.max_connections,
            clock: Clock::system(),
        })
    }
}

impl Serve {
    pub(super) async fn run(self, file: &ConfigFile) -> Result<ExitCode, Failure> {
        let serve = file.under(&self.serve)?;
        let config = self.shared.config(file, &serve, Keep::In(data_dir(&serve)?))?;
        let listener = listen(serve.listen, DEFAULT_LISTEN).await?;
        let app = app::start(config, listener).await?;
        announce(&app.url());
        asked_to_stop().await;
        tracing::info!("stopping");
        // A second request stops at once.
        tokio::select! {
            () = app.stop(GRACE) => {}
            () = asked_to_stop() => {}
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// Binds a loopback address.
pub(super) async fn listen(
    asked: Option<SocketAddr>,
    default: &str,
) -> Result<TcpListener, Failure> {
    let address = match asked {
        Some(address) => address,
        None => default.parse().map_err(|error| ConfigError::Invalid(format!("{error}")))?,
    };
    if !address.ip().is_loopback() {
        return Err(ConfigError::Invalid(format!(
            "{address} is not a loopback address: until there is authentication, the service \
             answers this machine only (use 127.0.0.1 or [::1])"
        ))
        .into());
    }
    TcpListener::bind(address)
        .await
        .map_err(|source| AppError::Listen { address: address.to_string(), source }.into())
}

/// The data directory of `serve` and `chat`: the one named, else that of the user.
pub(super) fn data_dir(serve: &ServeOptions) -> Result<PathBuf, ConfigError> {
    serve.data.clone().map_or_else(default_data, Ok)
}

/// `$XDG_DATA_HOME/opscopilot`, or `~/.local/share/opscopilot`.
fn default_data() -> Result<PathBuf, ConfigError> {
    let set = |name| std::env::var_os(name).filter(|v| !v.is_empty()).map(PathBuf::from);
    let base =
        set("XDG_DATA_HOME").or_else(|| std::env::home_dir().map(|home| home.join(".local/share")));
    base.map(|base| base.join("opscopilot")).ok_or_else(|| {
        ConfigError::Invalid("there is no home directory: name a data directory with --data".into())
    })
}
