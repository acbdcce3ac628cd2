//! How the activity log is told.

use super::{Operation, Output};
use crate::{
    protocol::{ChartKind, ChartSeries, ColumnKind, Finding, FindingTone, View},
    tools::{
        present::{
            Moment, Present, Presentation, about, action, caveat, cell, column, count_of, detail,
            grouped, headline, listed, part_of, sentence, word_cell,
        },
        rows,
        untrusted::{Untrusted, mark, word},
    },
};

const TOLD: usize = 6;
const TOLD_FAILURES: usize = 3;
const TOLD_CALLERS: usize = 4;

impl Present for Output {
    const ROWS_KEY: Option<&'static str> = Some("operations");

    fn present(&self, at: &Moment) -> Presentation {
        let failed = match self.failed {
            0 => String::new(),
            failed => format!(", {} failed", grouped(failed)),
        };
        Presentation {
            summary: format!("{}{failed}", count_of(self.total, "operation")),
            findings: self.findings(at),
            views: self.views(),
            rows: self.operations.len() as u64,
            total: Some(self.total),
        }
    }
}

impl Output {
    fn findings(&self, at: &Moment) -> Vec<Finding> {
        let mut findings = vec![self.headline()];
        findings.extend(self.operations.iter().take(TOLD).map(|one| one.told(at)));
        let older = self.operations.iter().skip(TOLD).filter(|one| one.has_failed());
        findings.extend(older.take(TOLD_FAILURES).map(|one| one.told(at)));
        findings.extend(self.who());
        if self.failed > 0 {
            let text = "Read the messages of the failed operations before they are tried again.";
            findings.push(action(text));
        }
        findings.extend(self.caveats());
        findings
    }

    fn headline(&self) -> Finding {
        let asked = self.asked.marked();
        if self.total == 0 {
            let text = format!("The activity log has no such operation {asked}.");
            return headline(FindingTone::Neutral, text);
        }
        let verb = if self.total == 1 { "is" } else { "are" };
        let failed = match self.failed {
            0 => "none of them failed".to_owned(),
            failed => format!("{} of them failed", grouped(failed)),
        };
        let callers = match self.callers.as_slice() {
            [] => String::new(),
            [only] if only.count == self.total && self.total > 1 => {
                format!(", all by `{}`", only.name.marked())
            }
            // The rest has no caller: Azure itself writes such entries.
            [only] => format!(", {} by `{}`", grouped(only.count), only.name.marked()),
            several => format!(", by {}", count_of(several.len() as u64, "caller")),
        };
        let tone = if self.failed > 0 { FindingTone::Warning } else { FindingTone::Neutral };
        let counted = count_of(self.total, "operation");
        headline(tone, format!("There {verb} {counted} {asked}{callers}; {failed}."))
    }

    fn who(&self) -> Option<Finding> {
        let parts: Vec<String> = self
            .callers
            .iter()
            .take(TOLD_CALLERS)
            .map(|one| {
                let failed = match one.failed {
                    0 => String::new(),
                    failed => format!(" ({} failed)", grouped(failed)),
                };
                format!("{} by `{}`{failed}", grouped(one.count), one.name.marked())
            })
            .collect();
        (self.callers.len() > 1)
            .then(|| detail(FindingTone::Neutral, format!("Most active: {}.", listed(&parts))))
    }

    fn caveats(&self) -> Vec<Finding> {
        let mut caveats = Vec::new();
        if self.truncated {
            caveats.push(caveat(format!(
                "The log has more than the {} that were read, newest first: ask for a shorter \
                 time, a group or a resource.",
                count_of(self.events, "event")
            )));
        }
        let rows = self.operations.len() as u64;
        caveats.extend(part_of((rows, self.total), "operations are listed, newest first."));
        caveats
    }

    fn views(&self) -> Vec<View> {
        if self.operations.is_empty() {
            return Vec::new();
        }
        let mut views = vec![self.table()];
        if self.callers.len() > 1 {
            views.push(self.bars());
        }
        views
    }

    fn table(&self) -> View {
        let row = |one: &Operation| {
            vec![
                one.at.clone().into(),
                word_cell(one.title.as_deref().unwrap_or(&one.operation)),
                cell(one.resource_id.as_deref().unwrap_or_default()),
                cell(one.who().map_or("", Untrusted::as_str)),
                word_cell(&one.status),
                cell(one.subscription.as_str()),
            ]
        };
        View::Table {
            title: "Activity log".to_owned(),
            columns: vec![
                column("at", "When", ColumnKind::Instant),
                column("operation", "Operation", ColumnKind::Text),
                column("resourceId", "Resource", ColumnKind::Resource),
                column("caller", "By", ColumnKind::Text),
                column("status", "Status", ColumnKind::Text),
                column("subscription", "Subscription", ColumnKind::Text),
            ],
            rows: self.operations.iter().map(row).collect(),
            total: self.total,
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "counts of operations are far below 2^53")]
    fn bars(&self) -> View {
        let callers = self.callers.iter().take(10);
        let values = callers.clone().map(|one| Some(one.count as f64)).collect();
        View::Chart {
            title: "Operations by caller".to_owned(),
            chart: ChartKind::Bars,
            unit: String::new(),
            labels: callers.map(|one| one.name.marked()).collect(),
            series: vec![ChartSeries { name: "Operations".to_owned(), values }],
        }
    }
}

impl Operation {
    fn told(&self, at: &Moment) -> Finding {
        let when = rows::instant(&self.at)
            .map_or_else(String::new, |then| format!("{} ({})", at.ago(then), at.local(then)));
        let who = self.who().map_or_else(String::new, |who| format!(" by `{}`", who.marked()));
        let name = self.resource_id.as_deref().and_then(|id| id.rsplit('/').next());
        let on = name.map_or_else(String::new, |name| format!(" on `{}`", mark(name)));
        let what = word(self.title.as_deref().unwrap_or(&self.operation));
        let mut text = format!("{when}: {what}{on}{who}: {}", word(&self.status));
        if let (true, Some(message)) = (self.has_failed(), &self.message) {
            text.push_str(&format!(", {}", message.marked()));
        }
        let tone = if self.has_failed() { FindingTone::Critical } else { FindingTone::Neutral };
        let told = detail(tone, sentence(&text));
        match &self.resource_id {
            Some(id) => about(told, id),
            None => told,
        }
    }
}
