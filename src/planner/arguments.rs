//! Arguments: what a tool's schema asks for and a part of a question gives.

use serde_json::{Map, Value, json};

use super::{
    about::About,
    part::Part,
    subject::{Intent, Subject},
};
use crate::tools::scope::resource_types::type_of;

/// Arguments, and what of the question they could not hold.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Filled {
    pub(super) arguments: Map<String, Value>,
    /// What was named and the tool cannot narrow by, in words.
    pub(super) dropped: Vec<String>,
}

/// The arguments of a tool with this schema, from a part of a question.
pub(super) fn fill(schema: &Value, part: &Part<'_>) -> Filled {
    let mut filled = Filled::default();
    let Some(properties) = schema["properties"].as_object() else { return filled };
    let about = seen(part, properties);
    for (name, property) in properties {
        if let Some(value) = value_of(name, property, part, &about) {
            filled.arguments.insert(name.clone(), value);
        }
    }
    filled.dropped = dropped(&about, properties, part.subject);
    filled
}

/// Whether a tool with this schema takes an argument.
pub(super) fn takes(schema: &Value, name: &str) -> bool {
    schema.get("properties").is_some_and(|properties| properties.get(name).is_some())
}

/// What the schema requires and the arguments lack.
pub(super) fn missing(schema: &Value, arguments: &Map<String, Value>) -> Option<String> {
    let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
    required.into_iter().find(|name| !arguments.contains_key(*name)).map(str::to_owned)
}

/// What is named, as this tool takes it.
fn seen(part: &Part<'_>, properties: &Map<String, Value>) -> About {
    let mut about = part.about.clone();
    if let (Some(id), false) = (about.arm_id.clone(), properties.contains_key("resource")) {
        let part_of = |key: &str| {
            let mut segments = id.split('/').skip_while(|one| !one.eq_ignore_ascii_case(key));
            segments.nth(1).map(str::to_owned)
        };
        about.group = about.group.or_else(|| part_of("resourceGroups"));
        if id.to_lowercase().contains("/providers/") {
            about.name = id.rsplit('/').next().map(str::to_owned);
        }
    }
    let resources = part.subject == Subject::Resources && properties.contains_key("state");
    if resources && about.state == Some("unattached") && about.kind.is_none() {
        about.kind = Some("disk".to_owned());
    }
    // `Is vm-1 running?` asks for the state of one machine: it is no condition.
    if about.name.is_some() && part.intent != Intent::List && part.intent != Intent::Count {
        about.state = None;
    }
    about
}

fn value_of(name: &str, property: &Value, part: &Part<'_>, about: &About) -> Option<Value> {
    let text = |text: &Option<String>| text.clone().map(Value::from);
    match name {
        "subscription" => text(&about.subscription),
        "resourceGroup" => text(&about.group),
        "location" | "region" => text(&about.region),
        "type" | "resourceType" => text(&about.kind),
        "name" if part.subject == Subject::Subscriptions => {
            let named =
                about.subscription.as_ref().filter(|one| uuid::Uuid::parse_str(one).is_err());
            named.map(|name| Value::from(name.as_str()))
        }
        "name" => text(&about.name),
        "resource" => affected(about).map(Value::from),
        "resourceId" | "id" => text(&about.arm_id),
        "tag" => text(&about.tag),
        "timeRange" => text(&about.time),
        "limit" | "top" => about.count.map(Value::from),
        "state" if options(property).is_empty() => {
            about.state.filter(|state| has_state(about, state)).map(Value::from)
        }
        "by" => about.by.map(Value::from),
        "severity" => chosen(property, &about.severities),
        "status" => chosen(property, &about.statuses),
        _ => None,
    }
}

/// A part of the ids of what is affected: a name, a group or a type.
fn affected(about: &About) -> Option<String> {
    let name = about.arm_id.clone().or_else(|| about.name.clone());
    let group = || about.group.as_ref().map(|group| format!("resourceGroups/{group}/"));
    let kind = || about.kind.as_deref().and_then(type_of).map(|kind| format!("{kind}/"));
    name.or_else(group).or_else(kind)
}

