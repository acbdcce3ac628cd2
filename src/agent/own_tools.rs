//! The agent's own tools: it answers them itself, and they make no evidence.

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::{
    protocol::{EvidenceId, MAX_MODEL_TEXT_BYTES, ToolCallCompleted, ToolStatus},
    thread::CallFold,
    tools::{Fence, FindToolsInput, OwnTool, ReadEvidenceInput, ToolError, own},
};

use super::{
    calls::Answer,
    evidence::page_of,
    finish::unrun,
    outcome::failure,
    run_loop::RunContext,
    step::cut,
};

/// The most tools that a run may be offered in all.
const MAX_OFFERED: usize = 24;
/// The most tools that one search adds.
const MAX_FOUND: usize = 8;
/// Rows that one page of evidence holds when the model names no number.
const ROWS_PER_PAGE: usize = 20;

/// Whether the agent answers this tool itself.
pub(super) fn is_own(tool: &str) -> bool {
    OwnTool::from_name(tool).is_some()
}

impl RunContext {
    /// Answers a call of one of the agent's own tools.
    pub(super) async fn answer_own(&self, call: &CallFold) -> Answer {
        let answered = match OwnTool::from_name(&call.tool) {
            Some(OwnTool::FindTools) => self.find_tools(call).await,
            Some(OwnTool::ReadEvidence) => self.read_evidence(call).await,
            None => Err(ToolError::internal("no such tool of the agent")),
        };
        let completed =
            answered.unwrap_or_else(|error| failure(call.call_id, &call.tool, &error));
        Answer { completed, kept: None }
    }

    async fn find_tools(&self, call: &CallFold) -> Result<ToolCallCompleted, ToolError> {
        let input: FindToolsInput = parse(&call.arguments)?;
        let offered = self
            .log
            .read(|state| state.run(self.run_id).map(|run| run.tools.clone()).unwrap_or_default())
            .await
            .map_err(|_| ToolError::internal("the thread could not be read"))?;
        let room = MAX_OFFERED.saturating_sub(offered.len());
        let found = self.shared.router.find(&input.query, &offered);
        let added: Vec<String> = found.iter().take(room.min(MAX_FOUND)).cloned().collect();
        let mut text = String::new();
        for spec in added.iter().filter_map(|name| self.shared.tools.spec(name)) {
            text.push_str(&format!("- {}: {}\n", spec.name, spec.title));
        }
        if added.is_empty() {
            text.push_str(if room == 0 {
                "No more tools fit into this question; the rest must wait for the next one."
            } else {
                "No other tool fits. Answer with the tools you have, or say what is missing."
            });
        } else if added.len() < found.len() && room <= MAX_FOUND {
            text.push_str("The rest must wait for the next question.");
        }
        let summary = match added.len() {
            0 => "No other tool found".to_owned(),
            1 => "1 tool found".to_owned(),
            count => format!("{count} tools found"),
        };
        Ok(ToolCallCompleted { offered: added, ..succeeded(call, summary, text) })
    }

    async fn read_evidence(&self, call: &CallFold) -> Result<ToolCallCompleted, ToolError> {
        let input: ReadEvidenceInput = parse(&call.arguments)?;
        let rejected = |message: String| ToolError::Rejected { message };
        let id: EvidenceId =
            input.evidence_id.parse().map_err(|error| rejected(format!("evidenceId: {error}")))?;
        let stored = self
            .log
            .store
            .evidence(self.log.thread_id(), id)
            .await
            .map_err(|_| ToolError::internal("the evidence could not be read"))?
            .ok_or_else(|| rejected(format!("There is no evidence {id} in this thread.")))?;
        let offset = input.offset.unwrap_or(0) as usize;
        let limit = input.limit.map_or(ROWS_PER_PAGE, |limit| limit as usize);
        let page = page_of(&stored, offset, limit.clamp(1, 200))
            .map_err(|_| ToolError::internal("the evidence is damaged"))?;
        let fence = Fence::random();
        let text = own::evidence_text(&page.output, &page.rows, (offset, page.total), &input, &fence);
        let summary = format!("Read {} of {} rows of {id}", page.rows.len(), page.total);
        Ok(succeeded(call, summary, text))
    }
}

fn parse<T: DeserializeOwned>(arguments: &Value) -> Result<T, ToolError> {
    serde_json::from_value(arguments.clone())
        .map_err(|error| ToolError::Rejected { message: format!("The arguments are wrong: {error}.") })
}

fn succeeded(call: &CallFold, summary: String, text: String) -> ToolCallCompleted {
    ToolCallCompleted {
        status: ToolStatus::Succeeded,
        summary,
        error: None,
        model_text: cut(&text, MAX_MODEL_TEXT_BYTES).to_owned(),
        ..unrun(call.call_id, "", "")
    }
}
