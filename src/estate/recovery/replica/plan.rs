//! Recovery plans (Site Recovery, 2024-04-01): one an application, the first machine before the
//! rest.

use serde_json::{Value, json};

use super::{PRIMARY, RECOVERY, Replica, Site, site, sites};
use crate::estate::{
    clock::stamp,
    world::{ResourceIx, World},
};

/// The plans of a vault.
pub(crate) fn in_vault(world: &World, vault: ResourceIx) -> Vec<Site<'_>> {
    sites(world, vault)
}

impl Site<'_> {
    /// The plan's name.
    pub(crate) fn plan_name(&self) -> String {
        format!("rp-{}-prod", self.own.application)
    }

    /// The plan's id.
    pub(crate) fn plan_id(&self, world: &World, vault: ResourceIx) -> String {
        let vault = world.resource_id(vault);
        format!("{vault}/replicationRecoveryPlans/{}", self.plan_name())
    }

    /// The plan's body.
    pub(crate) fn plan_body(&self, world: &World, vault: ResourceIx) -> Value {
        let replicas: Vec<Replica> = self.replicas(world).collect();
        let (first, rest) = replicas.split_at(1.min(replicas.len()));
        let mut properties = json!({
            "friendlyName": self.plan_name(),
            "primaryFabricId": site::fabric_id(world, vault, PRIMARY),
            "primaryFabricFriendlyName": PRIMARY.display(),
            "recoveryFabricId": site::fabric_id(world, vault, RECOVERY),
            "recoveryFabricFriendlyName": RECOVERY.display(),
            "failoverDeploymentModel": "ResourceManager",
            "replicationProviders": ["A2A"],
            "allowedOperations": ["UnplannedFailover", "TestFailover"],
            "currentScenario": {
                "scenarioName": "None",
                "jobId": format!("{}/replicationJobs/None", world.resource_id(vault)),
                "startTime": "1753-01-01T01:01:01Z",
            },
            "currentScenarioStatus": "",
            "currentScenarioStatusDescription": "",
            "groups": [
                group(world, "Shutdown", &[]),
                group(world, "Failover", &[]),
                group(world, "Boot", first),
                group(world, "Boot", rest),
            ],
            "providerSpecificDetails": [{
                "instanceType": "A2A",
                "primaryZone": "",
                "recoveryZone": "",
            }],
        });
        if let (Some(properties), Some(at)) = (properties.as_object_mut(), self.tested(world)) {
            properties.insert("lastTestFailoverTime".into(), json!(stamp(world.ago(at))));
        }
        json!({
            "id": self.plan_id(world, vault),
            "name": self.plan_name(),
            "type": "Microsoft.RecoveryServices/vaults/replicationRecoveryPlans",
            "properties": properties,
        })
    }

    /// Minutes before the anchor of the last failover test, however it went.
    fn tested(&self, world: &World) -> Option<i64> {
        self.failed_drill().or_else(|| self.drilled(world))
    }
}

fn group(world: &World, kind: &str, replicas: &[Replica]) -> Value {
    let items = replicas.iter().map(|replica| {
        json!({
            "id": replica.id(world),
            "virtualMachineId": world.resource_id(replica.machine),
        })
    });
    json!({
        "groupType": kind,
        "replicationProtectedItems": items.collect::<Vec<_>>(),
        "startGroupActions": [],
        "endGroupActions": [],
    })
}
