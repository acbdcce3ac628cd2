//! Configuration in the sample estate: policy, machine configuration and updates say the same over
//! REST and Resource Graph, agree with Defender, and tell the stories.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Value, json};

use crate::estate_site::{Site, texts};

const INSIGHTS: &str = "providers/Microsoft.PolicyInsights";
const AT: &str = "api-version=2024-10-01";

async fn post(site: &Site, user: &str, path: &str) -> (u16, Value) {
    let response = site.send(user, Method::POST, path, None).await;
    let status = response.status().as_u16();
    (status, response.json().await.unwrap())
}

/// Every page of a list that is asked for by POST.
async fn posted(site: &Site, path: &str) -> Vec<Value> {
    let mut link = path.to_owned();
    let mut rows = Vec::new();
    loop {
        let (status, body) = post(site, "operator", &link).await;
        assert_eq!(status, 200, "{link} {body}");
        rows.extend(body["value"].as_array().unwrap().clone());
        match body["@odata.nextLink"].as_str().or(body["nextLink"].as_str()) {
            Some(next) => link = next.to_owned(),
            None => return rows,
        }
    }
}

fn low(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_ascii_lowercase()
}

#[tokio::test]
async fn policy_states_agree_with_the_recommendations_of_defender() {
    let site = Site::start().await;
    let production = site.subscription("Northlight Production").await;
    let filter =
        "PolicyAssignmentName%20eq%20'SecurityCenterBuiltIn'%20and%20IsCompliant%20eq%20false";
    let path =
        format!("{production}/{INSIGHTS}/policyStates/latest/queryResults?{AT}&$filter={filter}");
    let states = posted(&site, &path).await;
    let own: BTreeSet<(String, String)> = states
        .iter()
        .map(|one| (low(&one["resourceId"]), low(&one["policyDefinitionName"])))
        .collect();
    assert_eq!(own.len(), states.len());
    let metadata =
        site.list("/providers/Microsoft.Security/assessmentMetadata?api-version=2021-06-01").await;
    let policy_of = |key: &str| {
        let found = metadata.iter().find(|one| one["name"] == key).unwrap();
        low(&found["properties"]["policyDefinitionId"]).rsplit('/').next().unwrap().to_owned()
    };
    let assessments = site
        .list(&format!(
            "{production}/providers/Microsoft.Security/assessments?api-version=2021-06-01"
        ))
        .await;
    let unhealthy =
        assessments.iter().filter(|one| one["properties"]["status"]["code"] == "Unhealthy");
    let expected: BTreeSet<(String, String)> = unhealthy
        .map(|one| {
            let id = low(&one["properties"]["resourceDetails"]["id"]);
            (id, policy_of(one["name"].as_str().unwrap()))
        })
        .collect();
    assert!(expected.len() > 50);
    assert_eq!(own, expected);
}

#[tokio::test]
async fn the_summary_counts_what_the_states_say() {
    let site = Site::start().await;
    let production = site.subscription("Northlight Production").await;
    let states =
        posted(&site, &format!("{production}/{INSIGHTS}/policyStates/latest/queryResults?{AT}"))
            .await;
    let broken: BTreeSet<String> = states
        .iter()
        .filter(|one| one["complianceState"] == "NonCompliant")
        .map(|one| low(&one["resourceId"]))
        .collect();
    let (status, body) = post(
        &site,
        "operator",
        &format!("{production}/{INSIGHTS}/policyStates/latest/summarize?{AT}"),
    )
    .await;
    assert_eq!(status, 200);
    let summary = &body["value"][0];
    assert_eq!(summary["results"]["nonCompliantResources"], broken.len());
    for assignment in summary["policyAssignments"].as_array().unwrap() {
        let id = low(&assignment["policyAssignmentId"]);
        let own: BTreeSet<String> = states
            .iter()
            .filter(|one| one["complianceState"] == "NonCompliant")
            .filter(|one| low(&one["policyAssignmentId"]) == id)
            .map(|one| low(&one["resourceId"]))
            .collect();
        assert_eq!(assignment["results"]["nonCompliantResources"], own.len(), "{id}");
    }
    let grouped = "groupby((policyAssignmentId),aggregate($count%20as%20n))";
    let path = format!(
        "{production}/{INSIGHTS}/policyStates/latest/queryResults?{AT}&$apply={grouped}&$orderby=n%20desc&$top=2"
    );
    let top = posted(&site, &path).await;
    assert_eq!(top.len(), 2);
    let id = low(&top[0]["policyAssignmentId"]);
    let count = states.iter().filter(|one| low(&one["policyAssignmentId"]) == id).count();
    assert_eq!(top[0]["n"], count);
    let rows = site
        .graph("policyresources | where type =~ 'microsoft.policyinsights/policystates' | summarize n = count() by subscriptionId, state = tostring(properties.complianceState)")
        .await;
    let production_id = production.rsplit('/').next().unwrap();
    for state in ["NonCompliant", "Compliant", "Exempt"] {
        let own = states.iter().filter(|one| one["complianceState"] == state).count();
        let row = rows["data"].as_array().unwrap().iter();
        let mut row =
            row.filter(|row| row["state"] == state && row["subscriptionId"] == production_id);
        assert_eq!(row.next().unwrap()["n"], own, "{state}");
    }
}

