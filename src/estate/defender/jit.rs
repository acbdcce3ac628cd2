//! Just-in-time access to machines: one policy for each resource group that has machines whose
//! management ports are opened on request only, and who asked lately.

use serde_json::{Value, json};

use crate::estate::{
    chance::Chance,
    chronicle::Actor,
    clock::stamp,
    world::{GroupIx, ResourceIx, SubscriptionIx, World, kind::Kind, mark::Mark},
};

/// The name Defender gives a policy.
const NAME: &str = "default";
/// The longest a port stays open.
const LONGEST: &str = "PT3H";
/// The share of machines that somebody asked for in the last days, in percent.
const ASKED_PERCENT: u8 = 12;
/// Days a request is told.
const DAYS_TOLD: u64 = 14;
/// Who asks for access.
const REQUESTORS: [Actor; 3] =
    [Actor::Person("amara.okafor"), Actor::Person("jonas.weber"), Actor::Person("tom.hartmann")];
const REASONS: [&str; 3] =
    ["Install the monthly update by hand", "Look into slow logons", "Vendor support session"];

/// The policy of a resource group.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Policy(GroupIx);

/// The policies of a subscription's groups, in their order.
pub(crate) fn of_subscription(
    world: &World,
    ix: SubscriptionIx,
) -> impl Iterator<Item = Policy> + '_ {
    world.subscription_groups(ix).filter_map(|group| of_group(world, group))
}

/// The policy of a group; `None` where no machine has just-in-time access.
pub(crate) fn of_group(world: &World, ix: GroupIx) -> Option<Policy> {
    machines(world, ix).next().map(|_| Policy(ix))
}

fn machines(world: &World, ix: GroupIx) -> impl Iterator<Item = ResourceIx> + '_ {
    world.group_resources(ix).filter(|machine| {
        world
            .resource(*machine)
            .is_some_and(|r| r.kind == Kind::VirtualMachine && !r.marks.has(Mark::NoJustInTime))
    })
}

impl Policy {
    /// The region that it is kept in.
    pub(crate) fn location(self, world: &World) -> &'static str {
        world.group(self.0).map_or("", |group| group.region.name())
    }

    /// Whether a request names it.
    pub(crate) fn is_named(name: &str) -> bool {
        name.eq_ignore_ascii_case(NAME)
    }

    /// The ARM body.
    pub(crate) fn body(self, world: &World) -> Value {
        let location = self.location(world);
        let machines: Vec<Value> = machines(world, self.0)
            .map(|ix| json!({ "id": world.resource_id(ix), "ports": [port(world, ix)] }))
            .collect();
        let requests: Vec<Value> =
            machines_asked(world, self.0).map(|(ix, chance)| request(world, ix, chance)).collect();
        json!({
            "id": format!(
                "{}/providers/Microsoft.Security/locations/{location}/jitNetworkAccessPolicies/{NAME}",
                world.group_id(self.0)
            ),
            "name": NAME,
            "type": "Microsoft.Security/locations/jitNetworkAccessPolicies",
            "kind": "Basic",
            "location": location,
            "properties": {
                "virtualMachines": machines,
                "requests": requests,
                "provisioningState": "Succeeded",
            },
        })
    }
}

/// The machines that somebody asked for.
fn machines_asked(
    world: &World,
    group: GroupIx,
) -> impl Iterator<Item = (ResourceIx, Chance)> + '_ {
    machines(world, group).filter_map(|ix| {
        let chance = world.resource(ix)?.chance.child("just-in-time");
        chance.percent(ASKED_PERCENT).then_some((ix, chance))
    })
}

/// The port for remote administration of a machine.
fn number(world: &World, ix: ResourceIx) -> u16 {
    if world.has(ix, Mark::Linux) { 22 } else { 3389 }
}

fn port(world: &World, ix: ResourceIx) -> Value {
    json!({
        "number": number(world, ix),
        "protocol": "*",
        "allowedSourceAddressPrefix": "*",
        "maxRequestAccessDuration": LONGEST,
    })
}

fn request(world: &World, ix: ResourceIx, chance: Chance) -> Value {
    let began = 300 + i64::try_from(chance.child("began").below(DAYS_TOLD * 1440)).unwrap_or(0);
    let choice = usize::try_from(chance.child("who").below(3)).unwrap_or(0);
    let requestor = REQUESTORS.get(choice).map(|who| who.caller(world)).unwrap_or_default();
    json!({
        "virtualMachines": [{
            "id": world.resource_id(ix),
            "ports": [{
                "number": number(world, ix),
                "allowedSourceAddressPrefix": format!("192.0.2.{}", 1 + chance.child("from").below(200)),
                "endTimeUtc": stamp(world.ago(began - 180)),
                "status": "Revoked",
                "statusReason": "Expired",
            }],
        }],
        "startTimeUtc": stamp(world.ago(began)),
        "requestor": requestor,
        "justification": REASONS.get(choice).copied().unwrap_or_default(),
    })
}
