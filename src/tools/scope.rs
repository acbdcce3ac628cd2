//! What there is: subscriptions, groups of both kinds, resources, free queries, rights, locks, and
//! what is set up and paid for.

mod check_access;
mod enrollment;
mod find_resources;
mod get_licensing;
mod get_onboarding_status;
mod get_resource;
mod list_locks;
mod list_management_groups;
mod list_resource_groups;
mod list_role_assignments;
mod list_subscriptions;
pub(in crate::tools) mod look_up;
mod places;
mod query_resources;
pub mod resource_types;

use std::sync::Arc;

use super::tool::{AnyTool, boxed};

pub use check_access::CheckAccess;
pub use find_resources::FindResources;
pub use get_licensing::GetLicensing;
pub use get_onboarding_status::GetOnboardingStatus;
pub use get_resource::GetResource;
pub use list_locks::ListLocks;
pub use list_management_groups::ListManagementGroups;
pub use list_resource_groups::ListResourceGroups;
pub use list_role_assignments::ListRoleAssignments;
pub use list_subscriptions::ListSubscriptions;
pub(crate) use query_resources::code_of;
pub use query_resources::{QueryResources, refused};

/// The typed tools of this pillar.
pub(super) fn tools() -> Vec<Arc<dyn AnyTool>> {
    vec![
        boxed(CheckAccess),
        boxed(FindResources),
        boxed(GetLicensing),
        boxed(GetOnboardingStatus),
        boxed(GetResource),
        boxed(ListLocks),
        boxed(ListManagementGroups),
        boxed(ListResourceGroups),
        boxed(ListRoleAssignments),
        boxed(ListSubscriptions),
        boxed(QueryResources),
    ]
}
