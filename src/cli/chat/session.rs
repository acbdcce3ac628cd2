//! The conversation itself: a line, what it asks for, and what happens until it is done.

use std::{collections::BTreeSet, ops::ControlFlow, time::Duration};

use super::{
    input::{Input, Line},
    order::{Order, WORDS},
};
use crate::{
    cli::{
        Failure,
        client::{ClientError, Happening, Link, Rest, Trust},
        place::Place,
        show::{Align, Grid, Heading, Shower, Style, safe_line},
        signals::{Asked, INTERRUPTED, Signals},
    },
    protocol::{EstateKind, Event, Frame, ModelState, Outcome, RunId, ThreadId, Welcome},
};

/// How long a connection that was cut is tried again while people watch.
const PATIENCE: Duration = Duration::from_secs(600);
/// How long where nobody watches.
const PIPED_PATIENCE: Duration = Duration::from_secs(60);

/// What a conversation begins with.
pub(super) struct Setting {
    pub(super) place: Place,
    pub(super) trust: Trust,
    pub(super) scope: Vec<String>,
    pub(super) thread: Option<String>,
}

/// Whether the conversation goes on; else the exit code.
pub(super) type Flow = ControlFlow<u8>;

/// A conversation.
pub(super) struct Session {
    pub(super) setting: Setting,
    pub(super) link: Link,
    pub(super) shower: Shower,
    pub(super) thread: Option<ThreadId>,
    /// The title of the next thread.
    pub(super) title: Option<String>,
    /// The threads of the last list, for `/open 2`.
    pub(super) listed: Vec<ThreadId>,
    /// Runs of the thread that did not end.
    pub(super) open_runs: BTreeSet<RunId>,
    /// A run asked for here that did not end with an answer.
    pub(super) has_failed: bool,
    pub(super) signals: Signals,
    welcome: Welcome,
    input: Input,
}

impl Session {
    /// Connects, and opens the thread that was named.
    pub(super) async fn begin(
        setting: Setting,
        shower: Shower,
        input: Input,
    ) -> Result<Self, Failure> {
        let signals = Signals::new()?;
        let patience = if input.is_typed() { PATIENCE } else { PIPED_PATIENCE };
        let whereabouts = setting.place.whereabouts();
        let (link, welcome) = Link::connect(whereabouts, setting.trust.clone(), patience).await?;
        Ok(Self {
            setting,
            link,
            shower,
            thread: None,
            title: None,
            listed: Vec::new(),
            open_runs: BTreeSet::new(),
            has_failed: false,
            signals,
            welcome,
            input,
        })
    }

    /// Talks until somebody leaves; gives the exit code.
    pub(super) async fn talk(mut self) -> Result<u8, Failure> {
        let ended = self.lines().await;
        if let (Ok(code), Some(thread), true) = (&ended, self.thread, self.input.is_typed())
            && *code != INTERRUPTED
        {
            // On one line whatever the width: it is there to be copied.
            let text = format!("go on with: opscopilot chat --thread {thread}");
            let text = self.shower.paper.ink().paint(Style::Dim, &text);
            self.shower.paper.note(&text);
        }
        self.link.close().await;
        ended
    }

    async fn lines(&mut self) -> Result<u8, Failure> {
        if self.input.is_typed() {
            self.greet().await;
        }
        if let Some(named) = self.setting.thread.clone() {
            let opened = self.open(&named).await;
            // A script must not ask its questions in another thread than it meant.
            if let (Err(error), false) = (&opened, self.input.is_typed()) {
                return Err(Failure::of(error));
            }
            if let ControlFlow::Break(code) = self.said(opened)? {
                return Ok(code);
            }
        }
        let mut interrupted_before = false;
        loop {
            let line = match self.line().await? {
                ControlFlow::Continue(line) => line,
                ControlFlow::Break(code) => return Ok(code),
            };
            let interrupted = line == Line::Interrupted;
            let flow = match line {
                Line::End => Flow::Break(u8::from(self.has_failed)),
                Line::Interrupted if interrupted_before => Flow::Break(INTERRUPTED),
                Line::Interrupted => {
                    self.shower.note(Style::Dim, "Ctrl-C again leaves");
                    Flow::Continue(())
                }
                Line::Text(text) => {
                    let done = self.obey(Order::read(&text)).await;
                    self.said(done)?
                }
            };
            interrupted_before = interrupted;
            if let Flow::Break(code) = flow {
                return Ok(code);
            }
            if self.shower.paper.is_broken() {
                return Ok(1);
            }
        }
    }

