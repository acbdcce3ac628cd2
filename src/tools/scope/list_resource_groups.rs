//! `list_resource_groups`: which resource groups there are, and how much is in each.
//!
//! Owns one Resource Graph query that counts the resources of every group. Where the identity may
//! see groups but not resources, nothing is counted rather than zero.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    azure::kql_literal::Literal,
    protocol::Pillar,
    tools::{
        arguments::{given, limit_of},
        context::{GRAPH_ACTION, GraphRead, RESOURCES_ACTION, ReadContext, Subscription, Visible},
        error::ToolError,
        rows::Row,
        tool::{RbacAction, Tool},
        untrusted::{Untrusted, cut},
    },
};

mod telling;

/// Lists resource groups.
#[derive(Clone, Copy, Debug)]
pub struct ListResourceGroups;

const LIMITS: (u32, u32) = (100, 1_000);
const GROUPS_ACTION: &str = "Microsoft.Resources/subscriptions/resourceGroups/read";

const GROUPS: &str = "\
| where type =~ 'microsoft.resources/subscriptions/resourcegroups'
";
const COUNTED: &str = "\
| extend groupKey = tolower(name)
| join kind=leftouter (
    resources
    | summarize held = count() by subscriptionId, groupKey = tolower(resourceGroup)
  ) on subscriptionId, groupKey
| extend resources = iff(isnull(held), 0, held)
";
const PROJECTION: &str = "\
| project id, name, subscriptionId, location, tags, managedBy, resources,
    state = tostring(properties.provisioningState)
| order by resources desc, name asc, id asc";

/// The arguments: all that are given must fit.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Input {
    /// Part of the group's name, in any case.
    name: Option<String>,
    /// Subscription name or id.
    subscription: Option<String>,
    /// Azure region, e.g. `West Europe`.
    location: Option<String>,
    /// Only groups without resources.
    empty_only: Option<bool>,
    /// Groups at most, 1 to 1000. Default 100; the total is counted anyway.
    limit: Option<u32>,
}

/// The result.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    /// How many groups fit.
    total: u64,
    /// The groups, the one with most resources first.
    groups: Vec<Group>,
    /// What was asked for, in words.
    asked: Untrusted<String>,
}

/// A resource group.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Group {
    /// The ARM id.
    id: String,
    /// The name.
    name: Untrusted<String>,
    /// The region that its own record is kept in.
    location: Option<String>,
    /// Resources in it; absent where they may not be seen.
    resources: Option<u64>,
    /// The provisioning state.
    state: Option<String>,
    /// The ARM id of what made it and keeps it, where something does.
    managed_by: Option<Untrusted<String>>,
    /// The id of the subscription.
    subscription_id: String,
    /// The name of the subscription.
    subscription: Untrusted<String>,
    /// The tags.
    tags: Value,
}

impl Tool for ListResourceGroups {
    const NAME: &'static str = "list_resource_groups";
    const TITLE: &'static str = "List resource groups";
    const PILLAR: Pillar = Pillar::Scope;
    const DESCRIPTION: &'static str = "Lists and counts resource groups with region, tags and the \
        number of resources in each; finds empty ones.";
    const ASKS: &'static [&'static str] = &[
        "List all resource groups in my subscription",
        "Show me the resource groups in my subscription",
        "Which resource groups are there in production?",
        "Names of our resource groups",
        "Which resource groups are empty?",
        "How many resource groups do I have?",
        "Biggest resource groups by number of resources",
        "Resource groups in West Europe",
    ];
    const ACTIONS: &'static [RbacAction] = &[GROUPS_ACTION, GRAPH_ACTION];
    type Input = Input;
    type Output = Output;

    async fn call(&self, cx: &ReadContext, input: Input) -> Result<Output, ToolError> {
        let limit = limit_of(input.limit, LIMITS)?;
        let visible = cx.subscriptions().await?;
        let over = visible.select(cx.bounds(), &input.subscription)?;
        let (template, values, asked) = filter(&input);
        let text = cx.query(("resourcecontainers", &over), &template, &values)?;
        let read = GraphRead { text, over: &over, max_rows: limit };
        let all = format!("resourcecontainers\n{GROUPS}");
        // Always asked, so that what a question costs does not depend on how many rows fit.
        let (answer, with_rows) = tokio::try_join!(cx.graph(&read), cx.with_rows(&over, &all))?;
        let rows: Vec<Value> = answer.rows.into_iter().map(Value::Object).collect();
        let mut groups: Vec<Group> =
            rows.iter().filter_map(|row| Group::of(Row::of(row)?, visible)).collect();
        cx.skipped("/", rows.len() - groups.len());
        cx.check_without_rows(&over, &with_rows, GROUPS_ACTION).await?;
        forget_what_may_not_be_counted(cx, &over, &mut groups).await;
        let total = answer.total.unwrap_or(0).max(groups.len() as u64);
        Ok(Output { total, groups, asked: Untrusted::new(&asked) })
    }
}

