//! Tools over the sample estate agree with its own REST lists, for every user and scope.

use opscopilot::tools::{ToolError, ToolOutput};
use serde_json::{Value, json};

use crate::tools_bench::{Bench, estate, estate_of};

const VM: &str = "Microsoft.Compute/virtualMachines";

fn told(output: &ToolOutput) -> String {
    let findings = output.findings.iter().map(|one| format!("{:?}: {}", one.kind, one.text));
    findings.collect::<Vec<_>>().join("\n")
}

fn near(a: f64, b: f64) -> bool {
    (a - b).abs() < 1e-6
}

#[tokio::test]
async fn subscriptions_are_those_that_rest_lists() {
    let estate = estate().await;
    let bench = Bench::at(&estate.endpoint(), "operator");
    let output = bench.ok("list_subscriptions", json!({})).await;
    let mut names: Vec<String> = bench.subscriptions().await.into_iter().map(|(_, n)| n).collect();
    names.sort();
    let rows = output.output["subscriptions"].as_array().unwrap();
    let told: Vec<&str> = rows.iter().map(|row| row["name"].as_str().unwrap()).collect();
    assert_eq!(told, names);
    assert_eq!(output.coverage.scopes.len(), names.len());
}

#[tokio::test]
async fn resources_found_and_counted_are_those_that_rest_lists() {
    let estate = estate().await;
    let bench = Bench::at(&estate.endpoint(), "operator");
    let all = bench.each("/resources", "2024-07-01").await;
    let truth: Vec<&Value> =
        all.iter().map(|(_, row)| row).filter(|row| row["type"] == VM).collect();
    let output = bench.ok("find_resources", json!({"type": "vms", "limit": 10})).await;
    assert_eq!(output.output["total"], truth.len());
    assert_eq!(output.coverage.total, Some(truth.len() as u64));
    assert_eq!(output.coverage.rows, 10);
    assert!(output.summary.starts_with(&format!("10 of {} virtual machines", truth.len())));
    let one = truth[0];
    let output =
        bench.ok("find_resources", json!({"name": one["name"], "location": one["location"]})).await;
    let ids: Vec<String> = output.output["resources"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["id"].as_str().unwrap().to_lowercase())
        .collect();
    assert!(ids.contains(&one["id"].as_str().unwrap().to_lowercase()));
    let counted = bench.ok("count_resources", json!({"by": "type"})).await;
    let rows = counted.output["rows"].as_array().unwrap();
    let vms = rows.iter().find(|row| row["key"] == VM.to_lowercase()).unwrap();
    assert_eq!(vms["resources"], truth.len());
    let sum: u64 = rows.iter().map(|row| row["resources"].as_u64().unwrap()).sum();
    assert_eq!(sum, all.len() as u64);
    let by = bench.ok("count_resources", json!({"by": "subscription", "type": "vm"})).await;
    assert!(told(&by).contains("Northlight Production"), "{}", told(&by));
}

#[tokio::test]
async fn resource_groups_tags_and_states_are_found() {
    let estate = estate().await;
    let bench = Bench::at(&estate.endpoint(), "operator");
    let groups = bench.each("/resourcegroups", "2024-07-01").await;
    let output = bench.ok("find_resources", json!({"type": "resource groups"})).await;
    assert_eq!(output.output["total"], groups.len());
    let all = bench.each("/resources", "2024-07-01").await;
    let (key, value) = all
        .iter()
        .find_map(|(_, row)| row["tags"].as_object()?.iter().next())
        .map(|(key, value)| (key.clone(), value.as_str().unwrap().to_owned()))
        .unwrap();
    let truth = all.iter().filter(|(_, row)| row["tags"][&key] == value.as_str()).count();
    let output = bench.ok("find_resources", json!({"tag": format!("{key}={value}")})).await;
    assert_eq!(output.output["total"], truth);
    let running = bench.ok("find_resources", json!({"type": "vm", "state": "running"})).await;
    let stopped = bench.ok("find_resources", json!({"type": "vm", "state": "stopped"})).await;
    let vms = all.iter().filter(|(_, row)| row["type"] == VM).count() as u64;
    let count = |output: &ToolOutput| output.output["total"].as_u64().unwrap();
    assert!(count(&running) > 0 && count(&stopped) > 0);
    assert_eq!(count(&running) + count(&stopped), vms);
}

