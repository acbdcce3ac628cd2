//! An outage in one region, with an application that depends on it. Seen in the service-health
//! event and its impacted resources, in the resources' health, in the alerts on them and in the
//! activity log.

use crate::estate::{
    chronicle::Target,
    monitor::{Condition, Fired, Rule, Signal, Source},
    world::{Builder, ResourceIx, World, company::Region, kind::Kind, mark::Mark},
};

/// The region.
pub(crate) const REGION: Region = Region::EastUs2;
/// The resource group that feels it most.
pub(crate) const GROUP: &str = "rg-orders-prod-eus2";
/// The event's tracking id.
pub(crate) const TRACKING_ID: &str = "9TKC-XB8";
/// Minutes before the anchor at which it began; it has not ended.
pub(crate) const BEGAN: i64 = 2 * 60 + 38;
/// Minutes before the anchor of the last word from the service.
pub(crate) const UPDATED: i64 = 24;
/// The services that are struck, with the kinds of resource they run.
pub(crate) const SERVICES: [(&str, Kind); 2] =
    [("App Service", Kind::WebSite), ("SQL Database", Kind::SqlDatabase)];

/// The rule on server errors.
pub(crate) const FAILING: Rule = Rule {
    name: "HTTP server errors above 10 a minute",
    severity: 0,
    signal: Signal::Metric,
    source: Source::Platform,
    description: "The application answers requests with server errors.",
    condition: Condition::metric("Http5xx", "GreaterThan", 10.0, 412.0),
};

/// The rule on failed connections.
pub(crate) const DATABASE: Rule = Rule {
    name: "Failed connections to the database",
    severity: 1,
    signal: Signal::Metric,
    source: Source::Platform,
    description: "Connections to the database fail for reasons of the system.",
    condition: Condition::metric("connection_failed", "GreaterThan", 5.0, 63.0),
};

/// The rule on service issues.
pub(crate) const SERVICE: Rule = Rule {
    name: "Service issues in our regions",
    severity: 1,
    signal: Signal::Log,
    source: Source::ServiceHealth,
    description: "An Azure service we use reports an issue in a region we use.",
    condition: Condition::event("ServiceHealth"),
};

pub(super) fn cast(builder: &mut Builder) {
    debug_assert!(GROUP.ends_with(REGION.short()), "the story's group lies in its region");
    for member in builder.members(GROUP) {
        if builder.kind_of(member) == Some(Kind::WebSite) {
            builder.clear(member, Mark::NoDiagnostics);
        }
    }
}

/// How hard the outage strikes a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Struck {
    /// It answers slowly or now and then.
    Degraded,
    /// It does not answer.
    Down,
}

/// How hard the outage strikes a resource; `None` where it does not.
pub(crate) fn strikes(world: &World, ix: ResourceIx) -> Option<Struck> {
    let resource = world.resource(ix)?;
    let group = world.group(resource.group)?;
    let is_struck = group.region == REGION && SERVICES.iter().any(|(_, k)| *k == resource.kind);
    if !is_struck {
        return None;
    }
    let is_site = resource.kind == Kind::WebSite;
    Some(if group.name == GROUP && is_site { Struck::Down } else { Struck::Degraded })
}

pub(super) fn fired(world: &World) -> Vec<Fired> {
    let mut fired = Vec::new();
    for ix in world.members_of_kind(GROUP, Kind::WebSite) {
        fired.push(Fired::new(FAILING, Target::Resource(ix), BEGAN - 6));
    }
    for ix in world.members_of_kind(GROUP, Kind::SqlDatabase) {
        fired.push(Fired::new(DATABASE, Target::Resource(ix), BEGAN - 9));
    }
    let group = world.first_group(GROUP).and_then(|ix| world.group(ix));
    fired.extend(group.map(|group| {
        let target = Target::Subscription(group.subscription);
        Fired::new(SERVICE, target, BEGAN - 21)
    }));
    fired
}
