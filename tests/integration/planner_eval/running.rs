//! What is true of the estate beyond what there is: alerts, health, events, changes, the log,
//! plans, compliance. Read by REST and by queries of its own, never by the tools.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde_json::{Value, json};

use super::facts::{ANCHOR, list};
use crate::service::http;

/// What runs, and how.
pub(crate) struct Running {
    fired: Vec<Value>,
    health: Vec<Value>,
    events: Vec<Value>,
    log: Vec<Value>,
    changes: Vec<Value>,
    plans: Vec<Value>,
    standards: Vec<Value>,
    paths: Vec<Value>,
}

impl Running {
    pub(crate) async fn read(at: &str, subscriptions: &[String]) -> Self {
        let each = async |below: &str, version: &str| {
            let mut all = Vec::new();
            for id in subscriptions {
                all.extend(list(at, &format!("/subscriptions/{id}{below}"), version).await);
            }
            all
        };
        let range = "eventTimestamp%20ge%20'2026-10-21T08:00:00Z'%20and%20eventTimestamp%20le%20'2026-11-20T08:00:00Z'";
        let log = "/providers/microsoft.insights/eventtypes/management/values";
        Self {
            fired: each(
                "/providers/Microsoft.AlertsManagement/alerts",
                "2019-05-05-preview&timeRange=30d",
            )
            .await,
            health: each("/providers/Microsoft.ResourceHealth/availabilityStatuses", "2025-05-01")
                .await,
            events: each("/providers/Microsoft.ResourceHealth/events", "2025-05-01").await,
            log: each(log, &format!("2015-04-01&$filter={range}")).await,
            changes: query(at, "resourcechanges | project id, properties | limit 1000").await,
            plans: each("/providers/Microsoft.Security/pricings", "2024-01-01").await,
            standards: each(
                "/providers/Microsoft.Security/regulatoryComplianceStandards",
                "2019-01-01-preview",
            )
            .await,
            paths: query(at, "securityresources | where type =~ 'microsoft.security/attackpaths'")
                .await,
        }
    }

    /// A fact by its kind; `place` is a part of ids, in lower case.
    pub(crate) fn fact(&self, kind: &str, rest: &str, place: &str) -> Option<String> {
        let count = match kind {
            "fired" => self.fired(rest, place),
            "health" => self.health(rest, place),
            "events" => self.events(rest).len(),
            "changes" => self.changes(rest, place),
            "failed" => self.operations(rest, place, true).len(),
            "ops" => self.operations(rest, place, false).len(),
            "planson" | "plansoff" => {
                let tier = if kind == "planson" { "Standard" } else { "Free" };
                let of = |row: &&Value| {
                    row["properties"]["pricingTier"] == tier
                        && row["properties"]["deprecated"] != true
                        && (rest.is_empty() || row["name"] == rest)
                        && text(row, "id").contains(place)
                };
                self.plans.iter().filter(of).count()
            }
            "failing" => {
                let of = self.standards.iter().filter(|row| text(row, "name").contains(rest));
                let failed = of.map(|row| row["properties"]["failedControls"].as_u64().unwrap());
                usize::try_from(failed.sum::<u64>()).unwrap()
            }
            "standards" => {
                let names: BTreeSet<String> =
                    self.standards.iter().map(|row| text(row, "name")).collect();
                names.len()
            }
            "paths" => self.paths(rest),
            "tracking" => return self.events(rest).into_iter().next(),
            "caller" => return self.caller(rest, place),
            "was" | "became" => {
                return self
                    .last_value(place, if kind == "was" { "previousValue" } else { "newValue" });
            }
            _ => return None,
        };
        Some(if count == 0 { "no".to_owned() } else { count.to_string() })
    }

    /// Alerts that still fire and nobody closed, of these severities.
    fn fired(&self, severities: &str, place: &str) -> usize {
        let fits = |row: &&Value| {
            let of = &row["properties"]["essentials"];
            of["monitorCondition"] == "Fired"
                && of["alertState"] != "Closed"
                && (severities.is_empty() || severities.split(',').any(|one| of["severity"] == one))
                && (text(row, "id").contains(place) || text(of, "targetResource").contains(place))
        };
        self.fired.iter().filter(fits).count()
    }

