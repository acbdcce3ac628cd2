//! Security: posture, recommendations, plans, compliance, attack paths, alerts of Defender.

use super::{Subject, access};
use crate::planner::{
    about::About,
    text::{Text, among},
};

/// What asks for the score.
const SCORE: &[&str] = &[
    "secure score",
    "secure scores",
    "security score",
    "security scores",
    "defender score",
    "security posture",
    "secure-score",
    "securescore",
    "score",
    "scores",
    "posture",
];
/// What asks what would make the score better.
const BETTER: &[&str] = &[
    "improve security",
    "improve our security",
    "improve my security",
    "security improvements",
    "security controls",
];
/// What asks for security as a whole.
const WHOLE: &[&str] = &[
    "how secure",
    "security looking",
    "security overview",
    "security summary",
    "security status",
    "security state",
    "security review",
    "security situation",
    "security briefing",
    "summarize security",
    "summarize our security",
    "summarize my security",
    "overview of security",
    "overview of our security",
    "overview of the security",
    "summary of security",
    "summary of our security",
    "state of security",
    "state of our security",
    "security risks",
    "security risk",
    "security weaknesses",
    "security gaps",
    "security issues",
    "security problems",
    "security concerns",
];
/// Words of compliance.
const COMPLIANCE: &str = "compliance compliant noncompliant non-compliant regulatory pci iso nist hipaa fedramp \
    soc cis mcsb gdpr benchmark";
/// Words that turn compliance into something else.
const NOT_COMPLIANCE: &str = "policy policies patch patches patching update updates patch-compliance initiative \
    initiatives guest";
/// Words of attacks.
const ATTACKS: &str = "threat threats attack attacks attacked attacking attacker attackers intrusion \
    intrusions malware ransomware hacked hacking breach breached compromised brute-force bruteforce \
    detections suspicious malicious phishing exfiltration injection trojan cryptomining cryptominer";
/// Words of what is not as it should be.
const WEAK: &str = "recommendation recommendations assessment assessments misconfigurations misconfigured \
    misconfiguration vulnerabilities vulnerability vulnerable insecure hardening";

/// What only one subject says.
pub(super) fn apart(text: &mut Text<'_>) -> Option<Subject> {
    if is_attack_path(text) {
        return Some(Subject::AttackPaths);
    }
    let control = text.words.iter().position(|word| word.low == "control");
    let numbered = control.is_some_and(|at| {
        text.words.get(at + 1).is_some_and(|word| {
            word.raw.contains(['.', '-']) && word.raw.chars().any(|ch| ch.is_ascii_digit())
        })
    });
    if !text.has_any(NOT_COMPLIANCE) && (text.take_any(COMPLIANCE) || numbered) {
        text.take_any(
            "standard standards control controls framework frameworks explain result results difference failing fail fails failed pass passes passed improve options dss security cloud \
            microsoft azure issues issue meet against score percentage",
        );
        return Some(Subject::Compliance);
    }
    if access::is_asked(text) {
        return Some(Subject::Access);
    }
    if is_plan(text) {
        return Some(Subject::Protections);
    }
    None
}

/// What is left of security when changes, health and outages are known not to be meant.
pub(super) fn common(text: &mut Text<'_>, about: &About) -> Option<Subject> {
    if text.take_phrase(SCORE).is_some() {
        text.take_any("security secure score defender looking");
        return Some(Subject::Score);
    }
    let mine = text.has_any("security defender");
    if let Some(subject) = alerts(text, about) {
        return Some(subject);
    }
    // A recommendation is called by what should be so.
    let titled = text.words.iter().any(|word| word.quoted && word.low.contains("should "))
        || (text.has_any("fix remediate resolve remediation explain")
            && ["should be", "should not", "should have", "should use", "should only"]
                .iter()
                .any(|phrase| text.find(phrase).is_some_and(|at| at > 1)));
    if text.take_any(WEAK)
        || titled
        || text.take_phrase(&["more secure", "not secure", "at risk"]).is_some()
        || (mine && text.take_any("unhealthy findings"))
    {
        text.take_any(
            "security defender unhealthy recommended followed unfollowed open impact high-impact \
            found resource resources",
        );
        return Some(Subject::Recommendations);
    }
    if text.take_phrase(BETTER).is_some()
        || ((mine || !text.has_any("access")) && text.take_any("control controls"))
    {
        text.take_any("security defender");
        return Some(Subject::Score);
    }
    let bare = mine && text.words.iter().all(|word| word.used || is_bare(&word.low));
    if text.take_phrase(WHOLE).is_some() || bare {
        text.take_any("security defender biggest top worst main management today");
        return Some(Subject::Security);
    }
    None
}

