//! `healthresources` and `servicehealthresources`.

use serde_json::{Map, Value, json};

use super::{GraphTables, shared};
use crate::estate::{
    access::Scope,
    clock::stamp,
    health::{
        availability::{self, Status},
        event::{self, Class, Event},
    },
    kql::SharedRow,
    world::{ResourceIx, SubscriptionIx, kind::Kind},
};

const STATUSES: &str = "microsoft.resourcehealth/availabilitystatuses";
const ANNOTATIONS: &str = "microsoft.resourcehealth/resourceannotations";
const EVENTS: &str = "microsoft.resourcehealth/events";
const IMPACTED: &str = "microsoft.resourcehealth/events/impactedresources";

/// The right to see a resource's health.
pub(super) const HEALTH: &str = "Microsoft.ResourceHealth/availabilityStatuses/read";

impl GraphTables<'_> {
    /// The present availability of every watched resource, and for machines what explains it.
    pub(super) fn health(&self) -> Vec<SharedRow> {
        let (statuses, annotations) = (self.wants(STATUSES), self.wants(ANNOTATIONS));
        let mut rows = Vec::new();
        for (ix, history) in self.histories() {
            if rows.len() >= self.enough() {
                break;
            }
            if statuses {
                rows.extend(self.status(ix, &history));
            }
            if annotations {
                rows.extend(self.annotation(ix, &history));
            }
        }
        rows
    }

    /// The watched resources whose health the caller may see, with their histories.
    pub(super) fn histories(&self) -> impl Iterator<Item = (ResourceIx, Vec<Status>)> + '_ {
        let world = self.call.world();
        self.subscriptions
            .iter()
            .flat_map(|ix| world.subscription_resources(*ix))
            .map(|ix| (ix, availability::history(world, ix)))
            .filter(|(ix, history)| !history.is_empty() && self.may(HEALTH, Scope::Resource(*ix)))
    }

    fn status(&self, ix: ResourceIx, history: &[Status]) -> Option<SharedRow> {
        let status = history.first()?;
        let mut properties = status.row_properties(self.call.world(), ix);
        let previous = history.get(1).map_or("Unknown", Status::state);
        properties.insert("availabilityState".into(), json!(status.state()));
        properties.insert("previousAvailabilityState".into(), json!(previous));
        properties.insert("title".into(), json!(status.title()));
        properties.insert("reasonType".into(), json!(status.reason().unwrap_or_default()));
        self.row(ix, STATUSES, "availabilityStatuses/current", &properties)
    }

    fn annotation(&self, ix: ResourceIx, history: &[Status]) -> Option<SharedRow> {
        let world = self.call.world();
        if world.resource(ix)?.kind != Kind::VirtualMachine {
            return None;
        }
        // The latest that is not merely that nothing is wrong.
        let status = history.iter().find(|status| status.cause != availability::Cause::Fine)?;
        let mut properties = status.row_properties(world, ix);
        properties.insert("annotationName".into(), json!(status.annotation()));
        properties.insert("impactType".into(), json!("Downtime"));
        self.row(ix, ANNOTATIONS, "resourceAnnotations/latest", &properties)
    }

    fn row(
        &self,
        ix: ResourceIx,
        kind: &str,
        path: &str,
        properties: &Map<String, Value>,
    ) -> Option<SharedRow> {
        let world = self.call.world();
        let resource = world.resource(ix)?;
        let group = world.group(resource.group)?;
        let id = world.resource_id(ix);
        shared(json!({
            "id": format!("{id}/providers/Microsoft.ResourceHealth/{path}"),
            "name": path.rsplit('/').next(),
            "type": kind,
            "tenantId": world.tenant_id,
            "location": group.region.name(),
            "resourceGroup": group.name.to_ascii_lowercase(),
            "subscriptionId": world.subscription(group.subscription)?.id,
            "properties": properties,
        }))
    }

    /// The events that reach each subscription, and the resources they concern.
    pub(super) fn service_health(&self) -> Vec<SharedRow> {
        let world = self.call.world();
        let (events, impacted) = (self.wants(EVENTS), self.wants(IMPACTED));
        let mut rows = Vec::new();
        for ix in self.subscriptions {
            let at = Scope::Subscription(*ix);
            if !self.may("Microsoft.ResourceHealth/events/read", at) {
                continue;
            }
            for event in event::all().iter().filter(|e| e.reaches(world, *ix)) {
                if events {
                    rows.extend(self.event(*ix, event));
                }
                // Those of a security advisory are for other eyes.
                if impacted && event.class != Class::SecurityAdvisory {
                    let resources = event.impacted(world, *ix);
                    rows.extend(resources.filter_map(|r| self.impacted(*ix, event, r)));
                }
            }
        }
        rows
    }

    fn event(&self, ix: SubscriptionIx, event: &Event) -> Option<SharedRow> {
        let world = self.call.world();
        shared(json!({
            "id": format!(
                "{}/providers/Microsoft.ResourceHealth/events/{}",
                world.subscription_id(ix), event.tracking_id
            ),
            "name": event.tracking_id,
            "type": EVENTS,
            "tenantId": world.tenant_id,
            "location": "global",
            "resourceGroup": "",
            "subscriptionId": world.subscription(ix)?.id,
            "properties": event.row_properties(world, ix),
        }))
    }

    fn impacted(&self, ix: SubscriptionIx, event: &Event, of: ResourceIx) -> Option<SharedRow> {
        let world = self.call.world();
        let (name, properties) = event.impacted_resource(world, of)?;
        shared(json!({
            "id": format!(
                "{}/providers/Microsoft.ResourceHealth/events/{}/impactedResources/{name}",
                world.subscription_id(ix), event.tracking_id
            ),
            "name": name,
            "type": IMPACTED,
            "tenantId": world.tenant_id,
            "location": "global",
            "resourceGroup": "",
            "subscriptionId": world.subscription(ix)?.id,
            "properties": properties,
        }))
    }

    /// When a health status began, as rows spell it.
    pub(super) fn since(&self, status: &Status) -> String {
        stamp(self.call.world().ago(status.since))
    }
}
