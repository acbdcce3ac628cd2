//! Alert rules as they are written: those whose alerts fired, and those that never did, are
//! switched off, wake nobody, or watch what is gone. A rule lies in the group of what it watches.

use super::{Condition, Rule, Signal, Source, usual::WATCHES};
use crate::estate::{
    stories::{brute_force, down_after_change, orphaned_disks, pending_patches, region_outage},
    world::{
        Builder, Link, Resource, ResourceIx, World, company::Environment, kind::Kind, mark::Mark,
    },
};

/// The group of central operations, where rules on whole subscriptions lie.
pub(crate) const OPERATIONS: &str = "rg-operations-weu";

/// What a rule watches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// The resources of a kind in its group.
    Members(Kind),
    /// Its group.
    Group,
    /// A machine of its group that was deleted.
    Gone(&'static str),
    /// The subscription of this group.
    SubscriptionOf(&'static str),
}

/// An alert rule as it is written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Written {
    pub(crate) rule: Rule,
    pub(crate) scope: Scope,
    pub(crate) is_enabled: bool,
    /// The action group it runs.
    pub(crate) wakes: Option<&'static str>,
    /// The only group it lies in; without one it lies wherever there is something to watch.
    group: Option<&'static str>,
}

const fn in_group(group: &'static str, rule: Rule, scope: Scope) -> Written {
    let wakes = if rule.severity <= 1 { "ag-oncall" } else { "ag-operations" };
    Written { rule, scope, is_enabled: true, wakes: Some(wakes), group: Some(group) }
}

