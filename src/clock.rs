//! The clock: a leaf that gives the instant, so that tests can set it.

use std::sync::Arc;

use jiff::{Timestamp, TimestampRound, Unit};

/// Where the instant comes from. Cheap to clone.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> Timestamp + Send + Sync>);

impl Clock {
    /// The system's clock, in whole milliseconds.
    #[must_use]
    pub fn system() -> Self {
        Self(Arc::new(Timestamp::now))
    }

    /// A clock of the test's own.
    #[must_use]
    pub fn from_fn(now: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    /// The instant, in whole milliseconds.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        let now = (self.0)();
        now.round(TimestampRound::new().smallest(Unit::Millisecond)).unwrap_or(now)
    }
}

impl std::fmt::Debug for Clock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Clock")
    }
}
