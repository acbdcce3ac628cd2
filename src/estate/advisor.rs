//! What Azure Advisor says: advice that follows from the marks of resources, from what they cost
//! and from Defender's findings, so that no other provider tells otherwise. Knows no HTTP.

mod catalogue;

use serde_json::{Value, json};

use super::{
    chance::Chance,
    clock::stamp,
    cost::{
        CURRENCY, MONTH, commitment, of_resource as charges_of,
        sizes::{self, MachineSize},
    },
    defender::assessment::{self, About, Finding},
    stories::orphaned_disks,
    world::{DAY, ResourceIx, SubscriptionIx, World, company::Environment, kind::Kind, mark::Mark},
};
pub(crate) use catalogue::{CATALOGUE, Category, Impact, Kind as AdviceKind, of_key};

/// A piece of advice.
#[derive(Clone, Debug)]
pub(crate) struct Advice {
    pub(crate) about: About,
    pub(crate) kind: AdviceKind,
    /// What is special to it: sizes, savings, terms.
    pub(crate) extended: Vec<(&'static str, String)>,
}

/// Advice on a subscription itself.
pub(crate) fn of_subscription(world: &World, ix: SubscriptionIx) -> Vec<Advice> {
    let mut all = Vec::new();
    let about = About::Subscription(ix);
    for candidate in commitment::candidates(world, ix) {
        let term = commitment::Term::ThreeYears;
        let annual = candidate.cost(365.0) * candidate.discount(term);
        let Some(kind) = of_key(match candidate.resource_type {
            "VirtualMachines" => "reserve-machines",
            "SQLDatabases" => "reserve-databases",
            "AppService" => "reserve-plans",
            _ => "reserve-caches",
        }) else {
            continue;
        };
        let mut extended = money(annual);
        extended.extend([
            ("term", term.word().to_owned()),
            ("lookbackPeriod", "60".to_owned()),
            ("scope", "Single".to_owned()),
            ("qty", candidate.quantity.to_string()),
            ("displayQty", candidate.quantity.to_string()),
            ("sku", candidate.sku.to_owned()),
            ("displaySKU", candidate.sku.to_owned()),
            ("region", candidate.region.name().to_owned()),
            ("reservedResourceType", candidate.resource_type.to_ascii_lowercase()),
        ]);
        all.push(Advice { about, kind, extended });
    }
    all.extend(of_key("health-alert").map(|kind| Advice { about, kind, extended: Vec::new() }));
    all.extend(assessment::of_subscription(world, ix).filter_map(of_finding));
    all
}

/// Advice on a resource.
pub(crate) fn of_resource(world: &World, ix: ResourceIx) -> Vec<Advice> {
    let Some(resource) = world.resource(ix) else {
        return Vec::new();
    };
    let about = About::Resource(ix);
    let mut all = Vec::new();
    let mut say = |key: &str, extended: Vec<(&'static str, String)>| {
        all.extend(of_key(key).map(|kind| Advice { about, kind, extended }));
    };
    let has = |mark| resource.marks.has(mark);
    let is_production = world.group(resource.group).is_some_and(|group| {
        matches!(group.environment, Environment::Production | Environment::Platform)
    });
    match resource.kind {
        Kind::Disk if has(Mark::Unattached) => {
            say("unattached-disk", money(monthly(world, ix) * 12.0));
        }
        Kind::Snapshot if i64::from(resource.created) > 90 * DAY => {
            say("old-snapshot", money(monthly(world, ix) * 12.0));
        }
        Kind::VirtualMachine => {
            if let Some(extended) = smaller(world, ix) {
                say("right-size", extended);
            }
            if is_production && !has(Mark::Zonal) {
                say("zones", Vec::new());
            }
            if has(Mark::NoBackup) {
                say("backup", Vec::new());
            }
            if has(Mark::NoPeriodicAssessment) {
                say("assess-updates", Vec::new());
            }
        }
        Kind::SqlDatabase if resource.chance.child("advice").percent(30) => {
            say("create-index", Vec::new());
        }
        Kind::AppServicePlan if is_production && resource.chance.child("advice").percent(25) => {
            say("scale-plan", Vec::new());
        }
        Kind::WebSite | Kind::KeyVault | Kind::KubernetesCluster if has(Mark::NoDiagnostics) => {
            say("diagnostics", Vec::new());
        }
        Kind::StorageAccount if is_production && !has(Mark::Premium) => {
            say("redundant-storage", Vec::new());
        }
        _ => {}
    }
    all.extend(assessment::of_resource(world, ix).filter_map(of_finding));
    all
}

/// What Defender finds is Advisor's advice of security.
fn of_finding(finding: Finding) -> Option<Advice> {
    let is_open = finding.code() == "Unhealthy";
    let kind = AdviceKind::of_assessment(finding.assessment);
    is_open.then_some(Advice { about: finding.about, kind, extended: Vec::new() })
}

/// All advice within a subscription, its own first.
pub(crate) fn within(world: &World, ix: SubscriptionIx) -> impl Iterator<Item = Advice> + '_ {
    let below = world.subscription_resources(ix).flat_map(move |one| of_resource(world, one));
    of_subscription(world, ix).into_iter().chain(below)
}

/// Euros a month that a resource is charged now.
fn monthly(world: &World, ix: ResourceIx) -> f64 {
    let running = charges_of(world, ix).into_iter().filter(super::cost::Charge::is_running);
    running.map(|charge| charge.rate * MONTH).sum()
}

