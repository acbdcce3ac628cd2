//! `list_metric_definitions`: which metrics a resource, or a type of resource, has.
//!
//! Operation `MetricDefinitions_List` (2024-02-01).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::metric::{
    DEFINITIONS_ACTION,
    definition::{self, Definition},
    subject::{self, Asked},
};
use crate::{
    protocol::{ColumnKind, Finding, FindingTone, Pillar, View},
    tools::{
        arguments::given,
        context::{GRAPH_ACTION, ReadContext},
        error::ToolError,
        present::{
            Moment, Present, Presentation, action, cell, column, count_of, detail, headline, listed,
        },
        scope::resource_types::name_of,
        tool::{RbacAction, Tool},
        untrusted::{Untrusted, word},
    },
};
const TOLD: usize = 12;

/// Lists metric definitions.
#[derive(Clone, Copy, Debug)]
pub struct ListMetricDefinitions;

/// The arguments.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Input {
    /// Name or ARM id of a resource.
    resource: Option<String>,
    /// Without a resource: a type, in words such as `vm` or as an ARM type.
    #[serde(rename = "type")]
    kind: Option<String>,
    /// Only metrics with this in their name or description.
    contains: Option<String>,
    /// Subscription name or id. Default all in scope.
    subscription: Option<String>,
}

/// The result.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    /// The ARM id of the resource whose metrics these are.
    resource: String,
    /// Its ARM type.
    resource_type: String,
    /// How many metrics it has in all.
    total: u64,
    /// The metrics that fit.
    metrics: Vec<Metric>,
}

/// A metric.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Metric {
    /// The name that queries use.
    name: Untrusted<String>,
    /// The name people read.
    display: Untrusted<String>,
    /// What it measures.
    description: Option<Untrusted<String>>,
    /// The unit, e.g. `Percent`.
    unit: String,
    /// How its values are best put together.
    aggregation: String,
    /// By what it can be split.
    dimensions: Vec<Untrusted<String>>,
    /// The finest grain in minutes.
    finest_minutes: i64,
    /// How long values are kept, e.g. `P93D`.
    kept: Option<String>,
}

impl Tool for ListMetricDefinitions {
    const NAME: &'static str = "list_metric_definitions";
    const TITLE: &'static str = "List the metrics of a resource";
    const PILLAR: Pillar = Pillar::Observability;
    const DESCRIPTION: &'static str = "Lists which Azure Monitor metrics a resource or a type of \
        resource has: names, units, aggregations, dimensions. Not their values (get_metrics).";
    const ASKS: &'static [&'static str] = &[
        "Which metrics does this resource have?",
        "What metrics are available for SQL databases?",
        "List the metric definitions of a storage account",
        "What can I monitor on a load balancer?",
        "Which dimensions does the Transactions metric have?",
        "What is the name of the latency metric of key vaults?",
    ];
    const ACTIONS: &'static [RbacAction] = &[DEFINITIONS_ACTION, GRAPH_ACTION];
    type Input = Input;
    type Output = Output;

    async fn call(&self, cx: &ReadContext, input: Input) -> Result<Output, ToolError> {
        let visible = cx.subscriptions().await?;
        let over = visible.select(cx.bounds(), &input.subscription)?;
        let asked = Asked {
            resources: input.resource.into_iter().collect(),
            kind: input.kind,
            group: None,
        };
        let subjects = subject::find(cx, &over, &asked, 1).await?;
        let Some(one) = subjects.found.first() else {
            return Err(ToolError::wrong("type", "there is no resource of this type in scope"));
        };
        let all = definition::of_resource(cx, &one.id).await?;
        cx.read_at(&one.id);
        let total = all.len() as u64;
        let part = given(input.contains.as_ref()).map(str::to_lowercase);
        let fits = |metric: &Definition| {
            let description = metric.description.as_ref().map_or("", |text| text.as_str());
            let text = format!("{} {} {description}", metric.name, metric.display).to_lowercase();
            part.as_ref().is_none_or(|part| text.contains(part))
        };
        let metrics = all.into_iter().filter(fits).map(Metric::of).collect();
        Ok(Output { resource: one.id.clone(), resource_type: one.kind.clone(), total, metrics })
    }
}

impl Metric {
    fn of(definition: Definition) -> Self {
        Self {
            finest_minutes: definition.finest(),
            name: Untrusted::new(&definition.name),
            display: Untrusted::new(&definition.display),
            description: definition.description,
            unit: definition.unit,
            aggregation: definition.primary.name().to_owned(),
            dimensions: definition.dimensions,
            kept: definition.kept,
        }
    }
}

impl Present for Output {
    const ROWS_KEY: Option<&'static str> = Some("metrics");

    fn present(&self, _at: &Moment) -> Presentation {
        let rows = self.metrics.len() as u64;
        let what = name_of(&self.resource_type);
        let summary = count_of(rows, "metric");
        let first = match rows {
            0 if self.total == 0 => {
                headline(FindingTone::Neutral, format!("A {what} has no platform metrics."))
            }
            0 => headline(
                FindingTone::Neutral,
                format!("None of the {} of a {what} fits.", count_of(self.total, "metric")),
            ),
            rows if rows == self.total => headline(
                FindingTone::Neutral,
                format!("A {what} has {}.", count_of(rows, "metric")),
            ),
            rows => headline(
                FindingTone::Neutral,
                format!("{rows} of the {} of a {what} fit.", count_of(self.total, "metric")),
            ),
        };
        let mut findings = vec![first];
        findings.extend(self.metrics.iter().take(TOLD).map(Metric::told));
        if let Some(metric) = self.metrics.first() {
            findings.push(action(format!(
                "Ask for the values of one of them, e.g. of `{}`.",
                metric.display.marked()
            )));
        }
        Presentation {
            summary,
            findings,
            views: if self.metrics.is_empty() { Vec::new() } else { vec![self.table()] },
            rows,
            total: Some(rows),
        }
    }
}

impl Metric {
    fn told(&self) -> Finding {
        let mut text = format!(
            "`{}` (`{}`, {}, {})",
            self.display.marked(),
            self.name.marked(),
            word(&self.unit),
            self.aggregation
        );
        if !self.dimensions.is_empty() {
            let names: Vec<String> =
                self.dimensions.iter().map(|one| format!("`{}`", one.marked())).collect();
            text.push_str(&format!(", split by {}", listed(&names)));
        }
        detail(FindingTone::Neutral, format!("{text}."))
    }
}

impl Output {
    fn table(&self) -> View {
        let row = |one: &Metric| {
            let names: Vec<&str> = one.dimensions.iter().map(Untrusted::as_str).collect();
            vec![
                cell(one.display.as_str()),
                cell(one.name.as_str()),
                cell(&one.unit),
                cell(&one.aggregation),
                cell(&names.join(", ")),
            ]
        };
        View::Table {
            title: "Metrics".to_owned(),
            columns: vec![
                column("display", "Metric", ColumnKind::Text),
                column("name", "Name", ColumnKind::Text),
                column("unit", "Unit", ColumnKind::Text),
                column("aggregation", "Aggregation", ColumnKind::Text),
                column("dimensions", "Split by", ColumnKind::Text),
            ],
            rows: self.metrics.iter().map(row).collect(),
            total: self.metrics.len() as u64,
        }
    }
}
