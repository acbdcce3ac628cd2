//! Links into the Azure portal: made by code, for what has a page there, and never elsewhere.

use opscopilot::{
    azure::{Cloud, ResourceId},
    protocol::{ColumnKind, View},
};
use serde_json::json;

use crate::tools_bench::{Bench, estate};

const VM: &str = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg (1)/providers/Microsoft.Compute/virtualMachines/vm1";

#[test]
fn each_cloud_opens_resources_in_its_own_portal() {
    let vm = ResourceId::parse(VM).unwrap();
    for (cloud, portal) in [
        (Cloud::Public, "https://portal.azure.com"),
        (Cloud::UsGov, "https://portal.azure.us"),
        (Cloud::China, "https://portal.azure.cn"),
    ] {
        let url = cloud.portal_url(&vm).unwrap();
        assert!(url.starts_with(&format!("{portal}/#resource/subscriptions/")), "{url}");
        assert!(url.ends_with("/virtualMachines/vm1") && !url.contains(' '), "{url}");
        let group = ResourceId::parse("/subscriptions/s/resourceGroups/g").unwrap();
        assert_eq!(
            cloud.portal_url(&group),
            Some(format!("{portal}/#resource/subscriptions/s/resourceGroups/g"))
        );
    }
}

#[test]
fn what_has_no_page_and_an_endpoint_of_ones_own_have_no_link() {
    let own = Cloud::custom("https://management.azure.com", None).unwrap();
    assert_eq!(own.portal_url(&ResourceId::parse(VM).unwrap()), None);
    for id in [
        &format!("{VM}/providers/Microsoft.Security/assessments/a"),
        "/providers/Microsoft.Management/managementGroups/root",
        "/subscriptions/s/providers/Microsoft.Security/locations/westeurope/alerts/a",
    ] {
        assert_eq!(Cloud::Public.portal_url(&ResourceId::parse(id).unwrap()), None, "{id}");
    }
}

/// What each row links to, of every column of resources.
fn links(views: &[View]) -> Vec<(String, Option<String>)> {
    let mut found = Vec::new();
    for view in views {
        let View::Table { columns, rows, .. } = view else { continue };
        for (at, column) in columns.iter().enumerate() {
            assert!(column.portal_urls.is_empty() || column.kind == ColumnKind::Resource);
            assert!(column.portal_urls.is_empty() || column.portal_urls.len() == rows.len());
            for (row, url) in rows.iter().zip(&column.portal_urls) {
                found.push((row[at].as_str().unwrap_or_default().to_owned(), url.clone()));
            }
        }
    }
    found
}

#[tokio::test]
async fn rows_and_findings_of_microsofts_clouds_are_linked() {
    let estate = estate().await;
    let none = Bench::at(&estate.endpoint(), "operator").ok("find_resources", json!({})).await;
    assert!(links(&none.views).is_empty());
    assert!(none.findings.iter().all(|one| one.portal_url.is_none()));

    let bench = Bench::at(&estate.endpoint(), "operator").with_portal_of(Cloud::Public);
    let output = bench.ok("find_resources", json!({})).await;
    let links = links(&output.views);
    assert_eq!(links.len(), 50);
    for (id, url) in links {
        let id = id.replace('%', "%25").replace(' ', "%20");
        assert_eq!(url, Some(format!("https://portal.azure.com/#resource{id}")));
    }
    let health = bench.ok("list_resource_health", json!({})).await;
    let linked = health.findings.iter().filter(|one| one.resource_id.is_some());
    assert!(linked.map(|one| one.portal_url.as_deref()).all(|url| url.is_some()));
}
