//! `alertsmanagementresources` and `authorizationresources`.

use serde_json::json;

use super::{GraphTables, shared};
use crate::estate::{
    access::{Assignment, Scope, roles},
    clock::stamp,
    kql::SharedRow,
    world::DAY,
};

impl GraphTables<'_> {
    /// The alerts of Azure Monitor as they stand now.
    pub(super) fn fired(&self) -> Vec<SharedRow> {
        let (state, world) = (self.call.state, self.call.world());
        if !self.wants("microsoft.alertsmanagement/alerts") {
            return Vec::new();
        }
        let right = "Microsoft.AlertsManagement/alerts/read";
        let fits = state.fired().filter(|(_, alert)| {
            let subscription = alert.target.subscription(world);
            subscription.is_some_and(|ix| self.subscriptions.contains(&ix))
                && self.may(right, alert.target.scope())
        });
        fits.filter_map(|(ix, alert)| shared(alert.row(world, &state.handled(ix, alert)))).collect()
    }

    /// Role assignments in the query's subscriptions and above them, and the role definitions.
    pub(super) fn authorization(&self) -> Vec<SharedRow> {
        let mut rows = Vec::new();
        if self.wants("microsoft.authorization/roleassignments") {
            let all = self.call.state.directory.assignments.iter();
            rows.extend(all.filter_map(|assignment| self.assignment(assignment)));
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

    fn assignment(&self, assignment: &Assignment) -> Option<SharedRow> {
        let world = self.call.world();
        let right = "Microsoft.Authorization/roleAssignments/read";
        let subscription = assignment.scope.subscription(world);
        let is_asked = subscription.is_none_or(|ix| self.subscriptions.contains(&ix));
        if !is_asked || !self.may(right, assignment.scope) {
            return None;
        }
        let scope = assignment.scope.id(world);
        let created = stamp(world.ago(300 * DAY));
        let group = match assignment.scope {
            Scope::Group(ix) => world.group(ix).map(|g| g.name.to_ascii_lowercase()),
            Scope::Tenant
            | Scope::ManagementGroup(_)
            | Scope::Subscription(_)
            | Scope::Resource(_) => None,
        };
        shared(json!({
            "id": format!("{scope}/providers/Microsoft.Authorization/roleAssignments/{}", assignment.name),
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
