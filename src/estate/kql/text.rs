//! How Kusto's text operators find one text in another.

use super::ast::Match;

/// Whether `text` holds `pattern` in the way of `op`. `Regex` is not for here: never true.
pub(crate) fn matches(op: Match, text: &str, pattern: &str) -> bool {
    match op {
        Match::Contains { cased } => find(text, pattern, cased, |_, _| true),
        Match::StartsWith { cased } => find_at(text, pattern, cased, 0),
        Match::EndsWith { cased: true } => text.ends_with(pattern),
        Match::EndsWith { cased: false } => ends_with_folded(text, pattern),
        Match::Has { cased } => find(text, pattern, cased, |before, after| before && after),
        Match::HasPrefix { cased } => find(text, pattern, cased, |before, _| before),
        Match::HasSuffix { cased } => find(text, pattern, cased, |_, after| after),
        Match::Regex => false,
    }
}

/// Equality without regard to case.
pub(crate) fn alike(a: &str, b: &str) -> bool {
    a.eq_ignore_ascii_case(b)
        || (!(a.is_ascii() && b.is_ascii()) && a.to_lowercase() == b.to_lowercase())
}

fn ends_with_folded(text: &str, pattern: &str) -> bool {
    if pattern.is_ascii() {
        let tail = text.len().checked_sub(pattern.len()).and_then(|at| text.as_bytes().get(at..));
        return tail.is_some_and(|tail| tail.eq_ignore_ascii_case(pattern.as_bytes()));
    }
    text.to_lowercase().ends_with(&pattern.to_lowercase())
}

fn find_at(text: &str, pattern: &str, cased: bool, at: usize) -> bool {
    if !cased && !pattern.is_ascii() {
        return text.to_lowercase().starts_with(&pattern.to_lowercase());
    }
    let found = text.as_bytes().get(at..at + pattern.len());
    found.is_some_and(|found| {
        if cased {
            found == pattern.as_bytes()
        } else {
            found.eq_ignore_ascii_case(pattern.as_bytes())
        }
    })
}

/// Looks for an occurrence that `accept`s whether a term starts before and ends after it.
fn find(text: &str, pattern: &str, cased: bool, accept: fn(bool, bool) -> bool) -> bool {
    if !cased && !pattern.is_ascii() {
        return find(&text.to_lowercase(), &pattern.to_lowercase(), true, accept);
    }
    let Some(first) = pattern.bytes().next() else {
        return true;
    };
    let (low, high) = if cased {
        (first, first)
    } else {
        (first.to_ascii_lowercase(), first.to_ascii_uppercase())
    };
    memchr::memchr2_iter(low, high, text.as_bytes()).any(|at| {
        find_at(text, pattern, cased, at)
            && accept(starts_term(text, at, pattern), ends_term(text, at, pattern))
    })
}

fn starts_term(text: &str, at: usize, pattern: &str) -> bool {
    let before = text.get(..at).and_then(|before| before.chars().next_back());
    !(before.is_some_and(char::is_alphanumeric) && pattern.starts_with(char::is_alphanumeric))
}

fn ends_term(text: &str, at: usize, pattern: &str) -> bool {
    let after = text.get(at + pattern.len()..).and_then(|after| after.chars().next());
    !(after.is_some_and(char::is_alphanumeric) && pattern.ends_with(char::is_alphanumeric))
}