#[tokio::test]
async fn the_score_is_that_of_rest_weighted_over_subscriptions() {
    let estate = estate().await;
    let bench = Bench::at(&estate.endpoint(), "operator");
    let scores = bench.each("/providers/Microsoft.Security/secureScores", "2020-01-01").await;
    let number = |row: &Value, key: &str| row["properties"].pointer(key).unwrap().as_f64().unwrap();
    let (mut sum, mut weights) = (0.0, 0.0);
    for (_, row) in &scores {
        sum += number(row, "/score/percentage") * number(row, "/weight");
        weights += number(row, "/weight");
    }
    let output = bench.ok("get_secure_score", json!({})).await;
    assert!(near(output.output["overall"].as_f64().unwrap(), sum / weights));
    assert_eq!(output.output["subscriptions"].as_array().unwrap().len(), scores.len());
    let (_, name) = bench.subscriptions().await.remove(0);
    let one = bench.ok("get_secure_score", json!({"subscription": name.to_uppercase()})).await;
    assert_eq!(one.coverage.scopes.len(), 1);
    assert!(one.findings[0].text.contains(&name));
}

#[tokio::test]
async fn controls_are_ranked_by_what_rest_says_they_would_gain() {
    let estate = estate().await;
    let bench = Bench::at(&estate.endpoint(), "operator");
    let path = "/providers/Microsoft.Security/secureScores/ascScore/secureScoreControls";
    let controls = bench.each(path, "2020-01-01").await;
    let output = bench.ok("explain_secure_score", json!({})).await;
    let told = output.output["controls"].as_array().unwrap();
    let mut last = f64::MAX;
    for control in told {
        let of = controls.iter().filter(|(_, row)| row["name"] == control["controlId"]);
        let number =
            |row: &Value, key: &str| row["properties"].pointer(key).and_then(Value::as_f64);
        let (mut gain, mut unhealthy) = (0.0, 0.0);
        for (_, row) in of {
            gain += number(row, "/score/max").unwrap() - number(row, "/score/current").unwrap();
            unhealthy += number(row, "/unhealthyResourceCount").unwrap();
        }
        assert!(near(control["potentialPoints"].as_f64().unwrap(), gain), "{control}");
        assert!(near(control["unhealthy"].as_f64().unwrap(), unhealthy), "{control}");
        let share = control["potentialShare"].as_f64().unwrap();
        assert!(share <= last);
        last = share;
    }
    let overall = output.output["overall"].as_f64().unwrap();
    let all: f64 = told.iter().map(|one| one["potentialShare"].as_f64().unwrap()).sum();
    assert!((overall + all - 1.0).abs() < 0.01, "{overall} + {all}: all controls make it whole");
    check_recommendations(&bench, &told[0]).await;
}

async fn check_recommendations(bench: &Bench, control: &Value) {
    let all = bench.each("/providers/Microsoft.Security/assessments", "2021-06-01").await;
    let recommendations = control["recommendations"].as_array().unwrap();
    assert!(!recommendations.is_empty());
    for one in recommendations {
        let truth = all.iter().filter(|(_, row)| {
            row["name"] == one["assessmentId"] && row["properties"]["status"]["code"] == "Unhealthy"
        });
        assert_eq!(one["unhealthy"], truth.count(), "{one}");
        assert!(!one["sample"].as_array().unwrap().is_empty());
    }
}

