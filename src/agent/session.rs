//! A session: one live thread, its runs and who may stop them.
//!
//! At most one run of a thread is at work; a queued one begins when it ends.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicBool, Ordering},
};

use jiff::Timestamp;
use serde_json::{Value, json};
use tracing::Instrument as _;

use crate::{
    protocol::{
        ErrorCode, Event, Outcome, PrincipalId, ResumeReason, RunId, RunLimits, RunQueued,
        RunResumed, RunStarted, RunState, StartRun, ThreadUpdated, Trigger, UpdateThread, Usage,
        WhenBusy, WireError,
    },
    redact::redact,
    store::StoreError,
    thread::ThreadState,
};

use super::{
    control::{Cancelled, RunControl},
    finish::closing_events,
    log::{AgentError, Batch, ThreadLog, not_found, run_not_found},
    once::CommandKey,
    run_loop,
    shared::Shared,
    slots::Slot,
};

/// Runs that may wait behind the one at work.
const MAX_QUEUED: usize = 8;
/// The longest title taken from a first message, in characters.
const TITLE_CHARS: usize = 80;

/// One live thread.
pub struct Session {
    /// Its log.
    pub log: Arc<ThreadLog>,
    pub(super) shared: Arc<Shared>,
    at_work: Mutex<Option<Arc<RunControl>>>,
    /// It is being deleted: nothing begins any more.
    closing: AtomicBool,
}

impl Session {
    pub(super) fn new(log: Arc<ThreadLog>, shared: Arc<Shared>) -> Arc<Self> {
        Arc::new(Self { log, shared, at_work: Mutex::new(None), closing: AtomicBool::new(false) })
    }

    /// Starts or queues the run that answers a message.
    pub(super) async fn start_run(
        self: &Arc<Self>,
        asker: Asker,
        key: CommandKey,
        command: StartRun,
    ) -> Result<Value, AgentError> {
        let text = redact(command.message.text.trim()).into_owned();
        let run_id = RunId::new();
        let mut slot = self.slot_for(&command).await?;
        let (result, starts) = self
            .log
            .append(|state, at| {
                if let Some(known) = state.run_of_message(&command.message.id) {
                    let result = run_result(known.run_id, known.state());
                    let batch = Batch::default().replying(Some(key.reply(&result, at)));
                    return Ok((batch, (result, false)));
                }
                if self.closing.load(Ordering::Acquire) {
                    return Err(not_found(self.log.thread_id()).into());
                }
                let busy = state.open_runs();
                refuse_when_busy(busy, command.when_busy)?;
                if busy == 0 && slot.is_none() {
                    slot = Some(self.shared.slots.take_now()?);
                }
                let trigger =
                    Trigger::Message { message_id: command.message.id.clone(), text: text.clone() };
                let limits = lowered(self.shared.limits, command.limits);
                let queued = RunQueued {
                    run_id,
                    trigger,
                    by: asker.principal.clone(),
                    time_zone: asker.time_zone.clone(),
                    limits,
                };
                let mut events = title_of(state, &text, &asker.principal);
                let run_state = if busy == 0 {
                    let started = self.started(state, &queued, &text);
                    events.push(Event::RunStarted(started));
                    RunState::Running
                } else {
                    events.push(Event::RunQueued(queued));
                    RunState::Queued
                };
                let result = run_result(run_id, run_state);
                let batch = Batch::of(events).replying(Some(key.reply(&result, at)));
                Ok((batch, (result, busy == 0)))
            })
            .await?;
        if starts {
            self.drive(run_id, slot.unwrap_or_default());
        }
        Ok(result)
    }

    /// A slot for the run that a command would start now; none where it would wait, or is known.
    async fn slot_for(&self, command: &StartRun) -> Result<Option<Slot>, AgentError> {
        let message_id = &command.message.id;
        let starts = |state: &ThreadState| {
            state.open_runs() == 0 && state.run_of_message(message_id).is_none()
        };
        match self.log.read(starts).await? {
            true => Ok(Some(self.shared.slots.take().await?)),
            false => Ok(None),
        }
    }

