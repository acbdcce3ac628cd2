//! How maintenance configurations are told.

use super::{Configuration, Output};
use crate::{
    protocol::{ColumnKind, Finding, FindingTone, View},
    tools::{
        present::{
            Moment, Present, Presentation, about, cell, column, count_of, detail, grouped,
            headline, word_cell,
        },
        rows,
    },
};

const TOLD: usize = 8;

impl Present for Output {
    const ROWS_KEY: Option<&'static str> = Some("configurations");

    fn present(&self, at: &Moment) -> Presentation {
        let mut findings = vec![self.headline(at)];
        findings.extend(self.configurations.iter().take(TOLD).map(|one| one.told(at)));
        let is_empty = self.configurations.is_empty();
        Presentation {
            summary: count_of(self.total, "maintenance configuration"),
            findings,
            views: if is_empty { Vec::new() } else { vec![self.table()] },
            rows: self.configurations.len() as u64,
            total: Some(self.total),
        }
    }
}

impl Configuration {
    fn next(&self, at: &Moment) -> Option<String> {
        let next = rows::instant(self.next_at.as_deref()?)?;
        Some(format!("{} ({})", at.local(next), at.ago(next)))
    }

    fn told(&self, at: &Moment) -> Finding {
        let recurs = match &self.recurs {
            Some(recurs) => format!(" `{}`", recurs.marked()),
            None => String::new(),
        };
        let opens = match self.next(at) {
            Some(next) => format!("opens next {next}"),
            None => "does not open again, as far as its recurrence is understood".to_owned(),
        };
        let covers = match (self.covers(), self.filters.first()) {
            (0, None) => "it covers nothing".to_owned(),
            (0, Some(_)) => "it covers no machine now".to_owned(),
            (some, _) => format!("it covers {}", count_of(some, "machine")),
        };
        let filters: Vec<String> =
            self.filters.iter().take(2).map(crate::tools::untrusted::Untrusted::marked).collect();
        let filters = match filters.is_empty() {
            true => String::new(),
            false => format!(": {}", filters.join("; ")),
        };
        let tone = if self.covers() == 0 { FindingTone::Warning } else { FindingTone::Neutral };
        let text = format!("`{}`{recurs} {opens}; {covers}{filters}.", self.name.marked());
        about(detail(tone, text), &self.id)
    }
}

impl Output {
    fn headline(&self, at: &Moment) -> Finding {
        let Some(first) = self.configurations.first() else {
            return headline(
                FindingTone::Neutral,
                "There is no such maintenance configuration in scope.",
            );
        };
        let next = match first.next(at) {
            Some(next) => format!("; the next window is that of `{}`: {next}", first.name.marked()),
            None => String::new(),
        };
        let text = format!(
            "{}, {} of them covering no machine{next}.",
            count_of(self.total, "maintenance configuration"),
            grouped(self.unused),
        );
        let tone = if self.unused > 0 { FindingTone::Warning } else { FindingTone::Neutral };
        headline(tone, text)
    }

    fn table(&self) -> View {
        let shown = |text: &Option<crate::tools::untrusted::Untrusted<String>>| {
            cell(text.as_ref().map_or("", |text| text.as_str()))
        };
        let row = |one: &Configuration| {
            vec![
                word_cell(&one.id),
                shown(&one.recurs),
                word_cell(one.next_at.as_deref().unwrap_or_default()),
                shown(&one.duration),
                one.assigned.into(),
                one.filtered.into(),
                word_cell(one.reboot.as_deref().unwrap_or_default()),
                word_cell(&one.maintenance_scope),
            ]
        };
        View::Table {
            title: "Maintenance configurations".to_owned(),
            columns: vec![
                column("id", "Configuration", ColumnKind::Resource),
                column("recurs", "Recurs", ColumnKind::Text),
                column("nextAt", "Opens next", ColumnKind::Instant),
                column("duration", "Open for", ColumnKind::Text),
                column("assigned", "Assigned machines", ColumnKind::Number),
                column("filtered", "Machines by filter", ColumnKind::Number),
                column("reboot", "Reboot", ColumnKind::Text),
                column("scope", "Scope", ColumnKind::Text),
            ],
            rows: self.configurations.iter().map(row).collect(),
            total: self.total,
        }
    }
}
