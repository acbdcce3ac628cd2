//! Days, weeks, months and years of an instant.

use jiff::{
    ToSpan,
    civil::{Date, DateTime, Weekday},
};

use super::{Answer, Function, arg, function, long, null_or, text};
use crate::estate::kql::{
    error::QueryError,
    expr::Context,
    value::{Ty, Value, convert, time},
};

pub(super) const ALL: &[Function] = &[
    function("startofday", 1, 2, Ty::DateTime, |_, a| Ok(edge(a, Period::Day, 0))).first(),
    function("startofweek", 1, 2, Ty::DateTime, |_, a| Ok(edge(a, Period::Week, 0))),
    function("startofmonth", 1, 2, Ty::DateTime, |_, a| Ok(edge(a, Period::Month, 0))),
    function("startofyear", 1, 2, Ty::DateTime, |_, a| Ok(edge(a, Period::Year, 0))),
    function("endofday", 1, 2, Ty::DateTime, |_, a| Ok(edge(a, Period::Day, 1))),
    function("endofweek", 1, 2, Ty::DateTime, |_, a| Ok(edge(a, Period::Week, 1))),
    function("endofmonth", 1, 2, Ty::DateTime, |_, a| Ok(edge(a, Period::Month, 1))),
    function("endofyear", 1, 2, Ty::DateTime, |_, a| Ok(edge(a, Period::Year, 1))),
    function("dayofweek", 1, 1, Ty::TimeSpan, |_, a| {
        Ok(null_or(civil(a, 0), |at| Value::TimeSpan(sunday_based(at) * time::DAY)))
    }),
    function("dayofmonth", 1, 1, Ty::Int, |_, a| Ok(part_of(a, "day"))),
    function("dayofyear", 1, 1, Ty::Int, |_, a| Ok(part_of(a, "dayofyear"))),
    function("hourofday", 1, 1, Ty::Int, |_, a| Ok(part_of(a, "hour"))),
    function("week_of_year", 1, 1, Ty::Int, |_, a| Ok(part_of(a, "week_of_year"))),
    function("weekofyear", 1, 1, Ty::Int, |_, a| Ok(part_of(a, "week_of_year"))),
    function("monthofyear", 1, 1, Ty::Int, |_, a| Ok(part_of(a, "month"))),
    function("getmonth", 1, 1, Ty::Int, |_, a| Ok(part_of(a, "month"))),
    function("getyear", 1, 1, Ty::Int, |_, a| Ok(part_of(a, "year"))),
    function("datetime_part", 2, 2, Ty::Long, datetime_part),
    function("datepart", 2, 2, Ty::Long, datetime_part),
    function("datetime_add", 3, 3, Ty::DateTime, datetime_add),
    function("datetime_diff", 3, 3, Ty::Long, datetime_diff),
];

#[derive(Clone, Copy)]
enum Period {
    Day,
    Week,
    Month,
    Year,
}

