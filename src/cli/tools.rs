//! `opscopilot tools`: the catalogue, for people and scripts.

use std::{path::PathBuf, process::ExitCode};

use super::Failure;
use crate::{
    config::{ConfigFile, ServeOptions},
    tools::{Registry, catalog, own},
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
}

impl Tools {
    pub(super) fn run(self, file: &ConfigFile) -> Result<ExitCode, Failure> {
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
