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

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    fn asked(what: &str) -> Asked {
        Asked { url: Url::parse(&format!("https://azure.example/{what}")).unwrap(), post: None }
    }

    /// Azure, which counts what it is asked.
    async fn azure(calls: &AtomicUsize, bytes: usize) -> Result<Answer, ArmError> {
        calls.fetch_add(1, Ordering::Relaxed);
        tokio::task::yield_now().await;
        let body = Bytes::from(vec![b' '; bytes]);
        Ok(Answer { status: 200, headers: Default::default(), body, path: String::new() })
    }

    #[tokio::test]
    async fn what_several_ask_is_asked_once_at_once_and_later() {
        let (shared, calls) = (SharedReads::default(), AtomicUsize::new(0));
        let (a, b) = tokio::join!(
            shared.answer(asked("a"), azure(&calls, 3)),
            shared.answer(asked("a"), azure(&calls, 3)),
        );
        assert!(Arc::ptr_eq(&a.unwrap(), &b.unwrap()));
        shared.answer(asked("a"), azure(&calls, 3)).await.unwrap();
        assert_eq!(calls.load(Ordering::Relaxed), 1);
        let with_body = Asked { post: Some(Bytes::new()), ..asked("a") };
        shared.answer(with_body, azure(&calls, 3)).await.unwrap();
        shared.answer(asked("b"), azure(&calls, 3)).await.unwrap();
        assert_eq!(calls.load(Ordering::Relaxed), 3);
    }

    #[tokio::test]
    async fn a_failure_is_not_shared_and_a_cancelled_ask_is_taken_over() {
        let (shared, calls) = (SharedReads::default(), AtomicUsize::new(0));
        let failing = async { Err(ArmError::ForeignLink { path: "a".into(), to: "b".into() }) };
        shared.answer(asked("a"), failing).await.unwrap_err();
        let endless = shared.answer(asked("a"), std::future::pending());
        tokio::select! {
            biased;
            _ = endless => unreachable!(),
            () = std::future::ready(()) => {}
        }
        shared.answer(asked("a"), azure(&calls, 3)).await.unwrap();
        assert_eq!(calls.load(Ordering::Relaxed), 1);
    }

    #[tokio::test]
    async fn large_answers_are_asked_again_rather_than_kept() {
        let (shared, calls) = (SharedReads::default(), AtomicUsize::new(0));
        for _ in 0..2 {
            shared.answer(asked("a"), azure(&calls, MAX_KEPT_BYTES + 1)).await.unwrap();
        }
        assert_eq!(calls.load(Ordering::Relaxed), 2);
    }
}
