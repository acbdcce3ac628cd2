//! Exemptions: what need not fulfil an assignment, why, and until when.

use serde_json::{Value, json};

use super::assignment::{self, Assignment};
use crate::estate::{
    access::Scope,
    clock::stamp,
    world::{DAY, World},
};

/// An exemption.
#[derive(Debug)]
pub(crate) struct Exemption {
    pub(crate) name: &'static str,
    display: &'static str,
    description: &'static str,
    /// `Waiver` or `Mitigated`.
    category: &'static str,
    /// The resource group that is exempt.
    group: &'static str,
    assignment: &'static str,
    /// The definitions of the initiative that it is about; none are all.
    definitions: &'static [&'static str],
    /// Days from the anchor until it ends; negative is past.
    expires_in: Option<i64>,
    made: i64,
}

const ALL: &[Exemption] = &[
    Exemption {
        name: "legacy-uk-south",
        display: "Legacy stays in UK South until it is migrated",
        description: "The migration is planned under CHG0029910.",
        category: "Waiver",
        group: "rg-legacy-prod-uks",
        assignment: "allowed-locations",
        definitions: &[],
        expires_in: Some(12),
        made: 190,
    },
    Exemption {
        name: "analytics-vault-logs",
        display: "Logs of the analytics vault go to a collector of its own",
        description: "Until the collector is moved to the central workspace.",
        category: "Mitigated",
        group: "rg-analytics-prod-neu",
        assignment: "northlight-baseline",
        definitions: &["951af2fa-529b-416e-ab6e-066fd85ac459"],
        expires_in: Some(-9),
        made: 189,
    },
    Exemption {
        name: "api-test-unscheduled",
        display: "Test machines of the interface are rebuilt every week",
        description: "They are made anew from a patched image on Sundays.",
        category: "Mitigated",
        group: "rg-api-test-neu",
        assignment: "schedule-updates",
        definitions: &[],
        expires_in: None,
        made: 120,
    },
];

/// Every exemption with the place it is at, where that is.
pub(crate) fn all(world: &World) -> Vec<(&'static Exemption, Scope)> {
    let placed = |exemption: &'static Exemption| {
        world.first_group(exemption.group).map(|ix| (exemption, Scope::Group(ix)))
    };
    ALL.iter().filter_map(placed).collect()
}

/// Whether a subject is exempt from a definition of an assignment at the anchor.
pub(crate) fn exempts(
    world: &World,
    subject: Scope,
    assignment: &Assignment,
    definition: &str,
) -> bool {
    // Most assignments have no exemption: that is told without looking at the subject.
    let about = ALL.iter().filter(|exemption| {
        exemption.assignment == assignment.of.name
            && (exemption.definitions.is_empty() || exemption.definitions.contains(&definition))
            && exemption.is_current()
    });
    about
        .filter_map(|exemption| world.first_group(exemption.group))
        .any(|ix| subject.is_within(Scope::Group(ix), world))
}

impl Exemption {
    /// Whether it has not ended.
    pub(crate) fn is_current(&self) -> bool {
        self.expires_in.is_none_or(|days| days > 0)
    }

    /// The ARM id at its place.
    pub(crate) fn id(&self, world: &World, at: Scope) -> String {
        let at = at.id(world);
        format!("{at}/providers/Microsoft.Authorization/policyExemptions/{}", self.name)
    }

    /// The ARM body.
    pub(crate) fn body(&self, world: &World, at: Scope) -> Value {
        let reaching = assignment::reaching(world, at);
        let assignment = reaching.iter().find(|one| one.of.name == self.assignment);
        let mut properties = json!({
            "policyAssignmentId": assignment.map(|one| one.id(world)),
            "policyDefinitionReferenceIds": self.references(),
            "exemptionCategory": self.category,
            "displayName": self.display,
            "description": self.description,
            "assignmentScopeValidation": "Default",
            "metadata": { "requestedBy": "platform@northlight.example" },
        });
        if let (Some(properties), Some(days)) = (properties.as_object_mut(), self.expires_in) {
            properties.insert("expiresOn".into(), json!(stamp(world.ago(-days * DAY))));
        }
        let made = stamp(world.ago(self.made * DAY));
        json!({
            "id": self.id(world, at),
            "name": self.name,
            "type": "Microsoft.Authorization/policyExemptions",
            "properties": properties,
            "systemData": {
                "createdBy": "jonas.weber@northlight.example",
                "createdByType": "User",
                "createdAt": made,
                "lastModifiedBy": "jonas.weber@northlight.example",
                "lastModifiedByType": "User",
                "lastModifiedAt": made,
            },
        })
    }

    fn references(&self) -> Vec<String> {
        let named = self.definitions.iter().filter_map(|name| super::definition::find(name));
        named.map(|definition| super::initiative::reference(&definition)).collect()
    }
}