const fn metric(
    name: &'static str,
    severity: u8,
    description: &'static str,
    (metric, threshold): (&'static str, f64),
) -> Rule {
    Rule {
        name,
        severity,
        signal: Signal::Metric,
        source: Source::Platform,
        description,
        condition: Condition::metric(metric, "GreaterThan", threshold, 0.0),
    }
}

const fn activity(
    name: &'static str,
    source: Source,
    category: &'static str,
    description: &'static str,
) -> Rule {
    Rule {
        name,
        severity: 4,
        signal: Signal::Log,
        source,
        description,
        condition: Condition::event(category),
    }
}

impl Written {
    const fn disabled(self) -> Self {
        Self { is_enabled: false, ..self }
    }

    const fn waking(self, wakes: Option<&'static str>) -> Self {
        Self { wakes, ..self }
    }

    /// The kind of resource it is.
    pub(crate) const fn kind(&self) -> Option<Kind> {
        match self.rule.source {
            Source::Platform => Some(Kind::MetricAlertRule),
            Source::LogAnalytics => Some(Kind::LogAlertRule),
            Source::ResourceHealth | Source::ServiceHealth | Source::Administrative => {
                Some(Kind::ActivityAlertRule)
            }
            // The backup service has rules of its own, which are no resources.
            Source::AzureBackup => None,
        }
    }
}

/// Rules of the stories and those that nobody looks after, by the group they lie in.
const WRITTEN: &[Written] = &[
    in_group(brute_force::GROUP, brute_force::SIGN_INS, Scope::Members(Kind::VirtualMachine))
        .waking(Some("ag-security")),
    in_group(
        down_after_change::GROUP,
        down_after_change::AVAILABILITY,
        Scope::Members(Kind::VirtualMachine),
    ),
    in_group(
        down_after_change::GROUP,
        down_after_change::HEARTBEAT,
        Scope::Members(Kind::VirtualMachine),
    ),
    in_group(down_after_change::GROUP, down_after_change::HEALTH, Scope::Group),
    in_group(
        down_after_change::GROUP,
        down_after_change::PROBES,
        Scope::Members(Kind::LoadBalancer),
    ),
    in_group(pending_patches::GROUP, pending_patches::PATCHES, Scope::Group),
    in_group(region_outage::GROUP, region_outage::FAILING, Scope::Members(Kind::WebSite)),
    in_group(region_outage::GROUP, region_outage::DATABASE, Scope::Members(Kind::SqlDatabase)),
    in_group(OPERATIONS, region_outage::SERVICE, Scope::SubscriptionOf(region_outage::GROUP)),
    in_group(
        OPERATIONS,
        activity(
            "Deletion in operations",
            Source::Administrative,
            "Administrative",
            "Somebody deleted something in the group of central operations.",
        ),
        Scope::Group,
    ),
    in_group(
        OPERATIONS,
        activity(
            "Planned maintenance in our regions",
            Source::ServiceHealth,
            "ServiceHealth",
            "Azure announces maintenance in a region we use.",
        ),
        Scope::SubscriptionOf(OPERATIONS),
    )
    .waking(None),
    in_group(
        "rg-billing-prod-neu",
        metric(
            "Disk queue above 8",
            3,
            "Operations wait for the system disk.",
            ("OS Disk Queue Depth", 8.0),
        ),
        Scope::Members(Kind::VirtualMachine),
    )
    .disabled(),
    in_group(
        "rg-logistics-prod-eus2",
        metric(
            "Network out above 5 GB in 5 minutes",
            3,
            "The machines send more than they should.",
            ("Network Out Total", 5e9),
        ),
        Scope::Members(Kind::VirtualMachine),
    )
    .waking(None),
    in_group(
        orphaned_disks::GROUP,
        metric(
            "Export machine CPU above 95 percent",
            3,
            "The export job keeps its machine busy.",
            ("Percentage CPU", 95.0),
        ),
        Scope::Gone("vm-export-01"),
    ),
    in_group(
        "rg-intranet-prod-neu",
        Rule {
            name: "Errors of the intranet in the log",
            severity: 3,
            signal: Signal::Log,
            source: Source::LogAnalytics,
            description: "More than 20 requests of the intranet failed within ten minutes.",
            condition: Condition::query(
                "AppRequests | where Success == false and AppRoleName startswith 'app-intranet'",
                0.0,
            ),
        },
        Scope::Members(Kind::AppInsights),
    )
    .disabled(),
    in_group(
        "rg-legacy-prod-uks",
        metric(
            "CPU above 98 percent (old pager)",
            2,
            "The machines of the old shop are busy.",
            ("Percentage CPU", 98.0),
        ),
        Scope::Members(Kind::VirtualMachine),
    )
    .waking(Some("ag-pager-old")),
];

/// A rule that lies wherever there is something to watch.
fn everywhere((kind, rule): (Kind, Rule)) -> Written {
    Written { group: None, ..in_group("", rule, Scope::Members(kind)) }
}

fn usual() -> impl Iterator<Item = Written> {
    WATCHES.iter().map(|watch| everywhere((watch.0, watch.1)))
}

/// Adds the rules of the group that was just laid out, and the processing rules in it.
pub(crate) fn lay_out(builder: &mut Builder) {
    let Some((name, environment, members)) = builder.last_group() else { return };
    let (name, is_watched) =
        (name.to_owned(), matches!(environment, Environment::Production | Environment::Platform));
    let written: Vec<Written> = WRITTEN.iter().copied().chain(usual()).collect();
    for rule in written {
        let lies_here = rule.group.map_or(is_watched, |group| group == name);
        let watched: Vec<ResourceIx> = match rule.scope {
            Scope::Members(kind) => {
                let of_kind = members.iter().filter(|ix| builder.kind_of(**ix) == Some(kind));
                of_kind.copied().collect()
            }
            Scope::Group | Scope::Gone(_) | Scope::SubscriptionOf(_) => Vec::new(),
        };
        let is_empty = matches!(rule.scope, Scope::Members(_)) && watched.is_empty();
        if let (true, false, Some(kind)) = (lies_here, is_empty, rule.kind()) {
            add(builder, kind, &rule, &watched);
        }
    }
    for processing in super::processing::in_group(&name) {
        let ix = builder.add(Kind::AlertProcessingRule, processing.name);
        builder.clear(ix, Mark::Untagged);
    }
}

fn add(builder: &mut Builder, kind: Kind, rule: &Written, watched: &[ResourceIx]) {
    let ix = builder.add(kind, rule.rule.name);
    for target in watched {
        builder.link(ix, Link::Target, *target);
    }
    let group = rule.wakes.and_then(|name| builder.named(Kind::ActionGroup, name));
    if let Some(group) = group {
        builder.link(ix, Link::ActionGroup, group);
    }
}

/// The rule that a resource is.
pub(crate) fn of(resource: &Resource) -> Option<Written> {
    let is_it = |written: &Written| {
        written.rule.name == &*resource.name && written.kind() == Some(resource.kind)
    };
    WRITTEN.iter().copied().chain(usual()).find(is_it)
}

/// The ARM ids of what a rule watches.
pub(crate) fn scopes(world: &World, resource: &Resource) -> Vec<String> {
    let Some(written) = of(resource) else {
        return Vec::new();
    };
    let group = world.group_id(resource.group);
    match written.scope {
        Scope::Members(_) => {
            resource.all_linked(Link::Target).map(|ix| world.resource_id(ix)).collect()
        }
        Scope::Group => vec![group],
        Scope::Gone(name) => {
            vec![format!("{group}/providers/Microsoft.Compute/virtualMachines/{name}")]
        }
        Scope::SubscriptionOf(name) => {
            let found = world.first_group(name).and_then(|ix| world.group(ix));
            found.map(|group| world.subscription_id(group.subscription)).into_iter().collect()
        }
    }
}
