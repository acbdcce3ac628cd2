//! Every tool there is, with arguments that it answers on the sample estate.

use opscopilot::tools::{Registry, ToolOutput};
use serde_json::{Value, json};

use crate::tools_bench::Bench;

/// Calls of every tool, several of those that tell more than one kind of thing.
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
        ("find_resources", json!({"type": "vm", "limit": 20})),
        ("find_resources", json!({"state": "unattached"})),
        ("get_activity_log", json!({"timeRange": "7d"})),
        ("get_alert", json!({"alert": alert["id"]})),
        ("get_resource", json!({"resource": vm})),
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
        ("list_machine_inventory", json!({"item": "open"})),
        ("list_system_events", json!({})),
        ("list_workspaces", json!({})),
        ("query_logs", json!({"query": "Heartbeat | summarize n = count() by Computer"})),
        ("summarize_app_errors", json!({})),
        ("summarize_app_requests", json!({})),
        ("summarize_log_volume", json!({})),
        ("summarize_sign_ins", json!({})),
        ("list_alerts", json!({})),
        ("list_attack_paths", json!({})),
        ("list_regulatory_compliance", json!({})),
        ("list_resource_changes", json!({"timeRange": "14d"})),
        ("list_resource_groups", json!({})),
        ("list_resource_health", json!({})),
        ("list_resource_health", json!({"resource": vm})),
        ("list_resource_protections", json!({})),
        ("list_security_alerts", json!({})),
        ("list_security_recommendations", json!({})),
        ("list_service_health", json!({})),
        ("list_subscriptions", json!({})),
        ("query_resources", json!({"query": "resources | summarize count() by location"})),
        ("summarize_alerts", json!({})),
        ("summarize_operations", json!({})),
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
