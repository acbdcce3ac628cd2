//! The command line: reads options, starts the app, speaks to a server. One file a command.

use std::{path::PathBuf, process::ExitCode};

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::config::{ConfigFile, LogOptions};

mod ask;
mod chat;
mod client;
mod doctor;
mod estate;
mod eval;
mod help;
mod place;
mod schema;
mod serve;
mod show;
mod signals;
mod tools;

/// The heading of the options that every command has.
const EVERYWHERE: &str = "Configuration and log";

/// An agentic copilot for Azure operations.
///
/// Without any option it talks about a built-in sample estate and answers with a built-in
/// planner: no tenant and no model key are needed.
#[derive(Debug, Parser)]
#[command(name = "opscopilot", version, about, long_about, max_term_width = 100)]
#[command(after_help = help::TOP)]
struct Cli {
    /// Configuration file (default: opscopilot.toml here, if there is one).
    #[arg(long, env = "OPSCOPILOT_CONFIG", value_name = "FILE", global = true)]
    #[arg(help_heading = EVERYWHERE)]
    config: Option<PathBuf>,
    #[command(flatten, next_help_heading = EVERYWHERE)]
    log: LogOptions,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the chat: the web page, the WebSocket and the REST API.
    Serve(serve::Serve),
    /// Talk in the terminal.
    Chat(chat::Chat),
    /// Ask one question and print the answer.
    Ask(ask::Ask),
    /// Check credentials, subscriptions, rights, the model and the disk.
    Doctor(doctor::Doctor),
    /// Print the operations that the copilot can do.
    Tools(tools::Tools),
    /// Serve the sample estate as an Azure Resource Manager of its own.
    Estate(estate::Estate),
    /// Ask questions with known answers and report what share is right.
    Eval(eval::Eval),
    /// Write the JSON schemas of the chat protocol.
    Schema(schema::Schema),
}

/// A message for people, and the exit code that goes with it.
#[derive(Debug)]
struct Failure {
    message: String,
    code: u8,
}

impl Failure {
    fn of(error: &dyn std::error::Error) -> Self {
        let mut message = error.to_string();
        let mut source = error.source();
        while let Some(cause) = source {
            let text = cause.to_string();
            if !message.contains(&text) {
                message.push_str(": ");
                message.push_str(&text);
            }
            source = cause.source();
        }
        Self { message, code: 1 }
    }
}

impl<E: std::error::Error> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::of(&error)
    }
}

/// Runs the command that was asked for.
#[must_use]
pub fn main() -> ExitCode {
    let matches = without_values(Cli::command()).get_matches();
    let cli = Cli::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    match run(cli) {
        Ok(code) => code,
        Err(failure) => {
            eprintln!("opscopilot: {}", show::safe(&failure.message));
            ExitCode::from(failure.code)
        }
    }
}

/// The command without the values of environment variables in its help: an address may hold a
/// password.
fn without_values(command: clap::Command) -> clap::Command {
    command.mut_args(|arg| arg.hide_env_values(true)).mut_subcommands(without_values)
}

fn run(cli: Cli) -> Result<ExitCode, Failure> {
    let file = ConfigFile::read(cli.config.as_deref())?;
    crate::telemetry::init(&file.under(&cli.log)?)?;
    match cli.command {
        Command::Serve(serve) => block_on(serve.run(&file)),
        Command::Chat(chat) => block_on(chat.run(&file)),
        Command::Ask(ask) => block_on(ask.run(&file)),
        Command::Doctor(doctor) => block_on(doctor.run(&file)),
        Command::Tools(tools) => tools.run(&file),
        Command::Estate(estate) => block_on(estate.run(&file)),
        Command::Eval(eval) => block_on(eval.run(&file)),
        Command::Schema(schema) => schema.run(),
    }
}

fn block_on(command: impl Future<Output = Result<ExitCode, Failure>>) -> Result<ExitCode, Failure> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(command)
}

/// Says where a server listens: the one line of standard output that scripts wait for.
fn announce(url: &str) {
    println!("listening on {url}");
}

/// Resolves when the process is asked to stop.
async fn asked_to_stop() {
    let interrupted = tokio::signal::ctrl_c();
    let terminated = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(error) => {
                tracing::warn!(%error, "only an interrupt stops this process");
                std::future::pending::<()>().await;
            }
        }
    };
    tokio::select! {
        _ = interrupted => {}
        () = terminated => {}
    }
}
