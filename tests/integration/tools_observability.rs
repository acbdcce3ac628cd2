//! Reads of alerts, changes and health agree with the estate's own REST lists, as the
//! operator sees them.

use std::collections::BTreeSet;

use opscopilot::tools::{ToolError, ToolOutput};
use serde_json::{Value, json};

use crate::tools_bench::{Bench, estate, estate_of};

pub(crate) const TOOLS: [&str; 6] = [
    "list_alerts",
    "summarize_alerts",
    "get_activity_log",
    "list_resource_changes",
    "list_resource_health",
    "list_service_health",
];

pub(crate) fn told(output: &ToolOutput) -> String {
    let findings = output.findings.iter().map(|one| format!("{:?}: {}", one.kind, one.text));
    findings.collect::<Vec<_>>().join("\n")
}

pub(crate) fn rows<'a>(output: &'a ToolOutput, key: &str) -> &'a Vec<Value> {
    output.output[key].as_array().unwrap()
}

pub(crate) fn text<'a>(row: &'a Value, key: &str) -> &'a str {
    row[key].as_str().unwrap()
}

/// All fired alerts, by REST.
pub(crate) async fn alerts(bench: &Bench) -> Vec<Value> {
    let mut all = Vec::new();
    for (id, _) in bench.subscriptions().await {
        let path = format!("/subscriptions/{id}/providers/Microsoft.AlertsManagement/alerts");
        let query = [("timeRange", "30d".to_owned())];
        all.extend(bench.rest_with(&path, "2019-03-01", &query).await);
    }
    all
}

fn essential<'a>(alert: &'a Value, key: &str) -> &'a str {
    alert["properties"]["essentials"][key].as_str().unwrap_or_default()
}

#[tokio::test]
async fn alerts_are_those_that_rest_lists() {
    let estate = estate().await;
    let bench = Bench::at(&estate.endpoint(), "operator");
    let all = alerts(&bench).await;
    let is_open = |one: &&Value| {
        essential(one, "monitorCondition") == "Fired" && essential(one, "alertState") != "Closed"
    };
    let open: Vec<&Value> = all.iter().filter(is_open).collect();
    assert!(!open.is_empty());
    let output = bench.ok("list_alerts", json!({})).await;
    assert_eq!(output.output["total"], open.len());
    for one in rows(&output, "bySeverity") {
        let of = open.iter().filter(|alert| essential(alert, "severity") == one["key"]).count();
        assert_eq!(one["count"], of, "{one}");
    }
    let listed = rows(&output, "alerts");
    assert!(listed.windows(2).all(|pair| text(&pair[0], "severity") <= text(&pair[1], "severity")));
    let severe = bench.ok("list_alerts", json!({"severity": ["critical", "Sev1"]})).await;
    let of = open.iter().filter(|one| ["Sev0", "Sev1"].contains(&essential(one, "severity")));
    assert_eq!(severe.output["total"], of.count());
    let closed = bench.ok("list_alerts", json!({"state": "Closed"})).await;
    let of = all.iter().filter(|one| essential(one, "alertState") == "Closed");
    assert_eq!(closed.output["total"], of.count());
    let target = text(&listed[0], "target");
    let on = bench.ok("list_alerts", json!({"resource": target})).await;
    let of =
        open.iter().filter(|one| essential(one, "targetResource").eq_ignore_ascii_case(target));
    assert_eq!(on.output["total"], of.count());
    let name = target.rsplit('/').next().unwrap();
    let named = bench.ok("list_alerts", json!({"resource": name})).await;
    assert!(named.output["total"].as_u64() >= on.output["total"].as_u64());
    assert_eq!(bench.ok("list_alerts", json!({"timeRange": "1s"})).await.output["total"], 0);
    let summary = bench.ok("summarize_alerts", json!({})).await;
    assert_eq!(summary.output["total"], all.len());
    assert_eq!(summary.output["open"], open.len());
    for one in rows(&summary, "byService") {
        let of =
            all.iter().filter(|alert| essential(alert, "monitorService") == one["key"]).count();
        assert_eq!(one["count"], of, "{one}");
    }
}

