//! What is true of the estate beyond what there is: alerts, health, events, changes, the log,
//! plans, compliance. Read by REST and by queries of its own, never by the tools.

use std::collections::BTreeSet;

use jiff::{Timestamp, ToSpan};
use serde_json::Value;

use super::{
    EvalError,
    estate::{Estate, at},
};

/// How far back the log is read.
const LOG_HOURS: i64 = 30 * 24;

/// What runs, and how.
pub(super) struct Running {
    now: Timestamp,
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
    /// Reads it, as it is at an instant.
    ///
    /// # Errors
    /// [`EvalError::Truth`] when a list cannot be read.
    pub(super) async fn read(estate: &Estate, now: Timestamp) -> Result<Self, EvalError> {
        let each = async |below: &str, version: &str| -> Result<Vec<Value>, EvalError> {
            let rows = estate.each(below, version).await?;
            Ok(rows.into_iter().map(|(_, row)| row).collect())
        };
        let start = now.checked_sub(LOG_HOURS.hours()).unwrap_or(now);
        let log = format!(
            "/providers/microsoft.insights/eventtypes/management/values?\
             $filter=eventTimestamp%20ge%20'{start}'%20and%20eventTimestamp%20le%20'{now}'"
        );
        let health = "/providers/Microsoft.ResourceHealth";
        let security = "/providers/Microsoft.Security";
        let fired = "/providers/Microsoft.AlertsManagement/alerts?timeRange=30d";
        Ok(Self {
            now,
            fired: each(fired, "2019-05-05-preview").await?,
            health: each(&format!("{health}/availabilityStatuses"), "2025-05-01").await?,
            events: each(&format!("{health}/events"), "2025-05-01").await?,
            log: each(&log, "2015-04-01").await?,
            changes: estate.query("resourcechanges | project id, properties | limit 1000").await?,
            plans: each(&format!("{security}/pricings"), "2024-01-01").await?,
            standards: each(
                &format!("{security}/regulatoryComplianceStandards"),
                "2019-01-01-preview",
            )
            .await?,
            paths: estate
                .query("securityresources | where type =~ 'microsoft.security/attackpaths'")
                .await?,
        })
    }

    /// A fact by its kind; `place` is a part of ids, in lower case.
    pub(super) fn fact(&self, kind: &str, rest: &str, place: &str) -> Option<String> {
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
                    *at(row, "/properties/pricingTier") == tier
                        && *at(row, "/properties/deprecated") != true
                        && (rest.is_empty() || row["name"] == rest)
                        && text(row, "id").contains(place)
                };
                self.plans.iter().filter(of).count()
            }
            "failing" => {
                let of = self.standards.iter().filter(|row| text(row, "name").contains(rest));
                let failed = of
                    .map(|row| at(row, "/properties/failedControls").as_u64().unwrap_or_default());
                usize::try_from(failed.sum::<u64>()).unwrap_or(usize::MAX)
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
            let of = at(row, "/properties/essentials");
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
            *at(row, "/properties/availabilityState") == state
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
        self.events.iter().filter(fits).map(|row| text(row, "name")).collect()
    }

    fn changes(&self, hours: &str, place: &str) -> usize {
        let most: i64 = hours.parse().unwrap_or(i64::MAX / 3600);
        let fits = |row: &&Value| {
            self.age(at(row, "/properties/changeAttributes/timestamp")) < most * 3600
                && text(&row["properties"], "targetResourceId").contains(place)
        };
        self.changes.iter().filter(fits).count()
    }

    fn last_value(&self, place: &str, which: &str) -> Option<String> {
        let of = self.changes.iter().filter(|row| {
            text(&row["properties"], "targetResourceId").ends_with(&format!("/{place}"))
        });
        let last =
            of.min_by_key(|row| self.age(at(row, "/properties/changeAttributes/timestamp")))?;
        let (_, change) = at(last, "/properties/changes").as_object()?.iter().next()?;
        Some(change[which].as_str()?.to_owned())
    }

    /// Operations that somebody did to a resource, `part>hours`.
    fn operations(&self, wanted: &str, place: &str, failed: bool) -> BTreeSet<String> {
        let (part, hours) = wanted.split_once('>').unwrap_or((wanted, "720"));
        let most: i64 = hours.parse().unwrap_or(i64::MAX / 3600);
        let fits = |row: &&Value| {
            self.age(&row["eventTimestamp"]) < most * 3600
                && text(&row["operationName"], "value").contains(part)
                && text(row, "resourceId").contains(place)
                && (!failed || *at(row, "/status/value") == "Failed")
        };
        let one = |row: &Value| text(row, "operationId") + &text(row, "resourceId");
        self.log.iter().filter(fits).map(one).collect()
    }

    fn caller(&self, part: &str, place: &str) -> Option<String> {
        let fits = |row: &&Value| {
            text(&row["operationName"], "value").contains(part)
                && text(row, "resourceId").contains(place)
        };
        let last =
            self.log.iter().filter(fits).min_by_key(|row| self.age(&row["eventTimestamp"]))?;
        Some(last["caller"].as_str()?.to_owned())
    }

    /// How many seconds ago an instant was.
    fn age(&self, at: &Value) -> i64 {
        let at: Option<Timestamp> = at.as_str().and_then(|at| at.parse().ok());
        at.map_or(i64::MAX, |at| self.now.as_second() - at.as_second())
    }

    fn paths(&self, risk: &str) -> usize {
        let fits = |row: &&Value| {
            risk.is_empty() || row["properties"].to_string().contains(&format!("\"{risk}\""))
        };
        self.paths.iter().filter(fits).count()
    }
}

/// A text in lower case.
fn text(row: &Value, key: &str) -> String {
    let text = row[key].as_str().unwrap_or_default();
    if key == "name" { text.to_owned() } else { text.to_lowercase() }
}
