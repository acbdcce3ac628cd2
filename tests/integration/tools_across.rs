//! Tools that ask other tools: what each pillar tells stands side by side, the worst first.

use serde_json::json;

use crate::tools_bench::{Bench, estate};

#[tokio::test]
async fn an_investigation_names_the_trouble_and_what_came_shortly_before_it() {
    let estate = estate().await;
    let bench = Bench::at(&estate.endpoint(), "operator");
    let told = bench.ok("investigate_resource", json!({"resource": "vm-api-02"})).await;
    let output = &told.output;
    assert_eq!(output["trouble"], "Unavailable");
    let began = output["beganAt"].as_str().unwrap();
    let health = bench.ok("list_resource_health", json!({"resource": "vm-api-02"})).await;
    assert_eq!(health.output["statuses"][0]["since"], began);
    let events = output["events"].as_array().unwrap();
    let kinds: Vec<&str> = events.iter().filter_map(|one| one["kind"].as_str()).collect();
    for kind in ["health", "alert", "operation"] {
        assert!(kinds.contains(&kind), "{kind}: {kinds:?}");
    }
    assert!(events.is_sorted_by(|a, b| a["at"].as_str() >= b["at"].as_str()));
    let near = events.iter().filter(|one| one["beforeTrouble"] == true).count();
    assert_eq!(output["near"], near);
    assert!(near > 0 && near < events.len(), "{near} of {}", events.len());
    insta::assert_snapshot!("investigate_resource", told.digest);
}

#[tokio::test]
async fn a_name_that_several_resources_have_is_asked_back() {
    let estate = estate().await;
    let bench = Bench::at(&estate.endpoint(), "operator");
    let error = bench.run("investigate_resource", json!({"resource": "vm-"})).await.unwrap_err();
    assert!(error.to_string().contains("give one id"), "{error}");
    let error = bench
        .run("investigate_resource", json!({"resource": "no-such-machine"}))
        .await
        .unwrap_err();
    assert!(error.to_string().contains("no resource in scope"), "{error}");
}

#[tokio::test]
async fn the_summary_of_operations_puts_the_worst_pillar_first() {
    let estate = estate().await;
    let bench = Bench::at(&estate.endpoint(), "operator");
    let told = bench.ok("summarize_operations", json!({})).await;
    let pillars = told.output["pillars"].as_array().unwrap();
    let rank =
        |tone: &str| ["critical", "warning", "neutral", "good"].iter().position(|one| *one == tone);
    let tones: Vec<_> = pillars.iter().map(|one| rank(one["tone"].as_str().unwrap())).collect();
    assert!(tones.is_sorted(), "{tones:?}");
    let security = bench.ok("summarize_security", json!({})).await;
    let own = pillars.iter().find(|one| one["pillar"] == "security").unwrap();
    assert_eq!(own["sentences"][0]["text"], security.findings[0].text);
    insta::assert_snapshot!("summarize_operations", told.digest);
}

#[tokio::test]
async fn actions_are_ranked_by_how_soon_and_each_says_why() {
    let estate = estate().await;
    let bench = Bench::at(&estate.endpoint(), "operator");
    let told = bench.ok("rank_actions", json!({"limit": 50})).await;
    let actions = told.output["actions"].as_array().unwrap();
    let soon = |one: &serde_json::Value| {
        ["now", "today", "thisWeek"].iter().position(|name| one["urgency"] == *name).unwrap()
    };
    assert!(actions.is_sorted_by_key(soon));
    assert!(actions.iter().all(|one| !one["why"].as_str().unwrap().is_empty()));
    let incident = bench.ok("list_service_health", json!({"eventType": "ServiceIssue"})).await;
    let tracking = incident.output["events"][0]["trackingId"].as_str().unwrap().to_owned();
    assert!(actions.iter().any(|one| one["title"].as_str().unwrap().contains(&tracking)));
    let few = bench.ok("rank_actions", json!({"limit": 3})).await;
    assert_eq!(few.output["actions"].as_array().unwrap(), &actions[..3]);
    assert_eq!(few.output["total"], actions.len());
    insta::assert_snapshot!("rank_actions", told.digest);
}