#[tokio::test]
async fn alerts_are_counted_as_rest_lists_them() {
    let estate = estate().await;
    let bench = Bench::at(&estate.endpoint(), "operator");
    let all = bench.each("/providers/Microsoft.Security/alerts", "2022-01-01").await;
    let count = |key: &str, value: &str, status: &str| {
        let fits = |row: &Value| {
            row["properties"][key] == value
                && (status.is_empty() || row["properties"]["status"] == status)
        };
        all.iter().filter(|(_, row)| fits(row)).count()
    };
    let output = bench.ok("list_security_alerts", json!({})).await;
    assert_eq!(output.output["total"], count("status", "Active", ""));
    for one in output.output["bySeverity"].as_array().unwrap() {
        assert_eq!(one["count"], count("severity", one["severity"].as_str().unwrap(), "Active"));
    }
    let high = bench.ok("list_security_alerts", json!({"severity": "high"})).await;
    assert_eq!(high.output["total"], count("severity", "High", "Active"));
    let rank = |row: &Value| match row["severity"].as_str() {
        Some("High") => 3,
        Some("Medium") => 2,
        Some("Low") => 1,
        _ => 0,
    };
    let rows = output.output["alerts"].as_array().unwrap();
    assert!(rows.windows(2).all(|pair| rank(&pair[0]) >= rank(&pair[1])));
    let id = rows[0]["resourceIds"][0].as_str().unwrap();
    let of = bench.ok("list_security_alerts", json!({"resource": id})).await;
    assert!(of.output["total"].as_u64().unwrap() >= 1);
    let recent = bench.ok("list_security_alerts", json!({"timeRange": "1s"})).await;
    assert_eq!(recent.output["total"], 0);
}

#[tokio::test]
async fn a_missing_right_is_denied_and_never_an_empty_list() {
    let estate = estate().await;
    for (user, tool) in [
        ("group-reader", "get_secure_score"),
        ("group-reader", "explain_secure_score"),
        ("security-reader", "find_resources"),
        ("security-reader", "count_resources"),
        ("group-reader", "get_secure_score"),
        ("nobody", "list_subscriptions"),
        ("nobody", "find_resources"),
        ("nobody", "list_security_alerts"),
    ] {
        let bench = Bench::at(&estate.endpoint(), user);
        match bench.run(tool, json!({})).await {
            Err(ToolError::Denied { action, role, .. }) => {
                assert!(action.contains("/read"), "{user} {tool}: {action}");
                assert!(role.contains("Reader"), "{user} {tool}: {role}");
            }
            other => panic!("{user} {tool}: {other:?}"),
        }
    }
    let bench = Bench::at(&estate.endpoint(), "group-reader");
    let output = bench.ok("list_security_alerts", json!({})).await;
    let rows = output.output["alerts"].as_array().unwrap();
    assert!(rows.iter().all(|row| row["id"].as_str().unwrap().contains("rg-web-prod-weu")));
    let (id, _) = bench.subscriptions().await.remove(0);
    let group = format!("/subscriptions/{id}/resourceGroups/rg-web-prod-weu");
    let bench = Bench::at(&estate.endpoint(), "security-reader").scoped(&[&group]);
    let error = bench.run("find_resources", json!({})).await.unwrap_err();
    assert!(matches!(error, ToolError::Denied { .. }), "{error}");
    let bench = Bench::at(&estate.endpoint(), "security-reader");
    let output = bench.ok("get_secure_score", json!({})).await;
    assert_eq!(output.coverage.scopes.len(), 1);
}

#[tokio::test]
async fn nothing_outside_the_scope_is_read() {
    let estate = estate().await;
    let bench = Bench::at(&estate.endpoint(), "operator");
    let subscriptions = bench.subscriptions().await;
    let (id, _) = subscriptions.iter().find(|(_, name)| name == "Northlight Production").unwrap();
    let (other, other_name) = subscriptions.iter().find(|(one, _)| one != id).unwrap();
    let group = format!("/subscriptions/{id}/resourceGroups/RG-web-prod-weu");
    let narrow = Bench::at(&estate.endpoint(), "operator").scoped(&[&group]);
    let truth = bench.rest(&format!("{group}/resources"), "2024-07-01").await;
    let output = narrow.ok("find_resources", json!({})).await;
    assert_eq!(output.output["total"], truth.len());
    let counted = narrow.ok("count_resources", json!({})).await;
    let rows = counted.output["rows"].as_array().unwrap();
    let sum: u64 = rows.iter().map(|row| row["resources"].as_u64().unwrap()).sum();
    assert_eq!(sum, truth.len() as u64);
    narrow.ok("list_security_alerts", json!({})).await;
    for (tool, arguments) in [
        ("query_resources", json!({"query": "resources | take 1"})),
        ("get_secure_score", json!({})),
        ("explain_secure_score", json!({})),
        ("find_resources", json!({"subscription": other_name})),
        (
            "list_security_alerts",
            json!({"resource": format!("/subscriptions/{other}/resourceGroups/x")}),
        ),
    ] {
        let error = narrow.run(tool, arguments).await.unwrap_err();
        assert!(matches!(error, ToolError::Rejected { .. }), "{tool}: {error}");
        assert!(error.to_string().contains("scope"), "{tool}: {error}");
        assert!(error.to_string().contains("/subscriptions/"), "{tool}: {error}");
    }
    let allowed = Bench::at(&estate.endpoint(), "operator").allowing(id);
    let listed = allowed.ok("list_subscriptions", json!({})).await;
    assert_eq!(listed.coverage.rows, 1);
}

