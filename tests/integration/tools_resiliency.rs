//! What the tools of resiliency tell of the sample estate; the truth is computed here from the
//! estate's REST, not from the tools.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::{
    tools_bench::{ANCHOR, Bench, estate},
    tools_observability::told,
};

const VERSION: &str = "2024-04-01";
const RECOVERY: &str = "/providers/Microsoft.RecoveryServices/vaults";
const DATA: &str = "/providers/Microsoft.DataProtection/backupVaults";

/// A list below each vault of a kind.
async fn of_vaults(bench: &Bench, kind: &str, below: &str) -> Vec<Value> {
    let mut all = Vec::new();
    for (_, vault) in bench.each(kind, VERSION).await {
        let path = format!("{}{below}", vault["id"].as_str().unwrap());
        all.extend(bench.rest(&path, VERSION).await);
    }
    all
}

fn is(item: &Value, pointer: &str, value: &str) -> bool {
    item.pointer(pointer).and_then(Value::as_str).is_some_and(|own| own.eq_ignore_ascii_case(value))
}

fn count(items: &[Value], pointer: &str, value: &str) -> usize {
    items.iter().filter(|item| is(item, pointer, value)).count()
}

/// Ids, in lower case, at a pointer.
fn ids(items: &[Value], pointer: &str) -> BTreeSet<String> {
    let text = |item: &Value| item.pointer(pointer).and_then(Value::as_str).map(str::to_lowercase);
    items.iter().filter_map(text).collect()
}

#[tokio::test]
async fn protected_items_are_those_of_both_kinds_of_vault_failing_ones_first() {
    let estate = estate().await;
    let bench = Bench::at(&estate.endpoint(), "operator");
    let items = of_vaults(&bench, RECOVERY, "/backupProtectedItems").await;
    let instances = of_vaults(&bench, DATA, "/backupInstances").await;
    let mut ill = BTreeSet::new();
    for instance in &instances {
        let id = instance["id"].as_str().unwrap();
        let vault = id.split("/backupInstances").next().unwrap();
        let jobs = bench.rest(&format!("{vault}/backupJobs"), VERSION).await;
        let mut own: Vec<&Value> =
            jobs.iter().filter(|job| is(job, "/properties/backupInstanceId", id)).collect();
        own.sort_by_key(|job| job["properties"]["startTime"].as_str().unwrap().to_owned());
        if own.last().is_some_and(|job| is(job, "/properties/status", "Failed")) {
            ill.insert(id.to_lowercase());
        }
    }
    let failing = count(&items, "/properties/lastBackupStatus", "Failed") + ill.len();
    let output = bench.ok("list_protected_items", json!({"limit": 500})).await;
    assert_eq!(output.output["total"], items.len() + instances.len());
    assert_eq!(output.output["failing"], failing);
    let rows = output.output["items"].as_array().unwrap();
    let mut known = ids(&items, "/id");
    known.extend(ids(&instances, "/id"));
    assert_eq!(ids(rows, "/id"), known);
    assert!(rows[..failing].iter().all(|row| row["failing"] == true), "failing ones are first");
    let text = format!("{failing} of {} protected items fail.", rows.len());
    assert!(told(&output).contains(&text), "{}", told(&output));
    // By kind, by vault and by health.
    let sql = bench.ok("list_protected_items", json!({"type": "sql"})).await;
    assert_eq!(sql.output["total"], count(&items, "/properties/workloadType", "SQLDataBase"));
    let blobs = bench.ok("list_protected_items", json!({"type": ["blobs", "aks"]})).await;
    let disks =
        count(&instances, "/properties/dataSourceInfo/datasourceType", "Microsoft.Compute/disks");
    assert_eq!(blobs.output["total"], instances.len() - disks);
    let one = json!({"vault": "rsv-backup-prod-weu", "health": "failing"});
    let one = bench.ok("list_protected_items", one).await;
    assert_eq!(one.output["total"], 4);
    assert_eq!(one.output["failing"], 4);
    let none = bench.ok("list_protected_items", json!({"resource": "vm-legacy-01"})).await;
    assert!(told(&none).contains("protects nothing"), "{}", told(&none));
}

