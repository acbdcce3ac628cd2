//! Findings below a recommendation: the single vulnerabilities and missing updates that make a
//! resource unhealthy.

mod weaknesses;

use serde_json::{Value, json};

use super::{
    assessment::{About, Finding},
    catalogue::{Health, Severity},
};
use crate::estate::{
    chance::Chance,
    clock::stamp,
    stories::pending_patches,
    world::{ResourceIx, World, mark::Mark},
};

/// What a scanner looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scanned {
    Windows,
    Linux,
    WindowsUpdates,
    LinuxUpdates,
    Images,
    Databases,
}

/// A known weakness.
#[derive(Debug)]
struct Weakness {
    scanned: Scanned,
    /// The CVE, the rule or the update.
    id: &'static str,
    name: &'static str,
    severity: Severity,
    /// CVSS 3 base score in tenths; 0 where there is none.
    cvss_tenths: u8,
    description: &'static str,
    remediation: &'static str,
}

/// One weakness of one resource.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SubAssessment {
    finding: Finding,
    resource: ResourceIx,
    weakness: &'static Weakness,
}

/// The keys of the recommendations that list what they found.
const LISTING: [&str; 4] = [
    "1195afff-c881-495e-9bc5-1486211ae03f",
    "e1145ab1-eb4f-43d8-911b-36ddf771d13f",
    "82e20e14-edc5-4373-bfc4-f13121257c37",
    "c0b7cfc6-3172-465a-b378-53c7ff2cc0d5",
];

/// What a recommendation found on its resource; nothing where it is healthy or never lists.
pub(crate) fn of_finding(
    world: &World,
    finding: Finding,
) -> impl Iterator<Item = SubAssessment> + use<> {
    let scanned = scanned(world, &finding);
    let (resource, chance, is_cast) = match finding.about {
        About::Resource(ix) => (ix, chance(world, ix, &finding), is_cast(world, ix)),
        About::Subscription(_) => (ResourceIx(0), world.chance, false),
    };
    let fitting = weaknesses::ALL.iter().filter(move |weakness| scanned == Some(weakness.scanned));
    fitting
        .enumerate()
        // The first is always there, so that an unhealthy resource has a reason; the story's
        // machines lack every update.
        .filter(move |(number, weakness)| {
            *number == 0 || is_cast || chance.child(weakness.id).percent(45)
        })
        .map(move |(_, weakness)| SubAssessment { finding, resource, weakness })
}

fn chance(world: &World, ix: ResourceIx, finding: &Finding) -> Chance {
    let own = world.resource(ix).map_or(world.chance, |r| r.chance);
    own.child(finding.assessment.id)
}

/// Whether the resource is one of the story's machines; the group's name is the first copy's own.
fn is_cast(world: &World, ix: ResourceIx) -> bool {
    let group = world.resource(ix).and_then(|r| world.group(r.group));
    group.is_some_and(|g| g.name == pending_patches::GROUP)
}

fn scanned(world: &World, finding: &Finding) -> Option<Scanned> {
    let About::Resource(ix) = finding.about else {
        return None;
    };
    if finding.health != Health::Unhealthy {
        return None;
    }
    let is_linux = world.has(ix, Mark::Linux);
    let place = LISTING.iter().position(|id| *id == finding.assessment.id)?;
    match (place, is_linux) {
        (0, true) => Some(Scanned::Linux),
        (0, false) => Some(Scanned::Windows),
        (1, true) => Some(Scanned::LinuxUpdates),
        (1, false) => Some(Scanned::WindowsUpdates),
        (2, _) => Some(Scanned::Databases),
        _ => Some(Scanned::Images),
    }
}