    /// Cancels a run, and answers when it has ended.
    pub(super) async fn cancel_run(
        self: &Arc<Self>,
        by: PrincipalId,
        key: CommandKey,
        run_id: RunId,
    ) -> Result<Value, AgentError> {
        let result = run_result(run_id, RunState::Finished);
        if let Some(control) = self.control_of(run_id) {
            let reply = Some(key.reply(&result, self.log.clock.now()));
            control.request(Cancelled { by: by.clone(), reply });
            control.ended.cancelled().await;
        }
        let stored = self
            .log
            .append(|state, at| {
                let run = state.run(run_id).ok_or_else(|| run_not_found(run_id))?;
                let outcome = Outcome::Cancelled { by: by.clone() };
                let events = match run.state() {
                    RunState::Finished => Vec::new(),
                    RunState::Queued | RunState::Running | RunState::Waiting => {
                        closing_events(run, &outcome, Usage::default())
                    }
                };
                Ok((Batch::of(events).replying(Some(key.reply(&result, at))), ()))
            })
            .await;
        match stored {
            // The end of the run has stored this very reply.
            Err(AgentError::Store(StoreError::DuplicateReply { .. })) | Ok(()) => Ok(result),
            Err(error) => Err(error),
        }
    }

    /// Changes title, scope, participants or whether the thread is archived.
    pub(super) async fn update(
        &self,
        by: PrincipalId,
        key: CommandKey,
        command: UpdateThread,
    ) -> Result<Value, AgentError> {
        self.log
            .append(|state, at| {
                if by != state.owner {
                    let message = "only the owner of a thread may change it";
                    return Err(WireError::new(ErrorCode::Forbidden, message).into());
                }
                let event = Event::ThreadUpdated(ThreadUpdated {
                    title: command.title.clone(),
                    scope: command.scope.clone(),
                    archived: command.archived,
                    participants: command.participants.clone(),
                    by: by.clone(),
                });
                let result = json!({ "seq": state.head_seq + 1 });
                let batch = Batch::of(vec![event]).replying(Some(key.reply(&result, at)));
                Ok((batch, result))
            })
            .await
    }

    /// Goes on with the run that was at work when the service stopped, or with the next one.
    pub(super) async fn resume(self: &Arc<Self>) -> Result<(), AgentError> {
        let running = self
            .log
            .append(|state, _| {
                let Some(run) = state.running() else { return Ok((Batch::default(), None)) };
                let resumed = RunResumed { run_id: run.run_id, reason: ResumeReason::Restart };
                Ok((Batch::of(vec![Event::RunResumed(resumed)]), Some(run.run_id)))
            })
            .await?;
        let mut slot = self.shared.slots.take_regardless();
        match running {
            Some(run_id) => self.drive(run_id, slot),
            None => self.start_next(&mut slot).await?,
        }
        Ok(())
    }

    /// Starts the first queued run in this slot, if the thread is free.
    pub(super) async fn start_next(self: &Arc<Self>, slot: &mut Slot) -> Result<(), AgentError> {
        let started = self
            .log
            .append(|state, _| {
                if state.running().is_some() {
                    return Ok((Batch::default(), None));
                }
                let Some(run) = state.first_queued() else { return Ok((Batch::default(), None)) };
                let Trigger::Message { text, .. } = &run.trigger;
                let queued = RunQueued {
                    run_id: run.run_id,
                    trigger: run.trigger.clone(),
                    by: run.by.clone(),
                    time_zone: run.time_zone.clone(),
                    limits: run.limits,
                };
                let started = self.started(state, &queued, text);
                Ok((Batch::of(vec![Event::RunStarted(started)]), Some(run.run_id)))
            })
            .await?;
        if let Some(run_id) = started {
            self.drive(run_id, std::mem::take(slot));
        }
        Ok(())
    }

    /// Ends every run, then the thread.
    pub(super) async fn delete(&self, by: &PrincipalId) -> Result<(), AgentError> {
        self.closing.store(true, Ordering::Release);
        let deleted = async {
            self.stop_all(by).await?;
            Ok(self.log.store.delete_thread(self.log.thread_id()).await?)
        };
        let deleted = deleted.await;
        match &deleted {
            Ok(()) => self.log.hub.delete(),
            Err(_) => self.closing.store(false, Ordering::Release),
        }
        deleted
    }

    /// Cancels every run that has not ended.
    async fn stop_all(&self, by: &PrincipalId) -> Result<(), AgentError> {
        let control = self.at_work.lock().unwrap_or_else(PoisonError::into_inner).clone();
        // Queued runs first: they must not begin when the one at work ends.
        let stop = |queued_only: bool| {
            self.log.append(move |state, _| {
                let ended = state.runs.iter().filter(|run| match run.state() {
                    RunState::Queued => true,
                    RunState::Running | RunState::Waiting => !queued_only,
                    RunState::Finished => false,
                });
                let outcome = Outcome::Cancelled { by: by.clone() };
                let events =
                    ended.flat_map(|run| closing_events(run, &outcome, Usage::default())).collect();
                Ok((Batch::of(events), ()))
            })
        };
        stop(true).await?;
        if let Some(control) = control {
            control.request(Cancelled { by: by.clone(), reply: None });
            control.ended.cancelled().await;
        }
        stop(false).await
    }

