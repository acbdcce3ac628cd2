//! The tools on metrics and alert rules: what they tell is what the estate's REST says.

use opscopilot::tools::ToolError;
use serde_json::{Value, json};

use crate::tools_bench::{Bench, estate};

const V: &str = "2024-02-01";

async fn by_rest(bench: &Bench, id: &str, query: &[(&str, &str)]) -> Vec<Value> {
    let query: Vec<(&str, String)> =
        query.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
    let path = format!("{id}/providers/Microsoft.Insights/metrics");
    let metrics = bench.rest_with(&path, V, &query).await;
    metrics[0]["timeseries"][0]["data"].as_array().unwrap().clone()
}

#[tokio::test]
async fn metrics_are_told_with_the_time_before_and_since_when_they_are_nothing() {
    let estate = estate().await;
    let bench = Bench::at(&estate.endpoint(), "operator");
    let told = bench.ok("get_metrics", json!({"resource": "vm-api-02", "metric": "cpu"})).await;
    let series = &told.output["series"][0];
    assert_eq!(series["metric"], "Percentage CPU");
    assert_eq!(series["unit"], "%");
    let id = series["resource"].as_str().unwrap();
    let query = [
        ("metricnames", "Percentage CPU"),
        ("interval", "FULL"),
        ("aggregation", "Average"),
        ("timespan", "2026-03-01T09:00:00Z/2026-03-02T09:00:00Z"),
    ];
    let truth = by_rest(&bench, id, &query).await[0]["average"].as_f64().unwrap();
    let average = series["figures"]["average"].as_f64().unwrap();
    assert!((average - truth).abs() < 0.01, "{average}, not {truth}");
    let mut before = query;
    before[3].1 = "2026-02-28T09:00:00Z/2026-03-01T09:00:00Z";
    let truth = by_rest(&bench, id, &before).await[0]["average"].as_f64().unwrap();
    let average = series["figures"]["before"].as_f64().unwrap();
    assert!((average - truth).abs() < 0.01, "{average}, not {truth}");
    assert_eq!(series["figures"]["latest"], 0.0);
    assert!(series["zeroSince"].as_str().unwrap().starts_with("2026-03-02T0"));
    assert_eq!(told.output["steps"].as_array().unwrap().len(), 96);
    insta::assert_snapshot!("get_metrics", told.digest);
}

#[tokio::test]
async fn words_mean_what_each_type_has_and_unknown_ones_are_named() {
    let estate = estate().await;
    let bench = Bench::at(&estate.endpoint(), "operator");
    for (resource, metric, name) in [
        ("sqldb-orders-main", "dtu", "dtu_consumption_percent"),
        ("sqldb-orders-main", "failed connections", "connection_failed"),
        ("app-orders-prod-eus2", "errors", "Http5xx"),
        ("app-orders-prod-eus2", "response time", "HttpResponseTime"),
        ("stwebprodweu", "latency", "SuccessE2ELatency"),
        ("redis-orders-prod-eus2", "memory", "usedmemorypercentage"),
        ("aks-inventory-prod-eus2", "cpu", "node_cpu_usage_percentage"),
    ] {
        let told = bench
            .ok("get_metrics", json!({"resource": resource, "metric": metric, "timeRange": "3h"}))
            .await;
        assert_eq!(told.output["series"][0]["metric"], name, "{metric} of {resource}");
    }
    let error =
        bench.run("get_metrics", json!({"resource": "vm-web-01", "metric": "unicorns"})).await;
    let error = error.unwrap_err().to_string();
    assert!(error.contains("`Percentage CPU`"), "{error}");
    for bad in [json!({}), json!({"resource": "nothing-there"}), json!({"type": "unicorn"})] {
        let error = bench.run("get_metrics", bad.clone()).await.unwrap_err();
        assert!(matches!(error, ToolError::Rejected { .. }), "{bad}: {error}");
    }
    let told = bench.ok("get_metrics", json!({"resource": "kvwebprodweu"})).await;
    assert!(told.output["series"].as_array().unwrap().len() > 1);
}

#[tokio::test]
async fn a_ranking_is_the_order_of_what_each_resource_says_alone() {
    let estate = estate().await;
    let bench = Bench::at(&estate.endpoint(), "operator");
    let told = bench.ok("rank_by_metric", json!({"type": "vm", "metric": "cpu", "limit": 5})).await;
    let machines = bench.each("/providers/Microsoft.Compute/virtualMachines", "2024-07-01").await;
    assert_eq!(told.output["total"], machines.len());
    assert_eq!(told.output["lookedAt"], machines.len());
    let mut truth = Vec::new();
    for (_, machine) in machines {
        let id = machine["id"].as_str().unwrap().to_owned();
        let query = [
            ("metricnames", "Percentage CPU"),
            ("interval", "FULL"),
            ("aggregation", "Average"),
            ("timespan", "2026-03-01T09:00:00Z/2026-03-02T09:00:00Z"),
        ];
        let value = by_rest(&bench, &id, &query).await[0]["average"].as_f64().unwrap();
        truth.push((value, id));
    }
    truth.sort_by(|a, b| b.0.total_cmp(&a.0));
    let ranked = told.output["resources"].as_array().unwrap();
    assert_eq!(ranked.len(), 5);
    for (one, (value, id)) in ranked.iter().zip(&truth) {
        assert_eq!(one["resource"].as_str().unwrap(), id);
        assert!((one["value"].as_f64().unwrap() - value).abs() < 0.01);
    }
    insta::assert_snapshot!("rank_by_metric", told.digest);
}

