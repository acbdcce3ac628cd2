//! `list_budgets`: budgets, what was spent of them and what they will come to. Operation
//! `Budgets_List` (2024-08-01).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    money::{cents, money},
    parts,
};
use crate::{
    azure::ApiVersion,
    protocol::{ColumnKind, Finding, FindingTone, Pillar, View},
    tools::{
        arguments::given,
        context::{Operation, Pages, ReadContext},
        error::ToolError,
        present::{
            Moment, Present, Presentation, caveat, cell, column, count_of, detail, headline,
            percent,
        },
        rows::Row,
        tool::{RbacAction, Tool},
        untrusted::Untrusted,
    },
};

/// Lists budgets.
#[derive(Clone, Copy, Debug)]
pub struct ListBudgets;

const ACTION: RbacAction = "Microsoft.Consumption/budgets/read";
const BUDGETS: Operation<'_> = Operation {
    below: "/providers/Microsoft.Consumption/budgets",
    version: ApiVersion::new("2024-08-01"),
    action: ACTION,
    pages: Pages::All,
};
const TOLD: usize = 8;

/// The arguments.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Input {
    /// Which budgets. Default all.
    #[serde(default)]
    only: Only,
    /// Part of the budget's name or of its scope.
    name: Option<String>,
    /// Subscription name or id. Default all in scope.
    subscription: Option<String>,
}

/// Which budgets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
enum Only {
    #[default]
    All,
    /// Spent already.
    Exceeded,
    /// Spent already, or by the end of the period.
    AtRisk,
}

/// The result.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    total: u64,
    exceeded: u64,
    /// Those that the period will exceed, though it has not yet.
    at_risk: u64,
    /// The fullest first.
    budgets: Vec<Budget>,
}

/// A budget.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Budget {
    id: String,
    name: Untrusted<String>,
    /// The ARM id of what it is for.
    scope: String,
    period: String,
    amount: f64,
    spent: f64,
    forecast: Option<f64>,
    currency: String,
    /// The share that is spent.
    used: f64,
}

impl Budget {
    fn of(row: Row<'_>) -> Option<Self> {
        let id = row.text("id")?;
        let id = if id.starts_with('/') { id } else { format!("/{id}") };
        let amount = row.number("properties.amount")?;
        let spent = row.number("properties.currentSpend.amount").unwrap_or_default();
        let at = id.to_ascii_lowercase().find("/providers/microsoft.consumption/");
        let scope = at.and_then(|at| id.get(..at)).unwrap_or(&id).to_owned();
        Some(Self {
            name: Untrusted::new(&row.text("name")?),
            scope,
            period: row.text("properties.timeGrain").unwrap_or_default(),
            amount: cents(amount),
            spent: cents(spent),
            forecast: row.number("properties.forecastSpend.amount").map(cents),
            currency: row.text("properties.currentSpend.unit").unwrap_or_default(),
            used: if amount > 0.0 { (spent / amount * 1_000.0).round() / 1_000.0 } else { 0.0 },
            id,
        })
    }

    fn is_exceeded(&self) -> bool {
        self.spent > self.amount
    }

    fn is_at_risk(&self) -> bool {
        !self.is_exceeded() && self.forecast.is_some_and(|forecast| forecast > self.amount)
    }
}

