//! Defender plans: which are paid for, subscription by subscription.

use serde_json::{Value, json};

use crate::estate::{
    clock::stamp,
    stories::unprotected,
    world::{DAY, ResourceIx, SubscriptionIx, World, company::Environment, kind::Kind, mark::Mark},
};

/// A plan.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) name: &'static str,
    sub_plan: Option<&'static str>,
    covers: &'static [Kind],
    /// Replaced by another plan.
    replaced_by: Option<&'static str>,
}

/// Every plan, in the order the list shows them.
pub(crate) const PLANS: &[Plan] = &[
    plan("VirtualMachines", Some("P2"), &[Kind::VirtualMachine]),
    plan("SqlServers", None, &[Kind::SqlServer]),
    plan("AppServices", None, &[Kind::WebSite]),
    plan("StorageAccounts", Some("DefenderForStorageV2"), &[Kind::StorageAccount]),
    plan("SqlServerVirtualMachines", None, &[]),
    replaced("KubernetesService", "Containers"),
    replaced("ContainerRegistry", "Containers"),
    plan("KeyVaults", Some("PerKeyVault"), &[Kind::KeyVault]),
    replaced("Dns", "VirtualMachines"),
    plan("Arm", Some("PerSubscription"), &[]),
    plan("OpenSourceRelationalDatabases", None, &[]),
    plan("CosmosDbs", None, &[Kind::CosmosAccount]),
    plan("Containers", None, &[Kind::KubernetesCluster, Kind::ContainerRegistry]),
    plan("CloudPosture", None, &[]),
    plan("Api", None, &[]),
];

const fn plan(name: &'static str, sub_plan: Option<&'static str>, covers: &'static [Kind]) -> Plan {
    Plan { name, sub_plan, covers, replaced_by: None }
}

const fn replaced(name: &'static str, by: &'static str) -> Plan {
    Plan { name, sub_plan: None, covers: &[], replaced_by: Some(by) }
}

impl Plan {
    /// Whether the subscription pays for the plan.
    pub(crate) fn is_on(&self, world: &World, ix: SubscriptionIx) -> bool {
        let Some(subscription) = world.subscription(ix) else {
            return false;
        };
        let is_kept =
            matches!(subscription.environment, Environment::Production | Environment::Platform);
        match self.name {
            "VirtualMachines" => !subscription.marks.has(Mark::NoServersPlan),
            "StorageAccounts" => !subscription.marks.has(Mark::NoStoragePlan),
            "SqlServers" | "KeyVaults" | "Arm" | "Containers" | "CloudPosture" => is_kept,
            _ => false,
        }
    }

    /// The ARM body.
    pub(crate) fn body(&self, world: &World, ix: SubscriptionIx) -> Value {
        let on = self.is_on(world, ix);
        let mut properties = json!({
            "pricingTier": if on { "Standard" } else { "Free" },
            "freeTrialRemainingTime": "PT0S",
            "enforce": "False",
            "inherited": "False",
            "resourcesCoverageStatus": self.coverage(world, ix),
        });
        if let Some(properties) = properties.as_object_mut() {
            if on {
                let enabled = stamp(world.ago(420 * DAY));
                properties.insert("enablementTime".into(), json!(enabled));
                if let Some(sub_plan) = self.sub_plan {
                    properties.insert("subPlan".into(), json!(sub_plan));
                }
                if let extensions @ [_, ..] = self.extensions().as_slice() {
                    properties.insert("extensions".into(), json!(extensions));
                }
            }
            if let Some(by) = self.replaced_by {
                properties.insert("deprecated".into(), json!(true));
                properties.insert("replacedBy".into(), json!([by]));
            }
        }
        json!({
            "id": format!("{}/providers/Microsoft.Security/pricings/{}", world.subscription_id(ix), self.name),
            "name": self.name,
            "type": "Microsoft.Security/pricings",
            "properties": properties,
        })
    }

    /// The parts of the plan that can be switched on and off.
    fn extensions(&self) -> Vec<Value> {
        let names: &[&str] = match self.name {
            "VirtualMachines" => &["MdeDesignatedSubscription", "AgentlessVmScanning"],
            "CloudPosture" => &[
                "SensitiveDataDiscovery",
                "ContainerRegistriesVulnerabilityAssessments",
                "AgentlessDiscoveryForKubernetes",
                "AgentlessVmScanning",
                "EntraPermissionsManagement",
            ],
            _ => &[],
        };
        let on = json!({ "code": "Succeeded", "message": "Successfully enabled the extension" });
        let extension =
            |name: &&str| json!({ "name": name, "isEnabled": "True", "operationStatus": on });
        names.iter().map(extension).collect()
    }

    /// Whether all, some or none of a subscription's resources are covered.
    fn coverage(&self, world: &World, ix: SubscriptionIx) -> &'static str {
        if !self.is_on(world, ix) {
            return "NotCovered";
        }
        let is_left_out = |resource| {
            world.resource(resource).is_some_and(|r| self.covers(r.kind))
                && unprotected::is_left_out(world, resource)
        };
        if world.subscription_resources(ix).any(is_left_out) {
            "PartiallyCovered"
        } else {
            "FullyCovered"
        }
    }

    /// Whether the plan can be set for single resources of this kind: for machines only.
    pub(crate) fn is_settable_for(&self, kind: Kind) -> bool {
        self.name == "VirtualMachines" && kind == Kind::VirtualMachine
    }

    /// The ARM body at one resource: inherited from its subscription, unless it was left out.
    pub(crate) fn body_of_resource(&self, world: &World, ix: ResourceIx) -> Option<Value> {
        let resource = world.resource(ix)?;
        let subscription = world.subscription_of(resource);
        let left_out = unprotected::is_left_out(world, ix);
        let on = self.is_on(world, subscription) && !left_out;
        let mut properties = json!({
            "pricingTier": if on { "Standard" } else { "Free" },
            "freeTrialRemainingTime": "PT0S",
            "inherited": if left_out { "False" } else { "True" },
        });
        if let Some(members) = properties.as_object_mut() {
            if !left_out {
                let from = world.subscription_id(subscription);
                members.insert("inheritedFrom".into(), json!(from));
            }
            if let (true, Some(sub_plan)) = (on, self.sub_plan) {
                members.insert("subPlan".into(), json!(sub_plan));
            }
        }
        Some(json!({
            "id": format!("{}/providers/Microsoft.Security/pricings/{}", world.resource_id(ix), self.name),
            "name": self.name,
            "type": "Microsoft.Security/pricings",
            "properties": properties,
        }))
    }

    /// Whether the plan protects resources of this kind.
    pub(crate) fn covers(&self, kind: Kind) -> bool {
        self.covers.contains(&kind)
    }
}
