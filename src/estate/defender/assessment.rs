//! One recommendation on one subject: its health, since when, and its ARM and Resource Graph
//! forms.

use serde_json::{Value, json};

use super::catalogue::{self, Applies, Assessment, Health};
use crate::estate::{
    clock::stamp,
    stories::{brute_force, score_drop},
    world::{DAY, Resource, ResourceIx, SubscriptionIx, World, mark::Mark},
};

/// What a recommendation is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum About {
    Subscription(SubscriptionIx),
    Resource(ResourceIx),
}

/// A recommendation made.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Finding {
    pub(crate) about: About,
    pub(crate) assessment: &'static Assessment,
    pub(crate) health: Health,
}

/// What else an assessment's body shows.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Expand {
    pub(crate) links: bool,
    pub(crate) metadata: bool,
}

/// The recommendations on a subscription itself.
pub(crate) fn of_subscription(
    world: &World,
    ix: SubscriptionIx,
) -> impl Iterator<Item = Finding> + '_ {
    let marks = world.subscription(ix).map(|s| s.marks).unwrap_or_default();
    catalogue::all().filter(|a| a.applies == Applies::Subscription).filter_map(move |assessment| {
        let health = assessment.health(marks)?;
        Some(Finding { about: About::Subscription(ix), assessment, health })
    })
}

/// The recommendations on a resource.
pub(crate) fn of_resource(world: &World, ix: ResourceIx) -> impl Iterator<Item = Finding> + '_ {
    world.resource(ix).into_iter().flat_map(move |resource| {
        catalogue::all().filter(|a| a.concerns(resource.kind)).filter_map(move |assessment| {
            let health = assessment.health(resource.marks)?;
            Some(Finding { about: About::Resource(ix), assessment, health })
        })
    })
}

/// Every recommendation within a subscription, its own first.
pub(crate) fn within(world: &World, ix: SubscriptionIx) -> impl Iterator<Item = Finding> + '_ {
    of_subscription(world, ix)
        .chain(world.subscription_resources(ix).flat_map(move |r| of_resource(world, r)))
}

impl Finding {
    /// The id of what the recommendation is about.
    pub(crate) fn subject_id(&self, world: &World) -> String {
        match self.about {
            About::Subscription(ix) => world.subscription_id(ix),
            About::Resource(ix) => world.resource_id(ix),
        }
    }

    /// The subscription it belongs to.
    pub(crate) fn subscription(&self, world: &World) -> SubscriptionIx {
        match self.about {
            About::Subscription(ix) => ix,
            About::Resource(ix) => {
                world.resource(ix).map_or(SubscriptionIx(0), |r| world.subscription_of(r))
            }
        }
    }

    /// The ARM body.
    pub(crate) fn body(&self, world: &World, expand: Expand) -> Value {
        let subject = self.subject_id(world);
        let mut properties = self.properties(world, &subject);
        if let Some(properties) = properties.as_object_mut() {
            if expand.links {
                properties.insert("links".into(), self.links(&subject));
            }
            if expand.metadata {
                properties.insert("metadata".into(), self.assessment.metadata_properties());
            }
        }
        json!({
            "id": format!("{subject}/providers/Microsoft.Security/assessments/{}", self.assessment.id),
            "name": self.assessment.id,
            "type": "Microsoft.Security/assessments",
            "properties": properties,
        })
    }

    /// The Resource Graph row. The table has links and metadata; a caller that knows they cannot
    /// be seen leaves them out.
    pub(crate) fn row(&self, world: &World, expand: Expand) -> Value {
        let mut row = self.body(world, expand);
        let group = match self.about {
            About::Subscription(_) => None,
            About::Resource(ix) => world.resource(ix).and_then(|r| world.group(r.group)),
        };
        let subscription = world.subscription(self.subscription(world));
        if let Some(row) = row.as_object_mut() {
            row.insert("type".into(), json!("microsoft.security/assessments"));
            row.insert("tenantId".into(), json!(world.tenant_id));
            row.insert("subscriptionId".into(), json!(subscription.map(|s| &s.id)));
            let group = group.map_or_else(String::new, |g| g.name.to_ascii_lowercase());
            row.insert("resourceGroup".into(), json!(group));
            self.extend_row(world, row);
        }
        row
    }

