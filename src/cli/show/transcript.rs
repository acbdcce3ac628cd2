//! A thread as it is told: folds frames into lines.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    answer, coverage_line,
    ink::Style,
    outcome_line,
    paper::Paper,
    picture::Canvas,
    prose::{Manner, Prose},
    safe_line, width,
};
use crate::cli::client::Happening;
use crate::protocol::{
    AssistantMessage, CallId, Delta, Event, EvidenceId, FinishReason, Frame, MessageId,
    NoticeLevel, RunFinished, ToolCallCompleted, ToolCallRequested, ToolStatus, Trigger, View,
};

/// Rows of a table that are shown under a call.
const ROWS_UNDER_A_CALL: usize = 6;
/// Pictures that are drawn under a call, gauges apart; `/show` draws all.
const PICTURES_UNDER_A_CALL: usize = 2;
/// Rows of a table that `/show` shows: all that a view has.
const ALL_ROWS: usize = 50;

/// How much is told of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cli) enum Detail {
    /// One line.
    Brief,
    /// Its pictures too.
    Full,
}

/// Tells a thread.
pub(in crate::cli) struct Shower {
    /// Where it is told.
    pub(in crate::cli) paper: Paper,
    detail: Detail,
    /// What people here asked: their words are on the screen already.
    own: BTreeSet<MessageId>,
    calls: BTreeMap<CallId, ToolCallRequested>,
    at_work: Vec<CallId>,
    evidence: BTreeMap<EvidenceId, Shown>,
    /// A card or a line under an answer was the last that was printed.
    after_note: bool,
    message: Option<Message>,
}

/// A result that was told.
struct Shown {
    title: String,
    views: Vec<View>,
}

/// The message in progress.
struct Message {
    id: MessageId,
    /// Bytes of it that were taken.
    taken: u64,
    prose: Prose,
}

impl Shower {
    pub(in crate::cli) fn new(paper: Paper, detail: Detail) -> Self {
        Self {
            paper,
            detail,
            own: BTreeSet::new(),
            calls: BTreeMap::new(),
            at_work: Vec::new(),
            evidence: BTreeMap::new(),
            after_note: false,
            message: None,
        }
    }

    /// Another thread, or the same from its beginning.
    pub(in crate::cli) fn forget(&mut self) {
        self.end_message();
        self.calls.clear();
        self.at_work.clear();
        self.evidence.clear();
        self.paper.live("");
    }

    /// How much is told of the calls to come.
    pub(in crate::cli) fn tell(&mut self, detail: Detail) {
        self.detail = detail;
    }

    /// This message was asked here.
    pub(in crate::cli) fn asked(&mut self, id: MessageId) {
        self.own.insert(id);
    }

    /// Tells a frame.
    pub(in crate::cli) fn frame(&mut self, frame: &Frame) {
        match frame {
            Frame::Delta(delta) => self.delta(delta),
            Frame::Event(event) => self.event(&event.event),
            Frame::Notice(notice) => {
                let style = match notice.level {
                    NoticeLevel::Info => Style::Dim,
                    NoticeLevel::Warning => Style::Warn,
                    NoticeLevel::Error => Style::Bad,
                };
                self.note(style, &format!("! {}", safe_line(&notice.message)));
            }
            Frame::Error { error } => {
                self.note(Style::Bad, &format!("! {}", safe_line(&error.message)));
            }
            Frame::Deleted { .. } => self.note(Style::Warn, "! this thread was deleted"),
            Frame::Welcome(_)
            | Frame::Reply(_)
            | Frame::Subscribed(_)
            | Frame::CaughtUp { .. }
            | Frame::Goaway(_)
            | Frame::Pong { .. } => {}
        }
    }

    /// Tells that the connection ended, or is there again.
    pub(in crate::cli) fn trouble(&mut self, happening: &Happening) {
        match happening {
            Happening::Lost(error) => {
                let error = safe_line(&error.to_string());
                self.note(Style::Warn, &format!("! {error}; trying again"));
            }
            Happening::Back(_) => self.note(Style::Dim, "… connected again, nothing is lost"),
            Happening::Frame(_) | Happening::StartedOver | Happening::Gone(_) => {}
        }
    }

