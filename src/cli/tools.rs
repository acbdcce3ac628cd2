//! `opscopilot tools`: the catalogue, for people and scripts.

use std::{path::PathBuf, process::ExitCode};

use super::Failure;
use crate::{
    config::{ConfigFile, ServeOptions},
    tools::{Registry, catalog, own, query},
};

/// Print the operations that the copilot can do.
#[derive(Debug, clap::Args)]
#[command(after_help = super::help::TOOLS)]
pub(super) struct Tools {
    /// Print everything as JSON.
    #[arg(long)]
    json: bool,
    /// Directory with operations of your own as .kql files.
    #[arg(long, env = "OPSCOPILOT_TOOLS_DIR", value_name = "DIR")]
    tools_dir: Option<PathBuf>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Check .kql files, or all of a directory; every mistake with its file, line and column.
    Check {
        /// Files `<pillar>/<name>.kql`, or directories that hold such.
        #[arg(required = true, value_name = "FILE|DIR")]
        paths: Vec<PathBuf>,
    },
}

/// Checks files and directories, and says of each what there is or what is wrong.
fn check(paths: &[PathBuf]) -> ExitCode {
    let mut wrong = 0_usize;
    for path in paths {
        for checked in query::check(path) {
            match checked {
                Ok(tool) => println!("ok {tool}"),
                Err(error) => {
                    wrong += 1;
                    eprintln!("{error}");
                }
            }
        }
    }
    if wrong == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

impl Tools {
    pub(super) fn run(self, file: &ConfigFile) -> Result<ExitCode, Failure> {
        if let Some(Command::Check { paths }) = &self.command {
            return Ok(check(paths));
        }
        let given = ServeOptions { tools_dir: self.tools_dir, ..ServeOptions::default() };
        let registry = match file.under(&given)?.tools_dir {
            Some(dir) => Registry::with_dir(&dir)?,
            None => Registry::built_in()?,
        };
        if self.json {
            print!("{}", catalog::text(&registry));
            return Ok(ExitCode::SUCCESS);
        }
        let own = own::specs();
        let mut specs: Vec<_> = registry.specs().chain(&own).collect();
        specs.sort_by_key(|spec| (spec.pillar, spec.name.as_str()));
        let mut pillar = None;
        for spec in specs {
            if pillar != Some(spec.pillar) {
                println!("{}", spec.pillar.as_str());
                pillar = Some(spec.pillar);
            }
            println!("  {:<26} {}", spec.name, spec.title);
        }
        Ok(ExitCode::SUCCESS)
    }
}
