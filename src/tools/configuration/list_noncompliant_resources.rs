//! `list_noncompliant_resources`: which resources break which policy, and why.
//!
//! Owns the reasons: the message of the assignment or the demand of the policy for each, and for
//! one resource the comparisons of the evaluation (`PolicyStates_ListQueryResultsForResource`,
//! 2024-10-01, with `PolicyEvaluationDetails`). Table `policyresources`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::policy_states::{Names, Narrowed, STATES_ACTION, rows};
use crate::{
    protocol::Pillar,
    tools::{
        arguments::{given, group_given, limit_of},
        context::{GRAPH_ACTION, ReadContext},
        error::ToolError,
        rows::Row,
        scope::{look_up, resource_types},
        tool::{RbacAction, Tool},
        untrusted::Untrusted,
    },
};

mod reasons;
mod telling;

/// Lists resources that break a policy.
#[derive(Clone, Copy, Debug)]
pub struct ListNoncompliantResources;

const LIMITS: (u32, u32) = (50, 200);

/// The arguments.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Input {
    /// Only one resource, by name or ARM id; tells what was compared with what.
    resource: Option<String>,
    /// Only this policy: its name or part of its title, e.g. `tag`.
    policy: Option<String>,
    /// Only this assignment: its name or part of its title.
    assignment: Option<String>,
    /// Only this resource type, e.g. `vm`.
    resource_type: Option<String>,
    /// Only this resource group.
    resource_group: Option<String>,
    /// Subscription name or id. Default all in scope.
    subscription: Option<String>,
    /// Rows at most, 1 to 200. Default 50.
    limit: Option<u32>,
}

/// The result.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    /// How many pairs of resource and policy there are.
    total: u64,
    /// How many resources are in them.
    resource_count: u64,
    /// How many policies are in them.
    policy_count: u64,
    /// The pairs: the policies with most resources first.
    violations: Vec<Violation>,
    /// What was asked for, in words.
    asked: Untrusted<String>,
}

/// A resource that breaks a policy.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Violation {
    /// The ARM id of the resource.
    resource_id: String,
    /// Its name.
    resource: Untrusted<String>,
    /// Its ARM type.
    resource_type: String,
    /// Its resource group.
    resource_group: Untrusted<String>,
    /// What the policy is called.
    policy: Untrusted<String>,
    /// The ARM id of the policy.
    policy_id: String,
    /// What the assignment is called.
    assignment: Untrusted<String>,
    /// What the policy does: `audit`, `deny`, …
    effect: String,
    /// Why the resource breaks it.
    reason: Untrusted<String>,
    /// When that was found.
    evaluated_at: Option<String>,
}

