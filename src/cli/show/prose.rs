//! An answer as it streams: a small part of Markdown, drawn word by word.
//!
//! Headings, lists, emphasis, code, tables and citations are drawn; everything else is shown as
//! it was written. Text is made harmless here, once.

use super::{
    ink::{Ink, Style},
    safe, width,
};

mod table;

/// How an answer is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Manner {
    /// Drawn, in at most this many columns.
    Drawn { columns: usize, ink: Ink },
    /// As it was written: for pipes.
    Raw,
}

/// Draws one message.
#[derive(Debug)]
pub(super) struct Prose {
    manner: Manner,
    /// The line in progress, as written, as far as it is not drawn.
    line: String,
    kind: Kind,
    /// Columns used of the line that is drawn.
    column: usize,
    /// Columns that further lines of this one are indented by.
    indent: usize,
    bold: bool,
    code: bool,
    fenced: bool,
    table: Vec<String>,
}

/// What the line in progress is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Too little of it is known.
    Unknown,
    /// Drawn word by word.
    Words,
    /// Drawn when it is whole.
    Whole,
}

impl Prose {
    pub(super) fn new(manner: Manner) -> Self {
        Self {
            manner,
            line: String::new(),
            kind: Kind::Unknown,
            column: 0,
            indent: 0,
            bold: false,
            code: false,
            fenced: false,
            table: Vec::new(),
        }
    }

    /// Takes more text; gives what can be drawn by now.
    pub(super) fn push(&mut self, text: &str) -> String {
        let text = safe(text);
        let Manner::Drawn { .. } = self.manner else {
            self.column = usize::from(!text.ends_with('\n'));
            return text;
        };
        let mut out = String::new();
        for ch in text.chars() {
            match ch {
                '\n' => self.end_line(&mut out),
                ch => {
                    self.line.push(ch);
                    self.advance(ch, &mut out);
                }
            }
        }
        out
    }

    /// The rest, ending in a line end where anything was drawn.
    pub(super) fn finish(&mut self) -> String {
        let mut out = String::new();
        if self.manner == Manner::Raw {
            if std::mem::take(&mut self.column) > 0 {
                out.push('\n');
            }
            return out;
        }
        if !self.line.is_empty() || self.column > 0 {
            self.end_line(&mut out);
        }
        self.end_table(&mut out);
        out
    }

    fn advance(&mut self, ch: char, out: &mut String) {
        if self.kind == Kind::Unknown {
            self.kind = self.kind_of_line();
            if self.kind == Kind::Words {
                self.end_table(out);
                self.begin_words(out);
            }
            return;
        }
        if self.kind == Kind::Words && ch == ' ' {
            self.draw_words(out);
        }
    }

    /// A line shows what it is in its first few characters.
    fn kind_of_line(&self) -> Kind {
        let line = self.line.trim_start();
        if self.fenced {
            return Kind::Whole;
        }
        match line.chars().next() {
            None => Kind::Unknown,
            Some('|' | '#' | '>') => Kind::Whole,
            Some('`') => match line.len() {
                0..3 if line.chars().all(|ch| ch == '`') => Kind::Unknown,
                _ if line.starts_with("```") => Kind::Whole,
                _ => Kind::Words,
            },
            Some('-' | '*' | '+') if line.len() == 1 => Kind::Unknown,
            Some(first) if first.is_ascii_digit() && line.len() < 4 => match line.contains(' ') {
                true => Kind::Words,
                false => Kind::Unknown,
            },
            Some(_) => Kind::Words,
        }
    }

    /// Draws the mark of a list's item.
    fn begin_words(&mut self, out: &mut String) {
        let spaces = self.line.len() - self.line.trim_start().len();
        let line = self.line.trim_start();
        let numbered = line.split_once(". ").map(|(number, _)| number);
        let (mark, rest) = if let Some(rest) =
            line.strip_prefix("- ").or_else(|| line.strip_prefix("* ")).or(line.strip_prefix("+ "))
        {
            ("• ".to_owned(), rest)
        } else if let Some(number) = numbered.filter(is_number) {
            let rest = line.get(number.len() + 2..).unwrap_or_default();
            (format!("{number}. "), rest)
        } else {
            (String::new(), line)
        };
        let rest = rest.to_owned();
        let spaces = if mark.is_empty() { 0 } else { spaces.min(12) };
        out.push_str(&" ".repeat(spaces));
        out.push_str(&mark);
        self.column = spaces + width::of(&mark);
        self.indent = self.column;
        self.line = rest;
    }

    /// Draws the whole words of the line in progress.
    fn draw_words(&mut self, out: &mut String) {
        let Some(end) = self.line.rfind(' ') else { return };
        let rest = self.line.split_off(end + 1);
        let words = std::mem::replace(&mut self.line, rest);
        for word in words.split(' ').filter(|word| !word.is_empty()) {
            self.draw_word(word, out);
        }
    }

    fn draw_word(&mut self, word: &str, out: &mut String) {
        let Manner::Drawn { columns, ink } = self.manner else { return };
        let pieces = self.pieces(word);
        let length: usize = pieces.iter().map(|(text, _)| width::of(text)).sum();
        let room = columns.saturating_sub(self.indent).max(1);
        let begins = self.column <= self.indent;
        if !begins && self.column + 1 + length > columns {
            self.turn(out);
        } else if !begins {
            out.push(' ');
            self.column += 1;
        }
        if length <= room {
            self.column += length;
            out.extend(pieces.iter().map(|(text, style)| ink.paint(*style, text)));
            return;
        }
        // Longer than a line: broken where it must be.
        for (text, style) in pieces {
            for ch in text.chars() {
                let mut one = [0; 4];
                let one = ch.encode_utf8(&mut one);
                if self.column + width::of(one) > columns && self.column > self.indent {
                    self.turn(out);
                }
                self.column += width::of(one);
                out.push_str(&ink.paint(style, one));
            }
        }
    }

