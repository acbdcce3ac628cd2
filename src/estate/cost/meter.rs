//! Meters: what is charged for, as the bill names it.

use crate::estate::chance::Chance;

/// What is charged for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Meter {
    /// `ServiceName` and, on this bill, the meter's category too.
    pub(crate) service: &'static str,
    pub(crate) family: &'static str,
    pub(crate) subcategory: &'static str,
    pub(crate) name: &'static str,
}

impl Meter {
    /// Its id: the same in every tenant.
    pub(crate) fn id(&self) -> String {
        Chance::root(0).child("meter").child(self.subcategory).child(self.name).guid()
    }
}

/// A meter.
pub(super) const fn meter(
    service: &'static str,
    family: &'static str,
    subcategory: &'static str,
    name: &'static str,
) -> Meter {
    Meter { service, family, subcategory, name }
}

const COMPUTE: &str = "Compute";
const STORAGE: &str = "Storage";
const NETWORKING: &str = "Networking";
const DATABASES: &str = "Databases";
const SECURITY: &str = "Security";
const MANAGEMENT: &str = "Management and Governance";

/// A running machine of a size.
pub(super) const fn machine(series: &'static str, name: &'static str) -> Meter {
    meter("Virtual Machines", COMPUTE, series, name)
}

/// A tier of disks.
pub(super) const fn disk(subcategory: &'static str, name: &'static str) -> Meter {
    meter("Storage", STORAGE, subcategory, name)
}

pub(super) const PREMIUM_DISKS: &str = "Premium SSD Managed Disks";
pub(super) const STANDARD_DISKS: &str = "Standard SSD Managed Disks";
pub(super) const SNAPSHOT: Meter =
    meter("Storage", STORAGE, "Standard HDD Managed Disks", "LRS Snapshots");
pub(super) const BLOB_STORED: Meter =
    meter("Storage", STORAGE, "Tiered Block Blob", "Hot LRS Data Stored");
pub(super) const BLOB_ZONED: Meter =
    meter("Storage", STORAGE, "Tiered Block Blob", "Hot ZRS Data Stored");
pub(super) const BLOB_OPERATIONS: Meter =
    meter("Storage", STORAGE, "Tiered Block Blob", "Hot Write Operations");
pub(super) const ADDRESS: Meter =
    meter("Virtual Network", NETWORKING, "IP Addresses", "Standard IPv4 Static Public IP");
pub(super) const PRIVATE_LINK: Meter = meter(
    "Virtual Network",
    NETWORKING,
    "Virtual Network Private Link",
    "Standard Private Endpoint",
);
pub(super) const TRANSFER: Meter =
    meter("Bandwidth", NETWORKING, "Inter-Region", "Standard Data Transfer Out");
pub(super) const BALANCER: Meter = meter(
    "Load Balancer",
    NETWORKING,
    "Load Balancer",
    "Standard Included LB Rules and Outbound Rules",
);
pub(super) const FIREWALL: Meter =
    meter("Azure Firewall", NETWORKING, "Azure Firewall", "Standard Deployment");
pub(super) const FIREWALL_DATA: Meter =
    meter("Azure Firewall", NETWORKING, "Azure Firewall", "Standard Data Processed");
pub(super) const BASTION: Meter =
    meter("Azure Bastion", NETWORKING, "Azure Bastion", "Standard Gateway");
pub(super) const GATEWAY: Meter = meter("VPN Gateway", NETWORKING, "VPN Gateway", "VpnGw2AZ");
pub(super) const DNS: Meter = meter("Azure DNS", NETWORKING, "Private", "Private Zone");
pub(super) const VAULT: Meter = meter("Key Vault", SECURITY, "Key Vault", "Operations");
pub(super) const SQL_COMPUTE: Meter =
    meter("SQL Database", DATABASES, "SQL Database General Purpose - Compute Gen5", "2 vCore");
pub(super) const SQL_STORED: Meter =
    meter("SQL Database", DATABASES, "SQL Database General Purpose - Storage", "Data Stored");
pub(super) const COSMOS_UNITS: Meter =
    meter("Azure Cosmos DB", DATABASES, "Azure Cosmos DB", "100 RU/s");
pub(super) const COSMOS_STORED: Meter =
    meter("Azure Cosmos DB", DATABASES, "Azure Cosmos DB", "1 GB Data Stored");
pub(super) const REDIS: Meter =
    meter("Azure Cache for Redis", DATABASES, "Azure Redis Cache Standard", "C1 Cache");
pub(super) const PLAN_PREMIUM: Meter =
    meter("Azure App Service", COMPUTE, "Azure App Service Premium v3 Plan", "P1 v3 App");
pub(super) const PLAN_BASIC: Meter =
    meter("Azure App Service", COMPUTE, "Azure App Service Basic Plan", "B1 App");
pub(super) const CLUSTER: Meter =
    meter("Azure Kubernetes Service", COMPUTE, "Azure Kubernetes Service", "Standard Uptime SLA");
pub(super) const NODES: Meter = machine("Dsv5 Series", "D4s v5");
pub(super) const REGISTRY: Meter =
    meter("Container Registry", "Containers", "Container Registry", "Premium Registry Unit");
pub(super) const LOGS: Meter =
    meter("Log Analytics", MANAGEMENT, "Log Analytics", "Analytics Logs Data Ingestion");
pub(super) const LOGS_KEPT: Meter =
    meter("Log Analytics", MANAGEMENT, "Log Analytics", "Analytics Logs Data Retention");
pub(super) const TELEMETRY: Meter =
    meter("Azure Monitor", MANAGEMENT, "Azure Monitor", "Standard Web Test Execution");
pub(super) const NOTIFICATIONS: Meter =
    meter("Azure Monitor", MANAGEMENT, "Azure Monitor", "Alerts System Log Monitored");
pub(super) const METRIC_ALERTS: Meter =
    meter("Azure Monitor", MANAGEMENT, "Azure Monitor", "Alerts Metric Monitored");
pub(super) const LOG_ALERTS: Meter = meter(
    "Azure Monitor",
    MANAGEMENT,
    "Azure Monitor",
    "Alerts System Log Monitored at 15 Minutes",
);
pub(super) const BACKUP_INSTANCES: Meter =
    meter("Backup", STORAGE, "Backup", "Azure VM Protected Instances");
pub(super) const BACKUP_STORED: Meter = meter("Backup", STORAGE, "Backup", "GRS Data Stored");
pub(super) const DEFENDER_SERVERS: Meter = meter(
    "Microsoft Defender for Cloud",
    SECURITY,
    "Microsoft Defender for Servers",
    "Standard P2 Node",
);
pub(super) const DEFENDER_STORAGE: Meter = meter(
    "Microsoft Defender for Cloud",
    SECURITY,
    "Microsoft Defender for Storage",
    "Standard Node",
);
pub(super) const DEFENDER_SQL: Meter = meter(
    "Microsoft Defender for Cloud",
    SECURITY,
    "Microsoft Defender for SQL",
    "Standard Instance",
);
