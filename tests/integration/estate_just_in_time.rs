//! Just-in-time policies and suppression rules agree with the recommendations and the alerts.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::Value;

use crate::estate_site::{Site, texts};

const V: &str = "api-version=2020-01-01";
const UNPROTECTED: &str = "805651bc-6ecd-4c73-9b55-97a19d0582d0";

async fn subscriptions(site: &Site) -> Vec<String> {
    let all = site.list(&format!("/subscriptions?{V}")).await;
    texts(&all, "id").iter().map(|id| (*id).clone()).collect()
}

#[tokio::test]
async fn a_machine_has_a_policy_exactly_where_nothing_recommends_one() {
    let site = Site::start().await;
    for subscription in subscriptions(&site).await {
        let security = format!("{subscription}/providers/Microsoft.Security");
        let policies = site.list(&format!("{security}/jitNetworkAccessPolicies?{V}")).await;
        let mut has = BTreeSet::new();
        for policy in &policies {
            for machine in policy["properties"]["virtualMachines"].as_array().unwrap() {
                let id = machine["id"].as_str().unwrap().to_ascii_lowercase();
                assert!(has.insert(id), "{machine} is in two policies");
                let port = &machine["ports"][0];
                assert!(matches!(port["number"].as_u64(), Some(22 | 3389)), "{port}");
            }
        }
        let all = site.list(&format!("{security}/assessments?{V}")).await;
        let of = |code: &str| -> BTreeSet<String> {
            all.iter()
                .filter(|a| a["name"] == UNPROTECTED && a["properties"]["status"]["code"] == code)
                .map(|a| a["properties"]["resourceDetails"]["id"].as_str().unwrap().to_lowercase())
                .collect()
        };
        assert_eq!(has, of("Healthy"), "{subscription}");
        assert!(has.is_disjoint(&of("Unhealthy")));
    }
}

#[tokio::test]
async fn policies_are_got_by_group_and_region_and_their_requests_are_over() {
    let site = Site::start().await;
    let mut asked = 0;
    for subscription in subscriptions(&site).await {
        let security = format!("{subscription}/providers/Microsoft.Security");
        for policy in site.list(&format!("{security}/jitNetworkAccessPolicies?{V}")).await {
            let id = policy["id"].as_str().unwrap();
            assert_eq!(site.get(&format!("{id}?{V}")).await, policy);
            let location = policy["location"].as_str().unwrap();
            let regional = format!("{security}/locations/{location}/jitNetworkAccessPolicies?{V}");
            assert!(site.list(&regional).await.contains(&policy));
            for request in policy["properties"]["requests"].as_array().unwrap() {
                asked += 1;
                let port = &request["virtualMachines"][0]["ports"][0];
                assert_eq!(port["status"], "Revoked");
                assert!(request["requestor"].as_str().unwrap().contains('@'));
                let span = (request["startTimeUtc"].as_str(), port["endTimeUtc"].as_str());
                assert!(span.0 < span.1, "{request}");
            }
        }
    }
    assert!(asked > 0, "nobody asked for access in two weeks");
    let production = site.subscription("Northlight Production").await;
    let none = format!(
        "{production}/resourceGroups/rg-web-prod-weu/providers/Microsoft.Security/locations/\
         westeurope/jitNetworkAccessPolicies/none?{V}"
    );
    let answer = site.send("operator", Method::GET, &none, None).await;
    assert_eq!(answer.status(), 404);
    assert_eq!(answer.json::<Value>().await.unwrap()["error"]["code"], "NotFound");
}

#[tokio::test]
async fn no_alert_is_open_that_a_rule_in_force_suppresses() {
    let site = Site::start().await;
    let mut rules = 0;
    for subscription in subscriptions(&site).await {
        let security = format!("{subscription}/providers/Microsoft.Security");
        let alerts = site.list(&format!("{security}/alerts?{V}")).await;
        for rule in site.list(&format!("{security}/alertsSuppressionRules?{V}")).await {
            rules += 1;
            let id = rule["id"].as_str().unwrap();
            assert_eq!(site.get(&format!("{id}?{V}")).await, rule);
            let kind = rule["properties"]["alertType"].as_str().unwrap();
            let narrowed = format!("{security}/alertsSuppressionRules?{V}&AlertType={kind}");
            assert_eq!(site.list(&narrowed).await, std::slice::from_ref(&rule));
            if rule["properties"]["state"] != "Enabled" {
                assert!(rule["properties"]["expirationDateUtc"].is_string());
                continue;
            }
            let open = |alert: &&Value| {
                alert["properties"]["alertType"] == kind
                    && alert["properties"]["status"] == "Active"
            };
            assert_eq!(alerts.iter().find(open), None);
        }
    }
    assert!(rules > 0);
}

#[tokio::test]
async fn policies_and_rules_are_only_for_those_who_may_read_them() {
    let site = Site::start().await;
    let production = site.subscription("Northlight Production").await;
    for list in ["jitNetworkAccessPolicies", "alertsSuppressionRules"] {
        let path = format!("{production}/providers/Microsoft.Security/{list}?{V}");
        let answer = site.send("security-reader", Method::GET, &path, None).await;
        assert_eq!(answer.status(), 200, "{list}");
        let answer = site.send("group-reader", Method::GET, &path, None).await;
        assert_eq!(answer.status(), 403, "{list}");
    }
}
