//! How others reach the run at work: to cancel it, and to learn that it has ended.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio_util::sync::CancellationToken;

use crate::{
    protocol::{PrincipalId, RunId},
    store::NewReply,
};

/// How others reach the run at work.
pub(super) struct RunControl {
    pub(super) run_id: RunId,
    /// Asks the run to end.
    pub(super) cancel: CancellationToken,
    /// Tells that it has ended.
    pub(super) ended: CancellationToken,
    cancelled: Mutex<Option<Cancelled>>,
}

/// Who cancelled, and the reply to the command that did.
pub(super) struct Cancelled {
    pub(super) by: PrincipalId,
    pub(super) reply: Option<NewReply>,
}

impl RunControl {
    pub(super) fn new(run_id: RunId) -> Arc<Self> {
        Arc::new(Self {
            run_id,
            cancel: CancellationToken::new(),
            ended: CancellationToken::new(),
            cancelled: Mutex::new(None),
        })
    }

    /// Asks the run to end. The first who asks is named as the one who cancelled.
    pub(super) fn request(&self, cancelled: Cancelled) {
        self.slot().get_or_insert(cancelled);
        self.cancel.cancel();
    }

    /// Who cancelled.
    pub(super) fn cancelled_by(&self) -> PrincipalId {
        self.slot().as_ref().map_or_else(PrincipalId::local, |cancelled| cancelled.by.clone())
    }

    /// The reply to whoever cancelled: stored with the end of the run.
    pub(super) fn cancel_reply(&self) -> Option<NewReply> {
        self.slot().as_ref().and_then(|cancelled| cancelled.reply.clone())
    }

    /// The command that cancelled has a reply already: the run ends without giving it another.
    pub(super) fn forget_reply(&self) {
        if let Some(cancelled) = self.slot().as_mut() {
            cancelled.reply = None;
        }
    }

    fn slot(&self) -> MutexGuard<'_, Option<Cancelled>> {
        self.cancelled.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