    /// A line beside the answer; the text must be harmless.
    pub(in crate::cli) fn note(&mut self, style: Style, text: &str) {
        let (columns, ink) = (self.paper.columns(), self.paper.note_ink());
        self.after_note = true;
        let lines = match self.paper.is_terminal() {
            true => width::wrap(text, columns),
            false => vec![text.to_owned()],
        };
        for (at, line) in lines.iter().enumerate() {
            let indent = if at > 0 && columns > 40 { "  " } else { "" };
            self.paper.note(&format!("{indent}{}", ink.paint(style, line)));
        }
    }

    fn event(&mut self, event: &Event) {
        match event {
            Event::ThreadUpdated(_) => {}
            Event::RunQueued(queued) => {
                self.question(&queued.trigger);
                self.note(Style::Dim, "… waits for the run before it");
            }
            Event::RunStarted(started) => {
                self.question(&started.trigger);
                self.paper.live("… thinking");
            }
            Event::RunResumed(_) => {
                self.note(Style::Dim, "… goes on after a restart of the service");
            }
            Event::AssistantMessage(message) => self.assistant(message),
            Event::ToolCallRequested(call) => {
                self.at_work.push(call.call_id);
                self.calls.insert(call.call_id, call.clone());
                self.show_work();
            }
            Event::ToolCallCompleted(done) => self.completed(done),
            Event::RunFinished(finished) => self.finished(finished),
        }
    }

    /// What somebody else asked, or was asked before.
    fn question(&mut self, trigger: &Trigger) {
        let Trigger::Message { message_id, text } = trigger;
        if self.own.insert(message_id.clone()) {
            self.paper.end_line();
            self.note(Style::Bold, &format!("❯ {}", safe_line(text)));
        }
    }

    fn delta(&mut self, delta: &Delta) {
        self.begin_message(&delta.message_id);
        self.say(delta.offset, &delta.text);
    }

    fn assistant(&mut self, said: &AssistantMessage) {
        if !said.text.is_empty() {
            self.begin_message(&said.message_id);
            self.say(0, &said.text);
        }
        self.end_message();
        if said.finish != FinishReason::ToolCalls {
            self.paper.live("");
        }
        let ended = match said.finish {
            FinishReason::Stop | FinishReason::ToolCalls | FinishReason::Cancelled => None,
            FinishReason::Length => Some("the answer reached its greatest length"),
            FinishReason::ContentFilter => Some("the model's content filter ended the answer"),
            FinishReason::Cut => Some("the answer broke off"),
        };
        if let Some(ended) = ended {
            self.note(Style::Warn, &format!("! {ended}"));
        }
        if let Some(line) = answer::unsupported_line(&said.unsupported) {
            self.note(Style::Warn, &format!("? {line}"));
        }
        let mut cited: Vec<EvidenceId> = said.citations.iter().map(|one| one.evidence_id).collect();
        cited.sort_unstable();
        cited.dedup();
        for id in cited {
            let told = self.evidence.get(&id).map_or("", |shown| shown.title.as_str());
            let line = format!("[{id}] {told}");
            self.note(Style::Dim, line.trim_end());
        }
    }

    fn completed(&mut self, done: &ToolCallCompleted) {
        self.at_work.retain(|id| *id != done.call_id);
        self.paper.live("");
        let title = self.calls.get(&done.call_id).map_or("a call", |call| call.title.as_str());
        let title = safe_line(title);
        let (mark, style) = match done.status {
            ToolStatus::Succeeded => ("✓", Style::Good),
            ToolStatus::Rejected => ("↺", Style::Warn),
            ToolStatus::Denied => ("⊘", Style::Warn),
            ToolStatus::Failed => ("✗", Style::Bad),
            ToolStatus::Cancelled => ("–", Style::Dim),
        };
        let summary = safe_line(&done.summary);
        if let Some(id) = done.evidence_id {
            let title = format!("{title}: {summary}");
            self.evidence.insert(id, Shown { title, views: done.views.clone() });
        }
        let cited = done.evidence_id.map(|id| format!(" [{id}]")).unwrap_or_default();
        let took = duration(done.duration_ms);
        self.note(style, &format!("{mark} {title}: {summary} ({took}){cited}"));
        if let Some(error) = done.error.as_ref().filter(|one| !done.summary.contains(&one.message))
        {
            let text = format!("{}: {}", safe_line(&error.code), safe_line(&error.message));
            self.note(Style::Dim, &text);
        }
        if self.detail == Detail::Full {
            self.pictures(done);
        }
        self.show_work();
    }

