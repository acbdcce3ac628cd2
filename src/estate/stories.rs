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

use super::world::Builder;

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

/// Marks the resources that the stories are about.
pub(super) fn cast(builder: &mut Builder) {
    for story in STORIES {
        story(builder);
    }
}