fn smaller(world: &World, ix: ResourceIx) -> Option<Vec<(&'static str, String)>> {
    if !sizes::is_underused(world, ix) {
        return None;
    }
    let own = MachineSize::named(sizes::machine_size(world, ix))?;
    let target = MachineSize::named(own.smaller?)?;
    let resource = world.resource(ix)?;
    let group = world.group(resource.group)?;
    let is_linux = resource.marks.has(Mark::Linux);
    let factor = super::cost::region_factor(group.region);
    let annual = (own.hourly(is_linux) - target.hourly(is_linux)) * factor * 24.0 * 365.0;
    let mut extended = money(annual);
    let cpu = 3 + resource.chance.child("p95").below(9);
    extended.extend([
        ("recommendationType", "SkuChange".to_owned()),
        ("currentSku", own.name.to_owned()),
        ("targetSku", target.name.to_owned()),
        ("MaxCpuP95", cpu.to_string()),
        ("MaxMemoryP95", (18 + resource.chance.child("p95-memory").below(20)).to_string()),
        ("MaxTotalNetworkP95", "0".to_owned()),
        ("lookbackPeriod", "7".to_owned()),
        ("regionId", group.region.name().to_owned()),
        ("deploymentId", world.chance.child("deployment").nth(u64::from(ix.0)).guid()),
        ("roleName", resource.name.to_string()),
    ]);
    Some(extended)
}

/// Savings as Advisor writes them: texts, a month and a year.
fn money(annual: f64) -> Vec<(&'static str, String)> {
    vec![
        ("annualSavingsAmount", format!("{annual:.2}")),
        ("savingsAmount", format!("{:.2}", annual / 12.0)),
        ("savingsCurrency", CURRENCY.to_owned()),
    ]
}

impl Advice {
    fn chance(&self, world: &World) -> Chance {
        let mut chance = world.chance.child("advisor").child(self.kind.id);
        for (name, value) in &self.extended {
            if ["sku", "region"].contains(name) {
                chance = chance.child(value);
            }
        }
        match self.about {
            About::Subscription(ix) => chance.child("subscription").nth(u64::from(ix.0)),
            About::Resource(ix) => chance.child(&world.resource_id(ix)),
        }
    }

    /// Its name, a GUID.
    pub(crate) fn name(&self, world: &World) -> String {
        self.chance(world).guid()
    }

    /// The ARM id of what it is about.
    pub(crate) fn subject_id(&self, world: &World) -> String {
        match self.about {
            About::Subscription(ix) => world.subscription_id(ix),
            About::Resource(ix) => world.resource_id(ix),
        }
    }

    /// The ARM id.
    pub(crate) fn id(&self, world: &World) -> String {
        let subject = self.subject_id(world);
        format!("{subject}/providers/Microsoft.Advisor/recommendations/{}", self.name(world))
    }

    /// Whether somebody put it off; none of a story is.
    pub(crate) fn is_suppressed(&self, world: &World) -> bool {
        let is_story = match self.about {
            About::Resource(ix) => orphaned_disks::is_one(world, ix),
            About::Subscription(_) => true,
        };
        let is_eligible = matches!(self.kind.category, Category::Cost | Category::HighAvailability);
        is_eligible && !is_story && self.chance(world).child("suppressed").percent(6)
    }

    /// The suppression of one that is put off.
    pub(crate) fn suppression(&self, world: &World) -> Value {
        let chance = self.chance(world).child("suppression");
        let name = chance.guid();
        json!({
            "id": format!("{}/suppressions/{name}", self.id(world)),
            "name": name,
            "type": "Microsoft.Advisor/suppressions",
            "properties": {
                "suppressionId": chance.child("id").guid(),
                "ttl": "30.00:00:00",
                "expirationTimeStamp": stamp(world.ago(-14 * DAY)),
            },
        })
    }

    /// The ARM body.
    pub(crate) fn body(&self, world: &World) -> Value {
        let subject = self.subject_id(world);
        let (field, value) = match self.about {
            About::Subscription(ix) => (
                "Microsoft.Subscriptions/subscriptions".to_owned(),
                world.subscription(ix).map_or_else(String::new, |one| one.id.clone()),
            ),
            About::Resource(ix) => world.resource(ix).map_or_else(Default::default, |resource| {
                (resource.kind.arm_type().to_owned(), resource.name.to_string())
            }),
        };
        let extended: serde_json::Map<String, Value> =
            self.extended.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
        let hour = i64::try_from(self.chance(world).child("hour").below(20)).unwrap_or(0);
        json!({
            "id": self.id(world),
            "name": self.name(world),
            "type": "Microsoft.Advisor/recommendations",
            "properties": {
                "category": self.kind.category.word(),
                "impact": self.kind.impact.word(),
                "impactedField": field,
                "impactedValue": value,
                "lastUpdated": stamp(world.ago(60 * hour + 17)),
                "recommendationTypeId": self.kind.id,
                "shortDescription": { "problem": self.kind.problem, "solution": self.kind.solution },
                "extendedProperties": extended,
                "resourceMetadata": { "resourceId": subject, "source": self.source(&subject) },
                "description": self.kind.problem,
                "label": self.kind.solution,
                "learnMoreLink": "https://aka.ms/azure-advisor-portal",
                "potentialBenefits": self.kind.benefit,
            },
        })
    }

    fn source(&self, subject: &str) -> Value {
        match self.kind.category {
            Category::Security => {
                json!(format!(
                    "{subject}/providers/Microsoft.Security/assessments/{}",
                    self.kind.id
                ))
            }
            Category::Cost
            | Category::HighAvailability
            | Category::Performance
            | Category::OperationalExcellence => Value::Null,
        }
    }
}
