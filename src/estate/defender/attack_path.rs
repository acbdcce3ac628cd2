//! Attack paths: how an attacker could get from the Internet to something of value, worked out
//! from the marks of the resources along the way. Where the posture plan is not paid for, nobody
//! looks for them.

use serde_json::{Value, json};

use super::{plans, sub_assessment};
use crate::estate::{
    chance::Chance,
    world::{Link, ResourceIx, SubscriptionIx, World, kind::Kind, mark::Mark},
};

/// A kind of path.
#[derive(Debug)]
struct Pattern {
    name: &'static str,
    kind: &'static str,
    description: &'static str,
    impact: &'static str,
    risk: &'static str,
    steps: &'static str,
    categories: &'static [&'static str],
}

const MACHINE: Pattern = Pattern {
    name: "Internet exposed VM with an open management port has an identity that can read a key vault",
    kind: "InternetExposedVmWithIdentityToKeyVault",
    description: "A virtual machine can be reached from the Internet on a management port, where passwords can be guessed. Its managed identity can read the secrets of a key vault.",
    impact: "An attacker who gets onto the machine can read the vault's secrets.",
    risk: "Critical",
    steps: "Close the management port or put just-in-time access before it. Take from its identity what it does not need.",
    categories: &["Credential exposure", "Compute abuse"],
};

const STORAGE: Pattern = Pattern {
    name: "Internet exposed storage account allows anonymous access to its data",
    kind: "InternetExposedStorageWithPublicData",
    description: "A storage account can be reached from every network, and containers in it can be made readable to anybody.",
    impact: "Anybody who guesses a container's name may read its data.",
    risk: "High",
    steps: "Disallow anonymous access to blobs and set the default action of the account's firewall to deny.",
    categories: &["Data exposure"],
};

const CLUSTER: Pattern = Pattern {
    name: "Internet exposed Kubernetes API server of a cluster that runs images with high severity vulnerabilities",
    kind: "InternetExposedClusterWithVulnerableImages",
    description: "The API server of a cluster can be reached from every address, and images in the registry it pulls from have known vulnerabilities.",
    impact: "An attacker can run code in a container and go on to the cluster.",
    risk: "High",
    steps: "Define authorized IP ranges for the API server. Rebuild the images on patched bases.",
    categories: &["Compute abuse"],
};

/// A path.
#[derive(Debug)]
pub(crate) struct AttackPath {
    pattern: &'static Pattern,
    entry: ResourceIx,
    target: ResourceIx,
}

/// The paths of a subscription.
pub(crate) fn within(world: &World, ix: SubscriptionIx) -> Vec<AttackPath> {
    let is_watched =
        plans::PLANS.iter().any(|plan| plan.name == "CloudPosture" && plan.is_on(world, ix));
    if !is_watched {
        return Vec::new();
    }
    world.subscription_resources(ix).filter_map(|resource| from(world, resource)).collect()
}

/// The path that begins at a resource.
fn from(world: &World, entry: ResourceIx) -> Option<AttackPath> {
    let resource = world.resource(entry)?;
    let has = |mark| resource.marks.has(mark);
    let beside = |kind| {
        world
            .group_resources(resource.group)
            .find(|ix| world.resource(*ix).is_some_and(|r| r.kind == kind))
    };
    let (pattern, target) = match resource.kind {
        Kind::VirtualMachine
            if has(Mark::Public)
                && has(Mark::OpenManagementPorts)
                && !has(Mark::Deallocated)
                && has(Mark::SystemIdentity) =>
        {
            (&MACHINE, beside(Kind::KeyVault)?)
        }
        Kind::StorageAccount if has(Mark::PublicData) && has(Mark::OpenFirewall) => {
            (&STORAGE, entry)
        }
        Kind::KubernetesCluster if has(Mark::OpenApiServer) => {
            let registry = beside(Kind::ContainerRegistry)?;
            if !world.has(registry, Mark::VulnerableImages) {
                return None;
            }
            (&CLUSTER, registry)
        }
        _ => return None,
    };
    Some(AttackPath { pattern, entry, target })
}

