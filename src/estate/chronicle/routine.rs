//! What happens in any estate: resources come into being, tags are kept, machines are stopped
//! for the night, keys are read by pipelines.

use serde_json::Value;

use super::{Actor, Deed, Edit, LOG_KEPT, Target, Verb, about};
use crate::estate::{
    stories,
    world::{DAY, Resource, ResourceIx, World, kind::Kind, mark::Mark},
};

/// Who keeps the estate's resources as they are written down.
const KEEPER: Actor = Actor::Application("sp-terraform-landingzones");
/// Who looks after a resource by hand.
const PEOPLE: &[&str] = &["jonas.weber", "priya.raman", "amara.okafor", "tom.hartmann"];

/// Minutes before the anchor at which a resource was last changed in the usual course of things.
pub(crate) fn changed_minutes_ago(resource: &Resource) -> i64 {
    let age = u64::from(resource.created);
    let span = age.min(200 * DAY.unsigned_abs()).saturating_sub(180);
    let back = 120 + resource.chance.child("changed").below(span.max(1));
    i64::try_from(back.min(age)).unwrap_or(DAY)
}

/// Minutes before the anchor at which a machine was deallocated, if it is.
pub(crate) fn stopped_minutes_ago(world: &World, ix: ResourceIx) -> Option<i64> {
    let resource = world.resource(ix)?;
    if !resource.marks.has(Mark::Deallocated) {
        return None;
    }
    let routine = || {
        let minutes = 600 + resource.chance.child("stopped").below(25 * 24 * 60);
        i64::try_from(minutes).unwrap_or(DAY)
    };
    Some(stories::stopped_minutes_ago(world, ix).unwrap_or_else(routine))
}

/// The properties a routine change set: one tag, to what it is now.
pub(super) fn edits(world: &World, ix: ResourceIx) -> Vec<Edit> {
    let Some((resource, group)) =
        world.resource(ix).and_then(|r| world.group(r.group).map(|g| (r, g)))
    else {
        return Vec::new();
    };
    let edit = if resource.marks.has(Mark::Untagged) {
        Edit::new("tags.owner", group.owner, Value::Null)
    } else if resource.chance.child("tag").percent(50) {
        Edit::new("tags.costCenter", "CC-0000", group.cost_center)
    } else {
        Edit::new("tags.owner", "it@northlight.example", group.owner)
    };
    vec![edit]
}

/// The routine deeds of a world, in no order.
pub(super) fn deeds(world: &World) -> impl Iterator<Item = Deed> + '_ {
    world
        .subscription_ixs()
        .flat_map(|ix| world.subscription_resources(ix))
        .flat_map(|ix| of_resource(world, ix))
}

fn of_resource(world: &World, ix: ResourceIx) -> impl Iterator<Item = Deed> + use<> {
    let Some(resource) = world.resource(ix) else {
        return [None, None, None, None].into_iter().flatten();
    };
    let created = i64::from(resource.created);
    let changed = changed_minutes_ago(resource);
    let person = Actor::Person(resource.chance.child("keeper").pick(PEOPLE));
    let by = if resource.chance.child("by-hand").percent(35) { person } else { KEEPER };
    let deed = |at, by, verb, label: &str| {
        Deed::new(at, by, verb, Target::Resource(ix), about(world, ix, label))
    };
    let is_told = stories::creates(world, ix);
    let creation =
        (created <= LOG_KEPT && !is_told).then(|| deed(created, KEEPER, Verb::Create, "creation"));
    let change = (changed < created && changed <= LOG_KEPT)
        .then(|| deed(changed, by, Verb::Write, "change").routine());
    let stop = stopped_minutes_ago(world, ix)
        .filter(|_| stories::stopped_minutes_ago(world, ix).is_none())
        .map(|at| deed(at, person, Verb::Action("deallocate"), "stop"));
    let reads_keys = resource.kind == Kind::StorageAccount
        && resource.chance.child("keys").percent(40)
        && created > 30 * DAY;
    let keys = reads_keys.then(|| {
        let ago = resource.chance.child("keys-at").below(20 * 24 * 60);
        let at = 30 + i64::try_from(ago).unwrap_or(0);
        let reader = Actor::Application("sp-web-deploy");
        deed(at, reader, Verb::Action("listKeys"), "keys")
    });
    [creation, change, stop, keys].into_iter().flatten()
}
