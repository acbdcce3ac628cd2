//! The claim check: numbers, dates, percentages and resource names of an answer that nothing
//! supports.
//!
//! Claims are compared as values, not as text: to the precision shown, as ratio or percentage, in
//! other units, spelled in words, as counts of rows, in other notations of a date. Sums, differences and ratios of
//! two values that belong together count as derived. What is no claim is left alone: list
//! numbers, code, citations, links, versions.
//!
//! It knows nothing of stores or models: evidence and texts are arguments. It marks; it never
//! changes an answer.

mod chunks;
mod claims;
mod clocks;
mod dates;
mod figures;
mod mask;
mod names;
mod support;
mod units;
mod words;

use std::collections::HashMap;

use jiff::{Timestamp, tz::TimeZone};
use serde_json::Value;

use crate::protocol::{Citation, Coverage, Unsupported};

use claims::{Claim, Kind};
use figures::Figures;

/// The most claims of one answer that are looked at.
const MAX_CLAIMS: usize = 400;

/// What an answer may rest on.
#[derive(Debug)]
pub struct Support<'a> {
    now: Timestamp,
    time_zone: TimeZone,
    values: Vec<&'a Value>,
    texts: Vec<&'a str>,
    coverage: Option<&'a Coverage>,
}

impl<'a> Support<'a> {
    /// Nothing yet. Relative dates count from `now`; instants may be told in `time_zone` or UTC.
    #[must_use]
    pub fn new(now: Timestamp, time_zone: TimeZone) -> Self {
        Self { now, time_zone, values: Vec::new(), texts: Vec::new(), coverage: None }
    }

    /// A cited evidence, or the arguments of its call.
    #[must_use]
    pub fn value(mut self, value: &'a Value) -> Self {
        self.values.push(value);
        self
    }

    /// A text that may be repeated: the question, a finding, a scope.
    #[must_use]
    pub fn text(mut self, text: &'a str) -> Self {
        self.texts.push(text);
        self
    }

    /// What the run looked at.
    #[must_use]
    pub fn coverage(mut self, coverage: &'a Coverage) -> Self {
        self.coverage = Some(coverage);
        self
    }
}

/// The claims of an answer that nothing supports, in the order of the text.
///
/// Linear in text and evidence, within caps: of evidence with more values than are collected
/// nothing is marked, since what was not read might support it.
#[must_use]
pub fn claim_check(text: &str, citations: &[Citation], support: &Support<'_>) -> Vec<Unsupported> {
    let mut claims = claims::find(text, &mask::of(text, citations));
    claims.truncate(MAX_CLAIMS);
    if claims.is_empty() {
        return Vec::new();
    }
    let mut names: HashMap<String, bool> = HashMap::new();
    for claim in &claims {
        if let Kind::Name(wanted) = &claim.kind {
            names.extend(wanted.iter().map(|name| (name.clone(), false)));
        }
    }
    let collected = support::collect(support, &claims, &mut names);
    if collected.is_full() {
        return Vec::new();
    }
    let figures = Figures::of(&collected, &claims);
    let is_supported = |place: usize, claim: &Claim| match &claim.kind {
        Kind::Figure(figure) => {
            figures.support(figure, place) || collected.dates.support_figure(figure)
        }
        Kind::Date(date) => collected.dates.support(date),
        Kind::Name(wanted) => {
            wanted.iter().all(|name| names.get(name).copied().unwrap_or_default())
        }
    };
    let places = claims.iter().enumerate();
    let unsupported = places.filter(|(place, claim)| !is_supported(*place, claim));
    unsupported.filter_map(|(_, claim)| marked(text, claim)).collect()
}

fn marked(text: &str, claim: &Claim) -> Option<Unsupported> {
    Some(Unsupported {
        start: u32::try_from(claim.start).ok()?,
        end: u32::try_from(claim.end).ok()?,
        text: text.get(claim.start..claim.end)?.to_owned(),
    })
}
