//! Configuration: Azure Policy, machine configuration, Update Manager, inventory of machines.

use std::sync::Arc;

use super::tool::AnyTool;

/// The typed tools of this pillar.
pub(super) fn tools() -> Vec<Arc<dyn AnyTool>> {
    vec![]
}
