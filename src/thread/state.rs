//! The fold: a thread is what its events say, and nothing else.

use jiff::Timestamp;

use crate::protocol::{
    Epoch, Event, EventRecord, EvidenceId, MessageId, PrincipalId, RunId, RunStarted, RunState,
    Seq, ThreadId, ThreadStanding, ThreadUpdated, ToolCallCompleted, ToolCallRequested, Trigger,
};

use super::{KnownEvidence, run::RunFold};

/// An event that cannot follow the ones before it: the log is damaged or the writer is wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FoldError {
    /// The number is not the next one.
    #[error("event {found} follows event {head}")]
    Gap {
        /// The last number.
        head: Seq,
        /// The number found.
        found: Seq,
    },
    /// The first event does not create the thread.
    #[error("the log does not begin with threadUpdated")]
    NoOwner,
    /// It speaks of a run that is not there, or not in that state.
    #[error("event {seq} does not fit run {run_id}")]
    Run {
        /// The event.
        seq: Seq,
        /// The run it speaks of.
        run_id: RunId,
    },
    /// It reserves an evidence id a second time, or stores an evidence under another's id.
    #[error("event {seq} names an evidence that is not its own")]
    Evidence {
        /// The event.
        seq: Seq,
    },
    /// It answers a call that was not asked, or was answered.
    #[error("event {seq} answers a call that does not wait for an answer")]
    Call {
        /// The event.
        seq: Seq,
    },
}

/// A thread as its log says it is.
#[derive(Clone, Debug, PartialEq)]
pub struct ThreadState {
    /// The number of the last event.
    pub head_seq: Seq,
    /// Who owns it.
    pub owner: PrincipalId,
    /// Its title; empty until it has one.
    pub title: String,
    /// The scope of the next run.
    pub scope: Vec<String>,
    /// Whether it is archived.
    pub archived: bool,
    /// Who else may take part.
    pub participants: Vec<PrincipalId>,
    /// Its runs, in the order asked.
    pub runs: Vec<RunFold>,
    /// The evidence that answers may cite.
    pub evidence: KnownEvidence,
    /// When its first event was written.
    pub created_at: Timestamp,
    /// When its last event was written.
    pub updated_at: Timestamp,
    next_evidence: EvidenceId,
}

impl ThreadState {
    /// The thread that this first event creates.
    ///
    /// # Errors
    /// [`FoldError::NoOwner`] or [`FoldError::Gap`] when it is not the first event of a log.
    pub fn begin(record: &EventRecord) -> Result<Self, FoldError> {
        let Event::ThreadUpdated(created) = &record.event else { return Err(FoldError::NoOwner) };
        if record.seq != 1 {
            return Err(FoldError::Gap { head: 0, found: record.seq });
        }
        let mut state = Self {
            head_seq: 1,
            owner: created.by.clone(),
            title: String::new(),
            scope: Vec::new(),
            archived: false,
            participants: Vec::new(),
            runs: Vec::new(),
            evidence: KnownEvidence::default(),
            created_at: record.at,
            updated_at: record.at,
            next_evidence: EvidenceId::from_number(1),
        };
        state.update(created);
        Ok(state)
    }

    /// The thread that a whole log describes.
    ///
    /// # Errors
    /// Any [`FoldError`].
    pub fn replay(records: &[EventRecord]) -> Result<Self, FoldError> {
        let (first, rest) = records.split_first().ok_or(FoldError::NoOwner)?;
        let mut state = Self::begin(first)?;
        for record in rest {
            state.apply(record)?;
        }
        Ok(state)
    }

    /// Takes the next event in. On an error the state is as it was.
    ///
    /// # Errors
    /// Any [`FoldError`] but [`FoldError::NoOwner`].
    pub fn apply(&mut self, record: &EventRecord) -> Result<(), FoldError> {
        if record.seq != self.head_seq + 1 {
            return Err(FoldError::Gap { head: self.head_seq, found: record.seq });
        }
        match &record.event {
            Event::ThreadUpdated(updated) => self.update(updated),
            Event::RunQueued(queued) => {
                if self.run(queued.run_id).is_some() {
                    return Err(FoldError::Run { seq: record.seq, run_id: queued.run_id });
                }
                self.runs.push(RunFold::queued(queued, record.at));
            }
            Event::RunStarted(started) => self.start(started, record)?,
            Event::RunResumed(resumed) => {
                self.open_run(resumed.run_id, record.seq)?.resume(record)?;
            }
            Event::AssistantMessage(message) => {
                self.open_run(message.run_id, record.seq)?.say(message, record)?;
            }
            Event::ToolCallRequested(call) => self.ask(call, record)?,
            Event::ToolCallCompleted(result) => self.answer(result, record)?,
            Event::RunFinished(finished) => {
                self.open_run(finished.run_id, record.seq)?.finish(finished, record)?;
            }
        }
        self.head_seq = record.seq;
        self.updated_at = record.at;
        Ok(())
    }

