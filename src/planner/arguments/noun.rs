//! Names beside their nouns: `vault rsv-prod`, `the "Allowed locations" policy`, `for budget X`.
//!
//! Owns which nouns stand for an argument and what beside them is its name. It must not know any
//! tool.

use serde_json::{Map, Value};

use crate::planner::{
    about::About,
    part::Part,
    subject::same,
    text::{Word, among},
    vocabulary::is_empty,
};

/// Nouns of arguments that people call otherwise.
const NOUNS: &[(&str, &str)] = &[
    ("app", "app application component site service"),
    ("machine", "machine vm server host"),
    ("computer", "computer machine vm server host"),
    ("principal", "principal user identity person group"),
    ("definition", "definition policy initiative"),
    ("assignment", "assignment policy initiative"),
    ("policy", "policy"),
    ("job", "job"),
    ("item", "item"),
    ("protectedItem", "item"),
    ("rule", "rule"),
    ("alertRule", "rule"),
    ("actionGroup", "group"),
    ("recoveryPlan", "plan"),
    ("database", "database"),
];
/// What metrics are called, longest first; an argument takes the words as they stand.
const METRICS: [&str; 26] = [
    "available memory",
    "memory usage",
    "cpu usage",
    "percentage cpu",
    "cpu credits",
    "disk latency",
    "disk reads",
    "disk writes",
    "disk throughput",
    "disk queue",
    "network in",
    "network out",
    "response time",
    "used capacity",
    "success e2e latency",
    "dtu",
    "cpu",
    "memory",
    "iops",
    "latency",
    "latencies",
    "availability",
    "transactions",
    "throughput",
    "requests",
    "bandwidth",
];
/// Roles by their names.
const ROLES: [&str; 9] = [
    "user access administrator",
    "security admin",
    "security reader",
    "backup contributor",
    "monitoring reader",
    "owner",
    "contributor",
    "reader",
    "administrator",
];
/// Services of the bill, as people call them, and a part of their names there.
const SERVICES: &[(&str, &str)] = &[
    ("virtual machine", "Virtual Machines"),
    ("vm", "Virtual Machines"),
    ("compute", "Virtual Machines"),
    ("storage", "Storage"),
    ("sql", "SQL"),
    ("aks", "Kubernetes"),
    ("kubernetes", "Kubernetes"),
    ("app service", "App Service"),
    ("web app", "App Service"),
    ("log analytics", "Log Analytics"),
    ("key vault", "Key Vault"),
    ("backup", "Backup"),
    ("bandwidth", "Bandwidth"),
    ("egress", "Bandwidth"),
    ("defender", "Defender"),
    ("cosmos", "Cosmos"),
    ("firewall", "Firewall"),
    ("network", "Network"),
    ("networking", "Network"),
];
/// Arguments that a resource's name is for where the tool has none for resources.
const OF_NAME: &str =
    "machine app item protectedItem vault workspace computer database target server account plan";
/// Arguments for resources of any kind.
const OF_RESOURCE: [&str; 5] = ["resource", "name", "resourceId", "at", "scope"];

