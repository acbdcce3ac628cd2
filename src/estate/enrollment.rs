//! Machine enrollment of subscriptions: which are enrolled, how far it came, and which resource
//! providers are registered where. Facts only, derived from the world; must not know HTTP.

use serde_json::{Value, json};

use super::{
    defender::plans::PLANS,
    world::{ResourceIx, SubscriptionIx, World, company::Environment, kind::Kind},
};

/// How far the enrollment of a subscription came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Enrollment {
    /// Every service that was asked for is on.
    Done,
    /// Begun; a service failed, another is under way.
    Stuck,
}

/// The namespaces that a subscription of experiments has not registered, unless it uses them.
const SELDOM: &[&str] = &[
    "Microsoft.DataProtection",
    "Microsoft.GuestConfiguration",
    "Microsoft.Maintenance",
    "Microsoft.ManagedOps",
    "Microsoft.RecoveryServices",
];

/// The state of a subscription's enrollment; `None` where it never began.
pub(crate) fn of(world: &World, ix: SubscriptionIx) -> Option<Enrollment> {
    match world.subscription(ix)?.environment {
        Environment::Production => Some(Enrollment::Done),
        Environment::NonProduction => Some(Enrollment::Stuck),
        Environment::Platform | Environment::Sandbox => None,
    }
}

/// Whether a namespace is registered in a subscription.
pub(crate) fn is_registered(world: &World, ix: SubscriptionIx, namespace: &str) -> bool {
    let is_sandbox =
        world.subscription(ix).is_some_and(|one| one.environment == Environment::Sandbox);
    if !is_sandbox || !SELDOM.iter().any(|one| one.eq_ignore_ascii_case(namespace)) {
        return true;
    }
    let mut resources = world.subscription_resources(ix);
    resources.any(|ix| {
        world.resource(ix).is_some_and(|r| r.kind.namespace().eq_ignore_ascii_case(namespace))
    })
}

/// The ARM body of `Microsoft.ManagedOps/managedOps/default` (2025-07-28-preview).
pub(crate) fn body(world: &World, ix: SubscriptionIx) -> Option<Value> {
    let enrollment = of(world, ix)?;
    let at = world.subscription_id(ix);
    let workspace = first_of(world, Kind::Workspace);
    let is_on = |name: &str| PLANS.iter().any(|plan| plan.name == name && plan.is_on(world, ix));
    let asked = |name: &str| if is_on(name) { "Enable" } else { "Disable" };
    let paid = |name: &str| json!({ "enablementStatus": if is_on(name) { "Enabled" } else { "Disabled" } });
    let (state, tracking, updates) = match enrollment {
        Enrollment::Done => ("Succeeded", "Enabled", "Enabled"),
        Enrollment::Stuck => ("Provisioning", "InProgress", "Failed"),
    };
    let rule = |name: &str| {
        let group = "resourceGroups/rg-managedops/providers/Microsoft.Insights/dataCollectionRules";
        format!("{at}/{group}/{name}")
    };
    Some(json!({
        "id": format!("{at}/providers/Microsoft.ManagedOps/managedOps/default"),
        "name": "default",
        "type": "Microsoft.ManagedOps/managedOps",
        "properties": {
            "provisioningState": state,
            "sku": { "name": "Essentials", "tier": "Essentials" },
            "desiredConfiguration": {
                "changeTrackingAndInventory": { "logAnalyticsWorkspaceId": workspace },
                "azureMonitorInsights": {
                    "azureMonitorWorkspaceId":
                        format!("{at}/resourceGroups/rg-managedops/providers/Microsoft.Monitor/accounts/amw-managedops"),
                },
                "userAssignedManagedIdentityId": first_of(world, Kind::ManagedIdentity),
                "defenderForServers": asked("VirtualMachines"),
                "defenderCspm": asked("CloudPosture"),
            },
            "services": {
                "changeTrackingAndInventory":
                    { "dcrId": rule("managedops-ct-dcr"), "enablementStatus": tracking },
                "azureMonitorInsights":
                    { "dcrId": rule("managedops-am-dcr"), "enablementStatus": "Enabled" },
                "azureUpdateManager": { "enablementStatus": updates },
                "azurePolicyAndMachineConfiguration": { "enablementStatus": "Enabled" },
                "defenderForServers": paid("VirtualMachines"),
                "defenderCspm": paid("CloudPosture"),
            },
            "policyAssignmentProperties": {
                "policyInitiativeAssignmentId":
                    format!("{at}/providers/Microsoft.Authorization/policyAssignments/ManagedOpsPolicy"),
            },
        },
    }))
}

/// The ARM id of the first resource of a kind.
fn first_of(world: &World, kind: Kind) -> Option<String> {
    let mut all = (0_u32..).map(ResourceIx).zip(&world.resources);
    all.find(|(_, one)| one.kind == kind).map(|(ix, _)| world.resource_id(ix))
}