/// Whether the state is one that resources of the type can be in; others have it elsewhere.
fn has_state(about: &About, state: &str) -> bool {
    let Some(kind) = about.kind.as_deref().and_then(type_of) else { return true };
    match state {
        "unattached" | "attached" => kind == "microsoft.compute/disks",
        "running" | "stopped" | "deallocated" => matches!(
            kind.as_str(),
            "microsoft.compute/virtualmachines"
                | "microsoft.web/sites"
                | "microsoft.containerservice/managedclusters"
                | "microsoft.network/applicationgateways"
        ),
        _ => true,
    }
}

/// The options that were named; one where the property takes one.
fn chosen(property: &Value, named: &[&'static str]) -> Option<Value> {
    let options = options(property);
    let fits = |named: &&&str| options.iter().any(|option| option.eq_ignore_ascii_case(named));
    let named: Vec<&str> = named.iter().filter(fits).copied().collect();
    match (property["items"].is_object() || !property["anyOf"].is_null(), named.as_slice()) {
        (_, []) => None,
        (true, named) => Some(json!(named)),
        (false, [.., last]) => Some(json!(last)),
    }
}

fn options(property: &Value) -> Vec<&str> {
    let listed =
        property["enum"].as_array().or_else(|| property.pointer("/items/enum")?.as_array());
    listed.into_iter().flatten().filter_map(Value::as_str).collect()
}

/// What was named and this tool has no argument for, in words.
fn dropped(about: &About, properties: &Map<String, Value>, subject: Subject) -> Vec<String> {
    let has = |names: &[&str]| names.iter().any(|name| properties.contains_key(*name));
    let named = subject == Subject::Subscriptions && has(&["name"]);
    let severities = about.severities.join(" and ").to_lowercase();
    let rows = [
        (about.subscription.as_deref(), has(&["subscription"]) || named, "the subscription"),
        (about.group.as_deref(), has(&["resourceGroup", "resource"]), "the resource group"),
        (about.region.as_deref(), has(&["location", "region"]), "the region"),
        (about.kind.as_deref(), has(&["type", "resourceType", "resource"]), "the type"),
        (about.resource(), has(&["name", "resource", "resourceId"]), "the resource"),
        (about.tag.as_deref(), has(&["tag"]), "the tag"),
        (about.time.as_deref(), has(&["timeRange"]), "the time range"),
        (
            about.state,
            has(&["state"]) && about.state.is_none_or(|s| has_state(about, s)),
            "the state",
        ),
        (
            Some(severities.as_str()).filter(|text| !text.is_empty()),
            has(&["severity"]) || subject == Subject::Score,
            "the severity",
        ),
    ];
    let dropped = rows.into_iter().filter(|(value, held, _)| value.is_some() && !held);
    dropped.map(|(value, _, what)| format!("{what} `{}`", value.unwrap_or_default())).collect()
}

/// A Resource Graph query that the user wrote.
pub(super) fn written_query(text: &str) -> Option<String> {
    const TABLES: [&str; 12] = [
        "resources",
        "resourcecontainers",
        "securityresources",
        "advisorresources",
        "resourcechanges",
        "healthresources",
        "policyresources",
        "recoveryservicesresources",
        "patchassessmentresources",
        "alertsmanagementresources",
        "authorizationresources",
        "servicehealthresources",
    ];
    let text = text.trim();
    let fenced = text.split_once("```").map(|(_, rest)| rest);
    let body = fenced.unwrap_or(text);
    let body = body.split("```").next().unwrap_or(body);
    let body = body.trim_start_matches("kusto").trim_start_matches("kql").trim();
    let lower = body.to_ascii_lowercase();
    let at = TABLES.iter().filter_map(|table| {
        lower.match_indices(table).map(|(at, _)| at).find(|at| {
            let before = lower.get(..*at).and_then(|text| text.chars().next_back());
            let rest = lower.get(at + table.len()..).unwrap_or_default();
            before.is_none_or(|ch| !ch.is_alphanumeric()) && rest.trim_start().starts_with('|')
        })
    });
    let body = at.min().and_then(|at| body.get(at..))?;
    Some(body.trim_end_matches('`').trim().to_owned())
}
