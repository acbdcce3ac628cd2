//! The citation filter: the same whatever the splits, and never a citation of what is not there.

use opscopilot::{
    protocol::EvidenceId,
    thread::{CitationFilter, KnownEvidence, find_citations},
};
use proptest::prelude::*;

fn known(numbers: &[u32]) -> KnownEvidence {
    let mut known = KnownEvidence::default();
    numbers.iter().for_each(|n| known.insert(EvidenceId::from_number(*n)));
    known
}

fn filtered(fragments: &[&str]) -> String {
    let mut filter = CitationFilter::new(known(&[1, 3, 12]));
    let shown: String = fragments.iter().map(|fragment| filter.push(fragment)).collect();
    shown + &filter.finish()
}

/// Splits a text after each of these many characters, as long as it lasts.
pub(super) fn split<'a>(text: &'a str, lengths: &[usize]) -> Vec<&'a str> {
    let mut fragments = Vec::new();
    let mut rest = text;
    for length in lengths.iter().cycle() {
        let at = rest.char_indices().nth(*length).map_or(rest.len(), |(at, _)| at);
        let (fragment, after) = rest.split_at(at);
        fragments.push(fragment);
        rest = after;
        if rest.is_empty() {
            break;
        }
    }
    fragments
}

fn bits() -> impl Strategy<Value = String> {
    let bit = prop_oneof![
        "[\\[\\]e0-9, é]{0,6}",
        Just("[e1]".to_owned()),
        Just("[e99]".to_owned()),
        Just("[e1, e99,e12]".to_owned()),
        Just(format!("[{}e3]", "e1, ".repeat(70))),
        Just("[e".to_owned()),
        "[a-z ]{1,12}",
    ];
    proptest::collection::vec(bit, 0..12).prop_map(|bits| bits.concat())
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 1024, failure_persistence: None, ..ProptestConfig::default()
    })]

    #[test]
    fn any_split_of_a_text_is_filtered_to_the_same(
        text in bits(), lengths in proptest::collection::vec(1_usize..9, 1..5),
    ) {
        prop_assert_eq!(filtered(&split(&text, &lengths)), filtered(&[&text]));
    }

    #[test]
    fn no_citation_of_unknown_evidence_is_ever_shown(text in bits()) {
        let shown = filtered(&[&text]);
        let all: Vec<u32> = (1..2000).collect();
        for citation in find_citations(&shown, &known(&all)) {
            prop_assert!(
                known(&[1, 3, 12]).contains(citation.evidence_id),
                "{} in {shown:?}", citation.evidence_id
            );
        }
    }

    #[test]
    fn text_without_brackets_is_untouched(text in "[^\\[]{0,80}") {
        prop_assert_eq!(filtered(&[&text]), text);
    }
}

#[test]
fn a_hostile_text_takes_no_more_than_one_pass() {
    for bit in ["[", "[e", "[e1,", "[e1, e", "eeeeeee", "[ ", "[e99]"] {
        let text = bit.repeat(1_000_000 / bit.len());
        let shown = filtered(&[&text]);
        assert!(shown.len() <= text.len());
    }
}
