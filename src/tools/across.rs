//! What looks at several pillars at once.

use super::tool::AnyTool;

/// The typed tools of this pillar.
pub(super) fn tools() -> Vec<Box<dyn AnyTool>> {
    vec![]
}
