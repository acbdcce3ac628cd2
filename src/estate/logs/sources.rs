//! Who writes logs: which machines have an agent, which workspace they report to, and since when
//! they are silent.

use super::ask::{Ask, Place};
use crate::estate::{
    chronicle::stopped_minutes_ago,
    stories::{
        backup_policy, brute_force, down_after_change, pending_patches, score_drop, unprotected,
    },
    world::{
        Group, Resource, ResourceIx, World,
        company::{Environment, Region},
        kind::Kind,
        mark::Mark,
    },
};

/// Groups whose stories the logs tell: their machines all have an agent.
const TOLD: &[&str] = &[
    backup_policy::GROUP,
    brute_force::GROUP,
    down_after_change::GROUP,
    pending_patches::GROUP,
    score_drop::GROUP,
];

/// What a machine has of the agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Agent {
    Never,
    /// It was taken off so many minutes before the anchor.
    Removed(i64),
    /// It is there.
    Installed,
}

/// What a machine has of the agent.
pub(crate) fn agent(world: &World, ix: ResourceIx) -> Agent {
    let Some((resource, group)) = world.resource(ix).and_then(|r| Some((r, world.group(r.group)?)))
    else {
        return Agent::Never;
    };
    if resource.kind != Kind::VirtualMachine {
        return Agent::Never;
    }
    if unprotected::machine(world) == Some(ix) {
        return Agent::Removed(unprotected::STRIPPED);
    }
    let share = match group.environment {
        Environment::Production | Environment::Platform => 96,
        Environment::NonProduction => 80,
        Environment::Sandbox => 40,
    };
    let is_told = TOLD.contains(&group.name.as_str());
    if is_told || resource.chance.child("monitor-agent").percent(share) {
        Agent::Installed
    } else {
        Agent::Never
    }
}

/// The central workspace of a region.
pub(crate) fn hub(world: &World, region: Region) -> Option<ResourceIx> {
    let short = match region {
        Region::WestEurope | Region::UkSouth => "weu",
        Region::NorthEurope | Region::EastUs2 => "neu",
    };
    let name = format!("log-northlight-{short}");
    world.named(&format!("rg-operations-{short}"), Kind::Workspace, &name)
}

/// Every central workspace.
pub(crate) fn hubs(world: &World) -> Vec<ResourceIx> {
    [Region::WestEurope, Region::NorthEurope].iter().filter_map(|one| hub(world, *one)).collect()
}

/// A machine that reports, or once did.
pub(super) struct Machine<'a> {
    pub(super) ix: ResourceIx,
    pub(super) resource: &'a Resource,
    pub(super) group: &'a Group,
    pub(super) place: Place,
    pub(super) is_linux: bool,
    /// The second of its last word, if it is silent.
    pub(super) end: Option<i64>,
}

impl Machine<'_> {
    pub(super) fn name(&self) -> &str {
        &self.resource.name
    }

    pub(super) fn is_in(&self, group: &str) -> bool {
        self.group.name == group
    }

    /// Whether it could say something at a second.
    pub(super) fn speaks(&self, at: i64) -> bool {
        self.end.is_none_or(|end| at <= end)
    }

    /// Its private address.
    pub(super) fn address(&self) -> String {
        let host = 4 + self.resource.chance.child("host").below(200);
        format!("10.{}.{}.{host}", self.group.region.octet(), self.group.resources.start % 200)
    }
}

/// The machines that a query can see rows of.
pub(super) fn machines<'a>(ask: &Ask<'a>) -> Vec<Machine<'a>> {
    let world = ask.world();
    let all = world.subscription_ixs().flat_map(|ix| world.subscription_resources(ix));
    all.filter_map(|ix| machine(ask, ix)).collect()
}

fn machine<'a>(ask: &Ask<'a>, ix: ResourceIx) -> Option<Machine<'a>> {
    let world = ask.world();
    let resource = world.resource(ix).filter(|one| one.kind == Kind::VirtualMachine)?;
    let group = world.group(resource.group)?;
    let removed = match agent(world, ix) {
        Agent::Never => return None,
        Agent::Removed(minutes) => Some(minutes),
        Agent::Installed => None,
    };
    if !ask.sought.admits("Computer", &resource.name) {
        return None;
    }
    let place = Place::of(world, ix, hub(world, group.region));
    let silent = removed.into_iter().chain(stopped_minutes_ago(world, ix)).max();
    let is_linux = resource.marks.has(Mark::Linux);
    let end = silent.map(|minutes| ask.window.ago(minutes));
    ask.sees(&place).then_some(Machine { ix, resource, group, place, is_linux, end })
}
