//! What the agent counts: ends of runs, tool calls, the model's first words. Labels are names of
//! ours, never text of a model or a person.

use std::time::{Duration, Instant};

use futures_util::StreamExt;
use jiff::Timestamp;

use crate::{
    model::ModelStream,
    protocol::{Event, LimitKind, Outcome, RunId, ToolStatus},
    thread::ThreadState,
};

/// The runs that `events` end, with the names of how.
pub(super) fn ends_of(events: &[Event]) -> Vec<(RunId, &'static str, String)> {
    let ends = events.iter().filter_map(|event| match event {
        Event::RunFinished(finished) => {
            let (outcome, code) = words(&finished.outcome);
            Some((finished.run_id, outcome, code))
        }
        _ => None,
    });
    ends.collect()
}

/// Counts runs whose end is stored.
pub(super) fn count_ends(
    ends: Vec<(RunId, &'static str, String)>,
    state: &ThreadState,
    at: Timestamp,
) {
    for (run_id, outcome, code) in ends {
        metrics::counter!("opscopilot_runs_total", "outcome" => outcome, "code" => code)
            .increment(1);
        let worked = state.run(run_id).map_or(Duration::ZERO, |run| run.worked(at));
        metrics::histogram!("opscopilot_run_duration_seconds", "outcome" => outcome).record(worked);
    }
}

/// Counts a call that was answered; `tool` is one of the registry, or `unknown`.
pub(super) fn count_call(tool: &str, status: ToolStatus, took: Duration) {
    let status = match status {
        ToolStatus::Succeeded => "succeeded",
        ToolStatus::Rejected => "rejected",
        ToolStatus::Denied => "denied",
        ToolStatus::Failed => "failed",
        ToolStatus::Cancelled => "cancelled",
    };
    let tool = tool.to_owned();
    metrics::counter!("opscopilot_tool_calls_total", "tool" => tool.clone(), "status" => status)
        .increment(1);
    metrics::histogram!("opscopilot_tool_call_duration_seconds", "tool" => tool).record(took);
}

/// The stream, its first part measured from when it was asked for. The parts behind it cost
/// nothing more.
pub(super) fn timed(stream: ModelStream, model: &'static str, asked: Instant) -> ModelStream {
    let mut asked = Some(asked);
    let measured = stream.inspect(move |_| {
        if let Some(asked) = asked.take() {
            metrics::histogram!("opscopilot_model_first_token_seconds", "model" => model)
                .record(asked.elapsed());
        }
    });
    measured.boxed()
}

fn words(outcome: &Outcome) -> (&'static str, String) {
    match outcome {
        Outcome::Completed => ("completed", String::new()),
        Outcome::Cancelled { .. } => ("cancelled", String::new()),
        Outcome::LimitReached { limit } => {
            let limit = match limit {
                LimitKind::Steps => "steps",
                LimitKind::ToolCalls => "toolCalls",
                LimitKind::WorkMs => "workMs",
                LimitKind::Tokens => "tokens",
                LimitKind::InvalidCalls => "invalidCalls",
            };
            ("limitReached", limit.to_owned())
        }
        // One of the stable names that `Outcome` lists.
        Outcome::Failed { code, .. } => ("failed", code.clone()),
    }
}