#[tokio::test]
async fn options_that_make_no_sense_and_callers_without_the_right_are_refused() {
    let site = Site::start().await;
    let production = site.subscription("Northlight Production").await;
    let base = format!("{production}/{INSIGHTS}/policyStates/latest/queryResults?{AT}");
    for wrong in ["$filter=what", "$apply=sum(x)", "$top=x", "$from=yesterday", "$skiptoken=abc"] {
        let (status, body) = post(&site, "operator", &format!("{base}&{wrong}")).await;
        assert_eq!((status, &body["error"]["code"]), (400, &json!("InvalidQuery")), "{wrong}");
    }
    let (status, body) = post(&site, "security-reader", &base).await;
    assert_eq!((status, &body["error"]["code"]), (403, &json!("AuthorizationFailed")));
    let (status, body) =
        post(&site, "operator", &format!("{base}&$select=resourceId&$top=3")).await;
    assert_eq!(status, 200);
    let row = body["value"][0].as_object().unwrap();
    assert_eq!(body["value"].as_array().unwrap().len(), 3);
    let keys: Vec<&str> =
        row.keys().map(String::as_str).filter(|key| !key.starts_with('@')).collect();
    assert_eq!(keys, ["resourceId"]);
    let response = site.send("operator", Method::GET, &base, None).await;
    assert_eq!(response.status(), 405);
}

#[tokio::test]
async fn what_a_list_of_policy_objects_shows_can_be_got() {
    let site = Site::start().await;
    let production = site.subscription("Northlight Production").await;
    for kind in ["policyAssignments", "policyExemptions"] {
        let path =
            format!("{production}/providers/Microsoft.Authorization/{kind}?api-version=2023-04-01");
        let all = site.list(&path).await;
        assert!(all.len() > 1, "{kind}");
        for one in all {
            let id = one["id"].as_str().unwrap();
            assert_eq!(site.get(&format!("{id}?api-version=2023-04-01")).await, one);
        }
    }
    for kind in ["policyDefinitions", "policySetDefinitions"] {
        let path =
            format!("{production}/providers/Microsoft.Authorization/{kind}?api-version=2023-04-01");
        let all = site.list(&path).await;
        let custom = site.list(&format!("{path}&$filter=policyType%20eq%20'Custom'")).await;
        assert!(!custom.is_empty() && custom.len() < all.len(), "{kind}");
        for one in all.iter().take(3).chain(&custom) {
            let id = one["id"].as_str().unwrap();
            assert_eq!(&site.get(&format!("{id}?api-version=2023-04-01")).await, one);
        }
    }
    let at = format!("{production}/providers/Microsoft.Authorization/policyAssignments");
    let (status, code) =
        site.refusal("operator", &format!("{at}/none?api-version=2023-04-01")).await;
    assert_eq!((status, code.as_str()), (404, "PolicyAssignmentNotFound"));
    let (status, _) =
        site.refusal("operator", &format!("{at}?api-version=2023-04-01&$filter=x")).await;
    assert_eq!(status, 400);
}

#[tokio::test]
async fn the_policy_of_the_backup_story_refuses_the_snapshot_group_every_night() {
    let site = Site::start().await;
    let production = site.subscription("Northlight Production").await;
    let path = format!(
        "{production}/{INSIGHTS}/policyEvents/default/queryResults?{AT}&$from=2026-02-20T00:00:00Z&$filter=policyDefinitionAction%20eq%20'deny'"
    );
    let events = posted(&site, &path).await;
    assert_eq!(events.len(), 4);
    for event in &events {
        assert_eq!(event["policyAssignmentName"], "require-rg-tags");
        assert!(low(&event["resourceId"]).ends_with("/rg-erp-snapshots-1"));
    }
    let id = events[0]["policyDefinitionId"].as_str().unwrap();
    let definition = site.get(&format!("{id}?api-version=2023-04-01")).await;
    let title = &definition["properties"]["displayName"];
    assert_eq!(title, "Require cost center and owner tags on resource groups");
    assert_eq!(definition["properties"]["parameters"]["effect"]["defaultValue"], "Deny");
}

