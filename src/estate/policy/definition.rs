//! Policy definitions: what each looks at, and its ARM form. Built-in names, GUIDs and aliases are
//! the published ones; the company's own are its own.

mod catalogue;
mod check;

use serde_json::{Value, json};

pub(crate) use catalogue::{RG_TAGS, own};
pub(crate) use check::{ALLOWED_REGIONS, Check};

use super::root_id;
use crate::estate::{
    clock::stamp,
    defender::catalogue::{self as defender, Assessment},
    world::{DAY, World},
};

/// What a policy does about a resource that does not fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    Audit,
    AuditIfNotExists,
    Deny,
    DeployIfNotExists,
    Modify,
}

impl Effect {
    /// As definitions spell it.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Audit => "Audit",
            Self::AuditIfNotExists => "AuditIfNotExists",
            Self::Deny => "Deny",
            Self::DeployIfNotExists => "DeployIfNotExists",
            Self::Modify => "Modify",
        }
    }

    /// As compliance states spell it.
    pub(crate) fn lower(self) -> String {
        self.word().to_ascii_lowercase()
    }
}

/// A policy definition.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Definition {
    /// The GUID of a built-in, the name of an own.
    pub(crate) name: &'static str,
    pub(crate) display: &'static str,
    pub(crate) description: &'static str,
    pub(crate) category: &'static str,
    pub(crate) is_own: bool,
    /// `Indexed` or `All`.
    pub(crate) mode: &'static str,
    pub(crate) version: &'static str,
    pub(crate) effect: Effect,
    pub(crate) check: Check,
}

impl Definition {
    /// The built-in policy behind a recommendation.
    pub(crate) fn behind(assessment: &'static Assessment) -> Self {
        Self {
            name: assessment.policy,
            display: assessment.name,
            description: assessment.description,
            category: "Security Center",
            is_own: false,
            mode: "All",
            version: "3.0.0",
            effect: Effect::AuditIfNotExists,
            check: Check::Recommendation(assessment),
        }
    }

    /// The ARM id.
    pub(crate) fn id(&self, world: &World) -> String {
        let at = if self.is_own { root_id(world) } else { String::new() };
        format!("{at}/providers/Microsoft.Authorization/policyDefinitions/{}", self.name)
    }

    /// `BuiltIn` or `Custom`.
    pub(crate) const fn policy_type(&self) -> &'static str {
        if self.is_own { "Custom" } else { "BuiltIn" }
    }

    /// The ARM body.
    pub(crate) fn body(&self, world: &World) -> Value {
        let mut metadata = json!({ "category": self.category, "version": self.version });
        if let (Some(metadata), true) = (metadata.as_object_mut(), self.is_own) {
            metadata.insert("createdBy".into(), json!("platform@northlight.example"));
            metadata.insert("createdOn".into(), json!(stamp(world.ago(410 * DAY))));
        }
        json!({
            "id": self.id(world),
            "name": self.name,
            "type": "Microsoft.Authorization/policyDefinitions",
            "properties": {
                "displayName": self.display,
                "description": self.description,
                "policyType": self.policy_type(),
                "mode": self.mode,
                "metadata": metadata,
                "version": self.version,
                "versions": [self.version],
                "parameters": {
                    "effect": {
                        "type": "String",
                        "metadata": {
                            "displayName": "Effect",
                            "description": "Enable or disable the execution of the policy",
                        },
                        "allowedValues": [self.effect.word(), "Disabled"],
                        "defaultValue": self.effect.word(),
                    },
                },
                "policyRule": {
                    "if": self.check.condition(),
                    "then": { "effect": "[parameters('effect')]" },
                },
            },
        })
    }
}

/// Every definition the estate knows: Defender's, other built-ins, the company's own.
pub(crate) fn all() -> impl Iterator<Item = Definition> {
    defender::all().map(Definition::behind).chain(own().iter().copied())
}

/// The definition of this name.
pub(crate) fn find(name: &str) -> Option<Definition> {
    all().find(|definition| definition.name.eq_ignore_ascii_case(name))
}
