//! The kinds of resource the sample estate has, and their names in Azure Resource Manager.

/// A resource type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    VirtualMachine,
    Disk,
    Snapshot,
    NetworkInterface,
    PublicIp,
    NetworkSecurityGroup,
    VirtualNetwork,
    LoadBalancer,
    RouteTable,
    Firewall,
    Bastion,
    VpnGateway,
    PrivateDnsZone,
    PrivateEndpoint,
    StorageAccount,
    KeyVault,
    SqlServer,
    SqlDatabase,
    CosmosAccount,
    RedisCache,
    AppServicePlan,
    WebSite,
    KubernetesCluster,
    ContainerRegistry,
    Workspace,
    AppInsights,
    ActionGroup,
    RecoveryVault,
    BackupVault,
    ManagedIdentity,
    MaintenanceConfiguration,
    DataCollectionRule,
    MetricAlertRule,
    LogAlertRule,
    ActivityAlertRule,
    AlertProcessingRule,
}

use Kind::*;

impl Kind {
    /// Every kind, in the order provider listings show them.
    pub(crate) const ALL: &'static [Self] = &[
        VirtualMachine,
        Disk,
        Snapshot,
        NetworkInterface,
        PublicIp,
        NetworkSecurityGroup,
        VirtualNetwork,
        LoadBalancer,
        RouteTable,
        Firewall,
        Bastion,
        VpnGateway,
        PrivateDnsZone,
        PrivateEndpoint,
        StorageAccount,
        KeyVault,
        SqlServer,
        SqlDatabase,
        CosmosAccount,
        RedisCache,
        AppServicePlan,
        WebSite,
        KubernetesCluster,
        ContainerRegistry,
        Workspace,
        AppInsights,
        ActionGroup,
        RecoveryVault,
        BackupVault,
        ManagedIdentity,
        MaintenanceConfiguration,
        DataCollectionRule,
        MetricAlertRule,
        LogAlertRule,
        ActivityAlertRule,
        AlertProcessingRule,
    ];

    /// The full ARM type, in the case ARM answers with.
    pub(crate) const fn arm_type(self) -> &'static str {
        match self {
            VirtualMachine => "Microsoft.Compute/virtualMachines",
            Disk => "Microsoft.Compute/disks",
            Snapshot => "Microsoft.Compute/snapshots",
            NetworkInterface => "Microsoft.Network/networkInterfaces",
            PublicIp => "Microsoft.Network/publicIPAddresses",
            NetworkSecurityGroup => "Microsoft.Network/networkSecurityGroups",
            VirtualNetwork => "Microsoft.Network/virtualNetworks",
            LoadBalancer => "Microsoft.Network/loadBalancers",
            RouteTable => "Microsoft.Network/routeTables",
            Firewall => "Microsoft.Network/azureFirewalls",
            Bastion => "Microsoft.Network/bastionHosts",
            VpnGateway => "Microsoft.Network/virtualNetworkGateways",
            PrivateDnsZone => "Microsoft.Network/privateDnsZones",
            PrivateEndpoint => "Microsoft.Network/privateEndpoints",
            StorageAccount => "Microsoft.Storage/storageAccounts",
            KeyVault => "Microsoft.KeyVault/vaults",
            SqlServer => "Microsoft.Sql/servers",
            SqlDatabase => "Microsoft.Sql/servers/databases",
            CosmosAccount => "Microsoft.DocumentDB/databaseAccounts",
            RedisCache => "Microsoft.Cache/Redis",
            AppServicePlan => "Microsoft.Web/serverFarms",
            WebSite => "Microsoft.Web/sites",
            KubernetesCluster => "Microsoft.ContainerService/managedClusters",
            ContainerRegistry => "Microsoft.ContainerRegistry/registries",
            Workspace => "Microsoft.OperationalInsights/workspaces",
            AppInsights => "Microsoft.Insights/components",
            ActionGroup => "Microsoft.Insights/actionGroups",
            RecoveryVault => "Microsoft.RecoveryServices/vaults",
            BackupVault => "Microsoft.DataProtection/backupVaults",
            ManagedIdentity => "Microsoft.ManagedIdentity/userAssignedIdentities",
            MaintenanceConfiguration => "Microsoft.Maintenance/maintenanceConfigurations",
            DataCollectionRule => "Microsoft.Insights/dataCollectionRules",
            MetricAlertRule => "Microsoft.Insights/metricAlerts",
            LogAlertRule => "Microsoft.Insights/scheduledQueryRules",
            ActivityAlertRule => "Microsoft.Insights/activityLogAlerts",
            AlertProcessingRule => "Microsoft.AlertsManagement/actionRules",
        }
    }

    /// The namespace, `Microsoft.Compute`.
    pub(crate) fn namespace(self) -> &'static str {
        self.arm_type().split_once('/').map_or("", |(namespace, _)| namespace)
    }

    /// The type below its namespace, `virtualMachines` or `servers/databases`.
    pub(crate) fn short_type(self) -> &'static str {
        self.arm_type().split_once('/').map_or("", |(_, rest)| rest)
    }

    /// The kind of this ARM type, whatever its case.
    pub(crate) fn of_type(arm_type: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.arm_type().eq_ignore_ascii_case(arm_type))
    }

    /// The API versions a provider listing offers, newest first.
    pub(crate) const fn api_versions(self) -> &'static [&'static str] {
        match self {
            VirtualMachine => &["2024-07-01", "2024-03-01", "2023-09-01"],
            Disk | Snapshot => &["2024-03-02", "2023-10-02"],
            PrivateDnsZone => &["2024-06-01", "2020-06-01"],
            NetworkInterface | PublicIp | NetworkSecurityGroup | VirtualNetwork | LoadBalancer
            | RouteTable | Firewall | Bastion | VpnGateway | PrivateEndpoint => {
                &["2024-05-01", "2024-01-01", "2023-11-01"]
            }
            StorageAccount => &["2023-05-01", "2023-01-01"],
            KeyVault => &["2023-07-01", "2022-07-01"],
            SqlServer | SqlDatabase => &["2021-11-01", "2014-04-01"],
            CosmosAccount => &["2024-05-15", "2023-11-15"],
            RedisCache => &["2024-03-01", "2023-08-01"],
            AppServicePlan | WebSite => &["2023-12-01", "2022-09-01"],
            KubernetesCluster => &["2024-09-01", "2024-05-01"],
            ContainerRegistry => &["2023-07-01", "2022-12-01"],
            Workspace => &["2023-09-01", "2022-10-01"],
            AppInsights => &["2020-02-02", "2015-05-01"],
            ActionGroup => &["2023-01-01", "2022-06-01"],
            RecoveryVault => &["2024-04-01", "2023-06-01"],
            BackupVault => &["2024-04-01", "2023-11-01"],
            ManagedIdentity => &["2023-01-31", "2018-11-30"],
            MaintenanceConfiguration => &["2023-04-01", "2021-05-01"],
            DataCollectionRule => &["2023-03-11", "2022-06-01"],
            MetricAlertRule => &["2018-03-01"],
            LogAlertRule => &["2023-12-01", "2021-08-01"],
            ActivityAlertRule => &["2020-10-01"],
            AlertProcessingRule => &["2021-08-08"],
        }
    }

    /// Whether its location is `global`.
    pub(crate) const fn is_global(self) -> bool {
        matches!(
            self,
            PrivateDnsZone
                | ActionGroup
                | MetricAlertRule
                | ActivityAlertRule
                | AlertProcessingRule
        )
    }

    /// Whether the type's own list is always whole: clients do not look for a next link.
    pub(crate) const fn is_listed_whole(self) -> bool {
        matches!(self, ActionGroup | MetricAlertRule)
    }
}
