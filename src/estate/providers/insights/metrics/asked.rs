//! What a query of metrics asks for: which, when, in which grain, put together and split how.
//! Every wrong word is refused in Azure Monitor's own form.

use jiff::{SignedDuration, Timestamp};

use super::second;
use crate::estate::{
    http::{call::Call, error::ArmError, path::Query},
    metrics::{self, Aggregation, KEPT_DAYS, Metric, Window},
    providers::filter::{quoted, split_words},
    world::kind::Kind,
};

/// Grains and their minutes.
pub(super) const GRAINS: &[(&str, i64)] = &[
    ("PT1M", 1),
    ("PT5M", 5),
    ("PT15M", 15),
    ("PT30M", 30),
    ("PT1H", 60),
    ("PT6H", 360),
    ("PT12H", 720),
    ("P1D", 1_440),
];
const MAX_METRICS: usize = 20;
/// Data points of one time series.
const MAX_POINTS: i64 = 45_000;
/// Time series of one metric when nobody says.
const USUAL_TOP: usize = 10;

/// By what a filter splits or narrows: a dimension and the values wanted; empty is each of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Split {
    pub(super) dimension: String,
    pub(super) values: Vec<String>,
}

/// A query.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) kind: Kind,
    pub(super) metrics: Vec<&'static Metric>,
    pub(super) window: Window,
    pub(super) aggregations: Vec<Aggregation>,
    pub(super) splits: Vec<Split>,
    pub(super) rolled_up: Vec<String>,
    pub(super) top: usize,
    /// What series are ordered by, and whether the least comes first.
    pub(super) order: Option<(Aggregation, bool)>,
    pub(super) is_metadata: bool,
    grain: String,
    start: Timestamp,
    end: Timestamp,
}

impl Asked {
    /// Reads the parameters of a query about resources of a kind.
    ///
    /// # Errors
    /// `BadRequest`.
    pub(super) fn of(call: &Call<'_>, query: &Query, kind: Kind) -> Result<Self, ArmError> {
        let given = |names: &[&str]| first(query, names);
        check_namespace(given(&["metricnamespace", "metricNamespace"]), kind)?;
        let metrics = wanted(given(&["metricnames", "metricNames", "metric"]), kind)?;
        let now = call.state.clock.now();
        let (start, end) = span(query, now)?;
        let finest = metrics.iter().map(|metric| metric.finest).max().unwrap_or(1);
        let adjusts = given(&["AutoAdjustTimegrain", "autoAdjustTimegrain"])
            .is_some_and(|text| text.eq_ignore_ascii_case("true"));
        let minutes = (end.as_second() - start.as_second() + 59).div_euclid(60).max(1);
        let grain = given(&["interval"]).unwrap_or("PT1M");
        let step = step_of(grain, (finest, adjusts), minutes)?;
        let from = start.as_second().div_euclid(60);
        let window = Window { from, to: from + minutes, step };
        if window.steps() > MAX_POINTS {
            return Err(ArmError::bad_request(format!(
                "The timespan is too long for the time grain {grain}: it has more than \
                 {MAX_POINTS} data points."
            )));
        }
        Ok(Self {
            kind,
            aggregations: aggregations(given(&["aggregation"]), &metrics)?,
            splits: splits(given(&["$filter", "filter"]), &metrics)?,
            rolled_up: listed(given(&["rollupby", "rollupBy"])),
            top: top(given(&["top"]))?,
            order: order(given(&["orderby", "orderBy"]))?,
            is_metadata: is_metadata(given(&["resultType", "resulttype"]))?,
            grain: if step == minutes && grain.eq_ignore_ascii_case("FULL") {
                format!("PT{minutes}M")
            } else {
                grain_of(step)
            },
            metrics,
            window,
            start,
            end,
        })
    }

    /// What the answer says it cost: a number that grows with what was read.
    pub(super) fn cost(&self) -> i64 {
        let metrics = i64::try_from(self.metrics.len()).unwrap_or(1);
        (self.window.to - self.window.from - 1).max(0) * metrics
    }

    pub(super) fn timespan(&self) -> String {
        format!("{}/{}", second(self.start), second(self.end))
    }

    pub(super) fn bounds(&self) -> (String, String) {
        (second(self.start), second(self.end))
    }

    pub(super) fn interval(&self) -> &str {
        &self.grain
    }

    /// When a step begins.
    pub(super) fn step_at(&self, number: usize) -> String {
        let number = i64::try_from(number).unwrap_or(0);
        let minute = self.window.from + number * self.window.step;
        Timestamp::from_second(minute * 60).map_or_else(|_| String::new(), second)
    }
}

/// The first of these parameters that is there and says something.
pub(super) fn first<'a>(query: &'a Query, names: &[&str]) -> Option<&'a str> {
    let values = names.iter().filter_map(|name| query.get(name));
    values.map(str::trim).find(|text| !text.is_empty())
}

