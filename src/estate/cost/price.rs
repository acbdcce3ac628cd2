//! What each kind of resource is charged for, in euros a month at the prices of West Europe. Sizes
//! and amounts follow from the world; a price list is not claimed.

use super::{
    MONTH,
    calendar::{Rhythm, point},
    charge::{Charge, Subject},
    meter::{self, Meter},
    sizes::{self, MachineSize},
};
use crate::estate::{
    chronicle::stopped_minutes_ago,
    defender::plans::PLANS,
    stories::unprotected,
    world::{
        Group, GroupIx, Resource, ResourceIx, World,
        company::{Environment, Region},
        kind::Kind,
        mark::Mark,
    },
};

/// A meter and its euros a month.
type Monthly = (&'static str, f64);

/// Premium and standard disks by gigabytes.
const DISKS: &[(u64, Monthly, Monthly)] = &[
    (128, ("P10 LRS Disk", 18.2), ("E10 LRS Disk", 8.9)),
    (256, ("P15 LRS Disk", 35.1), ("E15 LRS Disk", 17.8)),
    (512, ("P20 LRS Disk", 67.5), ("E20 LRS Disk", 35.6)),
    (1_024, ("P30 LRS Disk", 124.6), ("E30 LRS Disk", 71.1)),
    (8_192, ("P60 LRS Disk", 793.0), ("E60 LRS Disk", 442.0)),
];

/// The bill of one resource, while it is written.
struct Bill<'w> {
    world: &'w World,
    resource: &'w Resource,
    group: &'w Group,
    ix: ResourceIx,
    charges: Vec<Charge>,
}

/// The charges of one resource.
pub(super) fn of_resource(world: &World, ix: ResourceIx) -> Vec<Charge> {
    let Some(resource) = world.resource(ix) else {
        return Vec::new();
    };
    let Some(group) = world.group(resource.group) else {
        return Vec::new();
    };
    let mut bill = Bill { world, resource, group, ix, charges: Vec::new() };
    bill.write();
    bill.charges
}

