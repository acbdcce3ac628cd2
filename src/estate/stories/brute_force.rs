//! Somebody opened Remote Desktop of a web server to the Internet for a vendor, and three days
//! later a password was guessed. Seen in the security group's rule and who wrote it, the machine's
//! address, two recommendations, two security alerts, a log alert and an attack path.

use serde_json::Value;

use crate::estate::{
    chronicle::{Actor, Deed, Edit, Target, Verb, request},
    monitor::{Condition, Fired, Rule, Signal, Source},
    world::{Builder, Link, ResourceIx, World, kind::Kind, mark::Mark},
};

/// The machine.
pub(crate) const MACHINE: &str = "vm-web-01";
/// Its resource group.
pub(crate) const GROUP: &str = "rg-web-prod-weu";
/// Who opened the port.
pub(crate) const OPENER: Actor = Actor::Person("amara.okafor");
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
/// Of those an hour, while they went on.
const ATTEMPTS_AN_HOUR: f64 = 802.0;
/// The rule's name.
pub(crate) const RULE: &str = "Allow-RDP-Vendor-Temp";

/// The rule on failed sign-ins.
pub(crate) const SIGN_INS: Rule = Rule {
    name: "Failed sign-ins above 500 an hour",
    severity: 2,
    signal: Signal::Log,
    source: Source::LogAnalytics,
    description: "More than 500 sign-ins to the machine failed within an hour.",
    condition: Condition::query(
        "SecurityEvent | where EventID == 4625 | summarize Failed = count() by Computer, bin(TimeGenerated, 1h) | where Failed > 500",
        ATTEMPTS_AN_HOUR,
    ),
};

pub(super) fn cast(builder: &mut Builder) {
    let Some(machine) = builder.named(Kind::VirtualMachine, MACHINE) else {
        return;
    };
    for mark in
        [Mark::NoJustInTime, Mark::OpenManagementPorts, Mark::FellRecently, Mark::SystemIdentity]
    {
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

pub(super) fn deeds(world: &World) -> Vec<Deed> {
    let Some(filter) = filter(world) else {
        return Vec::new();
    };
    let rule = format!("{}/securityRules/{RULE}", world.resource_id(filter));
    let path = |member: &str| format!("properties.securityRules[\"{rule}\"].properties.{member}");
    let edits = vec![
        Edit::new(path("access"), Value::Null, "Allow"),
        Edit::new(path("sourceAddressPrefix"), Value::Null, "Internet"),
        Edit::new(path("destinationPortRange"), Value::Null, "3389"),
        Edit::new(path("priority"), Value::Null, "100"),
    ];
    let target = Target::Member {
        of: filter,
        arm_type: "Microsoft.Network/networkSecurityGroups/securityRules",
        path: format!("/securityRules/{RULE}"),
    };
    let opening = request(world, "open-rdp");
    vec![
        Deed::new(OPENED, OPENER, Verb::Write, target, opening)
            .noted("Temporary access for vendor, remove after go-live")
            .editing(edits),
    ]
}

/// The security group before the machine.
pub(crate) fn filter(world: &World) -> Option<ResourceIx> {
    let machine = world.named(GROUP, Kind::VirtualMachine, MACHINE)?;
    let nic = world.resource(machine)?.linked(Link::NetworkInterface)?;
    world.resource(nic)?.linked(Link::SecurityGroup)
}

pub(super) fn fired(world: &World) -> Vec<Fired> {
    let Some(machine) = world.named(GROUP, Kind::VirtualMachine, MACHINE) else {
        return Vec::new();
    };
    vec![Fired::new(SIGN_INS, Target::Resource(machine), ATTEMPTS_BEGAN - 65)]
}
