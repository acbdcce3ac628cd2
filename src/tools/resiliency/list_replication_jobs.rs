//! `list_replication_jobs`: what Site Recovery did and noticed: jobs, failed ones first, and events.
//!
//! Owns the reading of jobs or events (`ReplicationJobs_List`, `ReplicationEvents_List`,
//! 2024-04-01) of the vaults that something is replicated into.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::replicas::{self, REPLICAS_ACTION};
use crate::{
    azure::ApiVersion,
    protocol::Pillar,
    tools::{
        arguments::{given, limit_of},
        context::{GRAPH_ACTION, ListRead, Pages, ReadContext},
        error::ToolError,
        rows::{self, Row},
        time_range::TimeRange,
        tool::{RbacAction, Tool},
        untrusted::Untrusted,
    },
};

mod telling;

/// Lists replication jobs.
#[derive(Clone, Copy, Debug)]
pub struct ListReplicationJobs;

const JOBS_ACTION: &str = "Microsoft.RecoveryServices/vaults/replicationJobs/read";
const EVENTS_ACTION: &str = "Microsoft.RecoveryServices/vaults/replicationEvents/read";
const LIMITS: (u32, u32) = (50, 200);
const USUAL_RANGE: &str = "30d";

/// The arguments.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Input {
    /// Jobs, or the events that Site Recovery noticed. Default jobs.
    what: Option<What>,
    /// Only failed jobs, or only those under way. Default all, failed first.
    status: Option<State>,
    /// When they began: `7d`, a date or `start/end`. Default 30d.
    time_range: Option<String>,
    /// Part of the name of the machine or recovery plan.
    target: Option<String>,
    /// Part of the vault's name, or its ARM id.
    vault: Option<String>,
    /// Subscription name or id. Default all in scope.
    subscription: Option<String>,
    /// Jobs or events at most, 1 to 200. Default 50.
    limit: Option<u32>,
}

/// What is listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
enum What {
    #[default]
    Jobs,
    #[serde(alias = "Events", alias = "event")]
    Events,
}

/// How a job is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
enum State {
    #[serde(alias = "failed")]
    Failed,
    #[serde(alias = "inProgress", alias = "running")]
    InProgress,
}

/// The result.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    /// What was listed.
    what: What,
    /// How many fit.
    total: u64,
    /// How many of them failed or are critical.
    bad: u64,
    /// Failed jobs or critical events first, then the newest.
    entries: Vec<Entry>,
    /// What was asked for, in words.
    asked: Untrusted<String>,
}

/// A job of Site Recovery, or something that it noticed.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Entry {
    /// The ARM id.
    id: String,
    /// What a job does, e.g. `TestFailover`, or what was noticed.
    title: Untrusted<String>,
    /// `Succeeded`, `Failed`, `InProgress`, …; of an event `Critical`, `Warning` or `OK`.
    state: Untrusted<String>,
    /// The machine, plan or server.
    target: Untrusted<String>,
    /// When it began or was noticed.
    at: String,
    /// When the job ended.
    ended_at: Option<String>,
    /// The step at which the job failed.
    failed_step: Option<Untrusted<String>>,
    /// Why the job failed.
    error: Option<Untrusted<String>>,
    /// What Azure recommends.
    recommendation: Option<Untrusted<String>>,
    /// The vault's name.
    vault: Untrusted<String>,
}

impl Tool for ListReplicationJobs {
    const NAME: &'static str = "list_replication_jobs";
    const TITLE: &'static str = "List replication jobs and events";
    const PILLAR: Pillar = Pillar::Resiliency;
    const DESCRIPTION: &'static str = "Lists Site Recovery jobs (test failover, failover, cleanup, \
        …) and events in a time range, failed and critical first, with the reason.";
    const ASKS: &'static [&'static str] = &[
        "Show Site Recovery jobs",
        "Did the test failover succeed?",
        "Why did the failover test fail?",
        "List replication events",
        "Which replication jobs failed?",
        "What did Site Recovery do in the last 30 days?",
        "Are there critical replication events?",
    ];
    const ACTIONS: &'static [RbacAction] =
        &[JOBS_ACTION, EVENTS_ACTION, REPLICAS_ACTION, GRAPH_ACTION];
    type Input = Input;
    type Output = Output;

    async fn call(&self, cx: &ReadContext, input: Input) -> Result<Output, ToolError> {
        let limit = limit_of(input.limit, LIMITS)?;
        let text = given(input.time_range.as_ref()).unwrap_or(USUAL_RANGE);
        let range = TimeRange::parse("timeRange", text, cx.moment())?;
        let visible = cx.subscriptions().await?;
        let over = visible.select(cx.bounds(), &input.subscription)?;
        let vaults = replicas::vaults(cx, &over, input.vault.as_ref()).await?;
        let what = input.what.unwrap_or_default();
        let mut entries = read(cx, &vaults, what).await?;
        let target = given(input.target.as_ref()).map(str::to_lowercase);
        entries.retain(|one| {
            let at = rows::instant(&one.at);
            at.is_some_and(|at| at >= range.start && at < range.end)
                && target
                    .as_ref()
                    .is_none_or(|part| one.target.as_str().to_lowercase().contains(part))
                && one.fits(input.status)
        });
        entries.sort_by(|a, b| a.rank().cmp(&b.rank()).then_with(|| b.at.cmp(&a.at)));
        let total = entries.len() as u64;
        let bad = entries.iter().filter(|one| one.rank() == 0).count() as u64;
        entries.truncate(limit);
        let asked = Untrusted::new(&range.in_words(cx.moment()));
        Ok(Output { what, total, bad, entries, asked })
    }
}

