//! What only some questions name: an alert, a recommendation, a standard, a plan, a person, an
//! operation, something to be done. What it is depends on what the question is about.

use super::{About, is_of_alert};
use crate::planner::{
    change,
    subject::Subject,
    text::{Text, Word, among},
};

/// The most words of a title.
const MAX_TITLE_WORDS: usize = 14;
/// Words before a title.
const BEFORE_TITLE: &str = "called named titled about saying that with title id is the";
/// Words that are no part of a title before its noun.
const NO_TITLE: &str = "security defender active open high medium low critical informational azure monitor latest newest \
    first last second third same this that these those new single one fired firing severe worst recent cloud and my our \
    the a an any which what each every some of for top most important high-severity alternate alternative alternatives better other whole only same following other \
    another";
/// What becomes of the past tense of what people do.
const OPERATIONS: [(&str, &str); 10] = [
    ("deleted removed delete deletes deletions", "delete"),
    ("restarted rebooted restart", "restart"),
    ("stopped deallocated shut", "deallocate"),
    ("started", "/start/"),
    ("locked lock", "locks"),
    ("dismissed", "dismiss"),
    ("deployed deployment deployments", "deployments"),
    ("created added create", "write"),
    ("changed updated modified resized scaled altered edited moved tagged", "write"),
    ("attached detached", "write"),
];

/// What is marked by its own look or by the word before it: people, tracking ids, ids of alerts.
pub(super) fn marked(about: &mut About, text: &mut Text<'_>) {
    about.caller = caller(text);
    about.tracking = tracking(text);
    let id = about.arm_id.clone().filter(|id| is_of_alert(id));
    if let Some(id) = id {
        let assessed = id.to_lowercase().contains("/assessments/");
        *if assessed { &mut about.recommendation } else { &mut about.alert } = Some(id);
    }
    let is_id = |word: &str| {
        uuid::Uuid::parse_str(word).is_ok()
            || word.len() >= 16 && word.chars().all(|ch| ch.is_ascii_digit())
    };
    let at = text.words.iter().position(|word| !word.used && is_id(&word.low));
    if let Some((at, word)) = at.and_then(|at| Some((at, text.words.get(at)?.raw.to_owned()))) {
        if text.has_any("alert alerts") {
            about.alert.get_or_insert(word);
            text.take(at, 1);
        } else if text.has_any("recommendation recommendations assessment") {
            about.recommendation.get_or_insert(word);
            text.take(at, 1);
        }
    }
}

/// Reads what the subject of a question gives a meaning.
pub(in crate::planner) fn read(about: &mut About, text: &mut Text<'_>, subject: Subject) {
    match subject {
        Subject::Recommendations if about.recommendation.is_none() => {
            about.control = control(text);
            if about.control.is_none() {
                about.recommendation =
                    title(about, text, "recommendation assessment").or_else(|| topic(text));
            }
        }
        Subject::Alerts | Subject::SecurityAlerts | Subject::Monitoring
            if about.alert.is_none() =>
        {
            about.alert = title(about, text, "alert incident").or_else(|| attack(text));
        }
        Subject::Compliance => {
            about.standard = standard(text);
            about.control = control(text);
        }
        Subject::Protections => about.plan = plan(text),
        Subject::Access => about.action = action(about, text),
        Subject::Activity | Subject::Changes => {
            about.operation = operation(text);
            if about.caller.is_none() {
                about.caller = named_caller(text);
            }
        }
        _ => {}
    }
}

/// `alice@contoso.com`, `what did alice do`.
fn caller(text: &mut Text<'_>) -> Option<String> {
    let mail = |word: &str| {
        word.split_once('@').is_some_and(|(name, at)| !name.is_empty() && at.contains('.'))
    };
    let at = text.words.iter().position(|word| mail(&word.low)).or_else(|| {
        let at = text.find("what did").or_else(|| text.find("what has"))? + 2;
        let word = text.words.get(at)?;
        let person = word.is_capital() || among(text.low(at + 1), "do done change delete");
        let place =
            among(&word.low, "i we you they it the my our this that somebody someone anyone");
        (person && !place && word.low.chars().all(char::is_alphabetic)).then_some(at)
    })?;
    text.take(at, 1);
    text.words.get(at).map(|word| word.raw.to_owned())
}

/// `by Jonas`, `by terraform`: whoever stands behind `by`.
fn named_caller(text: &mut Text<'_>) -> Option<String> {
    let at = text.words.iter().enumerate().position(|(at, word)| {
        word.is_capital()
            && !word.used
            && at.checked_sub(1).is_some_and(|before| text.low(before) == "by")
    })?;
    text.take(at, 1);
    text.words.get(at).map(|word| word.raw.to_owned())
}

