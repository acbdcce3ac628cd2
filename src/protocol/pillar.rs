//! Where a tool belongs and what it does to the world.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The five pillars of Azure operations, and the two places for what belongs to none alone.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "camelCase")]
pub enum Pillar {
    /// What there is, and what one may do with it.
    Scope,
    /// Azure Monitor, Log Analytics, Service Health, Resource Health, change analysis.
    Observability,
    /// Defender for Cloud.
    Security,
    /// Policy, machine configuration, Update Manager, change tracking and inventory.
    Configuration,
    /// Backup, Site Recovery, business continuity.
    Resiliency,
    /// Cost, Advisor, carbon.
    Optimization,
    /// Over all pillars.
    Across,
}

impl Pillar {
    /// The name on the wire and in folders.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Scope => "scope",
            Self::Observability => "observability",
            Self::Security => "security",
            Self::Configuration => "configuration",
            Self::Resiliency => "resiliency",
            Self::Optimization => "optimization",
            Self::Across => "across",
        }
    }
}

/// What a tool does to the world.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "camelCase")]
pub enum Effect {
    /// Changes nothing.
    Read,
    /// Changes something that can be changed back.
    Write,
    /// Interrupts, deletes or cannot be undone.
    Destructive,
}
