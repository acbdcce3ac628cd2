//! `resourcechanges`, `resourcecontainerchanges` and `healthresourcechanges`: what changed within
//! the last 14 days, property by property.

use serde_json::{Map, Value, json};

use super::{GraphTables, health::HEALTH, shared};
use crate::estate::{
    access::Scope,
    chance::Chance,
    chronicle::{CHANGES_KEPT, Deed, Edit, Target},
    clock::{stamp, ticks},
    kql::SharedRow,
    world::{ResourceIx, World},
};

const CHANGES: &str = "microsoft.resources/changes";

/// A change, before it is a row.
struct Change<'a> {
    target: &'a Target,
    /// What follows the target's id in the id of what changed.
    below: &'static str,
    kind: String,
    change_type: &'static str,
    at: jiff::Timestamp,
    edits: Vec<Edit>,
    chance: Chance,
    correlation: String,
    by: String,
    by_kind: &'static str,
    client: &'static str,
    operation: String,
}

impl GraphTables<'_> {
    /// What was done to resources.
    pub(super) fn resource_changes(&self) -> Vec<SharedRow> {
        self.deeds(|target| {
            matches!(target, Target::Resource(_) | Target::Gone { .. } | Target::Member { .. })
        })
    }

    /// What was done to resource groups and subscriptions.
    pub(super) fn container_changes(&self) -> Vec<SharedRow> {
        self.deeds(|target| matches!(target, Target::Group(_) | Target::Subscription(_)))
    }

    fn deeds(&self, is_asked: impl Fn(&Target) -> bool) -> Vec<SharedRow> {
        let world = self.call.world();
        if !self.wants(CHANGES) {
            return Vec::new();
        }
        let deeds = self.call.state.chronicle().deeds().iter();
        let visible = deeds.filter(|deed| {
            let subscription = deed.target.subscription(world);
            deed.is_change()
                && is_asked(&deed.target)
                && subscription.is_some_and(|ix| self.subscriptions.contains(&ix))
                && self.may(&format!("{}/read", deed.target.arm_type(world)), deed.target.scope())
        });
        visible
            .filter_map(|deed| self.change_row(&of_deed(world, deed)))
            .take(self.enough())
            .collect()
    }

    /// How the availability of resources changed.
    pub(super) fn health_changes(&self) -> Vec<SharedRow> {
        let world = self.call.world();
        if !self.wants(CHANGES) {
            return Vec::new();
        }
        let mut rows = Vec::new();
        for (ix, history) in self.histories() {
            for (now, before) in history.iter().zip(history.iter().skip(1)) {
                if rows.len() >= self.enough() {
                    return rows;
                }
                if now.since > CHANGES_KEPT || !self.may(HEALTH, Scope::Resource(ix)) {
                    continue;
                }
                let edits = vec![
                    Edit::new("properties.availabilityState", before.state(), now.state()),
                    Edit::new("properties.occurredTime", self.since(before), self.since(now)),
                ];
                let chance = health_chance(world, ix, now.since);
                rows.extend(self.change_row(&Change {
                    target: &Target::Resource(ix),
                    below: "/providers/Microsoft.ResourceHealth/availabilityStatuses/current",
                    kind: "microsoft.resourcehealth/availabilitystatuses".into(),
                    change_type: "Update",
                    at: world.ago(now.since),
                    edits,
                    chance,
                    correlation: chance.child("correlation").guid(),
                    by: "System".into(),
                    by_kind: "System",
                    client: "Unspecified",
                    operation: "Unspecified".into(),
                }));
            }
        }
        rows
    }

    fn change_row(&self, change: &Change<'_>) -> Option<SharedRow> {
        let world = self.call.world();
        let target = format!("{}{}", changed_id(world, change.target), change.below);
        let snapshot = |label: &str| {
            let left = 3_155_378_975_999_999_999 - ticks(change.at);
            let chance = change.chance.child(label);
            format!("{left:020}_{}_{}", chance.guid(), chance.below(1 << 31))
        };
        let (previous, new) = (snapshot("previous"), snapshot("new"));
        let group = change.target.group(world).and_then(|ix| world.group(ix));
        let subscription = change.target.subscription(world)?;
        let name = format!("{}_{}", new, ticks(change.at) / 10_000_000);
        let mut attributes = json!({
            "previousResourceSnapshotId": previous,
            "newResourceSnapshotId": new,
            "correlationId": change.correlation,
            "changedByType": change.by_kind,
            "changedBy": change.by,
            "changesCount": change.edits.len(),
            "clientType": change.client,
            "operation": change.operation,
            "timestamp": stamp(change.at),
        });
        if let Some(members) = attributes.as_object_mut() {
            match change.change_type {
                "Create" => members.remove("previousResourceSnapshotId"),
                "Delete" => members.remove("newResourceSnapshotId"),
                _ => None,
            };
        }
        let changes: Map<String, Value> = change.edits.iter().map(edit).collect();
        shared(json!({
            "id": format!("{target}/providers/Microsoft.Resources/changes/{name}"),
            "name": name,
            "type": CHANGES,
            "tenantId": world.tenant_id,
            "location": "",
            "resourceGroup": group.map_or_else(String::new, |g| g.name.to_ascii_lowercase()),
            "subscriptionId": world.subscription(subscription)?.id,
            "properties": {
                "targetResourceId": target,
                "targetResourceType": change.kind,
                "changeType": change.change_type,
                "changeAttributes": attributes,
                "changes": changes,
            },
        }))
    }
}

/// The tracked resource that a deed changed: a member is shown as its whole.
fn changed_id(world: &World, target: &Target) -> String {
    match target {
        Target::Member { of, .. } => world.resource_id(*of),
        Target::Subscription(_)
        | Target::Group(_)
        | Target::Resource(_)
        | Target::Part { .. }
        | Target::Gone { .. } => target.id(world),
    }
}

fn of_deed<'a>(world: &World, deed: &'a Deed) -> Change<'a> {
    let kind = match deed.target {
        Target::Member { of, .. } => Target::Resource(of).arm_type(world),
        Target::Subscription(_)
        | Target::Group(_)
        | Target::Resource(_)
        | Target::Part { .. }
        | Target::Gone { .. } => deed.target.arm_type(world),
    };
    Change {
        target: &deed.target,
        below: "",
        kind: kind.to_ascii_lowercase(),
        change_type: deed.change_type(),
        at: world.ago(deed.at),
        edits: deed.changed(world),
        chance: deed.chance(world),
        correlation: deed.correlation_id(),
        by: deed.by.caller(world),
        by_kind: deed.by.kind(),
        client: deed.by.client(),
        operation: deed.operation(world).to_ascii_lowercase(),
    }
}

fn edit(edit: &Edit) -> (String, Value) {
    let change = json!({
        "previousValue": edit.previous,
        "newValue": edit.new,
        "isTruncated": "false",
        "changeCategory": "User",
        "propertyChangeType": match (&edit.previous, &edit.new) {
            (Value::Null, _) => "Insert",
            (_, Value::Null) => "Remove",
            _ => "Update",
        },
    });
    (edit.path.clone(), change)
}

fn health_chance(world: &World, ix: ResourceIx, since: i64) -> Chance {
    let own = world.resource(ix).map_or(world.chance, |r| r.chance);
    own.child("health-change").nth(since.unsigned_abs())
}
