//! Backup, Data Protection and Site Recovery of the sample estate: REST, Resource Graph and
//! Defender tell the same.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Value, json};

use crate::estate_site::{ANCHOR, Site, texts};

const VERSION: &str = "api-version=2024-04-01";

/// `{vault id}` of a Recovery Services vault of the production.
async fn vault(site: &Site, name: &str) -> String {
    let production = site.subscription("Northlight Production").await;
    let path = format!("{production}/providers/Microsoft.RecoveryServices/vaults?{VERSION}");
    let all = site.list(&path).await;
    let found = all.iter().find(|one| one["name"] == name).unwrap();
    found["id"].as_str().unwrap().to_owned()
}

async fn vaults(site: &Site, kind: &str) -> Vec<String> {
    let mut all = Vec::new();
    for subscription in site.list("/subscriptions?api-version=2022-12-01").await {
        let id = subscription["id"].as_str().unwrap();
        all.extend(texts(&site.list(&format!("{id}/providers/{kind}?{VERSION}")).await, "id"));
    }
    all
}

fn lower(items: &[Value], pointer: &str) -> BTreeSet<String> {
    let text = |item: &Value| item.pointer(pointer).and_then(Value::as_str).map(str::to_lowercase);
    items.iter().filter_map(text).collect()
}

#[tokio::test]
async fn what_is_protected_is_what_defender_says_is_protected() {
    let site = Site::start().await;
    let mut protected = BTreeSet::new();
    for vault in vaults(&site, "Microsoft.RecoveryServices/vaults").await {
        let items = site.list(&format!("{vault}/backupProtectedItems?{VERSION}&$filter=backupManagementType eq 'AzureIaasVM' and itemType eq 'VM'")).await;
        protected.extend(lower(&items, "/properties/sourceResourceId"));
        let open = site.list(&format!("{vault}/backupProtectableItems?{VERSION}&$filter=backupManagementType eq 'AzureIaasVM'")).await;
        let open = lower(&open, "/properties/virtualMachineId");
        assert!(open.is_disjoint(&protected), "{vault}");
    }
    let healthy = site
        .graph(
            "securityresources | where type =~ 'microsoft.security/assessments' \
             | where name == 'f2f595ec-5dc6-68b4-82ef-b63563e9c610' \
             | where properties.status.code == 'Healthy' \
             | project id = tolower(tostring(properties.resourceDetails.Id))",
        )
        .await;
    let healthy = texts(healthy["data"].as_array().unwrap(), "id");
    assert_eq!(protected, healthy.into_iter().collect());
    assert!(protected.len() > 15, "{}", protected.len());
}

#[tokio::test]
async fn rest_and_resource_graph_tell_the_same_items_jobs_and_policies() {
    let site = Site::start().await;
    let lists = [
        ("backupProtectedItems", "backupfabrics/protectioncontainers/protecteditems"),
        ("backupJobs", "backupjobs"),
        ("backupPolicies", "backuppolicies"),
        (
            "replicationProtectedItems",
            "replicationfabrics/replicationprotectioncontainers/replicationprotecteditems",
        ),
        ("replicationJobs", "replicationjobs"),
    ];
    let all = vaults(&site, "Microsoft.RecoveryServices/vaults").await;
    for (list, kind) in lists {
        let mut told = BTreeSet::new();
        for vault in &all {
            let items = site.list(&format!("{vault}/{list}?{VERSION}")).await;
            told.extend(texts(&items, "id"));
            let Some(first) = items.first() else { continue };
            // Plain GETs exist for what lists show.
            let id = first["id"].as_str().unwrap();
            let one = site.get(&format!("{}?{VERSION}", id.replace(';', "%3B"))).await;
            assert_eq!(one["name"], first["name"], "{id}");
        }
        let query = format!(
            "recoveryservicesresources | where type =~ 'microsoft.recoveryservices/vaults/{kind}' \
             | project id | order by id asc"
        );
        let rows = site.graph(&query).await;
        let rows: BTreeSet<String> =
            texts(rows["data"].as_array().unwrap(), "id").into_iter().collect();
        assert_eq!(rows, told, "{list}");
        assert!(!told.is_empty(), "{list}");
    }
}

