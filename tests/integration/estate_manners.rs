//! ARM's manners: routing, versions, errors, headers, paging, throttling, faults, ledger.

use std::time::Duration;

use opscopilot::estate::{Fault, Options, Throttling};
use reqwest::Method;
use serde_json::Value;

use crate::estate_site::{Site, frozen, texts};

const MACHINE: &str =
    "/resourceGroups/rg-web-prod-weu/providers/Microsoft.Compute/virtualMachines/vm-web-01";

#[tokio::test]
async fn case_encoding_and_doubled_slashes_lead_to_the_same_resource() {
    let site = Site::start().await;
    let production = site.subscription("Northlight Production").await;
    let plain = site.get(&format!("{production}{MACHINE}?api-version=2024-07-01")).await;
    let upper = format!("{production}{MACHINE}").to_uppercase();
    assert_eq!(site.get(&format!("{upper}?api-version=2024-07-01")).await, plain);
    let doubled = format!("/{production}{MACHINE}/").replace("Compute/", "Compute//");
    assert_eq!(site.get(&format!("{doubled}?api-version=2099-01-01-preview")).await, plain);
    let encoded = format!("{production}{MACHINE}").replace('/', "%2F").replacen("%2F", "/", 1);
    assert_eq!(site.get(&format!("{encoded}?api-version=2024-07-01")).await, plain);
    let permissions = format!(
        "{production}/resourcegroups/rg-web-prod-weu/providers/Microsoft.Compute//virtualMachines/vm-web-01/providers/Microsoft.Authorization/permissions?api-version=2022-04-01"
    );
    assert_eq!(site.list(&permissions).await.len(), 1);
}

/// Asserts status and code of GETs by the operator.
async fn refuses(site: &Site, cases: &[(String, u16, &str)]) {
    for (path, status, code) in cases {
        let refusal = site.refusal("operator", path).await;
        assert_eq!(refusal, (*status, (*code).to_owned()), "{path}");
    }
}

#[tokio::test]
async fn bad_parameters_have_arms_codes() {
    let site = Site::start().await;
    let production = site.subscription("Northlight Production").await;
    let resources = |query: &str| format!("{production}/resources?api-version=2024-07-01&{query}");
    let subscriptions = |query: &str| format!("/subscriptions{query}");
    let cases = [
        (subscriptions(""), 400, "MissingApiVersionParameter"),
        (subscriptions("?api-version="), 400, "MissingApiVersionParameter"),
        (subscriptions("?api-version=latest"), 400, "InvalidApiVersionParameter"),
        (subscriptions("/xyz?api-version=2022-12-01"), 400, "InvalidSubscriptionId"),
        (resources("$top=0"), 400, "BadRequest"),
        (resources("$skiptoken=zz"), 400, "BadRequest"),
        (resources("$filter=colour eq 'red'"), 400, "InvalidFilterInQueryString"),
    ];
    refuses(&site, &cases).await;
}

#[tokio::test]
async fn what_is_not_there_has_arms_codes() {
    let site = Site::start().await;
    let production = site.subscription("Northlight Production").await;
    let below = |path: &str| format!("{production}{path}?api-version=2024-07-01");
    let nobody = "/subscriptions/00000000-0000-4000-8000-000000000000?api-version=2022-12-01";
    let cases = [
        (nobody.to_owned(), 404, "SubscriptionNotFound"),
        (below("/resourceGroups/nope"), 404, "ResourceGroupNotFound"),
        (below(&format!("{MACHINE}x")), 404, "ResourceNotFound"),
        (below(&format!("{MACHINE}/odd")), 404, "InvalidResourceType"),
        (below("/providers/Microsoft.Compute/things"), 404, "InvalidResourceType"),
        (below("/providers/Microsoft.Nothing/things"), 404, "InvalidResourceNamespace"),
    ];
    refuses(&site, &cases).await;
    let delete = site.send("operator", Method::DELETE, &below(MACHINE), None).await;
    assert_eq!(delete.status(), 405);
}

#[tokio::test]
async fn a_caller_without_a_token_is_told_where_to_sign_in() {
    let site = Site::start().await;
    let url = format!("{}/subscriptions?api-version=2022-12-01", site.estate.endpoint());
    let response = site.client().get(&url).send().await.unwrap();
    assert_eq!(response.status(), 401);
    let challenge = response.headers()["www-authenticate"].to_str().unwrap().to_owned();
    assert!(challenge.starts_with("Bearer authorization_uri="), "{challenge}");
    let body: Value = response.json().await.unwrap();
    assert_eq!(body["error"]["code"], "AuthenticationFailed");
    let any = site.client().get(&url).bearer_auth("anything").send().await.unwrap();
    assert_eq!(any.status(), 200);
    assert_eq!(site.refusal("stranger", "/subscriptions?api-version=2022-12-01").await.0, 401);
}

