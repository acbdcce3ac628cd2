//! What the model is asked: instructions, history and tools, in the model's own terms.

use std::sync::Arc;

use crate::{
    model::{ChatModel, ModelCall, ModelMessage, ModelRequest, ModelResult, ToolOffer},
    protocol::{AssistantMessage, FinishReason, ToolStatus, Trigger},
    thread::{HISTORY_MAX_BYTES, HistoryCall, HistoryMessage, RunFold, find_citations, history},
};

use super::{
    caps::{bounded_citations, bounded_claims},
    instructions::Situation,
    log::AgentError,
    run_loop::RunContext,
};

fn question_of(run: &RunFold) -> String {
    let Trigger::Message { text, .. } = &run.trigger;
    text.clone()
}

impl RunContext {
    /// The request of the next step.
    pub(super) async fn request(
        &mut self,
        model: &dyn ChatModel,
    ) -> Result<ModelRequest, AgentError> {
        let (told, tools, situation) = self
            .log
            .read(|state| {
                let run = state.run(self.run_id).ok_or(AgentError::Internal("no such run"))?;
                let situation = Situation {
                    now: self.begun_at,
                    time_zone: run.time_zone.clone(),
                    scope: run.scope.clone(),
                    estate: self.shared.estate.clone(),
                    question: question_of(run),
                    pillars: self.shared.pillars_of(state, run),
                };
                Ok::<_, AgentError>((
                    history(state, HISTORY_MAX_BYTES),
                    run.tools.clone(),
                    situation,
                ))
            })
            .await??;
        if model.reads_outputs() {
            self.load_outputs(&told).await?;
        }
        let time_zone = situation.time_zone.clone();
        Ok(ModelRequest {
            system: self.shared.instructions.for_run(&situation),
            messages: told.into_iter().map(|message| self.translate(message)).collect(),
            tools: self.offers(&tools),
            time_zone,
            now: self.begun_at,
        })
    }

    fn offers(&self, names: &[String]) -> Arc<[ToolOffer]> {
        let specs = names.iter().filter_map(|name| self.shared.spec(name));
        specs
            .map(|spec| ToolOffer {
                name: spec.name.clone(),
                description: spec.description.clone(),
                input_schema: Arc::clone(&spec.input_schema),
            })
            .collect()
    }

    fn translate(&self, message: HistoryMessage) -> ModelMessage {
        let call_of = |call: HistoryCall| ModelCall {
            id: call.call_id.to_string(),
            tool: call.tool,
            arguments: call.arguments,
        };
        match message {
            HistoryMessage::User { text } => ModelMessage::User { text },
            HistoryMessage::Assistant { text, calls } => {
                ModelMessage::Assistant { text, calls: calls.into_iter().map(call_of).collect() }
            }
            HistoryMessage::Result { call, status, evidence_id, text } => {
                let known = self.outputs.get(call.call_id);
                ModelMessage::Result(ModelResult {
                    call_id: call.call_id.to_string(),
                    tool: call.tool,
                    text,
                    ok: status == Some(ToolStatus::Succeeded),
                    evidence_id: evidence_id.map(|id| id.to_string()),
                    output: known.map(|known| Arc::clone(&known.output)),
                    findings: known.map(|known| Arc::clone(&known.findings)).unwrap_or_default(),
                })
            }
        }
    }

    /// The message with its citations found, and its claims checked where it is an answer.
    pub(super) async fn checked(
        &mut self,
        mut message: AssistantMessage,
    ) -> Result<AssistantMessage, AgentError> {
        if message.text.is_empty() {
            return Ok(message);
        }
        let known = self.log.read(|state| state.evidence.clone()).await?;
        message.citations = bounded_citations(find_citations(&message.text, &known));
        if message.finish == FinishReason::Stop {
            message.unsupported = bounded_claims(self.unsupported(&message).await?);
        }
        Ok(message)
    }
}
