//! Service health: what Azure says about its services, and which resources of the estate each
//! event concerns.

mod told;

use serde_json::{Map, Value, json};

use crate::estate::{
    chance::Chance,
    clock::{stamp, ticks},
    stories::region_outage,
    world::{ResourceIx, SubscriptionIx, World, company::Region, kind::Kind, mark::Mark},
};

/// What sort of message an event is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    ServiceIssue,
    PlannedMaintenance,
    HealthAdvisory,
    SecurityAdvisory,
}

impl Class {
    /// The word on the wire.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::ServiceIssue => "ServiceIssue",
            Self::PlannedMaintenance => "PlannedMaintenance",
            Self::HealthAdvisory => "HealthAdvisory",
            Self::SecurityAdvisory => "SecurityAdvisory",
        }
    }

    /// `incidentType` of the activity log.
    pub(crate) const fn incident(self) -> &'static str {
        match self {
            Self::ServiceIssue => "Incident",
            Self::PlannedMaintenance => "Maintenance",
            Self::HealthAdvisory => "Informational",
            Self::SecurityAdvisory => "Security",
        }
    }
}

/// Which resources an event concerns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Concerns {
    /// Those the outage strikes.
    Outage,
    /// The kind in a region.
    Kind(Kind, Region),
    /// Those of the kind that bear a mark.
    Marked(Kind, Mark),
}

/// A service-health event.
#[derive(Debug)]
pub(crate) struct Event {
    pub(crate) tracking_id: &'static str,
    pub(crate) class: Class,
    sub_type: &'static str,
    pub(crate) title: &'static str,
    pub(crate) summary: &'static str,
    /// What only those with the right to it may read, or empty.
    details: &'static str,
    pub(crate) level: &'static str,
    /// The services and regions it names.
    pub(crate) services: &'static [&'static str],
    pub(crate) regions: &'static [Region],
    concerns: Concerns,
    actions: &'static [&'static str],
    /// Minutes before the anchor; negative for what is yet to come.
    pub(crate) starts: i64,
    ends: Option<i64>,
    pub(crate) updated: i64,
    is_over: bool,
}

/// The events, newest word first.
pub(crate) const fn all() -> &'static [Event] {
    told::EVENTS
}

/// The event of the outage story.
pub(crate) fn outage(_world: &World) -> &'static Event {
    &told::OUTAGE
}

/// The event of this tracking id.
pub(crate) fn find(tracking_id: &str) -> Option<&'static Event> {
    all().iter().find(|event| event.tracking_id.eq_ignore_ascii_case(tracking_id))
}

