//! The tools of configuration say what the estate's own lists say, keep to the scope, and tell
//! missing rights from nothing.

use std::collections::{BTreeMap, BTreeSet};

use opscopilot::tools::{ToolError, ToolOutput};
use serde_json::{Value, json};

use crate::{
    estate_site::Site,
    tools_bench::{Bench, estate},
};

fn text(output: &ToolOutput) -> String {
    output.findings.iter().map(|one| one.text.clone()).collect::<Vec<_>>().join("\n")
}

fn low(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_ascii_lowercase()
}

/// Policy states of a subscription, by REST.
async fn states(site: &Site, subscription: &str) -> Vec<Value> {
    let mut link = format!(
        "{subscription}/providers/Microsoft.PolicyInsights/policyStates/latest/queryResults?api-version=2024-10-01"
    );
    let mut rows = Vec::new();
    loop {
        let response = site.send("operator", reqwest::Method::POST, &link, None).await;
        let body: Value = response.json().await.unwrap();
        rows.extend(body["value"].as_array().unwrap().clone());
        match body["@odata.nextLink"].as_str() {
            Some(next) => link = next.to_owned(),
            None => return rows,
        }
    }
}

#[tokio::test]
async fn compliance_counts_each_resource_once_as_the_worst_of_its_states() {
    let site = Site::start().await;
    let production = site.subscription("Northlight Production").await;
    let states = states(&site, &production).await;
    let all: BTreeSet<String> = states.iter().map(|one| low(&one["resourceId"])).collect();
    let broken = |one: &&Value| one["complianceState"] == "NonCompliant";
    let bad: BTreeSet<String> =
        states.iter().filter(broken).map(|one| low(&one["resourceId"])).collect();
    let bench = Bench::at(&site.estate.endpoint(), "operator");
    let told = bench
        .ok("summarize_policy_compliance", json!({"subscription": "Northlight Production"}))
        .await;
    assert_eq!(told.output["overall"]["resources"], all.len());
    assert_eq!(told.output["overall"]["noncompliant"], bad.len());
    let mut by_assignment: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for one in states.iter().filter(broken) {
        by_assignment
            .entry(low(&one["policyAssignmentId"]))
            .or_default()
            .insert(low(&one["resourceId"]));
    }
    for part in told.output["parts"].as_array().unwrap() {
        let own = by_assignment.get(&low(&part["key"])).map_or(0, BTreeSet::len);
        assert_eq!(part["noncompliant"], own, "{part}");
        assert!(!part["name"].as_str().unwrap().contains("/providers/"), "{part}");
    }
    for by in ["policy", "resourceGroup", "subscription", "resourceType"] {
        let told = bench.ok("summarize_policy_compliance", json!({"by": by})).await;
        assert!(told.output["parts"].as_array().unwrap().len() > 1, "{by}");
    }
    let one = bench
        .ok(
            "summarize_policy_compliance",
            json!({"assignment": "allowed locations", "by": "policy"}),
        )
        .await;
    assert_eq!(one.output["total"], 1);
}

#[tokio::test]
async fn violations_come_with_their_reason() {
    let site = Site::start().await;
    let bench = Bench::at(&site.estate.endpoint(), "operator");
    let production = site.subscription("Northlight Production").await;
    let all = states(&site, &production).await;
    let expected = all.iter().filter(|one| one["complianceState"] == "NonCompliant").count();
    let told = bench
        .ok(
            "list_noncompliant_resources",
            json!({"subscription": "Northlight Production", "limit": 20}),
        )
        .await;
    assert_eq!(told.output["total"], expected);
    assert_eq!(told.output["violations"].as_array().unwrap().len(), 20);
    assert!(text(&told).contains(&format!("20 of {expected}")), "{}", text(&told));
    let told =
        bench.ok("list_noncompliant_resources", json!({"policy": "allowed locations"})).await;
    let first = &told.output["violations"][0];
    let id = first["resourceId"].as_str().unwrap();
    let told = bench
        .ok("list_noncompliant_resources", json!({"resource": id, "policy": "allowed locations"}))
        .await;
    let reason = told.output["violations"][0]["reason"].as_str().unwrap();
    assert!(reason.contains("location is uksouth, NotIn"), "{reason}");
    let wrong = bench.run("list_noncompliant_resources", json!({"policy": "no such"})).await;
    assert!(matches!(wrong, Err(ToolError::Rejected { .. })), "{wrong:?}");
}

