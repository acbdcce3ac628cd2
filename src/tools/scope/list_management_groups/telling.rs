//! How the hierarchy is told.

use super::{Group, Output};
use crate::{
    protocol::{ColumnKind, Finding, FindingTone, View},
    tools::{
        present::{
            Moment, Present, Presentation, about, caveat, cell, column, count_of, detail, headline,
            listed, part_of,
        },
        untrusted::Untrusted,
    },
};

const TOLD: usize = 16;
const NAMES: usize = 6;

impl Present for Output {
    const ROWS_KEY: Option<&'static str> = Some("groups");

    fn present(&self, _: &Moment) -> Presentation {
        let rows = self.groups.len() as u64;
        Presentation {
            summary: count_of(rows, "management group"),
            findings: self.findings(rows),
            views: if rows == 0 { Vec::new() } else { vec![self.table(rows)] },
            rows,
            total: None,
        }
    }
}

impl Output {
    fn findings(&self, rows: u64) -> Vec<Finding> {
        if rows == 0 {
            let text = match self.asked.is_empty() {
                true => "No management group may be seen.".to_owned(),
                false => format!("No management group is called `{}`.", self.asked.marked()),
            };
            return vec![
                headline(FindingTone::Warning, text),
                caveat("Groups above are told only to who may see them."),
            ];
        }
        let text = format!(
            "{} with {} in {}.",
            count_of(rows, "management group"),
            count_of(self.subscription_count, "subscription"),
            count_of(self.levels, "level")
        );
        let mut findings = vec![headline(FindingTone::Neutral, text)];
        findings.extend(self.groups.iter().take(TOLD).map(Group::told));
        let told = rows.min(TOLD as u64);
        findings.extend(part_of((told, rows), "groups are told here; all are in the table"));
        if !self.unplaced.is_empty() {
            let text = format!("Of no group that may be seen: {}.", names(&self.unplaced));
            findings.push(detail(FindingTone::Neutral, text));
        }
        findings
    }

    fn table(&self, total: u64) -> View {
        let row = |one: &Group| {
            let subscriptions: Vec<&str> =
                one.subscriptions.iter().take(NAMES).map(Untrusted::as_str).collect();
            vec![
                cell(one.display_name.as_str()),
                one.level.into(),
                cell(one.parent.as_ref().map_or("", Untrusted::as_str)),
                cell(&subscriptions.join(", ")),
                one.subscriptions_below.into(),
            ]
        };
        View::Table {
            title: "Management groups".to_owned(),
            columns: vec![
                column("displayName", "Management group", ColumnKind::Text),
                column("level", "Level", ColumnKind::Number),
                column("parent", "Below", ColumnKind::Text),
                column("subscriptions", "Subscriptions", ColumnKind::Text),
                column("subscriptionsBelow", "In it and below", ColumnKind::Number),
            ],
            rows: self.groups.iter().map(row).collect(),
            total,
        }
    }
}

impl Group {
    fn told(&self) -> Finding {
        let above = match &self.parent {
            Some(parent) => format!("below `{}`", parent.marked()),
            None => "at the top".to_owned(),
        };
        let own = match self.subscriptions.as_slice() {
            [] => "no subscription right in it".to_owned(),
            own => names(own),
        };
        let text = format!(
            "`{}` (`{}`), {above}: {own}; {} in it and below.",
            self.display_name.marked(),
            self.name.marked(),
            self.subscriptions_below
        );
        about(detail(FindingTone::Neutral, text), &self.id)
    }
}

fn names(of: &[Untrusted<String>]) -> String {
    let mut names: Vec<String> =
        of.iter().take(NAMES).map(|one| format!("`{}`", one.marked())).collect();
    let more = of.len().saturating_sub(NAMES);
    if more > 0 {
        names.push(format!("{more} more"));
    }
    listed(&names)
}
