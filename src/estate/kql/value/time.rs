//! Instants and durations in ticks of 100 ns, instants counted from the year 1 as Kusto does.
//! Parsing and printing only; calendars are `functions::time`'s.

use jiff::{Timestamp, civil, tz::TimeZone};

pub(crate) const SECOND: i64 = 10_000_000;
pub(crate) const MINUTE: i64 = 60 * SECOND;
pub(crate) const HOUR: i64 = 60 * MINUTE;
pub(crate) const DAY: i64 = 24 * HOUR;
/// Ticks from the year 1 to 1970.
pub(crate) const UNIX_EPOCH: i64 = 621_355_968_000_000_000;
/// Ticks of the end of the year 9999.
const MAX: i64 = 3_155_378_975_999_999_999;

pub(crate) fn in_range(ticks: i64) -> bool {
    (0..=MAX).contains(&ticks)
}

pub(crate) fn of_timestamp(at: Timestamp) -> i64 {
    let ticks = at.as_nanosecond() / 100 + i128::from(UNIX_EPOCH);
    i64::try_from(ticks).unwrap_or(0).clamp(0, MAX)
}

/// The date and time of day, in UTC.
pub(crate) fn civil(ticks: i64) -> civil::DateTime {
    let nanoseconds = i128::from(ticks.clamp(0, MAX) - UNIX_EPOCH) * 100;
    Timestamp::from_nanosecond(nanoseconds)
        .map_or(civil::DateTime::ZERO, |at| TimeZone::UTC.to_datetime(at))
}

pub(crate) fn of_civil(at: civil::DateTime) -> Option<i64> {
    TimeZone::UTC.to_timestamp(at).ok().map(of_timestamp)
}

/// `2024-01-01`, `2024-01-01 10:00`, `2024-01-01T10:00:00.1234567Z`, with offset, or
/// `01/31/2024`.
pub(crate) fn parse_datetime(text: &str) -> Option<i64> {
    let text = text.trim();
    if text.len() < 8 || text.len() > 40 {
        return None;
    }
    if let Ok(at) = text.parse::<Timestamp>() {
        return Some(of_timestamp(at)).filter(|ticks| in_range(*ticks));
    }
    if let Ok(at) = text.trim_end_matches(['Z', 'z', ' ']).parse::<civil::DateTime>() {
        return of_civil(at);
    }
    [
        "%m/%d/%Y %I:%M:%S %p",
        "%m/%d/%Y %H:%M:%S",
        "%m/%d/%Y",
        "%a, %d %b %Y %H:%M:%S GMT",
        "%Y-%m-%d %H:%M",
    ]
    .iter()
    .find_map(|format| {
        let at = jiff::fmt::strtime::parse(format, text).ok()?;
        let date = at.to_date().ok()?;
        of_civil(date.to_datetime(at.to_time().unwrap_or(civil::Time::midnight())))
    })
}

/// `1.02:03:04.5`, `02:03:04`, `1d`, `2h`, or a number of days.
pub(crate) fn parse_span(text: &str) -> Option<i64> {
    let text = text.trim();
    let (negative, rest) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let ticks = positive_span(rest)?;
    Some(if negative { -ticks } else { ticks })
}

fn positive_span(text: &str) -> Option<i64> {
    if let Some((before, clock)) = text.split_once(':') {
        let (days, hours) = before.split_once('.').unwrap_or(("0", before));
        let (minutes, seconds) = clock.split_once(':').unwrap_or((clock, "0"));
        let whole: i64 = [(days, DAY), (hours, HOUR), (minutes, MINUTE)]
            .iter()
            .map(|(digits, unit)| {
                digits.parse::<u32>().ok().and_then(|n| i64::from(n).checked_mul(*unit))
            })
            .sum::<Option<i64>>()?;
        return whole.checked_add(scaled(seconds, SECOND)?);
    }
    let unit = text.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    let number = text.get(..text.len() - unit.len())?;
    if unit.is_empty() { scaled(number, DAY) } else { span_of(number, unit.trim()) }
}

/// A number and its unit, such as `1.5` and `h`.
pub(crate) fn span_of(number: &str, unit: &str) -> Option<i64> {
    let ticks = match unit {
        "d" | "day" | "days" => DAY,
        "h" | "hr" | "hrs" | "hour" | "hours" => HOUR,
        "m" | "min" | "minute" | "minutes" => MINUTE,
        "s" | "sec" | "second" | "seconds" => SECOND,
        "ms" | "milli" | "millis" | "millisecond" | "milliseconds" => SECOND / 1_000,
        "micro" | "microsecond" | "microseconds" => 10,
        "tick" | "ticks" => 1,
        _ => return None,
    };
    scaled(number, ticks)
}

fn scaled(number: &str, unit: i64) -> Option<i64> {
    if let Ok(whole) = number.parse::<i64>() {
        return whole.checked_mul(unit);
    }
    let real = number.parse::<f64>().ok()?;
    super::convert::exact((real * super::convert::widen(unit)).round())
}

/// As `tostring` writes it: always seven digits of a second.
pub(crate) fn format_datetime(ticks: i64) -> String {
    let at = civil(ticks);
    format!("{}.{:07}Z", at.strftime("%Y-%m-%dT%H:%M:%S"), ticks.rem_euclid(SECOND))
}

/// As an answer writes it: no more digits of a second than there are.
pub(crate) fn format_json(ticks: i64) -> String {
    let at = civil(ticks).strftime("%Y-%m-%dT%H:%M:%S").to_string();
    let digits = format!("{:07}", ticks.rem_euclid(SECOND));
    let digits = digits.trim_end_matches('0');
    if digits.is_empty() { format!("{at}Z") } else { format!("{at}.{digits}Z") }
}

/// `d.hh:mm:ss.fffffff`, without days or fraction that are zero.
pub(crate) fn format_span(ticks: i64) -> String {
    let sign = if ticks < 0 { "-" } else { "" };
    let ticks = ticks.unsigned_abs();
    let unit = |unit: i64| ticks / unit.unsigned_abs();
    let clock = format!("{:02}:{:02}:{:02}", unit(HOUR) % 24, unit(MINUTE) % 60, unit(SECOND) % 60);
    let days = if unit(DAY) > 0 { format!("{}.", unit(DAY)) } else { String::new() };
    let fraction = match ticks % SECOND.unsigned_abs() {
        0 => String::new(),
        rest => format!(".{rest:07}"),
    };
    format!("{sign}{days}{clock}{fraction}")
}
