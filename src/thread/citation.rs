//! Citations: `[e2]` in the stream, dropped where there is no such evidence.

use std::borrow::Cow;

use crate::protocol::{Citation, EvidenceId};

/// The longest bracket that is a citation, e.g. `[e1, e2, e3]`.
const MAX_BRACKET_BYTES: usize = 256;
/// Stands for a dropped citation where its neighbours would join to one: `[e[e9]1]`.
const DROPPED: char = '?';

/// The evidence that answers may cite.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KnownEvidence(Vec<u32>);

impl KnownEvidence {
    /// Adds an evidence.
    pub fn insert(&mut self, id: EvidenceId) {
        if let Err(at) = self.0.binary_search(&id.number()) {
            self.0.insert(at, id.number());
        }
    }

    /// Whether there is such an evidence.
    #[must_use]
    pub fn contains(&self, id: EvidenceId) -> bool {
        self.0.binary_search(&id.number()).is_ok()
    }

    /// All of them, oldest first.
    pub fn iter(&self) -> impl Iterator<Item = EvidenceId> {
        self.0.iter().copied().map(EvidenceId::from_number)
    }
}

/// Drops citations of evidence that does not exist from a stream of text.
///
/// `[e1, e2]` becomes `[e1][e2]`. Text that cannot begin a citation passes at once; only a tail
/// that may begin one is held back, at most 256 bytes. The outcome does not depend on how the
/// text was split.
#[derive(Debug)]
pub struct CitationFilter {
    known: KnownEvidence,
    held: String,
    /// Whether what was shown ends in a bracket that what follows might close.
    bracket_shown: bool,
}

impl CitationFilter {
    /// A filter that lets citations of `known` pass.
    #[must_use]
    pub fn new(known: KnownEvidence) -> Self {
        Self { known, held: String::new(), bracket_shown: false }
    }

    /// Takes the next fragment in and gives what may be shown. Borrowed when nothing changed.
    pub fn push<'a>(&mut self, fragment: &'a str) -> Cow<'a, str> {
        if self.held.is_empty() && memchr::memchr(b'[', fragment.as_bytes()).is_none() {
            self.note(fragment);
            return Cow::Borrowed(fragment);
        }
        let mut text = std::mem::take(&mut self.held);
        text.push_str(fragment);
        let (shown, held) = self.sift(&text);
        self.held = held.to_owned();
        Cow::Owned(shown)
    }

    /// Ends the text: what was held back is no citation.
    pub fn finish(&mut self) -> String {
        std::mem::take(&mut self.held)
    }

    /// Splits text into what may be shown, sifted, and a tail that may begin a citation.
    fn sift<'a>(&mut self, text: &'a str) -> (String, &'a str) {
        let mut shown = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(open) = rest.find('[') {
            let (before, bracket) = rest.split_at(open);
            self.show(before, &mut shown);
            match read_bracket(bracket) {
                Bracket::Citations { ids, len } => {
                    self.cite(&ids, &mut shown);
                    rest = bracket.get(len..).unwrap_or_default();
                }
                Bracket::Open => return (shown, bracket),
                Bracket::Other => {
                    self.show("[", &mut shown);
                    rest = bracket.get(1..).unwrap_or_default();
                }
            }
        }
        self.show(rest, &mut shown);
        (shown, "")
    }

    fn cite(&mut self, ids: &[EvidenceId], shown: &mut String) {
        let before = shown.len();
        for id in ids.iter().filter(|id| self.known.contains(**id)) {
            shown.push('[');
            shown.push_str(&id.to_string());
            shown.push(']');
        }
        if shown.len() == before && self.bracket_shown {
            shown.push(DROPPED);
        }
        self.bracket_shown = false;
    }

    fn show(&mut self, text: &str, shown: &mut String) {
        shown.push_str(text);
        self.note(text);
    }

    fn note(&mut self, text: &str) {
        if let Some(last) = text.bytes().rfind(|byte| !is_inner(*byte)) {
            self.bracket_shown = last == b'[';
        }
    }
}

/// The citations in a finished text.
#[must_use]
pub fn find_citations(text: &str, known: &KnownEvidence) -> Vec<Citation> {
    let mut citations = Vec::new();
    for (at, _) in text.match_indices('[') {
        let Bracket::Citations { ids, len } = read_bracket(text.get(at..).unwrap_or_default())
        else {
            continue;
        };
        let (Ok(start), Ok(end)) = (u32::try_from(at), u32::try_from(at + len)) else { break };
        let cited = ids.into_iter().filter(|id| known.contains(*id));
        citations.extend(cited.map(|evidence_id| Citation { evidence_id, start, end }));
    }
    citations
}

