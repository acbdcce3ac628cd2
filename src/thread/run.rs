//! One run as its events say it is.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;

use crate::protocol::{
    AssistantMessage, CallId, Coverage, EventRecord, EvidenceId, FinishReason, Outcome,
    PrincipalId, RunFinished, RunId, RunLimits, RunQueued, RunStanding, RunStarted, RunState,
    ToolCallCompleted, ToolCallRequested, ToolStatus, Trigger, Usage,
};

use super::{FoldError, merge_coverage};

/// A run as its events say it is.
#[derive(Clone, Debug, PartialEq)]
pub struct RunFold {
    /// The run.
    pub run_id: RunId,
    /// What asked for it.
    pub trigger: Trigger,
    /// Who asked.
    pub by: PrincipalId,
    /// The asker's IANA time zone.
    pub time_zone: String,
    /// What it may use.
    pub limits: RunLimits,
    /// The scope it keeps to, once started.
    pub scope: Vec<String>,
    /// The model it asks, once started.
    pub model: String,
    /// The tools that the model is offered: those of its start, then those found since.
    pub tools: Vec<String>,
    /// Its steps so far.
    pub steps: Vec<StepFold>,
    /// How far it is.
    pub progress: Progress,
    /// Tokens used so far.
    pub usage: Usage,
    /// Restarts in a row without an event of the run between them.
    pub restarts: u32,
    started: bool,
    worked: Duration,
    last_at: Timestamp,
}

/// How far a run is.
#[derive(Clone, Debug, PartialEq)]
pub enum Progress {
    /// Behind another run.
    Queued,
    /// At work.
    Running,
    /// Ended.
    Finished(Box<RunFinished>),
}

/// One model request and the calls it asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct StepFold {
    /// What the model said.
    pub message: AssistantMessage,
    /// The calls, in the order asked.
    pub calls: Vec<CallFold>,
}

/// A tool call and its one result.
#[derive(Clone, Debug, PartialEq)]
pub struct CallFold {
    /// The call.
    pub call_id: CallId,
    /// The tool's name.
    pub tool: String,
    /// The arguments.
    pub arguments: Value,
    /// The evidence id reserved for it.
    pub evidence_id: Option<EvidenceId>,
    /// The result, once there.
    pub result: Option<CallResult>,
}

/// What history and limits need of a result; views stay in the log.
#[derive(Clone, Debug, PartialEq)]
pub struct CallResult {
    /// How it ended.
    pub status: ToolStatus,
    /// The stored result.
    pub evidence_id: Option<EvidenceId>,
    /// What the model was given.
    pub model_text: String,
    /// What was looked at.
    pub coverage: Option<Coverage>,
}

impl RunFold {
    pub(super) fn queued(queued: &RunQueued, at: Timestamp) -> Self {
        Self {
            run_id: queued.run_id,
            trigger: queued.trigger.clone(),
            by: queued.by.clone(),
            time_zone: queued.time_zone.clone(),
            limits: queued.limits,
            scope: Vec::new(),
            model: String::new(),
            tools: Vec::new(),
            steps: Vec::new(),
            progress: Progress::Queued,
            usage: Usage::default(),
            restarts: 0,
            started: false,
            worked: Duration::ZERO,
            last_at: at,
        }
    }

    pub(super) fn started(started: &RunStarted, at: Timestamp) -> Self {
        let mut run = Self::queued(
            &RunQueued {
                run_id: started.run_id,
                trigger: started.trigger.clone(),
                by: started.by.clone(),
                time_zone: started.time_zone.clone(),
                limits: started.limits,
            },
            at,
        );
        run.begin(started, at);
        run
    }

    fn begin(&mut self, started: &RunStarted, at: Timestamp) {
        self.limits = started.limits;
        self.scope.clone_from(&started.scope);
        self.model.clone_from(&started.model);
        self.tools.clone_from(&started.tools);
        self.progress = Progress::Running;
        self.started = true;
        self.last_at = at;
    }

    pub(super) fn start(
        &mut self,
        started: &RunStarted,
        record: &EventRecord,
    ) -> Result<(), FoldError> {
        if self.progress != Progress::Queued {
            return Err(self.misfit(record));
        }
        self.begin(started, record.at);
        Ok(())
    }

    pub(super) fn resume(&mut self, record: &EventRecord) -> Result<(), FoldError> {
        if self.progress != Progress::Running {
            return Err(self.misfit(record));
        }
        // The time between the last event and the restart was nobody's work.
        self.restarts += 1;
        self.last_at = record.at;
        Ok(())
    }

    pub(super) fn say(
        &mut self,
        message: &AssistantMessage,
        record: &EventRecord,
    ) -> Result<(), FoldError> {
        if self.progress != Progress::Running || self.open_calls().next().is_some() {
            return Err(self.misfit(record));
        }
        self.work_until(record.at);
        self.usage = self.usage.plus(message.usage.unwrap_or_default());
        self.steps.push(StepFold { message: message.clone(), calls: Vec::new() });
        Ok(())
    }

