//! Figures: numbers with the precision and the unit they are shown with, and what supports them.

use super::{
    chunks::Chunk,
    claims::{Claim, Kind},
    support::Collected,
    units::{self, Suffix},
    words,
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
    /// Points of a score, or of a percentage: then evidence may hold the share.
    Points,
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
            FigureUnit::Points if self.value > 100.0 => vec![1.0],
            FigureUnit::Percent | FigureUnit::Points => vec![1.0, 0.01],
            FigureUnit::Bytes(power) => {
                let powers = (power - 4).min(0)..=power;
                powers.flat_map(|power| [1000_f64.powi(power), 1024_f64.powi(power)]).collect()
            }
            FigureUnit::Seconds(seconds) => {
                [0.001, 1.0, 60.0, 3600.0, 86400.0, 604_800.0].map(|unit| seconds / unit).to_vec()
            }
        }
    }
}

/// The numbers of the evidence, and those that follow from two of them.
#[derive(Debug)]
pub(super) struct Figures {
    known: Vec<f64>,
    derived: Derived,
    /// What each claim of the answer stands for, where that is known.
    shown: Vec<Option<f64>>,
}

impl Figures {
    /// The numbers that were collected, and which of them the answer shows.
    pub(super) fn of(collected: &Collected, claims: &[Claim]) -> Self {
        let mut known = collected.numbers.clone();
        sort(&mut known);
        let mut derived =
            Derived { amounts: collected.differences.clone(), ratios: collected.changes.clone() };
        for group in &collected.groups {
            derived.combine(group);
        }
        if known.len() <= MAX_FEW {
            derived.combine(&known);
        }
        derived.sort();
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
            || self.derived.support(figure)
            || self.follows_from_neighbours(figure, place)
    }

    /// Whether it follows from two figures that the answer shows nearby.
    fn follows_from_neighbours(&self, figure: &Figure, place: usize) -> bool {
        let near = place.saturating_sub(NEAR)..(place + NEAR + 1).min(self.shown.len());
        let mut values: Vec<f64> =
            self.shown.get(near).unwrap_or_default().iter().flatten().copied().collect();
        sort(&mut values);
        let mut derived = Derived::default();
        derived.combine(&values);
        for (a, b) in pairs(&values) {
            derived.ratios.extend([(a - b).abs() / a, (a - b).abs() / b]);
        }
        derived.sort();
        derived.support(figure)
    }
}

/// What follows from two values: amounts of what they are amounts of, and bare ratios.
#[derive(Debug, Default)]
struct Derived {
    amounts: Vec<f64>,
    ratios: Vec<f64>,
}

impl Derived {
    /// Takes in sums, differences and ratios of every two values.
    fn combine(&mut self, values: &[f64]) {
        for (a, b) in pairs(values) {
            self.amounts.extend([a + b, (a - b).abs()]);
            self.ratios.extend([a / b, b / a]);
        }
    }

    fn sort(&mut self) {
        sort(&mut self.amounts);
        sort(&mut self.ratios);
    }

    fn support(&self, figure: &Figure) -> bool {
        // The ratio of two lengths is no length.
        let is_bare = match figure.unit {
            FigureUnit::Plain | FigureUnit::Percent | FigureUnit::Points => true,
            FigureUnit::Bytes(_) | FigureUnit::Seconds(_) => false,
        };
        matching(&self.amounts, figure).is_some()
            || (is_bare && matching(&self.ratios, figure).is_some())
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
    const WORDS: &[&str] = &[
        "about",
        "around",
        "roughly",
        "nearly",
        "almost",
        "over",
        "under",
        "above",
        "below",
        "least",
        "most",
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
    let (mut figure, taken) =
        units::duration(chunks).or_else(|| read_digits(chunks)).or_else(|| words::read(chunks))?;
    if approximate {
        figure.within = figure.within.max(rounded_by(figure.value));
    }
    Some((figure, taken))
}

fn read_digits(chunks: &[Chunk<'_>]) -> Option<(Figure, usize)> {
    let text = chunks.first()?.text.trim_start_matches(['€', '$', '£', '-']);
    let (mut figure, rest) = number(text)?;
    let rest = rest.trim_start_matches(['€', '$', '£', '-']);
    let next = |at: usize| chunks.get(at).map(|chunk| chunk.text);
    let (word, taken) = match rest {
        "" if next(1) == Some("per") && next(2) == Some("cent") => (Some("percent"), 3),
        "" => (next(1), 2),
        word => (Some(word), 1),
    };
    match word.and_then(units::of) {
        Some(Suffix::Times(factor)) => {
            figure.value *= factor;
            figure.within *= factor;
            Some((figure, taken))
        }
        Some(Suffix::Unit(unit)) => Some((Figure { unit, ..figure }, taken)),
        // `64-bit`, `3rd`, `4xx`, `24/7` and versions claim nothing.
        None if !rest.is_empty() && !units::is_counted(rest) => None,
        None => Some((figure, 1)),
    }
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
