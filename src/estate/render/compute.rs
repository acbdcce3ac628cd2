//! Virtual machines, disks and snapshots.

use serde_json::{Value, json};

use super::{Object, Parts, Subject};
use crate::estate::{
    clock::stamp,
    cost::sizes,
    stories::orphaned_disks,
    updates::{assessment, run, system},
    world::{Link, ResourceIx, World, company::Environment, mark::Mark},
};

pub(super) fn virtual_machine(subject: &Subject<'_>) -> Parts {
    let size = sizes::machine_size(subject.world, subject.ix);
    let properties = json!({
        "vmId": subject.guid("vm-id"),
        "hardwareProfile": { "vmSize": size },
        "provisioningState": "Succeeded",
        "timeCreated": subject.created(),
        "storageProfile": storage_profile(subject),
        "osProfile": os_profile(subject),
        "networkProfile": { "networkInterfaces": nics(subject) },
        "securityProfile": {
            "encryptionAtHost": !subject.has(Mark::NoEncryptionAtHost),
            "securityType": "TrustedLaunch",
            "uefiSettings": { "secureBootEnabled": true, "vTpmEnabled": true },
        },
        "diagnosticsProfile": { "bootDiagnostics": { "enabled": true } },
    });
    let mut parts = Parts::of(licensed(subject, properties));
    if subject.has(Mark::Zonal) {
        parts = parts.with("zones", json!([zone(subject)]));
    }
    if subject.has(Mark::SystemIdentity) {
        parts = parts.with("identity", system_identity(subject));
    }
    parts
}

/// Windows that the company already has a licence for (hybrid benefit): most of production.
fn licensed(subject: &Subject<'_>, mut properties: Value) -> Value {
    let share = match subject.group.environment {
        Environment::Production | Environment::Platform => 70,
        Environment::NonProduction | Environment::Sandbox => 20,
    };
    let is_ours =
        !subject.has(Mark::Linux) && subject.resource.chance.child("licence").percent(share);
    if let (Some(own), true) = (properties.as_object_mut(), is_ours) {
        own.insert("licenseType".into(), json!("Windows_Server"));
    }
    properties
}

/// Resource Graph adds the instance view that ARM shows only when asked.
pub(super) fn extend_row(subject: &Subject<'_>, row: &mut Object) {
    let Some(Value::Object(properties)) = row.get_mut("properties") else {
        return;
    };
    let (code, display) = power_state(subject);
    let system = system::of_machine(subject.world, subject.ix);
    properties.insert(
        "extended".into(),
        json!({
            "instanceView": {
                "computerName": subject.name(),
                "osName": system.name,
                "osVersion": system.version,
                "hyperVGeneration": "V2",
                "powerState": {
                    "code": code,
                    "displayStatus": display,
                    "level": "Info",
                },
            }
        }),
    );
}

/// The instance view of a machine, as `$expand=instanceView` and `/instanceView` show it.
pub(crate) fn instance_view(world: &World, ix: ResourceIx) -> Option<Value> {
    let resource = world.resource(ix)?;
    let group = world.group(resource.group)?;
    let subject = Subject { world, resource, group, ix };
    let (code, display) = power_state(&subject);
    let system = system::of_machine(world, ix);
    Some(json!({
        "computerName": subject.name(),
        "osName": system.name,
        "osVersion": system.version,
        "hyperVGeneration": "V2",
        "patchStatus": patch_status(world, ix),
        "statuses": [
            {
                "code": "ProvisioningState/succeeded",
                "level": "Info",
                "displayStatus": "Provisioning succeeded",
                "time": subject.created(),
            },
            { "code": code, "level": "Info", "displayStatus": display },
        ],
    }))
}

/// What the machine last found missing, and what its last installation brought.
fn patch_status(world: &World, ix: ResourceIx) -> Value {
    let assessment = assessment::of_machine(world, ix).map(|found| found.summary(world));
    let installation = run::of_machine(world, ix).first().map(|run| run.summary(world));
    let mut status = Object::new();
    for (name, summary) in
        [("availablePatchSummary", assessment), ("lastPatchInstallationSummary", installation)]
    {
        if let Some(summary) = summary {
            status.insert(name.into(), summary);
        }
    }
    Value::Object(status)
}

fn power_state(subject: &Subject<'_>) -> (&'static str, &'static str) {
    if subject.has(Mark::Deallocated) {
        ("PowerState/deallocated", "VM deallocated")
    } else {
        ("PowerState/running", "VM running")
    }
}

pub(super) fn system_identity(subject: &Subject<'_>) -> Value {
    json!({
        "type": "SystemAssigned",
        "principalId": subject.guid("principal"),
        "tenantId": subject.world.tenant_id,
    })
}

pub(super) fn zone(subject: &Subject<'_>) -> String {
    (1 + subject.resource.chance.child("zone").below(3)).to_string()
}

