//! The one pass over a text: it asks the detectors, byte by byte, and builds what is shown.

use std::{borrow::Cow, ops::Range};

use super::{
    keyed,
    run::{Run, is_run},
    swallow::Swallow,
    tokens, told,
};

/// How far detectors look back.
pub(super) const LOOK_BACK: usize = 128;

/// Whether more text follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    /// The text ends here.
    Here,
    /// It may go on.
    Later,
}

/// What a detector says of a place in the text.
#[derive(Debug)]
pub(super) enum Verdict {
    /// No secret begins here, whatever follows.
    No,
    /// It depends on what follows.
    More,
    /// A secret, and how far it goes on after `end`.
    Secret(Secret),
}

/// A secret in the text at hand.
#[derive(Debug)]
pub(super) struct Secret {
    /// Its first byte.
    pub(super) start: usize,
    /// One past the last byte that is known to belong to it.
    pub(super) end: usize,
    /// What it is.
    pub(super) kind: &'static str,
    /// What else belongs to it.
    pub(super) then: Option<Swallow>,
}

impl Secret {
    /// A secret that holds these bytes and goes on as far as `then` eats.
    pub(super) fn eating(bytes: Range<usize>, kind: &'static str, then: Swallow) -> Verdict {
        Verdict::Secret(Self { start: bytes.start, end: bytes.end, kind, then: Some(then) })
    }

    /// A secret that is these bytes.
    pub(super) fn known(start: usize, end: usize, kind: &'static str) -> Verdict {
        Verdict::Secret(Self { start, end, kind, then: None })
    }
}

/// A text as detectors see it.
#[derive(Clone, Copy, Debug)]
pub(super) struct View<'a> {
    before: &'a [u8],
    text: &'a [u8],
    floor: usize,
    ending: Ending,
}

impl<'a> View<'a> {
    /// The byte at a place.
    pub(super) fn at(&self, at: usize) -> Option<u8> {
        self.text.get(at).copied()
    }

    /// The byte so many before a place, as far back as may be looked.
    pub(super) fn back(&self, at: usize, count: usize) -> Option<u8> {
        if count > LOOK_BACK {
            return None;
        }
        match at.checked_sub(count) {
            Some(place) if place >= self.floor => self.text.get(place).copied(),
            Some(_) => None,
            None if self.floor > 0 => None,
            None => {
                let place = (self.before.len() + at).checked_sub(count)?;
                self.before.get(place).copied()
            }
        }
    }

    /// The text from a place on.
    pub(super) fn from(&self, at: usize) -> &'a [u8] {
        self.text.get(at..).unwrap_or_default()
    }

    /// Whether more may follow the text.
    pub(super) fn may_go_on(&self) -> bool {
        self.ending == Ending::Later
    }

    /// `More` where more may follow, else `No`.
    pub(super) fn undecided(&self) -> Verdict {
        if self.may_go_on() { Verdict::More } else { Verdict::No }
    }
}

/// What became of a text.
#[derive(Debug)]
pub(super) struct Sifted<'t> {
    /// What may be shown.
    pub(super) shown: Cow<'t, str>,
    /// The tail that may begin a secret.
    pub(super) held: &'t str,
}

/// The state between two fragments.
#[derive(Debug)]
pub(super) struct Scanner {
    before: [u8; LOOK_BACK],
    before_len: usize,
    run: Run,
    swallow: Option<Swallow>,
}

impl Default for Scanner {
    fn default() -> Self {
        Self { before: [0; LOOK_BACK], before_len: 0, run: Run::default(), swallow: None }
    }
}

enum Found {
    Secret(Secret),
    Hold(usize),
}

