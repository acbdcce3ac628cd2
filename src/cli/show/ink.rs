//! Colours and weights, where the terminal has them and the reader wants them.

use std::io::IsTerminal;

/// What a piece of text is, for the eye.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cli) enum Style {
    Plain,
    Dim,
    Bold,
    Code,
    Citation,
    Good,
    Warn,
    Bad,
}

/// Whether styles are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cli) enum Ink {
    Colour,
    None,
}

impl Ink {
    /// Colour on a terminal that has it, unless `NO_COLOR` is set.
    pub(in crate::cli) fn of(stream: &impl IsTerminal) -> Self {
        let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
        let dumb = set("TERM").is_none_or(|term| term == "dumb");
        match stream.is_terminal() && !dumb && set("NO_COLOR").is_none() {
            true => Self::Colour,
            false => Self::None,
        }
    }

    /// The text in a style. It must be harmless already.
    pub(in crate::cli) fn paint(self, style: Style, text: &str) -> String {
        let code = match (self, style) {
            (Self::None, _) | (Self::Colour, Style::Plain) => return text.to_owned(),
            (Self::Colour, Style::Dim) => "2",
            (Self::Colour, Style::Bold) => "1",
            (Self::Colour, Style::Code) => "36",
            (Self::Colour, Style::Citation) => "2;36",
            (Self::Colour, Style::Good) => "32",
            (Self::Colour, Style::Warn) => "33",
            (Self::Colour, Style::Bad) => "31",
        };
        match text.is_empty() {
            true => String::new(),
            false => format!("\u{1b}[{code}m{text}\u{1b}[0m"),
        }
    }
}
