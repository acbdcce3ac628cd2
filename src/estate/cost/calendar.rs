//! Days and how use goes through them: steady, or with the week, the season and the company's
//! growth. Sums over any span are differences of running totals.

use jiff::{Timestamp, civil::Date};

use crate::estate::{chance::Chance, world::World};

/// Days before the anchor that the calendar knows.
const BEFORE: i32 = 830;
/// Days after it, for forecasts.
const AFTER: i32 = 430;
/// Use by day of the week, Monday first.
const WEEK: [f64; 7] = [1.08, 1.1, 1.11, 1.11, 1.1, 0.8, 0.7];
/// Use by month: people eat most in December.
const SEASON: [f64; 12] = [0.97, 0.98, 1.0, 1.0, 1.0, 1.0, 0.96, 0.95, 1.0, 1.02, 1.06, 1.12];
/// How much less was used a day earlier, as a share.
const GROWTH: f64 = 0.0003;

/// How a charge's use goes through the days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rhythm {
    /// The same every hour: what is provisioned.
    Steady,
    /// With the week and the season: what is consumed.
    Busy,
}

/// The running total of use, day by day.
#[derive(Debug)]
pub(crate) struct Calendar {
    first: i32,
    /// Busy use before the start of each day.
    totals: Vec<f64>,
}

impl Calendar {
    /// The calendar around a world's anchor.
    pub(crate) fn of(world: &World) -> Self {
        let anchor = day_of(world.anchor);
        let first = anchor - BEFORE;
        let mut total = 0.0;
        let mut totals = vec![0.0];
        for day in first..anchor + AFTER {
            total += use_of(world.chance, day, anchor);
            totals.push(total);
        }
        Self { first, totals }
    }

    /// The days' worth of use between two instants, in days since 1970; parts of days count as
    /// parts.
    pub(crate) fn between(&self, rhythm: Rhythm, from: f64, to: f64) -> f64 {
        if to <= from {
            return 0.0;
        }
        match rhythm {
            Rhythm::Steady => to - from,
            Rhythm::Busy => self.until(to) - self.until(from),
        }
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped to the calendar, which has some hundred days"
    )]
    fn until(&self, at: f64) -> f64 {
        let last = self.totals.len().saturating_sub(1) as f64;
        let at = (at - f64::from(self.first)).clamp(0.0, last);
        let (day, part) = (at.floor() as usize, at.fract());
        let start = self.totals.get(day).copied().unwrap_or_default();
        let end = self.totals.get(day + 1).copied().unwrap_or(start);
        start + (end - start) * part
    }
}

/// The use of one day; the future has no surprises.
fn use_of(chance: Chance, day: i32, anchor: i32) -> f64 {
    let date = date_of(day);
    let week = usize::try_from(date.weekday().to_monday_zero_offset()).unwrap_or(0);
    let season = usize::try_from(date.month() - 1).unwrap_or(0);
    let pick = |table: &[f64], at: usize| table.get(at).copied().unwrap_or(1.0);
    let noise = if day < anchor {
        let label = u64::from(day.unsigned_abs());
        let noise = chance.child("busy-day").nth(label).below(81);
        0.96 + f64::from(u32::try_from(noise).unwrap_or(40)) / 1_000.0
    } else {
        1.0
    };
    let trend = 1.0 - GROWTH * f64::from(anchor - day);
    pick(&WEEK, week) * pick(&SEASON, season) * noise * trend
}

/// The day of an instant, in days since 1970.
pub(crate) fn day_of(at: Timestamp) -> i32 {
    i32::try_from(at.as_second().div_euclid(86_400)).unwrap_or(0)
}

/// An instant in days since 1970.
pub(crate) fn point(at: Timestamp) -> f64 {
    at.as_second() as f64 / 86_400.0
}

/// The date of a day.
pub(crate) fn date_of(day: i32) -> Date {
    let at = Timestamp::from_second(i64::from(day) * 86_400).unwrap_or(Timestamp::UNIX_EPOCH);
    jiff::tz::TimeZone::UTC.to_datetime(at).date()
}

/// The day of a date.
pub(crate) fn day_of_date(date: Date) -> i32 {
    let midnight = date.to_datetime(jiff::civil::Time::midnight());
    jiff::tz::TimeZone::UTC.to_timestamp(midnight).map_or(0, day_of)
}

/// The first day of the month `months` after the one a day lies in; negative is before.
pub(crate) fn month_start(day: i32, months: i32) -> i32 {
    let date = date_of(day).first_of_month();
    let moved = date.checked_add(jiff::Span::new().months(months));
    moved.map_or(day, day_of_date)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_a_span_add_up_to_it_whatever_the_rhythm() {
        let anchor: Timestamp = "2026-03-02T09:00:00Z".parse().unwrap();
        let calendar = Calendar::of(&World::new(1, 1, anchor));
        let start = point(anchor) - 400.0;
        for rhythm in [Rhythm::Steady, Rhythm::Busy] {
            let whole = calendar.between(rhythm, start, start + 300.25);
            let parts: f64 = (0..1201)
                .map(|n| start + f64::from(n) * 0.25)
                .map(|from| calendar.between(rhythm, from, from + 0.25))
                .sum();
            assert!((whole - parts).abs() < 1e-6, "{rhythm:?}: {whole} {parts}");
        }
        assert_eq!(calendar.between(Rhythm::Busy, start, start - 1.0), 0.0);
    }

    #[test]
    fn months_begin_on_their_first_day() {
        let day = day_of("2026-03-31T09:00:00Z".parse().unwrap());
        let text = |months| date_of(month_start(day, months)).to_string();
        assert_eq!(
            [text(0), text(-1), text(-13), text(11)],
            ["2026-03-01", "2026-02-01", "2025-02-01", "2027-02-01"]
        );
    }
}
