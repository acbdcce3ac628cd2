//! `list_replication_jobs`: what Site Recovery did and noticed: jobs, failed ones first, and events.
//!
//! Owns the reading of jobs and events (`ReplicationJobs_List`, `ReplicationEvents_List`,
//! 2024-04-01) of the vaults that something is replicated into.

use jiff::Timestamp;
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
    /// Only failed jobs, or only those under way. Default all, failed first.
    state: Option<State>,
    /// When they began: `7d`, a date or `start/end`. Default 30d.
    time_range: Option<String>,
    /// Part of the name of the machine or recovery plan.
    target: Option<String>,
    /// Part of the vault's name, or its ARM id.
    vault: Option<String>,
    /// Subscription name or id. Default all in scope.
    subscription: Option<String>,
    /// Jobs at most, 1 to 200, and as many events. Default 50.
    limit: Option<u32>,
}

/// How a job is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
enum State {
    #[serde(alias = "Failed")]
    Failed,
    #[serde(alias = "InProgress", alias = "running")]
    InProgress,
}

/// The result.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    /// How many jobs fit.
    total: u64,
    /// How many of them failed.
    failed: u64,
    /// The jobs: failed ones first, then the newest.
    jobs: Vec<Job>,
    /// How many events fit.
    total_events: u64,
    /// The events: critical ones first, then the newest.
    events: Vec<Event>,
    /// What was asked for, in words.
    asked: Untrusted<String>,
}

/// A job of Site Recovery.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Job {
    /// The ARM id.
    id: String,
    /// What it does, e.g. `TestFailover`.
    scenario: Untrusted<String>,
    /// `Succeeded`, `Failed`, `InProgress`, …
    state: Untrusted<String>,
    /// The machine or plan.
    target: Untrusted<String>,
    /// When it began.
    started_at: String,
    /// When it ended.
    ended_at: Option<String>,
    /// The step at which it failed.
    failed_step: Option<Untrusted<String>>,
    /// Why it failed.
    error: Option<Untrusted<String>>,
    /// What Azure recommends.
    recommendation: Option<Untrusted<String>>,
    /// The vault's name.
    vault: Untrusted<String>,
}

/// Something that Site Recovery noticed.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Event {
    /// When.
    at: String,
    /// `Critical`, `Warning` or `OK`.
    severity: Untrusted<String>,
    /// The machine, plan or server.
    target: Untrusted<String>,
    /// What.
    description: Untrusted<String>,
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
        let (mut jobs, mut events) = read(cx, &vaults).await?;
        let within = |text: &str| {
            rows::instant(text).is_some_and(|at: Timestamp| at >= range.start && at < range.end)
        };
        let target = given(input.target.as_ref()).map(str::to_lowercase);
        let named = |name: &Untrusted<String>| {
            target.as_ref().is_none_or(|part| name.as_str().to_lowercase().contains(part))
        };
        jobs.retain(|job| within(&job.started_at) && named(&job.target) && job.fits(input.state));
        events.retain(|event| within(&event.at) && named(&event.target));
        jobs.sort_by(|a, b| {
            (!a.failed()).cmp(&!b.failed()).then_with(|| b.started_at.cmp(&a.started_at))
        });
        events.sort_by(|a, b| a.rank().cmp(&b.rank()).then_with(|| b.at.cmp(&a.at)));
        let (total, total_events) = (jobs.len() as u64, events.len() as u64);
        let failed = jobs.iter().filter(|job| job.failed()).count() as u64;
        jobs.truncate(limit);
        events.truncate(limit);
        let asked = Untrusted::new(&range.in_words(cx.moment()));
        Ok(Output { total, failed, jobs, total_events, events, asked })
    }
}

