//! How a ranking is told.

use super::{Order, Output, Ranked};
use crate::{
    protocol::{ChartKind, ChartSeries, ColumnKind, Finding, FindingTone, View},
    tools::{
        observability::metric::unit::told,
        present::{
            Moment, Present, Presentation, about, action, caveat, cell, column, count_of, detail,
            grouped, headline, part_of,
        },
        scope::resource_types::name_of,
        untrusted::mark,
    },
};

const TOLD: usize = 10;
const BARS: usize = 20;

impl Present for Output {
    const ROWS_KEY: Option<&'static str> = Some("resources");

    fn present(&self, _at: &Moment) -> Presentation {
        let rows = self.resources.len() as u64;
        let kinds = count_of(rows, name_of(&self.resource_type));
        Presentation {
            summary: format!("{kinds} by `{}`", self.display.marked()),
            findings: self.findings(),
            views: self.views(),
            rows,
            total: Some(self.total),
        }
    }
}

impl Output {
    fn end(&self) -> &'static str {
        match self.order {
            Order::Highest => "highest",
            Order::Lowest => "lowest",
        }
    }

    fn by(&self) -> &'static str {
        match self.aggregation.as_str() {
            "Maximum" => "at its peak",
            "Minimum" => "at its least",
            "Average" => "on average",
            _ => "in all",
        }
    }

    fn findings(&self) -> Vec<Finding> {
        let what = name_of(&self.resource_type);
        let Some(first) = self.resources.first() else {
            let text = format!(
                "None of the {} looked at gave a value of `{}` {}.",
                count_of(self.looked_at, what),
                self.display.marked(),
                self.asked.marked()
            );
            return vec![headline(FindingTone::Warning, text)];
        };
        let text = format!(
            "`{}` has the {} `{}` of {}: {} {} {}.",
            first.name.marked(),
            self.end(),
            self.display.marked(),
            count_of(self.looked_at, what),
            told(first.value, &self.unit),
            self.by(),
            self.asked.marked()
        );
        let mut findings = vec![about(headline(FindingTone::Neutral, text), &first.resource)];
        for one in self.resources.iter().skip(1).take(TOLD - 1) {
            findings.push(about(one.told(&self.unit), &one.resource));
        }
        findings.push(about(
            action(format!("Look at how `{}` went over time.", first.name.marked())),
            &first.resource,
        ));
        if self.silent > 0 {
            findings.push(caveat(format!(
                "{} gave no value, as machines that are off do.",
                count_of(self.silent, what)
            )));
        }
        if self.looked_at < self.total {
            findings.push(caveat(format!(
                "Only {} of {} were looked at.",
                grouped(self.looked_at),
                count_of(self.total, what)
            )));
        }
        let rows = self.resources.len() as u64;
        let valued = self.looked_at.saturating_sub(self.silent);
        let end = match self.order {
            Order::Highest => "resources with a value are listed, the highest first.",
            Order::Lowest => "resources with a value are listed, the lowest first.",
        };
        findings.extend(part_of((rows, valued), end));
        findings
    }

    fn views(&self) -> Vec<View> {
        if self.resources.is_empty() {
            return Vec::new();
        }
        let bars = self.resources.iter().take(BARS);
        let chart = View::Chart {
            title: mark(self.display.as_str()),
            chart: ChartKind::Bars,
            unit: self.unit.clone(),
            labels: bars.clone().map(|one| mark(one.name.as_str())).collect(),
            series: vec![ChartSeries {
                name: self.aggregation.clone(),
                values: bars.map(|one| Some(one.value)).collect(),
            }],
        };
        let row = |one: &Ranked| {
            vec![
                cell(&one.resource),
                one.value.into(),
                cell(&self.unit),
                cell(one.resource_group.as_ref().map_or("", |group| group.as_str())),
                cell(one.subscription.as_str()),
                cell(&one.location),
            ]
        };
        let table = View::Table {
            title: "Ranking".to_owned(),
            columns: vec![
                column("resource", "Resource", ColumnKind::Resource),
                column("value", "Value", ColumnKind::Number),
                column("unit", "Unit", ColumnKind::Text),
                column("resourceGroup", "Resource group", ColumnKind::Text),
                column("subscription", "Subscription", ColumnKind::Text),
                column("location", "Region", ColumnKind::Text),
            ],
            rows: self.resources.iter().map(row).collect(),
            total: self.looked_at,
        };
        vec![chart, table]
    }
}

impl Ranked {
    fn told(&self, unit: &str) -> Finding {
        let text = format!(
            "`{}` in `{}`: {}.",
            self.name.marked(),
            self.subscription.marked(),
            told(self.value, unit)
        );
        detail(FindingTone::Neutral, text)
    }
}
