//! `resources` and `resourcecontainers`.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{GraphTables, shared};
use crate::estate::{
    access::Scope,
    kql::SharedRow,
    providers::{resources::may_read, subscriptions},
    render,
    world::{GroupIx, ResourceIx, SubscriptionIx, company::ManagementGroup},
};

/// Columns whose content depends on the type of a resource.
const OF_A_TYPE: [&str; 9] = [
    "kind",
    "managedBy",
    "sku",
    "plan",
    "properties",
    "tags",
    "identity",
    "zones",
    "extendedLocation",
];

impl GraphTables<'_> {
    pub(super) fn resources(&self) -> Vec<SharedRow> {
        let call = self.call;
        let world = call.world();
        let all = self.subscriptions.iter().flat_map(|ix| world.subscription_resources(*ix));
        all.filter(|ix| {
            world.resource(*ix).is_some_and(|r| self.wants(r.kind.arm_type()))
                && may_read(call, *ix)
        })
        .filter_map(|ix| self.resource_row(ix))
        .take(self.enough())
        .collect()
    }

    /// A kept row as it is; one made for this query only with what the query can see.
    fn resource_row(&self, ix: ResourceIx) -> Option<SharedRow> {
        let state = self.call.state;
        if state.keeps_rows() {
            return state.row(ix);
        }
        if !OF_A_TYPE.iter().any(|column| self.wanted.uses(column)) {
            return render::plain_row(&state.world, ix, |name| self.wanted.uses(name))
                .map(Arc::new);
        }
        let mut row = render::row(&state.world, ix)?;
        self.wanted.prune(&mut row);
        Some(Arc::new(row))
    }

    pub(super) fn containers(&self) -> Vec<SharedRow> {
        let world = self.call.world();
        let mut rows = self.management_groups();
        for ix in self.subscriptions {
            rows.extend(self.subscription(*ix));
            let groups = world.subscription_groups(*ix);
            rows.extend(groups.filter_map(|group| self.group(group)));
        }
        rows
    }

    fn management_groups(&self) -> Vec<SharedRow> {
        let world = self.call.world();
        let groups = ManagementGroup::ALL.into_iter().filter(|group| {
            self.wants("microsoft.management/managementgroups")
                && self.may(
                    "Microsoft.Management/managementGroups/read",
                    Scope::ManagementGroup(*group),
                )
        });
        let row = |group: ManagementGroup| {
            let parent = group
                .parent()
                .map(|p| json!({ "displayName": p.display(), "name": p.name(&world.tenant_id) }));
            json!({
                "id": group.id(&world.tenant_id),
                "name": group.name(&world.tenant_id),
                "type": "microsoft.management/managementgroups",
                "tenantId": world.tenant_id,
                "properties": {
                    "displayName": group.display(),
                    "tenantId": world.tenant_id,
                    "details": {
                        "parent": parent,
                        "managementGroupAncestorsChain": ancestors(group.parent(), &world.tenant_id),
                    },
                },
            })
        };
        groups.filter_map(|group| shared(row(group))).collect()
    }

    fn subscription(&self, ix: SubscriptionIx) -> Option<SharedRow> {
        let world = self.call.world();
        if !self.wants("microsoft.resources/subscriptions") {
            return None;
        }
        let body = subscriptions::body(world, ix)?;
        let group = world.management_group_of(ix);
        shared(json!({
            "id": body.get("id"),
            "name": body.get("displayName"),
            "type": "microsoft.resources/subscriptions",
            "tenantId": world.tenant_id,
            "subscriptionId": body.get("subscriptionId"),
            "tags": body.get("tags"),
            "properties": {
                "state": body.get("state"),
                "subscriptionPolicies": body.get("subscriptionPolicies"),
                "managedByTenants": [],
                "managementGroupAncestorsChain": ancestors(Some(group), &world.tenant_id),
            },
        }))
    }

    fn group(&self, ix: GroupIx) -> Option<SharedRow> {
        let world = self.call.world();
        let kind = "microsoft.resources/subscriptions/resourcegroups";
        let right = "Microsoft.Resources/subscriptions/resourceGroups/read";
        if !self.wants(kind) || !self.may(right, Scope::Group(ix)) {
            return None;
        }
        let group = world.group(ix)?;
        let subscription = world.subscription(group.subscription)?;
        let mut row = render::group(group, &world.group_id(ix));
        let members = row.as_object_mut()?;
        members.insert("type".into(), json!(kind));
        members.insert("tenantId".into(), json!(world.tenant_id));
        members.insert("subscriptionId".into(), json!(subscription.id));
        members.insert("resourceGroup".into(), json!(group.name.to_ascii_lowercase()));
        shared(row)
    }
}

/// The management groups from `group` up to the root.
fn ancestors(mut group: Option<ManagementGroup>, tenant_id: &str) -> Vec<Value> {
    let mut chain = Vec::new();
    while let Some(own) = group {
        chain.push(json!({ "displayName": own.display(), "name": own.name(tenant_id) }));
        group = own.parent();
    }
    chain
}
