//! The question: what its words name. Reads, never guesses.

use crate::tools::scope::resource_types::type_of;

/// Words that begin a request for a change.
const CHANGES: &[&str] = &[
    "add",
    "apply",
    "assign",
    "attach",
    "block",
    "change",
    "close",
    "configure",
    "create",
    "deallocate",
    "delete",
    "deploy",
    "detach",
    "disable",
    "dismiss",
    "enable",
    "execute",
    "failover",
    "fix",
    "grant",
    "install",
    "kill",
    "lock",
    "migrate",
    "modify",
    "move",
    "onboard",
    "open",
    "patch",
    "purge",
    "reboot",
    "remediate",
    "remove",
    "rename",
    "resize",
    "resolve",
    "restart",
    "restore",
    "revoke",
    "rotate",
    "run",
    "scale",
    "set",
    "shutdown",
    "start",
    "stop",
    "tag",
    "terminate",
    "trigger",
    "unlock",
    "update",
    "upgrade",
];

/// Words that may stand before the verb of a request.
const POLITE: &[&str] = &[
    "please", "can", "could", "would", "will", "you", "kindly", "now", "go", "ahead", "and",
    "just", "to", "i", "want", "need", "we",
];

/// Azure regions as people write them, without blanks.
const REGIONS: &[&str] = &[
    "australiacentral",
    "australiaeast",
    "australiasoutheast",
    "austriaeast",
    "belgiumcentral",
    "brazilsouth",
    "canadacentral",
    "canadaeast",
    "centralindia",
    "centralus",
    "chilecentral",
    "eastasia",
    "eastus",
    "eastus2",
    "francecentral",
    "germanywestcentral",
    "indonesiacentral",
    "israelcentral",
    "italynorth",
    "japaneast",
    "japanwest",
    "koreacentral",
    "malaysiawest",
    "mexicocentral",
    "newzealandnorth",
    "northcentralus",
    "northeurope",
    "norwayeast",
    "polandcentral",
    "qatarcentral",
    "southafricanorth",
    "southcentralus",
    "southeastasia",
    "southindia",
    "spaincentral",
    "swedencentral",
    "switzerlandnorth",
    "uaenorth",
    "uksouth",
    "ukwest",
    "westcentralus",
    "westeurope",
    "westindia",
    "westus",
    "westus2",
    "westus3",
];

/// Environments that subscriptions are named after.
const ENVIRONMENTS: &[&str] = &[
    "production",
    "prod",
    "non-production",
    "nonproduction",
    "nonprod",
    "non-prod",
    "development",
    "dev",
    "test",
    "staging",
    "sandbox",
    "platform",
    "connectivity",
    "management",
    "identity",
    "shared",
];

/// A question, taken apart.
#[derive(Debug)]
pub(super) struct Question<'a> {
    /// As it was written.
    pub(super) text: &'a str,
    /// Its words in lower case, punctuation at their ends removed.
    pub(super) words: Vec<String>,
}

impl<'a> Question<'a> {
    pub(super) fn read(text: &'a str) -> Self {
        let words = text.split_whitespace().map(trimmed).filter(|word| !word.is_empty());
        Self { text, words: words.map(str::to_lowercase).collect() }
    }

    /// Whether any of these words is in it.
    pub(super) fn has_any(&self, wanted: &[&str]) -> bool {
        self.words.iter().any(|word| wanted.contains(&word.as_str()))
    }

    /// Whether these words are in it, one after the other.
    pub(super) fn has_phrase(&self, phrase: &str) -> bool {
        let phrase: Vec<&str> = phrase.split(' ').collect();
        self.words
            .windows(phrase.len())
            .any(|window| window.iter().zip(&phrase).all(|(a, b)| a == b))
    }

    /// The verb of a request for a change, if it is one.
    pub(super) fn change(&self) -> Option<&str> {
        let first = self.words.iter().find(|word| !POLITE.contains(&word.as_str()))?;
        CHANGES.contains(&first.as_str()).then_some(first.as_str())
    }

    /// A greeting, thanks, or a question about what can be asked.
    pub(super) fn is_about_us(&self) -> bool {
        let asks = [
            "what can you",
            "how can you help",
            "what do you do",
            "who are you",
            "what are you",
            "help me",
            "what can i ask",
            "which azure services do you",
            "what do you know",
        ];
        let lower = self.words.join(" ");
        let greets = ["hi", "hello", "hey", "help", "thanks", "thank"];
        asks.iter().any(|ask| lower.starts_with(ask) && self.words.len() <= 9)
            || (self.words.len() <= 4
                && self.words.first().is_some_and(|word| greets.contains(&word.as_str())))
    }

    /// A subscription id.
    pub(super) fn guid(&self) -> Option<&str> {
        self.words.iter().map(String::as_str).find(|word| uuid::Uuid::parse_str(word).is_ok())
    }