/// Jobs and events of each vault; one that fails is in the coverage.
async fn read(cx: &ReadContext, vaults: &[String]) -> Result<(Vec<Job>, Vec<Event>), ToolError> {
    let (mut jobs, mut events) = (Vec::new(), Vec::new());
    let mut first_error = None;
    for vault in vaults {
        let name = vault.rsplit('/').next().unwrap_or_default();
        match listed(cx, vault, ("/replicationJobs", JOBS_ACTION)).await {
            Ok(rows) => {
                cx.read_at(vault);
                let read = rows.iter().filter_map(|row| Job::of(Row::of(row)?, name));
                jobs.extend(read);
            }
            Err(error) => {
                cx.failed(vault, &error);
                first_error.get_or_insert(error);
                continue;
            }
        }
        match listed(cx, vault, ("/replicationEvents", EVENTS_ACTION)).await {
            Ok(rows) => {
                events.extend(rows.iter().filter_map(|row| Event::of(Row::of(row)?, name)));
            }
            Err(error) => cx.part_failed(vault, "replication events", &error),
        }
    }
    match first_error {
        Some(error) if jobs.is_empty() && events.is_empty() => Err(error),
        Some(_) | None => Ok((jobs, events)),
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

impl Job {
    fn of(row: Row<'_>, vault: &str) -> Option<Self> {
        let said =
            |key: &str| row.text(&format!("properties.{key}")).map(|text| Untrusted::new(&text));
        let unknown = || Untrusted::new("unknown");
        let errors = row.list("properties.errors");
        let error =
            errors.iter().filter_map(Row::of).find_map(|error| error.value("serviceErrorDetails"));
        let error = error.and_then(Row::of);
        let of_error = |key| error.and_then(|row| row.text(key)).map(|text| Untrusted::new(&text));
        let tasks = row.list("properties.tasks");
        let failed = tasks.iter().filter_map(Row::of).find(|task| {
            task.text("state").is_some_and(|state| state.eq_ignore_ascii_case("Failed"))
        });
        let message = match (of_error("message"), of_error("possibleCauses")) {
            (Some(message), Some(causes)) => {
                Some(Untrusted::new(&format!("{} {}", message.as_str(), causes.as_str())))
            }
            (message, causes) => message.or(causes),
        };
        Some(Self {
            id: row.text("id")?,
            scenario: said("scenarioName").unwrap_or_else(unknown),
            state: said("state").unwrap_or_else(unknown),
            target: said("targetObjectName").unwrap_or_else(unknown),
            started_at: row.instant("properties.startTime")?.to_string(),
            ended_at: row.instant("properties.endTime").map(|at| at.to_string()),
            failed_step: failed
                .and_then(|task| task.text("friendlyName"))
                .map(|text| Untrusted::new(&text)),
            error: message,
            recommendation: of_error("recommendedAction"),
            vault: Untrusted::new(vault),
        })
    }

    fn failed(&self) -> bool {
        self.state.as_str().eq_ignore_ascii_case("Failed")
    }

    fn fits(&self, state: Option<State>) -> bool {
        let is = |word: &str| self.state.as_str().eq_ignore_ascii_case(word);
        match state {
            None => true,
            Some(State::Failed) => self.failed(),
            Some(State::InProgress) => is("InProgress") || is("NotStarted") || is("Suspended"),
        }
    }
}

impl Event {
    fn of(row: Row<'_>, vault: &str) -> Option<Self> {
        let said =
            |key: &str| row.text(&format!("properties.{key}")).map(|text| Untrusted::new(&text));
        let errors = row.list("properties.healthErrors");
        let advice =
            errors.iter().filter_map(Row::of).find_map(|error| error.text("recommendedAction"));
        Some(Self {
            at: row.instant("properties.timeOfOccurrence")?.to_string(),
            severity: said("severity").unwrap_or_else(|| Untrusted::new("Unknown")),
            target: said("affectedObjectFriendlyName").unwrap_or_else(|| Untrusted::new("unknown")),
            description: said("description")?,
            recommendation: advice.map(|text| Untrusted::new(&text)),
            vault: Untrusted::new(vault),
        })
    }

    /// Critical before warnings before the rest.
    fn rank(&self) -> u8 {
        match self.severity.as_str().to_ascii_lowercase().as_str() {
            "critical" => 0,
            "warning" => 1,
            _ => 2,
        }
    }
}
