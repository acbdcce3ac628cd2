//! Figures: numbers with the precision and the unit they are shown with, and what supports them.

use super::{
    chunks::Chunk,
    claims::{Claim, Kind},
    support::Collected,
};

/// Of so few numbers every two are combined.
const MAX_FEW: usize = 6;
/// How many claims around a figure may be what it was computed from.
const NEAR: usize = 5;

/// A number as it is shown.
#[derive(Clone, Copy, Debug)]
pub(super) struct Figure {
    /// The value, without its sign, in its unit.
    pub(super) value: f64,
    /// How far the true value may be from it.
    pub(super) within: f64,
    /// What it is a number of.
    pub(super) unit: FigureUnit,
}

/// What a number is a number of, as far as it changes how it may be compared.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum FigureUnit {
    /// Things, money, anything else.
    Plain,
    /// Hundredths; evidence may hold the share.
    Percent,
    /// Bytes to this power of a thousand.
    Bytes(i32),
    /// So many seconds each.
    Seconds(f64),
}

impl Figure {
    /// A number of an evidence that supports another unit's figure is this many times as large.
    fn factors(&self) -> Vec<f64> {
        match self.unit {
            FigureUnit::Plain => vec![1.0],
            FigureUnit::Percent => vec![1.0, 0.01],
            FigureUnit::Bytes(power) => {
                let powers = (power - 4).min(0)..=power;
                powers.flat_map(|power| [1000_f64.powi(power), 1024_f64.powi(power)]).collect()
            }
            FigureUnit::Seconds(seconds) => {
                [0.001, 1.0, 60.0, 3600.0, 86400.0].map(|unit| seconds / unit).to_vec()
            }
        }
    }
}

/// The numbers of the evidence, and those that follow from two of them.
#[derive(Debug)]
pub(super) struct Figures {
    known: Vec<f64>,
    derived: Vec<f64>,
    /// What each claim of the answer stands for, where that is known.
    shown: Vec<Option<f64>>,
}

impl Figures {
    /// The numbers that were collected, and which of them the answer shows.
    pub(super) fn of(collected: &Collected, claims: &[Claim]) -> Self {
        let mut known = collected.numbers.clone();
        sort(&mut known);
        let mut derived = collected.differences.clone();
        for group in &collected.groups {
            combine(group, &mut derived);
        }
        if known.len() <= MAX_FEW {
            combine(&known, &mut derived);
        }
        sort(&mut derived);
        let shown = claims.iter().map(|claim| match &claim.kind {
            Kind::Figure(figure) => matching(&known, figure),
            Kind::Date(_) | Kind::Name(_) => None,
        });
        let shown = shown.collect();
        Self { known, derived, shown }
    }

    /// Whether a figure, the claim with this place in the answer, is known or follows from two
    /// that are. Nothing and one thing need no support: they count what is not there and what is
    /// spoken of.
    pub(super) fn support(&self, figure: &Figure, place: usize) -> bool {
        let trivial = figure.unit == FigureUnit::Plain && figure.value <= 1.0;
        (trivial && figure.value.fract() == 0.0)
            || matching(&self.known, figure).is_some()
            || matching(&self.derived, figure).is_some()
            || self.follows_from_neighbours(figure, place)
    }

    /// Whether it follows from two figures that the answer shows nearby.
    fn follows_from_neighbours(&self, figure: &Figure, place: usize) -> bool {
        let near = place.saturating_sub(NEAR)..(place + NEAR + 1).min(self.shown.len());
        let mut values: Vec<f64> =
            self.shown.get(near).unwrap_or_default().iter().flatten().copied().collect();
        sort(&mut values);
        let mut derived = Vec::new();
        combine(&values, &mut derived);
        for (a, b) in pairs(&values) {
            derived.extend([(a - b).abs() / a, (a - b).abs() / b]);
        }
        sort(&mut derived);
        matching(&derived, figure).is_some()
    }
}

/// A sorted value that the figure may stand for.
fn matching(sorted: &[f64], figure: &Figure) -> Option<f64> {
    figure.factors().into_iter().find_map(|factor| {
        let slack = figure.within * factor + (figure.value * factor).abs() * 1e-9;
        let (low, high) = (figure.value * factor - slack, figure.value * factor + slack);
        let at = sorted.partition_point(|known| *known < low);
        sorted.get(at).copied().filter(|known| *known <= high)
    })
}

/// Sums, differences and ratios of every two values.
fn combine(values: &[f64], derived: &mut Vec<f64>) {
    for (a, b) in pairs(values) {
        derived.extend([a + b, (a - b).abs(), a / b, b / a]);
    }
}

fn pairs(values: &[f64]) -> impl Iterator<Item = (f64, f64)> {
    values.iter().enumerate().flat_map(|(at, a)| values.iter().skip(at + 1).map(|b| (*a, *b)))
}

fn sort(values: &mut Vec<f64>) {
    values.retain(|value| value.is_finite());
    values.sort_unstable_by(f64::total_cmp);
    values.dedup();
}

