//! One event of the activity log, made from a deed, a change of health, a service-health event,
//! a security alert, or something that was changed through the estate itself.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

use crate::estate::{
    chance::Chance,
    chronicle::{Actor, Deed, Edit, Outcome, Target, Verb},
    clock::{stamp, ticks},
    defender::alerts::{Alert, AlertState},
    health::{
        availability::{Cause, Status},
        event::Event,
    },
    journal::Write,
    state::State,
    world::{ResourceIx, SubscriptionIx, World},
};

/// An event.
#[derive(Debug)]
pub(super) struct Record {
    pub(super) at: Timestamp,
    /// Which of the events of one instant came first.
    pub(super) order: u8,
    pub(super) category: &'static str,
    pub(super) level: &'static str,
    pub(super) status: &'static str,
    pub(super) operation: String,
    pub(super) resource_id: String,
    pub(super) resource_type: String,
    pub(super) group: String,
    pub(super) subscription: Option<SubscriptionIx>,
    pub(super) caller: String,
    pub(super) correlation_id: String,
    chance: Chance,
    event: &'static str,
    description: String,
    claims: Value,
    /// `OK (HTTP Status Code: 200)` and the like, with its short form.
    sub_status: (&'static str, &'static str),
    properties: Value,
}

impl Record {
    /// An event about `target` that nobody brought about.
    fn about(world: &World, target: &Target, at: Timestamp, chance: Chance) -> Self {
        let group = target.group(world).and_then(|ix| world.group(ix));
        Self {
            at,
            order: 0,
            category: "Administrative",
            level: "Informational",
            status: "Succeeded",
            operation: String::new(),
            resource_id: target.id(world),
            resource_type: target.arm_type(world).to_owned(),
            group: group.map(|g| g.name.clone()).unwrap_or_default(),
            subscription: target.subscription(world),
            caller: String::new(),
            correlation_id: chance.child("correlation").guid(),
            chance,
            event: "EndRequest",
            description: String::new(),
            claims: json!({}),
            sub_status: ("", ""),
            properties: json!({}),
        }
    }

    /// The namespace of the resource it is about.
    pub(super) fn provider(&self) -> &str {
        self.operation.split('/').next().unwrap_or_default()
    }

    /// The event as ARM shows it.
    pub(super) fn body(&self, world: &World) -> Value {
        let label = self.chance.child(self.event).child(self.status);
        let event_id = label.guid();
        let named = |value: &str| json!({ "value": value, "localizedValue": value });
        let submitted = self.at.checked_add(SignedDuration::from_secs(97));
        let subscription = self.subscription.and_then(|ix| world.subscription(ix));
        let mut body = json!({
            "id": format!("{}/events/{event_id}/ticks/{}", self.resource_id, ticks(self.at)),
            "eventDataId": event_id,
            "eventName": named(self.event),
            "category": named(self.category),
            "level": self.level,
            "status": named(self.status),
            "subStatus": { "value": self.sub_status.0, "localizedValue": self.sub_status.1 },
            "operationName": named(&self.operation),
            "operationId": self.correlation_id,
            "correlationId": self.correlation_id,
            "resourceId": self.resource_id,
            "resourceGroupName": self.group,
            "resourceProviderName": named(self.provider()),
            "resourceType": named(&self.resource_type),
            "caller": self.caller,
            "claims": self.claims,
            "description": self.description,
            "eventTimestamp": stamp(self.at),
            "submissionTimestamp": stamp(submitted.unwrap_or(self.at)),
            "subscriptionId": subscription.map(|s| &s.id),
            "tenantId": world.tenant_id,
            "properties": self.properties,
        });
        if let (Some(members), "Administrative" | "Policy") = (body.as_object_mut(), self.category)
        {
            let authorization = json!({ "action": self.operation, "scope": self.resource_id });
            members.insert("authorization".into(), authorization);
            let request = json!({
                "clientRequestId": self.chance.child("client-request").guid(),
                "clientIpAddress": "198.51.100.20",
                "method": method(&self.operation),
            });
            members.insert("httpRequest".into(), request);
        }
        body
    }
}

fn method(operation: &str) -> &'static str {
    match operation.rsplit('/').next() {
        Some("write") => "PUT",
        Some("delete") => "DELETE",
        _ => "POST",
    }
}

fn claims(world: &World, by: Actor) -> Value {
    let id = by.object_id(world);
    let object = "http://schemas.microsoft.com/identity/claims/objectidentifier";
    let mut claims = Map::new();
    match by {
        Actor::Person(name) => {
            let upn = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn";
            claims.insert(object.into(), json!(id));
            claims.insert(upn.into(), json!(by.caller(world)));
            claims.insert("name".into(), json!(display(name)));
        }
        Actor::Application(name) => {
            claims.insert(object.into(), json!(id));
            claims.insert("appid".into(), json!(id));
            claims.insert("name".into(), json!(name));
        }
        Actor::Platform(name) => {
            claims.insert("name".into(), json!(name));
        }
    }
    Value::Object(claims)
}

