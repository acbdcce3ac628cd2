//! A thread's log as one JSON document: the events as they are stored, evidence by reference.

use std::{collections::HashMap, fmt::Write as _};

use serde::{Deserialize, Serialize};

use crate::{
    agent::AgentError,
    protocol::{CallId, EvidenceId, ThreadId, ThreadStanding},
    store::EncodedEvent,
};

/// What the document still has to say of the events written.
#[derive(Default)]
pub(super) struct LogJson {
    begun: bool,
    tools: HashMap<CallId, String>,
    evidence: Vec<Reference>,
}

/// Where an evidence is to be had.
struct Reference {
    evidence_id: EvidenceId,
    call_id: CallId,
    tool: String,
    at: jiff::Timestamp,
}

/// What is read of an event here; events of later releases pass as they are.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Glance {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    call_id: Option<CallId>,
    #[serde(default)]
    tool: Option<String>,
    #[serde(default)]
    evidence_id: Option<EvidenceId>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct EvidenceReference<'a> {
    evidence_id: EvidenceId,
    call_id: CallId,
    tool: &'a str,
    at: jiff::Timestamp,
    href: String,
}

impl LogJson {
    /// Up to the first event.
    pub(super) fn head(thread: &ThreadStanding) -> Result<String, AgentError> {
        Ok(format!("{{\"thread\":{},\"events\":[", json(thread)?))
    }

    /// One event, unchanged.
    pub(super) fn write(
        &mut self,
        out: &mut String,
        event: &EncodedEvent,
    ) -> Result<(), AgentError> {
        let text = std::str::from_utf8(&event.json).map_err(|_| damaged())?;
        let glance: Glance = serde_json::from_str(text).map_err(|_| damaged())?;
        self.note(glance, event.at);
        let comma = if std::mem::replace(&mut self.begun, true) { "," } else { "" };
        // Writing to a string does not fail.
        let _ = write!(
            out,
            "{comma}\n{{\"seq\":{},\"at\":\"{}\",\"event\":{text}}}",
            event.seq, event.at
        );
        Ok(())
    }

    /// From the last event on.
    pub(super) fn tail(&self, thread_id: ThreadId) -> Result<String, AgentError> {
        let mut out = String::from("\n],\"evidence\":[");
        for (at, reference) in self.evidence.iter().enumerate() {
            out.push_str(if at == 0 { "\n" } else { ",\n" });
            out.push_str(&json(&EvidenceReference {
                evidence_id: reference.evidence_id,
                call_id: reference.call_id,
                tool: &reference.tool,
                at: reference.at,
                href: format!("/v1/threads/{thread_id}/evidence/{}", reference.evidence_id),
            })?);
        }
        out.push_str("\n]}\n");
        Ok(out)
    }

    fn note(&mut self, glance: Glance, at: jiff::Timestamp) {
        let Some(call_id) = glance.call_id else { return };
        match glance.kind.as_str() {
            "toolCallRequested" => {
                self.tools.insert(call_id, glance.tool.unwrap_or_default());
            }
            "toolCallCompleted" => {
                let tool = self.tools.remove(&call_id).unwrap_or_default();
                if let Some(evidence_id) = glance.evidence_id {
                    self.evidence.push(Reference { evidence_id, call_id, tool, at });
                }
            }
            _ => {}
        }
    }
}

fn json(value: &impl Serialize) -> Result<String, AgentError> {
    serde_json::to_string(value).map_err(|_| AgentError::Internal("an export cannot be encoded"))
}

fn damaged() -> AgentError {
    AgentError::Internal("a stored event is damaged")
}
