//! Protected items, containers and protectable items as `Microsoft.RecoveryServices` (backup,
//! 2024-04-01) and Resource Graph tell them.

use serde_json::{Value, json};

use super::{Item, What};
use crate::estate::{
    clock::stamp,
    recovery::{Failure, extend, job, point},
    world::World,
};

impl Item {
    fn group_name<'a>(&self, world: &'a World) -> &'a str {
        self.group(world).map_or("", |group| group.name.as_str())
    }

    /// The machine's name.
    pub(crate) fn machine_name(self, world: &World) -> &str {
        world.resource(self.machine).map_or("", |r| &r.name)
    }

    /// What people call it.
    pub(crate) fn friendly_name(self, world: &World) -> &str {
        match self.what {
            What::Machine => self.machine_name(world),
            What::Database(name) => name,
        }
    }

    /// The container's name.
    pub(crate) fn container(self, world: &World) -> String {
        let (group, machine) = (self.group_name(world), self.machine_name(world));
        match self.what {
            What::Machine => format!("IaasVMContainer;iaasvmcontainerv2;{group};{machine}"),
            What::Database(_) => format!("VMAppContainer;Compute;{group};{machine}"),
        }
    }

    /// The item's name in its container.
    pub(crate) fn name(self, world: &World) -> String {
        let (group, machine) = (self.group_name(world), self.machine_name(world));
        match self.what {
            What::Machine => format!("VM;iaasvmcontainerv2;{group};{machine}"),
            What::Database(name) => {
                format!("SQLDataBase;MSSQLSERVER;{}", name.to_ascii_lowercase())
            }
        }
    }

    /// The id of its container.
    pub(crate) fn container_id(self, world: &World) -> String {
        format!(
            "{}/backupFabrics/Azure/protectionContainers/{}",
            world.resource_id(self.vault),
            self.container(world)
        )
    }

    /// Its id.
    pub(crate) fn id(self, world: &World) -> String {
        format!("{}/protectedItems/{}", self.container_id(world), self.name(world))
    }

    /// `AzureIaasVM` or `AzureWorkload`.
    pub(crate) const fn management(self) -> &'static str {
        match self.what {
            What::Machine => "AzureIaasVM",
            What::Database(_) => "AzureWorkload",
        }
    }

    /// `VM` or `SQLDataBase`.
    pub(crate) const fn workload(self) -> &'static str {
        match self.what {
            What::Machine => "VM",
            What::Database(_) => "SQLDataBase",
        }
    }

    /// What is the matter with it now.
    pub(crate) fn trouble(self, world: &World) -> Option<&'static Failure> {
        self.failure(world, 0)
    }

    /// `Passed` or `ActionRequired`.
    pub(crate) fn health(self, world: &World) -> &'static str {
        if self.trouble(world).is_some() { "ActionRequired" } else { "Passed" }
    }

    /// The REST body.
    pub(crate) fn body(self, world: &World) -> Value {
        let mut body = json!({
            "id": self.id(world),
            "name": self.name(world),
            "type": "Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/protectedItems",
            "properties": self.shared(world),
        });
        extend(&mut body, self.own(world));
        body
    }

    /// Members every item has.
    fn shared(self, world: &World) -> Value {
        let policy = self.policy(world);
        let trouble = self.trouble(world);
        let last = point::newest(world, self).map(|at| stamp(world.ago(at)));
        json!({
            "friendlyName": self.friendly_name(world),
            "sourceResourceId": world.resource_id(self.machine),
            "backupManagementType": self.management(),
            "workloadType": self.workload(),
            "vaultId": world.resource_id(self.vault),
            "policyId": policy.id(world, self.vault),
            "policyName": policy.name(),
            "protectionStatus": if trouble.is_some() { "Unhealthy" } else { "Healthy" },
            "protectionState": "Protected",
            "lastBackupStatus": if trouble.is_some() { "Failed" } else { "Completed" },
            "lastBackupTime": stamp(world.ago(job::newest(world, self).started)),
            "lastRecoveryPoint": last,
            "isScheduledForDeferredDelete": false,
            "isArchiveEnabled": false,
            "softDeleteRetentionPeriodInDays": 14,
        })
    }

    fn own(self, world: &World) -> Value {
        let health = self.health(world);
        let kpi = if self.trouble(world).is_some() { "PersistentUnhealthy" } else { "Healthy" };
        let kpis =
            json!({ "BackupHealth": { "resourceHealthStatus": kpi, "resourceHealthDetails": [] } });
        match self.what {
            What::Machine => json!({
                "protectedItemType": "Microsoft.Compute/virtualMachines",
                "virtualMachineId": world.resource_id(self.machine),
                "containerName": container_tail(&self.container(world)),
                "healthStatus": health,
                "healthDetails": self.trouble(world).map(health_detail).as_slice(),
                "kpisHealths": kpis,
                "protectedItemDataId": self.chance(world).child("data").below(1 << 47).to_string(),
                "policyType": "V1",
            }),
            What::Database(_) => json!({
                "protectedItemType": "AzureVmWorkloadSQLDatabase",
                "containerName": container_tail(&self.container(world)),
                "serverName": self.machine_name(world),
                "parentName": "MSSQLSERVER",
                "parentType": "AzureVmWorkloadSQLInstance",
                "protectedItemHealthStatus": "Healthy",
                "kpisHealths": kpis,
                "protectedItemDataSourceId":
                    self.chance(world).child("data").below(1 << 47).to_string(),
            }),
        }
    }

    /// The body of a row of Resource Graph: with what it says of the data source.
    pub(crate) fn graph_body(self, world: &World) -> Value {
        let mut body = self.body(world);
        let health = self.health(world);
        let more = json!({
            "dataSourceInfo": self.data_source(world),
            "currentProtectionState": "ProtectionConfigured",
            "healthStatus": health,
            "vaultName": world.resource(self.vault).map(|r| r.name.to_string()),
        });
        extend(&mut body, more);
        body
    }

    /// The data source as Resource Graph spells it.
    pub(crate) fn data_source(self, world: &World) -> Value {
        let id = world.resource_id(self.machine);
        let kind = match self.what {
            What::Machine => "Microsoft.Compute/virtualMachines",
            What::Database(_) => "SQLDataBase",
        };
        json!({
            "resourceID": id,
            "resourceName": self.friendly_name(world),
            "resourceType": "Microsoft.Compute/virtualMachines",
            "resourceLocation": self.group(world).map(|group| group.region.name()),
            "resourceUri": id,
            "datasourceType": kind,
            "objectType": "Datasource",
        })
    }

    /// The container's body.
    pub(crate) fn container_body(self, world: &World) -> Value {
        let machine = world.resource_id(self.machine);
        let own = match self.what {
            What::Machine => json!({
                "containerType": "Microsoft.Compute/virtualMachines",
                "virtualMachineId": machine,
                "virtualMachineVersion": "Compute",
                "resourceGroup": self.group_name(world),
            }),
            What::Database(_) => json!({
                "containerType": "VMAppContainer",
                "sourceResourceId": machine,
                "workloadType": "SQLDataBase",
                "lastUpdatedTime": stamp(world.ago(15)),
            }),
        };
        let mut body = json!({
            "id": self.container_id(world),
            "name": self.container(world),
            "type": "Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers",
            "properties": {
                "friendlyName": self.machine_name(world),
                "backupManagementType": self.management(),
                "registrationStatus": "Registered",
                "healthStatus": "Healthy",
                "protectableObjectType": self.workload(),
            },
        });
        extend(&mut body, own);
        body
    }

    /// The body of the protectable item.
    pub(crate) fn protectable_body(self, world: &World) -> Value {
        let own = match self.what {
            What::Machine => json!({
                "protectableItemType": "Microsoft.Compute/virtualMachines",
                "virtualMachineId": world.resource_id(self.machine),
                "virtualMachineVersion": "Compute",
                "resourceGroup": self.group_name(world),
            }),
            What::Database(_) => json!({
                "protectableItemType": "SQLDataBase",
                "parentName": "MSSQLSERVER",
                "parentUniqueName": "sqlinstance;mssqlserver",
                "serverName": self.machine_name(world),
                "isAutoProtectable": false,
                "isAutoProtected": false,
                "subinquireditemcount": 0,
                "subprotectableitemcount": 0,
            }),
        };
        let mut body = json!({
            "id": format!("{}/protectableItems/{}", self.container_id(world), self.name(world)),
            "name": self.name(world),
            "type": "Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/protectableItems",
            "properties": {
                "friendlyName": self.friendly_name(world),
                "backupManagementType": self.management(),
                "workloadType": self.workload(),
                "protectionState": "NotProtected",
            },
        });
        extend(&mut body, own);
        body
    }
}

/// The container's name without its first part, as items have it.
fn container_tail(container: &str) -> &str {
    container.split_once(';').map_or(container, |(_, tail)| tail)
}

fn health_detail(failure: &'static Failure) -> Value {
    json!({
        "code": failure.code,
        "title": failure.title,
        "message": failure.message,
        "recommendations": [failure.recommendation],
    })
}
