//! Costs, Advisor and carbon: what the tools say against what the estate's REST says.

use serde_json::{Value, json};

use crate::tools_bench::{Bench, estate};

/// What Cost Management sums at a scope, asked without the tools.
async fn summed(endpoint: &str, scope: &str, period: (&str, &str)) -> f64 {
    let body = json!({
        "type": "ActualCost",
        "timeframe": "Custom",
        "timePeriod": { "from": period.0, "to": period.1 },
        "dataset": {
            "granularity": "Monthly",
            "aggregation": { "totalCost": { "name": "PreTaxCost", "function": "Sum" } },
        },
    });
    let path = "providers/Microsoft.CostManagement/query?api-version=2025-03-01";
    let answer = post(endpoint, &format!("{scope}/{path}"), &body).await;
    let rows = answer["properties"]["rows"].as_array().unwrap().clone();
    rows.iter().map(|row| row[0].as_f64().unwrap()).sum()
}

async fn post(endpoint: &str, path: &str, body: &Value) -> Value {
    let request = reqwest::Client::new().post(format!("{endpoint}{path}"));
    let answer = request.bearer_auth("sample:operator").json(body).send().await.unwrap();
    assert!(answer.status().is_success(), "{path}: {}", answer.text().await.unwrap());
    answer.json().await.unwrap()
}

#[tokio::test]
async fn a_sum_is_that_of_every_subscription_and_of_any_breakdown() {
    let estate = estate().await;
    let bench = Bench::at(&estate.endpoint(), "operator");
    let told = bench.ok("get_cost", json!({"by": "subscription", "timeRange": "last month"})).await;
    let (from, to) = (told.output["from"].as_str().unwrap(), told.output["to"].as_str().unwrap());
    let subscriptions = bench.ok("list_subscriptions", json!({})).await;
    let mut sum = 0.0;
    for one in subscriptions.output["subscriptions"].as_array().unwrap() {
        let scope = one["id"].as_str().unwrap();
        sum += summed(&estate.endpoint(), scope, (from, to)).await;
    }
    let total = told.output["total"].as_f64().unwrap();
    assert!((total - sum).abs() < 0.02 && total > 1_000.0, "{total} {sum}");
    for by in ["service", "resourceGroup", "resource", "location", "meter", "resourceType"] {
        let arguments = json!({"by": by, "timeRange": "last month", "limit": 200});
        let other = bench.ok("get_cost", arguments).await;
        let other = other.output["total"].as_f64().unwrap();
        assert!((other - total).abs() < 0.02, "{by}: {other} {total}");
    }
    assert!(told.findings[0].text.contains("EUR"), "{}", told.findings[0].text);
}

#[tokio::test]
async fn the_orphaned_disks_are_what_costs_grew_by_and_what_advisor_would_remove() {
    let estate = estate().await;
    let bench = Bench::at(&estate.endpoint(), "operator");
    let arguments = json!({"by": "resourceGroup", "timeRange": "last month"});
    let movers = bench.ok("list_cost_movers", arguments).await;
    assert_eq!(movers.output["items"][0]["name"], "rg-analytics-prod-neu", "{:#}", movers.output);
    let advice = bench
        .ok("list_advisor_recommendations", json!({"category": "Cost", "text": "not attached"}))
        .await;
    assert!(advice.digest.contains("disk"), "{}", advice.digest);
    let idle = bench.ok("list_idle_resources", json!({"kind": "unattached disk"})).await;
    assert!(idle.digest.contains("rg-analytics-prod-neu"), "{}", idle.digest);
    let alerts = bench.ok("list_cost_alerts", json!({"status": "all"})).await;
    assert!(alerts.output["alerts"].to_string().contains("rg-analytics-prod-neu"));
}

#[tokio::test]
async fn who_may_not_see_costs_is_told_which_right_is_missing() {
    let estate = estate().await;
    let bench = Bench::at(&estate.endpoint(), "security-reader");
    let error = bench.run("get_cost", json!({})).await.unwrap_err();
    let text = error.model_text();
    assert!(text.contains("Microsoft.CostManagement/query/read"), "{text}");
    assert!(text.contains("Cost Management Reader"), "{text}");
    let reader = Bench::at(&estate.endpoint(), "reader");
    let error = reader.run("get_carbon_emissions", json!({})).await.unwrap_err();
    assert!(error.model_text().contains("Carbon Optimization Reader"), "{}", error.model_text());
}

#[tokio::test]
async fn a_forecast_is_what_was_spent_and_what_is_to_come() {
    let estate = estate().await;
    let bench = Bench::at(&estate.endpoint(), "operator");
    let told = bench.ok("forecast_cost", json!({})).await;
    let of = |name: &str| told.output[name].as_f64().unwrap();
    assert!((of("spent") + of("ahead") - of("total")).abs() < 0.02);
    let now = bench.ok("get_cost", json!({})).await.output["total"].as_f64().unwrap();
    assert!((of("spent") - now).abs() < 0.02, "{} {now}", of("spent"));
    let carbon = bench.ok("get_carbon_emissions", json!({"by": "subscription"})).await;
    let items = carbon.output["items"].as_array().unwrap();
    let sum: f64 = items.iter().map(|one| one["kilograms"].as_f64().unwrap()).sum();
    assert!((sum - carbon.output["total"].as_f64().unwrap()).abs() < 0.1);
}
