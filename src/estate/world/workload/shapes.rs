//! The shapes applications come in: which resources each is made of and how they hang together.

use super::super::{
    Builder, Link, ResourceIx,
    company::{Environment, Region},
    kind::Kind,
    mark::Mark,
};
use crate::estate::updates::schedule::Plan;

/// What is collected of machines in each region: one rule each for measurements, for logs and for
/// what is inside them.
const COLLECTION_RULES: [&str; 3] = ["MSVMI-northlight", "dcr-systemlogs", "dcr-changetracking"];

/// Where a shape is built, and under which name.
pub(super) struct Site<'a> {
    pub(super) name: &'a str,
    pub(super) environment: Environment,
    pub(super) region: Region,
}

impl Site<'_> {
    /// `kind-app-env-region`, the company's naming rule.
    fn named(&self, prefix: &str) -> String {
        format!("{prefix}-{}-{}-{}", self.name, self.environment.short(), self.region.short())
    }

    /// The rule for names that allow neither dashes nor more than 24 characters.
    fn flat(&self, prefix: &str) -> String {
        let name = self.name.replace('-', "");
        let flat = format!("{prefix}{name}{}{}", self.environment.short(), self.region.short());
        flat.chars().take(24).collect()
    }

    /// `app-01`, with the environment unless it is production.
    fn numbered(&self, prefix: &str, number: u8) -> String {
        match self.environment {
            Environment::Production => format!("{prefix}-{}-{number:02}", self.name),
            other => format!("{prefix}-{}-{}-{number:02}", self.name, other.short()),
        }
    }
}

/// Virtual machines behind a load balancer, with a network, a vault and an account of their own.
pub(super) fn machines(builder: &mut Builder, site: &Site<'_>, windows: bool, count: u8) {
    let filter = builder.add(Kind::NetworkSecurityGroup, &site.named("nsg"));
    let network = builder.add(Kind::VirtualNetwork, &site.named("vnet"));
    builder.link(network, Link::SecurityGroup, filter);
    let balancer = builder.add(Kind::LoadBalancer, &site.named("lb"));
    let address = builder.add(Kind::PublicIp, &site.named("pip-lb"));
    builder.link(balancer, Link::PublicIp, address);
    builder.link(address, Link::Target, balancer);
    for number in 1..=count {
        let machine = machine(builder, site, windows, number);
        let nic = builder.linked(machine, Link::NetworkInterface).unwrap_or(machine);
        builder.link(nic, Link::Network, network);
        if builder.linked(nic, Link::SecurityGroup).is_none() {
            builder.link(nic, Link::SecurityGroup, filter);
        }
        builder.link(balancer, Link::Target, nic);
    }
    // An experiment has one vault and one account, those of its web application.
    if site.environment != Environment::Sandbox {
        builder.add(Kind::KeyVault, &site.flat("kv"));
        builder.add(Kind::StorageAccount, &site.flat("st"));
    }
    let identity = builder.add(Kind::ManagedIdentity, &site.named("id"));
    builder.link(identity, Link::Target, filter);
}

