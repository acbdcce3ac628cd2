//! How replication jobs and events are told.

use super::{Entry, Output, What};
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

const TOLD: usize = 8;

impl Present for Output {
    const ROWS_KEY: Option<&'static str> = Some("entries");

    fn present(&self, at: &Moment) -> Presentation {
        let rows = self.entries.len() as u64;
        Presentation {
            summary: of_counted((rows, self.total), self.counted()),
            findings: self.findings(at),
            views: if self.entries.is_empty() { Vec::new() } else { vec![self.view()] },
            rows,
            total: Some(self.total),
        }
    }
}

impl Output {
    fn counted(&self) -> String {
        let noun = match self.what {
            What::Jobs => "replication job",
            What::Events => "replication event",
        };
        count_of(self.total, noun)
    }

    fn findings(&self, at: &Moment) -> Vec<Finding> {
        let mut findings = vec![self.headline()];
        findings.extend(self.entries.iter().take(TOLD).map(|one| one.told(at, self.what)));
        let mut bad = self.entries.iter().filter(|one| one.rank() < 2);
        let advice = bad.find_map(|one| one.recommendation.as_ref());
        findings.extend(advice.map(|text| action(sentence(&text.marked()))));
        let rows = self.entries.len() as u64;
        findings.extend(part_of((rows, self.total), "are listed, the worst first."));
        findings
    }

    fn headline(&self) -> Finding {
        let asked = after_space(&self.asked);
        let (counted, bad) = (self.counted(), grouped(self.bad));
        let none = |what: &str| {
            headline(FindingTone::Neutral, format!("There are no such {what}{asked}."))
        };
        match (self.what, self.total, self.bad) {
            (What::Jobs, 0, _) => none("jobs of Site Recovery"),
            (What::Events, 0, _) => none("events of Site Recovery"),
            (What::Jobs, _, 0) => {
                headline(FindingTone::Good, format!("None of {counted}{asked} failed."))
            }
            (What::Events, _, 0) => {
                headline(FindingTone::Neutral, format!("None of {counted}{asked} is critical."))
            }
            (What::Jobs, ..) => {
                headline(FindingTone::Critical, format!("{bad} of {counted}{asked} failed."))
            }
            (What::Events, ..) => {
                headline(FindingTone::Critical, format!("{bad} of {counted}{asked} critical."))
            }
        }
    }

    fn view(&self) -> View {
        if self.what == What::Events {
            let mut entries: Vec<&Entry> = self.entries.iter().collect();
            entries.sort_by(|a, b| b.at.cmp(&a.at));
            return View::Timeline {
                title: "Replication events".to_owned(),
                entries: entries.into_iter().map(Entry::on_timeline).collect(),
                total: self.total,
            };
        }
        let row = |one: &Entry| {
            vec![
                cell(one.title.as_str()),
                cell(one.target.as_str()),
                cell(one.state.as_str()),
                one.at.clone().into(),
                cell(one.error.as_ref().map_or("", |text| text.as_str())),
                cell(one.vault.as_str()),
            ]
        };
        View::Table {
            title: "Replication jobs".to_owned(),
            columns: vec![
                column("title", "Job", ColumnKind::Text),
                column("target", "Of", ColumnKind::Text),
                column("state", "State", ColumnKind::Text),
                column("at", "Began", ColumnKind::Instant),
                column("error", "Error", ColumnKind::Text),
                column("vault", "Vault", ColumnKind::Text),
            ],
            rows: self.entries.iter().map(row).collect(),
            total: self.total,
        }
    }
}

impl Entry {
    fn told(&self, at: &Moment, what: What) -> Finding {
        let when = rows::instant(&self.at);
        let when =
            when.map_or_else(String::new, |when| format!(" {} ({})", at.ago(when), at.local(when)));
        let (title, target) = (self.title.marked(), self.target.marked());
        let mut text = match what {
            What::Events => format!("`{target}`{when}: {title}"),
            What::Jobs => {
                format!("{title} of `{target}`{when}: {}", self.state.marked().to_lowercase())
            }
        };
        if let Some(step) = &self.failed_step {
            text.push_str(&format!(" at `{}`", step.marked()));
        }
        if let Some(error) = &self.error {
            text.push_str(&format!(": {}", error.marked()));
        }
        detail(self.tone(), sentence(&text))
    }

    fn tone(&self) -> FindingTone {
        match self.rank() {
            0 => FindingTone::Critical,
            1 => FindingTone::Warning,
            _ => FindingTone::Neutral,
        }
    }

    fn on_timeline(&self) -> TimelineEntry {
        TimelineEntry {
            at: self.at.clone(),
            title: self.title.marked(),
            detail: self.target.marked(),
            tone: self.tone(),
            resource_id: None,
            portal_url: None,
        }
    }
}
