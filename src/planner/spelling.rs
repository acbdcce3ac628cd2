//! Spelling: slips in the words that matter are mended, nothing else is touched.

use super::text::among;

/// Words that slips are mended to.
const KEYS: &str = "account accounts alert alerts assessment assessments attack attacks cluster clusters \
    compliance control controls count critical database databases deallocated defender disks \
    explain group groups improve informational list location machine machines medium network \
    networks posture production public recommendation recommendations region regions \
    resource resources running sandbox score scores secure security server servers severity \
    severities stopped storage subscription subscriptions summarize threat threats \
    unattached unhealthy vault vaults virtual change changes changed health healthy outage outages \
    maintenance compliant degraded unavailable permission permissions firing \
    yesterday incident incidents";

/// Words that are near a key word and are no slip.
const OTHERS: &str = "alter alters averts avert court faults fault grope improved improves location lists \
    listed lost last least lift media region reason scope scopes secured secret secrets \
    secures serve serves served severe several share shared shore source sources store \
    stores storing treat treats explains explained mount amount country controlled ruining \
    score snore scare core cores attach attached dicks risks tasks masks desks stopper \
    dropped virtually networked republic account accounted discount default summarise \
    summarized clustered databases groups grouped reproduction productions resourced \
    unattached unhealthily criticals critically medium regional insecure list fist mist lit \
    grow charge charges charged chance chances chanced fixing filing hiring outrage wealthy healths attacker \
    attackers attacked attacking complaint complaints compliance incidence detected advisor advisors deleted delete";

/// The word, or the key word that it is a slip of.
pub(super) fn mended(word: &str) -> String {
    let plain = word.bytes().all(|byte| byte.is_ascii_lowercase());
    if !plain || word.len() < 5 || among(word, KEYS) || among(word, OTHERS) {
        return word.to_owned();
    }
    let most = if word.len() >= 8 { 2 } else { 1 };
    let keys = KEYS.split_ascii_whitespace();
    let near = keys.filter(|key| key.len() >= 5 && key.len().abs_diff(word.len()) <= most);
    let near = near.map(|key| (distance(word, key), key));
    let best = near.filter(|(far, key)| *far <= most && begins_alike(word, key)).min();
    best.map_or_else(|| word.to_owned(), |(_, key)| key.to_owned())
}

/// A slip seldom changes both of the first letters.
fn begins_alike(a: &str, b: &str) -> bool {
    let first = |text: &str| text.bytes().take(2).collect::<Vec<_>>();
    let (mut a, mut b) = (first(a), first(b));
    let same = a.first() == b.first();
    a.sort_unstable();
    b.sort_unstable();
    same || a == b
}

/// How many letters were added, lost, changed or swapped with their neighbour.
pub(super) fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) =
        (a.chars().take(64).collect(), b.chars().take(64).collect());
    let mut before: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut next = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let get = |row: &[usize], at: usize| row.get(at).copied().unwrap_or(usize::MAX / 2);
            let changed = get(&row, j) + usize::from(x != y);
            let mut least = changed.min(get(&row, j + 1) + 1).min(get(&next, j) + 1);
            let swapped = i > 0 && j > 0 && a.get(i - 1) == Some(y) && b.get(j - 1) == Some(x);
            if swapped {
                least = least.min(get(&before, j - 1) + 1);
            }
            next.push(least);
        }
        before = std::mem::replace(&mut row, next);
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_of_key_words_are_mended_and_other_words_are_not() {
        for (slip, key) in [
            ("subscripton", "subscription"),
            ("subscriptoins", "subscriptions"),
            ("secuirty", "security"),
            ("alrets", "alerts"),
            ("resorces", "resources"),
            ("stroage", "storage"),
            ("sevirity", "severity"),
            ("recomendations", "recommendations"),
            ("prodution", "production"),
        ] {
            assert_eq!(mended(slip), key);
        }
        for word in ["store", "scope", "source", "secret", "severe", "vm-web-01", "größe", "which"]
        {
            assert_eq!(mended(word), word);
        }
        assert_eq!(distance("ab", "ba"), 1);
        assert_eq!(distance("", "abc"), 3);
    }
}
