//! Puts a world together: subscriptions, then their groups, then the groups' resources, each
//! contiguous, so that a scope is a range. Decides names and links, never ARM shapes.

use jiff::Timestamp;

use super::{
    DAY, Group, GroupIx, Link, Resource, ResourceIx, Subscription, SubscriptionIx, World,
    company::{self, Environment, Region},
    flaws,
    kind::Kind,
    mark::{Mark, Marks},
};
use crate::estate::chance::Chance;

/// A world in the making.
pub(crate) struct Builder {
    chance: Chance,
    tenant_id: String,
    subscriptions: Vec<Subscription>,
    groups: Vec<Group>,
    resources: Vec<Resource>,
}

/// What a new resource group is called and for whom.
pub(crate) struct NewGroup<'a> {
    pub(crate) name: String,
    pub(crate) region: Region,
    pub(crate) application: &'a str,
    pub(crate) owner: &'static str,
    pub(crate) cost_center: &'static str,
}

impl Builder {
    /// An empty world of this seed.
    pub(crate) fn new(seed: u64) -> Self {
        let chance = Chance::root(seed);
        Self {
            chance,
            tenant_id: company::tenant_id(chance),
            subscriptions: Vec::new(),
            groups: Vec::new(),
            resources: Vec::new(),
        }
    }

    /// Begins a subscription; the groups that follow belong to it.
    pub(crate) fn subscription(&mut self, name: String, environment: Environment) {
        let chance = self.chance.child("subscription").child(&name);
        let start = index(self.groups.len());
        self.subscriptions.push(Subscription {
            id: chance.guid(),
            marks: flaws::of_subscription(environment, chance),
            name,
            environment,
            groups: start..start,
        });
    }

    /// Begins a resource group in the last subscription; the resources that follow are in it.
    pub(crate) fn group(&mut self, new: NewGroup<'_>) {
        let subscription = SubscriptionIx(index(self.subscriptions.len()).saturating_sub(1));
        let environment = self.subscriptions.last().map_or(Environment::Sandbox, |s| s.environment);
        let start = index(self.resources.len());
        self.groups.push(Group {
            name: new.name,
            subscription,
            region: new.region,
            environment,
            application: new.application.into(),
            owner: new.owner,
            cost_center: new.cost_center,
            resources: start..start,
        });
        if let Some(subscription) = self.subscriptions.last_mut() {
            subscription.groups.end = index(self.groups.len());
        }
    }

    /// Adds a resource to the last group, with the flaws its kind happens to have.
    pub(crate) fn add(&mut self, kind: Kind, name: &str) -> ResourceIx {
        let (group, environment, scope) = self.groups.last().map_or_else(
            || (GroupIx(0), Environment::Sandbox, self.chance),
            |group| {
                let subscription = group.subscription.0;
                let scope = self.chance.nth(u64::from(subscription)).child(&group.name);
                (GroupIx(index(self.groups.len()) - 1), group.environment, scope)
            },
        );
        let chance = scope.child(kind.arm_type()).child(name);
        let age = 40 * DAY.unsigned_abs() + chance.child("age").below(700 * DAY.unsigned_abs());
        let ix = ResourceIx(index(self.resources.len()));
        self.resources.push(Resource {
            kind,
            name: name.into(),
            group,
            marks: flaws::of_resource(kind, environment, chance),
            created: u32::try_from(age).unwrap_or(u32::MAX),
            chance,
            links: Vec::new(),
        });
        if let Some(group) = self.groups.last_mut() {
            group.resources.end = index(self.resources.len());
        }
        ix
    }

    /// Links `from` to `to`.
    pub(crate) fn link(&mut self, from: ResourceIx, link: Link, to: ResourceIx) {
        if let Some(resource) = self.resources.get_mut(from.0 as usize) {
            resource.links.push((link, to));
        }
    }

    /// Puts `mark` on a resource.
    pub(crate) fn mark(&mut self, ix: ResourceIx, mark: Mark) {
        self.change(ix, |marks| marks.set(mark));
    }

    /// Takes `mark` from a resource.
    pub(crate) fn clear(&mut self, ix: ResourceIx, mark: Mark) {
        self.change(ix, |marks| marks.clear(mark));
    }

    /// Says that a resource was created this many minutes before the anchor.
    pub(crate) fn created(&mut self, ix: ResourceIx, minutes: i64) {
        if let Some(resource) = self.resources.get_mut(ix.0 as usize) {
            resource.created = u32::try_from(minutes).unwrap_or(0);
        }
    }

    /// The resources of the first group of this name.
    pub(crate) fn members(&self, group: &str) -> Vec<ResourceIx> {
        self.groups
            .iter()
            .find(|candidate| candidate.name == group)
            .map_or_else(Vec::new, |found| found.resources.clone().map(ResourceIx).collect())
    }

    /// The last group, with what is in it so far.
    pub(crate) fn last_group(&self) -> Option<(&str, Environment, Vec<ResourceIx>)> {
        let group = self.groups.last()?;
        let members = group.resources.clone().map(ResourceIx).collect();
        Some((&group.name, group.environment, members))
    }

    /// The first resource of this kind and name.
    pub(crate) fn named(&self, kind: Kind, name: &str) -> Option<ResourceIx> {
        let found = self.resources.iter().position(|r| r.kind == kind && &*r.name == name)?;
        Some(ResourceIx(index(found)))
    }

    /// The kind of a resource.
    pub(crate) fn kind_of(&self, ix: ResourceIx) -> Option<Kind> {
        self.resources.get(ix.0 as usize).map(|resource| resource.kind)
    }

    /// Where a link of a resource leads.
    pub(crate) fn linked(&self, ix: ResourceIx, link: Link) -> Option<ResourceIx> {
        self.resources.get(ix.0 as usize)?.linked(link)
    }

    /// Whether a resource bears `mark`.
    pub(crate) fn has(&self, ix: ResourceIx, mark: Mark) -> bool {
        self.resources.get(ix.0 as usize).is_some_and(|resource| resource.marks.has(mark))
    }

    /// Every virtual machine's exposure follows from the security group before it.
    fn expose_machines(&mut self) {
        for ix in (0..index(self.resources.len())).map(ResourceIx) {
            if self.kind_of(ix) != Some(Kind::VirtualMachine) {
                continue;
            }
            let nic = self.linked(ix, Link::NetworkInterface);
            let Some(filter) = nic.and_then(|nic| self.linked(nic, Link::SecurityGroup)) else {
                continue;
            };
            for mark in [Mark::OpenManagementPorts, Mark::OpenPorts] {
                if self.has(filter, mark) {
                    self.mark(ix, mark);
                } else {
                    self.clear(ix, mark);
                }
            }
        }
    }

    /// The finished world at its anchor.
    pub(crate) fn finish(mut self, anchor: Timestamp) -> World {
        self.expose_machines();
        let group_names = (0_u32..)
            .zip(&self.groups)
            .map(|(ix, group)| ((group.subscription, group.name.to_ascii_lowercase()), GroupIx(ix)))
            .collect();
        World {
            chance: self.chance,
            anchor,
            tenant_id: self.tenant_id,
            subscriptions: self.subscriptions,
            groups: self.groups,
            resources: self.resources,
            group_names,
        }
    }

    fn change(&mut self, ix: ResourceIx, change: impl FnOnce(&mut Marks)) {
        if let Some(resource) = self.resources.get_mut(ix.0 as usize) {
            change(&mut resource.marks);
        }
    }
}

/// A length as an index; worlds are far smaller than 2^32.
fn index(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
