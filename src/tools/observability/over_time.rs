//! Counts over time: which step fits a range, the query that counts by it, the picture.
//!
//! Owns the filling of steps without a row, which are zero and not a gap. It must not know what is
//! counted.

use std::{collections::BTreeMap, time::Duration};

use jiff::Timestamp;

use crate::{
    azure::kql_literal::Literal,
    protocol::{ChartKind, ChartSeries, View},
    tools::{rows::Row, time_range::TimeRange},
};

const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;
/// Steps that a picture may have.
const MAX_STEPS: i64 = 200;

/// A range in steps.
#[derive(Clone, Copy, Debug)]
pub(super) struct Steps {
    range: TimeRange,
    seconds: i64,
}

impl Steps {
    /// Hours for up to two days, else days.
    pub(super) fn of(range: TimeRange) -> Self {
        let length = range.end.as_second() - range.start.as_second();
        Self { range, seconds: if length <= 2 * DAY + 60 { HOUR } else { DAY } }
    }

    /// The step of a query: `bin(at, {{step}})`.
    pub(super) fn value(self) -> (&'static str, Literal) {
        ("step", Literal::Span(Duration::from_secs(self.seconds.unsigned_abs())))
    }

    /// What a step is called.
    pub(super) fn noun(self) -> &'static str {
        if self.seconds == HOUR { "hour" } else { "day" }
    }

    /// The counts of each step, from rows with the columns `step` and `n`, by a name.
    pub(super) fn picture<'a>(
        self,
        title: &str,
        counts: impl Iterator<Item = (Timestamp, &'a str, u64)>,
    ) -> Option<View> {
        let first = self.range.start.as_second().div_euclid(self.seconds);
        let last = (self.range.end.as_second() - 1).div_euclid(self.seconds);
        if last - first >= MAX_STEPS || last <= first {
            return None;
        }
        let mut series = BTreeMap::<&str, BTreeMap<i64, u64>>::new();
        for (at, name, count) in counts {
            let step = at.as_second().div_euclid(self.seconds);
            *series.entry(name).or_default().entry(step).or_default() += count;
        }
        let steps: Vec<i64> = (first..=last).collect();
        let label = |step: &i64| {
            let at = Timestamp::from_second(step * self.seconds).unwrap_or(self.range.start);
            at.to_string()
        };
        (!series.is_empty()).then(|| View::Chart {
            title: title.to_owned(),
            chart: ChartKind::Lines,
            unit: String::new(),
            labels: steps.iter().map(label).collect(),
            series: series.into_iter().map(|(name, of)| one_series(name, &of, &steps)).collect(),
        })
    }
}

/// The instant and count of a row that a query counted by step.
pub(super) fn counted(row: Row<'_>) -> Option<(Timestamp, u64)> {
    Some((row.instant("step")?, row.count("n")?))
}

#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
fn one_series(name: &str, of: &BTreeMap<i64, u64>, steps: &[i64]) -> ChartSeries {
    ChartSeries {
        name: name.to_owned(),
        values: steps.iter().map(|step| Some(of.get(step).copied().unwrap_or(0) as f64)).collect(),
    }
}