/// Refuses a namespace that is not the kind's.
pub(super) fn check_namespace(namespace: Option<&str>, kind: Kind) -> Result<(), ArmError> {
    let own = kind.arm_type();
    match namespace.map(str::trim).filter(|text| !text.is_empty()) {
        Some(other) if !other.replace('-', "/").eq_ignore_ascii_case(own) => {
            Err(ArmError::bad_request(format!(
                "Metric namespace '{other}' is not found for the resource type '{own}'. Valid \
                 metric namespaces: {own}"
            )))
        }
        _ => Ok(()),
    }
}

fn wanted(names: Option<&str>, kind: Kind) -> Result<Vec<&'static Metric>, ArmError> {
    let all = metrics::of_kind(kind);
    let names = listed(names);
    if all.is_empty() {
        return Err(ArmError::bad_request(format!(
            "Microsoft.Insights does not support metrics for the resource type '{}'.",
            kind.arm_type()
        )));
    }
    if names.is_empty() {
        return Ok(all.iter().take(1).collect());
    }
    if names.len() > MAX_METRICS {
        return Err(ArmError::bad_request(format!(
            "Requested metrics count: {} has exceeded the limit {MAX_METRICS}.",
            names.len()
        )));
    }
    let find = |name: &String| {
        metrics::find(kind, &name.replace("%2", ",")).ok_or_else(|| {
            let valid: Vec<&str> = all.iter().map(|metric| metric.name).collect();
            ArmError::bad_request(format!(
                "Failed to find metric configuration for provider: {}, resource Type: {}, \
                 metric: {name}, Valid metrics: {}",
                kind.namespace(),
                kind.short_type(),
                valid.join(",")
            ))
        })
    };
    names.iter().map(find).collect()
}

/// `timespan=start/end`, or `starttime` and `endtime` of the batch; the last hour when nobody says.
fn span(query: &Query, now: Timestamp) -> Result<(Timestamp, Timestamp), ArmError> {
    let wrong = |text: &str| {
        ArmError::bad_request(format!(
            "The timespan '{text}' is invalid; it must be start/end in ISO 8601, the start before \
             the end."
        ))
    };
    let hour = SignedDuration::from_hours(1);
    let (start, end) = match first(query, &["timespan"]) {
        Some(text) => {
            let (start, end) = match text.split_once('/') {
                Some((start, end)) => (start.to_owned(), end.to_owned()),
                None => (text.to_owned(), String::new()),
            };
            (
                moment(&start, now).ok_or_else(|| wrong(text))?,
                if end.is_empty() { now } else { moment(&end, now).ok_or_else(|| wrong(text))? },
            )
        }
        None => {
            let read = |name: &str| match first(query, &[name]) {
                Some(text) => moment(text, now).map(Some).ok_or_else(|| wrong(text)),
                None => Ok(None),
            };
            let end = read("endtime")?.unwrap_or(now);
            (read("starttime")?.unwrap_or(end.checked_sub(hour).unwrap_or(end)), end)
        }
    };
    if start >= end {
        return Err(wrong(&format!("{start}/{end}")));
    }
    let oldest = SignedDuration::from_hours(24 * (KEPT_DAYS + 1));
    if now.duration_since(start) > oldest {
        return Err(ArmError::bad_request(format!(
            "The start of the timespan is older than the retention of {KEPT_DAYS} days."
        )));
    }
    Ok((start, end))
}

/// An instant, with or without a zone, or a length of time before now.
fn moment(text: &str, now: Timestamp) -> Option<Timestamp> {
    let text = text.trim().replace(' ', "+");
    let local = || {
        let local: jiff::civil::DateTime = text.parse().ok()?;
        jiff::tz::TimeZone::UTC.to_timestamp(local).ok()
    };
    let before = || now.checked_sub(text.parse::<SignedDuration>().ok()?).ok();
    let days = || {
        let days: i64 = text.strip_prefix('P')?.strip_suffix('D')?.parse().ok()?;
        now.checked_sub(SignedDuration::from_hours(days.checked_mul(24)?)).ok()
    };
    text.parse().ok().or_else(local).or_else(days).or_else(before)
}

fn step_of(grain: &str, (finest, adjusts): (i64, bool), minutes: i64) -> Result<i64, ArmError> {
    if grain.eq_ignore_ascii_case("FULL") {
        return Ok(minutes);
    }
    let known = GRAINS.iter().find(|(word, _)| word.eq_ignore_ascii_case(grain));
    let asked = match (known, minutes_of(grain)) {
        (Some((_, minutes)), _) => *minutes,
        (None, Some(minutes)) if adjusts => minutes,
        (None, _) => 0,
    };
    let valid = || GRAINS.iter().filter(|(_, minutes)| *minutes >= finest);
    if known.is_some() && asked >= finest {
        return Ok(asked);
    }
    if adjusts && asked > 0 {
        let next = valid().find(|(_, minutes)| *minutes >= asked);
        return Ok(next.map_or(1_440, |(_, minutes)| *minutes));
    }
    let valid: Vec<&str> = valid().map(|(word, _)| *word).collect();
    Err(ArmError::bad_request(format!(
        "Detected invalid time grain input: {grain}. Valid time grains: {}",
        valid.join(", ")
    )))
}