/// `VT12-BC8`.
fn tracking(text: &mut Text<'_>) -> Option<String> {
    let is_id = |word: &str| {
        let parts = word.split_once('-');
        parts.is_some_and(|(a, b)| {
            let plain = |part: &str| {
                part.chars().all(|ch| ch.is_ascii_alphanumeric() && !ch.is_ascii_lowercase())
            };
            a.len() == 4 && (2..=4).contains(&b.len()) && plain(a) && plain(b)
        })
    };
    let said = text.has("tracking id") || text.has_any("tracking event");
    let at = text
        .words
        .iter()
        .position(|word| is_id(word.raw) || (said && is_id(&word.raw.to_uppercase())))?;
    let digit = text.words.get(at)?.raw.chars().any(|ch| ch.is_ascii_digit());
    if !digit && !said {
        return None;
    }
    text.take(at, 1);
    text.words.get(at).map(|word| word.raw.to_uppercase())
}

/// The title of a thing, in quotes or beside its noun.
fn title(about: &mut About, text: &mut Text<'_>, nouns: &str) -> Option<String> {
    if let Some(at) = text.words.iter().position(|word| word.quoted && word.raw.contains(' ')) {
        text.take(at, 1);
        let raw = text.words.get(at)?.raw.to_owned();
        about.name.take_if(|name| *name == raw);
        return Some(raw);
    }
    let (first, count) =
        demanded(text).or_else(|| behind(about, text, nouns)).or_else(|| before(text, nouns))?;
    text.take(first, count);
    let words: Vec<&str> = text.words.iter().skip(first).take(count).map(|word| word.raw).collect();
    Some(words.join(" "))
}

/// `Management ports should be closed`: what should be so is the title of a recommendation.
fn demanded(text: &Text<'_>) -> Option<(usize, usize)> {
    let at = text.words.iter().position(|word| word.low == "should")?;
    let asks = |word: &str| {
        among(
            word,
            "what which who how i we you remediate fix explain recommendation for steps about of does is are resolve \
             affect affects affected by with called on does",
        )
    };
    let mut first = at;
    while first > 0 && !asks(text.low(first - 1)) && at - first < MAX_TITLE_WORDS {
        first -= 1;
    }
    let next = text.low(at + 1);
    let opens = first > 0 && among(text.low(first - 1), "what which who how i we you");
    if first == at || opens || among(next, "i we you") {
        return None;
    }
    Some((first, until_end(text, first)))
}

/// `recommendations about MFA`: what they are about is in their titles.
fn topic(text: &mut Text<'_>) -> Option<String> {
    let noun =
        text.words.iter().position(|word| among(&word.low, "recommendations assessments"))?;
    let first = noun + 2;
    let about =
        among(text.low(noun + 1), "about concern concerning regarding mention mentioning cover");
    let last = text.words.get(first).is_some_and(|word| !word.used)
        && text.words.iter().skip(first).all(|word| !among(&word.low, "in for on of from"));
    if !about || !last {
        return None;
    }
    let count = until_end(text, first);
    text.take(noun + 1, count + 1);
    let words: Vec<&str> = text.words.iter().skip(first).take(count).map(|word| word.raw).collect();
    Some(words.join(" "))
}

/// `recommendation Enable MFA`, `the alert Potential SQL injection`.
fn behind(about: &About, text: &Text<'_>, nouns: &str) -> Option<(usize, usize)> {
    let noun = text.words.iter().position(|word| among(&word.low, nouns))?;
    if text.words.get(noun)?.ends && !text.low(noun).is_empty() && !text.low(noun + 1).is_empty() {
        // `Explain this recommendation: Enable MFA` names it behind the colon.
        let capital = text.words.get(noun + 1).is_some_and(Word::is_capital);
        if !capital {
            return None;
        }
    }
    let mut first = noun + 1;
    while among(text.low(first), BEFORE_TITLE) {
        first += 1;
    }
    let count = until_end(text, first);
    let names = text.words.iter().skip(first).take(count);
    let plain = names.clone().all(|word| {
        word.used
            || among(&word.low, "for on in of the my our to at please from affect affects need")
            || crate::planner::vocabulary::is_empty(&word.low)
    });
    let starts = among(
        text.low(first),
        "for on in of at from by does do is are was fire fires need and or in",
    );
    let placed = about.is_placed() && starts;
    (count > 0 && !plain && !starts && !placed).then_some((first, count))
}

/// `the VM availability alert`, `the MFA recommendation`.
fn before(text: &Text<'_>, nouns: &str) -> Option<(usize, usize)> {
    let noun = text.words.iter().position(|word| among(&word.low, nouns))?;
    let mut first = noun;
    while first > 0 && noun - first < 5 && !among(text.low(first - 1), NO_TITLE) {
        first -= 1;
    }
    let article = first > 0 && among(text.low(first - 1), "the this that a an");
    (article && first < noun).then_some((first, noun - first))
}

