//! A resource from its row of Resource Graph, which may lack anything.

use serde_json::{Map, Value};

use super::{Resource, Setting, properties};
use crate::tools::{context::Visible, rows::Row, untrusted::Untrusted};

/// Tags that are kept; Azure allows 50.
const MAX_TAGS: usize = 50;

const CREATED: &[&str] =
    &["timeCreated", "creationTime", "creationDate", "createdAt", "creationData.timeCreated"];

impl Resource {
    /// Reads a row; without an id it is none.
    pub(super) fn of(fields: Map<String, Value>, visible: &Visible) -> Option<Self> {
        let value = Value::Object(fields);
        let row = Row::of(&value)?;
        let id = row.text("id")?;
        let last = || id.rsplit('/').next().map(str::to_owned);
        let subscription_id =
            row.text("subscriptionId").or_else(|| id.split('/').nth(2).map(str::to_owned))?;
        let property = |path: &str| row.text(&format!("properties.{path}"));
        let created = CREATED.iter().find_map(|key| row.instant(&format!("properties.{key}")));
        let read = properties::read(&id, row);
        Some(Self {
            name: Untrusted::new(&row.text("name").or_else(last)?),
            kind: row.text("type").unwrap_or_default().to_lowercase(),
            variant: row.text("kind"),
            location: row.text("location"),
            resource_group: row.text("resourceGroup").map(|name| Untrusted::new(&name)),
            subscription: visible.name_of(&subscription_id),
            subscription_id,
            sku: row
                .text("sku.name")
                .or_else(|| row.text("sku"))
                .or_else(|| property("sku.name"))
                .or_else(|| property("hardwareProfile.vmSize")),
            state: state_of(row),
            provisioning_state: property("provisioningState"),
            zones: row.list("zones").iter().filter_map(Value::as_str).map(str::to_owned).collect(),
            identity: row.text("identity.type"),
            created_at: created.map(|at| at.to_string()),
            tags: tags(row),
            properties: read.settings,
            more_properties: read.left_out,
            links: read.links,
            id,
        })
    }
}

/// The state that says most: power before disk before run.
fn state_of(row: Row<'_>) -> Option<String> {
    let paths = [
        "properties.extended.instanceView.powerState.code",
        "properties.diskState",
        "properties.state",
        "properties.status",
        "properties.powerState.code",
    ];
    let state = paths.into_iter().find_map(|path| row.text(path))?;
    Some(state.rsplit('/').next().unwrap_or(&state).to_lowercase())
}

fn tags(row: Row<'_>) -> Vec<Setting> {
    let tags = row.value("tags").and_then(Value::as_object);
    let setting = |(name, value): (&String, &Value)| {
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        Setting { name: Untrusted::new(name), value: Untrusted::new(&value) }
    };
    tags.into_iter().flatten().take(MAX_TAGS).map(setting).collect()
}
