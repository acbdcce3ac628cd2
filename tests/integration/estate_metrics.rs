//! Metrics of the estate: values agree whatever the grain, tell the stories, and wrong questions
//! are refused as Azure Monitor refuses them.

use reqwest::Method;
use serde_json::{Value, json};

use crate::estate_site::Site;

const V: &str = "api-version=2024-02-01";
const DAY: &str = "timespan=2026-03-01T09:00:00Z/2026-03-02T09:00:00Z";

async fn named(site: &Site, kind: &str, name: &str) -> String {
    let production = site.subscription("Northlight Production").await;
    let all = site.list(&format!("{production}/providers/{kind}?api-version=2024-07-01")).await;
    let found = all.iter().find(|one| one["name"] == name).unwrap();
    found["id"].as_str().unwrap().to_owned()
}

async fn machine(site: &Site, name: &str) -> String {
    named(site, "Microsoft.Compute/virtualMachines", name).await
}

async fn metrics(site: &Site, id: &str, query: &str) -> Value {
    site.get(&format!("{id}/providers/Microsoft.Insights/metrics?{query}&{V}")).await
}

fn steps(answer: &Value) -> Vec<Value> {
    answer["value"][0]["timeseries"][0]["data"].as_array().unwrap().clone()
}

fn sum(steps: &[Value], key: &str) -> f64 {
    steps.iter().filter_map(|step| step[key].as_f64()).sum()
}

#[tokio::test]
async fn every_grain_is_put_together_from_the_same_minutes() {
    let site = Site::start().await;
    let id = machine(&site, "vm-web-02").await;
    let all = "aggregation=Average,Minimum,Maximum,Total,Count";
    let of = |grain: &str| {
        let query = format!("{DAY}&metricnames=Percentage%20CPU&interval={grain}&{all}");
        let (site, id) = (&site, &id);
        async move { steps(&metrics(site, id, &query).await) }
    };
    let minutes = of("PT1M").await;
    assert_eq!(minutes.len(), 1_440);
    for (grain, count) in [("PT5M", 288), ("pt1h", 24), ("P1D", 1), ("FULL", 1)] {
        let steps = of(grain).await;
        assert_eq!(steps.len(), count, "{grain}");
        assert!((sum(&steps, "total") - sum(&minutes, "total")).abs() < 0.01, "{grain}");
        assert_eq!(sum(&steps, "count"), 1_440.0, "{grain}");
        let most = |steps: &[Value]| {
            steps.iter().filter_map(|step| step["maximum"].as_f64()).fold(0.0, f64::max)
        };
        assert!((most(&steps) - most(&minutes)).abs() < 1e-6, "{grain}");
    }
    let again = of("PT1M").await;
    assert_eq!(minutes, again);
}

#[tokio::test]
async fn metrics_tell_the_stories() {
    let site = Site::start().await;
    let down = machine(&site, "vm-api-02").await;
    let cpu = "metricnames=Percentage%20CPU&aggregation=Average&interval=PT15M";
    let values = steps(&metrics(&site, &down, &format!("{DAY}&{cpu}")).await);
    let last = values.last().unwrap();
    assert_eq!(last["average"], 0.0);
    assert!(values[0]["average"].as_f64().unwrap() > 0.0);

    let attacked = machine(&site, "vm-web-01").await;
    let network = "metricnames=Network%20In%20Total&aggregation=Total&interval=PT1H";
    let during = "timespan=2026-03-02T01:00:00Z/2026-03-02T04:00:00Z";
    let before = "timespan=2026-03-01T01:00:00Z/2026-03-01T04:00:00Z";
    let during = steps(&metrics(&site, &attacked, &format!("{during}&{network}")).await);
    let before = steps(&metrics(&site, &attacked, &format!("{before}&{network}")).await);
    assert!(sum(&during, "total") > 3.0 * sum(&before, "total"));

    let new = machine(&site, "vm-checkout-01").await;
    let month = "timespan=2026-02-20T09:00:00Z/2026-03-02T09:00:00Z";
    let days = format!("{month}&metricnames=Percentage%20CPU&interval=P1D&aggregation=Average");
    let days = steps(&metrics(&site, &new, &days).await);
    assert!(days[0].get("average").is_none(), "{}", days[0]);
    assert!(days.last().unwrap()["average"].is_number());
}

