//! `opscopilot ask`: one question, one answer.
//!
//! Without `--url` it serves itself on a loopback port, keeps nothing and talks about a sample
//! estate in memory: never the data directory.

use std::{
    io::{IsTerminal, Read as _, Write as _},
    process::ExitCode,
    time::Duration,
};

use serde_json::{Value, json};

use super::{
    Failure,
    client::{ChatClient, ClientError, command_id},
    serve::{SharedOptions, listen},
};
use crate::{
    app::{self, Keep},
    config::{ConfigFile, ServeOptions},
    protocol::{
        Command, CreateThread, Event, Frame, MessageId, Outcome, RunId, StartRun, Subscribe,
        ThreadId, UserMessage, WhenBusy,
    },
};

mod transcript;

use transcript::Transcript;

/// The exit code of a run that ended without an answer.
const NO_ANSWER: u8 = 1;

/// Ask one question and print the answer.
#[derive(Debug, clap::Args)]
pub(super) struct Ask {
    /// The question; `-` reads it from standard input.
    #[arg(required = true, value_name = "QUESTION")]
    question: Vec<String>,
    /// Print one JSON object: answer, evidence, citations, unsupported, coverage, toolCalls,
    /// outcome, usage.
    #[arg(long)]
    json: bool,
    /// Ask this server instead of a private one.
    #[arg(long, env = "OPSCOPILOT_URL", value_name = "URL")]
    url: Option<String>,
    /// ARM id that the question is bound to; may be repeated.
    #[arg(long, value_name = "ID")]
    scope: Vec<String>,
    #[arg(long, env = "OPSCOPILOT_TOOLS_DIR", value_name = "DIR")]
    /// Directory with operations of your own as .kql files.
    tools_dir: Option<std::path::PathBuf>,
    #[command(flatten)]
    shared: SharedOptions,
}

impl Ask {
    pub(super) async fn run(self, file: &ConfigFile) -> Result<ExitCode, Failure> {
        let question = self.question()?;
        if let Some(url) = &self.url {
            return self.ask(url, question).await;
        }
        let given = ServeOptions { tools_dir: self.tools_dir.clone(), ..ServeOptions::default() };
        let serve = file.under(&given)?;
        let config = self.shared.config(file, &serve, Keep::Nothing)?;
        let app = app::start(config, listen(None, "127.0.0.1:0").await?).await?;
        let answered = self.ask(&app.url(), question).await;
        app.stop(Duration::ZERO).await;
        answered
    }

    fn question(&self) -> Result<String, Failure> {
        let words = self.question.join(" ");
        if words != "-" {
            return Ok(words);
        }
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text)?;
        Ok(text)
    }

    async fn ask(&self, url: &str, question: String) -> Result<ExitCode, Failure> {
        let (mut client, _) = ChatClient::connect(url).await?;
        let thread_id = self.thread(&mut client).await?;
        let mut transcript = Transcript::default();
        let id = command_id()?;
        let subscribe =
            Command::Subscribe(Subscribe { id: id.clone(), thread_id, after: None, last: None });
        client.ask(&id, &subscribe, |_| {}).await?;
        let id = command_id()?;
        let start = Command::StartRun(StartRun {
            id: id.clone(),
            thread_id,
            message: UserMessage { id: MessageId::new(), text: question },
            when_busy: WhenBusy::Queue,
            limits: None,
        });
        let mut early = Vec::new();
        let started = client.ask(&id, &start, |frame| early.push(frame)).await?;
        let run_id = read_id::<RunId>(&started, "runId")?;
        let mut printer = Printer::new(self.json);
        for frame in early {
            printer.show(&frame);
            transcript.take(&frame, run_id);
        }
        while transcript.outcome().is_none() {
            let frame = client.next().await?;
            printer.show(&frame);
            transcript.take(&frame, run_id);
        }
        self.print(&transcript)
    }

    async fn thread(&self, client: &mut ChatClient) -> Result<ThreadId, ClientError> {
        let id = command_id()?;
        let create = Command::CreateThread(CreateThread {
            id: id.clone(),
            title: None,
            scope: self.scope.clone(),
        });
        let created = client.ask(&id, &create, |_| {}).await?;
        read_id(&created, "threadId")
    }

    fn print(&self, transcript: &Transcript) -> Result<ExitCode, Failure> {
        let mut out = std::io::stdout().lock();
        let outcome = transcript.outcome();
        if self.json {
            writeln!(out, "{:#}", transcript.json())?;
        } else {
            writeln!(out)?;
            if let Some(line) = transcript.footer() {
                eprintln!("{line}");
            }
        }
        Ok(match outcome {
            Some(Outcome::Completed) => ExitCode::SUCCESS,
            Some(Outcome::LimitReached { .. }) if !transcript.answer().is_empty() => {
                ExitCode::SUCCESS
            }
            Some(Outcome::Cancelled { .. } | Outcome::LimitReached { .. }) | None => {
                ExitCode::from(NO_ANSWER)
            }
            Some(Outcome::Failed { message, .. }) => {
                eprintln!("opscopilot: {message}");
                ExitCode::from(NO_ANSWER)
            }
        })
    }
}

