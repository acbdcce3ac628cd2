//! Reads of alerts, changes and health agree with the estate's own REST lists and tables.

use opscopilot::tools::ToolOutput;
use serde_json::json;

use crate::tools_bench::{Bench, estate};

fn told(output: &ToolOutput) -> String {
    let findings = output.findings.iter().map(|one| format!("{:?}: {}", one.kind, one.text));
    findings.collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn what_each_observability_tool_tells_of_the_sample_estate() {
    let estate = estate().await;
    let bench = Bench::at(&estate.endpoint(), "operator");
    let id = bench.ok("list_alerts", json!({})).await.output["alerts"][0]["id"].clone();
    for (name, tool, arguments) in [
        ("list_alerts", "list_alerts", json!({})),
        ("summarize_alerts", "summarize_alerts", json!({})),
        ("get_alert", "get_alert", json!({"alert": id})),
        ("get_activity_log", "get_activity_log", json!({"writesOnly": true, "limit": 10})),
        ("list_resource_changes", "list_resource_changes", json!({"timeRange": "7d", "limit": 10})),
        ("list_resource_health", "list_resource_health", json!({})),
        ("health_of_one", "list_resource_health", json!({"resource": "vm-api-02"})),
        ("list_service_health", "list_service_health", json!({})),
    ] {
        let output = bench.ok(tool, arguments).await;
        println!("=== {name}\n{}\n\n{}\n\n{}", output.summary, told(&output), output.digest);
    }
}
