//! How service health is told.

use super::{Event, EventType, Output};
use crate::{
    protocol::{ColumnKind, Finding, FindingTone, View},
    tools::{
        present::{
            Moment, Present, Presentation, about, action, after_space, caveat, cell, column,
            count_of, detail, grouped, headline, listed, part_of, word_cell,
        },
        rows,
        untrusted::{Untrusted, mark, word},
    },
};

const TOLD: usize = 6;

impl Present for Output {
    const ROWS_KEY: Option<&'static str> = Some("events");

    fn present(&self, at: &Moment) -> Presentation {
        Presentation {
            summary: self.counted(),
            findings: self.findings(at),
            views: self.views(),
            rows: self.events.len() as u64,
            total: Some(self.total),
        }
    }
}

impl Output {
    fn counted(&self) -> String {
        let active = if self.only_active { "active " } else { "" };
        count_of(self.total, &format!("{active}service health event"))
    }

    fn findings(&self, at: &Moment) -> Vec<Finding> {
        let mut findings = vec![self.headline()];
        findings.extend(self.events.iter().take(TOLD).map(|one| one.told(at)));
        let urgent = self.events.iter().find(|one| one.is_active() && one.impacted > 0);
        if let Some(event) = urgent {
            findings.push(event.next_step());
        }
        let advisory = EventType::SecurityAdvisory.name();
        if self.events.iter().any(|one| one.event_type.eq_ignore_ascii_case(advisory)) {
            findings.push(caveat(
                "The details of a security advisory, and the resources it concerns, need a right \
                 of their own and are not told here.",
            ));
        }
        let rows = self.events.len() as u64;
        findings.extend(part_of((rows, self.total), "events are listed, active and latest first."));
        findings
    }

    fn headline(&self) -> Finding {
        let asked = after_space(&self.asked);
        if self.total == 0 {
            let counted = self.counted();
            let none = counted.strip_prefix("0 ").unwrap_or(&counted);
            return headline(FindingTone::Good, format!("There are no {none}{asked}."));
        }
        let complete = self.events.len() as u64 == self.total;
        let kinds = EventType::ALL.into_iter().filter_map(|kind| {
            let of = self.events.iter().filter(|one| one.event_type == kind.name()).count() as u64;
            (of > 0).then(|| count_of(of, kind.words()).replace("maintenances", "maintenance"))
        });
        let kinds: Vec<String> = kinds.collect();
        let split = match complete && !kinds.is_empty() {
            true => format!(": {}", listed(&kinds)),
            false => String::new(),
        };
        let active = match self.only_active {
            true => String::new(),
            false => format!(", {} of them active", grouped(self.active)),
        };
        let verb = if self.total == 1 { "is" } else { "are" };
        headline(self.tone(), format!("There {verb} {}{asked}{active}{split}.", self.counted()))
    }

    fn tone(&self) -> FindingTone {
        let issue = EventType::ServiceIssue.name();
        let mut active = self.events.iter().filter(|one| one.is_active()).peekable();
        if active.peek().is_none() {
            return FindingTone::Neutral;
        }
        match active.any(|one| one.event_type == issue && one.impacted > 0) {
            true => FindingTone::Critical,
            false => FindingTone::Warning,
        }
    }

    fn views(&self) -> Vec<View> {
        let mut views = Vec::new();
        if !self.events.is_empty() {
            views.push(self.table());
        }
        let impacted: Vec<_> = self
            .events
            .iter()
            .flat_map(|one| one.impacted_resources.iter().map(move |id| (one, id)))
            .map(|(one, id)| {
                vec![cell(id), cell(one.tracking_id.as_str()), cell(one.title.as_str())]
            })
            .collect();
        if !impacted.is_empty() {
            views.push(View::Table {
                title: "Impacted resources".to_owned(),
                columns: vec![
                    column("resource", "Resource", ColumnKind::Resource),
                    column("trackingId", "Event", ColumnKind::Text),
                    column("title", "About", ColumnKind::Text),
                ],
                rows: impacted,
                total: self.events.iter().map(|one| one.impacted).sum(),
            });
        }
        views
    }

