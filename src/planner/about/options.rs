//! Options: words that mean a status, a state, a condition or a kind to the tools that have it.

use super::About;
use crate::planner::text::{Text, among};

/// What asks for all of them.
const EVERY: &[&str] = &[
    "any status",
    "all statuses",
    "every status",
    "whatever their status",
    "regardless of status",
    "any state",
    "all states",
    "regardless of state",
];
/// All statuses of alerts.
const ALL: [&str; 8] =
    ["Active", "InProgress", "Resolved", "Dismissed", "New", "Acknowledged", "Closed", "Fired"];
/// What asks for alerts that nobody took on.
const UNSEEN: &[&str] = &[
    "not acknowledged",
    "nobody acknowledged",
    "nobody has acknowledged",
    "has nobody acknowledged",
    "not been acknowledged",
    "never acknowledged",
    "no one acknowledged",
    "no one has acknowledged",
    "unacknowledged",
];
/// Words and the statuses that they mean.
const STATUSES: &[(&str, &[&str])] = &[
    ("in-progress inprogress", &["InProgress"]),
    ("unresolved", &["Active", "InProgress"]),
    ("active open ongoing unhandled", &["Active"]),
    ("resolved", &["Resolved"]),
    ("dismissed", &["Dismissed"]),
];

/// What is understood only by tools that have such an option: words and the options they mean.
const OPTIONS: &[(&str, &[&str])] = &[
    ("unavailable", &["Unavailable"]),
    ("degraded", &["Degraded"]),
    ("available healthy", &["Available"]),
    ("maintenance maintenances", &["PlannedMaintenance"]),
    ("advisory advisories", &["HealthAdvisory"]),
    ("outage outages incident incidents issue issues", &["ServiceIssue"]),
    ("created new added", &["Create"]),
    ("deleted removed", &["Delete"]),
    ("modified updated", &["Update"]),
    ("failed failing fail fails", &["Failed"]),
    ("passed passing pass", &["Passed"]),
];

/// The options that are asked for; those of alerts must not be left out of account.
pub(super) fn options(about: &mut About, text: &mut Text<'_>) {
    about.statuses = statuses(text);
    let mut found = about.statuses.clone();
    for (words, options) in OPTIONS {
        let said = text.words.iter().enumerate().any(|(at, word)| {
            let negated =
                at.checked_sub(1).is_some_and(|before| among(text.low(before), "not isn't no"));
            !word.quoted && !negated && among(&word.low, words)
        });
        if said {
            found.extend(options.iter().filter(|one| !about.statuses.contains(one)));
        }
    }
    if text.has_any("security") && found.contains(&"HealthAdvisory") {
        found.retain(|one| *one != "HealthAdvisory");
        found.push("SecurityAdvisory");
    }
    // What fired then may be over by now.
    if about.time.is_some() && text.has_any("fired triggered fire") && about.statuses.is_empty() {
        found.extend(["Fired", "Resolved", "New", "Acknowledged", "Closed"]);
    }
    about.options = found;
}

/// The statuses of alerts that are asked for.
fn statuses(text: &mut Text<'_>) -> Vec<&'static str> {
    if text.take_phrase(EVERY).is_some() {
        return ALL.to_vec();
    }
    let who = text.has_any("who");
    let mut found: Vec<&'static str> = Vec::new();
    if text.take_phrase(UNSEEN).is_some() {
        found.push("New");
    } else if text.take_any("acknowledged acked") && !who {
        found.push("Acknowledged");
    }
    if text.take_phrase(&["new alerts"]).is_some() {
        found.push("New");
    }
    if text.take_phrase(&["in progress"]).is_some() {
        found.push("InProgress");
    }
    for (words, statuses) in STATUSES {
        if text.take_any(words) {
            found.extend_from_slice(statuses);
        }
    }
    if text.take_any("closed") && !who {
        found.extend(["Resolved", "Dismissed", "Closed"]);
    }
    let mut once = Vec::new();
    for status in found {
        if !once.contains(&status) {
            once.push(status);
        }
    }
    once
}