#[tokio::test]
async fn jobs_are_counted_by_why_they_failed() {
    let estate = estate().await;
    let bench = Bench::at(&estate.endpoint(), "operator");
    let mut jobs = of_vaults(&bench, RECOVERY, "/backupJobs").await;
    jobs.extend(of_vaults(&bench, DATA, "/backupJobs").await);
    let since: jiff::Timestamp = ANCHOR.parse().unwrap();
    let since = since - jiff::SignedDuration::from_hours(7 * 24);
    jobs.retain(|job| {
        let at = job["properties"]["startTime"].as_str().unwrap();
        at.parse::<jiff::Timestamp>().unwrap() >= since
    });
    let output = bench.ok("list_backup_jobs", json!({})).await;
    assert_eq!(output.output["total"], jobs.len());
    assert_eq!(output.output["failed"], count(&jobs, "/properties/status", "Failed"));
    let denied = "UserErrorRequestDisallowedByPolicy";
    let truth = count(&jobs, "/properties/errorDetails/0/errorTitle", denied);
    let reasons = output.output["reasons"].as_array().unwrap();
    assert_eq!(reasons[0]["code"], denied);
    assert_eq!((&reasons[0]["jobs"], &reasons[0]["items"]), (&json!(truth), &json!(4)));
    let extension = "UserErrorKubernetesBackupExtensionUnhealthy";
    assert!(reasons.iter().any(|one| one["code"] == extension && one["jobs"] == 2));
    let listed = output.output["jobs"].as_array().unwrap();
    assert!(is(&listed[0], "/status", "Failed"));
    assert_eq!(output.coverage.total, Some(jobs.len() as u64));
    let good = json!({"status": "Completed", "timeRange": "24h", "resource": "vm-erp"});
    let good = bench.ok("list_backup_jobs", good).await;
    assert!(told(&good).contains("None of"), "{}", told(&good));
    let kinds = good.output["jobs"].as_array().unwrap();
    assert!(!kinds.is_empty() && kinds.iter().all(|job| job["kind"] != "VM"));
    for (wrong, field) in [
        (json!({"timeRange": "last blue moon"}), "timeRange"),
        (json!({"limit": 0}), "limit"),
        (json!({"status": "Sad"}), "status"),
        (json!({"resource": "/no/id"}), "resource"),
    ] {
        let error = bench.run("list_backup_jobs", wrong).await.unwrap_err();
        assert!(error.to_string().contains(field) || field == "resource", "{error}");
    }
}

#[tokio::test]
async fn a_failed_job_leads_to_what_was_changed_before_it_first_failed() {
    let estate = estate().await;
    let bench = Bench::at(&estate.endpoint(), "operator");
    let output = bench.ok("get_backup_job", json!({"resource": "vm-erp-01"})).await;
    let job = &output.output;
    assert_eq!(job["job"]["errorCode"], "UserErrorRequestDisallowedByPolicy");
    assert_eq!((&job["failedInARow"], &job["othersFailing"]), (&json!(4), &json!(3)));
    assert!(job["cause"].as_str().unwrap().contains("rg-erp-snapshots-1"));
    assert_eq!(job["steps"][0], json!({"name": "Take Snapshot", "status": "Failed"}));
    let changes = job["changesBefore"].as_array().unwrap();
    assert_eq!(changes.len(), 1, "{changes:?}");
    assert_eq!(changes[0]["by"], "tom.hartmann@northlight.example");
    assert!(
        changes[0]["resourceId"].as_str().unwrap().ends_with("/backupPolicies/policy-erp-daily")
    );
    let (good, since) =
        (job["lastGoodAt"].as_str().unwrap(), job["failingSince"].as_str().unwrap());
    let at = changes[0]["at"].as_str().unwrap();
    assert!(good < at && at < since, "{good} {at} {since}");
    // By id it is the same job; a good one has nothing of it.
    let id = job["job"]["id"].as_str().unwrap();
    let same = bench.ok("get_backup_job", json!({"job": id})).await;
    assert_eq!(same.output, output.output);
    let guid = id.rsplit('/').next().unwrap();
    let same = bench.ok("get_backup_job", json!({"job": guid})).await;
    assert_eq!(same.output, output.output);
    let good = bench.ok("get_backup_job", json!({"resource": "ERP_Main"})).await;
    assert_eq!(
        (&good.output["failedInARow"], &good.output["othersFailing"]),
        (&json!(0), &json!(0))
    );
    assert!(told(&good).contains("went well"), "{}", told(&good));
    let data = bench.ok("get_backup_job", json!({"resource": "aks-inventory-prod-eus2"})).await;
    assert_eq!(data.output["failedInARow"], 2);
    for wrong in
        [json!({}), json!({"job": "the last"}), json!({"job": uuid::Uuid::nil().to_string()})]
    {
        let error = bench.run("get_backup_job", wrong).await.unwrap_err();
        assert_eq!(error.kind(), "rejected", "{error}");
    }
}