    /// Resource Graph's own spelling of the resource and the dates.
    fn extend_row(&self, world: &World, row: &mut serde_json::Map<String, Value>) {
        let Some(properties) = row.get_mut("properties").and_then(Value::as_object_mut) else {
            return;
        };
        let id = self.subject_id(world);
        let (name, kind) = match self.about {
            About::Subscription(_) => ("", "subscription"),
            About::Resource(ix) => {
                world.resource(ix).map_or(("", ""), |r| (&*r.name, r.kind.arm_type()))
            }
        };
        properties.insert(
            "resourceDetails".into(),
            json!({
                "Source": "Azure",
                "source": "Azure",
                "Id": id,
                "id": id,
                "ResourceName": name,
                "ResourceType": kind.to_ascii_lowercase(),
            }),
        );
    }

    fn properties(&self, world: &World, subject: &str) -> Value {
        let changed = stamp(world.ago(self.changed_minutes_ago(world)));
        let first = stamp(world.ago(self.first_minutes_ago(world)));
        let mut status = json!({
            "code": self.code(),
            "statusChangeDate": changed,
            "firstEvaluationDate": first,
        });
        if let (Some(status), Health::NotApplicable) = (status.as_object_mut(), self.health) {
            status.insert("cause".into(), json!("VmNotRunning"));
            status.insert(
                "description".into(),
                json!("The machine is deallocated and cannot be assessed"),
            );
        }
        json!({
            "displayName": self.assessment.name,
            "resourceDetails": { "source": "Azure", "id": subject },
            "status": status,
            "additionalData": {},
        })
    }

    /// The status code on the wire.
    pub(crate) const fn code(&self) -> &'static str {
        match self.health {
            Health::Healthy => "Healthy",
            Health::Unhealthy => "Unhealthy",
            Health::NotApplicable => "NotApplicable",
        }
    }

    fn links(&self, subject: &str) -> Value {
        json!({
            "azurePortalUri": format!(
                "portal.azure.com/#blade/Microsoft_Azure_Security/RecommendationsBlade/assessmentKey/{}/resourceId/{}",
                self.assessment.id,
                subject.replace('/', "%2f")
            ),
        })
    }

    /// Minutes before the anchor at which the status last changed.
    pub(crate) fn changed_minutes_ago(&self, world: &World) -> i64 {
        let (chance, resource) = self.origin(world);
        let spread = |below: u64| i64::try_from(chance.below(below)).unwrap_or(0);
        match resource {
            Some(r) if r.marks.has(Mark::FellRecently) => {
                if world.group(r.group).is_some_and(|g| g.name == score_drop::GROUP) {
                    score_drop::WENT_LIVE - spread(300)
                } else if self.health == Health::Unhealthy
                    && matches!(self.assessment.flaw, Mark::OpenManagementPorts)
                {
                    brute_force::OPENED - 30
                } else {
                    20 * DAY + spread(60 * 1440)
                }
            }
            Some(r) => {
                let age = i64::from(r.created);
                (12 * DAY + spread(150 * 1440)).min(age)
            }
            None => 30 * DAY + spread(200 * 1440),
        }
    }

    fn first_minutes_ago(&self, world: &World) -> i64 {
        let changed = self.changed_minutes_ago(world);
        match self.origin(world).1 {
            Some(resource) => (i64::from(resource.created) - 45).max(changed),
            None => changed + 200 * DAY,
        }
    }

    fn origin<'a>(
        &self,
        world: &'a World,
    ) -> (crate::estate::chance::Chance, Option<&'a Resource>) {
        let label = self.assessment.id;
        match self.about {
            About::Resource(ix) => {
                let resource = world.resource(ix);
                (resource.map_or(world.chance, |r| r.chance).child(label), resource)
            }
            About::Subscription(ix) => (world.chance.nth(u64::from(ix.0)).child(label), None),
        }
    }
}
