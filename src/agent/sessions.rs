//! The live sessions: at most one a thread, as long as anybody holds it.
//!
//! Two sessions of one thread would each show only their own events, so a thread's place is
//! given up only when nobody stands at it.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
};

use crate::protocol::ThreadId;

use super::{
    log::{AgentError, ThreadLog},
    session::Session,
    shared::Shared,
};

/// Places that are kept before the first look for empty ones.
const MIN_PLACES: usize = 256;

/// The place of a thread's session: whoever comes first makes it, the others wait.
type Place = tokio::sync::Mutex<Weak<Session>>;

/// The live sessions.
#[derive(Default)]
pub(super) struct Sessions(Mutex<Places>);

#[derive(Default)]
struct Places {
    by_thread: HashMap<ThreadId, Arc<Place>>,
    /// How many there may be before the empty ones are looked for again.
    sweep_at: usize,
}

impl Sessions {
    /// The session of a thread, opened where it is not live.
    ///
    /// # Errors
    /// [`AgentError::Refused`] (`notFound`), [`AgentError::Store`] and [`AgentError::Damaged`].
    pub(super) async fn open(
        &self,
        shared: &Arc<Shared>,
        thread_id: ThreadId,
    ) -> Result<Arc<Session>, AgentError> {
        let place = self.places().of(thread_id);
        let opened = open_at(&place, shared, thread_id).await;
        if opened.is_err() {
            drop(place);
            self.places().give_up(thread_id);
        }
        opened
    }

    fn places(&self) -> MutexGuard<'_, Places> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Places {
    fn of(&mut self, thread_id: ThreadId) -> Arc<Place> {
        if self.by_thread.len() >= self.sweep_at.max(MIN_PLACES) {
            self.by_thread.retain(|_, place| !is_empty(place));
            self.sweep_at = self.by_thread.len() * 2;
        }
        Arc::clone(self.by_thread.entry(thread_id).or_default())
    }

    fn give_up(&mut self, thread_id: ThreadId) {
        if self.by_thread.get(&thread_id).is_some_and(is_empty) {
            self.by_thread.remove(&thread_id);
        }
    }
}

/// Whether nobody stands at the place and no session is at it. Places are handed out under the
/// lock of the map only, so what is empty under it stays so.
fn is_empty(place: &Arc<Place>) -> bool {
    Arc::strong_count(place) == 1
        && place.try_lock().is_ok_and(|session| session.strong_count() == 0)
}

async fn open_at(
    place: &Place,
    shared: &Arc<Shared>,
    thread_id: ThreadId,
) -> Result<Arc<Session>, AgentError> {
    let mut place = place.lock().await;
    if let Some(session) = place.upgrade() {
        return Ok(session);
    }
    let log = ThreadLog::open(shared.store.clone(), shared.clock.clone(), thread_id).await?;
    let session = Session::new(log, Arc::clone(shared));
    *place = Arc::downgrade(&session);
    Ok(session)
}
