//! Alert rules of the estate: every alert has the rule that fired it, with its threshold; rules
//! are listed, read and in Resource Graph alike.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::estate_site::Site;

const KINDS: [(&str, &str); 3] = [
    ("Microsoft.Insights/metricAlerts", "2018-03-01"),
    ("Microsoft.Insights/scheduledQueryRules", "2023-12-01"),
    ("Microsoft.Insights/activityLogAlerts", "2020-10-01"),
];

async fn rules(site: &Site) -> BTreeMap<String, Value> {
    let mut rules = BTreeMap::new();
    for name in ["Northlight Production", "Northlight Platform"] {
        let subscription = site.subscription(name).await;
        for (kind, version) in KINDS {
            let list = format!("{subscription}/providers/{kind}?api-version={version}");
            for rule in site.list(&list).await {
                rules.insert(rule["id"].as_str().unwrap().to_lowercase(), rule);
            }
        }
    }
    rules
}

#[tokio::test]
async fn every_alert_has_the_rule_that_fired_it() {
    let site = Site::start().await;
    let rules = rules(&site).await;
    let mut seen = 0;
    for name in ["Northlight Production", "Northlight Platform"] {
        let subscription = site.subscription(name).await;
        let alerts = format!(
            "{subscription}/providers/Microsoft.AlertsManagement/alerts?timeRange=30d\
             &includeContext=true&api-version=2019-03-01"
        );
        for alert in site.list(&alerts).await {
            let essentials = &alert["properties"]["essentials"];
            if essentials["monitorService"] == "Azure Backup" {
                continue;
            }
            let id = essentials["alertRule"].as_str().unwrap().to_lowercase();
            let rule = rules.get(&id).unwrap_or_else(|| panic!("{id} is no rule"));
            let properties = &rule["properties"];
            assert_eq!(properties["enabled"], true, "{id}");
            assert_eq!(properties["description"], essentials["description"]);
            let target = essentials["targetResource"].as_str().unwrap().to_lowercase();
            let scopes = properties["scopes"].as_array().unwrap();
            let watches =
                |scope: &Value| target.starts_with(&scope.as_str().unwrap().to_lowercase());
            assert!(scopes.iter().any(watches), "{id} watches {scopes:?}, not {target}");
            if let Some(severity) = properties.get("severity") {
                assert_eq!(essentials["severity"], format!("Sev{severity}"));
            }
            let fired = &alert["properties"]["context"]["context"]["condition"]["allOf"][0];
            let written = &properties["criteria"]["allOf"][0];
            if let Some(threshold) = fired["threshold"].as_str() {
                let threshold: f64 = threshold.parse().unwrap();
                assert_eq!(written["threshold"].as_f64(), Some(threshold), "{id}");
                assert_eq!(written["operator"], fired["operator"]);
                assert_eq!(written["metricName"], fired["metricName"]);
            }
            seen += 1;
        }
    }
    assert!(seen > 10, "{seen}");
}

#[tokio::test]
async fn metric_rules_carry_what_sdks_tell_them_apart_by() {
    let site = Site::start().await;
    let rules = rules(&site).await;
    for rule in rules.values().filter(|one| one["type"] == "Microsoft.Insights/metricAlerts") {
        assert_eq!(rule["location"], "global");
        let properties = &rule["properties"];
        let kind = properties["criteria"]["odata.type"].as_str().unwrap();
        let several = properties["scopes"].as_array().unwrap().len() > 1;
        assert_eq!(kind.contains("MultipleResource"), several, "{kind}");
        assert_eq!(properties["criteria"]["allOf"][0]["criterionType"], "StaticThresholdCriterion");
        assert_eq!(properties["evaluationFrequency"], "PT1M");
    }
    let disabled = rules.values().filter(|one| one["properties"]["enabled"] == false).count();
    assert!(disabled >= 2 && disabled < rules.len() / 4, "{disabled} of {}", rules.len());
}

#[tokio::test]
async fn a_rule_is_read_by_its_encoded_name_and_says_how_its_targets_are() {
    let site = Site::start().await;
    let production = site.subscription("Northlight Production").await;
    let group = format!("{production}/resourceGroups/rg-api-prod-neu/providers");
    let rule =
        format!("{group}/microsoft.insights/metricalerts/Backend%20health%20below%2090%20percent");
    let read = site.get(&format!("{rule}?api-version=2018-03-01")).await;
    assert_eq!(read["name"], "Backend health below 90 percent");
    let availability = format!("{group}/Microsoft.Insights/metricAlerts/VM%20availability/status");
    let status = site.list(&format!("{availability}?api-version=2018-03-01")).await;
    let ill: Vec<&Value> =
        status.iter().filter(|one| one["properties"]["status"] == "Unhealthy").collect();
    assert_eq!((status.len(), ill.len()), (3, 1));
    let id = ill[0]["properties"]["dimensions"]["resourceId"].as_str().unwrap();
    assert!(id.ends_with("/vm-api-02"));
}

#[tokio::test]
async fn processing_rules_say_when_they_hold_and_keep_alerts_quiet() {
    let site = Site::start().await;
    let production = site.subscription("Northlight Production").await;
    let rules = format!(
        "{production}/providers/Microsoft.AlertsManagement/actionRules?api-version=2021-08-08"
    );
    let rules = site.list(&rules).await;
    assert!(rules.len() >= 4);
    let weekly = rules.iter().find(|one| one["name"] == "apr-billing-patch-window").unwrap();
    assert_eq!(weekly["properties"]["actions"][0]["actionType"], "RemoveAllActionGroups");
    assert_eq!(weekly["properties"]["schedule"]["recurrences"][0]["recurrenceType"], "Weekly");
    let alerts = format!(
        "{production}/providers/Microsoft.AlertsManagement/alerts?timeRange=30d\
         &alertRule=Patch%20window%20failed&api-version=2019-03-01"
    );
    let quiet = site.list(&alerts).await;
    assert_eq!(quiet.len(), 2);
    for alert in quiet {
        let essentials = &alert["properties"]["essentials"];
        assert_eq!(essentials["actionStatus"]["isSuppressed"], true);
        let id = alert["id"].as_str().unwrap().rsplit('/').next().unwrap();
        let history = format!(
            "{production}/providers/Microsoft.AlertsManagement/alerts/{id}/history\
             ?api-version=2019-03-01"
        );
        let history = site.get(&history).await.to_string();
        assert!(history.contains("ActionRuleSuppressed"), "{history}");
    }
}
