//! Events of Site Recovery (2024-04-01): machines whose health changed, and tests that ended.

use serde_json::{Value, json};

use super::{PRIMARY, in_vault as replicas, job, site};
use crate::estate::{
    clock::stamp,
    world::{ResourceIx, World},
};

/// The events of a vault, newest first, with the minutes before the anchor at which they were.
pub(crate) fn in_vault(world: &World, vault: ResourceIx) -> Vec<(i64, Value)> {
    let fabric = site::fabric_id(world, vault, PRIMARY);
    let mut events = Vec::new();
    for replica in replicas(world, vault) {
        let health = replica.health(world);
        let Some(at) = health.since() else { continue };
        let told = Told {
            kind: "VmHealth",
            label: replica.name(world),
            about: replica.machine_name(world).to_owned(),
            severity: health.word(),
            description: health.issue().map(|(_, message)| message.to_owned()),
            errors: health.errors(world),
        };
        events.push((at, told.body(world, (vault, &fabric), at)));
    }
    for job in job::in_vault(world, vault) {
        let failed = job.state() == "Failed";
        let told = Told {
            kind: "JobStatus",
            label: job.name(world),
            about: job.plan(),
            severity: if failed { "Critical" } else { "OK" },
            description: Some(format!("{} - {}", job.scenario(), job.state())),
            errors: job.health_errors(),
        };
        let at = job.started - 10;
        events.push((at, told.body(world, (vault, &fabric), at)));
    }
    events.sort_by_key(|(at, _)| *at);
    events
}

/// What an event says.
struct Told {
    kind: &'static str,
    label: String,
    about: String,
    severity: &'static str,
    description: Option<String>,
    errors: Vec<Value>,
}

impl Told {
    fn body(self, world: &World, (vault, fabric): (ResourceIx, &str), at: i64) -> Value {
        let chance = world.chance.child("replication-event").child(&self.label);
        let monitor =
            if self.kind == "VmHealth" { "VmMonitoringEvent" } else { "JobStatusMonitoringEvent" };
        let name = format!(
            "{monitor};{}_{}",
            9_000_000_000_000_000_000 + chance.below(1 << 40),
            chance.guid()
        );
        json!({
            "id": format!("{}/replicationEvents/{name}", world.resource_id(vault)),
            "name": name,
            "type": "Microsoft.RecoveryServices/vaults/replicationEvents",
            "properties": {
                "eventCode": chance.child("code").guid(),
                "description": self.description,
                "eventType": self.kind,
                "affectedObjectFriendlyName": self.about,
                "affectedObjectCorrelationId": chance.child("correlation").guid(),
                "severity": self.severity,
                "timeOfOccurrence": stamp(world.ago(at)),
                "fabricId": fabric,
                "providerSpecificDetails": { "instanceType": "A2A" },
                "eventSpecificDetails": { "instanceType": "JobStatus" },
                "healthErrors": self.errors,
            },
        })
    }
}
