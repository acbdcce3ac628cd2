//! Resource providers: `Providers_List`, `Providers_Get`, `Providers_ListAtTenantScope`
//! (2024-07-01). All are registered but some where experiments are made.

use serde_json::{Value, json};

use crate::estate::{
    access::Scope,
    enrollment,
    http::{
        answer::Answer,
        call::{Call, Method},
        error::ArmError,
    },
    world::{SubscriptionIx, company::Region, kind::Kind},
};

const READ: &str = "Microsoft.Resources/subscriptions/providers/read";

/// Types that are no tracked resources: namespace, type, version.
const UNTRACKED: &[(&str, &str, &str)] = &[
    ("Microsoft.Advisor", "metadata", "2023-01-01"),
    ("Microsoft.Advisor", "recommendations", "2023-01-01"),
    ("Microsoft.Advisor", "suppressions", "2023-01-01"),
    ("Microsoft.Carbon", "carbonEmissionReports", "2025-04-01"),
    ("Microsoft.Consumption", "budgets", "2024-08-01"),
    ("Microsoft.Consumption", "reservationRecommendations", "2024-08-01"),
    ("Microsoft.CostManagement", "alerts", "2024-08-01"),
    ("Microsoft.CostManagement", "benefitRecommendations", "2024-08-01"),
    ("Microsoft.CostManagement", "dimensions", "2024-08-01"),
    ("Microsoft.CostManagement", "forecast", "2024-08-01"),
    ("Microsoft.CostManagement", "query", "2024-08-01"),
    ("Microsoft.AlertsManagement", "alerts", "2019-03-01"),
    ("Microsoft.AlertsManagement", "alertsMetaData", "2019-03-01"),
    ("Microsoft.AlertsManagement", "alertsSummary", "2019-03-01"),
    ("Microsoft.Authorization", "denyAssignments", "2022-04-01"),
    ("Microsoft.Authorization", "locks", "2020-05-01"),
    ("Microsoft.Authorization", "permissions", "2022-04-01"),
    ("Microsoft.Authorization", "policyAssignments", "2023-04-01"),
    ("Microsoft.Authorization", "policyDefinitions", "2023-04-01"),
    ("Microsoft.Authorization", "policyExemptions", "2022-07-01-preview"),
    ("Microsoft.Authorization", "policySetDefinitions", "2023-04-01"),
    ("Microsoft.Authorization", "roleAssignments", "2022-04-01"),
    ("Microsoft.Authorization", "roleDefinitions", "2022-04-01"),
    ("Microsoft.DataProtection", "backupVaults/backupInstances", "2024-04-01"),
    ("Microsoft.DataProtection", "backupVaults/backupJobs", "2024-04-01"),
    ("Microsoft.DataProtection", "backupVaults/backupPolicies", "2024-04-01"),
    ("Microsoft.GuestConfiguration", "guestConfigurationAssignments", "2024-04-05"),
    ("Microsoft.GuestConfiguration", "guestConfigurationAssignments/reports", "2024-04-05"),
    ("Microsoft.Insights", "eventCategories", "2015-04-01"),
    ("Microsoft.Insights", "dataCollectionRuleAssociations", "2023-03-11"),
    ("Microsoft.Insights", "diagnosticSettings", "2021-05-01-preview"),
    ("Microsoft.Insights", "eventtypes", "2015-04-01"),
    ("Microsoft.Maintenance", "applyUpdates", "2023-04-01"),
    ("Microsoft.Maintenance", "configurationAssignments", "2023-04-01"),
    ("Microsoft.Maintenance", "publicMaintenanceConfigurations", "2023-04-01"),
    ("Microsoft.Maintenance", "updates", "2023-04-01"),
    ("Microsoft.Insights", "metricDefinitions", "2024-02-01"),
    ("Microsoft.Insights", "metricNamespaces", "2024-02-01"),
    ("Microsoft.Insights", "metrics", "2024-02-01"),
    ("Microsoft.ManagedOps", "managedOps", "2025-07-28-preview"),
    ("Microsoft.Management", "managementGroups", "2023-04-01"),
    ("Microsoft.Management", "getEntities", "2023-04-01"),
    ("Microsoft.RecoveryServices", "locations/backupStatus", "2024-04-01"),
    ("Microsoft.RecoveryServices", "vaults/backupFabrics", "2024-04-01"),
    ("Microsoft.RecoveryServices", "vaults/backupJobs", "2024-04-01"),
    ("Microsoft.RecoveryServices", "vaults/backupPolicies", "2024-04-01"),
    ("Microsoft.RecoveryServices", "vaults/backupProtectableItems", "2024-04-01"),
    ("Microsoft.RecoveryServices", "vaults/backupProtectedItems", "2024-04-01"),
    ("Microsoft.RecoveryServices", "vaults/backupProtectionContainers", "2024-04-01"),
    ("Microsoft.RecoveryServices", "vaults/backupUsageSummaries", "2024-04-01"),
    ("Microsoft.RecoveryServices", "vaults/replicationEvents", "2024-04-01"),
    ("Microsoft.RecoveryServices", "vaults/replicationFabrics", "2024-04-01"),
    ("Microsoft.RecoveryServices", "vaults/replicationJobs", "2024-04-01"),
    ("Microsoft.RecoveryServices", "vaults/replicationPolicies", "2024-04-01"),
    ("Microsoft.RecoveryServices", "vaults/replicationProtectedItems", "2024-04-01"),
    ("Microsoft.RecoveryServices", "vaults/replicationProtectionContainers", "2024-04-01"),
    ("Microsoft.RecoveryServices", "vaults/replicationRecoveryPlans", "2024-04-01"),
    ("Microsoft.RecoveryServices", "vaults/replicationUsages", "2024-04-01"),
    ("Microsoft.RecoveryServices", "vaults/replicationVaultHealth", "2024-04-01"),
    ("Microsoft.RecoveryServices", "vaults/usages", "2024-04-01"),
    ("Microsoft.PolicyInsights", "attestations", "2024-10-01"),
    ("Microsoft.PolicyInsights", "policyEvents", "2024-10-01"),
    ("Microsoft.PolicyInsights", "policyStates", "2024-10-01"),
    ("Microsoft.PolicyInsights", "remediations", "2024-10-01"),
    ("Microsoft.OperationalInsights", "workspaces/api", "2020-08-01"),
    ("Microsoft.OperationalInsights", "workspaces/tables", "2023-09-01"),
    ("Microsoft.ResourceGraph", "resources", "2024-04-01"),
    ("Microsoft.ResourceHealth", "availabilityStatuses", "2024-02-01"),
    ("Microsoft.ResourceHealth", "childAvailabilityStatuses", "2024-02-01"),
    ("Microsoft.ResourceHealth", "childResources", "2024-02-01"),
    ("Microsoft.ResourceHealth", "emergingIssues", "2024-02-01"),
    ("Microsoft.ResourceHealth", "events", "2024-02-01"),
    ("Microsoft.ResourceHealth", "events/impactedResources", "2024-02-01"),
    ("Microsoft.ResourceHealth", "metadata", "2024-02-01"),
    ("Microsoft.Resources", "subscriptions", "2022-12-01"),
    ("Microsoft.Resources", "subscriptions/resourceGroups", "2024-07-01"),
    ("Microsoft.Resources", "tags", "2024-07-01"),
    ("Microsoft.Security", "alerts", "2022-01-01"),
    ("Microsoft.Security", "alertsSuppressionRules", "2019-01-01-preview"),
    ("Microsoft.Security", "assessmentMetadata", "2021-06-01"),
    ("Microsoft.Security", "assessments", "2021-06-01"),
    ("Microsoft.Security", "jitNetworkAccessPolicies", "2020-01-01"),
    ("Microsoft.Security", "locations/jitNetworkAccessPolicies", "2020-01-01"),
    ("Microsoft.Security", "locations/alerts", "2022-01-01"),
    ("Microsoft.Security", "assessments/governanceAssignments", "2022-01-01-preview"),
    ("Microsoft.Security", "assessments/subAssessments", "2019-01-01-preview"),
    ("Microsoft.Security", "governanceRules", "2022-01-01-preview"),
    ("Microsoft.Security", "pricings", "2024-01-01"),
    ("Microsoft.Security", "regulatoryComplianceStandards", "2019-01-01-preview"),
    ("Microsoft.Security", "secureScoreControlDefinitions", "2020-01-01"),
    ("Microsoft.Security", "secureScoreControls", "2020-01-01"),
    ("Microsoft.Security", "secureScores", "2020-01-01"),
    ("Microsoft.Security", "subAssessments", "2019-01-01-preview"),
];

