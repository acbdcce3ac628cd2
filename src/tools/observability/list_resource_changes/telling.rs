//! How changes are told.

use super::{Change, Difference, Output};
use crate::{
    protocol::{ColumnKind, Finding, FindingTone, View},
    tools::{
        present::{
            Moment, Present, Presentation, about, action, cell, column, count_of, detail, grouped,
            headline, listed, part_of, word_cell,
        },
        rows,
        untrusted::{Untrusted, mark, word},
    },
};

const TOLD: usize = 8;
const TOLD_PROPERTIES: usize = 3;

impl Present for Output {
    const ROWS_KEY: Option<&'static str> = Some("changes");

    fn present(&self, at: &Moment) -> Presentation {
        let rows = self.changes.len() as u64;
        let mut summary = format!(
            "{} on {}",
            count_of(self.total, "change"),
            count_of(self.resources, "resource")
        );
        if rows < self.total {
            summary = format!("{} of {summary}", grouped(rows));
        }
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
    fn findings(&self, at: &Moment) -> Vec<Finding> {
        let mut findings = vec![self.headline()];
        findings.extend(self.changes.iter().take(TOLD).map(|one| one.told(at)));
        if self.total == 0 {
            findings.push(action(
                "Look at the activity log too: it has actions such as restarts, which change no \
                 property, and reaches back 90 days.",
            ));
        }
        let rows = self.changes.len() as u64;
        findings.extend(part_of(
            (rows, self.total),
            "changes were fetched, newest first; the counts are of all.",
        ));
        findings
    }

    fn headline(&self) -> Finding {
        let asked = self.asked.marked();
        if self.total == 0 {
            return headline(FindingTone::Neutral, format!("No resource changed {asked}."));
        }
        let kinds = [
            (self.updated, "updates"),
            (self.created, "resources created"),
            (self.deleted, "resources deleted"),
        ];
        let one = |text: &str| text.replace("updates", "update").replace("resources", "resource");
        let parts: Vec<String> = kinds
            .into_iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, words)| {
                let words = if count == 1 { one(words) } else { words.to_owned() };
                format!("{} {words}", grouped(count))
            })
            .collect();
        let verb = if self.total == 1 { "is" } else { "are" };
        let text = format!(
            "There {verb} {} on {} {asked}: {}.",
            count_of(self.total, "change"),
            count_of(self.resources, "resource"),
            listed(&parts)
        );
        let tone = if self.deleted > 0 { FindingTone::Warning } else { FindingTone::Neutral };
        headline(tone, text)
    }

    fn views(&self) -> Vec<View> {
        if self.changes.is_empty() {
            return Vec::new();
        }
        let mut views = vec![self.table()];
        views.extend(self.trend.clone());
        views
    }

    /// A row a property, so that before and after stand beside each other.
    fn table(&self) -> View {
        let rows: Vec<_> = self.changes.iter().flat_map(Change::rows).collect();
        View::Table {
            title: "Changes".to_owned(),
            columns: vec![
                column("at", "When", ColumnKind::Instant),
                column("resourceId", "Resource", ColumnKind::Resource),
                column("changeType", "Change", ColumnKind::Text),
                column("property", "Property", ColumnKind::Text),
                column("before", "Before", ColumnKind::Text),
                column("after", "After", ColumnKind::Text),
                column("by", "By", ColumnKind::Text),
            ],
            total: (rows.len() as u64).max(self.total),
            rows,
        }
    }
}

impl Change {
    fn rows(&self) -> Vec<Vec<serde_json::Value>> {
        let row = |property: &str, before: &str, after: &str| {
            vec![
                self.at.clone().into(),
                cell(&self.resource_id),
                word_cell(&self.change_type),
                cell(property),
                cell(before),
                cell(after),
                cell(self.by.as_ref().map_or("", Untrusted::as_str)),
            ]
        };
        if self.differences.is_empty() {
            return vec![row("", "", "")];
        }
        let text = |value: &Option<Untrusted<String>>| {
            value.as_ref().map_or_else(String::new, |value| value.as_str().to_owned())
        };
        let rows = self
            .differences
            .iter()
            .map(|one| row(one.property.as_str(), &text(&one.before), &text(&one.after)));
        rows.collect()
    }

    fn told(&self, at: &Moment) -> Finding {
        let name = self.resource_id.rsplit('/').next().unwrap_or_default();
        let (done, tone) = match self.change_type.to_ascii_lowercase().as_str() {
            "create" => ("was created".to_owned(), FindingTone::Neutral),
            "update" => ("was changed".to_owned(), FindingTone::Neutral),
            "delete" => ("was deleted".to_owned(), FindingTone::Warning),
            _ => {
                (format!("had a change of kind {}", word(&self.change_type)), FindingTone::Neutral)
            }
        };
        let when = rows::instant(&self.at)
            .map_or_else(String::new, |then| format!(" {} ({})", at.ago(then), at.local(then)));
        let by = match &self.by {
            Some(by) => format!(" by `{}`", by.marked()),
            None => String::new(),
        };
        let client = match &self.client {
            Some(client) if !client.is_empty() => format!(" with {}", client.marked()),
            Some(_) | None => String::new(),
        };
        let parts: Vec<String> =
            self.differences.iter().take(TOLD_PROPERTIES).map(Difference::told).collect();
        let more = self.properties_changed.saturating_sub(parts.len() as u64);
        let mut what = listed(&parts);
        if more > 0 && !parts.is_empty() {
            what.push_str(&format!(", and {}", count_of(more, "more property")));
        }
        let what = if what.is_empty() { String::new() } else { format!(": {what}") };
        let text = format!("`{}` {done}{when}{by}{client}{what}.", mark(name));
        about(detail(tone, text), &self.resource_id)
    }
}

impl Difference {
    fn told(&self) -> String {
        let property = self.property.marked();
        match (&self.before, &self.after) {
            (Some(before), Some(after)) => {
                format!("`{property}` from `{}` to `{}`", before.marked(), after.marked())
            }
            (None, Some(after)) => format!("`{property}` set to `{}`", after.marked()),
            (Some(before), None) => format!("`{property}` removed, was `{}`", before.marked()),
            (None, None) => format!("`{property}`"),
        }
    }
}
