//! `find_resources`: which resources there are, by name, type, place, tag or state.
//!
//! Owns one Resource Graph query and its reading. Filters are bound as literals, so a name can
//! hold anything.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    protocol::Pillar,
    tools::{
        arguments::limit_of,
        context::{GRAPH_ACTION, GraphRead, ReadContext, Visible},
        error::ToolError,
        rows::Row,
        tool::{RbacAction, Tool},
        untrusted::Untrusted,
    },
};

mod filter;
mod telling;

use filter::Filter;

/// Finds resources.
#[derive(Clone, Copy, Debug)]
pub struct FindResources;

const LIMITS: (u32, u32) = (100, 1_000);

/// The arguments: all that are given must fit.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Input {
    /// Part of the resource name, in any case.
    name: Option<String>,
    /// Type in words, e.g. `vm`, `storage account`, `resource group`, or as an ARM type, e.g.
    /// `Microsoft.Compute/disks`.
    #[serde(rename = "type")]
    kind: Option<String>,
    /// Resource group name.
    resource_group: Option<String>,
    /// Azure region, e.g. `West Europe` or `westeurope`.
    location: Option<String>,
    /// Subscription name or id.
    subscription: Option<String>,
    /// A tag as `name` or `name=value`.
    tag: Option<String>,
    /// State, e.g. `running`, `stopped`, `deallocated`, `unattached`, `failed`.
    state: Option<String>,
    /// Resources at most, 1 to 1000. Default 100; the total is counted anyway.
    limit: Option<u32>,
}

/// The result.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    /// How many resources fit.
    total: u64,
    /// The resources, by name.
    resources: Vec<Resource>,
    /// What was asked for, in words.
    asked: Untrusted<String>,
    /// What one of them is called, where a type was asked for.
    noun: Option<Untrusted<String>>,
}

/// A resource.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Resource {
    /// The ARM id.
    id: String,
    /// The name.
    name: Untrusted<String>,
    /// The ARM type, in lower case.
    #[serde(rename = "type")]
    kind: String,
    /// The region.
    location: Option<String>,
    /// The resource group.
    resource_group: Option<Untrusted<String>>,
    /// The id of the subscription.
    subscription_id: String,
    /// The name of the subscription.
    subscription: Untrusted<String>,
    /// The kind within the type, e.g. `functionapp`.
    #[serde(rename = "kind")]
    variant: Option<String>,
    /// The SKU or size.
    sku: Option<String>,
    /// The power, disk, run or provisioning state, whichever says most; lower case.
    state: Option<String>,
    /// The tags.
    tags: Value,
}

impl Tool for FindResources {
    const NAME: &'static str = "find_resources";
    const TITLE: &'static str = "Find resources";
    const PILLAR: Pillar = Pillar::Scope;
    const DESCRIPTION: &'static str = "Finds Azure resources by name, type, resource group, \
        region, subscription, tag or state, with the total number and their state.";
    const ASKS: &'static [&'static str] = &[
        "List all virtual machines in my subscription",
        "List all resources in my resource group",
        "Show me all my storage accounts in East US",
        "What resources or workbooks exist in resource group myRG?",
        "Which VMs are running or stopped?",
        "Find the resource with this name",
        "Which resources have the tag env=prod?",
        "Show me my Log Analytics workspaces",
        "Where is this database, in which region and resource group?",
        "List disks, network interfaces, public IPs, key vaults, web apps, AKS clusters",
        "What do we have in West Europe?",
    ];
    const ACTIONS: &'static [RbacAction] = &[GRAPH_ACTION];
    type Input = Input;
    type Output = Output;

    async fn call(&self, cx: &ReadContext, input: Input) -> Result<Output, ToolError> {
        let limit = limit_of(input.limit, LIMITS)?;
        let mut filter = Filter::of(&input)?;
        let visible = cx.subscriptions().await?;
        let over = visible.select(cx.bounds(), &input.subscription)?;
        if let (Some(_), [only]) = (&input.subscription, over.as_slice()) {
            filter.said("in", only.name.as_str());
        }
        let text = cx.query((filter.table, &over), &filter.template, &filter.values)?;
        let read = GraphRead { text, over: &over, max_rows: limit };
        // Always asked, so that what a question costs does not depend on how many rows fit.
        let (answer, with_rows) =
            tokio::try_join!(cx.graph(&read), cx.with_rows(&over, &filter.all))?;
        let given = answer.rows.len();
        let rows: Vec<Value> = answer.rows.into_iter().map(Value::Object).collect();
        let resources: Vec<Resource> =
            rows.iter().filter_map(|row| Resource::of(Row::of(row)?, visible)).collect();
        cx.skipped("/", given - resources.len());
        cx.check_without_rows(&over, &with_rows, &filter.action).await?;
        let total = answer.total.unwrap_or(0).max(resources.len() as u64);
        Ok(Output {
            total,
            resources,
            asked: Untrusted::new(&filter.asked),
            noun: filter.noun.as_deref().map(Untrusted::new),
        })
    }
}

impl Resource {
    fn of(row: Row<'_>, visible: &Visible) -> Option<Self> {
        let id = row.text("id")?;
        let last = || id.rsplit('/').next().map(str::to_owned);
        let subscription_id =
            row.text("subscriptionId").or_else(|| id.split('/').nth(2).map(str::to_owned))?;
        Some(Self {
            name: Untrusted::new(&row.text("name").or_else(last)?),
            kind: row.text("type").unwrap_or_default().to_lowercase(),
            location: row.text("location"),
            resource_group: row.text("resourceGroup").map(|name| Untrusted::new(&name)),
            subscription: visible.name_of(&subscription_id),
            subscription_id,
            variant: row.text("kind"),
            sku: row.text("sku").or_else(|| row.text("sku.name")).or_else(|| row.text("size")),
            state: state_of(row),
            tags: row.value("tags").cloned().unwrap_or(Value::Null),
            id,
        })
    }
}

/// The state that says most: power before disk before run before provisioning.
fn state_of(row: Row<'_>) -> Option<String> {
    let state = ["power", "disk", "run", "status", "provisioning"];
    let state = state.into_iter().find_map(|key| row.text(key))?;
    let state = state.rsplit('/').next().unwrap_or(&state).to_lowercase();
    Some(state)
}
