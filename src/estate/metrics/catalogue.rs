//! Which metrics each kind of resource has, as Azure Monitor publishes them.

mod compute;
mod data;
mod network;
mod web;

use super::{Aggregation, Dimension, Metric, Unit, Usual};
use crate::estate::world::kind::Kind;

/// The metrics of a kind.
pub(super) const fn of_kind(kind: Kind) -> &'static [Metric] {
    match kind {
        Kind::VirtualMachine => compute::MACHINE,
        Kind::Disk => compute::DISK,
        Kind::KubernetesCluster => compute::CLUSTER,
        Kind::ContainerRegistry => compute::REGISTRY,
        Kind::NetworkInterface => network::INTERFACE,
        Kind::PublicIp => network::ADDRESS,
        Kind::LoadBalancer => network::BALANCER,
        Kind::Firewall => network::FIREWALL,
        Kind::VpnGateway => network::GATEWAY,
        Kind::Bastion => network::BASTION,
        Kind::PrivateEndpoint => network::ENDPOINT,
        Kind::StorageAccount => data::STORAGE,
        Kind::KeyVault => data::VAULT,
        Kind::SqlDatabase => data::DATABASE,
        Kind::CosmosAccount => data::COSMOS,
        Kind::RedisCache => data::CACHE,
        Kind::RecoveryVault => data::BACKUP,
        Kind::AppServicePlan => web::PLAN,
        Kind::WebSite => web::SITE,
        Kind::AppInsights => web::TELEMETRY,
        _ => &[],
    }
}

const MANY: f64 = 1e15;

/// A level, such as a share of processors.
const fn level(
    (name, display): (&'static str, &'static str),
    unit: Unit,
    level: (f64, f64),
    (rhythm, noise): (f64, f64),
    description: &'static str,
) -> Metric {
    let most = if matches!(unit, Unit::Percent) { 100.0 } else { MANY };
    Metric {
        name,
        display,
        description,
        unit,
        primary: Aggregation::Average,
        dimensions: &[],
        finest: 1,
        follows: name,
        usual: Usual { level, rhythm, noise, most, is_whole: false },
    }
}

/// An amount a minute, such as requests.
const fn amount(
    names: (&'static str, &'static str),
    unit: Unit,
    a_minute: (f64, f64),
    course: (f64, f64),
    description: &'static str,
) -> Metric {
    let metric = level(names, unit, a_minute, course, description);
    let usual = Usual { is_whole: matches!(unit, Unit::Count | Unit::Bytes), ..metric.usual };
    Metric { primary: Aggregation::Total, usual, ..metric }
}

impl Metric {
    const fn by(self, dimensions: &'static [Dimension]) -> Self {
        Self { dimensions, ..self }
    }

    const fn at_most(self, most: f64) -> Self {
        Self { usual: Usual { most, ..self.usual }, ..self }
    }

    const fn like(self, follows: &'static str) -> Self {
        Self { follows, ..self }
    }

    const fn hourly(self) -> Self {
        Self { finest: 60, ..self }
    }

    const fn best_told_by(self, primary: Aggregation) -> Self {
        Self { primary, ..self }
    }
}

/// A dimension with the shares of its values.
const fn dimension(name: &'static str, values: &'static [(&'static str, f64)]) -> Dimension {
    Dimension { name, values }
}
