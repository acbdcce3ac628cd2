//! `Microsoft.AlertsManagement`: `Alerts_GetAll`, `Alerts_GetById`, `Alerts_GetHistory`,
//! `Alerts_GetSummary`, `Alerts_ChangeState`, `Alerts_MetaData` (2019-03-01).

mod filter;
mod summary;

use serde_json::{Map, Value, json};

use crate::estate::{
    access::Scope,
    clock::stamp,
    http::{
        answer::Answer,
        call::{Call, Method},
        error::ArmError,
    },
    monitor::{AlertState, Fired, FiredIx, Handling, processing},
    world::company::ManagementGroup,
};
use filter::{Filter, Standing};

/// The items on a page when nobody says.
const USUAL_PAGE: usize = 25;

/// Services that alerts can come from, as the metadata lists them.
const SERVICES: &[(&str, &str)] = &[
    ("ActivityLog Administrative", "Activity Log - Administrative"),
    ("ActivityLog Autoscale", "Activity Log - Autoscale"),
    ("ActivityLog Policy", "Activity Log - Policy"),
    ("ActivityLog Recommendation", "Activity Log - Recommendation"),
    ("ActivityLog Security", "Activity Log - Security"),
    ("Application Insights", "Application Insights"),
    ("Azure Backup", "Azure Backup"),
    ("Log Analytics", "Log Analytics"),
    ("Platform", "Platform"),
    ("Resource Health", "Resource Health"),
    ("ServiceHealth", "Service Health"),
    ("SmartDetector", "Smart Detector"),
    ("VM Insights", "VM Insights"),
];

pub(super) fn answer(call: &Call<'_>) -> Option<Result<Answer, ArmError>> {
    let rest = call.path.lower_rest();
    let words: Vec<&str> = rest.iter().map(String::as_str).collect();
    Some(match words.as_slice() {
        ["alerts"] => list(call),
        ["alerts", name] => get(call, name),
        ["alerts", name, "history"] => history(call, name),
        ["alerts", name, "changestate"] => change(call, name),
        ["alertssummary"] => summary::answer(call),
        ["alertsmetadata"] => metadata(call),
        _ => return None,
    })
}

/// The scope of the call, if the caller may do `action` there. The tenant's alerts take a right
/// at the root management group.
fn place(call: &Call<'_>, action: &str) -> Result<Scope, ArmError> {
    let scope = call.scope()?;
    let at = match scope {
        Scope::Tenant => Scope::ManagementGroup(ManagementGroup::Root),
        Scope::ManagementGroup(_)
        | Scope::Subscription(_)
        | Scope::Group(_)
        | Scope::Resource(_) => scope,
    };
    call.require(action, at)?;
    Ok(scope)
}

/// The alerts of a scope that fit the query's filter.
fn fitting<'a>(
    call: &'a Call<'_>,
    scope: Scope,
    filter: &'a Filter,
) -> impl Iterator<Item = Standing<'a>> {
    let world = call.world();
    call.state
        .fired()
        .filter(move |(_, alert)| alert.target.scope().is_within(scope, world))
        .map(|(ix, alert)| Standing {
            alert,
            essentials: alert.essentials(world, &call.state.handled(ix, alert)),
        })
        .filter(|standing| filter.fits(call, standing))
}

fn list(call: &Call<'_>) -> Result<Answer, ArmError> {
    call.only(Method::Get)?;
    let scope = place(call, "Microsoft.AlertsManagement/alerts/read")?;
    let filter = Filter::of(call)?;
    let mut alerts: Vec<Standing<'_>> = fitting(call, scope, &filter).collect();
    filter.sort(&mut alerts);
    let size = match call.query.get("pageCount") {
        None => USUAL_PAGE,
        Some(text) => text
            .parse()
            .ok()
            .filter(|count| (1..=250).contains(count))
            .ok_or_else(|| invalid("pageCount", text, "a number from 1 to 250"))?,
    };
    let wants =
        |name: &str| call.query.get(name).is_some_and(|value| value.eq_ignore_ascii_case("true"));
    let (context, egress) = (wants("includeContext"), wants("includeEgressConfig"));
    call.page_of(size, alerts.into_iter(), |standing| {
        let mut properties = Map::new();
        properties.insert("essentials".into(), filter.selected(standing.essentials));
        if context {
            properties.insert("context".into(), standing.alert.context());
        }
        if egress {
            properties.insert("egressConfig".into(), json!({}));
        }
        Some(item(call, standing.alert, &properties))
    })
}

fn item(call: &Call<'_>, alert: &Fired, properties: &Map<String, Value>) -> Value {
    json!({
        "id": alert.id(call.world()),
        "type": "Microsoft.AlertsManagement/alerts",
        "name": alert.rule.name,
        "properties": properties,
    })
}

fn get(call: &Call<'_>, name: &str) -> Result<Answer, ArmError> {
    call.only(Method::Get)?;
    let scope = place(call, "Microsoft.AlertsManagement/alerts/read")?;
    let (ix, alert) = find(call, scope, name)?;
    Answer::json(&whole(call, ix, alert))
}

fn whole(call: &Call<'_>, ix: FiredIx, alert: &Fired) -> Value {
    let handled = call.state.handled(ix, alert);
    let mut properties = Map::new();
    let essentials = alert.essentials(call.world(), &handled);
    properties.insert("essentials".into(), Value::Object(essentials));
    properties.insert("context".into(), alert.context());
    properties.insert("egressConfig".into(), json!({}));
    item(call, alert, &properties)
}

