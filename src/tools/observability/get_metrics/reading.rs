//! How the values are read: definitions once a type, values once a resource, both periods in one.

use jiff::{SignedDuration, Timestamp};

use super::{Figures, MAX_METRICS, METRICS_ACTION, Output, Series};
use crate::tools::{
    context::{FilteredRead, ListRead, Pages, ReadContext},
    error::ToolError,
    observability::metric::{
        definition::{self, Definition, VERSION},
        figures::{self, Step, Trend},
        grain::Grain,
        subject::{Subject, Subjects},
        unit::Shown,
        words,
    },
    rows::Row,
    time_range::TimeRange,
    untrusted::{Untrusted, cut},
};

/// Every aggregation: the answer is as long with one.
const AGGREGATIONS: &str = "Average,Minimum,Maximum,Total,Count";

/// The two periods in steps.
#[derive(Clone, Copy, Debug)]
struct Period {
    grain: Grain,
    start: Timestamp,
    end: Timestamp,
    /// The begin of the time before; `None` where Azure no longer has it.
    before: Option<Timestamp>,
}

impl Period {
    /// Whole steps that end where the range does, as far as it has passed.
    fn of(cx: &ReadContext, range: TimeRange, finest: i64) -> Self {
        let grain = Grain::of(range, finest);
        let minute = |at: Timestamp| Timestamp::from_second(at.as_second().div_euclid(60) * 60);
        let end = minute(range.end.min(cx.now())).unwrap_or(range.end);
        let seconds = (range.end.as_second() - range.start.as_second()).max(60);
        let step = grain.minutes * 60;
        let length = (seconds + step - 1).div_euclid(step) * step;
        let length = SignedDuration::from_secs(length);
        // Of a range that is not over yet only what has passed is compared.
        let start = match range.end > cx.now() && range.start < end {
            true => range.start.max(end.checked_sub(length).unwrap_or(range.start)),
            false => end.checked_sub(length).unwrap_or(range.start),
        };
        let start = minute(start).unwrap_or(start);
        let own = end.duration_since(start);
        let oldest = cx.now().checked_sub(SignedDuration::from_hours(24 * super::KEPT.0));
        let before = start.checked_sub(own).ok();
        Self {
            grain,
            start,
            end,
            before: before.filter(|before| oldest.as_ref().is_ok_and(|oldest| before >= oldest)),
        }
    }

    fn timespan(self) -> String {
        format!("{}/{}", self.before.unwrap_or(self.start), self.end)
    }
}

/// Reads the metrics of the subjects.
pub(super) async fn read(
    cx: &ReadContext,
    subjects: &Subjects,
    (asked, range): (&[String], TimeRange),
) -> Result<Output, ToolError> {
    let (known, finest) = of_kinds(cx, subjects, asked).await?;
    let period = Period::of(cx, range, finest);
    let mut output = Output {
        series: Vec::new(),
        resources: subjects.total,
        looked_at: subjects.found.len() as u64,
        from: period.start.to_string(),
        to: period.end.to_string(),
        before: period.before.map(|before| before.to_string()),
        interval: period.grain.in_words(),
        steps: Vec::new(),
        asked: Untrusted::new(&range.in_words(cx.moment())),
    };
    let mut failed = None;
    for subject in &subjects.found {
        let wanted = known.iter().find(|(kind, _)| *kind == subject.kind);
        let Some((_, wanted)) = wanted.filter(|(_, wanted)| !wanted.is_empty()) else { continue };
        match of_subject(cx, subject, wanted, period).await {
            Ok(series) => {
                cx.read_at(&subject.id);
                for (one, steps) in series {
                    if output.steps.len() < steps.len() {
                        output.steps = steps;
                    }
                    output.series.push(one);
                }
            }
            Err(error) => {
                cx.failed(&subject.id, &error);
                failed.get_or_insert(error);
            }
        }
    }
    match failed {
        Some(error) if output.series.is_empty() => Err(error),
        _ => Ok(output),
    }
}

/// The metrics that are meant, by the type of resource, and the finest step that all of them have.
async fn of_kinds(
    cx: &ReadContext,
    subjects: &Subjects,
    asked: &[String],
) -> Result<(Vec<(String, Vec<Definition>)>, i64), ToolError> {
    let mut known: Vec<(String, Vec<Definition>)> = Vec::new();
    let mut finest = 1;
    for subject in &subjects.found {
        if known.iter().any(|(kind, _)| *kind == subject.kind) {
            continue;
        }
        let all = definition::of_resource(cx, &subject.id).await?;
        let mut wanted = words::meant(asked, &all)?;
        wanted.truncate(MAX_METRICS);
        finest = finest.max(wanted.iter().map(Definition::finest).max().unwrap_or(1));
        known.push((subject.kind.clone(), wanted));
    }
    if known.iter().all(|(_, wanted)| wanted.is_empty()) {
        return Err(ToolError::wrong("resource", "this kind of resource has no platform metrics"));
    }
    Ok((known, finest))
}

