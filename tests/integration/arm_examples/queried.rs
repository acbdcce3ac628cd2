//! The examples whose items a tool's query is run over, or that it reads of what a query found.

use crate::arm_examples::table::{Example, through};

/// The items of an example, told by a tool that asks Resource Graph.
const fn found(
    file: &'static str,
    tool: &'static str,
    arguments: &'static str,
    tells: &'static str,
) -> Example {
    through(file, tool, arguments, ("", tells)).queried()
}

/// An answer of REST about what a query finds: `of` has the items that it finds.
const fn read(
    file: &'static str,
    tool: &'static str,
    arguments: &'static str,
    (path, tells, of): (&'static str, &'static str, &'static str),
) -> Example {
    through(file, tool, arguments, (path, tells)).queried().beside(of)
}

/// What goes through a tool by a query.
pub(crate) const QUERIED: &[Example] = &[
    found("observability/ActionGroups_Get.json", "list_action_groups", "{}", "SampleActionGroup"),
    found(
        "observability/ActionGroups_ListBySubscriptionId.json",
        "list_action_groups",
        "{}",
        "SampleActionGroup",
    ),
    found(
        "observability/ActivityLogAlerts_ListBySubscriptionId.json",
        "list_alert_rules",
        "{}",
        "SampleActivityLogAlertRule1",
    ),
    found(
        "observability/AlertProcessingRules_GetByName.json",
        "list_alert_processing_rules",
        "{}",
        "DailySuppression",
    ),
    found(
        "observability/AlertProcessingRules_ListBySubscription.json",
        "list_alert_processing_rules",
        "{}",
        "DailySuppression",
    ),
    found(
        "observability/MetricAlerts_Get.json",
        "get_alert_rule",
        r#"{"rule": "chiricutin"}"#,
        "Processor",
    ),
    found(
        "observability/MetricAlerts_Get_Dynamic.json",
        "get_alert_rule",
        r#"{"rule": "chiricutin"}"#,
        "chiricutin",
    ),
    found(
        "observability/MetricAlerts_ListBySubscription.json",
        "list_alert_rules",
        "{}",
        "highcpu",
    ),
    found(
        "observability/ScheduledQueryRules_Get.json",
        "get_alert_rule",
        r#"{"rule": "perf"}"#,
        "Performance rule",
    ),
    found(
        "observability/ScheduledQueryRules_ListBySubscription.json",
        "list_alert_rules",
        "{}",
        "perf",
    ),
    found(
        "observability/LogAnalytics_Workspaces_Get.json",
        "list_workspaces",
        "{}",
        "oiautorest6685",
    ),
    found("observability/LogAnalytics_Workspaces_List.json", "list_workspaces", "{}", "aztest2170"),
    read(
        "observability/LogAnalytics_Tables_ListByWorkspace.json",
        "list_log_tables",
        "{}",
        ("/tables", "AzureNetworkFlow", "observability/LogAnalytics_Workspaces_Get.json"),
    ),
    read(
        "observability/LogAnalytics_Query_Post.json",
        "query_logs",
        r#"{"query": "Usage | take 10"}"#,
        ("/query", "Computer", "observability/LogAnalytics_Workspaces_Get.json"),
    ),
    read(
        "observability/LogAnalytics_Query_ResourceCentric_Post.json",
        "query_logs",
        r#"{"query": "AzureActivity | summarize count() by OperationName"}"#,
        ("/query", "operation1", "observability/LogAnalytics_Workspaces_Get.json"),
    ),
    read(
        "observability/AppInsights_Query_Post.json",
        "query_logs",
        r#"{"query": "requests | summarize count() by bin(timestamp, 1h)"}"#,
        ("/query", "count_", "observability/LogAnalytics_Workspaces_Get.json"),
    ),
    read(
        "observability/DiagnosticSettings_List.json",
        "list_diagnostic_gaps",
        r#"{"resource": "/subscriptions/20ff7fc3-e762-44dd-bd96-b71116dcdc23/resourceGroups/rg/providers/Microsoft.RecoveryServices/vaults/swaggerExample"}"#,
        ("/diagnosticsettings", "mysetting", "resiliency/Vaults_Get.json"),
    ),
    read(
        "observability/MetricDefinitions_List.json",
        "list_metric_definitions",
        r#"{"resource": "swaggerExample"}"#,
        ("/metricDefinitions", "CpuTime", "resiliency/Vaults_Get.json"),
    ),
    found(
        "configuration/GuestConfigurationAssignments_Get.json",
        "list_machine_configurations",
        "{}",
        "AuditSecureProtocol",
    ),
    found(
        "configuration/GuestConfigurationAssignments_List.json",
        "list_machine_configurations",
        "{}",
        "AuditSecureProtocol2",
    ),
    found(
        "configuration/GuestConfigurationAssignments_SubscriptionList.json",
        "list_machine_configurations",
        "{}",
        "AuditSecureProtocol2",
    ),
    found(
        "configuration/MaintenanceConfigurations_Get_GuestOSPatchLinux.json",
        "list_maintenance_configurations",
        "{}",
        "configuration1",
    ),
    found(
        "configuration/MaintenanceConfigurations_Get_GuestOSPatchWindows.json",
        "list_maintenance_configurations",
        "{}",
        "configuration1",
    ),
    found(
        "configuration/MaintenanceConfigurations_List.json",
        "list_maintenance_configurations",
        "{}",
        "configuration1",
    ),
    found(
        "configuration/ConfigurationAssignments_List.json",
        "list_maintenance_configurations",
        "{}",
        "configuration1",
    )
    .beside("configuration/MaintenanceConfigurations_List.json"),
    found(
        "configuration/ConfigurationAssignments_ListWithinSubscription.json",
        "list_maintenance_configurations",
        "{}",
        "configuration1",
    )
    .beside("configuration/MaintenanceConfigurations_List.json"),
    found(
        "configuration/PolicyAssignments_Get.json",
        "list_policy_assignments",
        "{}",
        "Enforce resource naming rules",
    ),
    found(
        "configuration/PolicyAssignments_List.json",
        "list_policy_assignments",
        "{}",
        "Storage Cost Management",
    ),
    found(
        "configuration/PolicyDefinitions_Get.json",
        "list_policy_definitions",
        "{}",
        "Naming Convention",
    ),
    found(
        "configuration/PolicyDefinitions_GetBuiltIn.json",
        "list_policy_definitions",
        "{}",
        "Allowed storage account SKUs",
    ),
    found(
        "configuration/PolicySetDefinitions_GetBuiltIn.json",
        "list_policy_definitions",
        "{}",
        "Enable Monitoring in Azure Security Center",
    ),
    found(
        "configuration/PolicyExemptions_List.json",
        "list_policy_exemptions",
        "{}",
        "Exempt demo cluster",
    ),
    found(
        "configuration/PolicyStates_ListQueryResultsForSubscription.json",
        "summarize_policy_compliance",
        "{}",
        "compliant",
    ),
    found(
        "configuration/PolicyStates_ListQueryResultsForSubscription_NextLink.json",
        "list_noncompliant_resources",
        "{}",
        "myrg1",
    ),
    read(
        "configuration/PolicyStates_ListQueryResultsForResource_Details.json",
        "list_noncompliant_resources",
        "{}",
        (
            "/policyStates/latest/queryResults",
            "mydomainname",
            "configuration/PolicyStates_ListQueryResultsForResource_Details.json",
        ),
    ),
    through(
        "configuration/Remediations_ListForSubscription.json",
        "list_policy_remediations",
        "{}",
        ("/remediations", "2 remediation tasks"),
    )
    .queried(),
    found("resiliency/Vaults_Get.json", "list_vaults", "{}", "swaggerExample"),
    found("resiliency/Vaults_ListBySubscriptionId.json", "list_vaults", "{}", "patchtest"),
    found("resiliency/DataProtection_BackupVaults_Get.json", "list_vaults", "{}", "swaggerExample"),
    found(
        "resiliency/DataProtection_BackupVaults_GetInSubscription.json",
        "list_vaults",
        "{}",
        "ExampleVault1",
    ),
    found(
        "resiliency/DataProtection_BackupInstances_Get.json",
        "list_backup_instances",
        "{}",
        "OssDB",
    ),
    found(
        "resiliency/DataProtection_BackupInstances_List.json",
        "list_backup_instances",
        "{}",
        "OssDB",
    ),
    found(
        "resiliency/DataProtection_BackupPolicies_List.json",
        "get_backup_policy",
        r#"{"policy": "OSSDBPolicy"}"#,
        "OSSDBPolicy",
    ),
    found("resiliency/DataProtection_Jobs_List.json", "list_backup_jobs", "{}", "BugBashVault")
        .recent(),
    read(
        "resiliency/DataProtection_RecoveryPoints_List.json",
        "list_recovery_points",
        r#"{"resource": "harshitbi2"}"#,
        ("/recoveryPoints", "2019-03-01", "resiliency/DataProtection_BackupInstances_Get.json"),
    ),
    found("resiliency/BackupJobs_List.json", "list_backup_jobs", "{}", "testvm").recent(),
    found("resiliency/BackupJobs_List_Filtered.json", "list_backup_jobs", "{}", "testvm").recent(),
    read(
        "resiliency/JobDetails_Get.json",
        "get_backup_job",
        r#"{"job": "00000000-0000-0000-0000-000000000000"}"#,
        (
            "/backupJobs/00000000-0000-0000-0000-000000000000",
            "Take Snapshot",
            "resiliency/BackupJobs_List.json",
        ),
    ),
    found("resiliency/BackupPolicies_List.json", "list_backup_policies", "{}", "DefaultPolicy"),
    found(
        "resiliency/ProtectionPolicies_Get.json",
        "get_backup_policy",
        r#"{"policy": "testPolicy1"}"#,
        "02:00",
    ),
    found(
        "resiliency/ProtectionPolicies_Get_V2Enhanced.json",
        "get_backup_policy",
        r#"{"policy": "v2-daily-sample"}"#,
        "10:00",
    ),
    found("resiliency/BackupProtectedItems_List.json", "list_protected_items", "{}", "iaasvm-1"),
    found("resiliency/ProtectedItems_Get.json", "list_protected_items", "{}", "iaasvm-1"),
    read(
        "resiliency/BackupProtectableItems_List.json",
        "list_unprotected_resources",
        r#"{"vault": "swaggerExample"}"#,
        ("/backupProtectableItems", "iaasvm-1", "resiliency/Vaults_Get.json"),
    ),
    read(
        "resiliency/RecoveryPoints_List.json",
        "list_recovery_points",
        r#"{"resource": "iaasvm-1"}"#,
        ("/recoveryPoints", "2017-12-21", "resiliency/ProtectedItems_Get.json"),
    ),
    read(
        "resiliency/ReplicationEvents_List.json",
        "list_replication_jobs",
        r#"{"what": "events"}"#,
        ("/replicationEvents", "TestFailover", "resiliency/ReplicationProtectedItems_List.json"),
    )
    .recent(),
    read(
        "resiliency/ReplicationJobs_List.json",
        "list_replication_jobs",
        "{}",
        (
            "/replicationJobs",
            "3 replication jobs",
            "resiliency/ReplicationProtectedItems_List.json",
        ),
    )
    .recent(),
    found("resiliency/ReplicationProtectedItems_Get.json", "list_replicated_items", "{}", "vm1"),
    found("resiliency/ReplicationProtectedItems_List.json", "list_replicated_items", "{}", "vm1"),
    read(
        "resiliency/ReplicationRecoveryPlans_List.json",
        "list_recovery_plans",
        "{}",
        ("/replicationRecoveryPlans", "RPtest1", "resiliency/ReplicationProtectedItems_List.json"),
    ),
];
