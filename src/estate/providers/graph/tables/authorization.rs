//! `authorizationresources`: role assignments at, below and, where asked for, above the query's
//! subscriptions, and role definitions.

use serde_json::json;

use super::{GraphTables, shared};
use crate::estate::{
    access::{Assignment, Scope, roles},
    clock::stamp,
    kql::SharedRow,
    providers::graph::Reach,
    world::DAY,
};

const READ: &str = "Microsoft.Authorization/roleAssignments/read";

impl GraphTables<'_> {
    pub(super) fn authorization(&self) -> Vec<SharedRow> {
        let mut rows = Vec::new();
        if self.wants("microsoft.authorization/roleassignments") {
            let all = self.call.state.directory.assignments.iter();
            let seen = all.filter(|assignment| self.sees(assignment));
            rows.extend(seen.filter_map(|assignment| self.assignment(assignment)));
        }
        if self.wants("microsoft.authorization/roledefinitions") {
            rows.extend(roles::ROLES.iter().filter_map(|role| {
                let mut row = role.definition("");
                let members = row.as_object_mut()?;
                let kind = json!("microsoft.authorization/roledefinitions");
                members.insert("type".into(), kind);
                members.insert("tenantId".into(), json!(self.call.world().tenant_id));
                shared(row)
            }));
        }
        rows
    }

    /// What is above is seen with a right at a subscription below it.
    fn sees(&self, assignment: &Assignment) -> bool {
        let world = self.call.world();
        let (above, at, below) = match self.reach {
            Reach::Below => (false, true, true),
            Reach::Above => (true, true, false),
            Reach::Exact => (false, true, false),
            Reach::AboveAndBelow => (true, true, true),
        };
        match assignment.scope {
            Scope::Tenant | Scope::ManagementGroup(_) => {
                above
                    && self.subscriptions.iter().any(|ix| {
                        let place = Scope::Subscription(*ix);
                        place.is_within(assignment.scope, world) && self.may(READ, place)
                    })
            }
            Scope::Subscription(ix) => {
                at && self.subscriptions.contains(&ix) && self.may(READ, assignment.scope)
            }
            own @ (Scope::Group(_) | Scope::Resource(_)) => {
                below
                    && own.subscription(world).is_some_and(|ix| self.subscriptions.contains(&ix))
                    && self.may(READ, own)
            }
        }
    }

    fn assignment(&self, assignment: &Assignment) -> Option<SharedRow> {
        let world = self.call.world();
        let subscription = assignment.scope.subscription(world);
        let scope = assignment.scope.id(world);
        let created = stamp(world.ago(300 * DAY));
        let group = match assignment.scope {
            Scope::Group(ix) => world.group(ix).map(|g| g.name.to_ascii_lowercase()),
            Scope::Tenant
            | Scope::ManagementGroup(_)
            | Scope::Subscription(_)
            | Scope::Resource(_) => None,
        };
        let below = scope.trim_end_matches('/');
        shared(json!({
            "id": format!("{below}/providers/Microsoft.Authorization/roleAssignments/{}", assignment.name),
            "name": assignment.name,
            "type": "microsoft.authorization/roleassignments",
            "tenantId": world.tenant_id,
            "subscriptionId": subscription.and_then(|ix| world.subscription(ix)).map(|s| &s.id),
            "resourceGroup": group.unwrap_or_default(),
            "properties": {
                "roleDefinitionId": assignment.role.definition_id(),
                "principalId": assignment.principal_id,
                "principalType": assignment.principal_type,
                "scope": scope,
                "createdOn": created,
                "updatedOn": created,
            },
        }))
    }
}
