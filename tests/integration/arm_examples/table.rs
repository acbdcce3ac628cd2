//! Which example goes through which tool, and why the others go through none.

/// An example and the call it answers.
pub(crate) struct Example {
    /// Below the folder of the examples.
    pub(crate) file: &'static str,
    pub(crate) tool: &'static str,
    /// JSON.
    pub(crate) arguments: &'static str,
    /// The end of the path that the example answers; empty for none.
    pub(crate) path: &'static str,
    /// What the tool must say.
    pub(crate) tells: &'static str,
    /// A word of the Resource Graph query whose rows are the items of the example, or of `beside`.
    pub(crate) rows_of: Option<&'static str>,
    /// Another example, for the rows.
    pub(crate) beside: Option<&'static str>,
    /// Whether the example is a whole answer of Resource Graph.
    pub(crate) whole_graph: bool,
    /// The thread's scope.
    pub(crate) scope: Option<&'static str>,
}

const fn through(
    file: &'static str,
    tool: &'static str,
    arguments: &'static str,
    (path, tells): (&'static str, &'static str),
) -> Example {
    Example {
        file,
        tool,
        arguments,
        path,
        tells,
        rows_of: None,
        beside: None,
        whole_graph: false,
        scope: None,
    }
}

impl Example {
    /// With the rows of a query.
    const fn rows_of(self, word: &'static str) -> Self {
        Self { rows_of: Some(word), ..self }
    }

    /// With rows of another example.
    const fn beside(self, file: &'static str) -> Self {
        Self { beside: Some(file), ..self }
    }

    const fn whole_graph(self) -> Self {
        Self { whole_graph: true, ..self }
    }

    const fn scoped(self, scope: &'static str) -> Self {
        Self { scope: Some(scope), ..self }
    }
}

/// What goes through a tool.
pub(crate) const THROUGH_TOOLS: &[Example] = &[
    through(
        "common/Subscriptions_List.json",
        "list_subscriptions",
        "{}",
        ("/subscriptions", "Example Subscription"),
    ),
    through(
        "common/ManagementGroups_GetDescendants.json",
        "list_subscriptions",
        "{}",
        ("/descendants", "Example"),
    )
    .scoped(
        "/providers/Microsoft.Management/managementGroups/20000000-0000-0000-0000-000000000000",
    ),
    through(
        "common/RoleDefinitions_List.json",
        "check_access",
        r#"{"action": "Microsoft.Compute/virtualMachines/restart/action"}"#,
        ("/roleDefinitions", "restart"),
    ),
    through(
        "common/ResourceGraph_Resources_Basic.json",
        "query_resources",
        r#"{"query": "resources | project id, name"}"#,
        ("", "myPublicIp"),
    )
    .whole_graph(),
    through(
        "common/ResourceGraph_Resources_Facets.json",
        "query_resources",
        r#"{"query": "resources | project id, name"}"#,
        ("", "myTestVm"),
    )
    .whole_graph(),
    through(
        "common/ResourceGraph_Resources_ManagementGroup.json",
        "query_resources",
        r#"{"query": "resources | project id, name"}"#,
        ("", "myPublicIp"),
    )
    .whole_graph(),
    through(
        "common/ResourceGraph_Resources_Tenant.json",
        "query_resources",
        r#"{"query": "resources | project id, name"}"#,
        ("", "myPublicIp"),
    )
    .whole_graph(),
    through(
        "common/ResourceGraph_Resources_NextPage.json",
        "query_resources",
        r#"{"query": "resources | project id, name"}"#,
        ("", "second_OsDisk"),
    )
    .whole_graph(),
    through(
        "common/ResourceGraph_Resources_Complex.json",
        "query_resources",
        r#"{"query": "resources | summarize count() by name"}"#,
        ("", "count_"),
    )
    .whole_graph(),
    through(
        "common/ResourceGraph_Resources_Summarize.json",
        "query_resources",
        r#"{"query": "resources | summarize count() by location"}"#,
        ("", "centralus"),
    )
    .whole_graph(),
    through(
        "observability/ActivityLogs_List.json",
        "get_activity_log",
        "{}",
        ("/eventtypes/management/values", "admin@contoso.com"),
    ),
    through(
        "observability/Alerts_GetById.json",
        "get_alert",
        r#"{"alert": "66114d64-d9d9-478b-95c9-b789d6502100"}"#,
        ("", "66114d64"),
    )
    .rows_of("alertsmanagementresources"),
    through(
        "observability/Alerts_GetById_2024-01-01-preview.json",
        "get_alert",
        r#"{"alert": "66114d64-d9d9-478b-95c9-b789d6502100"}"#,
        ("", "66114d64"),
    )
    .rows_of("alertsmanagementresources"),
    through(
        "observability/Alerts_GetHistory.json",
        "get_alert",
        r#"{"alert": "66114d64-d9d9-478b-95c9-b789d6502100"}"#,
        ("/history", "vikramm"),
    )
    .rows_of("alertsmanagementresources")
    .beside("observability/Alerts_GetById.json"),
    through(
        "observability/AvailabilityStatuses_List.json",
        "list_resource_health",
        r#"{"resource": "/subscriptions/20ff7fc3-e762-44dd-bd96-b71116dcdc23/resourceGroups/rhctestenv/providers/Microsoft.Compute/virtualMachines/vm1"}"#,
        ("/availabilityStatuses", "couldn't automatically recover"),
    ),
    through(
        "security/Alerts_GetSubscriptionLevel.json",
        "get_security_alert",
        r#"{"alert": "2518770965529163669_F144EE95-A3E5-42DA-A279-967D115809AA"}"#,
        ("", "test alert"),
    )
    .rows_of("locations/alerts"),
    through(
        "security/Alerts_List.json",
        "get_security_alert",
        r#"{"alert": "2518298467986649999_4d25bfef-2d77-4a08-adc0-3e35715cc92a"}"#,
        ("", "test alert"),
    )
    .rows_of("locations/alerts"),
    through(
        "security/Alerts_ListSubscriptionLevelByRegion.json",
        "get_security_alert",
        r#"{"alert": "2518298467986649999_4d25bfef-2d77-4a08-adc0-3e35715cc92a"}"#,
        ("", "test alert"),
    )
    .rows_of("locations/alerts"),
    through(
        "security/Pricings_List.json",
        "list_resource_protections",
        "{}",
        ("/pricings", "Servers"),
    ),
    through("security/SecureScores_List.json", "get_secure_score", "{}", ("/secureScores", "60.3")),
    through(
        "security/SecureScoreControlDefinitions_ListBySubscription.json",
        "explain_secure_score",
        "{}",
        ("/secureScoreControlDefinitions", "60.3"),
    )
    .rows_of("securescores")
    .beside("security/SecureScores_List.json"),
];

