//! Remediation tasks of a subscription and their deployments: one that is done, one that runs and
//! one that failed for a role that the assignment's identity lacks.

use serde_json::{Value, json};

use super::{
    assignment::{self, Assignment},
    definition::{self, Definition},
    initiative,
};
use crate::estate::{
    access::Scope,
    clock::stamp,
    world::{DAY, ResourceIx, SubscriptionIx, World, company::Environment},
};

/// How a task stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stand {
    Done,
    Running,
    Failed,
}

/// A task, as it is planned for every production subscription.
#[derive(Debug)]
struct Plan {
    name: &'static str,
    assignment: &'static str,
    definition: &'static str,
    stand: Stand,
    /// Minutes before the anchor at which it was begun.
    begun: i64,
    /// Minutes it took, or has been at it.
    took: i64,
}

const PLANS: &[Plan] = &[
    Plan {
        name: "remediate-guest-extension-windows",
        assignment: "northlight-baseline",
        definition: "385f5831-96d4-41db-9a3c-cd3af78aaae6",
        stand: Stand::Failed,
        begun: 2 * DAY + 190,
        took: 47,
    },
    Plan {
        name: "remediate-vault-logs",
        assignment: "northlight-baseline",
        definition: "951af2fa-529b-416e-ab6e-066fd85ac459",
        stand: Stand::Running,
        begun: 55,
        took: 50,
    },
    Plan {
        name: "remediate-periodic-assessment",
        assignment: "periodic-assessment",
        definition: "59efceea-0c96-497e-a4a1-4eb2290dac15",
        stand: Stand::Done,
        begun: 9 * DAY + 70,
        took: 38,
    },
];

/// The most resources a task takes on when nobody says.
const MOST: usize = 500;

/// A task of a subscription.
#[derive(Debug)]
pub(crate) struct Remediation {
    plan: &'static Plan,
    subscription: SubscriptionIx,
    assignment: Assignment,
    definition: Definition,
    resources: Vec<ResourceIx>,
}

/// The tasks of a subscription, the latest first.
pub(crate) fn within(world: &World, ix: SubscriptionIx) -> Vec<Remediation> {
    if world.subscription(ix).is_none_or(|s| s.environment != Environment::Production) {
        return Vec::new();
    }
    let mut tasks: Vec<Remediation> =
        PLANS.iter().filter_map(|plan| Remediation::of(world, plan, ix)).collect();
    tasks.sort_by_key(|task| task.plan.begun);
    tasks
}

impl Remediation {
    fn of(world: &World, plan: &'static Plan, ix: SubscriptionIx) -> Option<Self> {
        let reaching = assignment::reaching(world, Scope::Subscription(ix));
        let assignment = reaching.into_iter().find(|one| one.of.name == plan.assignment)?;
        let definition = definition::find(plan.definition)?;
        // What was remediated fits now; what was not does not.
        let wanted = plan.stand == Stand::Done;
        let resources = world.subscription_resources(ix).filter(|resource| {
            definition.check.fits(world, Scope::Resource(*resource)) == Some(wanted)
        });
        let resources: Vec<ResourceIx> = resources.take(MOST).collect();
        let task = Self { plan, subscription: ix, assignment, definition, resources };
        (!task.resources.is_empty()).then_some(task)
    }

    /// What it is called.
    pub(crate) const fn name(&self) -> &'static str {
        self.plan.name
    }

    fn id(&self, world: &World) -> String {
        let at = world.subscription_id(self.subscription);
        format!("{at}/providers/Microsoft.PolicyInsights/remediations/{}", self.plan.name)
    }

    /// How many resources are done and how many failed.
    fn counts(&self) -> (usize, usize) {
        match self.plan.stand {
            Stand::Done => (self.resources.len(), 0),
            // Those whose verdict is still to come are neither.
            Stand::Running => (0, 0),
            Stand::Failed => (0, self.resources.len()),
        }
    }

    /// The ARM body.
    pub(crate) fn body(&self, world: &World) -> Value {
        let (succeeded, failed) = self.counts();
        let (state, message) = match self.plan.stand {
            Stand::Done => ("Succeeded", "All remediation deployments have completed."),
            Stand::Running => ("Evaluating", "Deployments of the remediation are being made."),
            Stand::Failed => (
                "Failed",
                "The failure threshold of the remediation was exceeded: its deployments failed.",
            ),
        };
        let begun = stamp(world.ago(self.plan.begun));
        let updated = stamp(world.ago(self.plan.begun - self.plan.took));
        let reference = match self.assignment.initiative() {
            Some(_) => initiative::reference(&self.definition),
            None => String::new(),
        };
        let author = "platform@northlight.example";
        json!({
            "id": self.id(world),
            "name": self.plan.name,
            "type": "Microsoft.PolicyInsights/remediations",
            "properties": {
                "policyAssignmentId": self.assignment.id(world),
                "policyDefinitionReferenceId": reference,
                "provisioningState": state,
                "createdOn": begun,
                "lastUpdatedOn": updated,
                "filters": { "locations": [] },
                "resourceDiscoveryMode": "ExistingNonCompliant",
                "deploymentStatus": {
                    "totalDeployments": self.resources.len(),
                    "successfulDeployments": succeeded,
                    "failedDeployments": failed,
                },
                "statusMessage": message,
                "correlationId": self.chance(world, "correlation"),
                "resourceCount": MOST,
                "parallelDeployments": 10,
                "failureThreshold": { "percentage": 0.1 },
            },
            "systemData": {
                "createdBy": author,
                "createdByType": "User",
                "createdAt": begun,
                "lastModifiedBy": author,
                "lastModifiedByType": "User",
                "lastModifiedAt": begun,
            },
        })
    }

    fn chance(&self, world: &World, label: &str) -> String {
        let own = world.chance.child(self.plan.name).nth(u64::from(self.subscription.0));
        own.child(label).guid()
    }

    /// What is being remediated.
    pub(crate) fn resources(&self) -> &[ResourceIx] {
        &self.resources
    }

    /// The deployment on one resource.
    pub(crate) fn deployment(&self, world: &World, ix: ResourceIx) -> Option<Value> {
        let resource = world.resource(ix)?;
        let group = world.group(resource.group)?;
        let name = resource.chance.child(self.plan.name).guid();
        let place = world.group_id(resource.group);
        let status = match self.plan.stand {
            Stand::Done => "Succeeded",
            Stand::Running => "Running",
            Stand::Failed => "Failed",
        };
        let mut deployment = json!({
            "remediatedResourceId": world.resource_id(ix),
            "deploymentId": format!("{place}/providers/Microsoft.Resources/deployments/{name}"),
            "status": status,
            "resourceLocation": group.region.name(),
            "createdOn": stamp(world.ago(self.plan.begun - 4)),
            "lastUpdatedOn": stamp(world.ago(self.plan.begun - self.plan.took)),
        });
        if let (Some(deployment), Stand::Failed) = (deployment.as_object_mut(), self.plan.stand) {
            deployment.insert("error".into(), self.refusal(world, ix));
        }
        Some(deployment)
    }

    fn refusal(&self, world: &World, ix: ResourceIx) -> Value {
        let principal = world.chance.child("policy-identity").child(self.plan.assignment).guid();
        json!({
            "code": "AuthorizationFailed",
            "message": format!(
                "The client '{principal}' with object id '{principal}' does not have authorization \
                 to perform action 'Microsoft.Compute/virtualMachines/extensions/write' over scope \
                 '{}/extensions/AzurePolicyforWindows' or the scope is invalid. If access was \
                 recently granted, please refresh your credentials.",
                world.resource_id(ix)
            ),
        })
    }
}