#[tokio::test]
async fn the_nights_since_the_policy_change_failed_and_no_others() {
    let site = Site::start().await;
    let vault = vault(&site, "rsv-backup-prod-weu").await;
    let list = format!("{vault}/backupJobs?{VERSION}&$filter=status eq 'Failed'");
    let jobs = site.list(&list).await;
    let denied: Vec<&Value> = jobs
        .iter()
        .filter(|job| {
            job["properties"]["errorDetails"][0]["errorTitle"]
                == "UserErrorRequestDisallowedByPolicy"
        })
        .collect();
    assert_eq!(denied.len(), 4 * 4, "four machines, four nights");
    let name = denied[0]["name"].as_str().unwrap();
    let job = site.get(&format!("{vault}/backupJobs/{name}?{VERSION}")).await;
    let info = &job["properties"]["extendedInfo"];
    assert_eq!(info["tasksList"][0]["status"], "Failed");
    assert!(info["dynamicErrorMessage"].as_str().unwrap().contains("rg-erp-snapshots-1"));
    let policy = site.get(&format!("{vault}/backupPolicies/POLICY-erp-daily?{VERSION}")).await;
    let policy = &policy["properties"];
    assert_eq!(policy["instantRPDetails"]["azureBackupRGNamePrefix"], "rg-erp-snapshots-");
    assert_eq!(policy["instantRpRetentionRangeInDays"], 5);
    assert_eq!(policy["protectedItemsCount"], 4);
    // What can be restored ends before the change, and the item says so.
    let items = site
        .list(&format!(
            "{vault}/backupProtectedItems?{VERSION}&$filter=policyName eq 'policy-erp-daily'"
        ))
        .await;
    assert_eq!(items.len(), 4);
    let changed: jiff::Timestamp = ANCHOR.parse().unwrap();
    let changed = changed - jiff::SignedDuration::from_hours(4 * 24);
    for item in &items {
        let id = item["id"].as_str().unwrap();
        let points = site.list(&format!("{id}/recoveryPoints?{VERSION}")).await;
        let newest = points[0]["properties"]["recoveryPointTime"].as_str().unwrap();
        assert_eq!(item["properties"]["lastRecoveryPoint"], newest);
        assert!(newest.parse::<jiff::Timestamp>().unwrap() < changed, "{newest}");
        assert_eq!(item["properties"]["healthStatus"], "ActionRequired");
    }
}

#[tokio::test]
async fn filters_bound_times_and_unknown_ones_are_refused() {
    let site = Site::start().await;
    let vault = vault(&site, "rsv-backup-prod-neu").await;
    let all = site.list(&format!("{vault}/backupJobs?{VERSION}")).await;
    let day = "startTime eq '2026-03-01 09:00:00 AM' and endTime eq '2026-03-02 09:00:00 AM'";
    let last = site.list(&format!("{vault}/backupJobs?{VERSION}&$filter={day}")).await;
    let nights = all.len() / last.len();
    assert_eq!((nights, all.len() % last.len()), (14, 0));
    for wrong in [
        format!("{vault}/backupJobs?{VERSION}&$filter=colour eq 'red'"),
        format!("{vault}/backupJobs?{VERSION}&$filter=startTime eq 'yesterday'"),
        format!("{vault}/backupProtectableItems?{VERSION}"),
        format!("{vault}/backupUsageSummaries?{VERSION}"),
    ] {
        assert_eq!(site.refusal("operator", &wrong).await, (400, "BadRequest".into()), "{wrong}");
    }
    for missing in [
        format!("{vault}/backupJobs/none?{VERSION}"),
        format!("{vault}/backupPolicies/none?{VERSION}"),
        format!("{vault}/replicationRecoveryPlans/none?{VERSION}"),
        format!("{vault}/backupFabrics/Azure/protectionContainers/none?{VERSION}"),
        format!("{vault}x/backupJobs?{VERSION}"),
    ] {
        assert_eq!(site.refusal("operator", &missing).await.0, 404, "{missing}");
    }
    let refused = site.refusal("security-reader", &format!("{vault}/backupJobs?{VERSION}")).await;
    assert_eq!(refused, (403, "AuthorizationFailed".into()));
}

