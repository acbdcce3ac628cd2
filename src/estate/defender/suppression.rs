//! Rules that keep alerts quiet: one in force on what the onboarding check raises, and one that
//! ran out, so that no alert that is open now should have been suppressed.

use serde_json::{Value, json};

use crate::estate::{
    clock::stamp,
    world::{DAY, SubscriptionIx, World, company::Environment},
};

/// A rule of every production subscription.
#[derive(Debug)]
pub(crate) struct Suppression {
    name: &'static str,
    /// The kind of alert that it keeps quiet.
    pub(crate) alert_type: &'static str,
    reason: &'static str,
    comment: &'static str,
    /// Days before the anchor at which it was made, and at which it ran out.
    made: i64,
    ended: Option<i64>,
    /// The source address that it is bound to.
    source: Option<&'static str>,
}

const RULES: [Suppression; 2] = [
    Suppression {
        name: "onboarding-check",
        alert_type: "VM_EICAR",
        reason: "Other",
        comment: "The onboarding check raises it on every new machine",
        made: 210,
        ended: None,
        source: None,
    },
    Suppression {
        name: "penetration-test",
        alert_type: "SQL.DB_PotentialSqlInjection",
        reason: "FalsePositive",
        comment: "The yearly penetration test of the web shop",
        made: 70,
        ended: Some(42),
        source: Some("198.51.100.7"),
    },
];

/// The rules of a subscription.
pub(crate) fn of_subscription(
    world: &World,
    ix: SubscriptionIx,
) -> impl Iterator<Item = &'static Suppression> + use<> {
    let has = world.subscription(ix).is_some_and(|s| s.environment == Environment::Production);
    RULES.iter().filter(move |_| has)
}

impl Suppression {
    /// Whether a request names it.
    pub(crate) fn is_named(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }

    /// The ARM body below a subscription.
    pub(crate) fn body(&self, world: &World, ix: SubscriptionIx) -> Value {
        let mut properties = json!({
            "alertType": self.alert_type,
            "reason": self.reason,
            "comment": self.comment,
            "state": if self.ended.is_some() { "Expired" } else { "Enabled" },
            "lastModifiedUtc": stamp(world.ago(self.made * DAY)),
        });
        if let Value::Object(properties) = &mut properties {
            if let Some(days) = self.ended {
                properties.insert("expirationDateUtc".into(), json!(stamp(world.ago(days * DAY))));
            }
            if let Some(address) = self.source {
                let only = json!({ "field": "entities.ip.address", "in": [address] });
                properties.insert("suppressionAlertsScope".into(), json!({ "allOf": [only] }));
            }
        }
        json!({
            "id": format!(
                "{}/providers/Microsoft.Security/alertsSuppressionRules/{}",
                world.subscription_id(ix),
                self.name
            ),
            "name": self.name,
            "type": "Microsoft.Security/alertsSuppressionRules",
            "properties": properties,
        })
    }
}
