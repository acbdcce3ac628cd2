//! Where: subscription, resource group, region.

use super::{About, is_name, is_plain};
use crate::planner::{
    text::{Text, among},
    vocabulary::{ENVIRONMENTS, REGIONS, WEAK_ENVIRONMENTS},
};

const SUBSCRIPTION: &str = "subscription subscriptions sub subs";
const BEFORE_PLACE: &str = "in for on of about from under within inside to across into";
/// The most words of a subscription's name that are read.
const MAX_NAME_WORDS: usize = 4;

/// Reads the places.
pub(super) fn read(about: &mut About, text: &mut Text<'_>) {
    about.group = group(text);
    about.region = region(text);
    about.subscription = subscription(about, text);
}

fn subscription(about: &About, text: &mut Text<'_>) -> Option<String> {
    if let Some(id) = about.arm_id.as_deref() {
        return id.split('/').nth(2).filter(|id| !id.is_empty()).map(str::to_owned);
    }
    if let Some(at) = text.words.iter().position(|word| uuid::Uuid::parse_str(&word.low).is_ok()) {
        text.take(at, 1);
        return text.words.get(at).map(|word| word.low.clone());
    }
    let at = text.words.iter().position(|word| among(&word.low, SUBSCRIPTION));
    let beside = at.and_then(|at| behind(text, at).or_else(|| before(text, at)));
    let found = beside.or_else(|| environment(text))?;
    let (first, count) = found;
    text.take(first, count);
    let words = text.words.iter().skip(first).take(count).map(|word| word.raw);
    Some(words.collect::<Vec<_>>().join(" "))
}

/// The name behind the word: `subscription Northlight Production`, `subscription named foo`.
fn behind(text: &Text<'_>, at: usize) -> Option<(usize, usize)> {
    let mut first = at + 1;
    if text.words.get(at)?.ends {
        return None;
    }
    let named = among(text.low(first), "named called name");
    while among(text.low(first), "named called name id with =") {
        first += 1;
    }
    let word = text.words.get(first)?;
    if word.quoted {
        return Some((first, 1));
    }
    if !is_name(&word.low) || word.used {
        return None;
    }
    let last =
        word.ends || text.words.get(first + 1).is_none_or(|next| among(&next.low, "please and or"));
    let count = capitals(text, first);
    if count > 0 {
        return Some((first, count));
    }
    let back = |by: usize| at.checked_sub(by).map_or("", |at| text.low(at));
    let placed = among(back(1), BEFORE_PLACE)
        || (among(back(1), "the my our") && among(back(2), BEFORE_PLACE));
    let named =
        named || is_environment(&word.low) || (last && placed && text.low(at) == "subscription");
    (named && super::kind_of(&word.low).is_none() || is_environment(&word.low))
        .then_some((first, 1))
}

/// The name before the word: `the Northlight Production subscription`, `prod subscription`.
fn before(text: &Text<'_>, at: usize) -> Option<(usize, usize)> {
    let mut first = at;
    while at - first < MAX_NAME_WORDS && first > 0 {
        let Some(word) = text.words.get(first - 1) else { break };
        if word.quoted {
            return Some((first - 1, 1));
        }
        if is_plain(&word.low) || word.used || word.ends || !is_name(&word.low) {
            break;
        }
        first -= 1;
    }
    let count = at - first;
    let bounded = first > 0 && among(text.low(first - 1), &format!("the my our {BEFORE_PLACE}"));
    let known = text.words.iter().skip(first).take(count);
    let known =
        known.filter(|word| is_any_environment(&word.low) || (word.is_capital() && bounded));
    let fits = count > 0
        && (known.count() > 0 || (bounded && count == 1 && text.low(at - 1).contains('-')));
    fits.then_some((first, count))
}

