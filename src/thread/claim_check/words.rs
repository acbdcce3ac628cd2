//! Numbers spelled in words: `three of them`, `twenty-three`, `a dozen`, `two hundred`.

use super::{
    chunks::Chunk,
    figures::{Figure, FigureUnit},
    units::{self, Suffix},
};

/// Words after a number that count parts of the answer itself, or are a way of speaking.
const OWN_PARTS: &[&str] = &[
    "things",
    "thing",
    "steps",
    "ways",
    "way",
    "reasons",
    "options",
    "questions",
    "parts",
    "groups",
    "kinds",
    "sorts",
    "types",
    "sides",
    "facts",
    "points",
    "causes",
    "actions",
    "possibilities",
    "explanations",
    "areas",
    "themes",
    "categories",
    "approaches",
    "notes",
    "caveats",
    "sentences",
    "thirds",
    "quarters",
    "fifths",
    "factors",
    "clicks",
];

/// Words before it that make it a way of speaking.
const SPOKEN_AFTER: &[&str] = &["these", "those", "the", "other", "last", "next", "first", "all"];

/// Whether the word may begin a spelled number.
pub(super) fn may_begin(word: &str) -> bool {
    value_of(word).is_some() || word.eq_ignore_ascii_case("dozen")
}

/// Whether what stands before a spelled number makes it no claim: `the two`, `in one`.
pub(super) fn is_spoken(before: Option<&str>) -> bool {
    before.is_some_and(|word| SPOKEN_AFTER.iter().any(|known| known.eq_ignore_ascii_case(word)))
}

/// The spelled number that chunks begin with, and how many of them it takes.
pub(super) fn read(chunks: &[Chunk<'_>]) -> Option<(Figure, usize)> {
    let first = chunks.first()?.text;
    let (mut value, mut taken) = match value_of(first) {
        Some(value) => (value, 1),
        None if first.eq_ignore_ascii_case("dozen") => (12.0, 1),
        None => return None,
    };
    let next = |at: usize| chunks.get(at).map(|chunk| chunk.text).unwrap_or_default();
    let scale = match next(taken).to_ascii_lowercase().as_str() {
        "hundred" => Some(100.0),
        "thousand" => Some(1_000.0),
        "million" => Some(1_000_000.0),
        "dozen" => Some(12.0),
        _ => None,
    };
    if let Some(scale) = scale {
        value *= scale;
        taken += 1;
    }
    let follows = next(taken);
    if OWN_PARTS.iter().any(|own| own.eq_ignore_ascii_case(follows)) {
        return None;
    }
    let (unit, more) = match units::of(follows) {
        Some(Suffix::Unit(unit)) => (unit, 1),
        Some(Suffix::Times(_)) | None => (FigureUnit::Plain, 0),
    };
    Some((Figure { value, within: 0.5, unit }, taken + more))
}

/// The value of one word, from two to ninety-nine.
fn value_of(word: &str) -> Option<f64> {
    const SMALL: [&str; 18] = [
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "thirteen",
        "fourteen",
        "fifteen",
        "sixteen",
        "seventeen",
        "eighteen",
        "nineteen",
    ];
    const TENS: [&str; 8] =
        ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
    const UNITS: [&str; 9] =
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
    let at = |list: &[&str], word: &str| {
        list.iter().position(|known| known.eq_ignore_ascii_case(word)).map(|at| at as f64)
    };
    // The longest is `seventy-seven`.
    if !(3..=13).contains(&word.len()) {
        return None;
    }
    if let Some(small) = at(&SMALL, word) {
        return Some(small + 2.0);
    }
    let (tens, unit) = word.split_once('-').unwrap_or((word, ""));
    let tens = (at(&TENS, tens)? + 2.0) * 10.0;
    if unit.is_empty() { Some(tens) } else { Some(tens + at(&UNITS, unit)? + 1.0) }
}
