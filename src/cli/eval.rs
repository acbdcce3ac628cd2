//! `opscopilot eval`: questions with known answers, asked of a private server, and what share of
//! the answers is right.
//!
//! The truth comes from a sample estate of the same seed, size and instant as the server's, by REST
//! and by queries of its own. The model is whichever is configured: the planner or an endpoint.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    process::ExitCode,
    time::{Duration, Instant},
};

use clap::ValueEnum;
use jiff::{SignedDuration, Timestamp};

use super::{
    Failure,
    client::Address,
    place::Place,
    serve::{SharedOptions, listen},
};
use crate::{
    app::{self, AppConfig, Keep},
    clock::Clock,
    config::{ConfigFile, ServeOptions},
    estate::{self as sample, Options},
    protocol::Effect,
    tools::Registry,
};

mod asker;
mod estate;
mod facts;
mod judge;
mod question;
mod report;
mod running;
mod truth;

use asker::Asker;
use estate::Estate;
use facts::Facts;
use question::{Dialogue, Turn};
use report::{Asked, Report};

/// Where our own questions are.
const QUESTIONS: &str = "tests/eval";
/// The world that our own questions are about, where no other is asked for.
const SEED: u64 = 7;
const ANCHOR: &str = "2026-11-20T08:00:00Z";

/// Ask questions with known answers and report what share is right.
#[derive(Debug, clap::Args)]
#[command(after_help = super::help::EVAL)]
pub(super) struct Eval {
    /// Questions: a .jsonl file, or a directory of them (default: tests/eval).
    #[arg(long, value_name = "FILE|DIR")]
    questions: Option<PathBuf>,
    /// Only dialogues of this category; may be repeated.
    #[arg(long, value_name = "NAME")]
    category: Vec<String>,
    /// The form of the report.
    #[arg(long, value_enum, default_value_t = Format::Markdown)]
    format: Format,
    /// Write the report to this file instead of standard output.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Percent of the questions that must be answered right.
    #[arg(long, value_name = "PERCENT", default_value_t = 85.0,
          value_parser = percent)]
    pass_mark: f64,
    #[arg(long, env = "OPSCOPILOT_TOOLS_DIR", value_name = "DIR")]
    /// Directory with operations of your own as .kql files.
    tools_dir: Option<PathBuf>,
    #[command(flatten)]
    shared: SharedOptions,
}

/// The form of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people.
    Markdown,
    /// For scripts.
    Json,
}

/// Why nothing could be examined.
#[derive(Debug, thiserror::Error)]
pub(super) enum EvalError {
    /// There are no questions.
    #[error("{}: {problem}; name questions with --questions FILE or DIR", .path.display())]
    Questions {
        /// Where they were looked for.
        path: PathBuf,
        /// What is wrong.
        problem: String,
    },
    /// A line is no dialogue.
    #[error("{}:{line}: {problem}", .path.display())]
    Line {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What is wrong.
        problem: String,
    },
    /// A truth cannot be told.
    #[error("the truth cannot be told: {0}")]
    Truth(String),
    /// Real Azure was chosen.
    #[error(
        "the truth is known of the sample estate alone: leave --cloud and --azure-endpoint out"
    )]
    RealAzure,
}

impl Eval {
    pub(super) async fn run(self, file: &ConfigFile) -> Result<ExitCode, Failure> {
        let at = self.questions.clone().unwrap_or_else(|| PathBuf::from(QUESTIONS));
        let mut dialogues = question::read(&at)?;
        if !self.category.is_empty() {
            dialogues.retain(|one| self.category.contains(&one.category));
        }
        let config = self.config(file)?;
        let registry = match &config.tools_dir {
            Some(dir) => Registry::with_dir(dir)?,
            None => Registry::built_in()?,
        };
        let trust = self.shared.trust(file)?;
        let now = config.clock.now();
        let world = Options {
            seed: config.estate.seed,
            scale: config.estate.scale,
            anchor: config.estate.anchor,
            ..Options::default()
        };
        let estate = sample::serve(listen(None, "127.0.0.1:0").await?, world)?;
        let estate = Estate::over(estate).await?;
        let facts = Facts::read(&estate, now).await?;
        let app = Box::pin(app::start(config, listen(None, "127.0.0.1:0").await?)).await?;
        let place = Place::Named(Address::parse(&app.url())?);
        let asker = Asker::connect(place.whereabouts(), trust).await?;
        let passed_over = passed_over(&mut dialogues, &registry);
        let mut exam = Exam { asker, estate, facts, registry, model: None, asked: Vec::new() };
        let examined = exam.all(&dialogues).await;
        exam.asker.close().await;
        app.stop(Duration::ZERO).await;
        exam.estate.end().await;
        examined?;
        let model = exam.model.unwrap_or_else(|| "the configured model".to_owned());
        self.tell(&Report { model, asked: exam.asked, pass_mark: self.pass_mark, passed_over })
    }