#[tokio::test]
async fn an_alert_is_found_by_id_and_by_name_with_the_history_of_rest() {
    let estate = estate().await;
    let bench = Bench::at(&estate.endpoint(), "operator");
    let all = alerts(&bench).await;
    let one = all.iter().find(|one| essential(one, "alertState") == "Closed").unwrap();
    let id = text(one, "id");
    let output = bench.ok("get_alert", json!({"alert": id})).await;
    assert_eq!(text(&output.output["alert"], "id").rsplit('/').next(), id.rsplit('/').next());
    let subscription = id.split('/').nth(2).unwrap();
    let guid = id.rsplit('/').next().unwrap();
    let path = format!(
        "/subscriptions/{subscription}/providers/Microsoft.AlertsManagement/alerts/{guid}/history"
    );
    let truth = bench.object(&path, "2019-03-01").await;
    let modifications = truth["properties"]["modifications"].as_array().unwrap();
    assert!(modifications.len() > 1);
    assert_eq!(rows(&output, "history").len(), modifications.len());
    let times: Vec<&str> = rows(&output, "history").iter().map(|one| text(one, "at")).collect();
    assert!(times.windows(2).all(|pair| pair[0] >= pair[1]), "{times:?}");
    let by_guid = bench.ok("get_alert", json!({"alert": guid})).await;
    assert_eq!(by_guid.output, output.output);
    let name = bench.ok("get_alert", json!({"alert": "VM availability"})).await;
    assert!(told(&name).contains("vm-api-02"), "{}", told(&name));
    assert!(!rows(&name, "measured").is_empty());
    for (asked, part) in [("a", "several"), ("no such alert", "30 days"), (" ", "id")] {
        let error = bench.run("get_alert", json!({"alert": asked})).await.unwrap_err();
        assert!(matches!(error, ToolError::Rejected { .. }), "{asked}: {error}");
        assert!(error.to_string().contains(part), "{asked}: {error}");
    }
}

#[tokio::test]
async fn operations_without_a_caller_are_nobodys() {
    let estate = estate().await;
    let bench = Bench::at(&estate.endpoint(), "operator");
    let output =
        bench.ok("get_activity_log", json!({"resource": "vm-api-02", "timeRange": "7d"})).await;
    let operations = rows(&output, "operations");
    let called = operations.iter().filter(|one| one["caller"].is_string()).count();
    assert!(0 < called && called < operations.len(), "{operations:?}");
    let said = told(&output);
    assert!(said.contains(&format!(", {called} by `")) && !said.contains("all by"), "{said}");
}

#[tokio::test]
async fn operations_are_those_of_the_log() {
    let estate = estate().await;
    let bench = Bench::at(&estate.endpoint(), "operator");
    let mut events = Vec::new();
    let filter =
        "eventTimestamp ge '2026-02-23T09:00:00Z' and eventTimestamp le '2026-03-02T09:00:00Z'";
    for (id, _) in bench.subscriptions().await {
        let path = format!(
            "/subscriptions/{id}/providers/Microsoft.Insights/eventtypes/management/values"
        );
        let query = [("$filter", filter.to_owned())];
        events.extend(bench.rest_with(&path, "2015-04-01", &query).await);
    }
    let key = |event: &Value| {
        let text = |key: &str| event[key].as_str().unwrap_or_default().to_lowercase();
        let operation = event["operationName"]["value"].as_str().unwrap().to_lowercase();
        (text("correlationId"), text("resourceId"), operation)
    };
    let truth: BTreeSet<_> = events.iter().map(key).collect();
    let output = bench.ok("get_activity_log", json!({"timeRange": "7d", "limit": 500})).await;
    assert_eq!(output.output["total"], truth.len());
    assert_eq!(output.output["events"], events.len());
    let failed: BTreeSet<_> =
        events.iter().filter(|one| one["status"]["value"] == "Failed").map(key).collect();
    let output = bench.ok("get_activity_log", json!({"timeRange": "7d", "failedOnly": true})).await;
    assert_eq!(output.output["total"], failed.len());
    assert!(rows(&output, "operations").iter().all(|one| one["status"] == "Failed"));
    let mut totals = BTreeSet::new();
    let machine = bench.ok("find_resources", json!({"name": "vm-api-02", "type": "vm"})).await;
    let id = text(&rows(&machine, "resources")[0], "id").to_owned();
    for resource in ["vm-api-02", id.as_str()] {
        let of =
            bench.ok("get_activity_log", json!({"resource": resource, "writesOnly": true})).await;
        assert!(
            rows(&of, "operations").iter().all(|one| text(one, "resourceId").contains("vm-api-02"))
        );
        totals.insert(of.output["total"].as_u64().unwrap());
    }
    assert_eq!(totals.into_iter().collect::<Vec<_>>(), [4]);
    let deallocated =
        bench.ok("get_activity_log", json!({"operation": "deallocate", "caller": "JONAS"})).await;
    assert_eq!(deallocated.output["total"], 1);
    let group = json!({"resourceGroup": "rg-api-prod-neu", "timeRange": "7d"});
    let of = bench.ok("get_activity_log", group).await;
    assert!(of.output["total"].as_u64() >= Some(4));
}

