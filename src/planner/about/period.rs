//! Periods of the calendar: this month, October, the last quarter, the year to date.
//!
//! Owns what people call them and the days they have. It must not know which tool takes one.

use jiff::{ToSpan, civil::Date};

use super::measure::number_of;
use crate::{
    planner::text::{Text, among},
    tools::present::Moment,
};

const MONTHS: [(&str, &str); 12] = [
    ("january", "jan"),
    ("february", "feb"),
    ("march", "mar"),
    ("april", "apr"),
    ("may", "may"),
    ("june", "jun"),
    ("july", "jul"),
    ("august", "aug"),
    ("september", "sep"),
    ("october", "oct"),
    ("november", "nov"),
    ("december", "dec"),
];

/// A period of the calendar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::planner) struct Period {
    which: Which,
    first: Date,
    last: Date,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Which {
    /// The one that is not over.
    This(Unit),
    /// The one before it.
    Last(Unit),
    /// So many that are over, or the days before today.
    Several(u32, Unit),
    /// One month, by its name.
    Month,
    /// One quarter, by its number.
    Quarter,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unit {
    Day,
    Week,
    Month,
    Quarter,
    Year,
}

impl Period {
    /// What options of tools may call it, in letters alone and lower case, best first.
    pub(in crate::planner) fn names(&self) -> Vec<String> {
        match self.which {
            Which::This(unit) => {
                let word = unit.word();
                vec![format!("this{word}"), format!("{word}todate"), format!("current{word}")]
            }
            Which::Last(unit) => {
                let word = unit.word();
                vec![format!("last{word}"), format!("previous{word}"), format!("thelast{word}")]
            }
            Which::Several(count, unit) => {
                let word = unit.word();
                let short = word.chars().next().unwrap_or_default();
                vec![
                    format!("last{count}{word}s"),
                    format!("past{count}{word}s"),
                    format!("{count}{word}s"),
                    format!("{count}{short}"),
                ]
            }
            Which::Month => vec![self.text()],
            Which::Quarter => vec!["quarter".to_owned()],
        }
    }

    /// As people write it, for arguments that are texts.
    pub(in crate::planner) fn text(&self) -> String {
        match self.which {
            Which::This(unit) => format!("this {}", unit.word()),
            Which::Last(unit) => format!("last {}", unit.word()),
            Which::Several(count, unit) => format!("last {count} {}s", unit.word()),
            Which::Month => format!("{:04}-{:02}", self.first.year(), self.first.month()),
            Which::Quarter => self.range(),
        }
    }

    /// Its days, as tools read a time range.
    pub(in crate::planner) fn range(&self) -> String {
        format!("{}/{}", self.first, self.last)
    }

    /// Its first day.
    pub(in crate::planner) fn first(&self) -> Date {
        self.first
    }

    /// Its last day, which may be to come.
    pub(in crate::planner) fn last(&self) -> Date {
        self.last
    }

    /// Whole months that it has, the current one included.
    pub(in crate::planner) fn months(&self) -> Option<u32> {
        match self.which {
            Which::Several(count, Unit::Month) => Some(count),
            Which::Several(count, Unit::Year) => Some(count.saturating_mul(12)),
            Which::This(Unit::Year) | Which::Last(Unit::Year) => Some(12),
            Which::Last(Unit::Quarter) | Which::This(Unit::Quarter) => Some(3),
            Which::Last(Unit::Month) | Which::This(Unit::Month) => Some(1),
            _ => None,
        }
    }

    /// Whether it is one that no time range before now tells: a month or a quarter by its name.
    pub(super) fn is_dated(&self) -> bool {
        match self.which {
            Which::Month | Which::Quarter | Which::This(Unit::Year | Unit::Quarter) => true,
            Which::This(_) | Which::Last(_) | Which::Several(..) => false,
        }
    }
}

impl Unit {
    fn of(word: &str) -> Option<Self> {
        match word.strip_suffix('s').unwrap_or(word) {
            "day" => Some(Self::Day),
            "week" => Some(Self::Week),
            "month" => Some(Self::Month),
            "quarter" => Some(Self::Quarter),
            "year" => Some(Self::Year),
            _ => None,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Year => "year",
        }
    }

    /// The first day of the one that holds a day.
    fn start(self, day: Date) -> Date {
        let first = day.first_of_month();
        match self {
            Self::Day => day,
            Self::Week => back(day, i64::from(day.weekday().to_monday_zero_offset()), Self::Day),
            Self::Month => first,
            Self::Quarter => back(first, i64::from((day.month() - 1) % 3), Self::Month),
            Self::Year => day.first_of_year(),
        }
    }
}

/// The periods that a text names, in its order; their words are marked as understood.
pub(super) fn read(text: &mut Text<'_>, at: &Moment) -> Vec<Period> {
    let today = at.now.to_zoned_datetime(at.zone.clone()).date();
    let mut found: Vec<Period> = Vec::new();
    let mut place = 0;
    while place < text.len() {
        match at_word(text, place, (today, &found)) {
            Some((which, first, last, words)) => {
                text.take(place, words);
                found.push(Period { which, first, last });
                place += words;
            }
            None => place += 1,
        }
    }
    found
}

type Found = (Which, Date, Date, usize);

fn at_word(text: &Text<'_>, at: usize, (today, before): (Date, &[Period])) -> Option<Found> {
    let (one, two, three) = (text.low(at), text.low(at + 1), text.low(at + 2));
    let short = match one {
        "mtd" => Some((Unit::Month, 1)),
        "ytd" => Some((Unit::Year, 1)),
        _ => Unit::of(one).filter(|_| two == "to" && three == "date").map(|unit| (unit, 3)),
    };
    let this = among(one, "this current").then(|| Unit::of(two)).flatten().map(|unit| (unit, 2));
    if let Some((unit, words)) = short.or(this).filter(|(unit, _)| *unit != Unit::Day) {
        return Some((Which::This(unit), unit.start(today), today, words));
    }
    if among(one, "last past previous prior") {
        let counted = number_of(two).zip(Unit::of(three));
        if let Some((count, unit)) =
            counted.filter(|(count, unit)| *count > 1 || *unit == Unit::Day)
        {
            return Some((
                Which::Several(count, unit),
                back(today, i64::from(count), unit),
                today,
                3,
            ));
        }
        if let Some(unit) = Unit::of(two).filter(|unit| *unit != Unit::Day) {
            return Some(last_of(unit, today, 2));
        }
        // `this month vs last`: of the same length as the one before it.
        let same = before.last().and_then(|period| match period.which {
            Which::This(unit) => Some(unit),
            Which::Last(_) | Which::Several(..) | Which::Month | Which::Quarter => None,
        });
        let alone = text.words.get(at).is_some_and(|word| word.ends) || two.is_empty();
        return same.filter(|_| alone).map(|unit| last_of(unit, today, 1));
    }
    named_month(text, at, today).or_else(|| quarter(one, two, today))
}

fn last_of(unit: Unit, today: Date, words: usize) -> Found {
    let end = back(unit.start(today), 1, Unit::Day);
    (Which::Last(unit), unit.start(end), end, words)
}

fn named_month(text: &Text<'_>, at: usize, today: Date) -> Option<Found> {
    let word = text.low(at);
    if let Some(first) = iso_month(word) {
        return Some((Which::Month, first, first.last_of_month(), 1));
    }
    let month = MONTHS.iter().position(|(long, short)| word == *long || word == *short)?;
    let number = i8::try_from(month + 1).ok()?;
    let year: Option<i16> =
        text.low(at + 1).parse().ok().filter(|year| (2000..2100).contains(year));
    // `may` and `march` are words of their own.
    let before = at.checked_sub(1).map_or("", |at| text.low(at));
    let placed =
        among(before, "in of for since during last my our the until from between vs and to than");
    if among(word, "may march mar sep dec") && !placed && year.is_none() {
        return None;
    }
    let own = if number > today.month() { today.year() - 1 } else { today.year() };
    let first = Date::new(year.unwrap_or(own), number, 1).ok()?;
    Some((Which::Month, first, first.last_of_month(), if year.is_some() { 2 } else { 1 }))
}

/// `2026-10`.
fn iso_month(word: &str) -> Option<Date> {
    let (year, month) = word.split_once('-')?;
    let plain = year.len() == 4 && month.len() == 2;
    Date::new(year.parse().ok().filter(|_| plain)?, month.parse().ok()?, 1).ok()
}

/// `Q3`, `Q3 2026`.
fn quarter(one: &str, two: &str, today: Date) -> Option<Found> {
    let number: i8 = one.strip_prefix('q')?.parse().ok().filter(|one| (1..=4).contains(one))?;
    let year: Option<i16> = two.parse().ok().filter(|year| (2000..2100).contains(year));
    let month = (number - 1) * 3 + 1;
    let own = if month > today.month() { today.year() - 1 } else { today.year() };
    let first = Date::new(year.unwrap_or(own), month, 1).ok()?;
    let last = Date::new(first.year(), month + 2, 1).ok()?.last_of_month();
    Some((Which::Quarter, first, last, if year.is_some() { 2 } else { 1 }))
}

fn back(day: Date, count: i64, unit: Unit) -> Date {
    let moved = match unit {
        Unit::Day => day.checked_sub(count.days()),
        Unit::Week => day.checked_sub(count.weeks()),
        Unit::Month => day.checked_sub(count.months()),
        Unit::Quarter => day.checked_sub(count.saturating_mul(3).months()),
        Unit::Year => day.checked_sub(count.years()),
    };
    moved.unwrap_or(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_are_those_of_the_calendar_in_the_order_named() {
        let at =
            Moment { now: "2026-11-20T08:00:00Z".parse().unwrap(), zone: jiff::tz::TimeZone::UTC };
        let told = |text: &str| -> Vec<String> {
            let found = read(&mut Text::read(text), &at);
            found.iter().map(|one| format!("{} {}", one.text(), one.range())).collect()
        };
        for (text, periods) in [
            ("costs in October", vec!["2026-10 2026-10-01/2026-10-31"]),
            ("spend of December 2024", vec!["2024-12 2024-12-01/2024-12-31"]),
            (
                "this month vs last",
                vec!["this month 2026-11-01/2026-11-20", "last month 2026-10-01/2026-10-31"],
            ),
            ("year to date", vec!["this year 2026-01-01/2026-11-20"]),
            ("last 3 months", vec!["last 3 months 2026-08-20/2026-11-20"]),
            ("Q3 costs", vec!["2026-07-01/2026-09-30 2026-07-01/2026-09-30"]),
            ("the last quarter", vec!["last quarter 2026-07-01/2026-09-30"]),
            ("who may restart it, and the last one", vec![]),
        ] {
            assert_eq!(told(text), periods, "{text}");
        }
    }
}