impl SubAssessment {
    /// The CVE, the rule or the update.
    pub(crate) const fn id(&self) -> &'static str {
        self.weakness.id
    }

    /// What an update is called: a package by itself, an article by its title.
    pub(crate) fn title(&self) -> &'static str {
        match self.weakness.scanned {
            Scanned::LinuxUpdates => self.weakness.id,
            Scanned::Windows
            | Scanned::Linux
            | Scanned::WindowsUpdates
            | Scanned::Images
            | Scanned::Databases => self.weakness.name,
        }
    }

    /// Whether an update is classified as critical, and not as one about security.
    pub(crate) fn is_critical(&self) -> bool {
        self.weakness.severity == Severity::High
    }

    /// Whether an update restarts the machine.
    pub(crate) fn needs_reboot(&self) -> bool {
        self.weakness.scanned == Scanned::WindowsUpdates
    }

    /// The GUID that names it.
    pub(crate) fn name(&self, world: &World) -> String {
        let chance = chance(world, self.resource, &self.finding);
        chance.child(self.weakness.id).guid()
    }

    /// The ARM body.
    pub(crate) fn body(&self, world: &World) -> Value {
        let resource = world.resource_id(self.resource);
        let name = self.name(world);
        let weakness = self.weakness;
        let details = match weakness.scanned {
            Scanned::Images => json!({ "source": "Azure", "id": self.image(world) }),
            _ => json!({ "source": "Azure", "id": resource }),
        };
        json!({
            "id": format!(
                "{resource}/providers/Microsoft.Security/assessments/{}/subAssessments/{name}",
                self.finding.assessment.id
            ),
            "name": name,
            "type": "Microsoft.Security/assessments/subAssessments",
            "properties": {
                "id": weakness.id,
                "displayName": weakness.name,
                "status": {
                    "code": "Unhealthy",
                    "severity": weakness.severity.word(),
                    "cause": "",
                    "description": "The resource is unhealthy",
                },
                "resourceDetails": details,
                "remediation": weakness.remediation,
                "impact": weakness.description,
                "category": weakness.category(),
                "description": weakness.description,
                "timeGenerated": stamp(world.ago(self.finding.changed_minutes_ago(world).min(9 * 60))),
                "additionalData": self.additional(world),
            },
        })
    }

    fn image(&self, world: &World) -> String {
        let repository = world
            .resource(self.resource)
            .and_then(|r| world.group(r.group))
            .map_or("app", |group| &group.application);
        format!("repositories/{repository}/images/{}", self.digest(world))
    }

    fn digest(&self, world: &World) -> String {
        let chance = chance(world, self.resource, &self.finding).child("image");
        let words = (0..4).map(|part| format!("{:016x}", chance.nth(part).bits()));
        format!("sha256:{}", words.collect::<String>())
    }

    /// What the scanner adds; `assessedResourceType` says which.
    fn additional(&self, world: &World) -> Value {
        let weakness = self.weakness;
        let cve = || json!([{ "title": weakness.id, "link": format!("https://nvd.nist.gov/vuln/detail/{}", weakness.id) }]);
        let cvss = || json!({ "3.0": { "base": f64::from(weakness.cvss_tenths) / 10.0 } });
        match weakness.scanned {
            Scanned::Windows | Scanned::Linux => json!({
                "assessedResourceType": "ServerVulnerabilityAssessment",
                "type": "Vulnerability",
                "cvss": cvss(),
                "patchable": true,
                "cve": cve(),
                "threat": weakness.description,
                "vendorReferences": [],
            }),
            Scanned::Images => json!({
                "assessedResourceType": "ContainerRegistryVulnerability",
                "type": "Vulnerability",
                "cvss": cvss(),
                "patchable": true,
                "cve": cve(),
                "imageDigest": self.digest(world),
                "repositoryName": world.resource(self.resource)
                    .and_then(|r| world.group(r.group))
                    .map(|group| group.application.to_string()),
                "vendorReferences": [],
            }),
            Scanned::Databases => json!({
                "assessedResourceType": "SqlServerVulnerability",
                "type": "AzureDatabase",
                "query": "",
                "benchmarks": [],
            }),
            Scanned::WindowsUpdates | Scanned::LinuxUpdates => json!({
                "patchId": weakness.id,
                "classification": if self.is_critical() { "Critical" } else { "Security" },
                "rebootRequired": self.needs_reboot(),
            }),
        }
    }

    /// The Resource Graph row.
    pub(crate) fn row(&self, world: &World) -> Value {
        let mut row = self.body(world);
        let group = world.resource(self.resource).and_then(|r| world.group(r.group));
        let subscription = group.and_then(|g| world.subscription(g.subscription));
        if let Some(row) = row.as_object_mut() {
            row.insert("type".into(), json!("microsoft.security/assessments/subassessments"));
            row.insert("tenantId".into(), json!(world.tenant_id));
            row.insert("subscriptionId".into(), json!(subscription.map(|s| &s.id)));
            let group = group.map(|g| g.name.to_ascii_lowercase());
            row.insert("resourceGroup".into(), json!(group));
        }
        row
    }
}

impl Weakness {
    const fn category(&self) -> &'static str {
        match self.scanned {
            Scanned::Windows => "Windows",
            Scanned::Linux => "Linux",
            Scanned::WindowsUpdates | Scanned::LinuxUpdates => "Updates",
            Scanned::Images => "Container images",
            Scanned::Databases => "SQL",
        }
    }
}
