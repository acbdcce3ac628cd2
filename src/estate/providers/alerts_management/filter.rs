//! The query parameters by which lists and summaries of alerts are narrowed and ordered.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value};

use super::invalid;
use crate::estate::{
    http::{call::Call, error::ArmError},
    monitor::Fired,
};

/// Query parameters that compare an essential, with the values they allow where those are fixed.
const PARAMETERS: &[(&str, &[&str])] = &[
    ("targetResource", &[]),
    ("targetResourceType", &[]),
    ("targetResourceGroup", &[]),
    ("monitorService", &[]),
    ("monitorCondition", &["Fired", "Resolved"]),
    ("severity", &["Sev0", "Sev1", "Sev2", "Sev3", "Sev4"]),
    ("alertState", &["New", "Acknowledged", "Closed"]),
    ("smartGroupId", &[]),
];

/// What a list can be ordered by.
const ORDERS: &[&str] = &[
    "name",
    "severity",
    "alertState",
    "monitorCondition",
    "targetResource",
    "targetResourceName",
    "targetResourceGroup",
    "targetResourceType",
    "startDateTime",
    "lastModifiedDateTime",
];

/// An alert as it stands now.
pub(super) struct Standing<'a> {
    pub(super) alert: &'a Fired,
    pub(super) essentials: Map<String, Value>,
}

impl Standing<'_> {
    /// An essential's text.
    pub(super) fn text(&self, name: &str) -> &str {
        match name {
            "name" => self.alert.rule.name,
            _ => self.essentials.get(name).and_then(Value::as_str).unwrap_or_default(),
        }
    }
}

/// What a call asks for.
pub(super) struct Filter {
    equal: Vec<(&'static str, String)>,
    rule: Option<String>,
    from: Timestamp,
    to: Timestamp,
    order: &'static str,
    is_ascending: bool,
    selected: Vec<String>,
}

impl Filter {
    /// The filter of a call.
    ///
    /// # Errors
    /// `BadRequest` naming the parameter and what it allows.
    pub(super) fn of(call: &Call<'_>) -> Result<Self, ArmError> {
        let given = |name: &str| call.query.get(name).filter(|value| !value.is_empty());
        let mut equal = Vec::new();
        for (name, allowed) in PARAMETERS {
            let Some(value) = given(name) else { continue };
            let is_allowed = allowed.iter().any(|word| word.eq_ignore_ascii_case(value));
            if !allowed.is_empty() && !is_allowed {
                return Err(invalid(name, value, &format!("one of {}", allowed.join(", "))));
            }
            equal.push((*name, value.to_owned()));
        }
        let order = given("sortBy").unwrap_or("lastModifiedDateTime");
        let order = ORDERS
            .iter()
            .find(|known| known.eq_ignore_ascii_case(order))
            .ok_or_else(|| invalid("sortBy", order, &format!("one of {}", ORDERS.join(", "))))?;
        let is_ascending = match given("sortOrder").unwrap_or("desc") {
            word if word.eq_ignore_ascii_case("asc") => true,
            word if word.eq_ignore_ascii_case("desc") => false,
            word => return Err(invalid("sortOrder", word, "asc or desc")),
        };
        let (from, to) = span(call)?;
        let selected = given("select").map(|list| list.split(',').map(|s| s.trim().to_owned()));
        Ok(Self {
            equal,
            rule: given("alertRule").map(str::to_owned),
            from,
            to,
            order,
            is_ascending,
            selected: selected.into_iter().flatten().collect(),
        })
    }

    /// Whether an alert fits.
    pub(super) fn fits(&self, call: &Call<'_>, standing: &Standing<'_>) -> bool {
        let fired = call.world().ago(standing.alert.at);
        let is_equal = |(name, wanted): &(&'static str, String)| {
            let (actual, wanted) = (standing.text(name), wanted.trim_end_matches('/'));
            match *name {
                // Callers leave the first slash of an id out, or double it.
                "targetResource" => actual
                    .trim_start_matches('/')
                    .eq_ignore_ascii_case(wanted.trim_start_matches('/')),
                _ => actual.eq_ignore_ascii_case(wanted),
            }
        };
        let is_of_rule = |wanted: &String| {
            standing.alert.rule.name.eq_ignore_ascii_case(wanted)
                || standing.text("alertRule").eq_ignore_ascii_case(wanted)
        };
        (self.from..=self.to).contains(&fired)
            && self.equal.iter().all(is_equal)
            && self.rule.as_ref().is_none_or(is_of_rule)
    }

    /// Orders alerts; the latest come first unless the call says otherwise.
    pub(super) fn sort(&self, alerts: &mut [Standing<'_>]) {
        alerts.sort_by(|a, b| {
            let order = a.text(self.order).cmp(b.text(self.order));
            if self.is_ascending { order } else { order.reverse() }
        });
    }

    /// The essentials that were asked for.
    pub(super) fn selected(&self, mut essentials: Map<String, Value>) -> Value {
        if !self.selected.is_empty() {
            essentials.retain(|name, _| {
                self.selected.iter().any(|word| {
                    let word = word.strip_prefix("essentials.").unwrap_or(word);
                    word.eq_ignore_ascii_case(name)
                })
            });
        }
        Value::Object(essentials)
    }
}

/// `timeRange` or `customTimeRange`; a day when nobody says.
fn span(call: &Call<'_>) -> Result<(Timestamp, Timestamp), ArmError> {
    let now = call.state.clock.now();
    let given = |name: &str| call.query.get(name).filter(|value| !value.is_empty());
    match (given("timeRange"), given("customTimeRange")) {
        (Some(_), Some(_)) => Err(ArmError::bad_request(
            "The parameters 'timeRange' and 'customTimeRange' exclude each other.",
        )),
        (None, Some(range)) => custom(range, now),
        (range, None) => {
            let hours = match range.unwrap_or("1d").to_ascii_lowercase().as_str() {
                "1h" => 1,
                "1d" => 24,
                "7d" => 7 * 24,
                "30d" => 30 * 24,
                other => return Err(invalid("timeRange", other, "1h, 1d, 7d or 30d")),
            };
            let from = now.checked_sub(SignedDuration::from_hours(hours));
            Ok((from.unwrap_or(now), now))
        }
    }
}

/// `start/end`, of which the start lies within the last 30 days.
fn custom(range: &str, now: Timestamp) -> Result<(Timestamp, Timestamp), ArmError> {
    let rule = "start/end in ISO 8601, within the last 30 days";
    let wrong = || invalid("customTimeRange", range, rule);
    let (from, to) = range.split_once('/').ok_or_else(wrong)?;
    let from: Timestamp = from.trim().parse().map_err(|_| wrong())?;
    let to: Timestamp = to.trim().parse().map_err(|_| wrong())?;
    // A minute of grace: the caller computed the start before it asked.
    let oldest = SignedDuration::from_hours(30 * 24) + SignedDuration::from_mins(1);
    if from > to || now.duration_since(from) > oldest {
        return Err(wrong());
    }
    Ok((from, to))
}
