//! A point in a scripted reply that the test opens, so that nothing needs to sleep.

use std::sync::Arc;

use tokio::sync::watch;

/// A gate: the reply stops before it until it is opened. Clones are the same gate.
#[derive(Clone)]
pub(crate) struct Gate {
    is_reached: Arc<watch::Sender<bool>>,
    is_open: Arc<watch::Sender<bool>>,
}

impl Gate {
    /// A closed gate.
    pub(crate) fn new() -> Self {
        let closed = || Arc::new(watch::Sender::new(false));
        Self { is_reached: closed(), is_open: closed() }
    }

    /// Lets the reply go on.
    pub(crate) fn open(&self) {
        self.is_open.send_replace(true);
    }

    /// Waits until the reply stands before the gate.
    pub(crate) async fn reached(&self) {
        self.is_reached.subscribe().wait_for(|reached| *reached).await.unwrap();
    }

    /// Whether the reply stands before the gate, or is past it.
    pub(crate) fn is_reached(&self) -> bool {
        *self.is_reached.borrow()
    }

    /// Waits, as the reply, until the gate is open.
    pub(super) async fn pass(&self) {
        self.is_reached.send_replace(true);
        self.is_open.subscribe().wait_for(|open| *open).await.unwrap();
    }
}
