//! Where policies are assigned: by Defender to each subscription, by the platform team to the
//! management groups.

use serde_json::{Map, Value, json};

use super::{
    definition::{self, ALLOWED_REGIONS, Definition, Effect},
    initiative::{self, Initiative},
};
use crate::estate::{
    access::Scope,
    clock::stamp,
    world::{
        DAY, World,
        company::{ManagementGroup, Region},
    },
};

/// What is assigned.
#[derive(Clone, Copy, Debug)]
enum What {
    Policy(&'static str),
    Initiative(&'static str),
}

/// Where.
#[derive(Clone, Copy, Debug)]
enum Place {
    EachSubscription,
    Management(ManagementGroup),
}

/// An entry of the list of assignments.
#[derive(Debug)]
pub(crate) struct Assigned {
    pub(crate) name: &'static str,
    display: &'static str,
    description: &'static str,
    place: Place,
    what: What,
    /// `Default`, or `DoNotEnforce`.
    pub(crate) enforcement: &'static str,
    /// Told to whoever runs into it.
    pub(crate) message: &'static str,
    /// Days ago at which it was made.
    days: i64,
}

const LANDING: Place = Place::Management(ManagementGroup::LandingZones);

const ASSIGNED: &[Assigned] = &[
    Assigned {
        name: "SecurityCenterBuiltIn",
        display: "ASC Default",
        description: "This is the default set of policies monitored by Microsoft Defender for Cloud. It was automatically assigned as part of onboarding.",
        place: Place::EachSubscription,
        what: What::Initiative(initiative::DEFENDER),
        enforcement: "Default",
        message: "",
        days: 640,
    },
    Assigned {
        name: "northlight-baseline",
        display: "Northlight baseline",
        description: "What every subscription of the company has to fulfil.",
        place: Place::Management(ManagementGroup::Root),
        what: What::Initiative("northlight-baseline"),
        enforcement: "Default",
        message: "The resource does not fulfil the company's baseline; see the platform team's handbook.",
        days: 380,
    },
    Assigned {
        name: definition::RG_TAGS,
        display: "Require cost center and owner tags on resource groups",
        description: "Nobody pays for what nobody owns.",
        place: LANDING,
        what: What::Policy(definition::RG_TAGS),
        enforcement: "Default",
        message: "Resource groups need the tags costCenter and owner.",
        days: 410,
    },
    Assigned {
        name: "allowed-locations",
        display: "Allowed locations",
        description: "Only the regions that the company has contracts for.",
        place: LANDING,
        what: What::Policy("e56962a6-4747-49cd-b67b-bf8b01975c4c"),
        enforcement: "Default",
        message: "New resources go to West Europe, North Europe or East US 2.",
        days: 200,
    },
    Assigned {
        name: "inherit-cost-center",
        display: "Inherit the cost center of the resource group",
        description: "Gives a resource the cost center of its group where it has none.",
        place: LANDING,
        what: What::Policy("ea3f2387-9b95-492a-a190-fcdc54f7b070"),
        enforcement: "Default",
        message: "The resource has no tag costCenter.",
        days: 330,
    },
    Assigned {
        name: "periodic-assessment",
        display: "Check machines for missing updates every day",
        description: "Turns on periodic assessment of Update Manager.",
        place: LANDING,
        what: What::Policy("59efceea-0c96-497e-a4a1-4eb2290dac15"),
        enforcement: "Default",
        message: "Periodic assessment of missing updates is off.",
        days: 260,
    },
    Assigned {
        name: "schedule-updates",
        display: "Patch machines on a schedule",
        description: "Every machine belongs to a maintenance configuration.",
        place: LANDING,
        what: What::Policy("ba0df93e-e4ac-479a-aac2-134bbae39a1a"),
        enforcement: "Default",
        message: "No maintenance configuration covers the machine.",
        days: 260,
    },
    Assigned {
        name: "deny-public-storage",
        display: "No anonymous access to storage (trial)",
        description: "On trial in the sandbox before it is enforced.",
        place: Place::Management(ManagementGroup::Sandbox),
        what: What::Policy("deny-public-storage"),
        enforcement: "DoNotEnforce",
        message: "Anonymous access to the storage account is allowed.",
        days: 21,
    },
];

/// An assignment at its place.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Assignment {
    pub(crate) of: &'static Assigned,
    pub(crate) at: Scope,
}

/// Every assignment of the tenant, those of management groups first.
pub(crate) fn all(world: &World) -> Vec<Assignment> {
    let managed = ASSIGNED.iter().filter_map(|of| match of.place {
        Place::Management(group) => Some(Assignment { of, at: Scope::ManagementGroup(group) }),
        Place::EachSubscription => None,
    });
    let each = world.subscription_ixs().flat_map(|ix| {
        let own = ASSIGNED.iter().filter(|of| matches!(of.place, Place::EachSubscription));
        own.map(move |of| Assignment { of, at: Scope::Subscription(ix) })
    });
    managed.chain(each).collect()
}

/// The assignments that reach a subject.
pub(crate) fn reaching(world: &World, subject: Scope) -> Vec<Assignment> {
    let here = ASSIGNED.iter().filter_map(|of| {
        let at = match of.place {
            Place::Management(group) => Scope::ManagementGroup(group),
            Place::EachSubscription => Scope::Subscription(subject.subscription(world)?),
        };
        Some(Assignment { of, at })
    });
    here.filter(|assignment| subject.is_within(assignment.at, world)).collect()
}

impl Assignment {
    /// The ARM id.
    pub(crate) fn id(&self, world: &World) -> String {
        let at = self.at.id(world);
        format!("{at}/providers/Microsoft.Authorization/policyAssignments/{}", self.of.name)
    }