/// One machine with its interface and disks. The first machine of a tier faces the Internet with
/// an address and a filter of its own.
fn machine(builder: &mut Builder, site: &Site<'_>, windows: bool, number: u8) -> ResourceIx {
    let name = site.numbered("vm", number);
    let nic = builder.add(Kind::NetworkInterface, &format!("{name}-nic"));
    if number == 1 {
        let address = builder.add(Kind::PublicIp, &format!("pip-{name}"));
        let filter = builder.add(Kind::NetworkSecurityGroup, &format!("nsg-{name}"));
        builder.link(nic, Link::PublicIp, address);
        builder.link(address, Link::Target, nic);
        builder.link(nic, Link::SecurityGroup, filter);
        builder.link(filter, Link::NetworkInterface, nic);
        builder.mark(nic, Mark::Public);
    }
    let system = builder.add(Kind::Disk, &format!("{name}-osdisk"));
    let machine = builder.add(Kind::VirtualMachine, &name);
    builder.link(machine, Link::NetworkInterface, nic);
    builder.link(nic, Link::VirtualMachine, machine);
    builder.link(machine, Link::OsDisk, system);
    builder.link(system, Link::VirtualMachine, machine);
    if number.is_multiple_of(2) || site.environment == Environment::Production {
        let data = builder.add(Kind::Disk, &format!("{name}-data-01"));
        builder.link(machine, Link::DataDisk, data);
        builder.link(data, Link::VirtualMachine, machine);
    }
    if number == 1 {
        builder.mark(machine, Mark::Public);
    }
    if !windows {
        builder.mark(machine, Mark::Linux);
        builder.mark(system, Mark::Linux);
    }
    // An experiment has no vault.
    if site.environment == Environment::Sandbox {
        builder.mark(machine, Mark::NoBackup);
    }
    machine
}

/// App Service: a plan, sites, a database, a vault, and where their telemetry goes.
pub(super) fn web(builder: &mut Builder, site: &Site<'_>) {
    let plan = builder.add(Kind::AppServicePlan, &site.named("asp"));
    let insights = builder.add(Kind::AppInsights, &site.named("appi"));
    link_workspace(builder, insights);
    let suffixes: &[&str] =
        if site.environment == Environment::Production { &["", "-admin"] } else { &[""] };
    for suffix in suffixes {
        let app = builder.add(Kind::WebSite, &format!("{}{suffix}", site.named("app")));
        builder.link(app, Link::Plan, plan);
        builder.link(plan, Link::Target, app);
        builder.link(app, Link::Workspace, insights);
    }
    databases(builder, site, &["main"]);
    builder.add(Kind::KeyVault, &site.flat("kv"));
    builder.add(Kind::StorageAccount, &site.flat("st"));
    if site.environment == Environment::Production {
        builder.add(Kind::RedisCache, &site.named("redis"));
    }
}

/// A cluster, its registry, identity, network and storage.
pub(super) fn kubernetes(builder: &mut Builder, site: &Site<'_>) {
    let network = builder.add(Kind::VirtualNetwork, &site.named("vnet"));
    let identity = builder.add(Kind::ManagedIdentity, &site.named("id"));
    let cluster = builder.add(Kind::KubernetesCluster, &site.named("aks"));
    builder.link(cluster, Link::Network, network);
    builder.link(cluster, Link::Identity, identity);
    link_workspace(builder, cluster);
    builder.add(Kind::ContainerRegistry, &site.flat("acr"));
    builder.add(Kind::KeyVault, &site.flat("kv"));
    builder.add(Kind::StorageAccount, &site.flat("st"));
    if site.environment == Environment::Production {
        builder.add(Kind::CosmosAccount, &site.named("cosmos"));
        let address = builder.add(Kind::PublicIp, &site.named("pip-ingress"));
        builder.link(address, Link::Target, cluster);
    }
}

/// Data stores, with private endpoints in production and disks nobody uses any more.
pub(super) fn data(builder: &mut Builder, site: &Site<'_>) {
    let lake = builder.add(Kind::StorageAccount, &site.flat("dls"));
    builder.add(Kind::StorageAccount, &site.flat("st"));
    let server = databases(builder, site, &["warehouse", "staging", "reporting"]);
    builder.add(Kind::CosmosAccount, &site.named("cosmos"));
    builder.add(Kind::KeyVault, &site.flat("kv"));
    if site.environment == Environment::Production {
        for (target, name) in [(lake, "lake"), (server, "sql")] {
            let endpoint = builder.add(Kind::PrivateEndpoint, &site.named(&format!("pe-{name}")));
            builder.link(endpoint, Link::Target, target);
            builder.clear(target, Mark::NoPrivateLink);
        }
        for number in 1..=4 {
            let disk = builder.add(Kind::Disk, &site.numbered("disk-export", number));
            builder.mark(disk, Mark::Unattached);
        }
        let disk = builder.add(Kind::Snapshot, &site.numbered("snap-export", 1));
        builder.mark(disk, Mark::Unattached);
    }
}