impl Scanner {
    /// Takes the secrets out of a text that follows what was shown before.
    pub(super) fn sift<'t>(&mut self, text: &'t str, ending: Ending) -> Sifted<'t> {
        let mut shown = String::new();
        let mut from = 0;
        let mut floor = 0;
        let hold = loop {
            if let Some(swallow) = &mut self.swallow {
                let (eaten, ended) = swallow.eat(text.as_bytes().get(from..).unwrap_or_default());
                from += eaten;
                floor = from;
                self.before_len = 0;
                if !ended {
                    break text.len();
                }
                self.swallow = None;
            }
            match self.find(text.as_bytes(), from, floor, ending) {
                Found::Hold(hold) => break hold,
                Found::Secret(secret) => {
                    shown.push_str(text.get(from..secret.start).unwrap_or_default());
                    shown.push_str("[redacted:");
                    shown.push_str(secret.kind);
                    shown.push(']');
                    (from, floor) = (secret.end, secret.end);
                    (self.before_len, self.run) = (0, Run::default());
                    self.swallow = secret.then;
                }
            }
        };
        self.remember(text.as_bytes().get(floor..hold).unwrap_or_default());
        let rest = text.get(from..hold).unwrap_or_default();
        let held = text.get(hold..).unwrap_or_default();
        if shown.is_empty() {
            return Sifted { shown: Cow::Borrowed(rest), held };
        }
        shown.push_str(rest);
        Sifted { shown: Cow::Owned(shown), held }
    }

    /// The next secret from a place on, or where the tail begins that must be held.
    fn find(&mut self, text: &[u8], from: usize, floor: usize, ending: Ending) -> Found {
        let before = self.before.get(..self.before_len).unwrap_or_default();
        let view = View { before, text, floor, ending };
        let mut odd: Option<(usize, Run)> = None;
        let mut at = from;
        while let Some(byte) = view.at(at) {
            if !self.run.is_empty() && !self.run.goes_on(byte) {
                if let Some(secret) = closed(&self.run, odd, &view, at) {
                    return Found::Secret(secret);
                }
                (self.run, odd) = (Run::default(), None);
            }
            match detect(&view, at, byte) {
                Verdict::No => {}
                Verdict::Secret(secret) => return Found::Secret(secret),
                Verdict::More => {
                    let (hold, run) = odd.unwrap_or((at, self.run));
                    self.run = run;
                    return Found::Hold(hold);
                }
            }
            if self.run.is_empty() && is_run(byte) {
                self.run = Run::begin(follows_hash_name(&view, at));
            }
            if self.run.goes_on(byte) {
                if odd.is_none() && !self.run.is_long() && self.run.is_odd_with(byte) {
                    odd = Some((at, self.run));
                }
                self.run.take(byte);
                // Most text: more small letters of a word change nothing, and begin nothing.
                if byte.is_ascii_alphanumeric() {
                    at += self.run.take_small(view.from(at + 1));
                }
                odd = odd.filter(|_| !self.run.is_long());
            }
            at += 1;
        }
        match (odd, ending) {
            (Some((hold, run)), Ending::Later) => {
                self.run = run;
                Found::Hold(hold)
            }
            (Some(_), Ending::Here) => {
                closed(&self.run, odd, &view, at).map_or(Found::Hold(at), Found::Secret)
            }
            (None, _) => Found::Hold(at),
        }
    }

    fn remember(&mut self, text: &[u8]) {
        let Some(tail) = text.get(text.len().saturating_sub(LOOK_BACK)..) else { return };
        let kept = self.before_len.min(LOOK_BACK - tail.len());
        self.before.copy_within(self.before_len - kept..self.before_len, 0);
        self.before_len = kept + tail.len();
        if let Some(room) = self.before.get_mut(kept..self.before_len) {
            room.copy_from_slice(tail);
        }
    }
}

fn detect(view: &View<'_>, at: usize, byte: u8) -> Verdict {
    match byte {
        b'=' | b':' => keyed::judge(view, at),
        b'~' => tokens::client_secret(view, at),
        b'>' => told::element(view, at),
        b'-' if view.back(at, 1) != Some(b'-') => tokens::dashes(view, at),
        _ if byte.is_ascii_alphabetic()
            && !view.back(at, 1).is_some_and(|before| before.is_ascii_alphanumeric()) =>
        {
            tokens::word(view, at)
        }
        _ => Verdict::No,
    }
}

/// The secret that a run was which ended before `at`, from the byte on that made it odd.
fn closed(run: &Run, odd: Option<(usize, Run)>, view: &View<'_>, at: usize) -> Option<Secret> {
    let (start, shown) = odd?;
    let rest = view.from(start).get(..at.checked_sub(start)?)?;
    let kind = run.kind(shown.read(), rest)?;
    Some(Secret { start, end: at, kind, then: None })
}

fn follows_hash_name(view: &View<'_>, at: usize) -> bool {
    [b"sha512", b"SHA512"].into_iter().any(|name| {
        let mut back = name.iter().rev().enumerate();
        back.all(|(n, byte)| view.back(at, n + 2) == Some(*byte))
    })
}
