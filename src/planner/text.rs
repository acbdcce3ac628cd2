//! A text as words: quotes, placeholders and near misses of key words are seen here, once.
//!
//! Owns how a question is cut into words and which of them were understood. It must not know
//! what a word means.

use super::spelling;

/// The most bytes of a question that are read.
const MAX_BYTES: usize = 4 * 1024;
/// The most words of a question that are read.
const MAX_WORDS: usize = 300;
/// The longest text in quotes that is taken for a name, in bytes.
const MAX_QUOTED: usize = 256;

/// A word of a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Word<'a> {
    /// As it was written, without punctuation around it.
    pub(super) raw: &'a str,
    /// In lower case, without a possessive, slips of key words mended.
    pub(super) low: String,
    /// Whether something understood it.
    pub(super) used: bool,
    /// Whether it says which tool is meant, so that no argument is read from it.
    pub(super) head: bool,
    /// Whether it stood in quotes; it may hold blanks then.
    pub(super) quoted: bool,
    /// Whether a sentence or clause ends behind it.
    pub(super) ends: bool,
}

impl Word<'_> {
    /// Whether it stands for something that the user should have filled in: `<vm_name>`.
    pub(super) fn is_placeholder(&self) -> bool {
        let within = |open, close| self.raw.starts_with(open) && self.raw.ends_with(close);
        let template = ["SUB_ID", "RESOURCE_GROUP", "ALERT_ID", "SUBSCRIPTION_ID", "RESOURCE_NAME"];
        self.raw.len() > 2 && (within('<', '>') || within('{', '}'))
            || self.raw.split('/').any(|part| template.contains(&part))
    }

    /// Whether it was written with a capital.
    pub(super) fn is_capital(&self) -> bool {
        self.raw.chars().next().is_some_and(char::is_uppercase)
    }
}

/// Whether a word is in a list of words with blanks between them.
pub(super) fn among(word: &str, list: &str) -> bool {
    !word.is_empty() && list.split_ascii_whitespace().any(|one| one == word)
}

/// A text, taken apart.
#[derive(Clone, Debug, Default)]
pub(super) struct Text<'a> {
    pub(super) words: Vec<Word<'a>>,
}

impl<'a> Text<'a> {
    pub(super) fn read(text: &'a str) -> Self {
        let mut rest = text.get(..text.floor_char_boundary(MAX_BYTES)).unwrap_or_default();
        let mut words = Vec::new();
        while words.len() < MAX_WORDS {
            rest = rest.trim_start();
            if rest.is_empty() {
                break;
            }
            if let Some((inside, after)) = quoted(rest) {
                words.push(Word {
                    raw: inside,
                    low: inside.to_lowercase(),
                    used: false,
                    head: false,
                    quoted: true,
                    ends: after.starts_with(['?', '.', ';', ',']),
                });
                rest = after;
                continue;
            }
            let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
            let (token, after) = rest.split_at(end);
            rest = after;
            let last = words.len();
            words.extend(pieces(token).filter_map(word));
            if words.len() == last
                && is_break(token)
                && let Some(word) = words.last_mut()
            {
                word.ends = true;
            }
        }
        Self { words }
    }

    /// Whether any of these words is in it, understood or not.
    pub(super) fn has_any(&self, wanted: &str) -> bool {
        self.words.iter().any(|word| !word.quoted && among(&word.low, wanted))
    }