#[tokio::test]
async fn changes_are_those_of_the_table() {
    let estate = estate().await;
    let bench = Bench::at(&estate.endpoint(), "operator");
    let query = "resourcechanges | where todatetime(properties.changeAttributes.timestamp) >= \
        datetime(2026-02-23T09:00:00Z) | project id, properties, \
        kind = tostring(properties.changeType), target = tostring(properties.targetResourceId)";
    let raw = bench.ok("query_resources", json!({"query": query, "limit": 1000})).await;
    let raw = rows(&raw, "rows");
    let output = bench.ok("list_resource_changes", json!({"timeRange": "7d", "limit": 500})).await;
    assert_eq!(output.output["total"], raw.len());
    assert_eq!(rows(&output, "changes").len(), raw.len());
    for (key, kind) in [("created", "Create"), ("updated", "Update"), ("deleted", "Delete")] {
        assert_eq!(output.output[key], raw.iter().filter(|one| one["kind"] == kind).count());
    }
    let targets: BTreeSet<String> =
        raw.iter().map(|one| text(one, "target").to_lowercase()).collect();
    assert_eq!(output.output["resources"], targets.len());
    let one = bench.ok("list_resource_changes", json!({"resource": "vm-api-02"})).await;
    let change = &rows(&one, "changes")[0];
    assert_eq!(change["differences"][0]["property"], "properties.hardwareProfile.vmSize");
    assert!(told(&one).contains("from `Standard_D4s_v5` to"), "{}", told(&one));
    let created = json!({"changeType": "created", "timeRange": "14d"});
    let created = bench.ok("list_resource_changes", created).await;
    assert!(rows(&created, "changes").iter().all(|one| one["changeType"] == "Create"));
    let by =
        bench.ok("list_resource_changes", json!({"changedBy": "tom.", "timeRange": "14d"})).await;
    assert!(rows(&by, "changes").iter().all(|one| text(one, "by").starts_with("tom.")));
}

#[tokio::test]
async fn health_is_that_of_rest() {
    let estate = estate().await;
    let bench = Bench::at(&estate.endpoint(), "operator");
    let path = "/providers/Microsoft.ResourceHealth/availabilityStatuses";
    let all = bench.each(path, "2024-02-01").await;
    let output = bench.ok("list_resource_health", json!({})).await;
    for one in rows(&output, "byState") {
        let of = all.iter().filter(|(_, row)| row["properties"]["availabilityState"] == one["key"]);
        assert_eq!(one["count"], of.count(), "{one}");
    }
    assert_eq!(output.output["known"], all.len());
    let rank = |row: &Value| match text(row, "state") {
        "Unavailable" => 0,
        "Degraded" => 1,
        _ => 2,
    };
    let statuses = rows(&output, "statuses");
    assert!(statuses.windows(2).all(|pair| rank(&pair[0]) <= rank(&pair[1])));
    let of = bench.ok("list_resource_health", json!({"resource": "vm-api-02"})).await;
    let id = of.output["resourceId"].as_str().unwrap();
    let truth = bench.rest(&format!("{id}{path}"), "2024-02-01").await;
    assert_eq!(rows(&of, "statuses").len(), truth.len());
    assert_eq!(rows(&of, "statuses")[0]["state"], "Unavailable");
    let kind =
        bench.ok("list_resource_health", json!({"type": "web app", "state": "Degraded"})).await;
    assert!(rows(&kind, "statuses").iter().all(|one| text(one, "resourceId").contains("/sites/")));
}

