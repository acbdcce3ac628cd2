//! Platform metrics: which a kind of resource has, and their values, which are a function of the
//! resource, the metric and the minute, so that every provider and every grain tells the same.
//! Knows no HTTP.

mod catalogue;
mod course;
mod effect;

pub(crate) use course::{Bucket, Window, buckets};

use super::world::kind::Kind;

/// How long values are kept, in days.
pub(crate) const KEPT_DAYS: i64 = 93;

/// What a metric is measured in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    Count,
    Bytes,
    Seconds,
    CountPerSecond,
    BytesPerSecond,
    BitsPerSecond,
    Percent,
    MilliSeconds,
}

impl Unit {
    /// The word on the wire.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Count => "Count",
            Self::Bytes => "Bytes",
            Self::Seconds => "Seconds",
            Self::CountPerSecond => "CountPerSecond",
            Self::BytesPerSecond => "BytesPerSecond",
            Self::BitsPerSecond => "BitsPerSecond",
            Self::Percent => "Percent",
            Self::MilliSeconds => "MilliSeconds",
        }
    }
}

/// How values are put together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Aggregation {
    Average,
    Minimum,
    Maximum,
    Total,
    Count,
}

impl Aggregation {
    /// Every aggregation.
    pub(crate) const ALL: [Self; 5] =
        [Self::Average, Self::Minimum, Self::Maximum, Self::Total, Self::Count];

    /// The word on the wire, as definitions write it; data points write it in lower case.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Average => "Average",
            Self::Minimum => "Minimum",
            Self::Maximum => "Maximum",
            Self::Total => "Total",
            Self::Count => "Count",
        }
    }
}

/// How a metric goes when nothing happens.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Usual {
    /// The least and the most that a resource's level can be, a minute.
    pub(crate) level: (f64, f64),
    /// How much of the level follows the working day and week, 0 to 1.
    pub(crate) rhythm: f64,
    /// How much of a value is noise, 0 to 1.
    pub(crate) noise: f64,
    /// The most a value can be.
    pub(crate) most: f64,
    /// Values are whole numbers.
    pub(crate) is_whole: bool,
}

/// By what values can be split, and the share of each value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Dimension {
    pub(crate) name: &'static str,
    pub(crate) values: &'static [(&'static str, f64)],
}

/// A metric of a kind of resource.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Metric {
    pub(crate) name: &'static str,
    /// The name people read.
    pub(crate) display: &'static str,
    pub(crate) description: &'static str,
    pub(crate) unit: Unit,
    pub(crate) primary: Aggregation,
    pub(crate) dimensions: &'static [Dimension],
    /// The finest grain in minutes.
    pub(crate) finest: i64,
    /// The metric whose ups and downs it shares; its own name where it has its own.
    follows: &'static str,
    pub(crate) usual: Usual,
}

impl Metric {
    /// Whether its values are amounts that add up, rather than levels.
    pub(crate) const fn adds_up(&self) -> bool {
        matches!(self.primary, Aggregation::Total | Aggregation::Count)
    }
}

/// The metrics of a kind, in the order definitions list them.
pub(crate) const fn of_kind(kind: Kind) -> &'static [Metric] {
    catalogue::of_kind(kind)
}

/// The metric of this name, whatever its case.
pub(crate) fn find(kind: Kind, name: &str) -> Option<&'static Metric> {
    of_kind(kind).iter().find(|metric| metric.name.eq_ignore_ascii_case(name))
}