/// The text that a question gives for an argument of this name.
pub(super) fn value(
    name: &str,
    (part, about): (&Part<'_>, &About),
    all: &Map<String, Value>,
) -> Option<String> {
    match name {
        "metric" | "metrics" => return phrase_of(&METRICS, part),
        "role" | "roleName" => return phrase_of(&ROLES, part),
        "service" => return service(part),
        "principal" | "user" | "assignee" | "owner" => {
            return about.caller.clone().or_else(|| beside(name, part)).or_else(|| person(part));
        }
        "query" => return table(part).map(|table| rows_of_table(&table)),
        _ => {}
    }
    let named = beside(name, part).or_else(|| quoted(name, part, all));
    let free = || !OF_RESOURCE.iter().any(|key| all.contains_key(*key));
    let first = || OF_NAME.split(' ').find(|key| all.contains_key(*key)) == Some(name);
    named
        .or_else(|| table(part).filter(|_| name == "table"))
        .or_else(|| about.resource().map(str::to_owned).filter(|_| free() && first()))
}

/// The words of a name in camel case, in lower case.
pub(in crate::planner) fn words_of(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let chars: Vec<char> = name.chars().collect();
    for (at, ch) in chars.iter().enumerate() {
        if !ch.is_alphanumeric() {
            words.push(String::new());
            continue;
        }
        let before = at.checked_sub(1).and_then(|at| chars.get(at));
        let starts = before.is_none_or(|before| ch.is_uppercase() && before.is_lowercase())
            || ch.is_uppercase() && chars.get(at + 1).is_some_and(|next| next.is_lowercase());
        if starts && words.last().is_none_or(|word| !word.is_empty()) {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut() {
            word.extend(ch.to_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// The name beside the noun of an argument.
pub(super) fn beside(name: &str, part: &Part<'_>) -> Option<String> {
    let own = words_of(name).into_iter().filter(|word| word != "name" && word != "id");
    let own = own.reduce(|_, last| last).unwrap_or_default();
    let nouns = NOUNS.iter().find(|(key, _)| *key == name).map_or(own.as_str(), |(_, nouns)| nouns);
    let text = &part.text;
    let at_noun = |at: usize| {
        among(text.low(at), nouns) && !text.words.get(at).is_some_and(|word| word.quoted)
    };
    for at in (0..text.len()).filter(|at| at_noun(*at)) {
        let mut behind = at + 1;
        let ends = text.words.get(at).is_some_and(|word| word.ends);
        while among(text.low(behind), "named called name id is") {
            behind += 1;
        }
        let told = behind > at + 1;
        let word = text.words.get(behind).filter(|word| !ends && is_name(word, told));
        let before = at.checked_sub(1).and_then(|at| text.words.get(at));
        let before = before.filter(|word| !word.ends && is_marked(word));
        if let Some(word) = word.or(before) {
            return Some(word.raw.to_owned());
        }
    }
    None
}

/// `the Grubify container app`: a word with a capital before a type, where one is meant.
pub(super) fn beside_type(part: &Part<'_>) -> Option<String> {
    let kind = part.about.kind.as_deref().filter(|kind| !kind.ends_with('s'))?;
    let at = part.text.find(kind)?.checked_sub(1)?;
    let article = at.checked_sub(1).map_or("", |at| part.text.low(at));
    let word = part.text.words.get(at).filter(|word| is_name(word, false))?;
    among(article, "the my our this for of on").then(|| word.raw.to_owned())
}

/// Words with the look of a name that nothing else understood.
pub(super) fn marked<'p>(part: &'p Part<'_>) -> impl Iterator<Item = &'p str> {
    let words = part.text.words.iter().filter(|word| !word.used && is_marked(word));
    words.map(|word| word.raw)
}

/// Whether a word behind its noun is a name: by its look, or because it was said to be one.
fn is_name(word: &Word<'_>, told: bool) -> bool {
    let plain = is_empty(&word.low) || word.head || word.is_placeholder();
    is_marked(word)
        || told && !plain
        || word.is_capital() && !word.used && !plain && !among(&word.low, "azure microsoft")
}

/// Whether a word has the look of a name.
fn is_marked(word: &Word<'_>) -> bool {
    let inner = word.raw.chars().skip(1).any(char::is_uppercase)
        && word.raw.chars().any(char::is_lowercase)
        && word.raw.len() > 4;
    let dashed = word.raw.contains(['-', '_']) && !word.head && word.raw.len() > 4;
    let digits = word.raw.len() > 3
        && word.raw.chars().any(|ch| ch.is_ascii_digit())
        && word.raw.chars().any(char::is_alphabetic);
    let plain = among(
        &word.low,
        "non-compliant non-production read-only built-in end-of-support zone-redundant",
    );
    !word.is_placeholder() && !plain && (word.quoted || inner && !word.head || dashed || digits)
}

/// A text in quotes is the name of what the tool takes a name of, where that is one thing.
fn quoted(name: &str, part: &Part<'_>, all: &Map<String, Value>) -> Option<String> {
    const NO_NAMES: &str = "subscription resourceGroup location region type resourceType tag timeRange period query from to month";
    let texts = all.iter().filter(|(key, property)| {
        property["type"] == "string" && super::options(property).is_empty() && !among(key, NO_NAMES)
    });
    let own: Vec<&String> = texts.map(|(key, _)| key).collect();
    let resource = OF_RESOURCE.iter().any(|key| all.contains_key(*key));
    let alone = own.len() == 1 || !resource && own.first().is_some_and(|key| *key == name);
    let word = part.text.words.iter().find(|word| word.quoted)?;
    (alone && own.iter().any(|key| *key == name)).then(|| word.raw.to_owned())
}

fn phrase_of(phrases: &[&str], part: &Part<'_>) -> Option<String> {
    let found = phrases.iter().find(|phrase| {
        let words: Vec<&str> = phrase.split(' ').collect();
        (0..part.text.len())
            .any(|at| words.iter().enumerate().all(|(by, word)| same(part.text.low(at + by), word)))
    });
    found.map(|phrase| (*phrase).to_owned())
}

fn service(part: &Part<'_>) -> Option<String> {
    let found = SERVICES.iter().find(|(phrase, _)| {
        let words: Vec<&str> = phrase.split(' ').collect();
        (0..part.text.len()).any(|at| {
            words.iter().enumerate().all(|(by, word)| {
                same(part.text.low(at + by), word)
                    && part.text.words.get(at + by).is_some_and(|word| !word.head && !word.quoted)
            })
        })
    });
    found.map(|(_, service)| (*service).to_owned())
}

/// `What roles does Jonas have`: a word with a capital inside a sentence.
fn person(part: &Part<'_>) -> Option<String> {
    let words = part.text.words.iter().enumerate().skip(1);
    let mut people = words.filter(|(at, word)| {
        let before = at.checked_sub(1).map_or("", |at| part.text.low(at));
        word.is_capital()
            && !word.used
            && !is_empty(&word.low)
            && among(before, "does has for of by to is did user principal")
    });
    people.next().map(|(_, word)| word.raw.to_owned())
}

/// The latest rows of a table of logs.
fn rows_of_table(table: &str) -> String {
    format!("{table} | top 50 by TimeGenerated desc")
}

/// `AzureActivity`: a table by its look.
fn table(part: &Part<'_>) -> Option<String> {
    let known = |word: &&Word<'_>| {
        let upper = word.raw.chars().filter(|ch| ch.is_uppercase()).count();
        let plain = word.raw.chars().all(|ch| ch.is_ascii_alphanumeric() || ch == '_');
        plain
            && !word.quoted
            && (among(&word.low, "heartbeat syslog perf event usage operation")
                && word.is_capital()
                || upper >= 2 && word.raw.chars().any(char::is_lowercase) && word.raw.len() > 5)
    };
    part.text.words.iter().find(known).map(|word| word.raw.to_owned())
}
