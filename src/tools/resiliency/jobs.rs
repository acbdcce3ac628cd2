//! Backup jobs of Recovery Services vaults and of backup vaults, in one form. Table
//! `recoveryservicesresources`.

use schemars::JsonSchema;
use serde::Serialize;

use super::{
    items::kind_words,
    table::{Found, Table},
};
use crate::{
    protocol::FindingTone,
    tools::{
        context::{ReadContext, Visible},
        error::ToolError,
        present::{Moment, count_of},
        rows::{self, Row},
        untrusted::{Untrusted, mark},
    },
};

/// The right to see backup jobs.
pub(super) const JOBS_ACTION: &str = "Microsoft.RecoveryServices/Vaults/backupJobs/read";
/// The same of backup vaults.
pub(super) const DATA_JOBS_ACTION: &str = "Microsoft.DataProtection/backupVaults/backupJobs/read";

/// The table and its columns; the two services call the same differently.
pub(super) const JOBS: (&str, &str) = (
    "recoveryservicesresources",
    "\
| where type in~ ('microsoft.recoveryservices/vaults/backupjobs', 'microsoft.dataprotection/backupvaults/backupjobs')
| extend isData = type =~ 'microsoft.dataprotection/backupvaults/backupjobs', vault = tostring(split(id, '/')[8])
| extend target = iff(isData, tostring(properties.dataSourceId), tostring(properties.dataSourceInfo.resourceID)),
    friendly = iff(isData, tostring(properties.dataSourceName), tostring(properties.entityFriendlyName)),
    workload = iff(isData, tostring(properties.dataSourceType), iff(tostring(properties.backupManagementType) =~ 'AzureWorkload', tostring(properties.workloadType), 'VM')),
    operation = iff(isData, tostring(properties.operationCategory), tostring(properties.operation)),
    status = tostring(properties.status), at = todatetime(properties.startTime), ended = todatetime(properties.endTime),
    policy = tostring(properties.policyName), fault = properties.errorDetails[0]
| extend code = iff(isempty(tostring(fault.errorTitle)), tostring(fault.code), tostring(fault.errorTitle)),
    message = iff(isempty(tostring(fault.errorString)), tostring(fault.message), tostring(fault.errorString)),
    advice = iff(isempty(tostring(fault.recommendations[0])), tostring(fault.recommendedAction[0]), tostring(fault.recommendations[0])),
    rank = case(status =~ 'Failed', 0, status =~ 'CompletedWithWarnings', 1, status in~ ('InProgress', 'Started'), 2, 3)
",
);

const LISTED: &str = "\
| project id, name, subscriptionId, target, vault, friendly, workload, operation, status, at, ended, policy, code, message, advice, rank
| order by rank asc, at desc, id asc";
const NEWEST: &str = "\
| project id, name, subscriptionId, target, vault, friendly, workload, operation, status, at, ended, policy, code, message, advice, rank
| order by at desc, id asc";
const REASONS: &str = "\
| where status =~ 'Failed'
| summarize jobs = count(), items = dcount(strcat(target, friendly)), last = max(at), first = min(at), message = take_any(message), advice = take_any(advice) by code
| order by jobs desc, code asc";

/// A backup job.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Job {
    /// The ARM id.
    pub(super) id: String,
    /// What was backed up.
    pub(super) item: Untrusted<String>,
    /// What that is, e.g. `VM`.
    pub(super) kind: Untrusted<String>,
    /// The ARM id of the resource.
    pub(super) resource_id: String,
    /// `Backup`, `Restore`, …
    pub(super) operation: Untrusted<String>,
    /// `Completed`, `Failed`, `InProgress`, `CompletedWithWarnings`, …
    pub(super) status: Untrusted<String>,
    /// When it began.
    pub(super) started_at: Option<String>,
    /// When it ended.
    pub(super) ended_at: Option<String>,
    /// Why it failed.
    pub(super) error_code: Option<Untrusted<String>>,
    /// The same in words.
    pub(super) error_message: Option<Untrusted<String>>,
    /// What Azure recommends.
    pub(super) recommendation: Option<Untrusted<String>>,
    /// The vault's name.
    pub(super) vault: Untrusted<String>,
    /// The policy's name, where the job says.
    pub(super) policy: Option<Untrusted<String>>,
    /// The subscription's name.
    pub(super) subscription: Untrusted<String>,
}

