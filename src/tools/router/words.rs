//! How a text becomes the words of the index.
//!
//! Owns stop-words, words of time, plain English endings and the synonyms of operators. It must not know any
//! tool.

use bm25::Tokenizer;

/// Regions by the last word of their names, written apart or together.
const REGIONS: &[&str] = &["europe", "us", "uk", "asia", "india", "australia", "africa"];
/// What stands before it when the name is written together.
const DIRECTIONS: &[&str] = &["north", "south", "east", "west", "central", "southeast"];

/// The tokenizer of the index: lower case, no stop-words, endings cut, synonyms made one word.
#[derive(Clone, Copy, Debug, Default)]
pub struct Words;

/// The most bytes of a question that are read.
const MAX_BYTES: usize = 4 * 1024;

const STOP: &[&str] = &[
    "a", "about", "all", "am", "an", "and", "any", "are", "as", "at", "azure", "be", "been",
    "being", "by", "can", "could", "did", "do", "does", "every", "for", "from", "give", "had",
    "has", "have", "help", "here", "how", "i", "in", "into", "is", "it", "its", "let", "me", "my",
    "now", "of", "on", "or", "our", "please", "right", "s", "see", "should", "show", "so", "some",
    "tell", "than", "that", "the", "their", "them", "there", "these", "they", "this", "those",
    "to", "us", "was", "we", "were", "what", "when", "where", "which", "will", "with", "would",
    "you", "your",
];

/// Words of time, which say nothing about what is asked for.
const TIMES: &[&str] = &[
    "ago",
    "day",
    "days",
    "hour",
    "hours",
    "last",
    "minute",
    "minutes",
    "month",
    "months",
    "night",
    "past",
    "since",
    "today",
    "tonight",
    "week",
    "weeks",
    "yesterday",
];

/// Several words for one thing, longest first; both sides in lower case.
const PHRASES: &[(&str, &str)] = &[
    ("defender for cloud", "security defender"),
    ("security centre", "security defender"),
    ("security center", "security defender"),
    ("resource graph", "resourcegraph"),
    ("service health", "servicehealth"),
    ("service issue", "servicehealth"),
    ("planned maintenance", "servicehealth maintenance"),
    ("resource health", "resourcehealth health"),
    ("activity log", "activitylog"),
    ("audit log", "activitylog"),
    ("tracking id", "trackingid"),
    // An address is somebody who does things.
    ("@", " caller "),
    ("from what to what", "change"),
    ("virtual machine", "vm"),
    ("storage account", "storageaccount"),
    ("resource group", "resourcegroup"),
    ("key vault", "keyvault"),
    ("secure score", "securescore"),
    ("security score", "securescore"),
    ("security posture", "securescore"),
    ("brute force", "bruteforce"),
    ("brute-force", "bruteforce"),
    ("brute forcing", "bruteforce"),
    ("attack path", "attackpath"),
    ("attack-path", "attackpath"),
];

const SYNONYMS: &[(&str, &str)] = &[
    ("running", "state"),
    ("stopped", "state"),
    ("deallocated", "state"),
    ("unattached", "state"),
    ("vms", "vm"),
    ("machine", "vm"),
    ("server", "vm"),
    ("rg", "resourcegroup"),
    ("rgs", "resourcegroup"),
    ("sub", "subscription"),
    ("subs", "subscription"),
    ("region", "location"),
    ("posture", "securescore"),
    ("securescore", "securescore"),
    ("threat", "attack"),
    ("detection", "attack"),
    ("fire", "fired"),
    ("fir", "fired"),
    ("healthy", "health"),
    ("modification", "change"),
    ("modified", "change"),
    ("many", "count"),
    ("number", "count"),
    ("total", "count"),
    ("tally", "count"),
    ("search", "find"),
    ("locate", "find"),
    ("raise", "improve"),
    ("increase", "improve"),
    ("better", "improve"),
    ("gain", "improve"),
    ("why", "explain"),
    ("reason", "explain"),
    ("kql", "query"),
    ("kusto", "query"),
    ("arg", "resourcegraph"),
];

