//! Which applications there are, and what happened to the requests of each minute.

use super::super::ask::{Ask, Place, Rate, busy};
use crate::estate::{
    chance::Chance,
    chronicle::changed_minutes_ago,
    stories::region_outage::{self, Struck},
    world::{GroupIx, Link, ResourceIx, World, company::Environment, kind::Kind},
};

/// Minutes between the requests that are kept.
const EVERY: i64 = 2;
/// The application that went wrong when its site was changed last, and the group it is in.
const REGRESSED: (&str, &str) = ("rg-loyalty-prod-weu", "POST Points/Redeem");

const OPERATIONS: &[&str] = &[
    "GET Home/Index",
    "GET Home/Index",
    "GET Orders/Index",
    "GET Orders/Details",
    "POST Orders/Create",
    "GET Points/Balance",
    "POST Points/Redeem",
    "GET Search/Query",
    "GET Health/Live",
    "POST Session/Create",
];

/// How a request ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Fine,
    /// Failed as requests fail anywhere.
    Usual,
    /// Failed because of what was deployed.
    Regression,
    /// Failed because the region does.
    Outage,
}

/// Requests of one moment that went alike.
pub(super) struct Sample {
    pub(super) at: i64,
    pub(super) own: Chance,
    pub(super) operation: &'static str,
    pub(super) outcome: Outcome,
    pub(super) count: i64,
}

/// A site that sends telemetry.
pub(super) struct Site {
    pub(super) name: String,
    pub(super) chance: Chance,
    /// Percent of its requests that fail since the outage began.
    struck: Option<u8>,
    /// The second of the change since which it fails.
    regressed: Option<i64>,
}

/// Something that an application calls.
pub(super) struct Called {
    pub(super) name: String,
    pub(super) target: String,
    pub(super) kind: &'static str,
    pub(super) data: &'static str,
    pub(super) fine: &'static str,
    pub(super) is_database: bool,
}

/// An application: a component of Application Insights and the sites that write to it.
pub(super) struct App {
    pub(super) place: Place,
    pub(super) sites: Vec<Site>,
    pub(super) calls: Vec<Called>,
    pub(super) key: String,
    pub(super) environment: &'static str,
    pub(super) is_probed: bool,
    /// Requests of one moment at the busiest time.
    most: i64,
}

/// The applications that a query can see rows of.
pub(super) fn apps(ask: &Ask<'_>) -> Vec<App> {
    let world = ask.world();
    let all = world.subscription_ixs().flat_map(|ix| world.subscription_resources(ix));
    all.filter_map(|ix| app(ask, ix)).collect()
}

fn app(ask: &Ask<'_>, ix: ResourceIx) -> Option<App> {
    let world = ask.world();
    let component = world.resource(ix).filter(|one| one.kind == Kind::AppInsights)?;
    let place = Place::of(world, ix, component.linked(Link::Workspace));
    if !ask.sees(&place) {
        return None;
    }
    let group = world.group(component.group)?;
    let members = || world.group_resources(component.group);
    let of_kind =
        |kind| members().filter(move |one| world.resource(*one).is_some_and(|r| r.kind == kind));
    let sites = of_kind(Kind::WebSite).filter_map(|one| site(ask, world, one));
    let is_production = group.environment == Environment::Production;
    Some(App {
        place,
        sites: sites.collect(),
        calls: calls(world, component.group),
        key: component.chance.child("key").guid(),
        environment: if is_production { "Production" } else { "Staging" },
        is_probed: is_production,
        most: if is_production { 60 } else { 6 },
    })
}

/// What the applications of a group call: its database and its cache, and a service of the company.
fn calls(world: &World, group: GroupIx) -> Vec<Called> {
    let of_kind = |kind| {
        let mut all = world.group_resources(group).filter_map(|ix| world.resource(ix));
        all.find(|one| one.kind == kind).map(|one| one.name.to_string())
    };
    let mut calls = Vec::new();
    if let (Some(server), Some(database)) = (of_kind(Kind::SqlServer), of_kind(Kind::SqlDatabase)) {
        let target = format!("tcp:{server}.database.windows.net,1433 | {database}");
        calls.push(Called {
            name: target.clone(),
            target,
            kind: "SQL",
            data: "SELECT",
            fine: "0",
            is_database: true,
        });
    }
    if let Some(cache) = of_kind(Kind::RedisCache) {
        let target = format!("{cache}.redis.cache.windows.net:6380");
        calls.push(Called {
            name: "GET".into(),
            target,
            kind: "Redis",
            data: "GET",
            fine: "",
            is_database: false,
        });
    }
    calls.push(Called {
        name: "GET /v2/catalogue".into(),
        target: "api.northlight.example".into(),
        kind: "HTTP",
        data: "https://api.northlight.example/v2/catalogue",
        fine: "200",
        is_database: false,
    });
    calls
}

fn site(ask: &Ask<'_>, world: &World, ix: ResourceIx) -> Option<Site> {
    let resource = world.resource(ix)?;
    let group = world.group(resource.group)?;
    if !ask.sought.admits("AppRoleName", &resource.name)
        || !ask.sought.admits("cloud_RoleName", &resource.name)
    {
        return None;
    }
    let struck = region_outage::strikes(world, ix).map(|struck| match struck {
        Struck::Down => 85,
        Struck::Degraded => 18,
    });
    let regressed =
        (group.name == REGRESSED.0).then(|| ask.window.ago(changed_minutes_ago(resource)));
    Some(Site {
        name: resource.name.to_string(),
        chance: resource.chance.child("requests"),
        struck,
        regressed,
    })
}

/// Shows every sample of the window to `see`.
pub(super) fn samples(ask: &Ask<'_>, mut see: impl FnMut(&App, &Site, &Sample)) {
    let all = apps(ask);
    let count = all.iter().map(|app| app.sites.len()).sum();
    let rate = Rate { every: EVERY, sources: count };
    for app in &all {
        for site in &app.sites {
            for at in ask.window.beats((site.chance.bits(), None), rate) {
                see(app, site, &app.sample(ask, site, (at, super::own(site.chance, at))));
            }
        }
    }
}

impl App {
    /// What happened at a moment.
    pub(super) fn sample(&self, ask: &Ask<'_>, site: &Site, (at, own): (i64, Chance)) -> Sample {
        let pick = own.child("operation").below(OPERATIONS.len() as u64);
        let operation = usize::try_from(pick).ok().and_then(|at| OPERATIONS.get(at)).copied();
        let operation = operation.unwrap_or("GET Home/Index");
        let roll = own.child("outcome");
        let out = site
            .struck
            .is_some_and(|share| at >= ask.window.ago(region_outage::BEGAN) && roll.percent(share));
        let regressed = site.regressed.is_some_and(|since| at >= since) && operation == REGRESSED.1;
        let outcome = match (out, regressed && roll.percent(70), roll.child("usual").percent(2)) {
            (true, _, _) => Outcome::Outage,
            (false, true, _) => Outcome::Regression,
            (false, false, true) => Outcome::Usual,
            (false, false, false) => Outcome::Fine,
        };
        let spread = i64::try_from(own.child("count").below(20)).unwrap_or(0);
        let count = (self.most * busy(at) / 100 * (90 + spread) / 100).max(1);
        Sample { at, own, operation, outcome, count }
    }
}
