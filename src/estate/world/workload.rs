//! What the company runs: which applications there are, where, and in which subscription. How an
//! application is built out of resources is in `workload/shapes`.

mod shapes;

use super::{
    builder::{Builder, NewGroup},
    company::{Environment, Region},
};
use crate::estate::monitor::rules;

/// How an application is built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    /// Virtual machines behind a load balancer.
    Machines { windows: bool, production: u8, test: u8 },
    /// App Service with a database.
    Web,
    /// A Kubernetes cluster with its registry.
    Kubernetes,
    /// Storage, databases and leftovers of experiments.
    Data,
}

/// An application of the company.
struct Application {
    name: &'static str,
    owner: &'static str,
    cost_center: &'static str,
    region: Region,
    shape: Shape,
}

const fn machines(windows: bool, production: u8, test: u8) -> Shape {
    Shape::Machines { windows, production, test }
}

const APPLICATIONS: &[Application] = &[
    app(
        "web",
        "storefront@northlight.example",
        "CC-1010",
        Region::WestEurope,
        machines(true, 4, 2),
    ),
    app(
        "checkout",
        "payments@northlight.example",
        "CC-1020",
        Region::WestEurope,
        machines(false, 3, 2),
    ),
    app(
        "api",
        "integration@northlight.example",
        "CC-1030",
        Region::NorthEurope,
        machines(false, 3, 1),
    ),
    app(
        "billing",
        "finance-it@northlight.example",
        "CC-2010",
        Region::NorthEurope,
        machines(true, 3, 2),
    ),
    app(
        "erp",
        "finance-it@northlight.example",
        "CC-2020",
        Region::WestEurope,
        machines(true, 4, 1),
    ),
    app(
        "legacy",
        "operations@northlight.example",
        "CC-3010",
        Region::UkSouth,
        machines(true, 2, 0),
    ),
    app(
        "logistics",
        "supply@northlight.example",
        "CC-4010",
        Region::EastUs2,
        machines(false, 4, 2),
    ),
    app("orders", "storefront@northlight.example", "CC-1040", Region::EastUs2, Shape::Web),
    app("loyalty", "marketing@northlight.example", "CC-1050", Region::WestEurope, Shape::Web),
    app("intranet", "workplace@northlight.example", "CC-5010", Region::NorthEurope, Shape::Web),
    app("inventory", "supply@northlight.example", "CC-4020", Region::EastUs2, Shape::Kubernetes),
    app(
        "recipes",
        "marketing@northlight.example",
        "CC-1060",
        Region::WestEurope,
        Shape::Kubernetes,
    ),
    app("analytics", "data@northlight.example", "CC-6010", Region::NorthEurope, Shape::Data),
    app("archive", "data@northlight.example", "CC-6020", Region::UkSouth, Shape::Data),
];

/// Business units whose copies of the applications fill larger scales.
const UNITS: &[&str] = &[
    "bakery", "dairy", "frozen", "drinks", "fresh", "organic", "export", "retail", "nordic",
    "iberia", "alpine", "baltic", "atlantic", "central", "southern", "eastern",
];

/// Copies of the applications that share one pair of subscriptions.
const COPIES_PER_SUBSCRIPTION: u32 = 8;

const fn app(
    name: &'static str,
    owner: &'static str,
    cost_center: &'static str,
    region: Region,
    shape: Shape,
) -> Application {
    Application { name, owner, cost_center, region, shape }
}

/// Lays out the whole company: the platform first, so that everything else can refer to it.
pub(super) fn lay_out(builder: &mut Builder, scale: u32) {
    platform(builder);
    for pair in 0..scale.div_ceil(COPIES_PER_SUBSCRIPTION) {
        let first = pair * COPIES_PER_SUBSCRIPTION;
        let copies = first..scale.min(first + COPIES_PER_SUBSCRIPTION);
        let number = if pair == 0 { String::new() } else { format!(" {:02}", pair + 1) };
        builder.subscription(format!("Northlight Production{number}"), Environment::Production);
        copies.clone().for_each(|copy| applications(builder, copy, Environment::Production));
        backup(builder, Environment::Production);
        builder
            .subscription(format!("Northlight Non-Production{number}"), Environment::NonProduction);
        copies.for_each(|copy| applications(builder, copy, Environment::NonProduction));
        backup(builder, Environment::NonProduction);
    }
    sandbox(builder);
}

