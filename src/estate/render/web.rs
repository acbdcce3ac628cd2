//! App Service, Kubernetes and container registries.

use serde_json::{Value, json};

use super::{Parts, Subject, compute::system_identity, enabled};
use crate::estate::{
    stories::region_outage,
    world::{Link, company::Environment, mark::Mark},
};

pub(super) fn plan(subject: &Subject<'_>) -> Parts {
    let production = subject.group.environment == Environment::Production;
    let (name, tier, capacity) =
        if production { ("P1v3", "PremiumV3", 2) } else { ("B1", "Basic", 1) };
    Parts::of(json!({
        "provisioningState": "Succeeded",
        "status": "Ready",
        "numberOfSites": subject.resource.all_linked(Link::Target).count(),
        "maximumNumberOfWorkers": 10,
        "reserved": true,
        "zoneRedundant": subject.spans_zones(40),
    }))
    .with("kind", json!("linux"))
    .with("sku", json!({ "name": name, "tier": tier, "size": name, "capacity": capacity }))
}

pub(super) fn site(subject: &Subject<'_>) -> Parts {
    let host = format!("{}.azurewebsites.net", subject.name());
    let availability = match region_outage::strikes(subject.world, subject.ix) {
        Some(_) => "Limited",
        None => "Normal",
    };
    let parts = Parts::of(json!({
        "state": "Running",
        "enabled": true,
        "hostNames": [host],
        "defaultHostName": host,
        "enabledHostNames": [host],
        "httpsOnly": !subject.has(Mark::PlainHttp),
        "serverFarmId": subject.id_of(Link::Plan),
        "reserved": true,
        "availabilityState": availability,
        "publicNetworkAccess": "Enabled",
        "siteConfig": {
            "linuxFxVersion": "DOTNETCORE|8.0",
            "minTlsVersion": if subject.has(Mark::OldTls) { "1.0" } else { "1.2" },
            "alwaysOn": true,
            "ftpsState": "FtpsOnly",
        },
    }))
    .with("kind", json!("app,linux"));
    if subject.has(Mark::SystemIdentity) {
        parts.with("identity", system_identity(subject))
    } else {
        parts
    }
}

pub(super) fn cluster(subject: &Subject<'_>) -> Parts {
    let mut access = json!({ "enablePrivateCluster": false });
    if let (Some(access), false) = (access.as_object_mut(), subject.has(Mark::OpenApiServer)) {
        access.insert("authorizedIPRanges".into(), json!(["198.51.100.0/24"]));
    }
    let production = subject.group.environment == Environment::Production;
    let (version, patch) = cluster_version(subject);
    let identity = subject.id_of(Link::Identity);
    let mut identities = serde_json::Map::new();
    if let Value::String(id) = identity {
        identities.insert(
            id,
            json!({ "clientId": subject.guid("client"), "principalId": subject.guid("principal") }),
        );
    }
    let zones = if subject.spans_zones(50) { json!(["1", "2", "3"]) } else { Value::Null };
    Parts::of(json!({
        "provisioningState": "Succeeded",
        "powerState": { "code": "Running" },
        "kubernetesVersion": version,
        "currentKubernetesVersion": patch,
        "dnsPrefix": subject.name(),
        "fqdn": format!("{}.hcp.{}.azmk8s.io", subject.name(), subject.location()),
        "enableRBAC": true,
        "nodeResourceGroup": format!("MC_{}_{}", subject.group.name, subject.name()),
        "agentPoolProfiles": [{
            "name": "system",
            "count": if production { 3 } else { 1 },
            "vmSize": "Standard_D4s_v5",
            "osType": "Linux",
            "mode": "System",
            "powerState": { "code": "Running" },
            "availabilityZones": zones,
        }],
        "networkProfile": { "networkPlugin": "azure", "networkPolicy": "azure" },
        "apiServerAccessProfile": access,
        "addonProfiles": {
            "azurepolicy": { "enabled": !subject.has(Mark::NoPolicyAddOn) },
            "omsagent": {
                "enabled": true,
                "config": { "logAnalyticsWorkspaceResourceID": subject.id_of(Link::Workspace) },
            },
        },
    }))
    .with("sku", json!({ "name": "Base", "tier": if production { "Standard" } else { "Free" } }))
    .with("identity", json!({ "type": "UserAssigned", "userAssignedIdentities": identities }))
}

/// Clusters are upgraded when somebody finds the time.
fn cluster_version(subject: &Subject<'_>) -> (&'static str, &'static str) {
    match subject.resource.chance.child("kubernetes").below(10) {
        0..4 => ("1.34", "1.34.2"),
        4..7 => ("1.33", "1.33.6"),
        7..9 => ("1.32", "1.32.9"),
        _ => ("1.30", "1.30.6"),
    }
}

pub(super) fn registry(subject: &Subject<'_>) -> Parts {
    Parts::of(json!({
        "provisioningState": "Succeeded",
        "loginServer": format!("{}.azurecr.io", subject.name()),
        "creationDate": subject.created(),
        "adminUserEnabled": false,
        "publicNetworkAccess": enabled(subject.has(Mark::OpenFirewall)),
        "zoneRedundancy": enabled(subject.spans_zones(50)),
    }))
    .with("sku", json!({ "name": "Premium", "tier": "Premium" }))
}
