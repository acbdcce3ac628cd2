//! Requests for a change: seen, and never acted on.

use super::text::{Text, among};

/// Words that begin a request for a change.
const VERBS: &str = "add allow apply approve assign attach block change configure create deallocate \
    decommission delete deny deploy destroy detach disable dismiss drop enable enroll erase \
    execute exempt failover fix grant harden increase install isolate kill lock make \
    migrate mitigate modify move mute onboard patch provision purge put quarantine reboot \
    reimage remediate remove rename reset resize resolve restart restore resume revoke roll \
    rotate scale schedule set shut shutdown silence start stop suspend swap tag terminate \
    trigger turn unblock uninstall unlock untag update upgrade wipe write generate draft \
    send email acknowledge close include exclude begin open take run";

/// Words that may stand before the verb of a request.
const BEFORE: &str = "please pls can could would will you kindly now go ahead and just to i want need we help \
    me us let's lets must should then also i'd like hi hello hey ok okay so copilot \
    opscopilot immediately quickly have mind yes do don't dont";

/// Verbs that also begin questions: `open alerts`, `update me`, `start with the score`.
const ALSO_ASKS: &[(&str, &str)] = &[
    ("open", "alert alerts security recommendations incidents high critical threats"),
    ("update", "me us on"),
    ("start", "with by from investigating an"),
    ("begin", "with by"),
    ("run", "me through"),
    ("take", "me us"),
    ("close", "to"),
    ("make", "sure"),
    ("put", "it together"),
    ("write", "up"),
    ("set", "of"),
    ("add", "up"),
    ("turn", "to"),
    ("tag", "values names"),
    (
        "patch",
        "status compliance level run runs history schedule schedules summary installation installations",
    ),
    ("restore", "job jobs point points"),
    ("scale", "set sets"),
    ("failover", "readiness tests history"),
    ("update", "run runs schedule schedules compliance status history management"),
    ("change", "analysis tracking history"),
    ("tag", "coverage"),
    ("lock", "list"),
    ("write", "latency latencies"),
    ("run", "rate"),
    ("block", "storage"),
    ("lock", "status"),
];

/// Words that the changes of a request are never asked with, e.g. `what should I fix`.
const ASKING: &str = "what which how why who when where whether if is are does did was were";

/// The verb of a request for a change, if the text is one or has one as a clause of its own.
pub(super) fn verb<'t>(text: &'t Text<'_>) -> Option<&'t str> {
    let mut fresh = true;
    let mut asks = false;
    for (at, word) in text.words.iter().enumerate() {
        let low = word.low.as_str();
        if fresh && among(low, ASKING) && !is_plea(text, at) {
            asks = true;
        }
        if fresh && !asks && !word.quoted && among(low, VERBS) && !is_question(text, at) {
            return Some(low);
        }
        if matches!(low, "and" | "then" | "also") || word.ends {
            // `what to fix and patch` is still a question; `find … and stop them` is none.
            asks = asks && !word.ends;
            fresh = true;
        } else {
            fresh = fresh && among(low, BEFORE);
        }
    }
    None
}

/// Whether a word is what people do to resources.
pub(super) fn is_verb(word: &str) -> bool {
    among(word, VERBS)
}

/// Whether a text asks how to do something, not what is.
pub(super) fn is_how_to(text: &Text<'_>) -> bool {
    let asks = [
        "how do i",
        "how do we",
        "how do you",
        "how to",
        "how can i",
        "how can we",
        "how should i",
        "how would i",
        "steps to",
    ];
    asks.iter().any(|ask| text.has(ask))
        && text
            .words
            .iter()
            .any(|word| !word.quoted && (among(&word.low, VERBS) || word.low == "define"))
}

/// Whether it asks how to make something, which no reading answers.
pub(super) fn is_how_to_make(text: &Text<'_>) -> bool {
    const MAKES: &str = "add allow assign attach build configure create define delete deploy disable enable enroll \
        execute generate grant install make migrate move onboard provision remove rename restart restore run schedule \
        scale set start stop write";
    is_how_to(text) && text.has_any(MAKES)
}

/// `does` or `do` that begins a plea is no question word.
fn is_plea(text: &Text<'_>, at: usize) -> bool {
    text.low(at + 1) == "you" && text.low(at) == "would"
}

fn is_question(text: &Text<'_>, at: usize) -> bool {
    let (verb, next) = (text.low(at), text.low(at + 1));
    let told =
        among(verb, "write generate draft create make put send prepare run open take start do")
            && (1..=4).any(|by| {
                among(
                    text.low(at + by),
                    "summary report overview list table briefing query: investigation",
                )
            });
    if told {
        return true;
    }
    ALSO_ASKS.iter().any(|(one, nexts)| *one == verb && among(next, nexts))
        // `resolved alerts` are not resolved, and a noun may sound like a verb: `tag values`.
        || (at > 0 && matches!(text.low(at - 1), "do" | "should") && text.has_any("what which how"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_for_changes_are_seen_and_questions_are_not_taken_for_one() {
        for (text, verb) in [
            ("Restart my VM named ContosoDemo", Some("restart")),
            ("can you please stop vm-web-01", Some("stop")),
            ("Find the VMs running right now and stop them", Some("stop")),
            ("I want you to delete this vault.", Some("delete")),
            ("Help me delete this vault", Some("delete")),
            ("Open a support ticket for my problem.", Some("open")),
            ("What should I fix first?", None),
            ("open alerts in production", None),
            ("Show stopped VMs", None),
            ("How do I restart a VM", None),
            ("which alerts were resolved and dismissed", None),
            ("Update me on security alerts", None),
        ] {
            assert_eq!(super::verb(&Text::read(text)), verb, "{text}");
        }
    }
}
