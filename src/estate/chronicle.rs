//! What people and services did to the estate lately: every deed told once, with who, when, why
//! and which properties changed. The activity log and the change tables are two views of it.
//! Knows no provider.

mod routine;
mod target;

use serde_json::Value;

use super::{
    chance::Chance,
    stories,
    world::{DAY, ResourceIx, World, company::DOMAIN},
};

pub(crate) use routine::{changed_minutes_ago, stopped_minutes_ago};
pub(crate) use target::Target;

/// Minutes that the activity log keeps.
pub(crate) const LOG_KEPT: i64 = 90 * DAY;
/// Minutes that the change tables keep.
pub(crate) const CHANGES_KEPT: i64 = 14 * DAY;

/// Somebody who changes things.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Actor {
    /// A person, by the part of the address before the domain.
    Person(&'static str),
    /// A service principal, by its display name.
    Application(&'static str),
    /// A service of Azure itself.
    Platform(&'static str),
}

impl Actor {
    /// The `caller` of the activity log: an address, an object id, or the service.
    pub(crate) fn caller(self, world: &World) -> String {
        match self {
            Self::Person(name) => format!("{name}@{DOMAIN}"),
            Self::Application(_) => self.object_id(world),
            Self::Platform(name) => name.to_owned(),
        }
    }

    /// The directory's object id.
    pub(crate) fn object_id(self, world: &World) -> String {
        world.chance.child("directory").child(self.name()).guid()
    }

    /// What people call it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Person(name) | Self::Application(name) | Self::Platform(name) => name,
        }
    }

    /// `changedByType` of the change tables.
    pub(crate) const fn kind(self) -> &'static str {
        match self {
            Self::Person(_) => "User",
            Self::Application(_) => "Application",
            Self::Platform(_) => "System",
        }
    }

    /// `clientType` of the change tables.
    pub(crate) const fn client(self) -> &'static str {
        match self {
            Self::Person(_) => "Azure Portal",
            Self::Application(_) => "Terraform",
            Self::Platform(_) => "Unspecified",
        }
    }
}

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verb {
    Create,
    Write,
    Delete,
    /// `POST …/{action}`.
    Action(&'static str),
    /// An operation that is not called after the type of its target.
    Named(&'static str),
}

/// How it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Succeeded,
    /// With ARM's status, code and message.
    Failed(u16, &'static str, &'static str),
}

/// A property before and after.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Edit {
    /// The path as the change tables spell it.
    pub(crate) path: String,
    pub(crate) previous: Value,
    pub(crate) new: Value,
}

impl Edit {
    /// An edit of `path`.
    pub(crate) fn new(
        path: impl Into<String>,
        previous: impl Into<Value>,
        new: impl Into<Value>,
    ) -> Self {
        Self { path: path.into(), previous: previous.into(), new: new.into() }
    }
}

/// Which properties a deed changed.
#[derive(Clone, Debug, PartialEq)]
enum Edits {
    None,
    /// A tag was set to what it is now.
    Routine,
    Told(Vec<Edit>),
}

/// One thing done by somebody to something.
#[derive(Clone, Debug)]
pub(crate) struct Deed {
    /// Minutes before the anchor.
    pub(crate) at: i64,
    pub(crate) by: Actor,
    pub(crate) target: Target,
    pub(crate) verb: Verb,
    pub(crate) outcome: Outcome,
    /// What the caller said about it, or empty.
    pub(crate) note: &'static str,
    correlation: Chance,
    edits: Edits,
}

impl Deed {
    /// A deed that succeeded; deeds of one request share a `correlation`.
    pub(crate) const fn new(
        at: i64,
        by: Actor,
        verb: Verb,
        target: Target,
        correlation: Chance,
    ) -> Self {
        Self {
            at,
            by,
            target,
            verb,
            outcome: Outcome::Succeeded,
            note: "",
            correlation,
            edits: Edits::None,
        }
    }

    /// With the properties it changed.
    pub(crate) fn editing(mut self, edits: Vec<Edit>) -> Self {
        self.edits = Edits::Told(edits);
        self
    }

    /// As a failure.
    pub(crate) const fn failing(
        mut self,
        status: u16,
        code: &'static str,
        message: &'static str,
    ) -> Self {
        self.outcome = Outcome::Failed(status, code, message);
        self
    }

    /// With a remark of the caller's.
    pub(crate) const fn noted(mut self, note: &'static str) -> Self {
        self.note = note;
        self
    }

    fn routine(mut self) -> Self {
        self.edits = Edits::Routine;
        self
    }

    /// The id that links everything one request did.
    pub(crate) fn correlation_id(&self) -> String {
        self.correlation.child("correlation").guid()
    }

    /// Where ids of records about this deed come from.
    pub(crate) fn chance(&self, world: &World) -> Chance {
        self.correlation.child(&self.target.id(world)).child(&self.operation(world))
    }

    /// The operation, `Microsoft.Compute/virtualMachines/write`.
    pub(crate) fn operation(&self, world: &World) -> String {
        let arm_type = self.target.arm_type(world);
        match self.verb {
            Verb::Create | Verb::Write => format!("{arm_type}/write"),
            Verb::Delete => format!("{arm_type}/delete"),
            Verb::Action(action) => format!("{arm_type}/{action}/action"),
            Verb::Named(operation) => operation.to_owned(),
        }
    }

    /// The properties it changed; empty for a creation or a deletion.
    pub(crate) fn changed(&self, world: &World) -> Vec<Edit> {
        match (&self.edits, &self.target) {
            (Edits::None, _) => Vec::new(),
            (Edits::Told(edits), _) => edits.clone(),
            (Edits::Routine, Target::Resource(ix)) => routine::edits(world, *ix),
            (Edits::Routine, _) => Vec::new(),
        }
    }

    /// Whether the change tables have a row of it.
    pub(crate) fn is_change(&self) -> bool {
        let is_tracked = !matches!(self.target, Target::Part { .. });
        let changes_something = match self.verb {
            Verb::Create | Verb::Delete => true,
            Verb::Write | Verb::Action(_) | Verb::Named(_) => self.edits != Edits::None,
        };
        is_tracked
            && changes_something
            && self.outcome == Outcome::Succeeded
            && self.at <= CHANGES_KEPT
    }

    /// `changeType` of the change tables.
    pub(crate) const fn change_type(&self) -> &'static str {
        match self.verb {
            Verb::Create => "Create",
            Verb::Delete => "Delete",
            Verb::Write | Verb::Action(_) | Verb::Named(_) => "Update",
        }
    }
}

/// Everything done within the last 90 days, newest first.
#[derive(Debug)]
pub(crate) struct Chronicle {
    deeds: Vec<Deed>,
}

impl Chronicle {
    /// The chronicle of a world.
    pub(crate) fn of(world: &World) -> Self {
        let mut deeds = stories::deeds(world);
        deeds.extend(routine::deeds(world));
        deeds.retain(|deed| deed.at <= LOG_KEPT);
        deeds.sort_by_key(|deed| deed.at);
        Self { deeds }
    }

    /// Its deeds, newest first.
    pub(crate) fn deeds(&self) -> &[Deed] {
        &self.deeds
    }
}

/// The correlation of a story's request.
pub(crate) fn request(world: &World, label: &str) -> Chance {
    world.chance.child("request").child(label)
}

/// The correlation of a routine request about one resource.
fn about(world: &World, ix: ResourceIx, label: &str) -> Chance {
    world.resource(ix).map_or(world.chance, |r| r.chance).child(label)
}