/// The query for the arguments, its values, and the arguments in words.
fn filter(input: &Input) -> (String, Vec<(&'static str, Literal)>, String) {
    let mut template = GROUPS.to_owned();
    let mut values = Vec::new();
    let mut asked: Vec<String> = Vec::new();
    if let Some(name) = given(input.name.as_ref()) {
        template.push_str("| where name contains {{name}}\n");
        asked.push(format!("named like `{}`", cut(name, 80)));
        values.push(("name", Literal::Text(name.to_owned())));
    }
    if let Some(location) = given(input.location.as_ref()) {
        let place: String = location.split_whitespace().collect::<String>().to_lowercase();
        template.push_str("| where location =~ {{location}}\n");
        asked.push(format!("in `{}`", cut(&place, 80)));
        values.push(("location", Literal::Text(place)));
    }
    template.push_str(COUNTED);
    if input.empty_only == Some(true) {
        template.push_str("| where resources == 0\n");
        asked.push("without resources".to_owned());
    }
    template.push_str(PROJECTION);
    (template, values, asked.join(" "))
}

/// A subscription whose groups all look empty may hold resources that the identity cannot see.
async fn forget_what_may_not_be_counted(
    cx: &ReadContext,
    over: &[Subscription],
    groups: &mut [Group],
) {
    let mut held: BTreeMap<String, u64> = BTreeMap::new();
    for group in groups.iter() {
        *held.entry(group.subscription_id.to_lowercase()).or_default() +=
            group.resources.unwrap_or(0);
    }
    let empty: BTreeSet<&String> =
        held.iter().filter(|(_, held)| **held == 0).map(|(id, _)| id).collect();
    for subscription in over.iter().filter(|one| empty.contains(&one.id.to_lowercase())).take(16) {
        let own = |group: &&mut Group| group.subscription_id.eq_ignore_ascii_case(&subscription.id);
        let scope = match cx.bounds().is_narrow() {
            false => Some(subscription.scope()),
            true => groups.iter_mut().find(own).map(|group| group.id.clone()),
        };
        let Some(scope) = scope else { continue };
        let error = match cx.rights(&scope).await {
            Ok(rights) if rights.allow(RESOURCES_ACTION) => continue,
            Ok(_) => ToolError::denied(RESOURCES_ACTION, &scope),
            Err(error) => error,
        };
        cx.part_failed(&scope, "resources", &error);
        groups.iter_mut().filter(own).for_each(|group| group.resources = None);
    }
}

impl Group {
    fn of(row: Row<'_>, visible: &Visible) -> Option<Self> {
        let id = row.text("id")?;
        let last = || id.rsplit('/').next().map(str::to_owned);
        let subscription_id =
            row.text("subscriptionId").or_else(|| id.split('/').nth(2).map(str::to_owned))?;
        Some(Self {
            name: Untrusted::new(&row.text("name").or_else(last)?),
            location: row.text("location"),
            resources: row.count("resources"),
            state: row.text("state"),
            managed_by: row.text("managedBy").map(|id| Untrusted::new(&id)),
            subscription: visible.name_of(&subscription_id),
            subscription_id,
            tags: row.value("tags").cloned().unwrap_or(Value::Null),
            id,
        })
    }
}