    fn table(&self) -> View {
        let row = |one: &Event| {
            vec![
                word_cell(&one.event_type),
                word_cell(&one.status),
                cell(one.title.as_str()),
                cell(&joined(&one.regions)),
                one.began_at.clone().into(),
                one.impacted.into(),
                cell(one.tracking_id.as_str()),
            ]
        };
        View::Table {
            title: "Service health events".to_owned(),
            columns: vec![
                column("eventType", "Kind", ColumnKind::Text),
                column("status", "Status", ColumnKind::Text),
                column("title", "Event", ColumnKind::Text),
                column("regions", "Regions", ColumnKind::Text),
                column("beganAt", "Begins", ColumnKind::Instant),
                column("impacted", "Resources", ColumnKind::Number),
                column("trackingId", "Tracking id", ColumnKind::Text),
            ],
            rows: self.events.iter().map(row).collect(),
            total: self.total,
        }
    }
}

impl Event {
    fn told(&self, at: &Moment) -> Finding {
        let kind = EventType::ALL.into_iter().find(|one| one.name() == self.event_type);
        let kind = kind.map_or_else(|| word(&self.event_type), |one| one.words().to_owned());
        let mut parts = vec![kind, word(&self.status).to_lowercase()];
        if let Some(began) = self.began_at.as_deref().and_then(rows::instant) {
            let verb = if began > at.now { "begins" } else { "began" };
            parts.push(format!("{verb} {} ({})", at.ago(began), at.local(began)));
        }
        if let Some(ends) = self.ends_at.as_deref().and_then(rows::instant) {
            let verb = if ends > at.now { "until" } else { "over since" };
            parts.push(format!("{verb} {}", at.local(ends)));
        }
        let mut text = format!(
            "`{}` `{}` ({})",
            self.tracking_id.marked(),
            self.title.marked(),
            parts.join(", ")
        );
        if !self.services.is_empty() {
            text.push_str(&format!(": {}", mark(&joined(&self.services))));
        }
        if !self.regions.is_empty() {
            text.push_str(&format!(" in {}", mark(&joined(&self.regions))));
        }
        text.push_str(&self.concerned());
        let tone = match (self.is_active(), self.event_type.as_str()) {
            (true, "ServiceIssue") => FindingTone::Critical,
            (true, _) => FindingTone::Warning,
            (false, _) => FindingTone::Neutral,
        };
        detail(tone, format!("{text}."))
    }

    /// `; 14 resources impacted, among them a, b and c`.
    fn concerned(&self) -> String {
        let names = self.impacted_resources.iter().take(3);
        let names: Vec<String> = names
            .filter_map(|id| id.rsplit('/').next())
            .map(|name| format!("`{}`", mark(name)))
            .collect();
        match (self.impacted, names.as_slice()) {
            (0, _) => "; no resource of yours is listed as impacted".to_owned(),
            (some, []) => format!("; {} impacted", count_of(some, "resource")),
            (some, names) if some == names.len() as u64 => {
                format!("; {} impacted: {}", count_of(some, "resource"), listed(names))
            }
            (some, names) => {
                format!("; {} impacted, among them {}", count_of(some, "resource"), listed(names))
            }
        }
    }

    fn next_step(&self) -> Finding {
        let text = match self.recommended_actions.first() {
            Some(step) => {
                format!("For `{}` Azure says: {}", self.tracking_id.marked(), step.marked())
            }
            None => format!(
                "Look at the health of the resources that `{}` concerns.",
                self.tracking_id.marked()
            ),
        };
        match self.impacted_resources.first() {
            Some(id) => about(action(text), id),
            None => action(text),
        }
    }
}

fn joined(texts: &[Untrusted<String>]) -> String {
    let texts: Vec<String> = texts.iter().take(6).map(|one| one.as_str().to_owned()).collect();
    listed(&texts)
}