    /// The next line; what happens meanwhile is shown above it.
    async fn line(&mut self) -> Result<ControlFlow<u8, Line>, Failure> {
        if let Some(above) = self.input.above() {
            self.shower.paper.end_line();
            self.shower.paper.lift(above);
        }
        self.input.want("❯ ");
        let line = loop {
            tokio::select! {
                line = self.input.next() => break Ok(ControlFlow::Continue(line)),
                happening = self.link.next() => {
                    if let Err(error) = self.take(happening) {
                        break Err(error.into());
                    }
                }
                asked = self.signals.next() => {
                    let code = if asked == Asked::Interrupt { INTERRUPTED } else { 0 };
                    break Ok(ControlFlow::Break(code));
                }
            }
        };
        self.shower.paper.lower();
        line
    }

    async fn obey(&mut self, order: Order) -> Result<Flow, ClientError> {
        match order {
            Order::Nothing => {}
            Order::Ask(text) => {
                if !self.input.is_typed() {
                    self.shower.note(Style::Bold, &format!("❯ {}", safe_line(&text)));
                }
                return self.ask(text).await;
            }
            Order::Help => self.help(),
            Order::New { title } => {
                self.thread = None;
                self.title = title;
                self.open_runs.clear();
                self.shower.forget();
                self.shower.note(Style::Dim, "a new thread begins with the next question");
            }
            Order::Threads { archived } => self.threads(archived).await?,
            Order::Open(which) => return self.open(&which).await,
            Order::Rename(title) => self.rename(title).await?,
            Order::Archive => self.archive().await?,
            Order::ShowScope => self.show_scope().await?,
            Order::SetScope(scope) => self.set_scope(scope).await?,
            Order::Evidence { id, from } => self.evidence(id, from).await?,
            Order::Show(id) => {
                if !self.shower.draw(id) {
                    let text = format!("! there is no picture of {id} here; try /evidence {id}");
                    self.shower.note(Style::Warn, &text);
                }
            }
            Order::Suggest => self.suggest().await?,
            Order::Cancel => self.cancel().await?,
            Order::Status => self.status().await?,
            Order::Quit => return Ok(Flow::Break(u8::from(self.has_failed))),
            Order::Wrong(why) => {
                self.has_failed |= !self.input.is_typed();
                self.shower.note(Style::Warn, &format!("! {}", safe_line(&why)));
            }
        }
        Ok(Flow::Continue(()))
    }

