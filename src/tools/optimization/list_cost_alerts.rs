//! `list_cost_alerts`: thresholds of budgets that were passed, and unusual days. Operation
//! `Alerts_List` of Cost Management (2024-08-01).

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
        context::{Operation, Pages, ReadContext},
        error::ToolError,
        present::{
            Moment, Present, Presentation, cell, column, count_of, detail, headline, percent,
        },
        rows::Row,
        tool::{RbacAction, Tool},
        untrusted::{Untrusted, word},
    },
};

/// Lists cost alerts.
#[derive(Clone, Copy, Debug)]
pub struct ListCostAlerts;

const ACTION: RbacAction = "Microsoft.CostManagement/alerts/read";
const ALERTS: Operation<'_> = Operation {
    below: "/providers/Microsoft.CostManagement/alerts",
    version: ApiVersion::new("2024-08-01"),
    action: ACTION,
    pages: Pages::All,
};
const TOLD: usize = 8;

/// The arguments.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Input {
    /// Which alerts. Default active.
    #[serde(default)]
    status: Status,
    /// Subscription name or id. Default all in scope.
    subscription: Option<String>,
}

/// Which alerts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
enum Status {
    #[default]
    Active,
    All,
}

/// The result.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    total: u64,
    active: u64,
    /// The newest first.
    alerts: Vec<Alert>,
}

/// A cost alert.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Alert {
    id: String,
    /// `Budget`, or what else set it off.
    kind: String,
    criteria: String,
    description: Untrusted<String>,
    /// The budget, or what else it is about.
    about: Untrusted<String>,
    status: String,
    created_at: String,
    /// The share of the amount at which it goes off.
    threshold: Option<f64>,
    amount: Option<f64>,
    spent: Option<f64>,
    currency: String,
}

impl Alert {
    fn of(row: Row<'_>) -> Option<Self> {
        let text = |path: &str| row.text(path).unwrap_or_default();
        Some(Self {
            id: row.text("id")?,
            kind: text("properties.definition.type"),
            criteria: text("properties.definition.criteria"),
            description: Untrusted::new(&text("properties.description")),
            about: Untrusted::new(&text("properties.costEntityId")),
            status: row.text("properties.status")?,
            created_at: text("properties.creationTime"),
            threshold: row.number("properties.details.threshold"),
            amount: row.number("properties.details.amount").map(cents),
            spent: row.number("properties.details.currentSpend").map(cents),
            currency: text("properties.details.unit"),
        })
    }

    fn is_active(&self) -> bool {
        self.status.eq_ignore_ascii_case("Active")
    }

    fn told(&self) -> String {
        let of = |amount: Option<f64>| money(amount.unwrap_or_default(), &self.currency);
        match self.threshold {
            Some(threshold) => {
                let how = if self.criteria.to_lowercase().contains("forecast") {
                    "are forecast"
                } else {
                    "were spent"
                };
                format!(
                    "Budget `{}`: {} of {} {how}, over its threshold of {} ({}).",
                    self.about.marked(),
                    of(self.spent),
                    of(self.amount),
                    percent(threshold),
                    word(&self.status).to_lowercase()
                )
            }
            None => format!(
                "{} instead of {}: {}.",
                of(self.spent),
                of(self.amount),
                self.description.marked()
            ),
        }
    }
}

impl Tool for ListCostAlerts {
    const NAME: &'static str = "list_cost_alerts";
    const TITLE: &'static str = "List cost alerts";
    const PILLAR: Pillar = Pillar::Optimization;
    const DESCRIPTION: &'static str = "Lists cost alerts: thresholds of budgets that were passed or \
        are forecast to be, and days of unusual cost (anomalies).";
    const ASKS: &'static [&'static str] = &[
        "Are there any cost alerts?",
        "Was there a cost anomaly?",
        "Which budget alerts are active?",
        "Unusual spending lately",
        "Show cost and anomaly alerts",
    ];
    const ACTIONS: &'static [RbacAction] = &[ACTION];
    type Input = Input;
    type Output = Output;

    async fn call(&self, cx: &ReadContext, input: Input) -> Result<Output, ToolError> {
        let visible = cx.subscriptions().await?;
        let over = visible.select(cx.bounds(), &input.subscription)?;
        let rows = parts::each(cx, &over, ALERTS).await?;
        let read = rows.len();
        let mut alerts: Vec<Alert> =
            rows.iter().filter_map(|row| Alert::of(Row::over(row))).collect();
        cx.skipped("/", read - alerts.len());
        alerts.sort_by(|a, b| b.created_at.cmp(&a.created_at).then_with(|| a.id.cmp(&b.id)));
        alerts.dedup_by(|a, b| a.id.eq_ignore_ascii_case(&b.id));
        let total = alerts.len() as u64;
        let active = alerts.iter().filter(|one| one.is_active()).count() as u64;
        if input.status == Status::Active {
            alerts.retain(Alert::is_active);
        }
        Ok(Output { total, active, alerts })
    }
}

impl Present for Output {
    const ROWS_KEY: Option<&'static str> = Some("alerts");

    fn present(&self, _: &Moment) -> Presentation {
        let rows = self.alerts.len() as u64;
        Presentation {
            summary: format!("{} active", count_of(self.active, "cost alert")),
            findings: self.findings(),
            views: if rows == 0 { Vec::new() } else { vec![self.view()] },
            rows,
            total: Some(rows),
        }
    }
}

impl Output {
    fn findings(&self) -> Vec<Finding> {
        let head = if self.active == 0 {
            headline(FindingTone::Good, "No cost alert is active.")
        } else {
            let text =
                format!("{} of {} are active.", self.active, count_of(self.total, "cost alert"));
            headline(FindingTone::Warning, text)
        };
        let told = self.alerts.iter().take(TOLD).map(|alert| {
            let tone = if alert.is_active() { FindingTone::Warning } else { FindingTone::Neutral };
            detail(tone, alert.told())
        });
        [head].into_iter().chain(told).collect()
    }

    fn view(&self) -> View {
        let number = |amount: Option<f64>| amount.map_or(serde_json::Value::Null, Into::into);
        let row = |one: &Alert| {
            vec![
                cell(one.about.as_str()),
                cell(one.description.as_str()),
                cell(&one.status),
                number(one.spent),
                number(one.amount),
                cell(&one.created_at),
            ]
        };
        View::Table {
            title: "Cost alerts".to_owned(),
            columns: vec![
                column("about", "About", ColumnKind::Text),
                column("description", "Description", ColumnKind::Text),
                column("status", "Status", ColumnKind::Text),
                column("spent", "Spent", ColumnKind::Number),
                column("amount", "Of", ColumnKind::Number),
                column("createdAt", "When", ColumnKind::Instant),
            ],
            rows: self.alerts.iter().map(row).collect(),
            total: self.alerts.len() as u64,
        }
    }
}
