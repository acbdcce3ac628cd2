//! The world of the sample estate: its subscriptions, resource groups and resources in a compact
//! form. A resource is a kind, a name, some marks and some links; its ARM body is rendered from
//! them when somebody asks, so a world of 100,000 resources stays small. Must not know HTTP.

mod builder;
pub(crate) mod company;
mod flaws;
pub(crate) mod kind;
pub(crate) mod mark;
mod workload;

use std::{collections::HashMap, ops::Range};

use jiff::Timestamp;

pub(crate) use builder::Builder;
use company::{Environment, ManagementGroup, Region};
use kind::Kind;
use mark::{Mark, Marks};

use super::{chance::Chance, clock::minutes_before};

/// Minutes of a day, for the dates of the stories.
pub(crate) const DAY: i64 = 24 * 60;

/// The number of a subscription in its world.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct SubscriptionIx(pub(crate) u32);

/// The number of a resource group in its world.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct GroupIx(pub(crate) u32);

/// The number of a resource in its world.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct ResourceIx(pub(crate) u32);

/// A subscription.
#[derive(Debug)]
pub(crate) struct Subscription {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) environment: Environment,
    pub(crate) marks: Marks,
    pub(crate) groups: Range<u32>,
}

/// A resource group.
#[derive(Debug)]
pub(crate) struct Group {
    pub(crate) name: String,
    pub(crate) subscription: SubscriptionIx,
    pub(crate) region: Region,
    pub(crate) environment: Environment,
    pub(crate) application: Box<str>,
    pub(crate) owner: &'static str,
    pub(crate) cost_center: &'static str,
    pub(crate) resources: Range<u32>,
}

/// What a link from one resource to another means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Link {
    Parent,
    VirtualMachine,
    NetworkInterface,
    OsDisk,
    DataDisk,
    PublicIp,
    SecurityGroup,
    Network,
    Plan,
    Workspace,
    Identity,
    Target,
    /// Whom an alert rule wakes.
    ActionGroup,
}

/// A resource.
#[derive(Debug)]
pub(crate) struct Resource {
    pub(crate) kind: Kind,
    pub(crate) name: Box<str>,
    pub(crate) group: GroupIx,
    pub(crate) marks: Marks,
    /// Minutes before the anchor at which it was created.
    pub(crate) created: u32,
    /// Where its derived figures (sizes, addresses, GUIDs) come from.
    pub(crate) chance: Chance,
    links: Vec<(Link, ResourceIx)>,
}

impl Resource {
    /// The first resource linked as `link`.
    pub(crate) fn linked(&self, link: Link) -> Option<ResourceIx> {
        self.all_linked(link).next()
    }

    /// Every resource linked as `link`, in the order they were attached.
    pub(crate) fn all_linked(&self, link: Link) -> impl Iterator<Item = ResourceIx> + '_ {
        self.links.iter().filter(move |(kind, _)| *kind == link).map(|(_, target)| *target)
    }
}

/// Everything that exists, as it was at the anchor.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) chance: Chance,
    pub(crate) anchor: Timestamp,
    pub(crate) tenant_id: String,
    pub(crate) subscriptions: Vec<Subscription>,
    pub(crate) groups: Vec<Group>,
    pub(crate) resources: Vec<Resource>,
    group_names: HashMap<(SubscriptionIx, String), GroupIx>,
}

impl World {
    /// Builds the world of `seed` at `scale`.
    pub(crate) fn new(seed: u64, scale: u32, anchor: Timestamp) -> Self {
        let mut builder = Builder::new(seed);
        workload::lay_out(&mut builder, scale.max(1));
        super::stories::cast(&mut builder);
        builder.finish(anchor)
    }

    /// A subscription by number.
    pub(crate) fn subscription(&self, ix: SubscriptionIx) -> Option<&Subscription> {
        self.subscriptions.get(ix.0 as usize)
    }

    /// A group by number.
    pub(crate) fn group(&self, ix: GroupIx) -> Option<&Group> {
        self.groups.get(ix.0 as usize)
    }

    /// A resource by number.
    pub(crate) fn resource(&self, ix: ResourceIx) -> Option<&Resource> {
        self.resources.get(ix.0 as usize)
    }

    /// The subscription with this GUID, whatever its case.
    pub(crate) fn find_subscription(&self, id: &str) -> Option<SubscriptionIx> {
        let index = self.subscriptions.iter().position(|s| s.id.eq_ignore_ascii_case(id))?;
        u32::try_from(index).ok().map(SubscriptionIx)
    }

    /// The group of this name in a subscription, whatever its case.
    pub(crate) fn find_group(&self, subscription: SubscriptionIx, name: &str) -> Option<GroupIx> {
        self.group_names.get(&(subscription, name.to_ascii_lowercase())).copied()
    }

