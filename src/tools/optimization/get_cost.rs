//! `get_cost`: what was spent, by any dimension, against the time before.
//!
//! Owns the arguments and how costs are told; sums are read by `costs`.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    costs::{self, By, QUERY_ACTION, Question, Sum},
    money::{cents, change},
    period::Period,
};
use crate::{
    protocol::Pillar,
    tools::{
        arguments::{given, group_given, limit_of},
        context::{ReadContext, Visible},
        error::ToolError,
        tool::{RbacAction, Tool},
        untrusted::Untrusted,
    },
};

mod telling;

pub(super) use telling::table;

/// Gets costs.
#[derive(Clone, Copy, Debug)]
pub struct GetCost;

const LIMITS: (u32, u32) = (20, 200);
const TOLD: usize = 6;

/// The arguments.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Input {
    /// What it is broken down by. Default service.
    #[serde(default)]
    pub(super) by: Breakdown,
    /// Break down by the values of this tag instead.
    pub(super) tag: Option<String>,
    /// `this month`, `last month`, `30d`, a date or `start/end`. Default this month to date.
    pub(super) time_range: Option<String>,
    /// Only this service, e.g. `Virtual Machines`.
    pub(super) service: Option<String>,
    /// Only this resource group.
    pub(super) resource_group: Option<String>,
    /// Only this region, e.g. `westeurope`.
    pub(super) location: Option<String>,
    /// Subscription name or id. Default all in scope.
    pub(super) subscription: Option<String>,
    /// Rows at most, 1 to 200. Default 20; all are summed anyway.
    pub(super) limit: Option<u32>,
}

/// What costs are broken down by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) enum Breakdown {
    #[default]
    Service,
    Subscription,
    ResourceGroup,
    Resource,
    ResourceType,
    Location,
    Meter,
    ChargeType,
}

impl Breakdown {
    pub(super) const fn dimension(self) -> &'static str {
        match self {
            Self::Service => "ServiceName",
            Self::Subscription => "SubscriptionId",
            Self::ResourceGroup => "ResourceGroupName",
            Self::Resource => "ResourceId",
            Self::ResourceType => "ResourceType",
            Self::Location => "ResourceLocation",
            Self::Meter => "Meter",
            Self::ChargeType => "ChargeType",
        }
    }

    pub(super) const fn noun(self) -> &'static str {
        match self {
            Self::Service => "service",
            Self::Subscription => "subscription",
            Self::ResourceGroup => "resource group",
            Self::Resource => "resource",
            Self::ResourceType => "resource type",
            Self::Location => "region",
            Self::Meter => "meter",
            Self::ChargeType => "charge type",
        }
    }
}

/// The result.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    /// What was spent.
    total: f64,
    /// What was spent in the time before, as long.
    before: f64,
    /// By which share it changed.
    change: Option<f64>,
    /// The currency of every amount.
    currency: String,
    /// The first day and the last.
    from: String,
    to: String,
    /// The time before.
    before_from: String,
    before_to: String,
    /// What rows are of.
    by: String,
    /// How many rows there are.
    rows: u64,
    /// The dearest rows.
    items: Vec<Item>,
    /// Costs by day.
    days: Vec<Day>,
    /// Currencies that are not in the sums.
    other_currencies: Vec<String>,
}

/// What something cost.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Item {
    /// Its name.
    pub(super) name: Untrusted<String>,
    /// The ARM id, of a resource.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) resource: Option<String>,
    pub(super) cost: f64,
    pub(super) before: f64,
    /// How much more or less than before.
    pub(super) difference: f64,
    /// The share of the total.
    pub(super) share: f64,
}

/// What a day cost.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
struct Day {
    day: String,
    cost: f64,
}

/// Items of two times, and what they come to.
#[derive(Debug)]
pub(super) struct Compared {
    pub(super) items: Vec<Item>,
    pub(super) total: f64,
    pub(super) before: f64,
    pub(super) currency: String,
    pub(super) by: String,
    pub(super) period: Period,
    /// Currencies beside the main one.
    pub(super) others: Vec<String>,
    question: Question,
}

/// Reads the sums of an input's time and of the time before.
pub(super) async fn compared(cx: &ReadContext, input: &Input) -> Result<Compared, ToolError> {
    let period = Period::parse(cx, input.time_range.as_deref().unwrap_or_default())?;
    let visible = cx.subscriptions().await?;
    let over = visible.select(cx.bounds(), &input.subscription)?;
    let tag = given(input.tag.as_ref()).map(str::to_owned);
    let noun = tag
        .as_ref()
        .map_or_else(|| input.by.noun().to_owned(), |tag| format!("value of tag `{tag}`"));
    let by = tag.map_or(By::Dimension(input.by.dimension()), By::Tag);
    let mut only = Vec::new();
    let filters = [
        ("ServiceName", given(input.service.as_ref())),
        ("ResourceGroupName", group_given(input.resource_group.as_ref())),
        ("ResourceLocation", given(input.location.as_ref())),
    ];
    for (name, value) in filters {
        only.extend(value.map(|value| (name, vec![value.to_owned()])));
    }
    let question = Question { period, granularity: "None", by: Some(by), only, is_forecast: false };
    let now = costs::ask(cx, &over, &question).await?;
    let earlier = Question { period: period.before(), ..question.clone() };
    let before = costs::ask(cx, &over, &earlier).await?;
    Ok(Compared::of((&now, &before), (input, visible), (noun, question)))
}

