//! How: counts, groupings, states, severities, statuses, ends of a ranking.

use super::Extreme;
use crate::planner::text::{Text, among};

/// One scale for all tools, lowest first; what a tool calls them is its own.
const SEVERITIES: [&str; 5] = ["Informational", "Low", "Medium", "High", "Critical"];
/// What Azure Monitor calls its severities, and other words for two of them.
const MONITORED: [(&str, &str); 8] = [
    ("sev0", "Sev0"),
    ("sev1", "Sev1"),
    ("sev2", "Sev2"),
    ("sev3", "Sev3"),
    ("sev4", "Sev4"),
    ("warning", "Warning"),
    ("warnings", "Warning"),
    ("verbose", "Verbose"),
];

/// A number of things: `top 5`, `first ten`, `5 worst`.
pub(super) fn count(text: &mut Text<'_>) -> Option<u32> {
    for at in 0..text.len() {
        let ranked = |word: &str| {
            among(word, "top first last worst limit best biggest largest latest newest")
        };
        let (one, two) = (text.low(at), text.low(at + 1));
        let number = match (ranked(one), ranked(two)) {
            (true, _) => number_of(two),
            (_, true) => number_of(one),
            (false, false) => None,
        };
        // `the first one` is a row, not a number of rows.
        let number = number.filter(|_| two != "one" && one != "one");
        if let Some(number) = number.filter(|_| text.words.get(at).is_some_and(|word| !word.used)) {
            text.take(at, 2);
            return Some(number);
        }
    }
    None
}

/// A whole number from 1 on, in digits or in words.
pub(super) fn number_of(word: &str) -> Option<u32> {
    const WORDS: [&str; 13] = [
        "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
        "eleven", "twelve",
    ];
    let named = WORDS.iter().position(|name| *name == word).and_then(|n| u32::try_from(n).ok());
    word.parse().ok().or(named).filter(|number| (1..=1_000).contains(number))
}