impl Event {
    /// `Active` or `Resolved`.
    pub(crate) const fn status(&self) -> &'static str {
        if self.is_over { "Resolved" } else { "Active" }
    }

    /// Whether it concerns a resource.
    pub(crate) fn concerns(&self, world: &World, ix: ResourceIx) -> bool {
        let Some(resource) = world.resource(ix) else {
            return false;
        };
        match self.concerns {
            Concerns::Outage => region_outage::strikes(world, ix).is_some(),
            Concerns::Kind(kind, region) => {
                resource.kind == kind
                    && world.group(resource.group).is_some_and(|g| g.region == region)
            }
            Concerns::Marked(kind, mark) => resource.kind == kind && resource.marks.has(mark),
        }
    }

    /// The resources of a subscription that it concerns.
    pub(crate) fn impacted<'a>(
        &'a self,
        world: &'a World,
        ix: SubscriptionIx,
    ) -> impl Iterator<Item = ResourceIx> + 'a {
        world.subscription_resources(ix).filter(move |resource| self.concerns(world, *resource))
    }

    /// Whether a subscription hears of it: it does when a resource of its own is concerned.
    pub(crate) fn reaches(&self, world: &World, ix: SubscriptionIx) -> bool {
        self.impacted(world, ix).next().is_some()
    }

    /// How resource health refers to it.
    pub(crate) fn impacting(&self, world: &World) -> Value {
        json!({
            "eventStartTime": stamp(world.ago(self.starts)),
            "eventStatusLastModifiedTime": stamp(world.ago(self.updated)),
            "correlationId": self.chance(world).child("correlation").guid(),
            "status": { "value": self.status() },
            "incidentProperties": {
                "title": self.title,
                "service": self.services.first(),
                "region": self.regions.first().map(|region| region.display()),
                "incidentType": "outage",
                "trackingId": self.tracking_id,
            },
        })
    }

    /// Where its ids come from.
    pub(crate) fn chance(&self, world: &World) -> Chance {
        world.chance.child("event").child(self.tracking_id)
    }

    /// The ARM body below `prefix`, a subscription id or nothing, for these subscriptions.
    pub(crate) fn body(&self, world: &World, prefix: &str, told_to: &[SubscriptionIx]) -> Value {
        json!({
            "id": format!("{prefix}/providers/Microsoft.ResourceHealth/events/{}", self.tracking_id),
            "name": self.tracking_id,
            "type": "/providers/Microsoft.ResourceHealth/events",
            "properties": self.properties(world, told_to),
        })
    }

    /// The ARM body with what only some may read.
    pub(crate) fn detailed(
        &self,
        world: &World,
        prefix: &str,
        told_to: &[SubscriptionIx],
    ) -> Value {
        let mut body = self.body(world, prefix, told_to);
        if let Some(properties) = body.get_mut("properties").and_then(Value::as_object_mut) {
            let text = if self.details.is_empty() { self.summary } else { self.details };
            let article = json!({ "articleContent": format!("<p>{text}</p>") });
            properties.insert("article".into(), article);
        }
        body
    }

    fn properties(&self, world: &World, told_to: &[SubscriptionIx]) -> Value {
        let mut properties = json!({
            "eventType": self.class.word(),
            "eventSource": "ServiceHealth",
            "status": self.status(),
            "title": self.title,
            "summary": self.summary,
            "header": "Your service might have been impacted by an Azure service issue",
            "level": if self.level == "Informational" { "Warning" } else { "Critical" },
            "eventLevel": self.level,
            "impactStartTime": stamp(world.ago(self.starts)),
            "lastUpdateTime": stamp(world.ago(self.updated)),
            "isHIR": false,
            "priority": 2,
            "platformInitiated": true,
            "impactType": "SubscriptionList",
            "impact": self.impact(world, told_to),
            "recommendedActions": {
                "message": "Recommended actions",
                "localeCode": "en",
                "actions": (1..).zip(self.actions)
                    .map(|(group, text): (u32, _)| json!({ "groupId": group, "actionText": text }))
                    .collect::<Vec<_>>(),
            },
            "faqs": [],
            "links": [],
            "isEventSensitive": !self.details.is_empty(),
        });
        if let Some(members) = properties.as_object_mut() {
            if let Some(ends) = self.ends {
                members.insert("impactMitigationTime".into(), json!(stamp(world.ago(ends))));
            }
            if !self.sub_type.is_empty() {
                members.insert("eventSubType".into(), json!(self.sub_type));
            }
            if self.details.is_empty() {
                let article = json!({ "articleContent": format!("<p>{}</p>", self.summary) });
                members.insert("article".into(), article);
            }
        }
        properties
    }

    fn impact(&self, world: &World, told_to: &[SubscriptionIx]) -> Value {
        let ids: Vec<&str> = told_to
            .iter()
            .filter_map(|ix| world.subscription(*ix).map(|s| s.id.as_str()))
            .collect();
        let updated = stamp(world.ago(self.updated));
        let region = |region: &Region| {
            json!({
                "impactedRegion": region.display(),
                "status": self.status(),
                "impactedSubscriptions": ids,
                "impactedTenants": [],
                "lastUpdateTime": updated,
                "updates": [{ "summary": self.summary, "updateDateTime": updated }],
            })
        };
        let regions: Vec<Value> = self.regions.iter().map(region).collect();
        let service = |name: &&str| {
            json!({
                "impactedService": name,
                "impactedServiceGuid": Chance::root(0).child(name).guid(),
                "impactedRegions": regions,
            })
        };
        self.services.iter().map(service).collect()
    }

    /// The properties of the Resource Graph row: Pascal case, and instants as .NET ticks.
    pub(crate) fn row_properties(&self, world: &World, ix: SubscriptionIx) -> Value {
        let at = |minutes: i64| ticks(world.ago(minutes));
        let id = world.subscription(ix).map(|s| s.id.as_str());
        let impact = self.services.iter().map(|service| {
            let regions = self.regions.iter().map(|region| {
                json!({ "RegionName": region.display(), "ImpactedRegion": region.display(), "Status": self.status() })
            });
            json!({ "ImpactedService": service, "ImpactedRegions": regions.collect::<Vec<_>>() })
        });
        json!({
            "EventType": self.class.word(),
            "EventSubType": self.sub_type,
            "EventSource": "ServiceHealth",
            "EventLevel": self.level,
            "Level": if self.level == "Informational" { "Warning" } else { "Critical" },
            "Status": self.status(),
            "TrackingId": self.tracking_id,
            "Title": self.title,
            "Summary": self.summary,
            "Description": self.summary,
            "Header": "Your service might have been impacted by an Azure service issue",
            "Priority": 2,
            "PlatformInitiated": true,
            "IsHIR": false,
            "ImpactType": "SubscriptionList",
            "ImpactStartTime": at(self.starts),
            "ImpactMitigationTime": self.ends.map_or(1, at),
            "LastUpdateTime": at(self.updated),
            "Impact": impact.collect::<Vec<_>>(),
            "Region": self.regions.iter().map(|r| r.display()).collect::<Vec<_>>(),
            "RecommendedActions": self.actions,
            "SubscriptionId": id,
            "ExternalIncidentId": self.tracking_id,
        })
    }

    /// A resource it concerns, as REST and Resource Graph show it. The name is of its own.
    pub(crate) fn impacted_resource(
        &self,
        world: &World,
        ix: ResourceIx,
    ) -> Option<(String, Value)> {
        let resource = world.resource(ix)?;
        let group = world.group(resource.group)?;
        let name = resource.chance.child(self.tracking_id).guid();
        let mut properties = Map::new();
        for (member, value) in [
            ("targetResourceType", resource.kind.arm_type()),
            ("targetResourceId", &world.resource_id(ix)),
            ("targetRegion", group.region.name()),
            ("resourceName", &resource.name),
            ("resourceGroup", &group.name),
        ] {
            properties.insert(member.into(), json!(value));
        }
        if self.class == Class::PlannedMaintenance {
            let ends = self.ends.unwrap_or(self.starts);
            properties.insert("status".into(), json!("Scheduled"));
            properties.insert("maintenanceStartTime".into(), json!(stamp(world.ago(self.starts))));
            properties.insert("maintenanceEndTime".into(), json!(stamp(world.ago(ends))));
        }
        let info = json!([{ "key": "Service", "value": self.services.first() }]);
        properties.insert("info".into(), info);
        Some((name, Value::Object(properties)))
    }
}
