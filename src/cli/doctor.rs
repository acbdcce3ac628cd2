//! `opscopilot doctor`: what works here, what does not, and what to do about it.
//!
//! Every probe is bounded in time and changes nothing. What is printed went through redaction: a
//! secret is never shown.

use std::{path::PathBuf, process::ExitCode, time::Duration};

use super::{
    Failure,
    serve::{SharedOptions, data_dir},
};
use crate::{
    app::{self, AppConfig, Keep},
    config::{ConfigFile, ServeOptions},
    tools::Registry,
};

mod azure;
mod disk;
mod model;
mod report;
mod rights;
mod server;

use report::{Check, Report};

/// Seconds that one probe may take when nothing else is said.
const PATIENCE_SECONDS: u64 = 20;

/// Check credentials, subscriptions, rights, the model and the disk.
#[derive(Debug, clap::Args)]
#[command(after_help = super::help::DOCTOR)]
pub(super) struct Doctor {
    /// Print one JSON object: ok, checks.
    #[arg(long)]
    json: bool,
    /// Seconds that one check may take.
    #[arg(long, value_name = "SECONDS", default_value_t = PATIENCE_SECONDS,
          value_parser = clap::value_parser!(u64).range(1..=600))]
    timeout: u64,
    /// Check this server too.
    #[arg(long, env = "OPSCOPILOT_URL", value_name = "URL")]
    url: Option<String>,
    /// Directory that keeps the threads and the sample estate.
    #[arg(long, env = "OPSCOPILOT_DATA", value_name = "DIR")]
    data: Option<PathBuf>,
    /// Directory with operations of your own as .kql files.
    #[arg(long, env = "OPSCOPILOT_TOOLS_DIR", value_name = "DIR")]
    tools_dir: Option<PathBuf>,
    #[command(flatten)]
    shared: SharedOptions,
}

impl Doctor {
    pub(super) async fn run(self, file: &ConfigFile) -> Result<ExitCode, Failure> {
        let mut report = Report::new(self.json);
        let patience = Duration::from_secs(self.timeout);
        report.add(Check::ok(
            "version",
            format!(
                "opscopilot {}, {} on {}",
                env!("CARGO_PKG_VERSION"),
                crate::protocol::SUBPROTOCOL,
                std::env::consts::OS
            ),
        ));
        let given = ServeOptions {
            data: self.data.clone(),
            tools_dir: self.tools_dir.clone(),
            ..ServeOptions::default()
        };
        let serve = file.under(&given)?;
        let holder = match data_dir(&serve) {
            Ok(dir) => disk::check(&dir, &mut report),
            Err(error) => {
                report.add(Check::fail("data", error.to_string(), "name one with --data"));
                None
            }
        };
        let registry = operations(&serve, &mut report);
        match self.shared.config(file, &serve, Keep::Nothing) {
            Ok(config) => outside(&config, registry.as_ref(), patience, &mut report).await,
            Err(error) => {
                let what_to_do = "mend the option, the variable or the key it names";
                report.add(Check::fail("configuration", error.to_string(), what_to_do));
            }
        }
        let trust = self.shared.trust(file)?;
        for url in self.url.iter().chain(&holder) {
            server::check(url, &trust, patience, &mut report).await;
        }
        Ok(report.end())
    }
}

/// What can be done at all.
fn operations(serve: &ServeOptions, report: &mut Report) -> Option<Registry> {
    let registry = match &serve.tools_dir {
        Some(dir) => Registry::with_dir(dir),
        None => Registry::built_in(),
    };
    match registry {
        Ok(registry) => {
            report.add(Check::ok("operations", format!("{} loaded", registry.specs().count())));
            Some(registry)
        }
        Err(error) => {
            let error = Failure::of(&error).message;
            report.add(Check::fail("operations", error, "mend the file, or leave --tools-dir out"));
            None
        }
    }
}

/// What is outside: Azure and the model, each for itself.
async fn outside(
    config: &AppConfig,
    registry: Option<&Registry>,
    patience: Duration,
    report: &mut Report,
) {
    let built = Box::pin(app::azure::build(config)).await;
    let azure = match built {
        Ok(azure) => azure,
        Err(error) => {
            let what_to_do = "mend --cloud, --azure-endpoint or the credential it names";
            report.add(Check::fail("azure", Failure::of(&error).message, what_to_do));
            let text = "not checked: it is reached by way of the Azure settings".to_owned();
            report.add(Check::warn("model", text, "mend the Azure settings first"));
            return;
        }
    };
    azure::check(config, &azure, registry, patience, report).await;
    model::check(&config.model, &azure, patience, report).await;
    if let Some(estate) = azure.estate
        && let Err(error) = estate.shut_down().await
    {
        tracing::debug!(error = &error as &dyn std::error::Error, "the sample estate failed");
    }
}
