//! How a backup job is told.

use serde_json::Value;

use super::{Change, Output};
use crate::{
    protocol::{ColumnKind, Finding, FindingTone, TimelineEntry, View},
    tools::{
        present::{
            Moment, Present, Presentation, about, action, cell, column, count_of, detail, headline,
            listed, sentence,
        },
        rows,
        untrusted::{mark, word},
    },
};

impl Present for Output {
    const ROWS_KEY: Option<&'static str> = Some("steps");

    fn present(&self, at: &Moment) -> Presentation {
        Presentation {
            summary: format!(
                "{} of {}: {}",
                self.job.operation.marked(),
                self.job.item.marked(),
                self.job.status.marked()
            ),
            findings: self.findings(at),
            views: self.views(),
            rows: self.steps.len() as u64,
            total: None,
        }
    }
}

impl Output {
    fn findings(&self, at: &Moment) -> Vec<Finding> {
        let mut findings = vec![about(self.headline(at), &self.job.resource_id)];
        findings.extend(self.why());
        findings.extend(self.since(at));
        findings.extend(self.steps());
        findings.extend(self.changes_before.iter().take(3).map(|one| one.told(at)));
        if self.others_failing > 0 {
            let verb = if self.others_failing == 1 { "fails" } else { "fail" };
            let others = count_of(self.others_failing, "other item");
            let text = format!("{others} {verb} by the same error: it is not this one alone.");
            findings.push(detail(FindingTone::Warning, text));
        }
        if let Some(advice) = self.job.recommendation.as_ref().filter(|_| self.job.failed()) {
            findings.push(action(sentence(&format!("Azure recommends: {}", advice.marked()))));
        }
        findings
    }

    fn headline(&self, at: &Moment) -> Finding {
        let job = &self.job;
        let code = job.error_code.as_ref().filter(|_| job.failed());
        let code = code.map(|code| format!(" with `{}`", code.marked())).unwrap_or_default();
        let text = format!(
            "The {} of `{}` ({}) in vault `{}` {}{code}; it began {}.",
            job.operation.marked().to_lowercase(),
            job.item.marked(),
            job.kind.marked(),
            job.vault.marked(),
            ended(job.status.as_str()),
            job.when(at)
        );
        headline(job.tone(), text)
    }

    fn why(&self) -> Vec<Finding> {
        let message = self.job.error_message.iter();
        let said = message.chain(&self.cause).map(|text| sentence(&text.marked()));
        said.map(|text| detail(FindingTone::Critical, text)).collect()
    }

    fn since(&self, at: &Moment) -> Option<Finding> {
        let since = self.failing_since.as_deref().and_then(rows::instant)?;
        let good = self.last_good_at.as_deref().and_then(rows::instant);
        let good = match good {
            Some(good) => {
                format!("; the last good backup began {} ({})", at.ago(good), at.local(good))
            }
            None => "; no good backup is among the jobs that Azure keeps".to_owned(),
        };
        let text = match self.failed_in_a_row {
            1 => format!("It is the first that failed{good}."),
            many => format!(
                "{} in a row failed, the first {} ({}){good}.",
                count_of(many, "backup"),
                at.ago(since),
                at.local(since)
            ),
        };
        Some(detail(FindingTone::Critical, text))
    }

    fn steps(&self) -> Option<Finding> {
        let steps = self.steps.iter().map(|step| {
            format!("`{}` {}", step.name.marked(), step.status.marked().to_lowercase())
        });
        let steps: Vec<String> = steps.take(8).collect();
        (!steps.is_empty())
            .then(|| detail(FindingTone::Neutral, format!("Its steps: {}.", listed(&steps))))
    }

    fn views(&self) -> Vec<View> {
        let mut views = Vec::new();
        if !self.steps.is_empty() {
            let rows = self.steps.iter();
            let rows = rows.map(|step| vec![cell(step.name.as_str()), cell(step.status.as_str())]);
            views.push(View::Table {
                title: "Steps".to_owned(),
                columns: vec![
                    column("step", "Step", ColumnKind::Text),
                    column("status", "Status", ColumnKind::Text),
                ],
                rows: rows.collect(),
                total: self.steps.len() as u64,
            });
        }
        let entries = self.timeline();
        if entries.len() > 1 {
            let total = entries.len() as u64;
            views.push(View::Timeline { title: "What happened".to_owned(), entries, total });
        }
        views
    }

    fn timeline(&self) -> Vec<TimelineEntry> {
        let entry = |at: &str, title: String, tone, id: &str| TimelineEntry {
            at: at.to_owned(),
            title,
            detail: String::new(),
            tone,
            resource_id: Some(id.to_owned()).filter(|id| !id.is_empty()),
            portal_url: None,
        };
        let own = self.job.resource_id.as_str();
        let mut entries = Vec::new();
        if let Some(at) = &self.job.started_at {
            let title = format!("{} {}", self.job.operation.marked(), self.job.status.marked());
            entries.push(entry(at, title, self.job.tone(), own));
        }
        if let Some(at) =
            self.failing_since.as_ref().filter(|at| self.job.started_at.as_ref() != Some(*at))
        {
            entries.push(entry(at, "First failed backup".to_owned(), FindingTone::Critical, own));
        }
        entries.extend(self.changes_before.iter().map(|one| {
            let title = format!("{} by {}", word(&one.operation), one.by.marked());
            entry(&one.at, title, FindingTone::Warning, &one.resource_id)
        }));
        if let Some(at) = &self.last_good_at {
            entries.push(entry(at, "Last good backup".to_owned(), FindingTone::Good, own));
        }
        entries
    }
}

impl Change {
    fn told(&self, at: &Moment) -> Finding {
        let name = self.resource_id.rsplit('/').next().unwrap_or_default();
        let when = rows::instant(&self.at);
        let when =
            when.map_or_else(String::new, |when| format!(" {} ({})", at.ago(when), at.local(when)));
        let text = format!(
            "Before the first failure, `{}` changed `{}`{when}: `{}`.",
            self.by.marked(),
            mark(name),
            word(&self.operation)
        );
        about(detail(FindingTone::Warning, text), &self.resource_id)
    }
}

/// A status as a verb.
fn ended(status: &str) -> String {
    match status.to_ascii_lowercase().as_str() {
        "failed" => "failed".to_owned(),
        "completed" | "succeeded" => "went well".to_owned(),
        "completedwithwarnings" => "ended with warnings".to_owned(),
        "inprogress" | "started" => "is under way".to_owned(),
        "cancelled" => "was cancelled".to_owned(),
        _ => Value::String(word(status)).as_str().unwrap_or_default().to_owned(),
    }
}
