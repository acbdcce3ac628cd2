//! How a recommendation is told.

use super::{About, Affected, Output, Recommendation, ScanFinding};
use crate::{
    protocol::{ColumnKind, Finding, FindingTone, View},
    tools::{
        present::{
            Moment, Present, Presentation, about, action, caveat, cell, column, count_of, detail,
            grouped, headline, listed, part_of,
        },
        rows,
        security::severity::{self, Severity},
        untrusted::{Untrusted, mark},
    },
};

const TOLD_RESOURCES: usize = 6;
const TOLD_STEPS: usize = 6;

impl Present for Output {
    const ROWS_KEY: Option<&'static str> = Some("resources");

    fn present(&self, at: &Moment) -> Presentation {
        let rows = self.resources.len() as u64;
        let (summary, findings, total) = match &self.recommendation {
            Some(one) => {
                let title = one.title.marked();
                let summary = format!("{title}: {}", count_of(one.unhealthy, "resource"));
                (summary, self.findings(one, at), one.unhealthy)
            }
            None => ("no such recommendation".to_owned(), self.none(), 0),
        };
        Presentation { summary, findings, views: self.views(total), rows, total: Some(total) }
    }
}

impl Output {
    fn none(&self) -> Vec<Finding> {
        let text =
            format!("No security recommendation in scope is called `{}`.", self.asked.marked());
        let mut findings = vec![headline(FindingTone::Neutral, text)];
        if !self.others.is_empty() {
            let text = format!("Closest are {}.", titles(&self.others));
            findings.push(detail(FindingTone::Neutral, text));
        }
        findings.push(action("List the security recommendations to see what there is."));
        findings
    }

    fn findings(&self, one: &Recommendation, at: &Moment) -> Vec<Finding> {
        let mut findings = vec![one.headline()];
        if let Some(said) = &self.about {
            findings.extend(said.findings());
        }
        findings.extend(self.resources.iter().take(TOLD_RESOURCES).map(|one| one.told(at)));
        findings.extend(self.scan_findings.iter().take(4).map(ScanFinding::told));
        findings.extend(self.about.iter().flat_map(About::steps));
        if self.about.is_none() {
            findings.push(caveat("Azure gave no description or steps for it."));
        }
        let rows = self.resources.len() as u64;
        findings.extend(part_of(
            (rows, one.unhealthy),
            "affected resources were fetched, those for longest first.",
        ));
        if !self.others.is_empty() {
            findings.push(caveat(format!("The words also fit {}.", titles(&self.others))));
        }
        findings
    }

    fn views(&self, total: u64) -> Vec<View> {
        let mut views = Vec::new();
        if !self.resources.is_empty() {
            views.push(self.affected(total));
        }
        if !self.scan_findings.is_empty() {
            views.push(self.scanned());
        }
        views
    }

    fn affected(&self, total: u64) -> View {
        let row = |one: &Affected| {
            vec![
                cell(&one.id),
                one.since_at.clone().into(),
                cell(one.reason.as_ref().map_or("", |reason| reason.as_str())),
                cell(one.subscription.as_str()),
            ]
        };
        View::Table {
            title: "Affected resources".to_owned(),
            columns: vec![
                column("id", "Resource", ColumnKind::Resource),
                column("sinceAt", "Since", ColumnKind::Instant),
                column("reason", "Reason", ColumnKind::Text),
                column("subscription", "Subscription", ColumnKind::Text),
            ],
            rows: self.resources.iter().map(row).collect(),
            total,
        }
    }

    fn scanned(&self) -> View {
        let row = |one: &ScanFinding| {
            vec![
                one.severity.map_or("Unknown", Severity::name).into(),
                cell(one.title.as_str()),
                one.resources.into(),
            ]
        };
        View::Table {
            title: "What scanners found".to_owned(),
            columns: vec![
                column("severity", "Severity", ColumnKind::Severity),
                column("title", "Finding", ColumnKind::Text),
                column("resources", "Found", ColumnKind::Number),
            ],
            rows: self.scan_findings.iter().map(row).collect(),
            total: self.scan_findings.len() as u64,
        }
    }
}

fn titles(titles: &[Untrusted<String>]) -> String {
    listed(&titles.iter().map(|one| format!("`{}`", one.marked())).collect::<Vec<_>>())
}

impl Recommendation {
    fn headline(&self) -> Finding {
        let severity = self.severity.map(|one| format!(", severity {}", one.name()));
        let severity = severity.unwrap_or_default();
        let title = self.title.marked();
        if self.unhealthy == 0 {
            let text = match self.assessed() {
                0 => format!("`{title}`{severity}: no resource is concerned."),
                healthy => format!(
                    "`{title}`{severity}: followed by all {}.",
                    count_of(healthy, "resource")
                ),
            };
            return headline(FindingTone::Good, text);
        }
        let text = format!(
            "`{title}`{severity}: {} of {} in {} not follow it.",
            grouped(self.unhealthy),
            count_of(self.assessed(), "assessed resource"),
            match self.subscription_count {
                1 => "1 subscription do".to_owned(),
                more => format!("{} do", count_of(more, "subscription")),
            }
        );
        headline(severity::tone(self.severity), text)
    }
}

impl About {
    fn findings(&self) -> Vec<Finding> {
        let mut findings = Vec::new();
        let told = |text: String| detail(FindingTone::Neutral, text);
        if let Some(why) = &self.description {
            findings.push(told(format!("Why: {}", why.marked())));
        }
        let parts = [("user impact", &self.user_impact), ("effort", &self.effort)];
        let mut parts: Vec<String> = parts
            .into_iter()
            .filter_map(|(name, value)| Some(format!("{name} {}", value.as_ref()?.marked())))
            .collect();
        let threats: Vec<String> = self.threats.iter().take(4).map(Untrusted::marked).collect();
        if !threats.is_empty() {
            parts.push(format!("guards against {}", listed(&threats)));
        }
        if !parts.is_empty() {
            findings.push(told(format!("To put it right: {}.", parts.join(", "))));
        }
        findings
    }

    fn steps(&self) -> Vec<Finding> {
        let shown = self.steps.iter().take(TOLD_STEPS);
        shown.map(|step| action(step.marked())).collect()
    }
}

impl Affected {
    fn told(&self, at: &Moment) -> Finding {
        let name = mark(self.id.rsplit('/').next().unwrap_or(&self.id));
        let since = self.since_at.as_deref().and_then(rows::instant);
        let since = since.map(|since| format!(", since {} ({})", at.local(since), at.ago(since)));
        let reason = self.reason.as_ref().map(|reason| format!(": {}", reason.marked()));
        let text = format!(
            "`{name}` in `{}`{}{}",
            self.subscription.marked(),
            since.unwrap_or_default(),
            reason.unwrap_or_default()
        );
        about(detail(FindingTone::Warning, format!("{}.", text.trim_end_matches('.'))), &self.id)
    }
}

impl ScanFinding {
    fn told(&self) -> Finding {
        let severity = self.severity.map(|one| format!(" ({})", one.name()));
        let text = format!(
            "Found by a scanner: `{}`{}, {}.",
            self.title.marked(),
            severity.unwrap_or_default(),
            count_of(self.resources, "time")
        );
        detail(severity::tone(self.severity), text)
    }
}
