//! Resiliency: backup, replication, zone redundancy, business continuity.

mod get_backup_job;
mod get_backup_policy;
mod items;
mod jobs;
mod list_backup_jobs;
mod list_protected_items;
mod list_recovery_plans;
mod list_recovery_points;
mod list_replication_jobs;
mod list_unprotected_resources;
mod protectable;
mod replicas;
mod summarize_business_continuity;
mod table;
mod zones;

use std::sync::Arc;

use super::tool::{AnyTool, boxed};

pub use get_backup_job::GetBackupJob;
pub use get_backup_policy::GetBackupPolicy;
pub use list_backup_jobs::ListBackupJobs;
pub use list_protected_items::ListProtectedItems;
pub use list_recovery_plans::ListRecoveryPlans;
pub use list_recovery_points::ListRecoveryPoints;
pub use list_replication_jobs::ListReplicationJobs;
pub use list_unprotected_resources::ListUnprotectedResources;
pub use summarize_business_continuity::SummarizeBusinessContinuity;

/// The typed tools of this pillar.
pub(super) fn tools() -> Vec<Arc<dyn AnyTool>> {
    vec![
        boxed(GetBackupJob),
        boxed(GetBackupPolicy),
        boxed(ListBackupJobs),
        boxed(ListProtectedItems),
        boxed(ListRecoveryPlans),
        boxed(ListRecoveryPoints),
        boxed(ListReplicationJobs),
        boxed(ListUnprotectedResources),
        boxed(SummarizeBusinessContinuity),
    ]
}
