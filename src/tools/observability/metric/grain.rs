//! Which grain fits a range: fine enough to see, coarse enough to read.

use crate::tools::time_range::TimeRange;

/// Grains that Azure Monitor has, and their minutes.
const GRAINS: &[(&str, i64)] = &[
    ("PT1M", 1),
    ("PT5M", 5),
    ("PT15M", 15),
    ("PT30M", 30),
    ("PT1H", 60),
    ("PT6H", 360),
    ("PT12H", 720),
    ("P1D", 1_440),
];
/// Steps of a range that people can read in a picture.
const MAX_STEPS: i64 = 180;

/// A grain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) struct Grain {
    /// The word on the wire.
    pub(in super::super) word: &'static str,
    /// Its minutes.
    pub(in super::super) minutes: i64,
}

impl Grain {
    /// The finest grain with which a range has a readable number of steps, no finer than what the
    /// metrics have.
    pub(in super::super) fn of(range: TimeRange, finest: i64) -> Self {
        let length = (range.end.as_second() - range.start.as_second()) / 60;
        let fits =
            |(_, minutes): &&(&str, i64)| *minutes >= finest && length <= minutes * MAX_STEPS;
        let (word, minutes) = GRAINS.iter().find(fits).copied().unwrap_or(("P1D", 1_440));
        Self { word, minutes }
    }

    /// `15 minutes`, `1 hour`, `1 day`.
    pub(in super::super) fn in_words(self) -> String {
        match self.minutes {
            1 => "1 minute".to_owned(),
            60 => "1 hour".to_owned(),
            1_440 => "1 day".to_owned(),
            minutes if minutes % 60 == 0 => format!("{} hours", minutes / 60),
            minutes => format!("{minutes} minutes"),
        }
    }
}

/// The minutes of a grain's word.
pub(in super::super) fn minutes(word: &str) -> Option<i64> {
    let known = GRAINS.iter().find(|(name, _)| name.eq_ignore_ascii_case(word));
    known.map(|(_, minutes)| *minutes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_has_steps_that_can_be_read() {
        let start: jiff::Timestamp = "2026-01-05T00:00:00Z".parse().unwrap();
        let grain = |hours: i64, finest| {
            let end = start.checked_add(jiff::SignedDuration::from_hours(hours)).unwrap();
            Grain::of(TimeRange { start, end }, finest).word
        };
        for (hours, word) in
            [(1, "PT1M"), (6, "PT5M"), (24, "PT15M"), (7 * 24, "PT1H"), (30 * 24, "PT6H")]
        {
            assert_eq!(grain(hours, 1), word, "{hours}");
        }
        assert_eq!(grain(90 * 24, 1), "PT12H");
        assert_eq!(grain(1, 60), "PT1H");
    }
}