/// `jonas.weber` as `Jonas Weber`.
fn display(name: &str) -> String {
    let words = name.split('.').map(|word| {
        let mut letters = word.chars();
        let first = letters.next().map(|c| c.to_ascii_uppercase());
        first.into_iter().chain(letters).collect::<String>()
    });
    words.collect::<Vec<_>>().join(" ")
}

/// The beginning and the end of a deed; a refusal by the policy engine is one event.
pub(super) fn of_deed(world: &World, deed: &Deed) -> Vec<Record> {
    let record = |order: u8| {
        let mut record = Record::about(
            world,
            &deed.target,
            world.ago(deed.at),
            deed.chance(world).nth(u64::from(order)),
        );
        record.order = order;
        record.operation = deed.operation(world);
        record.caller = deed.by.caller(world);
        record.claims = claims(world, deed.by);
        record.correlation_id = deed.correlation_id();
        deed.note.clone_into(&mut record.description);
        record
    };
    let mut end = record(1);
    let (code, phrase) = match (deed.outcome, deed.verb) {
        (Outcome::Failed(403, ..), _) => ("Forbidden", "Forbidden (HTTP Status Code: 403)"),
        (Outcome::Failed(..), _) => ("Conflict", "Conflict (HTTP Status Code: 409)"),
        (Outcome::Succeeded, Verb::Create) => ("Created", "Created (HTTP Status Code: 201)"),
        (Outcome::Succeeded, _) => ("OK", "OK (HTTP Status Code: 200)"),
    };
    end.sub_status = (code, phrase);
    end.properties = json!({
        "statusCode": code,
        "eventCategory": "Administrative",
        "entity": end.resource_id,
        "message": end.operation,
    });
    if let Outcome::Failed(_, error, message) = deed.outcome {
        end.status = "Failed";
        end.level = "Error";
        let text = json!({ "status": "Failed", "error": { "code": error, "message": message } });
        if let Some(properties) = end.properties.as_object_mut() {
            properties.insert("statusMessage".into(), Value::String(text.to_string()));
        }
    }
    if matches!(deed.verb, Verb::Named(_)) {
        end.category = "Policy";
        return vec![end];
    }
    if let (Target::Part { .. }, Some(properties)) = (&deed.target, end.properties.as_object_mut())
    {
        let body = request_body(&deed.changed(world));
        properties.insert("requestbody".into(), Value::String(body.to_string()));
    }
    let mut begin = record(0);
    begin.event = "BeginRequest";
    begin.status = "Started";
    begin.properties = json!({
        "eventCategory": "Administrative",
        "entity": begin.resource_id,
        "message": begin.operation,
    });
    vec![begin, end]
}

/// What was sent, as far as it changed something: paths as nested objects.
fn request_body(edits: &[Edit]) -> Value {
    let mut body = json!({});
    for edit in edits {
        let place = edit.path.split('.').fold(&mut body, |place, name| &mut place[name]);
        place.clone_from(&edit.new);
    }
    body
}

/// The spells of bad health of a resource: when each began, and when it was over.
pub(super) fn of_health(world: &World, ix: ResourceIx, history: &[Status]) -> Vec<Record> {
    let mut records = Vec::new();
    let mut ended: Option<i64> = None;
    for status in history {
        if status.cause != Cause::Fine {
            records.push(health(world, ix, status, (status.since, "Active")));
            records.extend(ended.map(|at| health(world, ix, status, (at, "Resolved"))));
        }
        ended = Some(status.since);
    }
    records
}