    /// Where these words stand one after the other, understood or not.
    pub(super) fn find(&self, phrase: &str) -> Option<usize> {
        let phrase: Vec<&str> = phrase.split(' ').collect();
        let same =
            |window: &[Word<'_>]| window.iter().zip(&phrase).all(|(word, part)| word.low == *part);
        self.words.windows(phrase.len()).position(same)
    }

    pub(super) fn has(&self, phrase: &str) -> bool {
        self.find(phrase).is_some()
    }

    /// Marks the first of these phrases as understood; gives which.
    pub(super) fn take_phrase<'p>(&mut self, phrases: &[&'p str]) -> Option<&'p str> {
        let (at, phrase) = phrases.iter().find_map(|one| Some((self.find(one)?, *one)))?;
        self.take(at, phrase.split(' ').count());
        Some(phrase)
    }

    /// Marks words as understood.
    pub(super) fn take(&mut self, at: usize, count: usize) {
        for word in self.words.iter_mut().skip(at).take(count) {
            word.used = true;
        }
    }

    /// Marks every one of these words as understood; whether there was any.
    pub(super) fn take_any(&mut self, wanted: &str) -> bool {
        let mut found = false;
        for word in &mut self.words {
            if !word.quoted && among(&word.low, wanted) {
                word.used = true;
                found = true;
            }
        }
        found
    }

    pub(super) fn low(&self, at: usize) -> &str {
        self.words.get(at).map_or("", |word| word.low.as_str())
    }

    pub(super) fn starts_with(&self, phrase: &str) -> bool {
        self.find(phrase) == Some(0)
    }

    pub(super) fn len(&self) -> usize {
        self.words.len()
    }
}

/// A token in quotes at the beginning of a text, and what follows it.
fn quoted(text: &str) -> Option<(&str, &str)> {
    const QUOTES: [(char, char); 4] = [('`', '`'), ('"', '"'), ('“', '”'), ('\'', '\'')];
    let open = text.chars().next()?;
    let (_, close) = QUOTES.iter().find(|(one, _)| *one == open)?;
    let body = text.get(open.len_utf8()..)?;
    let end = body.find(*close)?;
    let inside = body.get(..end)?.trim();
    let after = body.get(end + close.len_utf8()..)?;
    // An apostrophe inside a word is no end of a quotation.
    let closed = !after.starts_with(|ch: char| ch.is_alphanumeric());
    (closed && !inside.is_empty() && inside.len() <= MAX_QUOTED).then_some((inside, after))
}

/// `VMs/disks` are two words; an id, a path, a type or a date is one.
fn pieces(token: &str) -> impl Iterator<Item = &str> {
    let splits = !token.starts_with('/')
        && !token.contains(['.', '<', '='])
        && !token.chars().any(|ch| ch.is_ascii_digit())
        && token.split('/').count() <= 3;
    token.split(move |ch: char| (splits && ch == '/') || ch == '—' || ch == '…')
}

fn word(token: &str) -> Option<Word<'_>> {
    let ends = token.ends_with(['?', '!', '.', ';', ',', ':']);
    let raw = token.trim_matches(|ch: char| {
        !ch.is_alphanumeric() && !matches!(ch, '/' | '<' | '>' | '{' | '}' | '_' | '-' | '|' | '=')
    });
    let raw = raw.trim_matches('-');
    if raw.is_empty() || !raw.chars().any(char::is_alphanumeric) {
        return None;
    }
    let low = raw.to_lowercase().replace('’', "'");
    let low = low.strip_suffix("'s").or_else(|| low.strip_suffix("s'").filter(|_| false));
    let low = low.map_or_else(|| raw.to_lowercase().replace('’', "'"), str::to_owned);
    Some(Word { raw, low: spelling::mended(&low), used: false, head: false, quoted: false, ends })
}

fn is_break(token: &str) -> bool {
    token.chars().all(|ch| !ch.is_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn low(text: &str) -> Vec<String> {
        Text::read(text).words.into_iter().map(|word| word.low).collect()
    }

    #[test]
    fn words_lose_their_punctuation_and_keep_names_whole() {
        assert_eq!(low("What's my secure-score?"), ["what", "my", "secure-score"]);
        assert_eq!(
            low("VMs/disks in \"My Group\", please"),
            ["vms", "disks", "in", "my group", "please"]
        );
        assert_eq!(
            low("the subscription's id (vm-web-01)"),
            ["the", "subscription", "id", "vm-web-01"]
        );
        assert_eq!(
            low("/subscriptions/a/b <vm_name> env=prod"),
            ["/subscriptions/a/b", "<vm_name>", "env=prod"]
        );
        assert!(Text::read("— … ?! \u{0} ''").words.len() <= 1);
        assert_eq!(Text::read(&"x ".repeat(5_000)).len(), MAX_WORDS);
    }
}
