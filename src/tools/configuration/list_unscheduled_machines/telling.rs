//! How machines without a schedule are told.

use std::collections::BTreeMap;

use super::{Machine, Output};
use crate::{
    protocol::{ColumnKind, Finding, FindingTone, View},
    tools::{
        present::{
            Moment, Present, Presentation, about, action, cell, column, count_of, detail, grouped,
            headline, of_counted, part_of, word_cell,
        },
        untrusted::word,
    },
};

const TOLD: usize = 8;

impl Present for Output {
    const ROWS_KEY: Option<&'static str> = Some("machines");

    fn present(&self, _: &Moment) -> Presentation {
        let rows = self.machines.len() as u64;
        let mut findings = vec![self.headline()];
        findings.extend(self.machines.iter().take(TOLD).map(Machine::told));
        findings.extend(self.untagged());
        if rows > 0 {
            findings.push(action(
                "Assign a maintenance configuration to them, or widen the filter of one; \
                 `list_maintenance_configurations` tells what each covers.",
            ));
        }
        findings.extend(part_of((rows, self.total), "machines are here, by resource group."));
        Presentation {
            summary: of_counted((rows, self.total), count_of(self.total, "unscheduled machine")),
            findings,
            views: if rows == 0 { Vec::new() } else { vec![self.table()] },
            rows,
            total: Some(self.total),
        }
    }
}

impl Machine {
    fn told(&self) -> Finding {
        let mode = match &self.patch_mode {
            Some(mode) => format!(", patch mode {}", word(mode)),
            None => String::new(),
        };
        let text = format!(
            "`{}` in `{}` ({}, {}) has no schedule{mode}.",
            self.name.marked(),
            self.resource_group.marked(),
            word(&self.os),
            word(&self.location),
        );
        about(detail(FindingTone::Warning, text), &self.id)
    }
}

impl Output {
    fn headline(&self) -> Finding {
        if self.machine_count == 0 {
            return headline(FindingTone::Neutral, "There is no such machine in scope.");
        }
        if self.total == 0 {
            let all = count_of(self.machine_count, "machine");
            let text = format!("Every machine has a patch schedule: {all} looked at.");
            return headline(FindingTone::Good, text);
        }
        let text = format!(
            "{} of {} {} no patch schedule.",
            grouped(self.total),
            count_of(self.machine_count, "machine"),
            if self.total == 1 { "has" } else { "have" },
        );
        headline(FindingTone::Warning, text)
    }

    /// Filters mostly ask for a tag, which is what these lack.
    fn untagged(&self) -> Option<Finding> {
        let mut by_region: BTreeMap<&str, u64> = BTreeMap::new();
        for machine in self.machines.iter().filter(|one| one.tags == 0) {
            *by_region.entry(machine.location.as_str()).or_default() += 1;
        }
        let count: u64 = by_region.values().sum();
        (count > 0).then(|| {
            let text = format!(
                "{} of those here {} no tags, so no filter by tag reaches them.",
                grouped(count),
                if count == 1 { "has" } else { "have" },
            );
            detail(FindingTone::Neutral, text)
        })
    }

    fn table(&self) -> View {
        let row = |one: &Machine| {
            vec![
                word_cell(&one.id),
                word_cell(&one.os),
                cell(one.resource_group.as_str()),
                word_cell(&one.location),
                cell(one.subscription.as_str()),
                word_cell(one.patch_mode.as_deref().unwrap_or_default()),
                one.tags.into(),
            ]
        };
        View::Table {
            title: "Machines without a patch schedule".to_owned(),
            columns: vec![
                column("id", "Machine", ColumnKind::Resource),
                column("os", "System", ColumnKind::Text),
                column("resourceGroup", "Resource group", ColumnKind::Text),
                column("location", "Region", ColumnKind::Text),
                column("subscription", "Subscription", ColumnKind::Text),
                column("patchMode", "Patch mode", ColumnKind::Text),
                column("tags", "Tags", ColumnKind::Number),
            ],
            rows: self.machines.iter().map(row).collect(),
            total: self.total,
        }
    }
}