#[tokio::test]
async fn arguments_that_do_not_fit_are_named_with_their_rule() {
    let estate = estate().await;
    let bench = Bench::at(&estate.endpoint(), "operator");
    for (tool, arguments, field) in [
        ("find_resources", json!({"limit": "many"}), "limit"),
        ("find_resources", json!({"limit": 0}), "limit"),
        ("find_resources", json!({"type": "unicorn"}), "type"),
        ("find_resources", json!({"colour": "red"}), "colour"),
        ("find_resources", json!({"subscription": "no such"}), "subscription"),
        ("list_security_alerts", json!({"severity": ["Hot"]}), "severity"),
        ("list_security_alerts", json!({"timeRange": "soon"}), "timeRange"),
        ("query_resources", json!({}), "query"),
        ("query_resources", json!({"query": "resources | evaluate x()"}), "query"),
        ("query_resources", json!({"query": "resources | wherre a == 1"}), "query"),
        ("count_resources", json!({"by": "colour"}), "by"),
        ("count_resources", json!({"x": 1}), "x"),
        ("count_resources", json!([1]), "object"),
    ] {
        let error = bench.run(tool, arguments.clone()).await.unwrap_err();
        assert!(matches!(error, ToolError::Rejected { .. }), "{tool} {arguments}: {error}");
        assert!(error.to_string().contains(field), "{tool} {arguments}: {error}");
    }
}

#[tokio::test]
async fn a_name_in_a_query_is_data_whatever_it_holds() {
    let estate = estate().await;
    let bench = Bench::at(&estate.endpoint(), "operator");
    for name in ["' or true //", "\" or 1==1", "{{name}}", "\\", "a\n| take 1", "\u{202e}"] {
        let output = bench.ok("find_resources", json!({"name": name, "tag": name})).await;
        assert_eq!(output.output["total"], 0, "{name:?}");
    }
}

#[tokio::test]
async fn what_each_tool_tells_of_the_sample_estate() {
    let estate = estate().await;
    let bench = Bench::at(&estate.endpoint(), "operator");
    for (tool, arguments) in [
        ("list_subscriptions", json!({})),
        ("find_resources", json!({"type": "vm", "state": "stopped"})),
        (
            "query_resources",
            json!({"query": "resources | summarize n = count() by location | order by n desc, location asc"}),
        ),
        ("count_resources", json!({"by": "location"})),
        ("get_secure_score", json!({})),
        ("explain_secure_score", json!({"top": 3})),
        ("list_security_alerts", json!({})),
        ("summarize_recommendations", json!({"severity": "High"})),
    ] {
        let output = bench.ok(tool, arguments).await;
        let text = format!("{}\n\n{}\n\n{}", output.summary, told(&output), output.digest);
        insta::assert_snapshot!(tool, text);
    }
}

#[tokio::test]
async fn the_cost_of_a_question_does_not_grow_with_the_estate() {
    let mut requests = Vec::new();
    for scale in [1, 8] {
        let estate = estate_of(scale).await;
        let bench = Bench::at(&estate.endpoint(), "operator");
        let all = bench.each("/resources", "2024-07-01").await;
        let before = estate.ledger().len();
        let found = bench.ok("find_resources", json!({})).await;
        assert_eq!(found.output["total"], all.len());
        assert_eq!(found.coverage.rows, 100);
        for tool in ["count_resources", "get_secure_score", "explain_secure_score"] {
            bench.ok(tool, json!({})).await;
        }
        requests.push(estate.ledger().len() - before);
    }
    assert_eq!(requests[0], requests[1]);
}
