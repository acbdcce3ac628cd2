//! How replication jobs and events are told.

use super::{Event, Job, Output};
use crate::{
    protocol::{ColumnKind, Finding, FindingTone, TimelineEntry, View},
    tools::{
        present::{
            Moment, Present, Presentation, action, after_space, cell, column, count_of, detail,
            grouped, headline, of_counted, part_of, sentence,
        },
        rows,
    },
};

const TOLD_JOBS: usize = 6;
const TOLD_EVENTS: usize = 4;

impl Present for Output {
    const ROWS_KEY: Option<&'static str> = Some("jobs");

    fn present(&self, at: &Moment) -> Presentation {
        let rows = self.jobs.len() as u64;
        let counted = of_counted((rows, self.total), count_of(self.total, "replication job"));
        Presentation {
            summary: format!("{counted}, {} failed", grouped(self.failed)),
            findings: self.findings(at),
            views: self.views(),
            rows,
            total: Some(self.total),
        }
    }
}

impl Output {
    fn findings(&self, at: &Moment) -> Vec<Finding> {
        let mut findings = vec![self.headline()];
        findings.extend(self.jobs.iter().take(TOLD_JOBS).map(|job| job.told(at)));
        let bad = self.events.iter().filter(|event| event.rank() < 2);
        findings.extend(bad.take(TOLD_EVENTS).map(|event| event.told(at)));
        let advice =
            self.jobs.iter().find(|job| job.failed()).and_then(|job| job.recommendation.as_ref());
        let advice = advice.or_else(|| {
            let mut bad = self.events.iter().filter(|event| event.rank() < 2);
            bad.find_map(|event| event.recommendation.as_ref())
        });
        findings.extend(advice.map(|text| action(sentence(&text.marked()))));
        let rows = self.jobs.len() as u64;
        findings.extend(part_of((rows, self.total), "jobs are listed, failed ones first."));
        let events = self.events.len() as u64;
        findings.extend(part_of(
            (events, self.total_events),
            "events are listed, critical ones first.",
        ));
        findings
    }

    fn headline(&self) -> Finding {
        let asked = after_space(&self.asked);
        let jobs = count_of(self.total, "replication job");
        let events = count_of(self.total_events, "event");
        let critical = self.events.iter().filter(|event| event.rank() == 0).count();
        match (self.total, self.failed) {
            (0, _) => headline(
                FindingTone::Neutral,
                format!("There are no such jobs of Site Recovery{asked}, and {events}."),
            ),
            (_, failed) => {
                let tone = match (failed, critical) {
                    (0, 0) => FindingTone::Good,
                    (0, _) => FindingTone::Warning,
                    _ => FindingTone::Critical,
                };
                let text = format!(
                    "{} of {jobs}{asked} failed; there are {events}, {critical} of them critical.",
                    grouped(failed)
                );
                headline(tone, text)
            }
        }
    }

    fn views(&self) -> Vec<View> {
        let mut views = Vec::new();
        if !self.jobs.is_empty() {
            let row = |job: &Job| {
                vec![
                    cell(job.scenario.as_str()),
                    cell(job.target.as_str()),
                    cell(job.state.as_str()),
                    job.started_at.clone().into(),
                    cell(job.error.as_ref().map_or("", |text| text.as_str())),
                    cell(job.vault.as_str()),
                ]
            };
            views.push(View::Table {
                title: "Replication jobs".to_owned(),
                columns: vec![
                    column("scenario", "Job", ColumnKind::Text),
                    column("target", "Of", ColumnKind::Text),
                    column("state", "State", ColumnKind::Text),
                    column("startedAt", "Began", ColumnKind::Instant),
                    column("error", "Error", ColumnKind::Text),
                    column("vault", "Vault", ColumnKind::Text),
                ],
                rows: self.jobs.iter().map(row).collect(),
                total: self.total,
            });
        }
        if !self.events.is_empty() {
            let mut events: Vec<&Event> = self.events.iter().collect();
            events.sort_by(|a, b| b.at.cmp(&a.at));
            views.push(View::Timeline {
                title: "Replication events".to_owned(),
                entries: events.into_iter().map(Event::entry).collect(),
                total: self.total_events,
            });
        }
        views
    }
}

impl Job {
    fn told(&self, at: &Moment) -> Finding {
        let when = rows::instant(&self.started_at);
        let when =
            when.map_or_else(String::new, |when| format!(" {} ({})", at.ago(when), at.local(when)));
        let mut text = format!(
            "{} of `{}`{when}: {}",
            self.scenario.marked(),
            self.target.marked(),
            self.state.marked().to_lowercase()
        );
        if let Some(step) = &self.failed_step {
            text.push_str(&format!(" at `{}`", step.marked()));
        }
        if let Some(error) = &self.error {
            text.push_str(&format!(": {}", error.marked()));
        }
        let tone = if self.failed() { FindingTone::Critical } else { FindingTone::Neutral };
        detail(tone, sentence(&text))
    }
}

impl Event {
    fn told(&self, at: &Moment) -> Finding {
        let when = rows::instant(&self.at);
        let when =
            when.map_or_else(String::new, |when| format!(" {} ({})", at.ago(when), at.local(when)));
        let text = format!("`{}`{when}: {}", self.target.marked(), self.description.marked());
        detail(self.tone(), sentence(&text))
    }

    fn tone(&self) -> FindingTone {
        match self.rank() {
            0 => FindingTone::Critical,
            1 => FindingTone::Warning,
            _ => FindingTone::Neutral,
        }
    }

    fn entry(&self) -> TimelineEntry {
        TimelineEntry {
            at: self.at.clone(),
            title: self.description.marked(),
            detail: self.target.marked(),
            tone: self.tone(),
            resource_id: None,
            portal_url: None,
        }
    }
}
