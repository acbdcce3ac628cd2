//! Role assignments, management groups, locks, tags, onboarding and licensing: compared with what
//! REST shows.

use std::collections::{BTreeMap, BTreeSet};

use opscopilot::tools::ToolError;
use serde_json::{Value, json};

use crate::{
    tools_bench::{Bench, estate},
    tools_observability::told,
};

const RBAC: &str = "2022-04-01";
const BROAD: [&str; 4] = [
    "8e3af657-a8ff-443c-a75c-2fe8c4bcb635",
    "b24988ac-6180-42a0-ab88-20f7382dd24c",
    "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9",
    "f58310d9-a9f6-439a-9e8d-f62e7b41a168",
];

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn rows<'a>(output: &'a Value, key: &str) -> &'a Vec<Value> {
    output[key].as_array().unwrap()
}

fn ids(rows: &[Value]) -> BTreeSet<String> {
    rows.iter().map(|row| text(&row["id"]).to_lowercase()).collect()
}

/// Every assignment that REST shows at, above or below the subscriptions, by id in lower case.
async fn assignments(bench: &Bench) -> BTreeMap<String, Value> {
    let all = bench.each("/providers/Microsoft.Authorization/roleAssignments", RBAC).await;
    all.into_iter().map(|(_, row)| (text(&row["id"]).to_lowercase(), row)).collect()
}

fn is_broad(assignment: &Value) -> bool {
    let role = text(&assignment["properties"]["roleDefinitionId"]);
    let scope = text(&assignment["properties"]["scope"]).to_lowercase();
    BROAD.iter().any(|id| role.ends_with(id)) && !scope.contains("/resourcegroups/")
}

#[tokio::test]
async fn role_assignments_are_those_of_rest_with_the_broad_ones_first() {
    let estate = estate().await;
    let bench = Bench::at(&estate.endpoint(), "operator");
    let truth = assignments(&bench).await;
    let output = bench.ok("list_role_assignments", json!({})).await;
    let all = rows(&output.output, "assignments");
    assert_eq!(ids(all), truth.keys().cloned().collect());
    let broad: BTreeSet<String> =
        truth.iter().filter(|(_, one)| is_broad(one)).map(|(id, _)| id.clone()).collect();
    assert!(broad.len() > 3 && broad.len() < truth.len());
    let first: Vec<Value> = all.iter().take(broad.len()).cloned().collect();
    assert_eq!(ids(&first), broad);
    assert!(output.findings[0].text.contains(&format!("{} role assignments", truth.len())));
    assert!(told(&output).contains("object id"));

    let output = bench.ok("list_role_assignments", json!({"only": "broad"})).await;
    assert_eq!(ids(rows(&output.output, "assignments")), broad);
    let output = bench.ok("list_role_assignments", json!({"only": "inherited"})).await;
    let above: BTreeSet<String> =
        truth.keys().filter(|id| !id.starts_with("/subscriptions/")).cloned().collect();
    assert_eq!(ids(rows(&output.output, "assignments")), above);
}

#[tokio::test]
async fn role_assignments_are_narrowed_by_role_principal_and_place() {
    let estate = estate().await;
    let bench = Bench::at(&estate.endpoint(), "operator");
    let truth = assignments(&bench).await;
    let owners: BTreeSet<String> = truth
        .iter()
        .filter(|(_, one)| text(&one["properties"]["roleDefinitionId"]).ends_with(BROAD[0]))
        .map(|(id, _)| id.clone())
        .collect();
    let output = bench.ok("list_role_assignments", json!({"role": "owners"})).await;
    assert_eq!(ids(rows(&output.output, "assignments")), owners);

    let of_services: BTreeSet<String> = truth
        .iter()
        .filter(|(_, one)| one["properties"]["principalType"] == "ServicePrincipal")
        .map(|(id, _)| id.clone())
        .collect();
    let asked = json!({"principal": "service principals"});
    let output = bench.ok("list_role_assignments", asked).await;
    assert_eq!(ids(rows(&output.output, "assignments")), of_services);
    let one = text(&truth.values().next().unwrap()["properties"]["principalId"]);
    let output = bench.ok("list_role_assignments", json!({"principal": one})).await;
    let found = rows(&output.output, "assignments");
    assert!(!found.is_empty() && found.iter().all(|row| row["principalId"] == one.as_str()));

    // A group: its own, what is below it, and what it inherits.
    let asked = json!({"resourceGroup": "rg-web-prod-weu"});
    let output = bench.ok("list_role_assignments", asked).await;
    let production = bench.subscriptions().await;
    let (id, _) =
        production.iter().find(|(_, name)| name == "Northlight Production").unwrap().clone();
    let at = format!("/subscriptions/{id}/resourceGroups/rg-web-prod-weu");
    let rest = format!("{at}/providers/Microsoft.Authorization/roleAssignments");
    assert_eq!(ids(rows(&output.output, "assignments")), ids(&bench.rest(&rest, RBAC).await));
    let narrow = Bench::at(&estate.endpoint(), "operator").scoped(&[&at]);
    let output = narrow.ok("list_role_assignments", json!({})).await;
    assert_eq!(ids(rows(&output.output, "assignments")), ids(&bench.rest(&rest, RBAC).await));

    let output = bench.ok("list_role_assignments", json!({"role": "no such role"})).await;
    assert!(output.findings[0].text.contains("no such role assignment"));
}