    /// The resource of a kind and name in a group; a child's name is `parent/child`.
    pub(crate) fn find_resource(
        &self,
        group: GroupIx,
        kind: Kind,
        name: &str,
    ) -> Option<ResourceIx> {
        self.group_resources(group).find(|ix| {
            self.resource(*ix)
                .is_some_and(|r| r.kind == kind && self.full_name(r).eq_ignore_ascii_case(name))
        })
    }

    /// The first group of this name, in whichever subscription: where a story plays.
    pub(crate) fn first_group(&self, name: &str) -> Option<GroupIx> {
        self.subscription_ixs().find_map(|ix| self.find_group(ix, name))
    }

    /// The resource of a kind and name in the first group of that name.
    pub(crate) fn named(&self, group: &str, kind: Kind, name: &str) -> Option<ResourceIx> {
        self.find_resource(self.first_group(group)?, kind, name)
    }

    /// The resources of a kind in the first group of this name.
    pub(crate) fn members_of_kind(&self, group: &str, kind: Kind) -> Vec<ResourceIx> {
        let members = self.first_group(group).map(|ix| self.group_resources(ix));
        members
            .into_iter()
            .flatten()
            .filter(|ix| self.resource(*ix).is_some_and(|r| r.kind == kind))
            .collect()
    }

    /// The resources of a group, in their order.
    pub(crate) fn group_resources(
        &self,
        group: GroupIx,
    ) -> impl Iterator<Item = ResourceIx> + use<> {
        self.group(group).map_or(0..0, |g| g.resources.clone()).map(ResourceIx)
    }

    /// The groups of a subscription, in their order.
    pub(crate) fn subscription_groups(
        &self,
        subscription: SubscriptionIx,
    ) -> impl Iterator<Item = GroupIx> + use<> {
        self.subscription(subscription).map_or(0..0, |s| s.groups.clone()).map(GroupIx)
    }

    /// The resources of a subscription, in their order.
    pub(crate) fn subscription_resources(
        &self,
        subscription: SubscriptionIx,
    ) -> impl Iterator<Item = ResourceIx> + use<> {
        let first = self.subscription_groups(subscription).next();
        let last = self.subscription_groups(subscription).last();
        let start = first.and_then(|ix| self.group(ix)).map_or(0, |g| g.resources.start);
        let end = last.and_then(|ix| self.group(ix)).map_or(0, |g| g.resources.end);
        (start..end).map(ResourceIx)
    }

    /// `parent/child` for a child resource, else the name.
    pub(crate) fn full_name(&self, resource: &Resource) -> String {
        match resource.linked(Link::Parent).and_then(|ix| self.resource(ix)) {
            Some(parent) => format!("{}/{}", parent.name, resource.name),
            None => resource.name.to_string(),
        }
    }

    /// The ARM id of a subscription.
    pub(crate) fn subscription_id(&self, ix: SubscriptionIx) -> String {
        let id = self.subscription(ix).map_or("", |s| s.id.as_str());
        format!("/subscriptions/{id}")
    }

    /// The ARM id of a resource group.
    pub(crate) fn group_id(&self, ix: GroupIx) -> String {
        self.group(ix).map_or_else(String::new, |group| {
            format!("{}/resourceGroups/{}", self.subscription_id(group.subscription), group.name)
        })
    }

    /// The ARM id of a resource.
    pub(crate) fn resource_id(&self, ix: ResourceIx) -> String {
        let Some(resource) = self.resource(ix) else {
            return String::new();
        };
        if let Some(parent) = resource.linked(Link::Parent) {
            let leaf = resource.kind.arm_type().rsplit('/').next().unwrap_or_default();
            return format!("{}/{leaf}/{}", self.resource_id(parent), resource.name);
        }
        format!(
            "{}/providers/{}/{}",
            self.group_id(resource.group),
            resource.kind.arm_type(),
            resource.name
        )
    }

    /// The subscription a resource lies in.
    pub(crate) fn subscription_of(&self, resource: &Resource) -> SubscriptionIx {
        self.group(resource.group).map_or(SubscriptionIx(0), |group| group.subscription)
    }

    /// The management group a subscription lies in.
    pub(crate) fn management_group_of(&self, ix: SubscriptionIx) -> ManagementGroup {
        self.subscription(ix).map_or(ManagementGroup::Root, |s| ManagementGroup::of(s.environment))
    }

    /// All subscriptions, in their order.
    pub(crate) fn subscription_ixs(&self) -> impl Iterator<Item = SubscriptionIx> + use<> {
        (0..u32::try_from(self.subscriptions.len()).unwrap_or(u32::MAX)).map(SubscriptionIx)
    }

    /// The instant this many minutes before the anchor.
    pub(crate) fn ago(&self, minutes: i64) -> Timestamp {
        minutes_before(self.anchor, minutes)
    }

    /// Whether a resource bears `mark`.
    pub(crate) fn has(&self, ix: ResourceIx, mark: Mark) -> bool {
        self.resource(ix).is_some_and(|r| r.marks.has(mark))
    }
}
