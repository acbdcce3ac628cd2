//! Defender's figures agree with each other, and with the settings of the resources themselves.

use std::collections::{HashMap, HashSet};

use reqwest::Method;
use serde_json::Value;

use crate::estate_site::{Site, texts};

const V: &str = "api-version=2021-06-01";

/// `/subscriptions/{id}/providers/Microsoft.Security/…` of every subscription.
async fn securities(site: &Site) -> Vec<String> {
    let all = site.list(&format!("/subscriptions?{V}")).await;
    texts(&all, "id").iter().map(|id| format!("{id}/providers/Microsoft.Security")).collect()
}

/// Healthy and unhealthy resources behind a control, counted from the assessments.
fn counted(assessments: &[Value], definition: &Value) -> (usize, usize) {
    let keys: HashSet<&str> = definition["properties"]["assessmentDefinitions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|d| d["id"].as_str().unwrap().rsplit('/').next().unwrap())
        .collect();
    let mut worst: HashMap<&str, bool> = HashMap::new();
    for assessment in assessments.iter().filter(|a| keys.contains(a["name"].as_str().unwrap())) {
        let properties = &assessment["properties"];
        let id = properties["resourceDetails"]["id"].as_str().unwrap();
        match properties["status"]["code"].as_str().unwrap() {
            "Unhealthy" => *worst.entry(id).or_default() |= true,
            "Healthy" => *worst.entry(id).or_default() |= false,
            other => assert_eq!(other, "NotApplicable"),
        }
    }
    let unhealthy = worst.values().filter(|bad| **bad).count();
    (worst.len() - unhealthy, unhealthy)
}

#[tokio::test]
async fn a_control_scores_by_the_resources_behind_its_assessments() {
    let site = Site::start().await;
    for security in securities(&site).await {
        let assessments = site.list(&format!("{security}/assessments?{V}")).await;
        let controls =
            site.list(&format!("{security}/secureScoreControls?$expand=definition&{V}")).await;
        let (mut current, mut max) = (0.0, 0.0);
        for control in &controls {
            let properties = &control["properties"];
            let name = properties["displayName"].as_str().unwrap();
            let (healthy, unhealthy) = counted(&assessments, &properties["definition"]);
            assert_eq!(properties["healthyResourceCount"], healthy, "{name}");
            assert_eq!(properties["unhealthyResourceCount"], unhealthy, "{name}");
            let most = properties["score"]["max"].as_f64().unwrap();
            let score = properties["score"]["current"].as_f64().unwrap();
            if healthy + unhealthy == 0 {
                assert_eq!((most, score), (0.0, 0.0), "{name}");
                continue;
            }
            assert_eq!(Some(most), properties["definition"]["properties"]["maxScore"].as_f64());
            let share = f64::from(u32::try_from(healthy).unwrap())
                / f64::from(u32::try_from(healthy + unhealthy).unwrap());
            assert!((score - most * share).abs() <= 0.005, "{name}: {score}");
            current += score;
            max += most;
        }
        let score = site.get(&format!("{security}/secureScores/ascScore?{V}")).await;
        let score = &score["properties"]["score"];
        assert!((score["current"].as_f64().unwrap() - current).abs() < 0.006);
        assert_eq!(score["max"].as_f64(), Some(max));
        let percentage = score["percentage"].as_f64().unwrap();
        assert!((percentage - current / max).abs() < 0.0002 && percentage < 1.0);
    }
}

#[tokio::test]
async fn the_attacked_machine_is_exposed_wherever_one_looks() {
    let site = Site::start().await;
    let production = site.subscription("Northlight Production").await;
    let group = format!("{production}/resourceGroups/rg-web-prod-weu");
    let machine = format!("{group}/providers/Microsoft.Compute/virtualMachines/vm-web-01");
    let read = async |id: &str| site.get(&format!("{id}?{V}")).await;
    let nic =
        read(&machine).await["properties"]["networkProfile"]["networkInterfaces"][0]["id"].clone();
    let nic = read(nic.as_str().unwrap()).await;
    let address = &nic["properties"]["ipConfigurations"][0]["properties"]["publicIPAddress"]["id"];
    let address = read(address.as_str().unwrap()).await;
    assert!(address["properties"]["ipAddress"].is_string());
    let filter = read(nic["properties"]["networkSecurityGroup"]["id"].as_str().unwrap()).await;
    let rules = filter["properties"]["securityRules"].as_array().unwrap();
    let open = rules.iter().find(|r| r["properties"]["destinationPortRange"] == "3389").unwrap();
    assert_eq!(open["properties"]["sourceAddressPrefix"], "Internet");
    assert_eq!(open["properties"]["access"], "Allow");

    let key = "bc303248-3d14-44c2-96a0-55f5c326b5fe";
    let finding = read(&format!("{machine}/providers/Microsoft.Security/assessments/{key}")).await;
    assert_eq!(finding["properties"]["status"]["code"], "Unhealthy");
    let alerts = site.list(&format!("{group}/providers/Microsoft.Security/alerts?{V}")).await;
    let alert = alerts.iter().find(|a| a["properties"]["severity"] == "High").unwrap();
    assert_eq!(alert["properties"]["compromisedEntity"], "vm-web-01");
    assert_eq!(alert["properties"]["status"], "Active");
    let opened = finding["properties"]["status"]["statusChangeDate"].as_str().unwrap();
    assert!(opened < alert["properties"]["startTimeUtc"].as_str().unwrap());
}

#[tokio::test]
async fn settings_of_resources_agree_with_their_recommendations() {
    let site = Site::start().await;
    let checked = site
        .graph(
            "securityresources | where type == 'microsoft.security/assessments' | where name == '1c5de8e1-f68d-6a17-e0d2-ec259c42768c' \
             | project id = tolower(tostring(properties.resourceDetails.id)), code = tostring(properties.status.code) \
             | join kind=inner (resources | where type == 'microsoft.storage/storageaccounts' \
               | project id = tolower(id), https = tobool(properties.supportsHttpsTrafficOnly)) on id \
             | summarize count() by code, https",
        )
        .await;
    let rows = checked["data"].as_array().unwrap();
    assert_eq!(rows.len(), 2, "{rows:?}");
    assert!(rows.iter().all(|row| (row["code"] == "Healthy") == (row["https"] == true)));
}

#[tokio::test]
async fn the_score_fell_where_the_checkout_went_live() {
    let site = Site::start().await;
    let fallen = site
        .graph(
            "securityresources | where type == 'microsoft.security/assessments' \
             | where properties.status.code == 'Unhealthy' and todatetime(properties.status.statusChangeDate) > ago(7d) \
             | summarize count() by resourceGroup | order by count_ desc",
        )
        .await;
    assert_eq!(fallen["data"][0]["resourceGroup"], "rg-checkout-prod-weu");
    assert!(fallen["data"][0]["count_"].as_u64().unwrap() > 20);
}

#[tokio::test]
async fn an_alert_changes_state_for_every_view_of_it() {
    let site = Site::start().await;
    let production = site.subscription("Northlight Production").await;
    let security = format!("{production}/providers/Microsoft.Security");
    let alert = site.list(&format!("{security}/alerts?{V}")).await.remove(0);
    let name = alert["name"].as_str().unwrap();
    let at_group = alert["id"].as_str().unwrap().to_owned();
    let location = at_group.split("/locations/").nth(1).unwrap().split('/').next().unwrap();
    let at_subscription = format!("{security}/locations/{location}/alerts/{name}");
    for (id, action, state) in [
        (&at_subscription, "dismiss", "Dismissed"),
        (&at_group, "resolve", "Resolved"),
        (&at_subscription, "inProgress", "InProgress"),
        (&at_group, "activate", "Active"),
    ] {
        let path = format!("{id}/{action}?{V}");
        let response = site.send("operator", Method::POST, &path, None).await;
        assert_eq!(response.status(), 204);
        assert!(response.headers().get("content-type").is_none());
        let body = site.get(&format!("{at_subscription}?{V}")).await;
        assert_eq!(body["properties"]["status"], state);
        let query = format!(
            "securityresources | where type == 'microsoft.security/locations/alerts' and name == '{name}' | project state = tostring(properties.Status)"
        );
        assert_eq!(site.graph(&query).await["data"][0]["state"], state);
    }
    let unknown = format!("{at_group}/explode?{V}");
    assert_eq!(site.send("operator", Method::POST, &unknown, None).await.status(), 404);
}

#[tokio::test]
async fn rest_and_resource_graph_count_the_same() {
    let site = Site::start().await;
    let (mut assessments, mut alerts, mut controls) = (0, 0, 0);
    for security in securities(&site).await {
        assessments += site.list(&format!("{security}/assessments?{V}")).await.len();
        alerts += site.list(&format!("{security}/alerts?{V}")).await.len();
        controls += site.list(&format!("{security}/secureScoreControls?{V}")).await.len();
    }
    let answer = site.graph("securityresources | summarize n = count() by type").await;
    let counts: HashMap<&str, u64> = answer["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (row["type"].as_str().unwrap(), row["n"].as_u64().unwrap()))
        .collect();
    assert_eq!(counts["microsoft.security/assessments"], assessments as u64);
    assert_eq!(counts["microsoft.security/locations/alerts"], alerts as u64);
    assert_eq!(counts["microsoft.security/securescores/securescorecontrols"], controls as u64);
}