#[tokio::test]
async fn a_metric_is_over_its_threshold_while_its_alert_holds() {
    let site = Site::start().await;
    let production = site.subscription("Northlight Production").await;
    let alerts = format!(
        "{production}/providers/Microsoft.AlertsManagement/alerts?timeRange=30d\
         &includeContext=true&api-version=2019-03-01"
    );
    let mut seen = 0;
    for alert in site.list(&alerts).await {
        let essentials = &alert["properties"]["essentials"];
        let criterion = &alert["properties"]["context"]["context"]["condition"]["allOf"][0];
        let (Some(metric), "Fired") =
            (criterion["metricName"].as_str(), essentials["monitorCondition"].as_str().unwrap())
        else {
            continue;
        };
        let target = essentials["targetResource"].as_str().unwrap();
        let metric = metric.replace(' ', "%20");
        let query = format!("metricnames={metric}&aggregation=Average&interval=PT5M");
        let last = steps(&metrics(&site, target, &query).await).pop().unwrap();
        let value = last["average"].as_f64().unwrap();
        let threshold: f64 = criterion["threshold"].as_str().unwrap().parse().unwrap();
        let over = match criterion["operator"].as_str().unwrap() {
            "GreaterThan" => value > threshold,
            "LessThan" => value < threshold,
            other => panic!("{other}"),
        };
        assert!(over, "{metric} of {target} is {value}");
        seen += 1;
    }
    assert!(seen >= 4, "{seen}");
}

#[tokio::test]
async fn series_are_split_ordered_cut_and_rolled_up() {
    let site = Site::start().await;
    let account = named(&site, "Microsoft.Storage/storageAccounts", "stwebprodweu").await;
    let of = |query: &str| {
        let query =
            format!("{DAY}&metricnames=Transactions&interval=PT1H&aggregation=Total&{query}");
        let (site, account) = (&site, &account);
        async move { metrics(site, account, &query).await["value"][0]["timeseries"].clone() }
    };
    let split = of("$filter=ResponseType%20eq%20'*'&orderby=Total%20desc").await;
    let values: Vec<&str> = split
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["metadatavalues"][0]["value"].as_str().unwrap())
        .collect();
    assert_eq!(values, ["Success", "ClientOtherError", "ServerBusyError"]);
    let top = of("$filter=ResponseType%20eq%20'*'&orderby=Total%20desc&top=1").await;
    assert_eq!(top.as_array().unwrap().len(), 1);
    let rolled =
        of("$filter=ResponseType%20eq%20'*'%20and%20ApiName%20eq%20'*'&rollupby=ApiName").await;
    assert_eq!(rolled.as_array().unwrap().len(), 3);
    let whole = of("").await;
    let total = |series: &Value| sum(series["data"].as_array().unwrap(), "total");
    let parts: f64 = rolled.as_array().unwrap().iter().map(total).sum();
    assert!((parts - total(&whole[0])).abs() < 1.0);
    let meta = of("$filter=ApiName%20eq%20'GetBlob'&resultType=Metadata").await;
    assert!(meta[0].get("data").is_none());
    assert_eq!(meta[0]["metadatavalues"][0]["value"], "GetBlob");
}

