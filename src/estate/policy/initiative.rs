//! Initiatives: sets of definitions that are assigned together. The one of Defender holds the
//! policy behind every recommendation.

use serde_json::{Value, json};

use super::{
    definition::{self, Definition},
    root_id,
};
use crate::estate::{defender::catalogue, world::World};

/// The name of Defender's initiative.
pub(crate) const DEFENDER: &str = "1f3afdf9-d0c9-4c3d-847f-89da613e70a8";

/// An initiative.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Initiative {
    pub(crate) name: &'static str,
    pub(crate) display: &'static str,
    pub(crate) description: &'static str,
    pub(crate) category: &'static str,
    pub(crate) is_own: bool,
    pub(crate) version: &'static str,
    /// Names of definitions, or none where they are Defender's.
    members: &'static [&'static str],
}

const ALL: &[Initiative] = &[
    Initiative {
        name: DEFENDER,
        display: "Microsoft cloud security benchmark",
        description: "The policies behind the recommendations of Microsoft Defender for Cloud.",
        category: "Security Center",
        is_own: false,
        version: "57.45.0",
        members: &[],
    },
    Initiative {
        name: "northlight-baseline",
        display: "Northlight baseline",
        description: "What every subscription of the company has to fulfil.",
        category: "Baseline",
        is_own: true,
        version: "2.1.0",
        members: &[
            "951af2fa-529b-416e-ab6e-066fd85ac459",
            "331e8ea8-378a-410f-a2e5-ae22f38bb0da",
            "385f5831-96d4-41db-9a3c-cd3af78aaae6",
            "828ba269-bf7f-4082-83dd-633417bc391d",
            "audit-site-tls",
            "06a78e20-9358-41c9-923c-fb736d382a4d",
        ],
    },
];

/// Every initiative.
pub(crate) const fn all() -> &'static [Initiative] {
    ALL
}

/// The initiative of this name.
pub(crate) fn find(name: &str) -> Option<&'static Initiative> {
    ALL.iter().find(|initiative| initiative.name.eq_ignore_ascii_case(name))
}

impl Initiative {
    /// Its definitions, in their order.
    pub(crate) fn definitions(&self) -> Vec<Definition> {
        if self.name == DEFENDER {
            return catalogue::all().map(Definition::behind).collect();
        }
        self.members.iter().filter_map(|name| definition::find(name)).collect()
    }

    /// The ARM id.
    pub(crate) fn id(&self, world: &World) -> String {
        let at = if self.is_own { root_id(world) } else { String::new() };
        format!("{at}/providers/Microsoft.Authorization/policySetDefinitions/{}", self.name)
    }

    /// `BuiltIn` or `Custom`.
    pub(crate) const fn policy_type(&self) -> &'static str {
        if self.is_own { "Custom" } else { "BuiltIn" }
    }

    /// The ARM body.
    pub(crate) fn body(&self, world: &World) -> Value {
        let members = self.definitions();
        let members = members.iter().map(|definition| {
            json!({
                "policyDefinitionId": definition.id(world),
                "policyDefinitionReferenceId": reference(definition),
                "definitionVersion": format!("{}.*.*", major(definition.version)),
                "parameters": {},
                "groupNames": [group(definition)],
            })
        });
        let members: Vec<Value> = members.collect();
        let definitions = self.definitions();
        let mut groups: Vec<String> = definitions.iter().map(group).collect();
        groups.sort();
        groups.dedup();
        let groups: Vec<Value> = groups.into_iter().map(|name| json!({ "name": name })).collect();
        json!({
            "id": self.id(world),
            "name": self.name,
            "type": "Microsoft.Authorization/policySetDefinitions",
            "properties": {
                "displayName": self.display,
                "description": self.description,
                "policyType": self.policy_type(),
                "metadata": { "category": self.category, "version": self.version },
                "version": self.version,
                "versions": [self.version],
                "parameters": {},
                "policyDefinitions": members,
                "policyDefinitionGroups": groups,
            },
        })
    }
}

fn major(version: &str) -> &str {
    version.split('.').next().unwrap_or("1")
}

/// What a definition is called within an initiative: its title in camel case, as portals make it.
pub(crate) fn reference(definition: &Definition) -> String {
    let mut reference = String::new();
    for word in definition.display.split(|ch: char| !ch.is_ascii_alphanumeric()).take(9) {
        let mut letters = word.chars();
        let first = letters.next();
        if reference.is_empty() {
            reference.extend(first.map(|ch| ch.to_ascii_lowercase()));
        } else {
            reference.extend(first.map(|ch| ch.to_ascii_uppercase()));
        }
        reference.extend(letters);
    }
    reference
}

/// The group of a definition within its initiative.
pub(crate) fn group(definition: &Definition) -> String {
    definition.category.replace(' ', "_")
}