/// What does not, and why.
pub(crate) const NOT_THROUGH_A_TOOL: &[(&str, &[&str])] = &[
    (
        "no tool reads the operation: another answers the same",
        &[
            "common/Entities_List",
            "common/ManagementGroups_GetExpandRecurse",
            "common/ManagementGroups_List",
            "common/Permissions_ListForResource",
            "common/Permissions_ListForResourceGroup",
            "common/Providers_Get",
            "common/ResourceGraph_Resources_FirstPage",
            "common/RoleDefinitions_Get",
            "common/Subscriptions_Get",
            "common/Tenants_List",
            "observability/Alerts_MetaData",
            "observability/AvailabilityStatuses_GetByResource",
            "observability/EventCategories_List",
            "observability/SecurityAdvisoryImpactedResources_ListBySubscriptionIdAndEventId",
            "security/JitNetworkAccessPolicies_List",
            "security/Locations_List",
            "security/Pricings_Get",
            "security/SecureScores_Get",
        ],
    ),
    (
        "a change, which no read makes",
        &[
            "common/ResourceGroups_CreateOrUpdate",
            "configuration/ApplyUpdates_CreateOrUpdate",
            "configuration/ConfigurationAssignments_CreateOrUpdate",
            "configuration/MaintenanceConfigurations_CreateOrUpdate",
            "configuration/PolicyExemptions_CreateOrUpdate",
            "configuration/PolicyStates_TriggerSubscriptionEvaluation",
            "configuration/Remediations_CancelAtSubscription",
            "configuration/Remediations_CreateOrUpdateAtSubscription",
            "configuration/VirtualMachines_AssessPatches",
            "configuration/VirtualMachines_InstallPatches",
            "observability/AlertProcessingRules_CreateOrUpdate",
            "observability/AlertProcessingRules_Update",
            "observability/Alerts_ChangeState",
            "observability/Event_FetchDetailsBySubscriptionIdAndTrackingId",
            "observability/MetricAlerts_CreateOrUpdate",
            "observability/MetricAlerts_Update",
            "observability/ScheduledQueryRules_Update",
            "optimization/Consumption_Budgets_CreateOrUpdate",
            "optimization/Recommendations_Generate",
            "optimization/Suppressions_Create",
            "optimization/Suppressions_Delete",
            "optimization/VirtualMachines_Deallocate",
            "optimization/VirtualMachines_PowerOff",
            "optimization/VirtualMachines_Restart",
            "optimization/VirtualMachines_Start",
            "optimization/VirtualMachines_Update",
            "resiliency/Backups_Trigger",
            "resiliency/DataProtection_BackupInstances_AdhocBackup",
            "resiliency/DataProtection_OperationStatus_Get",
            "resiliency/JobCancellations_Trigger",
            "resiliency/ProtectedItemOperationResults_Get",
            "resiliency/ProtectedItemOperationStatuses_Get",
            "resiliency/ProtectedItems_CreateOrUpdate_ConfigureProtection",
            "resiliency/ProtectedItems_CreateOrUpdate_StopProtection",
            "resiliency/ProtectionContainers_Refresh",
            "resiliency/ReplicationProtectedItems_TestFailover",
            "resiliency/ReplicationProtectedItems_TestFailoverCleanup",
            "resiliency/ReplicationProtectedItems_UnplannedFailover",
            "resiliency/ReplicationRecoveryPlans_TestFailover",
            "resiliency/ReplicationRecoveryPlans_TestFailoverCleanup",
            "resiliency/RestorePoints_Create",
            "resiliency/Restores_Trigger_RestoreDisks",
            "security/Alerts_Simulate",
            "security/Alerts_UpdateSubscriptionLevelStateToActivate",
            "security/Alerts_UpdateSubscriptionLevelStateToDismiss",
            "security/Alerts_UpdateSubscriptionLevelStateToInProgress",
            "security/Alerts_UpdateSubscriptionLevelStateToResolve",
            "security/GovernanceAssignments_CreateOrUpdate",
            "security/JitNetworkAccessPolicies_Initiate",
            "security/Pricings_Update",
        ],
    ),
    (
        "a tool asks Resource Graph for this, summed by the query",
        &[
            "common/RoleAssignments_ListForScope",
            "common/RoleAssignments_ListForSubscription",
            "observability/Alerts_GetAll",
            "observability/Alerts_GetAll_2024-01-01-preview",
            "observability/Alerts_GetSummary",
            "observability/AvailabilityStatuses_ListBySubscriptionId",
            "observability/Event_GetBySubscriptionIdAndTrackingId",
            "observability/Events_ListBySubscriptionId",
            "observability/ImpactedResources_ListBySubscriptionIdAndEventId",
            "security/AssessmentsMetadata_Get",
            "security/AssessmentsMetadata_ListBySubscription",
            "security/Assessments_Get",
            "security/Assessments_Get_Expand",
            "security/Assessments_List",
            "security/GovernanceAssignments_List",
            "security/GovernanceRules_List",
            "security/RegulatoryComplianceAssessments_List",
            "security/RegulatoryComplianceControls_List",
            "security/RegulatoryComplianceStandards_List",
            "security/SecureScoreControls_List",
            "security/SecureScoreControls_ListBySecureScore_Expand",
            "security/SubAssessments_List",
            "security/SubAssessments_ListAll",
        ],
    ),
    (
        "no tool reads it yet",
        &[
            "configuration/ApplyUpdates_Get",
            "configuration/ApplyUpdates_List",
            "configuration/ChangeAnalysis_Changes_ListBySubscription",
            "configuration/ConfigurationAssignments_List",
            "configuration/ConfigurationAssignments_ListWithinSubscription",
            "configuration/GuestConfigurationAssignmentReports_Get",
            "configuration/GuestConfigurationAssignmentReports_List",
            "configuration/GuestConfigurationAssignments_Get",
            "configuration/GuestConfigurationAssignments_List",
            "configuration/GuestConfigurationAssignments_SubscriptionList",
            "configuration/MaintenanceConfigurations_Get_GuestOSPatchLinux",
            "configuration/MaintenanceConfigurations_Get_GuestOSPatchWindows",
            "configuration/MaintenanceConfigurations_List",
            "configuration/MaintenanceUpdates_List",
            "configuration/PolicyAssignments_Get",
            "configuration/PolicyAssignments_List",
            "configuration/PolicyDefinitions_Get",
            "configuration/PolicyDefinitions_GetBuiltIn",
            "configuration/PolicyEvents_ListQueryResultsForSubscription",
            "configuration/PolicyExemptions_List",
            "configuration/PolicyRestrictions_CheckAtResourceGroupScope",
            "configuration/PolicySetDefinitions_GetBuiltIn",
            "configuration/PolicyStates_FilterGroupAggregate",
            "configuration/PolicyStates_ListQueryResultsForResource_Details",
            "configuration/PolicyStates_ListQueryResultsForSubscription",
            "configuration/PolicyStates_ListQueryResultsForSubscription_NextLink",
            "configuration/PolicyStates_SummarizeForSubscription",
            "configuration/Remediations_GetAtSubscription",
            "configuration/Remediations_ListDeploymentsAtSubscription",
            "configuration/Remediations_ListForSubscription",
            "observability/ActionGroups_Get",
            "observability/ActionGroups_ListBySubscriptionId",
            "observability/ActivityLogAlerts_ListBySubscriptionId",
            "observability/AlertProcessingRules_GetByName",
            "observability/AlertProcessingRules_ListBySubscription",
            "observability/AppInsights_Components_Get",
            "observability/AppInsights_Components_List",
            "observability/AppInsights_Query_Post",
            "observability/DiagnosticSettings_List",
            "observability/LogAnalytics_BatchQuery",
            "observability/LogAnalytics_Query_Post",
            "observability/LogAnalytics_Query_ResourceCentric_Post",
            "observability/LogAnalytics_Tables_ListByWorkspace",
            "observability/LogAnalytics_Workspaces_Get",
            "observability/LogAnalytics_Workspaces_List",
            "observability/MetricAlertsStatus_List",
            "observability/MetricAlerts_Get",
            "observability/MetricAlerts_Get_Dynamic",
            "observability/MetricAlerts_ListBySubscription",
            "observability/MetricDefinitions_List",
            "observability/MetricNamespaces_List",
            "observability/Metrics_Batch",
            "observability/Metrics_List",
            "observability/Metrics_ListAtSubscriptionScope",
            "observability/Metrics_List_Error",
            "observability/Metrics_List_Metadata",
            "observability/ScheduledQueryRules_Get",
            "observability/ScheduledQueryRules_ListBySubscription",
            "optimization/AdvisorScores_List",
            "optimization/Carbon_QueryDataAvailableDateRange",
            "optimization/Carbon_QueryReports_ItemDetails_Resource",
            "optimization/Carbon_QueryReports_MonthlySummary",
            "optimization/Carbon_QueryReports_OverallSummary",
            "optimization/Carbon_QueryReports_TopItemsSummary_Subscription",
            "optimization/Consumption_Budgets_Get",
            "optimization/Consumption_Budgets_List",
            "optimization/Consumption_ReservationRecommendations_List",
            "optimization/CostManagement_Alerts_List",
            "optimization/CostManagement_BenefitRecommendations_List",
            "optimization/CostManagement_Dimensions_List",
            "optimization/CostManagement_Forecast_Usage_Subscription",
            "optimization/CostManagement_Query_Usage_ResourceGroup",
            "optimization/CostManagement_Query_Usage_Subscription",
            "optimization/CostManagement_Query_Usage_SubscriptionGrouping",
            "optimization/RecommendationMetadata_List",
            "optimization/Recommendations_Get",
            "optimization/Recommendations_List",
            "optimization/Suppressions_List",
            "optimization/VirtualMachines_Get",
            "optimization/VirtualMachines_InstanceView",
            "optimization/VirtualMachines_ListAll",
            "optimization/VirtualMachines_ListAvailableSizes",
            "resiliency/BackupJobs_List",
            "resiliency/BackupJobs_List_Filtered",
            "resiliency/BackupPolicies_List",
            "resiliency/BackupProtectableItems_List",
            "resiliency/BackupProtectedItems_List",
            "resiliency/BackupStatus_Get",
            "resiliency/BackupUsageSummaries_List",
            "resiliency/DataProtection_BackupInstances_Get",
            "resiliency/DataProtection_BackupInstances_List",
            "resiliency/DataProtection_BackupPolicies_List",
            "resiliency/DataProtection_BackupVaults_Get",
            "resiliency/DataProtection_BackupVaults_GetInSubscription",
            "resiliency/DataProtection_Jobs_List",
            "resiliency/DataProtection_RecoveryPoints_List",
            "resiliency/JobDetails_Get",
            "resiliency/ProtectedItems_Get",
            "resiliency/ProtectionPolicies_Get",
            "resiliency/ProtectionPolicies_Get_V2Enhanced",
            "resiliency/RecoveryPoints_List",
            "resiliency/ReplicationEvents_List",
            "resiliency/ReplicationFabrics_List",
            "resiliency/ReplicationJobs_Get",
            "resiliency/ReplicationJobs_List",
            "resiliency/ReplicationProtectedItems_Get",
            "resiliency/ReplicationProtectedItems_List",
            "resiliency/ReplicationRecoveryPlans_Get",
            "resiliency/ReplicationRecoveryPlans_List",
            "resiliency/ReplicationUsages_List",
            "resiliency/ReplicationVaultHealth_Get",
            "resiliency/RestorePointCollections_Get_WithRestorePoints",
            "resiliency/RestorePointCollections_ListAll",
            "resiliency/RestorePoints_Get",
            "resiliency/SiteRecovery_RecoveryPoints_List",
            "resiliency/VaultUsages_List",
            "resiliency/Vaults_Get",
            "resiliency/Vaults_ListBySubscriptionId",
        ],
    ),
];
