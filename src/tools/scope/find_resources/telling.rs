//! How found resources are told.

use std::collections::BTreeMap;

use super::{Output, Resource};
use crate::{
    protocol::{ChartKind, ChartSeries, ColumnKind, Finding, FindingTone, View},
    tools::{
        present::{
            Moment, Present, Presentation, about, action, cell, column, count_of, detail, grouped,
            headline, listed, part_of, word_cell,
        },
        scope::resource_types,
        untrusted::{mark, word},
    },
};

const TOLD_RESOURCES: usize = 10;

impl Present for Output {
    const ROWS_KEY: Option<&'static str> = Some("resources");

    fn present(&self, _: &Moment) -> Presentation {
        let rows = self.resources.len() as u64;
        let summary = if rows < self.total {
            format!("{} of {}", grouped(rows), self.counted(self.total))
        } else {
            self.counted(self.total)
        };
        Presentation {
            findings: self.findings(),
            views: self.views(),
            rows,
            total: Some(self.total),
            summary,
        }
    }
}

impl Output {
    fn counted(&self, count: u64) -> String {
        let noun = self.noun.as_ref().map(|noun| noun.as_str().to_owned());
        match noun {
            Some(noun) if !noun.contains('/') => count_of(count, &noun),
            Some(noun) => format!("{} of type {}", count_of(count, "resource"), mark(&noun)),
            None => count_of(count, "resource"),
        }
    }

    fn findings(&self) -> Vec<Finding> {
        let asked = match self.asked.is_empty() {
            true => "in scope".to_owned(),
            false => self.asked.marked(),
        };
        if self.total == 0 {
            return vec![
                headline(FindingTone::Neutral, format!("There are no {} {asked}.", self.plural())),
                action("Check the spelling, or search with fewer conditions."),
            ];
        }
        let verb = if self.total == 1 { "is" } else { "are" };
        let mut findings = vec![headline(
            FindingTone::Neutral,
            format!("There {verb} {} {asked}.", self.counted(self.total)),
        )];
        findings.extend(self.breakdowns());
        findings.extend(self.resources.iter().take(TOLD_RESOURCES).map(Resource::told));
        let rows = self.resources.len() as u64;
        findings.extend(part_of((rows, self.total), "were fetched, in the order of their names."));
        findings
    }

    fn plural(&self) -> String {
        let one = self.counted(0);
        one.strip_prefix("0 ").unwrap_or(&one).to_owned()
    }

    /// How the resources spread, told only when all of them were fetched.
    fn breakdowns(&self) -> Vec<Finding> {
        if (self.resources.len() as u64) < self.total || self.total < 3 {
            return Vec::new();
        }
        let told = |words: &str, key: fn(&Resource) -> Option<String>| {
            let counts = counted_by(&self.resources, key);
            (counts.len() > 1).then(|| {
                let parts: Vec<String> =
                    counts.iter().take(6).map(|(name, count)| format!("{count} {name}")).collect();
                detail(FindingTone::Neutral, format!("By {words}: {}.", listed(&parts)))
            })
        };
        [
            told("type", |one| Some(called(&one.kind))),
            told("state", |one| one.state.as_deref().map(word)),
            told("region", |one| one.location.as_deref().map(word)),
            told("subscription", |one| Some(one.subscription.marked())),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    fn views(&self) -> Vec<View> {
        if self.resources.is_empty() {
            return Vec::new();
        }
        let mut views = vec![self.table()];
        let by_type = counted_by(&self.resources, |one| Some(called(&one.kind)));
        if by_type.len() > 1 && self.resources.len() as u64 == self.total {
            views.push(bars("Resources by type", &by_type));
        }
        views
    }

    fn table(&self) -> View {
        let row = |one: &Resource| {
            vec![
                cell(&one.id),
                called(&one.kind).into(),
                word_cell(one.state.as_deref().unwrap_or_default()),
                word_cell(one.location.as_deref().unwrap_or_default()),
                cell(one.resource_group.as_ref().map_or("", |name| name.as_str())),
                cell(one.subscription.as_str()),
            ]
        };
        View::Table {
            title: "Resources".to_owned(),
            columns: vec![
                column("id", "Resource", ColumnKind::Resource),
                column("type", "Type", ColumnKind::Text),
                column("state", "State", ColumnKind::Text),
                column("location", "Region", ColumnKind::Text),
                column("resourceGroup", "Resource group", ColumnKind::Text),
                column("subscription", "Subscription", ColumnKind::Text),
            ],
            rows: self.resources.iter().map(row).collect(),
            total: self.total,
        }
    }
}

impl Resource {
    fn told(&self) -> Finding {
        let mut text = format!("`{}`", self.name.marked());
        let mut parts = vec![called(&self.kind)];
        parts.extend(self.state.as_deref().map(word));
        parts.extend(self.location.as_deref().map(word));
        parts.extend(self.resource_group.as_ref().map(|name| format!("group `{}`", name.marked())));
        parts.push(format!("subscription `{}`", self.subscription.marked()));
        text.push_str(&format!(": {}.", parts.join(", ")));
        about(detail(FindingTone::Neutral, text), &self.id)
    }
}

/// What a resource of a type is called; a type without a word is Azure's text, not ours.
fn called(kind: &str) -> String {
    let name = resource_types::name_of(kind);
    if name == kind { word(kind) } else { name.to_owned() }
}

/// How many resources share a key, most first.
fn counted_by(resources: &[Resource], key: fn(&Resource) -> Option<String>) -> Vec<(String, u64)> {
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    for name in resources.iter().filter_map(key) {
        *counts.entry(name).or_default() += 1;
    }
    let mut counts: Vec<(String, u64)> = counts.into_iter().collect();
    counts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    counts
}

#[expect(clippy::cast_precision_loss, reason = "counts of resources are far below 2^53")]
fn bars(title: &str, counts: &[(String, u64)]) -> View {
    let counts = counts.get(..counts.len().min(12)).unwrap_or_default();
    View::Chart {
        title: title.to_owned(),
        chart: ChartKind::Bars,
        unit: String::new(),
        labels: counts.iter().map(|(name, _)| name.clone()).collect(),
        series: vec![ChartSeries {
            name: "Resources".to_owned(),
            values: counts.iter().map(|(_, count)| Some(*count as f64)).collect(),
        }],
    }
}
