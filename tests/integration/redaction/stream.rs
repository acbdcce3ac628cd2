//! Streams: the same text however it was split, and prose at once.

use std::borrow::Cow;

use fastrand::Rng;
use opscopilot::redact::{RedactFilter, redact};
use proptest::prelude::*;

use super::{benign, secrets};

fn filtered<'a>(fragments: impl Iterator<Item = &'a str>) -> String {
    let mut filter = RedactFilter::new();
    let mut shown: String = fragments.map(|fragment| filter.push(fragment).into_owned()).collect();
    shown.push_str(&filter.finish());
    shown
}

fn split(text: &str, mut length: impl FnMut() -> usize) -> Vec<&str> {
    let mut fragments = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let at = rest.char_indices().nth(length()).map_or(rest.len(), |(at, _)| at);
        let (fragment, after) = rest.split_at(at);
        fragments.push(fragment);
        rest = after;
    }
    fragments
}

/// Texts that mix secrets, harmless things and their broken halves.
fn mixed(rng: &mut Rng) -> String {
    let mut text = String::new();
    for _ in 0..rng.usize(1..12) {
        let part = match rng.u8(..6) {
            0 => secrets::shaped(rng)[rng.usize(..40)].clone(),
            1 => {
                let pairs = secrets::keyed(rng);
                pairs[rng.usize(..pairs.len())].0.clone()
            }
            2 => {
                let texts = benign::generated(rng);
                texts[rng.usize(..texts.len())].clone()
            }
            3 => "The secure score is 41 %: müde, ".to_owned(),
            4 => ["password", "=", ": ", "\"", "sk-", "eyJ", "--", "~", "://", "Q~", "\\\"", "["]
                [rng.usize(..12)]
            .to_owned(),
            _ => "-----BEGIN PRIVATE KEY-----\nMIIEvQ\n-----END PRIVATE KEY-----\n".to_owned(),
        };
        let cut = part.floor_char_boundary(rng.usize(..=part.len()));
        text.push_str(if rng.bool() { &part } else { &part[..cut] });
        text.push_str(["", " ", "\n", ";", "\"", ", "][rng.usize(..6)]);
    }
    text
}

#[test]
fn any_split_is_redacted_to_the_same_text() {
    let mut rng = Rng::with_seed(13);
    for _ in 0..1_500 {
        let text = mixed(&mut rng);
        let whole = redact(&text).into_owned();
        let longest = rng.usize(1..40);
        let fragments = split(&text, || rng.usize(1..=longest));
        assert_eq!(filtered(fragments.iter().copied()), whole, "{text:?} split as {fragments:?}");
        let single = split(&text, || 1);
        assert_eq!(filtered(single.iter().copied()), whole, "{text:?}, one character a fragment");
    }
}

#[test]
fn a_secret_split_in_two_at_any_byte_is_redacted_all_the_same() {
    let mut rng = Rng::with_seed(19);
    let shaped = secrets::shaped(&mut rng).into_iter().map(|secret| format!("It is {secret}."));
    let keyed = secrets::keyed(&mut rng).into_iter().map(|(text, _)| text);
    let texts: Vec<String> = shaped.chain(keyed).collect();
    assert!(texts.len() >= 100, "only {} texts", texts.len());
    for text in texts {
        let whole = redact(&text).into_owned();
        for at in 0..=text.len() {
            let (one, other) = text.split_at(at);
            assert_eq!(filtered([one, other].into_iter()), whole, "{one:?} and {other:?}");
        }
    }
}

#[test]
fn a_value_as_long_as_is_read_at_most_is_judged_alike_in_any_split() {
    for length in 60..132 {
        let filler = "Ab1 ".repeat(40);
        let spaced = filler.get(..length).unwrap();
        let dense = spaced.replace(' ', "c");
        for text in [
            format!("<password>{spaced}</password> and more"),
            format!("<password>{dense}</password> and more"),
            format!("postgres://user:{dense}@host/db and more"),
            format!("Cookie: {dense}=value and more"),
            format!("password={dense} and more"),
            format!("the password is {dense} and more"),
        ] {
            let single = split(&text, || 1);
            assert_eq!(filtered(single.iter().copied()), redact(&text).into_owned(), "{text:?}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 512, failure_persistence: None, ..ProptestConfig::default()
    })]

    #[test]
    fn any_text_in_any_split_comes_out_the_same(
        text in "([a-zA-Z0-9=:~\"' /+é@\\-\\\\;&?.]|password|<password>|</| is |-u a:|sig=|value='|key='pwd' |eyJ|sk-|--|://|Q~|AKIA){0,60}",
        lengths in proptest::collection::vec(1_usize..12, 1..6),
    ) {
        let mut lengths = lengths.iter().cycle();
        let fragments = split(&text, || *lengths.next().unwrap());
        prop_assert_eq!(filtered(fragments.iter().copied()), redact(&text).into_owned());
    }
}

#[test]
fn prose_passes_at_once_and_unallocated() {
    let mut filter = RedactFilter::new();
    for fragment in [
        "The",
        " secure",
        " score",
        " of",
        " Contoso",
        " Production",
        " is",
        " **",
        "41",
        " %",
        "**",
        ",",
        " down",
        " from",
        " 52",
        " %",
        ".\n\n",
        "- ",
        "Enable",
        " MFA",
        ":",
        " 3",
        " resources",
        " [e1]",
        ".",
        "\n|",
        " Name",
        " |",
        "---",
        "|\n",
        "“quoted”",
        " 2026-11-03",
    ] {
        let shown = filter.push(fragment);
        assert!(matches!(shown, Cow::Borrowed(_)), "{fragment:?} was copied");
        assert!(shown == fragment || fragment == "---", "{fragment:?} was shown as {shown:?}");
        if fragment == "---" {
            filter = RedactFilter::new();
        }
    }
}

#[test]
fn little_is_held_back_and_never_for_long() {
    let mut rng = Rng::with_seed(17);
    for _ in 0..300 {
        for text in benign::generated(&mut rng) {
            let (mut filter, mut behind) = (RedactFilter::new(), 0_usize);
            for fragment in split(&text, || 3) {
                behind += fragment.len();
                behind -= filter.push(fragment).len();
                assert!(behind <= 100, "{behind} bytes of {text} are held");
            }
        }
        let id = benign::guid(&mut rng);
        let (mut filter, mut behind) = (RedactFilter::new(), 0_usize);
        for fragment in split(&id, || 4) {
            behind += fragment.len();
            behind -= filter.push(fragment).len();
            assert!(behind <= 12, "{behind} bytes of {id} are held");
        }
    }
}

#[test]
fn hostile_streams_are_held_and_read_within_bounds() {
    for bit in [
        "eyJ",
        "eyJaaaaaaaaaaaa.",
        "password=",
        "password:\"",
        "://a:",
        "=",
        ":",
        "~",
        "A1",
        "-",
        "--a",
        "Q~",
        "Bearer ",
        "sk-",
        "\\\"",
        "x:",
        "Authorization: ",
        "/",
        "+",
        "aB1-",
    ] {
        let text = bit.repeat(60_000 / bit.len());
        let whole = redact(&text);
        let mut filter = RedactFilter::new();
        let mut shown = String::new();
        let mut taken = 0;
        for fragment in split(&text, || 97) {
            taken += fragment.len();
            shown.push_str(&filter.push(fragment));
        }
        shown.push_str(&filter.finish());
        assert!(taken == text.len() && shown == whole, "{bit:?} repeated");
    }
}
