//! Reads of alerts, changes and health stay inside rights and scope, and name what is wrong.

use opscopilot::tools::ToolError;
use serde_json::{Value, json};

use crate::{
    tools_bench::{Bench, estate},
    tools_observability::{TOOLS, alerts, rows, text, told},
};

#[tokio::test]
async fn a_missing_right_is_denied_for_every_read() {
    let estate = estate().await;
    let bench = Bench::at(&estate.endpoint(), "nobody");
    for tool in TOOLS {
        let error = bench.run(tool, json!({})).await.unwrap_err();
        assert!(matches!(error, ToolError::Denied { .. }), "{tool}: {error}");
    }
    let bench = Bench::at(&estate.endpoint(), "security-reader");
    for tool in ["get_activity_log", "list_alerts", "list_resource_changes"] {
        match bench.run(tool, json!({})).await {
            Err(ToolError::Denied { action, .. }) => {
                assert!(action.contains("/read"), "{tool}: {action}");
            }
            other => panic!("{tool}: {other:?}"),
        }
    }
    let bench = Bench::at(&estate.endpoint(), "group-reader");
    for (tool, key, id) in [
        ("list_alerts", "alerts", "target"),
        ("list_resource_changes", "changes", "resourceId"),
        ("list_resource_health", "statuses", "resourceId"),
    ] {
        if let Ok(output) = bench.run(tool, json!({})).await {
            let own = |row: &Value| text(row, id).to_lowercase().contains("/rg-web-prod-weu/");
            assert!(rows(&output, key).iter().all(own), "{tool}");
        }
    }
}

#[tokio::test]
async fn no_read_leaves_the_scope() {
    let estate = estate().await;
    let bench = Bench::at(&estate.endpoint(), "operator");
    let subscriptions = bench.subscriptions().await;
    let (id, _) = subscriptions.iter().find(|(_, name)| name == "Northlight Production").unwrap();
    let (other, other_name) = subscriptions.iter().find(|(one, _)| one != id).unwrap();
    let group = format!("/subscriptions/{id}/resourceGroups/rg-api-prod-neu");
    let narrow = Bench::at(&estate.endpoint(), "operator").scoped(&[&group]);
    for (tool, key, id, arguments) in [
        ("list_alerts", "alerts", "target", json!({})),
        ("list_resource_changes", "changes", "resourceId", json!({"timeRange": "14d"})),
        ("list_resource_health", "statuses", "resourceId", json!({})),
        ("get_activity_log", "operations", "resourceId", json!({"timeRange": "14d"})),
    ] {
        let output = narrow.ok(tool, arguments).await;
        assert!(!rows(&output, key).is_empty(), "{tool}");
        let inside = |row: &Value| text(row, id).to_lowercase().contains("/rg-api-prod-neu");
        assert!(rows(&output, key).iter().all(inside), "{tool}");
    }
    let all = alerts(&bench).await;
    let outside = all.iter().find(|one| !text(one, "id").contains("rg-api-prod-neu")).unwrap();
    let elsewhere = format!("/subscriptions/{other}/resourceGroups/x");
    for (tool, arguments) in [
        ("list_service_health", json!({})),
        ("get_alert", json!({"alert": outside["id"]})),
        ("list_alerts", json!({"resource": elsewhere})),
        ("list_alerts", json!({"subscription": other_name})),
        ("get_activity_log", json!({"resource": elsewhere})),
        ("get_activity_log", json!({"resourceGroup": "rg-web-prod-weu"})),
        ("list_resource_changes", json!({"resource": elsewhere})),
        ("list_resource_health", json!({"resource": elsewhere})),
    ] {
        let error = narrow.run(tool, arguments.clone()).await.unwrap_err();
        assert!(matches!(error, ToolError::Rejected { .. }), "{tool} {arguments}: {error}");
        assert!(error.to_string().contains("scope"), "{tool} {arguments}: {error}");
    }
}

#[tokio::test]
async fn arguments_that_do_not_fit_are_named() {
    let estate = estate().await;
    let bench = Bench::at(&estate.endpoint(), "operator");
    for (tool, arguments, field) in [
        ("list_alerts", json!({"severity": "Hot"}), "severity"),
        ("list_alerts", json!({"limit": 0}), "limit"),
        ("get_alert", json!({}), "alert"),
        ("summarize_alerts", json!({"timeRange": "soon"}), "timeRange"),
        ("get_activity_log", json!({"timeRange": "2025-01-01"}), "timeRange"),
        ("get_activity_log", json!({"failedOnly": "maybe"}), "failedOnly"),
        ("get_activity_log", json!({"resourceGroup": "a'b/c?d"}), "resourceGroup"),
        ("list_resource_changes", json!({"timeRange": "2026-01-01"}), "timeRange"),
        ("list_resource_changes", json!({"changeType": "moved"}), "changeType"),
        ("list_resource_health", json!({"type": "unicorn"}), "type"),
        ("list_service_health", json!({"status": "over"}), "status"),
    ] {
        match bench.run(tool, arguments.clone()).await {
            Err(error @ ToolError::Rejected { .. }) => {
                assert!(error.to_string().contains(field), "{tool} {arguments}: {error}");
            }
            // A name that no group can have is nothing found, or refused: never an answer.
            Ok(output) => assert_eq!(output.output["total"], 0, "{tool} {arguments}"),
            Err(other) => panic!("{tool} {arguments}: {other}"),
        }
    }
    let long = bench.ok("get_activity_log", json!({"timeRange": "365d"})).await;
    assert!(told(&long).contains("90 days"), "{}", told(&long));
    let long = bench.ok("list_resource_changes", json!({"timeRange": "90d"})).await;
    assert!(told(&long).contains("14 days"), "{}", told(&long));
    for name in ["' or 1 eq 1", "\" or true", "{{part}}", "\\", "a\n| take 1", "\u{202e}"] {
        for tool in
            ["list_alerts", "list_resource_changes", "list_resource_health", "get_activity_log"]
        {
            let output = bench.ok(tool, json!({"resource": name})).await;
            assert_eq!(output.output["total"], 0, "{tool} {name:?}");
        }
    }
}
