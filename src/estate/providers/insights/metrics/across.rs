//! Metrics of several resources at once: those of a subscription's region, and the batch.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{METRICS, asked::Asked, asked::first, region_of, told};
use crate::estate::{
    access::Scope,
    http::{
        answer::Answer,
        call::{Call, Method},
        error::ArmError,
    },
    metrics,
    world::{ResourceIx, kind::Kind},
};

/// Resources of one batch.
const MAX_BATCH: usize = 50;

/// `GET or POST {S}/providers/Microsoft.Insights/metrics?region=`: all resources of a type in a
/// region, put together unless the filter splits by `Microsoft.ResourceId`.
pub(in super::super) fn in_subscription(call: &Call<'_>) -> Result<Answer, ArmError> {
    let Scope::Subscription(subscription) = call.scope()? else {
        return Err(ArmError::invalid_type("Microsoft.Insights", "metrics"));
    };
    let query = match call.method {
        Method::Get => call.query.clone(),
        Method::Post => call.query.with_more(body(call.body)?),
        other => return Err(ArmError::method_not_allowed(other.name())),
    };
    let missing = |name: &str| {
        ArmError::bad_request(format!("The query parameter '{name}' is required at this scope."))
    };
    let region = first(&query, &["region"]).ok_or_else(|| missing("region"))?.to_owned();
    let namespace = first(&query, &["metricnamespace", "metricNamespace"])
        .ok_or_else(|| missing("metricnamespace"))?;
    let kind = kind_of(namespace)?;
    let asked = Asked::of(call, &query, kind)?;
    let world = call.world();
    let resources: Vec<ResourceIx> = world
        .subscription_resources(subscription)
        .filter(|ix| world.resource(*ix).is_some_and(|resource| resource.kind == kind))
        .filter(|ix| region_of(call, *ix).eq_ignore_ascii_case(&region.replace(' ', "")))
        .filter(|ix| call.may(METRICS, Scope::Resource(*ix)))
        .collect();
    if resources.is_empty() {
        call.require(METRICS, Scope::Subscription(subscription))?;
    }
    let id = world.subscription_id(subscription);
    let value = told::metrics(call, &asked, (id.trim_start_matches('/'), &resources));
    Answer::json(&json!({
        "cost": asked.cost(),
        "timespan": asked.timespan(),
        "interval": asked.interval(),
        "value": value,
        "namespace": kind.arm_type(),
        "resourceregion": region.to_ascii_lowercase(),
    }))
}

fn kind_of(namespace: &str) -> Result<Kind, ArmError> {
    Kind::of_type(namespace).filter(|kind| !metrics::of_kind(*kind).is_empty()).ok_or_else(|| {
        ArmError::bad_request(format!("The metric namespace '{namespace}' is not found."))
    })
}

/// The members of a body as query parameters.
fn body(bytes: &[u8]) -> Result<Vec<(String, String)>, ArmError> {
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Ok(Vec::new());
    }
    let body: serde_json::Map<String, Value> = serde_json::from_slice(bytes).map_err(|error| {
        ArmError::invalid_content(format!("The request content was invalid: {error}."))
    })?;
    let text = |value: Value| match value {
        Value::String(text) => Some(text),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    };
    Ok(body.into_iter().filter_map(|(name, value)| Some((name, text(value)?))).collect())
}

#[derive(Deserialize)]
struct Batch {
    resourceids: Vec<String>,
}

/// `POST {S}/metrics:getBatch` of the data plane: up to fifty resources of a type in one region.
pub(in crate::estate::providers) fn batch(
    call: &Call<'_>,
    subscription: &str,
) -> Result<Answer, ArmError> {
    call.only(Method::Post)?;
    let subscription = call.subscription(subscription)?;
    let batch: Batch = serde_json::from_slice(call.body).map_err(|error| {
        ArmError::invalid_content(format!("The request content was invalid: {error}."))
    })?;
    if batch.resourceids.is_empty() || batch.resourceids.len() > MAX_BATCH {
        return Err(ArmError::bad_request(format!(
            "The number of resource ids must be from 1 to {MAX_BATCH}."
        )));
    }
    let namespace = first(&call.query, &["metricnamespace"]).ok_or_else(|| {
        ArmError::bad_request("The query parameter 'metricnamespace' is required.")
    })?;
    let asked = Asked::of(call, &call.query, kind_of(namespace)?)?;
    let world = call.world();
    let mut region = None;
    let mut values = Vec::new();
    for id in &batch.resourceids {
        let segments: Vec<String> =
            id.split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect();
        let scope = call.resolve(&segments)?;
        let Scope::Resource(ix) = scope else {
            return Err(ArmError::bad_request(format!("'{id}' is not the id of a resource.")));
        };
        call.require(METRICS, scope)?;
        let resource = world.resource(ix).ok_or_else(ArmError::internal)?;
        let own = region_of(call, ix);
        if resource.kind != asked.kind
            || world.subscription_of(resource) != subscription
            || *region.get_or_insert(own) != own
        {
            return Err(ArmError::bad_request(
                "All resources of a batch must be of one subscription, region and resource type.",
            ));
        }
        values.push(of_resource(call, &asked, ix));
    }
    Answer::json(&json!({ "values": values }))
}

fn of_resource(call: &Call<'_>, asked: &Asked, ix: ResourceIx) -> Value {
    let id = call.world().resource_id(ix);
    let (start, end) = asked.bounds();
    json!({
        "starttime": start,
        "endtime": end,
        "cost": asked.cost(),
        "interval": asked.interval(),
        "namespace": asked.kind.arm_type(),
        "resourceregion": region_of(call, ix),
        "resourceid": id,
        "value": told::metrics(call, asked, (&id, &[ix])),
    })
}
