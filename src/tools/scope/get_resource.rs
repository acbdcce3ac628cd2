//! `get_resource`: one resource, by name or ARM id: its state, tags, settings and what it is
//! linked to.
//!
//! Owns what of a resource's properties matters. Reads Resource Graph through
//! [`super::look_up`]; property values are what people set, so all of them are untrusted.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    look_up::{Asked, look_up},
    resource_types,
};
use crate::{
    protocol::Pillar,
    tools::{
        arguments::{given, group_given},
        context::{GRAPH_ACTION, RESOURCES_ACTION, ReadContext},
        error::ToolError,
        tool::{RbacAction, Tool},
        untrusted::Untrusted,
    },
};

mod properties;
mod reading;
mod telling;

/// Gets a resource.
#[derive(Clone, Copy, Debug)]
pub struct GetResource;

/// The arguments.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Input {
    /// Name or ARM id of a resource or resource group; part of a name will do.
    resource: String,
    /// Type in words or as an ARM type, where several have the name.
    #[serde(rename = "type")]
    kind: Option<String>,
    /// Resource group, where several have the name.
    resource_group: Option<String>,
    /// Subscription name or id.
    subscription: Option<String>,
}

/// The result.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    /// How many resources the name means.
    total: u64,
    /// Whether they have the very name or id.
    exact: bool,
    /// The resources.
    resources: Vec<Resource>,
    /// What was asked for.
    asked: Untrusted<String>,
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
    /// The kind within the type.
    #[serde(rename = "kind")]
    variant: Option<String>,
    /// The region.
    location: Option<String>,
    /// The resource group.
    resource_group: Option<Untrusted<String>>,
    /// The id of the subscription.
    subscription_id: String,
    /// The name of the subscription.
    subscription: Untrusted<String>,
    /// The SKU or size.
    sku: Option<String>,
    /// The power, disk or run state, where it has one.
    state: Option<String>,
    /// The provisioning state.
    provisioning_state: Option<String>,
    /// Availability zones.
    zones: Vec<String>,
    /// The kind of managed identity, where it has one.
    identity: Option<String>,
    /// When it was made.
    created_at: Option<String>,
    /// Its tags.
    tags: Vec<Setting>,
    /// Its settings, those that say most first.
    properties: Vec<Setting>,
    /// Settings that were left out.
    more_properties: u64,
    /// The resources that its settings name.
    links: Vec<Link>,
}

/// A name and a value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Setting {
    /// The name; of a nested setting its path.
    name: Untrusted<String>,
    /// The value as text.
    value: Untrusted<String>,
}

/// A resource that another one names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Link {
    /// The setting that names it.
    setting: String,
    /// Its ARM id.
    id: String,
}

impl Tool for GetResource {
    const NAME: &'static str = "get_resource";
    const TITLE: &'static str = "Get a resource";
    const PILLAR: Pillar = Pillar::Scope;
    const DESCRIPTION: &'static str = "Gets one resource by name or ARM id: state, size, region, \
        tags, identity, settings and the resources it is linked to.";
    const ASKS: &'static [&'static str] = &[
        "Show me the details of this VM",
        "What are the properties of this storage account?",
        "Describe the resource kv-prod",
        "Get details of a resource by its id",
        "What size is this VM and is it running?",
        "What are the tags, size and region of this one?",
        "How is this key vault configured, what are its settings?",
        "What is this VM connected to, which disk and network interface does it use?",
        "When was this resource created?",
    ];
    const ACTIONS: &'static [RbacAction] = &[RESOURCES_ACTION, GRAPH_ACTION];
    type Input = Input;
    type Output = Output;

    async fn call(&self, cx: &ReadContext, input: Input) -> Result<Output, ToolError> {
        let name = input.resource.trim();
        if name.is_empty() {
            return Err(ToolError::wrong("resource", "give a name or an ARM id"));
        }
        let kind = match given(input.kind.as_ref()) {
            Some(words) => Some(resource_types::type_of(words).ok_or_else(|| {
                ToolError::wrong("type", "no such type is known; give the ARM type or leave it out")
            })?),
            None => None,
        };
        let group = group_given(input.resource_group.as_ref());
        let visible = cx.subscriptions().await?;
        let over = visible.select(cx.bounds(), &input.subscription)?;
        let found = look_up(cx, &over, &Asked { name, kind: kind.clone(), group }).await?;
        if found.rows.is_empty() {
            let needed = kind.map_or(RESOURCES_ACTION.to_owned(), |kind| format!("{kind}/read"));
            cx.check_allowed(&over, &needed).await?;
        }
        let found_rows = found.rows.len();
        let resources: Vec<Resource> =
            found.rows.into_iter().filter_map(|row| Resource::of(row, visible)).collect();
        cx.skipped("/", found_rows - resources.len());
        Ok(Output {
            total: found.total.max(resources.len() as u64),
            exact: found.exact,
            resources,
            asked: Untrusted::new(name),
        })
    }
}
