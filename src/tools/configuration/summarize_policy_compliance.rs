//! `summarize_policy_compliance`: how many resources fulfil the policies that reach them, over all
//! and by assignment, policy, group, subscription or type.
//!
//! Owns the counting: a resource counts once, as the worst of its states. Table
//! `policyresources`, the same figures as `PolicyStates_SummarizeForSubscription`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::policy_states::{Names, Narrowed, STATES_ACTION, rows};
use crate::{
    protocol::Pillar,
    tools::{
        arguments::{given, group_given},
        context::{GRAPH_ACTION, ReadContext},
        error::ToolError,
        rows::Row,
        tool::{RbacAction, Tool},
        untrusted::Untrusted,
    },
};

mod telling;

/// Summarizes policy compliance.
#[derive(Clone, Copy, Debug)]
pub struct SummarizePolicyCompliance;

const MAX_PARTS: usize = 200;

/// The arguments.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Input {
    /// What to count by. Default assignment.
    #[serde(default)]
    by: By,
    /// Only this assignment: its name or part of its title.
    assignment: Option<String>,
    /// Only this policy: its name or part of its title.
    policy: Option<String>,
    /// Only this resource group.
    resource_group: Option<String>,
    /// Subscription name or id. Default all in scope.
    subscription: Option<String>,
}

/// What compliance is counted by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
enum By {
    #[default]
    Assignment,
    Policy,
    ResourceGroup,
    Subscription,
    ResourceType,
}

/// The result.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    /// Over all resources.
    overall: Counts,
    /// What the parts are.
    by: By,
    /// The parts, most non-compliant resources first.
    parts: Vec<Part>,
    /// How many parts there are.
    total: u64,
    /// What was asked for, in words.
    asked: Untrusted<String>,
}

/// Resources by their worst state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Counts {
    /// All that a policy reaches.
    resources: u64,
    /// Those that break a policy.
    noncompliant: u64,
    /// Those that fulfil every policy.
    compliant: u64,
    /// Those that are exempt.
    exempt: u64,
}

/// A part.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Part {
    /// What it is called.
    name: Untrusted<String>,
    /// The ARM id of the assignment or policy, the name of the group, the id of the subscription,
    /// or the type.
    key: String,
    /// Its resources.
    #[serde(flatten)]
    counts: Counts,
}

impl Tool for SummarizePolicyCompliance {
    const NAME: &'static str = "summarize_policy_compliance";
    const TITLE: &'static str = "Summarize policy compliance";
    const PILLAR: Pillar = Pillar::Configuration;
    const DESCRIPTION: &'static str = "Summarizes Azure Policy compliance: compliant, \
        non-compliant and exempt resources, by assignment, policy, resource group, subscription or \
        type, worst first.";
    const ASKS: &'static [&'static str] = &[
        "What is our policy compliance?",
        "How compliant are we with Azure Policy?",
        "Policy compliance by subscription",
        "Which policy assignments have the most non-compliant resources?",
        "Which policies are violated most?",
        "Compliance percentage of the baseline initiative",
        "Which resource groups are least compliant with policy?",
        "Give me the Azure Policy overview",
    ];
    const ACTIONS: &'static [RbacAction] = &[STATES_ACTION, GRAPH_ACTION];
    type Input = Input;
    type Output = Output;

    async fn call(&self, cx: &ReadContext, input: Input) -> Result<Output, ToolError> {
        let visible = cx.subscriptions().await?;
        let over = visible.select(cx.bounds(), &input.subscription)?;
        let narrowed = Narrowed {
            assignment: given(input.assignment.as_deref()),
            definition: given(input.policy.as_deref()),
            group: group_given(input.resource_group.as_deref()),
            ..Narrowed::default()
        };
        let rest = format!("{ONE} by resourceId\n{COUNTED}");
        let (all, _) = rows(cx, &over, &narrowed, (&rest, 1)).await?;
        let overall = all.first().and_then(Row::of).map(counts).unwrap_or_default();
        if overall.resources == 0 {
            cx.check_allowed(&over, STATES_ACTION).await?;
        }
        let rest = format!(
            "| extend key = {}\n{ONE} by key, resourceId\n{COUNTED} by key\n\
             | order by noncompliant desc, resources desc, key asc",
            input.by.column()
        );
        let (found, total) = rows(cx, &over, &narrowed, (&rest, MAX_PARTS)).await?;
        let keys = found.iter().filter_map(|row| Row::of(row)?.text("key")).collect();
        let names = match input.by {
            By::Assignment | By::Policy => Names::read(cx, &over, keys).await?,
            By::ResourceGroup | By::Subscription | By::ResourceType => Names::default(),
        };
        let part = |row: &Value| {
            let row = Row::of(row)?;
            let key = row.text("key").unwrap_or_default();
            let name = match input.by {
                By::Subscription => visible.name_of(&key),
                By::ResourceGroup if key.is_empty() => Untrusted::new("(subscriptions themselves)"),
                By::ResourceGroup | By::ResourceType => Untrusted::new(&key),
                By::Assignment | By::Policy => names.of(&key).title,
            };
            Some(Part { name, key, counts: counts(row) })
        };
        let parts = found.iter().filter_map(part).collect();
        Ok(Output { overall, by: input.by, parts, total, asked: asked(&narrowed) })
    }
}

/// A resource is as good as the worst of its states.
const ONE: &str = "| summarize worst = max(weight)";
const COUNTED: &str = "| summarize resources = count(), noncompliant = countif(worst == 300), \
    compliant = countif(worst == 200), exempt = countif(worst == 50)";

impl By {
    const fn column(self) -> &'static str {
        match self {
            Self::Assignment => "assignmentId",
            Self::Policy => "definitionId",
            Self::ResourceGroup => "tolower(resourceGroup)",
            Self::Subscription => "subscriptionId",
            Self::ResourceType => "tolower(tostring(properties.resourceType))",
        }
    }

    const fn noun(self) -> &'static str {
        match self {
            Self::Assignment => "assignment",
            Self::Policy => "policy",
            Self::ResourceGroup => "resource group",
            Self::Subscription => "subscription",
            Self::ResourceType => "resource type",
        }
    }
}

fn counts(row: Row<'_>) -> Counts {
    let count = |key| row.count(key).unwrap_or(0);
    Counts {
        resources: count("resources"),
        noncompliant: count("noncompliant"),
        compliant: count("compliant"),
        exempt: count("exempt"),
    }
}

fn asked(narrowed: &Narrowed<'_>) -> Untrusted<String> {
    let words = [
        narrowed.assignment.map(|name| format!("of assignments called `{name}`")),
        narrowed.definition.map(|name| format!("of policies called `{name}`")),
        narrowed.group.map(|name| format!("in `{name}`")),
    ];
    Untrusted::new(&words.into_iter().flatten().collect::<Vec<_>>().join(" "))
}
