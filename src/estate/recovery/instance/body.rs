//! Backup instances and their recovery points as `Microsoft.DataProtection` (2024-04-01) and
//! Resource Graph tell them.

use serde_json::{Value, json};

use super::{DataKind, Instance, job};
use crate::estate::{clock::stamp, recovery::extend, world::World};

impl Instance {
    /// The protected resource's name.
    pub(crate) fn source_name(self, world: &World) -> &str {
        world.resource(self.source).map_or("", |r| &r.name)
    }

    /// Its name: as the portal makes it, of the names and a GUID.
    pub(crate) fn name(self, world: &World) -> String {
        let source = self.source_name(world);
        format!("{source}-{source}-{}", self.chance(world).child("name").guid())
    }

    /// Its id.
    pub(crate) fn id(self, world: &World) -> String {
        format!("{}/backupInstances/{}", world.resource_id(self.vault), self.name(world))
    }

    /// The region of what is protected.
    pub(crate) fn region(self, world: &World) -> &'static str {
        let group = world.resource(self.source).and_then(|r| world.group(r.group));
        group.map_or("", |group| group.region.name())
    }

    /// The REST body.
    pub(crate) fn body(self, world: &World) -> Value {
        let policy = self.policy();
        let mut info = json!({
            "policyId": policy.id(world, self.vault),
            "policyVersion": "",
        });
        if let (DataKind::Disk, Some(info)) = (self.kind, info.as_object_mut()) {
            let group = world.resource(self.source).map(|r| world.group_id(r.group));
            let parameters = json!({
                "dataStoreParametersList": [{
                    "objectType": "AzureOperationalStoreParameters",
                    "dataStoreType": "OperationalStore",
                    "resourceGroupId": group,
                }],
            });
            info.insert("policyParameters".into(), parameters);
        }
        json!({
            "id": self.id(world),
            "name": self.name(world),
            "type": "Microsoft.DataProtection/backupVaults/backupInstances",
            "properties": {
                "objectType": "BackupInstance",
                "friendlyName": self.source_name(world),
                "dataSourceInfo": self.data_source(world, "Datasource"),
                "dataSourceSetInfo": self.data_source(world, "DatasourceSet"),
                "policyInfo": info,
                "protectionStatus": { "status": "ProtectionConfigured" },
                "currentProtectionState": "ProtectionConfigured",
                "provisioningState": "Succeeded",
            },
        })
    }

    fn data_source(self, world: &World, object: &str) -> Value {
        let id = world.resource_id(self.source);
        json!({
            "objectType": object,
            "resourceID": id,
            "resourceName": self.source_name(world),
            "resourceType": self.kind.resource(),
            "resourceUri": "",
            "resourceLocation": self.region(world),
            "datasourceType": self.kind.datasource(),
        })
    }

    /// The body of a row of Resource Graph: with the policy's name and the last point.
    pub(crate) fn graph_body(self, world: &World) -> Value {
        let mut body = self.body(world);
        if let Some(info) =
            body.pointer_mut("/properties/policyInfo").and_then(Value::as_object_mut)
        {
            info.insert("name".into(), json!(self.policy().name()));
        }
        let last = job::of_instance(world, self).find(|job| job.failure.is_none());
        if let Some(last) = last {
            let at = stamp(world.ago(last.started));
            extend(&mut body, json!({ "lastRecoveryPoint": at }));
        }
        body
    }

    /// The recovery points, newest first; blobs have none of their own, they can be restored to
    /// any instant.
    pub(crate) fn points(self, world: &World) -> Vec<Value> {
        let good = job::of_instance(world, self).filter(|job| job.failure.is_none());
        good.map(|job| {
            let name = self.chance(world).child("point").nth(job.night as u64).guid();
            let at = stamp(world.ago(job.started));
            json!({
                "id": format!("{}/recoveryPoints/{name}", self.id(world)),
                "name": name,
                "type": "Microsoft.DataProtection/backupVaults/backupInstances/recoveryPoints",
                "properties": {
                    "objectType": "AzureBackupDiscreteRecoveryPoint",
                    "recoveryPointTime": at,
                    "recoveryPointType": if self.kind == DataKind::Disk { "Incremental" } else { "Full" },
                    "friendlyName": self.source_name(world),
                    "expiryTime": stamp(world.ago(job.started - 7 * crate::estate::world::DAY)),
                    "policyName": self.policy().name(),
                    "recoveryPointState": "Completed",
                    "retentionTagName": "Default",
                    "recoveryPointDataStoresDetails": [{
                        "id": self.chance(world).child("store").guid(),
                        "type": "OperationalStore",
                        "creationTime": at,
                        "state": "COMMITTED",
                        "visible": true,
                    }],
                },
            })
        })
        .collect()
    }
}