impl Bill<'_> {
    fn write(&mut self) {
        match self.resource.kind {
            Kind::VirtualMachine => self.machine(),
            Kind::Disk | Kind::Snapshot => self.disk(),
            Kind::PublicIp => self.steady(meter::ADDRESS, 3.3),
            Kind::LoadBalancer => self.steady(meter::BALANCER, 16.6),
            Kind::Firewall => {
                self.steady(meter::FIREWALL, 832.0);
                self.busy(meter::FIREWALL_DATA, self.some("data", 20, 160));
            }
            Kind::Bastion => self.steady(meter::BASTION, 193.0),
            Kind::VpnGateway => self.steady(meter::GATEWAY, 374.0),
            Kind::PrivateDnsZone => self.steady(meter::DNS, 0.45),
            Kind::PrivateEndpoint => self.steady(meter::PRIVATE_LINK, 6.7),
            Kind::StorageAccount => self.storage(),
            Kind::KeyVault => self.busy(meter::VAULT, self.some("calls", 1, 7)),
            Kind::SqlServer => self.defender("SqlServers", meter::DEFENDER_SQL, 13.8),
            Kind::SqlDatabase => {
                self.steady(meter::SQL_COMPUTE, 336.0);
                self.steady(meter::SQL_STORED, self.some("stored", 6, 27));
            }
            Kind::CosmosAccount => {
                self.steady(meter::COSMOS_UNITS, 53.4 * self.some("units", 1, 6).round());
                self.busy(meter::COSMOS_STORED, self.some("stored", 4, 40));
            }
            Kind::RedisCache => self.steady(meter::REDIS, 92.0),
            Kind::AppServicePlan => self.plan(),
            Kind::KubernetesCluster => self.cluster(),
            Kind::ContainerRegistry => self.steady(meter::REGISTRY, 46.4),
            Kind::Workspace => {
                self.busy(meter::LOGS, self.some("ingested", 220, 420));
                self.steady(meter::LOGS_KEPT, self.some("kept", 25, 60));
            }
            Kind::AppInsights => self.busy(meter::TELEMETRY, self.some("tests", 1, 9)),
            Kind::ActionGroup => self.busy(meter::NOTIFICATIONS, 1.4),
            Kind::RecoveryVault => self.vault(),
            Kind::NetworkInterface
            | Kind::NetworkSecurityGroup
            | Kind::VirtualNetwork
            | Kind::RouteTable
            | Kind::WebSite
            | Kind::ManagedIdentity
            | Kind::BackupVault
            | Kind::MaintenanceConfiguration
            | Kind::DataCollectionRule
            | Kind::ActivityAlertRule
            | Kind::AlertProcessingRule => {}
            Kind::MetricAlertRule => self.steady(meter::METRIC_ALERTS, 0.1),
            Kind::LogAlertRule => self.steady(meter::LOG_ALERTS, 1.38),
        }
    }

    fn machine(&mut self) {
        let size = sizes::running_size(self.world, self.ix);
        let is_linux = self.resource.marks.has(Mark::Linux);
        let rate = machine_rate(self.world, self.resource.group, size, is_linux);
        let to = stopped_minutes_ago(self.world, self.ix)
            .map_or(f64::INFINITY, |ago| point(self.world.ago(ago)));
        self.push(machine_meter(size), rate, Rhythm::Steady);
        if let Some(charge) = self.charges.last_mut() {
            charge.to = to.max(charge.from);
        }
        let is_left_out = unprotected::is_left_out(self.world, self.ix);
        if !is_left_out {
            self.defender("VirtualMachines", meter::DEFENDER_SERVERS, 13.8);
        }
        if self.resource.marks.has(Mark::Public) && to == f64::INFINITY {
            self.busy(meter::TRANSFER, self.some("transfer", 3, 38));
        }
    }

    fn disk(&mut self) {
        let gigabytes = sizes::disk_gigabytes(self.world, self.ix);
        if self.resource.kind == Kind::Snapshot {
            let used = self.some("used", 35, 80) / 100.0;
            return self.steady(meter::SNAPSHOT, gigabytes as f64 * used * 0.046);
        }
        let row = DISKS.iter().find(|(size, ..)| gigabytes <= *size).or(DISKS.last());
        let Some((_, premium, standard)) = row else {
            return;
        };
        let (subcategory, (name, monthly)) = if self.resource.marks.has(Mark::Premium) {
            (meter::PREMIUM_DISKS, *premium)
        } else {
            (meter::STANDARD_DISKS, *standard)
        };
        self.steady(meter::disk(subcategory, name), monthly);
    }

    fn storage(&mut self) {
        let is_lake = self.resource.name.starts_with("dls");
        let stored = self.some("stored", 3, 30) * if is_lake { 9.0 } else { 1.0 };
        if self.resource.marks.has(Mark::Premium) {
            self.steady(meter::BLOB_ZONED, stored * 1.25);
        } else {
            self.steady(meter::BLOB_STORED, stored);
        }
        self.busy(meter::BLOB_OPERATIONS, stored * 0.35);
        self.defender("StorageAccounts", meter::DEFENDER_STORAGE, 9.2);
    }

    fn plan(&mut self) {
        match self.group.environment {
            Environment::Production => self.steady(meter::PLAN_PREMIUM, 2.0 * 113.2),
            Environment::NonProduction | Environment::Platform | Environment::Sandbox => {
                self.steady(meter::PLAN_BASIC, 12.1);
            }
        }
    }

    fn cluster(&mut self) {
        let nodes = if self.group.environment == Environment::Production {
            self.steady(meter::CLUSTER, 67.0);
            3.0
        } else {
            1.0
        };
        self.steady(meter::NODES, nodes * 154.8);
    }

    /// A vault is charged for the machines that are backed up to it.
    fn vault(&mut self) {
        let subscription = self.group.subscription;
        let protected = self.world.subscription_groups(subscription).filter(|ix| {
            self.world.group(*ix).is_some_and(|group| group.region == self.group.region)
        });
        let protected = protected.flat_map(|ix| self.world.group_resources(ix)).filter(|ix| {
            self.world.resource(*ix).is_some_and(|resource| {
                resource.kind == Kind::VirtualMachine && !resource.marks.has(Mark::NoBackup)
            })
        });
        let count = protected.count() as f64;
        if count > 0.0 {
            self.steady(meter::BACKUP_INSTANCES, count * 8.4);
            self.busy(meter::BACKUP_STORED, count * self.some("stored", 5, 13));
        }
    }

    fn defender(&mut self, plan: &str, meter: Meter, monthly: f64) {
        let subscription = self.group.subscription;
        let plan = PLANS.iter().find(|one| one.name == plan);
        if plan.is_some_and(|plan| plan.is_on(self.world, subscription)) {
            self.push(meter, monthly / MONTH, Rhythm::Steady);
        }
    }

    fn steady(&mut self, meter: Meter, monthly: f64) {
        let factor = region_factor(self.group.region);
        self.push(meter, monthly * factor / MONTH, Rhythm::Steady);
    }

    fn busy(&mut self, meter: Meter, monthly: f64) {
        let factor = region_factor(self.group.region);
        self.push(meter, monthly * factor / MONTH, Rhythm::Busy);
    }

    fn push(&mut self, meter: Meter, rate: f64, rhythm: Rhythm) {
        self.charges.push(Charge {
            subject: Subject::Resource(self.ix),
            group: self.resource.group,
            meter,
            rate,
            rhythm,
            from: point(self.world.ago(i64::from(self.resource.created))),
            to: f64::INFINITY,
        });
    }

    /// An amount of this resource's own between two bounds.
    fn some(&self, label: &str, low: u32, high: u32) -> f64 {
        let steps = u64::from(high.saturating_sub(low)) * 100;
        let drawn = self.resource.chance.child("cost").child(label).below(steps + 1);
        f64::from(low) + f64::from(u32::try_from(drawn).unwrap_or(0)) / 100.0
    }
}

