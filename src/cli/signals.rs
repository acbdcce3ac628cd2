//! What a person or the machine asks of this process while it talks.

use tokio::signal::unix::{Signal, SignalKind, signal};

/// The exit code of a process that was interrupted.
pub(super) const INTERRUPTED: u8 = 130;

/// What was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// Ctrl-C.
    Interrupt,
    /// To end.
    Terminate,
}

/// Listens for signals: from now on Ctrl-C does not end the process.
pub(super) struct Signals {
    interrupt: Signal,
    terminate: Signal,
    hang_up: Signal,
}

impl Signals {
    pub(super) fn new() -> std::io::Result<Self> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hang_up: signal(SignalKind::hangup())?,
        })
    }

    /// The next one. A caller may stop waiting at any time.
    pub(super) async fn next(&mut self) -> Asked {
        tokio::select! {
            _ = self.interrupt.recv() => Asked::Interrupt,
            _ = self.terminate.recv() => Asked::Terminate,
            _ = self.hang_up.recv() => Asked::Terminate,
        }
    }

    /// What is begun, and whether it shall be cancelled as soon as it can be; none when somebody
    /// did not wait for it.
    pub(super) async fn during<T>(
        &mut self,
        beginning: impl Future<Output = T>,
    ) -> Option<(T, bool)> {
        let mut beginning = std::pin::pin!(beginning);
        tokio::select! {
            begun = &mut beginning => return Some((begun, false)),
            asked = self.next() => if asked == Asked::Terminate { return None; },
        }
        tokio::select! {
            begun = &mut beginning => Some((begun, true)),
            _ = self.next() => None,
        }
    }
}