#[tokio::test]
async fn the_status_of_a_machine_names_its_vault_or_says_that_it_has_none() {
    let site = Site::start().await;
    let production = site.subscription("Northlight Production").await;
    let ask = async |region: &str, id: String| {
        let path = format!(
            "{production}/providers/Microsoft.RecoveryServices/locations/{region}/backupStatus?{VERSION}"
        );
        let body = json!({ "resourceType": "VM", "resourceId": id, "poLogicalName": "" });
        let answer = site.send("operator", Method::POST, &path, Some(body)).await;
        assert_eq!(answer.status(), 200);
        answer.json::<Value>().await.unwrap()
    };
    let machine = |group: &str, name: &str| {
        format!(
            "{production}/resourceGroups/{group}/providers/Microsoft.Compute/virtualMachines/{name}"
        )
    };
    let erp = ask("westeurope", machine("rg-erp-prod-weu", "vm-erp-01")).await;
    assert_eq!(erp["protectionStatus"], "Protected");
    assert_eq!(erp["policyName"], "policy-erp-daily");
    let legacy = ask("uksouth", machine("rg-legacy-prod-uks", "vm-legacy-01")).await;
    assert_eq!(legacy["protectionStatus"], "NotProtected");
}

#[tokio::test]
async fn replication_has_a_machine_that_lags_and_an_application_that_was_never_tested() {
    let site = Site::start().await;
    let vault = vault(&site, "rsv-backup-prod-neu").await;
    let items = site.list(&format!("{vault}/replicationProtectedItems?{VERSION}")).await;
    let critical: Vec<_> = items
        .iter()
        .filter(|one| one["properties"]["replicationHealth"] == "Critical")
        .map(|one| {
            (
                &one["properties"]["friendlyName"],
                &one["properties"]["providerSpecificDetails"]["rpoInSeconds"],
            )
        })
        .collect();
    assert_eq!(critical, [(&json!("vm-checkout-03"), &json!(9840))]);
    let untested = items
        .iter()
        .filter(|one| one["properties"].get("lastSuccessfulTestFailoverTime").is_none());
    let untested: Vec<_> =
        untested.map(|one| one["properties"]["friendlyName"].as_str().unwrap()).collect();
    assert!(!untested.is_empty() && untested.iter().all(|name| name.starts_with("vm-erp-")));
    let plans = site.list(&format!("{vault}/replicationRecoveryPlans?{VERSION}")).await;
    assert_eq!(texts(&plans, "name"), ["rp-web-prod", "rp-checkout-prod", "rp-erp-prod"]);
    let health = site.get(&format!("{vault}/replicationVaultHealth?{VERSION}")).await;
    let health = &health["properties"]["protectedItemsHealth"];
    assert_eq!(health["resourceCount"], items.len());
    assert!(health["issues"].as_array().unwrap().iter().any(|one| one["severity"] == "Error"));
    let events = site.list(&format!("{vault}/replicationEvents?{VERSION}")).await;
    assert!(events.iter().any(|one| one["properties"]["eventType"] == "JobStatus"));
    assert!(events.iter().any(|one| one["properties"]["severity"] == "Critical"));
    let item = items[0]["id"].as_str().unwrap();
    assert_eq!(site.list(&format!("{item}/recoveryPoints?{VERSION}")).await.len(), 24);
    let fabrics = site.list(&format!("{vault}/replicationFabrics?{VERSION}")).await;
    let fabric = fabrics[0]["id"].as_str().unwrap();
    assert_eq!(
        site.list(&format!("{fabric}/replicationProtectionContainers?{VERSION}")).await.len(),
        1
    );
    // A vault into which nothing is replicated has none of it.
    let other = vault.replace("-neu", "-weu");
    assert!(site.list(&format!("{other}/replicationProtectedItems?{VERSION}")).await.is_empty());
    assert!(site.list(&format!("{other}/replicationRecoveryPlans?{VERSION}")).await.is_empty());
}

