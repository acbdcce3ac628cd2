//! The stories of the sample estate: what went wrong lately, told once here as facts and marks,
//! so that every provider tells the same. A provider asks a story for its facts; a story knows no
//! provider.

pub(crate) mod backup_policy;
pub(crate) mod brute_force;
pub(crate) mod down_after_change;
pub(crate) mod orphaned_disks;
pub(crate) mod pending_patches;
pub(crate) mod region_outage;
pub(crate) mod score_drop;
pub(crate) mod unprotected;

use super::{
    chronicle::Deed,
    monitor::Fired,
    world::{Builder, ResourceIx, World, kind::Kind, mark::Mark},
};

/// Every story, each a function that marks the resources it plays with.
const STORIES: &[fn(&mut Builder)] = &[
    brute_force::cast,
    score_drop::cast,
    down_after_change::cast,
    backup_policy::cast,
    orphaned_disks::cast,
    pending_patches::cast,
    region_outage::cast,
    unprotected::cast,
];

/// What people did in each story; in the outage nobody did anything.
const DEEDS: &[fn(&World) -> Vec<Deed>] = &[
    brute_force::deeds,
    score_drop::deeds,
    down_after_change::deeds,
    backup_policy::deeds,
    orphaned_disks::deeds,
    pending_patches::deeds,
    unprotected::deeds,
];

/// Which alerts of Azure Monitor fired in each story. Orphaned disks, a fallen score and a
/// machine that nobody watches fire none: that is a part of those stories.
const FIRED: &[fn(&World) -> Vec<Fired>] = &[
    brute_force::fired,
    down_after_change::fired,
    backup_policy::fired,
    pending_patches::fired,
    region_outage::fired,
];

/// Marks the resources that the stories are about.
pub(super) fn cast(builder: &mut Builder) {
    for story in STORIES {
        story(builder);
    }
}

/// Everything people did in the stories, in no order.
pub(crate) fn deeds(world: &World) -> Vec<Deed> {
    DEEDS.iter().flat_map(|story| story(world)).collect()
}

/// Every alert that fired in the stories, in no order.
pub(crate) fn fired(world: &World) -> Vec<Fired> {
    FIRED.iter().flat_map(|story| story(world)).collect()
}

/// Whether a story says who created a resource.
pub(crate) fn creates(world: &World, ix: ResourceIx) -> bool {
    world.resource(ix).is_some_and(|resource| {
        let group = world.group(resource.group).map_or("", |g| g.name.as_str());
        group == score_drop::GROUP
            || (group == orphaned_disks::GROUP
                && resource.kind == Kind::Disk
                && resource.marks.has(Mark::Unattached))
    })
}

/// When a story says a machine was stopped, in minutes before the anchor.
pub(crate) fn stopped_minutes_ago(world: &World, ix: ResourceIx) -> Option<i64> {
    (down_after_change::machine(world) == Some(ix)).then_some(down_after_change::STOPPED)
}
