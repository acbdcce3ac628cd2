//! How attack paths are told.

use super::{AttackPath, Output, Step};
use crate::{
    protocol::{ColumnKind, Finding, FindingTone, View},
    tools::{
        present::{
            Moment, Present, Presentation, about, action, after_space, caveat, cell, column,
            count_of, detail, headline, listed, of_counted, part_of,
        },
        security::severity::{self, Severity},
        untrusted::{Untrusted, mark},
    },
};

const TOLD: usize = 5;
const TOLD_STEPS: usize = 8;

impl Present for Output {
    const ROWS_KEY: Option<&'static str> = Some("paths");

    fn present(&self, _: &Moment) -> Presentation {
        let rows = self.paths.len() as u64;
        let counted = count_of(self.total, "attack path");
        Presentation {
            summary: of_counted((rows, self.total), counted),
            findings: self.findings(),
            views: if self.paths.is_empty() { Vec::new() } else { vec![self.table()] },
            rows,
            total: Some(self.total),
        }
    }
}

impl Output {
    fn findings(&self) -> Vec<Finding> {
        let mut findings = vec![self.headline()];
        for path in self.paths.iter().take(TOLD) {
            findings.push(path.told());
        }
        if let Some(first) = self.paths.first() {
            findings.extend(first.remediation_steps.iter().take(3).map(|step| {
                action(format!("Against `{}`: {}", first.title.marked(), step.marked()))
            }));
        }
        let rows = self.paths.len() as u64;
        findings.extend(part_of((rows, self.total), "paths were fetched, the riskiest first."));
        findings.extend(self.off());
        findings
    }

    fn headline(&self) -> Finding {
        let asked = after_space(&self.asked);
        if self.total == 0 {
            let tone = match self.posture_off.is_empty() {
                true => FindingTone::Good,
                false => FindingTone::Warning,
            };
            return headline(tone, format!("Defender for Cloud shows no attack paths{asked}."));
        }
        let verb = if self.total == 1 { "is" } else { "are" };
        let parts: Vec<String> = Severity::WORST_FIRST
            .into_iter()
            .filter_map(|risk| {
                let count = self.paths.iter().filter(|one| one.risk == Some(risk)).count();
                (count > 0).then(|| format!("{count} {}", risk.name()))
            })
            .collect();
        let whole = self.paths.len() as u64 == self.total;
        let split = match parts.is_empty() || !whole {
            true => String::new(),
            false => format!(": {}", listed(&parts)),
        };
        let worst = self.paths.first().and_then(|one| one.risk);
        let tone = match worst {
            Some(_) => severity::tone(worst),
            None => FindingTone::Warning,
        };
        let counted = count_of(self.total, "attack path");
        headline(tone, format!("There {verb} {counted}{asked}{split}."))
    }

    fn off(&self) -> Option<Finding> {
        let names: Vec<String> =
            self.posture_off.iter().take(5).map(|one| format!("`{}`", one.marked())).collect();
        let more = self.posture_off.len().saturating_sub(names.len());
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        (!names.is_empty()).then(|| {
            caveat(format!(
                "Paths are found only with the plan Defender CSPM, which is off in {}{more}: there \
                 may be paths that nobody has looked for.",
                listed(&names)
            ))
        })
    }

    fn table(&self) -> View {
        let row = |one: &AttackPath| {
            vec![
                one.risk.map_or("Unknown", Severity::name).into(),
                cell(one.title.as_str()),
                cell(one.resources().next().unwrap_or_default()),
                cell(one.resources().last().unwrap_or_default()),
                (one.steps.len() as u64).into(),
                cell(one.subscription.as_str()),
            ]
        };
        View::Table {
            title: "Attack paths".to_owned(),
            columns: vec![
                column("risk", "Risk", ColumnKind::Severity),
                column("title", "Path", ColumnKind::Text),
                column("entry", "From", ColumnKind::Resource),
                column("target", "To", ColumnKind::Resource),
                column("steps", "Steps", ColumnKind::Number),
                column("subscription", "Subscription", ColumnKind::Text),
            ],
            rows: self.paths.iter().map(row).collect(),
            total: self.total,
        }
    }
}

impl AttackPath {
    fn told(&self) -> Finding {
        let risk = self.risk.map(|risk| format!(" ({})", risk.name())).unwrap_or_default();
        let mut text =
            format!("`{}`{risk} in `{}`", self.title.marked(), self.subscription.marked());
        let steps: Vec<String> = self.steps.iter().take(TOLD_STEPS).map(Step::told).collect();
        if !steps.is_empty() {
            text.push_str(&format!(": {}", steps.join(" → ")));
        }
        if let Some(impact) = &self.impact {
            let impact = mark(impact.as_str().trim_end_matches('.'));
            text.push_str(&format!("; could lead to: {impact}"));
        }
        let tone = match self.risk {
            Some(_) => severity::tone(self.risk),
            None => FindingTone::Warning,
        };
        let told = detail(tone, format!("{}.", text.trim_end_matches('.')));
        match self.resources().next() {
            Some(entry) => about(told, entry),
            None => told,
        }
    }
}

impl Step {
    fn told(&self) -> String {
        let insights: Vec<String> = self.insights.iter().take(2).map(Untrusted::marked).collect();
        match insights.as_slice() {
            [] => format!("`{}`", self.name.marked()),
            some => format!("`{}` ({})", self.name.marked(), listed(some)),
        }
    }
}
