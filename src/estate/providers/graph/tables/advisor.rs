//! `advisorresources`: what Azure Advisor says, and what was put off.

use super::GraphTables;
use crate::estate::{
    access::Scope,
    advisor::{self, Advice},
    kql::SharedRow,
    world::SubscriptionIx,
};

impl GraphTables<'_> {
    pub(super) fn advisor(&self) -> Vec<SharedRow> {
        let world = self.call.world();
        let mut rows = Vec::new();
        for ix in self.subscriptions {
            let before = rows.len();
            for advice in self.advice(*ix) {
                if rows.len() - before >= self.enough() {
                    break;
                }
                let is_suppressed = advice.is_suppressed(world);
                if self.wants("microsoft.advisor/recommendations") && !is_suppressed {
                    rows.extend(self.placed(*ix, advice.body(world)));
                }
                if self.wants("microsoft.advisor/suppressions") && is_suppressed {
                    rows.extend(self.placed(*ix, advice.suppression(world)));
                }
            }
        }
        rows
    }

    /// The advice of a subscription that the caller may read.
    fn advice(&self, ix: SubscriptionIx) -> impl Iterator<Item = Advice> + '_ {
        let world = self.call.world();
        let right = "Microsoft.Advisor/recommendations/read";
        let everywhere = self.may(right, Scope::Subscription(ix));
        let own = everywhere.then(|| advisor::of_subscription(world, ix));
        let groups = world
            .subscription_groups(ix)
            .filter(move |group| everywhere || self.may(right, Scope::Group(*group)));
        let below = groups
            .flat_map(|group| world.group_resources(group))
            .flat_map(|resource| advisor::of_resource(world, resource));
        let all = own.into_iter().flatten().chain(below);
        all.filter(|advice| {
            self.wanted.admits("properties.category", advice.kind.category.word())
                && self.wanted.admits("properties.impact", advice.kind.impact.word())
        })
    }
}
