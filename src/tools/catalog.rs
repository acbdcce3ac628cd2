//! The catalogue: every tool as data, for people, scripts and `tools/catalog.json`.
//!
//! A difference in that file means that the model's hands changed. It must not know how a tool
//! works.

use serde_json::Value;

use super::{own, registry::Registry};

/// All tools, the agent's own among them, ordered by pillar and name:
/// `[{name, title, pillar, effect, actions, description, asks, inputSchema, outputSchema}]`.
#[must_use]
pub fn document(registry: &Registry) -> Value {
    let own = own::specs();
    let mut specs: Vec<_> = registry.specs().chain(&own).collect();
    specs.sort_by(|a, b| (a.pillar, &a.name).cmp(&(b.pillar, &b.name)));
    specs.into_iter().map(|spec| serde_json::to_value(spec).unwrap_or_default()).collect()
}

/// The text of `tools/catalog.json`.
#[must_use]
pub fn text(registry: &Registry) -> String {
    format!("{:#}\n", document(registry))
}