/// The platform subscription: the hub network and central operations.
fn platform(builder: &mut Builder) {
    builder.subscription("Northlight Platform".into(), Environment::Platform);
    for region in [Region::WestEurope, Region::NorthEurope, Region::EastUs2, Region::UkSouth] {
        builder.group(NewGroup {
            name: format!("rg-hub-{}", region.short()),
            region,
            application: "connectivity",
            owner: "platform@northlight.example",
            cost_center: "CC-9010",
        });
        shapes::hub(builder, region);
    }
    for region in [Region::WestEurope, Region::NorthEurope] {
        builder.group(NewGroup {
            name: format!("rg-operations-{}", region.short()),
            region,
            application: "operations",
            owner: "platform@northlight.example",
            cost_center: "CC-9020",
        });
        shapes::operations(builder, region);
        rules::lay_out(builder);
    }
}

/// Where machines are backed up to: a vault protects those of its own subscription and region.
fn backup(builder: &mut Builder, environment: Environment) {
    let regions = [Region::WestEurope, Region::NorthEurope, Region::EastUs2, Region::UkSouth];
    // Nothing that could be backed up is tested in the last one.
    let is_used =
        |region: &Region| environment == Environment::Production || *region != Region::UkSouth;
    for region in regions.into_iter().filter(is_used) {
        let place = format!("backup-{}-{}", environment.short(), region.short());
        builder.group(NewGroup {
            name: format!("rg-{place}"),
            region,
            application: "backup",
            owner: "platform@northlight.example",
            cost_center: "CC-9030",
        });
        shapes::backup(builder, &place, environment);
    }
}

/// One copy of every application, in one environment.
fn applications(builder: &mut Builder, copy: u32, environment: Environment) {
    for application in APPLICATIONS {
        if application.is_absent_from(environment) {
            continue;
        }
        let name = copy_name(application.name, copy);
        builder.group(NewGroup {
            name: format!("rg-{name}-{}-{}", environment.short(), application.region.short()),
            region: application.region,
            application: &name,
            owner: application.owner,
            cost_center: application.cost_center,
        });
        let site = shapes::Site { name: &name, environment, region: application.region };
        match application.shape {
            Shape::Machines { windows, production, test } => {
                let count = if environment == Environment::Production { production } else { test };
                shapes::machines(builder, &site, windows, count);
            }
            Shape::Web => shapes::web(builder, &site),
            Shape::Kubernetes => shapes::kubernetes(builder, &site),
            Shape::Data => shapes::data(builder, &site),
        }
        rules::lay_out(builder);
    }
}

impl Application {
    const fn is_absent_from(&self, environment: Environment) -> bool {
        matches!(environment, Environment::NonProduction)
            && matches!(self.shape, Shape::Machines { test: 0, .. })
    }
}

/// The name of an application's `copy`: the first keeps its own.
fn copy_name(name: &str, copy: u32) -> String {
    let Some(number) = copy.checked_sub(1) else {
        return name.to_owned();
    };
    let units = u32::try_from(UNITS.len()).unwrap_or(1);
    let unit = UNITS.get((number % units) as usize).copied().unwrap_or_default();
    match number / units {
        0 => format!("{unit}-{name}"),
        round => format!("{unit}{}-{name}", round + 1),
    }
}

/// The sandbox: a few people's experiments.
fn sandbox(builder: &mut Builder) {
    builder.subscription("Northlight Sandbox".into(), Environment::Sandbox);
    for (who, region) in
        [("amara", Region::WestEurope), ("jonas", Region::NorthEurope), ("priya", Region::EastUs2)]
    {
        builder.group(NewGroup {
            name: format!("rg-{who}-sbx-{}", region.short()),
            region,
            application: who,
            owner: "research@northlight.example",
            cost_center: "CC-7010",
        });
        let site = shapes::Site { name: who, environment: Environment::Sandbox, region };
        shapes::machines(builder, &site, false, 1);
        shapes::web(builder, &site);
    }
}
