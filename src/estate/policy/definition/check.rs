//! What a definition looks at, as a test of a resource, as the rule's condition and as the
//! evaluation that explains a verdict.

use serde_json::{Value, json};

use crate::estate::{
    access::Scope,
    defender::catalogue::{Applies, Assessment, Health, Machines},
    machine_configuration,
    updates::schedule,
    world::{Resource, ResourceIx, World, company::Region, kind::Kind, mark::Mark},
};

/// Where the company lets resources be made.
pub(crate) const ALLOWED_REGIONS: [Region; 3] =
    [Region::WestEurope, Region::NorthEurope, Region::EastUs2];

/// What a definition looks at.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Check {
    /// What a recommendation of Defender looks at.
    Recommendation(&'static Assessment),
    /// Resource groups bear the tags costCenter and owner.
    GroupTags,
    /// Resources bear the tag costCenter.
    Tagged,
    /// Resources lie in an allowed region.
    Region,
    /// Resources of these kinds lack the flaw.
    Without(&'static [Kind], Mark),
    /// Such machines lack the flaw.
    Machines(Machines, Mark),
    /// Machines are patched on a schedule.
    Scheduled,
    /// Windows machines have the configuration of secure protocols, and fulfil it.
    SecureProtocols,
    /// All of these kinds fulfil it.
    Fulfilled(&'static [Kind]),
}

impl Check {
    /// Whether a subject fits; `None` where the rule does not look at it.
    pub(crate) fn fits(self, world: &World, subject: Scope) -> Option<bool> {
        match (self, subject) {
            // A resource group is made with its tags here: the rule would not let it through.
            (Self::GroupTags, Scope::Group(_)) => Some(true),
            (Self::Recommendation(assessment), Scope::Subscription(ix)) => {
                let is_own = assessment.applies == Applies::Subscription;
                let marks = world.subscription(ix).filter(|_| is_own)?.marks;
                assessment.health(marks).map(is_kept)
            }
            (check, Scope::Resource(ix)) => check.fits_resource(world, ix),
            (_, _) => None,
        }
    }

    fn fits_resource(self, world: &World, ix: ResourceIx) -> Option<bool> {
        let resource = world.resource(ix)?;
        let marks = resource.marks;
        match self {
            Self::Recommendation(assessment) => {
                assessment.health(marks).filter(|_| assessment.concerns(resource.kind)).map(is_kept)
            }
            Self::GroupTags => None,
            Self::Tagged => Some(!marks.has(Mark::Untagged)),
            Self::Region => {
                let region = world.group(resource.group)?.region;
                (!resource.kind.is_global()).then(|| ALLOWED_REGIONS.contains(&region))
            }
            Self::Without(kinds, flaw) => kinds.contains(&resource.kind).then(|| !marks.has(flaw)),
            Self::Machines(which, flaw) => is_among(which, resource).then(|| !marks.has(flaw)),
            Self::Scheduled => (resource.kind == Kind::VirtualMachine)
                .then(|| schedule::of_machine(world, ix).is_some()),
            Self::SecureProtocols => machine_configuration::secure_protocols(world, ix),
            Self::Fulfilled(kinds) => kinds.contains(&resource.kind).then_some(true),
        }
    }

    /// The `if` of the rule.
    pub(crate) fn condition(self) -> Value {
        match self {
            Self::GroupTags => json!({ "allOf": [
                { "field": "type", "equals": "Microsoft.Resources/subscriptions/resourceGroups" },
                { "anyOf": [
                    { "field": "tags['costCenter']", "exists": "false" },
                    { "field": "tags['owner']", "exists": "false" },
                ] },
            ] }),
            Self::Tagged => json!({ "field": "tags['costCenter']", "exists": "false" }),
            Self::Region => json!({ "allOf": [
                { "field": "location", "notIn": ALLOWED_REGIONS.map(Region::name) },
                { "field": "location", "notEquals": "global" },
            ] }),
            Self::Recommendation(_)
            | Self::Without(..)
            | Self::Machines(..)
            | Self::Scheduled
            | Self::SecureProtocols
            | Self::Fulfilled(_) => {
                let kinds: Vec<&str> = self.kinds().iter().map(|kind| kind.arm_type()).collect();
                match kinds.as_slice() {
                    [] => json!({ "field": "type", "equals": "Microsoft.Resources/subscriptions" }),
                    [one] => json!({ "field": "type", "equals": one }),
                    several => json!({ "field": "type", "in": several }),
                }
            }
        }
    }

    fn kinds(self) -> &'static [Kind] {
        match self {
            Self::Recommendation(assessment) => match assessment.applies {
                Applies::Subscription => &[],
                Applies::To(kinds) => kinds,
                Applies::Machines(_) => &[Kind::VirtualMachine],
            },
            Self::Without(kinds, _) | Self::Fulfilled(kinds) => kinds,
            Self::Machines(..) | Self::Scheduled | Self::SecureProtocols => &[Kind::VirtualMachine],
            Self::GroupTags | Self::Tagged | Self::Region => &[],
        }
    }

    /// `policyEvaluationDetails` of a subject: what was compared with what.
    pub(crate) fn details(self, world: &World, subject: Scope, fits: bool) -> Value {
        let resource = match subject {
            Scope::Resource(ix) => world.resource(ix),
            _ => None,
        };
        let kind = resource.map_or("Microsoft.Resources/subscriptions", |r| r.kind.arm_type());
        let mut expressions = vec![expression("type", &json!(kind), ("Equals", json!(kind)), true)];
        if let Some((path, actual, operator, wanted)) = self.compared(world, resource, fits) {
            // The rule looks for what is wrong, so it is true where the subject does not fit.
            expressions.push(expression(path, &actual, (operator, wanted), !fits));
        }
        let mut details = json!({ "evaluatedExpressions": expressions });
        if let (Some(details), true) = (details.as_object_mut(), self.looks_for_another()) {
            let total = u8::from(fits);
            details.insert(
                "ifNotExistsDetails".into(),
                json!({ "resourceId": Value::Null, "totalResources": total }),
            );
        }
        details
    }

    const fn looks_for_another(self) -> bool {
        match self {
            Self::Recommendation(_) | Self::Scheduled | Self::SecureProtocols => true,
            Self::Machines(_, flaw) => matches!(flaw, Mark::NoGuestConfiguration),
            Self::Without(_, flaw) => matches!(flaw, Mark::NoDiagnostics),
            Self::GroupTags | Self::Tagged | Self::Region | Self::Fulfilled(_) => false,
        }
    }

    /// Field, its value, operator, and the value it was compared with.
    fn compared(
        self,
        world: &World,
        resource: Option<&Resource>,
        fits: bool,
    ) -> Option<(&'static str, Value, &'static str, Value)> {
        Some(match self {
            Self::Tagged | Self::GroupTags => {
                ("tags['costCenter']", json!(fits.then_some("set")), "Exists", json!("false"))
            }
            Self::Region => {
                let region = world.group(resource?.group)?.region.name();
                ("location", json!(region), "NotIn", json!(ALLOWED_REGIONS.map(Region::name)))
            }
            Self::Machines(_, Mark::NoPeriodicAssessment) => {
                let path = "Microsoft.Compute/virtualMachines/osProfile.windowsConfiguration.patchSettings.assessmentMode";
                let mode = if fits { "AutomaticByPlatform" } else { "ImageDefault" };
                (path, json!(mode), "NotEquals", json!("AutomaticByPlatform"))
            }
            Self::Without(_, Mark::OldTls) => {
                let is_cache = resource?.kind == Kind::RedisCache;
                let path = if is_cache {
                    "Microsoft.Cache/redis/minimumTlsVersion"
                } else {
                    "Microsoft.Web/sites/siteConfig.minTlsVersion"
                };
                let version = if fits { "1.2" } else { "1.0" };
                (path, json!(version), "Less", json!("1.2"))
            }
            Self::Without(_, Mark::PublicData) => {
                let path = "Microsoft.Storage/storageAccounts/allowBlobPublicAccess";
                (path, json!(!fits), "Equals", json!(true))
            }
            Self::Recommendation(_)
            | Self::Without(..)
            | Self::Machines(..)
            | Self::Scheduled
            | Self::SecureProtocols
            | Self::Fulfilled(_) => return None,
        })
    }
}

/// Defender's policies accept what is healthy or cannot be looked at now.
fn is_kept(health: Health) -> bool {
    match health {
        Health::Healthy | Health::NotApplicable => true,
        Health::Unhealthy => false,
    }
}

fn is_among(which: Machines, resource: &Resource) -> bool {
    let marks = resource.marks;
    let (is_linux, runs) = (marks.has(Mark::Linux), !marks.has(Mark::Deallocated));
    resource.kind == Kind::VirtualMachine
        && match which {
            Machines::All => true,
            Machines::Running => runs,
            Machines::RunningLinux => runs && is_linux,
            Machines::RunningWindows => runs && !is_linux,
            Machines::Public => marks.has(Mark::Public),
        }
}

fn expression(path: &str, value: &Value, (operator, target): (&str, Value), result: bool) -> Value {
    json!({
        "result": if result { "True" } else { "False" },
        "expression": path,
        "expressionKind": "Field",
        "path": path,
        "expressionValue": value,
        "targetValue": target,
        "operator": operator,
    })
}