fn find<'a>(call: &Call<'a>, scope: Scope, name: &str) -> Result<(FiredIx, &'a Fired), ArmError> {
    let world = call.world();
    call.state
        .find_fired(name)
        .filter(|(_, alert)| alert.target.scope().is_within(scope, world))
        .ok_or_else(|| ArmError::not_found(&format!("The alert '{name}'")))
}

/// What became of an alert, the latest first.
fn history(call: &Call<'_>, name: &str) -> Result<Answer, ArmError> {
    call.only(Method::Get)?;
    let scope = place(call, "Microsoft.AlertsManagement/alerts/history/read")?;
    let (ix, alert) = find(call, scope, name)?;
    let world = call.world();
    let mut before = AlertState::New;
    let mut events = vec![(world.ago(alert.at), created(call, alert))];
    for step in call.state.handled(ix, alert) {
        events.push((step.at, moved(before, &step)));
        before = step.to;
    }
    if let Some(minutes) = alert.resolved {
        let at = world.ago(minutes);
        let change =
            modification(("MonitorConditionChange", "Fired", "Resolved"), at, "System", "");
        events.push((at, change));
    }
    events.extend(notified(call, alert));
    events.sort_by_key(|event| std::cmp::Reverse(event.0));
    let modifications: Vec<Value> = events.into_iter().map(|(_, event)| event).collect();
    Answer::json(&json!({
        "id": format!("{}/history/default", alert.id(world)),
        "type": "Microsoft.AlertsManagement/alerts",
        "name": alert.rule.name,
        "properties": { "alertId": alert.name(world), "modifications": modifications },
    }))
}

/// That people were woken when it fired, or why not.
fn notified(call: &Call<'_>, alert: &Fired) -> Option<(jiff::Timestamp, Value)> {
    let world = call.world();
    let at = world.ago(alert.at);
    if let Some(rule) = processing::suppressing(world, alert) {
        let mut change = modification(("ActionRuleSuppressed", "", rule.name), at, "System", "");
        if let Some(members) = change.as_object_mut() {
            let why = format!("The alert processing rule '{}' kept it quiet", rule.name);
            members.insert("description".into(), json!(why));
        }
        return Some((at, change));
    }
    let group = alert.woken(world)?;
    let soon = at.checked_add(jiff::SignedDuration::from_secs(4)).unwrap_or(at);
    let mut event = modification(("ActionsTriggered", "", &group), soon, "System", "");
    if let Some(members) = event.as_object_mut() {
        members.insert("description".into(), json!(format!("The action group '{group}' ran")));
    }
    Some((soon, event))
}

fn created(call: &Call<'_>, alert: &Fired) -> Value {
    let at = call.world().ago(alert.at);
    let mut event = modification(("AlertCreated", "", ""), at, "System", "");
    if let Some(members) = event.as_object_mut() {
        members.insert("description".into(), json!("New alert is created"));
    }
    event
}

fn moved(from: AlertState, step: &Handling) -> Value {
    let words = ("StateChange", from.word(), step.to.word());
    modification(words, step.at, &step.by, &step.comments)
}

fn modification(
    (event, old, new): (&str, &str, &str),
    at: jiff::Timestamp,
    by: &str,
    comments: &str,
) -> Value {
    json!({
        "modificationEvent": event,
        "oldValue": old,
        "newValue": new,
        "modifiedAt": stamp(at),
        "modifiedBy": by,
        "comments": comments,
        "description": format!("{event}: from '{old}' to '{new}'"),
    })
}

/// `POST …/changestate?newState=`, with optional comments.
fn change(call: &Call<'_>, name: &str) -> Result<Answer, ArmError> {
    call.only(Method::Post)?;
    let scope = place(call, "Microsoft.AlertsManagement/alerts/changestate/action")?;
    let word = call.query.get("newState").unwrap_or_default();
    let state = AlertState::of_word(word)
        .ok_or_else(|| invalid("newState", word, "New, Acknowledged or Closed"))?;
    let comments = comments(call.body)?;
    let (ix, alert) = find(call, scope, name)?;
    call.state
        .set_monitor_state(alert, state, &comments, &call.request())
        .map_err(|error| ArmError::unwritten(&error))?;
    Answer::json(&whole(call, ix, alert))
}

/// The remark in a body: an object with `comments`, or the bare text of older versions.
fn comments(body: &[u8]) -> Result<String, ArmError> {
    if body.iter().all(u8::is_ascii_whitespace) {
        return Ok(String::new());
    }
    let body: Value = serde_json::from_slice(body).map_err(|error| {
        ArmError::invalid_content(format!("The request content was invalid: {error}."))
    })?;
    let text = match &body {
        Value::String(text) => Some(text.as_str()),
        Value::Object(members) => members.get("comments").and_then(Value::as_str),
        _ => None,
    };
    Ok(text.unwrap_or_default().to_owned())
}

/// `GET /providers/Microsoft.AlertsManagement/alertsMetaData?identifier=MonitorServiceList`.
fn metadata(call: &Call<'_>) -> Result<Answer, ArmError> {
    call.only(Method::Get)?;
    let identifier = call.query.get("identifier").unwrap_or_default();
    if !identifier.eq_ignore_ascii_case("MonitorServiceList") {
        return Err(invalid("identifier", identifier, "MonitorServiceList"));
    }
    let services =
        SERVICES.iter().map(|(name, display)| json!({ "name": name, "displayName": display }));
    Answer::json(&json!({
        "properties": {
            "metadataIdentifier": "MonitorServiceList",
            "data": services.collect::<Vec<_>>(),
        },
    }))
}

/// A query parameter that is not what it should be.
fn invalid(name: &str, value: &str, rule: &str) -> ArmError {
    ArmError::bad_request(format!(
        "The value '{value}' of the parameter '{name}' is invalid; it must be {rule}."
    ))
}
