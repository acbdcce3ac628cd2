//! When a maintenance window opens next: the recurrences that Azure documents (`Day`, `3Days`,
//! `Week Saturday,Sunday`, `2Weeks Monday`, `Month day23`, `Month Third Sunday`) in time zones that
//! carry Windows names.

use jiff::{
    Timestamp, ToSpan,
    civil::{Date, DateTime, Weekday},
    tz::TimeZone,
};

/// Days ahead that are looked at.
const HORIZON: i32 = 400;

/// A window, as a maintenance configuration has it.
#[derive(Clone, Debug, Default)]
pub(super) struct Window {
    /// `yyyy-MM-dd HH:mm`.
    pub(super) start: String,
    /// The Windows name of the time zone.
    pub(super) zone: String,
    /// The recurrence.
    pub(super) recurs: String,
    /// `yyyy-MM-dd HH:mm`.
    pub(super) expires: Option<String>,
}

/// How often a window opens.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Recurrence {
    Days(i32),
    Weeks(i32, Vec<Weekday>),
    /// On days of the month, counted from the end where negative.
    MonthDays(i32, Vec<i8>),
    /// On the nth weekday of the month, the last where negative.
    MonthWeekday(i32, i8, Weekday),
}

impl Window {
    /// The first opening after an instant; `None` where there is none or it is not understood.
    pub(super) fn next_after(&self, now: Timestamp) -> Option<Timestamp> {
        let start = civil(&self.start)?;
        let zone = zone(&self.zone)?;
        let recurrence = Recurrence::parse(&self.recurs)?;
        let today = now.to_zoned_datetime(zone.clone()).date();
        let first = today.max(start.date()).checked_sub(1.day()).ok()?;
        let opened = (0..HORIZON).find_map(|days| {
            let date = first.checked_add(days.days()).ok()?;
            if date < start.date() || !recurrence.has(date, start.date()) {
                return None;
            }
            let at =
                date.to_datetime(start.time()).to_zoned_datetime(zone.clone()).ok()?.timestamp();
            (at > now).then_some(at)
        })?;
        let expires = self.expires.as_deref().and_then(civil);
        let expires =
            expires.and_then(|at| at.to_zoned_datetime(zone).ok()).map(|at| at.timestamp());
        expires.is_none_or(|end| opened <= end).then_some(opened)
    }
}

fn civil(text: &str) -> Option<DateTime> {
    let text = text.trim();
    text.replace(' ', "T").parse().ok()
}

impl Recurrence {
    fn parse(text: &str) -> Option<Self> {
        let (first, rest) = text.trim().split_once(' ').unwrap_or((text.trim(), ""));
        let digits: String = first.chars().take_while(char::is_ascii_digit).collect();
        let unit = first.get(digits.len()..)?.to_ascii_lowercase();
        let every = if digits.is_empty() { 1 } else { digits.parse().ok().filter(|n| *n > 0)? };
        match unit.trim_end_matches('s') {
            "day" => Some(Self::Days(every)),
            "week" => {
                let days: Option<Vec<Weekday>> =
                    rest.split(',').map(|word| weekday(word.trim())).collect();
                days.map(|days| Self::Weeks(every, days))
            }
            "month" => Self::monthly(every, rest),
            _ => None,
        }
    }

    fn monthly(every: i32, rest: &str) -> Option<Self> {
        if rest.to_ascii_lowercase().starts_with("day") {
            let days: Option<Vec<i8>> = rest
                .split(',')
                .map(|word| word.trim().to_ascii_lowercase().trim_start_matches("day").parse().ok())
                .collect();
            return days.map(|days| Self::MonthDays(every, days));
        }
        let (which, day) = rest.split_once(' ')?;
        let nth = match which.to_ascii_lowercase().as_str() {
            "first" => 1,
            "second" => 2,
            "third" => 3,
            "fourth" => 4,
            "last" => -1,
            _ => return None,
        };
        weekday(day.trim()).map(|day| Self::MonthWeekday(every, nth, day))
    }

    fn has(&self, date: Date, start: Date) -> bool {
        let months = |every: i32| {
            let all = |date: Date| i32::from(date.year()) * 12 + i32::from(date.month());
            (all(date) - all(start)) % every == 0
        };
        match self {
            Self::Days(every) => days_between(start, date) % every == 0,
            Self::Weeks(every, days) => {
                let monday = i32::from(start.weekday().to_monday_zero_offset());
                days.contains(&date.weekday())
                    && ((days_between(start, date) + monday) / 7) % every == 0
            }
            Self::MonthDays(every, days) => {
                let from_end = date.day() - date.days_in_month() - 1;
                months(*every) && days.iter().any(|day| *day == date.day() || *day == from_end)
            }
            Self::MonthWeekday(every, nth, weekday) => {
                months(*every) && date.nth_weekday_of_month(*nth, *weekday).ok() == Some(date)
            }
        }
    }
}

