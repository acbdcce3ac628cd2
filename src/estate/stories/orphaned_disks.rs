//! A cost spike from orphaned disks: an export job left premium disks behind when its machines
//! were deleted. So far seen in the disks themselves; cost follows with its provider.

use crate::estate::world::{Builder, DAY, kind::Kind, mark::Mark};

/// The resource group with the disks nobody uses.
pub(crate) const GROUP: &str = "rg-analytics-prod-neu";
/// Minutes before the anchor at which the machines were deleted.
pub(crate) const DETACHED: i64 = 17 * DAY;

pub(super) fn cast(builder: &mut Builder) {
    for member in builder.members(GROUP) {
        if builder.kind_of(member) == Some(Kind::Disk) && builder.has(member, Mark::Unattached) {
            builder.mark(member, Mark::Premium);
            builder.created(member, DETACHED + 3 * DAY);
        }
    }
}
