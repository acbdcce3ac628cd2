//! Secrets in text become `[redacted:<kind>]`. A leaf: it knows shapes of secrets, nothing of ours.
//!
//! Two families are found. *Shapes*: tokens that say themselves what they are (`ghp_…`, `eyJ….…`,
//! an 88-character account key). *Keyed values*: `Password=…;`, `"clientSecret": "…"`, `sig=…`,
//! `https://user:…@host`, whose name in front gives them away.
//!
//! One scanner serves whole texts and streams, in one pass and without looking further back than
//! 128 bytes, so a stream is redacted to the same text however it was split. Its price: of a key
//! that nothing announces, the few characters that still look like a word are shown.

mod before;
mod json;
mod keyed;
mod names;
mod run;
mod scan;
mod swallow;
mod tokens;
mod told;

use std::borrow::Cow;

pub use json::redact_json;
use scan::Scanner;

/// The text without its secrets. Borrowed when there are none.
#[must_use]
pub fn redact(text: &str) -> Cow<'_, str> {
    Scanner::default().sift(text, scan::Ending::Here).shown
}

/// Takes secrets out of a stream of text.
///
/// Prose passes at once and unallocated; only a tail that may begin a secret is held back, at
/// most about 1 KiB of it and mostly a few bytes.
#[derive(Debug, Default)]
pub struct RedactFilter {
    scanner: Scanner,
    held: String,
}

impl RedactFilter {
    /// A filter at the beginning of a text.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next fragment in and gives what may be shown. Borrowed when nothing changed.
    pub fn push<'a>(&mut self, fragment: &'a str) -> Cow<'a, str> {
        if self.held.is_empty() {
            let sifted = self.scanner.sift(fragment, scan::Ending::Later);
            self.held.push_str(sifted.held);
            return sifted.shown;
        }
        let mut text = std::mem::take(&mut self.held);
        text.push_str(fragment);
        let sifted = self.scanner.sift(&text, scan::Ending::Later);
        self.held.push_str(sifted.held);
        Cow::Owned(sifted.shown.into_owned())
    }

    /// Ends the text: gives what was held back, redacted where it was a secret. The filter is
    /// new again.
    pub fn finish(&mut self) -> String {
        let text = std::mem::take(&mut self.held);
        let shown = self.scanner.sift(&text, scan::Ending::Here).shown.into_owned();
        self.scanner = Scanner::default();
        shown
    }
}
