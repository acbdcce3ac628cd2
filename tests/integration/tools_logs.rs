//! Tools over logs: what they tell is what the workspaces hold, and no more than the scope allows.

use opscopilot::tools::{ToolError, ToolOutput};
use serde_json::{Value, json};

use crate::{
    tools_bench::{Bench, estate, estate_of},
    tools_observability::{rows, told},
};

async fn logs(bench: &Bench, query: &str, range: &str) -> ToolOutput {
    bench.ok("query_logs", json!({"query": query, "timeRange": range, "limit": 1000})).await
}

async fn id_of(bench: &Bench, name: &str) -> String {
    let query = format!("resources | where name == '{name}' | project id");
    let found = bench.ok("query_resources", json!({"query": query})).await;
    rows(&found, "rows")[0]["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_free_query_reads_every_workspace_in_one_request() {
    let estate = estate().await;
    let bench = Bench::at(&estate.endpoint(), "operator");
    let before = estate.ledger().len();
    let output =
        logs(&bench, "Heartbeat | summarize n = count() by Computer | order by n desc", "1h").await;
    let asked = estate.ledger();
    let asked: Vec<&str> = asked[before..].iter().map(|entry| entry.path.as_str()).collect();
    assert_eq!(asked.iter().filter(|path| path.starts_with("/v1/")).count(), 1, "{asked:?}");
    assert!(rows(&output, "rows").iter().any(|row| row["Computer"] == "vm-web-01"));
    assert!(rows(&output, "rows").iter().any(|row| row["Computer"] == "vm-api-01"));
    assert!(!rows(&output, "rows").iter().any(|row| row["Computer"] == "vm-api-02"));
    let drawn = logs(
        &bench,
        "Heartbeat | summarize n = count() by bin(TimeGenerated, 1h) | render timechart",
        "12h",
    )
    .await;
    assert!(drawn.views.len() == 2, "a chart and its table");
    let some =
        bench.ok("query_logs", json!({"query": "Heartbeat", "timeRange": "1h", "limit": 5})).await;
    assert_eq!(rows(&some, "rows").len(), 5);
    let whole = logs(&bench, "Heartbeat | count", "1h").await;
    assert_eq!(some.output["total"], rows(&whole, "rows")[0]["Count"]);
}

#[tokio::test]
async fn a_wrong_query_is_told_with_what_there_is() {
    let estate = estate().await;
    let bench = Bench::at(&estate.endpoint(), "operator");
    for (query, parts) in [
        ("Heartbeats | take 1", vec!["Heartbeats", "Heartbeat", "Perf"]),
        ("Heartbeat | where Host == 'a'", vec!["Host", "`Heartbeat` has the columns", "Computer"]),
        ("Heartbeat | evaluate bag_unpack(x)", vec!["`evaluate` is refused"]),
        ("workspace('other').Heartbeat", vec!["`workspace` is refused"]),
        ("externaldata(a:string)['https://x']", vec!["is refused"]),
        ("", vec!["empty"]),
        ("Heartbeat | wherex 1", vec!["could not be parsed"]),
    ] {
        let error = bench.run("query_logs", json!({"query": query})).await.unwrap_err();
        assert!(matches!(error, ToolError::Rejected { .. }), "{query}: {error}");
        for part in parts {
            assert!(error.to_string().contains(part), "{query}: {error}");
        }
    }
}

#[tokio::test]
async fn logs_outside_the_scope_are_not_read() {
    let estate = estate().await;
    let bench = Bench::at(&estate.endpoint(), "operator");
    let machine = id_of(&bench, "vm-web-01").await;
    let group = machine.split("/providers").next().unwrap().to_owned();
    let query = json!({"query": "Heartbeat | distinct Computer", "timeRange": "1h"});
    let scoped = Bench::at(&estate.endpoint(), "operator").scoped(&[&group]);
    let output = scoped.ok("query_logs", query.clone()).await;
    assert_eq!(rows(&output, "rows").len(), 4, "{}", told(&output));
    let other = id_of(&bench, "vm-api-01").await;
    let error = scoped.run("query_logs", json!({"query": "Heartbeat", "resource": other})).await;
    assert!(error.unwrap_err().to_string().contains("outside the scope"));
    let silent = scoped.ok("find_heartbeat_gaps", json!({})).await;
    assert_eq!(silent.output["total"], 0, "{}", told(&silent));
    // Two scopes: a free query cannot be kept inside them, a ready one is.
    let subscription = group.split("/resourceGroups").next().unwrap();
    let platform = id_of(&bench, "log-northlight-neu").await;
    let platform = platform.split("/resourceGroups").next().unwrap();
    let two = Bench::at(&estate.endpoint(), "operator").scoped(&[&group, platform]);
    let error = two.run("query_logs", query.clone()).await.unwrap_err();
    assert!(error.to_string().contains("`resource`"), "{error}");
    let noisy = two.ok("find_noisy_resources", json!({})).await;
    for row in rows(&noisy, "rows") {
        let id = row["id"].as_str().unwrap();
        assert!(
            id.starts_with(&group.to_lowercase()) || id.starts_with(&platform.to_lowercase()),
            "{id}"
        );
    }
    assert!(!rows(&noisy, "rows").is_empty());
    let allowed = subscription.rsplit('/').next().unwrap();
    let allowed = Bench::at(&estate.endpoint(), "operator").allowing(allowed);
    let output =
        allowed.ok("query_logs", json!({"query": "Heartbeat | distinct _SubscriptionId"})).await;
    assert_eq!(rows(&output, "rows").len(), 1, "{}", told(&output));
}

#[tokio::test]
async fn who_may_not_read_logs_is_told_so() {
    let estate = estate().await;
    let nobody = Bench::at(&estate.endpoint(), "nobody");
    let error = nobody.run("query_logs", json!({"query": "Heartbeat"})).await.unwrap_err();
    assert!(matches!(error, ToolError::Denied { .. }), "{error}");
    let reader = Bench::at(&estate.endpoint(), "group-reader");
    let machine = id_of(&reader, "vm-web-01").await;
    let query = json!({"query": "Heartbeat | distinct Computer", "resource": machine});
    assert_eq!(rows(&reader.ok("query_logs", query).await, "rows").len(), 1);
    let error = reader.run("find_heartbeat_gaps", json!({})).await.unwrap_err();
    assert!(matches!(error, ToolError::Denied { .. } | ToolError::Rejected { .. }), "{error}");
}

#[tokio::test]
async fn silent_machines_are_those_without_a_recent_heartbeat() {
    let estate = estate().await;
    let bench = Bench::at(&estate.endpoint(), "operator");
    let all = logs(&bench, "Heartbeat | summarize t = max(TimeGenerated) by Computer", "14d").await;
    let silent: Vec<&str> = rows(&all, "rows")
        .iter()
        .filter(|row| row["t"].as_str().unwrap() < "2026-03-02T08:45:00")
        .map(|row| row["Computer"].as_str().unwrap())
        .collect();
    let output = bench.ok("find_heartbeat_gaps", json!({})).await;
    assert_eq!(output.output["total"], silent.len());
    for name in ["vm-api-02", "vm-legacy-01"] {
        assert!(silent.contains(&name), "{silent:?}");
        assert!(told(&output).contains(name), "{}", told(&output));
    }
    let one = bench.ok("find_heartbeat_gaps", json!({"machine": "vm-api-02"})).await;
    assert!(told(&one).contains("433 minutes ago"), "{}", told(&one));
}

#[tokio::test]
async fn ready_questions_answer_from_the_tables() {
    let estate = estate().await;
    let bench = Bench::at(&estate.endpoint(), "operator");
    let errors = bench.ok("summarize_app_errors", json!({})).await;
    assert!(rows(&errors, "rows")[0]["app"].as_str().unwrap().starts_with("app-orders-prod"));
    let truth =
        logs(&bench, "AppRequests | where Success == false | summarize n = sum(ItemCount)", "24h")
            .await;
    let sum: i64 =
        rows(&errors, "rows").iter().map(|row| row["failedRequests"].as_i64().unwrap()).sum();
    assert_eq!(rows(&truth, "rows")[0]["n"], sum);
    let requests = bench.ok("summarize_app_requests", json!({"timeRange": "2h"})).await;
    assert!(rows(&requests, "rows")[0]["failureShare"].as_f64() > Some(0.5));
    let exceptions = bench.ok("list_app_exceptions", json!({"app": "orders"})).await;
    assert!(told(&exceptions).contains("SqlException"), "{}", told(&exceptions));
    let calls = bench.ok("list_app_dependencies", json!({"only": "failing"})).await;
    assert!(rows(&calls, "rows").iter().all(|row| row["kind"] == "SQL"));
    let signs = bench.ok("summarize_sign_ins", json!({"by": "address"})).await;
    assert_eq!(rows(&signs, "rows")[0]["key"], "203.0.113.47");
    let ssh = bench.ok("summarize_sign_ins", json!({"by": "target", "machine": "checkout"})).await;
    assert!(rows(&ssh, "rows").iter().all(|row| row["reason"] == "Wrong password over SSH"));
    assert!(!rows(&ssh, "rows").is_empty());
    let changes =
        bench.ok("list_guest_changes", json!({"machine": "vm-web-01", "timeRange": "24h"})).await;
    assert!(told(&changes).contains("wupdsvc"), "{}", told(&changes));
    let services = bench.ok("list_guest_changes", json!({"kind": ["WindowsServices"]})).await;
    assert!(rows(&services, "rows").iter().all(|row| row["kind"] == "WindowsServices"));
    let inventory = bench.ok("list_machine_inventory", json!({"containing": "openssh"})).await;
    let linux =
        logs(&bench, "Heartbeat | where OSType == 'Linux' | summarize dcount(Computer)", "2d")
            .await;
    assert!(
        rows(&inventory, "rows")[0]["machines"].as_i64()
            <= rows(&linux, "rows")[0]["dcount_Computer"].as_i64()
    );
    let volume = bench.ok("summarize_log_volume", json!({"timeRange": "7d"})).await;
    let share: f64 = rows(&volume, "rows").iter().map(|row| row["share"].as_f64().unwrap()).sum();
    assert!((share - 1.0).abs() < 0.01, "{share}");
    let events = bench.ok("list_system_events", json!({"machine": "vm-erp"})).await;
    assert!(told(&events).contains("UserErrorRequestDisallowedByPolicy"), "{}", told(&events));
}

#[tokio::test]
async fn tables_are_listed_with_their_columns() {
    let estate = estate().await;
    let bench = Bench::at(&estate.endpoint(), "operator");
    let all = bench.ok("list_log_tables", json!({})).await;
    assert!(all.output["total"].as_u64() >= Some(20));
    let one = bench.ok("list_log_tables", json!({"table": "perf"})).await;
    assert_eq!(one.output["total"], 1);
    assert!(told(&one).contains("CounterValue:real"), "{}", told(&one));
    let error = bench.run("list_log_tables", json!({"workspace": "nothing"})).await.unwrap_err();
    assert!(error.to_string().contains("log-northlight-weu"), "{error}");
    let workspaces = bench.ok("list_workspaces", json!({})).await;
    assert_eq!(workspaces.output["total"], 2);
}

#[tokio::test]
async fn gaps_are_what_no_rule_and_no_setting_covers() {
    let estate = estate().await;
    let bench = Bench::at(&estate.endpoint(), "operator");
    let gaps = bench.ok("list_diagnostic_gaps", json!({"kind": "machines"})).await;
    let machines = bench.ok("query_resources", json!({"query": "resources | where type =~ 'microsoft.compute/virtualmachines' | project id = tolower(id)", "limit": 1000})).await;
    let mut uncovered = 0;
    for machine in rows(&machines, "rows") {
        let path = format!(
            "{}/providers/Microsoft.Insights/dataCollectionRuleAssociations",
            machine["id"].as_str().unwrap()
        );
        uncovered += u64::from(bench.rest(&path, "2023-03-11").await.is_empty());
    }
    assert_eq!(gaps.output["machinesUncovered"], uncovered);
    assert_eq!(gaps.output["machines"], rows(&machines, "rows").len());
    assert!(told(&gaps).contains("vm-legacy-01"), "{}", told(&gaps));
    let rules = bench.ok("list_data_collection_rules", json!({})).await;
    assert_eq!(rules.output["total"], 6);
    let covered = rows(&machines, "rows").len() as u64 - uncovered;
    let sum: u64 = rows(&rules, "rows").iter().map(|row| row["machines"].as_u64().unwrap()).sum();
    assert_eq!(sum, covered * 3);
    let all = bench.ok("list_diagnostic_gaps", json!({})).await;
    assert!(all.output["read"].as_u64() <= Some(24));
    let vault = rows(&all, "gaps")
        .iter()
        .find(|gap| gap["resourceType"].as_str().unwrap().ends_with("vaults"))
        .unwrap();
    let one = bench.ok("list_diagnostic_gaps", json!({"resource": vault["resourceId"]})).await;
    assert_eq!(one.output["readWithout"], 1, "{}", told(&one));
}

#[tokio::test]
async fn the_cost_of_a_question_does_not_grow() {
    let mut requests = Vec::new();
    for scale in [1, 4] {
        let estate = estate_of(scale).await;
        let bench = Bench::at(&estate.endpoint(), "operator");
        let before = estate.ledger().len();
        for tool in [
            "find_heartbeat_gaps",
            "summarize_app_errors",
            "list_diagnostic_gaps",
            "list_log_tables",
        ] {
            bench.ok(tool, json!({})).await;
        }
        requests.push(estate.ledger().len() - before);
    }
    assert!(requests[1] <= requests[0] + 24, "{requests:?}");
    let _: Value = json!(requests);
}
