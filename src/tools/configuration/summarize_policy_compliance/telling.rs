//! How policy compliance is told.

use super::{Counts, Output, Part};
use crate::{
    protocol::{ColumnKind, Finding, FindingTone, View},
    tools::present::{
        Moment, Present, Presentation, action, after_space, cell, column, count_of, detail,
        grouped, headline, part_of, percent,
    },
};

const TOLD: usize = 8;

impl Present for Output {
    const ROWS_KEY: Option<&'static str> = Some("parts");

    fn present(&self, _: &Moment) -> Presentation {
        let overall = self.overall;
        let mut findings = vec![self.headline()];
        let worst = self.parts.iter().filter(|one| one.counts.noncompliant > 0);
        findings.extend(worst.clone().take(TOLD).map(Part::told));
        findings.extend(worst.clone().next().map(|_| {
            action("`list_noncompliant_resources` tells which resources break a policy, and why.")
        }));
        let rows = self.parts.len() as u64;
        let nouns = "of what compliance is counted by are here, the worst first.";
        findings.extend(part_of((rows, self.total), nouns));
        Presentation {
            summary: format!(
                "{} of {} non-compliant",
                grouped(overall.noncompliant),
                count_of(overall.resources, "resource")
            ),
            findings,
            views: if self.parts.is_empty() { Vec::new() } else { vec![self.table()] },
            rows,
            total: Some(self.total),
        }
    }
}

impl Counts {
    /// The share that breaks no policy.
    #[expect(clippy::cast_precision_loss, reason = "counts of resources are far below 2^52")]
    fn share(self) -> f64 {
        match self.resources {
            0 => 1.0,
            all => (all - self.noncompliant.min(all)) as f64 / all as f64,
        }
    }
}

impl Part {
    fn told(&self) -> Finding {
        let counts = self.counts;
        let text = format!(
            "`{}`: {} of {} {} non-compliant, {} compliant.",
            self.name.marked(),
            grouped(counts.noncompliant),
            count_of(counts.resources, "resource"),
            if counts.noncompliant == 1 { "is" } else { "are" },
            percent(counts.share()),
        );
        detail(FindingTone::Warning, text)
    }
}

impl Output {
    fn headline(&self) -> Finding {
        let counts = self.overall;
        let asked = after_space(&self.asked);
        if counts.resources == 0 {
            let text = format!("No policy{asked} reaches a resource in scope.");
            return headline(FindingTone::Neutral, text);
        }
        let exempt = match counts.exempt {
            0 => String::new(),
            some => format!(", {} exempt", grouped(some)),
        };
        let text = format!(
            "{} of {} break a policy{asked}; {} do not{exempt}: policy compliance is {}.",
            grouped(counts.noncompliant),
            count_of(counts.resources, "resource"),
            grouped(counts.resources - counts.noncompliant.min(counts.resources)),
            percent(counts.share()),
        );
        let tone = if counts.noncompliant == 0 { FindingTone::Good } else { FindingTone::Warning };
        headline(tone, text)
    }

    fn table(&self) -> View {
        let row = |part: &Part| {
            vec![
                cell(part.name.as_str()),
                part.counts.share().into(),
                part.counts.noncompliant.into(),
                part.counts.compliant.into(),
                part.counts.exempt.into(),
                part.counts.resources.into(),
            ]
        };
        View::Table {
            title: format!("Policy compliance by {}", self.by.noun()),
            columns: vec![
                column("name", "Part", ColumnKind::Text),
                column("share", "Compliance", ColumnKind::Percent),
                column("noncompliant", "Non-compliant", ColumnKind::Number),
                column("compliant", "Compliant", ColumnKind::Number),
                column("exempt", "Exempt", ColumnKind::Number),
                column("resources", "Resources", ColumnKind::Number),
            ],
            rows: self.parts.iter().map(row).collect(),
            total: self.total,
        }
    }
}
