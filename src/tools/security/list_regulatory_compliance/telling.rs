//! How compliance is told.

use super::{Control, Output, Standard, State};
use crate::{
    protocol::{ColumnKind, Finding, FindingTone, View},
    tools::{
        present::{
            Moment, Present, Presentation, action, caveat, cell, column, count_of, detail,
            headline, listed, percent,
        },
        untrusted::Untrusted,
    },
};

const TOLD_STANDARDS: usize = 5;
const TOLD_CONTROLS: usize = 6;

impl Present for Output {
    const ROWS_KEY: Option<&'static str> = Some("controls");

    fn present(&self, _: &Moment) -> Presentation {
        let failing = self.standards.iter().filter(|one| one.failed > 0).count();
        Presentation {
            summary: match self.standards.len() {
                0 => "no regulatory standard".to_owned(),
                all => format!("{failing} of {} not met", count_of(all as u64, "standard")),
            },
            findings: self.findings(),
            views: self.views(),
            rows: self.controls.len() as u64,
            total: None,
        }
    }
}

impl Output {
    fn findings(&self) -> Vec<Finding> {
        let mut findings = vec![self.headline()];
        findings.extend(self.standards.iter().take(TOLD_STANDARDS).map(Standard::told));
        if let Some(standard) = &self.standard {
            findings.push(self.looked_into(standard));
            findings.extend(self.controls.iter().take(TOLD_CONTROLS).map(Control::told));
        }
        let worst = self.controls.iter().flat_map(|one| &one.failing);
        if let Some(first) = worst.max_by_key(|one| one.failed_resources) {
            findings.push(action(format!(
                "Most resources fail `{}` ({}): ask about that recommendation for its steps.",
                first.title.marked(),
                count_of(first.failed_resources, "resource")
            )));
        }
        if !self.without.is_empty() {
            let names: Vec<String> =
                self.without.iter().take(5).map(|one| format!("`{}`", one.marked())).collect();
            let more = self.without.len().saturating_sub(names.len());
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            let text = format!("No standard is seen for {}{more}.", listed(&names));
            findings.push(caveat(text));
        }
        findings
    }

    fn headline(&self) -> Finding {
        let failing = self.standards.iter().filter(|one| one.failed > 0).count();
        match (self.standards.first(), failing) {
            (None, _) => headline(
                FindingTone::Warning,
                "No regulatory standard is assessed in scope; a Defender plan is needed for that.",
            ),
            (Some(_), 0) => headline(
                FindingTone::Good,
                format!(
                    "No control fails in any of {}.",
                    count_of(self.standards.len() as u64, "standard")
                ),
            ),
            (Some(worst), failing) => headline(
                FindingTone::Warning,
                format!(
                    "{failing} of {} not met; `{}` fails most: {}.",
                    match self.standards.len() {
                        1 => "1 standard is".to_owned(),
                        all => format!("{all} standards are"),
                    },
                    worst.name.marked(),
                    worst.counted()
                ),
            ),
        }
    }

    fn looked_into(&self, standard: &Untrusted<String>) -> Finding {
        let count = count_of(self.controls.len() as u64, "control");
        let state = match self.state {
            State::Failed => " failing in some subscription",
            State::Passed => " passed",
            State::Skipped => " skipped",
            State::Unsupported => " without an automatic check",
            State::Any => "",
        };
        let text = format!("`{}` has {count}{state}.", standard.marked());
        detail(FindingTone::Neutral, text)
    }

    fn views(&self) -> Vec<View> {
        if self.standards.is_empty() {
            return Vec::new();
        }
        let mut views = vec![self.standards_table()];
        if !self.controls.is_empty() {
            views.push(self.controls_table());
        }
        views
    }

