//! Processes: started, waited for until they are ready, weighed, and ended.

use std::{
    ffi::OsStr,
    io::{BufRead, BufReader, Read},
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use crate::Failure;

/// The argument that makes this binary the scripted model.
pub(crate) const MODEL_ROLE: &str = "--as-model";
/// The argument that makes this binary the bare relay.
pub(crate) const RELAY_ROLE: &str = "--as-relay";
/// The argument that makes this binary an Azure that answers at once.
pub(crate) const AZURE_ROLE: &str = "--as-azure";
/// The product.
const PRODUCT: &str = env!("CARGO_BIN_EXE_opscopilot");
/// What `/proc` counts CPU time in, on every Linux there is.
const TICK: Duration = Duration::from_millis(10);

/// A process of ours that listens. It ends when this is dropped.
pub(crate) struct Listening {
    child: Child,
    /// `http://127.0.0.1:PORT`.
    pub(crate) url: String,
    /// From its start until it listened.
    pub(crate) ready_after: Duration,
}

impl Listening {
    /// This binary in another role.
    pub(crate) fn own(role: &[&str]) -> Result<Self, Failure> {
        Self::start(std::env::current_exe()?.as_os_str(), role, Path::new("/"))
    }

    /// The product, away from the configuration of whoever runs this.
    pub(crate) fn product(arguments: &[&str], dir: &Path) -> Result<Self, Failure> {
        Self::start(OsStr::new(PRODUCT), arguments, dir)
    }

    fn start(program: &OsStr, arguments: &[&str], dir: &Path) -> Result<Self, Failure> {
        let mut command = Command::new(program);
        command.args(arguments).current_dir(dir).stdin(Stdio::null()).stdout(Stdio::piped());
        for (name, _) in std::env::vars_os() {
            let name = name.to_string_lossy();
            if ["OPSCOPILOT_", "OPENAI_", "AZURE_"].iter().any(|ours| name.starts_with(ours)) {
                command.env_remove(&*name);
            }
        }
        let begun = Instant::now();
        let mut child = command.spawn()?;
        let output = child.stdout.take().ok_or("a process without an output")?;
        let mut output = BufReader::new(output);
        let mut said = String::new();
        output.read_line(&mut said)?;
        let ready_after = begun.elapsed();
        std::thread::spawn(move || output.read_to_end(&mut Vec::new()));
        let Some(url) = said.trim().strip_prefix("listening on ") else {
            return Err(format!("{} did not start: {said:?}", program.display()).into());
        };
        Ok(Self { child, url: url.to_owned(), ready_after })
    }

    /// Its resident memory, in bytes.
    pub(crate) fn resident_bytes(&self) -> Result<u64, Failure> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kib = line.and_then(|line| line.split_whitespace().next()).ok_or("no VmRSS")?;
        Ok(kib.parse::<u64>()? * 1024)
    }

    /// The CPU time that it has used.
    pub(crate) fn cpu(&self) -> Result<Duration, Failure> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        let (_, fields) = stat.rsplit_once(") ").ok_or("no process state")?;
        let ticks: u32 =
            fields.split(' ').skip(11).take(2).map(str::parse::<u32>).sum::<Result<u32, _>>()?;
        Ok(TICK * ticks)
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A new directory on the disk that the build is on: `/tmp` may be memory.
pub(crate) fn scratch() -> Result<tempfile::TempDir, Failure> {
    Ok(tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?)
}
