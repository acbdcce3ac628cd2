//! One step: ask the model, show its reply as it comes, store it whole.

use std::{sync::Arc, time::Instant};

use futures_util::StreamExt;

use crate::{
    model::{ChatModel, ModelError, ModelStream},
    protocol::{
        AssistantMessage, CallId, Effect, Event, FinishReason, MAX_ARGUMENTS_BYTES, Notice,
        NoticeLevel, Outcome, ToolCallRequested,
    },
    redact::{redact, redact_json},
    thread::{StepFold, ThreadState, finish_of},
};

use super::{
    caps::{cut, fitting},
    finish::closing_events,
    log::{AgentError, Batch},
    meters,
    run_loop::{RunContext, Stop},
    stream::{Collected, Reading, ReplyReader},
};

/// The most bytes of JSON that arguments stored as text become.
const MAX_ARGUMENTS_JSON_BYTES: usize = 2 * MAX_ARGUMENTS_BYTES;

/// How a reply ended.
enum End {
    /// As the model meant.
    Done(FinishReason),
    /// By a failure.
    Failed(ModelError),
    /// Because the run must stop.
    Stopped(Stop),
}

impl RunContext {
    /// Asks the model for one reply and stores what came of it.
    pub(super) async fn ask_model(&mut self, step: u32) -> Result<(), AgentError> {
        let deadline = self.deadline().await?;
        let mut model = self.model().await?;
        loop {
            let request = self.request(model.as_ref()).await?;
            let asked = Instant::now();
            let begun = tokio::select! {
                biased;
                stop = self.stopped(deadline) => return self.stop_without_reply(&stop).await,
                begun = model.reply(request) => begun,
            };
            match begun {
                Ok(stream) => {
                    self.shared.models.succeeded(model.as_ref());
                    let stopped = self.stopped(deadline);
                    let name = model.name() == self.shared.models.planner.name();
                    let name = if name { "planner" } else { "endpoint" };
                    let stream = meters::timed(stream, name, asked);
                    let (collected, end) = self.read_reply(stream, stopped).await?;
                    return self.store_reply(step, model.as_ref(), collected, end).await;
                }
                Err(error) => match self.stand_in(step, model.as_ref(), &error) {
                    Some(planner) => model = planner,
                    None => return self.finish(failed(&error)).await,
                },
            }
        }
    }

    /// The model of this run: the configured one, unless the planner took the run over.
    async fn model(&self) -> Result<Arc<dyn ChatModel>, AgentError> {
        let models = &self.shared.models;
        let planner = self
            .log
            .read(|state| {
                let run = state.run(self.run_id)?;
                let spoke = run.steps.first().map(|step| step.message.model.as_str());
                Some(spoke.unwrap_or(run.model.as_str()) == models.planner.name())
            })
            .await?
            .unwrap_or(false);
        Ok(Arc::clone(if planner { &models.planner } else { &models.primary }))
    }

    /// The planner takes the whole run when the first request finds the endpoint down.
    fn stand_in(
        &self,
        step: u32,
        model: &dyn ChatModel,
        error: &ModelError,
    ) -> Option<Arc<dyn ChatModel>> {
        let models = &self.shared.models;
        let ModelError::Unavailable { .. } = error else { return None };
        if step > 1 || model.name() == models.planner.name() {
            return None;
        }
        models.failed();
        tracing::warn!(
            run.id = %self.run_id,
            error = error as &dyn std::error::Error,
            "the model is down; the planner answers"
        );
        self.shared.notify(Notice {
            level: NoticeLevel::Warning,
            code: "modelDegraded".to_owned(),
            message: format!(
                "{}. The built-in planner answers this question.",
                redact(&error.to_string())
            ),
            thread_id: Some(self.log.thread_id()),
        });
        Some(Arc::clone(&models.planner))
    }

    async fn read_reply(
        &self,
        mut stream: ModelStream,
        stopped: impl Future<Output = Stop>,
    ) -> Result<(Collected, End), AgentError> {
        let known = self.log.read(|state| state.evidence.clone()).await?;
        let mut reader = ReplyReader::new(Arc::clone(&self.log.hub), self.run_id, known);
        let mut stopped = std::pin::pin!(stopped);
        let end = loop {
            let part = tokio::select! {
                biased;
                stop = &mut stopped => break End::Stopped(stop),
                part = stream.next() => part,
            };
            match part.map(|part| part.and_then(|event| reader.take(event))) {
                Some(Ok(Reading::More)) => {}
                Some(Ok(Reading::Ended(finish))) => break End::Done(finish),
                Some(Err(error)) => break End::Failed(error),
                None => {
                    let reason = "the stream ended without an end".to_owned();
                    break End::Failed(ModelError::Cut { reason });
                }
            }
        };
        Ok((reader.finish(), end))
    }