    /// The run with this id.
    #[must_use]
    pub fn run(&self, run_id: RunId) -> Option<&RunFold> {
        self.runs.iter().rev().find(|run| run.run_id == run_id)
    }

    /// The run that answers this message of a user.
    #[must_use]
    pub fn run_of_message(&self, wanted: &MessageId) -> Option<&RunFold> {
        self.runs.iter().find(|run| match &run.trigger {
            Trigger::Message { message_id, .. } => message_id == wanted,
        })
    }

    /// The run at work.
    #[must_use]
    pub fn running(&self) -> Option<&RunFold> {
        self.runs.iter().find(|run| run.state() == RunState::Running)
    }

    /// The run that is to start when the thread is free.
    #[must_use]
    pub fn first_queued(&self) -> Option<&RunFold> {
        self.runs.iter().find(|run| run.state() == RunState::Queued)
    }

    /// How many runs have no outcome yet.
    #[must_use]
    pub fn open_runs(&self) -> usize {
        self.runs.iter().filter(|run| run.state() != RunState::Finished).count()
    }

    /// The evidence id that the next call reserves.
    #[must_use]
    pub fn next_evidence(&self) -> EvidenceId {
        self.next_evidence
    }

    /// Whether the principal may see the thread.
    #[must_use]
    pub fn admits(&self, principal: &PrincipalId) -> bool {
        self.owner == *principal || self.participants.contains(principal)
    }

    /// The thread as lists show it.
    #[must_use]
    pub fn standing(&self, thread_id: ThreadId, epoch: Epoch) -> ThreadStanding {
        ThreadStanding {
            thread_id,
            epoch,
            title: self.title.clone(),
            owner: self.owner.clone(),
            archived: self.archived,
            scope: self.scope.clone(),
            head_seq: self.head_seq,
            created_at: self.created_at,
            updated_at: self.updated_at,
        }
    }

    fn update(&mut self, updated: &ThreadUpdated) {
        if let Some(title) = &updated.title {
            self.title.clone_from(title);
        }
        if let Some(scope) = &updated.scope {
            self.scope.clone_from(scope);
        }
        if let Some(archived) = updated.archived {
            self.archived = archived;
        }
        if let Some(participants) = &updated.participants {
            self.participants.clone_from(participants);
        }
    }

    fn start(&mut self, started: &RunStarted, record: &EventRecord) -> Result<(), FoldError> {
        if self.running().is_some() {
            return Err(FoldError::Run { seq: record.seq, run_id: started.run_id });
        }
        match self.run_mut(started.run_id) {
            Some(run) => run.start(started, record),
            None => {
                self.runs.push(RunFold::started(started, record.at));
                Ok(())
            }
        }
    }

    fn ask(&mut self, call: &ToolCallRequested, record: &EventRecord) -> Result<(), FoldError> {
        if call.evidence_id.is_some_and(|id| id < self.next_evidence) {
            return Err(FoldError::Evidence { seq: record.seq });
        }
        self.open_run(call.run_id, record.seq)?.ask(call, record)?;
        if let Some(id) = call.evidence_id {
            self.next_evidence = id.next();
        }
        Ok(())
    }

    fn answer(
        &mut self,
        result: &ToolCallCompleted,
        record: &EventRecord,
    ) -> Result<(), FoldError> {
        let waiting = self.runs.iter_mut().rev().find(|run| run.waits_for(result.call_id));
        let run = waiting.ok_or(FoldError::Call { seq: record.seq })?;
        let reserved = run.open_calls().find(|call| call.call_id == result.call_id);
        let reserved = reserved.and_then(|call| call.evidence_id);
        if result.evidence_id.is_some() && result.evidence_id != reserved {
            return Err(FoldError::Evidence { seq: record.seq });
        }
        run.answer(result, record);
        if let Some(id) = result.evidence_id {
            self.evidence.insert(id);
        }
        Ok(())
    }

    fn run_mut(&mut self, run_id: RunId) -> Option<&mut RunFold> {
        self.runs.iter_mut().rev().find(|run| run.run_id == run_id)
    }

    fn open_run(&mut self, run_id: RunId, seq: Seq) -> Result<&mut RunFold, FoldError> {
        self.run_mut(run_id)
            .filter(|run| run.state() != RunState::Finished)
            .ok_or(FoldError::Run { seq, run_id })
    }
}
