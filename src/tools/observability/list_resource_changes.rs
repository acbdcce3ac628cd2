//! `list_resource_changes`: which properties of which resources changed, and by whom.
//!
//! Owns the reading of changes into differences. Table `resourcechanges`, kept for 14 days. Values
//! are the estate's own text: untrusted.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{narrowed::Narrowed, over_time::Steps};
use crate::{
    azure::kql_literal::Literal,
    protocol::{Pillar, View},
    tools::{
        arguments::{Kept, given, limit_of, range_of},
        context::{GRAPH_ACTION, RESOURCES_ACTION, ReadContext},
        error::ToolError,
        tool::{RbacAction, Tool, one_or_many},
        untrusted::{Untrusted, cut},
    },
};

mod reading;
mod telling;

/// Lists changes of resources.
#[derive(Clone, Copy, Debug)]
pub struct ListResourceChanges;

const LIMITS: (u32, u32) = (50, 500);
const KEPT: Kept = (14, "Azure keeps changes for 14 days; the activity log reaches back 90 days");

/// The arguments.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Input {
    /// When: `24h`, `7d`, `yesterday`, a date or `start/end`; 14 days back at most. Default `24h`.
    time_range: Option<String>,
    /// Part of the name of the resource, or its ARM id.
    resource: Option<String>,
    /// Resource group name.
    resource_group: Option<String>,
    /// Only these kinds of change. Default all.
    #[serde(default, deserialize_with = "one_or_many")]
    change_type: Vec<ChangeType>,
    /// Part of the name or id of who changed it.
    changed_by: Option<String>,
    /// Subscription name or id. Default all in scope.
    subscription: Option<String>,
    /// Changes at most, 1 to 500. Default 50; all are counted anyway.
    limit: Option<u32>,
}

/// A kind of change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
enum ChangeType {
    #[serde(alias = "create", alias = "created")]
    Create,
    #[serde(alias = "update", alias = "updated")]
    Update,
    #[serde(alias = "delete", alias = "deleted")]
    Delete,
}

/// The result.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    /// How many changes fit.
    total: u64,
    /// Resources created.
    created: u64,
    /// Changes of properties.
    updated: u64,
    /// Resources deleted.
    deleted: u64,
    /// How many resources changed.
    resources: u64,
    /// The changes, newest first.
    changes: Vec<Change>,
    /// What was asked for, in words.
    asked: Untrusted<String>,
    #[serde(skip)]
    trend: Option<View>,
}

/// A change of a resource.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Change {
    /// The ARM id of the change.
    id: String,
    /// The ARM id of the resource.
    resource_id: String,
    /// When.
    at: String,
    /// `Create`, `Update` or `Delete`.
    change_type: String,
    /// Who did it: an address, an id of an application, a service.
    by: Option<Untrusted<String>>,
    /// `User`, `Application`, `System`, …
    by_type: Option<String>,
    /// What it was done with, e.g. `Azure Portal`.
    client: Option<Untrusted<String>>,
    /// The operation, e.g. `Microsoft.Compute/virtualMachines/write`.
    operation: Option<String>,
    /// The id that joins it with the activity log.
    correlation_id: Option<String>,
    /// How many properties changed.
    properties_changed: u64,
    /// The properties.
    differences: Vec<Difference>,
    /// The id of the subscription.
    subscription_id: String,
    /// The name of the subscription.
    subscription: Untrusted<String>,
}

/// A property before and after.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Difference {
    /// Its path, e.g. `properties.hardwareProfile.vmSize`.
    property: Untrusted<String>,
    /// The value before; absent when there was none.
    before: Option<Untrusted<String>>,
    /// The value after; absent when there is none.
    after: Option<Untrusted<String>>,
}

const CHANGES: &str = "\
| extend target = tostring(properties.targetResourceId), kind = tostring(properties.changeType),
    by = tostring(properties.changeAttributes.changedBy), at = todatetime(properties.changeAttributes.timestamp)
";

impl Tool for ListResourceChanges {
    const NAME: &'static str = "list_resource_changes";
    const TITLE: &'static str = "List resource changes";
    const PILLAR: Pillar = Pillar::Observability;
    const DESCRIPTION: &'static str = "Lists what changed on resources: each value before and \
        after, who changed it, when and with what; also what was created or deleted. 14 days back.";
    const ASKS: &'static [&'static str] = &[
        "What changed since yesterday?",
        "What changed in my web app last week?",
        "Are there any configuration changes impacting my resource?",
        "Which changes were made, from what to what?",
        "What was created, deleted or changed?",
        "Who changed the size of the machine?",
        "Recent changes in the resource group before it broke",
        "What did someone change in the network security group?",
        "Show the changes to production resources today",
    ];
    const ACTIONS: &'static [RbacAction] = &[GRAPH_ACTION, RESOURCES_ACTION];
    type Input = Input;
    type Output = Output;

    async fn call(&self, cx: &ReadContext, input: Input) -> Result<Output, ToolError> {
        let limit = limit_of(input.limit, LIMITS)?;
        let asked = input.time_range.as_deref().unwrap_or("24h");
        let range = range_of(cx, asked, KEPT)?;
        let visible = cx.subscriptions().await?;
        let over = visible.select(cx.bounds(), &input.subscription)?;
        let mut table = Narrowed::of("resourcechanges", CHANGES);
        table.resource(cx, input.resource.as_ref()).await?;
        table.group(input.resource_group.as_ref());
        table.range(cx, Some(range));
        input.narrow(&mut table);
        let steps = Steps::of(range);
        let mut output = reading::counted(cx, &over, &table, steps).await?;
        table.check_rights(cx, &over, RESOURCES_ACTION).await?;
        if output.total > 0 {
            output.changes = reading::changes(cx, (visible, &over), &table, limit).await?;
        }
        Ok(output)
    }
}

impl Input {
    fn narrow(&self, table: &mut Narrowed) {
        if !self.change_type.is_empty() {
            let kinds: Vec<String> =
                self.change_type.iter().map(|one| one.name().to_owned()).collect();
            table.said(&format!("of kind {}", kinds.join(" or ")));
            table.step("| where kind in~ {{kinds}}", &[("kinds", Literal::Texts(kinds))]);
        }
        if let Some(who) = given(self.changed_by.as_ref()) {
            table.step("| where by contains {{who}}", &[("who", Literal::Text(who.to_owned()))]);
            table.said(&format!("by `{}`", cut(who, 80)));
        }
    }
}

impl ChangeType {
    fn name(self) -> &'static str {
        match self {
            Self::Create => "Create",
            Self::Update => "Update",
            Self::Delete => "Delete",
        }
    }
}