fn storage_profile(subject: &Subject<'_>) -> Value {
    let (publisher, offer, sku) = system::of_machine(subject.world, subject.ix).image;
    let image = json!({ "publisher": publisher, "offer": offer, "sku": sku, "version": "latest" });
    let disks = subject.resource.all_linked(Link::DataDisk).enumerate().map(|(lun, ix)| {
        json!({
            "lun": lun,
            "name": subject.world.resource(ix).map(|disk| disk.name.to_string()),
            "createOption": "Attach",
            "caching": "ReadOnly",
            "managedDisk": { "id": subject.world.resource_id(ix) },
        })
    });
    let system = subject.resource.linked(Link::OsDisk).and_then(|ix| subject.world.resource(ix));
    json!({
        "imageReference": image,
        "osDisk": {
            "osType": os_type(subject),
            "name": system.map(|disk| disk.name.to_string()),
            "createOption": "FromImage",
            "caching": "ReadWrite",
            "managedDisk": { "id": subject.id_of(Link::OsDisk) },
        },
        "dataDisks": disks.collect::<Vec<_>>(),
    })
}

fn os_profile(subject: &Subject<'_>) -> Value {
    let assessment = if subject.has(Mark::NoPeriodicAssessment) {
        "ImageDefault"
    } else {
        "AutomaticByPlatform"
    };
    let mut profile = json!({
        "computerName": subject.name(),
        "adminUsername": if subject.has(Mark::Linux) { "azureuser" } else { "nladmin" },
        "allowExtensionOperations": true,
    });
    let (system, configuration) = if subject.has(Mark::Linux) {
        (
            "linuxConfiguration",
            json!({
                "disablePasswordAuthentication": true,
                "patchSettings": { "patchMode": "AutomaticByPlatform", "assessmentMode": assessment },
            }),
        )
    } else {
        (
            "windowsConfiguration",
            json!({
                "enableAutomaticUpdates": true,
                "patchSettings": { "patchMode": "AutomaticByPlatform", "assessmentMode": assessment },
            }),
        )
    };
    if let Value::Object(profile) = &mut profile {
        profile.insert(system.into(), configuration);
    }
    profile
}

fn nics(subject: &Subject<'_>) -> Vec<Value> {
    subject
        .resource
        .all_linked(Link::NetworkInterface)
        .map(|ix| json!({ "id": subject.world.resource_id(ix), "properties": { "primary": true } }))
        .collect()
}

fn os_type(subject: &Subject<'_>) -> &'static str {
    if subject.has(Mark::Linux) { "Linux" } else { "Windows" }
}

pub(super) fn disk(subject: &Subject<'_>) -> Parts {
    let premium = subject.has(Mark::Premium);
    let (sku, tier) =
        if premium { ("Premium_LRS", "Premium") } else { ("StandardSSD_LRS", "Standard") };
    let parts =
        Parts::of(disk_properties(subject)).with("sku", json!({ "name": sku, "tier": tier }));
    match subject.resource.linked(Link::VirtualMachine) {
        Some(machine) => parts.with("managedBy", json!(subject.world.resource_id(machine))),
        None => parts,
    }
}

fn disk_properties(subject: &Subject<'_>) -> Value {
    let is_system = subject.name().ends_with("-osdisk");
    let size = sizes::disk_gigabytes(subject.world, subject.ix);
    let mut properties = json!({
        "uniqueId": subject.guid("disk-id"),
        "diskSizeGB": size,
        "diskSizeBytes": size * 1024 * 1024 * 1024,
        "diskState": disk_state(subject),
        "timeCreated": subject.created(),
        "provisioningState": "Succeeded",
        "creationData": { "createOption": if is_system { "FromImage" } else { "Empty" } },
        "encryption": { "type": "EncryptionAtRestWithPlatformKey" },
        "networkAccessPolicy": "DenyAll",
        "publicNetworkAccess": "Disabled",
    });
    if let Value::Object(properties) = &mut properties {
        if is_system {
            properties.insert("osType".into(), json!(os_type(subject)));
        }
        if subject.has(Mark::Unattached) {
            let at = stamp(subject.world.ago(orphaned_disks::DETACHED));
            properties.insert("lastOwnershipUpdateTime".into(), json!(at));
        }
    }
    properties
}

fn disk_state(subject: &Subject<'_>) -> &'static str {
    match subject.resource.linked(Link::VirtualMachine) {
        None => "Unattached",
        Some(machine) if subject.world.has(machine, Mark::Deallocated) => "Reserved",
        Some(_) => "Attached",
    }
}

pub(super) fn snapshot(subject: &Subject<'_>) -> Parts {
    Parts::of(json!({
        "diskSizeGB": 512,
        "diskState": "Unattached",
        "incremental": true,
        "timeCreated": subject.created(),
        "provisioningState": "Succeeded",
        "creationData": { "createOption": "Copy" },
    }))
    .with("sku", json!({ "name": "Standard_LRS", "tier": "Standard" }))
}
