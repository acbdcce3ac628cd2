//! What there is: subscriptions, resource groups, resources, free queries, rights.

mod check_access;
mod find_resources;
mod get_resource;
mod list_resource_groups;
mod list_subscriptions;
pub(in crate::tools) mod look_up;
mod query_resources;
pub mod resource_types;

use std::sync::Arc;

use super::tool::{AnyTool, boxed};

pub use check_access::CheckAccess;
pub use find_resources::FindResources;
pub use get_resource::GetResource;
pub use list_resource_groups::ListResourceGroups;
pub use list_subscriptions::ListSubscriptions;
pub(crate) use query_resources::code_of;
pub use query_resources::{QueryResources, refused};

/// The typed tools of this pillar.
pub(super) fn tools() -> Vec<Arc<dyn AnyTool>> {
    vec![
        boxed(CheckAccess),
        boxed(FindResources),
        boxed(GetResource),
        boxed(ListResourceGroups),
        boxed(ListSubscriptions),
        boxed(QueryResources),
    ]
}
