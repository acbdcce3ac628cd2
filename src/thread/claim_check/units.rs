//! Units: what follows a number, and lengths of time told in several of them.

use super::{
    chunks::Chunk,
    figures::{self, Figure, FigureUnit},
};

/// What follows a number.
pub(super) enum Suffix {
    /// So many of it: thousands, millions.
    Times(f64),
    /// What it is a number of.
    Unit(FigureUnit),
}

/// What a word after a number says of it.
pub(super) fn of(word: &str) -> Option<Suffix> {
    let word = word.trim_end_matches('.');
    let times = match word {
        "k" | "K" | "thousand" => Some(1e3),
        "M" | "million" => Some(1e6),
        "B" | "bn" | "billion" => Some(1e9),
        _ => None,
    };
    if let Some(factor) = times {
        return Some(Suffix::Times(factor));
    }
    let word = word.to_ascii_lowercase();
    // `MB/s`: bytes all the same.
    let amount = word.strip_suffix("/s").or_else(|| word.strip_suffix("/sec")).unwrap_or(&word);
    let unit = match amount {
        "%" | "percent" | "percentage" => FigureUnit::Percent,
        "points" | "point" | "pp" | "pts" | "pt" => FigureUnit::Points,
        "kb" | "kib" => FigureUnit::Bytes(1),
        "mb" | "mib" => FigureUnit::Bytes(2),
        "gb" | "gib" => FigureUnit::Bytes(3),
        "tb" | "tib" => FigureUnit::Bytes(4),
        "pb" | "pib" => FigureUnit::Bytes(5),
        other => FigureUnit::Seconds(seconds_of(other)?),
    };
    Some(Suffix::Unit(unit))
}

fn seconds_of(unit: &str) -> Option<f64> {
    match unit {
        "ms" | "millisecond" | "milliseconds" => Some(0.001),
        "s" | "sec" | "secs" | "second" | "seconds" => Some(1.0),
        "min" | "mins" | "minute" | "minutes" => Some(60.0),
        "h" | "hr" | "hrs" | "hour" | "hours" => Some(3600.0),
        "d" | "day" | "days" => Some(86_400.0),
        "week" | "weeks" => Some(604_800.0),
        _ => None,
    }
}

/// Whether what is written at a number is counted by it: `77alerts`, `77USD`, `77x`.
pub(super) fn is_counted(rest: &str) -> bool {
    const SHORT: [&str; 9] = ["x", "eur", "usd", "gbp", "chf", "vms", "rps", "qps", "tps"];
    let word = rest.len() >= 4 && rest.bytes().all(|b| b.is_ascii_alphabetic() || b == b'-');
    word || SHORT.iter().any(|known| rest.eq_ignore_ascii_case(known))
}

/// A length of time in several units: `2h48m`, `90m`, `1 hour and 12 minutes`.
pub(super) fn duration(chunks: &[Chunk<'_>]) -> Option<(Figure, usize)> {
    let text = chunks.first()?.text;
    if !text.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    joined(text).map(|figure| (figure, 1)).or_else(|| told(chunks))
}

/// `2h48m`, `1d6h`, `90m`.
fn joined(text: &str) -> Option<Figure> {
    let mut rest = text;
    let mut sum: Option<Sum> = None;
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let (number, after) = rest.split_at_checked(digits)?;
        let letters = after.bytes().take_while(u8::is_ascii_alphabetic).count();
        let (unit, then) = after.split_at_checked(letters)?;
        let seconds = if unit == "m" { Some(60.0) } else { seconds_of(unit) };
        sum = Some(Sum::plus(sum, number.parse().ok()?, seconds?)?);
        rest = then;
    }
    sum.map(Sum::figure)
}

/// `1 hour and 12 minutes`.
fn told(chunks: &[Chunk<'_>]) -> Option<(Figure, usize)> {
    let mut sum: Option<Sum> = None;
    let (mut at, mut taken, mut parts) = (0, 0, 0);
    while let [number, unit, ..] = chunks.get(at..).unwrap_or_default() {
        let whole = figures::number(number.text).filter(|(_, rest)| rest.is_empty());
        let Some((figure, _)) = whole.filter(|(figure, _)| figure.value.fract() == 0.0) else {
            break;
        };
        let Some(seconds) = seconds_of(&unit.text.to_ascii_lowercase()) else { break };
        let Some(more) = Sum::plus(sum, figure.value, seconds) else { break };
        (sum, taken, parts) = (Some(more), at + 2, parts + 1);
        at = taken + usize::from(chunks.get(taken).is_some_and(|chunk| chunk.text == "and"));
    }
    let sum = sum.filter(|_| parts > 1)?;
    Some((sum.figure(), taken))
}

/// A length of time, in its smallest unit.
#[derive(Clone, Copy)]
struct Sum {
    seconds: f64,
    smallest: f64,
}

impl Sum {
    /// A sum with a smaller unit's part; none when the unit is not smaller.
    fn plus(sum: Option<Self>, value: f64, unit: f64) -> Option<Self> {
        let before = sum.map_or(0.0, |sum| sum.seconds);
        let smaller = sum.is_none_or(|sum| unit < sum.smallest);
        smaller.then_some(Self { seconds: before + value * unit, smallest: unit })
    }

    fn figure(self) -> Figure {
        Figure {
            value: self.seconds / self.smallest,
            within: 0.5,
            unit: FigureUnit::Seconds(self.smallest),
        }
    }
}