    pub(super) fn ask(
        &mut self,
        call: &ToolCallRequested,
        record: &EventRecord,
    ) -> Result<(), FoldError> {
        let misfit = self.misfit(record);
        let mut known = self.steps.iter().flat_map(|step| &step.calls);
        if known.any(|known| known.call_id == call.call_id) {
            return Err(misfit);
        }
        let step = self.steps.last_mut().ok_or(misfit)?;
        step.calls.push(CallFold {
            call_id: call.call_id,
            tool: call.tool.clone(),
            arguments: call.arguments.clone(),
            evidence_id: call.evidence_id,
            result: None,
        });
        self.work_until(record.at);
        Ok(())
    }

    pub(super) fn answer(&mut self, result: &ToolCallCompleted, record: &EventRecord) {
        for tool in &result.offered {
            if !self.tools.contains(tool) {
                self.tools.push(tool.clone());
            }
        }
        let call = self.steps.iter_mut().flat_map(|step| &mut step.calls).rev();
        if let Some(call) = call.into_iter().find(|call| call.call_id == result.call_id) {
            call.result = Some(CallResult {
                status: result.status,
                evidence_id: result.evidence_id,
                model_text: result.model_text.clone(),
                coverage: result.coverage.clone(),
            });
        }
        self.work_until(record.at);
    }

    pub(super) fn finish(
        &mut self,
        finished: &RunFinished,
        record: &EventRecord,
    ) -> Result<(), FoldError> {
        if self.open_calls().next().is_some() {
            return Err(self.misfit(record));
        }
        if self.progress == Progress::Running {
            self.work_until(record.at);
        }
        self.progress = Progress::Finished(Box::new(finished.clone()));
        Ok(())
    }

    pub(super) fn waits_for(&self, call_id: CallId) -> bool {
        self.open_calls().any(|call| call.call_id == call_id)
    }

    /// Where it stands.
    #[must_use]
    pub fn state(&self) -> RunState {
        match self.progress {
            Progress::Queued => RunState::Queued,
            Progress::Running => RunState::Running,
            Progress::Finished(_) => RunState::Finished,
        }
    }

    /// Whether it ever was at work: a run may be cancelled while it is queued.
    #[must_use]
    pub fn has_started(&self) -> bool {
        self.started
    }

    /// The calls that have no result yet, in the order asked.
    pub fn open_calls(&self) -> impl Iterator<Item = &CallFold> {
        let open = self.progress == Progress::Running;
        self.steps
            .iter()
            .rev()
            .take(usize::from(open))
            .flat_map(|step| &step.calls)
            .filter(|call| call.result.is_none())
    }

    /// How many calls it has asked for.
    #[must_use]
    pub fn call_count(&self) -> usize {
        self.steps.iter().map(|step| step.calls.len()).sum()
    }

    /// How long it has worked at `now`, restarts and the time before its start and after its
    /// end left out.
    #[must_use]
    pub fn worked(&self, now: Timestamp) -> Duration {
        match self.progress {
            Progress::Running => self.worked.saturating_add(since(self.last_at, now)),
            Progress::Queued | Progress::Finished(_) => self.worked,
        }
    }

    /// What it has looked at so far.
    #[must_use]
    pub fn coverage(&self) -> Coverage {
        let calls = self.steps.iter().flat_map(|step| &step.calls);
        merge_coverage(calls.filter_map(|call| call.result.as_ref()?.coverage.as_ref()))
    }

    /// The answer: its last message that ended by itself.
    #[must_use]
    pub fn answer_message(&self) -> Option<&AssistantMessage> {
        let messages = self.steps.iter().rev().map(|step| &step.message);
        messages.into_iter().find(|message| message.finish == FinishReason::Stop)
    }

    /// The run as bots ask for it.
    #[must_use]
    pub fn standing(&self) -> RunStanding {
        let answer = self.answer_message();
        let outcome: Option<Outcome> = match &self.progress {
            Progress::Finished(finished) => Some(finished.outcome.clone()),
            Progress::Queued | Progress::Running => None,
        };
        RunStanding {
            run_id: self.run_id,
            state: self.state(),
            outcome,
            message_id: answer.map(|message| message.message_id.clone()),
            answer: answer.map(|message| message.text.clone()).unwrap_or_default(),
            citations: answer.map(|message| message.citations.clone()).unwrap_or_default(),
            unsupported: answer.map(|message| message.unsupported.clone()).unwrap_or_default(),
            coverage: self.coverage(),
            usage: self.usage,
        }
    }

    fn work_until(&mut self, at: Timestamp) {
        self.worked = self.worked.saturating_add(since(self.last_at, at));
        self.last_at = at;
        self.restarts = 0;
    }

    fn misfit(&self, record: &EventRecord) -> FoldError {
        FoldError::Run { seq: record.seq, run_id: self.run_id }
    }
}

fn since(from: Timestamp, to: Timestamp) -> Duration {
    Duration::try_from(to.duration_since(from)).unwrap_or_default()
}
