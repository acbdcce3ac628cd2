//! The tools of security agree with the REST lists of the sample estate, for every user.

use std::collections::BTreeSet;

use opscopilot::tools::ToolOutput;
use serde_json::{Value, json};

use crate::{
    tools_bench::{Bench, estate, estate_of},
    tools_observability::told,
};

async fn unhealthy(bench: &Bench) -> Vec<(String, Value)> {
    let all = bench.each("/providers/Microsoft.Security/assessments", "2021-06-01").await;
    all.into_iter().filter(|(_, row)| row["properties"]["status"]["code"] == "Unhealthy").collect()
}

async fn metadata(bench: &Bench) -> Vec<Value> {
    bench.rest("/providers/Microsoft.Security/assessmentMetadata", "2021-06-01").await
}

#[tokio::test]
async fn recommendations_are_counted_as_rest_lists_them() {
    let estate = estate().await;
    let bench = Bench::at(&estate.endpoint(), "operator");
    let rows = unhealthy(&bench).await;
    let names: BTreeSet<&str> = rows.iter().map(|(_, row)| row["name"].as_str().unwrap()).collect();
    let output = bench.ok("list_security_recommendations", json!({"limit": 500})).await;
    assert_eq!(output.output["total"], names.len());
    assert_eq!(output.output["unhealthy"], rows.len());
    let told = output.output["recommendations"].as_array().unwrap();
    for one in told {
        let of: Vec<_> =
            rows.iter().filter(|(_, row)| row["name"] == one["assessmentId"]).collect();
        assert_eq!(one["unhealthy"], of.len(), "{one}");
        let subscriptions: BTreeSet<_> = of.iter().map(|(id, _)| id).collect();
        assert_eq!(one["subscriptionCount"], subscriptions.len(), "{one}");
    }
    let rank = |row: &Value| match row["severity"].as_str() {
        Some("High") => 3,
        Some("Medium") => 2,
        Some("Low") => 1,
        _ => 0,
    };
    assert!(told.windows(2).all(|pair| rank(&pair[0]) >= rank(&pair[1])));
    let high: BTreeSet<String> = metadata(&bench)
        .await
        .iter()
        .filter(|row| row["properties"]["severity"] == "High")
        .map(|row| row["name"].as_str().unwrap().to_owned())
        .collect();
    let truth = names.iter().filter(|name| high.contains(**name)).count();
    let output = bench.ok("list_security_recommendations", json!({"severity": "high"})).await;
    assert_eq!(output.output["total"], truth);
}

#[tokio::test]
async fn recommendations_are_filtered_by_resource_type_control_and_subscription() {
    let estate = estate().await;
    let bench = Bench::at(&estate.endpoint(), "operator");
    let rows = unhealthy(&bench).await;
    let count = |output: &ToolOutput| output.output["unhealthy"].as_u64().unwrap();
    let is_storage =
        |row: &Value| row["id"].as_str().unwrap().contains("/Microsoft.Storage/storageAccounts/");
    let truth = rows.iter().filter(|(_, row)| is_storage(row)).count() as u64;
    let list = "list_security_recommendations";
    let output = bench.ok(list, json!({"type": "storage accounts"})).await;
    assert_eq!(count(&output), truth);
    let (subscription, one) = rows.iter().find(|(_, row)| is_storage(row)).unwrap();
    let id = one["id"].as_str().unwrap().split("/providers/Microsoft.Security").next().unwrap();
    let name = id.rsplit('/').next().unwrap();
    let truth = rows
        .iter()
        .filter(|(_, row)| row["id"].as_str().unwrap().starts_with(&format!("{id}/")))
        .count() as u64;
    for resource in [id, name] {
        let output = bench.ok(list, json!({"resource": resource})).await;
        assert_eq!(count(&output), truth, "{resource}");
    }
    let truth = rows.iter().filter(|(id, _)| id == subscription).count() as u64;
    let output = bench.ok(list, json!({"subscription": subscription})).await;
    assert_eq!(count(&output), truth);
    let output = bench.ok(list, json!({"control": "mfa"})).await;
    assert!(told(&output).to_lowercase().contains("mfa"), "{}", told(&output));
    let error = bench.run(list, json!({"control": "no such"})).await.unwrap_err();
    assert!(error.to_string().contains("Enable MFA"), "{error}");
}

