//! `summarize_business_continuity`: backup, replication and zones on one page, worst first.
//!
//! Owns the ranking over the parts; each part is read by its own room. A part that cannot be read
//! is in the coverage, the rest is still an answer.

use jiff::ToSpan;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    items::{self, INSTANCES_ACTION, ITEMS_ACTION},
    jobs::{self, JOBS, JOBS_ACTION, Reason},
    protectable::{self, PROTECTABLE, Share},
    replicas::{self, Counts, REPLICAS, REPLICAS_ACTION},
    table::{Asked, Table},
    zones,
};
use crate::{
    azure::kql_literal::Literal,
    protocol::Pillar,
    tools::{
        context::{GRAPH_ACTION, RESOURCES_ACTION, ReadContext, Subscription},
        error::ToolError,
        tool::{RbacAction, Tool},
        untrusted::Untrusted,
    },
};

mod issues;
mod telling;

/// Summarizes business continuity.
#[derive(Clone, Copy, Debug)]
pub struct SummarizeBusinessContinuity;

/// The arguments.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Input {
    /// Subscription name or id. Default all in scope.
    subscription: Option<String>,
}

/// The result; a part that could not be read is absent.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    /// What to look at, worst first.
    issues: Vec<Issue>,
    /// How many of each type could be backed up and are.
    protected: Option<Vec<Share>>,
    /// What is backed up and how much of it fails.
    backup: Option<Backup>,
    /// What is replicated and how that goes.
    replication: Option<Replication>,
    /// Which production resources use zones.
    zones: Option<zones::Zones>,
}

/// How backups go.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Backup {
    /// Protected items.
    items: u64,
    /// Those that fail.
    failing: u64,
    /// Why jobs failed in the last 2 days, the most frequent first.
    reasons: Vec<Reason>,
}

/// How replication goes.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Replication {
    /// Replicated machines.
    machines: u64,
    /// Those with critical health.
    critical: u64,
    /// Those with a warning.
    warning: u64,
    /// Those whose failover was never tested.
    untested: u64,
    /// Those whose failover was not tested for 180 days.
    overdue: u64,
}

/// Something to look at.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Issue {
    /// `backup`, `replication`, `unprotected`, `drill` or `zones`.
    kind: &'static str,
    /// `Critical` or `Warning`.
    severity: &'static str,
    /// What it is.
    title: Untrusted<String>,
    /// How many items, machines or resources it concerns.
    count: u64,
}

impl Tool for SummarizeBusinessContinuity {
    const NAME: &'static str = "summarize_business_continuity";
    const TITLE: &'static str = "Summarize business continuity";
    const PILLAR: Pillar = Pillar::Resiliency;
    const DESCRIPTION: &'static str = "Summarizes resiliency: share of resources with backup, \
        failing backups and why, replication health, overdue failover tests, zone redundancy; \
        worst first.";
    const ASKS: &'static [&'static str] = &[
        "Summarize business continuity",
        "How resilient are we?",
        "Resiliency overview",
        "Are our backups and disaster recovery in order?",
        "What is the state of backup and replication?",
        "Biggest resiliency risks",
        "Would we survive the loss of a region?",
        "Business continuity report",
    ];
    const ACTIONS: &'static [RbacAction] = &[
        ITEMS_ACTION,
        INSTANCES_ACTION,
        JOBS_ACTION,
        REPLICAS_ACTION,
        RESOURCES_ACTION,
        GRAPH_ACTION,
    ];
    type Input = Input;
    type Output = Output;

    async fn call(&self, cx: &ReadContext, input: Input) -> Result<Output, ToolError> {
        let visible = cx.subscriptions().await?;
        let over = visible.select(cx.bounds(), &input.subscription)?;
        let backup = backup(cx, &over).await;
        // Without the right to see what is protected, all would seem to be unprotected.
        let protected = match &backup {
            Ok(_) => protected(cx, &over).await,
            Err(error) => Err(error.clone()),
        };
        let replication = replication(cx, &over).await;
        let zones = zones::read(cx, input.subscription.as_ref()).await;
        if let (Err(error), Err(_), Err(_), Err(_)) = (&backup, &protected, &replication, &zones) {
            return Err(error.clone());
        }
        let backup = kept(cx, "backup", backup);
        let protected = kept(cx, "what is not protected", protected);
        let replication = kept(cx, "replication", replication);
        let zones = kept(cx, "zone redundancy", zones);
        Ok(issues::output(protected, backup, replication, zones))
    }
}

/// A part that was read; another is in the coverage.
fn kept<T>(cx: &ReadContext, what: &str, part: Result<T, ToolError>) -> Option<T> {
    match part {
        Ok(part) => Some(part),
        Err(error) => {
            cx.part_failed("/", what, &error);
            None
        }
    }
}

async fn backup(cx: &ReadContext, over: &[Subscription]) -> Result<Backup, ToolError> {
    let table = items::table(cx, over, (Asked::default(), &[])).await?;
    let (items, failing) = items::counts(&table).await?;
    table.check_rights(ITEMS_ACTION).await?;
    let mut lately = Table::of(cx, over, JOBS);
    let since = cx.now().checked_sub(48.hours()).unwrap_or(cx.now());
    lately.step("| where at >= {{since}}", &[("since", Literal::Instant(since))]);
    let reasons = match failing {
        0 => Vec::new(),
        _ => jobs::reasons(&lately).await?,
    };
    Ok(Backup { items, failing, reasons })
}

async fn protected(cx: &ReadContext, over: &[Subscription]) -> Result<Vec<Share>, ToolError> {
    let table = Table::of(cx, over, PROTECTABLE);
    let shares = protectable::shares(&table).await?;
    if shares.is_empty() {
        table.check_rights(RESOURCES_ACTION).await?;
    }
    Ok(shares)
}

async fn replication(cx: &ReadContext, over: &[Subscription]) -> Result<Replication, ToolError> {
    let table = Table::of(cx, over, REPLICAS);
    let Counts { machines, critical, warning, untested, overdue } =
        replicas::counts(&table).await?;
    table.check_rights(REPLICAS_ACTION).await?;
    Ok(Replication { machines, critical, warning, untested, overdue })
}
