//! How resources that break policies are told.

use super::{Output, Violation};
use crate::{
    protocol::{ColumnKind, Finding, FindingTone, View},
    tools::{
        present::{
            Moment, Present, Presentation, about, action, after_space, cell, column, count_of,
            detail, headline, of_counted, part_of, sentence, word_cell,
        },
        untrusted::word,
    },
};

const TOLD: usize = 8;

impl Present for Output {
    const ROWS_KEY: Option<&'static str> = Some("violations");

    fn present(&self, _: &Moment) -> Presentation {
        let rows = self.violations.len() as u64;
        let mut findings = vec![self.headline()];
        findings.extend(self.violations.iter().take(TOLD).map(Violation::told));
        if !self.violations.is_empty() {
            findings.push(action(
                "A policy with the effect deployIfNotExists or modify can be remediated by a task; \
                 `list_policy_remediations` tells which tasks there are.",
            ));
        }
        findings.extend(part_of((rows, self.total), "violations are here, policy by policy."));
        Presentation {
            summary: of_counted((rows, self.total), count_of(self.total, "violation")),
            findings,
            views: if self.violations.is_empty() { Vec::new() } else { vec![self.table()] },
            rows,
            total: Some(self.total),
        }
    }
}

impl Violation {
    fn told(&self) -> Finding {
        let reason = match self.reason.is_empty() {
            true => String::new(),
            false => format!(": {}", self.reason.marked()),
        };
        let text = format!(
            "`{}` breaks `{}` ({}){reason}",
            self.resource.marked(),
            self.policy.marked(),
            word(&self.effect)
        );
        about(detail(FindingTone::Warning, sentence(&text)), &self.resource_id)
    }
}

impl Output {
    fn headline(&self) -> Finding {
        let asked = after_space(&self.asked);
        if self.total == 0 {
            let text = format!("No resource in scope breaks a policy{asked}.");
            return headline(FindingTone::Good, text);
        }
        let text = format!(
            "{} {} {}{asked}: {} in all.",
            count_of(self.resource_count, "resource"),
            if self.resource_count == 1 { "breaks" } else { "break" },
            count_of(self.policy_count, "policy"),
            count_of(self.total, "violation"),
        );
        headline(FindingTone::Warning, text)
    }

    fn table(&self) -> View {
        let row = |one: &Violation| {
            vec![
                word_cell(&one.resource_id),
                cell(one.policy.as_str()),
                word_cell(&one.effect),
                cell(one.reason.as_str()),
                cell(one.assignment.as_str()),
                cell(one.resource_group.as_str()),
                word_cell(one.evaluated_at.as_deref().unwrap_or_default()),
            ]
        };
        View::Table {
            title: "Resources that break a policy".to_owned(),
            columns: vec![
                column("resourceId", "Resource", ColumnKind::Resource),
                column("policy", "Policy", ColumnKind::Text),
                column("effect", "Effect", ColumnKind::Text),
                column("reason", "Why", ColumnKind::Text),
                column("assignment", "Assignment", ColumnKind::Text),
                column("resourceGroup", "Resource group", ColumnKind::Text),
                column("evaluatedAt", "Evaluated", ColumnKind::Instant),
            ],
            rows: self.violations.iter().map(row).collect(),
            total: self.total,
        }
    }
}
