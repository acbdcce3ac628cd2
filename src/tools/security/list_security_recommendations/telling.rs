//! How recommendations are told.

use super::{Output, Recommendation, SeverityCount};
use crate::{
    azure::ResourceId,
    protocol::{ChartKind, ChartSeries, ColumnKind, Finding, FindingTone, View},
    tools::{
        present::{
            Moment, Present, Presentation, about, action, after_space, cell, column, count_of,
            detail, grouped, headline, listed, part_of,
        },
        security::severity::{self, Severity},
        untrusted::mark,
    },
};

const TOLD: usize = 6;

impl Present for Output {
    const ROWS_KEY: Option<&'static str> = Some("recommendations");

    fn present(&self, _: &Moment) -> Presentation {
        let rows = self.recommendations.len() as u64;
        let mut summary = format!("{} not followed", self.counted());
        if rows < self.total {
            summary = format!("{} of {summary}", grouped(rows));
        }
        let views = if self.recommendations.is_empty() { Vec::new() } else { self.views() };
        Presentation { summary, findings: self.findings(), views, rows, total: Some(self.total) }
    }
}

impl Output {
    /// `3 high-severity security recommendations`.
    fn counted(&self) -> String {
        let words: Vec<String> = self
            .severities
            .iter()
            .map(|one| format!("{}-severity", one.name().to_lowercase()))
            .collect();
        let words = listed(&words);
        let noun = format!("{words} security recommendation");
        count_of(self.total, noun.trim())
    }

    fn findings(&self) -> Vec<Finding> {
        let mut findings = vec![self.headline()];
        findings.extend(self.recommendations.iter().take(TOLD).map(Recommendation::told));
        if let Some(first) = self.recommendations.first() {
            findings.push(action(format!(
                "Begin with `{}`; ask about it for its steps and all its resources.",
                first.title.marked()
            )));
        }
        let rows = self.recommendations.len() as u64;
        findings.extend(part_of(
            (rows, self.total),
            "recommendations are listed, worst first; the counts are of all.",
        ));
        findings
    }

    fn headline(&self) -> Finding {
        let asked = after_space(&self.asked);
        let counted = self.counted();
        if self.total == 0 {
            let none = counted.strip_prefix("0 ").unwrap_or(&counted);
            return match self.followed {
                0 => headline(
                    FindingTone::Neutral,
                    format!("Defender for Cloud has no {none}{asked}, followed or not."),
                ),
                followed => headline(
                    FindingTone::Good,
                    format!("All {} {none}{asked} are followed.", grouped(followed)),
                ),
            };
        }
        let verb = if self.total == 1 { "is" } else { "are" };
        let parts: Vec<String> = self
            .by_severity
            .iter()
            .map(|one| format!("{} {}", grouped(one.recommendations), one.name()))
            .collect();
        let split = if parts.len() > 1 { format!(" ({})", listed(&parts)) } else { String::new() };
        headline(
            severity::tone(self.by_severity.first().and_then(|one| one.severity)),
            format!(
                "{counted}{asked} {verb} not followed{split}, {} in all.",
                count_of(self.unhealthy, "time")
            ),
        )
    }

    fn views(&self) -> Vec<View> {
        let mut views = vec![table("Security recommendations", &self.recommendations, self.total)];
        if self.by_severity.len() > 1 {
            views.push(self.bars());
        }
        views
    }

    #[expect(clippy::cast_precision_loss, reason = "counts of resources are far below 2^53")]
    fn bars(&self) -> View {
        View::Chart {
            title: "Unhealthy resources by severity".to_owned(),
            chart: ChartKind::Bars,
            unit: String::new(),
            labels: self.by_severity.iter().map(|one| one.name().to_owned()).collect(),
            series: vec![ChartSeries {
                name: "Unhealthy resources".to_owned(),
                values: self.by_severity.iter().map(|one| Some(one.unhealthy as f64)).collect(),
            }],
        }
    }
}

/// Recommendations as a table.
pub(in crate::tools::security) fn table(
    title: &str,
    recommendations: &[Recommendation],
    total: u64,
) -> View {
    let row = |one: &Recommendation| {
        vec![
            one.severity.map_or("Unknown", Severity::name).into(),
            cell(one.title.as_str()),
            one.unhealthy.into(),
            one.assessed().into(),
            one.subscription_count.into(),
            cell(one.sample.first().map_or("", String::as_str)),
        ]
    };
    View::Table {
        title: title.to_owned(),
        columns: vec![
            column("severity", "Severity", ColumnKind::Severity),
            column("title", "Recommendation", ColumnKind::Text),
            column("unhealthy", "Unhealthy", ColumnKind::Number),
            column("assessed", "Assessed", ColumnKind::Number),
            column("subscriptionCount", "Subscriptions", ColumnKind::Number),
            column("sample", "For example", ColumnKind::Resource),
        ],
        rows: recommendations.iter().map(row).collect(),
        total,
    }
}

impl SeverityCount {
    fn name(&self) -> &'static str {
        self.severity.map_or("of unknown severity", Severity::name)
    }
}

impl Recommendation {
    /// The recommendation in a sentence.
    pub(in crate::tools::security) fn told(&self) -> Finding {
        let severity = self.severity.map(|one| format!(" ({})", one.name()));
        // A subscription's id says nothing to people; it is in the table all the same.
        let named = |id: &&String| {
            ResourceId::parse(id)
                .is_ok_and(|id| id.resource_group().is_some() || id.provider().is_some())
        };
        let names: Vec<String> = self
            .sample
            .iter()
            .filter(named)
            .take(3)
            .map(|id| format!("`{}`", mark(id.rsplit('/').next().unwrap_or(id))))
            .collect();
        let such = if self.unhealthy > names.len() as u64 { ", such as " } else { ": " };
        let names =
            if names.is_empty() { String::new() } else { format!("{such}{}", listed(&names)) };
        let text = format!(
            "`{}`{}: {} of {} unhealthy in {}{names}.",
            self.title.marked(),
            severity.unwrap_or_default(),
            grouped(self.unhealthy),
            count_of(self.assessed(), "resource"),
            count_of(self.subscription_count, "subscription"),
        );
        let told = detail(severity::tone(self.severity), text);
        match self.sample.as_slice() {
            [only] if self.unhealthy == 1 => about(told, only),
            _ => told,
        }
    }
}
