//! Optimization: cost, Azure Advisor, idle resources, carbon.

use super::tool::AnyTool;

/// The typed tools of this pillar.
pub(super) fn tools() -> Vec<Box<dyn AnyTool>> {
    vec![]
}
