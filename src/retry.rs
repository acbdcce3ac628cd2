//! Retry arithmetic: how long to wait before the next attempt.
//!
//! A leaf: pure numbers in, a duration out. It sleeps nowhere, draws no random number of its
//! own and knows neither HTTP nor Azure; callers pass the instant and the randomness in.

use std::time::Duration;

use jiff::Timestamp;

/// How often, and how patiently, a failed request is tried again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryPolicy {
    /// Attempts in all, the first included. `1` never retries.
    pub max_attempts: u32,
    /// Upper bound of the wait before the second attempt; doubles with each one after it.
    pub base: Duration,
    /// Upper bound of any wait that the server did not ask for.
    pub cap: Duration,
    /// The longest `Retry-After` that is honoured; a longer one ends the attempts at once,
    /// because a person is waiting.
    pub patience: Duration,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            max_attempts: 4,
            base: Duration::from_millis(400),
            cap: Duration::from_secs(8),
            patience: Duration::from_secs(30),
        }
    }
}

impl RetryPolicy {
    /// The wait after failed attempt number `attempt` (from 1), or `None` when no further
    /// attempt is due.
    ///
    /// Without `retry_after` the wait is full jitter: uniform between zero and the exponential
    /// bound, where `random` in `0.0..1.0` picks the point. With it, the server's own figure is
    /// the floor and a tenth of jitter is added on top.
    #[must_use]
    pub fn delay(
        &self,
        attempt: u32,
        retry_after: Option<Duration>,
        random: f64,
    ) -> Option<Duration> {
        if attempt >= self.max_attempts {
            return None;
        }
        let random = random.clamp(0.0, 1.0);
        match retry_after {
            Some(asked) if asked > self.patience => None,
            Some(asked) => Some(asked + asked.mul_f64(random / 10.0)),
            None => {
                let exponent = attempt.saturating_sub(1).min(16);
                let bound = self.base.saturating_mul(1 << exponent).min(self.cap);
                Some(bound.mul_f64(random))
            }
        }
    }
}

/// Reads a `Retry-After` value: whole or fractional seconds, or an HTTP date.
///
/// A date in the past is a wait of zero. Anything else that does not parse is `None`.
#[must_use]
pub fn parse_retry_after(value: &str, now: Timestamp) -> Option<Duration> {
    let value = value.trim();
    if let Ok(seconds) = value.parse::<f64>() {
        return Duration::try_from_secs_f64(seconds).ok();
    }
    let at = jiff::fmt::rfc2822::parse(value).ok()?.timestamp();
    Some(Duration::try_from(at.duration_since(now)).unwrap_or(Duration::ZERO))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_the_cap_and_end_with_the_attempts() {
        let policy = RetryPolicy::default();
        assert_eq!(policy.delay(1, None, 1.0), Some(Duration::from_millis(400)));
        assert_eq!(policy.delay(3, None, 1.0), Some(Duration::from_millis(1600)));
        assert_eq!(policy.delay(4, None, 1.0), None);
        assert_eq!(policy.delay(2, None, 0.0), Some(Duration::ZERO));
    }

    #[test]
    fn the_servers_own_wait_is_a_floor_and_patience_its_limit() {
        let policy = RetryPolicy::default();
        let asked = Duration::from_secs(10);
        assert_eq!(policy.delay(1, Some(asked), 0.0), Some(asked));
        assert_eq!(policy.delay(1, Some(Duration::from_secs(31)), 0.5), None);
    }

    #[test]
    fn retry_after_is_read_as_seconds_or_as_a_date() {
        let now: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
        assert_eq!(parse_retry_after(" 17 ", now), Some(Duration::from_secs(17)));
        assert_eq!(
            parse_retry_after("Thu, 01 Jan 2026 00:00:30 GMT", now),
            Some(Duration::from_secs(30))
        );
        assert_eq!(parse_retry_after("Wed, 31 Dec 2025 23:00:00 GMT", now), Some(Duration::ZERO));
        assert_eq!(parse_retry_after("soon", now), None);
        assert_eq!(parse_retry_after("-1", now), None);
    }
}
