//! Dates and times: in several notations, compared as days and minutes.

use std::collections::HashSet;

use jiff::{
    Timestamp, civil,
    tz::{Offset, TimeZone},
};

use super::{
    chunks::Chunk,
    clocks,
    figures::{Figure, FigureUnit},
};

/// The most instants that are kept.
const MAX_INSTANTS: usize = 8_192;

/// A day or a time as it is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DateClaim {
    /// A day of a year.
    Day(civil::Date),
    /// A day as `11/03/2026`: month first or day first.
    Either(civil::Date, civil::Date),
    /// A day of any year.
    DayOfYear {
        /// From 1.
        month: i8,
        /// From 1.
        day: i8,
    },
    /// A month of a year.
    Month {
        /// The year.
        year: i16,
        /// From 1.
        month: i8,
    },
    /// A time of a day.
    Minute(civil::DateTime),
    /// A time of any day.
    Time {
        /// From 0.
        hour: i8,
        /// From 0.
        minute: i8,
    },
    /// An hour of any day, as `9 pm`.
    Hour(i8),
}

/// The days and times that are known.
#[derive(Debug)]
pub(super) struct Dates {
    zone: TimeZone,
    now: Timestamp,
    days: HashSet<civil::Date>,
    minutes: HashSet<civil::DateTime>,
    seconds: Vec<i64>,
    month_days: HashSet<(i8, i8)>,
    times: HashSet<(i8, i8)>,
}

impl Dates {
    /// None but `now`: today may always be named.
    pub(super) fn new(now: Timestamp, zone: TimeZone) -> Self {
        let mut dates = Self {
            zone,
            now,
            days: HashSet::new(),
            minutes: HashSet::new(),
            seconds: Vec::new(),
            month_days: HashSet::new(),
            times: HashSet::new(),
        };
        dates.add_instant(now);
        dates.seconds.clear();
        dates
    }

    /// Takes an instant in, told in UTC and in the user's zone.
    pub(super) fn add_instant(&mut self, instant: Timestamp) {
        if self.seconds.len() >= MAX_INSTANTS {
            return;
        }
        self.seconds.push(instant.as_second());
        for offset in [Offset::UTC, self.zone.to_offset(instant)] {
            let civil = offset.to_datetime(instant);
            self.add_day(civil.date());
            self.minutes.extend(to_minute(civil));
            self.times.insert((civil.hour(), civil.minute()));
        }
    }

    fn add_day(&mut self, day: civil::Date) {
        self.days.insert(day);
        self.month_days.insert((day.month(), day.day()));
    }

    /// Takes in what a text told.
    pub(super) fn add(&mut self, claim: DateClaim) {
        match claim {
            DateClaim::Day(day) => self.add_day(day),
            DateClaim::Either(one, other) => [one, other].into_iter().for_each(|d| self.add_day(d)),
            DateClaim::DayOfYear { month, day } => drop(self.month_days.insert((month, day))),
            DateClaim::Month { year, month } => {
                self.days.extend(civil::Date::new(year, month, 1).ok());
            }
            DateClaim::Minute(minute) => {
                self.add_day(minute.date());
                self.times.insert((minute.hour(), minute.minute()));
                self.minutes.insert(minute);
            }
            DateClaim::Time { hour, minute } => drop(self.times.insert((hour, minute))),
            DateClaim::Hour(hour) => drop(self.times.insert((hour, 0))),
        }
    }

    /// Whether a day or time is known.
    pub(super) fn support(&self, claim: &DateClaim) -> bool {
        match claim {
            DateClaim::Day(day) => self.days.contains(day),
            DateClaim::Either(one, other) => self.days.contains(one) || self.days.contains(other),
            DateClaim::DayOfYear { month, day } => self.month_days.contains(&(*month, *day)),
            DateClaim::Month { year, month } => {
                self.days.iter().any(|day| day.year() == *year && day.month() == *month)
            }
            DateClaim::Minute(minute) => self.minutes.contains(minute),
            DateClaim::Time { hour, minute } => self.times.contains(&(*hour, *minute)),
            // Half past eight may be told as nine.
            DateClaim::Hour(hour) => self.times.iter().any(|(known, minute)| {
                *known == *hour || (*minute >= 30 && (*known + 1) % 24 == *hour)
            }),
        }
    }

    /// Whether a figure is a year that is known, or as long as it is since or until an instant.
    pub(super) fn support_figure(&self, figure: &Figure) -> bool {
        match figure.unit {
            FigureUnit::Seconds(seconds) => self.seconds.iter().any(|instant| {
                let apart = (self.now.as_second() - instant).unsigned_abs() as f64 / seconds;
                (apart - figure.value).abs() < 1.0 && figure.value.fract() == 0.0
            }),
            FigureUnit::Plain => self.days.iter().any(|day| f64::from(day.year()) == figure.value),
            FigureUnit::Percent | FigureUnit::Points | FigureUnit::Bytes(_) => false,
        }
    }
}

fn to_minute(civil: civil::DateTime) -> Option<civil::DateTime> {
    civil.with().second(0).subsec_nanosecond(0).build().ok()
}

/// Whether the whole text may be an instant.
pub(super) fn looks_like_instant(text: &str) -> bool {
    let byte = |at: usize| text.as_bytes().get(at).copied().unwrap_or_default();
    (20..=35).contains(&text.len())
        && [4, 7].into_iter().all(|at| byte(at) == b'-')
        && [0, 1, 2, 3, 5, 6, 8, 9].into_iter().all(|at| byte(at).is_ascii_digit())
        && matches!(byte(10), b'T' | b't' | b' ')
        && byte(13) == b':'
}

