//! Tool calls: run side by side, each with its one result.
//!
//! A cancel races each call by itself, so results already earned are kept.

use std::{panic::AssertUnwindSafe, time::Instant};

use bytes::Bytes;
use futures_util::{FutureExt, StreamExt, stream::FuturesUnordered};
use serde_json::Value;
use std::sync::Arc;
use tokio::sync::mpsc;
use tracing::Instrument as _;

use crate::{
    protocol::{CallId, Event, EvidenceId, Finding, ToolCallCompleted, ToolStatus},
    redact::redact,
    store::NewEvidence,
    thread::CallFold,
    tools::{ReadContext, ToolError, ToolOutput},
};

use super::{
    evidence::Output,
    finish::unrun,
    log::{AgentError, Batch},
    meters,
    outcome::{completed, failure, internal, rejected_text},
    own_tools,
    run_loop::{RunContext, Stop},
};

/// Results that are stored together when they are ready together: so many of the largest fit one
/// transaction.
const RESULTS_PER_APPEND: usize = 6;
/// The largest output kept as evidence, in bytes of JSON.
const MAX_OUTPUT_BYTES: usize = 8 * 1024 * 1024;

/// The result of one call, before it is stored.
pub(super) struct Answer {
    pub(super) completed: ToolCallCompleted,
    pub(super) kept: Option<Kept>,
}

/// What is kept of a result as evidence.
pub(super) struct Kept {
    pub(super) evidence_id: EvidenceId,
    pub(super) tool: String,
    pub(super) output: Arc<Value>,
    pub(super) rows_key: Option<String>,
    pub(super) findings: Arc<[Finding]>,
}

impl RunContext {
    /// Answers the calls: `run` side by side, `refuse` unrun.
    pub(super) async fn run_calls(
        &mut self,
        run: &[CallId],
        refuse: &[CallId],
    ) -> Result<(), AgentError> {
        let deadline = self.deadline().await?;
        let calls = self.prepared(run).await?;
        let reason = "The run has used all the tool calls it may make.";
        let refused: Vec<Answer> = refuse
            .iter()
            .map(|id| Answer { completed: unrun(*id, "toolCallLimit", reason), kept: None })
            .collect();
        if !refused.is_empty() {
            self.store_answers(refused).await?;
        }
        let earned = self.answer_all(&calls, deadline).await?;
        for (call_id, output) in earned {
            self.outputs.insert(call_id, output);
        }
        Ok(())
    }

    /// Runs the calls side by side and stores what is ready; the others go on while it is stored.
    async fn answer_all(
        &self,
        calls: &[(CallFold, ReadContext)],
        deadline: tokio::time::Instant,
    ) -> Result<Vec<(CallId, Output)>, AgentError> {
        let (ready, mut answers) = mpsc::channel(calls.len().max(1));
        let running = async {
            // Dropped with the last call, which ends the storing.
            let ready = ready;
            let mut running: FuturesUnordered<_> =
                calls.iter().map(|(call, cx)| self.answer(call, cx, deadline)).collect();
            while let Some(answer) = running.next().await {
                // There is room for all of them, and the receiver is below.
                let _ = ready.send(answer).await;
            }
            Ok::<(), AgentError>(())
        };
        let storing = async {
            let mut some = Vec::with_capacity(RESULTS_PER_APPEND);
            let mut earned = Vec::new();
            while answers.recv_many(&mut some, RESULTS_PER_APPEND).await > 0 {
                earned.extend(self.store_answers(some.drain(..).flatten().collect()).await?);
            }
            Ok::<_, AgentError>(earned)
        };
        let ((), earned) = tokio::try_join!(running, storing)?;
        Ok(earned)
    }

    /// The calls, each with what it may read.
    async fn prepared(&self, run: &[CallId]) -> Result<Vec<(CallFold, ReadContext)>, AgentError> {
        // What several calls of a step ask is asked once.
        let step = (&self.shared.azure.sharing(), self.log.clock.now());
        self.log
            .read(|state| {
                let fold = state.run(self.run_id).ok_or(AgentError::Internal("no such run"))?;
                let calls = fold.open_calls().filter(|call| run.contains(&call.call_id));
                calls
                    .map(|call| Ok((call.clone(), self.shared.read_context(fold, step)?)))
                    .collect()
            })
            .await?
    }

    /// The one result of a call; none when the service stops first.
    async fn answer(
        &self,
        call: &CallFold,
        cx: &ReadContext,
        deadline: tokio::time::Instant,
    ) -> Option<Answer> {
        let begun = Instant::now();
        let span = tracing::info_span!("call", call.id = %call.call_id);
        let answer = tokio::select! {
            biased;
            stop = self.stopped(deadline) => self.stopped_answer(call, &stop)?,
            answer = self.run_one(call, cx).instrument(span) => answer,
        };
        let mut answer = answer;
        let took = begun.elapsed();
        answer.completed.duration_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        let known = self.shared.spec(&call.tool).map_or("unknown", |spec| spec.name.as_str());
        meters::count_call(known, answer.completed.status, took);
        Some(answer)
    }

    fn stopped_answer(&self, call: &CallFold, stop: &Stop) -> Option<Answer> {
        let completed = match stop {
            Stop::Cancelled => unrun(call.call_id, "cancelled", "The run was cancelled."),
            Stop::TimeLimit => unrun(call.call_id, "timeLimit", "The run has used all its time."),
            Stop::Shutdown => return None,
        };
        Some(Answer { completed, kept: None })
    }

