//! What operations run on: workspaces, telemetry, backup vaults, identities.

use crate::estate::updates::schedule::Plan;
use serde_json::json;

use super::{Parts, Subject};
use crate::estate::world::{
    Link,
    company::{Environment, Region},
};

pub(super) fn workspace(subject: &Subject<'_>) -> Parts {
    Parts::of(json!({
        "provisioningState": "Succeeded",
        "customerId": subject.guid("customer"),
        "createdDate": subject.created(),
        "sku": { "name": "PerGB2018" },
        "retentionInDays": 90,
        "workspaceCapping": { "dailyQuotaGb": -1.0 },
        "publicNetworkAccessForIngestion": "Enabled",
        "publicNetworkAccessForQuery": "Enabled",
        "features": { "enableLogAccessUsingOnlyResourcePermissions": true },
    }))
}

pub(super) fn insights(subject: &Subject<'_>) -> Parts {
    let key = subject.guid("key");
    Parts::of(json!({
        "ApplicationId": subject.name(),
        "AppId": subject.guid("app"),
        "Application_Type": "web",
        "InstrumentationKey": key,
        "ConnectionString": format!("InstrumentationKey={key}"),
        "WorkspaceResourceId": subject.id_of(Link::Workspace),
        "IngestionMode": "LogAnalytics",
        "RetentionInDays": 90,
        "CreationDate": subject.created(),
        "TenantId": subject.world.tenant_id,
        "provisioningState": "Succeeded",
    }))
    .with("kind", json!("web"))
}

pub(super) fn recovery_vault(subject: &Subject<'_>) -> Parts {
    let is_kept_well = subject.group.environment == Environment::Production;
    let (redundancy, elsewhere) =
        if is_kept_well { ("GeoRedundant", "Enabled") } else { ("LocallyRedundant", "Disabled") };
    let immutable = match subject.group.region {
        Region::WestEurope if is_kept_well => "Unlocked",
        _ => "Disabled",
    };
    Parts::of(json!({
        "provisioningState": "Succeeded",
        "publicNetworkAccess": "Enabled",
        "privateEndpointStateForBackup": "None",
        "privateEndpointStateForSiteRecovery": "None",
        "redundancySettings": {
            "standardTierStorageRedundancy": redundancy,
            "crossRegionRestore": elsewhere,
        },
        "monitoringSettings": {
            "azureMonitorAlertSettings": {
                "alertsForAllJobFailures": "Enabled",
                "alertsForAllReplicationIssues": "Enabled",
                "alertsForAllFailoverIssues": "Enabled",
            },
            "classicAlertSettings": {
                "alertsForCriticalOperations": "Disabled",
                "emailNotificationsForSiteRecovery": "Disabled",
            },
        },
        "securitySettings": {
            "softDeleteSettings": {
                "softDeleteState": "Enabled",
                "softDeleteRetentionPeriodInDays": 14,
                "enhancedSecurityState": "Enabled",
            },
            "immutabilitySettings": { "state": immutable },
            "multiUserAuthorization": "Disabled",
        },
        "secureScore": if immutable == "Unlocked" { "Adequate" } else { "Minimum" },
        "bcdrSecurityLevel": if immutable == "Unlocked" { "Good" } else { "Fair" },
    }))
    .with("sku", json!({ "name": "RS0", "tier": "Standard" }))
}

pub(super) fn backup_vault(subject: &Subject<'_>) -> Parts {
    Parts::of(json!({
        "provisioningState": "Succeeded",
        "storageSettings": [{ "datastoreType": "VaultStore", "type": "ZoneRedundant" }],
        "securitySettings": {
            "softDeleteSettings": { "state": "On", "retentionDurationInDays": 14 },
            "immutabilitySettings": { "state": "Disabled" },
        },
        "monitoringSettings": {
            "azureMonitorAlertSettings": { "alertsForAllJobFailures": "Enabled" },
        },
        "featureSettings": { "crossSubscriptionRestoreSettings": { "state": "Enabled" } },
        "isVaultProtectedByResourceGuard": false,
        "secureScore": "Minimum",
        "bcdrSecurityLevel": "Fair",
    }))
    .with("identity", super::compute::system_identity(subject))
}

pub(super) fn identity(subject: &Subject<'_>) -> Parts {
    Parts::of(json!({
        "clientId": subject.guid("client"),
        "principalId": subject.guid("principal"),
        "tenantId": subject.world.tenant_id,
    }))
}

pub(super) fn maintenance(subject: &Subject<'_>) -> Parts {
    Parts::of(
        Plan::named(subject.name())
            .map_or_else(|| json!({}), |plan| plan.properties(subject.world)),
    )
}