/// Whether the estate has this namespace.
pub(super) fn is_known(namespace: &str) -> bool {
    names().any(|name| name.eq_ignore_ascii_case(namespace))
}

/// `GET {S}/providers`, or `GET /providers` without a subscription.
pub(super) fn list(call: &Call<'_>, subscription: Option<&str>) -> Result<Answer, ArmError> {
    call.only(Method::Get)?;
    let at = subscription.map(|id| readable(call, id)).transpose()?;
    let mut names: Vec<&str> = names().collect();
    names.sort_unstable();
    names.dedup();
    call.page(names.into_iter(), |name| Some(body(call, at, name)))
}

/// `GET {S}/providers/{namespace}` and `GET /providers/{namespace}`.
pub(super) fn get(call: &Call<'_>, namespace: &str) -> Result<Answer, ArmError> {
    call.only(Method::Get)?;
    let at = match call.path.scope.as_slice() {
        [] => None,
        [_, id] => Some(readable(call, id)?),
        _ => {
            return Err(ArmError::not_found(&format!("The path '{}'", call.raw_path)));
        }
    };
    let name = names()
        .find(|name| name.eq_ignore_ascii_case(namespace))
        .ok_or_else(|| ArmError::invalid_namespace(namespace))?;
    Answer::json(&body(call, at, name))
}

