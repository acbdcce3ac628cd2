//! The real binary as a process, in a directory and an environment of its own.
#![allow(dead_code, reason = "each of the targets that include this uses another part")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test's support fails its test")]

use std::{
    fs::File,
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Output, Stdio},
};

use crate::{model_client::KEY, model_server::ModelServer};

/// The binary with nothing of this machine's environment.
pub(crate) fn command(dir: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_opscopilot"));
    command.env_clear().current_dir(dir).env("HOME", dir);
    command
}

/// The environment of a scripted model.
pub(crate) fn with_model(command: &mut Command, model: &ModelServer) {
    command
        .env("OPENAI_BASE_URL", model.base_url())
        .env("OPENAI_API_KEY", KEY)
        .env("OPENAI_MODEL", "scripted");
}

/// Runs a command to its end.
pub(crate) async fn run(mut command: Command) -> Output {
    tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap()
}

/// Runs a command that reads this from its standard input.
pub(crate) async fn run_with_input(mut command: Command, input: &'static str) -> Output {
    let child = move || {
        let pipes = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = pipes.spawn().unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        child.wait_with_output().unwrap()
    };
    tokio::task::spawn_blocking(child).await.unwrap()
}

/// A server that is a process of its own. It is killed when it is dropped.
pub(crate) struct Process {
    child: Child,
    pub(crate) url: String,
    pub(crate) log: PathBuf,
}

impl Process {
    /// Starts a command that prints where it listens; its log goes to a file.
    pub(crate) async fn start(mut command: Command, log: PathBuf) -> Self {
        let options = File::options().create(true).append(true).open(&log).unwrap();
        let mut child = command.stdout(Stdio::piped()).stderr(options).spawn().unwrap();
        let stdout = child.stdout.take().unwrap();
        let line = tokio::task::spawn_blocking(move || {
            let mut line = String::new();
            BufReader::new(stdout).read_line(&mut line).unwrap();
            line
        });
        let line = line.await.unwrap();
        let told = std::fs::read_to_string(&log).unwrap_or_default();
        let url = line.strip_prefix("listening on ").unwrap_or_else(|| panic!("{line:?}: {told}"));
        Self { child, url: url.trim().to_owned(), log }
    }

    /// `opscopilot serve` on a directory.
    pub(crate) async fn serve(dir: &Path, change: impl FnOnce(&mut Command)) -> Self {
        let mut serve = command(dir);
        serve.args(["serve", "--listen", "127.0.0.1:0", "--data"]).arg(dir.join("data"));
        change(&mut serve);
        Self::start(serve, dir.join("log")).await
    }

    /// `kill -9`.
    #[expect(clippy::unused_async, reason = "its callers await the end of a process")]
    pub(crate) async fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// `kill -TERM`, and the end that follows.
    pub(crate) async fn terminate(mut self) -> ExitStatus {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
        tokio::task::spawn_blocking(move || self.child.wait().unwrap()).await.unwrap()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
