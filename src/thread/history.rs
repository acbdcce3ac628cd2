//! What the model is told of the thread so far, under a cap.

use serde_json::Value;

use crate::protocol::{EvidenceId, FinishReason, ToolStatus, Trigger};

use super::{
    ThreadState,
    run::{CallFold, RunFold},
};

/// The most bytes of text and arguments that a history holds.
pub const HISTORY_MAX_BYTES: usize = 192 * 1024;

/// One message of the history.
#[derive(Clone, Debug, PartialEq)]
pub enum HistoryMessage {
    /// What a user wrote.
    User {
        /// The text.
        text: String,
    },
    /// What the model said.
    Assistant {
        /// The text; it may be empty.
        text: String,
        /// The calls it asked for.
        calls: Vec<HistoryCall>,
    },
    /// The one result of a call.
    Result {
        /// The call.
        call: HistoryCall,
        /// How it ended; none while it waits.
        status: Option<ToolStatus>,
        /// The stored result.
        evidence_id: Option<EvidenceId>,
        /// What the model is given.
        text: String,
    },
}

/// A call in the history.
#[derive(Clone, Debug, PartialEq)]
pub struct HistoryCall {
    /// Our id.
    pub call_id: crate::protocol::CallId,
    /// The tool's name.
    pub tool: String,
    /// The arguments.
    pub arguments: Value,
}

/// What the model is told before it answers the last started run of the thread.
///
/// Past `max_bytes` the oldest digests go first (a line says where to read them again), then the
/// oldest runs, whole: a call is never parted from its result. The run at work always stays.
#[must_use]
pub fn history(state: &ThreadState, max_bytes: usize) -> Vec<HistoryMessage> {
    let told = state.runs.iter().filter(|run| run.has_started());
    let mut runs: Vec<Vec<HistoryMessage>> = told.map(messages_of).collect();
    let mut size: usize = runs.iter().flatten().map(size_of).sum();
    let earlier = runs.len().saturating_sub(1);
    for message in runs.iter_mut().take(earlier).flatten() {
        if size <= max_bytes {
            break;
        }
        size -= drop_digest(message);
    }
    let mut first = 0;
    while size > max_bytes && first < earlier {
        size -= runs.get(first).into_iter().flatten().map(size_of).sum::<usize>();
        first += 1;
    }
    // What is left is the run at work: its own digests are capped one by one, so only their
    // number can be too large; the oldest of them go.
    for message in runs.iter_mut().skip(earlier).flatten() {
        if size <= max_bytes {
            break;
        }
        size -= drop_digest(message);
    }
    runs.into_iter().skip(first).flatten().collect()
}

fn messages_of(run: &RunFold) -> Vec<HistoryMessage> {
    let mut messages = Vec::with_capacity(1 + run.steps.len() * 2);
    match &run.trigger {
        Trigger::Message { text, .. } => messages.push(HistoryMessage::User { text: text.clone() }),
    }
    for step in &run.steps {
        let mut text = step.message.text.clone();
        match step.message.finish {
            FinishReason::Stop | FinishReason::ToolCalls => {}
            FinishReason::Length | FinishReason::ContentFilter | FinishReason::Cut => {
                text.push_str("\n(This reply broke off here.)");
            }
            FinishReason::Cancelled => text.push_str("\n(The user cancelled here.)"),
        }
        let calls: Vec<HistoryCall> = step.calls.iter().map(call_of).collect();
        // Endpoints refuse a message that says nothing.
        if !text.is_empty() || !calls.is_empty() {
            messages.push(HistoryMessage::Assistant { text, calls });
        }
        messages.extend(step.calls.iter().map(result_of));
    }
    messages
}

fn call_of(call: &CallFold) -> HistoryCall {
    HistoryCall {
        call_id: call.call_id,
        tool: call.tool.clone(),
        arguments: call.arguments.clone(),
    }
}

fn result_of(call: &CallFold) -> HistoryMessage {
    let (status, evidence_id, text) = match &call.result {
        Some(result) => (Some(result.status), result.evidence_id, result.model_text.clone()),
        None => (None, None, "Not executed.".to_owned()),
    };
    HistoryMessage::Result { call: call_of(call), status, evidence_id, text }
}

fn size_of(message: &HistoryMessage) -> usize {
    match message {
        HistoryMessage::User { text } => text.len(),
        HistoryMessage::Assistant { text, calls } => {
            text.len() + calls.iter().map(size_of_call).sum::<usize>()
        }
        HistoryMessage::Result { text, .. } => text.len(),
    }
}

fn size_of_call(call: &HistoryCall) -> usize {
    call.tool.len() + call.arguments.to_string().len()
}

/// Shortens a digest to a line; returns the bytes won.
fn drop_digest(message: &mut HistoryMessage) -> usize {
    let HistoryMessage::Result { evidence_id, text, .. } = message else { return 0 };
    let short = match evidence_id {
        Some(id) => format!("(dropped to save room; read it again with read_evidence {id})"),
        None => "(dropped to save room)".to_owned(),
    };
    let before = text.len();
    if before <= short.len() {
        return 0;
    }
    let won = before - short.len();
    *text = short;
    won
}
