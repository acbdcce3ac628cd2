//! How it is told: what lacks most first.

use super::{Output, Stage, Status};
use crate::{
    protocol::{ColumnKind, Finding, FindingTone, View},
    tools::{
        present::{
            Moment, Present, Presentation, about, action, cell, column, count_of, detail, headline,
            listed, part_of,
        },
        scope::enrollment::{ESSENTIALS, Service},
    },
};

const TOLD: usize = 12;

impl Present for Output {
    const ROWS_KEY: Option<&'static str> = Some("subscriptions");

    fn present(&self, _: &Moment) -> Presentation {
        let rows = self.subscriptions.len() as u64;
        Presentation {
            summary: format!("{} of {} enrolled", self.enrolled, count_of(rows, "subscription")),
            findings: self.findings(rows),
            views: vec![self.table(rows)],
            rows,
            total: None,
        }
    }
}

impl Output {
    fn findings(&self, rows: u64) -> Vec<Finding> {
        let text = format!(
            "Of {}, {} enrolled for machine management, {} unfinished and {} not; {} of {} {} \
             neither an agent nor a data collection rule.",
            count_of(rows, "subscription"),
            if self.enrolled == 1 { "1 is".to_owned() } else { format!("{} are", self.enrolled) },
            self.unfinished,
            self.not_enrolled,
            self.without_agent,
            count_of(self.machines, "machine"),
            if self.without_agent == 1 { "has" } else { "have" },
        );
        let tone = match (self.unfinished + self.not_enrolled, self.without_agent) {
            (0, 0) => FindingTone::Good,
            _ => FindingTone::Warning,
        };
        let mut findings = vec![headline(tone, text)];
        findings.extend(self.subscriptions.iter().take(TOLD).map(Status::told));
        let told = rows.min(TOLD as u64);
        findings.extend(part_of((told, rows), "subscriptions are told here"));
        if self.unfinished > 0 {
            findings.push(action(
                "For an unfinished enrollment look at its error, then at the deployments named \
                 `Managedops-*`, the policy assignment `ManagedOpsPolicy` and its remediation \
                 tasks.",
            ));
        }
        if self.not_enrolled > 0 {
            findings.push(action(format!(
                "An enrollment brings {ESSENTIALS}. It needs a Log Analytics workspace, an Azure \
                 Monitor workspace and a user-assigned identity that is Contributor.",
            )));
        }
        findings
    }

    fn table(&self, total: u64) -> View {
        let row = |one: &Status| {
            vec![
                cell(one.subscription.as_str()),
                one.enrollment.stage.word().into(),
                one.not_registered.as_ref().map(|names| names.join(", ")).into(),
                one.workspaces.into(),
                one.machines.into(),
                one.without_agent.into(),
                one.plans_on.into(),
                one.plans_off.into(),
            ]
        };
        View::Table {
            title: "Onboarding".to_owned(),
            columns: vec![
                column("subscription", "Subscription", ColumnKind::Text),
                column("enrollment", "Enrollment", ColumnKind::Text),
                column("notRegistered", "Providers not registered", ColumnKind::Text),
                column("workspaces", "Workspaces", ColumnKind::Number),
                column("machines", "Machines", ColumnKind::Number),
                column("withoutAgent", "Without agent", ColumnKind::Number),
                column("plansOn", "Defender plans on", ColumnKind::Number),
                column("plansOff", "Defender plans off", ColumnKind::Number),
            ],
            rows: self.subscriptions.iter().map(row).collect(),
            total,
        }
    }
}

impl Status {
    fn told(&self) -> Finding {
        let mut parts = vec![self.enrollment.stage.word().to_owned()];
        let unfinished: Vec<String> = self
            .enrollment
            .services
            .iter()
            .filter(|one| one.is("Failed") || one.is("InProgress"))
            .map(Service::told)
            .collect();
        if !unfinished.is_empty() {
            parts.push(listed(&unfinished));
        }
        match self.not_registered.as_deref() {
            None => parts.push("providers unknown".to_owned()),
            Some([]) => parts.push("the needed providers registered".to_owned()),
            Some(names) => parts.push(format!("not registered: {}", listed(names))),
        }
        parts.push(count_of(self.workspaces, "workspace"));
        parts.push(format!(
            "{} of {} without agent",
            self.without_agent,
            count_of(self.machines, "machine")
        ));
        parts.push(match (self.plans_on, self.plans_off) {
            (Some(on), Some(off)) => format!("{} on, {off} off", count_of(on, "Defender plan")),
            _ => "Defender plans unknown".to_owned(),
        });
        let text = format!("`{}`: {}.", self.subscription.marked(), parts.join("; "));
        let tone = match (self.enrollment.stage, self.without_agent) {
            (Stage::Failed, _) => FindingTone::Critical,
            (Stage::Enrolled, 0) => FindingTone::Good,
            (Stage::Enrolled | Stage::InProgress | Stage::NotEnrolled | Stage::Unknown, _) => {
                FindingTone::Warning
            }
        };
        about(detail(tone, text), &self.id)
    }
}