    /// Sets the one task going that does the run, and then the next. A run that is being done
    /// already goes on as it does.
    fn drive(self: &Arc<Self>, run_id: RunId, slot: Slot) {
        let control = RunControl::new(run_id);
        {
            let mut at_work = self.at_work.lock().unwrap_or_else(PoisonError::into_inner);
            if at_work.as_ref().is_some_and(|known| known.run_id == run_id) {
                return;
            }
            *at_work = Some(Arc::clone(&control));
        }
        let session = Arc::clone(self);
        let shared = Arc::clone(&self.shared);
        let span = tracing::info_span!(
            parent: None,
            "run",
            thread.id = %self.log.thread_id(),
            run.id = %run_id
        );
        let work = async move {
            let mut slot = slot;
            run_loop::drive(&session, &control).await;
            session.leave(&control);
            control.ended.cancel();
            // What waits when the service stops begins at its next start.
            if session.shared.tasks.is_closed() {
                return;
            }
            if let Err(error) = session.start_next_patiently(&mut slot).await {
                let error: &dyn std::error::Error = &error;
                tracing::error!(error, "a queued run could not be started");
            }
        };
        shared.tasks.spawn(work.instrument(span));
    }

    fn leave(&self, control: &Arc<RunControl>) {
        let mut at_work = self.at_work.lock().unwrap_or_else(PoisonError::into_inner);
        if at_work.as_ref().is_some_and(|known| Arc::ptr_eq(known, control)) {
            *at_work = None;
        }
    }

    fn control_of(&self, run_id: RunId) -> Option<Arc<RunControl>> {
        let at_work = self.at_work.lock().unwrap_or_else(PoisonError::into_inner);
        at_work.as_ref().filter(|control| control.run_id == run_id).map(Arc::clone)
    }

    fn started(&self, state: &ThreadState, queued: &RunQueued, question: &str) -> RunStarted {
        RunStarted {
            run_id: queued.run_id,
            trigger: queued.trigger.clone(),
            by: queued.by.clone(),
            scope: state.scope.clone(),
            time_zone: queued.time_zone.clone(),
            model: self.shared.models.primary.name().to_owned(),
            tools: self.shared.offer_for(state, question),
            limits: queued.limits,
        }
    }
}

/// Who asks, and where on Earth.
#[derive(Clone, Debug)]
pub struct Asker {
    /// The principal.
    pub principal: PrincipalId,
    /// The IANA time zone of the client.
    pub time_zone: String,
}

fn run_result(run_id: RunId, state: RunState) -> Value {
    json!({ "runId": run_id, "state": state })
}

fn refuse_when_busy(busy: usize, when_busy: WhenBusy) -> Result<(), WireError> {
    match when_busy {
        _ if busy == 0 => Ok(()),
        WhenBusy::Reject => Err(WireError::retryable(
            ErrorCode::Busy,
            "the thread is at work; cancel the run, wait, or ask with `whenBusy: \"queue\"`",
            1_000,
        )),
        WhenBusy::Queue if busy > MAX_QUEUED => Err(WireError::retryable(
            ErrorCode::Overloaded,
            format!("{MAX_QUEUED} runs of this thread wait already"),
            5_000,
        )),
        WhenBusy::Queue => Ok(()),
    }
}

/// A thread without a title is named after its first message.
fn title_of(state: &ThreadState, text: &str, by: &PrincipalId) -> Vec<Event> {
    if !state.title.is_empty() {
        return Vec::new();
    }
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut title: String = line.chars().take(TITLE_CHARS).collect();
    if title.len() < line.len() {
        title.push('…');
    }
    vec![Event::ThreadUpdated(ThreadUpdated {
        title: Some(title),
        scope: None,
        archived: None,
        participants: None,
        by: by.clone(),
    })]
}

/// The limits of a command must be below the service's own to mean anything.
#[must_use]
pub(super) fn lowered(own: RunLimits, asked: Option<RunLimits>) -> RunLimits {
    asked.map_or(own, |asked| own.lowered_to(asked))
}

/// How long a run may still work at `now`.
pub(super) fn time_left(state: &ThreadState, run_id: RunId, now: Timestamp) -> std::time::Duration {
    state.run(run_id).map_or(std::time::Duration::ZERO, |run| {
        std::time::Duration::from_millis(run.limits.work_ms).saturating_sub(run.worked(now))
    })
}
