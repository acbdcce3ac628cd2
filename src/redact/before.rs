//! The name before a place: one word, two (`API key`), or the name of a setting whose value follows.

use super::{
    keyed::MAX_SPACES,
    names::{self, MAX_NAME, Named, Trust},
    scan::View,
};

/// Marks between the name of a setting and its value: `"name": "X", "value":`.
const MAX_MARKS: usize = 6;

/// What the name before a separator promises.
pub(super) fn name(view: &View<'_>, at: usize) -> Option<Named> {
    let mut back = 1;
    // `!=`, `<=`, `>=`, `:=` compare or assign in languages of their own.
    if matches!(view.back(at, 1), Some(b'!' | b'<' | b'>' | b'=' | b':')) {
        return None;
    }
    while back <= MAX_SPACES && view.back(at, back) == Some(b' ') {
        back += 1;
    }
    if matches!(view.back(at, back), Some(b'"' | b'\'' | b'`' | b'*' | b']')) {
        back += 1;
        if matches!(view.back(at, back), Some(b'\\' | b'*' | b'"' | b'\'')) {
            back += 1;
        }
    }
    let word = Word::ending(view, at, back)?;
    if word.is(&["value"]) {
        return setting(view, at, word.before);
    }
    let query = matches!(view.back(at, word.before), Some(b'?' | b'&'));
    let named = word.promises(view, at);
    named.filter(|named| named.trust != Trust::Query || query)
}

/// What the words promise that end so many bytes before a place, as in `the password is`.
pub(super) fn words(view: &View<'_>, at: usize, back: usize) -> Option<Named> {
    Word::ending(view, at, back)?.promises(view, at)
}

/// What the name of an element promises whose `>` is at the place.
pub(super) fn element(view: &View<'_>, at: usize) -> Option<Named> {
    let word = Word::ending(view, at, 1)?;
    names::of(word.bytes()).filter(|_| view.back(at, word.before) == Some(b'<'))
}

/// The value of a setting: `key="X" value=`, `"name": "X", "value":`.
fn setting(view: &View<'_>, at: usize, from: usize) -> Option<Named> {
    let mut back = from;
    let mut skip = |within: &[u8]| {
        let marks = (back..back + MAX_MARKS)
            .take_while(|n| view.back(at, *n).is_some_and(|byte| within.contains(&byte)));
        back += marks.count();
        back
    };
    let name = Word::ending(view, at, skip(b"\"'\\, \t"))?;
    back = name.before;
    let mut marks = back;
    while marks < back + MAX_MARKS
        && view.back(at, marks).is_some_and(|byte| b"\"'\\ =:".contains(&byte))
    {
        marks += 1;
    }
    let label = Word::ending(view, at, marks).filter(|_| marks > back)?;
    names::of(name.bytes()).filter(|_| label.is(&["key", "name", "keyname"]))
}

/// A word before a place.
struct Word {
    buffer: [u8; MAX_NAME],
    from: usize,
    /// How far before the place stands what is before it.
    before: usize,
}

impl Word {
    /// The word that ends so many bytes before the place; none when it is too long for a name.
    fn ending(view: &View<'_>, at: usize, mut back: usize) -> Option<Self> {
        let mut buffer = [0_u8; MAX_NAME];
        let mut from = MAX_NAME;
        while let Some(byte) = view.back(at, back).filter(|byte| is_name(*byte)) {
            from = from.checked_sub(1)?;
            *buffer.get_mut(from)? = byte;
            back += 1;
        }
        Some(Self { buffer, from, before: back })
    }

    fn bytes(&self) -> &[u8] {
        self.buffer.get(self.from..).unwrap_or_default()
    }

    fn is(&self, known: &[&str]) -> bool {
        known.iter().any(|known| self.bytes().eq_ignore_ascii_case(known.as_bytes()))
    }

    /// What it promises, alone or with the word before it.
    fn promises(&self, view: &View<'_>, at: usize) -> Option<Named> {
        let joined = || {
            let is_second = self.is(&["key", "token", "phrase", "secret", "word"]);
            if !is_second || view.back(at, self.before) != Some(b' ') {
                return None;
            }
            let first = Self::ending(view, at, self.before + 1)?;
            let mut both = [0_u8; MAX_NAME];
            let len = first.bytes().len() + self.bytes().len();
            let bytes = first.bytes().iter().chain(self.bytes());
            both.iter_mut().zip(bytes).for_each(|(into, byte)| *into = *byte);
            names::of(both.get(..len)?)
        };
        joined().or_else(|| names::of(self.bytes()))
    }
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.')
}
