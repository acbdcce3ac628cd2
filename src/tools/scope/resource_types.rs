//! Resource types as people call them.
//!
//! Owns the words for ARM types, both ways. It must not know any tool.

/// ARM type, what one is called, and other words for it; words are lower case and singular.
const TYPES: &[(&str, &str, &[&str])] = &[
    ("microsoft.compute/virtualmachines", "virtual machine", &["vm", "machine", "server"]),
    (
        "microsoft.compute/virtualmachinescalesets",
        "scale set",
        &["vmss", "virtual machine scale set"],
    ),
    ("microsoft.compute/disks", "disk", &["managed disk"]),
    ("microsoft.compute/snapshots", "snapshot", &[]),
    ("microsoft.compute/availabilitysets", "availability set", &[]),
    ("microsoft.compute/images", "image", &[]),
    (
        "microsoft.hybridcompute/machines",
        "Arc machine",
        &["arc server", "arc machine", "hybrid machine"],
    ),
    ("microsoft.storage/storageaccounts", "storage account", &["storage", "blob storage"]),
    ("microsoft.keyvault/vaults", "key vault", &["keyvault", "vault of keys"]),
    ("microsoft.network/virtualnetworks", "virtual network", &["vnet", "network"]),
    (
        "microsoft.network/networksecuritygroups",
        "network security group",
        &["nsg", "security group"],
    ),
    ("microsoft.network/networkinterfaces", "network interface", &["nic", "network card"]),
    (
        "microsoft.network/publicipaddresses",
        "public IP address",
        &["public ip", "pip", "ip address"],
    ),
    ("microsoft.network/loadbalancers", "load balancer", &["lb"]),
    ("microsoft.network/applicationgateways", "application gateway", &["app gateway", "waf"]),
    ("microsoft.network/azurefirewalls", "firewall", &["azure firewall"]),
    ("microsoft.network/bastionhosts", "Bastion host", &["bastion"]),
    (
        "microsoft.network/virtualnetworkgateways",
        "VPN gateway",
        &["virtual network gateway", "gateway"],
    ),
    ("microsoft.network/natgateways", "NAT gateway", &["nat"]),
    ("microsoft.network/privateendpoints", "private endpoint", &[]),
    ("microsoft.network/privatednszones", "private DNS zone", &["private dns"]),
    ("microsoft.network/dnszones", "DNS zone", &["dns"]),
    ("microsoft.network/routetables", "route table", &[]),
    ("microsoft.network/frontdoors", "Front Door", &[]),
    ("microsoft.cdn/profiles", "Front Door or CDN profile", &["cdn", "front door"]),
    ("microsoft.web/sites", "web app", &["app service", "website", "function app", "function"]),
    ("microsoft.web/serverfarms", "App Service plan", &["app service plan", "server farm"]),
    ("microsoft.app/containerapps", "container app", &[]),
    ("microsoft.app/managedenvironments", "container app environment", &[]),
    (
        "microsoft.containerservice/managedclusters",
        "AKS cluster",
        &["aks", "kubernetes cluster", "kubernetes", "cluster"],
    ),
    ("microsoft.containerregistry/registries", "container registry", &["acr", "registry"]),
    ("microsoft.containerinstance/containergroups", "container group", &["container instance"]),
    ("microsoft.sql/servers", "SQL server", &["azure sql server"]),
    (
        "microsoft.sql/servers/databases",
        "SQL database",
        &["sql db", "azure sql database", "database"],
    ),
    ("microsoft.sql/managedinstances", "SQL managed instance", &["managed instance"]),
    (
        "microsoft.dbforpostgresql/flexibleservers",
        "PostgreSQL server",
        &["postgres", "postgresql", "postgres server"],
    ),
    ("microsoft.dbformysql/flexibleservers", "MySQL server", &["mysql"]),
    (
        "microsoft.documentdb/databaseaccounts",
        "Cosmos DB account",
        &["cosmos", "cosmos db", "cosmosdb"],
    ),
    ("microsoft.cache/redis", "Redis cache", &["redis"]),
    ("microsoft.servicebus/namespaces", "Service Bus namespace", &["service bus"]),
    ("microsoft.eventhub/namespaces", "Event Hubs namespace", &["event hub"]),
    ("microsoft.eventgrid/topics", "Event Grid topic", &["event grid"]),
    ("microsoft.logic/workflows", "logic app", &[]),
    ("microsoft.apimanagement/service", "API Management service", &["api management", "apim"]),
    (
        "microsoft.recoveryservices/vaults",
        "Recovery Services vault",
        &["recovery vault", "backup vault", "recovery services vault"],
    ),
    ("microsoft.dataprotection/backupvaults", "Backup vault", &["data protection vault"]),
    (
        "microsoft.operationalinsights/workspaces",
        "Log Analytics workspace",
        &["log analytics", "workspace"],
    ),
    (
        "microsoft.insights/components",
        "Application Insights resource",
        &["app insights", "application insights"],
    ),
    ("microsoft.insights/metricalerts", "metric alert rule", &["metric alert", "alert rule"]),
    ("microsoft.insights/actiongroups", "action group", &[]),
    ("microsoft.insights/workbooks", "workbook", &[]),
    ("microsoft.automation/automationaccounts", "Automation account", &["automation"]),
    (
        "microsoft.managedidentity/userassignedidentities",
        "managed identity",
        &["user assigned identity", "identity"],
    ),
    (
        "microsoft.cognitiveservices/accounts",
        "AI service",
        &["cognitive service", "openai", "azure openai"],
    ),
    (
        "microsoft.machinelearningservices/workspaces",
        "machine learning workspace",
        &["ml workspace"],
    ),
    ("microsoft.databricks/workspaces", "Databricks workspace", &["databricks"]),
    ("microsoft.datafactory/factories", "data factory", &[]),
    ("microsoft.synapse/workspaces", "Synapse workspace", &["synapse"]),
    ("microsoft.desktopvirtualization/hostpools", "host pool", &["avd host pool"]),
    (RESOURCE_GROUPS, "resource group", &["rg", "group"]),
    (SUBSCRIPTIONS, "subscription", &["sub"]),
];

