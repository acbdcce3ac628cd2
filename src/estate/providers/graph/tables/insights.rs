//! `insightsresources`: which machines are covered by which rule of data collection.

use serde_json::Value;

use super::{GraphTables, shared};
use crate::estate::{
    access::Scope, kql::SharedRow, providers::insights::association_rows, world::kind::Kind,
};

const TYPE: &str = "microsoft.insights/datacollectionruleassociations";
const READ: &str = "Microsoft.Insights/dataCollectionRuleAssociations/read";

impl GraphTables<'_> {
    pub(super) fn insights(&self) -> Vec<SharedRow> {
        let world = self.call.world();
        if !self.wants(TYPE) {
            return Vec::new();
        }
        let all = self.subscriptions.iter().flat_map(|ix| world.subscription_resources(*ix));
        let machines = all.filter(|ix| {
            world.resource(*ix).is_some_and(|one| one.kind == Kind::VirtualMachine)
                && self.may(READ, Scope::Resource(*ix))
        });
        let rows = machines.flat_map(|ix| association_rows(world, ix));
        rows.filter_map(|(ix, mut body)| {
            let group = world.resource(ix).and_then(|one| world.group(one.group))?;
            let subscription = world.subscription(group.subscription)?;
            let row = body.as_object_mut()?;
            for (name, value) in [
                ("type", TYPE),
                ("tenantId", world.tenant_id.as_str()),
                ("subscriptionId", subscription.id.as_str()),
                ("resourceGroup", group.name.as_str()),
                ("location", group.region.name()),
            ] {
                row.insert(name.to_owned(), Value::from(value.to_ascii_lowercase()));
            }
            shared(body)
        })
        .take(self.enough())
        .collect()
    }
}
