//! What runs: health, outages, changes, who did what.

use super::Subject;
use crate::planner::{
    about::About,
    text::{Text, among},
};

/// What asks for the health of Azure itself.
const OUTAGES: &[&str] = &[
    "service health",
    "service issue",
    "service issues",
    "service incident",
    "service incidents",
    "planned maintenance",
    "planned maintenances",
    "maintenance event",
    "maintenance events",
    "health event",
    "health events",
    "health advisory",
    "health advisories",
    "security advisory",
    "security advisories",
    "service advisories",
    "azure outage",
    "azure outages",
    "azure incident",
    "azure incidents",
    "microsoft outage",
    "azure issues",
    "is azure down",
    "azure itself",
    "is azure itself",
    "azure status",
    "status of azure",
    "tracking id",
];
/// What asks for the log of who did what.
const LOG: &[&str] = &[
    "activity log",
    "activity logs",
    "audit log",
    "audit logs",
    "audit trail",
    "activity-log",
    "failed operations",
    "failed operation",
    "operations failed",
    "operations that failed",
    "failed writes",
    "failed deployments",
    "failed deployment",
    "deployments failed",
    "deployment failed",
    "recent activity",
    "recent operations",
    "latest activity",
    "recent deployments",
];
/// What people do, as it is said afterwards.
const DONE: &str = "deleted created restarted rebooted stopped started deallocated touched updated added removed did \
    moved granted assigned locked made scaled disabled enabled shut turned killed deployed rotated gave opened \
    redeployed attached detached dismissed tagged";
/// The same of properties.
const ALTERED: &str = "changed modified resized altered edited";
/// What means a change.
const CHANGE: &str =
    "change changes changed changing modified modification modifications altered drift drifted";

/// What asks how things are, all in all.
const SITUATION: &[&str] = &[
    "what happened",
    "what has happened",
    "what is going on",
    "what going on",
    "whats going on",
    "what is happening",
    "what happening",
    "what up",
    "whats up",
    "what new",
    "whats new",
    "what is new",
    "anything wrong",
    "what broken",
    "what is broken",
    "what failing",
    "what is failing",
    "anything critical",
    "anything urgent",
    "anything important",
    "anything serious",
    "something critical",
    "something wrong",
    "is wrong with",
    "anything broken",
    "any problems",
    "any issues",
    "any trouble",
    "what wrong",
    "having problems",
    "having issues",
    "worry about",
    "need to know",
    "should know",
    "how are things",
    "how is everything",
    "everything ok",
    "everything okay",
    "everything fine",
    "all good",
    "all systems",
    "situation report",
    "status report",
    "morning report",
    "morning briefing",
    "operations overview",
];

/// What only one subject says.
pub(super) fn apart(text: &mut Text<'_>, about: &About) -> Option<Subject> {
    if is_outage(text, about) {
        return Some(Subject::Outages);
    }
    if is_activity(text, about) {
        return Some(Subject::Activity);
    }
    is_situation(text, about).then_some(Subject::Situation)
}

/// What several subjects may say.
pub(super) fn common(text: &mut Text<'_>, about: &About) -> Option<Subject> {
    if is_change(text, about) {
        return Some(Subject::Changes);
    }
    is_health(text, about).then_some(Subject::Health)
}

/// How things are, where nothing in particular is named.
fn is_situation(text: &mut Text<'_>, about: &About) -> bool {
    let special = text.has_any(
        "security secure compliance alert alerts cost costs network networking backup backups change changes health \
        service performance recommendation recommendations vm-web",
    );
    let named = about.resource().is_some() || about.kind.is_some() || about.group.is_some();
    let found = !special && !named && SITUATION.iter().any(|phrase| text.has(phrase));
    if found {
        text.take_phrase(SITUATION);
        text.take_any("broken failing environment production wrong problems issues today overnight morning good anything something");
    }
    found
}

