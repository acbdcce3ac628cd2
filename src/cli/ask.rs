//! `opscopilot ask`: one question, one answer.
//!
//! Without `--url` it serves itself on a loopback port, keeps nothing and talks about a sample
//! estate in memory: never the data directory.

use std::{
    io::{Read as _, Write as _},
    process::ExitCode,
    time::Duration,
};

use super::{
    Failure,
    client::{Address, ClientError, Happening, Link, Trust, Whereabouts, read_id},
    place::Place,
    serve::{SharedOptions, listen},
    show::{Detail, Paper, Sheet, Shower, safe_line},
    signals::{INTERRUPTED, Signals},
};
use crate::{
    app::{self, Keep},
    config::{ConfigFile, ServeOptions},
    protocol::{
        CancelRun, Command, CreateThread, Frame, MessageId, Outcome, RunId, StartRun, Subscribe,
        ThreadId, UserMessage, WhenBusy,
    },
};

pub(super) mod transcript;

use transcript::Transcript;

/// How long a connection that was cut is tried again.
const PATIENCE: Duration = Duration::from_secs(60);
/// The exit code of a run that ended without an answer.
const NO_ANSWER: u8 = 1;

/// Ask one question and print the answer.
#[derive(Debug, clap::Args)]
#[command(after_help = super::help::ASK)]
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
        let trust = self.shared.trust(file)?;
        if let Some(url) = &self.url {
            let place = Place::Named(Address::parse(url)?);
            return self.ask(place.whereabouts(), trust, question).await;
        }
        let given = ServeOptions { tools_dir: self.tools_dir.clone(), ..ServeOptions::default() };
        let serve = file.under(&given)?;
        let config = self.shared.config(file, &serve, Keep::Nothing)?;
        let listener = listen(None, "127.0.0.1:0").await?;
        let app = Box::pin(app::start(config, listener)).await?;
        let place = Place::Named(Address::parse(&app.url())?);
        let answered = self.ask(place.whereabouts(), trust, question).await;
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

    async fn ask(
        &self,
        whereabouts: Whereabouts,
        trust: Trust,
        question: String,
    ) -> Result<ExitCode, Failure> {
        let mut signals = Signals::new()?;
        let sheet = if self.json { Sheet::Blank } else { Sheet::Two };
        let mut shower = Shower::new(Paper::new(sheet), Detail::Brief);
        let (mut link, _) = Link::connect(whereabouts, trust, PATIENCE).await?;
        let begun = self.begin(&mut link, &mut shower, question);
        let Some((begun, mut cancelled)) = signals.during(begun).await else {
            return Ok(ExitCode::from(INTERRUPTED));
        };
        let (thread_id, run_id) = begun?;
        let cancel = |id| Command::CancelRun(CancelRun { id, thread_id, run_id });
        if cancelled {
            link.tell(cancel).await?;
        }
        let mut transcript = Transcript::default();
        while transcript.outcome().is_none() {
            tokio::select! {
                happening = link.next() => {
                    take(happening, &mut shower, &mut transcript, run_id)?;
                }
                _ = signals.next() => {
                    if cancelled {
                        return Ok(ExitCode::from(INTERRUPTED));
                    }
                    cancelled = true;
                    link.tell(cancel).await?;
                }
            }
        }
        link.close().await;
        let code = self.print(&transcript)?;
        Ok(if cancelled { ExitCode::from(INTERRUPTED) } else { code })
    }

    async fn begin(
        &self,
        link: &mut Link,
        shower: &mut Shower,
        question: String,
    ) -> Result<(ThreadId, RunId), ClientError> {
        let scope = self.scope.clone();
        let create = |id| Command::CreateThread(CreateThread { id, title: None, scope });
        let created = link.ask(create, |trouble| shower.trouble(trouble)).await?;
        let thread_id = read_id(&created, "threadId")?;
        let subscribe =
            |id| Command::Subscribe(Subscribe { id, thread_id, after: None, last: None });
        link.ask(subscribe, |trouble| shower.trouble(trouble)).await?;
        let message = UserMessage { id: MessageId::new(), text: question };
        shower.asked(message.id.clone());
        let when_busy = WhenBusy::Queue;
        let start =
            |id| Command::StartRun(StartRun { id, thread_id, message, when_busy, limits: None });
        let started = link.ask(start, |trouble| shower.trouble(trouble)).await?;
        Ok((thread_id, read_id(&started, "runId")?))
    }

    fn print(&self, transcript: &Transcript) -> Result<ExitCode, Failure> {
        if self.json {
            let mut out = std::io::stdout().lock();
            writeln!(out, "{:#}", transcript.json())?;
            if let Some(Outcome::Failed { message, .. }) = transcript.outcome() {
                eprintln!("opscopilot: {}", safe_line(message));
            }
        }
        Ok(match transcript.outcome() {
            Some(Outcome::Completed) => ExitCode::SUCCESS,
            Some(Outcome::LimitReached { .. }) if !transcript.answer().is_empty() => {
                ExitCode::SUCCESS
            }
            Some(
                Outcome::Cancelled { .. } | Outcome::LimitReached { .. } | Outcome::Failed { .. },
            )
            | None => ExitCode::from(NO_ANSWER),
        })
    }
}

/// Takes in what happens to a run.
fn take(
    happening: Option<Happening>,
    shower: &mut Shower,
    transcript: &mut Transcript,
    run_id: RunId,
) -> Result<(), ClientError> {
    match happening {
        Some(Happening::Frame(Frame::Deleted { .. })) => {
            Err(ClientError::Nowhere("the thread was deleted while it was answered".to_owned()))
        }
        Some(Happening::Frame(frame)) => {
            shower.frame(&frame);
            transcript.take(&frame, run_id);
            Ok(())
        }
        Some(trouble @ (Happening::Lost(_) | Happening::Back(_))) => {
            shower.trouble(&trouble);
            Ok(())
        }
        Some(Happening::StartedOver) => {
            shower.forget();
            *transcript = Transcript::default();
            Ok(())
        }
        Some(Happening::Gone(error)) => Err(error),
        None => Err(ClientError::Over),
    }
}
