//! The secure score fell: the checkout application was moved in a hurry six days ago and went
//! live without its hardening. Seen in the dates at which recommendations turned unhealthy, in
//! the resources' own settings, in the change's number in their tags, and in who made them and
//! switched what off.

use serde_json::Value;

use crate::estate::{
    chronicle::{Actor, Deed, Edit, Target, Verb, request},
    world::{Builder, DAY, Link, ResourceIx, World, kind::Kind, mark::Mark},
};

/// The resource group that was moved.
pub(crate) const GROUP: &str = "rg-checkout-prod-weu";
/// The change under which it was moved.
pub(crate) const CHANGE: &str = "CHG0031842";
/// Who deployed it, and who made it work that day.
pub(crate) const DEPLOYER: Actor = Actor::Application("sp-checkout-deploy");
/// See [`DEPLOYER`].
pub(crate) const ENGINEER: Actor = Actor::Person("marta.lindqvist");
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

pub(super) fn deeds(world: &World) -> Vec<Deed> {
    let Some(group) = world.first_group(GROUP) else {
        return Vec::new();
    };
    let deployment = request(world, "checkout-deployment");
    let made = world.group_resources(group).map(|ix| {
        let target = Target::Resource(ix);
        Deed::new(WENT_LIVE + 90, DEPLOYER, Verb::Create, target, deployment).noted(CHANGE)
    });
    let loosened = world.group_resources(group).filter_map(|ix| {
        let edits = loosened(world, ix);
        let label = format!("checkout-loosened-{}", ix.0);
        let target = Target::Resource(ix);
        let deed = Deed::new(WENT_LIVE, ENGINEER, Verb::Write, target, request(world, &label));
        (!edits.is_empty()).then(|| deed.noted(CHANGE).editing(edits))
    });
    made.chain(loosened).collect()
}

/// What was switched off on a resource to get it to work.
fn loosened(world: &World, ix: ResourceIx) -> Vec<Edit> {
    match world.resource(ix).map(|r| r.kind) {
        Some(Kind::StorageAccount) => vec![
            Edit::new("properties.supportsHttpsTrafficOnly", "true", "false"),
            Edit::new("properties.allowBlobPublicAccess", "false", "true"),
            Edit::new("properties.networkAcls.defaultAction", "Deny", "Allow"),
        ],
        Some(Kind::KeyVault) => vec![
            Edit::new("properties.networkAcls.defaultAction", "Deny", "Allow"),
            Edit::new("properties.enablePurgeProtection", "true", Value::Null),
        ],
        Some(Kind::NetworkSecurityGroup) if world.has(ix, Mark::OpenManagementPorts) => {
            let rule = format!("{}/securityRules/Allow-SSH-Any", world.resource_id(ix));
            let path = |member| format!("properties.securityRules[\"{rule}\"].properties.{member}");
            vec![
                Edit::new(path("access"), Value::Null, "Allow"),
                Edit::new(path("sourceAddressPrefix"), Value::Null, "*"),
                Edit::new(path("destinationPortRange"), Value::Null, "22"),
            ]
        }
        _ => Vec::new(),
    }
}
