//! Tokens kept until shortly before they expire, fetched once however many ask.
//!
//! Owns when a token is fetched. It must not know where from.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;

use super::CredentialError;
use crate::azure::secret::Secret;

/// A token with less left is refreshed before it is used. The cache inside `azure_identity` has
/// the same margin, so a refresh that starts here really reaches the authority.
const REFRESH_BEFORE: Duration = Duration::from_secs(300);
/// A token with less left is not used: it could expire on its way.
const UNUSABLE_BEFORE: Duration = Duration::from_secs(30);
/// The pause after a refresh while the old token is still good.
const REFRESH_PAUSE: Duration = Duration::from_secs(30);
/// How long a failure answers those who were waiting for the same token.
const FAILURE_SHARED: Duration = Duration::from_secs(5);

/// A token and the instant it expires.
#[derive(Clone, Debug)]
pub(super) struct Token {
    pub(super) secret: Secret,
    pub(super) expires_at: Timestamp,
}

/// Tokens by scope.
#[derive(Debug, Default)]
pub(super) struct TokenCache(Mutex<HashMap<String, Arc<Slot>>>);

#[derive(Debug, Default)]
struct Slot {
    state: Mutex<State>,
    flight: tokio::sync::Mutex<()>,
}

#[derive(Debug, Default)]
struct State {
    token: Option<Token>,
    not_before: Option<Timestamp>,
    failure: Option<CredentialError>,
}

/// What the state allows without fetching.
enum Verdict {
    Use(Secret),
    /// Good for now, worth refreshing.
    Refresh(Secret),
    Fail(CredentialError),
    Fetch,
}

impl TokenCache {
    /// The token of `scope`: a kept one, or what `fetch` gets. One fetch runs at a time for a
    /// scope; who comes meanwhile uses the old token while it is good, or waits.
    ///
    /// # Errors
    /// What `fetch` answers when no usable token is kept.
    pub(super) async fn token<F>(
        &self,
        scope: &str,
        fetch: impl FnOnce() -> F,
    ) -> Result<Secret, CredentialError>
    where
        F: Future<Output = Result<Token, CredentialError>>,
    {
        let slot = self.slot(scope);
        let _flight = match slot.verdict(Timestamp::now()) {
            Verdict::Use(secret) => return Ok(secret),
            Verdict::Fail(error) => return Err(error),
            Verdict::Refresh(secret) => match slot.flight.try_lock() {
                Ok(flight) => flight,
                Err(_) => return Ok(secret),
            },
            Verdict::Fetch => slot.flight.lock().await,
        };
        // Whoever held the flight before may have brought the answer.
        let fallback = match slot.verdict(Timestamp::now()) {
            Verdict::Use(secret) => return Ok(secret),
            Verdict::Fail(error) => return Err(error),
            Verdict::Refresh(secret) => Some(secret),
            Verdict::Fetch => None,
        };
        let fetched = fetch().await;
        slot.settle(&fetched, Timestamp::now());
        match (fetched, fallback) {
            (Ok(token), _) => Ok(token.secret),
            (Err(error), Some(old)) => {
                tracing::warn!(%error, "the token could not be refreshed; the old one is still good");
                Ok(old)
            }
            (Err(error), None) => Err(error),
        }
    }

    fn slot(&self, scope: &str) -> Arc<Slot> {
        let mut slots = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match slots.get(scope) {
            Some(slot) => Arc::clone(slot),
            None => Arc::clone(slots.entry(scope.to_owned()).or_default()),
        }
    }
}

impl Slot {
    fn verdict(&self, now: Timestamp) -> Verdict {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let pausing = state.not_before.is_some_and(|until| now < until);
        match (&state.token, &state.failure) {
            (Some(token), _) if token.outlasts(now, REFRESH_BEFORE) => {
                Verdict::Use(token.secret.clone())
            }
            (Some(token), _) if token.outlasts(now, UNUSABLE_BEFORE) => {
                if pausing {
                    Verdict::Use(token.secret.clone())
                } else {
                    Verdict::Refresh(token.secret.clone())
                }
            }
            (_, Some(failure)) if pausing => Verdict::Fail(failure.clone()),
            (_, Some(_) | None) => Verdict::Fetch,
        }
    }

    fn settle(&self, fetched: &Result<Token, CredentialError>, now: Timestamp) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        match fetched {
            Ok(token) => {
                state.token = Some(token.clone());
                state.failure = None;
                state.not_before = Some(now + REFRESH_PAUSE);
            }
            Err(error) => {
                let usable = state
                    .token
                    .as_ref()
                    .is_some_and(|token| token.outlasts(now, UNUSABLE_BEFORE));
                state.failure = Some(error.clone());
                state.not_before = Some(
                    now + if usable {
                        REFRESH_PAUSE
                    } else {
                        FAILURE_SHARED
                    },
                );
            }
        }
    }
}

impl Token {
    fn outlasts(&self, now: Timestamp, margin: Duration) -> bool {
        self.expires_at.duration_since(now)
            > jiff::SignedDuration::try_from(margin).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    fn token(text: &str, seconds: i64) -> Token {
        let expires_at = Timestamp::now() + jiff::SignedDuration::from_secs(seconds);
        Token {
            secret: text.into(),
            expires_at,
        }
    }

    fn refused() -> CredentialError {
        CredentialError::Refused {
            identity: "test",
            problem: "no".to_owned(),
        }
    }

    #[tokio::test]
    async fn many_askers_cost_one_fetch() {
        let cache = TokenCache::default();
        let fetches = AtomicUsize::new(0);
        let ask = || {
            cache.token("s", || async {
                fetches.fetch_add(1, Ordering::SeqCst);
                tokio::task::yield_now().await;
                Ok(token("t", 3600))
            })
        };
        let (a, b, c) = tokio::join!(ask(), ask(), ask());
        assert_eq!(
            [a.unwrap(), b.unwrap(), c.unwrap()].map(|t| t.expose().to_owned()),
            ["t"; 3]
        );
        assert_eq!(fetches.load(Ordering::SeqCst), 1);
    }

    #[tokio::test]
    async fn a_token_is_refreshed_before_it_expires_and_the_old_one_bridges_a_failure() {
        let cache = TokenCache::default();
        cache.slot("s").state.lock().unwrap().token = Some(token("old", 200));
        let kept = cache.token("s", || async { Err(refused()) }).await;
        assert_eq!(kept.unwrap().expose(), "old");
        cache.slot("s").state.lock().unwrap().not_before = None;
        let fresh = cache.token("s", || async { Ok(token("new", 3600)) }).await;
        assert_eq!(fresh.unwrap().expose(), "new");
    }

    #[tokio::test]
    async fn an_expired_token_is_never_used_and_a_failure_is_shared_for_a_moment() {
        let cache = TokenCache::default();
        cache.slot("s").state.lock().unwrap().token = Some(token("old", 5));
        assert!(cache.token("s", || async { Err(refused()) }).await.is_err());
        let second = cache.token("s", || async { Ok(token("new", 3600)) }).await;
        assert!(
            second.is_err(),
            "the failure is answered without another fetch"
        );
        assert!(
            cache
                .token("other", || async { Ok(token("new", 3600)) })
                .await
                .is_ok()
        );
    }
}
