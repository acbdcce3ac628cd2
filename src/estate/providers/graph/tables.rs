//! The tables of Resource Graph: rows of the resources, containers and security findings a
//! caller may see, within the subscriptions of the query.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use crate::estate::{
    access::Scope,
    defender::{
        assessment::{self, Expand, Finding},
        plans::PLANS,
    },
    http::call::Call,
    kql::{Column, Kind as ColumnKind, SharedRow, Table, Tables},
    providers::{resources::may_read, subscriptions},
    render,
    world::{GroupIx, ResourceIx, SubscriptionIx, company::ManagementGroup},
};

use super::wanted::Wanted;

/// The tables one query sees.
pub(super) struct GraphTables<'a> {
    call: &'a Call<'a>,
    subscriptions: &'a [SubscriptionIx],
    wanted: Wanted,
}

impl<'a> GraphTables<'a> {
    pub(super) fn new(
        call: &'a Call<'a>,
        subscriptions: &'a [SubscriptionIx],
        query: &str,
    ) -> Self {
        Self { call, subscriptions, wanted: Wanted::by(query) }
    }

    fn wants(&self, arm_type: &str) -> bool {
        self.wanted.has_type(arm_type)
    }

    fn may(&self, action: &str, scope: Scope) -> bool {
        self.call.may(action, scope)
    }
}

impl Tables for GraphTables<'_> {
    fn table(&self, name: &str) -> Option<Table> {
        let rows = match name.to_ascii_lowercase().as_str() {
            "resources" => self.resources(),
            "resourcecontainers" => self.containers(),
            "securityresources" => self.security(),
            _ => return None,
        };
        Some(Table { columns: columns(), rows: rows.into() })
    }
}

/// The columns every table has.
fn columns() -> Arc<[Column]> {
    let text = ["id", "name", "type", "tenantId", "kind", "location", "resourceGroup"]
        .into_iter()
        .chain(["subscriptionId", "managedBy"])
        .map(|name| Column::new(name, ColumnKind::String));
    let objects = ["sku", "plan", "properties", "tags", "identity", "zones", "extendedLocation"]
        .map(|name| Column::new(name, ColumnKind::Object));
    text.chain(objects).collect()
}