#[tokio::test]
async fn every_answer_has_arms_headers() {
    let site = Site::start().await;
    let production = site.subscription("Northlight Production").await;
    let url = format!("{}{production}?api-version=2022-12-01", site.estate.endpoint());
    let response = site
        .client()
        .get(&url)
        .bearer_auth("x")
        .header("x-ms-client-request-id", "mine-1")
        .header("x-ms-return-client-request-id", "true")
        .send()
        .await
        .unwrap();
    let headers = response.headers();
    let text = |name: &str| headers.get(name).map_or("", |value| value.to_str().unwrap());
    assert_eq!(text("content-type"), "application/json; charset=utf-8");
    assert_eq!(text("x-ms-client-request-id"), "mine-1");
    let correlation = text("x-ms-correlation-request-id");
    assert_eq!(text("x-ms-request-id").len(), 36);
    assert!(text("x-ms-routing-request-id").ends_with(correlation));
    assert_eq!(correlation.len(), 36);
    assert!(text("x-ms-ratelimit-remaining-subscription-reads").parse::<u32>().unwrap() < 250);
    assert!(headers.contains_key("x-ms-ratelimit-remaining-subscription-global-reads"));
    let tenant = site.send("operator", Method::GET, "/tenants?api-version=2022-12-01", None).await;
    assert!(tenant.headers().contains_key("x-ms-ratelimit-remaining-tenant-reads"));
    assert!(!tenant.headers().contains_key("x-ms-client-request-id"));
}

#[tokio::test]
async fn pages_join_to_the_whole_list_and_links_carry_the_callers_host() {
    let site = Site::with(Options { page_size: 7, ..frozen() }).await;
    let production = site.subscription("Northlight Production").await;
    let path = format!("{production}/resources?api-version=2024-07-01");
    let first = site.get(&path).await;
    assert_eq!(first["value"].as_array().unwrap().len(), 7);
    let link = first["nextLink"].as_str().unwrap();
    assert!(link.starts_with(&site.estate.endpoint()), "{link}");
    let paged = texts(&site.list(&path).await, "id");
    let whole = Site::with(Options { page_size: 10_000, ..frozen() }).await;
    assert_eq!(paged, texts(&whole.list(&path).await, "id"));
    let foreign = link.replace("/resources?", "/resourcegroups?");
    assert_eq!(site.refusal("operator", &foreign).await.0, 400);
}

#[tokio::test]
async fn resource_lists_are_filtered_and_expanded() {
    let site = Site::start().await;
    let production = site.subscription("Northlight Production").await;
    let list = async |filter: &str| {
        let path = format!(
            "{production}/resources?$filter={filter}&$expand=createdTime,provisioningState&api-version=2024-07-01"
        );
        site.list(&path).await
    };
    let machines =
        list("resourceType eq 'microsoft.compute/virtualmachines' and location eq 'westeurope'")
            .await;
    assert!(texts(&machines, "name").contains(&"vm-web-01".to_owned()));
    assert!(machines.iter().all(|m| m["type"] == "Microsoft.Compute/virtualMachines"));
    assert!(machines.iter().all(|m| m["createdTime"].is_string()));
    let tagged = list("tagName eq 'application' and tagValue eq 'web'").await;
    assert!(!tagged.is_empty());
    assert!(tagged.iter().all(|r| r["tags"]["application"] == "web"));
}

#[tokio::test]
async fn a_spent_bucket_is_refused_with_the_wait() {
    let throttling = Throttling::Fixed { bucket: 2, refill_per_second: 0.01 };
    let site = Site::with(Options { throttling, ..frozen() }).await;
    let path = "/tenants?api-version=2022-12-01";
    for left in ["1", "0"] {
        let response = site.send("operator", Method::GET, path, None).await;
        assert_eq!(response.headers()["x-ms-ratelimit-remaining-tenant-reads"], left);
    }
    let refused = site.send("operator", Method::GET, path, None).await;
    assert_eq!(refused.status(), 429);
    let wait: u32 = refused.headers()["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=100).contains(&wait), "{wait}");
    let other = site.send("reader", Method::GET, path, None).await;
    assert_eq!(other.status(), 200, "another caller has a bucket of their own");
}

#[tokio::test]
async fn a_fault_strikes_its_path_as_often_as_told() {
    let plain = Site::start().await;
    let production = plain.subscription("Northlight Production").await;
    let fault = Fault {
        path_prefix: production.to_uppercase(),
        status: Some(503),
        delay: Duration::from_millis(1),
        times: Some(1),
        retry_after_seconds: Some(2),
    };
    let site = Site::with(Options { faults: vec![fault], ..frozen() }).await;
    let path = format!("{production}?api-version=2022-12-01");
    let struck = site.send("operator", Method::GET, &path, None).await;
    assert_eq!(struck.status(), 503);
    assert_eq!(struck.headers()["retry-after"], "2");
    assert_eq!(site.send("operator", Method::GET, &path, None).await.status(), 200);
}

#[tokio::test]
async fn the_ledger_names_every_request_and_no_token() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("ledger.jsonl");
    let site = Site::with(Options { ledger: Some(file.clone()), ..frozen() }).await;
    site.send("reader", Method::GET, "/tenants?api-version=2022-12-01", None).await;
    site.send("reader", Method::GET, "/tenants", None).await;
    let entries = site.estate.ledger();
    let seen: Vec<_> =
        entries.iter().map(|e| (e.path.as_str(), e.status, e.principal.as_str())).collect();
    assert_eq!(seen, [("/tenants", 200, "reader"), ("/tenants", 400, "reader")]);
    let text = std::fs::read_to_string(&file).unwrap();
    assert_eq!(text.lines().count(), 2);
    let line: Value = serde_json::from_str(text.lines().next().unwrap()).unwrap();
    assert_eq!((line["method"].as_str(), line["status"].as_u64()), (Some("GET"), Some(200)));
    assert!(!text.contains("sample:"), "{text}");
}
