//! RBAC of the sample users: lists are filtered, direct reads refused, in ARM's words.

use reqwest::Method;
use serde_json::{Value, json};

use crate::estate_site::{Site, texts};

const V: &str = "api-version=2022-12-01";

#[tokio::test]
async fn users_see_the_subscriptions_where_they_have_a_role() {
    let site = Site::start().await;
    for (user, names) in [
        ("security-reader", vec!["Northlight Production"]),
        ("group-reader", vec!["Northlight Production"]),
        ("contributor", vec!["Northlight Non-Production"]),
        ("nobody", vec![]),
    ] {
        let seen = site.list_as(user, &format!("/subscriptions?{V}")).await;
        assert_eq!(texts(&seen, "displayName"), names, "{user}");
    }
    assert_eq!(site.list_as("reader", &format!("/subscriptions?{V}")).await.len(), 4);
}

#[tokio::test]
async fn a_reader_of_one_group_sees_its_resources_and_no_others() {
    let site = Site::start().await;
    let production = site.subscription("Northlight Production").await;
    let groups = site.list_as("group-reader", &format!("{production}/resourcegroups?{V}")).await;
    assert_eq!(texts(&groups, "name"), ["rg-web-prod-weu"]);
    let resources = site.list_as("group-reader", &format!("{production}/resources?{V}")).await;
    assert!(!resources.is_empty());
    assert!(texts(&resources, "id").iter().all(|id| id.contains("/rg-web-prod-weu/")));
    let other = format!("{production}/resourceGroups/rg-erp-prod-weu?{V}");
    assert_eq!(site.refusal("group-reader", &other).await, (403, "AuthorizationFailed".into()));
    let scores = format!("{production}/providers/Microsoft.Security/secureScores?{V}");
    assert_eq!(site.refusal("group-reader", &scores).await.0, 403);
}

#[tokio::test]
async fn a_refusal_names_client_action_and_scope() {
    let site = Site::start().await;
    let sandbox = site.subscription("Northlight Sandbox").await;
    let path = format!("{sandbox}?{V}");
    let response = site.send("security-reader", Method::GET, &path, None).await;
    assert_eq!(response.status(), 403);
    let body: Value = response.json().await.unwrap();
    let message = body["error"]["message"].as_str().unwrap();
    assert!(
        message.starts_with("The client 'security-reader@northlight.example' with object id '")
    );
    assert!(message.contains("perform action 'Microsoft.Resources/subscriptions/read'"));
    assert!(message.contains(&format!("over scope '{sandbox}'")));
}

#[tokio::test]
async fn a_reader_may_look_at_an_alert_but_not_dismiss_it() {
    let site = Site::start().await;
    let production = site.subscription("Northlight Production").await;
    let alerts = format!("{production}/providers/Microsoft.Security/alerts?{V}");
    let alert = site.list_as("security-reader", &alerts).await.remove(0);
    let path = format!("{}/dismiss?{V}", alert["id"].as_str().unwrap());
    for user in ["reader", "security-reader", "group-reader"] {
        let refused = site.send(user, Method::POST, &path, None).await;
        assert_eq!(refused.status(), 403, "{user}");
    }
    assert_eq!(site.send("operator", Method::POST, &path, None).await.status(), 204);
}

#[tokio::test]
async fn permissions_are_the_callers_own_roles_at_the_scope() {
    let site = Site::start().await;
    let production = site.subscription("Northlight Production").await;
    let at = |scope: &str| format!("{scope}/providers/Microsoft.Authorization/permissions?{V}");
    let group = format!("{production}/resourceGroups/rg-web-prod-weu");
    let mine = site.list_as("group-reader", &at(&group)).await;
    assert_eq!(
        mine,
        [
            json!({ "actions": ["*/read"], "notActions": [], "dataActions": [], "notDataActions": [] })
        ]
    );
    assert!(site.list_as("group-reader", &at(&production)).await.is_empty());
    assert_eq!(site.list(&at(&production)).await[0]["actions"], json!(["*"]));
}

#[tokio::test]
async fn resource_graph_filters_rows_instead_of_refusing() {
    let site = Site::start().await;
    let count = async |user: &str, query: &str| {
        let response = site.graph_as(user, json!({ "query": query })).await;
        assert_eq!(response.status(), 200);
        let body: Value = response.json().await.unwrap();
        body["totalRecords"].as_u64().unwrap()
    };
    let all = count("operator", "resources | project id").await;
    assert_eq!(count("reader", "resources | project id").await, all);
    let own = count("group-reader", "resources | project id").await;
    assert!(own > 0 && own < all);
    assert_eq!(count("security-reader", "resources | project id").await, 0);
    assert!(count("security-reader", "securityresources | project id").await > 0);
    assert_eq!(count("nobody", "securityresources | project id").await, 0);
}

#[tokio::test]
async fn role_assignments_are_those_at_above_and_below_the_scope() {
    let site = Site::start().await;
    let production = site.subscription("Northlight Production").await;
    let path = format!("{production}/providers/Microsoft.Authorization/roleAssignments");
    let all = site.list(&format!("{path}?{V}")).await;
    let at_scope = site.list(&format!("{path}?$filter=atScope()&{V}")).await;
    assert!(at_scope.len() < all.len());
    let principal = all[0]["properties"]["principalId"].as_str().unwrap();
    let mine = site.list(&format!("{path}?$filter=principalId eq '{principal}'&{V}")).await;
    assert!(mine.iter().all(|a| a["properties"]["principalId"] == principal));
    let definition = mine[0]["properties"]["roleDefinitionId"].as_str().unwrap();
    let role = site.get(&format!("{definition}?{V}")).await;
    assert!(role["properties"]["roleName"].is_string());
}
