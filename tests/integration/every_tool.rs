//! Every tool there is, with arguments that it answers on the sample estate.

use opscopilot::tools::{Registry, ToolOutput};
use serde_json::{Value, json};

use crate::tools_bench::Bench;

/// Calls of every tool, several of those that tell more than one kind of thing.
#[expect(clippy::too_many_lines, reason = "it is a list: a call or two of every tool")]
pub(crate) async fn calls(bench: &Bench) -> Vec<(&'static str, Value)> {
    let vm = bench.ok("find_resources", json!({"type": "vm", "limit": 1})).await;
    let vm = &vm.output["resources"][0]["name"];
    let alert = bench.ok("list_alerts", json!({"limit": 1})).await.output["alerts"][0].clone();
    let threat = bench.ok("list_security_alerts", json!({"limit": 1})).await;
    let advice = bench.ok("list_security_recommendations", json!({"limit": 1})).await;
    let calls = vec![
        ("check_access", json!({})),
        ("check_access", json!({"action": "restart VMs"})),
        ("count_resources", json!({"by": "location"})),
        ("count_resources", json!({"by": "type"})),
        ("explain_secure_score", json!({})),
        ("get_licensing", json!({})),
        ("get_onboarding_status", json!({})),
        ("list_locks", json!({})),
        ("list_management_groups", json!({})),
        ("list_role_assignments", json!({})),
        ("list_role_assignments", json!({"only": "broad"})),
        ("list_tags", json!({})),
        ("list_untagged_resources", json!({})),
        ("find_resources", json!({"type": "vm", "limit": 20})),
        ("find_resources", json!({"state": "unattached"})),
        ("get_activity_log", json!({"timeRange": "7d"})),
        ("get_alert", json!({"alert": alert["id"]})),
        ("get_alert_history", json!({})),
        ("get_alert_history", json!({"resource": "vm-api-02", "since": "7d"})),
        ("get_alert_rule", json!({"rule": "VM availability"})),
        ("forecast_cost", json!({})),
        ("get_advisor_recommendation", json!({"category": "Cost"})),
        ("get_carbon_emissions", json!({"by": "location"})),
        ("get_cost", json!({})),
        ("get_cost", json!({"by": "resource", "timeRange": "30d"})),
        ("get_cost", json!({"tag": "costCenter", "timeRange": "last month"})),
        ("list_advisor_recommendations", json!({"category": "Cost"})),
        ("list_budgets", json!({})),
        ("list_cost_alerts", json!({"status": "all"})),
        ("list_cost_movers", json!({"by": "resourceGroup", "timeRange": "7d"})),
        ("list_idle_resources", json!({})),
        ("list_reservation_advice", json!({})),
        ("get_metrics", json!({"resource": "vm-api-02", "metric": "cpu"})),
        ("get_metrics", json!({"resource": ["vm-web-01", "vm-web-02"], "timeRange": "7d"})),
        ("get_backup_job", json!({"resource": "vm-erp-01"})),
        ("get_backup_policy", json!({"policy": "policy-erp-daily"})),
        ("get_resource", json!({"resource": vm})),
        ("get_plan_coverage", json!({})),
        ("get_secure_score", json!({})),
        ("get_security_alert", json!({"alert": threat.output["alerts"][0]["id"]})),
        (
            "get_security_recommendation",
            json!({"recommendation": advice.output["recommendations"][0]["title"]}),
        ),
        ("investigate_resource", json!({"resource": "vm-api-02"})),
        ("find_heartbeat_gaps", json!({})),
        ("find_noisy_resources", json!({})),
        ("list_app_dependencies", json!({})),
        ("list_app_exceptions", json!({})),
        ("list_app_failures", json!({})),
        ("list_data_collection_rules", json!({})),
        ("list_diagnostic_gaps", json!({})),
        ("list_guest_changes", json!({})),
        ("list_log_tables", json!({})),
        ("list_log_tables", json!({"table": "Heartbeat"})),
        ("list_machine_inventory", json!({"containing": "open"})),
        ("list_system_events", json!({})),
        ("list_workspaces", json!({})),
        ("query_logs", json!({"query": "Heartbeat | summarize n = count() by Computer"})),
        ("summarize_app_errors", json!({})),
        ("summarize_app_requests", json!({})),
        ("summarize_log_volume", json!({})),
        ("summarize_sign_ins", json!({})),
        ("list_action_groups", json!({})),
        ("list_alert_processing_rules", json!({})),
        ("list_alert_rules", json!({})),
        ("list_alert_rules", json!({"only": "disabled"})),
        ("list_alerts", json!({})),
        ("list_alert_suppression_rules", json!({})),
        ("list_attack_paths", json!({})),
        ("list_exposed_machines", json!({})),
        ("list_governance_assignments", json!({})),
        ("list_just_in_time_access", json!({})),
        ("list_security_controls", json!({})),
        ("list_governance_rules", json!({})),
        ("list_open_ports", json!({})),
        ("list_public_addresses", json!({})),
        ("list_impacted_resources", json!({})),
        ("list_metric_definitions", json!({"type": "vm"})),
        ("list_backup_instances", json!({})),
        ("list_backup_jobs", json!({})),
        ("list_backup_policies", json!({})),
        ("list_protected_items", json!({})),
        ("list_recovery_plans", json!({})),
        ("list_recovery_points", json!({"resource": "vm-erp-01"})),
        ("get_machine_configuration_report", json!({"machine": "vm-web-01", "only": "all"})),
        ("list_end_of_support", json!({})),
        ("list_machine_configurations", json!({})),
        ("list_maintenance_configurations", json!({})),
        ("list_missing_updates", json!({})),
        ("list_noncompliant_resources", json!({})),
        ("list_patch_runs", json!({})),
        ("list_pending_patches", json!({})),
        ("list_policy_assignments", json!({})),
        ("list_policy_definitions", json!({})),
        ("list_policy_exemptions", json!({})),
        ("list_policy_remediations", json!({})),
        ("list_unscheduled_machines", json!({})),
        ("summarize_patch_compliance", json!({})),
        ("summarize_policy_compliance", json!({})),
        ("list_noncompliant_resources", json!({"resource": vm})),
        ("list_regulatory_compliance", json!({})),
        ("list_replicated_items", json!({})),
        ("list_replication_jobs", json!({})),
        ("list_replication_jobs", json!({"what": "events"})),
        ("list_resource_assessments", json!({"resource": vm})),
        ("list_resource_changes", json!({"timeRange": "14d"})),
        ("list_resource_groups", json!({})),
        ("list_resource_health", json!({})),
        ("list_resource_health", json!({"resource": vm})),
        ("list_resource_protections", json!({})),
        ("list_security_alerts", json!({})),
        ("list_security_recommendations", json!({})),
        ("list_service_health", json!({})),
        ("list_subscriptions", json!({})),
        ("list_unprotected_resources", json!({})),
        ("list_unprotected_resources", json!({"vault": "rsv-backup-prod-weu"})),
        ("list_vaults", json!({})),
        ("list_zone_redundancy", json!({})),
        ("list_vulnerabilities", json!({})),
        ("query_resources", json!({"query": "resources | summarize count() by location"})),
        ("rank_by_metric", json!({"type": "vm", "metric": "cpu"})),
        ("rank_by_metric", json!({"type": "web app", "metric": "errors", "timeRange": "3h"})),
        ("rank_actions", json!({})),
        ("summarize_alerts", json!({})),
        ("summarize_operations", json!({})),
        ("summarize_business_continuity", json!({})),
        ("summarize_recommendations", json!({})),
        ("summarize_security", json!({})),
    ];
    let registry = Registry::built_in().unwrap();
    for spec in registry.specs() {
        assert!(calls.iter().any(|(tool, _)| *tool == spec.name), "{} is not called", spec.name);
    }
    calls
}

/// What each call answers.
pub(crate) async fn answers(bench: &Bench) -> Vec<(&'static str, Value, ToolOutput)> {
    let mut answers = Vec::new();
    for (tool, arguments) in calls(bench).await {
        let output = bench.ok(tool, arguments.clone()).await;
        answers.push((tool, arguments, output));
    }
    answers
}
