//! What time it is in the sample estate, and how its instants are written. Knows the anchor and
//! nothing else of the world.

use std::time::Instant;

use jiff::{SignedDuration, Timestamp};

/// How the estate's time passes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Clock {
    /// The anchor plus what has passed since the estate was started.
    #[default]
    SinceAnchor,
    /// The machine's own clock.
    Wall,
    /// The anchor, for ever: for tests that compare bytes.
    Frozen,
}

/// A started [`Clock`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct RunningClock {
    clock: Clock,
    anchor: Timestamp,
    started: Instant,
}

impl RunningClock {
    /// Starts `clock` at `anchor`.
    pub(crate) fn start(clock: Clock, anchor: Timestamp) -> Self {
        Self { clock, anchor, started: Instant::now() }
    }

    /// The present instant of the estate.
    pub(crate) fn now(&self) -> Timestamp {
        match self.clock {
            Clock::Frozen => self.anchor,
            Clock::Wall => Timestamp::now(),
            Clock::SinceAnchor => {
                let passed = i64::try_from(self.started.elapsed().as_millis()).unwrap_or(0);
                later(self.anchor, SignedDuration::from_millis(passed))
            }
        }
    }
}

/// `instant` moved by `by`; unchanged where that would leave the calendar.
fn later(instant: Timestamp, by: SignedDuration) -> Timestamp {
    instant.checked_add(by).unwrap_or(instant)
}

/// The instant `minutes` before `anchor`.
pub(crate) fn minutes_before(anchor: Timestamp, minutes: i64) -> Timestamp {
    later(anchor, SignedDuration::from_mins(-minutes))
}

/// RFC 3339 in UTC with the seven fractional digits that .NET services write.
pub(crate) fn stamp(instant: Timestamp) -> String {
    let whole = instant.strftime("%Y-%m-%dT%H:%M:%S");
    format!("{whole}.{:07}Z", instant.subsec_nanosecond().max(0) / 100)
}

/// 100-nanosecond ticks since year 1, as Defender puts them before an alert's GUID.
pub(crate) fn ticks(instant: Timestamp) -> i64 {
    621_355_968_000_000_000 + instant.as_millisecond() * 10_000
}
