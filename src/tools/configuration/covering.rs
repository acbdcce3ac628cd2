//! What maintenance configurations cover: assignments of single machines, and assignments at
//! subscriptions and groups that cover whatever fits their filter when a window opens.
//!
//! Owns the reading of assignments and the condition that a filter is. Table
//! `maintenanceresources`. It must not know which tool asks.

use serde_json::Value;

use crate::{
    azure::{ResourceId, kql_literal},
    tools::{
        context::{GraphRead, ReadContext, Subscription},
        error::ToolError,
        rows::Row,
    },
};

/// The right to see what is covered.
pub(super) const COVERS_ACTION: &str = "Microsoft.Maintenance/configurationAssignments/read";
/// The right to see machines.
pub(super) const MACHINES_ACTION: &str = "Microsoft.Compute/virtualMachines/read";

/// Assignments with a filter that are read at most.
const MAX_DYNAMIC: usize = 100;

/// An assignment with a filter.
#[derive(Clone, Debug, Default)]
pub(super) struct Dynamic {
    /// The ARM id of the configuration, in lower case.
    pub(super) configuration: String,
    /// The scope whose machines it covers.
    scope: String,
    groups: Vec<String>,
    locations: Vec<String>,
    systems: Vec<String>,
    kinds: Vec<String>,
    tags: Vec<(String, Vec<String>)>,
    /// Whether one tag is enough.
    any_tag: bool,
}

/// The assignments with a filter at or below the subscriptions.
pub(super) async fn dynamic(
    cx: &ReadContext,
    over: &[Subscription],
) -> Result<Vec<Dynamic>, ToolError> {
    let rest = "| where type =~ 'microsoft.maintenance/configurationassignments'\n\
        | where isnotempty(properties.filter)\n\
        | project id, configuration = tolower(tostring(properties.maintenanceConfigurationId)), \
        filter = properties.filter\n\
        | order by id asc";
    // Assignments of a subscription cover the machines of any scope inside it.
    let text = cx.whole_query("maintenanceresources", rest, &[])?;
    let answer = cx.graph(&GraphRead { text, over, max_rows: MAX_DYNAMIC }).await?;
    let found = answer.rows.into_iter().filter_map(|fields| {
        let value = Value::Object(fields);
        Row::of(&value).and_then(Dynamic::of)
    });
    Ok(found.collect())
}

impl Dynamic {
    fn of(row: Row<'_>) -> Option<Self> {
        let id = row.text("id")?;
        let at = id.to_lowercase().find("/providers/microsoft.maintenance/")?;
        let scope = id.get(..at)?.to_owned();
        let texts = |key: &str| {
            let items = row.list(&format!("filter.{key}"));
            items.iter().filter_map(|item| item.as_str().map(str::to_owned)).collect()
        };
        let tags = row.value("filter.tagSettings.tags").and_then(Value::as_object);
        let tags = tags.into_iter().flatten().map(|(name, values)| {
            let values = values.as_array().into_iter().flatten();
            let values = values.filter_map(|value| value.as_str().map(str::to_owned));
            (name.clone(), values.collect())
        });
        let operator = row.text("filter.tagSettings.filterOperator").unwrap_or_default();
        Some(Self {
            configuration: row.text("configuration").unwrap_or_default(),
            scope,
            groups: texts("resourceGroups"),
            locations: texts("locations"),
            systems: texts("osTypes"),
            kinds: texts("resourceTypes"),
            tags: tags.collect(),
            any_tag: operator.eq_ignore_ascii_case("Any"),
        })
    }

    /// The filter as a condition on rows of `resources`.
    pub(super) fn condition(&self) -> String {
        let mut parts = vec![self.place()];
        let mut among = |column: &str, values: &[String]| {
            if !values.is_empty() {
                parts.push(format!("{column} in~ {}", kql_literal::strings(values)));
            }
        };
        among("resourceGroup", &self.groups);
        let places: Vec<String> =
            self.locations.iter().map(|place| place.replace(' ', "").to_lowercase()).collect();
        among("location", &places);
        among("tostring(properties.storageProfile.osDisk.osType)", &self.systems);
        among("type", &self.kinds);
        let tags = self.tags.iter().map(|(name, values)| {
            let tag = format!("tostring(tags[{}])", kql_literal::string(name));
            match values.is_empty() {
                true => format!("isnotempty({tag})"),
                false => format!("{tag} in~ {}", kql_literal::strings(values)),
            }
        });
        let tags: Vec<String> = tags.collect();
        if !tags.is_empty() {
            let joint = if self.any_tag { " or " } else { " and " };
            parts.push(format!("({})", tags.join(joint)));
        }
        format!("({})", parts.join(" and "))
    }

    fn place(&self) -> String {
        match ResourceId::parse(&self.scope) {
            Ok(id) if id.resource_group().is_some() => {
                format!("id startswith {}", kql_literal::string(&format!("{}/", self.scope)))
            }
            Ok(id) => {
                let subscription = id.subscription().unwrap_or_default();
                format!("subscriptionId =~ {}", kql_literal::string(subscription))
            }
            Err(_) => "false".to_owned(),
        }
    }

    /// The filter in words.
    pub(super) fn words(&self) -> String {
        let mut parts = Vec::new();
        let tags = self.tags.iter().map(|(name, values)| format!("{name}={}", values.join("|")));
        let tags: Vec<String> = tags.collect();
        if !tags.is_empty() {
            let joint = if self.any_tag { " or " } else { " and " };
            parts.push(format!("tag {}", tags.join(joint)));
        }
        if !self.locations.is_empty() {
            parts.push(format!("in {}", self.locations.join(", ")));
        }
        if !self.groups.is_empty() {
            parts.push(format!("of {}", self.groups.join(", ")));
        }
        match parts.is_empty() {
            true => "every machine".to_owned(),
            false => format!("machines with {}", parts.join(", ")),
        }
    }

    /// The id of the subscription that it is in.
    pub(super) fn subscription(&self) -> String {
        let id = ResourceId::parse(&self.scope).ok();
        id.and_then(|id| id.subscription().map(str::to_owned)).unwrap_or_default()
    }
}
