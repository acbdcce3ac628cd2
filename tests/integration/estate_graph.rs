//! Resource Graph: scopes, pages, formats, facets, quota and errors.

use std::collections::HashSet;

use opscopilot::estate::{Options, Throttling};
use serde_json::{Value, json};

use crate::estate_site::{Site, frozen};

/// The answer to a body that must be accepted.
async fn ask(site: &Site, body: Value) -> Value {
    let response = site.graph_as("operator", body.clone()).await;
    assert_eq!(response.status(), 200, "{body}");
    response.json().await.unwrap()
}

#[tokio::test]
async fn pages_of_a_query_with_ids_join_to_the_whole() {
    let site = Site::start().await;
    let query = "resources | project id, name | order by id asc";
    let (mut ids, mut token, mut pages) = (HashSet::new(), None, 0);
    loop {
        let options = json!({ "$top": 100, "$skipToken": token });
        let answer = ask(&site, json!({ "query": query, "options": options })).await;
        assert_eq!(answer["resultTruncated"], "false");
        for row in answer["data"].as_array().unwrap() {
            assert!(ids.insert(row["id"].as_str().unwrap().to_owned()), "{row}");
        }
        pages += 1;
        token = answer["$skipToken"].as_str().map(str::to_owned);
        if token.is_none() {
            assert_eq!(answer["totalRecords"].as_u64(), Some(ids.len() as u64));
            assert_eq!(pages, ids.len().div_ceil(100));
            break;
        }
    }
}

#[tokio::test]
async fn without_id_or_with_a_limit_there_is_no_token() {
    let site = Site::start().await;
    let page = json!({ "$top": 5 });
    let answer = ask(&site, json!({ "query": "resources | project name", "options": page })).await;
    assert_eq!((&answer["count"], &answer["resultTruncated"]), (&json!(5), &json!("true")));
    assert!(answer.get("$skipToken").is_none());
    let answer =
        ask(&site, json!({ "query": "resources | project id | take 3", "options": page })).await;
    assert_eq!((&answer["count"], &answer["resultTruncated"]), (&json!(3), &json!("false")));
    assert!(answer.get("$skipToken").is_none());
}

#[tokio::test]
async fn scopes_narrow_the_rows() {
    let site = Site::start().await;
    let production = site.subscription("Northlight Production").await;
    let guid = production.rsplit('/').next().unwrap().to_uppercase();
    let query = "resources | summarize n = dcount(subscriptionId)";
    let answer = ask(&site, json!({ "subscriptions": [guid], "query": query })).await;
    assert_eq!(answer["data"], json!([{ "n": 1 }]));
    let answer =
        ask(&site, json!({ "managementGroups": ["MG-LandingZones"], "query": query })).await;
    assert_eq!(answer["data"], json!([{ "n": 2 }]));
    let containers =
        "resourcecontainers | where type == 'microsoft.resources/subscriptions' | project name";
    let answer =
        ask(&site, json!({ "managementGroups": ["mg-sandbox"], "query": containers })).await;
    assert_eq!(answer["data"], json!([{ "name": "Northlight Sandbox" }]));
}

#[tokio::test]
async fn rows_are_lower_cased_where_resource_graph_does_and_alerts_are_pascal_case() {
    let site = Site::start().await;
    let answer = site.graph("resources | where name == 'vm-web-01'").await;
    let row = &answer["data"][0];
    assert_eq!(row["type"], "microsoft.compute/virtualmachines");
    assert_eq!(row["resourceGroup"], "rg-web-prod-weu");
    assert_eq!(
        row["properties"]["extended"]["instanceView"]["powerState"]["code"],
        "PowerState/running"
    );
    let answer = site
        .graph("securityresources | where type == 'microsoft.security/locations/alerts' | where properties.CompromisedEntity == 'vm-web-01'")
        .await;
    let alert = &answer["data"][0]["properties"];
    assert!(alert["AlertType"].is_string() && alert["SystemAlertId"].is_string());
    assert!(alert["ResourceIdentifiers"][0]["AzureResourceId"].is_string());
    assert!(alert.get("severity").is_none());
}