fn is_outage(text: &mut Text<'_>, about: &About) -> bool {
    let phrase = text.take_phrase(OUTAGES).is_some();
    let outage = text.has_any("outage outages maintenance maintenances");
    let alert = text.has_any("alert alerts");
    let azure = text.words.iter().any(|word| word.low == "azure");
    let phrase = phrase
        || azure
            && text
                .take_phrase(&["having problems", "having issues", "having trouble", "is azure up"])
                .is_some();
    let services = text.has("azure services")
        && text.has_any("degraded down unavailable impacted affected broken");
    let found = (phrase || services || outage || about.tracking.is_some()) && !alert;
    if found {
        text.take_any(
            "outage outages maintenance maintenances service services health event events issue issues incident \
            incidents advisory advisories planned upcoming scheduled tracking id impacted affected affect affects \
            impact known microsoft occurred active ongoing resolved security happened coming status down \
            degraded unavailable broken",
        );
    }
    found
}

fn is_activity(text: &mut Text<'_>, about: &About) -> bool {
    if text.take_phrase(LOG).is_some() {
        text.take_any(
            "changes change made recent operations operation deployments deployment entries latest writes activity \
            error errors failure failures failed",
        );
        return true;
    }
    let alert = text.has_any("alert alerts") || is_of_port(text);
    let who = text.find("who").filter(|_| !alert);
    let done = who.is_some_and(|at| {
        (1..=3).any(|by| among(text.low(at + by), DONE) || among(text.low(at + by), "did"))
    });
    let by_whom = text.has("by whom") || text.has("who has been");
    let anyone = text.has_any("anyone anybody someone somebody")
        && text.has_any(
            "touch touched delete deleted restart restarted stop stopped start started create created reboot",
        );
    let failed = text.has_any("failed fails failing")
        && text.has_any("everything anything what")
        && about.kind.is_none()
        && !text.has_any("backup backups control controls compliance job jobs");
    let deployed = text.has_any("deployments") && about.time.is_some();
    let caller = about.caller.is_some()
        && text.has_any("do done did doing work touched made change")
        && !text.has_any("changes changed");
    let when = (text.starts_with("when") || text.has("when was") || text.has("when did"))
        && text.has_any("restarted rebooted stopped started deallocated deleted shut");
    let found = failed || done || by_whom || caller || when || anyone || deployed;
    if found {
        text.take_any(DONE);
        text.take_any(
            "who whom when last changes change restart delete stop start do done doing ever touch failed fails failing everything anyone anybody \
            someone somebody create reboot deployments",
        );
    }
    found
}

/// `Who opened the port?`: rules are properties, and the log does not say which one changed.
fn is_of_port(text: &Text<'_>) -> bool {
    text.has_any("port ports rule rules nsg")
}

fn is_change(text: &mut Text<'_>, about: &About) -> bool {
    let port = is_of_port(text) && text.has("who") && text.has_any(DONE);
    let changed = text.take_any(CHANGE) | text.take_any(ALTERED) | port;
    let made = text.has_any("created deleted removed added updated new")
        && !text.starts_with("when")
        && (about.time.is_some() || text.starts_with("what was") || text.starts_with("what were"))
        && !text.has_any("alert alerts recommendation recommendations query");
    let found = (changed || made) && !text.has_any("password passwords score feed");
    if found {
        text.take_any(DONE);
        text.take_any(
            "created deleted removed added updated new made latest configuration config impacting properties property \
            setting settings exactly resource resources anything before broke who somebody someone something size \
            recent make",
        );
    }
    found
}

fn is_health(text: &mut Text<'_>, about: &About) -> bool {
    const PHRASES: &[&str] = &[
        "resource health",
        "health status",
        "health issues",
        "availability status",
        "health of",
        "health state",
        "health history",
        "availability history",
        "not available",
    ];
    // What apps are asked for themselves is not the health that Azure knows.
    if text.has_any("probe probes backup backups dependency dependencies metrics metric checks") {
        return false;
    }
    let phrase = text.take_phrase(PHRASES).is_some();
    let health = text.take_any("health healthy unhealthy unavailable degraded");
    let down = text.has_any("down offline unreachable") && !text.has_any("break bring brings drag");
    let one = about.resource().is_some();
    let up = one && text.has_any("up available alive availability")
        || text.has_any("available") && about.kind.is_some() && among(text.low(0), "are is");
    let asked = among(text.low(0), "are is") && (one || about.kind.is_some());
    let well = asked && text.take_any("ok okay fine alright");
    let found = phrase || health || down || up || well;
    if found {
        text.take_any(
            "down offline unreachable up available alive availability history currently went resource resources \
            anything broken wrong state status",
        );
    }
    found
}
