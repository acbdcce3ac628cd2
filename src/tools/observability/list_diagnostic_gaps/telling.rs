//! How gaps are told.

use super::{GapKind, Output};
use crate::{
    protocol::{ColumnKind, Finding, FindingTone, View},
    tools::{
        present::{
            Moment, Present, Presentation, about, action, caveat, cell, column, count_of, detail,
            grouped, headline, listed, part_of, word_cell,
        },
        untrusted::Untrusted,
    },
};

const TOLD: usize = 10;

impl Present for Output {
    const ROWS_KEY: Option<&'static str> = Some("gaps");

    fn present(&self, _: &Moment) -> Presentation {
        let rows = self.gaps.len() as u64;
        let tone = if self.total > 0 { FindingTone::Warning } else { FindingTone::Good };
        let mut findings = vec![headline(tone, self.answer())];
        findings.extend(self.settings.iter().map(|one| {
            let names: Vec<String> = one.categories.iter().map(Untrusted::marked).collect();
            let to = one.workspace_id.as_deref().and_then(|id| id.rsplit('/').next());
            let to = to.map_or_else(String::new, |name| format!(" to `{name}`"));
            detail(
                FindingTone::Good,
                format!("`{}` sends {}{to}.", one.name.marked(), listed(&names)),
            )
        }));
        findings.extend(self.gaps.iter().take(TOLD).map(|gap| {
            let text = format!("`{}` ({}): {}.", gap.name.marked(), gap.resource_type, gap.missing);
            about(detail(FindingTone::Warning, text), &gap.resource_id)
        }));
        findings.extend(part_of((rows, self.total), "gaps are listed, machines first."));
        findings.extend(self.caveats());
        if self.machines_uncovered > 0 {
            findings.push(action("Associate those machines with a data collection rule."));
        }
        let views = if self.gaps.is_empty() { Vec::new() } else { vec![self.table()] };
        let summary = count_of(self.total, "gap");
        Presentation { summary, findings, views, rows, total: Some(self.total) }
    }
}

impl Output {
    fn answer(&self) -> String {
        if self.is_one {
            return match self.settings.len() as u64 {
                0 => "The resource has no diagnostic setting: its logs go nowhere.".to_owned(),
                count => format!("The resource has {}.", count_of(count, "diagnostic setting")),
            };
        }
        let mut parts = Vec::new();
        if self.only != Some(GapKind::Resources) {
            parts.push(format!(
                "{} of {} are covered by no data collection rule",
                grouped(self.machines_uncovered),
                count_of(self.machines, "machine")
            ));
        }
        if self.only != Some(GapKind::Machines) {
            parts.push(format!(
                "Defender for Cloud says of {} that their diagnostic logs are off",
                count_of(self.logs_off, "resource")
            ));
            parts.push(format!(
                "{} of {} read one by one have no diagnostic setting",
                grouped(self.read_without),
                count_of(self.read, "other resource")
            ));
        }
        format!("{}.", listed(&parts))
    }

    fn caveats(&self) -> Option<Finding> {
        (self.read < self.readable).then(|| {
            caveat(format!(
                "Diagnostic settings are told resource by resource: those of {} of {} were read.",
                grouped(self.read),
                count_of(self.readable, "resource")
            ))
        })
    }

    fn table(&self) -> View {
        let row = |gap: &super::Gap| {
            vec![cell(&gap.resource_id), word_cell(&gap.resource_type), word_cell(&gap.missing)]
        };
        View::Table {
            title: "Not monitored".to_owned(),
            columns: vec![
                column("resourceId", "Resource", ColumnKind::Resource),
                column("resourceType", "Type", ColumnKind::Text),
                column("missing", "What is missing", ColumnKind::Text),
            ],
            rows: self.gaps.iter().map(row).collect(),
            total: self.total,
        }
    }
}