impl AttackPath {
    fn chance(&self, world: &World) -> Chance {
        let own = world.resource(self.entry).map_or(world.chance, |r| r.chance);
        own.child(self.pattern.kind)
    }

    /// The Resource Graph row.
    pub(crate) fn row(&self, world: &World, ix: SubscriptionIx) -> Value {
        let name = self.chance(world).guid();
        let id = format!(
            "{}/providers/Microsoft.Security/attackPaths/{name}",
            world.subscription_id(ix)
        );
        json!({
            "id": id,
            "name": name,
            "type": "microsoft.security/attackpaths",
            "tenantId": world.tenant_id,
            "subscriptionId": world.subscription(ix).map(|s| &s.id),
            "resourceGroup": "",
            "location": "centralus",
            "properties": {
                "attackPathID": name,
                "attackPathType": self.pattern.kind,
                "displayName": self.pattern.name,
                "description": self.pattern.description,
                "potentialImpact": self.pattern.impact,
                "manualRemediationSteps": self.pattern.steps,
                "riskLevel": self.pattern.risk,
                "riskCategories": self.pattern.categories,
                "riskFactors": ["Internet exposure"],
                "refreshInterval": "PT12H",
                "entryPointEntityInternalID": self.internal(world, self.entry),
                "targetEntityInternalID": self.internal(world, self.target),
                "assessments": self.assessments(world),
                "graphComponent": self.graph(world),
            },
        })
    }

    /// The number of an entity within the graph.
    fn internal(&self, world: &World, ix: ResourceIx) -> String {
        self.chance(world).nth(u64::from(ix.0)).guid()
    }

    /// The unhealthy recommendations on the entry that list what they found.
    fn assessments(&self, world: &World) -> Value {
        let listed = super::assessment::of_resource(world, self.entry)
            .filter(|finding| sub_assessment::of_finding(world, *finding).next().is_some())
            .map(|finding| {
                let key = finding.assessment.id;
                (
                    key.to_owned(),
                    json!({ "assessmentKey": key, "displayName": finding.assessment.name }),
                )
            });
        Value::Object(listed.collect())
    }

    fn graph(&self, world: &World) -> Value {
        let entity = |ix: ResourceIx, kind: &str| {
            let resource = world.resource(ix);
            json!({
                "entityInternalID": self.internal(world, ix),
                "entityID": world.resource_id(ix),
                "entityName": resource.map(|r| r.name.to_string()),
                "entityType": resource.map(|r| r.kind.arm_type().to_ascii_lowercase()),
                "role": kind,
            })
        };
        let mut entities = vec![entity(self.entry, "entryPoint")];
        let mut connections = Vec::new();
        let mut from = self.entry;
        let nic = world.resource(self.entry).and_then(|r| r.linked(Link::NetworkInterface));
        let address =
            nic.and_then(|nic| world.resource(nic)).and_then(|nic| nic.linked(Link::PublicIp));
        if let Some(address) = address {
            entities.insert(0, entity(address, "exposure"));
            connections.push(self.connection(world, address, self.entry, "routes traffic to"));
            from = self.entry;
        }
        if self.target != self.entry {
            entities.push(entity(self.target, "target"));
            connections.push(self.connection(world, from, self.target, "has access to"));
        }
        json!({
            "insights": [{
                "insightID": self.chance(world).child("insight").guid(),
                "insightType": "exposedToInternet",
                "entityInternalID": self.internal(world, self.entry),
            }],
            "entities": entities,
            "connections": connections,
        })
    }

    fn connection(&self, world: &World, from: ResourceIx, to: ResourceIx, kind: &str) -> Value {
        json!({
            "connectionID": self.chance(world).nth(u64::from(from.0)).child(kind).guid(),
            "sourceEntityInternalID": self.internal(world, from),
            "targetEntityInternalID": self.internal(world, to),
            "type": kind,
        })
    }
}
