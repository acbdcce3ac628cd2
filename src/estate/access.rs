//! Who may do what: the sample users, their role assignments, and the one question whether a
//! principal may do an action at a scope. Knows scopes by number, not by URL.

pub(crate) mod locks;
pub(crate) mod roles;

use super::{
    chance::Chance,
    world::{
        GroupIx, ResourceIx, SubscriptionIx, World,
        company::{DOMAIN, Environment, ManagementGroup},
        mark::Mark,
    },
};
use roles::Role;

/// A place in the hierarchy of the tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    Tenant,
    ManagementGroup(ManagementGroup),
    Subscription(SubscriptionIx),
    Group(GroupIx),
    Resource(ResourceIx),
}

impl Scope {
    /// The ARM id of the place; `/` for the tenant.
    pub(crate) fn id(self, world: &World) -> String {
        match self {
            Self::Tenant => "/".into(),
            Self::ManagementGroup(group) => group.id(&world.tenant_id),
            Self::Subscription(ix) => world.subscription_id(ix),
            Self::Group(ix) => world.group_id(ix),
            Self::Resource(ix) => world.resource_id(ix),
        }
    }

    /// Whether `self` is `other` or lies below it.
    pub(crate) fn is_within(self, other: Self, world: &World) -> bool {
        if self == other || other == Self::Tenant {
            return true;
        }
        match other {
            Self::Tenant => true,
            Self::ManagementGroup(above) => match self {
                Self::Tenant => false,
                Self::ManagementGroup(own) => own.is_within(above),
                Self::Subscription(_) | Self::Group(_) | Self::Resource(_) => self
                    .subscription(world)
                    .is_some_and(|ix| world.management_group_of(ix).is_within(above)),
            },
            Self::Subscription(above) => self.subscription(world) == Some(above),
            Self::Group(above) => matches!(self, Self::Resource(ix)
                if world.resource(ix).is_some_and(|r| r.group == above)),
            Self::Resource(_) => false,
        }
    }

    /// The subscription the place lies in, if it lies in one.
    pub(crate) fn subscription(self, world: &World) -> Option<SubscriptionIx> {
        match self {
            Self::Tenant | Self::ManagementGroup(_) => None,
            Self::Subscription(ix) => Some(ix),
            Self::Group(ix) => world.group(ix).map(|group| group.subscription),
            Self::Resource(ix) => world.resource(ix).map(|r| world.subscription_of(r)),
        }
    }
}

/// A role given to somebody at a scope.
#[derive(Debug)]
pub(crate) struct Assignment {
    pub(crate) name: String,
    pub(crate) role: &'static Role,
    pub(crate) scope: Scope,
    pub(crate) principal_id: String,
    /// `User`, `Group` or `ServicePrincipal`.
    pub(crate) principal_type: &'static str,
}

/// A sample user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Principal {
    /// The name after `sample:`.
    pub(crate) name: &'static str,
    /// The directory's object id.
    pub(crate) object_id: String,
}

impl Principal {
    /// The user principal name that error messages show.
    pub(crate) fn upn(&self) -> String {
        format!("{}@{DOMAIN}", self.name)
    }
}

/// Names of the sample users; the first is whom any other bearer token stands for.
pub(crate) const USERS: [&str; 6] =
    ["operator", "reader", "contributor", "security-reader", "group-reader", "nobody"];

/// Everybody, and what they may do.
#[derive(Debug)]
pub(crate) struct Directory {
    chance: Chance,
    pub(crate) assignments: Vec<Assignment>,
}

