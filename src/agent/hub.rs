//! The hub of a thread: what its followers look at. It holds cursors' targets, never queues:
//! the newest events, the message in progress, and whom to wake.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
};

use bytes::Bytes;
use tokio::sync::Notify;

use crate::protocol::{Epoch, RunId, Seq, ThreadId};

use super::LiveText;

/// Events kept for followers that are close behind; the others read the store.
const RECENT_EVENTS: usize = 64;
/// The most bytes of them, unless the last one alone has more.
const RECENT_BYTES: usize = 256 * 1024;

/// An event as it is sent: encoded once for all followers.
#[derive(Clone, Debug)]
pub struct StoredFrame {
    /// Its number.
    pub seq: Seq,
    /// The whole `event` frame.
    pub json: Bytes,
}

/// Whom to wake when a thread moves. One a connection, however many threads it follows.
pub type Listener = Arc<Notify>;

/// What a follower finds when it looks.
#[derive(Debug)]
pub struct Snapshot {
    /// The number of the last event.
    pub head_seq: Seq,
    /// The events after the follower's cursor, oldest first. When the first of them is not the
    /// next one, the follower is too far behind and reads the store.
    pub events: Vec<StoredFrame>,
    /// The message in progress, whose event is not among those up to `head_seq`.
    pub live: Option<Arc<LiveText>>,
    /// The thread is gone.
    pub deleted: bool,
}

/// The meeting point of one thread's writer and its followers.
#[derive(Debug)]
pub struct Hub {
    /// The thread.
    pub thread_id: ThreadId,
    /// The incarnation of its log.
    pub epoch: Epoch,
    board: Mutex<Board>,
    listeners: Mutex<Vec<Weak<Notify>>>,
}

#[derive(Debug, Default)]
struct Board {
    head_seq: Seq,
    recent: VecDeque<StoredFrame>,
    recent_bytes: usize,
    live: Option<Arc<LiveText>>,
    deleted: bool,
}

impl Hub {
    pub(super) fn new(thread_id: ThreadId, epoch: Epoch, head_seq: Seq) -> Self {
        let board = Board { head_seq, ..Board::default() };
        Self { thread_id, epoch, board: Mutex::new(board), listeners: Mutex::new(Vec::new()) }
    }

    /// Wakes `listener` whenever the thread moves, until the last clone of it is dropped.
    pub fn listen(&self, listener: &Listener) {
        let mut listeners = self.listeners.lock().unwrap_or_else(PoisonError::into_inner);
        listeners.retain(|known| known.strong_count() > 0);
        if !listeners.iter().any(|known| known.as_ptr() == Arc::as_ptr(listener)) {
            listeners.push(Arc::downgrade(listener));
        }
    }

    /// Wakes `listener` no more for this thread.
    pub fn forget(&self, listener: &Listener) {
        let mut listeners = self.listeners.lock().unwrap_or_else(PoisonError::into_inner);
        listeners.retain(|known| known.as_ptr() != Arc::as_ptr(listener));
    }

    /// What a follower that has all events up to `after` looks at next.
    #[must_use]
    pub fn look(&self, after: Seq) -> Snapshot {
        let board = self.board();
        let events = if after >= board.head_seq {
            Vec::new()
        } else {
            board.recent.iter().filter(|frame| frame.seq > after).cloned().collect()
        };
        Snapshot {
            head_seq: board.head_seq,
            events,
            live: board.live.clone(),
            deleted: board.deleted,
        }
    }

    /// Shows events that are stored. A message in progress that they hold is in progress no more.
    pub(super) fn publish(&self, frames: Vec<StoredFrame>, ends_live: EndsLive) {
        let mut board = self.board();
        for frame in frames {
            board.head_seq = frame.seq;
            board.recent_bytes += frame.json.len();
            board.recent.push_back(frame);
            while board.recent.len() > RECENT_EVENTS
                || board.recent.len() > 1 && board.recent_bytes > RECENT_BYTES
            {
                let gone = board.recent.pop_front().map_or(0, |frame| frame.json.len());
                board.recent_bytes -= gone;
            }
        }
        if let EndsLive::Of(run_id) = ends_live
            && board.live.as_ref().is_some_and(|live| live.run_id == run_id)
        {
            board.live = None;
        }
        drop(board);
        self.wake();
    }

    /// The head moved without this hub seeing the events: followers read the store.
    pub(super) fn skip_to(&self, head_seq: Seq) {
        let mut board = self.board();
        if board.head_seq < head_seq {
            board.head_seq = head_seq;
            board.recent.clear();
            board.recent_bytes = 0;
        }
        drop(board);
        self.wake();
    }

    pub(super) fn begin_live(&self, live: Arc<LiveText>) {
        self.board().live = Some(live);
        self.wake();
    }

    pub(super) fn delete(&self) {
        self.board().deleted = true;
        self.wake();
    }

    /// Wakes every follower: cheap, and harmless when nothing is new.
    pub(super) fn wake(&self) {
        let listeners = self.listeners.lock().unwrap_or_else(PoisonError::into_inner);
        for listener in listeners.iter().filter_map(Weak::upgrade) {
            listener.notify_one();
        }
    }

    fn board(&self) -> MutexGuard<'_, Board> {
        self.board.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether published events hold the message in progress, or end the run that writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum EndsLive {
    Of(RunId),
    No,
}
