//! How an alert is told.

use serde_json::Value;

use super::{Alert, Evidence, Moment, Output};
use crate::{
    protocol::{ColumnKind, Finding, FindingTone, View},
    tools::{
        present::{
            self, Present, Presentation, about, action, caveat, cell, column, count_of, detail,
            grouped, headline, listed, word_cell,
        },
        rows,
        untrusted::{Untrusted, mark, word},
    },
};

const TOLD_ENTITIES: usize = 8;
const TOLD_STEPS: usize = 6;
const TOLD_OTHERS: usize = 5;

impl Present for Output {
    const ROWS_KEY: Option<&'static str> = Some("alerts");

    fn present(&self, at: &present::Moment) -> Presentation {
        let rows = self.alerts.len() as u64;
        let summary = match self.alerts.first() {
            Some(first) if self.total == 1 => first.title.marked(),
            Some(first) => {
                format!("{}; {} more", first.title.marked(), grouped(self.total.saturating_sub(1)))
            }
            None => "no such security alert".to_owned(),
        };
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
    fn findings(&self, at: &present::Moment) -> Vec<Finding> {
        let Some((first, others)) = self.alerts.split_first() else {
            let text = format!("There is no security alert {} in scope.", self.asked.marked());
            return vec![
                headline(FindingTone::Neutral, text),
                action("List the security alerts, closed ones included, to see what there is."),
            ];
        };
        let mut findings = first.findings(at);
        if self.total > 1 {
            let text = format!(
                "{} {}; the most severe of those still open is told here.",
                count_of(self.total, "alert"),
                if self.asked.is_empty() { "fit".to_owned() } else { self.asked.marked() }
            );
            findings.push(caveat(text));
            findings.extend(others.iter().take(TOLD_OTHERS).map(|one| one.line(at)));
        }
        findings
    }

    fn views(&self) -> Vec<View> {
        let Some(first) = self.alerts.first() else { return Vec::new() };
        let mut views = vec![first.timeline_view()];
        if !first.entities.is_empty() {
            views.push(first.entities_view());
        }
        views.extend(first.evidence.as_ref().map(Evidence::view));
        views
    }
}

impl Alert {
    fn tone(&self) -> FindingTone {
        let open = ["active", "inprogress"].contains(&self.status.to_ascii_lowercase().as_str());
        match self.severity.to_ascii_lowercase().as_str() {
            _ if !open => FindingTone::Neutral,
            "high" => FindingTone::Critical,
            "medium" | "low" => FindingTone::Warning,
            _ => FindingTone::Neutral,
        }
    }

    /// The affected resources, or what Defender names.
    fn on(&self) -> String {
        let names = self.resource_ids.iter().take(3).filter_map(|id| id.rsplit('/').next());
        let names: Vec<String> = names.map(|name| format!("`{}`", mark(name))).collect();
        match (&self.compromised_entity, names.as_slice()) {
            (Some(entity), []) => format!(" on `{}`", entity.marked()),
            (None, []) => String::new(),
            (_, names) => format!(" on {}", listed(names)),
        }
    }

    fn findings(&self, at: &present::Moment) -> Vec<Finding> {
        let incident = if self.is_incident { "incident of several alerts, " } else { "" };
        let text = format!(
            "`{}`{} in `{}`: {incident}{}, {}.",
            self.title.marked(),
            self.on(),
            self.subscription.marked(),
            word(&self.severity),
            word(&self.status)
        );
        let place = self.resource_ids.first().unwrap_or(&self.id);
        let mut findings = vec![about(headline(self.tone(), text), place)];
        let told = |text: String| detail(FindingTone::Neutral, text);
        findings.extend(self.description.as_ref().map(|what| told(what.marked())));
        findings.extend(self.told_timeline(at));
        let entities: Vec<String> =
            self.entities.iter().take(TOLD_ENTITIES).map(Untrusted::marked).collect();
        if !entities.is_empty() {
            let more = self.entities.len().saturating_sub(entities.len());
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            findings.push(told(format!("Took part: {}{more}.", listed(&entities))));
        }
        let mut tactics: Vec<String> = self.intent.iter().map(Untrusted::marked).collect();
        tactics.extend(self.techniques.iter().take(6).map(Untrusted::marked));
        if !tactics.is_empty() {
            findings.push(told(format!("MITRE ATT&CK: {}.", listed(&tactics))));
        }
        let facts: Vec<String> = self.facts.iter().take(6).map(Untrusted::marked).collect();
        if !facts.is_empty() {
            findings.push(told(format!("Further: {}.", facts.join("; "))));
        }
        let steps = self.remediation_steps.iter().take(TOLD_STEPS);
        findings.extend(steps.map(|step| action(step.marked())));
        if self.remediation_steps.is_empty() {
            findings.push(caveat("Defender gives no remediation steps for this alert."));
        }
        findings
    }

    fn told_timeline(&self, at: &present::Moment) -> Option<Finding> {
        let points: Vec<String> = self
            .timeline
            .iter()
            .filter_map(|point| {
                let instant = rows::instant(&point.at)?;
                Some(format!("{} ({}) {}", at.local(instant), at.ago(instant), point.what))
            })
            .collect();
        (!points.is_empty())
            .then(|| detail(FindingTone::Neutral, format!("Timeline: {}.", points.join("; "))))
    }

    fn line(&self, at: &present::Moment) -> Finding {
        let began = self.timeline.first().and_then(|point| rows::instant(&point.at));
        let began = began.map(|began| format!(", began {}", at.ago(began))).unwrap_or_default();
        let text = format!(
            "`{}`{}: {}, {}{began}.",
            self.title.marked(),
            self.on(),
            word(&self.severity),
            word(&self.status)
        );
        about(detail(self.tone(), text), self.resource_ids.first().unwrap_or(&self.id))
    }

    fn timeline_view(&self) -> View {
        let row = |point: &Moment| vec![point.at.clone().into(), Value::from(point.what)];
        View::Table {
            title: "Timeline".to_owned(),
            columns: vec![
                column("at", "When", ColumnKind::Instant),
                column("what", "What", ColumnKind::Text),
            ],
            rows: self.timeline.iter().map(row).collect(),
            total: self.timeline.len() as u64,
        }
    }

    /// A line a participant: its kind, then what it is.
    fn entities_view(&self) -> View {
        let row = |one: &Untrusted<String>| match one.as_str().split_once(' ') {
            Some((kind, what)) => vec![word_cell(kind), cell(what)],
            None => vec![Value::Null, cell(one.as_str())],
        };
        View::Table {
            title: "Took part".to_owned(),
            columns: vec![
                column("kind", "Kind", ColumnKind::Text),
                column("entity", "Entity", ColumnKind::Text),
            ],
            rows: self.entities.iter().map(row).collect(),
            total: self.entities.len() as u64,
        }
    }
}

impl Evidence {
    fn view(&self) -> View {
        let width = self.columns.len();
        let row = |cells: &Vec<Untrusted<String>>| {
            let cells = cells.iter().map(|one| cell(one.as_str()));
            cells.chain(std::iter::repeat(Value::Null)).take(width).collect()
        };
        View::Table {
            title: self.title.marked(),
            columns: self
                .columns
                .iter()
                .enumerate()
                .map(|(at, name)| column(&format!("c{at}"), &name.marked(), ColumnKind::Text))
                .collect(),
            rows: self.rows.iter().map(row).collect(),
            total: self.rows.len() as u64,
        }
    }
}