impl Directory {
    /// The directory of a world.
    pub(crate) fn of(world: &World) -> Self {
        let mut directory =
            Self { chance: world.chance.child("directory"), assignments: Vec::new() };
        let root = Scope::ManagementGroup(ManagementGroup::Root);
        directory.assign("operator", "User", "Owner", root);
        directory.assign("reader", "User", "Reader", root);
        directory.assign(
            "sg-platform-team",
            "Group",
            "Contributor",
            Scope::ManagementGroup(ManagementGroup::Platform),
        );
        directory.assign("sp-defender-export", "ServicePrincipal", "Security Reader", root);
        for ix in world.subscription_ixs() {
            let Some(subscription) = world.subscription(ix) else {
                continue;
            };
            let at = Scope::Subscription(ix);
            match subscription.name.as_str() {
                "Northlight Production" => {
                    directory.assign("security-reader", "User", "Security Reader", at);
                    directory.assign("sg-operations", "Group", "Monitoring Reader", at);
                    if let Some(group) = world.find_group(ix, "rg-web-prod-weu") {
                        directory.assign("group-reader", "User", "Reader", Scope::Group(group));
                        directory.assign(
                            "sp-web-deploy",
                            "ServicePrincipal",
                            "Virtual Machine Contributor",
                            Scope::Group(group),
                        );
                    }
                }
                "Northlight Non-Production" => {
                    directory.assign("contributor", "User", "Contributor", at);
                }
                _ => {}
            }
        }
        directory.assign_background(world);
        directory
    }

    /// Who else has rights: pipelines, teams, and more owners than is good where Defender says so.
    fn assign_background(&mut self, world: &World) {
        self.assign("emergency-access", "User", "User Access Administrator", Scope::Tenant);
        for ix in world.subscription_ixs() {
            let Some(subscription) = world.subscription(ix) else {
                continue;
            };
            let at = Scope::Subscription(ix);
            match subscription.environment {
                Environment::Production => {
                    self.assign("sp-landing-zone-pipeline", "ServicePrincipal", "Owner", at);
                    self.assign("sg-backup-operators", "Group", "Backup Reader", at);
                }
                Environment::NonProduction => {
                    self.assign("sg-application-teams", "Group", "Contributor", at);
                }
                Environment::Sandbox => {
                    self.assign("sg-developers", "Group", "Contributor", at);
                }
                Environment::Platform => {}
            }
            if subscription.marks.has(Mark::TooManyOwners) {
                for owner in ["marta.olsen", "jonas.eck", "ines.duarte"] {
                    self.assign(owner, "User", "Owner", at);
                }
            }
            if subscription.marks.has(Mark::GuestOwner) {
                self.assign("guest-consultant", "User", "Owner", at);
            }
        }
    }

    fn assign(&mut self, who: &str, kind: &'static str, role: &str, scope: Scope) {
        let Some(role) = roles::named(role) else {
            return;
        };
        let count = self.assignments.len() as u64;
        self.assignments.push(Assignment {
            name: self.chance.child("assignment").nth(count).guid(),
            role,
            scope,
            principal_id: self.object_id(who),
            principal_type: kind,
        });
    }

    fn object_id(&self, who: &str) -> String {
        self.chance.child(who).guid()
    }

    /// Whom a bearer token stands for; `None` for a sample user that does not exist.
    pub(crate) fn principal(&self, token: &str) -> Option<Principal> {
        let name = match token.strip_prefix("sample:") {
            None => "operator",
            Some(asked) => USERS.into_iter().find(|user| user.eq_ignore_ascii_case(asked))?,
        };
        Some(Principal { name, object_id: self.object_id(name) })
    }

    /// The assignments of a principal, wherever they are.
    pub(crate) fn of_principal<'a>(
        &'a self,
        principal: &'a Principal,
    ) -> impl Iterator<Item = &'a Assignment> {
        self.assignments.iter().filter(|a| a.principal_id == principal.object_id)
    }

    /// Whether `principal` may do `action` at `scope`.
    pub(crate) fn allows(
        &self,
        world: &World,
        principal: &Principal,
        action: &str,
        scope: Scope,
    ) -> bool {
        self.of_principal(principal)
            .any(|a| scope.is_within(a.scope, world) && a.role.allows(action))
    }

    /// Whether `principal` has any role at, above or below `scope`: what makes a subscription or
    /// a management group visible in a list.
    pub(crate) fn sees(&self, world: &World, principal: &Principal, scope: Scope) -> bool {
        self.of_principal(principal)
            .any(|a| scope.is_within(a.scope, world) || a.scope.is_within(scope, world))
    }
}
