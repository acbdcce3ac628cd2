//! `get_backup_job`: one backup job: its steps, why it failed, since when, and what was changed
//! before it first did.
//!
//! Owns the finding of the job and of the change before; `JobDetails_Get` (2024-04-01) has the
//! steps, the activity log (2015-04-01) the changes.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::jobs::{DATA_JOBS_ACTION, JOBS_ACTION, Job};
use crate::{
    protocol::Pillar,
    tools::{
        context::{GRAPH_ACTION, ReadContext},
        error::ToolError,
        tool::{RbacAction, Tool},
        untrusted::Untrusted,
    },
};

mod reading;
mod telling;

/// Gets a backup job.
#[derive(Clone, Copy, Debug)]
pub struct GetBackupJob;

const EVENTS_ACTION: &str = "Microsoft.Insights/eventtypes/values/read";

/// The arguments.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Input {
    /// The job's id (a GUID) or ARM id.
    job: Option<String>,
    /// Instead of a job: part of the protected resource's name, or its ARM id; its last failed
    /// job is meant, or else its last.
    resource: Option<String>,
    /// Part of the vault's name, or its ARM id.
    vault: Option<String>,
    /// Subscription name or id. Default all in scope.
    subscription: Option<String>,
}

/// The result.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    /// The job.
    job: Job,
    /// Its steps, in order.
    steps: Vec<Step>,
    /// What Azure says stood behind the failure.
    cause: Option<Untrusted<String>>,
    /// What else it says, as `name: value`.
    facts: Vec<Untrusted<String>>,
    /// Jobs of the same item that failed in a row, this one included.
    failed_in_a_row: u64,
    /// The first of them.
    failing_since: Option<String>,
    /// The last job of the item that went well.
    last_good_at: Option<String>,
    /// Other items with jobs that failed by the same error in the last 7 days.
    others_failing: u64,
    /// What was changed in the vault between the last good job and the first failed one, newest
    /// first.
    changes_before: Vec<Change>,
}

/// A step of a job.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Step {
    /// What it does.
    name: Untrusted<String>,
    /// How it ended.
    status: Untrusted<String>,
}

/// Something that was changed.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Change {
    /// When.
    at: String,
    /// Who changed it.
    by: Untrusted<String>,
    /// The operation, e.g. `Microsoft.RecoveryServices/vaults/backupPolicies/write`.
    operation: String,
    /// The ARM id of what was changed.
    resource_id: String,
}

impl Tool for GetBackupJob {
    const NAME: &'static str = "get_backup_job";
    const TITLE: &'static str = "Get a backup job";
    const PILLAR: Pillar = Pillar::Resiliency;
    const DESCRIPTION: &'static str = "Gets one backup job by id or resource: steps, why it \
        failed, since when, who else is hit, and what was changed in the vault before.";
    const ASKS: &'static [&'static str] = &[
        "Why did the backup of this machine fail?",
        "Get backup job 0f8fad5b-d9cb-469f-a165-70867728950e",
        "Details of the failed backup job",
        "What changed before the backups began to fail?",
        "Since when does the backup of this VM fail?",
        "Troubleshoot the backup failure of the ERP server",
        "Root cause of UserErrorRequestDisallowedByPolicy",
    ];
    const ACTIONS: &'static [RbacAction] =
        &[JOBS_ACTION, DATA_JOBS_ACTION, EVENTS_ACTION, GRAPH_ACTION];
    type Input = Input;
    type Output = Output;

    async fn call(&self, cx: &ReadContext, input: Input) -> Result<Output, ToolError> {
        let visible = cx.subscriptions().await?;
        let over = visible.select(cx.bounds(), &input.subscription)?;
        let job = reading::find(cx, (visible, &over), &input).await?;
        let details = reading::details(cx, &job).await;
        let past = reading::past(cx, (visible, &over), &job).await?;
        let others_failing = reading::others(cx, &over, &job).await?;
        let changes_before = match (past.last_good, past.failing_since) {
            (Some(good), Some(since)) => reading::changes(cx, &job, (good, since)).await,
            (None | Some(_), _) => Vec::new(),
        };
        Ok(Output {
            steps: details.steps,
            cause: details.cause,
            facts: details.facts,
            failed_in_a_row: past.failed_in_a_row,
            failing_since: past.failing_since.map(|at| at.to_string()),
            last_good_at: past.last_good.map(|at| at.to_string()),
            others_failing,
            changes_before,
            job,
        })
    }
}
