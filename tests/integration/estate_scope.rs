//! What the estate tells of access, locks, tags, enrollment and registration.

use serde_json::{Value, json};

use crate::estate_site::Site;

const RBAC: &str = "api-version=2022-04-01";

async fn get(site: &Site, path: &str) -> Value {
    site.send("operator", reqwest::Method::GET, path, None).await.json().await.unwrap()
}

#[tokio::test]
async fn assignments_are_filtered_by_scope_and_principal_and_other_filters_refused() {
    let site = Site::start().await;
    let production = site.subscription("Northlight Production").await;
    let list = format!("{production}/providers/Microsoft.Authorization/roleAssignments?{RBAC}");
    let all = site.list_as("operator", &list).await;
    let at = site.list_as("operator", &format!("{list}&$filter=atScope()")).await;
    assert!(at.len() < all.len());
    assert!(
        at.iter().all(|one| {
            !one["properties"]["scope"].as_str().unwrap().contains("/resourceGroups/")
        })
    );
    let who = all[0]["properties"]["principalId"].as_str().unwrap();
    for filter in [format!("principalId%20eq%20'{who}'"), format!("assignedTo('{who}')")] {
        let own = site.list_as("operator", &format!("{list}&$filter={filter}")).await;
        assert!(!own.is_empty());
        assert!(own.iter().all(|one| one["properties"]["principalId"] == who));
    }
    let refused = site.refusal("operator", &format!("{list}&$filter=roleName%20eq%20'x'")).await;
    assert_eq!(refused.0, 400);
    // What is at the tenant itself takes a right there.
    for one in all.iter().filter(|one| one["properties"]["scope"] != "/") {
        let own = get(&site, &format!("{}?{RBAC}", one["id"].as_str().unwrap())).await;
        assert_eq!(own["name"], one["name"]);
    }
    let denied = format!("{production}/providers/Microsoft.Authorization/denyAssignments?{RBAC}");
    assert!(site.list_as("operator", &denied).await.is_empty());
}

#[tokio::test]
async fn resource_graph_tells_inherited_assignments_where_asked() {
    let site = Site::start().await;
    let production = site.subscription("Northlight Production").await;
    let id = production.rsplit('/').next().unwrap();
    let ask = async |filter: Option<&str>| {
        let body = json!({
            "subscriptions": [id],
            "query": "authorizationresources | where type =~ 'microsoft.authorization/roleassignments' | project id",
            "options": { "authorizationScopeFilter": filter.unwrap_or("AtScopeAndBelow") },
        });
        let path = "/providers/Microsoft.ResourceGraph/resources?api-version=2024-04-01";
        let answer = site.send("reader", reqwest::Method::POST, path, Some(body)).await;
        let answer: Value = answer.json().await.unwrap();
        answer["data"].as_array().unwrap().len()
    };
    let list = format!("{production}/providers/Microsoft.Authorization/roleAssignments?{RBAC}");
    let rest = site.list_as("reader", &list).await;
    let above = rest.iter().filter(|one| !one["id"].as_str().unwrap().starts_with("/sub")).count();
    assert!(above > 0);
    assert_eq!(ask(Some("AtScopeAboveAndBelow")).await, rest.len());
    assert_eq!(ask(None).await, rest.len() - above);
}

#[tokio::test]
async fn tags_of_a_scope_are_those_it_shows() {
    let site = Site::start().await;
    let production = site.subscription("Northlight Production").await;
    let group = format!("{production}/resourceGroups/rg-web-prod-weu");
    for scope in [&production, &group] {
        let own = get(&site, &format!("{scope}?api-version=2022-12-01")).await;
        let path = format!("{scope}/providers/Microsoft.Resources/tags/default");
        let tags = get(&site, &format!("{path}?api-version=2024-07-01")).await;
        assert_eq!(tags["properties"]["tags"], own["tags"]);
        assert_eq!(tags["name"], "default");
    }
}

#[tokio::test]
async fn enrollment_and_registration_differ_by_subscription() {
    let site = Site::start().await;
    let at = "providers/Microsoft.ManagedOps/managedOps/default?api-version=2025-07-28-preview";
    for (name, state) in [("Production", "Succeeded"), ("Non-Production", "Provisioning")] {
        let subscription = site.subscription(&format!("Northlight {name}")).await;
        let own = get(&site, &format!("{subscription}/{at}")).await;
        assert_eq!(own["properties"]["provisioningState"], state);
        assert!(own["properties"]["services"]["defenderCspm"]["enablementStatus"].is_string());
    }
    let sandbox = site.subscription("Northlight Sandbox").await;
    assert_eq!(site.refusal("operator", &format!("{sandbox}/{at}")).await.0, 404);
    let provider = format!("{sandbox}/providers/Microsoft.ManagedOps?api-version=2024-07-01");
    assert_eq!(get(&site, &provider).await["registrationState"], "NotRegistered");
}