fn health(
    world: &World,
    ix: ResourceIx,
    status: &Status,
    (at, word): (i64, &'static str),
) -> Record {
    let chance = world.resource(ix).map_or(world.chance, |r| r.chance);
    let chance = chance.child("health").nth(status.since.unsigned_abs());
    let mut record = Record::about(world, &Target::Resource(ix), world.ago(at), chance);
    record.order = 2;
    record.category = "ResourceHealth";
    record.level = if word == "Active" { "Critical" } else { "Informational" };
    record.status = word;
    record.event = "";
    record.operation = format!("Microsoft.Resourcehealth/healthevent/{word}/action");
    let (current, previous) = if word == "Active" {
        (status.state(), "Available")
    } else {
        ("Available", status.state())
    };
    record.description = status.title().to_owned();
    record.properties = json!({
        "title": status.title(),
        "details": status.summary(),
        "currentHealthStatus": current,
        "previousHealthStatus": previous,
        "type": "Downtime",
        "cause": if status.context() == "Platform Initiated" { "PlatformInitiated" } else { "UserInitiated" },
    });
    record
}

/// What a subscription was told of a service-health event, and of its end.
pub(super) fn of_event(world: &World, ix: SubscriptionIx, event: &Event) -> Vec<Record> {
    // What is yet to come was told when it was planned.
    let told = event.starts.max(event.updated).max(0);
    let mut records = vec![service(world, ix, event, (told, "Active"))];
    if event.status() == "Resolved" {
        records.push(service(world, ix, event, (event.updated, "Resolved")));
    }
    records
}

fn service(
    world: &World,
    ix: SubscriptionIx,
    event: &Event,
    (at, word): (i64, &'static str),
) -> Record {
    let chance = event.chance(world);
    let target = Target::Subscription(ix);
    let mut record = Record::about(world, &target, world.ago(at), chance.nth(u64::from(ix.0)));
    record.correlation_id = chance.child("correlation").guid();
    record.category = "ServiceHealth";
    record.level = match event.level {
        "Error" => "Error",
        "Warning" => "Warning",
        _ => "Informational",
    };
    record.status = word;
    record.event = "";
    record.operation =
        format!("Microsoft.ServiceHealth/{}/action", event.class.incident().to_ascii_lowercase());
    record.description = format!("{word}: {}", event.title);
    let regions: Vec<&str> = event.regions.iter().map(|region| region.display()).collect();
    let impacted = event.services.iter().map(|service| {
        let regions = regions.iter().map(|name| json!({ "RegionName": name }));
        json!({ "ServiceName": service, "ImpactedRegions": regions.collect::<Vec<_>>() })
    });
    record.properties = json!({
        "title": event.title,
        "service": event.services.join(", "),
        "region": regions.join(", "),
        "communication": event.summary,
        "incidentType": event.class.incident(),
        "trackingId": event.tracking_id,
        "impactStartTime": stamp(world.ago(event.starts)),
        "impactedServices": impacted.collect::<Value>().to_string(),
        "stage": word,
        "defaultLanguageTitle": event.title,
        "defaultLanguageContent": event.summary,
        "version": "0.1.1",
    });
    record
}

/// A security alert as it was raised.
pub(super) fn of_alert(world: &World, alert: &Alert) -> Record {
    let chance = world.chance.child("security-event").child(&alert.name);
    let target = Target::Resource(alert.resource);
    let mut record = Record::about(world, &target, world.ago(alert.reported), chance);
    let (display, severity) = alert.headline();
    record.category = "Security";
    record.status = "Active";
    record.event = "";
    record.resource_id = alert.id(world);
    "Microsoft.Security/locations/alerts".clone_into(&mut record.resource_type);
    "Microsoft.Security/locations/alerts/activate/action".clone_into(&mut record.operation);
    display.clone_into(&mut record.description);
    record.properties = json!({
        "compromisedEntity": target.name(world),
        "severity": severity,
        "resourceType": target.arm_type(world),
    });
    record
}

/// What somebody changed through the estate.
pub(super) fn of_write(state: &State, write: &Write) -> impl Iterator<Item = Record> {
    let world = &state.world;
    let (target, resource_id, operation, by, at, correlation) = match write {
        Write::AlertState { alert, state: to, by, at, correlation } => {
            let found = state.find_alert(alert).map(|(_, alert)| alert);
            let target = found.map(|alert| Target::Resource(alert.resource));
            let verb = match AlertState::of_word(to) {
                Some(AlertState::Resolved) => "resolve/action",
                Some(AlertState::Dismissed) => "dismiss/action",
                Some(AlertState::InProgress) => "inProgress/action",
                Some(AlertState::Active) | None => "activate/action",
            };
            let operation = format!("Microsoft.Security/locations/alerts/{verb}");
            (target, found.map(|a| a.id(world)), operation, by, *at, correlation)
        }
        Write::MonitorAlertState { alert, by, at, correlation, .. } => {
            let found = state.find_fired(alert).map(|(_, alert)| alert);
            let target = found.map(|alert| alert.target.clone());
            let operation = "Microsoft.AlertsManagement/alerts/changestate/action".to_owned();
            (target, found.map(|a| a.id(world)), operation, by, *at, correlation)
        }
    };
    let (Some(target), Some(resource_id)) = (target, resource_id) else {
        return Vec::new().into_iter();
    };
    let chance = world.chance.child(correlation).child(&resource_id).child(&operation);
    let phases = [(0, "BeginRequest", "Started"), (1, "EndRequest", "Succeeded")];
    let records = phases.map(|(order, event, status)| {
        let mut record = Record::about(world, &target, at, chance.nth(u64::from(order)));
        record.order = order;
        record.event = event;
        record.status = status;
        record.operation.clone_from(&operation);
        record.resource_id.clone_from(&resource_id);
        record.caller.clone_from(by);
        record.claims = own_claims(state, by);
        if !correlation.is_empty() {
            record.correlation_id.clone_from(correlation);
        }
        let kind = operation.rsplitn(3, '/').nth(2).unwrap_or_default();
        kind.clone_into(&mut record.resource_type);
        record.properties = json!({
            "eventCategory": "Administrative",
            "entity": resource_id,
            "message": operation,
        });
        record
    });
    records.into_iter().collect::<Vec<_>>().into_iter()
}

fn own_claims(state: &State, upn: &str) -> Value {
    let name = upn.split('@').next().unwrap_or_default();
    let principal = state.directory.principal(&format!("sample:{name}"));
    json!({
        "name": name,
        "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn": upn,
        "http://schemas.microsoft.com/identity/claims/objectidentifier":
            principal.map(|principal| principal.object_id),
    })
}