fn civil(arguments: &[Value<'_>], at: usize) -> Option<DateTime> {
    convert::datetime(arg(arguments, at)).map(time::civil)
}

fn sunday_based(at: DateTime) -> i64 {
    i64::from(at.weekday().to_sunday_zero_offset())
}

/// The start of the period `offset` periods on, or the last tick of it.
fn edge(arguments: &[Value<'_>], period: Period, end: i64) -> Value<'static> {
    let offset = long(arguments, 1).unwrap_or(0).saturating_add(end);
    let start = civil(arguments, 0).and_then(|at| start_of(at.date(), period, offset));
    null_or(start, |ticks| Value::DateTime(ticks - end))
}

fn start_of(day: Date, period: Period, offset: i64) -> Option<i64> {
    let small = i32::try_from(offset).ok().filter(|offset| offset.abs() < 200_000)?;
    let start = match period {
        Period::Day => day.checked_add(small.days()),
        Period::Week => {
            let back = day.weekday().since(Weekday::Sunday);
            day.checked_add((small * 7 - i32::from(back)).days())
        }
        Period::Month => day.first_of_month().checked_add(small.months()),
        Period::Year => day.first_of_year().checked_add(small.clamp(-9_999, 9_999).years()),
    };
    time::of_civil(start.ok()?.to_datetime(jiff::civil::Time::midnight()))
}

fn part_of(arguments: &[Value<'_>], part: &str) -> Value<'static> {
    let ticks = convert::datetime(arg(arguments, 0));
    null_or(ticks.and_then(|ticks| named_part(part, ticks)), Value::Long)
}

fn named_part(part: &str, ticks: i64) -> Option<i64> {
    let at = time::civil(ticks);
    Some(match part.to_lowercase().as_str() {
        "year" => i64::from(at.year()),
        "quarter" => (i64::from(at.month()) + 2) / 3,
        "month" => i64::from(at.month()),
        "week_of_year" | "weekofyear" | "week" => i64::from(at.date().iso_week_date().week()),
        "day" => i64::from(at.day()),
        "dayofyear" => i64::from(at.day_of_year()),
        "hour" => i64::from(at.hour()),
        "minute" => i64::from(at.minute()),
        "second" => i64::from(at.second()),
        "millisecond" => ticks.rem_euclid(time::SECOND) / 10_000,
        "microsecond" => ticks.rem_euclid(time::SECOND) / 10,
        "nanosecond" => ticks.rem_euclid(time::SECOND) * 100,
        _ => return None,
    })
}

fn unknown_part(part: &str) -> QueryError {
    QueryError::semantic(format!("'{part}' is not a part of a datetime: use year, quarter, month, week, day, hour, minute, second, millisecond, microsecond or nanosecond."))
        .with_token(part)
}

fn datetime_part<'a>(_: &Context, arguments: &[Value<'a>]) -> Answer<'a> {
    let part = text(arguments, 0);
    let Some(ticks) = convert::datetime(arg(arguments, 1)) else {
        return Ok(Value::Null);
    };
    named_part(&part, ticks).map(Value::Long).ok_or_else(|| unknown_part(&part))
}

/// Ticks of the parts of fixed length.
fn fixed(part: &str) -> Option<i64> {
    Some(match part {
        "week" => 7 * time::DAY,
        "day" => time::DAY,
        "hour" => time::HOUR,
        "minute" => time::MINUTE,
        "second" => time::SECOND,
        "millisecond" => time::SECOND / 1_000,
        "microsecond" => 10,
        "nanosecond" => 0,
        _ => return None,
    })
}

fn months(part: &str) -> Option<i64> {
    Some(match part {
        "year" => 12,
        "quarter" => 3,
        "month" => 1,
        _ => return None,
    })
}

fn datetime_add<'a>(_: &Context, arguments: &[Value<'a>]) -> Answer<'a> {
    let part = text(arguments, 0).to_lowercase();
    let (Some(amount), Some(ticks)) = (long(arguments, 1), convert::datetime(arg(arguments, 2)))
    else {
        return Ok(Value::Null);
    };
    if let Some(unit) = fixed(&part) {
        let moved = if unit == 0 { Some(amount / 100) } else { amount.checked_mul(unit) };
        return Ok(null_or(
            moved.and_then(|moved| ticks.checked_add(moved)).filter(|t| time::in_range(*t)),
            Value::DateTime,
        ));
    }
    let unit = months(&part).ok_or_else(|| unknown_part(&part))?;
    let moved = amount
        .checked_mul(unit)
        .and_then(|months| i32::try_from(months).ok())
        .filter(|m| m.abs() < 120_000);
    let at = moved.and_then(|months| time::civil(ticks).checked_add(months.months()).ok());
    let below = ticks.rem_euclid(10);
    Ok(null_or(at.and_then(time::of_civil), |made| {
        Value::DateTime(made - made.rem_euclid(10) + below)
    }))
}

/// Whole boundaries between the two: `datetime_diff('day', …)` counts midnights.
fn datetime_diff<'a>(_: &Context, arguments: &[Value<'a>]) -> Answer<'a> {
    let part = text(arguments, 0).to_lowercase();
    let (Some(a), Some(b)) =
        (convert::datetime(arg(arguments, 1)), convert::datetime(arg(arguments, 2)))
    else {
        return Ok(Value::Null);
    };
    if part == "nanosecond" {
        return Ok(null_or((a - b).checked_mul(100), Value::Long));
    }
    if part == "week" {
        // The year 1 began on a Monday; weeks begin on Sunday.
        let week = |ticks: i64| (ticks + time::DAY).div_euclid(7 * time::DAY);
        return Ok(Value::Long(week(a) - week(b)));
    }
    if let Some(unit) = fixed(&part) {
        return Ok(Value::Long(a.div_euclid(unit) - b.div_euclid(unit)));
    }
    let unit = months(&part).ok_or_else(|| unknown_part(&part))?;
    let month = |ticks: i64| {
        let at = time::civil(ticks);
        (i64::from(at.year()) * 12 + i64::from(at.month()) - 1).div_euclid(unit)
    };
    Ok(Value::Long(month(a) - month(b)))
}
