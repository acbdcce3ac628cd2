//! A thread as people read it: questions, calls with arguments and outcome, answers with their
//! sources, what was looked at. Instants are UTC.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    fmt::Write as _,
};

use jiff::Timestamp;

use crate::{
    agent::{AgentError, ThreadLog},
    protocol::{
        AssistantMessage, CallId, Coverage, Event, EvidenceId, FinishReason, LimitKind, Outcome,
        ResumeReason, RunFinished, RunId, ThreadStanding, ThreadUpdated, ToolCallCompleted,
        ToolCallRequested, ToolStatus, Trigger,
    },
    store::EncodedEvent,
};

use super::markdown::{fenced_json, inline, quoted, quoted_answer};

/// Scopes named in one line.
const MAX_SCOPES: usize = 10;

/// What later events speak of.
#[derive(Default)]
pub(super) struct Transcript {
    /// Runs whose question was written when it was queued.
    asked: HashSet<RunId>,
    /// Calls without a result, by title.
    open: HashMap<CallId, String>,
    /// What each evidence is.
    evidence: BTreeMap<EvidenceId, String>,
}

impl Transcript {
    /// The title and what the thread is.
    pub(super) fn head(thread: &ThreadStanding) -> String {
        let title = match thread.title.as_str() {
            "" => "Thread without a title".to_owned(),
            title => inline(title),
        };
        let archived = if thread.archived { ", archived" } else { "" };
        format!(
            "# {title}\n\n- Thread: {}{archived}\n- Owner: {}\n- From {} to {}, {} events\n- Scope: \
             {}\n",
            thread.thread_id,
            inline(thread.owner.as_str()),
            instant(thread.created_at),
            instant(thread.updated_at),
            thread.head_seq,
            scopes(&thread.scope),
        )
    }

    /// The end.
    pub(super) fn tail() -> String {
        "\n---\n\nEnd of the thread.\n".to_owned()
    }

    /// One event.
    pub(super) fn write(
        &mut self,
        out: &mut String,
        event: &EncodedEvent,
    ) -> Result<(), AgentError> {
        let record = ThreadLog::record_of(event)?;
        let at = record.at;
        let text = match &record.event {
            Event::ThreadUpdated(updated) if record.seq > 1 => changed(updated, at),
            Event::ThreadUpdated(_) => String::new(),
            Event::RunQueued(queued) => {
                self.asked.insert(queued.run_id);
                question(&queued.trigger, queued.by.as_str(), at)
                    + "\nWaits behind another question.\n"
            }
            Event::RunStarted(started) => {
                let question = match self.asked.remove(&started.run_id) {
                    true => format!("\n## Begun {}\n", instant(at)),
                    false => question(&started.trigger, started.by.as_str(), at),
                };
                let scope = scopes(&started.scope);
                format!("{question}\nModel: {}. Scope: {scope}.\n", inline(&started.model))
            }
            Event::RunResumed(resumed) => match resumed.reason {
                ResumeReason::Restart => {
                    format!("\nWent on after a restart of the service, {}.\n", instant(at))
                }
            },
            Event::AssistantMessage(message) => self.message(message, at),
            Event::ToolCallRequested(call) => self.call(call, at),
            Event::ToolCallCompleted(result) => self.result(result),
            Event::RunFinished(finished) => ending(finished, at),
        };
        out.push_str(&text);
        Ok(())
    }

    fn message(&self, message: &AssistantMessage, at: Timestamp) -> String {
        if message.text.trim().is_empty() {
            return String::new();
        }
        let (heading, note) = match message.finish {
            FinishReason::Stop => ("Answer", ""),
            FinishReason::ToolCalls => ("Before its calls", ""),
            FinishReason::Length => ("Answer", "It reached a length limit here."),
            FinishReason::ContentFilter => ("Answer", "The provider's filter ended it here."),
            FinishReason::Cut => ("Answer", "It broke off here."),
            FinishReason::Cancelled => ("Answer", "It was cancelled here."),
        };
        let mut out = format!("\n### {heading} {}\n\n", instant(at));
        out.push_str(&quoted_answer(&message.text));
        if !note.is_empty() {
            let _ = write!(out, "\n{note}\n");
        }
        let mut cited: Vec<EvidenceId> = message.citations.iter().map(|c| c.evidence_id).collect();
        cited.sort_unstable();
        cited.dedup();
        if !cited.is_empty() {
            out.push_str("\nSources:\n\n");
        }
        for id in cited {
            let what = self.evidence.get(&id).map_or("not in this log", String::as_str);
            let _ = writeln!(out, "- {id}: {what}");
        }
        if !message.unsupported.is_empty() {
            out.push_str("\nNothing that was read supports:\n\n");
        }
        for claim in &message.unsupported {
            let _ = writeln!(out, "- {}", inline(&claim.text));
        }
        out
    }

