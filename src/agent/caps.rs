//! Caps: what is stored keeps within its bytes, as text and as the JSON it becomes.
//!
//! An event that is too large cannot be stored at all, so what goes into one is measured as it
//! will be written: escapes make up to six bytes of one.

use crate::{
    protocol::{Citation, Coverage, Unsupported},
    redact::redact,
};

/// The most citations of one message; what comes after them is text.
pub(super) const MAX_CITATIONS: usize = 256;
/// The most bytes of JSON that the unsupported claims of one message take.
const MAX_UNSUPPORTED_JSON_BYTES: usize = 16 * 1024;
/// Failures of a coverage that are stored.
const MAX_FAILURES: usize = 20;
/// The longest message of a failure, in bytes.
const MAX_FAILURE_BYTES: usize = 600;
/// Scopes of a coverage that are stored.
const MAX_SCOPES: usize = 200;
/// The most bytes that the scopes of a coverage take.
const MAX_SCOPES_BYTES: usize = 24 * 1024;

/// How long a text is as JSON, without its quotes, in bytes.
pub(super) fn json_len(text: &str) -> usize {
    text.bytes().map(byte_len).sum()
}

fn byte_len(byte: u8) -> usize {
    match byte {
        b'"' | b'\\' | b'\n' | b'\r' | b'\t' | 0x08 | 0x0c => 2,
        0..=0x1f => 6,
        _ => 1,
    }
}

/// How much of a text fits both caps, in bytes, cut at a character.
pub(super) fn fitting(text: &str, max_bytes: usize, max_json_bytes: usize) -> usize {
    let mut json = 0;
    let within = text.bytes().take(max_bytes).take_while(|byte| {
        json += byte_len(*byte);
        json <= max_json_bytes
    });
    text.floor_char_boundary(within.count())
}

/// At most `max_bytes` of a text, cut at a character.
pub(super) fn cut(text: &str, max_bytes: usize) -> &str {
    text.get(..text.floor_char_boundary(max_bytes.min(text.len()))).unwrap_or_default()
}

/// A text without secrets, within its cap.
pub(super) fn safe(text: &str, max_bytes: usize) -> String {
    cut(&redact(text), max_bytes).to_owned()
}

/// The citations of a message within their cap.
pub(super) fn bounded_citations(mut citations: Vec<Citation>) -> Vec<Citation> {
    citations.truncate(MAX_CITATIONS);
    citations
}

/// The unsupported claims of a message within their cap, the first ones kept.
pub(super) fn bounded_claims(mut claims: Vec<Unsupported>) -> Vec<Unsupported> {
    let mut json = 0;
    let kept = claims.iter().take_while(|claim| {
        json += json_len(&claim.text) + 48;
        json <= MAX_UNSUPPORTED_JSON_BYTES
    });
    claims.truncate(kept.count());
    claims
}

/// A coverage within its caps; how many scopes and failures there were stays true.
pub(super) fn bounded_coverage(mut coverage: Coverage) -> Coverage {
    let (scopes, failures) = (coverage.scope_count(), coverage.failure_count());
    coverage.failures.truncate(MAX_FAILURES);
    for failure in &mut coverage.failures {
        failure.message = safe(&failure.message, MAX_FAILURE_BYTES);
    }
    let mut bytes = 0;
    let kept = coverage.scopes.iter().take(MAX_SCOPES).take_while(|scope| {
        bytes += scope.len();
        bytes <= MAX_SCOPES_BYTES
    });
    coverage.scopes.truncate(kept.count());
    coverage.scopes_total = (scopes > coverage.scopes.len() as u64).then_some(scopes);
    coverage.failures_total = (failures > coverage.failures.len() as u64).then_some(failures);
    coverage
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_measured_as_the_json_it_becomes() {
        for text in ["plain", "\"\\\n\r\t\u{8}\u{c}", "\0\u{1b}", "é…\u{7f}"] {
            assert_eq!(json_len(text), serde_json::to_string(text).unwrap().len() - 2, "{text:?}");
        }
    }

    #[test]
    fn a_text_is_cut_at_a_character_by_whichever_cap_comes_first() {
        assert_eq!(fitting("abc", 2, 99), 2);
        assert_eq!(fitting("\0\0\0", 99, 12), 2);
        assert_eq!(fitting("aé", 2, 99), 1);
        assert_eq!(fitting("aé", 99, 99), 3);
    }
}
