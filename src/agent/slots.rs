//! How many runs may be at work at once, over all threads.
//!
//! A run has a slot while it is at work and hands it to the one that waited behind it, so a
//! question that was queued is never turned away later. What was at work before a restart goes
//! on, whether there is a slot or not.

use std::{sync::Arc, time::Duration};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::protocol::{ErrorCode, WireError};

/// Runs at work at once when nothing else is asked for.
pub const DEFAULT_MAX_RUNS: usize = 1_000;
/// How long a new run waits for a slot: longer than a run that has ended takes to give its own
/// back, so that one question after another is not refused.
const PATIENCE: Duration = Duration::from_millis(250);
/// When a client that was refused should ask again, in milliseconds.
const RETRY_AFTER_MS: u64 = 2_000;

/// The slots of an agent.
pub(super) struct Slots {
    free: Arc<Semaphore>,
    max: usize,
}

/// The right to be at work.
#[derive(Default)]
pub(super) struct Slot {
    _held: Option<OwnedSemaphorePermit>,
}

impl Slots {
    pub(super) fn new(max: usize) -> Self {
        let max = max.clamp(1, Semaphore::MAX_PERMITS);
        Self { free: Arc::new(Semaphore::new(max)), max }
    }

    /// A slot for a new run.
    pub(super) async fn take(&self) -> Result<Slot, WireError> {
        let taken = tokio::time::timeout(PATIENCE, Arc::clone(&self.free).acquire_owned()).await;
        match taken {
            Ok(Ok(held)) => Ok(Slot { _held: Some(held) }),
            Ok(Err(_)) | Err(_) => Err(self.overloaded()),
        }
    }

    /// A slot that is free this moment.
    pub(super) fn take_now(&self) -> Result<Slot, WireError> {
        let taken = Arc::clone(&self.free).try_acquire_owned();
        taken.map(|held| Slot { _held: Some(held) }).map_err(|_| self.overloaded())
    }

    /// A slot for a run that was acknowledged before: it is never refused.
    pub(super) fn take_regardless(&self) -> Slot {
        Slot { _held: Arc::clone(&self.free).try_acquire_owned().ok() }
    }

    /// Runs that hold a slot.
    pub(super) fn taken(&self) -> usize {
        self.max.saturating_sub(self.free.available_permits())
    }

    fn overloaded(&self) -> WireError {
        WireError::retryable(
            ErrorCode::Overloaded,
            format!("{} questions are being answered; ask again in a moment", self.max),
            RETRY_AFTER_MS,
        )
    }
}
