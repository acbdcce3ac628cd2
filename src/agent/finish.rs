//! The end of a run: every open call gets its result, then the run its outcome.

use crate::{
    protocol::{
        CallId, Event, Outcome, RunFinished, RunState, StepError, ToolCallCompleted, ToolStatus,
        Usage,
    },
    store::StoreError,
    thread::{RunFold, ThreadState},
};

use super::{
    caps::bounded_coverage,
    log::{AgentError, Batch},
    run_loop::RunContext,
};

/// What ends a run with this outcome. `extra` is the usage of a reply in the same transaction.
pub(super) fn closing_events(run: &RunFold, outcome: &Outcome, extra: Usage) -> Vec<Event> {
    let reason = match outcome {
        Outcome::Cancelled { .. } => "The run was cancelled before this call was done.",
        Outcome::LimitReached { .. } => "The run reached a limit before this call was done.",
        Outcome::Completed | Outcome::Failed { .. } => "The run ended before this call was done.",
    };
    let mut events: Vec<Event> = run
        .open_calls()
        .map(|call| Event::ToolCallCompleted(unrun(call.call_id, "notExecuted", reason)))
        .collect();
    events.push(Event::RunFinished(RunFinished {
        run_id: run.run_id,
        outcome: outcome.clone(),
        coverage: bounded_coverage(run.coverage()),
        usage: run.usage.plus(extra),
    }));
    events
}

/// The result of a call that was not run.
pub(super) fn unrun(call_id: CallId, code: &str, reason: &str) -> ToolCallCompleted {
    ToolCallCompleted {
        call_id,
        status: ToolStatus::Cancelled,
        evidence_id: None,
        summary: reason.to_owned(),
        views: Vec::new(),
        error: Some(StepError {
            code: code.to_owned(),
            message: reason.to_owned(),
            arm_request_id: None,
        }),
        model_text: format!("Not executed: {reason}"),
        coverage: None,
        offered: Vec::new(),
        duration_ms: 0,
    }
}

impl RunContext {
    /// Ends the run, unless it has ended.
    pub(super) async fn finish(&self, outcome: Outcome) -> Result<(), AgentError> {
        self.append_end(|state| {
            let run = state.run(self.run_id).ok_or(AgentError::Internal("no such run"))?;
            if run.state() == RunState::Finished {
                return Ok(Batch::default());
            }
            let events = closing_events(run, &outcome, Usage::default());
            Ok(Batch::of(events).replying(self.control.cancel_reply()))
        })
        .await
    }

    /// Stores what may end the run and so may carry the reply to whoever cancelled it. A command
    /// that has another reply already does not keep the run from ending.
    pub(super) async fn append_end(
        &self,
        decide: impl Fn(&ThreadState) -> Result<Batch, AgentError>,
    ) -> Result<(), AgentError> {
        let append = || self.append(&decide);
        match append().await {
            Err(AgentError::Store(StoreError::DuplicateReply { .. })) => {
                self.control.forget_reply();
                append().await
            }
            done => done,
        }
    }
}
