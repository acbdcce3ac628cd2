//! Weighing: what the index cannot know about the words of operators.
//!
//! The index counts words; it does not know that *subscription* may be what is asked for or only
//! where to look, nor that a question about money is none of our business yet.

use super::{Planner, question::Question};

/// Topics that a tool must speak of itself before a question about them is routed to it.
const TOPICS: &[&[&str]] = &[
    &[
        "cost",
        "costs",
        "price",
        "prices",
        "pricing",
        "spend",
        "spending",
        "bill",
        "budget",
        "credits",
        "savings",
        "cheaper",
        "expensive",
    ],
    &["backup", "backups", "restore", "recovery", "failover", "replication", "rpo"],
    &["ddos", "firewall", "traffic", "packets"],
    &["mfa", "sign-in", "signin", "password", "login"],
    &["patch", "patches", "updates", "reboot"],
    &["policy", "policies", "compliance", "compliant", "non-compliant"],
    &["cpu", "memory", "latency", "metric", "metrics", "throughput", "slow", "performance"],
    &["logs", "log", "errors", "exceptions", "failures", "500"],
    &[
        "health",
        "healthy",
        "unhealthy",
        "outage",
        "incident",
        "incidents",
        "maintenance",
        "down",
        "unavailable",
        "unreachable",
    ],
    &["changed", "changes", "activity", "deployed", "deployment"],
    &["carbon", "emissions"],
    &["certificate", "certificates", "expiry", "expiring", "secrets"],
    &["role", "roles", "rbac", "permission", "permissions", "owner", "access"],
    &["quota", "quotas", "availability"],
    &["advisor", "reliability"],
    &["authorized", "peering", "route", "dns"],
];

/// Words of a question that counts.
const COUNTS: &[&str] = &["many", "count", "number", "total"];

/// Words of a question about posture that does not say *score*.
const POSTURE: &[&str] = &[
    "posture",
    "secure",
    "security",
    "defender",
    "recommendation",
    "recommendations",
    "controls",
    "harden",
    "hardening",
    "weak",
    "vulnerable",
    "vulnerabilities",
    "risk",
    "risks",
];

/// Words of a question about how a resource does; its state is at least a beginning.
const STATES: &[&str] =
    &["health", "healthy", "unhealthy", "down", "unavailable", "unreachable", "outage"];

impl Planner {
    /// What is added to a tool's score for this question.
    pub(super) fn weight(&self, tool: &str, question: &Question<'_>) -> f32 {
        let typed = question.resource_type().is_some();
        let places = question.has_any(&["subscription", "subscriptions"]);
        let asks_places = places && !typed && !question.has_any(&["score", "alert", "alerts"]);
        let scores = question.has_any(&["score", "scores", "securescore"]);
        let alerts =
            question.has_any(&["alert", "alerts", "attack", "attacks", "threat", "threats"]);
        let counts = question.has_any(COUNTS);
        let groups = counts && question.has_any(&["by", "per", "each", "every"]);
        match tool {
            "list_subscriptions" if asks_places => 4.0,
            "list_subscriptions" => -6.0,
            "find_resources" if groups || scores || alerts => -2.0,
            "find_resources" if typed || question.resource_name().is_some() => 5.0,
            "count_resources" if groups => 5.0,
            "count_resources" if counts && !typed => 3.0,
            "count_resources" => -3.0,
            "list_security_alerts" if alerts => 3.0,
            "list_security_alerts" => -4.0,
            "get_secure_score" | "explain_secure_score" if scores => 3.0,
            "explain_secure_score" | "summarize_recommendations" if question.has_any(POSTURE) => {
                1.0
            }
            "get_secure_score" | "explain_secure_score" => -20.0,
            _ => 0.0,
        }
    }

    /// Whether the question is about a topic that the tool does not speak of.
    pub(super) fn is_beside_the_point(&self, tool: &str, question: &Question<'_>) -> bool {
        let Some(known) = self.tools.get(tool) else { return true };
        let named = question.resource_name().unwrap_or_default();
        if tool == "find_resources" && !named.is_empty() && question.has_any(STATES) {
            return false;
        }
        TOPICS.iter().filter(|words| question.has_any(words)).any(|words| {
            let about = |word: &&&str| !named.contains(**word) && known.text.contains(**word);
            !words.iter().any(|word| about(&word))
        })
    }
}
