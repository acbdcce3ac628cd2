//! Resource health, service health and the change tables: REST and Resource Graph agree, and
//! rights are kept.

use std::collections::HashMap;

use reqwest::Method;
use serde_json::{Value, json};

use crate::estate_site::{Site, texts};

const V: &str = "api-version=2024-02-01";

async fn health(site: &Site) -> String {
    let production = site.subscription("Northlight Production").await;
    format!("{production}/providers/Microsoft.ResourceHealth")
}

async fn rows(site: &Site, query: &str) -> Vec<Value> {
    site.graph(query).await["data"].as_array().unwrap().clone()
}

#[tokio::test]
async fn statuses_of_rest_and_resource_graph_are_the_same() {
    let site = Site::start().await;
    let health = health(&site).await;
    let statuses = site.list(&format!("{health}/availabilityStatuses?{V}")).await;
    let subscription = health.split('/').nth(2).unwrap();
    let query = format!(
        "healthresources | where type =~ 'microsoft.resourcehealth/availabilitystatuses' and subscriptionId == '{subscription}' \
         | project id, state = tostring(properties.availabilityState), at = tostring(properties.occurredTime)"
    );
    let graph: HashMap<String, Value> = rows(&site, &query)
        .await
        .into_iter()
        .map(|row| (row["id"].as_str().unwrap().to_lowercase(), row))
        .collect();
    assert_eq!(graph.len(), statuses.len());
    for status in &statuses {
        let row = &graph[&status["id"].as_str().unwrap().to_lowercase()];
        assert_eq!(row["state"], status["properties"]["availabilityState"]);
        assert_eq!(row["at"], status["properties"]["occuredTime"]);
    }
}

#[tokio::test]
async fn a_stopped_machine_was_stopped_by_somebody() {
    let site = Site::start().await;
    let stopped = rows(
        &site,
        "resources | where type =~ 'microsoft.compute/virtualmachines' \
         | where properties.extended.instanceView.powerState.code == 'PowerState/deallocated' | project id",
    )
    .await;
    assert!(stopped.len() > 2);
    for machine in texts(&stopped, "id") {
        let health = format!("{machine}/providers/Microsoft.ResourceHealth/availabilityStatuses");
        let current = site.get(&format!("{health}/current?{V}")).await;
        assert_eq!(current["properties"]["availabilityState"], "Unavailable", "{machine}");
        let history = site.list(&format!("{health}?{V}")).await;
        assert_eq!(history[0]["name"], "current");
        assert_eq!(history[1]["properties"]["availabilityState"], "Available");
        let since = current["properties"]["occuredTime"].as_str().unwrap();
        let subscription = machine.split("/resourceGroups").next().unwrap();
        let log = format!(
            "{subscription}/providers/Microsoft.Insights/eventtypes/management/values?api-version=2015-04-01&$filter=eventTimestamp ge '{since}' and eventTimestamp le '{since}' and resourceUri eq '{machine}'"
        );
        let operations: Vec<Value> =
            site.list(&log).await.iter().map(|e| e["operationName"]["value"].clone()).collect();
        let deallocation = json!("Microsoft.Compute/virtualMachines/deallocate/action");
        assert!(operations.contains(&deallocation), "{machine}: {operations:?}");
    }
}

#[tokio::test]
async fn statuses_are_filtered_by_state_and_group_and_paged() {
    let site = Site::start().await;
    let statuses = format!("{}/availabilityStatuses?{V}", health(&site).await);
    let bad = site.list(&format!("{statuses}&$filter=availabilityState eq 'Unavailable'")).await;
    assert!(bad.iter().all(|s| s["properties"]["availabilityState"] == "Unavailable"));
    let both = "&$filter=availabilityState ne 'Available' and resourceGroup eq 'rg-api-prod-neu'";
    let one = site.list(&format!("{statuses}{both}")).await;
    assert_eq!(one.len(), 1);
    assert!(bad.contains(&one[0]));
    let all = site.list(&statuses).await;
    let paged = site.list(&format!("{statuses}&$top=7")).await;
    assert_eq!(texts(&paged, "id"), texts(&all, "id"));
    let wrong = format!("{statuses}&$filter=mood eq 'bad'");
    assert_eq!(site.refusal("operator", &wrong).await.0, 400);
}

#[tokio::test]
async fn what_nobody_watches_has_no_health() {
    let site = Site::start().await;
    let production = site.subscription("Northlight Production").await;
    let disk = format!(
        "{production}/resourceGroups/rg-web-prod-weu/providers/Microsoft.Compute/disks/vm-web-01-osdisk"
    );
    let path =
        format!("{disk}/providers/Microsoft.ResourceHealth/availabilityStatuses/current?{V}");
    assert_eq!(site.refusal("operator", &path).await, (404, "UnsupportedResourceType".into()));
}