#[tokio::test]
async fn who_may_not_read_assignments_is_told_so() {
    let estate = estate().await;
    for tool in ["list_role_assignments", "list_locks"] {
        let error = Bench::at(&estate.endpoint(), "nobody").run(tool, json!({})).await.unwrap_err();
        assert!(matches!(error, ToolError::Denied { .. }), "{tool}: {error:?}");
    }
    // What is inherited is seen from below.
    let output = Bench::at(&estate.endpoint(), "security-reader")
        .ok("list_role_assignments", json!({"only": "inherited"}))
        .await;
    assert!(!rows(&output.output, "assignments").is_empty());
}

#[tokio::test]
async fn the_hierarchy_is_that_of_the_management_groups() {
    let estate = estate().await;
    let bench = Bench::at(&estate.endpoint(), "operator");
    let list = bench.rest("/providers/Microsoft.Management/managementGroups", "2023-04-01").await;
    let output = bench.ok("list_management_groups", json!({})).await;
    let groups = rows(&output.output, "groups");
    assert_eq!(ids(groups), ids(&list));
    let subscriptions = bench.subscriptions().await.len() as u64;
    assert_eq!(output.output["subscriptionCount"], subscriptions);
    let root = &groups[0];
    assert_eq!((&root["level"], &root["subscriptionsBelow"]), (&json!(1), &json!(subscriptions)));
    for group in groups {
        let name = text(&group["name"]);
        let path = format!("/providers/Microsoft.Management/managementGroups/{name}/descendants");
        let below = bench.rest(&path, "2023-04-01").await;
        let held = below.iter().filter(|one| text(&one["type"]).ends_with("/subscriptions"));
        assert_eq!(group["subscriptionsBelow"], held.count() as u64, "{name}");
    }
    let output = bench.ok("list_management_groups", json!({"name": "landing"})).await;
    let names: Vec<String> =
        rows(&output.output, "groups").iter().map(|one| text(&one["name"])).collect();
    assert_eq!(names, ["mg-landingzones"]);

    // A bounded thread sees the chain of its own subscriptions only.
    let (id, _) = bench.subscriptions().await.remove(0);
    let at = format!("/subscriptions/{id}");
    let bounded = Bench::at(&estate.endpoint(), "operator").scoped(&[&at]);
    let output = bounded.ok("list_management_groups", json!({})).await;
    assert_eq!(output.output["subscriptionCount"], 1);
    assert!(rows(&output.output, "groups").len() < list.len());
}

#[tokio::test]
async fn locks_are_those_of_rest_at_any_scope() {
    let estate = estate().await;
    let bench = Bench::at(&estate.endpoint(), "operator");
    let truth = bench.each("/providers/Microsoft.Authorization/locks", "2020-05-01").await;
    let truth: Vec<Value> = truth.into_iter().map(|(_, row)| row).collect();
    let output = bench.ok("list_locks", json!({})).await;
    let locks = rows(&output.output, "locks");
    assert_eq!(ids(locks), ids(&truth));
    let kinds: BTreeSet<String> = locks.iter().map(|one| text(&one["kind"])).collect();
    assert_eq!(kinds, BTreeSet::from(["resource".to_owned(), "resource group".to_owned()]));
    for lock in &truth {
        let own = bench.object(&text(&lock["id"]), "2020-05-01").await;
        assert_eq!(&own, lock);
    }
    let vault = locks.iter().find(|one| one["kind"] == "resource").unwrap();
    let output = bench.ok("list_locks", json!({"resource": vault["scope"]})).await;
    assert!(ids(rows(&output.output, "locks")).contains(&text(&vault["id"]).to_lowercase()));
    let output = bench.ok("list_locks", json!({"level": "ReadOnly"})).await;
    assert!(rows(&output.output, "locks").is_empty());
    assert!(output.findings[0].text.contains("no such lock"));
    let narrow = text(&vault["scope"]);
    let narrow = Bench::at(&estate.endpoint(), "operator").scoped(&[&narrow]);
    let output = narrow.ok("list_locks", json!({})).await;
    assert!(rows(&output.output, "locks").len() < truth.len());
}