impl Tool for ListNoncompliantResources {
    const NAME: &'static str = "list_noncompliant_resources";
    const TITLE: &'static str = "List non-compliant resources";
    const PILLAR: Pillar = Pillar::Configuration;
    const DESCRIPTION: &'static str = "Lists resources that break an Azure Policy and why, by \
        policy, assignment, resource, type or group.";
    const ASKS: &'static [&'static str] = &[
        "Which resources are not compliant with policy?",
        "List non-compliant resources",
        "Why is this resource non-compliant?",
        "Which resources violate the allowed locations policy?",
        "Which resources lack the required tags by policy?",
        "Show policy violations in a resource group",
        "Which storage accounts break a policy?",
    ];
    const ACTIONS: &'static [RbacAction] = &[STATES_ACTION, GRAPH_ACTION];
    type Input = Input;
    type Output = Output;

    async fn call(&self, cx: &ReadContext, input: Input) -> Result<Output, ToolError> {
        let limit = limit_of(input.limit, LIMITS)?;
        let visible = cx.subscriptions().await?;
        let over = visible.select(cx.bounds(), &input.subscription)?;
        let resource = match given(input.resource.as_deref()) {
            Some(word) => Some(look_up::id_of(cx, "resource", word).await?),
            None => None,
        };
        let kind = given(input.resource_type.as_deref()).map(type_of).transpose()?;
        let narrowed = Narrowed {
            assignment: given(input.assignment.as_deref()),
            definition: given(input.policy.as_deref()),
            group: group_given(input.resource_group.as_deref()),
            kind,
            resource,
        };
        let (counted, _) = rows(cx, &over, &narrowed, (COUNTED, 1)).await?;
        let counted = counted.first().and_then(Row::of);
        let count = |key| counted.and_then(|row| row.count(key)).unwrap_or(0);
        let (total, resource_count, policy_count) =
            (count("total"), count("resources"), count("policies"));
        if total == 0 {
            cx.check_allowed(&over, STATES_ACTION).await?;
        }
        let rest = format!("{LISTED}\n| take {limit}");
        let (found, _) = rows(cx, &over, &narrowed, (&rest, limit)).await?;
        let ids = found.iter().filter_map(Row::of).flat_map(|row| {
            [row.text("assignmentId"), row.text("definitionId")].into_iter().flatten()
        });
        let names = Names::read(cx, &over, ids.collect()).await?;
        let mut violations: Vec<Violation> =
            found.iter().filter_map(|row| Violation::of(Row::of(row)?, &names)).collect();
        if let Some(resource) = &narrowed.resource {
            reasons::explain(cx, resource, &mut violations).await;
        }
        let asked = asked(&narrowed);
        Ok(Output { total, resource_count, policy_count, violations, asked })
    }
}

const COUNTED: &str = "| where weight == 300\n\
    | summarize total = count(), resources = dcount(resourceId), policies = dcount(definitionId)";

const LISTED: &str = "| where weight == 300\n\
    | project resourceId, assignmentId, definitionId, resourceGroup, \
    resourceType = tostring(properties.resourceType), effect = tostring(properties.policyDefinitionAction), \
    evaluatedAt = tostring(properties.timestamp)\n\
    | order by definitionId asc, resourceId asc";

fn type_of(words: &str) -> Result<String, ToolError> {
    resource_types::type_of(words).ok_or_else(|| {
        ToolError::wrong("resourceType", "no such type is known by that word; give the ARM type")
    })
}

fn asked(narrowed: &Narrowed<'_>) -> Untrusted<String> {
    let last = |id: &str| id.rsplit('/').next().unwrap_or(id).to_owned();
    let words = [
        narrowed.definition.map(|name| format!("of policies called `{name}`")),
        narrowed.assignment.map(|name| format!("of assignments called `{name}`")),
        narrowed.kind.as_ref().map(|kind| format!("of type `{kind}`")),
        narrowed.group.map(|name| format!("in `{name}`")),
        narrowed.resource.as_deref().map(|id| format!("on `{}`", last(id))),
    ];
    Untrusted::new(&words.into_iter().flatten().collect::<Vec<_>>().join(" "))
}

impl Violation {
    fn of(row: Row<'_>, names: &Names) -> Option<Self> {
        let resource_id = row.text("resourceId")?;
        let policy_id = row.text("definitionId").unwrap_or_default();
        let assignment = names.of(&row.text("assignmentId").unwrap_or_default());
        let policy = names.of(&policy_id);
        // What the assignment says is about the case at hand; an initiative's is about many.
        let reason = match policy.text.is_empty() {
            false => policy.text,
            true => assignment.text,
        };
        Some(Self {
            resource: Untrusted::new(resource_id.rsplit('/').next().unwrap_or_default()),
            resource_type: row.text("resourceType").unwrap_or_default(),
            resource_group: Untrusted::new(&row.text("resourceGroup").unwrap_or_default()),
            policy: policy.title,
            policy_id,
            assignment: assignment.title,
            effect: row.text("effect").unwrap_or_default(),
            reason,
            evaluated_at: row.instant("evaluatedAt").map(|at| at.to_string()),
            resource_id,
        })
    }
}