#[tokio::test]
async fn policies_say_when_how_long_and_what_they_cover() {
    let estate = estate().await;
    let bench = Bench::at(&estate.endpoint(), "operator");
    let output = bench.ok("get_backup_policy", json!({"policy": "policy-erp-daily"})).await;
    let policy = &output.output["policies"][0];
    assert_eq!((&policy["covers"], &policy["failing"]), (&json!(4), &json!(4)));
    let text = told(&output);
    for part in ["daily points for 30 days", "rg-erp-snapshots-", "machine for 5 days"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let one = json!({"policy": "policy-sql-daily", "vault": "rsv-backup-prod-weu"});
    let one = bench.ok("get_backup_policy", one).await;
    assert_eq!(one.output["total"], 1);
    assert_eq!(one.output["policies"][0]["covers"], 2);
    let several = bench.ok("get_backup_policy", json!({"policy": "aks-daily-7d"})).await;
    assert_eq!(several.output["total"], 4);
    let none = bench.ok("get_backup_policy", json!({"policy": "none"})).await;
    assert!(none.output["total"] == 0 && told(&none).contains("No backup policy"));
    // The list counts what the policies themselves count.
    let policies = of_vaults(&bench, RECOVERY, "/backupPolicies").await;
    let list = bench.ok("list_backup_policies", json!({})).await;
    let rows = list.output["rows"].as_array().unwrap();
    for policy in &policies {
        let row = rows.iter().find(|row| row["id"] == policy["id"]).unwrap();
        assert_eq!(row["covers"], policy["properties"]["protectedItemsCount"], "{policy}");
    }
    let unused = bench.ok("list_backup_policies", json!({"use": "unused", "workload": "vm"})).await;
    let unused = unused.output["rows"].as_array().unwrap();
    assert!(unused.iter().all(|row| row["covers"] == 0 && row["workload"] == "VM"));
}

#[tokio::test]
async fn recovery_points_are_those_of_the_item_newest_first() {
    let estate = estate().await;
    let bench = Bench::at(&estate.endpoint(), "operator");
    let items = of_vaults(&bench, RECOVERY, "/backupProtectedItems").await;
    let item = items.iter().find(|one| is(one, "/properties/friendlyName", "vm-api-02")).unwrap();
    let id = item["id"].as_str().unwrap();
    let truth = bench.rest(&format!("{id}/recoveryPoints"), VERSION).await;
    let output =
        bench.ok("list_recovery_points", json!({"resource": "vm-api-02", "limit": 500})).await;
    assert_eq!(output.output["total"], truth.len());
    let points = output.output["points"].as_array().unwrap();
    assert_eq!(points[0]["name"], truth[0]["name"]);
    assert_eq!(points[0]["consistency"], truth[0]["properties"]["recoveryPointType"]);
    assert_eq!(ids(points, "/name"), ids(&truth, "/name"));
    let blobs = bench.ok("list_recovery_points", json!({"resource": "stlegacyproduks"})).await;
    assert!(told(&blobs).contains("any instant"), "{}", told(&blobs));
    let none = bench.run("list_recovery_points", json!({"resource": "vm-legacy-01"})).await;
    assert_eq!(none.unwrap_err().kind(), "rejected");
}

#[tokio::test]
async fn unprotected_machines_are_all_the_others() {
    let estate = estate().await;
    let bench = Bench::at(&estate.endpoint(), "operator");
    let machines = bench.each("/providers/Microsoft.Compute/virtualMachines", "2024-07-01").await;
    let machines: Vec<Value> = machines.into_iter().map(|(_, machine)| machine).collect();
    let items = of_vaults(&bench, RECOVERY, "/backupProtectedItems").await;
    let protected = ids(&items, "/properties/sourceResourceId");
    let open: BTreeSet<String> =
        ids(&machines, "/id").into_iter().filter(|id| !protected.contains(id)).collect();
    let output = bench.ok("list_unprotected_resources", json!({"type": "vm", "limit": 500})).await;
    assert_eq!(output.output["total"], open.len());
    let rows = output.output["resources"].as_array().unwrap();
    assert_eq!(ids(rows, "/id"), open);
    let share = &output.output["types"][0];
    assert_eq!(share["total"], machines.len());
    assert_eq!(share["protected"], machines.len() - open.len());
    // Production comes first.
    let is_production =
        |row: &Value| row["subscription"].as_str().unwrap() == "Northlight Production";
    let first_other = rows.iter().position(|row| !is_production(row)).unwrap();
    assert!(first_other > 0 && !rows[first_other..].iter().any(is_production));
    // Of a vault also what it has found in machines.
    let path = &bench.each(RECOVERY, VERSION).await;
    let vault = path.iter().find(|(_, one)| one["name"] == "rsv-backup-prod-neu").unwrap();
    let path = format!("{}/backupProtectableItems", vault.1["id"].as_str().unwrap());
    let mut truth = 0;
    for kind in ["AzureIaasVM", "AzureWorkload"] {
        let filter = [("$filter", format!("backupManagementType eq '{kind}'"))];
        truth += bench.rest_with(&path, VERSION, &filter).await.len();
    }
    let found = json!({"vault": vault.1["id"]});
    let found = bench.ok("list_unprotected_resources", found).await;
    assert_eq!(found.output["total"], truth);
    assert!(told(&found).contains("Billing_Archive"), "{}", told(&found));
}

#[tokio::test]
async fn replication_is_told_by_health_lag_and_test() {
    let estate = estate().await;
    let bench = Bench::at(&estate.endpoint(), "operator");
    let truth = of_vaults(&bench, RECOVERY, "/replicationProtectedItems").await;
    let output = bench.ok("list_replicated_items", json!({})).await;
    assert_eq!(output.output["total"], truth.len());
    let rows = output.output["rows"].as_array().unwrap();
    assert_eq!(rows[0]["rpoMinutes"], 164.0);
    assert_eq!(rows[0]["health"], "Critical");
    let never = truth
        .iter()
        .filter(|one| one["properties"].get("lastSuccessfulTestFailoverTime").is_none());
    let never = never.count();
    let untested = bench.ok("list_replicated_items", json!({"tested": "never"})).await;
    assert_eq!(untested.output["total"], never);
    let critical = bench.ok("list_replicated_items", json!({"health": "Critical"})).await;
    assert_eq!(critical.output["total"], 1);
    let plans = bench.ok("list_recovery_plans", json!({})).await;
    let known = of_vaults(&bench, RECOVERY, "/replicationRecoveryPlans").await;
    let rows = plans.output["plans"].as_array().unwrap();
    assert_eq!(ids(rows, "/id"), ids(&known, "/id"));
    let tested: Vec<_> = rows.iter().map(|plan| (&plan["name"], &plan["tested"])).collect();
    let of = |name: &str, tested: &str| (json!(name), json!(tested));
    let expected = [
        of("rp-erp-prod", "never"),
        of("rp-checkout-prod", "overdue"),
        of("rp-web-prod", "recent"),
    ];
    assert_eq!(tested, expected.iter().map(|(a, b)| (a, b)).collect::<Vec<_>>());
    let jobs = bench.ok("list_replication_jobs", json!({"timeRange": "90d"})).await;
    let known = of_vaults(&bench, RECOVERY, "/replicationJobs").await;
    assert_eq!(jobs.output["total"], known.len());
    assert_eq!(jobs.output["bad"], count(&known, "/properties/state", "Failed"));
    assert!(told(&jobs).contains("quota"), "{}", told(&jobs));
    let events = json!({"what": "events", "timeRange": "90d"});
    let events = bench.ok("list_replication_jobs", events).await;
    let known = of_vaults(&bench, RECOVERY, "/replicationEvents").await;
    assert_eq!(events.output["total"], known.len());
    assert_eq!(events.output["bad"], count(&known, "/properties/severity", "Critical"));
    let none = bench.ok("list_replication_jobs", json!({"timeRange": "1h"})).await;
    assert_eq!(none.output["total"], 0);
}

#[tokio::test]
async fn the_summary_agrees_with_its_parts() {
    let estate = estate().await;
    let bench = Bench::at(&estate.endpoint(), "operator");
    let summary = bench.ok("summarize_business_continuity", json!({})).await.output;
    let items = bench.ok("list_protected_items", json!({})).await.output;
    assert_eq!(summary["backup"]["items"], items["total"]);
    assert_eq!(summary["backup"]["failing"], items["failing"]);
    let open = bench.ok("list_unprotected_resources", json!({})).await.output;
    assert_eq!(summary["protected"], open["types"]);
    let plans = bench.ok("list_replicated_items", json!({})).await.output;
    assert_eq!(summary["replication"]["machines"], plans["total"]);
    assert_eq!(summary["replication"]["critical"], 1);
    let zones = bench.ok("list_zone_redundancy", json!({"environment": "production"})).await.output;
    let sum = |key: &str| {
        zones["rows"].as_array().unwrap().iter().map(|row| row[key].as_u64().unwrap()).sum::<u64>()
    };
    for key in ["resources", "redundant", "zonal", "neither"] {
        assert_eq!(summary["zones"][key], sum(key), "{key}");
    }
    assert!(sum("neither") > 0 && sum("redundant") > 0);
    assert_eq!(summary["issues"][0]["kind"], "backup");
    assert_eq!(summary["issues"][0]["severity"], "Critical");
    let vaults = bench.ok("list_vaults", json!({})).await.output;
    let sum = |key: &str| {
        vaults["rows"].as_array().unwrap().iter().map(|row| row[key].as_u64().unwrap()).sum::<u64>()
    };
    assert_eq!(items["total"], sum("items"));
    assert_eq!(items["failing"], sum("failing"));
    assert_eq!(plans["total"], sum("replicated"));
}

#[tokio::test]
async fn zones_are_counted_as_the_resources_say() {
    let estate = estate().await;
    let bench = Bench::at(&estate.endpoint(), "operator");
    let machines = bench.each("/providers/Microsoft.Compute/virtualMachines", "2024-07-01").await;
    let zonal = machines.iter().filter(|(_, one)| one["zones"].is_array()).count();
    let output = bench.ok("list_zone_redundancy", json!({"type": "vm"})).await.output;
    let row = &output["rows"][0];
    assert_eq!((&row["zonal"], &row["resources"]), (&json!(zonal), &json!(machines.len())));
    let accounts = bench.each("/providers/Microsoft.Storage/storageAccounts", "2023-05-01").await;
    let redundant = accounts.iter().filter(|(_, one)| is(one, "/sku/name", "Standard_ZRS")).count();
    let output = bench.ok("list_zone_redundancy", json!({"type": "storage account"})).await.output;
    assert_eq!(output["rows"][0]["redundant"], redundant);
}