/// Words beside `security` that ask for nothing but security.
fn is_bare(word: &str) -> bool {
    among(
        word,
        "security defender cloud summary summarize overview state status check review report how is are our my \
        the for of in show me give a an what about what's look looking doing do we i please quick today",
    )
}

fn is_attack_path(text: &mut Text<'_>) -> bool {
    const PATHS: &[&str] = &[
        "attack path",
        "attack paths",
        "attack-path",
        "attack-paths",
        "attackpath",
        "attackpaths",
        "lateral movement",
        "path of attack",
        "paths of attack",
        "an attacker",
        "exposed to the internet",
        "exposed to internet",
        "internet exposed",
        "internet-exposed",
        "internet facing",
        "internet-facing",
        "publicly exposed",
        "publicly accessible",
        "attackers get",
        "attackers reach",
        "a hacker",
    ];
    let found = text.take_phrase(PATHS).is_some();
    if found {
        text.take_any(
            "attack path paths analysis get reach into steps attacker lateral movement possible internet exposed public \
            publicly resource resources",
        );
    }
    found
}

fn is_plan(text: &mut Text<'_>) -> bool {
    const PLANS: &[&str] = &[
        "defender plan",
        "defender plans",
        "defender coverage",
        "plans of defender",
        "workload protection",
        "workload protections",
        "resource protection",
        "resource protections",
        "protected by defender",
        "protected with defender",
        "covered by defender",
        "defender cspm",
        "cloud workload",
    ];
    let product = text.find("defender for").is_some_and(|at| {
        let next = text.low(at + 2);
        !next.is_empty() && !among(next, "cloud endpoint identity office")
    });
    let other = text.has_any(
        "alert alerts recommendation recommendations score threats threat backup backups replication",
    );
    let unprotected = text.has_any("unprotected protected protection protections protect")
        && !text.has_any("backup backups backed replicated recovery private deletion ddos");
    let found = !other
        && (text.take_phrase(PLANS).is_some()
            || product
            || unprotected
            || text.has_any("cspm")
            || (text.has_any("defender") && text.has_any("plan plans enabled disabled covered")));
    if found {
        text.take_any(
            "defender plan plans coverage covered protected unprotected protection protections protect workload \
            workloads enabled disabled cspm turned off pay active security cloud",
        );
    }
    found
}

/// Alerts, and whose: Defender's, Azure Monitor's, or either.
fn alerts(text: &mut Text<'_>, about: &About) -> Option<Subject> {
    let alert = text.has_any("alert alerts alerting incident incidents");
    let surface = text.has("attack surface") || text.has_any("ddos easm firewall");
    let attack = !surface
        && (text.take_any(ATTACKS)
            | text
                .take_phrase(&["brute force", "break in", "break-in", "brute forcing"])
                .is_some());
    let rules = text.has_any("rule rules");
    let fires = text.take_any(
        "firing fired fires fire monitor monitoring metric noisy noisiest acknowledged unacknowledged acknowledge \
        triggered alerting heartbeat threshold sev0 sev1 sev2 sev3 sev4",
    ) | text.take_phrase(&["azure monitor"]).is_some();
    if !attack && (!alert || (rules && !fires && !text.has_any("most"))) {
        return None;
    }
    text.take_any("alert alerts alerting incident incidents activity activities rule rules most");
    let id = about.arm_id.as_deref().unwrap_or_default().to_lowercase();
    let levels = |list: &[&str]| about.severities.iter().any(|level| list.contains(level));
    let security =
        attack || text.take_any("security defender") || id.contains("microsoft.security");
    let said = |status: &str| about.options.contains(&status);
    let statuses = said("InProgress") || said("Dismissed") && !said("Closed");
    let monitor = fires
        || id.contains("microsoft.alertsmanagement")
        || levels(&["Sev0", "Sev1", "Sev2", "Sev3", "Sev4", "Error", "Warning", "Verbose"]);
    let graded = levels(&["High", "Medium", "Low"]);
    Some(if security || (statuses && !monitor) {
        Subject::SecurityAlerts
    } else if monitor || levels(&["Critical"]) && !graded {
        Subject::Monitoring
    } else if graded {
        Subject::SecurityAlerts
    } else {
        Subject::Alerts
    })
}
