//! Configuration: Azure Policy, machine configuration, Update Manager, inventory of machines.

use std::sync::Arc;

use super::tool::AnyTool;

mod covering;
pub mod list_maintenance_configurations;
pub mod list_noncompliant_resources;
pub mod list_policy_remediations;
pub mod list_unscheduled_machines;
mod policy_states;
pub mod summarize_policy_compliance;

/// The typed tools of this pillar.
pub(super) fn tools() -> Vec<Arc<dyn AnyTool>> {
    vec![
        Arc::new(list_maintenance_configurations::ListMaintenanceConfigurations),
        Arc::new(list_noncompliant_resources::ListNoncompliantResources),
        Arc::new(list_policy_remediations::ListPolicyRemediations),
        Arc::new(list_unscheduled_machines::ListUnscheduledMachines),
        Arc::new(summarize_policy_compliance::SummarizePolicyCompliance),
    ]
}
