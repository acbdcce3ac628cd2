//! Alerts of Azure Monitor and the activity log: filters, pages, rights, and changes of state.

use reqwest::Method;
use serde_json::{Value, json};

use crate::estate_site::{Site, texts};

const V: &str = "api-version=2019-03-01";
const SINCE: &str = "eventTimestamp ge '2025-12-03T00:00:00Z'";

async fn alerts(site: &Site) -> (String, String) {
    let production = site.subscription("Northlight Production").await;
    let alerts = format!("{production}/providers/Microsoft.AlertsManagement/alerts");
    (production, alerts)
}

fn essential(alert: &Value, name: &str) -> String {
    alert["properties"]["essentials"][name].as_str().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn alerts_are_narrowed_by_every_parameter_and_a_day_is_the_usual_span() {
    let site = Site::start().await;
    let (_, alerts) = alerts(&site).await;
    let all = site.list(&format!("{alerts}?timeRange=30d&{V}")).await;
    let day = site.list(&format!("{alerts}?{V}")).await;
    assert!(!day.is_empty() && day.len() < all.len());
    assert!(day.iter().all(|a| essential(a, "startDateTime").as_str() >= "2026-03-01T09:00:00Z"));
    let sample = all.iter().find(|a| !essential(a, "targetResourceGroup").is_empty()).unwrap();
    for name in [
        "severity",
        "alertState",
        "monitorCondition",
        "monitorService",
        "targetResource",
        "targetResourceType",
        "targetResourceGroup",
    ] {
        let value = essential(sample, name);
        let wanted = all.iter().filter(|a| essential(a, name) == value).count();
        let some = site.list(&format!("{alerts}?timeRange=30d&{name}={value}&{V}")).await;
        assert_eq!(some.len(), wanted, "{name}={value}");
    }
    let none = site.list(&format!("{alerts}?timeRange=30d&alertRule=nothing&{V}")).await;
    assert!(none.is_empty());
    let span = "customTimeRange=2026-02-20T00:00:00Z/2026-02-28T00:00:00Z";
    let custom = site.list(&format!("{alerts}?{span}&{V}")).await;
    assert!(custom.iter().all(|a| essential(a, "startDateTime").as_str() < "2026-02-28T00:00:00Z"));
}

#[tokio::test]
async fn alerts_are_paged_sorted_and_selected() {
    let site = Site::start().await;
    let (_, alerts) = alerts(&site).await;
    let all = site.list(&format!("{alerts}?timeRange=30d&{V}")).await;
    let page = site.get(&format!("{alerts}?timeRange=30d&pageCount=4&{V}")).await;
    assert_eq!(page["value"].as_array().unwrap().len(), 4);
    let joined = site.list(&format!("{alerts}?timeRange=30d&pageCount=4&{V}")).await;
    assert_eq!(texts(&joined, "id"), texts(&all, "id"));
    let modified: Vec<String> = all.iter().map(|a| essential(a, "lastModifiedDateTime")).collect();
    assert!(modified.is_sorted_by(|a, b| a >= b));
    let sorted =
        site.list(&format!("{alerts}?timeRange=30d&sortBy=severity&sortOrder=asc&{V}")).await;
    assert!(sorted.is_sorted_by_key(|a| essential(a, "severity")));
    let chosen = site.list(&format!("{alerts}?select=severity,alertRule&{V}")).await;
    assert_eq!(chosen[0]["properties"]["essentials"].as_object().unwrap().len(), 2);
    assert!(chosen[0]["properties"].get("context").is_none());
    let whole = site.list(&format!("{alerts}?includeContext=true&{V}")).await;
    assert!(whole[0]["properties"]["context"].is_object());
}

#[tokio::test]
async fn wrong_parameters_are_refused_by_name() {
    let site = Site::start().await;
    let (production, alerts) = alerts(&site).await;
    for wrong in [
        "severity=Sev9",
        "alertState=Sleeping",
        "monitorCondition=Maybe",
        "timeRange=2d",
        "customTimeRange=yesterday",
        "customTimeRange=2025-01-01T00:00:00Z/2026-03-01T00:00:00Z",
        "timeRange=1d&customTimeRange=2026-03-01T00:00:00Z/2026-03-02T00:00:00Z",
        "pageCount=0",
        "pageCount=251",
        "sortBy=colour",
        "sortOrder=sideways",
    ] {
        let refused = site.refusal("operator", &format!("{alerts}?{wrong}&{V}")).await;
        assert_eq!(refused, (400, "BadRequest".into()), "{wrong}");
    }
    let summary = format!("{production}/providers/Microsoft.AlertsManagement/alertsSummary");
    assert_eq!(site.refusal("operator", &format!("{summary}?{V}")).await.0, 400);
    let wrong = format!("{summary}?groupby=severity,colour&{V}");
    assert_eq!(site.refusal("operator", &wrong).await.0, 400);
}

#[tokio::test]
async fn a_summary_counts_what_the_list_lists() {
    let site = Site::start().await;
    let (production, alerts) = alerts(&site).await;
    let all = site.list(&format!("{alerts}?timeRange=7d&{V}")).await;
    let path = format!(
        "{production}/providers/Microsoft.AlertsManagement/alertsSummary?timeRange=7d&groupby=severity,alertState&{V}"
    );
    let summary = site.get(&path).await;
    assert_eq!(summary["properties"]["total"], all.len());
    let severities = summary["properties"]["values"].as_array().unwrap();
    assert_eq!(severities.len(), 5, "also those there are none of");
    for group in severities {
        let of_it: Vec<&Value> =
            all.iter().filter(|a| essential(a, "severity") == group["name"]).collect();
        assert_eq!(group["count"], of_it.len());
        assert_eq!(group["groupedby"], "alertState");
        for state in group["values"].as_array().unwrap() {
            let count = of_it.iter().filter(|a| essential(a, "alertState") == state["name"]);
            assert_eq!(state["count"], count.count());
        }
    }
}

#[tokio::test]
async fn an_alert_that_is_acknowledged_says_so_everywhere_under_one_correlation_id() {
    let site = Site::start().await;
    let (production, alerts) = alerts(&site).await;
    let found = site.list(&format!("{alerts}?alertState=New&severity=Sev1&{V}")).await;
    let id = found[0]["id"].as_str().unwrap().to_owned();
    let name = id.rsplit('/').next().unwrap();
    let path = format!("{alerts}/{name}/changestate?newState=Acknowledged&{V}");
    let body = json!({ "comments": "looking" });
    let response = site.send("operator", Method::POST, &path, Some(body)).await;
    assert_eq!(response.status(), 200);
    let correlation =
        response.headers()["x-ms-correlation-request-id"].to_str().unwrap().to_owned();
    let changed: Value = response.json().await.unwrap();
    assert_eq!(essential(&changed, "alertState"), "Acknowledged");
    assert_eq!(essential(&changed, "monitorCondition"), "Fired");
    assert_eq!(essential(&site.get(&format!("{id}?{V}")).await, "alertState"), "Acknowledged");

    let history = site.get(&format!("{alerts}/{name}/history?{V}")).await;
    let steps = history["properties"]["modifications"].as_array().unwrap();
    assert_eq!(steps[0]["modificationEvent"], "StateChange");
    assert_eq!(steps[0]["comments"], "looking");
    assert_eq!(steps.last().unwrap()["modificationEvent"], "AlertCreated");
    let rows = site
        .graph(&format!("alertsmanagementresources | where id endswith '{name}' | project s = tostring(properties.essentials.alertState)"))
        .await;
    assert_eq!(rows["data"][0]["s"], "Acknowledged");

    let log = format!(
        "{production}/providers/Microsoft.Insights/eventtypes/management/values?api-version=2015-04-01&$filter={SINCE} and correlationId eq '{correlation}'"
    );
    let events = site.list(&log).await;
    assert_eq!(events.len(), 2, "begun and ended");
    assert!(events.iter().all(|e| e["caller"] == "operator@northlight.example"));
    assert_eq!(
        events[0]["operationName"]["value"],
        "Microsoft.AlertsManagement/alerts/changestate/action"
    );
}

#[tokio::test]
async fn a_dismissed_security_alert_leaves_its_trace_in_the_activity_log() {
    let site = Site::start().await;
    let production = site.subscription("Northlight Production").await;
    let security = format!("{production}/providers/Microsoft.Security/alerts?{V}");
    let id = site.list(&security).await[0]["id"].as_str().unwrap().to_owned();
    let response = site.send("operator", Method::POST, &format!("{id}/dismiss?{V}"), None).await;
    let correlation =
        response.headers()["x-ms-correlation-request-id"].to_str().unwrap().to_owned();
    let log = format!(
        "{production}/providers/Microsoft.Insights/eventtypes/management/values?api-version=2015-04-01&$filter={SINCE} and correlationId eq '{correlation}'"
    );
    let events = site.list(&log).await;
    assert_eq!(
        events[0]["operationName"]["value"],
        "Microsoft.Security/locations/alerts/dismiss/action"
    );
    assert_eq!(events[0]["resourceId"], id.as_str());
    assert_eq!(events[0]["status"]["value"], "Succeeded");
}

#[tokio::test]
async fn the_activity_log_is_filtered_selected_paged_and_newest_first() {
    let site = Site::start().await;
    let production = site.subscription("Northlight Production").await;
    let log = format!(
        "{production}/providers/Microsoft.Insights/eventtypes/management/values?api-version=2015-04-01"
    );
    let all = site.list(&format!("{log}&$filter={SINCE}")).await;
    assert!(all.len() > 200, "more than a page: {}", all.len());
    assert!(texts(&all, "eventTimestamp").is_sorted_by(|a, b| a >= b));
    let categories: Vec<&str> =
        all.iter().filter_map(|e| e["category"]["value"].as_str()).collect();
    for category in ["Administrative", "Security", "ServiceHealth", "Policy", "ResourceHealth"] {
        assert!(categories.contains(&category), "{category}");
    }
    let week = format!(
        "{log}&$filter=eventTimestamp ge '2026-02-20T00:00:00Z' and eventTimestamp le '2026-02-27T00:00:00Z'"
    );
    for event in site.list(&week).await {
        let at = event["eventTimestamp"].as_str().unwrap();
        assert!(("2026-02-20".."2026-02-28").contains(&at), "{at}");
    }
    for (condition, pointer, value) in [
        (
            "resourceProvider eq 'Microsoft.Compute'",
            "/resourceProviderName/value",
            "Microsoft.Compute",
        ),
        ("resourceGroupName eq 'RG-WEB-PROD-WEU'", "/resourceGroupName", "rg-web-prod-weu"),
        ("status eq 'Failed'", "/status/value", "Failed"),
    ] {
        let some = site.list(&format!("{log}&$filter={SINCE} and {condition}")).await;
        assert!(!some.is_empty() && some.len() < all.len(), "{condition}");
        assert!(some.iter().all(|e| e.pointer(pointer).and_then(Value::as_str) == Some(value)));
    }
    let chosen = site.list(&format!("{log}&$filter={SINCE}&$select=caller,eventTimestamp")).await;
    assert_eq!(chosen[0].as_object().unwrap().len(), 2);
    for wrong in [
        "",
        "&$filter=caller eq 'x'",
        "&$filter=eventTimestamp ge '2025-01-01T00:00:00Z'",
        "&$filter=eventTimestamp ge 'soon'",
    ] {
        assert_eq!(site.refusal("operator", &format!("{log}{wrong}")).await.0, 400, "{wrong}");
    }
    let categories =
        site.get("/providers/Microsoft.Insights/eventcategories?api-version=2015-04-01").await;
    assert_eq!(categories["value"].as_array().unwrap().len(), 8);
}

#[tokio::test]
async fn a_reader_of_one_group_sees_its_alerts_and_events_and_no_others() {
    let site = Site::start().await;
    let (production, alerts) = alerts(&site).await;
    assert_eq!(site.refusal("group-reader", &format!("{alerts}?{V}")).await.0, 403);
    let group = format!("{production}/resourceGroups/rg-web-prod-weu");
    let own = site
        .list_as(
            "group-reader",
            &format!("{group}/providers/Microsoft.AlertsManagement/alerts?timeRange=30d&{V}"),
        )
        .await;
    assert!(own.iter().all(|a| essential(a, "targetResourceGroup") == "rg-web-prod-weu"));
    assert!(!own.is_empty());
    let id = own[0]["id"].as_str().unwrap();
    let change = format!("{id}/changestate?newState=Closed&{V}");
    assert_eq!(site.send("reader", Method::POST, &change, None).await.status(), 403);
    let log = format!(
        "{production}/providers/Microsoft.Insights/eventtypes/management/values?api-version=2015-04-01&$filter={SINCE}"
    );
    assert_eq!(site.refusal("group-reader", &log).await.0, 403);
    let of_group = format!("{log} and resourceGroupName eq 'rg-web-prod-weu'");
    assert!(!site.list_as("group-reader", &of_group).await.is_empty());
    let of_other = format!("{log} and resourceGroupName eq 'rg-erp-prod-weu'");
    assert_eq!(site.refusal("group-reader", &of_other).await.0, 403);
}
