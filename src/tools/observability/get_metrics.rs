//! `get_metrics`: how one resource or a few went, against the time before.
//!
//! Owns which metrics, grain and aggregation answer a question in operators' words. Operations
//! `MetricDefinitions_List` and `Metrics_List` (2024-02-01).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::metric::{
    DEFINITIONS_ACTION, METRICS_ACTION,
    subject::{self, Asked},
};
use crate::{
    protocol::Pillar,
    tools::{
        arguments::range_of,
        context::{GRAPH_ACTION, ReadContext},
        error::ToolError,
        tool::{RbacAction, Tool, one_or_many},
        untrusted::Untrusted,
    },
};

mod reading;
mod telling;

/// Gets metrics.
#[derive(Clone, Copy, Debug)]
pub struct GetMetrics;

/// How long Azure keeps values.
pub(super) const KEPT: (i64, &str) = (93, "Azure keeps metrics for 93 days");
const MAX_RESOURCES: usize = 6;
const MAX_METRICS: usize = 10;
const USUAL_RANGE: &str = "24h";

/// The arguments.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Input {
    /// Names or ARM ids of up to 6 resources.
    #[serde(default, deserialize_with = "one_or_many")]
    resource: Vec<String>,
    /// Without a name: resources of this type, e.g. `vm`.
    #[serde(rename = "type")]
    kind: Option<String>,
    /// What to look at, in words (`cpu`, `memory`, `disk latency`, `requests`, `errors`) or by
    /// the metric's name. Default what matters for the type.
    #[serde(default, deserialize_with = "one_or_many")]
    metric: Vec<String>,
    /// `1h`, `24h`, `7d`, `yesterday`, a date or `start/end`. Default 24h.
    time_range: Option<String>,
    /// Resource group name.
    resource_group: Option<String>,
    /// Subscription name or id. Default all in scope.
    subscription: Option<String>,
}

/// The result.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    /// One row a resource and metric.
    series: Vec<Series>,
    /// How many resources fit; those looked at may be fewer.
    resources: u64,
    /// How many of them were looked at.
    looked_at: u64,
    /// From when.
    from: String,
    /// Up to when.
    to: String,
    /// When the time before, as long, began; absent where Azure no longer has it.
    before: Option<String>,
    /// The length of a step in words.
    interval: String,
    /// The instants at which the steps of `values` begin.
    steps: Vec<String>,
    /// The range in words.
    asked: Untrusted<String>,
}

/// How a metric of a resource went.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Series {
    /// The ARM id of the resource.
    resource: String,
    /// Its name.
    name: Untrusted<String>,
    /// The metric's name.
    metric: Untrusted<String>,
    /// The metric's name for people.
    display: Untrusted<String>,
    /// The unit of every figure of the row; empty for counts.
    unit: String,
    /// How the values of a step are put together: levels by `Average`, amounts by `Total`.
    aggregation: String,
    /// The figures; absent where nothing was measured.
    figures: Option<Figures>,
    /// `rising`, `falling` or `steady` over the range.
    trend: Option<String>,
    /// Since when it is 0, where it was not before.
    zero_since: Option<String>,
    /// Steps without a value.
    missing: u64,
    /// Why Azure has no values, where it says.
    error: Option<Untrusted<String>>,
    /// One value a step; null where nothing was measured.
    values: Vec<Option<f64>>,
}

/// What a series says.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Figures {
    /// The last value.
    latest: f64,
    /// When that step began.
    latest_at: String,
    /// The mean, of amounts that of a step.
    average: f64,
    /// The least.
    minimum: f64,
    /// The most.
    maximum: f64,
    /// Of amounts the sum.
    total: Option<f64>,
    /// The mean (of amounts the sum) of the time before.
    before: Option<f64>,
    /// By how many percent it changed since.
    change_percent: Option<f64>,
}

impl Tool for GetMetrics {
    const NAME: &'static str = "get_metrics";
    const TITLE: &'static str = "Get metrics over time";
    const PILLAR: Pillar = Pillar::Observability;
    const DESCRIPTION: &'static str = "Gets how metrics of one or a few resources went: latest, \
        average, least and most, trend, and against the time before, with a chart. To compare \
        many resources use rank_by_metric.";
    const ASKS: &'static [&'static str] = &[
        "Show me the CPU of this VM for the last 24 hours",
        "How much memory does this machine use?",
        "Plot the response time of my web app this week",
        "Is the database running out of DTUs?",
        "How many requests did the app serve yesterday?",
        "Show disk latency and IOPS of this VM",
        "Network traffic of the machine in the last hour",
        "Compare CPU usage with the day before",
        "How is my storage account performing?",
        "How did CPU, memory and network develop?",
    ];
    const ACTIONS: &'static [RbacAction] = &[METRICS_ACTION, DEFINITIONS_ACTION, GRAPH_ACTION];
    type Input = Input;
    type Output = Output;

    async fn call(&self, cx: &ReadContext, input: Input) -> Result<Output, ToolError> {
        let text = input.time_range.as_deref().unwrap_or(USUAL_RANGE);
        let range = range_of(cx, text, KEPT)?;
        if input.resource.len() > MAX_RESOURCES {
            let rule = format!("give {MAX_RESOURCES} at most; rank_by_metric compares more");
            return Err(ToolError::wrong("resource", rule));
        }
        let visible = cx.subscriptions().await?;
        let over = visible.select(cx.bounds(), &input.subscription)?;
        let asked =
            Asked { resources: input.resource, kind: input.kind, group: input.resource_group };
        let subjects = subject::find(cx, &over, &asked, MAX_RESOURCES).await?;
        reading::read(cx, &subjects, (&input.metric, range)).await
    }
}
