//! Configuration: Azure Policy, machine configuration, Update Manager, inventory of machines.

use super::tool::AnyTool;

/// The typed tools of this pillar.
pub(super) fn tools() -> Vec<Box<dyn AnyTool>> {
    vec![]
}