#[tokio::test]
async fn policy_tools_keep_to_the_scope_and_name_missing_rights() {
    let estate = estate().await;
    let endpoint = estate.endpoint();
    let bench = Bench::at(&endpoint, "operator");
    let production =
        bench.subscriptions().await.into_iter().find(|(_, name)| name == "Northlight Production");
    let (production, _) = production.unwrap();
    let group = format!("/subscriptions/{production}/resourceGroups/rg-legacy-prod-uks");
    let bound = Bench::at(&endpoint, "operator").scoped(&[&group]);
    let told = bound.ok("list_noncompliant_resources", json!({"limit": 200})).await;
    for one in told.output["violations"].as_array().unwrap() {
        assert!(low(&one["resourceId"]).starts_with(&group.to_ascii_lowercase()), "{one}");
    }
    for tool in ["list_policy_assignments", "list_policy_definitions", "list_policy_remediations"] {
        let refused = bound.run(tool, json!({})).await;
        assert!(matches!(refused, Err(ToolError::Rejected { .. })), "{tool}: {refused:?}");
    }
    let machines = bound.ok("list_unscheduled_machines", json!({})).await;
    assert_eq!(machines.output["total"], 2);
    let secure = Bench::at(&endpoint, "security-reader");
    for (tool, action) in [
        ("summarize_policy_compliance", "PolicyInsights/policyStates"),
        ("list_noncompliant_resources", "PolicyInsights/policyStates"),
        ("list_policy_remediations", "PolicyInsights/remediations"),
        ("list_unscheduled_machines", "Maintenance/configurationAssignments"),
        ("list_machine_configurations", "GuestConfiguration/"),
        ("list_pending_patches", "Compute/virtualMachines/read"),
    ] {
        match secure.run(tool, json!({})).await {
            Err(ToolError::Denied { action: missing, .. }) => {
                assert!(missing.contains(action), "{missing}");
            }
            other => panic!("{tool}: {other:?}"),
        }
    }
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "one story, told by four tools")]
async fn patches_runs_and_schedules_tell_the_billing_story() {
    let estate = estate().await;
    let bench = Bench::at(&estate.endpoint(), "operator");
    let told =
        bench.ok("list_pending_patches", json!({"resourceGroup": "rg-billing-prod-neu"})).await;
    let rows = told.output["rows"].as_array().unwrap();
    assert_eq!(rows.len(), 3);
    assert!(
        rows.iter().all(|row| row["worst"] == "Critical" && row["rebootPending"] == "yes"),
        "{rows:?}"
    );
    let told = bench
        .ok("list_patch_runs", json!({"resourceGroup": "rg-billing-prod-neu", "status": "Failed"}))
        .await;
    assert_eq!(told.output["total"], 6);
    assert!(text(&told).contains("the maintenance window was over"), "{}", text(&told));
    let told = bench
        .ok("list_missing_updates", json!({"machine": "vm-billing", "classification": "Critical"}))
        .await;
    let first = &told.output["rows"][0];
    assert!(first["machines"].as_u64().unwrap() >= 3, "{first}");
    let told = bench.ok("list_maintenance_configurations", json!({})).await;
    let all = told.output["configurations"].as_array().unwrap();
    assert_eq!(all.len(), 5);
    let named = |name: &str| all.iter().find(|one| one["name"] == name).unwrap();
    assert_eq!(named("mc-billing-weekly")["assigned"], 3);
    assert_eq!(told.output["unused"], 1);
    for one in all {
        let next: jiff::Timestamp = one["nextAt"].as_str().unwrap().parse().unwrap();
        let now: jiff::Timestamp = crate::tools_bench::ANCHOR.parse().unwrap();
        assert!(next > now, "{one}");
    }
    let covered: u64 = all
        .iter()
        .map(|one| one["filtered"].as_u64().unwrap() + one["assigned"].as_u64().unwrap())
        .sum();
    let rest = bench.ok("list_unscheduled_machines", json!({})).await;
    let machines = bench.each("/resources", "2024-07-01").await;
    let machines =
        machines.iter().filter(|(_, one)| one["type"] == "Microsoft.Compute/virtualMachines");
    let machines = machines.count() as u64;
    assert_eq!(rest.output["machineCount"], machines);
    // The filters of production reach the billing machines too, where they have tags.
    let twice = covered + rest.output["total"].as_u64().unwrap() - machines;
    assert!(twice <= 3, "{covered} {}", rest.output["total"]);
    let told = bench.ok("summarize_patch_compliance", json!({"by": "os"})).await;
    let sum: u64 = told.output["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["machines"].as_u64().unwrap())
        .sum();
    assert_eq!(sum, machines);
}

#[tokio::test]
async fn reports_exemptions_remediations_and_ends_of_support_are_told() {
    let estate = estate().await;
    let bench = Bench::at(&estate.endpoint(), "operator");
    let told = bench
        .ok(
            "list_machine_configurations",
            json!({"status": "NonCompliant", "configuration": "baseline"}),
        )
        .await;
    let row = told.output["rows"][0].clone();
    assert!(row["failed"].as_u64().unwrap() > 0, "{row}");
    let report = bench
        .ok(
            "get_machine_configuration_report",
            json!({"machine": row["machine"], "configuration": "baseline"}),
        )
        .await;
    assert_eq!(report.output["total"], row["failed"]);
    assert!(text(&report).contains("Expected"), "{}", text(&report));
    let told = bench.ok("list_policy_exemptions", json!({})).await;
    let states: Vec<&str> = told.output["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["state"].as_str().unwrap())
        .collect();
    assert_eq!(states, ["expired", "expires soon", "no end"]);
    let told = bench.ok("list_policy_remediations", json!({"state": "Failed"})).await;
    assert_eq!(told.output["failed"], told.output["total"]);
    assert!(text(&told).contains("does not have authorization"), "{}", text(&told));
    let told = bench.ok("list_policy_definitions", json!({"kind": "Custom"})).await;
    assert!(
        told.output["rows"].as_array().unwrap().iter().all(|one| one["policyType"] == "Custom")
    );
    let told = bench.ok("list_policy_assignments", json!({"enforcement": "DoNotEnforce"})).await;
    assert_eq!(told.output["total"], 1);
    let told = bench.ok("list_end_of_support", json!({"state": "ended"})).await;
    let rows = told.output["rows"].as_array().unwrap();
    assert!(rows.iter().any(|one| one["product"] == "Ubuntu 20.04"), "{rows:?}");
    let now: jiff::Timestamp = crate::tools_bench::ANCHOR.parse().unwrap();
    for row in rows {
        let ended: jiff::Timestamp = row["endsAt"].as_str().unwrap().parse().unwrap();
        assert!(ended < now, "{row}");
    }
}