impl Words {
    /// The words of a text, for a tool that compares texts as the index does.
    #[must_use]
    pub fn of(text: &str) -> Vec<String> {
        Self.tokenize(text)
    }
}

impl Tokenizer for Words {
    fn tokenize(&self, text: &str) -> Vec<String> {
        let mut text = cut(text).to_lowercase();
        for (phrase, word) in PHRASES {
            text = text.replace(phrase, word);
        }
        text.split(|ch: char| !ch.is_alphanumeric())
            .filter(|word| !is_empty(word))
            .map(|word| synonym(&stem(&synonym(word))))
            .collect()
    }
}

/// Whether a word says nothing about what is asked for; numbers are times, counts and names.
fn is_empty(word: &str) -> bool {
    word.chars().all(|ch| ch.is_ascii_digit()) || STOP.contains(&word) || TIMES.contains(&word)
}

fn cut(text: &str) -> &str {
    let mut end = text.len().min(MAX_BYTES);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default()
}

fn synonym(word: &str) -> String {
    let place = word.trim_end_matches(|ch: char| ch.is_ascii_digit());
    let direction = REGIONS.iter().find_map(|region| place.strip_suffix(region));
    if direction
        .is_some_and(|rest| rest.is_empty() || DIRECTIONS.iter().any(|one| rest.ends_with(one)))
    {
        return "location".to_owned();
    }
    let found = SYNONYMS.iter().find(|(from, _)| *from == word);
    found.map_or(word, |(_, to)| to).to_owned()
}

/// Cuts the plain endings of English; short words stay as they are.
fn stem(word: &str) -> String {
    if word.len() <= 3 || !word.is_ascii() {
        return word.to_owned();
    }
    let word = plural(word);
    for ending in ["ing", "ed"] {
        if let Some(stem) = word.strip_suffix(ending)
            && stem.len() >= 3
            && stem.contains(['a', 'e', 'i', 'o', 'u', 'y'])
        {
            return without_e(single_consonant(stem));
        }
    }
    without_e(&word)
}

fn plural(word: &str) -> String {
    if let Some(stem) = word.strip_suffix("ies") {
        return format!("{stem}y");
    }
    for ending in ["sses", "shes", "ches", "xes"] {
        if word.ends_with(ending) {
            return word.strip_suffix("es").unwrap_or(word).to_owned();
        }
    }
    match word.strip_suffix('s') {
        Some(stem) if !stem.ends_with(['s', 'u', 'i']) => stem.to_owned(),
        Some(_) | None => word.to_owned(),
    }
}

/// `stop`, `stopping` and `stopped` are one word.
fn single_consonant(stem: &str) -> &str {
    let mut last = stem.chars().rev();
    match (last.next(), last.next()) {
        (Some(a), Some(b)) if a == b && !matches!(a, 'l' | 's' | 'z' | 'e' | 'o') => {
            stem.strip_suffix(a).unwrap_or(stem)
        }
        _ => stem,
    }
}

/// `change`, `changes` and `changing` are one word.
fn without_e(word: &str) -> String {
    word.strip_suffix('e').filter(|stem| stem.len() >= 3).unwrap_or(word).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_and_synonyms_are_one_word() {
        let words = |text| Words.tokenize(text);
        assert_eq!(words("Virtual machines"), words("vms"));
        assert_eq!(words("changes changing changed"), ["chang", "chang", "chang"]);
        assert_eq!(words("drop dropped dropping tagged"), ["drop", "drop", "drop", "tag"]);
        assert_eq!(words("my subscriptions"), words("subs"));
        assert_eq!(words("Defender for Cloud's policies"), ["security", "defender", "policy"]);
        assert!(words("what is the").is_empty());
        assert_eq!(words("größe 日本").len(), 2);
    }
}