#[tokio::test]
async fn events_are_filtered_by_kind_service_region_and_start() {
    let site = Site::start().await;
    let events = format!("{}/events?{V}", health(&site).await);
    let all = site.list(&events).await;
    assert_eq!(all.len(), 5);
    let names = async |rest: &str| texts(&site.list(&format!("{events}{rest}")).await, "name");
    let one = names("&$filter=eventType eq 'PlannedMaintenance'").await;
    assert_eq!(one.len(), 1);
    assert_eq!(names("&$filter=service eq 'Container Registry'").await, ["0SZK-PT8"]);
    assert_eq!(
        names("&$filter=region eq 'UK South' or region eq 'North Europe' and status eq 'Resolved'")
            .await,
        ["4V5R-H88", "2KVD-1Q0"]
    );
    let recent = names("&queryStartTime=03/01/2026").await;
    assert_eq!(recent, names("&queryStartTime=2026-03-01T00:00:00Z").await);
    assert!(recent.len() < all.len());
    for wrong in ["&$filter=colour eq 'red'", "&queryStartTime=soon"] {
        assert_eq!(site.refusal("operator", &format!("{events}{wrong}")).await.0, 400);
    }
    let unknown = events.replace("/events?", "/events/XXXX-000?");
    assert_eq!(site.refusal("operator", &unknown).await.0, 404);
}

#[tokio::test]
async fn a_security_advisory_shows_its_details_and_resources_only_to_those_with_the_right() {
    let site = Site::start().await;
    let event = format!("{}/events/0SZK-PT8", health(&site).await);
    let open = site.get(&format!("{event}?{V}")).await;
    assert!(open["properties"].get("article").is_none());
    assert!(site.list(&format!("{event}/impactedResources?{V}")).await.is_empty());
    for action in ["fetchEventDetails", "listSecurityAdvisoryImpactedResources"] {
        let path = format!("{event}/{action}?{V}");
        assert_eq!(site.send("reader", Method::POST, &path, None).await.status(), 403);
        let answer = site.send("operator", Method::POST, &path, None).await;
        let body: Value = answer.json().await.unwrap();
        let text = &body["properties"]["article"]["articleContent"];
        assert!(text.is_string() || !body["value"].as_array().unwrap().is_empty(), "{action}");
    }
}

#[tokio::test]
async fn a_change_is_in_the_activity_log_under_the_same_correlation_id() {
    let site = Site::start().await;
    let production = site.subscription("Northlight Production").await;
    let guid = production.rsplit('/').next().unwrap();
    let changes = rows(
        &site,
        &format!("resourcechanges | where subscriptionId == '{guid}' | project target = tostring(properties.targetResourceId), \
         correlation = tostring(properties.changeAttributes.correlationId), at = tostring(properties.changeAttributes.timestamp), \
         n = toint(properties.changeAttributes.changesCount), changes = properties.changes, type = tostring(properties.changeType)"),
    )
    .await;
    assert!(changes.len() > 30);
    let log = format!(
        "{production}/providers/Microsoft.Insights/eventtypes/management/values?api-version=2015-04-01&$filter=eventTimestamp ge '2026-02-10T00:00:00Z'"
    );
    let events = site.list(&log).await;
    for change in &changes {
        assert_eq!(change["n"], change["changes"].as_object().unwrap().len());
        assert_eq!(change["n"] == 0, change["type"] != "Update");
        let event = events.iter().find(|e| {
            e["correlationId"] == change["correlation"] && e["eventTimestamp"] == change["at"]
        });
        assert!(event.is_some(), "{change}");
    }
}

#[tokio::test]
async fn what_a_change_set_is_what_the_resource_has() {
    let site = Site::start().await;
    let checked = rows(
        &site,
        "resourcechanges | where isnotempty(properties.changes['tags.costCenter']) \
         | project id = tolower(tostring(properties.targetResourceId)), set_to = tostring(properties.changes['tags.costCenter'].newValue) \
         | join kind=inner (resources | project id = tolower(id), has = tostring(tags.costCenter)) on id",
    )
    .await;
    assert!(!checked.is_empty());
    assert!(checked.iter().all(|row| row["set_to"] == row["has"]), "{checked:?}");
}

#[tokio::test]
async fn tables_that_resource_graph_has_are_there_and_others_are_not() {
    let site = Site::start().await;
    for table in ["quotaresources", "NetworkResources"] {
        let answer = site.graph(&format!("{table} | project id, properties | take 5")).await;
        assert_eq!(answer["count"], 0, "{table}");
    }
    let answer = site.graph_as("operator", json!({ "query": "inventedresources" })).await;
    assert_eq!(answer.status(), 400);
    let roles = site.graph("authorizationresources | where type =~ 'microsoft.authorization/roleassignments' | project properties.principalId").await;
    assert!(roles["count"].as_u64().unwrap() > 5);
}

#[tokio::test]
async fn rows_of_health_changes_and_alerts_are_only_those_the_caller_may_read() {
    let site = Site::start().await;
    for table in ["resourcechanges", "healthresources", "alertsmanagementresources"] {
        let groups = async |user: &str| {
            let query = format!("{table} | distinct resourceGroup");
            let body: Value =
                site.graph_as(user, json!({ "query": query })).await.json().await.unwrap();
            texts(body["data"].as_array().unwrap(), "resourceGroup")
        };
        assert_eq!(groups("group-reader").await, ["rg-web-prod-weu"], "{table}");
        assert!(groups("nobody").await.is_empty());
        assert!(groups("security-reader").await.is_empty(), "{table}");
        assert!(groups("reader").await.len() > 5);
    }
}
