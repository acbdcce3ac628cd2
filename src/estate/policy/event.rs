//! Policy events: what was evaluated when something was written. The deployment of the
//! score-drop story, and the nightly refusals of the backup story.

use serde_json::{Map, Value, json};

use super::{
    assignment,
    definition::{self, Effect},
    state::{self, PolicyState, Verdict},
};
use crate::estate::{
    access::Scope,
    clock::stamp,
    stories::{backup_policy, score_drop},
    world::{SubscriptionIx, World},
};

/// An event.
#[derive(Clone, Debug)]
pub(crate) struct PolicyEvent {
    state: PolicyState,
    /// Minutes before the anchor.
    at: i64,
    /// The id of what was refused and so never came to be.
    refused: Option<String>,
}

/// The events of a subscription, the latest first.
pub(crate) fn within(world: &World, ix: SubscriptionIx) -> Vec<PolicyEvent> {
    let mut events = refusals(world, ix);
    events.extend(deployment(world, ix));
    events.sort_by_key(|event| event.at);
    events
}

fn refusals(world: &World, ix: SubscriptionIx) -> Vec<PolicyEvent> {
    let here = world.first_group(backup_policy::GROUP).and_then(|group| world.group(group));
    if here.is_none_or(|group| group.subscription != ix) {
        return Vec::new();
    }
    let subject = Scope::Subscription(ix);
    let reaching = assignment::reaching(world, subject);
    let assignment = reaching.into_iter().find(|one| one.of.name == definition::RG_TAGS);
    let (Some(assignment), Some(definition)) = (assignment, definition::find(definition::RG_TAGS))
    else {
        return Vec::new();
    };
    let refused = format!("{}/resourceGroups/rg-erp-snapshots-1", world.subscription_id(ix));
    let state = PolicyState { assignment, definition, subject, verdict: Verdict::NonCompliant };
    let event = |at: &i64| PolicyEvent { state, at: *at, refused: Some(refused.clone()) };
    backup_policy::FAILURES.iter().map(event).collect()
}

/// Whatever the checkout deployment made was looked at when it was made.
fn deployment(world: &World, ix: SubscriptionIx) -> Vec<PolicyEvent> {
    let Some(group) = world.first_group(score_drop::GROUP) else {
        return Vec::new();
    };
    if world.group(group).is_none_or(|own| own.subscription != ix) {
        return Vec::new();
    }
    let states = world
        .group_resources(group)
        .flat_map(|resource| state::of_subject(world, Scope::Resource(resource)))
        .filter(|state| state.verdict == Verdict::NonCompliant)
        // An audit is written at once; what looks for another resource waits for the next round.
        .filter(|state| state.definition.effect != Effect::DeployIfNotExists);
    states
        .map(|state| PolicyEvent { state, at: score_drop::WENT_LIVE - 20, refused: None })
        .collect()
}

impl PolicyEvent {
    /// The record of `policyEvents`.
    pub(crate) fn record(&self, world: &World) -> Map<String, Value> {
        let mut record = self.state.record(world);
        record.insert("timestamp".into(), json!(stamp(world.ago(self.at))));
        record.insert("tenantId".into(), json!(world.tenant_id));
        let writer = world.chance.child("policy-event-principal").guid();
        record.insert("principalOid".into(), json!(writer));
        record.insert("components".into(), json!([]));
        if let Some(id) = &self.refused {
            record.insert("resourceId".into(), json!(id));
            record.insert("resourceGroup".into(), json!("rg-erp-snapshots-1"));
            let kind = "Microsoft.Resources/subscriptions/resourceGroups";
            record.insert("resourceType".into(), json!(kind));
        }
        record
    }

    /// Minutes before the anchor.
    pub(crate) const fn minutes_ago(&self) -> i64 {
        self.at
    }
}
