//! Backups that fail since a policy was changed: the enterprise-planning machines. So far they
//! are protected and running; jobs and policies follow with their provider.

use crate::estate::world::{Builder, kind::Kind, mark::Mark};

/// The resource group of the machines whose backups fail.
pub(crate) const GROUP: &str = "rg-erp-prod-weu";

pub(super) fn cast(builder: &mut Builder) {
    for member in builder.members(GROUP) {
        if builder.kind_of(member) == Some(Kind::VirtualMachine) {
            builder.clear(member, Mark::NoBackup);
        }
    }
}
