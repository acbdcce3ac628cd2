//! Events that nobody brought about: changes of health, word from Azure's services, and security
//! alerts.

use serde_json::{Value, json};

use super::Record;
use crate::estate::{
    chronicle::Target,
    clock::stamp,
    defender::alerts::Alert,
    health::{
        availability::{Cause, Status},
        event::Event,
    },
    world::{ResourceIx, SubscriptionIx, World},
};

/// The spells of bad health of a resource: when each began, and when it was over.
pub(in super::super) fn of_health(
    world: &World,
    ix: ResourceIx,
    history: &[Status],
) -> Vec<Record> {
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
pub(in super::super) fn of_event(world: &World, ix: SubscriptionIx, event: &Event) -> Vec<Record> {
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
pub(in super::super) fn of_alert(world: &World, alert: &Alert) -> Record {
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
