//! How health is told.

use super::{Output, State, Status};
use crate::{
    protocol::{ColumnKind, Finding, FindingKind, FindingTone, TimelineEntry, View},
    tools::{
        observability::list_alerts::{bars, counted_as},
        present::{
            Moment, Present, Presentation, about, action, after_space, caveat, cell, column,
            count_of, detail, grouped, headline, listed, part_of, sentence, word_cell,
        },
        rows,
        untrusted::{Untrusted, mark, word},
    },
};

const TOLD: usize = 8;
const TOLD_HISTORY: usize = 4;

impl Present for Output {
    const ROWS_KEY: Option<&'static str> = Some("statuses");

    fn present(&self, at: &Moment) -> Presentation {
        let (summary, findings, views) = match (&self.resource_id, self.statuses.split_first()) {
            (Some(id), None) => {
                (format!("no health of {}", name(id)), vec![unknown(id)], Vec::new())
            }
            (Some(id), Some((current, earlier))) => (
                format!("{} is {}", name(id), word(&current.state).to_lowercase()),
                history(current, earlier, at),
                vec![self.timeline()],
            ),
            (None, _) => (self.summary(), self.findings(at), self.views()),
        };
        let rows = self.statuses.len() as u64;
        Presentation { summary, findings, views, rows, total: Some(self.total) }
    }
}

impl Output {
    fn summary(&self) -> String {
        let parts: Vec<String> =
            self.by_state.iter().map(|one| counted_as(one).to_lowercase()).collect();
        if parts.is_empty() { "no health is known".to_owned() } else { listed(&parts) }
    }

    fn findings(&self, at: &Moment) -> Vec<Finding> {
        let mut findings = vec![self.headline()];
        findings.extend(self.statuses.iter().take(TOLD).map(|one| one.told(at)));
        if let Some(worst) = self.statuses.first().filter(|one| one.is_down()) {
            findings.push(about(
                action(format!(
                    "Look at what changed on `{}` and at its alerts; ask for its health alone to \
                     see its history.",
                    name(&worst.resource_id)
                )),
                &worst.resource_id,
            ));
        }
        findings.push(caveat(
            "Resource Graph knows the health of some types only, mostly machines; ask for one \
             resource by name to have Azure's own status of any type.",
        ));
        let rows = self.statuses.len() as u64;
        findings.extend(part_of(
            (rows, self.total),
            "resources were fetched, worst first; the counts are of all.",
        ));
        findings
    }

    fn headline(&self) -> Finding {
        let asked = after_space(&self.asked);
        if self.known == 0 {
            let text = format!("Azure has no health of any resource{asked}.");
            return headline(FindingTone::Neutral, text);
        }
        let of = |state: State| {
            let found = self.by_state.iter().find(|one| one.key.as_str() == state.name());
            found.map_or(0, |one| one.count)
        };
        let (down, degraded) = (of(State::Unavailable), of(State::Degraded));
        let parts: Vec<String> =
            self.by_state.iter().map(|one| counted_as(one).to_lowercase()).collect();
        let known = count_of(self.known, "resource");
        let tone = match (down, degraded) {
            (0, 0) => FindingTone::Good,
            (0, _) => FindingTone::Warning,
            (_, _) => FindingTone::Critical,
        };
        let lead = match (down, degraded) {
            (0, 0) => format!("Nothing is unavailable or degraded{asked}"),
            (0, some) => format!("{} degraded{asked}", are(some)),
            (some, _) => format!("{} unavailable{asked}{}", are(some), self.on_request(some)),
        };
        headline(tone, format!("{lead}; of {known} with a known health {}.", listed(&parts)))
    }

    /// Those that somebody stopped: down, but not broken.
    fn on_request(&self, down: u64) -> String {
        match self.stopped_on_request {
            0 => String::new(),
            all if all == down => ", stopped by users or their tools".to_owned(),
            some => format!(", {} of them stopped by users or their tools", grouped(some)),
        }
    }

    fn views(&self) -> Vec<View> {
        let mut views = Vec::new();
        if !self.statuses.is_empty() {
            views.push(self.table());
        }
        if self.by_state.len() > 1 {
            views.push(bars("Resources by health", &self.by_state));
        }
        views
    }