    fn call(&mut self, call: &ToolCallRequested, at: Timestamp) -> String {
        let title = format!("{} ({})", inline(&call.title), inline(&call.tool));
        let arguments = fenced_json(&call.arguments);
        let text = format!("\n### Call {}: {title}\n\n{arguments}", instant(at));
        self.open.insert(call.call_id, title);
        text
    }

    fn result(&mut self, result: &ToolCallCompleted) -> String {
        let title = self.open.remove(&result.call_id).unwrap_or_default();
        let status = status_word(result.status);
        let seconds = result.duration_ms as f64 / 1000.0;
        let mut out = format!("\nResult of {title}: **{status}** after {seconds:.1} s. ");
        let summary = inline(&result.summary);
        out.push_str(&summary);
        out.push('\n');
        if let Some(id) = result.evidence_id {
            let _ = write!(out, "\nEvidence: {id}.\n");
            self.evidence.insert(id, format!("{title}: {summary}"));
        }
        if let Some(error) = &result.error {
            let _ = write!(out, "\nError {}: {}", inline(&error.code), inline(&error.message));
            if let Some(id) = &error.arm_request_id {
                let _ = write!(out, " (Azure request {})", inline(id));
            }
            out.push('\n');
        }
        if let Some(coverage) = &result.coverage {
            let _ = write!(out, "\nLooked at: {}\n", looked_at(coverage));
        }
        out
    }
}

fn question(trigger: &Trigger, by: &str, at: Timestamp) -> String {
    let Trigger::Message { text, .. } = trigger;
    format!("\n## Question {}\n\n{} asked:\n\n{}", instant(at), inline(by), quoted(text))
}

fn changed(updated: &ThreadUpdated, at: Timestamp) -> String {
    let mut what = Vec::new();
    if let Some(title) = &updated.title {
        what.push(format!("title “{}”", inline(title)));
    }
    if let Some(scope) = &updated.scope {
        what.push(format!("scope {}", scopes(scope)));
    }
    match updated.archived {
        Some(true) => what.push("archived".to_owned()),
        Some(false) => what.push("taken out of the archive".to_owned()),
        None => {}
    }
    if let Some(people) = &updated.participants {
        let people: Vec<String> = people.iter().map(|person| inline(person.as_str())).collect();
        what.push(format!("participants {}", people.join(", ")));
    }
    let by = inline(updated.by.as_str());
    format!("\nChanged by {by} {}: {}.\n", instant(at), what.join("; "))
}

fn ending(finished: &RunFinished, at: Timestamp) -> String {
    let how = match &finished.outcome {
        Outcome::Completed => "completed".to_owned(),
        Outcome::Cancelled { by } => format!("cancelled by {}", inline(by.as_str())),
        Outcome::LimitReached { limit } => format!("ended at its limit of {}", limit_word(*limit)),
        Outcome::Failed { code, message } => {
            format!("failed ({}): {}", inline(code), inline(message))
        }
    };
    format!(
        "\n### Coverage\n\nThe run {how}, {}. Looked at: {}\n\nTokens: {} in, {} out.\n",
        instant(at),
        looked_at(&finished.coverage),
        finished.usage.input_tokens,
        finished.usage.output_tokens,
    )
}

fn looked_at(coverage: &Coverage) -> String {
    let mut out = format!("{}; {} rows", scopes(&coverage.scopes), coverage.rows);
    if let Some(total) = coverage.total {
        let _ = write!(out, " of {total}");
    }
    if let Some(data_at) = coverage.data_at {
        let _ = write!(out, "; data of {}", instant(data_at));
    }
    for failure in &coverage.failures {
        let (scope, code) = (inline(&failure.scope), inline(&failure.code));
        let _ = write!(out, "; not {scope} ({code}: {})", inline(&failure.message));
    }
    out.push('.');
    out
}

fn scopes(scopes: &[String]) -> String {
    if scopes.is_empty() {
        return "all that is visible".to_owned();
    }
    let named: Vec<String> = scopes.iter().take(MAX_SCOPES).map(|scope| inline(scope)).collect();
    match scopes.len().saturating_sub(MAX_SCOPES) {
        0 => named.join(", "),
        more => format!("{} and {more} more", named.join(", ")),
    }
}

fn status_word(status: ToolStatus) -> &'static str {
    match status {
        ToolStatus::Succeeded => "succeeded",
        ToolStatus::Rejected => "rejected",
        ToolStatus::Denied => "denied",
        ToolStatus::Failed => "failed",
        ToolStatus::Cancelled => "cancelled",
    }
}

fn limit_word(limit: LimitKind) -> &'static str {
    match limit {
        LimitKind::Steps => "steps",
        LimitKind::ToolCalls => "tool calls",
        LimitKind::WorkMs => "time",
        LimitKind::Tokens => "tokens",
        LimitKind::InvalidCalls => "invalid calls",
    }
}

fn instant(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M:%S UTC").to_string()
}
