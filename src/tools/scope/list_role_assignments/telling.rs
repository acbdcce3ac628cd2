//! How assignments are told: what is broad first, then who has the rest.

use super::{Assignment, Output};
use crate::{
    protocol::{ColumnKind, Finding, FindingTone, View},
    tools::{
        present::{
            Moment, Present, Presentation, about, action, caveat, cell, column, count_of, detail,
            headline, part_of, word_cell,
        },
        untrusted::word,
    },
};

const TOLD: usize = 12;

impl Present for Output {
    const ROWS_KEY: Option<&'static str> = Some("assignments");

    fn present(&self, _: &Moment) -> Presentation {
        let rows = self.assignments.len() as u64;
        Presentation {
            summary: format!("{}, {} broad", count_of(self.total, "role assignment"), self.broad),
            findings: self.findings(),
            views: if rows == 0 { Vec::new() } else { vec![self.table()] },
            rows,
            total: Some(self.total),
        }
    }
}

impl Output {
    fn findings(&self) -> Vec<Finding> {
        let asked = match self.asked.is_empty() {
            true => String::new(),
            false => format!(" ({})", self.asked.marked()),
        };
        if self.assignments.is_empty() {
            let text = format!("There is no such role assignment{asked}.");
            return vec![headline(FindingTone::Neutral, text)];
        }
        let rows = self.assignments.len() as u64;
        let text = format!(
            "There {} {}{asked}; {} of them grant Owner, Contributor or rights over access at a \
             subscription or above. {} to users, {} to groups, {} to service principals; {} \
             inherited from above a subscription.",
            if self.total == 1 { "is" } else { "are" },
            count_of(self.total, "role assignment"),
            self.broad,
            self.users,
            self.groups,
            self.service_principals,
            self.inherited
        );
        let tone = if self.broad > 0 { FindingTone::Warning } else { FindingTone::Neutral };
        let mut findings = vec![headline(tone, text)];
        findings.extend(self.assignments.iter().take(TOLD).map(Assignment::told));
        findings.extend(part_of((rows, self.total), "assignments were read, broad ones first"));
        if self.broad > 0 {
            findings.push(action(
                "Give narrower roles at smaller scopes, standing access to groups rather than \
                 users, and Owner only for a time.",
            ));
        }
        findings.push(caveat(
            "Principals are told by their object id: names are the directory's, which is not \
             read here. Members of groups have what the group has.",
        ));
        findings
    }

    fn table(&self) -> View {
        let row = |one: &Assignment| {
            vec![
                cell(one.role.as_str()),
                word_cell(&one.principal_type),
                word_cell(&one.principal_id),
                cell(one.scope_name.as_str()),
                one.level.as_str().into(),
                if one.broad { "yes" } else { "no" }.into(),
                if one.is_inherited() { "yes" } else { "no" }.into(),
            ]
        };
        View::Table {
            title: "Role assignments".to_owned(),
            columns: vec![
                column("role", "Role", ColumnKind::Text),
                column("principalType", "To", ColumnKind::Text),
                column("principalId", "Object id", ColumnKind::Text),
                column("scopeName", "At", ColumnKind::Text),
                column("level", "Level", ColumnKind::Text),
                column("broad", "Broad", ColumnKind::Text),
                column("inherited", "Inherited", ColumnKind::Text),
            ],
            rows: self.assignments.iter().map(row).collect(),
            total: self.total,
        }
    }
}

impl Assignment {
    fn told(&self) -> Finding {
        let own = if self.custom { " (made here)" } else { "" };
        let narrowed = if self.conditional { ", with a condition" } else { "" };
        let text = format!(
            "{} {} has `{}`{own} at the {} `{}`{narrowed}.",
            word(&self.principal_type),
            word(&self.principal_id),
            self.role.marked(),
            self.level,
            self.scope_name.marked()
        );
        let tone = if self.broad { FindingTone::Warning } else { FindingTone::Neutral };
        about(detail(tone, text), &self.scope)
    }
}