fn read_id<T: std::str::FromStr>(reply: &Value, key: &str) -> Result<T, ClientError> {
    let text = reply.get(key).and_then(Value::as_str).unwrap_or_default();
    text.parse()
        .map_err(|_| ClientError::Closed(format!("its reply has no {key}: {}", json!(reply))))
}

/// Shows a run as it goes, when people read it.
struct Printer {
    quiet: bool,
    styled: bool,
    shown: u64,
    message: Option<MessageId>,
}

impl Printer {
    fn new(quiet: bool) -> Self {
        Self { quiet, styled: std::io::stderr().is_terminal(), shown: 0, message: None }
    }

    fn show(&mut self, frame: &Frame) {
        if self.quiet {
            return;
        }
        match frame {
            Frame::Delta(delta) => {
                self.begin(&delta.message_id);
                self.print_from(delta.offset, &delta.text);
            }
            Frame::Event(event) => match &event.event {
                Event::AssistantMessage(message) => {
                    self.begin(&message.message_id);
                    self.print_from(0, &message.text);
                }
                Event::ToolCallRequested(call) => self.note(&format!("· {} …", call.title)),
                Event::ToolCallCompleted(done) => {
                    self.note(&format!("  {} ({} ms)", done.summary, done.duration_ms));
                }
                Event::ThreadUpdated(_)
                | Event::RunQueued(_)
                | Event::RunStarted(_)
                | Event::RunResumed(_)
                | Event::RunFinished(_) => {}
            },
            Frame::Notice(notice) => self.note(&format!("! {}", notice.message)),
            _ => {}
        }
    }

    fn begin(&mut self, message: &MessageId) {
        if self.message.as_ref() != Some(message) {
            if self.shown > 0 {
                let _ = writeln!(std::io::stdout());
            }
            self.message = Some(message.clone());
            self.shown = 0;
        }
    }

    /// Prints what of `text`, which begins at byte `offset`, was not printed yet.
    fn print_from(&mut self, offset: u64, text: &str) {
        let skip = usize::try_from(self.shown.saturating_sub(offset)).unwrap_or(usize::MAX);
        let Some(new) = text.get(skip..).filter(|new| !new.is_empty()) else { return };
        let mut out = std::io::stdout().lock();
        // A reader that is gone is noticed when the answer is done.
        let _ = write!(out, "{}", printable(new)).and_then(|()| out.flush());
        self.shown = offset + text.len() as u64;
    }

    fn note(&self, line: &str) {
        let line = printable(line);
        let (begin, end) = if self.styled { ("\u{1b}[2m", "\u{1b}[0m") } else { ("", "") };
        // Notes that nobody reads are no failure.
        let _ = writeln!(std::io::stderr(), "{begin}{line}{end}");
    }
}

/// Text that cannot move the cursor or colour the terminal: it was written by others.
fn printable(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect()
}
