//! Assessments of a resource, vulnerabilities, owners and coverage, compared with what REST
//! lists.

use std::collections::{BTreeMap, BTreeSet};

use opscopilot::tools::ToolError;
use serde_json::{Value, json};

use crate::{
    tools_bench::{ANCHOR, Bench, estate},
    tools_observability::told,
};

const FINDINGS: &str = "/providers/Microsoft.Security/subAssessments";

fn subject(id: &Value) -> String {
    let id = id.as_str().unwrap().to_lowercase();
    id.split("/providers/microsoft.security/").next().unwrap().to_owned()
}

fn instant(value: &Value) -> jiff::Timestamp {
    value.as_str().unwrap().parse().unwrap()
}

fn rows(output: &Value) -> &Vec<Value> {
    output["rows"].as_array().unwrap()
}

#[tokio::test]
async fn all_assessments_of_a_resource_are_told_worst_first() {
    let estate = estate().await;
    let bench = Bench::at(&estate.endpoint(), "operator");
    let all = bench.each("/providers/Microsoft.Security/assessments", "2021-06-01").await;
    let of_it = |row: &&(String, Value)| subject(&row.1["id"]).ends_with("/vm-web-01");
    let truth: BTreeMap<&str, &str> = all
        .iter()
        .filter(of_it)
        .map(|(_, row)| {
            let code = row["properties"]["status"]["code"].as_str().unwrap();
            (row["name"].as_str().unwrap(), code)
        })
        .collect();
    let output = bench.ok("list_resource_assessments", json!({"resource": "vm-web-01"})).await;
    let listed: BTreeMap<&str, &str> = rows(&output.output)
        .iter()
        .map(|row| (row["assessmentId"].as_str().unwrap(), row["status"].as_str().unwrap()))
        .collect();
    assert_eq!(listed, truth);
    let bad = truth.values().filter(|code| **code == "Unhealthy").count();
    let first = &output.findings[0].text;
    assert!(first.contains(&format!("{bad} of {} assessments", truth.len())), "{first}");
    assert_eq!(rows(&output.output)[0]["status"], "Unhealthy");
    let healthy = json!({"resource": "vm-web-01", "status": "Healthy"});
    let output = bench.ok("list_resource_assessments", healthy).await;
    let good = truth.values().filter(|code| **code == "Healthy").count();
    assert_eq!(rows(&output.output).len(), good);
    let error = bench.run("list_resource_assessments", json!({})).await.unwrap_err();
    assert!(error.to_string().contains("resource"), "{error}");
}

#[tokio::test]
async fn vulnerabilities_are_summed_over_resources_as_rest_lists_them() {
    let estate = estate().await;
    let bench = Bench::at(&estate.endpoint(), "operator");
    let all = bench.each(FINDINGS, "2019-01-01-preview").await;
    let mut truth: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for (_, row) in &all {
        let properties = &row["properties"];
        if properties["additionalData"]["assessedResourceType"].is_string() {
            let title = properties["displayName"].as_str().unwrap();
            truth.entry(title).or_default().insert(subject(&row["id"]));
        }
    }
    let output = bench.ok("list_vulnerabilities", json!({})).await;
    let listed: BTreeMap<&str, u64> = rows(&output.output)
        .iter()
        .map(|row| (row["title"].as_str().unwrap(), row["resources"].as_u64().unwrap()))
        .collect();
    let expected: BTreeMap<&str, u64> =
        truth.iter().map(|(title, resources)| (*title, resources.len() as u64)).collect();
    assert_eq!(listed, expected);
    let one =
        all.iter().find(|(_, row)| row["properties"]["id"].as_str().unwrap().starts_with("CVE-"));
    let cve = one.unwrap().1["properties"]["id"].as_str().unwrap();
    let output = bench.ok("list_vulnerabilities", json!({"cve": cve.to_lowercase()})).await;
    let found = rows(&output.output);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0]["cve"], cve);
    assert!(found[0]["score"].is_number());
    let vm = json!({"resource": subject(&one.unwrap().1["id"])});
    let output = bench.ok("list_vulnerabilities", vm).await;
    assert!(rows(&output.output).iter().all(|row| row["resources"] == 1));
    let none = bench.ok("list_vulnerabilities", json!({"cve": "CVE-1999-0001"})).await;
    assert!(told(&none).contains("no such vulnerability"), "{}", told(&none));
    let patched = bench.ok("list_vulnerabilities", json!({"patchable": "yes"})).await;
    assert!(rows(&patched.output).iter().all(|row| row["patchable"] == "yes"));
}

