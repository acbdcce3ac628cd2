//! How metrics are told.

use super::{Figures, Output, Series};
use crate::{
    protocol::{ChartKind, ChartSeries, ColumnKind, Finding, FindingTone, View},
    tools::{
        observability::metric::unit::told,
        present::{
            Moment, Present, Presentation, about, action, caveat, cell, column, count_of, detail,
            figure, headline, part_of,
        },
        rows,
        untrusted::mark,
    },
};

const TOLD: usize = 10;
/// Above this a share in percent is worth a look.
const HIGH_PERCENT: f64 = 85.0;
/// Pictures at most.
const MAX_CHARTS: usize = 6;

impl Present for Output {
    const ROWS_KEY: Option<&'static str> = Some("series");

    fn present(&self, at: &Moment) -> Presentation {
        Presentation {
            summary: self.summary(),
            findings: self.findings(at),
            views: self.views(),
            rows: self.series.len() as u64,
            total: None,
        }
    }
}

impl Output {
    fn summary(&self) -> String {
        match self.series.as_slice() {
            [one] => format!("`{}` of `{}`", one.display.marked(), one.name.marked()),
            several => {
                let series = count_of(several.len() as u64, "time series");
                format!("{} of {}", series.replace("serieses", "series"), {
                    count_of(self.looked_at, "resource")
                })
            }
        }
    }

    fn findings(&self, at: &Moment) -> Vec<Finding> {
        let mut findings = Vec::new();
        for (number, series) in self.series.iter().take(TOLD).enumerate() {
            let text = series.told(self, at);
            let tone = series.tone();
            let finding = if number == 0 { headline(tone, text) } else { detail(tone, text) };
            findings.push(about(finding, &series.resource));
        }
        if self.series.is_empty() {
            findings.push(headline(FindingTone::Neutral, "Azure gave no values of these metrics."));
        }
        let stopped = self.series.iter().find(|one| one.zero_since.is_some());
        if let Some(series) = stopped {
            findings.push(about(
                action(format!(
                    "Look at the health of `{}` and at what changed on it then.",
                    series.name.marked()
                )),
                &series.resource,
            ));
        }
        if self.before.is_none() && !self.series.is_empty() {
            findings.push(caveat("Azure no longer has the time before, so nothing is compared."));
        }
        let many = "resources were looked at, the first by name; rank_by_metric compares more.";
        findings.extend(part_of((self.looked_at, self.resources), many));
        let told = "time series are told here, the rest are in the table.";
        findings.extend(part_of((TOLD as u64, self.series.len() as u64), told));
        findings
    }

    fn views(&self) -> Vec<View> {
        let mut views = self.charts();
        if !self.series.is_empty() {
            views.push(self.table());
        }
        views
    }

    /// A picture a metric: the resources that have it are its lines.
    fn charts(&self) -> Vec<View> {
        let mut metrics: Vec<(&str, &str)> = Vec::new();
        for one in &self.series {
            let key = (one.metric.as_str(), one.unit.as_str());
            if !metrics.contains(&key) && one.figures.is_some() {
                metrics.push(key);
            }
        }
        let chart = |(metric, unit): &(&str, &str)| {
            let lines = || {
                self.series.iter().filter(|one| one.metric.as_str() == *metric && one.unit == *unit)
            };
            let display = lines().next().map_or(*metric, |one| one.display.as_str());
            let series = lines().map(|one| ChartSeries {
                name: mark(one.name.as_str()),
                values: (0..self.steps.len())
                    .map(|step| one.values.get(step).copied().flatten())
                    .collect(),
            });
            View::Chart {
                title: mark(display),
                chart: ChartKind::Lines,
                unit: (*unit).to_owned(),
                labels: self.steps.clone(),
                series: series.collect(),
            }
        };
        if self.steps.len() < 2 {
            return Vec::new();
        }
        metrics.iter().take(MAX_CHARTS).map(chart).collect()
    }

    fn table(&self) -> View {
        let row = |one: &Series| {
            let number = |value: fn(&Figures) -> f64| {
                one.figures.as_ref().map(value).map_or(serde_json::Value::Null, Into::into)
            };
            vec![
                cell(&one.resource),
                cell(one.display.as_str()),
                cell(&one.unit),
                number(|of| of.latest),
                number(|of| of.average),
                number(|of| of.minimum),
                number(|of| of.maximum),
                one.figures.as_ref().and_then(|of| of.total).into(),
                one.figures.as_ref().and_then(|of| of.change_percent).into(),
            ]
        };
        View::Table {
            title: "Metrics".to_owned(),
            columns: vec![
                column("resource", "Resource", ColumnKind::Resource),
                column("display", "Metric", ColumnKind::Text),
                column("unit", "Unit", ColumnKind::Text),
                column("latest", "Latest", ColumnKind::Number),
                column("average", "Average", ColumnKind::Number),
                column("minimum", "Least", ColumnKind::Number),
                column("maximum", "Most", ColumnKind::Number),
                column("total", "Sum", ColumnKind::Number),
                column("changePercent", "Change in %", ColumnKind::Number),
            ],
            rows: self.series.iter().map(row).collect(),
            total: self.series.len() as u64,
        }
    }
}

impl Series {
    fn tone(&self) -> FindingTone {
        let Some(figures) = &self.figures else { return FindingTone::Warning };
        let is_high = self.unit == "%"
            && figures.latest >= HIGH_PERCENT
            && !self.display.as_str().to_lowercase().contains("availab");
        match () {
            () if self.zero_since.is_some() || is_high => FindingTone::Warning,
            () => FindingTone::Neutral,
        }
    }

    fn told(&self, of: &Output, at: &Moment) -> String {
        let subject = format!("`{}` of `{}`", self.display.marked(), self.name.marked());
        let Some(figures) = &self.figures else {
            let why = self.error.as_ref().map(|error| format!(" ({})", error.marked()));
            return format!(
                "{subject}: nothing was measured {}{}.",
                of.asked.marked(),
                why.unwrap_or_default()
            );
        };
        let with = |value: f64| told(value, &self.unit);
        let mut text = match figures.total {
            Some(total) => format!(
                "{subject}: {} in all {}, on average {} in {}, at most {}, {} last",
                with(total),
                of.asked.marked(),
                with(figures.average),
                of.interval,
                with(figures.maximum),
                with(figures.latest)
            ),
            None => format!(
                "{subject} was {} on average {} (from {} to {}), and {} last",
                with(figures.average),
                of.asked.marked(),
                with(figures.minimum),
                with(figures.maximum),
                with(figures.latest)
            ),
        };
        text.push_str(&self.compared(figures));
        if let Some(since) = self.zero_since.as_deref().and_then(rows::instant) {
            text.push_str(&format!("; it is 0 since {} ({})", at.local(since), at.ago(since)));
        }
        if self.missing > 0 {
            text.push_str(&format!("; {} without a value", count_of(self.missing, "step")));
        }
        format!("{text}.")
    }

    /// `, 12.5 % more than before (40.1 %)`.
    fn compared(&self, figures: &Figures) -> String {
        let Some(before) = figures.before else { return String::new() };
        let before = told(before, &self.unit);
        match figures.change_percent {
            Some(change) if change.abs() < 1.0 => format!("; about as before ({before})"),
            Some(change) => {
                let word = if change > 0.0 { "more" } else { "less" };
                format!("; {} % {word} than in the time before ({before})", figure(change.abs()))
            }
            None => format!("; it was {before} in the time before"),
        }
    }
}
