//! `opscopilot schema`: the JSON schemas of the chat protocol.

use std::{fs, path::PathBuf, process::ExitCode};

use super::Failure;
use crate::protocol::schema;

/// Write the JSON schemas of the chat protocol.
#[derive(Debug, clap::Args)]
#[command(after_help = super::help::SCHEMA)]
pub(super) struct Schema {
    /// Directory to write them to; it is made if need be.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

impl Schema {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        fs::create_dir_all(&self.out)?;
        for (name, document) in schema::documents() {
            let path = self.out.join(name);
            fs::write(&path, format!("{document:#}\n"))?;
            println!("{}", path.display());
        }
        Ok(ExitCode::SUCCESS)
    }
}
