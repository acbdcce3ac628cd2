//! Facts that all questions share, by name: `{n:virtualmachines@production}`, `{score}`.
//!
//! They are read from the lists of the estate's own REST and from queries of its own, never by the
//! tools. What runs is in a room of its own.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value;

use super::{
    EvalError,
    estate::{Estate, at, text},
    running::Running,
    truth::percent,
};

/// Short names of the company's subscriptions: the last word of each.
const SHORT_NAMES: [&str; 4] = ["production", "non-production", "platform", "sandbox"];
/// What a fact may begin its parts with.
const MARKS: [char; 5] = ['@', '#', '%', '$', '~'];

/// What is true of the estate.
pub(super) struct Facts {
    now: Timestamp,
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
    /// Reads them all, as they are at an instant.
    ///
    /// # Errors
    /// [`EvalError::Truth`] when a list cannot be read.
    pub(super) async fn read(estate: &Estate, now: Timestamp) -> Result<Self, EvalError> {
        let security = "/providers/Microsoft.Security";
        let controls = estate
            .each(&format!("{security}/secureScores/ascScore/secureScoreControls"), "2020-01-01")
            .await?;
        let assessments = estate.each(&format!("{security}/assessments"), "2020-01-01").await?;
        let metadata = estate.list(&format!("{security}/assessmentMetadata"), "2020-01-01").await?;
        let scores = estate.each(&format!("{security}/secureScores"), "2020-01-01").await?;
        let rows = |all: Vec<(String, Value)>| all.into_iter().map(|(_, row)| row).collect();
        Ok(Self {
            now,
            resources: rows(estate.each("/resources", "2024-07-01").await?),
            groups: estate.each("/resourcegroups", "2024-07-01").await?,
            alerts: rows(estate.each(&format!("{security}/alerts"), "2022-01-01").await?),
            control: best(&controls, &scores),
            unhealthy: unhealthy(&assessments, &metadata),
            states: states(estate).await?,
            running: Running::read(estate, now).await?,
            scores,
            names: estate.names.clone(),
        })
    }

    /// A text with its `{…}` replaced by what is true.
    ///
    /// # Errors
    /// [`EvalError::Truth`] for a name that is none of `own` and no fact.
    pub(super) fn fill(
        &self,
        text: &str,
        own: &BTreeMap<String, String>,
    ) -> Result<String, EvalError> {
        let mut filled = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            let Some((key, after)) = after.split_once('}') else { break };
            filled.push_str(before);
            match own.get(key) {
                Some(value) => filled.push_str(value),
                None => filled.push_str(&self.fact(key).ok_or_else(|| {
                    EvalError::Truth(format!(
                        "`{{{key}}}` is neither a truth of the question nor a fact"
                    ))
                })?),
            }
            rest = after;
        }
        Ok(filled + rest)
    }

    fn fact(&self, key: &str) -> Option<String> {
        let (kind, rest) = key.split_once([':', '@']).unwrap_or((key, ""));
        Some(match kind {
            "subscriptions" => self.names.len().to_string(),
            "name" => self.subscription(rest)?.1.clone(),
            "id" => self.subscription(rest)?.0.clone(),
            "groups" => {
                let id = self.subscription(rest).map(|(id, _)| id);
                let of = self.groups.iter().filter(|(own, _)| rest.is_empty() || Some(own) == id);
                of.count().to_string()
            }
            "n" => self.count(rest).to_string(),
            "region" => text(self.resources.iter().find(|one| one["name"] == rest)?, "location"),
            "topregion" => self.top_region()?,
            "score" if rest.is_empty() => percent(self.overall()),
            "score" => {
                let id = self.subscription(rest)?.0;
                percent(share(&self.scores.iter().find(|(own, _)| own == id)?.1))
            }
            "lowest" | "highest" => self.ranked(kind == "lowest")?,
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
                let place = match SHORT_NAMES.contains(&place) {
                    true => self.subscription(place)?.0.clone(),
                    false => place.to_owned(),
                };
                self.running.fact(kind, rest, &place)?
            }
        })
    }

    /// The subscription that a short name means.
    fn subscription(&self, short: &str) -> Option<(&String, &String)> {
        let wanted = short.to_lowercase();
        let last = |name: &str| name.to_lowercase().split(' ').next_back().map(str::to_owned);
        self.names.iter().find(|(_, name)| last(name).as_deref() == Some(&wanted))
    }

    /// Resources by `type@subscription#region%group$state~tag=value`, each part optional.
    fn count(&self, wanted: &str) -> usize {
        let part = |mark: char| part_behind(wanted, mark, &MARKS);
        let kind = wanted.split(MARKS).next().unwrap_or_default();
        let kind = if kind == "vaults" { "microsoft.keyvault/vaults" } else { kind };
        let fits = |row: &&Value| {
            let id = text(row, "id").to_lowercase();
            let of_kind = text(row, "type").to_lowercase();
            let state = self.states.get(&id).map_or("", String::as_str);
            let last = of_kind.split_once('/').and_then(|(_, last)| last.split('/').next_back());
            (kind.is_empty() || of_kind == kind || last == Some(kind))
                && part('@').is_none_or(|sub| {
                    self.subscription(&sub).is_some_and(|(own, _)| id.contains(own.as_str()))
                })
                && part('#').is_none_or(|region| row["location"] == region)
                && part('%').is_none_or(|group| id.contains(&format!("/resourcegroups/{group}/")))
                && part('$').is_none_or(|wanted| match wanted.as_str() {
                    "off" => state == "stopped" || state == "deallocated",
                    other => state == other,
                })
                && part('~').is_none_or(|tag| {
                    tag.split_once('=')
                        .is_some_and(|(name, value)| *at(row, &format!("/tags/{name}")) == value)
                })
        };
        self.resources.iter().filter(fits).count()
    }

    fn top_region(&self) -> Option<String> {
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for row in &self.resources {
            *counts.entry(text(row, "location")).or_default() += 1;
        }
        counts.into_iter().max_by_key(|(_, count)| *count).map(|(region, _)| region)
    }

    fn overall(&self) -> f64 {
        let weight = |row: &Value| at(row, "/properties/weight").as_f64().unwrap_or_default();
        let sum: f64 = self.scores.iter().map(|(_, row)| share(row) * weight(row)).sum();
        sum / self.scores.iter().map(|(_, row)| weight(row)).sum::<f64>()
    }

    fn ranked(&self, lowest: bool) -> Option<String> {
        let order =
            |a: &&(String, Value), b: &&(String, Value)| share(&a.1).total_cmp(&share(&b.1));
        let found = self.scores.iter();
        let (id, _) = if lowest { found.min_by(order) } else { found.max_by(order) }?;
        self.names.get(id).cloned()
    }

    /// Alerts by `severities=statuses>hours@part`; active ones unless statuses are named.
    fn alerts(&self, wanted: &str) -> usize {
        let part = |mark: char| part_behind(wanted, mark, &['=', '>', '@']);
        let severities = wanted.split(['=', '>', '@']).next().unwrap_or_default();
        let statuses = part('=').unwrap_or_else(|| "Active".to_owned());
        let fits = |row: &&Value| {
            let of = &row["properties"];
            let began: Option<Timestamp> = text(of, "startTimeUtc").parse().ok();
            let among = |list: &str, key: &str| {
                list.is_empty() || list.split(',').any(|one| of[key].as_str() == Some(one))
            };
            let hours = part('>').and_then(|hours| hours.parse::<i64>().ok());
            among(severities, "severity")
                && among(&statuses, "status")
                && hours.is_none_or(|most| {
                    began
                        .is_some_and(|began| self.now.as_second() - began.as_second() < most * 3600)
                })
                && part('@').is_none_or(|place| match self.subscription(&place) {
                    Some((id, _)) => text(row, "id").contains(id.as_str()),
                    None => of["resourceIdentifiers"].to_string().contains(&place),
                })
        };
        self.alerts.iter().filter(fits).count()
    }
}

