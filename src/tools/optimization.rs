//! Optimization: cost, Azure Advisor, idle resources, carbon.

mod costs;
mod get_cost;
mod list_cost_movers;
mod money;
mod period;

use std::sync::Arc;

use super::tool::{AnyTool, boxed};

pub use get_cost::GetCost;
pub use list_cost_movers::ListCostMovers;

/// The typed tools of this pillar.
pub(super) fn tools() -> Vec<Arc<dyn AnyTool>> {
    vec![boxed(GetCost), boxed(ListCostMovers)]
}