#[tokio::test]
async fn one_recommendation_has_its_steps_and_resources() {
    let estate = estate().await;
    let bench = Bench::at(&estate.endpoint(), "operator");
    let rows = unhealthy(&bench).await;
    let metadata = metadata(&bench).await;
    let (_, first) = &rows[0];
    let title = first["properties"]["displayName"].as_str().unwrap();
    let about = metadata.iter().find(|row| row["name"] == first["name"]).unwrap();
    let truth = rows.iter().filter(|(_, row)| row["name"] == first["name"]).count();
    let get = "get_security_recommendation";
    for asked in [title, first["name"].as_str().unwrap(), &title.to_lowercase()] {
        let output = bench.ok(get, json!({"recommendation": asked, "limit": 1000})).await;
        assert_eq!(output.output["recommendation"]["assessmentId"], first["name"]);
        assert_eq!(output.output["resources"].as_array().unwrap().len(), truth);
        let said = &output.output["about"];
        assert_eq!(said["description"], about["properties"]["description"]);
        assert!(!said["steps"].as_array().unwrap().is_empty());
        assert!(told(&output).contains("Action: "), "{}", told(&output));
    }
    let id = first["id"].as_str().unwrap();
    let output = bench.ok(get, json!({"recommendation": id})).await;
    assert_eq!(output.output["resources"].as_array().unwrap().len(), 1);
    let output = bench.ok(get, json!({"recommendation": "management ports closed"})).await;
    let title = output.output["recommendation"]["title"].as_str().unwrap();
    assert!(title.contains("Management ports should be closed"), "{title}");
    let scanned = json!({"recommendation": "Machines should have vulnerability findings resolved"});
    let output = bench.ok(get, scanned).await;
    let findings = output.output["scanFindings"].as_array().unwrap();
    let all =
        bench.each("/providers/Microsoft.Security/subAssessments", "2019-01-01-preview").await;
    let id = output.output["recommendation"]["assessmentId"].as_str().unwrap();
    let of = |row: &Value| row["id"].as_str().unwrap().contains(&format!("/assessments/{id}/"));
    let truth =
        all.iter().filter(|(_, row)| of(row) && row["properties"]["status"]["code"] == "Unhealthy");
    let told_times: u64 = findings.iter().map(|one| one["resources"].as_u64().unwrap()).sum();
    assert_eq!(told_times, truth.count() as u64);
    let none = bench.ok(get, json!({"recommendation": "unicorns on machines"})).await;
    assert!(none.output["recommendation"].is_null());
    assert!(told(&none).contains("Closest are"), "{}", told(&none));
    assert!(bench.run(get, json!({"recommendation": ""})).await.is_err());
}

#[tokio::test]
async fn one_alert_is_told_whole() {
    let estate = estate().await;
    let bench = Bench::at(&estate.endpoint(), "operator");
    let all = bench.each("/providers/Microsoft.Security/alerts", "2022-01-01").await;
    let (_, truth) = all
        .iter()
        .find(|(_, row)| row["properties"]["alertType"] == "VM_LoginBruteForceSuccess")
        .unwrap();
    let properties = &truth["properties"];
    for arguments in [
        json!({"alert": truth["name"]}),
        json!({"alert": "successful brute force"}),
        json!({"alert": "VM_LoginBruteForceSuccess"}),
        json!({"resource": properties["compromisedEntity"]}),
        json!({"resource": properties["resourceIdentifiers"][0]["azureResourceId"]}),
    ] {
        let output = bench.ok("get_security_alert", arguments.clone()).await;
        let alert = &output.output["alerts"][0];
        assert_eq!(alert["name"], truth["name"], "{arguments}");
        assert_eq!(alert["remediationSteps"], properties["remediationSteps"]);
        assert!(alert["timeline"].as_array().unwrap().len() >= 3);
        assert!(!alert["entities"].as_array().unwrap().is_empty());
        assert!(told(&output).contains("Took part: "), "{}", told(&output));
    }
    let none = bench.ok("get_security_alert", json!({"alert": "no-such"})).await;
    assert_eq!(none.output["total"], 0);
    let error = bench.run("get_security_alert", json!({})).await.unwrap_err();
    assert!(error.to_string().contains("alert"), "{error}");
}

