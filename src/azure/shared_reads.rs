//! Identical reads made once: whoever asks what is being asked waits for that answer, and whoever
//! asks it again gets it again.
//!
//! Owns the answers for as long as the readers that share them live, which is a step of a run: the
//! same identity, the same moment. A failure is nobody's but the asker's. It must not know what is
//! asked, nor who asks.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use bytes::Bytes;
use tokio::sync::OnceCell;
use url::Url;

use super::{error::ArmError, wire::Answer};

/// The most bytes of answers that are kept; what comes later is asked again.
const MAX_KEPT_BYTES: usize = 4 * 1024 * 1024;

/// What was asked: the URL, and the body of a query.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(in crate::azure) struct Asked {
    pub(in crate::azure) url: Url,
    pub(in crate::azure) post: Option<Bytes>,
}

/// Answers that readers share.
#[derive(Debug, Default)]
pub(in crate::azure) struct SharedReads(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    answers: HashMap<Asked, Arc<OnceCell<Arc<Answer>>>>,
    bytes: usize,
}

impl SharedReads {
    /// The answer to `asked`: one that there is or that is on its way, else that of `ask`.
    ///
    /// # Errors
    /// What `ask` failed with; others that wait ask for themselves then.
    pub(in crate::azure) async fn answer(
        &self,
        asked: Asked,
        ask: impl Future<Output = Result<Answer, ArmError>>,
    ) -> Result<Arc<Answer>, ArmError> {
        let cell = Arc::clone(self.kept().answers.entry(asked.clone()).or_default());
        let mut is_new = false;
        let first = &mut is_new;
        let answer = cell.get_or_try_init(|| async move {
            *first = true;
            ask.await.map(Arc::new)
        });
        let answer = Arc::clone(answer.await?);
        if is_new {
            self.weigh(&asked, answer.body.len());
        }
        Ok(answer)
    }

    fn weigh(&self, asked: &Asked, bytes: usize) {
        let mut kept = self.kept();
        if kept.bytes.saturating_add(bytes) > MAX_KEPT_BYTES {
            kept.answers.remove(asked);
        } else {
            kept.bytes += bytes;
        }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
