//! The truth: an estate of the same seed, read by REST lists and one query of states.

use std::collections::BTreeMap;

use opscopilot::estate;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::running::Running;
use crate::service::http;

/// The instant of the estate and of the service.
pub(crate) const ANCHOR: &str = "2026-11-20T08:00:00Z";

/// What is true of the estate.
pub(crate) struct Facts {
    /// Name of a subscription by id.
    names: BTreeMap<String, String>,
    resources: Vec<Value>,
    groups: Vec<(String, Value)>,
    /// Power or disk state by resource id, both in lower case.
    states: BTreeMap<String, String>,
    alerts: Vec<Value>,
    scores: Vec<(String, Value)>,
    control: String,
    unhealthy: Vec<(String, String)>,
    running: Running,
}

impl Facts {
    pub(crate) async fn read() -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let options = estate::Options {
            seed: Some(7),
            anchor: Some(ANCHOR.parse().unwrap()),
            ..estate::Options::default()
        };
        let estate = estate::serve(listener, options).unwrap();
        let at = estate.endpoint();
        let subscriptions = list(&at, "/subscriptions", "2022-12-01").await;
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let names = subscriptions
            .iter()
            .map(|one| (text(&one["subscriptionId"]), text(&one["displayName"])));
        let names: BTreeMap<String, String> = names.collect();
        let each = async |below: &str, version: &str| {
            let mut all = Vec::new();
            for id in names.keys() {
                let rows = list(&at, &format!("/subscriptions/{id}{below}"), version).await;
                all.extend(rows.into_iter().map(|row| (id.clone(), row)));
            }
            all
        };
        let rows = |all: Vec<(String, Value)>| all.into_iter().map(|(_, row)| row).collect();
        let security = "/providers/Microsoft.Security";
        let controls =
            each(&format!("{security}/secureScores/ascScore/secureScoreControls"), "2020-01-01")
                .await;
        let assessments = each(&format!("{security}/assessments"), "2020-01-01").await;
        let metadata = list(&at, &format!("{security}/assessmentMetadata"), "2020-01-01").await;
        let scores = each(&format!("{security}/secureScores"), "2020-01-01").await;
        let facts = Self {
            resources: rows(each("/resources", "2024-07-01").await),
            groups: each("/resourcegroups", "2024-07-01").await,
            alerts: rows(each(&format!("{security}/alerts"), "2022-01-01").await),
            control: best(&controls, &scores),
            unhealthy: unhealthy(&assessments, &metadata),
            states: states(&at).await,
            running: Running::read(&at, &names.keys().cloned().collect::<Vec<_>>()).await,
            scores,
            names,
        };
        estate.shut_down().await.unwrap();
        facts
    }

    /// A text with its `{…}` replaced by what is true.
    pub(crate) fn fill(&self, text: &str) -> String {
        let mut filled = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            let (key, after) = after.split_once('}').unwrap();
            filled.push_str(before);
            filled.push_str(&self.fact(key));
            rest = after;
        }
        filled + rest
    }

    fn fact(&self, key: &str) -> String {
        let (kind, rest) = key.split_once([':', '@']).unwrap_or((key, ""));
        match kind {
            "subscriptions" => self.names.len().to_string(),
            "name" => self.subscription(rest).1.clone(),
            "id" => self.subscription(rest).0.clone(),
            "groups" => {
                let of = self
                    .groups
                    .iter()
                    .filter(|(id, _)| rest.is_empty() || id == self.subscription(rest).0);
                of.count().to_string()
            }
            "n" => self.count(rest).to_string(),
            "region" => {
                text(self.resources.iter().find(|one| one["name"] == rest).unwrap(), "location")
            }
            "topregion" => self.top_region(),
            "score" if rest.is_empty() => percent(self.overall()),
            "score" => percent(share(
                &self.scores.iter().find(|(id, _)| id == self.subscription(rest).0).unwrap().1,
            )),
            "lowest" | "highest" => self.ranked(kind == "lowest"),
            "control" => self.control.clone(),
            "alerts" => match self.alerts(rest) {
                0 => "no".to_owned(),
                some => some.to_string(),
            },
            "recommendations" => {
                let of = self
                    .unhealthy
                    .iter()
                    .filter(|(_, severity)| rest.is_empty() || severity == rest);
                of.count().to_string()
            }
            _ => {
                let (rest, place) =
                    rest.split_once('@').unwrap_or(match key.contains('@') && !key.contains(':') {
                        true => ("", rest),
                        false => (rest, ""),
                    });
                let known = ["production", "non-production", "platform", "sandbox"];
                let place = match known.contains(&place) {
                    true => self.subscription(place).0.clone(),
                    false => place.to_owned(),
                };
                let fact = self.running.fact(kind, rest, &place);
                fact.unwrap_or_else(|| panic!("no such fact: {key}"))
            }
        }
    }

    /// The subscription that a short name means.
    fn subscription(&self, short: &str) -> (&String, &String) {
        let wanted = short.to_lowercase();
        self.names
            .iter()
            .find(|(_, name)| name.to_lowercase().split(' ').next_back() == Some(&wanted))
            .unwrap()
    }

    /// Resources by `type@subscription#region%group$state~tag=value`, each part optional.
    fn count(&self, wanted: &str) -> usize {
        let part = |mark: char| {
            let (_, rest) = wanted.split_once(mark)?;
            Some(rest.split(['@', '#', '%', '$', '~']).next().unwrap().to_owned())
        };
        let kind = wanted.split(['@', '#', '%', '$', '~']).next().unwrap();
        let kind = if kind == "vaults" { "microsoft.keyvault/vaults" } else { kind };
        let fits = |row: &&Value| {
            let id = text(row, "id").to_lowercase();
            let of_kind = text(row, "type").to_lowercase();
            let state = self.states.get(&id).map_or("", String::as_str);
            (kind.is_empty()
                || of_kind == kind
                || of_kind
                    .split_once('/')
                    .is_some_and(|(_, last)| last.split('/').next_back() == Some(kind)))
                && part('@').is_none_or(|sub| id.contains(self.subscription(&sub).0))
                && part('#').is_none_or(|region| row["location"] == region)
                && part('%').is_none_or(|group| id.contains(&format!("/resourcegroups/{group}/")))
                && part('$').is_none_or(|wanted| match wanted.as_str() {
                    "off" => state == "stopped" || state == "deallocated",
                    other => state == other,
                })
                && part('~').is_none_or(|tag| {
                    let (name, value) = tag.split_once('=').unwrap();
                    row["tags"][name] == value
                })
        };
        self.resources.iter().filter(fits).count()
    }

    fn top_region(&self) -> String {
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for row in &self.resources {
            *counts.entry(text(row, "location")).or_default() += 1;
        }
        counts.into_iter().max_by_key(|(_, count)| *count).unwrap().0
    }

    fn overall(&self) -> f64 {
        let weight = |row: &Value| row["properties"]["weight"].as_f64().unwrap();
        let sum: f64 = self.scores.iter().map(|(_, row)| share(row) * weight(row)).sum();
        sum / self.scores.iter().map(|(_, row)| weight(row)).sum::<f64>()
    }

    fn ranked(&self, lowest: bool) -> String {
        let order =
            |a: &&(String, Value), b: &&(String, Value)| share(&a.1).total_cmp(&share(&b.1));
        let found = self.scores.iter();
        let (id, _) = if lowest { found.min_by(order) } else { found.max_by(order) }.unwrap();
        self.names[id].clone()
    }

    /// Alerts by `severities=statuses>hours@part`; active ones unless statuses are named.
    fn alerts(&self, wanted: &str) -> usize {
        let part = |mark: char| {
            let (_, rest) = wanted.split_once(mark)?;
            Some(rest.split(['=', '>', '@']).next().unwrap().to_owned())
        };
        let severities = wanted.split(['=', '>', '@']).next().unwrap();
        let statuses = part('=').unwrap_or_else(|| "Active".to_owned());
        let now: jiff::Timestamp = ANCHOR.parse().unwrap();
        let fits = |row: &&Value| {
            let of = &row["properties"];
            let began: jiff::Timestamp = text(of, "startTimeUtc").parse().unwrap();
            let hours = (now.as_second() - began.as_second()) / 3600;
            (severities.is_empty() || severities.split(',').any(|one| of["severity"] == one))
                && statuses.split(',').any(|one| of["status"] == one)
                && part('>').is_none_or(|most| hours < most.parse::<i64>().unwrap())
                && part('@').is_none_or(|place| match place.starts_with("vm-") {
                    true => of["resourceIdentifiers"].to_string().contains(&place),
                    false => text(row, "id").contains(self.subscription(&place).0),
                })
        };
        self.alerts.iter().filter(fits).count()
    }
}

