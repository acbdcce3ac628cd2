//! The tools of security stay within the rights of the user and the scope of the thread.

use opscopilot::tools::ToolError;
use serde_json::json;

use crate::{
    tools_bench::{Bench, estate},
    tools_observability::told,
};

#[tokio::test]
async fn missing_rights_are_denied_or_said() {
    let estate = estate().await;
    let arguments = |tool: &str| match tool {
        "get_security_recommendation" => json!({"recommendation": "mfa"}),
        "get_security_alert" => json!({"alert": "brute"}),
        _ => json!({}),
    };
    let tools = [
        "summarize_security",
        "list_security_recommendations",
        "get_security_recommendation",
        "get_security_alert",
        "list_resource_protections",
        "list_regulatory_compliance",
        "list_attack_paths",
    ];
    let nobody = Bench::at(&estate.endpoint(), "nobody");
    for tool in tools {
        let error = nobody.run(tool, arguments(tool)).await.unwrap_err();
        assert!(matches!(error, ToolError::Denied { .. }), "{tool}: {error}");
    }
    // Reads one group of one subscription: what is of the subscription as a whole is denied.
    let group = Bench::at(&estate.endpoint(), "group-reader");
    for tool in ["list_resource_protections", "list_regulatory_compliance", "list_attack_paths"] {
        let error = group.run(tool, json!({})).await.unwrap_err();
        assert!(matches!(error, ToolError::Denied { .. }), "{tool}: {error}");
    }
    let output = group.ok("summarize_security", json!({})).await;
    assert!(output.output["score"].is_null() && output.output["plansOn"].is_null());
    assert!(told(&output).contains("says nothing about the secure score and Defender plans"));
    let output = group.ok("list_security_recommendations", json!({})).await;
    let rows = output.output["recommendations"].as_array().unwrap();
    assert!(!rows.is_empty());
    for row in rows {
        let sample = row["sample"].as_array().unwrap();
        assert!(sample.iter().all(|id| id.as_str().unwrap().contains("rg-web-prod-weu")), "{row}");
    }
}

#[tokio::test]
async fn nothing_outside_the_scope_is_told() {
    let estate = estate().await;
    let bench = Bench::at(&estate.endpoint(), "operator");
    let all = bench.subscriptions().await;
    let (id, _) = all.iter().find(|(_, name)| name == "Northlight Production").unwrap();
    let group = format!("/subscriptions/{id}/resourceGroups/rg-web-prod-weu");
    let narrow = Bench::at(&estate.endpoint(), "operator").scoped(&[&group]);
    let path = format!("{group}/providers/Microsoft.Security/assessments");
    let truth = bench.rest(&path, "2021-06-01").await;
    let truth = truth.iter().filter(|row| row["properties"]["status"]["code"] == "Unhealthy");
    let output = narrow.ok("list_security_recommendations", json!({})).await;
    assert_eq!(output.output["unhealthy"], truth.count());
    for tool in ["list_resource_protections", "list_regulatory_compliance"] {
        let error = narrow.run(tool, json!({})).await.unwrap_err();
        assert!(error.to_string().contains("needs the scope"), "{tool}: {error}");
    }
    let output = narrow.ok("summarize_security", json!({})).await;
    assert!(output.output["score"].is_null());
    let outside = format!("/subscriptions/{id}/resourceGroups/rg-other");
    for (tool, arguments) in [
        ("list_security_recommendations", json!({"resource": outside})),
        ("get_security_recommendation", json!({"recommendation": "mfa", "resource": outside})),
        ("get_security_alert", json!({"resource": outside})),
        ("list_attack_paths", json!({"resource": outside})),
        ("get_resource", json!({"resource": outside})),
    ] {
        let error = narrow.run(tool, arguments).await.unwrap_err();
        assert!(error.to_string().contains("outside the scope"), "{tool}: {error}");
    }
}
