//! Governance: the rule that gives every grave recommendation in production an owner and a date,
//! and the assignments that follow from it.

use serde_json::{Value, json};

use super::{
    assessment::{About, Finding},
    catalogue::{Health, Severity},
};
use crate::estate::{
    clock::stamp,
    world::{DAY, SubscriptionIx, World, company::Environment},
};

/// Days within which an owner has to act.
const DAYS: i64 = 14;

/// Whether the rule is in force in a subscription.
fn is_ruled(world: &World, ix: SubscriptionIx) -> bool {
    world.subscription(ix).is_some_and(|s| s.environment == Environment::Production)
}

fn rule_name(world: &World, ix: SubscriptionIx) -> String {
    let chance = world.chance.child("governance");
    chance.nth(u64::from(ix.0)).guid()
}

/// The ARM body of a subscription's rule; `None` where there is none.
pub(crate) fn rule(world: &World, ix: SubscriptionIx) -> Option<Value> {
    if !is_ruled(world, ix) {
        return None;
    }
    let name = rule_name(world, ix);
    let made = stamp(world.ago(180 * DAY));
    Some(json!({
        "id": format!(
            "{}/providers/Microsoft.Security/governanceRules/{name}",
            world.subscription_id(ix)
        ),
        "name": name,
        "type": "Microsoft.Security/governanceRules",
        "properties": {
            "tenantId": world.tenant_id,
            "displayName": "Grave recommendations belong to the owner of the resource",
            "description": "Every recommendation of high severity is due within 14 days.",
            "remediationTimeframe": format!("{DAYS}.00:00:00"),
            "isGracePeriod": true,
            "rulePriority": 100,
            "isDisabled": false,
            "ruleType": "Integrated",
            "sourceResourceType": "Assessments",
            "conditionSets": [{
                "conditions": [{
                    "property": "$.Metadata.Severity",
                    "value": "High",
                    "operator": "Equals",
                }],
            }],
            "ownerSource": { "type": "ByTag", "value": "owner" },
            "governanceEmailNotification": {
                "disableManagerEmailNotification": false,
                "disableOwnerEmailNotification": false,
            },
            "excludedScopes": [],
            "includeMemberScopes": false,
            "metadata": { "createdBy": "jonas.weber", "createdOn": made, "updatedOn": made },
        },
    }))
}

/// The ARM body of the assignment that follows from a finding; `None` where none does.
pub(crate) fn assignment(world: &World, finding: &Finding) -> Option<Value> {
    let About::Resource(ix) = finding.about else {
        return None;
    };
    let resource = world.resource(ix)?;
    let group = world.group(resource.group)?;
    let is_due = finding.health == Health::Unhealthy
        && finding.assessment.severity == Severity::High
        && is_ruled(world, group.subscription);
    if !is_due {
        return None;
    }
    // The rule is younger than some findings: their time began when it was made.
    let begun = finding.changed_minutes_ago(world).min(180 * DAY);
    let due = begun - DAYS * DAY;
    let name = resource.chance.child("assignment").child(finding.assessment.id).guid();
    Some(json!({
        "id": format!(
            "{}/providers/Microsoft.Security/assessments/{}/governanceAssignments/{name}",
            world.resource_id(ix),
            finding.assessment.id
        ),
        "name": name,
        "type": "Microsoft.Security/assessments/governanceAssignments",
        "properties": {
            "owner": group.owner,
            "remediationDueDate": stamp(world.ago(due)),
            "isGracePeriod": true,
            "governanceEmailNotification": {
                "disableManagerEmailNotification": false,
                "disableOwnerEmailNotification": false,
            },
        },
    }))
}