#[tokio::test]
async fn metrics_stay_inside_the_scope() {
    let estate = estate().await;
    let bench = Bench::at(&estate.endpoint(), "operator");
    let vm = bench.ok("find_resources", json!({"name": "vm-api-01", "type": "vm"})).await;
    let id = vm.output["resources"][0]["id"].as_str().unwrap().to_owned();
    let group = id.split("/providers/").next().unwrap().to_owned();
    let scoped = Bench::at(&estate.endpoint(), "operator").scoped(&[&group]);
    let told = scoped.ok("rank_by_metric", json!({"type": "vm", "metric": "cpu"})).await;
    let ranked = told.output["resources"].as_array().unwrap();
    assert_eq!(ranked.len(), 3);
    assert!(ranked.iter().all(|one| one["resource"].as_str().unwrap().starts_with(&group)));
    let error = scoped.run("get_metrics", json!({"resource": "vm-web-01"})).await.unwrap_err();
    assert!(matches!(error, ToolError::Rejected { .. }), "{error}");
    let rules = scoped.ok("list_alert_rules", json!({})).await;
    let rows = rules.output["rows"].as_array().unwrap();
    assert!(!rows.is_empty());
    let below = |row: &Value| row["id"].as_str().unwrap().to_lowercase();
    assert!(rows.iter().all(|row| below(row).starts_with(&group.to_lowercase())));
}

#[tokio::test]
async fn rules_are_listed_by_what_is_wrong_with_them() {
    let estate = estate().await;
    let bench = Bench::at(&estate.endpoint(), "operator");
    let mut truth = Vec::new();
    for (kind, version) in [
        ("metricAlerts", "2018-03-01"),
        ("scheduledQueryRules", "2023-12-01"),
        ("activityLogAlerts", "2020-10-01"),
    ] {
        let below = format!("/providers/Microsoft.Insights/{kind}");
        truth.extend(bench.each(&below, version).await.into_iter().map(|(_, rule)| rule));
    }
    let count = |only: &'static str| {
        let bench = &bench;
        async move {
            let told = bench.ok("list_alert_rules", json!({"only": only})).await;
            told.output["rows"].as_array().unwrap().len()
        }
    };
    let enabled = truth.iter().filter(|one| one["properties"]["enabled"] == true).count();
    assert_eq!(count("all").await, truth.len());
    assert_eq!(count("enabled").await, enabled);
    assert_eq!(count("disabled").await, truth.len() - enabled);
    let silent = truth.iter().filter(|one| {
        let actions = &one["properties"]["actions"];
        let groups = if actions.is_array() { actions } else { &actions["actionGroups"] };
        groups.as_array().unwrap().is_empty()
    });
    assert_eq!(count("noActionGroup").await, silent.count());
    assert_eq!(count("targetGone").await, 1);
    let told = bench.ok("list_alert_rules", json!({"resource": "vm-api-02"})).await;
    let rows = told.output["rows"].as_array().unwrap();
    for name in ["VM availability", "Heartbeat missing", "CPU above 90 percent"] {
        assert!(rows.iter().any(|row| row["name"] == name), "{name}");
    }
    let one = bench.ok("get_alert_rule", json!({"rule": "VM availability"})).await;
    insta::assert_snapshot!("get_alert_rule", one.digest);
}

#[tokio::test]
async fn what_the_queries_on_monitor_settings_tell() {
    let estate = estate().await;
    let bench = Bench::at(&estate.endpoint(), "operator");
    for (tool, arguments) in [
        ("list_action_groups", json!({})),
        ("list_alert_processing_rules", json!({})),
        ("get_alert_history", json!({"resource": "vm-api-02"})),
        ("list_impacted_resources", json!({"kind": "PlannedMaintenance"})),
        ("list_metric_definitions", json!({"type": "redis"})),
    ] {
        let told = bench.ok(tool, arguments).await;
        insta::assert_snapshot!(tool, told.digest);
    }
}

#[tokio::test]
async fn whoever_may_not_read_metrics_is_told_the_right_that_is_missing() {
    let estate = estate().await;
    let bench = Bench::at(&estate.endpoint(), "security-reader");
    for (tool, arguments, action) in [
        ("get_metrics", json!({"resource": "vm-web-01"}), "resources/read"),
        ("rank_by_metric", json!({"type": "vm", "metric": "cpu"}), "resources/read"),
    ] {
        let error = bench.run(tool, arguments).await.unwrap_err();
        assert!(
            matches!(&error, ToolError::Denied { action: denied, .. }
            if denied.ends_with(action)),
            "{tool}: {error}"
        );
    }
}

#[tokio::test]
async fn a_ranking_has_only_what_the_reader_may_see() {
    let estate = estate().await;
    let bench = Bench::at(&estate.endpoint(), "group-reader");
    let told = bench.ok("rank_by_metric", json!({"type": "vm", "metric": "cpu"})).await;
    let ranked = told.output["resources"].as_array().unwrap();
    assert!(!ranked.is_empty());
    let below = |one: &Value| one["resource"].as_str().unwrap().contains("/rg-web-prod-weu/");
    assert!(ranked.iter().all(below));
    let lowest = json!({"type": "vm", "metric": "cpu", "order": "lowest", "by": "peak"});
    let told = bench.ok("rank_by_metric", lowest).await;
    let values = told.output["resources"].as_array().unwrap();
    assert!(values.is_sorted_by_key(|one| one["value"].as_f64().unwrap().to_bits()));
}
