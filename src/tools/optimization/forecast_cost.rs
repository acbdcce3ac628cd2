//! `forecast_cost`: what this month, or the days ahead, will come to. Operation `Forecast_Usage`
//! (2024-08-01).

use std::collections::BTreeMap;

use jiff::{ToSpan, tz::TimeZone};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    costs::{self, FORECAST_ACTION, QUERY_ACTION, Question},
    money::{against, cents, money},
    period::Period,
};
use crate::{
    protocol::{ChartKind, ChartSeries, Finding, FindingTone, Pillar, View},
    tools::{
        arguments::group_given,
        context::ReadContext,
        error::ToolError,
        present::{Moment, Present, Presentation, caveat, detail, headline},
        tool::{RbacAction, Tool},
    },
};

/// Forecasts costs.
#[derive(Clone, Copy, Debug)]
pub struct ForecastCost;

/// The arguments.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Input {
    /// Days ahead, 1 to 365. Default until the end of this month.
    days: Option<u32>,
    /// Only this resource group.
    resource_group: Option<String>,
    /// Subscription name or id. Default all in scope.
    subscription: Option<String>,
}

/// The result.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    /// The first day and the last; the first of the month comes before today.
    from: String,
    to: String,
    /// What was spent since the first day.
    spent: f64,
    /// What is still to come.
    ahead: f64,
    /// Both.
    total: f64,
    /// What last month came to.
    last_month: f64,
    currency: String,
    days: Vec<Day>,
}

/// A day's cost.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Day {
    day: String,
    spent: Option<f64>,
    ahead: Option<f64>,
}

impl Tool for ForecastCost {
    const NAME: &'static str = "forecast_cost";
    const TITLE: &'static str = "Forecast costs";
    const PILLAR: Pillar = Pillar::Optimization;
    const DESCRIPTION: &'static str = "Forecasts what this month, or a number of days ahead, will \
        cost, beside what was spent so far and what last month came to.";
    const ASKS: &'static [&'static str] = &[
        "What will we spend this month?",
        "Forecast our Azure costs",
        "What is the projected cost until the end of the month?",
        "Cost forecast for the next 90 days",
        "Predict next month's bill",
        "Will this month be more expensive than the last?",
    ];
    const ACTIONS: &'static [RbacAction] = &[FORECAST_ACTION, QUERY_ACTION];
    type Input = Input;
    type Output = Output;

    async fn call(&self, cx: &ReadContext, input: Input) -> Result<Output, ToolError> {
        let today = cx.now().to_zoned_datetime(TimeZone::UTC).date();
        let mut period = Period::parse(cx, "")?;
        period.to = match input.days {
            None => today.last_of_month(),
            Some(days @ 1..=365) => today.checked_add(i64::from(days).days()).unwrap_or(today),
            Some(_) => return Err(ToolError::wrong("days", "give 1 to 365")),
        };
        let visible = cx.subscriptions().await?;
        let over = visible.select(cx.bounds(), &input.subscription)?;
        let group = group_given(input.resource_group.as_ref());
        let only = group.map(|group| ("ResourceGroupName", vec![group.to_owned()]));
        let question = Question {
            period,
            granularity: "Daily",
            by: None,
            only: only.into_iter().collect(),
            is_forecast: true,
        };
        let sums = costs::ask(cx, &over, &question).await?;
        let last = Question {
            period: Period::parse(cx, "last month")?,
            granularity: "None",
            is_forecast: false,
            ..question
        };
        let before = costs::ask(cx, &over, &last).await?;
        let currency = costs::main_currency(if sums.is_empty() { &before } else { &sums });
        let mut days: BTreeMap<String, (f64, f64)> = BTreeMap::new();
        for sum in sums.iter().filter(|sum| sum.currency == currency) {
            let day = days.entry(sum.day.clone().unwrap_or_default()).or_default();
            if sum.is_forecast { day.1 += sum.cost } else { day.0 += sum.cost }
        }
        let spent = cents(days.values().map(|day| day.0).sum());
        let ahead = cents(days.values().map(|day| day.1).sum());
        let some = |amount: f64| (amount > 0.0).then(|| cents(amount));
        Ok(Output {
            from: period.from.to_string(),
            to: period.to.to_string(),
            spent,
            ahead,
            total: cents(spent + ahead),
            last_month: cents(costs::by_value(&before, &currency).values().sum()),
            currency,
            days: days
                .into_iter()
                .map(|(day, (spent, ahead))| Day { day, spent: some(spent), ahead: some(ahead) })
                .collect(),
        })
    }
}

impl Present for Output {
    const ROWS_KEY: Option<&'static str> = Some("days");

    fn present(&self, _: &Moment) -> Presentation {
        let rows = self.days.len() as u64;
        Presentation {
            summary: format!("{} until {}", money(self.total, &self.currency), self.to),
            findings: self.findings(),
            views: if rows > 1 { vec![self.view()] } else { Vec::new() },
            rows,
            total: Some(rows),
        }
    }
}

impl Output {
    fn findings(&self) -> Vec<Finding> {
        let of = |amount| money(amount, &self.currency);
        if self.days.is_empty() {
            let text = "Azure has no forecast there: too little was spent so far.";
            return vec![headline(FindingTone::Neutral, text)];
        }
        let tone =
            if self.total > self.last_month { FindingTone::Warning } else { FindingTone::Neutral };
        let text = format!("From {} to {} it will come to {}.", self.from, self.to, of(self.total));
        let mut findings = vec![headline(tone, text)];
        let text = format!("{} are spent, {} are still to come.", of(self.spent), of(self.ahead));
        findings.push(detail(FindingTone::Neutral, text));
        let against = against(self.total, self.last_month, &self.currency);
        let text = format!("Compared with all of last month: {against}.");
        findings.push(detail(FindingTone::Neutral, text));
        findings.push(caveat("A forecast goes on as before; it knows of no plans."));
        findings
    }

    fn view(&self) -> View {
        let series =
            |name: &str, values: Vec<Option<f64>>| ChartSeries { name: name.to_owned(), values };
        View::Chart {
            title: "Cost by day".to_owned(),
            chart: ChartKind::Lines,
            unit: self.currency.clone(),
            labels: self.days.iter().map(|day| format!("{}T00:00:00Z", day.day)).collect(),
            series: vec![
                series("Spent", self.days.iter().map(|day| day.spent).collect()),
                series("Forecast", self.days.iter().map(|day| day.ahead).collect()),
            ],
        }
    }
}
