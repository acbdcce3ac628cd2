//! Metrics of resources (2024-02-01): `MetricDefinitions_List`, `MetricNamespaces_List`,
//! `Metrics_List`, `Metrics_ListAtSubscriptionScope` in both forms, and the batch of the data
//! plane.

mod across;
mod asked;
mod told;

pub(in crate::estate::providers) use across::batch;
pub(super) use across::in_subscription;

use serde_json::{Value, json};

use crate::estate::{
    access::Scope,
    clock::stamp,
    http::{
        answer::Answer,
        call::{Call, Method},
        error::ArmError,
    },
    metrics::{self, Aggregation, KEPT_DAYS, Metric},
    world::{ResourceIx, kind::Kind},
};
use asked::Asked;

const DEFINITIONS: &str = "Microsoft.Insights/metricDefinitions/read";
const NAMESPACES: &str = "Microsoft.Insights/metricNamespaces/read";
const METRICS: &str = "Microsoft.Insights/metrics/read";

/// The resource that a call is about, and its kind.
fn subject(call: &Call<'_>, action: &str) -> Result<(ResourceIx, Kind), ArmError> {
    let scope = call.scope()?;
    let Scope::Resource(ix) = scope else {
        return Err(ArmError::invalid_type("Microsoft.Insights", "metrics"));
    };
    call.require(action, scope)?;
    let kind = call.world().resource(ix).map(|resource| resource.kind);
    kind.map(|kind| (ix, kind)).ok_or_else(ArmError::internal)
}

/// `GET {R}/providers/Microsoft.Insights/metricDefinitions`.
pub(super) fn definitions(call: &Call<'_>) -> Result<Answer, ArmError> {
    call.only(Method::Get)?;
    let (ix, kind) = subject(call, DEFINITIONS)?;
    asked::check_namespace(call.query.get("metricnamespace"), kind)?;
    let id = call.world().resource_id(ix);
    let all = metrics::of_kind(kind).iter();
    Answer::list(&all.map(|metric| definition(&id, kind, metric)).collect::<Vec<_>>())
}

fn definition(id: &str, kind: Kind, metric: &Metric) -> Value {
    let grains = asked::GRAINS.iter().filter(|grain| grain.1 >= metric.finest);
    let availabilities: Vec<Value> = grains
        .map(|(grain, _)| json!({ "timeGrain": grain, "retention": format!("P{KEPT_DAYS}D") }))
        .collect();
    let mut supported = vec!["None"];
    supported.extend(Aggregation::ALL.map(Aggregation::word));
    let dimensions = metric.dimensions.iter();
    let dimensions = dimensions.map(|one| named(one.name, one.name));
    let mut body = json!({
        "id": format!("{id}/providers/microsoft.insights/metricdefinitions/{}", metric.name),
        "resourceId": id,
        "namespace": kind.arm_type(),
        "name": named(metric.name, metric.display),
        "displayDescription": metric.description,
        "isDimensionRequired": false,
        "unit": metric.unit.word(),
        "metricClass": class(metric.name),
        "primaryAggregationType": metric.primary.word(),
        "supportedAggregationTypes": supported,
        "metricAvailabilities": availabilities,
    });
    if let (Some(members), false) = (body.as_object_mut(), metric.dimensions.is_empty()) {
        members.insert("dimensions".into(), dimensions.collect());
    }
    body
}

/// `metricClass`: what a metric is about.
fn class(name: &str) -> &'static str {
    let lower = name.to_ascii_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    if has(&["availab", "health"]) {
        "Availability"
    } else if has(&["5xx", "4xx", "fail", "error", "exception", "deadlock"]) {
        "Errors"
    } else if has(&["latency", "time", "duration"]) {
        "Latency"
    } else if has(&["percent", "cpu", "memory", "load", "utiliz", "saturation"]) {
        "Saturation"
    } else {
        "Transactions"
    }
}

fn named(value: &str, display: &str) -> Value {
    json!({ "value": value, "localizedValue": display })
}

/// `GET {R}/providers/microsoft.insights/metricNamespaces`.
pub(super) fn namespaces(call: &Call<'_>) -> Result<Answer, ArmError> {
    call.only(Method::Get)?;
    let (ix, kind) = subject(call, NAMESPACES)?;
    if metrics::of_kind(kind).is_empty() {
        return Answer::list(&[]);
    }
    let name = kind.arm_type().replace('/', "-").to_ascii_lowercase();
    let id = call.world().resource_id(ix);
    Answer::list(&[json!({
        "id": format!("{id}/providers/microsoft.insights/metricNamespaces/{name}"),
        "type": "Microsoft.Insights/metricNamespaces",
        "name": name,
        "classification": "Platform",
        "properties": { "metricNamespaceName": kind.arm_type() },
    })])
}

/// `GET {R}/providers/Microsoft.Insights/metrics`.
pub(super) fn list(call: &Call<'_>) -> Result<Answer, ArmError> {
    call.only(Method::Get)?;
    let (ix, kind) = subject(call, METRICS)?;
    let asked = Asked::of(call, &call.query, kind)?;
    let id = call.world().resource_id(ix);
    let value = told::metrics(call, &asked, (&id, &[ix]));
    Answer::json(&json!({
        "cost": asked.cost(),
        "timespan": asked.timespan(),
        "interval": asked.interval(),
        "value": value,
        "namespace": kind.arm_type(),
        "resourceregion": region_of(call, ix),
    }))
}

/// The region as metrics write it.
fn region_of(call: &Call<'_>, ix: ResourceIx) -> &'static str {
    let resource = call.world().resource(ix);
    let group = resource.and_then(|resource| call.world().group(resource.group));
    match resource {
        Some(one) if one.kind.is_global() => "global",
        _ => group.map_or("global", |group| group.region.name()),
    }
}

/// An instant as metrics write it, to the second.
fn second(at: jiff::Timestamp) -> String {
    let text = stamp(at);
    text.split_once('.').map_or_else(|| text.clone(), |(whole, _)| format!("{whole}Z"))
}
