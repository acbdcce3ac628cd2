//! How fired alerts are told.

use std::collections::BTreeSet;

use super::{Alert, Condition, Output, State};
use crate::{
    protocol::{ChartKind, ChartSeries, ColumnKind, Finding, FindingTone, View},
    tools::{
        observability::alert::Count,
        present::{
            Moment, Present, Presentation, action, after_space, cell, column, count_of, detail,
            grouped, headline, listed, part_of, word_cell,
        },
        untrusted::word,
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
        let views = if rows == 0 { Vec::new() } else { self.views() };
        Presentation { summary, findings: self.findings(at), views, rows, total: Some(self.total) }
    }
}

impl Output {
    fn is_open(&self) -> bool {
        self.conditions == [Condition::Fired] && !self.states.contains(&State::Closed)
    }

    /// The alerts that fit, in words: `3 open Sev1 alerts`.
    fn counted(&self) -> String {
        let severities: Vec<String> =
            self.severities.iter().map(|one| one.name().to_owned()).collect();
        let kind = match (self.is_open(), self.states.len()) {
            (true, 2) => "open ".to_owned(),
            (_, 3) if self.conditions.len() == 2 => String::new(),
            (_, 3) => self.named_conditions(),
            (_, _) => {
                let states: Vec<String> =
                    self.states.iter().map(|one| one.name().to_lowercase()).collect();
                format!("{} ", listed(&states))
            }
        };
        let severities = listed(&severities);
        let gap = if severities.is_empty() { "" } else { " " };
        count_of(self.total, &format!("{kind}{severities}{gap}alert"))
    }

    fn named_conditions(&self) -> String {
        let names: Vec<String> =
            self.conditions.iter().map(|one| one.name().to_lowercase()).collect();
        format!("{} ", listed(&names))
    }

    fn findings(&self, at: &Moment) -> Vec<Finding> {
        let mut findings = vec![self.headline()];
        findings.extend(self.told(at));
        if let Some(first) = self.alerts.first().filter(|one| one.is_open()) {
            findings.push(action(format!(
                "Begin with `{}`{}: its history and what it measured tell whether it still grows.",
                first.name.marked(),
                first.on()
            )));
        }
        if self.others > 0 {
            let others = grouped(self.others);
            let text = format!("Of any severity, {others} more are in other states or conditions.");
            findings.push(detail(FindingTone::Neutral, text));
        }
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
            return headline(
                FindingTone::Good,
                format!("There are no {none}{asked}; Azure keeps alerts for 30 days."),
            );
        }
        let verb = if self.total == 1 { "is" } else { "are" };
        let parts: Vec<String> = self.by_severity.iter().map(counted_as).collect();
        let split = match parts.len() {
            0 => String::new(),
            1 if !self.severities.is_empty() => String::new(),
            _ => format!(": {}", listed(&parts)),
        };
        headline(self.tone(), format!("There {verb} {}{asked}{split}.", self.counted()))
    }

    /// Only what is open is bad.
    fn tone(&self) -> FindingTone {
        let open = self.conditions.contains(&Condition::Fired) && self.states != [State::Closed];
        match self.by_severity.first().map(|one| one.key.as_str().to_ascii_lowercase()).as_deref() {
            Some("sev0" | "sev1") if open => FindingTone::Critical,
            Some("sev2") if open => FindingTone::Warning,
            Some(_) | None => FindingTone::Neutral,
        }
    }

    /// The alerts in sentences, those of one name and severity once.
    fn told(&self, at: &Moment) -> Vec<Finding> {
        let mut kinds: Vec<(&Alert, Vec<&Alert>)> = Vec::new();
        for alert in &self.alerts {
            let same = |one: &Alert| one.name == alert.name && one.severity == alert.severity;
            match kinds.iter_mut().find(|(first, _)| same(first)) {
                Some((_, rest)) => rest.push(alert),
                None => kinds.push((alert, Vec::new())),
            }
        }
        let kinds = kinds.into_iter().take(TOLD_ALERTS);
        kinds.map(|(first, rest)| with_rest(first.told(at), first, &rest)).collect()
    }

    fn views(&self) -> Vec<View> {
        let mut views = vec![self.table()];
        if self.by_severity.len() > 1 {
            views.push(bars("Alerts by severity", &self.by_severity));
        }
        views
    }

    fn table(&self) -> View {
        let row = |one: &Alert| {
            vec![
                word_cell(&one.severity),
                cell(one.name.as_str()),
                cell(one.target.as_deref().unwrap_or_default()),
                one.fired_at.clone().into(),
                word_cell(&one.state),
                word_cell(&one.condition),
                cell(one.subscription.as_str()),
            ]
        };
        View::Table {
            title: "Alerts".to_owned(),
            columns: vec![
                column("severity", "Severity", ColumnKind::Severity),
                column("name", "Alert", ColumnKind::Text),
                column("target", "Resource", ColumnKind::Resource),
                column("firedAt", "Fired", ColumnKind::Instant),
                column("state", "State", ColumnKind::Text),
                column("condition", "Condition", ColumnKind::Text),
                column("subscription", "Subscription", ColumnKind::Text),
            ],
            rows: self.alerts.iter().map(row).collect(),
            total: self.total,
        }
    }
}

/// Adds how often the same alert was listed beside the newest, and on how many resources.
fn with_rest(told: Finding, first: &Alert, rest: &[&Alert]) -> Finding {
    if rest.is_empty() {
        return told;
    }
    let targets = rest.iter().copied().chain([first]).filter_map(|one| one.target.as_deref());
    let targets: BTreeSet<String> = targets.map(str::to_lowercase).collect();
    let on = match targets.len() {
        0 | 1 => String::new(),
        several => format!(", on {several} resources in all"),
    };
    let more = rest.len();
    Finding { text: format!("{} {more} more of the same{on}.", told.text), ..told }
}

/// `3 Sev1`.
pub(in crate::tools::observability) fn counted_as(one: &Count) -> String {
    format!("{} {}", grouped(one.count), word(one.key.as_str()))
}

/// Counts as bars.
#[expect(clippy::cast_precision_loss, reason = "counts of alerts are far below 2^53")]
pub(in crate::tools::observability) fn bars(title: &str, counts: &[Count]) -> View {
    View::Chart {
        title: title.to_owned(),
        chart: ChartKind::Bars,
        unit: String::new(),
        labels: counts.iter().map(|one| word(one.key.as_str())).collect(),
        series: vec![ChartSeries {
            name: "Alerts".to_owned(),
            values: counts.iter().map(|one| Some(one.count as f64)).collect(),
        }],
    }
}