    async fn run_one(&self, call: &CallFold, cx: &ReadContext) -> Answer {
        if own_tools::is_own(&call.tool) {
            return self.answer_own(call).await;
        }
        let result = match self.shared.tools.get(&call.tool) {
            Some(tool) if call.arguments.is_object() => {
                let running = AssertUnwindSafe(tool.run(cx, call.arguments.clone()));
                running.catch_unwind().await.unwrap_or_else(|_| Err(self.panicked(call)))
            }
            Some(_) => Err(ToolError::rejected(rejected_text(&call.arguments))),
            None => Err(ToolError::rejected(self.unknown(&call.tool))),
        };
        match result {
            Ok(output) => self.succeeded(call, output),
            Err(error) => {
                if !matches!(error, ToolError::Rejected { .. } | ToolError::Cancelled) {
                    log_failure(&call.tool, &error);
                }
                Answer { completed: failure(call.call_id, &call.tool, &error), kept: None }
            }
        }
    }

    fn succeeded(&self, call: &CallFold, output: ToolOutput) -> Answer {
        let Some(evidence_id) = call.evidence_id else {
            return Answer { completed: completed(call, output), kept: None };
        };
        let mut output = output;
        crate::redact::redact_json(&mut output.output);
        let kept = Kept {
            evidence_id,
            tool: call.tool.clone(),
            output: Arc::new(std::mem::take(&mut output.output)),
            rows_key: output.rows_key.map(str::to_owned),
            findings: super::outcome::redacted_findings(std::mem::take(&mut output.findings)),
        };
        Answer { completed: completed(call, output), kept: Some(kept) }
    }

    fn panicked(&self, call: &CallFold) -> ToolError {
        tracing::error!(tool.name = %call.tool, "a tool panicked");
        internal("the tool failed inside the service")
    }

    fn unknown(&self, tool: &str) -> String {
        let ranked = self.shared.router.rank(&tool.replace(['_', '-', '.'], " "));
        let near: Vec<&str> = ranked.iter().take(3).map(|(name, _)| name.as_str()).collect();
        let hint = if near.is_empty() {
            String::new()
        } else {
            format!(" Did you mean {}?", near.join(", "))
        };
        format!("there is no tool of this name.{hint} Use find_tools to look for one.")
    }

    /// Stores results; gives back what later steps may read without the store.
    async fn store_answers(
        &self,
        answers: Vec<Answer>,
    ) -> Result<Vec<(CallId, Output)>, AgentError> {
        if answers.is_empty() {
            return Ok(Vec::new());
        }
        let at = self.log.clock.now();
        let mut events = Vec::with_capacity(answers.len());
        let mut evidence = Vec::new();
        let mut earned = Vec::new();
        for Answer { mut completed, kept } in answers {
            if let Some(kept) = kept {
                match encoded(&kept, completed.call_id, at) {
                    Some(new) => {
                        evidence.push(new);
                        completed.evidence_id = Some(kept.evidence_id);
                        let Kept { evidence_id, output, findings, .. } = kept;
                        earned.push((completed.call_id, Output { evidence_id, output, findings }));
                    }
                    None => completed = too_large(&completed),
                }
            }
            events.push(Event::ToolCallCompleted(completed));
        }
        self.append(|_| {
            Ok(Batch { events: events.clone(), evidence: evidence.clone(), reply: None })
        })
        .await?;
        Ok(earned)
    }
}

/// One line for operators, with what a support case needs. The span has run and call.
fn log_failure(tool: &str, error: &ToolError) {
    let (status, request_id) = match error {
        ToolError::Upstream { status, request_id, .. } => (*status, request_id.as_deref()),
        ToolError::Rejected { .. } | ToolError::Denied { .. } | ToolError::Cancelled => {
            (None, None)
        }
    };
    tracing::warn!(
        tool.name = tool,
        error.kind = error.kind(),
        error.code = error.code(),
        http.status = status,
        arm.request_id = request_id,
        "a tool call failed: {}",
        redact(&error.to_string())
    );
}

fn encoded(kept: &Kept, call_id: CallId, at: jiff::Timestamp) -> Option<NewEvidence> {
    let output = serde_json::to_vec(kept.output.as_ref()).ok()?;
    if output.len() > MAX_OUTPUT_BYTES {
        return None;
    }
    Some(NewEvidence {
        evidence_id: kept.evidence_id,
        call_id,
        tool: kept.tool.clone(),
        at,
        output: Bytes::from(output),
        rows_key: kept.rows_key.clone(),
        findings: Bytes::from(serde_json::to_vec(kept.findings.as_ref()).ok()?),
    })
}

fn too_large(completed: &ToolCallCompleted) -> ToolCallCompleted {
    let mib = MAX_OUTPUT_BYTES / 1024 / 1024;
    let reason = format!("The result is larger than {mib} MiB. Ask for fewer rows or columns.");
    let failed = unrun(completed.call_id, "resultTooLarge", &reason);
    ToolCallCompleted {
        status: ToolStatus::Failed,
        model_text: reason,
        duration_ms: completed.duration_ms,
        ..failed
    }
}
