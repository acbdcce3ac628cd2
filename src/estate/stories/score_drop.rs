//! The secure score fell: the checkout application was moved in a hurry six days ago and went
//! live without its hardening. Seen in the dates at which recommendations turned unhealthy, in
//! the resources' own settings and in the change's number in their tags.

use crate::estate::world::{Builder, DAY, Link, kind::Kind, mark::Mark};

/// The resource group that was moved.
pub(crate) const GROUP: &str = "rg-checkout-prod-weu";
/// The change under which it was moved.
pub(crate) const CHANGE: &str = "CHG0031842";
/// Minutes before the anchor at which it went live.
pub(crate) const WENT_LIVE: i64 = 6 * DAY + 7 * 60;

pub(super) fn cast(builder: &mut Builder) {
    for member in builder.members(GROUP) {
        let fallen: &[Mark] = match builder.kind_of(member) {
            Some(Kind::VirtualMachine) => &[
                Mark::NoJustInTime,
                Mark::MissingUpdates,
                Mark::NoPeriodicAssessment,
                Mark::Vulnerable,
                Mark::NoEndpointProtection,
                Mark::NoEncryptionAtHost,
                Mark::WeakBaseline,
            ],
            Some(Kind::StorageAccount) => {
                &[Mark::PlainHttp, Mark::PublicData, Mark::OpenFirewall, Mark::NoPrivateLink]
            }
            Some(Kind::KeyVault) => &[Mark::OpenFirewall, Mark::NoPurgeProtection],
            _ => &[],
        };
        for mark in fallen {
            builder.mark(member, *mark);
        }
        builder.mark(member, Mark::FellRecently);
        builder.clear(member, Mark::Untagged);
        builder.created(member, WENT_LIVE + 90);
    }
    open_group_filter(builder);
}

/// SSH of the whole tier is open: the filter behind the second and later machines.
fn open_group_filter(builder: &mut Builder) {
    let second = builder.named(Kind::VirtualMachine, "vm-checkout-02");
    let nic = second.and_then(|machine| builder.linked(machine, Link::NetworkInterface));
    if let Some(filter) = nic.and_then(|nic| builder.linked(nic, Link::SecurityGroup)) {
        builder.mark(filter, Mark::OpenManagementPorts);
    }
}
