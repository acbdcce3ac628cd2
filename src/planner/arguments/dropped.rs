//! What was named and a call does not hold: said with the answer, never passed over.

use serde_json::{Map, Value};

use super::{has_state, options, scale};
use crate::planner::{
    about::About,
    part::Part,
    subject::Subject,
    text::{Text, among},
};

/// Arguments that hold how bad something is.
const LEVELS: &str = "severity risk impact priority exposure classification";
/// Arguments that hold a type of resource.
const TYPES: &str =
    "type resourceType service kind category item workload datasourceType machine app vault";
/// Arguments that hold a time.
const TIMES: &str =
    "timeRange period month from to start end since until days hours months compareTo horizon";

/// What was named and the call of a tool that a table names does not hold.
pub(super) fn of_table(
    part: &Part<'_>,
    about: &About,
    arguments: &Map<String, Value>,
) -> Vec<String> {
    let held = |text: &str| arguments.values().any(|value| holds(value, text));
    let filled = |keys: &str| arguments.keys().any(|key| among(key, keys));
    let severities = about.severities.join(" and ").to_lowercase();
    let rows = [
        (about.subscription.as_deref(), false, "the subscription"),
        (about.group.as_deref(), false, "the resource group"),
        (about.region.as_deref(), false, "the region"),
        (about.resource(), false, "the resource"),
        (about.tag.as_deref(), false, "the tag"),
        (about.kind.as_deref(), filled(TYPES) || about.resource().is_some(), "the type"),
        (about.time.as_deref(), filled(TIMES), "the time range"),
        (about.caller.as_deref(), false, "who did it"),
        (Some(severities.as_str()), severities.is_empty() || filled(LEVELS), "the severity"),
    ];
    let dropped = rows.into_iter().filter_map(|(value, known, what)| {
        let value = value.filter(|value| !known && !held(value) && !is_head(&part.text, value))?;
        Some(format!("{what} `{value}`"))
    });
    dropped.collect()
}

/// Whether the words of what is named say which tool is meant, which then is about nothing else.
fn is_head(text: &Text<'_>, named: &str) -> bool {
    let head = |part: &str| text.words.iter().any(|word| word.head && word.low == part);
    named.split(' ').any(|part| head(&part.to_lowercase()))
}

fn holds(value: &Value, text: &str) -> bool {
    match value {
        Value::String(own) => own.eq_ignore_ascii_case(text),
        Value::Array(items) => items.iter().any(|item| holds(item, text)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => false,
    }
}

/// What was named on another scale than the tool's.
pub(super) fn taken(about: &About, properties: &Map<String, Value>) -> Option<String> {
    let property = properties.get("severity").or_else(|| properties.get("risk"))?;
    let options = options(property);
    let levels = scale::of(&options, &about.severities);
    let own = about.severities.iter().all(|one| options.contains(one));
    let same = own && levels.len() == about.severities.len();
    if about.severities.is_empty() || levels.is_empty() || same {
        return None;
    }
    let named = about.severities.join(" and ").to_lowercase();
    Some(format!("I took {named} for {}, as severities are called here.", levels.join(" and ")))
}

/// What was named and this tool has no argument for, in words.
pub(super) fn of_subject(
    about: &About,
    properties: &Map<String, Value>,
    subject: Subject,
) -> Vec<String> {
    let has = |names: &[&str]| names.iter().any(|name| properties.contains_key(*name));
    let named = subject == Subject::Subscriptions && has(&["name"]);
    let by_text = has(&["resource"]) && !has(&["resourceGroup"]);
    let severities = about.severities.join(" and ").to_lowercase();
    let held = |option: &str| {
        let enums = properties.values().map(options);
        enums.into_iter().any(|options| options.contains(&option))
    };
    let status = about.statuses.first().filter(|_| !about.statuses.iter().any(|one| held(one)));
    let status = status.filter(|one| **one != "Active").map(|one| one.to_lowercase());
    let state = about.state.filter(|_| subject == Subject::Resources);
    let rows = [
        (about.subscription.as_deref(), has(&["subscription", "at"]) || named, "the subscription"),
        (about.group.as_deref(), has(&["resourceGroup", "at"]) || by_text, "the resource group"),
        (about.region.as_deref(), has(&["location", "region"]), "the region"),
        (
            about.kind.as_deref(),
            has(&["type", "resourceType", "service", "at", "plan"])
                || by_text
                || subject == Subject::Groups
                || about.resource().is_some()
                || about.alert.is_some(),
            "the type",
        ),
        (about.resource(), has(&["name", "resource", "resourceId", "at"]), "the resource"),
        (about.tag.as_deref(), has(&["tag"]), "the tag"),
        (about.time.as_deref(), has(&["timeRange"]), "the time range"),
        (state, has(&["state"]) && state.is_none_or(|state| has_state(about, state)), "the state"),
        (status.as_deref(), false, "the status"),
        (about.caller.as_deref(), has(&["caller", "changedBy"]), "who did it"),
        (
            Some(severities.as_str()).filter(|text| !text.is_empty()),
            has(&["severity", "risk"]) || matches!(subject, Subject::Score | Subject::Security),
            "the severity",
        ),
    ];
    let dropped = rows.into_iter().filter(|(value, held, _)| value.is_some() && !held);
    dropped.map(|(value, _, what)| format!("{what} `{}`", value.unwrap_or_default())).collect()
}