    /// Draws every picture of a result; says whether there is one.
    pub(in crate::cli) fn draw(&mut self, id: EvidenceId) -> bool {
        let Some(shown) = self.evidence.get(&id) else { return false };
        let canvas = self.canvas(ALL_ROWS);
        let lines: Vec<String> = shown.views.iter().flat_map(|view| canvas.view(view)).collect();
        if !lines.is_empty() {
            self.paper.note(&lines.join("\n"));
        }
        !lines.is_empty()
    }

    fn pictures(&mut self, done: &ToolCallCompleted) {
        let canvas = self.canvas(ROWS_UNDER_A_CALL);
        let mut lines = Vec::new();
        let mut left = PICTURES_UNDER_A_CALL;
        let mut more = 0;
        for view in &done.views {
            let is_small = matches!(view, View::Gauge { .. });
            if !is_small && left == 0 {
                more += 1;
                continue;
            }
            left -= usize::from(!is_small);
            lines.extend(canvas.view(view).iter().map(|line| format!("  {line}")));
        }
        if let (1.., Some(id)) = (more, done.evidence_id) {
            let text = format!("  … and {more} more: /show {id}");
            lines.push(canvas.ink.paint(Style::Dim, &text));
        }
        if !lines.is_empty() {
            self.paper.note(&lines.join("\n"));
        }
    }

    fn canvas(&self, most: usize) -> Canvas {
        let columns = self.paper.columns().saturating_sub(2);
        Canvas { columns, most, ink: self.paper.note_ink() }
    }

    fn finished(&mut self, finished: &RunFinished) {
        self.end_message();
        self.at_work.clear();
        self.paper.live("");
        for line in answer::failures(&finished.coverage) {
            self.note(Style::Warn, &format!("! {line}"));
        }
        let used = answer::usage_text(finished.usage).unwrap_or_default();
        self.note(Style::Dim, &format!("{}{used}", coverage_line(&finished.coverage)));
        if let Some(line) = outcome_line(&finished.outcome) {
            self.note(Style::Bad, &format!("! {line}"));
        }
        self.paper.space();
        self.after_note = false;
    }

    fn show_work(&mut self) {
        let titles = self.at_work.iter().filter_map(|id| self.calls.get(id));
        let titles: Vec<String> = titles.map(|call| safe_line(&call.title)).collect();
        let text = match titles.is_empty() {
            true => "… thinking".to_owned(),
            false => format!("… {}", titles.join(", ")),
        };
        self.paper.live(&text);
    }

    fn begin_message(&mut self, id: &MessageId) {
        if self.message.as_ref().is_some_and(|message| message.id == *id) {
            return;
        }
        if self.message.as_ref().is_some_and(|message| message.taken > 0) {
            self.end_message();
            self.note(Style::Dim, "… the answer begins again");
        }
        self.paper.end_line();
        if std::mem::take(&mut self.after_note) {
            self.paper.space();
        }
        let manner = match self.paper.is_terminal() {
            true => Manner::Drawn { columns: self.paper.columns(), ink: self.paper.ink() },
            false => Manner::Raw,
        };
        self.message = Some(Message { id: id.clone(), taken: 0, prose: Prose::new(manner) });
    }

    /// Prints what of `text`, which begins at byte `offset`, is new.
    fn say(&mut self, offset: u64, text: &str) {
        let Some(message) = &mut self.message else { return };
        let skip = usize::try_from(message.taken.saturating_sub(offset)).unwrap_or(usize::MAX);
        let Some(new) = text.get(skip..).filter(|new| !new.is_empty()) else { return };
        message.taken = offset + text.len() as u64;
        let drawn = message.prose.push(new);
        self.paper.text(&drawn);
    }

    fn end_message(&mut self) {
        if let Some(mut message) = self.message.take() {
            let rest = message.prose.finish();
            self.paper.text(&rest);
        }
    }
}

fn duration(ms: u64) -> String {
    match ms {
        0..1_000 => format!("{ms} ms"),
        1_000..60_000 => format!("{}.{} s", ms / 1_000, ms % 1_000 / 100),
        _ => format!("{} min {} s", ms / 60_000, ms % 60_000 / 1_000),
    }
}