#[tokio::test]
async fn a_table_and_facets_are_answered_when_asked_for() {
    let site = Site::start().await;
    let answer = ask(
        &site,
        json!({
            "query": "resources | project id, location, resourceGroup",
            "options": { "resultFormat": "table", "$top": 2 },
            "facets": [
                { "expression": "location", "options": { "$top": 2 } },
                { "expression": "nonExistingColumn" },
                { "expression": "resourceGroup", "options": { "filter": "resourceGroup contains 'web'", "sortBy": "tolower(resourceGroup)", "sortOrder": "asc" } },
            ],
        }),
    )
    .await;
    assert_eq!(answer["data"]["columns"][0], json!({ "name": "id", "type": "string" }));
    assert_eq!(answer["data"]["rows"].as_array().unwrap().len(), 2);
    let facets = answer["facets"].as_array().unwrap();
    assert_eq!(facets[0]["resultType"], "FacetResult");
    assert_eq!((&facets[0]["totalRecords"], &facets[0]["count"]), (&json!(5), &json!(2)));
    assert!(facets[0]["data"][0]["count"].as_u64() >= facets[0]["data"][1]["count"].as_u64());
    assert_eq!(facets[1]["resultType"], "FacetError");
    assert_eq!(facets[2]["data"][0]["resourceGroup"], "rg-web-prod-weu");
}

#[tokio::test]
async fn what_cannot_be_run_is_explained_in_details() {
    let site = Site::start().await;
    let refused = async |body: Value| {
        let response = site.graph_as("operator", body).await;
        assert_eq!(response.status(), 400);
        let body: Value = response.json().await.unwrap();
        body["error"].clone()
    };
    let error = refused(json!({ "query": "resources | where" })).await;
    assert_eq!(error["code"], "BadRequest");
    assert_eq!(error["details"][0]["code"], "InvalidQuery");
    assert_eq!(error["details"][1]["code"], "ParserFailure");
    assert_eq!(error["details"][1]["line"], 1);
    let error = refused(json!({ "query": "nonsense | take 1" })).await;
    assert_eq!(error["details"][1]["code"], "DisallowedLogicalTableName");
    let unknown = "00000000-0000-4000-8000-000000000000";
    let error = refused(json!({ "query": "resources", "subscriptions": [unknown] })).await;
    assert_eq!(error["details"][0]["code"], "NoValidSubscriptionsInQueryRequest");
    for body in [
        json!({}),
        json!({ "query": 5 }),
        json!({ "query": "resources", "options": { "$top": 0 } }),
        json!({ "query": "resources", "options": { "$skipToken": "zz" } }),
        json!({ "query": "resources", "options": { "resultFormat": "csv" } }),
    ] {
        refused(body).await;
    }
}

#[tokio::test]
async fn queries_draw_from_a_quota_of_their_own() {
    let throttling = Throttling::Fixed { bucket: 1, refill_per_second: 0.1 };
    let site = Site::with(Options { throttling, ..frozen() }).await;
    let body = json!({ "query": "resources | count" });
    let first = site.graph_as("operator", body.clone()).await;
    assert_eq!(first.headers()["x-ms-user-quota-remaining"], "0");
    assert!(first.headers().contains_key("x-ms-user-quota-resets-after"));
    let refused = site.graph_as("operator", body).await;
    assert_eq!(refused.status(), 429);
    assert!(refused.headers().contains_key("retry-after"));
    let body: Value = refused.json().await.unwrap();
    assert_eq!(body["error"]["details"][0]["code"], "RateLimiting");
}

#[tokio::test]
async fn a_control_of_the_secure_score_has_its_definition_as_published_queries_read_it() {
    let site = Site::start().await;
    let query = "securityresources \
        | where type == 'microsoft.security/securescores/securescorecontrols' \
        | project maxScore = properties.definition.properties.maxScore, \
                  kind = properties.definition.properties.source.sourceType, \
                  behind = array_length(properties.definition.properties.assessmentDefinitions), \
                  max = properties.score.max";
    let answer = ask(&site, json!({ "query": query })).await;
    let rows = answer["data"].as_array().unwrap();
    assert!(rows.iter().any(|row| row["max"].as_f64() > Some(0.0)));
    for row in rows {
        assert_eq!(row["kind"], "BuiltIn", "{row}");
        assert!(row["behind"].as_u64().is_some_and(|count| count > 0), "{row}");
        // A control that concerns nothing counts nothing.
        let counts = row["max"].as_f64().filter(|max| *max > 0.0);
        assert!(counts.is_none() || counts == row["maxScore"].as_f64(), "{row}");
    }
}
