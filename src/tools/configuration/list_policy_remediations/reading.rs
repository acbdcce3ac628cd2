//! Reading remediation tasks and their failed deployments.

use serde_json::Value;

use super::{DEPLOYMENTS_ACTION, Failure, TASKS_ACTION, Task};
use crate::{
    azure::ApiVersion,
    tools::{
        context::{FilteredRead, ListRead, Operation, Pages, ReadContext, Subscription},
        error::ToolError,
        rows::Row,
        untrusted::Untrusted,
    },
};

const VERSION: ApiVersion = ApiVersion::new("2024-10-01");
/// Tasks whose failed deployments are looked at.
const EXPLAINED: usize = 4;
/// Failed deployments kept of a task.
const MAX_FAILURES: usize = 10;

/// The tasks of subscriptions: failed ones first, then those that run, then the latest.
pub(super) async fn tasks(cx: &ReadContext, over: &[Subscription]) -> Result<Vec<Task>, ToolError> {
    let operation = Operation {
        below: "/providers/Microsoft.PolicyInsights/remediations",
        version: VERSION,
        action: TASKS_ACTION,
        pages: Pages::All,
    };
    let read = cx.list_each(over, operation).await?;
    let mut tasks: Vec<Task> = Vec::new();
    for (subscription, rows) in read {
        for fields in rows {
            let value = Value::Object(fields);
            tasks.extend(Row::of(&value).and_then(|row| Task::of(row, subscription)));
        }
    }
    tasks.sort_by_key(|task| {
        let rank = (!task.has_failed(), !task.is_running());
        (rank, std::cmp::Reverse(task.updated_at.clone()), task.id.clone())
    });
    Ok(tasks)
}

impl Task {
    fn of(row: Row<'_>, subscription: &Subscription) -> Option<Self> {
        let property = |key: &str| row.text(&format!("properties.{key}"));
        let count =
            |key: &str| row.count(&format!("properties.deploymentStatus.{key}")).unwrap_or(0);
        let instant =
            |key: &str| row.instant(&format!("properties.{key}")).map(|at| at.to_string());
        let assignment = property("policyAssignmentId").unwrap_or_default();
        Some(Self {
            id: row.text("id")?,
            name: Untrusted::new(&row.text("name").unwrap_or_default()),
            state: property("provisioningState").unwrap_or_else(|| "Unknown".to_owned()),
            assignment: Untrusted::new(assignment.rsplit('/').next().unwrap_or_default()),
            policy: property("policyDefinitionReferenceId").map(|text| Untrusted::new(&text)),
            deployments: count("totalDeployments"),
            succeeded: count("successfulDeployments"),
            failed: count("failedDeployments"),
            message: property("statusMessage").map(|text| Untrusted::new(&text)),
            created_at: instant("createdOn"),
            updated_at: instant("lastUpdatedOn"),
            subscription: subscription.name.clone(),
            failures: Vec::new(),
        })
    }
}

/// Puts the errors of failed deployments into the first tasks that have some. They are an extra:
/// what cannot be read is in the coverage.
pub(super) async fn failures(cx: &ReadContext, tasks: &mut [Task]) {
    for task in tasks.iter_mut().filter(|task| task.has_failed()).take(EXPLAINED) {
        let id = task.id.clone();
        let list = ListRead {
            scope: &id,
            below: "/listDeployments",
            version: VERSION,
            action: DEPLOYMENTS_ACTION,
            pages: Pages::First,
        };
        let read = FilteredRead { list, within: &id, query: &[] };
        match cx.post_list_within(&read).await {
            Ok(listed) => {
                let failures = listed.rows.into_iter().filter_map(|fields| {
                    let value = Value::Object(fields);
                    Row::of(&value).and_then(Failure::of)
                });
                task.failures = failures.take(MAX_FAILURES).collect();
            }
            Err(error) => cx.part_failed(&id, "the failed deployments", &error),
        }
    }
}

impl Failure {
    fn of(row: Row<'_>) -> Option<Self> {
        let failed = row.text("status").is_some_and(|own| own.eq_ignore_ascii_case("Failed"));
        if !failed {
            return None;
        }
        Some(Self {
            resource_id: row.text("remediatedResourceId")?,
            code: row.text("error.code").map(|text| Untrusted::new(&text)),
            message: row.text("error.message").map(|text| Untrusted::new(&text)),
        })
    }
}