fn days_between(from: Date, to: Date) -> i32 {
    from.until(to).map_or(0, |span| span.get_days())
}

fn weekday(word: &str) -> Option<Weekday> {
    Some(match word.to_ascii_lowercase().as_str() {
        "monday" => Weekday::Monday,
        "tuesday" => Weekday::Tuesday,
        "wednesday" => Weekday::Wednesday,
        "thursday" => Weekday::Thursday,
        "friday" => Weekday::Friday,
        "saturday" => Weekday::Saturday,
        "sunday" => Weekday::Sunday,
        _ => return None,
    })
}

/// Windows names of time zones and what the rest of the world calls them.
const ZONES: &[(&str, &str)] = &[
    ("AUS Eastern Standard Time", "Australia/Sydney"),
    ("Central Europe Standard Time", "Europe/Budapest"),
    ("Central European Standard Time", "Europe/Warsaw"),
    ("Central Standard Time", "America/Chicago"),
    ("China Standard Time", "Asia/Shanghai"),
    ("E. Europe Standard Time", "Europe/Chisinau"),
    ("Eastern Standard Time", "America/New_York"),
    ("FLE Standard Time", "Europe/Kyiv"),
    ("GMT Standard Time", "Europe/London"),
    ("Greenwich Standard Time", "Atlantic/Reykjavik"),
    ("GTB Standard Time", "Europe/Bucharest"),
    ("India Standard Time", "Asia/Kolkata"),
    ("Israel Standard Time", "Asia/Jerusalem"),
    ("Mountain Standard Time", "America/Denver"),
    ("New Zealand Standard Time", "Pacific/Auckland"),
    ("Pacific Standard Time", "America/Los_Angeles"),
    ("Romance Standard Time", "Europe/Paris"),
    ("Singapore Standard Time", "Asia/Singapore"),
    ("South Africa Standard Time", "Africa/Johannesburg"),
    ("Tokyo Standard Time", "Asia/Tokyo"),
    ("Turkey Standard Time", "Europe/Istanbul"),
    ("W. Europe Standard Time", "Europe/Berlin"),
];

fn zone(name: &str) -> Option<TimeZone> {
    let name = name.trim();
    if name.eq_ignore_ascii_case("UTC") {
        return Some(TimeZone::UTC);
    }
    let known = ZONES.iter().find(|(windows, _)| windows.eq_ignore_ascii_case(name));
    TimeZone::get(known.map_or(name, |(_, iana)| iana)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_open_as_their_recurrence_says() {
        let now: Timestamp = "2026-01-05T10:00:00Z".parse().unwrap();
        let next = |start: &str, zone: &str, recurs: &str| {
            let window = Window {
                start: start.into(),
                zone: zone.into(),
                recurs: recurs.into(),
                expires: None,
            };
            window.next_after(now).map(|at| at.to_string())
        };
        for (start, zone, recurs, expected) in [
            ("2025-12-01 02:00", "UTC", "Day", "2026-01-06T02:00:00Z"),
            ("2026-01-04 02:00", "UTC", "3Days", "2026-01-07T02:00:00Z"),
            ("2025-11-01 22:00", "UTC", "Week Saturday,Sunday", "2026-01-10T22:00:00Z"),
            ("2025-12-30 01:00", "UTC", "2Weeks Tuesday", "2026-01-13T01:00:00Z"),
            (
                "2025-06-01 08:00",
                "Pacific Standard Time",
                "Month Third Monday",
                "2026-01-19T16:00:00Z",
            ),
            ("2025-06-01 08:00", "UTC", "Month day-1", "2026-01-31T08:00:00Z"),
            ("2026-07-01 04:00", "W. Europe Standard Time", "Day", "2026-07-01T02:00:00Z"),
        ] {
            assert_eq!(next(start, zone, recurs).as_deref(), Some(expected), "{recurs}");
        }
        for (zone, recurs) in
            [("Mars", "Day"), ("UTC", "Fortnight"), ("UTC", "Week"), ("UTC", "0Days")]
        {
            assert_eq!(next("2025-12-01 02:00", zone, recurs), None, "{recurs}");
        }
        let over = Window {
            start: "2025-01-01 00:00".into(),
            zone: "UTC".into(),
            recurs: "Day".into(),
            expires: Some("2025-12-31 00:00".into()),
        };
        assert_eq!(over.next_after(now), None);
    }
}
