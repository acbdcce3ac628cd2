//! What a deed or an alert is about: something that exists, a part of it, or something that is
//! gone.

use crate::estate::{
    access::Scope,
    world::{GroupIx, ResourceIx, SubscriptionIx, World},
};

/// What something is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    Subscription(SubscriptionIx),
    Group(GroupIx),
    Resource(ResourceIx),
    /// A part of a resource's own body that can be written by itself.
    Member {
        of: ResourceIx,
        arm_type: &'static str,
        /// What follows the resource's id, with the leading slash.
        path: String,
    },
    /// A child or an extension of a resource that the world does not list by itself.
    Part {
        of: ResourceIx,
        arm_type: &'static str,
        /// What follows the resource's id, with the leading slash.
        path: String,
    },
    /// A resource that was deleted.
    Gone {
        group: GroupIx,
        arm_type: &'static str,
        name: String,
    },
}

impl Target {
    /// The ARM id.
    pub(crate) fn id(&self, world: &World) -> String {
        match self {
            Self::Subscription(ix) => world.subscription_id(*ix),
            Self::Group(ix) => world.group_id(*ix),
            Self::Resource(ix) => world.resource_id(*ix),
            Self::Member { of, path, .. } | Self::Part { of, path, .. } => {
                format!("{}{path}", world.resource_id(*of))
            }
            Self::Gone { group, arm_type, name } => {
                format!("{}/providers/{arm_type}/{name}", world.group_id(*group))
            }
        }
    }

    /// The full ARM type.
    pub(crate) fn arm_type(&self, world: &World) -> &'static str {
        match self {
            Self::Subscription(_) => "Microsoft.Resources/subscriptions",
            Self::Group(_) => "Microsoft.Resources/subscriptions/resourceGroups",
            Self::Resource(ix) => world.resource(*ix).map_or("", |r| r.kind.arm_type()),
            Self::Member { arm_type, .. }
            | Self::Part { arm_type, .. }
            | Self::Gone { arm_type, .. } => arm_type,
        }
    }

    /// The last name of the id.
    pub(crate) fn name(&self, world: &World) -> String {
        match self {
            Self::Subscription(ix) => world.subscription(*ix).map(|s| s.name.clone()),
            Self::Group(ix) => world.group(*ix).map(|g| g.name.clone()),
            Self::Resource(ix) => world.resource(*ix).map(|r| r.name.to_string()),
            Self::Member { path, .. } | Self::Part { path, .. } => {
                path.rsplit('/').next().map(str::to_owned)
            }
            Self::Gone { name, .. } => Some(name.clone()),
        }
        .unwrap_or_default()
    }

    /// The resource group it lies in.
    pub(crate) fn group(&self, world: &World) -> Option<GroupIx> {
        match self {
            Self::Subscription(_) => None,
            Self::Group(ix) | Self::Gone { group: ix, .. } => Some(*ix),
            Self::Resource(ix) | Self::Member { of: ix, .. } | Self::Part { of: ix, .. } => {
                world.resource(*ix).map(|r| r.group)
            }
        }
    }

    /// The subscription it lies in.
    pub(crate) fn subscription(&self, world: &World) -> Option<SubscriptionIx> {
        match self {
            Self::Subscription(ix) => Some(*ix),
            Self::Group(_)
            | Self::Resource(_)
            | Self::Member { .. }
            | Self::Part { .. }
            | Self::Gone { .. } => self.scope().subscription(world),
        }
    }

    /// The smallest scope that rights to it can be given at.
    pub(crate) const fn scope(&self) -> Scope {
        match self {
            Self::Subscription(ix) => Scope::Subscription(*ix),
            Self::Group(ix) | Self::Gone { group: ix, .. } => Scope::Group(*ix),
            Self::Resource(ix) | Self::Member { of: ix, .. } | Self::Part { of: ix, .. } => {
                Scope::Resource(*ix)
            }
        }
    }
}