    fn standards_table(&self) -> View {
        let row = |one: &Standard| {
            vec![
                cell(one.name.as_str()),
                one.share().into(),
                one.failed.into(),
                one.passed.into(),
                one.subscription_count.into(),
            ]
        };
        View::Table {
            title: "Standards".to_owned(),
            columns: vec![
                column("standard", "Standard", ColumnKind::Text),
                column("share", "Met", ColumnKind::Percent),
                column("failed", "Controls failed", ColumnKind::Number),
                column("passed", "Controls passed", ColumnKind::Number),
                column("subscriptions", "Subscriptions", ColumnKind::Number),
            ],
            rows: self.standards.iter().map(row).collect(),
            total: self.standards.len() as u64,
        }
    }

    fn controls_table(&self) -> View {
        let row = |one: &Control| {
            let first = one.failing.first();
            vec![
                cell(one.number.as_str()),
                cell(one.description.as_ref().map_or("", |text| text.as_str())),
                one.failed_assessments.into(),
                one.passed_assessments.into(),
                cell(first.map_or("", |one| one.title.as_str())),
            ]
        };
        View::Table {
            title: "Controls".to_owned(),
            columns: vec![
                column("number", "Control", ColumnKind::Text),
                column("description", "Asks for", ColumnKind::Text),
                column("failedAssessments", "Assessments failed", ColumnKind::Number),
                column("passedAssessments", "Assessments passed", ColumnKind::Number),
                column("failing", "Fails most", ColumnKind::Text),
            ],
            rows: self.controls.iter().map(row).collect(),
            total: self.controls.len() as u64,
        }
    }
}

impl Standard {
    /// The share of controls that pass, of those that pass or fail.
    #[expect(clippy::cast_precision_loss, reason = "counts of controls are far below 2^53")]
    fn share(&self) -> Option<f64> {
        let all = self.passed + self.failed;
        (all > 0).then(|| self.passed as f64 / all as f64)
    }

    fn counted(&self) -> String {
        let all = count_of(self.passed + self.failed, "control");
        let share = self.share().map(|share| format!(", {} met", percent(share)));
        let over = match self.subscription_count {
            0 | 1 => String::new(),
            more => format!(" summed over {more} subscriptions"),
        };
        format!("{} of {all}{over} failed{}", self.failed, share.unwrap_or_default())
    }

    fn told(&self) -> Finding {
        let tone = if self.failed > 0 { FindingTone::Warning } else { FindingTone::Good };
        let mut text = format!("`{}`: {}", self.name.marked(), self.counted());
        if self.skipped + self.unsupported > 0 {
            text.push_str(&format!(
                "; {} skipped, {} cannot be checked",
                self.skipped, self.unsupported
            ));
        }
        detail(tone, format!("{text}."))
    }
}

impl Control {
    fn told(&self) -> Finding {
        let mut text = format!("Control `{}`", self.number.marked());
        if let Some(description) = &self.description {
            text.push_str(&format!(" ({})", description.marked()));
        }
        text.push_str(&match self.state {
            State::Failed => format!(
                ": {} failed in {}",
                count_of(self.failed_assessments, "assessment"),
                count_of(self.failed_subscriptions, "subscription")
            ),
            State::Passed => {
                format!(": {} passed", count_of(self.passed_assessments, "assessment"))
            }
            State::Skipped => ": skipped".to_owned(),
            State::Unsupported | State::Any => ": cannot be checked automatically".to_owned(),
        });
        let failing: Vec<String> = self
            .failing
            .iter()
            .take(2)
            .map(|one| {
                let count = count_of(one.failed_resources, "resource");
                format!("`{}` ({count})", one.title.marked())
            })
            .collect();
        if !failing.is_empty() {
            text.push_str(&format!("; behind it {}", listed(&failing)));
        }
        let tone = match self.state {
            State::Failed => FindingTone::Warning,
            State::Passed => FindingTone::Good,
            State::Skipped | State::Unsupported | State::Any => FindingTone::Neutral,
        };
        detail(tone, format!("{text}."))
    }
}
