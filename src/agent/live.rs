//! The text of a message in progress: one shared, append-only buffer, however many read it.

use std::sync::{Mutex, PoisonError};

use crate::protocol::{MessageId, RunId};

/// A message in progress. Readers hold an offset into it; nothing is copied for each of them
/// until they take what is new.
#[derive(Debug)]
pub struct LiveText {
    /// The run that writes it.
    pub run_id: RunId,
    /// Its id.
    pub message_id: MessageId,
    text: Mutex<String>,
}

impl LiveText {
    /// A message with no text yet.
    #[must_use]
    pub fn new(run_id: RunId, message_id: MessageId) -> Self {
        Self { run_id, message_id, text: Mutex::new(String::new()) }
    }

    /// Adds a fragment.
    pub(super) fn push(&self, fragment: &str) {
        self.lock().push_str(fragment);
    }

    /// How long it is, in bytes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.lock().len()
    }

    /// Whether nothing has been written yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Hands the text from byte `offset` on to `take`, at most `max_bytes` of it, cut at a
    /// character. Returns what `take` returned, or `None` when there is nothing new.
    pub fn read_from<T>(
        &self,
        offset: usize,
        max_bytes: usize,
        take: impl FnOnce(&str) -> T,
    ) -> Option<T> {
        let text = self.lock();
        let rest = text.get(offset..).filter(|rest| !rest.is_empty())?;
        let end = rest.floor_char_boundary(max_bytes.min(rest.len()));
        rest.get(..end).filter(|part| !part.is_empty()).map(take)
    }

    /// A copy of the whole text.
    #[must_use]
    pub fn text(&self) -> String {
        self.lock().clone()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, String> {
        // A panic while it was held cannot have left half a character: `push_str` is all.
        self.text.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
