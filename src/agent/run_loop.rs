//! The loop: ask the rules what is next, do it, again.

use std::{
    panic::AssertUnwindSafe,
    sync::{Arc, Mutex},
    time::Duration,
};

use futures_util::FutureExt;
use jiff::Timestamp;
use tokio::time::Instant;

use crate::{
    protocol::{LimitKind, Outcome, RunId},
    thread::{Next, next_of},
};

use super::{
    control::RunControl,
    evidence::Outputs,
    log::{AgentError, ThreadLog},
    session::{Session, time_left},
    shared::Shared,
};

/// First and longest wait before a run that could not be stored is tried to be ended again.
const STORE_RETRY: (Duration, Duration) = (Duration::from_millis(500), Duration::from_secs(30));

/// What the parts of a run share.
pub(super) struct RunContext {
    pub(super) run_id: RunId,
    pub(super) log: Arc<ThreadLog>,
    pub(super) shared: Arc<Shared>,
    pub(super) control: Arc<RunControl>,
    /// When the run was started or resumed here.
    pub(super) begun_at: Timestamp,
    /// Outputs of the thread's calls that were read or made here.
    pub(super) outputs: Outputs,
    /// Tools found by calls whose results may not be stored yet.
    pub(super) found: Mutex<Vec<String>>,
}

/// Why a run must stop what it does.
pub(super) enum Stop {
    /// Somebody cancelled it.
    Cancelled,
    /// It has worked long enough.
    TimeLimit,
    /// The service stops; the run goes on after the restart.
    Shutdown,
}

/// Does a run to its end, or to the end of the service.
pub(super) async fn drive(session: &Arc<Session>, control: &Arc<RunControl>) {
    let mut cx = RunContext {
        run_id: control.run_id,
        log: Arc::clone(&session.log),
        shared: Arc::clone(&session.shared),
        control: Arc::clone(control),
        begun_at: session.log.clock.now(),
        outputs: Outputs::default(),
        found: Mutex::default(),
    };
    let done = AssertUnwindSafe(run(&mut cx)).catch_unwind().await;
    // A panic ends the run, not the thread: whoever waits for its end must not wait for ever.
    let Err(error) = done.unwrap_or(Err(AgentError::Internal("the run panicked"))) else { return };
    tracing::error!(
        thread.id = %cx.log.thread_id(),
        run.id = %cx.run_id,
        error = &error as &dyn std::error::Error,
        "a run failed inside the service"
    );
    give_up(&cx).await;
}

async fn run(cx: &mut RunContext) -> Result<(), AgentError> {
    loop {
        if let Some(outcome) = cx.cancelled_outcome() {
            return cx.finish(outcome).await;
        }
        if cx.shared.stopping.is_cancelled() {
            return Ok(());
        }
        match cx.next().await? {
            Next::CallModel { step } => cx.ask_model(step).await?,
            Next::RunTools { run, refuse } => cx.run_calls(&run, &refuse).await?,
            Next::Finish(outcome) => return cx.finish(outcome).await,
            Next::Rest => return Ok(()),
        }
    }
}

/// Ends a run that the service failed, as soon as the store takes its end.
async fn give_up(cx: &RunContext) {
    let mut wait = STORE_RETRY.0;
    loop {
        let outcome = Outcome::Failed {
            code: "internal".to_owned(),
            message: "The service could not go on with this. Its log says why; ask again."
                .to_owned(),
        };
        let open = cx.log.read(|state| next_of_open(state, cx.run_id)).await;
        match open {
            // Refused: the thread is gone.
            Ok(false) | Err(AgentError::Refused(_)) => return,
            Ok(true) if cx.finish(outcome).await.is_ok() => return,
            Ok(true) | Err(_) => {}
        }
        tokio::select! {
            () = tokio::time::sleep(wait) => wait = (wait * 2).min(STORE_RETRY.1),
            () = cx.shared.stopping.cancelled() => return,
        }
    }
}

fn next_of_open(state: &crate::thread::ThreadState, run_id: RunId) -> bool {
    state.run(run_id).is_some_and(|run| run.state() != crate::protocol::RunState::Finished)
}

impl RunContext {
    async fn next(&self) -> Result<Next, AgentError> {
        let now = self.log.clock.now();
        self.log
            .read(|state| state.run(self.run_id).map_or(Next::Rest, |run| next_of(run, now)))
            .await
    }

    /// When the run has worked long enough.
    pub(super) async fn deadline(&self) -> Result<Instant, AgentError> {
        let now = self.log.clock.now();
        let left = self.log.read(|state| time_left(state, self.run_id, now)).await?;
        Ok(Instant::now() + left)
    }

    /// Resolves when the run must stop what it does.
    pub(super) async fn stopped(&self, deadline: Instant) -> Stop {
        tokio::select! {
            biased;
            () = self.control.cancel.cancelled() => Stop::Cancelled,
            () = self.shared.stopping.cancelled() => Stop::Shutdown,
            () = tokio::time::sleep_until(deadline) => Stop::TimeLimit,
        }
    }

    /// The outcome of a cancelled run, if it was.
    pub(super) fn cancelled_outcome(&self) -> Option<Outcome> {
        self.control
            .cancel
            .is_cancelled()
            .then(|| Outcome::Cancelled { by: self.control.cancelled_by() })
    }

    /// The outcome that a stop means; none when the run goes on after a restart.
    pub(super) fn outcome_of(&self, stop: &Stop) -> Option<Outcome> {
        match stop {
            Stop::Cancelled => self.cancelled_outcome(),
            Stop::TimeLimit => Some(Outcome::LimitReached { limit: LimitKind::WorkMs }),
            Stop::Shutdown => None,
        }
    }
}
