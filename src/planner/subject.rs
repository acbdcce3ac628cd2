//! What a question is about, and what it wants to know of it.

use super::{
    about::About,
    text::{Text, among},
};

/// What a question is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Subject {
    /// The secure score.
    Score,
    /// Security alerts.
    Alerts,
    /// Security recommendations.
    Recommendations,
    /// Subscriptions themselves.
    Subscriptions,
    /// Resources of any type.
    Resources,
    /// None of these: the index of the tools decides.
    Other,
}

/// What a question wants to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Intent {
    /// How many.
    Count,
    /// Why, or what to do about it.
    Explain,
    /// Whether something is so.
    Confirm,
    /// Which, or all of them.
    List,
}

/// What asks for the score.
const SCORE: &[&str] = &[
    "how secure",
    "security looking",
    "security overview",
    "security summary",
    "security status",
    "security state",
    "overview of security",
    "overview of our security",
    "state of security",
    "state of our security",
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
/// What asks for what is behind the score.
const RISKS: &[&str] = &[
    "security risks",
    "security risk",
    "security weaknesses",
    "security gaps",
    "security issues",
    "security problems",
    "improve security",
    "improve our security",
    "improve my security",
    "security improvements",
];
/// What asks for all that a subscription holds.
const INSIDE: &[&str] = &[
    "what is in",
    "what's in",
    "whats in",
    "what in",
    "inside",
    "within",
    "have in",
    "list everything",
];
/// What means all that there is.
const ESTATE: &[&str] = &[
    "my environment",
    "our environment",
    "the environment",
    "my estate",
    "our estate",
    "the estate",
    "my azure",
    "our azure",
    "have in azure",
];

impl Subject {
    /// What a text is about; the words that say so are marked as understood.
    pub(super) fn read(text: &mut Text<'_>, about: &About) -> Self {
        let score = text.take_phrase(SCORE).is_some();
        if score {
            text.take_any("security secure score defender looking");
            return Self::Score;
        }
        let mine = text.has_any("security defender");
        if text.take_phrase(&["security controls", "controls", "control"]).is_some()
            && (mine || !text.has_any("access"))
        {
            text.take_any("security defender");
            return Self::Score;
        }
        if text.take_phrase(RISKS).is_some() {
            return Self::Score;
        }
        if is_alerts(text) {
            text.take_any("security defender suspicious");
            return Self::Alerts;
        }
        let unhealthy = text.has_any("unhealthy") && text.has_any("resource resources assessments");
        if unhealthy
            || text.take_any(
                "recommendation recommendations assessment assessments misconfigurations \
            misconfigured",
            )
        {
            text.take_any("security defender unhealthy recommended followed impact high-impact");
            return Self::Recommendations;
        }
        Self::of_estate(text, about)
    }

    fn of_estate(text: &mut Text<'_>, about: &About) -> Self {
        let subscriptions = heads(text, "subscription subscriptions subs");
        if subscriptions
            && about.resource().is_none()
            && about.group.is_none()
            && about.kind.is_none()
            && !text.has_any("resource resources")
            && about.by.is_none()
        {
            text.take_any("enabled disabled");
            return Self::Subscriptions;
        }
        let resources =
            text.take_any("resource resources inventory assets stuff deployed everything anything");
        if resources
            || about.kind.is_some()
            || about.group.is_some()
            || about.name.is_some()
            || about.arm_id.is_some()
            || about.tag.is_some()
            || about.by.is_some()
        {
            return Self::Resources;
        }
        if about.region.is_some() && text.has_any("what have list show run running") {
            return Self::Resources;
        }
        if about.subscription.is_some() && INSIDE.iter().any(|one| text.has(one)) {
            return Self::Resources;
        }
        if text.has_any("subscription subscriptions subs") {
            text.take_any("enabled disabled");
            return Self::Subscriptions;
        }
        if ESTATE.iter().any(|one| text.has(one)) {
            return Self::Resources;
        }
        Self::Other
    }
}

fn is_alerts(text: &mut Text<'_>) -> bool {
    const WORDS: &str = "alert alerts threat threats attack attacks attacked attacking attacker attackers \
            incident incidents intrusion intrusions malware ransomware hacked hacking breach \
            breached compromised brute-force bruteforce detections suspicious attackers'";
    if text.has("attack path")
        || text.has("attack paths")
        || text.has("attack surface")
        || text.has("alert rule")
        || text.has("alert rules")
    {
        return false;
    }
    let brute = text.take_phrase(&["brute force"]).is_some();
    let activity = text.take_phrase(&[
        "suspicious activity",
        "suspicious activities",
        "malicious activity",
        "break in",
        "break-in",
    ]);
    text.take_any(WORDS) || brute || activity.is_some()
}

/// Whether a noun is what is asked for, not where something is looked for.
fn heads(text: &Text<'_>, nouns: &str) -> bool {
    let places = |at: usize| {
        let mut back = at;
        while back > 0 {
            back -= 1;
            let word = text.low(back);
            if among(word, "in for of across from under within on per by to each") {
                return true;
            }
            let passes =
                among(word, "my our the all any every each this these those whole azure a")
                    || text.words.get(back).is_some_and(|word| word.used);
            if !passes {
                return false;
            }
        }
        false
    };
    let all = text.words.iter().enumerate().filter(|(_, word)| among(&word.low, nouns));
    all.into_iter().any(|(at, _)| !places(at))
}

impl Intent {
    /// What a text wants; the words that say so are marked as understood.
    pub(super) fn read(text: &mut Text<'_>, subject: Subject) -> Self {
        let count = text.has("how many") || text.has_any("number count total tally");
        let why = text.has_any("why reason reasons cause caused because");
        text.take_any("why reason reasons cause caused because");
        if subject == Subject::Score && wants_more(text) {
            return Self::Explain;
        }
        if why || text.starts_with("explain") || text.starts_with("please explain") {
            text.take_any("explain explained");
            return Self::Explain;
        }
        if count {
            text.take_any("tally numbers");
            return Self::Count;
        }
        let first = text.low(0);
        if among(first, "is are was were do does did has have any can") {
            return Self::Confirm;
        }
        Self::List
    }
}

/// Whether a question about the score wants what is behind it.
fn wants_more(text: &mut Text<'_>) -> bool {
    const WORDS: &str = "risks risk weaknesses gaps issues problems above reach explain explains explained explanation improve improves improving improvement \
            improvements raise raises raising increase increases increasing boost boosts better \
            fix fixes gain gains gaining lose losing loses lost dragging drags drag hurting hurt \
            hurts behind controls control recommendations recommendation prioritize priority \
            priorities potential impact work next breakdown contributes contribute contributing \
            driving drives unhealthy";
    let phrases = [
        "low hanging fruit",
        "quick wins",
        "made of",
        "made up of",
        "made up",
        "bring down",
        "brings down",
        "bringing down",
        "so low",
        "so bad",
        "deep dive",
        "help me understand",
        "what should i do",
        "what can i do",
        "what can we do",
        "what do i do",
        "what to do",
        "where do we stand and why",
    ];
    let said = text.take_any(WORDS);
    let phrased = text.take_phrase(&phrases).is_some();
    let why = text.starts_with("why")
        || text.has("why is")
        || text.has("why are")
        || text.has("reason for");
    text.take_any(
        "low bad poor high ranked ranking rank down points point biggest top increase current \
            percentage percent",
    );
    said || phrased || why
}
