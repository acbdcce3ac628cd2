//! Defender's compliance, findings below recommendations, governance and attack paths are counted
//! from the same assessments.

use std::collections::HashMap;

use serde_json::Value;

use crate::estate_site::{Site, texts};

const V: &str = "api-version=2019-01-01-preview";

async fn security(site: &Site) -> String {
    let production = site.subscription("Northlight Production").await;
    format!("{production}/providers/Microsoft.Security")
}

fn state(item: &Value) -> &str {
    item["properties"]["state"].as_str().unwrap()
}

/// Healthy, unhealthy and inapplicable resources of each recommendation.
async fn counted(site: &Site, security: &str) -> HashMap<String, [u64; 3]> {
    let mut counts: HashMap<String, [u64; 3]> = HashMap::new();
    for assessment in site.list(&format!("{security}/assessments?{V}")).await {
        let place = match assessment["properties"]["status"]["code"].as_str().unwrap() {
            "Healthy" => 0,
            "Unhealthy" => 1,
            _ => 2,
        };
        counts.entry(assessment["name"].as_str().unwrap().into()).or_default()[place] += 1;
    }
    counts
}

#[tokio::test]
async fn standards_count_their_controls_and_controls_their_assessments() {
    let site = Site::start().await;
    let security = security(&site).await;
    let counts = counted(&site, &security).await;
    let path = format!("{security}/regulatoryComplianceStandards");
    let standards = site.list(&format!("{path}?{V}")).await;
    assert_eq!(standards.len(), 4);
    for standard in &standards {
        let at =
            format!("{path}/{}/regulatoryComplianceControls", standard["name"].as_str().unwrap());
        let controls = site.list(&format!("{at}?{V}")).await;
        for (member, word) in [
            ("passedControls", "Passed"),
            ("failedControls", "Failed"),
            ("skippedControls", "Skipped"),
            ("unsupportedControls", "Unsupported"),
        ] {
            let count = controls.iter().filter(|c| state(c) == word).count();
            assert_eq!(standard["properties"][member], count, "{at} {member}");
        }
        for control in &controls {
            let name = control["name"].as_str().unwrap();
            let assessments =
                site.list(&format!("{at}/{name}/regulatoryComplianceAssessments?{V}")).await;
            let failed = assessments.iter().filter(|a| state(a) == "Failed").count();
            assert_eq!(control["properties"]["failedAssessments"], failed, "{name}");
            assert_eq!(state(control) == "Failed", failed > 0, "{name}");
            for assessment in &assessments {
                let [passed, failed, skipped] = counts[assessment["name"].as_str().unwrap()];
                let own = &assessment["properties"];
                assert_eq!(own["passedResources"], passed);
                assert_eq!(
                    (&own["failedResources"], &own["skippedResources"]),
                    (&failed.into(), &skipped.into())
                );
            }
        }
    }
}

#[tokio::test]
async fn compliance_is_filtered_by_state_and_missing_parts_are_not_found() {
    let site = Site::start().await;
    let security = security(&site).await;
    let controls =
        format!("{security}/regulatoryComplianceStandards/ISO-27001/regulatoryComplianceControls");
    let failed = site.list(&format!("{controls}?$filter=properties/state eq 'Failed'&{V}")).await;
    assert!(!failed.is_empty() && failed.iter().all(|c| state(c) == "Failed"));
    let bracketed = format!(
        "{security}/regulatoryComplianceStandards/NIST-SP-800-53-R5/regulatoryComplianceControls/IA-2(1)?{V}"
    );
    assert_eq!(site.get(&bracketed).await["name"], "IA-2(1)");
    for missing in ["HIPAA", "ISO-27001/regulatoryComplianceControls/Z.9"] {
        let path = format!("{security}/regulatoryComplianceStandards/{missing}?{V}");
        assert_eq!(site.refusal("operator", &path).await.0, 404, "{missing}");
    }
    let list = format!("{security}/regulatoryComplianceStandards?{V}");
    assert_eq!(site.refusal("group-reader", &list).await.0, 403);
    assert_eq!(site.list_as("security-reader", &list).await.len(), 4);
}

