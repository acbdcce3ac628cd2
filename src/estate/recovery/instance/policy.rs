//! Policies of backup vaults (2024-04-01): one for each kind of data.

use serde_json::{Value, json};

use super::DataKind;
use crate::estate::world::{ResourceIx, World};

/// A policy of a backup vault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DataPolicy {
    Blobs,
    Disk,
    Cluster,
}

impl DataPolicy {
    /// Every policy of a vault.
    pub(crate) const ALL: [Self; 3] = [Self::Blobs, Self::Disk, Self::Cluster];

    /// Its name.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Blobs => "blob-operational-30d",
            Self::Disk => "disk-daily-7d",
            Self::Cluster => "aks-daily-7d",
        }
    }

    const fn kind(self) -> DataKind {
        match self {
            Self::Blobs => DataKind::Blobs,
            Self::Disk => DataKind::Disk,
            Self::Cluster => DataKind::Cluster,
        }
    }

    /// Its id in a vault.
    pub(crate) fn id(self, world: &World, vault: ResourceIx) -> String {
        format!("{}/backupPolicies/{}", world.resource_id(vault), self.name())
    }

    /// The REST body, which Resource Graph shows as it is.
    pub(crate) fn body(self, world: &World, vault: ResourceIx) -> Value {
        let rules = match self {
            Self::Blobs => json!([retention("P30D")]),
            Self::Disk | Self::Cluster => json!([backup(world), retention("P7D")]),
        };
        json!({
            "id": self.id(world, vault),
            "name": self.name(),
            "type": "Microsoft.DataProtection/backupVaults/backupPolicies",
            "properties": {
                "objectType": "BackupPolicy",
                "datasourceTypes": [self.kind().datasource()],
                "policyRules": rules,
            },
        })
    }
}

fn store() -> Value {
    json!({ "objectType": "DataStoreInfoBase", "dataStoreType": "OperationalStore" })
}

fn retention(duration: &str) -> Value {
    json!({
        "objectType": "AzureRetentionRule",
        "name": "Default",
        "isDefault": true,
        "lifecycles": [{
            "sourceDataStore": store(),
            "deleteAfter": { "objectType": "AbsoluteDeleteOption", "duration": duration },
            "targetDataStoreCopySettings": [],
        }],
    })
}

fn backup(world: &World) -> Value {
    let begins = world.ago(10 * 60 + 5).to_zoned_datetime(jiff::tz::TimeZone::UTC);
    let begins = begins.strftime("R/%Y-%m-%dT%H:00:00+00:00/P1D").to_string();
    json!({
        "objectType": "AzureBackupRule",
        "name": "BackupDaily",
        "backupParameters": { "objectType": "AzureBackupParams", "backupType": "Incremental" },
        "dataStore": store(),
        "trigger": {
            "objectType": "ScheduleBasedTriggerContext",
            "schedule": { "repeatingTimeIntervals": [begins], "timeZone": "UTC" },
            "taggingCriteria": [{
                "isDefault": true,
                "taggingPriority": 99,
                "tagInfo": { "tagName": "Default", "id": "Default_" },
            }],
        },
    })
}
