//! Pending critical patches: the billing machines have missed two patch windows. Seen in the
//! recommendation on system updates; patch results follow with their provider.

use crate::estate::world::{Builder, kind::Kind, mark::Mark};

/// The resource group of the machines.
pub(crate) const GROUP: &str = "rg-billing-prod-neu";

pub(super) fn cast(builder: &mut Builder) {
    for member in builder.members(GROUP) {
        if builder.kind_of(member) == Some(Kind::VirtualMachine) {
            builder.mark(member, Mark::MissingUpdates);
            builder.mark(member, Mark::Vulnerable);
        }
    }
}
