//! How alerts are told.

use super::{Alert, Output, Severity, Status};
use crate::{
    protocol::{ChartKind, ChartSeries, ColumnKind, Finding, FindingTone, View},
    tools::{
        present::{
            Moment, Present, Presentation, about, action, after_space, cell, column, count_of,
            detail, grouped, headline, listed, part_of, word_cell,
        },
        rows,
        untrusted::{Untrusted, mark, word},
    },
};

const TOLD_ALERTS: usize = 6;

impl Present for Output {
    const ROWS_KEY: Option<&'static str> = Some("alerts");

    fn present(&self, at: &Moment) -> Presentation {
        let rows = self.alerts.len() as u64;
        let mut summary = self.counted();
        if rows < self.total {
            summary = format!("{} of {summary}", grouped(rows));
        }
        Presentation {
            summary,
            findings: self.findings(at),
            views: self.views(),
            rows,
            total: Some(self.total),
        }
    }
}

impl Output {
    /// The alerts that fit, in words: `3 active high-severity security alerts`.
    fn counted(&self) -> String {
        let statuses: Vec<String> =
            self.statuses.iter().map(|one| one.words().to_owned()).collect();
        let severities: Vec<String> = self
            .severities
            .iter()
            .map(|one| format!("{}-severity", one.name().to_lowercase()))
            .collect();
        let words = [listed(&statuses), listed(&severities), "security alert".to_owned()];
        let words: Vec<&str> =
            words.iter().map(String::as_str).filter(|one| !one.is_empty()).collect();
        count_of(self.total, &words.join(" "))
    }

    fn findings(&self, at: &Moment) -> Vec<Finding> {
        let mut findings = vec![self.headline()];
        findings.extend(self.alerts.iter().take(TOLD_ALERTS).map(|one| one.told(at)));
        findings.extend(self.next_step());
        findings.extend(self.others());
        let rows = self.alerts.len() as u64;
        findings.extend(part_of(
            (rows, self.total),
            "alerts were fetched, most severe and newest first; the counts are of all.",
        ));
        findings
    }

    fn headline(&self) -> Finding {
        let asked = after_space(&self.asked);
        if self.total == 0 {
            let counted = self.counted();
            let none = counted.strip_prefix("0 ").unwrap_or(&counted);
            return headline(FindingTone::Good, format!("There are no {none}{asked}."));
        }
        let verb = if self.total == 1 { "is" } else { "are" };
        let parts: Vec<String> = self
            .by_severity
            .iter()
            .map(|one| format!("{} {}", grouped(one.count), one.severity.name()))
            .collect();
        let split = match self.by_severity.len() {
            0 => String::new(),
            1 if !self.severities.is_empty() => String::new(),
            _ => format!(": {}", listed(&parts)),
        };
        headline(self.tone(), format!("There {verb} {}{asked}{split}.", self.counted()))
    }

    /// Only what is open is bad.
    fn tone(&self) -> FindingTone {
        let open =
            self.statuses.iter().any(|one| matches!(one, Status::Active | Status::InProgress));
        match self.by_severity.first().map(|one| one.severity) {
            Some(Severity::High) if open => FindingTone::Critical,
            Some(Severity::Medium | Severity::Low) if open => FindingTone::Warning,
            Some(_) | None => FindingTone::Neutral,
        }
    }

    fn next_step(&self) -> Option<Finding> {
        let first = self.alerts.iter().find(|one| !one.remediation_steps.is_empty())?;
        let step = first.remediation_steps.first()?;
        let text = format!("For `{}` Defender says: {}", first.title.marked(), step.marked());
        Some(about(action(text), &first.id))
    }

    /// The alerts in other statuses, so that nobody takes the open ones for all.
    fn others(&self) -> Option<Finding> {
        let asked = |name: &str| self.statuses.iter().any(|one| one.name() == name);
        let parts: Vec<String> = self
            .by_status
            .iter()
            .filter(|one| !asked(&one.status))
            .map(|one| format!("{} {}", grouped(one.count), word(&one.status)))
            .collect();
        (!parts.is_empty()).then(|| {
            let text = format!("In other statuses, of any severity: {}.", listed(&parts));
            detail(FindingTone::Neutral, text)
        })
    }

    fn views(&self) -> Vec<View> {
        if self.alerts.is_empty() {
            return Vec::new();
        }
        let mut views = vec![self.table()];
        if self.by_severity.len() > 1 {
            views.push(self.bars());
        }
        views
    }

    fn table(&self) -> View {
        let row = |one: &Alert| {
            let resource = one.resource_ids.first().map(String::as_str);
            let entity = one.compromised_entity.as_ref().map(Untrusted::as_str);
            vec![
                word_cell(&one.severity),
                cell(one.title.as_str()),
                cell(resource.or(entity).unwrap_or_default()),
                one.started_at.clone().into(),
                word_cell(&one.status),
                cell(one.subscription.as_str()),
            ]
        };
        View::Table {
            title: "Security alerts".to_owned(),
            columns: vec![
                column("severity", "Severity", ColumnKind::Severity),
                column("title", "Alert", ColumnKind::Text),
                column("resource", "Resource", ColumnKind::Resource),
                column("startedAt", "Began", ColumnKind::Instant),
                column("status", "Status", ColumnKind::Text),
                column("subscription", "Subscription", ColumnKind::Text),
            ],
            rows: self.alerts.iter().map(row).collect(),
            total: self.total,
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "counts of alerts are far below 2^53")]
    fn bars(&self) -> View {
        View::Chart {
            title: "Alerts by severity".to_owned(),
            chart: ChartKind::Bars,
            unit: String::new(),
            labels: self.by_severity.iter().map(|one| one.severity.name().to_owned()).collect(),
            series: vec![ChartSeries {
                name: "Alerts".to_owned(),
                values: self.by_severity.iter().map(|one| Some(one.count as f64)).collect(),
            }],
        }
    }
}

impl Alert {
    fn told(&self, at: &Moment) -> Finding {
        let mut parts = vec![word(&self.severity), word(&self.status)];
        if let Some(began) = self.started_at.as_deref().and_then(rows::instant) {
            parts.push(format!("began {} ({})", at.ago(began), at.local(began)));
        }
        let mut text = format!("`{}` ({})", self.title.marked(), parts.join(", "));
        let names = self.resource_ids.iter().take(2).filter_map(|id| id.rsplit('/').next());
        let names: Vec<String> = names.map(|name| format!("`{}`", mark(name))).collect();
        match (&self.compromised_entity, names.as_slice()) {
            (Some(entity), []) => text.push_str(&format!(" on `{}`", entity.marked())),
            (_, []) => {}
            (_, names) => text.push_str(&format!(" on {}", listed(names))),
        }
        text.push_str(&format!(" in `{}`", self.subscription.marked()));
        let seen: Vec<String> = self
            .entities
            .iter()
            .filter(|one| one.as_str().to_lowercase().starts_with("ip "))
            .take(2)
            .map(Untrusted::marked)
            .collect();
        if !seen.is_empty() {
            text.push_str(&format!("; seen: {}", listed(&seen)));
        }
        let tone = match self.severity.to_ascii_lowercase().as_str() {
            "high" => FindingTone::Critical,
            "medium" | "low" => FindingTone::Warning,
            _ => FindingTone::Neutral,
        };
        about(detail(tone, format!("{text}.")), self.resource_ids.first().unwrap_or(&self.id))
    }
}