#[tokio::test]
async fn plans_are_those_that_rest_lists_with_what_they_leave_open() {
    let estate = estate().await;
    let bench = Bench::at(&estate.endpoint(), "operator");
    let plans = bench.each("/providers/Microsoft.Security/pricings", "2024-01-01").await;
    let current = |row: &&(String, Value)| row.1["properties"]["deprecated"] != true;
    let on =
        plans.iter().filter(current).filter(|row| row.1["properties"]["pricingTier"] == "Standard");
    let on = on.count();
    let output = bench.ok("list_resource_protections", json!({})).await;
    assert_eq!(output.output["on"], on);
    assert_eq!(output.output["off"], plans.iter().filter(current).count() - on);
    assert_eq!(output.output["plans"].as_array().unwrap().len(), plans.len());
    let vms = bench.each("/resources", "2024-07-01").await;
    let servers =
        bench.ok("list_resource_protections", json!({"plan": "Defender for Servers"})).await;
    for plan in servers.output["plans"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|one| one["plan"] == "VirtualMachines")
    {
        let truth = vms
            .iter()
            .filter(|(id, row)| {
                plan["subscriptionId"] == *id && row["type"] == "Microsoft.Compute/virtualMachines"
            })
            .count();
        assert_eq!(plan["resources"].as_u64().unwrap_or(0), truth as u64, "{plan}");
    }
    let off = bench.ok("list_resource_protections", json!({"offOnly": true})).await;
    assert!(off.output["plans"].as_array().unwrap().iter().all(|one| one["on"] == false));
    let error =
        bench.run("list_resource_protections", json!({"plan": "unicorn"})).await.unwrap_err();
    assert!(error.to_string().contains("plan"), "{error}");
}

#[tokio::test]
async fn compliance_is_what_rest_lists() {
    let estate = estate().await;
    let bench = Bench::at(&estate.endpoint(), "operator");
    let below = "/providers/Microsoft.Security/regulatoryComplianceStandards";
    let all = bench.each(below, "2019-01-01-preview").await;
    let output = bench.ok("list_regulatory_compliance", json!({})).await;
    let standards = output.output["standards"].as_array().unwrap();
    assert!(!standards.is_empty());
    let sum = |rows: &[&(String, Value)], key: &str| -> u64 {
        rows.iter().map(|(_, row)| row["properties"][key].as_u64().unwrap_or(0)).sum()
    };
    for one in standards {
        let of: Vec<_> = all.iter().filter(|(_, row)| row["name"] == one["name"]).collect();
        assert_eq!(one["subscriptionCount"], of.len(), "{one}");
        assert_eq!(one["failed"], sum(&of, "failedControls"), "{one}");
        assert_eq!(one["passed"], sum(&of, "passedControls"), "{one}");
    }
    let standard = output.output["standard"].as_str().unwrap();
    let controls = format!("{below}/{standard}/regulatoryComplianceControls");
    let mut failed = BTreeSet::new();
    for (id, _) in all.iter().filter(|(_, row)| row["name"] == standard) {
        let rows =
            bench.rest(&format!("/subscriptions/{id}{controls}"), "2019-01-01-preview").await;
        let rows = rows.into_iter().filter(|row| row["properties"]["state"] == "Failed");
        failed.extend(rows.map(|row| row["name"].as_str().unwrap().to_owned()));
    }
    let told = output.output["controls"].as_array().unwrap();
    let names: BTreeSet<String> =
        told.iter().map(|one| one["number"].as_str().unwrap().to_owned()).collect();
    assert_eq!(names, failed);
    assert!(told.iter().all(|one| !one["failing"].as_array().unwrap().is_empty()), "{told:?}");
}