/// The meter of a running machine of a size.
pub(super) fn machine_meter(size: &str) -> Meter {
    let size = MachineSize::named(size);
    size.map_or(meter::NODES, |size| meter::machine(size.series, size.meter))
}

/// Euros a day of a running machine.
pub(super) fn machine_rate(world: &World, group: GroupIx, size: &str, is_linux: bool) -> f64 {
    let region = world.group(group).map_or(Region::WestEurope, |group| group.region);
    let hourly = MachineSize::named(size).map_or(0.0, |size| size.hourly(is_linux));
    hourly * 24.0 * region_factor(region)
}

/// How prices of a region compare.
pub(crate) const fn region_factor(region: Region) -> f64 {
    match region {
        Region::WestEurope => 1.0,
        Region::NorthEurope => 0.97,
        Region::EastUs2 => 0.86,
        Region::UkSouth => 1.04,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::estate::world::Link;
    use jiff::Timestamp;

    #[test]
    fn a_deallocated_machine_costs_only_its_disks() {
        let anchor: Timestamp = "2026-03-02T09:00:00Z".parse().unwrap();
        let world = World::new(1, 1, anchor);
        let now = point(anchor);
        let mut stopped = 0;
        for ix in world.subscription_ixs().flat_map(|ix| world.subscription_resources(ix)) {
            let resource = world.resource(ix).unwrap();
            if resource.kind != Kind::VirtualMachine || !resource.marks.has(Mark::Deallocated) {
                continue;
            }
            stopped += 1;
            for charge in of_resource(&world, ix) {
                assert!(charge.meter.service != "Virtual Machines" || charge.to <= now);
            }
            let disk = resource.linked(Link::OsDisk).unwrap();
            assert!(of_resource(&world, disk).iter().any(|charge| charge.to > now));
        }
        assert!(stopped > 2);
    }
}