/// The type of resource groups in Resource Graph, in the table `resourcecontainers`.
pub const RESOURCE_GROUPS: &str = "microsoft.resources/subscriptions/resourcegroups";
/// The type of subscriptions in Resource Graph, in the table `resourcecontainers`.
pub const SUBSCRIPTIONS: &str = "microsoft.resources/subscriptions";

/// The ARM type that words mean: an ARM type as it is, else a name or another word for one, in
/// singular or plural. Always lower case.
#[must_use]
pub fn type_of(words: &str) -> Option<String> {
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    if words.contains('/') {
        return (words.contains('.') && !words.contains(' ')).then_some(words);
    }
    let words = words.strip_prefix("azure ").unwrap_or(&words);
    let singular = singular(words);
    let found = TYPES.iter().find(|(_, name, others)| {
        let name = name.to_lowercase();
        let known = |one: &str| one == words || one == singular;
        known(&name) || others.iter().any(|other| known(other))
    });
    found.map(|(arm, _, _)| (*arm).to_owned())
}

/// What one resource of an ARM type is called; the type itself where there is no word.
#[must_use]
pub fn name_of(arm_type: &str) -> &str {
    let found = TYPES.iter().find(|(arm, _, _)| arm.eq_ignore_ascii_case(arm_type));
    found.map_or(arm_type, |(_, name, _)| name)
}

fn singular(words: &str) -> String {
    for (ending, single) in [("addresses", "address"), ("registries", "registry"), ("ies", "y")] {
        if let Some(stem) = words.strip_suffix(ending) {
            return format!("{stem}{single}");
        }
    }
    words.strip_suffix('s').filter(|stem| !stem.ends_with('s')).unwrap_or(words).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_and_arm_mean_the_same_types() {
        for (words, arm) in [
            ("VMs", "microsoft.compute/virtualmachines"),
            ("virtual machines", "microsoft.compute/virtualmachines"),
            ("Storage Accounts", "microsoft.storage/storageaccounts"),
            ("public IPs", "microsoft.network/publicipaddresses"),
            ("public IP addresses", "microsoft.network/publicipaddresses"),
            ("Microsoft.Compute/Disks", "microsoft.compute/disks"),
            ("registries", "microsoft.containerregistry/registries"),
        ] {
            assert_eq!(type_of(words).as_deref(), Some(arm), "{words}");
        }
        assert_eq!(type_of("unicorn"), None);
        assert_eq!(type_of("a b/c"), None);
        assert_eq!(name_of("microsoft.compute/virtualMachines"), "virtual machine");
    }
}