#[tokio::test]
async fn tags_and_what_lacks_them_are_counted_from_resources() {
    let estate = estate().await;
    let bench = Bench::at(&estate.endpoint(), "operator");
    let mut all = bench.each("/resources", "2024-07-01").await;
    let untagged: BTreeSet<String> = all
        .iter()
        .filter(|(_, one)| one["tags"].as_object().is_none_or(serde_json::Map::is_empty))
        .map(|(_, one)| text(&one["id"]).to_lowercase())
        .collect();
    let output = bench.ok("list_untagged_resources", json!({})).await;
    let coverage = serde_json::to_value(&output.coverage).unwrap();
    assert!(ids(rows(&output.output, "rows")).is_subset(&untagged));
    assert!(
        rows(&output.output, "rows").len() == untagged.len() || coverage["total"] == untagged.len(),
        "{coverage}"
    );
    all.extend(bench.each("/resourcegroups", "2024-07-01").await);
    let mut owners: BTreeMap<String, u64> = BTreeMap::new();
    for (_, one) in &all {
        if let Some(owner) = one["tags"]["owner"].as_str() {
            *owners.entry(owner.to_owned()).or_default() += 1;
        }
    }
    let output = bench.ok("list_tags", json!({"tag": "Owner"})).await;
    let told: BTreeMap<String, u64> = rows(&output.output, "rows")
        .iter()
        .map(|row| (text(&row["value"]), row["resources"].as_u64().unwrap()))
        .collect();
    assert_eq!(told, owners);
    let lacking = bench.ok("list_untagged_resources", json!({"tag": "owner", "type": "vm"})).await;
    for row in rows(&lacking.output, "rows") {
        let own = bench.object(&text(&row["id"]), "2024-07-01").await;
        assert!(own["tags"]["owner"].is_null());
    }
}

#[tokio::test]
async fn onboarding_is_told_subscription_by_subscription() {
    let estate = estate().await;
    let bench = Bench::at(&estate.endpoint(), "operator");
    let output = bench.ok("get_onboarding_status", json!({})).await;
    let enrollments =
        bench.each("/providers/Microsoft.ManagedOps/managedOps", "2025-07-28-preview").await;
    assert_eq!(enrollments.len(), 2);
    for row in rows(&output.output, "subscriptions") {
        let id = text(&row["id"]);
        let own = enrollments.iter().find(|(of, _)| id.ends_with(of.as_str()));
        let failed = own.is_some_and(|(_, body)| {
            body["properties"]["services"]["azureUpdateManager"]["enablementStatus"] == "Failed"
        });
        let stage = match (own, failed) {
            (None, _) => "notEnrolled",
            (Some(_), true) => "failed",
            (Some(_), false) => "enrolled",
        };
        assert_eq!(row["enrollment"]["stage"], stage, "{id}");
        for name in row["notRegistered"].as_array().unwrap() {
            let path = format!("{id}/providers/{}", name.as_str().unwrap());
            let provider = bench.object(&path, "2024-07-01").await;
            assert_eq!(provider["registrationState"], "NotRegistered");
        }
        let plans = format!("{id}/providers/Microsoft.Security/pricings");
        let plans = bench.rest(&plans, "2024-01-01").await;
        let on = plans.iter().filter(|one| {
            one["properties"]["pricingTier"] == "Standard"
                && one["properties"]["deprecated"] != json!(true)
        });
        assert_eq!(row["plansOn"], on.count(), "{id}");
    }
    assert!(told(&output).contains("Update Manager (Failed)"), "{}", told(&output));
    assert!(told(&output).contains("not registered: Microsoft."), "{}", told(&output));
    let one = bench.ok("get_onboarding_status", json!({"subscription": "sandbox"})).await;
    assert_eq!(one.output["notEnrolled"], 1);
}

#[tokio::test]
async fn licensing_counts_plans_tiers_and_licences() {
    let estate = estate().await;
    let bench = Bench::at(&estate.endpoint(), "operator");
    let output = bench.ok("get_licensing", json!({})).await.output;
    let plans = bench.each("/providers/Microsoft.Security/pricings", "2024-01-01").await;
    let on = plans.iter().filter(|(_, one)| {
        one["properties"]["pricingTier"] == "Standard"
            && one["properties"]["deprecated"] != json!(true)
    });
    assert_eq!(output["plansOn"], on.count());
    let (mut bought, mut own) = (0, 0);
    for (_, row) in bench.each("/resources", "2024-07-01").await {
        if row["type"] == "Microsoft.Compute/virtualMachines" {
            let machine = bench.object(&text(&row["id"]), "2024-07-01").await;
            let disk = &machine["properties"]["storageProfile"]["osDisk"];
            if disk["osType"] == "Windows" {
                match machine["properties"]["licenseType"].is_null() {
                    true => bought += 1,
                    false => own += 1,
                }
            }
        }
    }
    assert!(bought > 0 && own > 0);
    assert_eq!((&output["windowsPaid"], &output["windowsOwn"]), (&json!(bought), &json!(own)));
    assert_eq!(output["notEnrolled"].as_array().unwrap().len(), 2);
}
