//! `opscopilot chat`: a conversation in the terminal, or over pipes.

use std::{io::IsTerminal as _, path::PathBuf, process::ExitCode};

use super::{
    Failure,
    client::Address,
    place::Place,
    serve::{SharedOptions, data_dir},
    show::{Detail, Paper, Sheet, Shower},
};
use crate::{
    app::Keep,
    config::{ConfigFile, ServeOptions},
};

mod evidence;
mod input;
mod order;
mod run;
mod session;
mod threads;

use input::Input;
use session::{Session, Setting};

/// The file of the lines that were typed, in the data directory.
const HISTORY: &str = "history";

/// Talk in the terminal.
#[derive(Debug, clap::Args)]
#[command(after_help = super::help::CHAT)]
pub(super) struct Chat {
    /// Go on with this thread; `last` is the one that was touched last.
    #[arg(long, value_name = "ID")]
    thread: Option<String>,
    /// ARM id that a new thread is bound to; may be repeated.
    #[arg(long, value_name = "ID")]
    scope: Vec<String>,
    /// Talk with this server instead of one of our own.
    #[arg(long, env = "OPSCOPILOT_URL", value_name = "URL")]
    url: Option<String>,
    /// Directory that keeps the threads and the sample estate: that of `serve`.
    #[arg(long, env = "OPSCOPILOT_DATA", value_name = "DIR")]
    data: Option<PathBuf>,
    /// Directory with operations of your own as .kql files.
    #[arg(long, env = "OPSCOPILOT_TOOLS_DIR", value_name = "DIR")]
    tools_dir: Option<PathBuf>,
    #[command(flatten)]
    shared: SharedOptions,
}

impl Chat {
    pub(super) async fn run(self, file: &ConfigFile) -> Result<ExitCode, Failure> {
        let given = ServeOptions {
            data: self.data.clone(),
            tools_dir: self.tools_dir.clone(),
            ..ServeOptions::default()
        };
        let serve = file.under(&given)?;
        let data = data_dir(&serve);
        let place = match &self.url {
            Some(url) => Place::Named(Address::parse(url)?),
            None => {
                let keep = Keep::In(data_dir(&serve)?);
                Place::here(self.shared.config(file, &serve, keep)?)
            }
        };
        let people = std::io::stdin().is_terminal() && std::io::stdout().is_terminal();
        let input = match people {
            true => Input::typed(data.ok().map(|dir| dir.join(HISTORY)))?,
            false => Input::piped(),
        };
        let setting = Setting {
            place: place.clone(),
            trust: self.shared.trust(file)?,
            scope: self.scope,
            thread: self.thread,
        };
        let shower = Shower::new(Paper::new(Sheet::One), Detail::Full);
        let talked = match Session::begin(setting, shower, input).await {
            Ok(session) => session.talk().await,
            Err(error) => Err(error),
        };
        place.leave().await;
        Ok(ExitCode::from(talked?))
    }
}
