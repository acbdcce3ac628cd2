//! The claim check: fabrications are marked, true answers are not.

mod fabricated;
mod large;
mod tools;
mod truths;

use opscopilot::{
    protocol::{Coverage, EvidenceId, Unsupported},
    thread::{KnownEvidence, Support, claim_check, find_citations},
};
use serde_json::{Value, json};

/// Security alerts, a secure score and machines, as tools store them.
fn evidence() -> Value {
    let alert = |n: u32, severity: &str, resource: &str| {
        json!({
            "id": format!("/subscriptions/0b1f6471-1bf0-4dda-aec3-cb9272f09590/resourceGroups/rg-web-prod/providers/Microsoft.Compute/virtualMachines/{resource}"),
            "resource": resource, "severity": severity, "attempts": 1_200 + n * 317,
            "startedAt": format!("2026-11-02T0{}:14:05Z", n % 8),
        })
    };
    json!({
        "score": { "current": 23.5, "max": 58, "percentage": 0.4052, "weight": 1240 },
        "previous": { "percentage": 0.5213, "on": "2026-10-27" },
        "alerts": [
            alert(1, "High", "vm-web-01"), alert(2, "High", "vm-web-02"),
            alert(3, "Medium", "vm-sql-01"), alert(4, "Low", "vm-web-01"),
            alert(5, "High", "vm-jump-03"),
        ],
        "disks": { "sizeBytes": 549_755_813_888_u64, "unattached": 14, "costPerMonth": 1234.56 },
        "outage": { "from": "2026-11-03T06:12:00Z", "to": "2026-11-03T06:54:00Z" },
        "note": "Retention is 30 days; 7.4% of requests failed from 203.0.113.7.",
    })
}

fn coverage() -> Coverage {
    Coverage { rows: 5, total: Some(48), ..Coverage::default() }
}

fn checked(answer: &str, evidence: &Value) -> Vec<Unsupported> {
    let mut known = KnownEvidence::default();
    (1..9).for_each(|n| known.insert(EvidenceId::from_number(n)));
    let coverage = coverage();
    let zone = jiff::tz::TimeZone::get("Europe/Berlin").unwrap();
    let support = Support::new("2026-11-03T09:00:00Z".parse().unwrap(), zone)
        .value(evidence)
        .text("Which alerts of the last 90 days matter for rg-shop?")
        .coverage(&coverage);
    claim_check(answer, &find_citations(answer, &known), &support)
}

/// The texts that are marked in an answer over the evidence above.
fn marks(answer: &str) -> Vec<String> {
    let marked = checked(answer, &evidence());
    for one in &marked {
        assert_eq!(answer.get(one.start as usize..one.end as usize), Some(one.text.as_str()));
    }
    marked.into_iter().map(|one| one.text).collect()
}