    fn table(&self) -> View {
        let row = |one: &Status| {
            vec![
                cell(&one.resource_id),
                word_cell(&one.state),
                one.since.clone().into(),
                word_cell(one.reason.as_deref().unwrap_or_default()),
                cell(one.summary.as_ref().or(one.title.as_ref()).map_or("", Untrusted::as_str)),
                cell(one.subscription.as_str()),
            ]
        };
        View::Table {
            title: "Resource health".to_owned(),
            columns: vec![
                column("resourceId", "Resource", ColumnKind::Resource),
                column("state", "Health", ColumnKind::Text),
                column("since", "Since", ColumnKind::Instant),
                column("reason", "Reason", ColumnKind::Text),
                column("summary", "What Azure knows", ColumnKind::Text),
                column("subscription", "Subscription", ColumnKind::Text),
            ],
            rows: self.statuses.iter().map(row).collect(),
            total: self.total,
        }
    }

    fn timeline(&self) -> View {
        let dated = self.statuses.iter().filter_map(|one| Some((one.since.clone()?, one)));
        let entry = |(at, one): (String, &Status)| TimelineEntry {
            at,
            title: word(&one.state),
            detail: one.why().unwrap_or_default(),
            tone: one.tone(),
            resource_id: Some(one.resource_id.clone()),
            portal_url: None,
        };
        View::Timeline {
            title: "Health over time".to_owned(),
            entries: dated.map(entry).collect(),
            total: self.total,
        }
    }
}

/// One resource: how it is, what to do, how it was.
fn history(current: &Status, earlier: &[Status], at: &Moment) -> Vec<Finding> {
    let mut findings = vec![Finding { kind: FindingKind::Headline, ..current.told(at) }];
    if let Some(over) = current.expected_at.as_deref().and_then(rows::instant) {
        let text = format!("Azure expects it to be over at {}.", at.local(over));
        findings.push(detail(FindingTone::Neutral, text));
    }
    findings.extend(earlier.iter().take(TOLD_HISTORY).map(|one| one.was(at)));
    let steps = current.recommended_actions.iter().take(3);
    let steps: Vec<Finding> =
        steps.map(|one| action(format!("Azure says: {}", one.marked()))).collect();
    findings.extend(steps);
    if current.is_down() {
        findings.push(action("Look at what changed on it, at its alerts and at service health."));
    }
    findings
}

fn unknown(id: &str) -> Finding {
    let text = format!("Azure has no health of `{}`: its type may not report any.", name(id));
    about(headline(FindingTone::Neutral, text), id)
}

impl Status {
    fn is_down(&self) -> bool {
        matches!(self.state.as_str(), "Unavailable" | "Degraded")
    }

    fn tone(&self) -> FindingTone {
        match self.state.as_str() {
            "Unavailable" => FindingTone::Critical,
            "Degraded" => FindingTone::Warning,
            "Available" => FindingTone::Good,
            _ => FindingTone::Neutral,
        }
    }

    /// What Azure knows of the reason.
    fn why(&self) -> Option<String> {
        let said = self.summary.as_ref().or(self.title.as_ref()).map(Untrusted::marked);
        let reason = self.reason.as_deref().map(word);
        match (said, reason) {
            (Some(said), Some(reason)) => Some(format!("{said} ({reason})")),
            (Some(one), None) | (None, Some(one)) => Some(one),
            (None, None) => None,
        }
    }

    fn told(&self, at: &Moment) -> Finding {
        let since = self
            .since
            .as_deref()
            .and_then(rows::instant)
            .map(|since| format!(" since {} ({})", at.local(since), at.ago(since)));
        let why = self.why().map(|why| format!(": {why}")).unwrap_or_default();
        let text = format!(
            "`{}` in `{}` is {}{}{why}",
            name(&self.resource_id),
            self.subscription.marked(),
            word(&self.state).to_lowercase(),
            since.unwrap_or_default()
        );
        about(detail(self.tone(), sentence(&text)), &self.resource_id)
    }

    fn was(&self, at: &Moment) -> Finding {
        let from = self.since.as_deref().and_then(rows::instant);
        let from = from.map_or_else(String::new, |since| format!("{}: ", at.local(since)));
        let why = self.why().map(|why| format!(", {why}")).unwrap_or_default();
        let text = format!("{from}{}{why}", word(&self.state).to_lowercase());
        detail(FindingTone::Neutral, sentence(&text))
    }
}

fn are(count: u64) -> String {
    let verb = if count == 1 { "is" } else { "are" };
    format!("{} {verb}", count_of(count, "resource"))
}

fn name(id: &str) -> String {
    mark(id.trim_end_matches('/').rsplit('/').next().unwrap_or(id))
}