impl Tool for ListBudgets {
    const NAME: &'static str = "list_budgets";
    const TITLE: &'static str = "List budgets";
    const PILLAR: Pillar = Pillar::Optimization;
    const DESCRIPTION: &'static str = "Lists budgets with what is spent of each, what the period \
        will come to, and which are exceeded or will be.";
    const ASKS: &'static [&'static str] = &[
        "Which budgets are exceeded?",
        "Are we within budget?",
        "List our budgets",
        "How much of the budget is left?",
        "Will we exceed the budget this month?",
        "Budget of the production subscription",
    ];
    const ACTIONS: &'static [RbacAction] = &[ACTION];
    type Input = Input;
    type Output = Output;

    async fn call(&self, cx: &ReadContext, input: Input) -> Result<Output, ToolError> {
        let visible = cx.subscriptions().await?;
        let over = visible.select(cx.bounds(), &input.subscription)?;
        let rows = parts::each(cx, &over, BUDGETS).await?;
        let given_rows = rows.len();
        let mut budgets: Vec<Budget> =
            rows.iter().filter_map(|row| Budget::of(Row::over(row))).collect();
        cx.skipped("/", given_rows - budgets.len());
        budgets.sort_by(|a, b| b.used.total_cmp(&a.used).then_with(|| a.id.cmp(&b.id)));
        budgets.dedup_by(|a, b| a.id.eq_ignore_ascii_case(&b.id));
        if let Some(name) = given(input.name.as_ref()) {
            let name = name.to_lowercase();
            budgets.retain(|one| one.id.to_lowercase().contains(&name));
        }
        let exceeded = budgets.iter().filter(|one| one.is_exceeded()).count() as u64;
        let at_risk = budgets.iter().filter(|one| one.is_at_risk()).count() as u64;
        let total = budgets.len() as u64;
        budgets.retain(|one| match input.only {
            Only::All => true,
            Only::Exceeded => one.is_exceeded(),
            Only::AtRisk => one.is_exceeded() || one.is_at_risk(),
        });
        Ok(Output { total, exceeded, at_risk, budgets })
    }
}

impl Present for Output {
    const ROWS_KEY: Option<&'static str> = Some("budgets");

    fn present(&self, _: &Moment) -> Presentation {
        let rows = self.budgets.len() as u64;
        Presentation {
            summary: format!("{}, {} exceeded", count_of(self.total, "budget"), self.exceeded),
            findings: self.findings(),
            views: if self.budgets.is_empty() { Vec::new() } else { vec![self.view()] },
            rows,
            total: Some(rows),
        }
    }
}

impl Output {
    fn findings(&self) -> Vec<Finding> {
        let all = count_of(self.total, "budget");
        let head = match (self.total, self.exceeded, self.at_risk) {
            (0, ..) => headline(FindingTone::Neutral, "There is no budget there."),
            (_, 0, 0) => {
                headline(FindingTone::Good, format!("None of {all} is exceeded or will be."))
            }
            (_, exceeded, at_risk) => headline(
                if exceeded > 0 { FindingTone::Critical } else { FindingTone::Warning },
                format!(
                    "Of {all}, {exceeded} are exceeded and {at_risk} more will be by the end of their period."
                ),
            ),
        };
        let mut findings = vec![head];
        findings.extend(self.budgets.iter().take(TOLD).map(|one| {
            let tone = if one.is_exceeded() {
                FindingTone::Critical
            } else if one.is_at_risk() {
                FindingTone::Warning
            } else {
                FindingTone::Good
            };
            let forecast = one.forecast.map_or_else(String::new, |forecast| {
                format!("; the period will come to {}", money(forecast, &one.currency))
            });
            let text = format!(
                "`{}`: {} of {} are spent, {}{forecast}.",
                one.name.marked(),
                money(one.spent, &one.currency),
                money(one.amount, &one.currency),
                percent(one.used)
            );
            detail(tone, text)
        }));
        if self.total > 0 {
            findings.push(caveat(
                "Azure evaluates budgets once a day; today's costs are not in what is spent.",
            ));
        }
        findings
    }

    fn view(&self) -> View {
        let row = |one: &Budget| {
            vec![
                cell(one.name.as_str()),
                cell(&one.scope),
                cell(&one.period),
                one.amount.into(),
                one.spent.into(),
                one.forecast.map_or(serde_json::Value::Null, Into::into),
                one.used.into(),
            ]
        };
        View::Table {
            title: "Budgets".to_owned(),
            columns: vec![
                column("name", "Budget", ColumnKind::Text),
                column("scope", "Scope", ColumnKind::Resource),
                column("period", "Period", ColumnKind::Text),
                column("amount", "Amount", ColumnKind::Number),
                column("spent", "Spent", ColumnKind::Number),
                column("forecast", "Forecast", ColumnKind::Number),
                column("used", "Used", ColumnKind::Percent),
            ],
            rows: self.budgets.iter().map(row).collect(),
            total: self.budgets.len() as u64,
        }
    }
}
