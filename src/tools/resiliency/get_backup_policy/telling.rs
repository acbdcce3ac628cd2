//! How backup policies are told.

use super::{Output, Policy};
use crate::{
    protocol::{ColumnKind, Finding, FindingTone, View},
    tools::{
        present::{
            Moment, Present, Presentation, about, cell, column, count_of, detail, grouped,
            headline, listed, of_counted, part_of,
        },
        resiliency::items::Item,
        untrusted::Untrusted,
    },
};

const TOLD_ITEMS: usize = 5;

impl Present for Output {
    const ROWS_KEY: Option<&'static str> = Some("policies");

    fn present(&self, at: &Moment) -> Presentation {
        let rows = self.policies.len() as u64;
        let counted = of_counted((rows, self.total), count_of(self.total, "backup policy"));
        let mut findings = Vec::new();
        if self.policies.is_empty() {
            let text =
                "No backup policy in scope is called that; list_backup_policies has the names.";
            findings.push(headline(FindingTone::Warning, text));
        }
        if self.policies.len() > 1 {
            let text = format!("{counted} have that name, each in a vault of its own.");
            findings.push(headline(FindingTone::Neutral, text));
        }
        for policy in &self.policies {
            findings.extend(policy.told(at, findings.is_empty()));
        }
        findings.extend(part_of((rows, self.total), "policies of that name are told."));
        Presentation {
            summary: counted,
            findings,
            views: self.policies.iter().filter_map(Policy::view).take(3).collect(),
            rows,
            total: Some(self.total),
        }
    }
}

fn joined(texts: &[Untrusted<String>]) -> String {
    let texts: Vec<String> = texts.iter().map(Untrusted::marked).collect();
    if texts.is_empty() { "not told".to_owned() } else { listed(&texts) }
}

impl Policy {
    fn told(&self, at: &Moment, is_first: bool) -> Vec<Finding> {
        let text = format!(
            "Policy `{}` in vault `{}` ({}) runs {} and keeps {}.",
            self.name.marked(),
            self.vault.marked(),
            self.kind.marked(),
            joined(&self.schedule),
            joined(&self.retention)
        );
        let first = match is_first {
            true => headline(FindingTone::Neutral, text),
            false => detail(FindingTone::Neutral, text),
        };
        let mut findings = vec![about(first, &self.id)];
        if !self.settings.is_empty() {
            let text = format!("In `{}`, {}.", self.name.marked(), joined(&self.settings));
            findings.push(detail(FindingTone::Neutral, text));
        }
        findings.push(self.covered());
        let failing = self.items.iter().filter(|item| item.failing).take(TOLD_ITEMS);
        findings.extend(failing.map(|item| {
            let (tone, text) = item.told(at);
            about(detail(tone, text), &item.resource_id)
        }));
        findings
    }

    fn covered(&self) -> Finding {
        let name = self.name.marked();
        match (self.covers, self.failing) {
            (0, _) => detail(
                FindingTone::Neutral,
                format!("`{name}` covers nothing that can be seen here."),
            ),
            (all, 0) => {
                let text =
                    format!("`{name}` covers {}; none of them fails.", count_of(all, "item"));
                detail(FindingTone::Good, text)
            }
            (1, _) => {
                let text = format!("`{name}` covers 1 item, and it fails.");
                detail(FindingTone::Critical, text)
            }
            (all, failing) => {
                let all = count_of(all, "item");
                let text = format!("`{name}` covers {all}; {} of them fail.", grouped(failing));
                detail(FindingTone::Critical, text)
            }
        }
    }

    fn view(&self) -> Option<View> {
        let row = |item: &Item| {
            vec![
                cell(&item.resource_id),
                cell(item.name.as_str()),
                if item.failing { "Failing".into() } else { "OK".into() },
                item.newest_point_at.clone().into(),
            ]
        };
        (!self.items.is_empty()).then(|| View::Table {
            title: format!("Covered by {} in {}", self.name.marked(), self.vault.marked()),
            columns: vec![
                column("resource", "Resource", ColumnKind::Resource),
                column("name", "Item", ColumnKind::Text),
                column("health", "Backup", ColumnKind::Text),
                column("newestPointAt", "Newest recovery point", ColumnKind::Instant),
            ],
            rows: self.items.iter().map(row).collect(),
            total: self.covers,
        })
    }
}