/// A SQL server with its databases.
fn databases(builder: &mut Builder, site: &Site<'_>, names: &[&str]) -> ResourceIx {
    let server = builder.add(Kind::SqlServer, &site.named("sql"));
    for name in names {
        let database = builder.add(Kind::SqlDatabase, &format!("sqldb-{}-{name}", site.name));
        builder.link(database, Link::Parent, server);
    }
    server
}

/// The hub of one region: network, firewall, gateway, bastion, names.
pub(super) fn hub(builder: &mut Builder, region: Region) {
    let short = region.short();
    let network = builder.add(Kind::VirtualNetwork, &format!("vnet-hub-{short}"));
    let filter = builder.add(Kind::NetworkSecurityGroup, &format!("nsg-hub-{short}"));
    builder.clear(filter, Mark::OpenManagementPorts);
    builder.link(network, Link::SecurityGroup, filter);
    for (kind, prefix) in
        [(Kind::Firewall, "afw"), (Kind::Bastion, "bas"), (Kind::VpnGateway, "vgw")]
    {
        let address = builder.add(Kind::PublicIp, &format!("pip-{prefix}-hub-{short}"));
        let resource = builder.add(kind, &format!("{prefix}-hub-{short}"));
        builder.link(resource, Link::PublicIp, address);
        builder.link(resource, Link::Network, network);
        builder.link(address, Link::Target, resource);
    }
    builder.add(Kind::RouteTable, &format!("rt-hub-{short}"));
    if region == Region::WestEurope {
        for zone in ["privatelink.blob.core.windows.net", "privatelink.database.windows.net"] {
            let zone = builder.add(Kind::PrivateDnsZone, zone);
            builder.link(zone, Link::Network, network);
        }
    }
}

/// The vaults of one region: machines go into one, in production other data into another.
pub(super) fn backup(builder: &mut Builder, place: &str, environment: Environment) {
    builder.add(Kind::RecoveryVault, &format!("rsv-{place}"));
    if environment == Environment::Production {
        builder.add(Kind::BackupVault, &format!("bv-{place}"));
    }
}

/// Central operations of one region: logs, backup, secrets, whom to wake.
pub(super) fn operations(builder: &mut Builder, region: Region) {
    let short = region.short();
    let workspace = builder.add(Kind::Workspace, &format!("log-northlight-{short}"));
    builder.add(Kind::RecoveryVault, &format!("rsv-northlight-{short}"));
    builder.add(Kind::KeyVault, &format!("kvoperations{short}"));
    builder.add(Kind::StorageAccount, &format!("stdiagnostics{short}"));
    builder.add(Kind::ManagedIdentity, &format!("id-automation-{short}"));
    if region == Region::WestEurope {
        builder.add(Kind::ActionGroup, "ag-operations");
        builder.add(Kind::ActionGroup, "ag-security");
        for plan in Plan::ALL {
            builder.add(Kind::MaintenanceConfiguration, plan.name());
        }
        builder.add(Kind::ActionGroup, "ag-oncall");
        builder.add(Kind::ActionGroup, "ag-pager-old");
    }
    for rule in COLLECTION_RULES {
        let rule = builder.add(Kind::DataCollectionRule, &format!("{rule}-{short}"));
        builder.link(rule, Link::Workspace, workspace);
    }
}

/// Telemetry goes to the central workspace.
fn link_workspace(builder: &mut Builder, from: ResourceIx) {
    if let Some(workspace) = builder.named(Kind::Workspace, "log-northlight-weu") {
        builder.link(from, Link::Workspace, workspace);
    }
}
