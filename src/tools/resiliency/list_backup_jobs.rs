//! `list_backup_jobs`: what Azure Backup did lately, failed jobs first, and why they failed.
//!
//! Owns the arguments and how the list is told; rows are read by `jobs`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    jobs::{self, DATA_JOBS_ACTION, JOBS, JOBS_ACTION, Job, Reason},
    table::{Asked, Table},
};
use crate::{
    azure::kql_literal::Literal,
    protocol::{ColumnKind, Finding, FindingTone, Pillar, View},
    tools::{
        arguments::{given, limit_of},
        context::{GRAPH_ACTION, ReadContext},
        error::ToolError,
        present::{
            Moment, Present, Presentation, about, action, after_space, cell, column, count_of,
            detail, grouped, headline, of_counted, part_of, sentence,
        },
        time_range::TimeRange,
        tool::{RbacAction, Tool, one_or_many},
        untrusted::{Untrusted, cut},
    },
};

/// Lists backup jobs.
#[derive(Clone, Copy, Debug)]
pub struct ListBackupJobs;

const LIMITS: (u32, u32) = (50, 500);
const USUAL_RANGE: &str = "7d";
const TOLD_REASONS: usize = 4;
const TOLD_JOBS: usize = 6;

/// The arguments.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Input {
    /// Only these statuses. Default all, failed first.
    #[serde(default, deserialize_with = "one_or_many")]
    status: Vec<Status>,
    /// Only this operation, e.g. `Backup` or `Restore`.
    operation: Option<String>,
    /// When they began: `24h`, `yesterday`, a date or `start/end`. Default 7d.
    time_range: Option<String>,
    /// Part of the vault's name, or its ARM id.
    vault: Option<String>,
    /// Part of the protected resource's name, or its ARM id.
    resource: Option<String>,
    /// Resource group name.
    resource_group: Option<String>,
    /// Subscription name or id. Default all in scope.
    subscription: Option<String>,
    /// Jobs at most, 1 to 500. Default 50; all are counted anyway.
    limit: Option<u32>,
}

/// How a job ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
enum Status {
    #[serde(alias = "failed")]
    Failed,
    #[serde(alias = "warnings", alias = "completedWithWarnings")]
    CompletedWithWarnings,
    #[serde(alias = "inProgress", alias = "running")]
    InProgress,
    #[serde(alias = "completed", alias = "succeeded", alias = "Succeeded")]
    Completed,
    #[serde(alias = "cancelled")]
    Cancelled,
}

impl Status {
    /// What the services call it.
    fn names(self) -> &'static [&'static str] {
        match self {
            Self::Failed => &["Failed"],
            Self::CompletedWithWarnings => &["CompletedWithWarnings"],
            Self::InProgress => &["InProgress", "Started", "Cancelling"],
            Self::Completed => &["Completed", "Succeeded"],
            Self::Cancelled => &["Cancelled"],
        }
    }
}

/// The result.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    /// How many jobs fit.
    total: u64,
    /// How many of them failed.
    failed: u64,
    /// Why they failed, the most frequent first.
    reasons: Vec<Reason>,
    /// The jobs: failed ones first, then the newest.
    jobs: Vec<Job>,
    /// What was asked for, in words.
    asked: Untrusted<String>,
}

impl Tool for ListBackupJobs {
    const NAME: &'static str = "list_backup_jobs";
    const TITLE: &'static str = "List backup jobs";
    const PILLAR: Pillar = Pillar::Resiliency;
    const DESCRIPTION: &'static str = "Lists jobs of Azure Backup in a time range, failed ones \
        first with error code and recommendation, and counts why they failed.";
    const ASKS: &'static [&'static str] = &[
        "Which backup jobs failed last night?",
        "Why do backups fail?",
        "Show failed backup jobs of the last 7 days",
        "Backup failures and their error codes",
        "Did all backups succeed?",
        "List backup jobs in vault rsv-backup-prod-weu",
        "How many backups failed this week?",
        "Are any backup or restore jobs running?",
    ];
    const ACTIONS: &'static [RbacAction] = &[JOBS_ACTION, DATA_JOBS_ACTION, GRAPH_ACTION];
    type Input = Input;
    type Output = Output;

    async fn call(&self, cx: &ReadContext, input: Input) -> Result<Output, ToolError> {
        let limit = limit_of(input.limit, LIMITS)?;
        let text = given(input.time_range.as_ref()).unwrap_or(USUAL_RANGE);
        let range = TimeRange::parse("timeRange", text, cx.moment())?;
        let visible = cx.subscriptions().await?;
        let over = visible.select(cx.bounds(), &input.subscription)?;
        let mut table = Table::of(cx, &over, JOBS);
        let asked = Asked {
            vault: input.vault.as_ref(),
            resource: input.resource.as_ref(),
            group: input.resource_group.as_ref(),
        };
        table.keep(asked).await?;
        table.range(range);
        narrow(&mut table, &input);
        let (jobs, total) = jobs::listed(&table, (cx, visible), limit).await?;
        table.check_rights(JOBS_ACTION).await?;
        let reasons = if total == 0 { Vec::new() } else { jobs::reasons(&table).await? };
        let failed = reasons.iter().map(|one| one.jobs).sum();
        Ok(Output { total, failed, reasons, jobs, asked: table.asked() })
    }
}

