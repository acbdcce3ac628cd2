//! `policyresources`: compliance states, and what is defined, assigned and exempt.

use serde_json::{Value, json};

use super::{GraphTables, shared};
use crate::estate::{
    access::Scope,
    kql::SharedRow,
    policy::{
        assignment, definition, exemption, initiative,
        state::{self, PolicyState},
    },
    providers::policy_insights::STATES,
    world::{GroupIx, SubscriptionIx},
};

const POLICY_STATES: &str = "microsoft.policyinsights/policystates";

impl GraphTables<'_> {
    pub(super) fn policies(&self) -> Vec<SharedRow> {
        let mut rows = self.defined();
        rows.extend(self.assigned());
        if self.wants("microsoft.authorization/policyexemptions") {
            rows.extend(self.exempt());
        }
        if self.wants(POLICY_STATES) {
            for ix in self.subscriptions {
                self.states(*ix, &mut rows);
            }
        }
        rows
    }

    /// Whether the caller has a right at any of the query's subscriptions, and so sees what is
    /// inherited from above.
    fn may_anywhere(&self, right: &str) -> bool {
        self.subscriptions.iter().any(|ix| self.may(right, Scope::Subscription(*ix)))
    }

    /// Built-in definitions are everybody's; the company's own take a right.
    fn defined(&self) -> Vec<SharedRow> {
        let world = self.call.world();
        let mut rows = Vec::new();
        if self.wants("microsoft.authorization/policydefinitions") {
            let own = self.may_anywhere("Microsoft.Authorization/policyDefinitions/read");
            let seen = definition::all().filter(|one| own || !one.is_own);
            rows.extend(seen.filter_map(|one| self.policy_row(one.body(world), None)));
        }
        if self.wants("microsoft.authorization/policysetdefinitions") {
            let own = self.may_anywhere("Microsoft.Authorization/policySetDefinitions/read");
            let seen = initiative::all().iter().filter(|one| own || !one.is_own);
            rows.extend(seen.filter_map(|one| self.policy_row(one.body(world), None)));
        }
        rows
    }

    fn assigned(&self) -> Vec<SharedRow> {
        if !self.wants("microsoft.authorization/policyassignments") {
            return Vec::new();
        }
        let right = "Microsoft.Authorization/policyAssignments/read";
        let world = self.call.world();
        let seen = assignment::all(world).into_iter().filter(|one| match one.at {
            Scope::Subscription(ix) => self.subscriptions.contains(&ix) && self.may(right, one.at),
            at => self.subscriptions.iter().any(|ix| {
                let place = Scope::Subscription(*ix);
                place.is_within(at, world) && self.may(right, place)
            }),
        });
        seen.filter_map(|one| self.policy_row(one.body(world), one.at.subscription(world)))
            .collect()
    }

    fn exempt(&self) -> Vec<SharedRow> {
        let right = "Microsoft.Authorization/policyExemptions/read";
        let world = self.call.world();
        let seen = exemption::all(world).into_iter().filter(|(_, at)| {
            at.subscription(world).is_some_and(|ix| self.subscriptions.contains(&ix))
                && self.may(right, *at)
        });
        seen.filter_map(|(one, at)| self.policy_row(one.body(world, at), at.subscription(world)))
            .collect()
    }

    /// A policy object as a row: its type in lower case, and its place where it has one.
    fn policy_row(&self, mut body: Value, ix: Option<SubscriptionIx>) -> Option<SharedRow> {
        if let Some(ix) = ix {
            return self.placed(ix, body);
        }
        let members = body.as_object_mut()?;
        let kind = members.get("type").and_then(Value::as_str).unwrap_or_default();
        let kind = kind.to_ascii_lowercase();
        members.insert("type".into(), json!(kind));
        members.insert("tenantId".into(), json!(self.call.world().tenant_id));
        members.insert("subscriptionId".into(), json!(""));
        members.insert("resourceGroup".into(), json!(""));
        shared(body)
    }

    fn states(&self, ix: SubscriptionIx, rows: &mut Vec<SharedRow>) {
        let world = self.call.world();
        let everywhere = self.may(STATES, Scope::Subscription(ix));
        if everywhere {
            let all = state::within(world, ix).filter_map(|one| self.state_row(&one));
            rows.extend(all.take(self.enough()));
            return;
        }
        let groups = world.subscription_groups(ix);
        let seen = groups.filter(|group: &GroupIx| self.may(STATES, Scope::Group(*group)));
        let states = seen
            .flat_map(|group| state::in_group(world, group))
            .flat_map(|subject| state::of_subject(world, subject));
        rows.extend(states.filter_map(|one| self.state_row(&one)).take(self.enough()));
    }

    /// The row of a state, where the query can tell it from nothing.
    fn state_row(&self, state: &PolicyState) -> Option<SharedRow> {
        let wanted = &self.wanted;
        let fits = wanted.admits("properties.complianceState", state.verdict.word())
            && wanted.admits("properties.policyDefinitionName", state.definition.name)
            && wanted.admits("properties.policyAssignmentName", state.assignment.of.name);
        if !fits {
            return None;
        }
        let column = |name: &str| wanted.uses(name);
        let member = |name: &str| wanted.has_member(name);
        let mut row = state.graph_row(self.call.world(), (column, member));
        wanted.prune(&mut row);
        Some(std::sync::Arc::new(row))
    }
}
