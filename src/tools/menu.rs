//! The portal's menus, and which tools answer each item.
//!
//! Owns the order of the portal's pillar pages and a tool's places in it; a tool may have several.
//! The table of `ARCHITECTURE.md` is made of it. It must not know what a tool does.

use crate::protocol::Pillar;

/// An item of a pillar page's menu.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Item {
    /// The page.
    pub pillar: Pillar,
    /// The item, as the portal words it; our own words for `scope` and `across`.
    pub name: &'static str,
    /// The tools that answer it, the first ones first.
    pub tools: &'static [&'static str],
}

/// Azure Advisor's recommendations, which five pages have.
const ADVISOR: &[&str] = &["list_advisor_recommendations", "get_advisor_recommendation"];

const fn item(pillar: Pillar, name: &'static str, tools: &'static [&'static str]) -> Item {
    Item { pillar, name, tools }
}

/// Every item, in the portal's order.
pub const MENU: &[Item] = &[
    item(
        Pillar::Scope,
        "Subscriptions and groups",
        &["list_subscriptions", "list_resource_groups", "list_management_groups"],
    ),
    item(
        Pillar::Scope,
        "Resources",
        &["find_resources", "get_resource", "count_resources", "query_resources"],
    ),
    item(Pillar::Scope, "Access", &["check_access", "list_role_assignments"]),
    item(Pillar::Scope, "Tags and locks", &["list_tags", "list_untagged_resources", "list_locks"]),
    item(Pillar::Scope, "Onboarding", &["get_onboarding_status"]),
    item(Pillar::Scope, "Licensing", &["get_licensing"]),
    item(
        Pillar::Observability,
        "Monitor",
        &[
            "list_resource_health",
            "find_heartbeat_gaps",
            "summarize_app_requests",
            "summarize_app_errors",
            "list_app_failures",
            "list_app_exceptions",
            "list_app_dependencies",
        ],
    ),
    item(
        Pillar::Observability,
        "Service health",
        &["list_service_health", "list_impacted_resources", "list_resource_health"],
    ),
    item(
        Pillar::Observability,
        "Alerts",
        &[
            "summarize_alerts",
            "list_alerts",
            "get_alert",
            "get_alert_history",
            "list_alert_rules",
            "get_alert_rule",
            "list_action_groups",
            "list_alert_processing_rules",
        ],
    ),
    item(
        Pillar::Observability,
        "Logs",
        &[
            "query_logs",
            "list_log_tables",
            "list_workspaces",
            "find_heartbeat_gaps",
            "find_noisy_resources",
            "list_system_events",
            "summarize_log_volume",
            "summarize_sign_ins",
        ],
    ),
    item(
        Pillar::Observability,
        "Metrics",
        &["get_metrics", "list_metric_definitions", "rank_by_metric"],
    ),
    item(
        Pillar::Observability,
        "Change analysis",
        &["list_resource_changes", "get_activity_log", "list_guest_changes"],
    ),
    item(
        Pillar::Observability,
        "Monitor settings",
        &["list_diagnostic_gaps", "list_data_collection_rules"],
    ),
    item(Pillar::Observability, "Recommendations", ADVISOR),
    item(Pillar::Security, "Overview (posture)", &["summarize_security"]),
    item(
        Pillar::Security,
        "Secure score",
        &["get_secure_score", "explain_secure_score", "list_security_controls"],
    ),
    item(
        Pillar::Security,
        "Alerts",
        &["list_security_alerts", "get_security_alert", "list_alert_suppression_rules"],
    ),
    item(
        Pillar::Security,
        "Recommendations",
        &[
            "list_security_recommendations",
            "get_security_recommendation",
            "summarize_recommendations",
            "list_resource_assessments",
            "list_vulnerabilities",
            "list_governance_assignments",
            "list_governance_rules",
        ],
    ),
    item(Pillar::Security, "Attack paths", &["list_attack_paths"]),
    item(Pillar::Security, "Regulatory compliance", &["list_regulatory_compliance"]),
    item(
        Pillar::Security,
        "Protections",
        &["list_resource_protections", "get_plan_coverage", "list_just_in_time_access"],
    ),
    item(
        Pillar::Security,
        "Exposure",
        &["list_exposed_machines", "list_open_ports", "list_public_addresses"],
    ),
    item(
        Pillar::Configuration,
        "Policy",
        &[
            "summarize_policy_compliance",
            "list_noncompliant_resources",
            "list_policy_assignments",
            "list_policy_definitions",
            "list_policy_exemptions",
            "list_policy_remediations",
        ],
    ),
    item(Pillar::Configuration, "Machine enrollment", &["get_onboarding_status", "get_licensing"]),
    item(
        Pillar::Configuration,
        "Update management",
        &[
            "summarize_patch_compliance",
            "list_pending_patches",
            "list_missing_updates",
            "list_patch_runs",
            "list_maintenance_configurations",
            "list_unscheduled_machines",
            "list_end_of_support",
        ],
    ),
    item(
        Pillar::Configuration,
        "Machine configuration",
        &["list_machine_configurations", "get_machine_configuration_report"],
    ),
    item(
        Pillar::Configuration,
        "Changes + inventory",
        &["list_guest_changes", "list_machine_inventory"],
    ),
    item(Pillar::Configuration, "Recommendations", ADVISOR),
    item(
        Pillar::Resiliency,
        "Resource resiliency",
        &["summarize_business_continuity", "list_zone_redundancy", "list_unprotected_resources"],
    ),
    item(
        Pillar::Resiliency,
        "Backup + recovery",
        &[
            "list_vaults",
            "list_protected_items",
            "list_backup_instances",
            "list_backup_jobs",
            "get_backup_job",
            "list_backup_policies",
            "get_backup_policy",
            "list_recovery_points",
            "list_replicated_items",
            "list_recovery_plans",
            "list_replication_jobs",
        ],
    ),
    item(Pillar::Resiliency, "Recommendations", ADVISOR),
    item(
        Pillar::Optimization,
        "Cost",
        &[
            "get_cost",
            "list_cost_movers",
            "forecast_cost",
            "list_budgets",
            "list_cost_alerts",
            "list_reservation_advice",
        ],
    ),
    item(Pillar::Optimization, "Recommendations", ADVISOR),
    item(Pillar::Optimization, "Carbon", &["get_carbon_emissions"]),
    item(Pillar::Optimization, "Idle resources", &["list_idle_resources"]),
    item(Pillar::Across, "All pillars at once", &["summarize_operations"]),
    item(Pillar::Across, "What to do first", &["rank_actions"]),
    item(Pillar::Across, "One resource", &["investigate_resource"]),
];