fn narrow(table: &mut Table<'_>, input: &Input) {
    if !input.status.is_empty() {
        let names = input.status.iter().flat_map(|one| one.names());
        let names = names.map(|name| (*name).to_owned()).collect();
        table.first("properties.status in~ {{statuses}}");
        table.step("| where status in~ {{statuses}}", &[("statuses", Literal::Texts(names))]);
    }
    if let Some(operation) = given(input.operation.as_ref()) {
        let wanted = Literal::Text(operation.to_owned());
        table.step("| where operation contains {{operation}}", &[("operation", wanted)]);
        table.said(&format!("of operation `{}`", cut(operation, 60)));
    }
}

impl Present for Output {
    const ROWS_KEY: Option<&'static str> = Some("jobs");

    fn present(&self, at: &Moment) -> Presentation {
        let rows = self.jobs.len() as u64;
        let counted = of_counted((rows, self.total), count_of(self.total, "backup job"));
        Presentation {
            summary: format!("{counted}, {} failed", grouped(self.failed)),
            findings: self.findings(at),
            views: if self.jobs.is_empty() { Vec::new() } else { vec![self.view()] },
            rows,
            total: Some(self.total),
        }
    }
}

impl Output {
    fn findings(&self, at: &Moment) -> Vec<Finding> {
        let mut findings = vec![self.headline()];
        let reasons = self.reasons.iter().take(TOLD_REASONS);
        findings.extend(reasons.map(|one| detail(FindingTone::Critical, one.told(at))));
        findings.extend(self.jobs.iter().take(TOLD_JOBS).map(|job| {
            let code = job.error_code.as_ref().filter(|_| job.failed());
            let code = code.map(|code| format!(" with `{}`", code.marked())).unwrap_or_default();
            let text = format!(
                "{} of `{}` ({}) in `{}`: {}{code}, began {}.",
                job.operation.marked(),
                job.item.marked(),
                job.kind.marked(),
                job.vault.marked(),
                job.status.marked().to_lowercase(),
                job.when(at)
            );
            about(detail(job.tone(), text), &job.resource_id)
        }));
        if let Some(first) = self.reasons.first()
            && let Some(advice) = &first.recommendation
        {
            let told = format!("Against `{}`: {}", first.code.marked(), advice.marked());
            findings.push(action(sentence(&told)));
        }
        let rows = self.jobs.len() as u64;
        findings.extend(part_of((rows, self.total), "jobs are listed, failed ones first."));
        findings
    }

    fn headline(&self) -> Finding {
        let asked = after_space(&self.asked);
        let jobs = count_of(self.total, "backup job");
        match (self.total, self.failed) {
            (0, _) => {
                headline(FindingTone::Neutral, format!("There are no such backup jobs{asked}."))
            }
            (_, 0) => headline(FindingTone::Good, format!("None of {jobs}{asked} failed.")),
            (all, failed) if all == failed => {
                headline(FindingTone::Critical, format!("{jobs} failed{asked}."))
            }
            (_, failed) => headline(
                FindingTone::Critical,
                format!("{} of {jobs}{asked} failed.", grouped(failed)),
            ),
        }
    }

    fn view(&self) -> View {
        let row = |job: &Job| {
            vec![
                cell(&job.resource_id),
                cell(job.item.as_str()),
                cell(job.operation.as_str()),
                cell(job.status.as_str()),
                job.started_at.clone().into(),
                cell(job.error_code.as_ref().map_or("", |code| code.as_str())),
                cell(job.vault.as_str()),
                cell(&job.id),
            ]
        };
        View::Table {
            title: "Backup jobs".to_owned(),
            columns: vec![
                column("resource", "Resource", ColumnKind::Resource),
                column("item", "Item", ColumnKind::Text),
                column("operation", "Operation", ColumnKind::Text),
                column("status", "Status", ColumnKind::Text),
                column("startedAt", "Began", ColumnKind::Instant),
                column("errorCode", "Error", ColumnKind::Text),
                column("vault", "Vault", ColumnKind::Text),
                column("id", "Job", ColumnKind::Text),
            ],
            rows: self.jobs.iter().map(row).collect(),
            total: self.total,
        }
    }
}