/// Whether what stands before a number says that it is rounded.
pub(super) fn is_approximate(before: Option<&str>, text_before: &str) -> bool {
    const WORDS: [&str; 10] = [
        "about",
        "around",
        "roughly",
        "nearly",
        "almost",
        "over",
        "approximately",
        "than",
        "some",
        "circa",
    ];
    text_before.ends_with(['~', '≈'])
        || before.is_some_and(|word| WORDS.iter().any(|known| known.eq_ignore_ascii_case(word)))
}

/// The figure that chunks begin with, and how many of them it takes.
pub(super) fn read(chunks: &[Chunk<'_>], approximate: bool) -> Option<(Figure, usize)> {
    let text = chunks.first()?.text.trim_start_matches(['€', '$', '£', '-']);
    let (mut figure, rest) = number(text)?;
    if approximate {
        figure.within = figure.within.max(rounded_by(figure.value));
    }
    let rest = rest.trim_start_matches(['€', '$', '£', '-']);
    let (word, taken) = match rest {
        "" => (chunks.get(1).map(|chunk| chunk.text), 2),
        word => (Some(word), 1),
    };
    match word.and_then(unit_of) {
        Some(Suffix::Times(factor)) => {
            figure.value *= factor;
            figure.within *= factor;
            Some((figure, taken))
        }
        Some(Suffix::Unit(unit)) => Some((Figure { unit, ..figure }, taken)),
        // `64-bit`, `3rd`, `4xx`, `24/7` and versions claim nothing.
        None if !rest.is_empty() && !is_word(rest) => None,
        None => Some((figure, 1)),
    }
}

fn is_word(rest: &str) -> bool {
    rest.len() >= 4 && rest.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'-')
}

/// What follows a number.
enum Suffix {
    Times(f64),
    Unit(FigureUnit),
}

fn unit_of(word: &str) -> Option<Suffix> {
    let word = word.trim_end_matches('.');
    let times = match word {
        "k" | "K" => Some(1e3),
        "M" | "million" => Some(1e6),
        "B" | "bn" | "billion" => Some(1e9),
        "thousand" => Some(1e3),
        _ => None,
    };
    if let Some(factor) = times {
        return Some(Suffix::Times(factor));
    }
    let unit = match word.to_ascii_lowercase().as_str() {
        "%" | "percent" | "percentage" | "points" | "point" | "pp" => FigureUnit::Percent,
        "kb" | "kib" => FigureUnit::Bytes(1),
        "mb" | "mib" => FigureUnit::Bytes(2),
        "gb" | "gib" => FigureUnit::Bytes(3),
        "tb" | "tib" => FigureUnit::Bytes(4),
        "ms" | "milliseconds" => FigureUnit::Seconds(0.001),
        "s" | "sec" | "seconds" | "second" => FigureUnit::Seconds(1.0),
        "min" | "minutes" | "minute" | "mins" => FigureUnit::Seconds(60.0),
        "h" | "hours" | "hour" | "hrs" => FigureUnit::Seconds(3600.0),
        "d" | "days" | "day" => FigureUnit::Seconds(86_400.0),
        "weeks" | "week" => FigureUnit::Seconds(604_800.0),
        _ => return None,
    };
    Some(Suffix::Unit(unit))
}

/// The number that a text begins with, and what follows it.
pub(super) fn number(text: &str) -> Option<(Figure, &str)> {
    let mut digits = String::new();
    let mut rest = text;
    take_digits(&mut rest, &mut digits)?;
    if digits.len() <= 3 {
        while let Some(group) = rest.strip_prefix([',', '\'', '\u{a0}', '\u{202f}', '\u{2009}']) {
            if group.bytes().take_while(u8::is_ascii_digit).count() != 3 {
                break;
            }
            rest = group;
            take_digits(&mut rest, &mut digits)?;
        }
    }
    let mut decimals = 0;
    if let Some(mut fraction) = rest.strip_prefix(['.', ',']) {
        let before = digits.len();
        digits.push('.');
        if take_digits(&mut fraction, &mut digits).is_some() {
            decimals = i32::try_from(digits.len() - before - 1).ok()?;
            rest = fraction;
        } else {
            digits.pop();
        }
    }
    // Another dot or a slash: a version, a date, a fraction of something else.
    if rest.starts_with(['.', ':', '/', '_', '@', '#']) || decimals > 12 {
        return None;
    }
    let value: f64 = digits.parse().ok()?;
    let within = 0.5 * 10_f64.powi(-decimals);
    Some((Figure { value, within, unit: FigureUnit::Plain }, rest))
}

fn take_digits(rest: &mut &str, digits: &mut String) -> Option<()> {
    let len = rest.bytes().take_while(u8::is_ascii_digit).count();
    let (taken, after) = rest.split_at_checked(len)?;
    if len == 0 || digits.len() + len > 24 {
        return None;
    }
    digits.push_str(taken);
    *rest = after;
    Some(())
}

/// Half of the last digit that is not a zero of a rounded number.
fn rounded_by(value: f64) -> f64 {
    let mut unit = 1.0;
    while value >= unit * 10.0 && (value / (unit * 10.0)).fract() == 0.0 {
        unit *= 10.0;
    }
    // "About 40" may be 37; "over 1,000" may be 1,049.
    unit * 0.5
}
