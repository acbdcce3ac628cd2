//! What one run came to, collected from its frames.

use serde_json::{Value, json};

use crate::protocol::{
    AssistantMessage, CallId, Event, FinishReason, Frame, Outcome, RunFinished, RunId,
    ToolCallCompleted, ToolCallRequested,
};

/// What one run came to.
#[derive(Debug, Default)]
pub(in crate::cli) struct Transcript {
    answer: Option<AssistantMessage>,
    /// What was said last, also when the run failed.
    last: Option<AssistantMessage>,
    calls: Vec<(ToolCallRequested, Option<ToolCallCompleted>)>,
    finished: Option<RunFinished>,
}

impl Transcript {
    /// Takes a frame in; those of other runs are left out.
    pub(in crate::cli) fn take(&mut self, frame: &Frame, run_id: RunId) {
        let Frame::Event(frame) = frame else { return };
        match &frame.event {
            Event::AssistantMessage(message) if message.run_id == run_id => {
                if message.finish == FinishReason::Stop {
                    self.answer = Some(message.clone());
                }
                self.last = Some(message.clone());
            }
            Event::ToolCallRequested(call) if call.run_id == run_id => {
                self.calls.push((call.clone(), None));
            }
            Event::ToolCallCompleted(done) => self.complete(done.call_id, done),
            Event::RunFinished(finished) if finished.run_id == run_id => {
                self.finished = Some(finished.clone());
            }
            Event::ThreadUpdated(_)
            | Event::RunQueued(_)
            | Event::RunStarted(_)
            | Event::RunResumed(_)
            | Event::AssistantMessage(_)
            | Event::ToolCallRequested(_)
            | Event::RunFinished(_) => {}
        }
    }

    fn complete(&mut self, call_id: CallId, done: &ToolCallCompleted) {
        if let Some((_, slot)) = self.calls.iter_mut().find(|(call, _)| call.call_id == call_id) {
            *slot = Some(done.clone());
        }
    }

    /// How the run ended, once it has.
    pub(in crate::cli) fn outcome(&self) -> Option<&Outcome> {
        self.finished.as_ref().map(|finished| &finished.outcome)
    }

    /// The answer, or what was said last of it.
    pub(in crate::cli) fn answer(&self) -> &str {
        self.message().map_or("", |message| message.text.as_str())
    }

    fn message(&self) -> Option<&AssistantMessage> {
        self.answer.as_ref().or(self.last.as_ref())
    }

    /// Everything, for scripts.
    pub(in crate::cli) fn json(&self) -> Value {
        let message = self.message();
        let evidence = self.calls.iter().filter_map(|(call, done)| {
            let done = done.as_ref()?;
            let id = done.evidence_id?;
            Some(json!({
                "id": id,
                "callId": call.call_id,
                "tool": call.tool,
                "title": call.title,
                "summary": done.summary,
                "views": done.views,
                "coverage": done.coverage,
            }))
        });
        let calls = self.calls.iter().map(|(call, done)| {
            json!({
                "name": call.tool,
                "arguments": call.arguments,
                "status": done.as_ref().map(|done| done.status),
                "evidenceId": done.as_ref().and_then(|done| done.evidence_id),
                "error": done.as_ref().and_then(|done| done.error.as_ref()),
                "durationMs": done.as_ref().map(|done| done.duration_ms),
            })
        });
        json!({
            "answer": self.answer(),
            "evidence": evidence.collect::<Vec<_>>(),
            "citations": message.map(|message| &message.citations).into_iter().flatten().collect::<Vec<_>>(),
            "unsupported": message.map(|message| &message.unsupported).into_iter().flatten().collect::<Vec<_>>(),
            "coverage": self.finished.as_ref().map(|finished| &finished.coverage),
            "toolCalls": calls.collect::<Vec<_>>(),
            "outcome": self.outcome(),
            "model": message.map(|message| &message.model),
            "usage": self.finished.as_ref().map(|finished| finished.usage),
        })
    }
}
