//! From the values of resources to time series: split by dimensions, put together, ordered, cut.

use serde_json::{Map, Value, json};

use super::{
    asked::{Asked, GROUP, RESOURCE, Split},
    named,
};
use crate::estate::{
    http::call::Call,
    metrics::{self, Aggregation, Bucket, Metric},
    world::ResourceIx,
};

/// The metrics that were asked for, of resources put together unless the query splits them.
pub(super) fn metrics(
    call: &Call<'_>,
    asked: &Asked,
    (id, resources): (&str, &[ResourceIx]),
) -> Vec<Value> {
    let one = |metric: &&'static Metric| {
        json!({
            "id": format!("{id}/providers/Microsoft.Insights/metrics/{}", metric.name),
            "type": "Microsoft.Insights/metrics",
            "name": named(metric.name, metric.display),
            "displayDescription": metric.description,
            "unit": metric.unit.word(),
            "timeseries": series(call, asked, (metric, resources)),
            "errorCode": "Success",
        })
    };
    asked.metrics.iter().map(one).collect()
}

/// A time series: the values of its dimensions and its steps.
struct Series {
    labels: Vec<(String, String)>,
    steps: Vec<Bucket>,
}

fn series(
    call: &Call<'_>,
    asked: &Asked,
    (metric, resources): (&'static Metric, &[ResourceIx]),
) -> Vec<Value> {
    let mut all: Vec<Series> = Vec::new();
    for ix in resources {
        let Some(labels) = platform_labels(call, asked, *ix) else { continue };
        let world = call.world();
        let fired = call.state.fired().map(|(_, alert)| alert);
        let steps =
            metrics::buckets((world, fired), (*ix, metric), (asked.window, call.state.clock.now()));
        for (own, share) in shares(asked, metric) {
            let labels = labels.iter().cloned().chain(own).collect();
            add(&mut all, labels, steps.iter().map(|step| step.share(share)).collect());
        }
    }
    if let Some((by, is_ascending)) = asked.order {
        all.sort_by(|a, b| {
            let order = overall(&a.steps, by).total_cmp(&overall(&b.steps, by));
            if is_ascending { order } else { order.reverse() }
        });
    }
    let is_split = !asked.splits.is_empty();
    all.truncate(if is_split { asked.top } else { 1 });
    all.iter().map(|series| series.told(asked, metric)).collect()
}

/// Takes a series in with what has the same labels.
fn add(all: &mut Vec<Series>, labels: Vec<(String, String)>, steps: Vec<Bucket>) {
    match all.iter_mut().find(|series| series.labels == labels) {
        Some(known) => {
            for (own, other) in known.steps.iter_mut().zip(&steps) {
                own.merge(other);
            }
        }
        None => all.push(Series { labels, steps }),
    }
}

/// The labels that say which resource a series is of; `None` where the query does not want it.
fn platform_labels(
    call: &Call<'_>,
    asked: &Asked,
    ix: ResourceIx,
) -> Option<Vec<(String, String)>> {
    let world = call.world();
    let mut labels = Vec::new();
    for split in &asked.splits {
        let value = match split.dimension.as_str() {
            RESOURCE => world.resource_id(ix),
            GROUP => {
                let group = world.resource(ix).and_then(|one| world.group(one.group));
                group.map_or_else(String::new, |group| group.name.clone())
            }
            _ => continue,
        };
        if !wants(split, &value) {
            return None;
        }
        if !asked.rolled_up.iter().any(|name| name.eq_ignore_ascii_case(&split.dimension)) {
            labels.push((split.dimension.clone(), value));
        }
    }
    Some(labels)
}

fn wants(split: &Split, value: &str) -> bool {
    let own = value.trim_matches('/');
    let is_it = |wanted: &String| wanted.trim_matches('/').eq_ignore_ascii_case(own);
    split.values.is_empty() || split.values.iter().any(is_it)
}

/// The values of the metric's own dimensions that the query names, with the share of each
/// combination.
fn shares(asked: &Asked, metric: &'static Metric) -> Vec<(Vec<(String, String)>, f64)> {
    let mut combined = vec![(Vec::new(), 1.0)];
    for split in &asked.splits {
        let Some(dimension) = metric.dimensions.iter().find(|one| one.name == split.dimension)
        else {
            continue;
        };
        let is_rolled =
            asked.rolled_up.iter().any(|name| name.eq_ignore_ascii_case(dimension.name));
        let wanted = dimension.values.iter().filter(|(value, _)| wants(split, value));
        let mut next = Vec::new();
        for (value, share) in wanted {
            // A level is as high in every part; an amount is shared out.
            let share = if metric.adds_up() { *share } else { 1.0 };
            for (labels, before) in &combined {
                let mut labels: Vec<(String, String)> = Vec::clone(labels);
                if !is_rolled {
                    labels.push((dimension.name.to_owned(), (*value).to_owned()));
                }
                next.push((labels, before * share));
            }
        }
        combined = next;
    }
    combined
}

/// A series as one value, for its place among others.
fn overall(steps: &[Bucket], by: Aggregation) -> f64 {
    let mut whole = Bucket::default();
    for step in steps {
        whole.merge(step);
    }
    value(&whole, by)
}

fn value(bucket: &Bucket, by: Aggregation) -> f64 {
    match by {
        Aggregation::Average => bucket.average(),
        Aggregation::Minimum => bucket.minimum,
        Aggregation::Maximum => bucket.maximum,
        Aggregation::Total => bucket.total,
        Aggregation::Count => f64::from(bucket.count),
    }
}

impl Series {
    fn told(&self, asked: &Asked, metric: &Metric) -> Value {
        let labels = self.labels.iter().map(|(name, value)| {
            let name = name.to_ascii_lowercase();
            json!({ "name": named(&name, &name), "value": value })
        });
        let mut told = Map::new();
        told.insert("metadatavalues".into(), labels.collect());
        if !asked.is_metadata {
            let steps = self.steps.iter().enumerate();
            told.insert("data".into(), steps.map(|step| point(asked, metric, step)).collect());
        }
        Value::Object(told)
    }
}

/// A step; without values it is its instant alone.
fn point(asked: &Asked, metric: &Metric, (number, bucket): (usize, &Bucket)) -> Value {
    let mut point = Map::new();
    point.insert("timeStamp".into(), json!(asked.step_at(number)));
    if bucket.count > 0 {
        for by in &asked.aggregations {
            let key = by.word().to_ascii_lowercase();
            // What counts events by their number of samples counts the events.
            let by = match (by, metric.primary) {
                (Aggregation::Count, Aggregation::Count) => Aggregation::Total,
                (by, _) => *by,
            };
            point.insert(key, json!(rounded(value(bucket, by))));
        }
    }
    Value::Object(point)
}

/// To six decimals: more are noise of the arithmetic.
fn rounded(value: f64) -> f64 {
    (value * 1e6).round() / 1e6
}