    fn turn(&mut self, out: &mut String) {
        out.push('\n');
        out.push_str(&" ".repeat(self.indent));
        self.column = self.indent;
    }

    /// The parts of a word with their styles; `**` and backticks turn styles on and off.
    fn pieces(&mut self, word: &str) -> Vec<(String, Style)> {
        let mut pieces: Vec<(String, Style)> = Vec::new();
        let mut rest = word;
        while let Some(ch) = rest.chars().next() {
            if ch == '`' {
                self.code = !self.code;
                rest = rest.get(1..).unwrap_or_default();
                continue;
            }
            if !self.code && rest.starts_with("**") {
                self.bold = !self.bold;
                rest = rest.get(2..).unwrap_or_default();
                continue;
            }
            let cited = if self.code { None } else { citation(rest) };
            let (text, style) = match cited {
                Some(cited) => (cited, Style::Citation),
                None => (rest.get(..ch.len_utf8()).unwrap_or_default(), self.style()),
            };
            rest = rest.get(text.len()..).unwrap_or_default();
            match pieces.last_mut() {
                Some((last, same)) if *same == style => last.push_str(text),
                _ => pieces.push((text.to_owned(), style)),
            }
        }
        pieces
    }

    fn style(&self) -> Style {
        match (self.code, self.bold) {
            (true, _) => Style::Code,
            (false, true) => Style::Bold,
            (false, false) => Style::Plain,
        }
    }

    fn end_line(&mut self, out: &mut String) {
        let Manner::Drawn { columns, ink } = self.manner else { return };
        if self.kind == Kind::Unknown && !self.line.trim().is_empty() {
            self.kind = Kind::Words;
            self.end_table(out);
            self.begin_words(out);
        }
        let line = std::mem::take(&mut self.line);
        match std::mem::replace(&mut self.kind, Kind::Unknown) {
            Kind::Words => {
                line.split(' ').filter(|one| !one.is_empty()).for_each(|w| self.draw_word(w, out));
                out.push('\n');
            }
            Kind::Unknown => {
                self.end_table(out);
                out.push('\n');
            }
            Kind::Whole if line.trim_start().starts_with("```") => {
                self.end_table(out);
                self.fenced = !self.fenced;
            }
            Kind::Whole if self.fenced => {
                let line = ink.paint(Style::Code, &line);
                out.push_str(&format!(
                    "  {line}
"
                ));
            }
            Kind::Whole if line.trim_start().starts_with('|') => self.table.push(line),
            Kind::Whole => {
                self.end_table(out);
                let heading = line.trim_start().trim_start_matches(['#', '>']).trim();
                for part in width::wrap(&heading.replace("**", ""), columns) {
                    out.push_str(&format!("{}\n", ink.paint(Style::Bold, &part)));
                }
            }
        }
        (self.column, self.indent, self.bold, self.code) = (0, 0, false, false);
    }

    /// Draws the table that was collected.
    fn end_table(&mut self, out: &mut String) {
        let Manner::Drawn { columns, ink } = self.manner else { return };
        let lines = std::mem::take(&mut self.table);
        let Some(grid) = table::grid(&lines) else { return };
        for line in grid.lines(columns, ink) {
            out.push_str(&line);
            out.push('\n');
        }
    }
}

fn is_number(text: &&str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// `[e12]` at the beginning of a text.
fn citation(text: &str) -> Option<&str> {
    let rest = text.strip_prefix("[e")?;
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let closed = rest.get(digits..)?.starts_with(']');
    (digits > 0 && closed).then(|| text.get(..digits + 3)).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "There are **2** alerts on `vm-web-01` in a rather long sentence. [e1]\n\n\
        ## Next\n\n- close the port that is open to the whole internet [e12]\n1. then look\n\n\
        | Name | Count |\n|---|---:|\n| `a` | 1 |\n| b\\|c | 22 |\nafter\n```\nlet x = 1;\n```\n";

    fn drawn(columns: usize, size: usize) -> String {
        let mut prose = Prose::new(Manner::Drawn { columns, ink: Ink::None });
        let chars: Vec<char> = TEXT.chars().collect();
        let mut out = String::new();
        for chunk in chars.chunks(size) {
            out.push_str(&prose.push(&chunk.iter().collect::<String>()));
        }
        out.push_str(&prose.finish());
        out
    }

    #[test]
    fn however_it_streams_it_is_drawn_the_same() {
        for columns in [20, 40, 80] {
            let whole = drawn(columns, 10_000);
            for size in [1, 2, 3, 7, 50] {
                assert_eq!(drawn(columns, size), whole);
            }
            for line in whole.lines() {
                assert!(width::of(line) <= columns, "{line}");
            }
        }
    }

    #[test]
    fn marks_become_pictures() {
        let text = drawn(80, 5);
        assert!(
            text.starts_with(
                "There are 2 alerts on vm-web-01 in a rather long sentence. [e1]\n\nNext\n\n• close"
            ),
            "{text}"
        );
        assert!(text.contains("\n1. then look\n\nName  Count\n────  ─────\na         1\nb|c      22\nafter\n  let x = 1;\n"), "{text}");
    }

    #[test]
    fn pipes_get_what_was_written_but_no_sequences() {
        let mut prose = Prose::new(Manner::Raw);
        let out = prose.push("**a** \u{1b}[31m| b") + &prose.finish();
        assert_eq!(out, "**a** ␛[31m| b\n");
    }
}
