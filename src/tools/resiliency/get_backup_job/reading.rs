//! How a backup job is found, and what was before it.

use jiff::{Timestamp, ToSpan};
use serde_json::Value;
use uuid::Uuid;

use super::{Change, EVENTS_ACTION, Input, Step};
use crate::{
    azure::{ApiVersion, ResourceId, kql_literal::Literal},
    tools::{
        arguments::given,
        context::{FilteredRead, ListRead, Pages, ReadContext, Subscription, Visible},
        error::ToolError,
        resiliency::{
            jobs::{self, JOBS, JOBS_ACTION, Job},
            table::{Asked, Table, vault_id},
        },
        rows::{self, Row},
        untrusted::{Untrusted, cut},
    },
};

/// Jobs of one item that are looked back over.
const MAX_PAST: usize = 200;
const MAX_CHANGES: usize = 10;
const MAX_FACTS: usize = 12;

/// Finds the job by id, or the last failed one of a resource.
pub(super) async fn find(
    cx: &ReadContext,
    (visible, over): (&Visible, &[Subscription]),
    input: &Input,
) -> Result<Job, ToolError> {
    let mut table = Table::of(cx, over, JOBS);
    let asked =
        Asked { vault: input.vault.as_ref(), resource: input.resource.as_ref(), group: None };
    table.keep(asked).await?;
    match (given(input.job.as_ref()), given(input.resource.as_ref())) {
        (Some(job), _) => by_id(&mut table, job)?,
        (None, Some(_)) => {}
        (None, None) => {
            return Err(ToolError::wrong(
                "job",
                "give the id of a job, or `resource` for its last",
            ));
        }
    }
    let (found, _) = jobs::listed(&table, (cx, visible), 1).await?;
    let Some(job) = found.into_iter().next() else {
        table.check_rights(JOBS_ACTION).await?;
        return Err(ToolError::wrong(
            if input.job.is_some() { "job" } else { "resource" },
            "there is no such backup job in scope; list_backup_jobs has the ids",
        ));
    };
    Ok(job)
}

fn by_id(table: &mut Table<'_>, job: &str) -> Result<(), ToolError> {
    let job = job.trim_matches('`').trim_end_matches('/');
    let last = job.rsplit('/').next().unwrap_or(job);
    if job.starts_with('/') {
        ResourceId::parse(job).map_err(|error| ToolError::wrong("job", error.to_string()))?;
        let id = Literal::Text(job.to_owned());
        table.step("| where id =~ {{jobId}}", &[("jobId", id)]);
        return Ok(());
    }
    if Uuid::try_parse(last).is_err() {
        return Err(ToolError::wrong(
            "job",
            "the id of a job is a GUID or an ARM id; for the last job of something give `resource`",
        ));
    }
    table.step("| where name =~ {{jobName}}", &[("jobName", Literal::Text(last.to_owned()))]);
    Ok(())
}

/// What a single job has beyond its row.
#[derive(Debug, Default)]
pub(super) struct Details {
    pub(super) steps: Vec<Step>,
    pub(super) cause: Option<Untrusted<String>>,
    pub(super) facts: Vec<Untrusted<String>>,
}

/// The details of a job; without them the row is still an answer.
pub(super) async fn details(cx: &ReadContext, job: &Job) -> Details {
    let Some((vault, below)) = job.id.split_at_checked(vault_id(&job.id).len()) else {
        return Details::default();
    };
    let list = ListRead {
        scope: vault,
        below,
        version: ApiVersion::new("2024-04-01"),
        action: JOBS_ACTION,
        pages: Pages::First,
    };
    // A job may not say what it is of: then its vault is what the boundary is asked about.
    let within = if job.resource_id.is_empty() { vault } else { &job.resource_id };
    match cx.object_within(&FilteredRead { list, within, query: &[] }).await {
        Ok(answer) => Details::of(&answer),
        Err(error) => {
            cx.part_failed(vault, "the steps of the job", &error);
            Details::default()
        }
    }
}

impl Details {
    fn of(answer: &Value) -> Self {
        let Some(row) = Row::of(answer) else { return Self::default() };
        let mut steps = row.list("properties.extendedInfo.tasksList");
        if steps.is_empty() {
            steps = row.list("properties.extendedInfo.subTasks");
        }
        let steps = steps.iter().filter_map(|step| {
            let step = Row::of(step)?;
            let name = step.text("taskId").filter(|name| name.parse::<u64>().is_err());
            let name = name.or_else(|| step.text("taskName"))?;
            let status = step.text("status").or_else(|| step.text("taskStatus"))?;
            Some(Step { name: Untrusted::new(&name), status: Untrusted::new(&status) })
        });
        let bag = row.value("properties.extendedInfo.propertyBag");
        let bag = bag.or_else(|| row.value("properties.extendedInfo.additionalDetails"));
        let bag = bag.and_then(Value::as_object).into_iter().flatten();
        let facts = bag.filter_map(|(name, value)| {
            let value = value.as_str()?;
            Some(Untrusted::new(&format!("{}: {}", cut(name, 60), cut(value, 120))))
        });
        Self {
            steps: steps.collect(),
            cause: row
                .text("properties.extendedInfo.dynamicErrorMessage")
                .map(|text| Untrusted::new(&text)),
            facts: facts.take(MAX_FACTS).collect(),
        }
    }
}

