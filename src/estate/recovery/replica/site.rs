//! What a vault has for replication: fabrics, which are regions, their containers, and the policy
//! (Site Recovery, 2024-04-01).

use serde_json::{Value, json};

use super::{PRIMARY, RECOVERY, sites};
use crate::estate::world::{ResourceIx, World, company::Region};

/// The replication policy's name.
pub(crate) const POLICY: &str = "24-hour-retention-policy";

/// The regions of a vault's replication; none where nothing is replicated.
pub(crate) fn regions(world: &World, vault: ResourceIx) -> Vec<Region> {
    if sites(world, vault).is_empty() { Vec::new() } else { vec![PRIMARY, RECOVERY] }
}

/// The name of a region's fabric.
pub(crate) fn fabric_name(region: Region) -> String {
    format!("asr-a2a-default-{}", region.name())
}

/// The name of its container.
pub(crate) fn container_name(region: Region) -> String {
    format!("asr-a2a-default-{}-container", region.name())
}

/// The id of a region's fabric.
pub(crate) fn fabric_id(world: &World, vault: ResourceIx, region: Region) -> String {
    format!("{}/replicationFabrics/{}", world.resource_id(vault), fabric_name(region))
}

/// The id of its container.
pub(crate) fn container_id(world: &World, vault: ResourceIx, region: Region) -> String {
    let fabric = fabric_id(world, vault, region);
    format!("{fabric}/replicationProtectionContainers/{}", container_name(region))
}

/// The id of the policy.
pub(crate) fn policy_id(world: &World, vault: ResourceIx) -> String {
    format!("{}/replicationPolicies/{POLICY}", world.resource_id(vault))
}

/// A fabric's body.
pub(crate) fn fabric(world: &World, vault: ResourceIx, region: Region) -> Value {
    json!({
        "id": fabric_id(world, vault, region),
        "name": fabric_name(region),
        "type": "Microsoft.RecoveryServices/vaults/replicationFabrics",
        "properties": {
            "friendlyName": region.display(),
            "encryptionDetails": { "kekState": "None" },
            "rolloverEncryptionDetails": { "kekState": "None" },
            "internalIdentifier": world.chance.child("fabric").child(region.name()).guid(),
            "bcdrState": "Valid",
            "customDetails": { "instanceType": "Azure", "location": region.name() },
            "healthErrorDetails": [],
            "health": "Normal",
        },
    })
}

/// A container's body.
pub(crate) fn container(world: &World, vault: ResourceIx, region: Region) -> Value {
    let count = if region == PRIMARY { super::in_vault(world, vault).len() } else { 0 };
    json!({
        "id": container_id(world, vault, region),
        "name": container_name(region),
        "type": "Microsoft.RecoveryServices/vaults/replicationFabrics/replicationProtectionContainers",
        "properties": {
            "friendlyName": container_name(region),
            "fabricFriendlyName": region.display(),
            "fabricType": "AzureFabric",
            "fabricSpecificDetails": { "instanceType": "A2A" },
            "pairingStatus": "Paired",
            "protectedItemCount": count,
            "role": if region == PRIMARY { "Primary" } else { "Recovery" },
        },
    })
}

/// The policy's body.
pub(crate) fn policy(world: &World, vault: ResourceIx) -> Value {
    json!({
        "id": policy_id(world, vault),
        "name": POLICY,
        "type": "Microsoft.RecoveryServices/vaults/replicationPolicies",
        "properties": {
            "friendlyName": POLICY,
            "providerSpecificDetails": {
                "instanceType": "A2A",
                "recoveryPointThresholdInMinutes": 60,
                "recoveryPointHistory": 1440,
                "appConsistentFrequencyInMinutes": 240,
                "crashConsistentFrequencyInMinutes": 5,
                "multiVmSyncStatus": "Enabled",
            },
        },
    })
}