/// An instant of an evidence, if the whole text is one.
pub(super) fn instant(text: &str) -> Option<Timestamp> {
    if looks_like_instant(text) { text.parse().ok() } else { None }
}

/// The date that chunks begin with, and how many of them it takes.
pub(super) fn read(chunks: &[Chunk<'_>]) -> Option<(DateClaim, usize)> {
    let text = chunks.first()?.text;
    let second = chunks.get(1).map(|chunk| chunk.text).unwrap_or_default();
    if let Some(day) = text.get(..10).and_then(iso_day) {
        let time =
            text.get(10..).unwrap_or_default().strip_prefix(['T', 't']).and_then(clocks::clock);
        return match (text.len(), time, clocks::clock(second)) {
            (10, _, Some((hour, minute))) => Some((minute_of(day, hour, minute)?, 2)),
            (10, _, None) => Some((DateClaim::Day(day), 1)),
            (_, Some((hour, minute)), _) => Some((minute_of(day, hour, minute)?, 1)),
            (_, None, _) => None,
        };
    }
    if let Some(read) = clocks::read(text, second) {
        return Some(read);
    }
    if let Some(claim) = slashed(text).or_else(|| year_and_month(text)) {
        return Some((claim, 1));
    }
    // `3 November 2026`, `3rd Nov`.
    let day = day_number(text)?;
    let month = month_number(second)?;
    let year = chunks.get(2).and_then(|chunk| year_number(chunk.text));
    Some(match year {
        Some(year) => (DateClaim::Day(civil::Date::new(year, month, day).ok()?), 3),
        None => (DateClaim::DayOfYear { month, day }, 2),
    })
}

/// `November 3, 2026`, `Nov 3`, `November 2026`.
pub(super) fn read_month_first(chunks: &[Chunk<'_>]) -> Option<(DateClaim, usize)> {
    let month = month_number(chunks.first()?.text)?;
    let second = chunks.get(1)?.text;
    if let Some(year) = year_number(second) {
        return Some((DateClaim::Month { year, month }, 2));
    }
    let day = day_number(second)?;
    let year = chunks.get(2).and_then(|chunk| year_number(chunk.text));
    Some(match year {
        Some(year) => (DateClaim::Day(civil::Date::new(year, month, day).ok()?), 3),
        None => (DateClaim::DayOfYear { month, day }, 2),
    })
}

fn minute_of(day: civil::Date, hour: i8, minute: i8) -> Option<DateClaim> {
    Some(DateClaim::Minute(civil::DateTime::from_parts(
        day,
        civil::Time::new(hour, minute, 0, 0).ok()?,
    )))
}

fn iso_day(text: &str) -> Option<civil::Date> {
    let mut parts = text.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || (year.len(), month.len(), day.len()) != (4, 2, 2) {
        return None;
    }
    civil::Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

/// `11/03/2026`, `03.11.2026`, `03-11-2026`, `2026/11/03`.
fn slashed(text: &str) -> Option<DateClaim> {
    let separator = ['/', '.', '-'].into_iter().find(|mark| text.contains(*mark))?;
    let mut parts = text.split(separator);
    let (one, two, three) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    if let Some(year) = year_number(one) {
        let (month, day) = (two.parse().ok()?, three.parse().ok()?);
        return civil::Date::new(year, month, day).ok().map(DateClaim::Day);
    }
    let year = year_number(three)?;
    let (one, two): (i8, i8) = (one.parse().ok()?, two.parse().ok()?);
    let day_first = civil::Date::new(year, two, one).ok();
    let month_first = civil::Date::new(year, one, two).ok();
    match (day_first, month_first) {
        (Some(day), Some(other)) if separator == '/' => Some(DateClaim::Either(day, other)),
        (Some(day), _) => Some(DateClaim::Day(day)),
        (None, Some(day)) => Some(DateClaim::Day(day)),
        (None, None) => None,
    }
}

/// `2026-11`.
fn year_and_month(text: &str) -> Option<DateClaim> {
    let (year, month) = text.split_once('-').filter(|(_, month)| month.len() == 2)?;
    let (year, month) = (year_number(year)?, month.parse().ok()?);
    (1..=12).contains(&month).then_some(DateClaim::Month { year, month })
}

fn day_number(text: &str) -> Option<i8> {
    let text = ["st", "nd", "rd", "th"]
        .iter()
        .find_map(|suffix| text.strip_suffix(suffix))
        .unwrap_or(text)
        .trim_end_matches('.');
    let short = matches!(text.len(), 1 | 2);
    text.parse().ok().filter(|day| short && (1..=31).contains(day))
}

fn year_number(text: &str) -> Option<i16> {
    text.parse().ok().filter(|year| text.len() == 4 && (1900..2200).contains(year))
}

fn month_number(text: &str) -> Option<i8> {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let word = text.trim_end_matches('.').to_ascii_lowercase();
    let fits = |month: &&str| {
        **month == word
            || (word.len() == 3 && month.starts_with(&word))
            || (word == "sept" && *month == "september")
    };
    let at = MONTHS.iter().position(fits)?;
    i8::try_from(at + 1).ok()
}
