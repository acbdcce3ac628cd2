//! The agent's own tools: it answers them itself, and they make no evidence.

use std::{fmt::Write as _, sync::PoisonError};

use crate::{
    protocol::{EvidenceId, MAX_MODEL_TEXT_BYTES, ToolCallCompleted, ToolStatus},
    thread::CallFold,
    tools::{
        Fence, Found, ToolError, digest,
        own::{FIND_TOOLS, FindTools, READ_EVIDENCE, ReadEvidence},
        tool::parse,
    },
};

use super::{
    calls::Answer,
    caps::cut,
    evidence::parsed,
    finish::unrun,
    log::AgentError,
    outcome::{failure, internal},
    run_loop::RunContext,
};

/// Whether the agent answers this tool itself.
pub(super) fn is_own(tool: &str) -> bool {
    matches!(tool, FIND_TOOLS | READ_EVIDENCE)
}

impl RunContext {
    /// Answers a call of one of the agent's own tools.
    pub(super) async fn answer_own(&self, call: &CallFold) -> Answer {
        let answered = match call.tool.as_str() {
            FIND_TOOLS => self.find_tools(call).await,
            _ => self.read_evidence(call).await,
        };
        let completed = answered.unwrap_or_else(|error| failure(call.call_id, &call.tool, &error));
        Answer { completed, kept: None }
    }

    async fn find_tools(&self, call: &CallFold) -> Result<ToolCallCompleted, ToolError> {
        let input: FindTools = parse(call.arguments.clone())?;
        let offered = self.log.read(|state| state.run(self.run_id).map(|run| run.tools.clone()));
        let offered = offered.await.map_err(|error| unreadable(&error))?.unwrap_or_default();
        let found = self.found(&input.query, offered);
        let mut text = String::new();
        for spec in found.added.iter().filter_map(|name| self.shared.spec(name)) {
            // Writing to a string does not fail.
            let _ = writeln!(text, "- {}: {}", spec.name, spec.description);
        }
        match (found.added.is_empty(), found.waiting.as_slice()) {
            (true, []) => text.push_str(
                "No other tool fits. Answer with the tools you have, or say what is missing.",
            ),
            (false, []) => text.push_str("You may call them from now on."),
            (_, waiting) => {
                let _ = write!(
                    text,
                    "No room is left in this question for {}; they must wait for the next one.",
                    waiting.join(", ")
                );
            }
        }
        let summary = match found.added.len() {
            0 => "No other tool found".to_owned(),
            1 => "1 tool found".to_owned(),
            count => format!("{count} tools found"),
        };
        Ok(ToolCallCompleted { offered: found.added, ..succeeded(call, summary, &text) })
    }

    /// Looks for tools; those that calls of the same step found count as offered.
    fn found(&self, query: &str, mut offered: Vec<String>) -> Found {
        let mut earlier = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        offered.extend(
            earlier.iter().filter(|name| !offered.contains(name)).cloned().collect::<Vec<_>>(),
        );
        let found = self.shared.router.find(query, &offered);
        earlier.extend(found.added.iter().cloned());
        found
    }

    async fn read_evidence(&self, call: &CallFold) -> Result<ToolCallCompleted, ToolError> {
        let input: ReadEvidence = parse(call.arguments.clone())?;
        let id: EvidenceId = input
            .evidence_id
            .parse()
            .map_err(|error| ToolError::wrong("evidenceId", format!("{error}")))?;
        let stored = self.log.store.evidence(self.log.thread_id(), id).await;
        let stored = stored
            .map_err(|error| unreadable(&error.into()))?
            .ok_or_else(|| ToolError::wrong("evidenceId", format!("there is no evidence {id}")))?;
        let output = parsed(&stored.output).map_err(|error| unreadable(&error))?;
        let slice = digest::EvidenceSlice {
            offset: input.offset as usize,
            limit: input.limit.clamp(1, 200) as usize,
            columns: &input.columns,
            contains: input.contains.as_deref().unwrap_or_default(),
        };
        let page = digest::page(&output, stored.rows_key.as_deref(), &slice, &Fence::random());
        let summary = format!("Read {} of {} rows of {id}", page.shown, page.matching);
        Ok(succeeded(call, summary, &page.text))
    }
}

fn unreadable(error: &AgentError) -> ToolError {
    tracing::error!(error = error as &dyn std::error::Error, "a thread could not be read");
    internal("the thread could not be read")
}

fn succeeded(call: &CallFold, summary: String, text: &str) -> ToolCallCompleted {
    ToolCallCompleted {
        status: ToolStatus::Succeeded,
        summary,
        error: None,
        model_text: cut(text, MAX_MODEL_TEXT_BYTES).to_owned(),
        ..unrun(call.call_id, "", "")
    }
}
