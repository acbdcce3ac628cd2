//! The steps of a time series, and what they say together.

use jiff::Timestamp;
use serde_json::Value;

use super::definition::Aggregation;
use crate::tools::rows::Row;

/// A step of a series; a figure is `None` where nothing was measured.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in super::super) struct Step {
    pub(in super::super) at: Timestamp,
    pub(in super::super) average: Option<f64>,
    pub(in super::super) minimum: Option<f64>,
    pub(in super::super) maximum: Option<f64>,
    pub(in super::super) total: Option<f64>,
    pub(in super::super) count: Option<f64>,
}

impl Step {
    pub(in super::super) fn of(value: &Value) -> Option<Self> {
        let row = Row::of(value)?;
        Some(Self {
            at: row.instant("timeStamp")?,
            average: row.number("average"),
            minimum: row.number("minimum"),
            maximum: row.number("maximum"),
            total: row.number("total"),
            count: row.number("count"),
        })
    }

    /// The figure of an aggregation.
    pub(in super::super) fn by(&self, aggregation: Aggregation) -> Option<f64> {
        match aggregation {
            Aggregation::Average => self.average,
            Aggregation::Minimum => self.minimum,
            Aggregation::Maximum => self.maximum,
            Aggregation::Total => self.total,
            Aggregation::Count => self.count,
        }
    }
}

/// What steps say together.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(in super::super) struct Figures {
    /// Of levels the mean of all values; of amounts the mean of the steps.
    pub(in super::super) average: f64,
    /// The least value; of amounts the least step.
    pub(in super::super) minimum: f64,
    /// The most; of amounts the most of a step.
    pub(in super::super) maximum: f64,
    /// Of amounts, all of them.
    pub(in super::super) total: f64,
    /// The last step with a value.
    pub(in super::super) latest: f64,
    /// The instant of that step.
    pub(in super::super) latest_at: Timestamp,
    /// Steps with a value.
    pub(in super::super) steps: u64,
}

/// What steps say together; `None` where nothing was measured.
pub(in super::super) fn of(steps: &[Step], by: Aggregation) -> Option<Figures> {
    let known: Vec<(&Step, f64)> =
        steps.iter().filter_map(|step| Some((step, step.by(by)?))).collect();
    let (last, latest) = *known.last()?;
    let values = || known.iter().map(|(_, value)| *value);
    let total: f64 = values().sum();
    let count = known.len() as u64;
    let level = !by.adds_up();
    let least = known.iter().map(|(step, value)| step.minimum.filter(|_| level).unwrap_or(*value));
    let most = known.iter().map(|(step, value)| step.maximum.filter(|_| level).unwrap_or(*value));
    let mean = weighed(steps).filter(|_| level).unwrap_or(total / as_float(count));
    Some(Figures {
        average: mean,
        minimum: least.fold(f64::INFINITY, f64::min),
        maximum: most.fold(f64::NEG_INFINITY, f64::max),
        total,
        latest,
        latest_at: last.at,
        steps: count,
    })
}

/// The mean of all values, where steps say how many each has.
fn weighed(steps: &[Step]) -> Option<f64> {
    let (mut total, mut count) = (0.0, 0.0);
    for step in steps {
        if let (Some(own), Some(of)) = (step.total, step.count) {
            total += own;
            count += of;
        }
    }
    (count > 0.0).then(|| total / count)
}

/// Where a series is going.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Trend {
    Rising,
    Falling,
    Steady,
}

/// Where the last third of the steps lies against the first.
pub(in super::super) fn trend(steps: &[Step], by: Aggregation) -> Option<Trend> {
    let values: Vec<f64> = steps.iter().filter_map(|step| step.by(by)).collect();
    let third = values.len() / 3;
    if third == 0 {
        return None;
    }
    let mean = |part: &[f64]| part.iter().sum::<f64>() / as_float(part.len() as u64);
    let first = mean(values.get(..third)?);
    let last = mean(values.get(values.len() - third..)?);
    let apart = last - first;
    let size = first.abs().max(last.abs());
    Some(match () {
        () if size == 0.0 || apart.abs() < size * 0.15 => Trend::Steady,
        () if apart > 0.0 => Trend::Rising,
        () => Trend::Falling,
    })
}

/// Since when the figure is 0, where it was not before.
pub(in super::super) fn zero_since(steps: &[Step], by: Aggregation) -> Option<Timestamp> {
    let known: Vec<(Timestamp, f64)> =
        steps.iter().filter_map(|step| Some((step.at, step.by(by)?))).collect();
    let zeros = known.iter().rev().take_while(|(_, value)| *value == 0.0).count();
    let first = known.len().checked_sub(zeros).filter(|first| *first > 0)?;
    (zeros > 1).then(|| known.get(first).map(|(at, _)| *at)).flatten()
}

#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
fn as_float(count: u64) -> f64 {
    count as f64
}
