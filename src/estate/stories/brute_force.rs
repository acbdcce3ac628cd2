//! Somebody opened Remote Desktop of a web server to the Internet for a vendor, and three days
//! later a password was guessed. Seen in the security group's rule, the machine's address, two
//! recommendations and two alerts.

use crate::estate::world::{Builder, Link, kind::Kind, mark::Mark};

/// The machine.
pub(crate) const MACHINE: &str = "vm-web-01";
/// Its resource group.
pub(crate) const GROUP: &str = "rg-web-prod-weu";
/// Where the attempts came from (an address reserved for documentation).
pub(crate) const ATTACKER: &str = "203.0.113.47";
/// The account whose password was guessed.
pub(crate) const ACCOUNT: &str = "webadmin";
/// Minutes before the anchor at which the rule was added.
pub(crate) const OPENED: i64 = 3 * 24 * 60 + 95;
/// Minutes before the anchor at which the attempts began.
pub(crate) const ATTEMPTS_BEGAN: i64 = 9 * 60 + 20;
/// Minutes before the anchor at which one succeeded.
pub(crate) const SUCCEEDED: i64 = 3 * 60 + 40;
/// Failed sign-ins in between.
pub(crate) const ATTEMPTS: u32 = 4_812;
/// The rule's name.
pub(crate) const RULE: &str = "Allow-RDP-Vendor-Temp";

pub(super) fn cast(builder: &mut Builder) {
    let Some(machine) = builder.named(Kind::VirtualMachine, MACHINE) else {
        return;
    };
    for mark in [Mark::NoJustInTime, Mark::OpenManagementPorts, Mark::FellRecently] {
        builder.mark(machine, mark);
    }
    for mark in [Mark::Linux, Mark::Deallocated, Mark::NoScanner, Mark::NoEndpointProtection] {
        builder.clear(machine, mark);
    }
    let nic = builder.linked(machine, Link::NetworkInterface);
    if let Some(filter) = nic.and_then(|nic| builder.linked(nic, Link::SecurityGroup)) {
        builder.mark(filter, Mark::OpenManagementPorts);
        builder.mark(filter, Mark::FellRecently);
    }
}