impl GraphTables<'_> {
    fn resources(&self) -> Vec<SharedRow> {
        let call = self.call;
        let world = call.world();
        let all = self.subscriptions.iter().flat_map(|ix| world.subscription_resources(*ix));
        all.filter(|ix| {
            world.resource(*ix).is_some_and(|r| self.wants(r.kind.arm_type()))
                && may_read(call, *ix)
        })
        .filter_map(|ix| self.resource_row(ix))
        .collect()
    }

    /// A kept row as it is; one made for this query only with what the query can see.
    fn resource_row(&self, ix: ResourceIx) -> Option<SharedRow> {
        let state = self.call.state;
        if state.keeps_rows() {
            return state.row(ix);
        }
        let mut row = render::row(&state.world, ix)?;
        self.wanted.prune(&mut row);
        Some(Arc::new(row))
    }

    fn finding_row(&self, finding: &Finding) -> Option<SharedRow> {
        let expand = Expand {
            links: self.wanted.has_member("links"),
            metadata: self.wanted.has_member("metadata"),
        };
        let mut row = finding.row(self.call.world(), expand);
        self.wanted.prune(row.as_object_mut()?);
        shared(row)
    }

    fn containers(&self) -> Vec<SharedRow> {
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
                        "managementGroupAncestorsChain": ancestors(Some(group), &world.tenant_id),
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

    fn security(&self) -> Vec<SharedRow> {
        let mut rows = Vec::new();
        for ix in self.subscriptions {
            let at = Scope::Subscription(*ix);
            if self.wants("microsoft.security/securescores")
                && self.may("Microsoft.Security/secureScores/read", at)
            {
                rows.extend(self.score(*ix));
            }
            if self.wants("microsoft.security/securescores/securescorecontrols")
                && self.may("Microsoft.Security/secureScoreControls/read", at)
            {
                rows.extend(self.controls(*ix));
            }
            if self.wants("microsoft.security/pricings")
                && self.may("Microsoft.Security/pricings/read", at)
            {
                rows.extend(self.plans(*ix));
            }
            if self.wants("microsoft.security/assessments") {
                self.assessments(*ix, &mut rows);
            }
        }
        if self.wants("microsoft.security/locations/alerts") {
            rows.extend(self.alerts());
        }
        rows
    }

    fn assessments(&self, ix: SubscriptionIx, rows: &mut Vec<SharedRow>) {
        let world = self.call.world();
        let right = "Microsoft.Security/assessments/read";
        let everywhere = self.may(right, Scope::Subscription(ix));
        if everywhere {
            let own = assessment::of_subscription(world, ix);
            rows.extend(own.filter_map(|finding| self.finding_row(&finding)));
        }
        for group in world.subscription_groups(ix) {
            if everywhere || self.may(right, Scope::Group(group)) {
                let findings = world
                    .group_resources(group)
                    .flat_map(|resource| assessment::of_resource(world, resource));
                rows.extend(findings.filter_map(|finding| self.finding_row(&finding)));
            }
        }
    }

    fn alerts(&self) -> Vec<SharedRow> {
        let call = self.call;
        let right = "Microsoft.Security/locations/alerts/read";
        let alerts = call.state.alerts().filter(|(_, alert)| {
            self.subscriptions.contains(&alert.subscription)
                && self.may(right, Scope::Resource(alert.resource))
        });
        let row = |(ix, alert)| shared(call.state.alert_row(ix, alert));
        alerts.filter_map(row).collect()
    }

    fn score(&self, ix: SubscriptionIx) -> Option<SharedRow> {
        let posture = self.call.state.posture(ix)?;
        self.security_row(ix, "securescores", "secureScores/ascScore", &posture.properties())
    }

    fn controls(&self, ix: SubscriptionIx) -> Vec<SharedRow> {
        let controls = self.call.state.posture(ix).map(|p| p.controls.as_slice());
        let rows = controls.unwrap_or_default().iter().filter_map(|control| {
            let path =
                format!("secureScores/ascScore/secureScoreControls/{}", control.control.id());
            let kind = "securescores/securescorecontrols";
            // Resource Graph always has the definition, which REST gives on demand.
            let mut properties = control.properties();
            if let Some(properties) = properties.as_object_mut() {
                properties.insert("definition".into(), control.control.definition());
            }
            self.security_row(ix, kind, &path, &properties)
        });
        rows.collect()
    }

    fn plans(&self, ix: SubscriptionIx) -> Vec<SharedRow> {
        let rows = PLANS.iter().filter_map(|plan| {
            let body = plan.body(self.call.world(), ix);
            let properties = body.get("properties")?;
            self.security_row(ix, "pricings", &format!("pricings/{}", plan.name), properties)
        });
        rows.collect()
    }

    /// A row of something that belongs to a subscription as a whole.
    fn security_row(
        &self,
        ix: SubscriptionIx,
        kind: &str,
        path: &str,
        properties: &Value,
    ) -> Option<SharedRow> {
        let world = self.call.world();
        let subscription = world.subscription(ix)?;
        shared(json!({
            "id": format!("{}/providers/Microsoft.Security/{path}", world.subscription_id(ix)),
            "name": path.rsplit('/').next(),
            "type": format!("microsoft.security/{kind}"),
            "tenantId": world.tenant_id,
            "subscriptionId": subscription.id,
            "resourceGroup": "",
            "properties": properties,
        }))
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

fn shared(row: Value) -> Option<SharedRow> {
    match row {
        Value::Object(members) => Some(Arc::<Map<String, Value>>::new(members)),
        _ => None,
    }
}
