//! How counted alerts are told.

use super::{Output, TopResource, TopRule};
use crate::{
    protocol::{ColumnKind, Finding, FindingTone, View},
    tools::{
        observability::{
            alert::Count,
            list_alerts::{bars, counted_as},
        },
        present::{
            Moment, Present, Presentation, about, action, cell, column, count_of, detail, grouped,
            headline, listed,
        },
        untrusted::mark,
    },
};

const TOLD: usize = 3;

impl Present for Output {
    const ROWS_KEY: Option<&'static str> = Some("rules");

    fn present(&self, _: &Moment) -> Presentation {
        let summary = format!("{}, {} open", count_of(self.total, "alert"), grouped(self.open));
        Presentation {
            summary,
            findings: self.findings(),
            views: self.views(),
            rows: self.rules.len() as u64,
            total: None,
        }
    }
}

impl Output {
    fn findings(&self) -> Vec<Finding> {
        let asked = self.asked.marked();
        if self.total == 0 {
            return vec![headline(FindingTone::Good, format!("No alert fired {asked}."))];
        }
        let mut findings = vec![self.headline(&asked)];
        findings.extend(split("By severity", &self.by_severity));
        findings.extend(split("By state", &self.by_state));
        findings.extend(split("By condition", &self.by_condition));
        findings.extend(split("By service", &self.by_service));
        if self.by_subscription.len() > 1 {
            let parts: Vec<String> = self
                .by_subscription
                .iter()
                .take(6)
                .map(|one| format!("{} in `{}`", grouped(one.count), one.key.marked()))
                .collect();
            findings.push(detail(
                FindingTone::Neutral,
                format!("By subscription: {}.", listed(&parts)),
            ));
        }
        findings.extend(self.rules.iter().take(TOLD).map(TopRule::told));
        findings.extend(self.resources.iter().take(TOLD).map(TopResource::told));
        findings.extend(self.next_step());
        findings
    }

    fn headline(&self, asked: &str) -> Finding {
        let fired = count_of(self.total, "alert");
        let open = match (self.open, self.unacknowledged) {
            (0, _) => "none of them is open".to_owned(),
            (open, 0) => format!("{} of them open, all acknowledged", grouped(open)),
            (open, new) if open == new => {
                format!("{} of them open and not acknowledged", grouped(open))
            }
            (open, new) => {
                format!("{} of them open, {} not acknowledged", grouped(open), grouped(new))
            }
        };
        let parts: Vec<String> = self.open_by_severity.iter().map(counted_as).collect();
        let parts = if parts.is_empty() { String::new() } else { format!(": {}", listed(&parts)) };
        let worst = self.open_by_severity.first().map(|one| one.key.as_str().to_ascii_lowercase());
        let tone = match worst.as_deref() {
            Some("sev0" | "sev1") => FindingTone::Critical,
            Some("sev2") => FindingTone::Warning,
            Some(_) => FindingTone::Neutral,
            None => FindingTone::Good,
        };
        headline(tone, format!("{fired} fired {asked}, {open}{parts}."))
    }

    fn next_step(&self) -> Option<Finding> {
        let noisy = self.rules.first()?;
        let share = noisy.count * 2 > self.total && self.total >= 10;
        let text = format!(
            "`{}` alone raised more than half of the alerts: check its threshold, or what it \
             points at.",
            name(noisy.rule.as_str())
        );
        share.then(|| action(text))
    }

    fn views(&self) -> Vec<View> {
        let mut views = Vec::new();
        if !self.by_severity.is_empty() {
            views.push(bars("Alerts by severity", &self.by_severity));
        }
        views.extend(self.trend.clone());
        if !self.rules.is_empty() {
            views.push(self.rules_table());
        }
        if !self.resources.is_empty() {
            views.push(self.resources_table());
        }
        views
    }

    fn rules_table(&self) -> View {
        let row = |one: &TopRule| vec![cell(one.rule.as_str()), one.count.into(), one.open.into()];
        View::Table {
            title: "Rules that fired most".to_owned(),
            columns: vec![
                column("rule", "Rule", ColumnKind::Resource),
                column("count", "Alerts", ColumnKind::Number),
                column("open", "Open", ColumnKind::Number),
            ],
            rows: self.rules.iter().map(row).collect(),
            total: self.rules.len() as u64,
        }
    }

    fn resources_table(&self) -> View {
        let row = |one: &TopResource| vec![cell(&one.id), one.count.into(), one.open.into()];
        View::Table {
            title: "Resources with most alerts".to_owned(),
            columns: vec![
                column("id", "Resource", ColumnKind::Resource),
                column("count", "Alerts", ColumnKind::Number),
                column("open", "Open", ColumnKind::Number),
            ],
            rows: self.resources.iter().map(row).collect(),
            total: self.resources.len() as u64,
        }
    }
}

impl TopRule {
    fn told(&self) -> Finding {
        let text = format!(
            "The rule `{}` raised {}.",
            name(self.rule.as_str()),
            with_open(self.count, self.open)
        );
        detail(FindingTone::Neutral, text)
    }
}

impl TopResource {
    fn told(&self) -> Finding {
        let text = format!("`{}` has {}.", name(&self.id), with_open(self.count, self.open));
        about(detail(FindingTone::Neutral, text), &self.id)
    }
}

/// `16 alerts, all open`.
fn with_open(count: u64, open: u64) -> String {
    let counted = count_of(count, "alert");
    match open {
        0 => format!("{counted}, none open"),
        1 if count == 1 => format!("{counted}, which is open"),
        all if all == count => format!("{counted}, all open"),
        some => format!("{counted}, {} of them open", grouped(some)),
    }
}

fn split(words: &str, counts: &[Count]) -> Option<Finding> {
    let parts: Vec<String> = counts.iter().take(8).map(counted_as).collect();
    (!parts.is_empty())
        .then(|| detail(FindingTone::Neutral, format!("{words}: {}.", listed(&parts))))
}

fn name(id: &str) -> String {
    mark(id.trim_end_matches('/').rsplit('/').next().unwrap_or(id))
}
