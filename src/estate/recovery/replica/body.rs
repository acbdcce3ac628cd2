//! Replicated items and their recovery points as Site Recovery (2024-04-01) tells them; Resource
//! Graph shows the same.

use serde_json::{Value, json};

use super::{Health, RECOVERY, Replica, site};
use crate::estate::{
    clock::stamp,
    world::{DAY, Link, World},
};

/// What Site Recovery says is wrong.
struct Problem {
    code: &'static str,
    level: &'static str,
    message: &'static str,
    causes: &'static str,
    action: &'static str,
    /// Minutes before the anchor since when.
    since: i64,
}

const LAG: Problem = Problem {
    code: "153006",
    level: "Error",
    message: "No crash-consistent recovery point available for the VM in the last 160 minutes.",
    causes: "The data change rate on the disks is above what replication supports, or the \
             machine cannot reach the cache storage account.",
    action: "Compare the data change rate of the disks with the limits of the replica disk's \
             tier, and check the machine's network path to the cache storage account.",
    since: 164,
};

const NO_APP_POINT: Problem = Problem {
    code: "153007",
    level: "Warning",
    message: "No app-consistent recovery point available for the VM in the last 720 minutes.",
    causes: "The VSS snapshot of the machine fails.",
    action: "Check the VSS writers and the Azure Site Recovery VSS provider in the machine.",
    since: 14 * 60 + 20,
};

impl Health {
    /// `Normal`, `Warning` or `Critical`.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Normal => "Normal",
            Self::NoConsistentPoint => "Warning",
            Self::Lagging => "Critical",
        }
    }

    const fn problem(self) -> Option<&'static Problem> {
        match self {
            Self::Normal => None,
            Self::NoConsistentPoint => Some(&NO_APP_POINT),
            Self::Lagging => Some(&LAG),
        }
    }

    /// Minutes before the anchor since when it is so.
    pub(crate) fn since(self) -> Option<i64> {
        self.problem().map(|problem| problem.since)
    }

    /// Error code and message, for summaries.
    pub(crate) fn issue(self) -> Option<(&'static str, &'static str)> {
        self.problem().map(|problem| (problem.code, problem.message))
    }

    /// What is wrong, as health errors.
    pub(crate) fn errors(self, world: &World) -> Vec<Value> {
        let told = self.problem().map(|problem| {
            json!({
                "errorCode": problem.code,
                "errorLevel": problem.level,
                "errorCategory": "Replication",
                "errorSource": "Azure",
                "errorType": "Service",
                "errorMessage": problem.message,
                "summaryMessage": problem.message,
                "possibleCauses": problem.causes,
                "recommendedAction": problem.action,
                "creationTimeUtc": stamp(world.ago(problem.since)),
                "recoveryProviderErrorMessage": "",
                "entityId": "",
                "errorId": problem.code,
                "innerHealthErrors": [],
            })
        });
        told.into_iter().collect()
    }
}

impl Replica {
    /// The machine's name.
    pub(crate) fn machine_name(self, world: &World) -> &str {
        world.resource(self.machine).map_or("", |r| &r.name)
    }

    /// Its name, a GUID.
    pub(crate) fn name(self, world: &World) -> String {
        self.chance(world).child("name").guid()
    }

    /// Its id.
    pub(crate) fn id(self, world: &World) -> String {
        let container = site::container_id(world, self.vault, super::PRIMARY);
        format!("{container}/replicationProtectedItems/{}", self.name(world))
    }

