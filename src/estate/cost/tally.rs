//! Sums of charges: by dimensions and tags, by day or month, of what a filter lets through.

use std::{borrow::Cow, collections::BTreeMap};

use super::{
    calendar::{Calendar, date_of, month_start},
    charge::{Charge, within},
    dimension::{self, Dimension},
};
use crate::estate::{access::Scope, world::World};

/// What sums are told by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum By {
    Dimension(Dimension),
    /// The value of a tag.
    Tag(String),
}

impl By {
    fn value<'w>(&self, world: &'w World, charge: &Charge) -> Cow<'w, str> {
        match self {
            Self::Dimension(dimension) => dimension.value(world, charge),
            Self::Tag(name) => dimension::tag(world, charge, name).unwrap_or_default(),
        }
    }
}

/// Which charges count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Filter {
    All(Vec<Self>),
    Any(Vec<Self>),
    Not(Box<Self>),
    /// Has one of these values, which are in lower case.
    In(By, Vec<String>),
    /// Holds one of these texts, which are in lower case.
    Contains(By, Vec<String>),
}

impl Filter {
    /// Whether a charge counts.
    pub(crate) fn admits(&self, world: &World, charge: &Charge) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|part| part.admits(world, charge)),
            Self::Any(parts) => parts.iter().any(|part| part.admits(world, charge)),
            Self::Not(part) => !part.admits(world, charge),
            Self::In(by, values) => {
                let own = by.value(world, charge).to_ascii_lowercase();
                values.iter().any(|value| *value == own || is_place(by, value, &own))
            }
            Self::Contains(by, values) => {
                let own = by.value(world, charge).to_ascii_lowercase();
                values.iter().any(|value| own.contains(value.as_str()))
            }
        }
    }
}

/// Regions are written with or without spaces.
fn is_place(by: &By, value: &str, own: &str) -> bool {
    *by == By::Dimension(Dimension::ResourceLocation)
        && value.chars().filter(|letter| *letter != ' ').eq(own.chars())
}

/// How finely sums are told over time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Granularity {
    None,
    Daily,
    Monthly,
}

/// A part of the time asked about, in days since 1970.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Bucket {
    /// The day, or the first of the month, it is shown as.
    pub(crate) day: i32,
    pub(crate) from: f64,
    pub(crate) to: f64,
}

/// The parts of a span, first to last.
pub(crate) fn buckets(granularity: Granularity, from: f64, to: f64) -> Vec<Bucket> {
    let mut buckets = Vec::new();
    let first = whole_day(from);
    let (mut start, mut day) = (
        from,
        match granularity {
            Granularity::None | Granularity::Daily => first,
            Granularity::Monthly => month_start(first, 0),
        },
    );
    while start < to {
        let next = match granularity {
            Granularity::None => i32::MAX,
            Granularity::Daily => day + 1,
            Granularity::Monthly => month_start(day, 1),
        };
        let end = f64::from(next).min(to);
        buckets.push(Bucket { day, from: start, to: end });
        (start, day) = (f64::from(next), next);
    }
    buckets
}

/// The day an instant lies in.
#[expect(clippy::cast_possible_truncation, reason = "days of this century")]
pub(crate) fn whole_day(at: f64) -> i32 {
    at.floor() as i32
}

/// What is asked.
#[derive(Debug)]
pub(crate) struct Question<'a> {
    pub(crate) by: &'a [By],
    pub(crate) filter: Option<&'a Filter>,
    pub(crate) buckets: &'a [Bucket],
}

/// The sums of one combination of values, in the order of the buckets; euros.
pub(crate) type Sums = Vec<f64>;

/// Sums at and below a scope, in the order of their values. What comes to nothing at all is left
/// out.
pub(crate) fn tally<'w>(
    world: &'w World,
    scope: Scope,
    question: &Question<'_>,
) -> BTreeMap<Vec<Cow<'w, str>>, Sums> {
    let calendar = Calendar::of(world);
    let (from, to) = span(question.buckets);
    let mut sums: BTreeMap<Vec<Cow<'w, str>>, Sums> = BTreeMap::new();
    for charge in within(world, scope) {
        let is_charged = charge.from < to && charge.to > from;
        if !is_charged || question.filter.is_some_and(|filter| !filter.admits(world, &charge)) {
            continue;
        }
        let key = question.by.iter().map(|by| by.value(world, &charge)).collect();
        let row = sums.entry(key).or_insert_with(|| vec![0.0; question.buckets.len()]);
        for (sum, bucket) in row.iter_mut().zip(question.buckets) {
            *sum += charge.amount(&calendar, bucket.from, bucket.to);
        }
    }
    sums
}

/// The charges at and below a scope.
pub(crate) fn charges(world: &World, scope: Scope) -> Box<dyn Iterator<Item = Charge> + '_> {
    within(world, scope)
}

/// What a scope comes to between two instants, in euros.
pub(crate) fn total(world: &World, scope: Scope, from: f64, to: f64) -> f64 {
    let calendar = Calendar::of(world);
    within(world, scope).map(|charge| charge.amount(&calendar, from, to)).sum()
}

fn span(buckets: &[Bucket]) -> (f64, f64) {
    let from = buckets.first().map_or(0.0, |bucket| bucket.from);
    (from, buckets.last().map_or(0.0, |bucket| bucket.to))
}

/// A day as rows write it, `20260302`.
pub(crate) fn as_number(day: i32) -> i64 {
    let date = date_of(day);
    i64::from(date.year()) * 10_000 + i64::from(date.month()) * 100 + i64::from(date.day())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::estate::cost::calendar::point;

    #[test]
    fn a_sum_by_any_dimension_is_the_whole() {
        let anchor: jiff::Timestamp = "2026-03-02T09:00:00Z".parse().unwrap();
        let world = World::new(1, 1, anchor);
        let (from, to) = (point(anchor) - 45.0, point(anchor));
        for ix in world.subscription_ixs() {
            let scope = Scope::Subscription(ix);
            let whole = total(&world, scope, from, to);
            assert!(whole > 10.0, "{whole}");
            for dimension in Dimension::ALL {
                let by = [By::Dimension(*dimension)];
                for granularity in [Granularity::None, Granularity::Daily, Granularity::Monthly] {
                    let buckets = buckets(granularity, from, to);
                    let question = Question { by: &by, filter: None, buckets: &buckets };
                    let sums = tally(&world, scope, &question);
                    let sum: f64 = sums.values().flatten().sum();
                    assert!((sum - whole).abs() < 1e-6, "{dimension:?} {granularity:?}");
                }
            }
        }
    }
}