    /// Stores a reply: one transaction for the message, its calls and the end they may mean.
    async fn store_reply(
        &mut self,
        step: u32,
        model: &dyn ChatModel,
        collected: Collected,
        end: End,
    ) -> Result<(), AgentError> {
        let (finish, outcome) = match &end {
            End::Done(finish) => (*finish, None),
            End::Failed(error) => (FinishReason::Cut, Some(failed(error))),
            End::Stopped(Stop::Cancelled) => (FinishReason::Cancelled, self.cancelled_outcome()),
            End::Stopped(stop @ Stop::TimeLimit) => (FinishReason::Cut, self.outcome_of(stop)),
            // The reply is asked again after the restart.
            End::Stopped(Stop::Shutdown) => return Ok(()),
        };
        let message = AssistantMessage {
            run_id: self.run_id,
            step,
            message_id: collected.message_id,
            text: collected.text,
            finish,
            model: model.name().to_owned(),
            usage: collected.usage,
            citations: Vec::new(),
            unsupported: Vec::new(),
        };
        let message = self.checked(message).await?;
        let asked = match finish {
            FinishReason::ToolCalls => collected.calls,
            _ => Vec::new(),
        };
        self.append_end(|state| {
            let run = state.run(self.run_id).ok_or(AgentError::Internal("no such run"))?;
            let calls: Vec<_> = self.requested(state, step, &asked);
            let ends = outcome.clone().or_else(|| outcome_of(&message, &calls));
            let mut events = Vec::with_capacity(calls.len() + 2);
            if !message.text.is_empty() || ends.is_none() || message.usage.is_some() {
                events.push(Event::AssistantMessage(message.clone()));
            }
            events.extend(calls.into_iter().map(Event::ToolCallRequested));
            let reply = ends.is_some().then(|| self.control.cancel_reply()).flatten();
            if let Some(outcome) = ends {
                let usage = message.usage.unwrap_or_default();
                events.extend(closing_events(run, &outcome, usage));
            }
            Ok(Batch::of(events).replying(reply))
        })
        .await
    }

    async fn stop_without_reply(&self, stop: &Stop) -> Result<(), AgentError> {
        match self.outcome_of(stop) {
            Some(outcome) => self.finish(outcome).await,
            None => Ok(()),
        }
    }

    /// The calls of a reply as they are stored, evidence ids reserved in the order asked.
    fn requested(
        &self,
        state: &ThreadState,
        step: u32,
        asked: &[crate::model::AskedCall],
    ) -> Vec<ToolCallRequested> {
        let mut next = state.next_evidence();
        let calls = asked.iter().map(|call| {
            let spec = self.shared.spec(&call.tool);
            let makes_evidence = !super::own_tools::is_own(&call.tool);
            let evidence_id = makes_evidence.then(|| {
                let id = next;
                next = next.next();
                id
            });
            ToolCallRequested {
                run_id: self.run_id,
                step,
                call_id: CallId::new(),
                tool: cut(&call.tool, 80).to_owned(),
                title: spec.map_or_else(|| cut(&call.tool, 80).to_owned(), |s| s.title.clone()),
                effect: spec.map_or(Effect::Read, |spec| spec.effect),
                arguments: arguments_of(&call.arguments),
                evidence_id,
            }
        });
        calls.collect()
    }
}

/// The arguments as they are stored: parsed, or the text where it does not parse or is too long.
fn arguments_of(text: &str) -> serde_json::Value {
    let text = if text.trim().is_empty() { "{}" } else { text };
    let as_text = |max_bytes: usize| {
        let fits = fitting(text, max_bytes, MAX_ARGUMENTS_JSON_BYTES);
        serde_json::Value::String(redact(cut(text, fits)).into_owned())
    };
    if text.len() > MAX_ARGUMENTS_BYTES {
        return as_text(MAX_ARGUMENTS_BYTES / 2);
    }
    match serde_json::from_str::<serde_json::Value>(text) {
        Ok(mut value @ serde_json::Value::Object(_)) => {
            redact_json(&mut value);
            value
        }
        Ok(_) | Err(_) => as_text(MAX_ARGUMENTS_BYTES),
    }
}

/// The outcome that a stored reply means, if it ends the run.
fn outcome_of(message: &AssistantMessage, calls: &[ToolCallRequested]) -> Option<Outcome> {
    match message.finish {
        FinishReason::ToolCalls if !calls.is_empty() => None,
        _ => finish_of(&StepFold { message: message.clone(), calls: Vec::new() }),
    }
}

fn failed(error: &ModelError) -> Outcome {
    Outcome::Failed {
        code: error.code().to_owned(),
        message: redact(&sentence(&error.to_string())).into_owned(),
    }
}

fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    let end = if text.ends_with(['.', '!', '?']) { "" } else { "." };
    format!("{first}{}{end}", chars.as_str())
}
