//! How remediation tasks are told.

use super::{Output, Task};
use crate::{
    protocol::{ColumnKind, Finding, FindingTone, View},
    tools::present::{
        Moment, Present, Presentation, about, action, cell, column, count_of, detail, grouped,
        headline, sentence, word_cell,
    },
    tools::untrusted::word,
};

const TOLD: usize = 6;

impl Present for Output {
    const ROWS_KEY: Option<&'static str> = Some("tasks");

    fn present(&self, _: &Moment) -> Presentation {
        let mut findings = vec![self.headline()];
        for task in self.tasks.iter().take(TOLD) {
            findings.push(task.told());
            findings.extend(task.why());
        }
        let denied = self.tasks.iter().flat_map(|task| &task.failures).any(|failure| {
            failure.code.as_ref().is_some_and(|code| code.as_str().contains("AuthorizationFailed"))
        });
        if denied {
            findings.push(action(
                "Give the identity of the assignment the roles that its policy names, then run the \
                 task again.",
            ));
        }
        Presentation {
            summary: format!(
                "{}, {} failed",
                count_of(self.total, "remediation task"),
                self.failed
            ),
            findings,
            views: if self.tasks.is_empty() { Vec::new() } else { vec![self.table()] },
            rows: self.tasks.len() as u64,
            total: Some(self.total),
        }
    }
}

impl Task {
    fn told(&self) -> Finding {
        let tone = match (self.has_failed(), self.is_running()) {
            (true, _) => FindingTone::Critical,
            (false, true) => FindingTone::Neutral,
            (false, false) => FindingTone::Good,
        };
        let text = format!(
            "`{}` in `{}` is {}: {} of {} succeeded, {} failed.",
            self.name.marked(),
            self.subscription.marked(),
            word(&self.state),
            grouped(self.succeeded),
            count_of(self.deployments, "deployment"),
            grouped(self.failed),
        );
        detail(tone, text)
    }

    /// The first failed deployment speaks for the rest.
    fn why(&self) -> Option<Finding> {
        let failure = self.failures.first()?;
        let name = failure.resource_id.rsplit('/').next().unwrap_or_default();
        let said = failure.message.as_ref().or(failure.code.as_ref())?;
        let text = format!(
            "Its deployment to `{}` failed: {}",
            crate::tools::untrusted::mark(name),
            said.marked()
        );
        Some(about(detail(FindingTone::Warning, sentence(&text)), &failure.resource_id))
    }
}

impl Output {
    fn headline(&self) -> Finding {
        if self.total == 0 {
            return headline(FindingTone::Neutral, "There is no such remediation task in scope.");
        }
        let text = format!(
            "{} of {} failed, {} still running.",
            grouped(self.failed),
            count_of(self.total, "remediation task"),
            match self.running {
                1 => "1 is".to_owned(),
                some => format!("{} are", grouped(some)),
            },
        );
        let tone = if self.failed > 0 { FindingTone::Critical } else { FindingTone::Good };
        headline(tone, text)
    }

    fn table(&self) -> View {
        let row = |task: &Task| {
            vec![
                cell(task.name.as_str()),
                word_cell(&task.state),
                task.deployments.into(),
                task.succeeded.into(),
                task.failed.into(),
                cell(task.assignment.as_str()),
                cell(task.subscription.as_str()),
                word_cell(task.updated_at.as_deref().unwrap_or_default()),
            ]
        };
        View::Table {
            title: "Remediation tasks".to_owned(),
            columns: vec![
                column("name", "Task", ColumnKind::Text),
                column("state", "State", ColumnKind::Text),
                column("deployments", "Deployments", ColumnKind::Number),
                column("succeeded", "Succeeded", ColumnKind::Number),
                column("failed", "Failed", ColumnKind::Number),
                column("assignment", "Assignment", ColumnKind::Text),
                column("subscription", "Subscription", ColumnKind::Text),
                column("updatedAt", "Updated", ColumnKind::Instant),
            ],
            rows: self.tasks.iter().map(row).collect(),
            total: self.total,
        }
    }
}
