//! What operations run on: workspaces, telemetry, backup vaults, identities.

use crate::estate::updates::schedule::Plan;
use serde_json::{Value, json};

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

/// What a rule of this name collects, and into which streams.
fn collected(name: &str) -> (Value, Value) {
    if name.starts_with("MSVMI") {
        let counters = json!([{
            "name": "VMInsightsPerfCounters",
            "streams": ["Microsoft-InsightsMetrics", "Microsoft-Perf"],
            "samplingFrequencyInSeconds": 60,
            "counterSpecifiers": ["\\VmInsights\\DetailedMetrics"],
        }]);
        (
            json!({ "performanceCounters": counters }),
            json!(["Microsoft-InsightsMetrics", "Microsoft-Perf"]),
        )
    } else if name.starts_with("dcr-changetracking") {
        let extension = json!([{
            "name": "CTDataSource",
            "extensionName": "ChangeTracking-Windows",
            "streams": ["Microsoft-ConfigurationChange", "Microsoft-ConfigurationData"],
        }]);
        (
            json!({ "extensions": extension }),
            json!(["Microsoft-ConfigurationChange", "Microsoft-ConfigurationData"]),
        )
    } else {
        let events = json!([{
            "name": "windowsEvents",
            "streams": ["Microsoft-Event"],
            "xPathQueries": ["System!*[System[(Level<=4)]]", "Application!*[System[(Level<=4)]]"],
        }]);
        let syslog = json!([{
            "name": "syslog",
            "streams": ["Microsoft-Syslog"],
            "facilityNames": ["auth", "cron", "daemon", "kern", "user"],
            "logLevels": ["Info", "Notice", "Warning", "Error", "Critical", "Alert", "Emergency"],
        }]);
        (
            json!({ "windowsEventLogs": events, "syslog": syslog }),
            json!(["Microsoft-Event", "Microsoft-Syslog"]),
        )
    }
}

/// A rule of data collection: which streams of machines go to the workspace of the region.
pub(super) fn collection_rule(subject: &Subject<'_>) -> Parts {
    let workspace = subject.resource.linked(Link::Workspace);
    let customer = workspace.and_then(|ix| subject.world.resource(ix));
    let (sources, streams) = collected(subject.name());
    Parts::of(json!({
        "immutableId": format!("dcr-{}", subject.guid("immutable").replace('-', "")),
        "dataSources": sources,
        "destinations": { "logAnalytics": [{
            "name": "workspace",
            "workspaceResourceId": subject.id_of(Link::Workspace),
            "workspaceId": customer.map(|one| one.chance.child("customer").guid()),
        }] },
        "dataFlows": [{ "streams": streams, "destinations": ["workspace"] }],
        "provisioningState": "Succeeded",
    }))
}

pub(super) fn maintenance(subject: &Subject<'_>) -> Parts {
    Parts::of(
        Plan::named(subject.name())
            .map_or_else(|| json!({}), |plan| plan.properties(subject.world)),
    )
}