/// What stands behind a mark, up to the next one.
fn part_behind(wanted: &str, mark: char, marks: &[char]) -> Option<String> {
    let (_, rest) = wanted.split_once(mark)?;
    rest.split(marks).next().map(str::to_owned)
}

fn share(row: &Value) -> f64 {
    at(row, "/properties/score/percentage").as_f64().unwrap_or_default()
}

/// The control that would add most to the overall score.
fn best(controls: &[(String, Value)], scores: &[(String, Value)]) -> String {
    let mut gains: BTreeMap<String, f64> = BTreeMap::new();
    for (id, control) in controls {
        let Some((_, score)) = scores.iter().find(|(of, _)| of == id) else { continue };
        let of = |value: &Value, key: &str| {
            at(value, &format!("/properties/score/{key}")).as_f64().unwrap_or_default()
        };
        let lost = of(control, "max") - of(control, "current");
        let weight = at(score, "/properties/weight").as_f64().unwrap_or_default();
        let name = text(&control["properties"], "displayName");
        *gains.entry(name).or_default() += lost / of(score, "max") * weight;
    }
    let most = gains.into_iter().max_by(|a, b| a.1.total_cmp(&b.1));
    most.map(|(name, _)| name).unwrap_or_default()
}

/// Each recommendation that a resource does not follow, with its severity, once.
fn unhealthy(assessments: &[(String, Value)], metadata: &[Value]) -> Vec<(String, String)> {
    let unhealthy = |row: &&Value| *at(row, "/properties/status/code") == "Unhealthy";
    let rows = assessments.iter().map(|(_, row)| row).filter(unhealthy);
    let named = rows.filter_map(|row| {
        let of = metadata.iter().find(|one| one["name"] == row["name"])?;
        Some((text(&row["properties"], "displayName"), text(&of["properties"], "severity")))
    });
    let mut all: Vec<(String, String)> = named.collect();
    all.sort();
    all.dedup();
    all
}

async fn states(estate: &Estate) -> Result<BTreeMap<String, String>, EvalError> {
    let query = "resources | project id, power = tostring(properties.extended.instanceView.powerState.code), \
        disk = tostring(properties.diskState) | where isnotempty(power) or isnotempty(disk) | limit 1000";
    let rows = estate.query(query).await?;
    let state = |row: &Value| {
        let power = text(row, "power");
        let state = if power.is_empty() { text(row, "disk") } else { power };
        state.rsplit('/').next().unwrap_or_default().to_lowercase()
    };
    Ok(rows.iter().map(|row| (text(row, "id").to_lowercase(), state(row))).collect())
}
