//! What a run has done waits for space, where there is none: it is stored late, not lost.

use std::sync::Arc;

use super::{
    log::{AgentError, Batch},
    run_loop::RunContext,
    session::Session,
    shared::Shared,
    slots::Slot,
};
use crate::thread::ThreadState;

impl RunContext {
    /// Appends to the log as soon as there is space, or gives up when the service stops: then the
    /// run goes on from its last event after the restart.
    pub(super) async fn append(
        &self,
        mut decide: impl FnMut(&ThreadState) -> Result<Batch, AgentError>,
    ) -> Result<(), AgentError> {
        loop {
            match self.log.append(|state, _| Ok((decide(state)?, ()))).await {
                Err(AgentError::Store(error)) if error.is_for_want_of_space() => {
                    if !has_space(&self.shared).await {
                        return Err(error.into());
                    }
                }
                done => return done,
            }
        }
    }
}

impl Session {
    /// Starts the first queued run in this slot, if the thread is free, as soon as there is space.
    pub(super) async fn start_next_patiently(
        self: &Arc<Self>,
        slot: &mut Slot,
    ) -> Result<(), AgentError> {
        loop {
            match self.start_next(slot).await {
                Err(AgentError::Store(error)) if error.is_for_want_of_space() => {
                    if !has_space(&self.shared).await {
                        return Err(error.into());
                    }
                }
                done => return done,
            }
        }
    }
}

impl Session {
    /// Goes on with what was at work when the service stopped, as soon as there is space.
    pub(super) fn resume_later(self: Arc<Self>) {
        let shared = Arc::clone(&self.shared);
        shared.tasks.spawn(async move {
            while has_space(&self.shared).await {
                match self.resume().await {
                    Err(AgentError::Store(error)) if error.is_for_want_of_space() => {}
                    Err(error) => {
                        let thread_id = self.log.thread_id();
                        let error: &dyn std::error::Error = &error;
                        tracing::error!(thread.id = %thread_id, error, "not resumed");
                        return;
                    }
                    Ok(()) => return,
                }
            }
        });
    }
}

/// Waits for space; none when the service stops first.
async fn has_space(shared: &Shared) -> bool {
    tokio::select! {
        biased;
        () = shared.stopping.cancelled() => false,
        () = shared.store.writable() => shared.store.check_writable().is_ok(),
    }
}
