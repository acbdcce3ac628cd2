//! What there is to do, from what the tools of the pillars tell.
//!
//! Owns which of their rows are worth an action, in which words and how soon. It must not know how
//! actions are ranked among each other beyond that.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Action, Urgency};
use crate::tools::{across::asking::Answer, present::count_of, untrusted::Untrusted};

/// Attack paths and controls that are worth an action of their own.
const MOST: usize = 3;

/// What a tool's rows give to do.
pub(super) fn of(answer: &Answer) -> Vec<Action> {
    let rows = |key: &str| answer.rows(key);
    let acts: Vec<Act> = match answer.ask.tool {
        "list_resource_health" => down(rows("statuses")),
        "list_service_health" => rows("events").iter().filter_map(incident).collect(),
        "list_alerts" => fired(rows("alerts")),
        "list_security_alerts" => rows("alerts").iter().filter_map(threat).collect(),
        "list_attack_paths" => rows("paths").iter().take(MOST).filter_map(path).collect(),
        "explain_secure_score" => rows("controls").iter().take(MOST).filter_map(control).collect(),
        "list_pending_patches" => patches(rows("rows")).into_iter().collect(),
        "summarize_business_continuity" => rows("issues").iter().filter_map(loss).collect(),
        _ => Vec::new(),
    };
    let action = |act: Act| Action {
        rank: 0,
        urgency: act.urgency,
        pillar: answer.ask.pillar,
        title: Untrusted::new(&act.title),
        why: Untrusted::new(&act.why),
        count: act.count,
        tool: answer.ask.tool,
    };
    acts.into_iter().map(action).collect()
}

/// An action before it has a place.
struct Act {
    urgency: Urgency,
    title: String,
    why: String,
    count: u64,
}

fn text<'a>(row: &'a Value, key: &str) -> &'a str {
    row[key].as_str().unwrap_or_default()
}

fn name(id: &str) -> &str {
    id.rsplit('/').next().unwrap_or(id)
}

/// Resources that are down though nobody stopped them.
fn down(rows: &[Value]) -> Vec<Act> {
    let down = rows.iter().filter(|row| {
        text(row, "state") == "Unavailable" && text(row, "reason") != "UserInitiated"
    });
    let act = |row: &Value| Act {
        urgency: Urgency::Now,
        title: format!("Bring {} back", name(text(row, "resourceId"))),
        why: format!("it is unavailable and nobody stopped it: {}", text(row, "title")),
        count: 1,
    };
    down.map(act).collect()
}

fn incident(row: &Value) -> Option<Act> {
    let impacted = row["impacted"].as_u64().unwrap_or(0);
    let under_way = text(row, "eventType") == "ServiceIssue" && text(row, "status") == "Active";
    (under_way && impacted > 0).then(|| Act {
        urgency: Urgency::Now,
        title: format!("Work around Azure's incident {}", text(row, "trackingId")),
        why: format!("it hits {}: {}", count_of(impacted, "resource"), text(row, "title")),
        count: impacted,
    })
}

/// Open alerts of the two worst severities, a rule at a time.
fn fired(rows: &[Value]) -> Vec<Act> {
    let mut rules = BTreeMap::<(&str, &str), u64>::new();
    for row in rows {
        let severe = matches!(text(row, "severity"), "Sev0" | "Sev1");
        if severe && text(row, "condition") == "Fired" && text(row, "state") != "Closed" {
            let called = if text(row, "rule").is_empty() { "name" } else { "rule" };
            *rules.entry((name(text(row, called)), text(row, "severity"))).or_default() += 1;
        }
    }
    let act = |((rule, severity), count): ((&str, &str), u64)| Act {
        urgency: if severity == "Sev0" { Urgency::Now } else { Urgency::Today },
        title: format!("Answer the alert {rule}"),
        why: format!("{} of {severity}", count_of(count, "open alert")),
        count,
    };
    rules.into_iter().map(act).collect()
}

fn threat(row: &Value) -> Option<Act> {
    let urgency = match text(row, "severity") {
        "High" => Urgency::Now,
        "Medium" => Urgency::Today,
        _ => return None,
    };
    matches!(text(row, "status"), "Active" | "InProgress").then(|| Act {
        urgency,
        title: format!("Investigate {}", text(row, "title")),
        why: format!(
            "an active security alert of {} severity on {}",
            text(row, "severity").to_lowercase(),
            text(row, "compromisedEntity")
        ),
        count: 1,
    })
}

fn path(row: &Value) -> Option<Act> {
    matches!(text(row, "risk"), "Critical" | "High").then(|| Act {
        urgency: Urgency::Today,
        title: format!("Close the attack path {}", text(row, "title")),
        why: format!("its risk is {}: {}", text(row, "risk").to_lowercase(), text(row, "impact")),
        count: 1,
    })
}

fn control(row: &Value) -> Option<Act> {
    let points = row["potentialPoints"].as_f64().filter(|points| *points > 0.0)?;
    let unhealthy = row["unhealthy"].as_u64().unwrap_or(0);
    Some(Act {
        urgency: Urgency::ThisWeek,
        title: text(row, "title").to_owned(),
        why: format!(
            "up to {} points of secure score, {} unhealthy",
            crate::tools::present::figure(points),
            count_of(unhealthy, "resource")
        ),
        count: unhealthy,
    })
}

/// The machines that lack critical or security patches.
fn patches(rows: &[Value]) -> Option<Act> {
    let number = |row: &Value, key: &str| row[key].as_f64().unwrap_or(0.0);
    let critical = rows.iter().filter(|row| number(row, "critical") > 0.0).count() as u64;
    let security = rows.iter().filter(|row| number(row, "security") > 0.0).count() as u64;
    let (urgency, count, sort) = match (critical, security) {
        (0, 0) => return None,
        (0, count) => (Urgency::ThisWeek, count, "security"),
        (count, _) => (Urgency::Today, count, "critical"),
    };
    Some(Act {
        urgency,
        title: format!("Install the {sort} patches on {}", count_of(count, "machine")),
        why: format!(
            "{} known holes that an update closes",
            if sort == "critical" { "the worst" } else { "there are" }
        ),
        count,
    })
}

fn loss(row: &Value) -> Option<Act> {
    let count = row["count"].as_u64().filter(|count| *count > 0)?;
    let urgency = match text(row, "severity") {
        "Critical" | "High" | "critical" | "high" => Urgency::Today,
        _ => Urgency::ThisWeek,
    };
    let title = text(row, "title").trim_end_matches('.').to_owned();
    Some(Act {
        urgency,
        title,
        why: format!("{} would be lost or late", count_of(count, "resource")),
        count,
    })
}
