//! `summarize_alerts`: how many alerts fired, of what, where and when.
//!
//! Owns the counts; all of them are made by Resource Graph, so that the cost does not grow with
//! alerts. Table `alertsmanagementresources`, what `Alerts_GetSummary` counts one subscription at a
//! time.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    alert::{self, ALERTS_ACTION, Count, Severity},
    narrowed::Narrowed,
    over_time::{self, Steps},
};
use crate::{
    protocol::{Pillar, View},
    tools::{
        arguments::range_of,
        context::{GRAPH_ACTION, ReadContext, Subscription, Visible},
        error::ToolError,
        rows::Row,
        tool::{RbacAction, Tool},
        untrusted::{Untrusted, cut},
    },
};

mod telling;

/// Summarizes fired alerts.
#[derive(Clone, Copy, Debug)]
pub struct SummarizeAlerts;

const TOP: usize = 10;

/// The arguments.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Input {
    /// When they fired: `24h`, `7d`, `yesterday`, a date or `start/end`. Default `30d`, all that
    /// Azure keeps.
    time_range: Option<String>,
    /// Part of the name of the resource, or its ARM id.
    resource: Option<String>,
    /// Resource group name.
    resource_group: Option<String>,
    /// Subscription name or id. Default all in scope.
    subscription: Option<String>,
}

/// The result.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    /// How many alerts fired.
    total: u64,
    /// How many of them are fired and not closed.
    open: u64,
    /// How many of those open nobody acknowledged.
    unacknowledged: u64,
    /// Open alerts by severity, worst first.
    open_by_severity: Vec<Count>,
    /// All by severity, worst first.
    by_severity: Vec<Count>,
    /// All by state.
    by_state: Vec<Count>,
    /// All by condition.
    by_condition: Vec<Count>,
    /// All by what raised them.
    by_service: Vec<Count>,
    /// All by subscription.
    by_subscription: Vec<Count>,
    /// The rules that fired most.
    rules: Vec<TopRule>,
    /// The resources that most alerts are about.
    resources: Vec<TopResource>,
    /// What was asked for, in words.
    asked: Untrusted<String>,
    #[serde(skip)]
    trend: Option<View>,
}

/// A rule and how often it fired.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct TopRule {
    /// The rule, as Azure names it.
    rule: Untrusted<String>,
    /// Alerts it raised.
    count: u64,
    /// Those that are open.
    open: u64,
}

/// A resource and its alerts.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct TopResource {
    /// The ARM id.
    id: String,
    /// Alerts about it.
    count: u64,
    /// Those that are open.
    open: u64,
}

const COUNT: &str = "| summarize n = count() by severity, state, condition, service";
const PLACES: &str = "| summarize n = count() by subscriptionId";
const TREND: &str = "\
| summarize n = count() by step = bin(at, {{step}}), severity
| order by step asc";
const RULES: &str = "\
| where isnotempty(rule)
| summarize n = count(), open = countif(condition =~ 'Fired' and state !~ 'Closed') by rule
| top 10 by n desc";
const RESOURCES: &str = "\
| where isnotempty(target)
| extend target = tolower(target)
| summarize n = count(), open = countif(condition =~ 'Fired' and state !~ 'Closed') by target
| top 10 by n desc";

impl Tool for SummarizeAlerts {
    const NAME: &'static str = "summarize_alerts";
    const TITLE: &'static str = "Summarize fired alerts";
    const PILLAR: Pillar = Pillar::Observability;
    const DESCRIPTION: &'static str = "Counts the fired alerts of Azure Monitor by severity, state, \
        service, subscription and day, with the rules and resources that alert most.";
    const ASKS: &'static [&'static str] = &[
        "Catch me up on alerts",
        "Summarize the alerts of the week",
        "Give me an alert summary",
        "Which alert rules fire most often?",
        "Noisiest alerts and resources",
        "Alert counts by severity and state",
        "Alert trend over time",
        "Which resources have the most alerts?",
        "Overview of monitoring alerts by service",
    ];
    const ACTIONS: &'static [RbacAction] = &[ALERTS_ACTION, GRAPH_ACTION];
    type Input = Input;
    type Output = Output;

    async fn call(&self, cx: &ReadContext, input: Input) -> Result<Output, ToolError> {
        let asked = input.time_range.as_deref().unwrap_or("30d");
        let range = range_of(cx, asked, alert::KEPT)?;
        let visible = cx.subscriptions().await?;
        let over = visible.select(cx.bounds(), &input.subscription)?;
        let mut table = alert::table();
        table.resource(cx, input.resource.as_ref()).await?;
        table.group(input.resource_group.as_ref());
        table.range(cx, Some(range));
        let counts = table.counts(cx, &over, COUNT).await?;
        table.check_rights(cx, &over, ALERTS_ACTION).await?;
        let mut output = Output::of(&counts, table.asked());
        if output.total > 0 {
            output.look_closer(cx, (visible, &over), &table, Steps::of(range)).await?;
        }
        Ok(output)
    }
}

