//! The arguments of `find_resources` as a query.

use super::Input;
use crate::{
    azure::kql_literal::{self, Literal},
    tools::{
        arguments::{given, group_given},
        context::RESOURCES_ACTION,
        error::ToolError,
        scope::resource_types::{self, RESOURCE_GROUPS, SUBSCRIPTIONS},
        untrusted::cut,
    },
};

/// Columns of the answer; the states are chosen from in code.
const PROJECTION: &str = "\
| project id, name, type, location, resourceGroup, subscriptionId, kind, tags,
    sku = tostring(sku.name), size = tostring(properties.hardwareProfile.vmSize),
    power = tostring(properties.extended.instanceView.powerState.code),
    disk = tostring(properties.diskState), run = tostring(properties.state),
    status = tostring(properties.status), provisioning = tostring(properties.provisioningState)
| order by name asc, id asc";

const STATES: &[&str] = &[
    "properties.extended.instanceView.powerState.code",
    "properties.diskState",
    "properties.state",
    "properties.status",
    "properties.provisioningState",
];

/// What is asked for.
#[derive(Debug, Default)]
pub(super) struct Filter {
    pub(super) table: &'static str,
    /// The query for all rows of the type, whatever else is asked for.
    pub(super) all: String,
    pub(super) template: String,
    pub(super) values: Vec<(&'static str, Literal)>,
    pub(super) asked: String,
    pub(super) noun: Option<String>,
    /// The right without which nothing is found.
    pub(super) action: String,
}

impl Filter {
    pub(super) fn of(input: &Input) -> Result<Self, ToolError> {
        let mut filter = Self {
            table: "resources",
            all: "resources".to_owned(),
            action: RESOURCES_ACTION.to_owned(),
            ..Self::default()
        };
        if let Some(words) = given(input.kind.as_ref()) {
            filter.kind(words)?;
        }
        if let Some(name) = given(input.name.as_ref()) {
            filter.text("| where name contains {{name}}", ("name", name), "named like");
        }
        if let Some(group) = group_given(input.resource_group.as_ref()) {
            filter.text(
                "| where resourceGroup =~ {{group}}",
                ("group", group),
                "in resource group",
            );
        }
        if let Some(location) = given(input.location.as_ref()) {
            let place: String = location.split_whitespace().collect::<String>().to_lowercase();
            filter.text("| where location =~ {{location}}", ("location", &place), "in");
        }
        if let Some(tag) = given(input.tag.as_ref()) {
            filter.tag(tag);
        }
        if let Some(state) = given(input.state.as_ref()) {
            filter.state(state);
        }
        filter.template.push_str(PROJECTION);
        Ok(filter)
    }

    fn text(&mut self, clause: &str, (key, value): (&'static str, &str), words: &str) {
        self.template.push_str(clause);
        self.template.push('\n');
        self.values.push((key, Literal::Text(value.to_owned())));
        self.said(words, value);
    }

    /// Adds to what is told of the conditions.
    pub(super) fn said(&mut self, words: &str, value: &str) {
        if !self.asked.is_empty() {
            self.asked.push(' ');
        }
        self.asked.push_str(&format!("{words} `{}`", cut(value, 80)));
    }

    fn kind(&mut self, words: &str) -> Result<(), ToolError> {
        let Some(kind) = resource_types::type_of(words) else {
            return Err(ToolError::wrong(
                "type",
                "no such type is known by that word; give the ARM type, e.g. \
                 `Microsoft.Compute/virtualMachines`, or leave it out and give a name",
            ));
        };
        if kind == RESOURCE_GROUPS || kind == SUBSCRIPTIONS {
            self.table = "resourcecontainers";
        }
        self.action = format!("{kind}/read");
        self.noun = Some(resource_types::name_of(&kind).to_owned());
        self.all = format!("{}\n| where type =~ {}", self.table, kql_literal::string(&kind));
        self.template.push_str("| where type =~ {{type}}\n");
        self.values.push(("type", Literal::Text(kind)));
        Ok(())
    }

    /// A tag by name, in any case as Azure has it, and by value; the bag is searched as JSON text
    /// because access by name minds the case.
    fn tag(&mut self, tag: &str) {
        let json = |text: &str| serde_json::Value::from(text.trim()).to_string();
        let needle = match tag.split_once(['=', ':']) {
            Some((name, value)) => format!("{}:{}", json(name), json(value)),
            None => format!("{}:", json(tag)),
        };
        self.template.push_str("| where tostring(tags) contains {{tag}}\n");
        self.values.push(("tag", Literal::Text(needle)));
        self.said("tagged", tag);
    }

    /// A state, wherever the type keeps it; `stopped` is also deallocated, as people mean it.
    fn state(&mut self, state: &str) {
        let state = state.to_lowercase();
        let wanted: &[&str] = match state.as_str() {
            "stopped" | "off" | "down" | "shut down" | "powered off" => &["stopped", "deallocated"],
            "on" | "up" | "started" | "powered on" => &["running"],
            "orphaned" | "unused" => &["unattached"],
            other => &[other],
        };
        let wanted = wanted.iter().flat_map(|one| [(*one).to_owned(), format!("PowerState/{one}")]);
        let clauses: Vec<String> =
            STATES.iter().map(|path| format!("tostring({path}) in~ {{{{states}}}}")).collect();
        self.template.push_str(&format!("| where {}\n", clauses.join(" or ")));
        self.values.push(("states", Literal::Texts(wanted.collect())));
        self.said("in state", &state);
    }
}
