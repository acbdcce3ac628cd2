//! A policy state as the compliance API's flat record and as a row of Resource Graph.

use serde_json::{Map, Value, json};

use super::{
    initiative,
    state::{PolicyState, Verdict},
};
use crate::estate::{
    access::Scope,
    clock::stamp,
    world::{Group, World, company::ManagementGroup},
};

impl PolicyState {
    /// The type of the subject, as ARM spells it.
    pub(crate) fn resource_type(&self, world: &World) -> &'static str {
        match self.subject {
            Scope::Resource(ix) => world.resource(ix).map_or("", |r| r.kind.arm_type()),
            Scope::Group(_) => "Microsoft.Resources/subscriptions/resourceGroups",
            Scope::Subscription(_) | Scope::Tenant | Scope::ManagementGroup(_) => {
                "Microsoft.Resources/subscriptions"
            }
        }
    }

    fn group<'a>(&self, world: &'a World) -> Option<&'a Group> {
        match self.subject {
            Scope::Resource(ix) => world.group(world.resource(ix)?.group),
            Scope::Group(ix) => world.group(ix),
            Scope::Subscription(_) | Scope::Tenant | Scope::ManagementGroup(_) => None,
        }
    }

    fn location(&self, world: &World) -> &'static str {
        let is_global = matches!(self.subject, Scope::Resource(ix)
            if world.resource(ix).is_some_and(|r| r.kind.is_global()));
        match self.group(world) {
            _ if is_global => "global",
            Some(group) => group.region.name(),
            None => "",
        }
    }

    fn subscription_id<'a>(&self, world: &'a World) -> &'a str {
        let ix = self.subject.subscription(world);
        ix.and_then(|ix| world.subscription(ix)).map_or("", |s| s.id.as_str())
    }

    /// The name that an initiative knows the definition by; empty outside of one.
    pub(crate) fn reference(&self) -> String {
        match self.assignment.initiative() {
            Some(_) => initiative::reference(&self.definition),
            None => String::new(),
        }
    }

    /// The record of `policyStates` and, with what an event adds, of `policyEvents`.
    pub(crate) fn record(&self, world: &World) -> Map<String, Value> {
        let initiative = self.assignment.initiative();
        let of_set =
            |text: Option<String>| text.map_or(Value::String(String::new()), Value::String);
        let groups = match initiative {
            Some(_) => json!([initiative::group(&self.definition)]),
            None => json!([]),
        };
        let record = json!({
            "@odata.id": Value::Null,
            "timestamp": stamp(world.ago(self.evaluated(world))),
            "resourceId": self.subject.id(world),
            "policyAssignmentId": self.assignment.id(world),
            "policyDefinitionId": self.definition.id(world),
            "effectiveParameters": "",
            "isCompliant": self.verdict != Verdict::NonCompliant,
            "subscriptionId": self.subscription_id(world),
            "resourceType": self.resource_type(world),
            "resourceLocation": self.location(world),
            "resourceGroup": self.group(world).map_or("", |group| group.name.as_str()),
            "resourceTags": "tbd",
            "policyAssignmentName": self.assignment.of.name,
            "policyAssignmentOwner": "tbd",
            "policyAssignmentParameters": self.assignment.parameters().to_string(),
            "policyAssignmentScope": self.assignment.at.id(world),
            "policyDefinitionName": self.definition.name,
            "policyDefinitionAction": self.definition.effect.lower(),
            "policyDefinitionCategory": self.definition.category,
            "policySetDefinitionId": of_set(initiative.map(|set| set.id(world))),
            "policySetDefinitionName": of_set(initiative.map(|set| set.name.to_owned())),
            "policySetDefinitionOwner": "",
            "policySetDefinitionCategory": of_set(initiative.map(|set| set.category.to_owned())),
            "policySetDefinitionParameters": "",
            "managementGroupIds": self.management_groups(world),
            "policyDefinitionReferenceId": self.reference(),
            "complianceState": self.verdict.word(),
            "policyDefinitionGroupNames": groups,
            "policyDefinitionVersion": self.definition.version,
            "policySetDefinitionVersion": of_set(initiative.map(|set| set.version.to_owned())),
            "policyAssignmentVersion": "",
        });
        match record {
            Value::Object(record) => record,
            _ => Map::new(),
        }
    }

    /// The groups above, the nearest first, joined by commas.
    fn management_groups(&self, world: &World) -> String {
        let Some(ix) = self.subject.subscription(world) else {
            return String::new();
        };
        let nearest = world.management_group_of(ix);
        let above = std::iter::successors(Some(nearest), |group: &ManagementGroup| group.parent());
        above.map(|group| group.name(&world.tenant_id)).collect::<Vec<_>>().join(",")
    }

    /// The GUID that names the row.
    fn name(&self, world: &World) -> String {
        self.chance(world).child("policy-state").guid()
    }

    /// The row of `policyresources`. Ids are in lower case there.
    pub(crate) fn graph_row(
        &self,
        world: &World,
        (column, member): (impl Fn(&str) -> bool, impl Fn(&str) -> bool),
    ) -> Map<String, Value> {
        let mut row = Map::new();
        let mut tell = |name: &str, value: &dyn Fn() -> Value| {
            if column(name) {
                row.insert(name.to_owned(), value());
            }
        };
        tell("id", &|| {
            let subject = self.subject.id(world);
            let name = self.name(world);
            json!(format!("{subject}/providers/Microsoft.PolicyInsights/policyStates/{name}"))
        });
        tell("name", &|| json!(self.name(world)));
        tell("type", &|| json!("microsoft.policyinsights/policystates"));
        tell("tenantId", &|| json!(world.tenant_id));
        tell("subscriptionId", &|| json!(self.subscription_id(world)));
        tell("resourceGroup", &|| json!(self.group_name(world)));
        tell("location", &|| json!(self.location(world)));
        tell("properties", &|| Value::Object(self.graph_properties(world, &member)));
        row
    }

    fn group_name(&self, world: &World) -> String {
        self.group(world).map_or("", |group| group.name.as_str()).to_ascii_lowercase()
    }

    /// The members of `properties` that are seen; there are many rows, and most see few.
    fn graph_properties(&self, world: &World, member: impl Fn(&str) -> bool) -> Map<String, Value> {
        let lower = |text: String| Value::String(text.to_ascii_lowercase());
        let initiative = self.assignment.initiative();
        let mut row = Map::new();
        let mut tell = |name: &str, value: &dyn Fn() -> Value| {
            if member(name) {
                row.insert(name.to_owned(), value());
            }
        };
        tell("resourceId", &|| lower(self.subject.id(world)));
        tell("resourceType", &|| json!(self.resource_type(world).to_ascii_lowercase()));
        tell("resourceLocation", &|| json!(self.location(world)));
        tell("resourceGroup", &|| json!(self.group_name(world)));
        tell("resourceTags", &|| json!("tbd"));
        tell("subscriptionId", &|| json!(self.subscription_id(world)));
        tell("timestamp", &|| json!(stamp(world.ago(self.evaluated(world)))));
        tell("complianceState", &|| json!(self.verdict.word()));
        tell("isCompliant", &|| json!(self.verdict != Verdict::NonCompliant));
        tell("stateWeight", &|| json!(self.verdict.weight()));
        tell("policyAssignmentId", &|| lower(self.assignment.id(world)));
        tell("policyAssignmentName", &|| json!(self.assignment.of.name));
        tell("policyAssignmentScope", &|| lower(self.assignment.at.id(world)));
        tell("policyAssignmentParameters", &|| json!(self.assignment.parameters()));
        tell("policyDefinitionId", &|| lower(self.definition.id(world)));
        tell("policyDefinitionName", &|| json!(self.definition.name));
        tell("policyDefinitionAction", &|| json!(self.definition.effect.lower()));
        tell("policyDefinitionCategory", &|| json!(self.definition.category));
        tell("policyDefinitionReferenceId", &|| json!(self.reference().to_ascii_lowercase()));
        tell("policySetDefinitionId", &|| {
            json!(initiative.map_or(json!(""), |set| lower(set.id(world))))
        });
        tell("policySetDefinitionName", &|| json!(initiative.map_or("", |set| set.name)));
        tell("policySetDefinitionCategory", &|| json!(initiative.map_or("", |set| set.category)));
        tell("managementGroupIds", &|| json!(self.management_groups(world)));
        row
    }

    /// `policyEvaluationDetails`.
    pub(crate) fn details(&self, world: &World) -> Value {
        let fits = self.verdict == Verdict::Compliant;
        self.definition.check.details(world, self.subject, fits)
    }
}