impl Compared {
    fn of(
        (now, before): (&[Sum], &[Sum]),
        (input, visible): (&Input, &Visible),
        (by, question): (String, Question),
    ) -> Self {
        let currency = costs::main_currency(if now.is_empty() { before } else { now });
        let mut others: Vec<String> = now.iter().map(|sum| sum.currency.clone()).collect();
        others.retain(|one| *one != currency);
        others.sort();
        others.dedup();
        // Values are compared in lower case and shown as they were first written.
        let written: BTreeMap<String, &str> =
            now.iter().chain(before).map(|sum| (sum.of.to_lowercase(), sum.of.as_str())).collect();
        let (now, earlier) = (costs::by_value(now, &currency), costs::by_value(before, &currency));
        let total: f64 = now.values().sum();
        let items = written.iter().map(|(key, shown)| {
            let of = |sums: &BTreeMap<String, f64>| sums.get(key).copied().unwrap_or_default();
            let (cost, before) = (of(&now), of(&earlier));
            Item {
                name: named(shown, (input, visible)),
                resource: shown.starts_with("/subscriptions/").then(|| (*shown).to_owned()),
                cost: cents(cost),
                before: cents(before),
                difference: cents(cents(cost) - cents(before)),
                share: if total > 0.0 { (cost / total * 1_000.0).round() / 1_000.0 } else { 0.0 },
            }
        });
        let mut items: Vec<Item> = items.collect();
        items.sort_by(|a, b| b.cost.total_cmp(&a.cost).then_with(|| a.name.cmp(&b.name)));
        Self {
            items,
            total: cents(total),
            before: cents(earlier.values().sum()),
            currency,
            by,
            period: question.period,
            others,
            question,
        }
    }
}

fn named(value: &str, (input, visible): (&Input, &Visible)) -> Untrusted<String> {
    if value.is_empty() {
        return Untrusted::new("(none)");
    }
    match (input.tag.is_some(), input.by) {
        (false, Breakdown::Subscription) => visible.name_of(value),
        (false, Breakdown::Resource) => Untrusted::new(value.rsplit('/').next().unwrap_or(value)),
        _ => Untrusted::new(value),
    }
}

impl Tool for GetCost {
    const NAME: &'static str = "get_cost";
    const TITLE: &'static str = "Get costs";
    const PILLAR: Pillar = Pillar::Optimization;
    const DESCRIPTION: &'static str = "Gets what was spent in a period, broken down by service, \
        subscription, resource group, resource, region or tag, against the period before, with a \
        chart by day.";
    const ASKS: &'static [&'static str] = &[
        "How much did we spend this month?",
        "What are our Azure costs by service?",
        "Break down the cost of last month by resource group",
        "Which resources are the most expensive?",
        "Cost by subscription over the last 30 days",
        "What does this resource group cost?",
        "How much do we pay for virtual machines?",
        "Compare this month's spend with last month",
        "Show the daily cost trend",
        "Cost per cost center tag",
    ];
    const ACTIONS: &'static [RbacAction] = &[QUERY_ACTION];
    type Input = Input;
    type Output = Output;

    async fn call(&self, cx: &ReadContext, input: Input) -> Result<Output, ToolError> {
        let limit = limit_of(input.limit, LIMITS)?;
        let mut compared = compared(cx, &input).await?;
        let visible = cx.subscriptions().await?;
        let over = visible.select(cx.bounds(), &input.subscription)?;
        let daily = Question { granularity: "Daily", by: None, ..compared.question.clone() };
        let sums = costs::ask(cx, &over, &daily).await?;
        let mut days: BTreeMap<String, f64> = BTreeMap::new();
        for sum in sums.iter().filter(|sum| sum.currency == compared.currency) {
            if let Some(day) = &sum.day {
                *days.entry(day.clone()).or_default() += sum.cost;
            }
        }
        compared.items.retain(|item| item.cost > 0.0);
        let rows = compared.items.len() as u64;
        compared.items.truncate(limit);
        let (period, earlier) = (compared.period, compared.period.before());
        Ok(Output {
            total: compared.total,
            before: compared.before,
            change: change(compared.total, compared.before),
            currency: compared.currency,
            from: period.from.to_string(),
            to: period.to.to_string(),
            before_from: earlier.from.to_string(),
            before_to: earlier.to.to_string(),
            by: compared.by,
            rows,
            items: compared.items,
            days: days.into_iter().map(|(day, cost)| Day { day, cost: cents(cost) }).collect(),
            other_currencies: compared.others,
        })
    }
}
