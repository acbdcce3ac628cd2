//! What operations run on: workspaces, telemetry, backup vaults, identities.

use serde_json::json;

use super::{Parts, Subject};
use crate::estate::world::Link;

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

pub(super) fn recovery_vault() -> Parts {
    Parts::of(json!({
        "provisioningState": "Succeeded",
        "publicNetworkAccess": "Enabled",
        "redundancySettings": {
            "standardTierStorageRedundancy": "GeoRedundant",
            "crossRegionRestore": "Enabled",
        },
        "securitySettings": {
            "softDeleteSettings": {
                "softDeleteState": "Enabled",
                "softDeleteRetentionPeriodInDays": 14,
            },
            "immutabilitySettings": { "state": "Disabled" },
        },
    }))
    .with("sku", json!({ "name": "RS0", "tier": "Standard" }))
}

pub(super) fn identity(subject: &Subject<'_>) -> Parts {
    Parts::of(json!({
        "clientId": subject.guid("client"),
        "principalId": subject.guid("principal"),
        "tenantId": subject.world.tenant_id,
    }))
}