/// Jobs or events of each vault; one that fails is in the coverage.
async fn read(cx: &ReadContext, vaults: &[String], what: What) -> Result<Vec<Entry>, ToolError> {
    let mut entries = Vec::new();
    let (mut first_error, mut given) = (None, 0);
    let operation = match what {
        What::Jobs => ("/replicationJobs", JOBS_ACTION),
        What::Events => ("/replicationEvents", EVENTS_ACTION),
    };
    for vault in vaults {
        let name = vault.rsplit('/').next().unwrap_or_default();
        match listed(cx, vault, operation).await {
            Ok(rows) => {
                cx.read_at(vault);
                given += rows.len();
                entries.extend(rows.iter().filter_map(Row::of).filter_map(|row| match what {
                    What::Jobs => Entry::of_job(row, name),
                    What::Events => Entry::of_event(row, name),
                }));
            }
            Err(error) => {
                cx.failed(vault, &error);
                first_error.get_or_insert(error);
            }
        }
    }
    cx.skipped("/", given - entries.len());
    match first_error {
        Some(error) if entries.is_empty() => Err(error),
        Some(_) | None => Ok(entries),
    }
}

async fn listed(
    cx: &ReadContext,
    vault: &str,
    (below, action): (&str, &str),
) -> Result<Vec<Value>, ToolError> {
    let list = ListRead {
        scope: vault,
        below,
        version: ApiVersion::new("2024-04-01"),
        action,
        pages: Pages::All,
    };
    let rows = cx.list(&list).await?;
    Ok(rows.into_iter().map(Value::Object).collect())
}

impl Entry {
    fn of_job(row: Row<'_>, vault: &str) -> Option<Self> {
        let said =
            |key: &str| row.text(&format!("properties.{key}")).map(|text| Untrusted::new(&text));
        let unknown = || Untrusted::new("unknown");
        let errors = row.list("properties.errors");
        let mut errors = errors.iter().filter_map(Row::of);
        let error = errors.find_map(|error| error.value("serviceErrorDetails")).and_then(Row::of);
        let of_error = |key| error.and_then(|row| row.text(key));
        let tasks = row.list("properties.tasks");
        let mut tasks = tasks.iter().filter_map(Row::of);
        let failed = tasks.find(|task| {
            task.text("state").is_some_and(|state| state.eq_ignore_ascii_case("Failed"))
        });
        let why: Vec<String> =
            [of_error("message"), of_error("possibleCauses")].into_iter().flatten().collect();
        Some(Self {
            id: row.text("id")?,
            title: said("scenarioName").unwrap_or_else(unknown),
            state: said("state").unwrap_or_else(unknown),
            target: said("targetObjectName").unwrap_or_else(unknown),
            at: row.instant("properties.startTime")?.to_string(),
            ended_at: row.instant("properties.endTime").map(|at| at.to_string()),
            failed_step: failed
                .and_then(|task| task.text("friendlyName"))
                .map(|text| Untrusted::new(&text)),
            error: (!why.is_empty()).then(|| Untrusted::new(&why.join(" "))),
            recommendation: of_error("recommendedAction").map(|text| Untrusted::new(&text)),
            vault: Untrusted::new(vault),
        })
    }

    fn of_event(row: Row<'_>, vault: &str) -> Option<Self> {
        let said =
            |key: &str| row.text(&format!("properties.{key}")).map(|text| Untrusted::new(&text));
        let errors = row.list("properties.healthErrors");
        let mut errors = errors.iter().filter_map(Row::of);
        let advice = errors.find_map(|error| error.text("recommendedAction"));
        Some(Self {
            id: row.text("id")?,
            title: said("description")?,
            state: said("severity").unwrap_or_else(|| Untrusted::new("Unknown")),
            target: said("affectedObjectFriendlyName").unwrap_or_else(|| Untrusted::new("unknown")),
            at: row.instant("properties.timeOfOccurrence")?.to_string(),
            ended_at: None,
            failed_step: None,
            error: None,
            recommendation: advice.map(|text| Untrusted::new(&text)),
            vault: Untrusted::new(vault),
        })
    }

    /// Failed and critical before warnings before the rest.
    fn rank(&self) -> u8 {
        match self.state.as_str().to_ascii_lowercase().as_str() {
            "failed" | "critical" => 0,
            "warning" | "cancelled" | "completedwithinformation" => 1,
            _ => 2,
        }
    }

    fn fits(&self, state: Option<State>) -> bool {
        let is = |word: &str| self.state.as_str().eq_ignore_ascii_case(word);
        match state {
            None => true,
            Some(State::Failed) => self.rank() == 0,
            Some(State::InProgress) => is("InProgress") || is("NotStarted") || is("Suspended"),
        }
    }
}