#[tokio::test]
async fn owners_and_dates_are_those_of_rest_and_overdue_is_before_now() {
    let estate = estate().await;
    let bench = Bench::at(&estate.endpoint(), "operator");
    let output = bench.ok("list_governance_assignments", json!({})).await;
    let listed = rows(&output.output);
    assert!(!listed.is_empty());
    for row in listed.iter().take(5) {
        let resource = row["resource"].as_str().unwrap();
        let below = format!("{resource}/providers/Microsoft.Security/assessments");
        let all = bench.rest(&below, "2021-06-01").await;
        let of = all.iter().find(|one| one["properties"]["displayName"] == row["title"]).unwrap();
        let own = format!("{}/governanceAssignments", of["id"].as_str().unwrap());
        let own = bench.rest(&own, "2022-01-01-preview").await;
        assert_eq!(own[0]["properties"]["owner"], row["owner"]);
        assert_eq!(instant(&own[0]["properties"]["remediationDueDate"]), instant(&row["due"]));
    }
    let now: jiff::Timestamp = ANCHOR.parse().unwrap();
    let is_late =
        |row: &&Value| row["due"].as_str().unwrap().parse::<jiff::Timestamp>().unwrap() < now;
    let late = listed.iter().filter(is_late).count();
    let overdue = bench.ok("list_governance_assignments", json!({"state": "overdue"})).await;
    assert_eq!(rows(&overdue.output).len(), late);
    assert!(output.findings[0].text.contains(&format!("{late} of them are overdue")));
    let owner = listed[0]["owner"].as_str().unwrap();
    let output = bench.ok("list_governance_assignments", json!({ "owner": owner })).await;
    assert!(rows(&output.output).iter().all(|row| row["owner"] == owner));
    let rules = bench.ok("list_governance_rules", json!({})).await;
    assert_eq!(rows(&rules.output)[0]["days"], 14);
}

#[tokio::test]
async fn coverage_counts_every_resource_of_a_type_that_a_plan_is_for() {
    let estate = estate().await;
    let bench = Bench::at(&estate.endpoint(), "operator");
    let resources = bench.each("/resources", "2024-07-01").await;
    let plans = bench.each("/providers/Microsoft.Security/pricings", "2024-01-01").await;
    let names: BTreeMap<String, String> = bench.subscriptions().await.into_iter().collect();
    let output = bench.ok("get_plan_coverage", json!({})).await;
    for (kind, plan) in [
        ("Microsoft.Compute/virtualMachines", "VirtualMachines"),
        ("Microsoft.Storage/storageAccounts", "StorageAccounts"),
        ("Microsoft.KeyVault/vaults", "KeyVaults"),
    ] {
        for (id, name) in &names {
            let count =
                resources.iter().filter(|(own, row)| own == id && row["type"] == kind).count();
            let on = plans.iter().any(|(own, row)| {
                own == id && row["name"] == plan && row["properties"]["pricingTier"] == "Standard"
            });
            let row = rows(&output.output).iter().find(|row| {
                row["subscription"] == name.as_str() && row["resourceType"] == kind.to_lowercase()
                    || row["subscription"] == id.as_str()
                        && row["resourceType"] == kind.to_lowercase()
            });
            match row {
                None => assert_eq!(count, 0, "{name} {kind}"),
                Some(row) => {
                    let key = if on { "covered" } else { "notCovered" };
                    assert_eq!(row[key], count, "{name} {kind}");
                }
            }
        }
    }
    let not = bench.ok("get_plan_coverage", json!({"covered": "notCovered"})).await;
    assert!(rows(&not.output).iter().all(|row| row["notCovered"].as_u64().unwrap() > 0));
}

#[tokio::test]
async fn who_may_not_read_is_told_so() {
    let estate = estate().await;
    let bench = Bench::at(&estate.endpoint(), "nobody");
    for tool in [
        "get_plan_coverage",
        "list_exposed_machines",
        "list_governance_assignments",
        "list_open_ports",
        "list_public_addresses",
        "list_vulnerabilities",
    ] {
        match bench.run(tool, json!({})).await {
            Err(ToolError::Denied { .. }) => {}
            other => panic!("{tool}: {:?}", other.map(|output| told(&output))),
        }
    }
}
