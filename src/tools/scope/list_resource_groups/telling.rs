//! How resource groups are told.

use std::collections::BTreeMap;

use super::{Group, Output};
use crate::{
    protocol::{ColumnKind, Finding, FindingTone, View},
    tools::{
        present::{
            Moment, Present, Presentation, about, action, after_space, cell, column, count_of,
            detail, grouped, headline, listed, of_counted, part_of, word_cell,
        },
        untrusted::word,
    },
};

const TOLD_GROUPS: usize = 8;

impl Present for Output {
    const ROWS_KEY: Option<&'static str> = Some("groups");

    fn present(&self, _: &Moment) -> Presentation {
        let rows = self.groups.len() as u64;
        let counted = count_of(self.total, "resource group");
        Presentation {
            summary: of_counted((rows, self.total), counted),
            findings: self.findings(),
            views: if self.groups.is_empty() { Vec::new() } else { vec![self.table()] },
            rows,
            total: Some(self.total),
        }
    }
}

impl Output {
    fn whole(&self) -> bool {
        self.groups.len() as u64 == self.total
    }

    fn findings(&self) -> Vec<Finding> {
        let mut findings = vec![self.headline()];
        findings.extend(self.by_subscription());
        findings.extend(self.groups.iter().take(TOLD_GROUPS).map(Group::told));
        findings.extend(self.empty());
        findings.extend(part_of(
            (self.groups.len() as u64, self.total),
            "groups were fetched, those with most resources first.",
        ));
        findings
    }

    fn headline(&self) -> Finding {
        let asked = after_space(&self.asked);
        let text = match self.total {
            0 => format!("There are no resource groups{asked} in scope."),
            1 => format!("There is 1 resource group{asked}{}.", self.held()),
            more => format!("There are {} resource groups{asked}{}.", grouped(more), self.held()),
        };
        headline(FindingTone::Neutral, text)
    }

    /// How much all of them hold, told only when all were fetched and counted.
    fn held(&self) -> String {
        let counts: Option<Vec<u64>> = self.groups.iter().map(|one| one.resources).collect();
        match counts {
            Some(counts) if self.whole() => {
                format!(", with {} in all", count_of(counts.iter().sum(), "resource"))
            }
            Some(_) | None => String::new(),
        }
    }

    fn by_subscription(&self) -> Option<Finding> {
        let mut counts: BTreeMap<String, u64> = BTreeMap::new();
        for one in &self.groups {
            *counts.entry(one.subscription.marked()).or_default() += 1;
        }
        let mut counts: Vec<(String, u64)> = counts.into_iter().collect();
        counts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        (self.whole() && counts.len() > 1).then(|| {
            let parts: Vec<String> =
                counts.iter().take(8).map(|(name, count)| format!("{count} in `{name}`")).collect();
            let more = counts.len().saturating_sub(parts.len());
            let more =
                if more > 0 { format!("; {more} more subscriptions") } else { String::new() };
            detail(FindingTone::Neutral, format!("By subscription: {}{more}.", listed(&parts)))
        })
    }

    fn empty(&self) -> Option<Finding> {
        let empty: Vec<&Group> =
            self.groups.iter().filter(|one| one.resources == Some(0)).collect();
        let names: Vec<String> =
            empty.iter().take(6).map(|one| format!("`{}`", one.name.marked())).collect();
        (!empty.is_empty()).then(|| {
            let some = if empty.len() > names.len() { ", among them" } else { ":" };
            action(format!(
                "{} without resources{some} {}. Check whether they are still needed.",
                count_of(empty.len() as u64, "group"),
                listed(&names)
            ))
        })
    }

    fn table(&self) -> View {
        let row = |one: &Group| {
            vec![
                cell(&one.id),
                one.resources.into(),
                word_cell(one.location.as_deref().unwrap_or_default()),
                cell(one.subscription.as_str()),
                word_cell(one.state.as_deref().unwrap_or_default()),
            ]
        };
        View::Table {
            title: "Resource groups".to_owned(),
            columns: vec![
                column("id", "Resource group", ColumnKind::Resource),
                column("resources", "Resources", ColumnKind::Number),
                column("location", "Region", ColumnKind::Text),
                column("subscription", "Subscription", ColumnKind::Text),
                column("state", "State", ColumnKind::Text),
            ],
            rows: self.groups.iter().map(row).collect(),
            total: self.total,
        }
    }
}

impl Group {
    fn told(&self) -> Finding {
        let mut parts: Vec<String> =
            self.resources.map(|count| count_of(count, "resource")).into_iter().collect();
        parts.extend(self.location.as_deref().map(word));
        parts.push(format!("subscription `{}`", self.subscription.marked()));
        let failed = self.state.as_deref().filter(|one| !one.eq_ignore_ascii_case("Succeeded"));
        parts.extend(failed.map(|state| format!("state {}", word(state))));
        let tone = if failed.is_some() { FindingTone::Warning } else { FindingTone::Neutral };
        let text = format!("`{}`: {}.", self.name.marked(), parts.join(", "));
        about(detail(tone, text), &self.id)
    }
}