/// `the brute force attack`: the one that is spoken of, not whether there was one.
fn attack(text: &mut Text<'_>) -> Option<String> {
    let (first, count) = before(text, "attack")?;
    let known = first.checked_sub(1).is_some_and(|at| among(text.low(at), "the this that"));
    if !known {
        return None;
    }
    text.take(first, count);
    let words: Vec<&str> = text.words.iter().skip(first).take(count).map(|word| word.raw).collect();
    Some(words.join(" ").replace('-', " "))
}

fn until_end(text: &Text<'_>, first: usize) -> usize {
    let mut count = 0;
    for word in text.words.iter().skip(first).take(MAX_TITLE_WORDS) {
        count += 1;
        if word.ends {
            break;
        }
    }
    count
}

fn standard(text: &Text<'_>) -> Option<String> {
    const STANDARDS: [(&str, &str); 10] = [
        ("pci", "PCI"),
        ("iso", "ISO"),
        ("nist", "NIST"),
        ("soc", "SOC"),
        ("cis", "CIS"),
        ("hipaa", "HIPAA"),
        ("fedramp", "FedRAMP"),
        ("gdpr", "GDPR"),
        ("benchmark", "benchmark"),
        ("mcsb", "benchmark"),
    ];
    let found = STANDARDS.iter().find(|(word, _)| text.has_any(word));
    found.map(|(_, standard)| (*standard).to_owned())
}

/// `control 1.2.1`, `control NS-1`; elsewhere the name before the word.
fn control(text: &mut Text<'_>) -> Option<String> {
    let noun = text.words.iter().position(|word| word.low == "control")?;
    let numbered =
        text.words.get(noun + 1).filter(|word| word.raw.chars().any(|ch| ch.is_ascii_digit()));
    if let Some(number) = numbered.map(|word| word.raw.to_owned()) {
        text.take(noun, 2);
        return Some(number);
    }
    let (first, count) = before(text, "control")?;
    text.take(first, count + 1);
    let words: Vec<&str> = text.words.iter().skip(first).take(count).map(|word| word.raw).collect();
    Some(words.join(" "))
}

/// `Defender for Key Vault`, `Defender CSPM`, `the Servers plan`.
fn plan(text: &mut Text<'_>) -> Option<String> {
    if text.take_any("cspm") {
        return Some("CSPM".to_owned());
    }
    let at = text.find("defender for")? + 2;
    let pair = format!("{} {}", text.low(at), text.low(at + 1));
    let two = [
        "key vault",
        "app service",
        "app services",
        "resource manager",
        "sql servers",
        "azure sql",
        "cosmos db",
    ];
    let count = if two.iter().any(|one| pair == *one) { 2 } else { 1 };
    text.take(at, count);
    let words: Vec<&str> =
        text.words.iter().skip(at).take(count).map(|word| word.low.as_str()).collect();
    let plan = words.join(" ");
    let plan = plan.trim_start_matches("azure ");
    let singular = if plan == "app services" { "app service" } else { plan };
    (!singular.is_empty()).then(|| singular.to_owned())
}

/// What is to be done: a verb and what it is done to.
fn action(about: &About, text: &mut Text<'_>) -> Option<String> {
    let arm = text
        .words
        .iter()
        .position(|word| word.low.starts_with("microsoft.") && word.low.contains('/'));
    if let Some(at) = arm {
        text.take(at, 1);
        return text.words.get(at).map(|word| word.raw.to_owned());
    }
    let first = text.words.iter().position(|word| {
        change::is_verb(&word.low)
            && !among(&word.low, "write allow grant apply lock make run take do")
            || among(&word.low, "see view read reboot dismiss assign grant resolve")
    })?;
    let mut words = Vec::new();
    for at in first..text.len().min(first + 8) {
        let low = text.low(at);
        let own = about.name.as_deref().is_some_and(|name| name.eq_ignore_ascii_case(low));
        if at > first && among(low, "in on at for of within under and or with please") {
            break;
        }
        if own {
            words.push(kind_by_name(low).to_owned());
        } else if !among(low, "this that the a an my our it one here any") {
            words.push(low.to_owned());
        }
        text.take(at, 1);
        if text.words.get(at).is_some_and(|word| word.ends) {
            break;
        }
    }
    Some(words.join(" ").trim().to_owned()).filter(|text| !text.is_empty())
}

/// What the usual first part of a name says of its type, in words.
fn kind_by_name(name: &str) -> &'static str {
    match name.split(['-', '_']).next().unwrap_or_default() {
        "vm" => "vm",
        "disk" | "osdisk" | "datadisk" => "disk",
        "rg" => "resource group",
        _ => "",
    }
}

fn operation(text: &Text<'_>) -> Option<&'static str> {
    let roles = text.has_any("role roles access rights owner contributor permission permissions");
    if roles && text.has_any("assigned granted assign added gave removed assignment assignments") {
        return Some("roleAssignments");
    }
    let found = OPERATIONS.iter().find(|(words, _)| text.has_any(words));
    found.map(|(_, operation)| *operation)
}
