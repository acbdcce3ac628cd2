//! One event of the activity log, made from a deed, a change of health, a service-health event,
//! a security alert, or something that was changed through the estate itself.

mod deed;
mod own;
mod told;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

use crate::estate::{
    chance::Chance,
    chronicle::Target,
    clock::{stamp, ticks},
    world::{SubscriptionIx, World},
};

pub(super) use deed::of_deed;
pub(super) use own::of_write;
pub(super) use told::{of_alert, of_event, of_health};

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

/// The properties that every administrative event has.
fn entity(record: &Record) -> Map<String, Value> {
    let mut properties = Map::new();
    properties.insert("eventCategory".into(), json!("Administrative"));
    properties.insert("entity".into(), json!(record.resource_id));
    properties.insert("message".into(), json!(record.operation));
    properties
}
