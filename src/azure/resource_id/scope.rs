//! Scopes: which part of Azure something is bound to.
//!
//! Owns the question "is this id inside?". It must not know threads, allow-lists in
//! configuration or which subscriptions exist.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{ResourceId, ResourceIdError};
use crate::azure::path::{ArmPath, PathError};

/// The id of a subscription, kept in lower case.
#[derive(
    Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String")]
pub struct SubscriptionId(String);

impl SubscriptionId {
    /// Reads the bare id, without `/subscriptions/`.
    ///
    /// # Errors
    /// [`PathError`] when it cannot stand in a path.
    pub fn parse(text: &str) -> Result<Self, PathError> {
        ArmPath::parse("/subscriptions")?.join(text.trim())?;
        Ok(Self(text.trim().to_ascii_lowercase()))
    }

    /// The bare id.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its path.
    ///
    /// # Errors
    /// [`PathError`]; never for an id that was parsed.
    pub fn path(&self) -> Result<ArmPath, PathError> {
        ArmPath::parse("/subscriptions")?.join(&self.0)
    }
}

impl fmt::Display for SubscriptionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for SubscriptionId {
    type Error = PathError;

    fn try_from(text: String) -> Result<Self, PathError> {
        Self::parse(&text)
    }
}

impl From<SubscriptionId> for String {
    fn from(id: SubscriptionId) -> Self {
        id.0
    }
}

/// The ids something is bound to; none means all that is visible.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScopeSet(Vec<ResourceId>);

impl ScopeSet {
    /// Reads scope ids. Those inside another of them add nothing and are left out.
    ///
    /// # Errors
    /// [`ResourceIdError`] of the first that does not parse.
    pub fn parse<I, S>(ids: I) -> Result<Self, ResourceIdError>
    where
        I: IntoIterator<Item = S>,
        S: AsRef<str>,
    {
        let ids: Result<Vec<_>, _> = ids
            .into_iter()
            .map(|id| ResourceId::parse(id.as_ref()))
            .collect();
        Ok(Self::new(ids?))
    }

    /// A set of `ids`.
    #[must_use]
    pub fn new(ids: Vec<ResourceId>) -> Self {
        let mut kept: Vec<ResourceId> = Vec::new();
        for id in ids {
            if kept.iter().any(|scope| id.is_within(scope)) {
                continue;
            }
            kept.retain(|scope| !scope.is_within(&id));
            kept.push(id);
        }
        Self(kept)
    }

    /// Whether nothing is bounded.
    #[must_use]
    pub fn is_unbounded(&self) -> bool {
        self.0.is_empty()
    }

    /// The ids.
    #[must_use]
    pub fn ids(&self) -> &[ResourceId] {
        &self.0
    }

    /// Whether `id` is inside: always when unbounded, else when it is or lies below one of the
    /// ids. A subscription is not inside a management group: no id tells.
    #[must_use]
    pub fn contains(&self, id: &ResourceId) -> bool {
        self.is_unbounded() || self.0.iter().any(|scope| id.is_within(scope))
    }

    /// The subscriptions the ids are in, each once, in order of appearance.
    #[must_use]
    pub fn subscriptions(&self) -> Vec<SubscriptionId> {
        let mut found = Vec::new();
        for id in self.0.iter().filter_map(ResourceId::subscription) {
            let id = SubscriptionId(id.to_ascii_lowercase());
            if !found.contains(&id) {
                found.push(id);
            }
        }
        found
    }

    /// The management groups among the ids, by name.
    #[must_use]
    pub fn management_groups(&self) -> Vec<String> {
        self.0
            .iter()
            .filter_map(|id| id.management_group().map(str::to_owned))
            .collect()
    }
}
