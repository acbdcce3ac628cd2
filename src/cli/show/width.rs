//! Columns of a terminal: how many a text takes, where it is cut, how it is wrapped.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Columns where no terminal says.
const DEFAULT: usize = 80;
/// Fewer columns than this are treated as this many.
const LEAST: usize = 20;

/// The columns of the terminal, or those that `COLUMNS` names, or 80.
pub(super) fn of_terminal() -> usize {
    let told = || std::env::var("COLUMNS").ok().and_then(|text| text.trim().parse().ok());
    let seen = terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
    seen.filter(|width| *width > 0).or_else(told).unwrap_or(DEFAULT).max(LEAST)
}

/// The columns a text takes.
pub(super) fn of(text: &str) -> usize {
    text.width()
}

/// The text in at most `columns`, with `…` where something is missing.
pub(super) fn cut(text: &str, columns: usize) -> String {
    if of(text) <= columns {
        return text.to_owned();
    }
    let mut out = String::new();
    let mut used = 1;
    for ch in text.chars() {
        used += ch.width().unwrap_or(0);
        if used > columns {
            break;
        }
        out.push(ch);
    }
    out.push('…');
    out
}

/// The text with spaces to exactly `columns`.
pub(super) fn fill(text: &str, columns: usize) -> String {
    let missing = columns.saturating_sub(of(text));
    format!("{text}{}", " ".repeat(missing))
}

/// The text in lines of at most `columns`, broken between words, or within one that is longer.
pub(super) fn wrap(text: &str, columns: usize) -> Vec<String> {
    let columns = columns.max(1);
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        let needed = of(&line) + usize::from(!line.is_empty()) + of(word);
        if needed <= columns {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
            continue;
        }
        if !line.is_empty() {
            lines.push(std::mem::take(&mut line));
        }
        for ch in word.chars() {
            if of(&line) + ch.width().unwrap_or(0) > columns && !line.is_empty() {
                lines.push(std::mem::take(&mut line));
            }
            line.push(ch);
        }
    }
    lines.push(line);
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_characters_take_two_columns() {
        assert_eq!(cut("東京タワー", 5), "東京…");
        assert_eq!(fill("東京", 6), "東京  ");
        assert_eq!(cut("short", 5), "short");
    }

    #[test]
    fn lines_break_between_words_and_within_long_ones() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("a abcdefgh b", 4), ["a", "abcd", "efgh", "b"]);
        assert_eq!(wrap("", 4), [""]);
        assert!(wrap(&"東京".repeat(30), 7).iter().all(|line| of(line) <= 7));
    }
}