    /// The server's configuration: its time is that of the estate.
    fn config(&self, file: &ConfigFile) -> Result<AppConfig, Failure> {
        let given = ServeOptions { tools_dir: self.tools_dir.clone(), ..ServeOptions::default() };
        let serve = file.under(&given)?;
        let mut config = self.shared.config(file, &serve, Keep::Nothing)?;
        if config.azure.cloud.is_some() || config.azure.azure_endpoint.is_some() {
            return Err(EvalError::RealAzure.into());
        }
        let usual: Timestamp = ANCHOR.parse()?;
        let anchor = config.estate.anchor.unwrap_or(usual);
        config.estate.seed = config.estate.seed.or(Some(SEED));
        config.estate.anchor = Some(anchor);
        let begun = Instant::now();
        config.clock = Clock::from_fn(move || {
            let passed = SignedDuration::try_from(begun.elapsed()).unwrap_or_default();
            anchor.checked_add(passed).unwrap_or(anchor)
        });
        Ok(config)
    }

    fn tell(&self, report: &Report) -> Result<ExitCode, Failure> {
        let text = match self.format {
            Format::Markdown => report.markdown(),
            Format::Json => format!("{:#}\n", report.json()),
        };
        match &self.out {
            Some(path) => write(path, &text)?,
            None => print!("{text}"),
        }
        let total = report.total();
        if report.passes() {
            return Ok(ExitCode::SUCCESS);
        }
        eprintln!(
            "opscopilot: {} of {} questions are answered right, which is below the pass mark of {} %",
            total.right, total.questions, self.pass_mark
        );
        Ok(ExitCode::FAILURE)
    }
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    std::fs::write(path, text)
        .map_err(|error| Failure { message: format!("{}: {error}", path.display()), code: 1 })
}

/// Takes out the dialogues that want a tool that is not here, and tells which.
fn passed_over(dialogues: &mut Vec<Dialogue>, registry: &Registry) -> Vec<(String, String)> {
    let lacks = |one: &Dialogue| {
        let mut calls = one.turns.iter().filter_map(|turn| turn.calls.as_ref()).flatten();
        let lacking = calls.find(|(tool, _)| registry.spec(tool).is_none());
        lacking.map(|(tool, _)| (one.place.clone(), tool.clone()))
    };
    let over = dialogues.iter().filter_map(lacks).collect();
    dialogues.retain(|one| lacks(one).is_none());
    over
}

/// A share in percent.
fn percent(text: &str) -> Result<f64, String> {
    let share: Option<f64> = text.parse().ok();
    share
        .filter(|share| (0.0..=100.0).contains(share))
        .ok_or_else(|| "give a number from 0 to 100".to_owned())
}

/// What an examination needs, and what it found.
struct Exam {
    asker: Asker,
    estate: Estate,
    facts: Facts,
    registry: Registry,
    model: Option<String>,
    asked: Vec<Asked>,
}

impl Exam {
    async fn all(&mut self, dialogues: &[Dialogue]) -> Result<(), Failure> {
        for dialogue in dialogues {
            let own = self.truths(dialogue).await.map_err(|error| Failure {
                message: format!("{}: {error}", dialogue.place),
                code: 1,
            })?;
            let thread = self.asker.thread().await?;
            for turn in &dialogue.turns {
                let turn = self.filled(turn, &own).map_err(|error| Failure {
                    message: format!("{}: {error}", dialogue.place),
                    code: 1,
                })?;
                let answer = self.asker.ask(thread, &turn.ask).await?;
                self.model = answer.model.clone().or(self.model.take());
                let writes = |tool: &str| {
                    self.registry.spec(tool).is_some_and(|spec| spec.effect != Effect::Read)
                };
                let faults = judge::faults(&answer, &turn, writes);
                self.asked.push(Asked {
                    place: dialogue.place.clone(),
                    pillar: self.pillar(&turn, &dialogue.category),
                    category: dialogue.category.clone(),
                    question: turn.ask.clone(),
                    routed: turn.calls.is_some(),
                    calls: answer.calls,
                    answer: answer.text,
                    faults,
                });
            }
            self.asker.leave(thread).await?;
        }
        Ok(())
    }

    async fn truths(&self, dialogue: &Dialogue) -> Result<BTreeMap<String, String>, EvalError> {
        let mut own = BTreeMap::new();
        for (name, truth) in &dialogue.truth {
            own.insert(name.clone(), truth::of(truth, &self.estate).await?);
        }
        Ok(own)
    }

    /// A turn with its truths in their places.
    fn filled(&self, turn: &Turn, own: &BTreeMap<String, String>) -> Result<Turn, EvalError> {
        let all = |texts: &[String]| -> Result<Vec<String>, EvalError> {
            texts.iter().map(|text| self.facts.fill(text, own)).collect()
        };
        let mut filled = turn.clone();
        filled.ask = self.facts.fill(&turn.ask, own)?;
        filled.says = all(&turn.says)?;
        filled.lacks = all(&turn.lacks)?;
        for (_, arguments) in filled.calls.iter_mut().flatten() {
            for value in arguments.values_mut() {
                if let Some(text) = value.as_str().map(str::to_owned) {
                    *value = self.facts.fill(&text, own)?.into();
                }
            }
        }
        Ok(filled)
    }

    /// The pillar of the tool that is right first; of a question that no tool answers its category.
    fn pillar(&self, turn: &Turn, category: &str) -> String {
        let first = turn.calls.iter().flatten().next();
        let pillar = first.and_then(|(tool, _)| self.registry.spec(tool)).map(|spec| spec.pillar);
        pillar.map_or_else(|| category.to_owned(), |pillar| pillar.as_str().to_owned())
    }
}