impl Output {
    fn of(counts: &[Value], asked: Untrusted<String>) -> Self {
        let counted: Vec<_> = counts
            .iter()
            .filter_map(Row::of)
            .filter_map(|row| {
                let service = cut(&row.text("service").unwrap_or_default(), 60).into_owned();
                Some((alert::Counted::of(row)?, service))
            })
            .collect();
        let by = |key: fn(&alert::Counted) -> &str| {
            alert::summed(counted.iter().map(|(one, _)| (key(one), one.count)))
        };
        let open = || counted.iter().map(|(one, _)| one).filter(|one| one.is_open());
        let open_by = alert::summed(open().map(|one| (one.severity.as_str(), one.count)));
        let is_new = |one: &&alert::Counted| alert::State::New.is(&one.state);
        Self {
            total: counted.iter().map(|(one, _)| one.count).sum(),
            open: open().map(|one| one.count).sum(),
            unacknowledged: open().filter(is_new).map(|one| one.count).sum(),
            open_by_severity: worst_first(open_by),
            by_severity: worst_first(by(|one| &one.severity)),
            by_state: by(|one| &one.state),
            by_condition: by(|one| &one.condition),
            by_service: alert::summed(
                counted.iter().map(|(one, service)| (service.as_str(), one.count)),
            ),
            by_subscription: Vec::new(),
            rules: Vec::new(),
            resources: Vec::new(),
            asked,
            trend: None,
        }
    }

    async fn look_closer(
        &mut self,
        cx: &ReadContext,
        (visible, over): (&Visible, &[Subscription]),
        table: &Narrowed,
        steps: Steps,
    ) -> Result<(), ToolError> {
        let places = table.counts(cx, over, PLACES).await?;
        let mut by_subscription: Vec<Count> = places
            .iter()
            .filter_map(Row::of)
            .filter_map(|row| {
                let key = visible.name_of(&row.text("subscriptionId")?);
                Some(Count { key, count: row.count("n")? })
            })
            .collect();
        by_subscription.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.key.cmp(&b.key)));
        self.by_subscription = by_subscription;
        let rules = table.counts(cx, over, RULES).await?;
        self.rules = rules.iter().filter_map(|row| TopRule::of(Row::of(row)?)).take(TOP).collect();
        let resources = table.counts(cx, over, RESOURCES).await?;
        self.resources =
            resources.iter().filter_map(|row| TopResource::of(Row::of(row)?)).take(TOP).collect();
        let trend = table.read(cx, over, (TREND, &[steps.value()]), 1_000).await?;
        let counts: Vec<_> = trend
            .each()
            .filter_map(|row| {
                let (at, count) = over_time::counted(row)?;
                let severity = row.text("severity")?;
                Some((at, Severity::ALL.into_iter().find(|one| one.is(&severity))?.name(), count))
            })
            .collect();
        let title = format!("Alerts fired by {}", steps.noun());
        self.trend = steps.picture(&title, counts.into_iter());
        Ok(())
    }
}

impl TopRule {
    fn of(row: Row<'_>) -> Option<Self> {
        let rule = Untrusted::new(&row.text("rule")?);
        Some(Self { rule, count: row.count("n")?, open: row.count("open").unwrap_or(0) })
    }
}

impl TopResource {
    fn of(row: Row<'_>) -> Option<Self> {
        let id = cut(&row.text("target")?, 2048).into_owned();
        Some(Self { id, count: row.count("n")?, open: row.count("open").unwrap_or(0) })
    }
}

fn worst_first(mut counts: Vec<Count>) -> Vec<Count> {
    counts.sort_by(|a, b| a.key.cmp(&b.key));
    counts
}
