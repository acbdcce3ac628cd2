//! What a run does next: every decision, no deed.

use std::time::Duration;

use jiff::Timestamp;

use crate::protocol::{CallId, FinishReason, LimitKind, Outcome, ToolStatus};

use super::run::{CallFold, Progress, RunFold, StepFold};

/// How often the same invalid call may be made before the run ends.
const SAME_INVALID_CALLS: usize = 3;
/// Restarts in a row, without an event of the run between them, that it survives.
const RESTARTS: u32 = 1;

/// What a run does next.
#[derive(Clone, Debug, PartialEq)]
pub enum Next {
    /// Ask the model for this step.
    CallModel {
        /// The step, from 1.
        step: u32,
    },
    /// Answer these calls.
    RunTools {
        /// Calls to run, in the order asked.
        run: Vec<CallId>,
        /// Calls above the limit: answered unrun, in the order asked.
        refuse: Vec<CallId>,
    },
    /// End the run. Calls without a result are answered as cancelled first, in the same
    /// transaction.
    Finish(Outcome),
    /// Nothing: it has not started, or it has ended.
    Rest,
}

/// What the run does next, as of `now`.
#[must_use]
pub fn next_of(run: &RunFold, now: Timestamp) -> Next {
    match run.progress {
        Progress::Queued | Progress::Finished(_) => return Next::Rest,
        Progress::Running => {}
    }
    if run.restarts > RESTARTS {
        return Next::Finish(Outcome::Failed {
            code: "restart".to_owned(),
            message: "The service stopped twice while it worked on this. Ask again.".to_owned(),
        });
    }
    let Some(step) = run.steps.last() else { return ask(run, now) };
    if let Some(outcome) = finish_of(step) {
        return Next::Finish(outcome);
    }
    if run.open_calls().next().is_none() {
        return ask(run, now);
    }
    // By the place of a call, not by how many are answered: refusals may be stored first.
    let earlier = run.call_count() - step.calls.len();
    let left = (run.limits.tool_calls as usize).saturating_sub(earlier);
    let (within, above) = step.calls.split_at(left.min(step.calls.len()));
    Next::RunTools { run: open_ids(within), refuse: open_ids(above) }
}

fn open_ids(calls: &[CallFold]) -> Vec<CallId> {
    calls.iter().filter(|call| call.result.is_none()).map(|call| call.call_id).collect()
}

/// The outcome that a step's message means by itself, if it ends the run.
#[must_use]
pub fn finish_of(step: &StepFold) -> Option<Outcome> {
    let failed = |code: &str, message: &str| {
        Some(Outcome::Failed { code: code.to_owned(), message: message.to_owned() })
    };
    match step.message.finish {
        FinishReason::Stop if step.message.text.trim().is_empty() => {
            failed("emptyReply", "The model answered with nothing. Ask again or in other words.")
        }
        FinishReason::Stop => Some(Outcome::Completed),
        FinishReason::ToolCalls if step.calls.is_empty() => {
            failed("emptyReply", "The model asked for tools but named none. Ask again.")
        }
        FinishReason::ToolCalls => None,
        FinishReason::Length => failed(
            "replyTooLong",
            "The reply reached its length limit; what was written is shown. Ask for a part of it.",
        ),
        FinishReason::ContentFilter => failed(
            "contentFilter",
            "The model provider's content filter ended the reply. Ask in other words.",
        ),
        FinishReason::Cut => {
            failed("modelCut", "The model's reply broke off; what was written is shown. Ask again.")
        }
        FinishReason::Cancelled => {
            failed("cancelled", "The reply was cancelled before it was done.")
        }
    }
}

fn ask(run: &RunFold, now: Timestamp) -> Next {
    match limit_reached(run, now) {
        Some(limit) => Next::Finish(Outcome::LimitReached { limit }),
        None => Next::CallModel { step: u32::try_from(run.steps.len()).unwrap_or(u32::MAX) + 1 },
    }
}

fn limit_reached(run: &RunFold, now: Timestamp) -> Option<LimitKind> {
    if run.call_count() > run.limits.tool_calls as usize {
        Some(LimitKind::ToolCalls)
    } else if repeats_itself(run) {
        Some(LimitKind::InvalidCalls)
    } else if run.steps.len() >= run.limits.steps as usize {
        Some(LimitKind::Steps)
    } else if run.usage.total() >= run.limits.tokens {
        Some(LimitKind::Tokens)
    } else if run.worked(now) >= Duration::from_millis(run.limits.work_ms) {
        Some(LimitKind::WorkMs)
    } else {
        None
    }
}

fn repeats_itself(run: &RunFold) -> bool {
    let rejected: Vec<&CallFold> = run
        .steps
        .iter()
        .flat_map(|step| &step.calls)
        .filter(|call| {
            call.result.as_ref().is_some_and(|result| result.status == ToolStatus::Rejected)
        })
        .collect();
    let same = |call: &CallFold, other: &CallFold| {
        call.tool == other.tool && call.arguments == other.arguments
    };
    rejected
        .iter()
        .any(|call| rejected.iter().filter(|other| same(call, other)).count() >= SAME_INVALID_CALLS)
}
