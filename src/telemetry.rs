//! Telemetry: what the service says of itself, on standard error. Never prompts, never secrets.
//!
//! Field names are dotted and of the vocabulary: `thread.id`, `run.id`, `call.id`, `tool.name`.

use std::io::IsTerminal as _;

mod meters;

pub use meters::{Meters, meters};

use tracing_subscriber::{EnvFilter, filter::Directive, fmt};

use crate::config::{ConfigError, LogOptions};

/// What is logged when nothing else is asked for.
const DEFAULT_FILTER: &str = "warn,opscopilot=info";
/// Crates that log bodies: silent, whatever is asked for.
const SILENT: [&str; 3] = ["async_openai=off", "azure_identity=off", "azure_core=off"];

/// Sets logging up, once a process.
///
/// # Errors
/// [`ConfigError::Invalid`] when filter or format are not understood.
pub fn init(options: &LogOptions) -> Result<(), ConfigError> {
    let wrong = |problem: String| ConfigError::Invalid(problem);
    let asked = options.log.as_deref().unwrap_or(DEFAULT_FILTER);
    let mut filter = EnvFilter::try_new(asked)
        .map_err(|error| wrong(format!("`{asked}` is no log filter: {error}")))?;
    for silent in SILENT {
        let directive: Directive =
            silent.parse().map_err(|_| wrong(format!("`{silent}` is no log filter")))?;
        filter = filter.add_directive(directive);
    }
    let is_read_by_people = std::io::stderr().is_terminal();
    let builder =
        fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(is_read_by_people);
    let set = match options.log_format.as_deref() {
        None | Some("text") => builder.compact().try_init(),
        Some("json") => builder.json().flatten_event(true).try_init(),
        Some(other) => return Err(wrong(format!("`{other}` is no log format: text or json"))),
    };
    // A second call in one process (tests) keeps the first set-up.
    if let Err(error) = set {
        tracing::debug!(%error, "logging was set up before");
    }
    Ok(())
}
