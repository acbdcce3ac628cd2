//! Where data lives: storage, vaults, databases, caches.

use serde_json::json;

use super::{Parts, Subject, compute::system_identity, enabled};
use crate::estate::world::mark::Mark;

pub(super) fn storage_account(subject: &Subject<'_>) -> Parts {
    let name = subject.name();
    let location = subject.location();
    let redundancy = if subject.has(Mark::Premium) { "Standard_ZRS" } else { "Standard_LRS" };
    Parts::of(json!({
        "provisioningState": "Succeeded",
        "creationTime": subject.created(),
        "accessTier": "Hot",
        "supportsHttpsTrafficOnly": !subject.has(Mark::PlainHttp),
        "minimumTlsVersion": if subject.has(Mark::PlainHttp) { "TLS1_0" } else { "TLS1_2" },
        "allowBlobPublicAccess": subject.has(Mark::PublicData),
        "allowSharedKeyAccess": true,
        "isHnsEnabled": name.starts_with("dls"),
        "publicNetworkAccess": enabled(subject.has(Mark::OpenFirewall)),
        "networkAcls": {
            "bypass": "AzureServices",
            "defaultAction": if subject.has(Mark::OpenFirewall) { "Allow" } else { "Deny" },
            "ipRules": [],
            "virtualNetworkRules": [],
        },
        "encryption": {
            "keySource": "Microsoft.Storage",
            "services": { "blob": { "enabled": true }, "file": { "enabled": true } },
        },
        "primaryLocation": location,
        "statusOfPrimary": "available",
        "primaryEndpoints": {
            "blob": format!("https://{name}.blob.core.windows.net/"),
            "file": format!("https://{name}.file.core.windows.net/"),
        },
    }))
    .with("kind", json!("StorageV2"))
    .with("sku", json!({ "name": redundancy, "tier": "Standard" }))
}

pub(super) fn key_vault(subject: &Subject<'_>) -> Parts {
    let mut properties = json!({
        "provisioningState": "Succeeded",
        "tenantId": subject.world.tenant_id,
        "sku": { "family": "A", "name": "standard" },
        "enableSoftDelete": true,
        "softDeleteRetentionInDays": 90,
        "enableRbacAuthorization": true,
        "vaultUri": format!("https://{}.vault.azure.net/", subject.name()),
        "publicNetworkAccess": enabled(subject.has(Mark::OpenFirewall)),
        "accessPolicies": [],
    });
    if let (Some(properties), false) =
        (properties.as_object_mut(), subject.has(Mark::NoPurgeProtection))
    {
        properties.insert("enablePurgeProtection".into(), json!(true));
    }
    Parts::of(properties)
}

pub(super) fn sql_server(subject: &Subject<'_>) -> Parts {
    let mut properties = json!({
        "state": "Ready",
        "version": "12.0",
        "administratorLogin": "sqladmin",
        "fullyQualifiedDomainName": format!("{}.database.windows.net", subject.name()),
        "minimalTlsVersion": "1.2",
        "publicNetworkAccess": enabled(subject.has(Mark::OpenFirewall)),
    });
    if let (Some(properties), false) = (properties.as_object_mut(), subject.has(Mark::NoEntraAdmin))
    {
        properties.insert(
            "administrators".into(),
            json!({
                "administratorType": "ActiveDirectory",
                "principalType": "Group",
                "login": "sg-database-admins",
                "sid": subject.world.chance.child("sg-database-admins").guid(),
                "tenantId": subject.world.tenant_id,
                "azureADOnlyAuthentication": true,
            }),
        );
    }
    let parts = Parts::of(properties).with("kind", json!("v12.0"));
    if subject.has(Mark::SystemIdentity) {
        parts.with("identity", system_identity(subject))
    } else {
        parts
    }
}

pub(super) fn sql_database(subject: &Subject<'_>) -> Parts {
    Parts::of(json!({
        "status": "Online",
        "collation": "SQL_Latin1_General_CP1_CI_AS",
        "databaseId": subject.guid("database"),
        "creationDate": subject.created(),
        "maxSizeBytes": 268_435_456_000_u64,
        "zoneRedundant": subject.spans_zones(40),
        "requestedBackupStorageRedundancy": "Geo",
        "currentServiceObjectiveName": "GP_Gen5_2",
        "licenseType": if subject.resource.chance.child("licence").percent(40) {
            "BasePrice"
        } else {
            "LicenseIncluded"
        },
        "defaultSecondaryLocation": "northeurope",
    }))
    .with("kind", json!("v12.0,user,vcore"))
    .with(
        "sku",
        json!({ "name": "GP_Gen5", "tier": "GeneralPurpose", "family": "Gen5", "capacity": 2 }),
    )
}

pub(super) fn cosmos(subject: &Subject<'_>) -> Parts {
    Parts::of(json!({
        "provisioningState": "Succeeded",
        "documentEndpoint": format!("https://{}.documents.azure.com:443/", subject.name()),
        "databaseAccountOfferType": "Standard",
        "publicNetworkAccess": enabled(subject.has(Mark::OpenFirewall)),
        "isVirtualNetworkFilterEnabled": !subject.has(Mark::OpenFirewall),
        "disableLocalAuth": false,
        "consistencyPolicy": { "defaultConsistencyLevel": "Session" },
        "locations": [{
            "locationName": subject.group.region.display(),
            "failoverPriority": 0,
            "isZoneRedundant": subject.spans_zones(60),
        }],
    }))
    .with("kind", json!("GlobalDocumentDB"))
}

pub(super) fn redis(subject: &Subject<'_>) -> Parts {
    let parts = Parts::of(json!({
        "provisioningState": "Succeeded",
        "hostName": format!("{}.redis.cache.windows.net", subject.name()),
        "sslPort": 6380,
        "enableNonSslPort": subject.has(Mark::OldTls),
        "minimumTlsVersion": if subject.has(Mark::OldTls) { "1.0" } else { "1.2" },
        "redisVersion": "6.0",
        "sku": { "name": "Standard", "family": "C", "capacity": 1 },
    }));
    if subject.spans_zones(40) { parts.with("zones", json!(["1", "2"])) } else { parts }
}
