//! What a question wants to know of its subject.

use super::Subject;
use crate::planner::text::{Text, among};

/// What a question wants to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::planner) enum Intent {
    /// How many.
    Count,
    /// Why, or what to do about it.
    Explain,
    /// Whether something is so.
    Confirm,
    /// The whole in short.
    Summarize,
    /// One thing in full.
    Detail,
    /// Which, or all of them.
    List,
}

/// What asks for the whole in short.
const SUMMARY: &str =
    "summarize summarise summary overview noisiest noisy trend trends breakdown recap digest";
const SUMMARY_PHRASES: &[&str] = &[
    "catch me up",
    "catch us up",
    "update me on",
    "update us on",
    "brief me",
    "by severity",
    "by state",
    "by service",
    "by rule",
    "most often",
    "most alerts",
    "over time",
    "fire most",
    "fires most",
    "break down",
];
/// What asks for one thing in full.
const DETAIL: &str = "details detail describe properties settings configured configuration size sku tags \
    remediate remediation steps timeline entities threshold investigate troubleshoot";
const DETAIL_PHRASES: &[&str] = &[
    "tell me more",
    "tell me about",
    "more about",
    "what do you know",
    "help with this",
    "connected to",
    "how do i fix",
    "how to fix",
    "how can i fix",
    "how do we fix",
    "what does",
    "what is the",
    "when was",
    "deal with",
];

impl Intent {
    /// What a text wants; the words that say so are marked as understood.
    pub(in crate::planner) fn read(text: &mut Text<'_>, subject: Subject) -> Self {
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
        if text.take_any(SUMMARY) | text.take_phrase(SUMMARY_PHRASES).is_some() {
            return Self::Summarize;
        }
        if count {
            text.take_any("tally numbers");
            return Self::Count;
        }
        if text.take_any(DETAIL) | text.take_phrase(DETAIL_PHRASES).is_some() {
            return Self::Detail;
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