enum Bracket {
    /// `[e1, e2]`, so many bytes long.
    Citations { ids: Vec<EvidenceId>, len: usize },
    /// It may still become one.
    Open,
    /// Never one.
    Other,
}

/// Reads text that begins with `[`.
fn read_bracket(text: &str) -> Bracket {
    let inner = text.get(1..).unwrap_or_default();
    let window = inner.as_bytes().get(..MAX_BRACKET_BYTES - 1).unwrap_or(inner.as_bytes());
    let Some(end) = window.iter().position(|byte| !is_inner(*byte)) else {
        let open = text.len() < MAX_BRACKET_BYTES && may_begin(inner);
        return if open { Bracket::Open } else { Bracket::Other };
    };
    let Some((list, rest)) = inner.split_at_checked(end) else { return Bracket::Other };
    if !rest.starts_with(']') {
        return Bracket::Other;
    }
    let ids: Option<Vec<EvidenceId>> = list.split(',').map(|id| id.trim().parse().ok()).collect();
    match ids {
        Some(ids) => Bracket::Citations { ids, len: end + 2 },
        None => Bracket::Other,
    }
}

fn is_inner(byte: u8) -> bool {
    matches!(byte, b'e' | b'0'..=b'9' | b',' | b' ')
}

/// Whether the inside of an unclosed bracket may begin a list of evidence ids.
fn may_begin(inner: &str) -> bool {
    let (done, last) = inner.rsplit_once(',').unwrap_or(("e1", inner));
    let last = last.trim_start();
    done.split(',').all(|id| id.trim().parse::<EvidenceId>().is_ok())
        && (last.is_empty() || last == "e" || last.trim_end().parse::<EvidenceId>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(numbers: &[u32]) -> KnownEvidence {
        let mut known = KnownEvidence::default();
        numbers.iter().for_each(|n| known.insert(EvidenceId::from_number(*n)));
        known
    }

    fn sift(fragments: &[&str]) -> (Vec<String>, String) {
        let mut filter = CitationFilter::new(known(&[1, 3, 12]));
        let shown: Vec<String> = fragments.iter().map(|f| filter.push(f).into_owned()).collect();
        let whole = shown.concat() + &filter.finish();
        (shown, whole)
    }

    #[test]
    fn citations_of_evidence_that_does_not_exist_are_dropped() {
        for (text, wanted) in [
            ("a [e1] b [e2] c", "a [e1] b  c"),
            ("[e1, e2,e3]", "[e1][e3]"),
            ("[e12][e99]", "[e12]"),
            ("[x] [e] [e1a] [ea] [] [e01]", "[x] [e] [e1a] [ea] [] [e01]"),
            ("ends [e1", "ends [e1"),
            ("[[e1]]", "[[e1]]"),
            ("é[e3]é", "é[e3]é"),
            ("[e[e99]2] [[e99]e2] [e[e99]", "[e?2] [?e2] [e?"),
        ] {
            assert_eq!(sift(&[text]).1, wanted, "{text}");
            let bytes: Vec<String> = text.chars().map(String::from).collect();
            let bytes: Vec<&str> = bytes.iter().map(String::as_str).collect();
            assert_eq!(sift(&bytes).1, wanted, "{text}, one character a fragment");
        }
    }

    #[test]
    fn only_a_tail_that_may_begin_a_citation_is_held_back() {
        assert_eq!(sift(&["so [e", "1] it is"]).0, ["so ", "[e1] it is"]);
        assert_eq!(sift(&["see [the", " docs]"]).0, ["see [the", " docs]"]);
        let long = format!("[e{}", "1".repeat(100));
        assert_eq!(sift(&[&long]).0, [long.as_str()]);
    }

    #[test]
    fn citations_are_found_with_their_bytes() {
        let found = find_citations("é [e1] [e2] [e3]", &known(&[1, 3]));
        let found: Vec<_> =
            found.iter().map(|c| (c.evidence_id.number(), c.start, c.end)).collect();
        assert_eq!(found, [(1, 3, 7), (3, 13, 17)]);
    }
}
