//! What looks at several pillars at once: it asks the tools of the pillars and puts what they tell
//! side by side.
//!
//! Owns the order of things that come from several rooms. It must not read Azure itself: what a
//! pillar knows, its own tool tells.

mod asking;
mod investigate_resource;
mod rank_actions;
mod summarize_operations;

use std::sync::Arc;

use super::tool::{AnyTool, boxed};

pub use investigate_resource::InvestigateResource;
pub use rank_actions::RankActions;
pub use summarize_operations::SummarizeOperations;

/// The tools that are made of others.
pub(super) fn tools(others: &[Arc<dyn AnyTool>]) -> Vec<Arc<dyn AnyTool>> {
    let others = asking::Others::of(others);
    vec![
        boxed(InvestigateResource::over(others.clone())),
        boxed(RankActions::over(others.clone())),
        boxed(SummarizeOperations::over(others)),
    ]
}