#[tokio::test]
async fn wrong_questions_are_refused_in_azure_monitors_words() {
    let site = Site::start().await;
    let id = machine(&site, "vm-web-02").await;
    for (query, words) in [
        ("metricnames=Unicorns", "Valid metrics: Percentage CPU"),
        ("interval=PT7M", "Detected invalid time grain input: PT7M"),
        ("aggregation=Median", "Invalid aggregation type: Median"),
        ("timespan=yesterday", "The timespan 'yesterday' is invalid"),
        ("timespan=2026-03-02T09:00:00Z/2026-03-01T09:00:00Z", "the start before"),
        ("timespan=2025-01-01T00:00:00Z/2025-01-02T00:00:00Z", "retention"),
        ("metricnamespace=Microsoft.Web/sites", "is not found for the resource type"),
        ("$filter=Colour%20eq%20'red'", "the dimension 'Colour'"),
        ("resultType=Everything", "Data or Metadata"),
        ("top=none", "'top'"),
        ("orderby=Average%20sideways", "asc or desc"),
    ] {
        let path = format!("{id}/providers/Microsoft.Insights/metrics?{query}&{V}");
        let response = site.send("operator", Method::GET, &path, None).await;
        assert_eq!(response.status(), 400, "{query}");
        let error: Value = response.json().await.unwrap();
        assert_eq!(error["error"]["code"], "BadRequest", "{query}");
        let message = error["error"]["message"].as_str().unwrap();
        assert!(message.contains(words), "{query}: {message}");
    }
    let adjusted = metrics(&site, &id, "interval=PT7M&AutoAdjustTimegrain=true").await;
    assert_eq!(adjusted["interval"], "PT15M");
}

#[tokio::test]
async fn a_region_and_a_batch_answer_for_many_what_each_answers_alone() {
    let site = Site::start().await;
    let production = site.subscription("Northlight Production").await;
    let ids = [machine(&site, "vm-api-01").await, machine(&site, "vm-api-02").await];
    let common = "metricnames=Percentage%20CPU&interval=PT1H&aggregation=average";
    let region = format!(
        "{production}/providers/Microsoft.Insights/metrics?region=northeurope&{DAY}&{common}\
         &metricnamespace=microsoft.compute/virtualmachines&top=100\
         &$filter=Microsoft.ResourceId%20eq%20'*'&{V}"
    );
    let region = site.get(&region).await;
    let batch = format!(
        "{production}/metrics:getBatch?starttime=2026-03-01T09:00:00Z&endtime=2026-03-02T09:00:00Z\
         &{common}&metricnamespace=Microsoft.Compute/virtualMachines&{V}"
    );
    let body = json!({ "resourceids": ids });
    let batch = site.send("operator", Method::POST, &batch, Some(body)).await;
    let batch: Value = batch.json().await.unwrap();
    for (id, of_batch) in ids.iter().zip(batch["values"].as_array().unwrap()) {
        let alone = steps(&metrics(&site, id, &format!("{DAY}&{common}")).await);
        assert_eq!(of_batch["resourceid"].as_str().unwrap(), id);
        assert_eq!(of_batch["value"][0]["timeseries"][0]["data"], json!(alone));
        let own = region["value"][0]["timeseries"].as_array().unwrap().iter().find(|series| {
            series["metadatavalues"][0]["value"].as_str().unwrap().eq_ignore_ascii_case(id)
        });
        assert_eq!(own.unwrap()["data"], json!(alone));
    }
}

#[tokio::test]
async fn every_kind_names_its_metrics_with_units_and_grains() {
    let site = Site::start().await;
    let id = named(&site, "Microsoft.KeyVault/vaults", "kvwebprodweu").await;
    let definitions =
        site.list(&format!("{id}/providers/Microsoft.Insights/metricDefinitions?{V}")).await;
    assert!(definitions.len() >= 4);
    for one in &definitions {
        for key in ["name", "unit", "primaryAggregationType", "metricAvailabilities"] {
            assert!(!one[key].is_null(), "{key}");
        }
    }
    let spaces =
        site.list(&format!("{id}/providers/microsoft.insights/metricNamespaces?{V}")).await;
    assert_eq!(spaces[0]["properties"]["metricNamespaceName"], "Microsoft.KeyVault/vaults");
}