#[tokio::test]
async fn the_billing_machines_missed_two_windows_and_wait_for_a_reboot() {
    let site = Site::start().await;
    let rows = site
        .graph("patchinstallationresources | where type endswith '/patchinstallationresults' | where resourceGroup =~ 'rg-billing-prod-neu' | project id, s = tostring(properties.status), m = tostring(properties.errorDetails.code), at = todatetime(properties.startDateTime), p = toint(properties.pendingPatchCount) | order by at desc")
        .await;
    let rows = rows["data"].as_array().unwrap();
    let failed: Vec<&Value> = rows.iter().filter(|row| row["s"] == "Failed").collect();
    assert_eq!(failed.len(), 6, "three machines, two windows");
    for row in failed {
        assert_eq!(row["m"], "MaintenanceWindowExceeded");
        assert!(row["p"].as_i64().unwrap() > 0);
    }
    let id = rows[0]["id"].as_str().unwrap().split("/patchInstallationResults/").next().unwrap();
    let view = site.get(&format!("{id}/instanceView?api-version=2024-07-01")).await;
    let status = &view["patchStatus"];
    assert_eq!(status["availablePatchSummary"]["rebootPending"], true);
    assert_eq!(status["lastPatchInstallationSummary"]["maintenanceWindowExceeded"], true);
    let missing = format!(
        "patchassessmentresources | where type endswith '/softwarepatches' | where id startswith '{id}/' | summarize n = count(), grave = countif(tostring(properties.classifications[0]) in ('Critical', 'Security'))"
    );
    let missing = site.graph(&missing).await;
    let grave = &status["availablePatchSummary"]["criticalAndSecurityPatchCount"];
    assert_eq!(&missing["data"][0]["grave"], grave);
    let runs = site
        .list(&format!("{id}/providers/Microsoft.Maintenance/applyUpdates?api-version=2023-04-01"))
        .await;
    let failed = runs.iter().filter(|run| run["properties"]["status"] == "Failed").count();
    assert_eq!(failed, 2);
    for run in runs {
        let own = run["id"].as_str().unwrap();
        assert_eq!(site.get(&format!("{own}?api-version=2023-04-01")).await, run);
    }
}

#[tokio::test]
async fn reports_of_machines_give_reasons_for_what_defender_calls_weak() {
    let site = Site::start().await;
    let production = site.subscription("Northlight Production").await;
    let path = format!(
        "{production}/providers/Microsoft.GuestConfiguration/guestConfigurationAssignments?api-version=2024-04-05"
    );
    let all = site.list(&path).await;
    let bad: Vec<&Value> = all
        .iter()
        .filter(|one| one["properties"]["complianceStatus"] == "NonCompliant")
        .filter(|one| one["name"].as_str().unwrap().ends_with("Baseline"))
        .collect();
    assert!(!bad.is_empty());
    for one in &bad {
        let id = one["id"].as_str().unwrap();
        let reports = site.list(&format!("{id}/reports?api-version=2024-04-05")).await;
        let latest = &reports[0];
        assert_eq!(latest["id"], one["properties"]["latestReportId"]);
        let failed = latest["properties"]["details"]["resources"].as_array().unwrap().iter();
        let mut failed = failed.filter(|setting| setting["complianceStatus"] == "NonCompliant");
        assert!(
            failed.next().unwrap()["reasons"][0]["phrase"]
                .as_str()
                .unwrap()
                .starts_with("Expected")
        );
        let got =
            site.get(&format!("{}?api-version=2024-04-05", latest["id"].as_str().unwrap())).await;
        assert_eq!(&got, latest);
        let machine = id.split("/providers/Microsoft.GuestConfiguration").next().unwrap();
        let keys = ["8c3d9ad0-3639-4686-9cd2-2b2ab2609bda", "1f655fb7-63ca-4980-91a3-56dbc2b715c6"];
        let assessments = site
            .list(&format!(
                "{machine}/providers/Microsoft.Security/assessments?api-version=2021-06-01"
            ))
            .await;
        let own = assessments.iter().find(|own| keys.contains(&own["name"].as_str().unwrap()));
        assert_eq!(own.unwrap()["properties"]["status"]["code"], "Unhealthy");
    }
    let rows = site.graph("guestconfigurationresources | project id, name | order by id asc").await;
    let mut ids = texts(rows["data"].as_array().unwrap(), "id");
    ids.retain(|id| id.starts_with(&production));
    assert_eq!(ids.len(), all.len());
}

#[tokio::test]
async fn remediation_tasks_have_the_deployments_that_they_count() {
    let site = Site::start().await;
    let production = site.subscription("Northlight Production").await;
    let tasks = site.list(&format!("{production}/{INSIGHTS}/remediations?{AT}")).await;
    let states: BTreeSet<&str> =
        tasks.iter().map(|one| one["properties"]["provisioningState"].as_str().unwrap()).collect();
    assert!(states.contains("Failed") && states.contains("Succeeded"), "{states:?}");
    for task in &tasks {
        let id = task["id"].as_str().unwrap();
        assert_eq!(&site.get(&format!("{id}?{AT}")).await, task);
        let deployments = posted(&site, &format!("{id}/listDeployments?{AT}&$top=2")).await;
        let status = &task["properties"]["deploymentStatus"];
        assert_eq!(status["totalDeployments"], deployments.len());
        let failed = deployments.iter().filter(|one| one["status"] == "Failed").count();
        assert_eq!(status["failedDeployments"], failed);
    }
}
