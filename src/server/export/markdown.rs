//! Text of others in a Markdown file: it stays text.
//!
//! Titles, questions, names and messages of Azure lose every meaning to Markdown. An answer keeps
//! its layout (tables, lists, emphasis) and nothing else: no link, image, heading or HTML. Text of
//! several lines stands in a block quote, so that it cannot end what it stands in and pass for a
//! part of the file.

use std::borrow::Cow;

/// What is kept of Markdown's meaning.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Keep {
    Nothing,
    Layout,
}

/// Text within a line of ours.
pub(super) fn inline(text: &str) -> String {
    let line: Vec<&str> = text.split_whitespace().collect();
    escaped(&line.join(" "), Keep::Nothing)
}

/// Text of people, as it was written, quoted.
pub(super) fn quoted(text: &str) -> String {
    let lines = text.trim().lines();
    let lines = lines.map(|line| match line.trim() {
        "" => ">\n".to_owned(),
        // Two spaces at its end keep the line a line.
        line => format!("> {}  \n", unled(&escaped(line, Keep::Nothing))),
    });
    lines.collect()
}

/// An answer, its layout kept, quoted.
pub(super) fn quoted_answer(text: &str) -> String {
    let lines = text.trim().lines().map(|line| {
        let line = line.trim_end().replace('\t', "    ");
        let body = line.trim_start();
        if body.is_empty() {
            return ">\n".to_owned();
        }
        let indent = (line.len() - body.len()).min(MAX_INDENT);
        let body = escaped(body, Keep::Layout);
        // Underlined text would be a heading.
        let underlines = |c: char| body.trim_end().chars().all(|known| known == c);
        let guard = if underlines('-') || underlines('=') { "\\" } else { "" };
        format!("> {}{guard}{body}\n", " ".repeat(indent))
    });
    lines.collect()
}

/// The deepest indentation kept.
const MAX_INDENT: usize = 12;

/// JSON in a fence that nothing in it can end: no line of it begins with a backtick.
pub(super) fn fenced_json(value: &serde_json::Value) -> String {
    let text = serde_json::to_string_pretty(value).unwrap_or_default();
    let text: String = text.chars().map(|c| if c == '\n' { c } else { visible(c) }).collect();
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}json\n{text}\n{fence}\n")
}

fn escaped(text: &str, keep: Keep) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        let meaning = match c {
            '\\' | '`' | '~' | '[' | ']' | '<' | '>' | '&' | '#' | '$' | '@' => true,
            '*' | '_' | '|' => keep == Keep::Nothing,
            // Bare addresses would become links.
            ':' => chars.as_str().starts_with("//"),
            '.' => out.len() >= 3 && ends_with_www(&out),
            _ => false,
        };
        if meaning {
            out.push('\\');
        }
        out.push(visible(c));
    }
    out
}

fn ends_with_www(out: &str) -> bool {
    out.get(out.len() - 3..).is_some_and(|tail| tail.eq_ignore_ascii_case("www"))
}

/// A line that begins neither a list nor an underline.
fn unled(line: &str) -> Cow<'_, str> {
    if line.starts_with(['-', '+', '=']) {
        return format!("\\{line}").into();
    }
    let digits = line.len() - line.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    match line.split_at_checked(digits) {
        Some((number, rest)) if digits > 0 && rest.starts_with(['.', ')']) => {
            format!("{number}\\{rest}").into()
        }
        _ => line.into(),
    }
}

/// A character that shows: controls and those that turn the direction of text would hide others.
fn visible(c: char) -> char {
    match c {
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' => '\u{fffd}',
        c if c.is_control() => '\u{fffd}',
        c => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_within_a_line_has_no_meaning() {
        for (text, wanted) in [
            ("plain text, as it is.", "plain text, as it is."),
            ("![x](http://e.example)", "!\\[x\\](http\\://e.example)"),
            ("<img src=x>\n# h", "\\<img src=x\\> \\# h"),
            ("www.e.example a@b.example", "www\\.e.example a\\@b.example"),
            ("`code` *b* a|b", "\\`code\\` \\*b\\* a\\|b"),
            ("a\u{202e}b\u{0}", "a\u{fffd}b\u{fffd}"),
        ] {
            assert_eq!(inline(text), wanted);
        }
    }

    #[test]
    fn an_answer_keeps_tables_and_lists_but_no_heading() {
        let text = "# Big\nAlso big\n---\n| a | b |\n|---|---|\n- **x**\n  - [y](z)\n===";
        assert_eq!(
            quoted_answer(text),
            "> \\# Big\n> Also big\n> \\---\n> | a | b |\n> |---|---|\n> - **x**\n>   - \\[y\\](z)\n> \\===\n"
        );
    }

    #[test]
    fn a_question_is_quoted_line_by_line() {
        assert_eq!(quoted("1. a\n\n- b"), "> 1\\. a  \n>\n> \\- b  \n");
    }
}