/// An environment: in any place, or for words with other meanings behind `in`.
fn environment(text: &Text<'_>) -> Option<(usize, usize)> {
    for (at, word) in text.words.iter().enumerate() {
        if word.used || word.quoted {
            continue;
        }
        if among(&word.low, "non pre") && among(text.low(at + 1), "production prod") {
            return Some((at, 2));
        }
        let placed = is_placed(text, at)
            || among(text.low(at + 1), "environment environments env tenant landing");
        if is_environment(&word.low) || (placed && among(&word.low, WEAK_ENVIRONMENTS)) {
            let own = word.is_capital() && at > 0;
            let named = own
                && text
                    .words
                    .get(at - 1)
                    .is_some_and(|before| before.is_capital() && !before.used && at > 1);
            return Some(if named { (at - 1, 2) } else { (at, 1) });
        }
    }
    None
}

/// Whether an environment is named that was not understood; it is now.
pub(super) fn has_environment(text: &mut Text<'_>) -> bool {
    let found = environment(text);
    if let Some((at, count)) = found {
        text.take(at, count);
    }
    found.is_some()
}

fn is_placed(text: &Text<'_>, at: usize) -> bool {
    let back = |by: usize| at.checked_sub(by).map_or("", |at| text.low(at));
    among(back(1), BEFORE_PLACE) || (among(back(1), "the our my") && among(back(2), BEFORE_PLACE))
}

fn is_environment(word: &str) -> bool {
    among(word, ENVIRONMENTS)
}

fn is_any_environment(word: &str) -> bool {
    is_environment(word) || among(word, WEAK_ENVIRONMENTS)
}

/// How many words with a capital stand from here on.
fn capitals(text: &Text<'_>, first: usize) -> usize {
    let mut count = 0;
    for word in text.words.iter().skip(first).take(MAX_NAME_WORDS) {
        if !word.is_capital() || word.used || is_plain(&word.low) {
            break;
        }
        count += 1;
        if word.ends {
            break;
        }
    }
    count
}

/// A resource group: by its usual prefix, or by the name beside the words.
fn group(text: &mut Text<'_>) -> Option<String> {
    let usual = |word: &str| {
        let rest = word.strip_prefix("rg-").or_else(|| word.strip_suffix("-rg"));
        rest.is_some_and(|rest| rest.len() >= 2)
    };
    let at = text.words.iter().position(|word| !word.used && usual(&word.low)).or_else(|| {
        let two = text.find("resource group").map(|at| at + 1);
        let last = two
            .or_else(|| text.words.iter().position(|word| among(&word.low, "rg resourcegroup")))?;
        beside_group(text, last, if two.is_some() { 2 } else { 1 })
    })?;
    text.take(at, 1);
    if let Some(words) = text.find("resource group") {
        text.take(words, 2);
    }
    text.take_any("rg resourcegroup");
    text.words.get(at).map(|word| word.raw.to_owned())
}

fn beside_group(text: &Text<'_>, last: usize, width: usize) -> Option<usize> {
    let mut behind = last + 1;
    while among(text.low(behind), "named called name") {
        behind += 1;
    }
    let fits = |at: usize| {
        let word = text.words.get(at)?;
        let own = !word.used && !word.is_placeholder() && (word.quoted || is_name(&word.low));
        let known = super::kind_of(&word.low).is_some() || is_any_environment(&word.low);
        (own && !known).then_some(at)
    };
    let ends = text.words.get(last).is_some_and(|word| word.ends);
    let named = fits(behind).filter(|_| !ends);
    named.or_else(|| {
        let at = (last + 1).checked_sub(width + 1)?;
        let word = text.words.get(at)?;
        let marked = word.quoted
            || word.low.contains(['-', '_'])
            || word.low.chars().any(|ch| ch.is_ascii_digit());
        fits(at).filter(|_| marked)
    })
}

/// A region, written together or apart.
fn region(text: &mut Text<'_>) -> Option<String> {
    for width in (1..=3).rev() {
        for at in 0..text.len().saturating_sub(width - 1) {
            let window = text.words.iter().skip(at).take(width);
            if window.clone().any(|word| word.used) {
                continue;
            }
            let joined: String = window.map(|word| word.low.replace([' ', '-'], "")).collect();
            if among(&joined, REGIONS) {
                text.take(at, width);
                return Some(joined);
            }
        }
    }
    None
}
