//! `rank_by_metric`: which resources of a type have most, or least, of something.
//!
//! Owns the choice of the regions that are read: one read a subscription and region, whatever the
//! number of resources there. Operations `MetricDefinitions_List` and
//! `Metrics_ListAtSubscriptionScope` (2024-02-01); table `resources`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    get_metrics::KEPT,
    metric::{DEFINITIONS_ACTION, METRICS_ACTION},
};
use crate::{
    protocol::Pillar,
    tools::{
        arguments::{limit_of, range_of},
        context::{GRAPH_ACTION, ReadContext},
        error::ToolError,
        tool::{RbacAction, Tool},
        untrusted::Untrusted,
    },
};

mod reading;
mod telling;

/// Ranks resources by a metric.
#[derive(Clone, Copy, Debug)]
pub struct RankByMetric;

const LIMITS: (u32, u32) = (10, 50);
const USUAL_RANGE: &str = "24h";

/// The arguments.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Input {
    /// The type, in words such as `vm` or as an ARM type.
    #[serde(rename = "type")]
    kind: String,
    /// What to rank by, in words (`cpu`, `memory`, `latency`, `errors`, `requests`) or by the
    /// metric's name.
    metric: String,
    /// Which end comes first. Default highest.
    #[serde(default)]
    order: Order,
    /// Of levels: by the mean of the range, or by its peak. Default average.
    #[serde(default)]
    by: By,
    /// `1h`, `24h`, `7d`, a date or `start/end`. Default 24h.
    time_range: Option<String>,
    /// Azure region, e.g. `westeurope`.
    location: Option<String>,
    /// Resource group name.
    resource_group: Option<String>,
    /// Subscription name or id. Default all in scope.
    subscription: Option<String>,
    /// Resources at most, 1 to 50. Default 10.
    limit: Option<u32>,
}

/// Which end comes first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
enum Order {
    #[default]
    Highest,
    Lowest,
}

/// What is ranked by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
enum By {
    #[default]
    Average,
    Peak,
}

/// The result.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    /// The ARM type.
    resource_type: String,
    /// How many resources of the type there are.
    total: u64,
    /// How many of them lie where was looked.
    looked_at: u64,
    /// How many of those gave no value, as far as Azure names them.
    silent: u64,
    /// The metric's name.
    metric: Untrusted<String>,
    /// The metric's name for people.
    display: Untrusted<String>,
    /// The unit of the values; empty for counts.
    unit: String,
    /// `Average`, `Maximum`, `Minimum` or `Total`.
    aggregation: String,
    /// Which end comes first.
    order: Order,
    /// The range in words.
    asked: Untrusted<String>,
    /// The resources, ranked.
    resources: Vec<Ranked>,
}

/// A ranked resource.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Ranked {
    /// Its ARM id.
    resource: String,
    /// Its name.
    name: Untrusted<String>,
    /// Its resource group.
    resource_group: Option<Untrusted<String>>,
    /// Its subscription's name.
    subscription: Untrusted<String>,
    /// The region.
    location: String,
    /// The value over the range.
    value: f64,
}

impl Tool for RankByMetric {
    const NAME: &'static str = "rank_by_metric";
    const TITLE: &'static str = "Rank resources by a metric";
    const PILLAR: Pillar = Pillar::Observability;
    const DESCRIPTION: &'static str = "Ranks the resources of one type by a metric over a time \
        range: which have the highest or lowest CPU, memory, latency, errors, requests. Says what \
        was left out.";
    const ASKS: &'static [&'static str] = &[
        "Which VMs have the highest CPU usage?",
        "Top 10 machines by CPU in the last 7 days",
        "Which web app has the most server errors?",
        "Which databases are the busiest?",
        "List the idle VMs with the lowest CPU",
        "Which storage account has the highest latency?",
        "Compare the memory of all virtual machines",
        "Which of my resources is under the most load?",
        "Rank key vaults by requests",
    ];
    const ACTIONS: &'static [RbacAction] = &[METRICS_ACTION, DEFINITIONS_ACTION, GRAPH_ACTION];
    type Input = Input;
    type Output = Output;

    async fn call(&self, cx: &ReadContext, input: Input) -> Result<Output, ToolError> {
        let limit = limit_of(input.limit, LIMITS)?;
        let range = range_of(cx, input.time_range.as_deref().unwrap_or(USUAL_RANGE), KEPT)?;
        let visible = cx.subscriptions().await?;
        let over = visible.select(cx.bounds(), &input.subscription)?;
        reading::read(cx, (visible, &over), (&input, range, limit)).await
    }
}