#[tokio::test]
async fn backup_vaults_protect_blobs_disks_and_a_cluster_whose_extension_is_ill() {
    let site = Site::start().await;
    let mut kinds = BTreeSet::new();
    let mut failed = 0;
    let mut ids = BTreeSet::new();
    for vault in vaults(&site, "Microsoft.DataProtection/backupVaults").await {
        let instances = site.list(&format!("{vault}/backupInstances?{VERSION}")).await;
        ids.extend(texts(&instances, "id"));
        kinds.extend(lower(&instances, "/properties/dataSourceInfo/datasourceType"));
        let jobs = site.list(&format!("{vault}/backupJobs?{VERSION}")).await;
        failed += jobs.iter().filter(|job| job["properties"]["status"] == "Failed").count();
        for instance in &instances {
            let id = instance["id"].as_str().unwrap();
            let one = site.get(&format!("{id}?{VERSION}")).await;
            let policy = one["properties"]["policyInfo"]["policyId"].as_str().unwrap();
            site.get(&format!("{policy}?{VERSION}")).await;
            site.list(&format!("{id}/recoveryPoints?{VERSION}")).await;
        }
    }
    assert!(kinds.contains("microsoft.storage/storageaccounts/blobservices"), "{kinds:?}");
    assert!(kinds.contains("microsoft.containerservice/managedclusters"), "{kinds:?}");
    assert_eq!(failed, 2);
    let rows = site.graph("recoveryservicesresources | where type =~ 'microsoft.dataprotection/backupvaults/backupinstances' | project id").await;
    assert_eq!(
        texts(rows["data"].as_array().unwrap(), "id").into_iter().collect::<BTreeSet<_>>(),
        ids
    );
}

/// Queries of Azure's page on backups in Resource Graph, as they are published.
#[tokio::test]
async fn published_queries_find_the_machines_without_backup_and_the_failed_jobs() {
    let site = Site::start().await;
    let open = site
        .graph(
            "Resources | where type in~ ('microsoft.compute/virtualmachines','microsoft.classiccompute/virtualmachines') | extend resourceId=tolower(id) | join kind = leftouter ( RecoveryServicesResources | where type == \"microsoft.recoveryservices/vaults/backupfabrics/protectioncontainers/protecteditems\" | where properties.backupManagementType == \"AzureIaasVM\" | project resourceId = tolower(tostring(properties.sourceResourceId)), backupItemid = id, isBackedUp = isnotempty(id) ) on resourceId | extend isProtected = isnotempty(backupItemid) | where (isProtected == (0)) | project id,name,resourceGroup,location,tags",
        )
        .await;
    let names = texts(open["data"].as_array().unwrap(), "name");
    assert!(names.contains(&"vm-legacy-01".to_owned()), "{names:?}");
    assert!(!names.contains(&"vm-erp-01".to_owned()));
    let jobs = site
        .graph(
            "RecoveryServicesResources | where type in~ ('microsoft.recoveryservices/vaults/backupjobs') | extend vaultName = case(type =~ 'microsoft.dataprotection/backupVaults/backupJobs',properties.vaultName,type =~ 'Microsoft.RecoveryServices/vaults/backupJobs',split(split(id, '/Microsoft.RecoveryServices/vaults/')[1],'/')[0],'--') | extend friendlyName = case(type =~ 'Microsoft.RecoveryServices/vaults/backupJobs', properties.entityFriendlyName, '--') | extend jobStatus = case (properties.status == 'Completed' or properties.status == 'CompletedWithWarnings','Succeeded',properties.status == 'Failed','Failed',properties.status == 'InProgress', 'Started', properties.status), startTime = todatetime(properties.startTime) | where jobStatus == 'Failed' and startTime >= ago(7d) | summarize n = count() by tostring(vaultName)",
        )
        .await;
    assert!(jobs["data"].to_string().contains("rsv-backup-prod-weu"), "{jobs}");
    let state = site
        .graph(
            "recoveryservicesresources | where type =~ 'microsoft.recoveryservices/vaults/replicationfabrics/replicationprotectioncontainers/replicationprotecteditems' | extend vmName = tostring(properties['friendlyName']) | extend rpoInSeconds = toint(properties['providerSpecificDetails']['rpoInSeconds']) | where isnotempty(rpoInSeconds) and rpoInSeconds > 600 | project vmName, rpoInSeconds | order by rpoInSeconds asc",
        )
        .await;
    assert_eq!(state["data"], json!([{ "vmName": "vm-checkout-03", "rpoInSeconds": 9840 }]));
}

#[tokio::test]
async fn rows_of_vaults_are_only_those_the_caller_may_read() {
    let site = Site::start().await;
    for user in ["group-reader", "security-reader", "nobody"] {
        let answer =
            site.graph_as(user, json!({ "query": "recoveryservicesresources | project id" })).await;
        let answer: Value = answer.json().await.unwrap();
        assert_eq!(answer["count"], 0, "{user}");
    }
}
