//! Optimization: cost, Azure Advisor, idle resources, carbon.

use std::sync::Arc;

use super::tool::AnyTool;

/// The typed tools of this pillar.
pub(super) fn tools() -> Vec<Arc<dyn AnyTool>> {
    vec![]
}
