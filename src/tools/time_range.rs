//! Time ranges as people and models write them.
//!
//! Owns the reading of `24h`, `P7D`, `yesterday` or `start/end` into two instants. It must not
//! know any tool.

use jiff::{Timestamp, ToSpan, ZonedDateTime, civil::Date};

use super::{error::ToolError, present::Moment, rows};

/// From the first instant up to, not including, the second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeRange {
    /// The first instant.
    pub start: Timestamp,
    /// The first instant after it.
    pub end: Timestamp,
}

/// What is understood, for the error.
const RULE: &str = "give a length before now like `24h`, `7d` or `P7D`, a day like `today`, \
    `yesterday` or `2026-01-05`, or `start/end` as RFC 3339 instants or days";

impl TimeRange {
    /// Reads a range; days are days of the user's zone.
    ///
    /// # Errors
    /// [`ToolError::Rejected`] naming `field` when the text is no range or ends before it starts.
    pub fn parse(field: &str, text: &str, at: &Moment) -> Result<Self, ToolError> {
        let text = text.trim();
        let range = match text.split_once('/') {
            Some((start, end)) => Self::between(start.trim(), end.trim(), at),
            None => Self::day(text, at).or_else(|| Self::last(text, at)),
        };
        match range {
            Some(range) if range.start < range.end => Ok(range),
            Some(_) => Err(ToolError::wrong(field, "the range ends before it starts")),
            None => Err(ToolError::wrong(field, RULE)),
        }
    }

    /// The range without what is older than `oldest`, and whether anything was; `None` when all of
    /// it is.
    #[must_use]
    pub fn since(self, oldest: Timestamp) -> Option<(Self, bool)> {
        // Some grace, so that as many days over a change of clocks are no cut.
        let cut = self.start < oldest.checked_sub(2.hours()).unwrap_or(oldest);
        let range = Self { start: self.start.max(oldest), ..self };
        (self.end > oldest).then_some((range, cut))
    }

    /// The range in words, e.g. `since 2026-01-05 14:02 CET`.
    #[must_use]
    pub fn in_words(&self, at: &Moment) -> String {
        let start = at.local(self.start);
        if self.end >= at.now {
            return format!("since {start}");
        }
        format!("from {start} to {}", at.local(self.end))
    }

    fn between(start: &str, end: &str, at: &Moment) -> Option<Self> {
        let start = match Self::day(start, at) {
            Some(day) => day.start,
            None => rows::instant(start)?,
        };
        let end = match Self::day(end, at) {
            Some(day) => day.end,
            None if end.is_empty() || end.eq_ignore_ascii_case("now") => at.now,
            None => rows::instant(end)?,
        };
        Some(Self { start, end })
    }

    fn day(text: &str, at: &Moment) -> Option<Self> {
        let now = at.now.to_zoned_datetime(at.zone.clone());
        let date = match text.to_ascii_lowercase().as_str() {
            "today" => now.date(),
            "yesterday" => now.date().yesterday().ok()?,
            other if other.len() == 10 => other.parse::<Date>().ok()?,
            _ => return None,
        };
        let start: ZonedDateTime = date.to_zoned_datetime(at.zone.clone()).ok()?;
        let end = start.checked_add(1.day()).ok()?;
        Some(Self { start: start.timestamp(), end: end.timestamp() })
    }

    fn last(text: &str, at: &Moment) -> Option<Self> {
        let text = text.trim_start_matches("last").trim();
        let span: jiff::Span = text.parse().ok()?;
        let span = if span.is_negative() { span.negate() } else { span };
        let now = at.now.to_zoned_datetime(at.zone.clone());
        let start = now.checked_sub(span).ok()?.timestamp();
        Some(Self { start, end: at.now.checked_add(1.millisecond()).ok()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::tz::TimeZone;

    #[test]
    fn days_are_the_users_and_lengths_end_now() {
        let at = Moment {
            now: "2026-01-05T12:00:00Z".parse().unwrap(),
            zone: TimeZone::fixed(jiff::tz::offset(2)),
        };
        let start =
            |text| TimeRange::parse("timeRange", text, &at).map(|range| range.start.to_string());
        assert_eq!(start("24h").unwrap(), "2026-01-04T12:00:00Z");
        assert_eq!(start("P7D").unwrap(), "2025-12-29T12:00:00Z");
        assert_eq!(start("last 7 days").unwrap(), "2025-12-29T12:00:00Z");
        assert_eq!(start("yesterday").unwrap(), "2026-01-03T22:00:00Z");
        assert_eq!(start("2026-01-01/2026-01-02").unwrap(), "2025-12-31T22:00:00Z");
        for bad in ["", "soon", "2026-01-02/2026-01-01", "99999999999d", "/"] {
            assert!(start(bad).is_err(), "{bad}");
        }
    }
}
