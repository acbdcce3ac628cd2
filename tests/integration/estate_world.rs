//! The sample estate's world: the same from the same seed, any size, and kept when asked.

use std::collections::HashSet;

use opscopilot::estate::{EstateError, Options, reset, serve};
use reqwest::Method;
use tokio::net::TcpListener;

use crate::estate_site::{Site, frozen, texts};

/// The bytes of everything a newcomer would look at.
async fn bytes_of(site: &Site) -> Vec<String> {
    let production = site.subscription("Northlight Production").await;
    let mut bytes = Vec::new();
    for path in [
        "/resources?api-version=2024-07-01",
        "/providers/Microsoft.Compute/virtualMachines?api-version=2024-07-01",
        "/providers/Microsoft.Security/assessments?api-version=2021-06-01",
        "/providers/Microsoft.Security/alerts?api-version=2022-01-01",
        "/providers/Microsoft.Authorization/roleAssignments?api-version=2022-04-01",
        "/providers/Microsoft.AlertsManagement/alerts?timeRange=30d&pageCount=250&api-version=2019-03-01",
        "/providers/Microsoft.Insights/eventtypes/management/values?$filter=eventTimestamp ge '2025-12-03T00:00:00Z'&api-version=2015-04-01",
        "/providers/Microsoft.ResourceHealth/availabilityStatuses?api-version=2024-02-01",
        "/providers/Microsoft.ResourceHealth/events?api-version=2024-02-01",
        "/providers/Microsoft.Security/subAssessments?api-version=2019-01-01-preview",
    ] {
        let response =
            site.send("operator", Method::GET, &format!("{production}{path}"), None).await;
        bytes.push(response.text().await.unwrap_or_default());
    }
    bytes
}

#[tokio::test]
async fn the_same_seed_scale_and_anchor_give_the_same_bytes() {
    let options = || Options { page_size: 10_000, ..frozen() };
    let (one, two) = (Site::with(options()).await, Site::with(options()).await);
    assert_eq!(bytes_of(&one).await, bytes_of(&two).await);
    let other = Site::with(Options { seed: Some(2), ..options() }).await;
    assert_ne!(bytes_of(&one).await, bytes_of(&other).await);
}

#[tokio::test]
async fn a_world_of_scale_one_has_hundreds_of_resources_in_four_subscriptions_and_regions() {
    let site = Site::start().await;
    let answer = site
        .graph("resources | summarize resources = count(), subs = dcount(subscriptionId), regions = dcountif(location, location != 'global')")
        .await;
    let row = &answer["data"][0];
    assert!(row["resources"].as_u64().unwrap() > 300, "{row}");
    assert_eq!((row["subs"].as_u64(), row["regions"].as_u64()), (Some(4), Some(4)));
}

#[tokio::test]
async fn a_larger_scale_adds_subscriptions_and_keeps_every_id_unique() {
    let site = Site::with(Options { scale: Some(12), page_size: 10_000, ..frozen() }).await;
    let subscriptions = site.list("/subscriptions?api-version=2022-12-01").await;
    assert_eq!(subscriptions.len(), 6);
    let mut ids = Vec::new();
    for subscription in texts(&subscriptions, "id") {
        let path = format!("{subscription}/resources?api-version=2024-07-01");
        ids.extend(texts(&site.list(&path).await, "id"));
    }
    let distinct: HashSet<String> = ids.iter().map(|id| id.to_lowercase()).collect();
    assert_eq!(distinct.len(), ids.len());
    assert!(ids.len() > 3_000, "{}", ids.len());
}

#[tokio::test]
async fn every_listed_resource_can_be_read_by_its_id() {
    let site = Site::start().await;
    let production = site.subscription("Northlight Production").await;
    for resource in site.list(&format!("{production}/resources?api-version=2024-07-01")).await {
        let id = resource["id"].as_str().unwrap();
        let body = site.get(&format!("{id}?api-version=2024-07-01")).await;
        assert_eq!(body["id"], resource["id"]);
        assert_eq!(body["type"], resource["type"]);
        assert!(body["properties"].is_object(), "{id}");
        assert!(resource.get("properties").is_none());
    }
}

#[tokio::test]
async fn a_kept_world_remembers_writes() {
    let directory = tempfile::tempdir().unwrap();
    let kept = || Options { data: Some(directory.path().to_owned()), ..frozen() };
    let site = Site::with(kept()).await;
    let production = site.subscription("Northlight Production").await;
    let alerts = format!("{production}/providers/Microsoft.Security/alerts?api-version=2022-01-01");
    let alert = site.list(&alerts).await.remove(0);
    let id = alert["id"].as_str().unwrap().to_owned();
    let path = format!("{id}/dismiss?api-version=2022-01-01");
    assert_eq!(site.send("operator", Method::POST, &path, None).await.status(), 204);
    site.estate.shut_down().await.unwrap();

    let again = Site::with(Options { seed: None, anchor: None, ..kept() }).await;
    let body = again.get(&format!("{id}?api-version=2022-01-01")).await;
    assert_eq!(body["properties"]["status"], "Dismissed");
    again.estate.shut_down().await.unwrap();
}

#[tokio::test]
async fn another_seed_than_the_kept_worlds_is_refused_until_it_is_reset() {
    let directory = tempfile::tempdir().unwrap();
    let kept = || Options { data: Some(directory.path().to_owned()), ..frozen() };
    Site::with(kept()).await.estate.shut_down().await.unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let error = serve(listener, Options { seed: Some(7), ..kept() }).unwrap_err();
    assert!(matches!(error, EstateError::OtherWorld { field: "seed", .. }), "{error}");
    assert!(error.to_string().contains("estate reset"), "{error}");

    reset(directory.path()).unwrap();
    let fresh = Site::with(Options { seed: Some(7), ..kept() }).await;
    assert_eq!(fresh.list("/subscriptions?api-version=2022-12-01").await.len(), 4);
}

#[tokio::test]
async fn a_kept_world_is_served_by_one_process_and_survives_a_torn_last_line() {
    let directory = tempfile::tempdir().unwrap();
    let kept = || Options { data: Some(directory.path().to_owned()), ..frozen() };
    let site = Site::with(kept()).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let error = serve(listener, kept()).unwrap_err();
    assert!(matches!(error, EstateError::InUse { .. }), "{error}");
    assert!(matches!(reset(directory.path()), Err(EstateError::InUse { .. })));
    site.estate.shut_down().await.unwrap();

    let journal = directory.path().join("journal.jsonl");
    std::fs::write(&journal, "{\"kind\":\"alertSt").unwrap();
    let site = Site::with(kept()).await;
    assert_eq!(std::fs::read_to_string(&journal).unwrap(), "");
    site.estate.shut_down().await.unwrap();

    std::fs::write(&journal, "not json\n").unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let error = serve(listener, kept()).unwrap_err();
    assert!(matches!(error, EstateError::Corrupt { line: 1, .. }), "{error}");
}
