//! How costs are told.

use super::{Item, Output, TOLD};
use crate::{
    protocol::{ChartKind, ChartSeries, ColumnKind, Finding, FindingTone, View},
    tools::{
        optimization::money::{against, money},
        present::{
            Moment, Present, Presentation, about, caveat, cell, column, count_of, detail, headline,
            part_of, percent,
        },
    },
};

impl Present for Output {
    const ROWS_KEY: Option<&'static str> = Some("items");

    fn present(&self, at: &Moment) -> Presentation {
        let rows = self.items.len() as u64;
        let total = money(self.total, &self.currency);
        Presentation {
            summary: format!("{total} by {}", self.by),
            findings: self.findings(&total),
            views: self.views(at),
            rows,
            total: Some(self.rows),
        }
    }
}

impl Output {
    fn findings(&self, total: &str) -> Vec<Finding> {
        let span = format!("from {} to {}", self.from, self.to);
        if self.rows == 0 {
            let text = format!("Nothing was charged {span}.");
            return vec![headline(FindingTone::Neutral, text)];
        }
        let tone = match self.change {
            Some(share) if share > 0.1 => FindingTone::Warning,
            Some(_) | None => FindingTone::Neutral,
        };
        let against = against(self.total, self.before, &self.currency);
        let told = format!(
            "{total} were spent {span}: {against}, {} to {}.",
            self.before_from, self.before_to
        );
        let mut findings = vec![headline(tone, told)];
        findings.extend(self.items.iter().take(TOLD).map(|item| {
            let text = format!(
                "`{}`: {}, {} of all, {} before.",
                item.name.marked(),
                money(item.cost, &self.currency),
                percent(item.share),
                money(item.before, &self.currency)
            );
            let finding = detail(FindingTone::Neutral, text);
            match &item.resource {
                Some(id) => about(finding, id),
                None => finding,
            }
        }));
        let rows = self.items.len() as u64;
        let told = format!(
            "{} are listed, the dearest first.",
            count_of(2, &self.by).trim_start_matches("2 ")
        );
        findings.extend(part_of((rows, self.rows), &told));
        if !self.other_currencies.is_empty() {
            let others = self.other_currencies.join(", ");
            findings.push(caveat(format!("Charges in {others} are not in these sums.")));
        }
        findings
    }

    fn views(&self, at: &Moment) -> Vec<View> {
        let mut views = Vec::new();
        // A day that is not over would look like a fall.
        let today = at.now.strftime("%Y-%m-%d").to_string();
        let over = || self.days.iter().filter(|day| day.day < today);
        if over().count() > 1 {
            views.push(View::Chart {
                title: "Cost by day".to_owned(),
                chart: ChartKind::Lines,
                unit: self.currency.clone(),
                labels: over().map(|day| format!("{}T00:00:00Z", day.day)).collect(),
                series: vec![ChartSeries {
                    name: "Cost".to_owned(),
                    values: over().map(|day| Some(day.cost)).collect(),
                }],
            });
        }
        if !self.items.is_empty() {
            views.push(table(&self.items, &format!("Cost by {}", self.by), self.rows));
        }
        views
    }
}

/// Items as a table.
pub(in crate::tools::optimization) fn table(items: &[Item], title: &str, total: u64) -> View {
    let row = |item: &Item| {
        let name = item.resource.as_deref().unwrap_or(item.name.as_str());
        vec![
            cell(name),
            item.cost.into(),
            item.before.into(),
            item.difference.into(),
            item.share.into(),
        ]
    };
    let has_ids = items.iter().all(|item| item.resource.is_some());
    let kind = if has_ids { ColumnKind::Resource } else { ColumnKind::Text };
    View::Table {
        title: title.to_owned(),
        columns: vec![
            column("name", "Of", kind),
            column("cost", "Cost", ColumnKind::Number),
            column("before", "Before", ColumnKind::Number),
            column("difference", "Difference", ColumnKind::Number),
            column("share", "Share", ColumnKind::Percent),
        ],
        rows: items.iter().map(row).collect(),
        total,
    }
}
