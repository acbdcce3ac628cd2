//! `list_cost_movers`: what became dearer or cheaper, the largest difference first.

use schemars::JsonSchema;
use serde::Serialize;

use super::{
    costs::QUERY_ACTION,
    get_cost::{Compared, Input, Item, compared, table},
    money::{against, money},
};
use crate::{
    protocol::{Finding, FindingTone, Pillar},
    tools::{
        arguments::limit_of,
        context::ReadContext,
        error::ToolError,
        present::{Moment, Present, Presentation, about, detail, headline, part_of},
        tool::{RbacAction, Tool},
    },
};

/// Lists what moved the costs.
#[derive(Clone, Copy, Debug)]
pub struct ListCostMovers;

const LIMITS: (u32, u32) = (10, 100);
const TOLD: usize = 6;

/// The result.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    total: f64,
    before: f64,
    /// How much more or less.
    difference: f64,
    currency: String,
    /// The days, and those they are compared with.
    asked: String,
    /// What rows are of.
    by: String,
    /// How many changed at all.
    rows: u64,
    /// The largest differences first.
    items: Vec<Item>,
}

impl Tool for ListCostMovers {
    const NAME: &'static str = "list_cost_movers";
    const TITLE: &'static str = "List what moved the costs";
    const PILLAR: Pillar = Pillar::Optimization;
    const DESCRIPTION: &'static str = "Lists which services, groups or resources became dearer or \
        cheaper against the period before, the largest difference first: why the bill changed.";
    const ASKS: &'static [&'static str] = &[
        "Why did our costs go up?",
        "What drove the cost increase this month?",
        "Which resources became more expensive?",
        "Top cost movers over the last 7 days",
        "Explain the cost spike",
        "What got cheaper since last month?",
        "Biggest changes in spend by resource group",
    ];
    const ACTIONS: &'static [RbacAction] = &[QUERY_ACTION];
    type Input = Input;
    type Output = Output;

    async fn call(&self, cx: &ReadContext, input: Input) -> Result<Output, ToolError> {
        let limit = limit_of(input.limit, LIMITS)?;
        let Compared { mut items, total, before, currency, by, period, .. } =
            compared(cx, &input).await?;
        items.retain(|item| item.difference.abs() >= 0.01);
        items.sort_by(|a, b| {
            let size = b.difference.abs().total_cmp(&a.difference.abs());
            size.then_with(|| a.name.cmp(&b.name))
        });
        let rows = items.len() as u64;
        items.truncate(limit);
        let asked = format!("{} against {}", period.in_words(), period.before().in_words());
        let difference = super::money::cents(total - before);
        Ok(Output { total, before, difference, currency, asked, by, rows, items })
    }
}

impl Present for Output {
    const ROWS_KEY: Option<&'static str> = Some("items");

    fn present(&self, _: &Moment) -> Presentation {
        let title = format!("Differences by {}", self.by);
        let views = if self.items.is_empty() {
            Vec::new()
        } else {
            vec![table(&self.items, &title, self.rows)]
        };
        Presentation {
            summary: format!("{} different", money(self.difference, &self.currency)),
            findings: self.findings(),
            views,
            rows: self.items.len() as u64,
            total: Some(self.rows),
        }
    }
}

impl Output {
    fn findings(&self) -> Vec<Finding> {
        let total = money(self.total, &self.currency);
        let against = against(self.total, self.before, &self.currency);
        let tone = if self.difference > 0.0 { FindingTone::Warning } else { FindingTone::Good };
        let told = format!("{total} were spent, {against} ({}).", self.asked);
        let mut findings = vec![headline(tone, told)];
        findings.extend(self.items.iter().take(TOLD).map(|item| {
            let (word, tone) = if item.difference > 0.0 {
                ("more", FindingTone::Warning)
            } else {
                ("less", FindingTone::Good)
            };
            let text = format!(
                "`{}`: {} {word}, {} instead of {}.",
                item.name.marked(),
                money(item.difference.abs(), &self.currency),
                money(item.cost, &self.currency),
                money(item.before, &self.currency)
            );
            let finding = detail(tone, text);
            match &item.resource {
                Some(id) => about(finding, id),
                None => finding,
            }
        }));
        let rows = self.items.len() as u64;
        findings.extend(part_of((rows, self.rows), "differences are listed, the largest first."));
        findings
    }
}
