//! Text that others wrote, made harmless to a terminal.
//!
//! A resource's tag, a log line or a model may hold sequences that move the cursor, set the
//! title, write to the clipboard or turn the reading direction. They are shown, not obeyed: a
//! reader should see that somebody tried.

use std::fmt::Write as _;

/// The text on lines of its own, harmless.
pub(in crate::cli) fn safe(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for ch in text.chars() {
        match ch {
            '\n' => out.push('\n'),
            '\t' => out.push_str("    "),
            // Half of a line end; alone it would overwrite the line.
            '\r' => {}
            // The picture of the control character.
            '\0'..='\u{1f}' => out.push(picture(ch)),
            '\u{7f}' => out.push('\u{2421}'),
            ch if is_disguise(ch) => {
                let _ = write!(out, "<U+{:04X}>", u32::from(ch));
            }
            ch => out.push(ch),
        }
    }
    out
}

/// The text on one line, harmless.
pub(in crate::cli) fn safe_line(text: &str) -> String {
    let text = safe(text);
    match text.contains('\n') {
        true => text.split('\n').map(str::trim).collect::<Vec<_>>().join(" "),
        false => text,
    }
}

fn picture(ch: char) -> char {
    char::from_u32(0x2400 + u32::from(ch)).unwrap_or('\u{fffd}')
}

/// C1 controls, and characters that are not seen but change what is: reading direction, line
/// separators, tags, invisible spaces.
fn is_disguise(ch: char) -> bool {
    matches!(ch,
        '\u{80}'..='\u{9f}'
        | '\u{ad}'
        | '\u{61c}'
        | '\u{200b}'
        | '\u{200e}' | '\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{feff}'
        | '\u{fff9}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sequences_are_shown_and_not_obeyed() {
        for (given, shown) in [
            ("\u{1b}[2Jgone", "␛[2Jgone"),
            ("\u{1b}]52;c;AAAA\u{7}", "␛]52;c;AAAA␇"),
            ("a\u{9b}31mb", "a<U+009B>31mb"),
            ("safe\u{202e}txt.exe", "safe<U+202E>txt.exe"),
            ("over\rwritten", "overwritten"),
            ("a\r\nb\tc\u{8}\u{7f}", "a\nb    c␈␡"),
            ("naïve 東京 👩‍💻", "naïve 東京 👩‍💻"),
        ] {
            assert_eq!(safe(given), shown);
            assert!(!safe(given).chars().any(|ch| ch.is_control() && ch != '\n'));
        }
        assert_eq!(safe_line("a\n  b\u{2028}c"), "a b<U+2028>c");
    }
}
