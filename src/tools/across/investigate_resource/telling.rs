//! How an investigation is told: the trouble and what came before it, then pillar by pillar, then
//! the line of time.

use super::{Output, Section, events::Event};
use crate::{
    protocol::{Finding, FindingTone, TimelineEntry, View},
    tools::{
        across::asking::rank,
        present::{Moment, Present, Presentation, about, action, count_of, detail, headline},
    },
};

/// Changes before the trouble that are told one by one.
const TOLD_NEAR: usize = 3;

impl Present for Output {
    const ROWS_KEY: Option<&'static str> = Some("events");

    fn present(&self, at: &Moment) -> Presentation {
        let mut findings = vec![about(self.headline(at), &self.resource_id)];
        findings.extend(self.told_near(at));
        let mut sections: Vec<&Section> = self.sections.iter().collect();
        sections.sort_by_key(|one| rank(one.headline.tone));
        for section in sections {
            findings.push(detail(section.headline.tone, section.headline.marked()));
            let facts = section.details.iter().filter(|one| rank(one.tone) <= 1).take(1);
            findings.extend(facts.map(|one| detail(one.tone, one.marked())));
        }
        findings.extend(self.next_step());
        Presentation {
            summary: format!(
                "{} of `{}`",
                count_of(self.events.len() as u64, "event"),
                self.name.marked()
            ),
            findings,
            views: vec![self.timeline()],
            rows: self.events.len() as u64,
            total: None,
        }
    }
}

impl Output {
    fn headline(&self, at: &Moment) -> Finding {
        let name = self.name.marked();
        let began = self.began_at.as_ref().and_then(|one| one.parse().ok());
        match (began, self.trouble.as_deref()) {
            (Some(began), Some("alert")) => headline(
                FindingTone::Warning,
                format!(
                    "`{name}` has had open alerts since {} ({}).",
                    at.local(began),
                    at.ago(began)
                ),
            ),
            (Some(began), Some(state)) => headline(
                FindingTone::Critical,
                format!(
                    "`{name}` has been {} since {} ({}).",
                    state.to_lowercase(),
                    at.local(began),
                    at.ago(began)
                ),
            ),
            (_, _) => headline(
                FindingTone::Good,
                format!(
                    "Nothing is wrong with `{name}` now: it reports no trouble and no open alert."
                ),
            ),
        }
    }

    fn told_near(&self, at: &Moment) -> Vec<Finding> {
        if self.began_at.is_none() {
            return Vec::new();
        }
        let hours = self.near_hours;
        if self.near == 0 {
            let text = format!(
                "Nothing was changed or done to it in the {hours} hours before: look at what it \
                 depends on, and at Azure's own health."
            );
            return vec![detail(FindingTone::Neutral, text)];
        }
        let text = format!(
            "{} in the {hours} hours before: suspects, not yet the cause.",
            count_of(self.near, "change or operation")
                .replace("change or operations", "changes and operations")
        );
        let near = self.events.iter().filter(|one| one.before_trouble).take(TOLD_NEAR);
        let told = near.map(|one| {
            detail(FindingTone::Warning, format!("{}: {}.", at.local(one.at), one.in_words()))
        });
        std::iter::once(detail(FindingTone::Warning, text)).chain(told).collect()
    }

    fn next_step(&self) -> Option<Finding> {
        self.began_at.as_ref()?;
        Some(action(match self.near {
            0 => "Check what it depends on (network, disks, plan) and Azure's service health.",
            _ => "Ask who made the change before it, and whether it can be taken back.",
        }))
    }

    fn timeline(&self) -> View {
        let entries = self.events.iter().map(|one| TimelineEntry {
            at: one.at.to_string(),
            title: one.title.marked(),
            detail: one.detail.marked(),
            tone: one.tone,
            resource_id: None,
            portal_url: None,
        });
        View::Timeline {
            title: format!("What happened to {}", self.name.marked()),
            entries: entries.collect(),
            total: self.events.len() as u64,
        }
    }
}

impl Event {
    fn in_words(&self) -> String {
        match self.detail.is_empty() {
            true => self.title.marked(),
            false => format!("{} ({})", self.title.marked(), self.detail.marked()),
        }
    }
}
