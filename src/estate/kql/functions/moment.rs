//! The clock's functions (the instant is the context's) and the printing of instants.

use super::{Answer, Function, arg, function, long, null_or, text};
use crate::estate::kql::{
    expr::Context,
    value::{Ty, Value, convert, time},
};

pub(super) const ALL: &[Function] = &[
    function("now", 0, 1, Ty::DateTime, |cx, a| {
        Ok(shifted(cx, convert::span(arg(a, 0)).unwrap_or(0)))
    }),
    function("ago", 1, 1, Ty::DateTime, |cx, a| {
        Ok(convert::span(arg(a, 0)).map_or(Value::Null, |span| shifted(cx, span.saturating_neg())))
    }),
    function("make_datetime", 1, 6, Ty::DateTime, make_datetime).first(),
    function("make_timespan", 2, 4, Ty::TimeSpan, make_timespan),
    function("unixtime_seconds_todatetime", 1, 1, Ty::DateTime, |_, a| {
        Ok(of_unix(a, time::SECOND))
    }),
    function("unixtime_milliseconds_todatetime", 1, 1, Ty::DateTime, |_, a| {
        Ok(of_unix(a, time::SECOND / 1_000))
    }),
    function("unixtime_microseconds_todatetime", 1, 1, Ty::DateTime, |_, a| Ok(of_unix(a, 10))),
    function("format_datetime", 2, 2, Ty::Text, format_datetime).first(),
    function("format_timespan", 2, 2, Ty::Text, format_timespan).first(),
];

fn shifted(cx: &Context, by: i64) -> Value<'static> {
    null_or(cx.now.checked_add(by).filter(|ticks| time::in_range(*ticks)), Value::DateTime)
}

fn of_unix(arguments: &[Value<'_>], unit: i64) -> Value<'static> {
    let ticks = match arg(arguments, 0) {
        Value::Real(number) => convert::exact((number * convert::widen(unit)).round()),
        other => convert::long(other).and_then(|number| number.checked_mul(unit)),
    };
    let at = ticks
        .and_then(|ticks| ticks.checked_add(time::UNIX_EPOCH))
        .filter(|ticks| time::in_range(*ticks));
    null_or(at, Value::DateTime)
}

fn make_datetime<'a>(_: &Context, arguments: &[Value<'a>]) -> Answer<'a> {
    if let [only] = arguments {
        return Ok(null_or(convert::datetime(only), Value::DateTime));
    }
    let small = |at: usize, default: i8| {
        arguments
            .get(at)
            .map_or(Some(default), |value| convert::long(value).and_then(|n| i8::try_from(n).ok()))
    };
    let seconds = convert::real(arguments.get(5).unwrap_or(&Value::Long(0))).unwrap_or(0.0);
    let year = long(arguments, 0).and_then(|year| i16::try_from(year).ok());
    let made = (|| {
        let at = jiff::civil::DateTime::new(
            year?,
            small(1, 1)?,
            small(2, 1)?,
            small(3, 0)?,
            small(4, 0)?,
            0,
            0,
        )
        .ok()?;
        let ticks = convert::exact((seconds * convert::widen(time::SECOND)).round())?;
        time::of_civil(at)?.checked_add(ticks)
    })();
    Ok(null_or(made, Value::DateTime))
}

/// Hours and minutes, with seconds, or days before them.
fn make_timespan<'a>(_: &Context, arguments: &[Value<'a>]) -> Answer<'a> {
    let units = match arguments.len() {
        4 => &[time::DAY, time::HOUR, time::MINUTE, time::SECOND][..],
        _ => &[time::HOUR, time::MINUTE, time::SECOND][..],
    };
    let parts = arguments.iter().zip(units).map(|(value, unit)| {
        convert::exact((convert::real(value)? * convert::widen(*unit)).round())
    });
    Ok(null_or(parts.sum::<Option<i64>>(), Value::TimeSpan))
}

/// The runs of equal letters of a format, and everything else as it is.
fn formatted(format: &str, replace: impl Fn(char, usize) -> Option<String>) -> String {
    let mut out = String::new();
    let mut rest = format;
    while let Some(letter) = rest.chars().next() {
        let run = rest.len() - rest.trim_start_matches(letter).len();
        let count = run / letter.len_utf8();
        match replace(letter, count) {
            Some(text) => out.push_str(&text),
            None => out.extend(std::iter::repeat_n(letter, count)),
        }
        rest = rest.get(run..).unwrap_or("");
    }
    out
}

fn fraction(ticks: u64, letter: char, count: usize) -> String {
    let digits = format!("{:07}", ticks % time::SECOND.unsigned_abs());
    let kept = digits.get(..count.min(7)).unwrap_or("");
    if letter == 'F' { kept.trim_end_matches('0').to_owned() } else { kept.to_owned() }
}

fn padded(number: i64, width: usize) -> Option<String> {
    Some(format!("{number:0width$}"))
}

fn format_datetime<'a>(_: &Context, arguments: &[Value<'a>]) -> Answer<'a> {
    let Some(ticks) = convert::datetime(arg(arguments, 0)) else {
        return Ok(Ty::Text.absent());
    };
    let at = time::civil(ticks);
    let (hour, half) = (i64::from(at.hour()), if at.hour() < 12 { "AM" } else { "PM" });
    let shown = formatted(&text(arguments, 1), |letter, count| match (letter, count) {
        ('y', 1 | 2) => padded(i64::from(at.year()) % 100, count),
        ('y', _) => padded(i64::from(at.year()), 4),
        ('M', 1 | 2) => padded(i64::from(at.month()), count),
        ('M', 3) => Some(at.strftime("%b").to_string()),
        ('M', _) => Some(at.strftime("%B").to_string()),
        ('d', 1 | 2) => padded(i64::from(at.day()), count),
        ('d', 3) => Some(at.strftime("%a").to_string()),
        ('d', _) => Some(at.strftime("%A").to_string()),
        ('H', _) => padded(hour, count.min(2)),
        ('h', _) => padded((hour + 11) % 12 + 1, count.min(2)),
        ('m', _) => padded(i64::from(at.minute()), count.min(2)),
        ('s', _) => padded(i64::from(at.second()), count.min(2)),
        ('f' | 'F', _) => Some(fraction(ticks.unsigned_abs(), letter, count)),
        ('t', _) => half.get(..count.min(2)).map(str::to_owned),
        _ => None,
    });
    Ok(Value::text(shown))
}

fn format_timespan<'a>(_: &Context, arguments: &[Value<'a>]) -> Answer<'a> {
    let Some(span) = convert::span(arg(arguments, 0)) else {
        return Ok(Ty::Text.absent());
    };
    let ticks = span.unsigned_abs();
    let unit = |unit: i64| i64::try_from(ticks / unit.unsigned_abs()).unwrap_or(0);
    let shown = formatted(&text(arguments, 1), |letter, count| match letter {
        'd' => padded(unit(time::DAY), count.min(8)),
        'H' | 'h' => padded(unit(time::HOUR) % 24, count.min(2)),
        'm' => padded(unit(time::MINUTE) % 60, count.min(2)),
        's' => padded(unit(time::SECOND) % 60, count.min(2)),
        'f' | 'F' => Some(fraction(ticks, letter, count)),
        _ => None,
    });
    Ok(Value::text(if span < 0 { format!("-{shown}") } else { shown }))
}