/// One read: the values of all metrics of a resource in both periods.
async fn of_subject(
    cx: &ReadContext,
    subject: &Subject,
    wanted: &[Definition],
    period: Period,
) -> Result<Vec<(Series, Vec<String>)>, ToolError> {
    let names: Vec<String> = wanted.iter().map(|one| one.name.replace(',', "%2")).collect();
    let list = ListRead {
        scope: &subject.id,
        below: "/providers/Microsoft.Insights/metrics",
        version: VERSION,
        action: METRICS_ACTION,
        pages: Pages::First,
    };
    let query = [
        ("timespan", period.timespan()),
        ("interval", period.grain.word.to_owned()),
        ("metricnames", names.join(",")),
        ("aggregation", AGGREGATIONS.to_owned()),
    ];
    let read = FilteredRead { list, within: &subject.id, query: &query };
    let answer = cx.object_within(&read).await?;
    let values = Row::of(&answer).map(|row| row.list("value")).unwrap_or_default();
    let read = values.iter().filter_map(Row::of);
    let series: Vec<(Series, Vec<String>)> = read
        .filter_map(|row| {
            let name = row.text("name.value")?;
            let definition = wanted.iter().find(|one| one.name.eq_ignore_ascii_case(&name))?;
            Some(of_metric(row, (subject, definition), period))
        })
        .collect();
    cx.skipped(&subject.id, values.len() - series.len());
    Ok(series)
}

fn of_metric(
    row: Row<'_>,
    (subject, definition): (&Subject, &Definition),
    period: Period,
) -> (Series, Vec<String>) {
    let by = definition.primary;
    let data = row.list("timeseries").first().and_then(Row::of).map(|r| r.list("data"));
    let steps: Vec<Step> = data.unwrap_or_default().iter().filter_map(Step::of).collect();
    let (before, own): (Vec<Step>, Vec<Step>) =
        steps.into_iter().partition(|step| step.at < period.start);
    let figures = figures::of(&own, by);
    let earlier = figures::of(&before, by);
    let largest = [figures, earlier].into_iter().flatten().map(|one| one.maximum.abs());
    let shown = Shown::of(&definition.unit, largest.fold(0.0, f64::max));
    let main = |one: &figures::Figures| if by.adds_up() { one.total } else { one.average };
    let known = own.iter().filter(|step| step.by(by).is_some()).count();
    let figures = figures.map(|one| {
        let before = earlier.as_ref().map(main).map(|value| shown.value(value));
        Figures {
            latest: shown.value(one.latest),
            latest_at: one.latest_at.to_string(),
            average: shown.value(one.average),
            minimum: shown.value(one.minimum),
            maximum: shown.value(one.maximum),
            total: by.adds_up().then(|| shown.value(one.total)),
            change_percent: before.and_then(|before| change(before, shown.value(main(&one)))),
            before,
        }
    });
    let trend = figures::trend(&own, by).map(|trend| match trend {
        Trend::Rising => "rising",
        Trend::Falling => "falling",
        Trend::Steady => "steady",
    });
    let code = row.text("errorCode").filter(|code| !code.eq_ignore_ascii_case("Success"));
    let error = code.map(|code| row.text("errorMessage").unwrap_or(code));
    let series = Series {
        resource: subject.id.clone(),
        name: Untrusted::new(&subject.name),
        metric: Untrusted::new(&definition.name),
        display: Untrusted::new(&definition.display),
        unit: shown.unit.to_owned(),
        aggregation: by.name().to_owned(),
        figures,
        trend: trend.map(str::to_owned),
        zero_since: figures::zero_since(&own, by).map(|at| at.to_string()),
        missing: (own.len() - known) as u64,
        error: error.map(|text| Untrusted::new(&cut(&text, 300))),
        values: own.iter().map(|step| step.by(by).map(|value| shown.value(value))).collect(),
    };
    let at: Vec<String> = own.iter().map(|step| step.at.to_string()).collect();
    (series, at)
}

/// The change in percent to one decimal; none from nothing.
fn change(before: f64, now: f64) -> Option<f64> {
    let change = (now - before) / before.abs() * 100.0;
    change.is_finite().then(|| (change * 10.0).round() / 10.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_told_to_one_decimal_and_not_from_nothing() {
        assert_eq!(change(40.0, 50.0), Some(25.0));
        assert_eq!(change(3.0, 2.0), Some(-33.3));
        assert_eq!(change(0.0, 2.0), None);
        assert_eq!(change(0.0, 0.0), None);
    }
}