/// How the jobs of the same item went before.
#[derive(Debug, Default)]
pub(super) struct Past {
    pub(super) failed_in_a_row: u64,
    pub(super) failing_since: Option<Timestamp>,
    pub(super) last_good: Option<Timestamp>,
}

/// The jobs of the item up to this one.
pub(super) async fn past(
    cx: &ReadContext,
    (visible, over): (&Visible, &[Subscription]),
    job: &Job,
) -> Result<Past, ToolError> {
    let Some(started) = job.started_at.as_deref().and_then(rows::instant) else {
        return Ok(Past::default());
    };
    let mut table = Table::of(cx, over, JOBS);
    let values = [
        ("target", Literal::Text(job.resource_id.clone())),
        ("item", Literal::Text(job.item.as_str().to_owned())),
        ("until", Literal::Instant(started)),
    ];
    table.step(
        "| where target =~ {{target}} and friendly =~ {{item}} and at <= {{until}} and operation =~ 'Backup'",
        &values,
    );
    let mut past = Past::default();
    for one in jobs::newest(&table, (cx, visible), MAX_PAST).await? {
        let at = one.started_at.as_deref().and_then(rows::instant);
        if !one.failed() {
            past.last_good = at;
            break;
        }
        past.failed_in_a_row += 1;
        past.failing_since = at.or(past.failing_since);
    }
    Ok(past)
}

/// Other items that failed by the same error in the last 7 days.
pub(super) async fn others(
    cx: &ReadContext,
    over: &[Subscription],
    job: &Job,
) -> Result<u64, ToolError> {
    let Some(code) = job.error_code.as_ref().filter(|_| job.failed()) else { return Ok(0) };
    let mut table = Table::of(cx, over, JOBS);
    let since = cx.now().checked_sub((7 * 24).hours()).unwrap_or(cx.now());
    let values =
        [("code", Literal::Text(code.as_str().to_owned())), ("since", Literal::Instant(since))];
    table.step("| where status =~ 'Failed' and code =~ {{code}} and at >= {{since}}", &values);
    let found = jobs::reasons(&table).await?;
    Ok(found.first().map_or(0, |one| one.items.saturating_sub(1)))
}

/// What was changed in the vault between two instants; extra, so a failure is in the coverage.
pub(super) async fn changes(
    cx: &ReadContext,
    job: &Job,
    (from, to): (Timestamp, Timestamp),
) -> Vec<Change> {
    let vault = vault_id(&job.id);
    let Some(group) =
        ResourceId::parse(&vault).ok().and_then(|id| id.resource_group().map(str::to_owned))
    else {
        return Vec::new();
    };
    let scope = vault.split('/').take(3).collect::<Vec<_>>().join("/");
    let filter = format!(
        "eventTimestamp ge '{from}' and eventTimestamp le '{to}' and resourceGroupName eq '{}'",
        group.replace('\'', "''")
    );
    let list = ListRead {
        scope: &scope,
        below: "/providers/Microsoft.Insights/eventtypes/management/values",
        version: ApiVersion::new("2015-04-01"),
        action: EVENTS_ACTION,
        pages: Pages::All,
    };
    let query = [("$filter", filter)];
    let read = FilteredRead { list, within: &job.resource_id, query: &query };
    let rows = match cx.list_within(&read).await {
        Ok(listed) => listed.rows,
        Err(error) => {
            cx.part_failed(&scope, "changes before the first failure", &error);
            return Vec::new();
        }
    };
    let mut changes: Vec<Change> =
        rows.into_iter().filter_map(|row| Change::of(&Value::Object(row), &vault)).collect();
    changes.sort_by(|a, b| b.at.cmp(&a.at));
    changes.dedup_by(|a, b| a.operation == b.operation && a.resource_id == b.resource_id);
    changes.truncate(MAX_CHANGES);
    changes
}

impl Change {
    /// A write to the vault or a part of it that succeeded.
    fn of(value: &Value, vault: &str) -> Option<Self> {
        let row = Row::of(value)?;
        let id = row.text("resourceId")?;
        let inside = id.to_ascii_lowercase().starts_with(&vault.to_ascii_lowercase());
        let operation = row.text("operationName.value").or_else(|| row.text("operationName"))?;
        let lower = operation.to_ascii_lowercase();
        let is_change = lower.ends_with("/write") || lower.ends_with("/delete");
        let status = row.text("status.value").or_else(|| row.text("status")).unwrap_or_default();
        let succeeded = status.eq_ignore_ascii_case("Succeeded");
        (inside && is_change && succeeded).then_some(())?;
        Some(Self {
            at: row.instant("eventTimestamp")?.to_string(),
            by: Untrusted::new(&row.text("caller").unwrap_or_else(|| "unknown".to_owned())),
            operation: cut(&operation, 160).into_owned(),
            resource_id: cut(&id, 1024).into_owned(),
        })
    }
}