    /// What people read.
    pub(crate) fn display(&self, world: &World) -> String {
        match self.at {
            Scope::Subscription(ix) => {
                let id = world.subscription(ix).map_or("", |s| s.id.as_str());
                format!("{} (subscription: {id})", self.of.display)
            }
            Scope::Tenant | Scope::ManagementGroup(_) | Scope::Group(_) | Scope::Resource(_) => {
                self.of.display.to_owned()
            }
        }
    }

    /// The initiative, where one is assigned.
    pub(crate) fn initiative(&self) -> Option<&'static Initiative> {
        match self.of.what {
            What::Initiative(name) => initiative::find(name),
            What::Policy(_) => None,
        }
    }

    /// What is assigned, definition by definition.
    pub(crate) fn definitions(&self) -> Vec<Definition> {
        match self.of.what {
            What::Policy(name) => definition::find(name).into_iter().collect(),
            What::Initiative(name) => {
                initiative::find(name).map(Initiative::definitions).unwrap_or_default()
            }
        }
    }

    /// The id of what is assigned.
    pub(crate) fn target_id(&self, world: &World) -> String {
        match self.initiative() {
            Some(initiative) => initiative.id(world),
            None => self.definitions().first().map_or_else(String::new, |d| d.id(world)),
        }
    }

    /// Whether it changes resources, and so needs an identity.
    pub(crate) fn remediates(&self) -> bool {
        let changes = |definition: &Definition| {
            matches!(definition.effect, Effect::DeployIfNotExists | Effect::Modify)
        };
        self.definitions().iter().any(changes)
    }

    /// The values given to the parameters.
    pub(crate) fn parameters(&self) -> Value {
        match self.of.name {
            "allowed-locations" => {
                json!({ "listOfAllowedLocations": { "value": ALLOWED_REGIONS.map(Region::name) } })
            }
            "inherit-cost-center" => json!({ "tagName": { "value": "costCenter" } }),
            "periodic-assessment" => {
                json!({ "assessmentMode": { "value": "AutomaticByPlatform" } })
            }
            _ => json!({}),
        }
    }

    /// The ARM body.
    pub(crate) fn body(&self, world: &World) -> Value {
        let mut body = Map::new();
        body.insert("id".into(), json!(self.id(world)));
        body.insert("name".into(), json!(self.of.name));
        body.insert("type".into(), json!("Microsoft.Authorization/policyAssignments"));
        if self.remediates() {
            let principal = world.chance.child("policy-identity").child(self.of.name).guid();
            body.insert(
                "identity".into(),
                json!({
                    "type": "SystemAssigned",
                    "principalId": principal,
                    "tenantId": world.tenant_id,
                }),
            );
            body.insert("location".into(), json!("westeurope"));
        }
        let messages = match self.of.message {
            "" => json!([]),
            message => json!([{ "message": message }]),
        };
        let made = stamp(world.ago(self.of.days * DAY));
        body.insert(
            "properties".into(),
            json!({
                "displayName": self.display(world),
                "description": self.of.description,
                "policyDefinitionId": self.target_id(world),
                "scope": self.at.id(world),
                "notScopes": [],
                "parameters": self.parameters(),
                "enforcementMode": self.of.enforcement,
                "nonComplianceMessages": messages,
                "metadata": {
                    "assignedBy": if self.initiative().is_some_and(|i| i.name == initiative::DEFENDER) {
                        "Security Center"
                    } else {
                        "platform@northlight.example"
                    },
                    "createdOn": made,
                },
            }),
        );
        Value::Object(body)
    }
}