    /// An ARM id.
    pub(super) fn arm_id(&self) -> Option<&str> {
        let words = self.text.split_whitespace().map(trimmed);
        words.into_iter().find(|word| word.to_lowercase().starts_with("/subscriptions/"))
    }

    /// A subscription, by id, by name beside the word, or by an environment.
    pub(super) fn subscription(&self) -> Option<String> {
        if let Some(id) = self.arm_id() {
            return id.split('/').nth(2).map(str::to_owned);
        }
        if let Some(quoted) = self.quoted().filter(|_| self.has_any(&["subscription", "sub"])) {
            return Some(quoted);
        }
        if let Some(guid) = self.guid() {
            return Some(guid.to_owned());
        }
        let beside = self.beside(&["subscription", "sub"], &["id", "in", "has", "have", "is"]);
        beside.or_else(|| self.environment())
    }

    fn environment(&self) -> Option<String> {
        let place = self.words.windows(2).find_map(|pair| match pair {
            [before, word] if matches!(before.as_str(), "in" | "for" | "on" | "of" | "about") => {
                Some(word)
            }
            _ => None,
        });
        let named = |word: &String| ENVIRONMENTS.contains(&word.as_str());
        let after_the = self.words.windows(3).find_map(|three| match three {
            [before, the, word] if the == "the" && matches!(before.as_str(), "in" | "for") => {
                Some(word)
            }
            _ => None,
        });
        place.filter(|w| named(w)).or(after_the.filter(|w| named(w))).cloned()
    }

    /// A resource group, by name beside the word or by its usual prefix.
    pub(super) fn resource_group(&self) -> Option<String> {
        let prefixed =
            self.words.iter().find(|word| word.starts_with("rg-") || word.ends_with("-rg"));
        if let Some(word) = prefixed {
            return Some(word.clone());
        }
        let at = self.words.windows(2).position(|pair| match pair {
            [a, b] => a == "resource" && (b == "group" || b == "groups"),
            _ => false,
        })?;
        let behind = self.words.get(at + 2).filter(|word| is_name(word));
        let before = at.checked_sub(1).and_then(|at| self.words.get(at));
        behind.or(before.filter(|word| looks_named(word))).cloned()
    }

    /// A region.
    pub(super) fn location(&self) -> Option<String> {
        let known = |text: &str| REGIONS.contains(&text).then(|| text.to_owned());
        let single = self.words.iter().find_map(|word| known(word));
        single.or_else(|| {
            (2..=3).rev().find_map(|n| self.words.windows(n).find_map(|w| known(&w.concat())))
        })
    }

    /// A resource's name: in quotes, or with the look of one.
    pub(super) fn resource_name(&self) -> Option<String> {
        if let Some(id) = self.arm_id() {
            return Some(id.to_owned());
        }
        self.quoted().or_else(|| {
            let group = self.resource_group();
            let names = self.words.iter().filter(|word| looks_named(word));
            names.into_iter().find(|word| Some(*word) != group.as_ref()).cloned()
        })
    }

    /// The type of a resource, in words.
    pub(super) fn resource_type(&self) -> Option<String> {
        // The longest phrase wins: `app service plan` is no `app service`.
        for length in (1..=4).rev() {
            for window in self.words.windows(length) {
                let phrase = window.join(" ");
                let is_place = phrase.trim_end_matches('s') == "subscription"
                    || ENVIRONMENTS.contains(&phrase.as_str());
                if type_of(&phrase).is_some() && !is_place {
                    return Some(phrase);
                }
            }
        }
        None
    }

    /// A tag, written `name=value` or after the word.
    pub(super) fn tag(&self) -> Option<String> {
        let pair = self.words.iter().find(|word| {
            word.split_once('=').is_some_and(|(name, value)| is_name(name) && !value.is_empty())
        });
        pair.cloned().or_else(|| {
            let at = self.words.iter().position(|w| matches!(w.as_str(), "tag" | "tagged"))?;
            self.words.get(at + 1).filter(|word| is_name(word)).cloned()
        })
    }

    /// A number of things: `top 5`, `first 10`, `5 most …`.
    pub(super) fn count(&self) -> Option<u32> {
        let after = self.words.windows(2).find_map(|pair| match pair {
            [word, number]
                if matches!(word.as_str(), "top" | "first" | "last" | "worst" | "limit") =>
            {
                number_of(number)
            }
            _ => None,
        });
        after.filter(|_| self.time_range().is_none())
    }