    /// A refusal is told and the conversation goes on; without a server it ends.
    fn said(&mut self, done: Result<Flow, ClientError>) -> Result<Flow, Failure> {
        match done {
            Ok(flow) => Ok(flow),
            Err(
                error @ (ClientError::Refused(_)
                | ClientError::Rest { .. }
                | ClientError::Reply(_)
                | ClientError::Frame(_)),
            ) => {
                self.has_failed = true;
                self.shower.note(Style::Bad, &format!("! {}", safe_line(&error.to_string())));
                Ok(Flow::Continue(()))
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Shows what happened and keeps account of what is at work.
    pub(super) fn take(&mut self, happening: Option<Happening>) -> Result<(), ClientError> {
        match happening {
            Some(Happening::Frame(frame)) => {
                self.account(&frame);
                self.shower.frame(&frame);
            }
            Some(Happening::Back(welcome)) => {
                self.shower.trouble(&Happening::Back(welcome.clone()));
                self.welcome = *welcome;
            }
            Some(lost @ Happening::Lost(_)) => self.shower.trouble(&lost),
            Some(Happening::StartedOver) => {
                self.open_runs.clear();
                self.shower.forget();
                let text = "! the server's log of this thread was restored; this is all it has";
                self.shower.note(Style::Warn, text);
            }
            Some(Happening::Gone(error)) => return Err(error),
            None => return Err(ClientError::Over),
        }
        Ok(())
    }

    fn account(&mut self, frame: &Frame) {
        match frame {
            Frame::Event(event) => match &event.event {
                Event::RunQueued(run) => drop(self.open_runs.insert(run.run_id)),
                Event::RunStarted(run) => drop(self.open_runs.insert(run.run_id)),
                Event::RunFinished(run) => {
                    self.open_runs.remove(&run.run_id);
                    self.has_failed |= !matches!(run.outcome, Outcome::Completed);
                }
                Event::ThreadUpdated(_)
                | Event::RunResumed(_)
                | Event::AssistantMessage(_)
                | Event::ToolCallRequested(_)
                | Event::ToolCallCompleted(_) => {}
            },
            Frame::Deleted { .. } => {
                self.thread = None;
                self.open_runs.clear();
            }
            _ => {}
        }
    }

    /// A reader of what is not said over the socket.
    pub(super) async fn rest(&self) -> Result<Rest, ClientError> {
        Rest::at(self.setting.place.find().await?, &self.setting.trust)
    }

    async fn greet(&mut self) {
        let welcome = &self.welcome;
        let kind = match welcome.estate.kind {
            EstateKind::Sample => " (the sample estate)",
            EstateKind::Azure | EstateKind::Custom => "",
        };
        let text = format!(
            "opscopilot {} · {}{kind} · {}",
            safe_line(&welcome.server.version),
            safe_line(&welcome.estate.name),
            model_text(welcome),
        );
        self.shower.note(Style::Bold, &text);
        if let (Place::Here(_), false, Ok(address)) = (
            &self.setting.place,
            self.setting.place.is_own().await,
            self.setting.place.find().await,
        ) {
            let text = format!(
                "the data directory is in use: this talks with its server at {address}, and \
                 with the Azure and the model of that server"
            );
            self.shower.note(Style::Warn, &text);
        }
        let text = "Ask in your own words. /suggest shows what can be asked, /help every word; \
                    Ctrl-C cancels, Ctrl-D leaves.";
        self.shower.note(Style::Dim, text);
    }

    fn help(&mut self) {
        let word = |(word, takes, does): (&str, &str, &str)| {
            vec![format!("/{word} {takes}").trim_end().to_owned(), does.to_owned()]
        };
        self.pairs(["Word", "What it does"], WORDS.into_iter().map(word).collect());
        let text = "Everything else is a question. Ctrl-C cancels the answer; twice, it leaves.";
        self.shower.note(Style::Dim, text);
    }

    /// Prints rows of two.
    fn pairs(&mut self, labels: [&str; 2], rows: Vec<Vec<String>>) {
        let heading = |label: &str| Heading { label: label.to_owned(), align: Align::Left };
        let plain = |cell| (cell, Style::Plain);
        let row = |row: Vec<String>| row.into_iter().map(plain).collect();
        let grid = Grid {
            headings: labels.into_iter().map(heading).collect(),
            rows: rows.into_iter().map(row).collect(),
        };
        self.print(&grid);
    }

    async fn status(&mut self) -> Result<(), ClientError> {
        let address = self.setting.place.find().await?;
        let whose = if self.setting.place.is_own().await { " (in this process)" } else { "" };
        let welcome = &self.welcome;
        let thread = match self.thread {
            Some(thread) => format!("{thread}, {} at work", self.open_runs.len()),
            None => "none yet".to_owned(),
        };
        let version = safe_line(&welcome.server.version);
        let rows = [
            ("server", format!("{address}{whose}, version {version}")),
            ("estate", safe_line(&welcome.estate.name)),
            ("model", model_text(welcome)),
            ("you", safe_line(&welcome.principal.name)),
            ("thread", thread),
        ];
        let rows = rows.into_iter().map(|(what, is)| vec![what.to_owned(), is]).collect();
        self.pairs(["What", "Is"], rows);
        Ok(())
    }
}

fn model_text(welcome: &Welcome) -> String {
    let name = safe_line(&welcome.model.name);
    match welcome.model.state {
        ModelState::BuiltIn => "the built-in planner".to_owned(),
        ModelState::Ready => name,
        ModelState::Degraded => format!("{name} (failing; the built-in planner stands in)"),
    }
}
