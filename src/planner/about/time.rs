//! When: time ranges as the tools read them, in the user's own days.

use jiff::{ToSpan, civil::Date, civil::Weekday};

use super::measure::number_of;
use crate::{
    planner::text::{Text, among},
    tools::present::Moment,
};

/// A time range: `24h`, `7d`, `today`, `2026-01-05`, `2026-01-01/2026-01-03`, `2026-01-01/now`.
pub(super) fn range(text: &mut Text<'_>, at: &Moment) -> Option<String> {
    lasting(text)
        .or_else(|| between(text, at))
        .or_else(|| since(text, at))
        .or_else(|| named(text))
        .or_else(|| day(text, at))
}

/// `last 3 days`, `past hour`, `within 2 weeks`, `last24h`, `24h`.
fn lasting(text: &mut Text<'_>) -> Option<String> {
    const BEFORE: &str = "last past previous within recent latest";
    for at in 0..text.len() {
        let (one, two, three) = (text.low(at), text.low(at + 1), text.low(at + 2));
        if among(one, BEFORE) {
            if let (Some(count), Some(unit)) = (number_of(two), unit_of(three)) {
                return Some(taken(text, (at, 3), (count, unit)));
            }
            let few = among(two, "few couple");
            let unit = if few {
                unit_of(three).or_else(|| unit_of(text.low(at + 3)))
            } else {
                unit_of(two)
            };
            if let Some(unit) = unit {
                let counted = if few { 3 } else { 1 };
                return Some(taken(text, (at, if few { 4 } else { 2 }), (counted, unit)));
            }
        }
        let ago = three == "ago" || text.low(at + 2) == "ago";
        if let (Some(count), Some(unit), true) = (number_of(one), unit_of(two), ago) {
            return Some(taken(text, (at, 3), (count, unit)));
        }
        if let Some((count, unit)) = joined(one) {
            return Some(taken(text, (at, 1), (count, unit)));
        }
    }
    None
}

/// `24h`, `7d`, `30days`.
fn joined(word: &str) -> Option<(u32, (u32, char))> {
    let end = word.find(|ch: char| !ch.is_ascii_digit()).filter(|end| *end > 0)?;
    let (number, unit) = word.split_at_checked(end)?;
    Some((number_of(number)?, unit_of(unit.trim_start_matches('-'))?))
}

fn taken(
    text: &mut Text<'_>,
    (at, count): (usize, usize),
    (number, (each, unit)): (u32, (u32, char)),
) -> String {
    let before = at.checked_sub(1).filter(|at| among(text.low(*at), "last past"));
    text.take(before.unwrap_or(at), count + usize::from(before.is_some()));
    format!("{}{unit}", number.saturating_mul(each))
}

fn named(text: &mut Text<'_>) -> Option<String> {
    const NAMED: [(&str, &[&str]); 6] = [
        ("yesterday", &["yesterday"]),
        ("today", &["today", "this morning", "this afternoon", "tonight"]),
        ("24h", &["overnight", "last night", "over night"]),
        ("7d", &["this week"]),
        ("30d", &["this month"]),
        ("24h", &["lately", "recently"]),
    ];
    // `lately` has no length: it is no range.
    let range = NAMED.iter().take(5);
    range
        .into_iter()
        .find_map(|(range, phrases)| text.take_phrase(phrases).map(|_| (*range).to_owned()))
}

/// `between A and B`, `from A to B`.
fn between(text: &mut Text<'_>, at: &Moment) -> Option<String> {
    for first in 0..text.len() {
        if !among(text.low(first), "between from") {
            continue;
        }
        let (Some(start), middle) = (date_of(text.low(first + 1), at), text.low(first + 2)) else {
            continue;
        };
        let Some(end) =
            date_of(text.low(first + 3), at).filter(|_| among(middle, "and to until till"))
        else {
            continue;
        };
        text.take(first, 4);
        return Some(format!("{start}/{end}"));
    }
    None
}

fn since(text: &mut Text<'_>, at: &Moment) -> Option<String> {
    for first in 0..text.len() {
        if !among(text.low(first), "since after") {
            continue;
        }
        if let Some(start) = date_of(text.low(first + 1), at) {
            text.take(first, 2);
            return Some(format!("{start}/now"));
        }
    }
    None
}

/// `on Monday`, `2026-01-05`.
fn day(text: &mut Text<'_>, at: &Moment) -> Option<String> {
    for first in 0..text.len() {
        let word = text.low(first);
        let dated = word.parse::<Date>().is_ok() && word.len() == 10;
        let placed = first > 0 && among(text.low(first - 1), "on last");
        if dated || (placed && weekday(word).is_some()) {
            let date = date_of(word, at)?;
            text.take(first, 1);
            return Some(date.to_string());
        }
    }
    None
}

/// A date, a weekday (the last one) or `yesterday`.
fn date_of(word: &str, at: &Moment) -> Option<Date> {
    let today = at.now.to_zoned_datetime(at.zone.clone()).date();
    match word {
        "today" => Some(today),
        "yesterday" => today.yesterday().ok(),
        _ if word.len() == 10 => word.parse().ok(),
        _ => {
            let wanted = weekday(word)?;
            let back = today.weekday().since(wanted);
            today.checked_sub(i64::from(back).days()).ok()
        }
    }
}

fn weekday(word: &str) -> Option<Weekday> {
    match word {
        "monday" => Some(Weekday::Monday),
        "tuesday" => Some(Weekday::Tuesday),
        "wednesday" => Some(Weekday::Wednesday),
        "thursday" => Some(Weekday::Thursday),
        "friday" => Some(Weekday::Friday),
        "saturday" => Some(Weekday::Saturday),
        "sunday" => Some(Weekday::Sunday),
        _ => None,
    }
}

/// How many days are named, of the past or to come: `next 30 days`, `within 2 weeks`.
pub(in crate::planner) fn days_of(text: &Text<'_>) -> Option<u32> {
    (0..text.len()).find_map(|at| {
        let counted = number_of(text.low(at)).zip(unit_of(text.low(at + 1)));
        let next =
            among(text.low(at), "next last past coming this").then(|| unit_of(text.low(at + 1)));
        let (count, (each, unit)) = counted
            .or_else(|| next.flatten().map(|unit| (1, unit)))
            .or_else(|| joined(text.low(at)))?;
        match unit {
            'd' => Some(count.saturating_mul(each)),
            'h' => Some(count.saturating_mul(each).div_ceil(24)),
            _ => None,
        }
    })
}

/// A unit of time as a letter of a range, and how many of it one is.
fn unit_of(word: &str) -> Option<(u32, char)> {
    match word.strip_suffix('s').filter(|word| word.len() > 1).unwrap_or(word) {
        "minute" | "min" => Some((1, 'm')),
        "hour" | "hr" | "h" => Some((1, 'h')),
        "day" | "d" => Some((1, 'd')),
        "week" | "wk" => Some((7, 'd')),
        "fortnight" => Some((14, 'd')),
        "month" => Some((30, 'd')),
        "quarter" => Some((90, 'd')),
        "year" => Some((365, 'd')),
        _ => None,
    }
}