/// What to count by: `per region`, `by type`, `in each subscription`, `which region has most`.
pub(super) fn by(text: &mut Text<'_>) -> Option<&'static str> {
    if let Some(by) = counted(text) {
        return Some(by);
    }
    for at in 0..text.len() {
        let grouping = among(text.low(at), "by per each every across");
        let superlative = among(text.low(at), "which what") && ranks(text, at);
        if !grouping && !superlative {
            continue;
        }
        let word = text.words.get(at + 1).filter(|word| !word.used);
        let skip =
            usize::from(word.is_some_and(|word| among(&word.low, "azure resource of the our")));
        let by = match text.low(at + 1 + skip) {
            "region" | "regions" | "location" | "locations" => "location",
            "type" | "types" | "kind" => "type",
            "group" | "groups" if skip > 0 => "resourceGroup",
            "rg" | "rgs" => "resourceGroup",
            "subscription" | "subscriptions" | "sub" | "subs" => "subscription",
            _ => continue,
        };
        text.take(at, 2 + skip);
        return Some(by);
    }
    None
}

/// `how many regions`, `what types of resources`, `top 3 regions by number of VMs`.
fn counted(text: &mut Text<'_>) -> Option<&'static str> {
    let phrases = [
        ("how many regions", "location"),
        ("how many locations", "location"),
        ("how many types", "type"),
        ("how many different types", "type"),
        ("how many resource types", "type"),
        ("what types of", "type"),
        ("which types of", "type"),
        ("what kinds of", "type"),
        ("what kind of", "type"),
        ("regions by", "location"),
        ("regions with the most", "location"),
        ("locations by", "location"),
        ("resource types by", "type"),
        ("subscriptions by", "subscription"),
        ("subscriptions with the most", "subscription"),
        ("resource groups by", "resourceGroup"),
        ("resource groups with the most", "resourceGroup"),
    ];
    let (phrase, by) = phrases.iter().find(|(phrase, _)| text.has(phrase))?;
    let scored = phrase.starts_with("subscriptions") && text.has_any("score scores");
    if scored
        || (phrase.contains("kind") || phrase.contains("types of"))
            && !text.has_any("resource resources")
    {
        return None;
    }
    text.take_phrase(&[*phrase]);
    Some(by)
}

/// Whether `which region …` compares what regions have: `which subscriptions do I have` does not.
fn ranks(text: &Text<'_>, at: usize) -> bool {
    let words = text.words.iter().skip(at + 2);
    let place = among(text.low(at + 1), "region regions location locations");
    let asks = words.clone().any(|word| among(&word.low, "most fewest least"));
    let holds = words
        .clone()
        .take(2)
        .any(|word| among(&word.low, "has have contain contains hold holds host hosts"))
        && !words.clone().take(2).any(|word| among(&word.low, "do can i we"));
    let used = place && words.take(4).any(|word| among(&word.low, "use have has resources in"));
    asks || holds || used
}

/// The state of resources that is asked for.
pub(super) fn state(text: &mut Text<'_>) -> Option<&'static str> {
    const STATES: [(&str, &[&str]); 8] = [
        ("running", &["not stopped", "not deallocated", "not off"]),
        (
            "stopped",
            &[
                "not running",
                "isn't running",
                "aren't running",
                "turned off",
                "shut down",
                "powered off",
                "switched off",
                "offline",
                "stopped",
            ],
        ),
        ("deallocated", &["deallocated"]),
        ("running", &["running", "powered on", "turned on", "up and running", "online"]),
        (
            "unattached",
            &["unattached", "orphaned", "orphan", "detached", "not attached", "unused", "dangling"],
        ),
        ("attached", &["attached"]),
        ("failed", &["failed state", "failed"]),
        ("stopped", &["are off", "is off"]),
    ];
    let (state, phrase) =
        STATES.iter().find_map(|(state, phrases)| Some((*state, text.take_phrase(phrases)?)))?;
    // `unused` is the tools' word for disks only; elsewhere it stays a word of its own.
    if phrase == "deallocated" && text.take_any("stopped") {
        return Some("stopped");
    }
    Some(state)
}

/// The severities that are asked for, lowest first.
pub(super) fn severities(text: &mut Text<'_>) -> Vec<&'static str> {
    let word_of = |word: &str| match word {
        "critical" | "criticals" => Some(4),
        "high" | "high-impact" | "severe" | "urgent" | "serious" | "high-severity"
        | "high-risk" => Some(3),
        "medium" | "moderate" | "medium-severity" => Some(2),
        "low" | "low-severity" | "minor" => Some(1),
        "informational" | "info-level" | "informational-severity" => Some(0),
        _ => None,
    };
    // What is listed by severity anyway, so that the order is as asked.
    let ranked = text.has_any("alert alerts recommendation recommendations");
    let mut named = [false; 5];
    let mut above = false;
    for at in 0..text.len() {
        let most = at.checked_sub(1).is_some_and(|before| text.low(before) == "most");
        if most && ranked && among(text.low(at), "important pressing dangerous worrying") {
            text.take(at, 1);
            continue;
        }
        let Some(level) = word_of(text.low(at)) else { continue };
        if most && !text.low(at).contains('-') {
            // `the most severe`: an order, no condition.
            text.take(at, 1);
            continue;
        }
        let next = at + 1 + usize::from(among(text.low(at + 1), "severity"));
        let more = among(text.low(next), "and or")
            && among(text.low(next + 1), "above higher up worse more");
        if more {
            text.take(next, 2);
        }
        above |= more || at.checked_sub(1).is_some_and(|before| text.low(before) == "least");
        if let Some(one) = named.get_mut(level) {
            *one = true;
        }
        text.take(at, 1);
    }
    let monitored = monitored(text);
    text.take_any("severity severities");
    let lowest = named.iter().position(|one| *one).filter(|_| above);
    let wanted = SEVERITIES.iter().enumerate().filter(|(level, _)| {
        named.get(*level).is_some_and(|one| *one) || lowest.is_some_and(|low| *level >= low)
    });
    wanted.map(|(_, name)| *name).chain(monitored).collect()
}

/// `Sev1`, `sev 1`, `severity 1`, `error alerts`.
fn monitored(text: &mut Text<'_>) -> Vec<&'static str> {
    let mut found = Vec::new();
    for at in 0..text.len() {
        let (word, next) = (text.low(at).to_owned(), text.low(at + 1).to_owned());
        let numbered = among(&word, "sev severity") && next.len() == 1;
        let key = if numbered { format!("sev{next}") } else { word.clone() };
        let level = MONITORED.iter().find(|(one, _)| *one == key).map(|(_, level)| *level);
        let error = among(&word, "error errors") && among(&next, "alert alerts severity");
        if let Some(level) = level.or(error.then_some("Error")) {
            text.take(at, if numbered { 2 } else { 1 });
            if !found.contains(&level) {
                found.push(level);
            }
        }
    }
    found
}

/// Which end of a ranking is asked for.
pub(super) fn extreme(text: &mut Text<'_>) -> Option<Extreme> {
    if text.take_any("lowest fewest least smallest worst poorest weakest") {
        return Some(Extreme::Least);
    }
    text.take_any("most highest largest biggest best greatest").then_some(Extreme::Most)
}
