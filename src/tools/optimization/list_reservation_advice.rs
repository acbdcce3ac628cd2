//! `list_reservation_advice`: what to reserve, and what it would save. Operation
//! `ReservationRecommendations_List` (2024-08-01), single scope.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    money::{cents, money},
    parts,
};
use crate::{
    protocol::{ColumnKind, Finding, FindingTone, Pillar, View},
    tools::{
        context::ReadContext,
        error::ToolError,
        present::{
            Moment, Present, Presentation, action, caveat, cell, column, count_of, detail, headline,
        },
        rows::Row,
        tool::{RbacAction, Tool},
    },
};

/// Lists advice about reservations.
#[derive(Clone, Copy, Debug)]
pub struct ListReservationAdvice;

const ACTION: RbacAction = "Microsoft.Consumption/reservationRecommendations/read";
const TOLD: usize = 6;

/// The arguments.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Input {
    /// For how long is committed. Default oneYear.
    #[serde(default)]
    term: Term,
    /// Subscription name or id. Default all in scope.
    subscription: Option<String>,
}

/// For how long is committed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
enum Term {
    #[default]
    OneYear,
    ThreeYears,
}

/// The result; amounts are of the last 30 days.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    /// The term, `P1Y` or `P3Y`.
    term: String,
    /// What it cost without, and what reservations would have saved.
    cost: f64,
    saved: f64,
    total: u64,
    /// What saves most first.
    advice: Vec<Advice>,
}

/// A reservation to buy.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Advice {
    resource_type: String,
    sku: String,
    location: String,
    quantity: f64,
    cost: f64,
    cost_reserved: f64,
    saved: f64,
    subscription: String,
}

impl Advice {
    fn of(row: Row<'_>) -> Option<Self> {
        let text = |path: &str| row.text(path).unwrap_or_default();
        // Modern ones have amounts with their currency.
        let amount = |name: &str| {
            let legacy = row.number(&format!("properties.{name}"));
            legacy.or_else(|| row.number(&format!("properties.{name}.value")))
        };
        Some(Self {
            resource_type: text("properties.resourceType"),
            sku: row.text("sku").or_else(|| row.text("properties.skuName"))?,
            location: row
                .text("location")
                .or_else(|| row.text("properties.location"))
                .unwrap_or_default(),
            quantity: row.number("properties.recommendedQuantity")?,
            cost: cents(amount("costWithNoReservedInstances").unwrap_or_default()),
            cost_reserved: cents(amount("totalCostWithReservedInstances").unwrap_or_default()),
            saved: cents(amount("netSavings")?),
            subscription: text("properties.subscriptionId"),
        })
    }
}

impl Tool for ListReservationAdvice {
    const NAME: &'static str = "list_reservation_advice";
    const TITLE: &'static str = "List reservation advice";
    const PILLAR: Pillar = Pillar::Optimization;
    const DESCRIPTION: &'static str = "Lists which reservations to buy (machines, databases, plans) \
        and what each would have saved over the last 30 days.";
    const ASKS: &'static [&'static str] = &[
        "Which reservations should we buy?",
        "How much would reserved instances save?",
        "Reservation recommendations for three years",
        "Which machines run all the time and should be reserved?",
        "What would a commitment to reserved capacity save?",
    ];
    const ACTIONS: &'static [RbacAction] = &[ACTION];
    type Input = Input;
    type Output = Output;

    async fn call(&self, cx: &ReadContext, input: Input) -> Result<Output, ToolError> {
        cx.bounds().check_whole_subscriptions("Advice about reservations")?;
        let visible = cx.subscriptions().await?;
        let over = visible.select(cx.bounds(), &input.subscription)?;
        let term = match input.term {
            Term::OneYear => "P1Y",
            Term::ThreeYears => "P3Y",
        };
        let filter = "properties/scope eq 'Single' and properties/lookBackPeriod eq 'Last30Days'";
        let rows = parts::filtered(cx, &over, (ACTION, filter)).await?;
        let rows: Vec<_> = rows
            .iter()
            .map(Row::over)
            .filter(|row| row.text("properties.term").as_deref() == Some(term))
            .collect();
        let mut advice: Vec<Advice> = rows.iter().filter_map(|row| Advice::of(*row)).collect();
        cx.skipped("/", rows.len() - advice.len());
        advice.sort_by(|a, b| b.saved.total_cmp(&a.saved).then_with(|| a.sku.cmp(&b.sku)));
        Ok(Output {
            term: term.to_owned(),
            cost: cents(advice.iter().map(|one| one.cost).sum()),
            saved: cents(advice.iter().map(|one| one.saved).sum()),
            total: advice.len() as u64,
            advice,
        })
    }
}

impl Present for Output {
    const ROWS_KEY: Option<&'static str> = Some("advice");

    fn present(&self, _: &Moment) -> Presentation {
        Presentation {
            summary: format!(
                "{}, saving {}",
                count_of(self.total, "reservation"),
                money(self.saved, "")
            ),
            findings: self.findings(),
            views: if self.advice.is_empty() { Vec::new() } else { vec![self.view()] },
            rows: self.total,
            total: Some(self.total),
        }
    }
}

impl Output {
    fn findings(&self) -> Vec<Finding> {
        let words = if self.term == "P1Y" { "one year" } else { "three years" };
        if self.advice.is_empty() {
            let text = format!("Azure advises no reservation for {words}.");
            return vec![headline(FindingTone::Neutral, text)];
        }
        let text = format!(
            "Reserving for {words} would have saved {} of {} over the last 30 days.",
            money(self.saved, ""),
            money(self.cost, "")
        );
        let mut findings = vec![headline(FindingTone::Warning, text)];
        findings.extend(self.advice.iter().take(TOLD).map(|one| {
            let text = format!(
                "{} of `{}` ({}) in {}: {} saved of {}.",
                one.quantity,
                one.sku,
                one.resource_type,
                one.location,
                money(one.saved, ""),
                money(one.cost, "")
            );
            detail(FindingTone::Neutral, text)
        }));
        findings.push(action(
            "Make machines smaller first: a reservation of what is too large saves less.",
        ));
        findings.push(caveat("Amounts are in the billing currency, which this operation does not name; savings plans are not in them."));
        findings
    }

    fn view(&self) -> View {
        let row = |one: &Advice| {
            vec![
                cell(&one.sku),
                cell(&one.resource_type),
                cell(&one.location),
                one.quantity.into(),
                one.cost.into(),
                one.saved.into(),
                cell(&one.subscription),
            ]
        };
        View::Table {
            title: "Reservations to buy".to_owned(),
            columns: vec![
                column("sku", "SKU", ColumnKind::Text),
                column("resourceType", "Of", ColumnKind::Text),
                column("location", "Region", ColumnKind::Text),
                column("quantity", "Quantity", ColumnKind::Number),
                column("cost", "Cost, 30 days", ColumnKind::Number),
                column("saved", "Saved", ColumnKind::Number),
                column("subscription", "Subscription", ColumnKind::Text),
            ],
            rows: self.advice.iter().map(row).collect(),
            total: self.total,
        }
    }
}