#[tokio::test]
async fn service_health_is_that_of_rest() {
    let estate = estate().await;
    let bench = Bench::at(&estate.endpoint(), "operator");
    let all = bench.each("/providers/Microsoft.ResourceHealth/events", "2024-02-01").await;
    let ids = |status: &str| -> BTreeSet<&str> {
        let fit = all.iter().filter(|(_, row)| row["properties"]["status"] == status);
        fit.map(|(_, row)| text(row, "name")).collect()
    };
    let output = bench.ok("list_service_health", json!({})).await;
    let listed: BTreeSet<&str> =
        rows(&output, "events").iter().map(|one| text(one, "trackingId")).collect();
    assert_eq!(listed, ids("Active"));
    assert_eq!(rows(&output, "events")[0]["eventType"], "ServiceIssue");
    let tracking = text(&rows(&output, "events")[0], "trackingId");
    let mut impacted = 0;
    for (id, row) in &all {
        if row["name"] == tracking {
            let path = format!(
                "/subscriptions/{id}/providers/Microsoft.ResourceHealth/events/{tracking}/impactedResources"
            );
            impacted += bench.rest(&path, "2024-02-01").await.len();
        }
    }
    assert_eq!(rows(&output, "events")[0]["impacted"], impacted);
    for tracking in ids("Resolved") {
        let one =
            bench.ok("list_service_health", json!({"trackingId": tracking.to_lowercase()})).await;
        assert_eq!(rows(&one, "events")[0]["status"], "Resolved");
    }
    let place =
        bench.ok("list_service_health", json!({"region": "eastus2", "eventType": "outage"})).await;
    assert_eq!(place.output["total"], 1);
    let none = bench.ok("list_service_health", json!({"region": "Japan East"})).await;
    assert_eq!(none.output["total"], 0);
}

#[tokio::test]
async fn the_cost_does_not_grow_with_the_estate() {
    let mut requests = Vec::new();
    for scale in [1, 6] {
        let estate = estate_of(scale).await;
        let bench = Bench::at(&estate.endpoint(), "operator");
        let before = estate.ledger().len();
        for tool in TOOLS {
            bench.ok(tool, json!({"timeRange": null})).await;
        }
        requests.push(estate.ledger().len() - before);
    }
    // Subscriptions without a row are asked for their rights: in a small estate there may be more.
    assert!(requests[1] <= requests[0], "{requests:?}");
}

#[tokio::test]
async fn what_each_observability_tool_tells_of_the_sample_estate() {
    let estate = estate().await;
    let bench = Bench::at(&estate.endpoint(), "operator");
    for (name, tool, arguments) in [
        ("list_alerts", "list_alerts", json!({})),
        ("summarize_alerts", "summarize_alerts", json!({})),
        ("get_alert", "get_alert", json!({"alert": "VM availability"})),
        ("get_activity_log", "get_activity_log", json!({"writesOnly": true})),
        ("list_resource_changes", "list_resource_changes", json!({"limit": 10})),
        ("list_resource_health", "list_resource_health", json!({})),
        ("health_of_one", "list_resource_health", json!({"resource": "vm-api-02"})),
        ("list_service_health", "list_service_health", json!({})),
    ] {
        let output = bench.ok(tool, arguments).await;
        let text = format!("{}\n\n{}\n\n{}", output.summary, told(&output), output.digest);
        insta::assert_snapshot!(name, text);
    }
}