#[tokio::test]
async fn every_unhealthy_scan_lists_what_it_found_and_nothing_else_does() {
    let site = Site::start().await;
    let security = security(&site).await;
    let subs = site.list(&format!("{security}/subAssessments?{V}")).await;
    let keys = [
        "1195afff-c881-495e-9bc5-1486211ae03f",
        "e1145ab1-eb4f-43d8-911b-36ddf771d13f",
        "82e20e14-edc5-4373-bfc4-f13121257c37",
        "c0b7cfc6-3172-465a-b378-53c7ff2cc0d5",
    ];
    let scans: Vec<String> = site
        .list(&format!("{security}/assessments?{V}"))
        .await
        .iter()
        .filter(|a| a["properties"]["status"]["code"] == "Unhealthy")
        .filter(|a| keys.contains(&a["name"].as_str().unwrap()))
        .map(|a| a["id"].as_str().unwrap().to_owned())
        .collect();
    let parents: Vec<String> = texts(&subs, "id")
        .iter()
        .map(|id| id.split("/subAssessments/").next().unwrap().to_owned())
        .collect();
    assert!(scans.iter().all(|scan| parents.contains(scan)));
    assert!(parents.iter().all(|parent| scans.contains(parent)));
    let one = site.get(&format!("{}?{V}", subs[0]["id"].as_str().unwrap())).await;
    assert_eq!(one, subs[0]);
    let of_scan = site.list(&format!("{}/subAssessments?{V}", scans[0])).await;
    assert_eq!(of_scan.len(), parents.iter().filter(|p| **p == scans[0]).count());
}

#[tokio::test]
async fn grave_recommendations_in_production_have_an_owner_and_a_date() {
    let site = Site::start().await;
    let security = security(&site).await;
    let v = "api-version=2022-01-01-preview";
    let rules = site.list(&format!("{security}/governanceRules?{v}")).await;
    assert_eq!(rules[0]["properties"]["ownerSource"]["type"], "ByTag");
    let key = "06e3a6db-6c0c-4ad9-943f-31d9d73ecf6c";
    let assigned =
        site.list(&format!("{security}/assessments/{key}/governanceAssignments?{v}")).await;
    let unhealthy = counted(&site, &security).await[key][1];
    assert_eq!(assigned.len() as u64, unhealthy);
    assert!(assigned.iter().all(|a| a["properties"]["owner"].as_str().unwrap().contains('@')));
    let one = format!("{}?{v}", assigned[0]["id"].as_str().unwrap());
    assert_eq!(site.get(&one).await, assigned[0]);
}

#[tokio::test]
async fn resource_graph_has_as_many_of_each_as_rest() {
    let site = Site::start().await;
    let security = security(&site).await;
    let guid = security.split('/').nth(2).unwrap();
    let answer = site
        .graph(&format!(
            "securityresources | where subscriptionId == '{guid}' | summarize n = count() by type"
        ))
        .await;
    let count = |kind: &str| {
        let rows = answer["data"].as_array().unwrap();
        let row = rows.iter().find(|row| row["type"] == format!("microsoft.security/{kind}"));
        row.and_then(|row| row["n"].as_u64()).unwrap_or(0)
    };
    let subs = site.list(&format!("{security}/subAssessments?{V}")).await;
    assert_eq!(count("assessments/subassessments"), subs.len() as u64);
    assert_eq!(count("regulatorycompliancestandards"), 4);
    assert_eq!(count("governancerules"), 1);
    assert!(count("attackpaths") >= 1 && count("assessments/governanceassignments") > 10);
    let pricings = site.get(&format!("{security}/pricings?api-version=2024-01-01")).await;
    assert_eq!(count("pricings"), pricings["value"].as_array().unwrap().len() as u64);
}
