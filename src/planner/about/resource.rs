//! What: the type, the name and the tag of resources.

use super::{About, is_name};
use crate::{
    planner::text::{Text, Word, among},
    tools::scope::resource_types::type_of,
};

/// What the first part of a dashed name usually is.
const PREFIXES: &str = "vm vmss st sa kv sql sqldb sqlmi db rg vnet nsg app func plan asp aks acr disk nic pip lb agw \
    appgw fw vpn vgw bas bastion pe snap log law appi id mi cosmos redis sb evh apim rsv bvault adf dbw hub spoke \
    osdisk datadisk web api as avset rt afw ci cae ca ag ase srv host node dc psql mysql mi-";
/// Words of other meanings that also name a type.
const NOT_TYPES: &str = "group groups sub subs subscription subscriptions network networks image images identity \
    identities function functions gateway gateways waf nat dns storage servers-";
/// Words for a type that tools do not know.
const ALSO: &[(&str, &str)] = &[
    ("app", "web app"),
    ("apps", "web app"),
    ("app services", "app service"),
    ("virtual servers", "vm"),
    ("boxes", "vm"),
    ("ips", "public ip"),
    ("ip addresses", "public ip"),
    ("vnets", "vnet"),
    ("sql dbs", "sql database"),
    ("dbs", "database"),
    ("k8s clusters", "aks"),
    ("k8s", "aks"),
];

/// The longest name of a type, in words.
const MAX_TYPE_WORDS: usize = 4;

/// Reads type and name.
pub(super) fn read(about: &mut About, text: &mut Text<'_>) {
    take_products(text);
    about.kind = kind(text);
    about.name = name(text);
}

/// The words, if tools know them as a type.
pub(in crate::planner) fn kind_of(words: &str) -> Option<String> {
    let words = words.strip_prefix("azure ").unwrap_or(words);
    if among(words, NOT_TYPES) {
        return None;
    }
    let also = ALSO.iter().find(|(one, _)| *one == words).map(|(_, kind)| *kind);
    let words = also.unwrap_or(words);
    type_of(words).map(|_| words.to_owned())
}

/// An ARM id; what stands behind the resource is cut.
pub(super) fn arm_id(text: &mut Text<'_>) -> Option<String> {
    let at = text.words.iter().position(|word| word.low.starts_with("/subscriptions/"))?;
    text.take(at, 1);
    text.words.get(at).map(|word| word.raw.trim_end_matches('/').to_owned())
}

/// A tag, written `name=value`, `name:value`, `name = value` or beside the word.
pub(super) fn tag(text: &mut Text<'_>) -> Option<String> {
    let pair = text.words.iter().position(|word| {
        let split = word.raw.split_once('=');
        !word.quoted && split.is_some_and(|(name, value)| is_name(name) && !value.is_empty())
    });
    if let Some(at) = pair {
        text.take_any("tag tags tagged");
        text.take(at, 1);
        return text.words.get(at).map(|word| word.raw.to_owned());
    }
    let at = text.words.iter().position(|word| among(&word.low, "tag tags tagged"))?;
    let mut first = at + 1;
    while among(text.low(first), "with as named called is") {
        first += 1;
    }
    let named = |word: &&Word<'_>| {
        let mut parts = word.low.splitn(2, ':');
        word.quoted || parts.all(is_name)
    };
    let name = text.words.get(first).filter(named)?;
    let name = name.raw.replace(':', "=");
    if kind_of(&name.to_lowercase()).is_some() {
        return None;
    }
    let colon = text.words.get(first).is_some_and(|word| word.ends) && !name.contains('=');
    let value = text.words.get(first + 1).filter(|word| colon && is_name(&word.low));
    let count = if value.is_some() { 2 } else { 1 };
    let tag = value.map_or_else(|| name.clone(), |value| format!("{name}={}", value.raw));
    text.take(at, first - at + count);
    Some(tag)
}

/// `Defender for Servers` is a product, not the servers.
fn take_products(text: &mut Text<'_>) {
    for product in
        ["defender for cloud", "microsoft defender", "security center", "security centre"]
    {
        if let Some(at) = text.find(product) {
            text.take(at, product.split(' ').count());
        }
    }
    if let Some(at) = text.find("defender for").filter(|at| !among(text.low(at + 2), "cloud")) {
        text.take(at + 1, 2);
    }
}

fn kind(text: &mut Text<'_>) -> Option<String> {
    // The longest phrase wins: `app service plan` is no `app service`.
    for width in (1..=MAX_TYPE_WORDS).rev() {
        for at in 0..text.len().saturating_sub(width - 1) {
            let window = text.words.iter().skip(at).take(width);
            let inner = window.clone().take(width - 1).any(|word| word.ends);
            if inner || window.clone().any(|word| word.used || (word.quoted && width > 1)) {
                continue;
            }
            let phrase: Vec<&str> = window.map(|word| word.low.as_str()).collect();
            if let Some(kind) = kind_of(&phrase.join(" ")) {
                text.take(at, width);
                return Some(kind);
            }
        }
    }
    None
}

/// A name: in quotes, behind `named`, or with the look of one.
fn name(text: &mut Text<'_>) -> Option<String> {
    let free = |word: &&Word<'_>| !word.used && !word.is_placeholder();
    let position = |fits: &dyn Fn(usize, &Word<'_>) -> bool| {
        text.words
            .iter()
            .enumerate()
            .find(|(at, word)| free(word) && fits(*at, word))
            .map(|(at, _)| at)
    };
    let at = position(&|_, word| word.quoted)
        .or_else(|| {
            position(&|at, word| {
                at > 0 && among(text.low(at - 1), "named called") && is_name(&word.low)
            })
        })
        .or_else(|| position(&|_, word| looks_named(&word.low)))?;
    text.take(at, 1);
    text.words.get(at).map(|word| word.raw.to_owned())
}

/// Whether a word has the look of a resource's name: a usual first part, or letters and digits.
fn looks_named(word: &str) -> bool {
    let plain = word.chars().all(|ch| ch.is_ascii_alphanumeric() || matches!(ch, '-' | '_' | '.'));
    if !plain || word.len() < 4 || uuid::Uuid::parse_str(word).is_ok() {
        return false;
    }
    let letters = word.chars().filter(char::is_ascii_alphabetic).count();
    let digits = word.chars().any(|ch| ch.is_ascii_digit());
    let first = word.split(['-', '_']).next().unwrap_or_default();
    let stem = first.trim_end_matches(|ch: char| ch.is_ascii_digit());
    let dashed = first.len() < word.len();
    let version = word.starts_with("tls") || word.starts_with("cve-") || word.starts_with("sev");
    // `stwebprodweu`: names without marks end in an environment and a place.
    let runs = digits == dashed && letters >= 10 && is_run(word);
    let length = word.trim_start_matches(|ch: char| ch.is_ascii_digit()).len() <= 7
        && word.starts_with(|ch: char| ch.is_ascii_digit());
    runs || (dashed && among(stem, PREFIXES)) || (digits && letters >= 2 && !length && !version)
}

/// Whether a word is made of a usual first part, an environment and a region, in one.
fn is_run(word: &str) -> bool {
    const FIRST: [&str; 8] = ["st", "kv", "acr", "cr", "sql", "func", "app", "cosmos"];
    const ENVIRONMENTS: [&str; 8] = ["prod", "test", "dev", "stg", "stage", "sbx", "qa", "uat"];
    FIRST.iter().any(|first| word.starts_with(first))
        && ENVIRONMENTS.iter().any(|environment| {
            word.rfind(environment).is_some_and(|at| at >= 4 && word.len() - at <= 9)
        })
}
