//! How a subject fares with the policies that reach it. One state a subject, assignment and
//! definition, made when somebody asks.

use super::{
    assignment::{self, Assignment},
    definition::Definition,
    exemption,
};
use crate::estate::{
    access::Scope,
    chance::Chance,
    world::{GroupIx, SubscriptionIx, World},
};

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Verdict {
    NonCompliant,
    Compliant,
    Exempt,
}

impl Verdict {
    /// The word on the wire.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::NonCompliant => "NonCompliant",
            Self::Compliant => "Compliant",
            Self::Exempt => "Exempt",
        }
    }

    /// How much it weighs when the states of one resource are put together.
    pub(crate) const fn weight(self) -> u16 {
        match self {
            Self::NonCompliant => 300,
            Self::Compliant => 200,
            Self::Exempt => 50,
        }
    }
}

/// One state.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PolicyState {
    pub(crate) assignment: Assignment,
    pub(crate) definition: Definition,
    pub(crate) subject: Scope,
    pub(crate) verdict: Verdict,
}

/// The states of one subject: a subscription, a group or a resource by itself.
pub(crate) fn of_subject(world: &World, subject: Scope) -> Vec<PolicyState> {
    let assignments: Vec<_> = assignment::reaching(world, subject)
        .into_iter()
        .map(|assignment| (assignment, assignment.definitions()))
        .collect();
    let reaching = assignments.iter();
    reaching.flat_map(|(own, definitions)| judged(world, subject, own, definitions)).collect()
}

fn judged<'a>(
    world: &'a World,
    subject: Scope,
    assignment: &'a Assignment,
    definitions: &'a [Definition],
) -> impl Iterator<Item = PolicyState> + 'a {
    definitions.iter().filter_map(move |definition| {
        let fits = definition.check.fits(world, subject)?;
        let verdict = if exemption::exempts(world, subject, assignment, definition.name) {
            Verdict::Exempt
        } else if fits {
            Verdict::Compliant
        } else {
            Verdict::NonCompliant
        };
        Some(PolicyState { assignment: *assignment, definition: *definition, subject, verdict })
    })
}

/// Every state within a subscription: its own, then its groups', each followed by its resources'.
pub(crate) fn within(world: &World, ix: SubscriptionIx) -> impl Iterator<Item = PolicyState> + '_ {
    let assignments: Vec<_> = assignment::reaching(world, Scope::Subscription(ix))
        .into_iter()
        .map(|assignment| (assignment, assignment.definitions()))
        .collect();
    let subjects = std::iter::once(Scope::Subscription(ix))
        .chain(world.subscription_groups(ix).flat_map(move |group| in_group(world, group)));
    subjects.flat_map(move |subject| {
        let states = assignments.iter().flat_map(|(own, all)| judged(world, subject, own, all));
        states.collect::<Vec<_>>()
    })
}

/// A group, then its resources.
pub(crate) fn in_group(world: &World, ix: GroupIx) -> impl Iterator<Item = Scope> + use<> {
    std::iter::once(Scope::Group(ix)).chain(world.group_resources(ix).map(Scope::Resource))
}

impl PolicyState {
    /// Minutes before the anchor of the last evaluation: policies are evaluated once a day.
    pub(crate) fn evaluated(&self, world: &World) -> i64 {
        let minutes = self.chance(world).child("evaluated").below(22 * 60);
        25 + i64::try_from(minutes).unwrap_or(0)
    }

    /// Where its own figures come from.
    pub(crate) fn chance(&self, world: &World) -> Chance {
        let own = match self.subject {
            Scope::Resource(ix) => world.resource(ix).map_or(world.chance, |r| r.chance),
            Scope::Group(ix) => world.chance.child("group").nth(u64::from(ix.0)),
            Scope::Subscription(ix) => world.chance.nth(u64::from(ix.0)),
            Scope::Tenant | Scope::ManagementGroup(_) => world.chance,
        };
        own.child(self.assignment.of.name).child(self.definition.name)
    }
}
