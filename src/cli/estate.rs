//! `opscopilot estate`: the sample estate as a server of its own.

use std::{net::SocketAddr, path::PathBuf, process::ExitCode};

use clap::{Args, Subcommand};

use super::{Failure, announce, asked_to_stop, serve::listen};
use crate::{
    config::{ConfigFile, EstateOptions},
    estate::{self, Options, Throttling},
};

/// Where the sample estate listens when it is told nothing.
const DEFAULT_LISTEN: &str = "127.0.0.1:8766";

/// Where a data directory keeps the estate: `serve` keeps it there too.
const FOLDER: &str = "estate";

/// Serve the sample estate as an Azure Resource Manager of its own.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
#[command(after_help = super::help::ESTATE)]
pub(super) struct Estate {
    #[command(subcommand)]
    command: Option<EstateCommand>,
    #[command(flatten)]
    serve: ServeEstate,
}

#[derive(Debug, Subcommand)]
enum EstateCommand {
    /// Forget the stored estate: seed, scale, anchor and all that was changed in it.
    Reset {
        /// Directory that keeps it.
        #[arg(long, value_name = "DIR")]
        data: PathBuf,
    },
}

#[derive(Debug, Args)]
struct ServeEstate {
    /// Address and port to listen on; port 0 takes a free one.
    #[arg(long, env = "OPSCOPILOT_LISTEN", value_name = "ADDR:PORT")]
    listen: Option<SocketAddr>,
    #[command(flatten)]
    estate: EstateOptions,
    /// Directory that keeps the estate and what was changed in it; in memory without one.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// File that gets one JSON line for each request.
    #[arg(long, env = "OPSCOPILOT_LEDGER", value_name = "FILE")]
    ledger: Option<PathBuf>,
    /// Throttle callers as Azure Resource Manager does.
    #[arg(long, env = "OPSCOPILOT_THROTTLE")]
    throttle: bool,
    /// The most items on a page of a list.
    #[arg(long, env = "OPSCOPILOT_PAGE_SIZE", value_name = "NUMBER")]
    page_size: Option<usize>,
}

impl Estate {
    pub(super) async fn run(self, file: &ConfigFile) -> Result<ExitCode, Failure> {
        if let Some(EstateCommand::Reset { data }) = self.command {
            estate::reset(&data.join(FOLDER))?;
            println!("the sample estate in {} is forgotten", data.display());
            return Ok(ExitCode::SUCCESS);
        }
        let world = file.under(&self.serve.estate)?;
        let usual = Options::default();
        let options = Options {
            seed: world.seed,
            scale: world.scale,
            anchor: world.anchor,
            data: self.serve.data.map(|dir| dir.join(FOLDER)),
            ledger: self.serve.ledger,
            throttling: if self.serve.throttle { Throttling::Published } else { Throttling::Off },
            page_size: self.serve.page_size.unwrap_or(usual.page_size),
            ..usual
        };
        let listener = listen(self.serve.listen, DEFAULT_LISTEN).await?;
        let running = estate::serve(listener, options)?;
        announce(&running.endpoint());
        asked_to_stop().await;
        running.shut_down().await?;
        Ok(ExitCode::SUCCESS)
    }
}