fn readable(call: &Call<'_>, subscription: &str) -> Result<SubscriptionIx, ArmError> {
    let ix = call.subscription(subscription)?;
    call.require(READ, Scope::Subscription(ix))?;
    Ok(ix)
}

fn names() -> impl Iterator<Item = &'static str> {
    let tracked = Kind::ALL.iter().copied().map(Kind::namespace);
    tracked.chain(UNTRACKED.iter().map(|(namespace, _, _)| *namespace))
}

fn body(call: &Call<'_>, at: Option<SubscriptionIx>, namespace: &str) -> Value {
    let world = call.world();
    let prefix = at.map(|ix| world.subscription_id(ix)).unwrap_or_default();
    let is_registered = at.is_none_or(|ix| enrollment::is_registered(world, ix, namespace));
    let regions = [Region::WestEurope, Region::NorthEurope, Region::EastUs2, Region::UkSouth]
        .map(Region::display);
    let tracked = Kind::ALL.iter().filter(|kind| kind.namespace() == namespace).map(|kind| {
        json!({
            "resourceType": kind.short_type(),
            "locations": if kind.is_global() { json!(["global"]) } else { json!(regions) },
            "apiVersions": kind.api_versions(),
            "defaultApiVersion": kind.api_versions().first(),
            "capabilities": "CrossResourceGroupResourceMove, CrossSubscriptionResourceMove, SupportsTags, SupportsLocation",
        })
    });
    let untracked =
        UNTRACKED.iter().filter(|(name, _, _)| *name == namespace).map(|(_, kind, version)| {
            json!({
                "resourceType": kind,
                "locations": [],
                "apiVersions": [version],
                "defaultApiVersion": version,
                "capabilities": "None",
            })
        });
    json!({
        "id": format!("{prefix}/providers/{namespace}"),
        "namespace": namespace,
        "registrationState": if is_registered { "Registered" } else { "NotRegistered" },
        "registrationPolicy": "RegistrationRequired",
        "resourceTypes": tracked.chain(untracked).collect::<Vec<_>>(),
    })
}