fn text(row: &Value, key: &str) -> String {
    row[key].as_str().unwrap_or_default().to_owned()
}

fn share(row: &Value) -> f64 {
    row["properties"]["score"]["percentage"].as_f64().unwrap()
}

fn percent(share: f64) -> String {
    let text = format!("{:.1}", share * 100.0);
    format!("{} %", text.strip_suffix(".0").unwrap_or(&text))
}

/// The control that would add most to the overall score.
fn best(controls: &[(String, Value)], scores: &[(String, Value)]) -> String {
    let mut gains: BTreeMap<String, f64> = BTreeMap::new();
    for (id, control) in controls {
        let (_, score) = scores.iter().find(|(of, _)| of == id).unwrap();
        let of = |value: &Value, key: &str| value["properties"]["score"][key].as_f64().unwrap();
        let lost = of(control, "max") - of(control, "current");
        let weight = score["properties"]["weight"].as_f64().unwrap();
        let name = control["properties"]["displayName"].as_str().unwrap().to_owned();
        *gains.entry(name).or_default() += lost / of(score, "max") * weight;
    }
    gains.into_iter().max_by(|a, b| a.1.total_cmp(&b.1)).unwrap().0
}

/// Each recommendation that a resource does not follow, with its severity, once.
fn unhealthy(assessments: &[(String, Value)], metadata: &[Value]) -> Vec<(String, String)> {
    let unhealthy = |row: &&Value| row["properties"]["status"]["code"] == "Unhealthy";
    let rows = assessments.iter().map(|(_, row)| row).filter(unhealthy);
    let mut all: Vec<(String, String)> = rows
        .map(|row| {
            let of = metadata.iter().find(|one| one["name"] == row["name"]).unwrap();
            (text(&row["properties"], "displayName"), text(&of["properties"], "severity"))
        })
        .collect();
    all.sort();
    all.dedup();
    all
}