/// The minutes of a length such as `PT2H`.
fn minutes_of(grain: &str) -> Option<i64> {
    let length: SignedDuration = grain.parse().ok()?;
    Some(length.as_mins()).filter(|minutes| *minutes > 0)
}

fn grain_of(step: i64) -> String {
    let known = GRAINS.iter().find(|(_, minutes)| *minutes == step);
    known.map_or_else(|| format!("PT{step}M"), |(word, _)| (*word).to_owned())
}

fn aggregation(word: &str) -> Result<Aggregation, ArmError> {
    let known = Aggregation::ALL.into_iter().find(|one| one.word().eq_ignore_ascii_case(word));
    known.ok_or_else(|| {
        let valid = Aggregation::ALL.map(Aggregation::word).join(",");
        ArmError::bad_request(format!(
            "Invalid aggregation type: {word}. Valid aggregation types: {valid}"
        ))
    })
}

fn aggregations(
    text: Option<&str>,
    metrics: &[&'static Metric],
) -> Result<Vec<Aggregation>, ArmError> {
    let words = listed(text);
    if words.is_empty() {
        let mut primary: Vec<Aggregation> = Vec::new();
        for metric in metrics {
            if !primary.contains(&metric.primary) {
                primary.push(metric.primary);
            }
        }
        return Ok(primary);
    }
    words.iter().map(|word| aggregation(word)).collect()
}

/// Dimensions of the platform that any metric of several resources has.
pub(super) const RESOURCE: &str = "Microsoft.ResourceId";
pub(super) const GROUP: &str = "Microsoft.ResourceGroupName";

fn splits(filter: Option<&str>, metrics: &[&'static Metric]) -> Result<Vec<Split>, ArmError> {
    let Some(filter) = filter else { return Ok(Vec::new()) };
    let wrong = |what: &str| {
        ArmError::bad_request(format!(
            "The filter '{filter}' is invalid: {what}. It may compare dimensions with eq, joined \
             by and, or."
        ))
    };
    let mut splits: Vec<Split> = Vec::new();
    let terms = split_words(filter, " and ").into_iter().flat_map(|part| split_words(part, " or "));
    for term in terms {
        let term = term.trim().trim_matches(['(', ')']).trim();
        let (name, value) = split_words(term, " eq ")
            .split_first()
            .and_then(|(name, rest)| Some((name.trim(), quoted(rest.first()?)?)))
            .ok_or_else(|| wrong(&format!("'{term}' is no comparison")))?;
        let name = name.trim_matches('\'');
        let platform = [RESOURCE, GROUP].into_iter();
        let own = metrics.iter().flat_map(|metric| metric.dimensions.iter().map(|one| one.name));
        let dimension = platform
            .chain(own)
            .find(|known| known.eq_ignore_ascii_case(name))
            .ok_or_else(|| wrong(&format!("the dimension '{name}' is not one of the metric")))?;
        let known = splits.iter().position(|split| split.dimension == dimension);
        let at = known.unwrap_or(splits.len());
        if known.is_none() {
            splits.push(Split { dimension: dimension.to_owned(), values: Vec::new() });
        }
        if let (Some(split), true) = (splits.get_mut(at), value != "*") {
            split.values.push(value);
        }
    }
    Ok(splits)
}

fn listed(text: Option<&str>) -> Vec<String> {
    let words = text.into_iter().flat_map(|text| text.split(',')).map(str::trim);
    words.filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

fn top(text: Option<&str>) -> Result<usize, ArmError> {
    match text {
        None => Ok(USUAL_TOP),
        Some(text) => text.parse().ok().filter(|top| *top > 0).ok_or_else(|| {
            ArmError::bad_request(format!("The value '{text}' of 'top' is invalid."))
        }),
    }
}

fn order(text: Option<&str>) -> Result<Option<(Aggregation, bool)>, ArmError> {
    let Some(text) = text else { return Ok(None) };
    let mut words = text.split_whitespace();
    let by = aggregation(words.next().unwrap_or_default())?;
    match words.next().unwrap_or("asc").to_ascii_lowercase().as_str() {
        "asc" => Ok(Some((by, true))),
        "desc" => Ok(Some((by, false))),
        other => Err(ArmError::bad_request(format!(
            "The value '{other}' of 'orderby' is invalid; it must be asc or desc."
        ))),
    }
}

fn is_metadata(text: Option<&str>) -> Result<bool, ArmError> {
    match text.unwrap_or("Data").to_ascii_lowercase().as_str() {
        "data" => Ok(false),
        "metadata" => Ok(true),
        other => Err(ArmError::bad_request(format!(
            "The value '{other}' of 'resultType' is invalid; it must be Data or Metadata."
        ))),
    }
}