    fn health(&self, wanted: &str, place: &str) -> usize {
        let (state, kind) = wanted.split_once('/').unwrap_or((wanted, ""));
        let fits = |row: &&Value| {
            row["properties"]["availabilityState"] == state
                && text(row, "id").contains(&format!("/{kind}"))
                && text(row, "id").contains(place)
        };
        self.health.iter().filter(fits).count()
    }

    /// The tracking ids of active events of a kind.
    fn events(&self, kind: &str) -> BTreeSet<String> {
        let fits = |row: &&Value| {
            let of = &row["properties"];
            of["status"] == "Active" && (kind.is_empty() || of["eventType"] == kind)
        };
        self.events
            .iter()
            .filter(fits)
            .map(|row| row["name"].as_str().unwrap().to_owned())
            .collect()
    }

    fn changes(&self, hours: &str, place: &str) -> usize {
        let most: i64 = hours.parse().unwrap();
        let fits = |row: &&Value| {
            age(&row["properties"]["changeAttributes"]["timestamp"]) < most * 3600
                && text(&row["properties"], "targetResourceId").contains(place)
        };
        self.changes.iter().filter(fits).count()
    }

    fn last_value(&self, place: &str, which: &str) -> Option<String> {
        let of = self.changes.iter().filter(|row| {
            text(&row["properties"], "targetResourceId").ends_with(&format!("/{place}"))
        });
        let last = of.min_by_key(|row| age(&row["properties"]["changeAttributes"]["timestamp"]))?;
        let (_, change) = last["properties"]["changes"].as_object()?.iter().next()?;
        Some(change[which].as_str()?.to_owned())
    }

    /// Operations that somebody did to a resource, `part>hours`.
    fn operations(&self, wanted: &str, place: &str, failed: bool) -> BTreeSet<String> {
        let (part, hours) = wanted.split_once('>').unwrap_or((wanted, "720"));
        let most: i64 = hours.parse().unwrap();
        let fits = |row: &&Value| {
            age(&row["eventTimestamp"]) < most * 3600
                && row["operationName"]["value"].as_str().unwrap().to_lowercase().contains(part)
                && text(row, "resourceId").contains(place)
                && (!failed || row["status"]["value"] == "Failed")
        };
        let one = |row: &Value| text(row, "operationId") + &text(row, "resourceId");
        self.log.iter().filter(fits).map(one).collect()
    }

    fn caller(&self, part: &str, place: &str) -> Option<String> {
        let fits = |row: &&Value| {
            row["operationName"]["value"].as_str().unwrap().to_lowercase().contains(part)
                && text(row, "resourceId").contains(place)
        };
        let last = self.log.iter().filter(fits).min_by_key(|row| age(&row["eventTimestamp"]))?;
        Some(last["caller"].as_str()?.to_owned())
    }

    fn paths(&self, risk: &str) -> usize {
        let fits = |row: &&Value| {
            risk.is_empty() || row["properties"].to_string().contains(&format!("\"{risk}\""))
        };
        self.paths.iter().filter(fits).count()
    }
}

fn age(at: &Value) -> i64 {
    let now: Timestamp = ANCHOR.parse().unwrap();
    let at: Timestamp = at.as_str().unwrap().parse().unwrap();
    now.as_second() - at.as_second()
}

/// A text in lower case.
fn text(row: &Value, key: &str) -> String {
    let text = row[key].as_str().unwrap_or_default();
    if key == "name" { text.to_owned() } else { text.to_lowercase() }
}

async fn query(at: &str, query: &str) -> Vec<Value> {
    let url = format!("{at}/providers/Microsoft.ResourceGraph/resources?api-version=2024-04-01");
    let body: BTreeMap<&str, Value> =
        BTreeMap::from([("query", json!(query)), ("options", json!({"$top": 1000}))]);
    let answer = http().post(url).bearer_auth("sample").json(&body).send().await.unwrap();
    let answer: Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap();
    answer["data"].as_array().unwrap_or_else(|| panic!("{answer}")).clone()
}