    /// A time range as tools read it: `24h`, `7d`, `today`, `yesterday`, a date.
    pub(super) fn time_range(&self) -> Option<String> {
        for three in self.words.windows(3) {
            let [word, number, unit] = three else { continue };
            if matches!(word.as_str(), "last" | "past" | "previous" | "within")
                && let (Some(count), Some(unit)) = (number_of(number), unit_of(unit))
            {
                return Some(length(count, unit));
            }
        }
        for pair in self.words.windows(2) {
            let [word, unit] = pair else { continue };
            if matches!(word.as_str(), "last" | "past" | "this" | "previous")
                && let Some(unit) = unit_of(unit)
            {
                return Some(length(1, unit));
            }
        }
        let day = ["today", "yesterday"].into_iter().find(|day| self.has_any(&[day]));
        let date = || self.words.iter().find(|word| word.parse::<jiff::civil::Date>().is_ok());
        day.map(str::to_owned).or_else(|| date().cloned())
    }

    /// Text in quotes or backticks.
    fn quoted(&self) -> Option<String> {
        for (open, close) in [('`', '`'), ('"', '"'), ('“', '”'), ('\'', '\'')] {
            let Some((_, rest)) = self.text.split_once(open) else { continue };
            let inside = rest.split_once(close).map(|(inside, _)| inside.trim());
            // An apostrophe is no quotation mark.
            let inside = inside.filter(|text| open != '\'' || !text.contains(' '));
            if let Some(text) = inside.filter(|text| !text.is_empty() && text.len() <= 256) {
                return Some(text.to_owned());
            }
        }
        None
    }

    /// The name that stands before or behind one of these words.
    fn beside(&self, wanted: &[&str], not: &[&str]) -> Option<String> {
        let at = self.words.iter().position(|word| wanted.contains(&word.as_str()))?;
        let fits =
            |word: &&String| is_name(word) && !not.contains(&word.as_str()) && !is_common(word);
        let behind = self.words.get(at + 1).filter(fits);
        let before = at.checked_sub(1).and_then(|at| self.words.get(at)).filter(fits);
        before.or(behind).cloned()
    }
}

/// Words around a name that are no name themselves.
const COMMON: &[&str] = &[
    "my", "our", "the", "a", "an", "this", "that", "each", "every", "any", "all", "which", "what",
    "per", "by", "of", "for", "in", "to", "and", "or", "azure", "name", "named", "called", "with",
    "from", "are", "is", "do", "does", "has", "have", "had", "needs", "need", "lowest", "highest",
    "worst", "best", "one", "whole", "entire", "current", "right", "now", "across", "under",
    "please",
];

fn is_common(word: &str) -> bool {
    COMMON.contains(&word)
}

fn is_name(word: &str) -> bool {
    !is_common(word)
        && word.len() >= 2
        && word.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '(' | ')'))
}

/// Whether a word looks like a resource's name: parts joined by dashes, or letters and digits.
fn looks_named(word: &str) -> bool {
    let dashed = word.contains('-') && word.split('-').filter(|part| !part.is_empty()).count() >= 2;
    let digits = word.chars().any(|c| c.is_ascii_digit()) && word.chars().any(char::is_alphabetic);
    let plain = word.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'));
    let known = ENVIRONMENTS.contains(&word)
        || REGIONS.contains(&word)
        || word.starts_with("rg-")
        || word.ends_with("-rg")
        || matches!(word, "high-severity" | "low-severity" | "medium-severity" | "non-compliant")
        || uuid::Uuid::parse_str(word).is_ok()
        || unit_of(word.trim_start_matches(|c: char| c.is_ascii_digit())).is_some();
    plain && word.len() >= 4 && (digits || (dashed && word.matches('-').count() >= 1)) && !known
}

fn trimmed(word: &str) -> &str {
    word.trim_matches(|c: char| {
        matches!(
            c,
            '?' | '!'
                | '.'
                | ','
                | ';'
                | ':'
                | '"'
                | '`'
                | '\''
                | '“'
                | '”'
                | '('
                | ')'
                | '['
                | ']'
        )
    })
}

fn number_of(word: &str) -> Option<u32> {
    const WORDS: [&str; 11] =
        ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
    let named = WORDS.iter().position(|name| *name == word).and_then(|n| u32::try_from(n).ok());
    word.parse().ok().or(named).filter(|number| (1..=10_000).contains(number))
}

/// A unit of time as a letter of a range, and how many of it one is.
fn unit_of(word: &str) -> Option<(u32, char)> {
    match word.trim_end_matches('s') {
        "minute" | "min" => Some((1, 'm')),
        "hour" | "hr" | "h" => Some((1, 'h')),
        "day" | "d" => Some((1, 'd')),
        "week" | "wk" => Some((7, 'd')),
        "fortnight" => Some((14, 'd')),
        "month" => Some((30, 'd')),
        "quarter" => Some((90, 'd')),
        "year" => Some((365, 'd')),
        _ => None,
    }
}

fn length(count: u32, (each, letter): (u32, char)) -> String {
    format!("{}{letter}", count.saturating_mul(each))
}