#[tokio::test]
async fn attack_paths_of_the_estate_lead_from_one_resource_to_another() {
    let estate = estate().await;
    let bench = Bench::at(&estate.endpoint(), "operator");
    let output = bench.ok("list_attack_paths", json!({})).await;
    let paths = output.output["paths"].as_array().unwrap();
    assert!(!paths.is_empty() && output.coverage.failures.is_empty(), "{:?}", output.coverage);
    for path in paths {
        let steps = path["steps"].as_array().unwrap();
        assert!(steps.iter().all(|step| step["resourceId"].is_string()), "{path}");
        assert!(!path["remediationSteps"].as_array().unwrap().is_empty(), "{path}");
    }
    let first = &paths[0]["steps"][0];
    for resource in [&first["resourceId"], &first["name"]] {
        let of = bench.ok("list_attack_paths", json!({"resource": resource})).await;
        assert!(of.output["total"].as_u64().unwrap() >= 1, "{resource}");
    }
    let longest = paths.iter().find(|path| path["steps"].as_array().unwrap().len() > 1).unwrap();
    let kinds: Vec<&str> = longest["steps"]
        .as_array()
        .unwrap()
        .iter()
        .map(|step| step["kind"].as_str().unwrap())
        .collect();
    assert!(kinds.first().unwrap().ends_with("publicipaddresses"), "{kinds:?}");
    assert!(kinds.last().unwrap().ends_with("vaults"), "{kinds:?}");
    let (group, _) = first["resourceId"].as_str().unwrap().split_once("/providers/").unwrap();
    let narrow = Bench::at(&estate.endpoint(), "operator").scoped(&[group]);
    let of = narrow.ok("list_attack_paths", json!({})).await;
    assert!(of.output["total"].as_u64().unwrap() >= 1);
}

#[tokio::test]
async fn the_summary_adds_up_with_its_parts() {
    let estate = estate().await;
    let bench = Bench::at(&estate.endpoint(), "operator");
    let output = bench.ok("summarize_security", json!({})).await;
    let sum = |key: &str| -> u64 {
        let counts = output.output[key].as_array().unwrap();
        counts.iter().map(|one| one["count"].as_u64().unwrap()).sum()
    };
    let alerts = bench.ok("list_security_alerts", json!({})).await;
    assert_eq!(alerts.output["total"], sum("alerts"));
    let list = bench.ok("list_security_recommendations", json!({})).await;
    assert_eq!(list.output["total"], sum("recommendations"));
    let score = bench.ok("get_secure_score", json!({})).await;
    assert_eq!(score.output["overall"], output.output["score"]);
    let plans = bench.ok("list_resource_protections", json!({})).await;
    assert_eq!(plans.output["off"], output.output["plansOff"].as_array().unwrap().len());
    let rank = |row: &Value| match row["severity"].as_str() {
        Some("High") => 3,
        Some("Medium") => 2,
        _ => 1,
    };
    let issues = output.output["issues"].as_array().unwrap();
    assert!(!issues.is_empty());
    assert!(issues.windows(2).all(|pair| rank(&pair[0]) >= rank(&pair[1])), "{issues:?}");
}

#[tokio::test]
async fn the_cost_of_security_questions_does_not_grow_with_the_estate() {
    let mut requests = Vec::new();
    for scale in [1, 8] {
        let estate = estate_of(scale).await;
        let bench = Bench::at(&estate.endpoint(), "operator");
        let before = estate.ledger().len();
        for (tool, arguments) in [
            ("summarize_security", json!({})),
            ("list_security_recommendations", json!({})),
            ("get_security_recommendation", json!({"recommendation": "management ports closed"})),
            ("get_security_alert", json!({"alert": "brute force"})),
            ("list_resource_protections", json!({})),
            ("list_resource_groups", json!({})),
        ] {
            bench.ok(tool, arguments).await;
        }
        requests.push(estate.ledger().len() - before);
    }
    assert_eq!(requests[0], requests[1]);
}

#[tokio::test]
async fn what_the_tools_of_security_tell() {
    let estate = estate().await;
    let bench = Bench::at(&estate.endpoint(), "operator");
    for (tool, arguments) in [
        ("summarize_security", json!({})),
        ("list_security_recommendations", json!({"severity": "High"})),
        ("get_security_recommendation", json!({"recommendation": "management ports closed"})),
        ("get_security_alert", json!({"alert": "successful brute force"})),
        ("list_resource_protections", json!({})),
        ("list_regulatory_compliance", json!({})),
        ("list_attack_paths", json!({})),
    ] {
        let output = bench.ok(tool, arguments).await;
        let text = format!("{}\n\n{}\n\n{}", output.summary, told(&output), output.digest);
        insta::assert_snapshot!(tool, text);
    }
}