impl Job {
    fn of(row: Row<'_>, visible: &Visible) -> Option<Self> {
        let said = |key| row.text(key).map(|text| Untrusted::new(&text));
        let word = |key| said(key).unwrap_or_else(|| Untrusted::new("Unknown"));
        let at = |key| row.instant(key).map(|at| at.to_string());
        Some(Self {
            id: row.text("id")?,
            item: said("friendly").or_else(|| said("target"))?,
            kind: Untrusted::new(&kind_words(&row.text("workload").unwrap_or_default())),
            resource_id: row.text("target").unwrap_or_default(),
            operation: word("operation"),
            status: word("status"),
            started_at: at("at"),
            ended_at: at("ended"),
            error_code: said("code"),
            error_message: said("message"),
            recommendation: said("advice"),
            vault: word("vault"),
            policy: said("policy"),
            subscription: visible.name_of(&row.text("subscriptionId").unwrap_or_default()),
        })
    }

    /// Whether it failed.
    pub(super) fn failed(&self) -> bool {
        self.status.as_str().eq_ignore_ascii_case("Failed")
    }

    /// When it began, and how long it took where it has ended, after "it began".
    pub(super) fn when(&self, at: &Moment) -> String {
        let Some(started) = self.started_at.as_deref().and_then(rows::instant) else {
            return "at an unknown instant".to_owned();
        };
        let ended = self.ended_at.as_deref().and_then(rows::instant);
        let minutes = ended.map(|ended| (ended.as_second() - started.as_second()).max(0) / 60);
        let length = minutes.map(|minutes| match minutes.unsigned_abs() {
            0 => " and took less than a minute".to_owned(),
            minutes => format!(" and took {}", count_of(minutes, "minute")),
        });
        format!("{} ({}){}", at.ago(started), at.local(started), length.unwrap_or_default())
    }

    /// The tone of its status.
    pub(super) fn tone(&self) -> FindingTone {
        match self.status.as_str().to_ascii_lowercase().as_str() {
            "failed" => FindingTone::Critical,
            "completedwithwarnings" | "cancelled" => FindingTone::Warning,
            "completed" | "succeeded" => FindingTone::Good,
            _ => FindingTone::Neutral,
        }
    }
}

/// Why jobs failed.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Reason {
    /// The error code.
    pub(super) code: Untrusted<String>,
    /// How many jobs failed by it.
    pub(super) jobs: u64,
    /// Of how many items.
    pub(super) items: u64,
    /// The first of these failures in the range.
    pub(super) first_at: Option<String>,
    /// The last.
    pub(super) last_at: Option<String>,
    /// What Azure says.
    pub(super) message: Option<Untrusted<String>>,
    /// What Azure recommends.
    pub(super) recommendation: Option<Untrusted<String>>,
}

impl Reason {
    fn of(row: Row<'_>) -> Option<Self> {
        let said = |key| row.text(key).map(|text| Untrusted::new(&text));
        Some(Self {
            code: said("code").unwrap_or_else(|| Untrusted::new("no error code")),
            jobs: row.count("jobs")?,
            items: row.count("items").unwrap_or(0),
            first_at: row.instant("first").map(|at| at.to_string()),
            last_at: row.instant("last").map(|at| at.to_string()),
            message: said("message"),
            recommendation: said("advice"),
        })
    }

    /// `` `Code`: 16 failed jobs of 4 items, the last 6 hours ago. Message ``.
    pub(super) fn told(&self, at: &Moment) -> String {
        let mut text = format!(
            "`{}`: {} of {}",
            self.code.marked(),
            count_of(self.jobs, "failed job"),
            count_of(self.items, "item")
        );
        if let Some(last) = self.last_at.as_deref().and_then(rows::instant) {
            text.push_str(&format!(", the last {} ({})", at.ago(last), at.local(last)));
        }
        text.push('.');
        if let Some(message) = &self.message {
            text.push_str(&format!(" {}", mark(message.as_str())));
        }
        text
    }
}

/// The jobs of a table, failed ones first.
pub(super) async fn listed(
    table: &Table<'_>,
    (cx, visible): (&ReadContext, &Visible),
    limit: usize,
) -> Result<(Vec<Job>, u64), ToolError> {
    let found = table.read(LISTED, limit).await?;
    Ok((jobs(cx, visible, &found), found.total))
}

/// The jobs of a table, newest first.
pub(super) async fn newest(
    table: &Table<'_>,
    (cx, visible): (&ReadContext, &Visible),
    limit: usize,
) -> Result<Vec<Job>, ToolError> {
    let found = table.read(NEWEST, limit).await?;
    Ok(jobs(cx, visible, &found))
}

fn jobs(cx: &ReadContext, visible: &Visible, found: &Found) -> Vec<Job> {
    let jobs: Vec<Job> = found.each().filter_map(|row| Job::of(row, visible)).collect();
    cx.skipped("/", found.rows.len() - jobs.len());
    jobs
}

/// Why the jobs of a table failed, the most frequent first.
pub(super) async fn reasons(table: &Table<'_>) -> Result<Vec<Reason>, ToolError> {
    let found = table.counts(REASONS).await?;
    Ok(found.each().filter_map(Reason::of).collect())
}