    /// The REST body.
    pub(crate) fn body(self, world: &World) -> Value {
        let health = self.health(world);
        let drilled = self.site(world).and_then(|site| site.drilled(world));
        let overdue = drilled.is_none_or(|at| at > 180 * DAY);
        let mut properties = json!({
            "friendlyName": self.machine_name(world),
            "protectedItemType": "A2AProtectedItem",
            "recoveryFabricId": site::fabric_id(world, self.vault, RECOVERY),
            "primaryFabricFriendlyName": super::PRIMARY.name(),
            "primaryFabricProvider": "Azure",
            "recoveryFabricFriendlyName": RECOVERY.name(),
            "primaryProtectionContainerFriendlyName": site::container_name(super::PRIMARY),
            "recoveryProtectionContainerFriendlyName": site::container_name(RECOVERY),
            "recoveryContainerId": site::container_id(world, self.vault, RECOVERY),
            "protectionState": "Protected",
            "protectionStateDescription": "Protected",
            "activeLocation": "Primary",
            "testFailoverState": "None",
            "testFailoverStateDescription": "None",
            "allowedOperations": ["UnplannedFailover", "TestFailover", "DisableProtection"],
            "replicationHealth": health.word(),
            "failoverHealth": if overdue { "Warning" } else { "Normal" },
            "healthErrors": health.errors(world),
            "policyId": site::policy_id(world, self.vault),
            "policyFriendlyName": site::POLICY,
            "currentScenario": {
                "scenarioName": "None",
                "jobId": format!("{}/replicationJobs/None", world.resource_id(self.vault)),
                "startTime": "1753-01-01T01:01:01Z",
            },
            "eventCorrelationId": self.chance(world).child("correlation").guid(),
            "providerSpecificDetails": self.provider(world),
        });
        if let (Some(properties), Some(at)) = (properties.as_object_mut(), drilled) {
            properties.insert("lastSuccessfulTestFailoverTime".into(), json!(stamp(world.ago(at))));
        }
        json!({
            "id": self.id(world),
            "name": self.name(world),
            "type": "Microsoft.RecoveryServices/vaults/replicationFabrics/replicationProtectionContainers/replicationProtectedItems",
            "properties": properties,
        })
    }

    fn provider(self, world: &World) -> Value {
        let machine = world.resource(self.machine);
        let disks = machine
            .into_iter()
            .flat_map(|r| r.all_linked(Link::OsDisk).chain(r.all_linked(Link::DataDisk)));
        let disks: Vec<Value> = disks
            .map(|disk| {
                json!({
                    "diskId": world.resource_id(disk),
                    "diskName": world.resource(disk).map(|d| d.name.to_string()),
                    "diskState": "Protected",
                    "diskCapacityInBytes": 137_438_953_472_u64,
                    "resyncRequired": false,
                    "monitoringPercentageCompletion": 100,
                })
            })
            .collect();
        json!({
            "instanceType": "A2A",
            "fabricObjectId": world.resource_id(self.machine),
            "primaryFabricLocation": super::PRIMARY.name(),
            "recoveryFabricLocation": RECOVERY.name(),
            "recoveryAzureVMName": self.machine_name(world),
            "recoveryAzureResourceGroupId": machine
                .map(|r| format!("{}-asr", world.group_id(r.group))),
            "vmProtectionState": "Protected",
            "vmProtectionStateDescription": "Protected",
            "agentVersion": "9.63.7187.1",
            "isReplicationAgentUpdateRequired": false,
            "monitoringPercentageCompletion": 100,
            "rpoInSeconds": self.rpo_seconds(world),
            "lastRpoCalculatedTime": stamp(world.ago(3)),
            "protectedManagedDisks": disks,
            "vmSyncedConfigDetails": {},
            "osType": if machine.is_some_and(|r| r.marks.has(crate::estate::world::mark::Mark::Linux)) { "Linux" } else { "Windows" },
        })
    }

    /// The recovery points of the last day, newest first.
    pub(crate) fn points(self, world: &World) -> impl Iterator<Item = Value> + '_ {
        let lag = i64::try_from(self.rpo_seconds(world) / 60).unwrap_or(0);
        let no_app = match self.health(world) {
            Health::NoConsistentPoint => NO_APP_POINT.since,
            Health::Normal | Health::Lagging => 0,
        };
        (0..24_u32).map(move |number| {
            let at = lag + i64::from(number) * 60;
            let is_app = number % 4 == 0 && at >= no_app;
            let name = self.chance(world).child("point").nth(u64::from(number)).guid();
            json!({
                "id": format!("{}/recoveryPoints/{name}", self.id(world)),
                "name": name,
                "type": "Microsoft.RecoveryServices/vaults/replicationFabrics/replicationProtectionContainers/replicationProtectedItems/recoveryPoints",
                "properties": {
                    "recoveryPointTime": stamp(world.ago(at)),
                    "recoveryPointType": if is_app { "AppConsistent" } else { "CrashConsistent" },
                    "providerSpecificDetails": {
                        "instanceType": "A2A",
                        "recoveryPointSyncType": "MultiVmSyncRecoveryPoint",
                    },
                },
            })
        })
    }
}
