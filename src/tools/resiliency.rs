//! Resiliency: backup, replication, zone redundancy, business continuity.

mod items;
mod list_protected_items;
mod table;

use super::tool::{AnyTool, boxed};

pub use list_protected_items::ListProtectedItems;

/// The typed tools of this pillar.
pub(super) fn tools() -> Vec<Box<dyn AnyTool>> {
    vec![boxed(ListProtectedItems)]
}
