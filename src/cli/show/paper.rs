//! Where text goes: standard output, with a line that says what is going on; or above a prompt
//! while somebody types.

use std::io::{self, IsTerminal, Write};

use super::{ink::Ink, width};

/// Prints whole lines above a prompt.
pub(in crate::cli) type Above = Box<dyn FnMut(String) + Send>;

/// What text is printed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cli) enum Sheet {
    /// Answers and notes on standard output: a conversation.
    One,
    /// Answers on standard output, notes on standard error: one question.
    Two,
    /// Nowhere: something else prints the result.
    Blank,
}

/// Where text goes.
pub(in crate::cli) struct Paper {
    sheet: Sheet,
    /// What is going on, redrawn under everything; none where lines cannot be redrawn.
    live: Option<String>,
    live_is_drawn: bool,
    /// The line in progress while there is a prompt.
    partial: String,
    at_line_start: bool,
    above: Option<Above>,
    is_broken: bool,
}

impl Paper {
    /// Paper for a sheet.
    pub(in crate::cli) fn new(sheet: Sheet) -> Self {
        let movable = std::env::var_os("TERM").is_some_and(|term| term != "dumb");
        let can_redraw = sheet == Sheet::One && movable && io::stdout().is_terminal();
        Self {
            sheet,
            live: can_redraw.then(String::new),
            live_is_drawn: false,
            partial: String::new(),
            at_line_start: true,
            above: None,
            is_broken: false,
        }
    }

    /// Whether people watch the answer being written.
    pub(in crate::cli) fn is_terminal(&self) -> bool {
        self.sheet != Sheet::Blank && io::stdout().is_terminal()
    }

    /// Whether nothing is printed here.
    pub(in crate::cli) fn is_blank(&self) -> bool {
        self.sheet == Sheet::Blank
    }

    /// How notes are coloured.
    pub(in crate::cli) fn note_ink(&self) -> Ink {
        match self.sheet {
            Sheet::One => Ink::of(&io::stdout()),
            Sheet::Two => Ink::of(&io::stderr()),
            Sheet::Blank => Ink::None,
        }
    }

    /// How answers are coloured.
    pub(in crate::cli) fn ink(&self) -> Ink {
        Ink::of(&io::stdout())
    }

    /// The columns there are.
    pub(in crate::cli) fn columns(&self) -> usize {
        width::of_terminal()
    }

    /// Whether nobody reads any more.
    pub(in crate::cli) fn is_broken(&self) -> bool {
        self.is_broken
    }

    /// From now on somebody types: whole lines are printed above.
    pub(in crate::cli) fn lift(&mut self, above: Above) {
        self.clear_live();
        self.above = Some(above);
    }

    /// Nobody types any more.
    pub(in crate::cli) fn lower(&mut self) {
        self.above = None;
        let rest = std::mem::take(&mut self.partial);
        self.text(&rest);
    }

    /// Prints a part of an answer.
    pub(in crate::cli) fn text(&mut self, text: &str) {
        if text.is_empty() || self.sheet == Sheet::Blank {
            return;
        }
        if let Some(above) = &mut self.above {
            self.partial.push_str(text);
            if let Some(end) = self.partial.rfind('\n') {
                let rest = self.partial.split_off(end + 1);
                above(std::mem::replace(&mut self.partial, rest));
            }
            return;
        }
        self.clear_live();
        self.at_line_start = text.ends_with('\n');
        let mut out = io::stdout().lock();
        self.is_broken |= out.write_all(text.as_bytes()).and_then(|()| out.flush()).is_err();
        drop(out);
        self.draw_live();
    }

    /// Prints a line of its own that is no answer.
    pub(in crate::cli) fn note(&mut self, line: &str) {
        match self.sheet {
            Sheet::One => {
                let before = if self.at_line_start { "" } else { "\n" };
                self.text(&format!("{before}{line}\n"));
            }
            Sheet::Two => {
                self.end_line();
                // Notes that nobody reads are no failure.
                let _ = writeln!(io::stderr(), "{line}");
            }
            Sheet::Blank => {}
        }
    }

    /// An empty line, where answers and notes stand together.
    pub(in crate::cli) fn space(&mut self) {
        if self.sheet == Sheet::One {
            self.note("");
        }
    }

    /// Ends the line in progress.
    pub(in crate::cli) fn end_line(&mut self) {
        if !self.at_line_start {
            self.text("\n");
        }
    }

    /// Says what is going on; empty text says nothing.
    pub(in crate::cli) fn live(&mut self, text: &str) {
        self.clear_live();
        if let Some(live) = &mut self.live {
            text.clone_into(live);
        }
        self.draw_live();
    }

    fn draw_live(&mut self) {
        let columns = self.columns();
        let Some(text) = self.live.as_deref().filter(|text| !text.is_empty()) else { return };
        if !self.at_line_start || self.above.is_some() || self.live_is_drawn {
            return;
        }
        let text = width::cut(text, columns.saturating_sub(1));
        let mut out = io::stdout().lock();
        let drawn = write!(out, "{text}").and_then(|()| out.flush());
        self.live_is_drawn = drawn.is_ok();
    }

    fn clear_live(&mut self) {
        if std::mem::take(&mut self.live_is_drawn) {
            let mut out = io::stdout().lock();
            // What cannot be cleared is not read either.
            let _ = write!(out, "\r\u{1b}[K").and_then(|()| out.flush());
        }
    }
}