pub(crate) async fn list(at: &str, path: &str, version: &str) -> Vec<Value> {
    let mut url = format!("{at}{path}?api-version={version}");
    let mut all = Vec::new();
    loop {
        let page =
            http().get(&url).bearer_auth("sample").send().await.unwrap().text().await.unwrap();
        let page: Value = serde_json::from_str(&page).unwrap();
        all.extend(page["value"].as_array().unwrap_or_else(|| panic!("{url}: {page}")).clone());
        match page["nextLink"].as_str() {
            Some(next) => next.clone_into(&mut url),
            None => return all,
        }
    }
}

async fn states(at: &str) -> BTreeMap<String, String> {
    let query = "resources | project id, power = tostring(properties.extended.instanceView.powerState.code), \
        disk = tostring(properties.diskState) | where isnotempty(power) or isnotempty(disk) | limit 1000";
    let url = format!("{at}/providers/Microsoft.ResourceGraph/resources?api-version=2024-04-01");
    let body = json!({"query": query, "options": {"$top": 1000}});
    let answer = http()
        .post(url)
        .bearer_auth("sample")
        .json(&body)
        .send()
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    let answer: Value = serde_json::from_str(&answer).unwrap();
    let rows = answer["data"].as_array().unwrap_or_else(|| panic!("{answer}"));
    let state = |row: &Value| {
        let power = text(row, "power");
        let state = if power.is_empty() { text(row, "disk") } else { power };
        state.rsplit('/').next().unwrap().to_lowercase()
    };
    rows.iter().map(|row| (text(row, "id").to_lowercase(), state(row))).collect()
}
