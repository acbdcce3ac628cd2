//! Tables that fit: in columns where there is room, else a block a row.

use super::{
    ink::{Ink, Style},
    width,
};

/// Spaces between two columns.
const GAP: usize = 2;
/// The fewest columns of the screen that a column of text is squeezed into.
const NARROWEST: usize = 12;
/// The most lines that one row takes.
const MAX_LINES: usize = 3;

/// On which side a column is aligned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cli) enum Align {
    Left,
    Right,
}

/// The head of a column.
#[derive(Clone, Debug)]
pub(in crate::cli) struct Heading {
    pub(in crate::cli) label: String,
    pub(in crate::cli) align: Align,
}

/// Rows of harmless text.
#[derive(Clone, Debug, Default)]
pub(in crate::cli) struct Grid {
    pub(in crate::cli) headings: Vec<Heading>,
    pub(in crate::cli) rows: Vec<Vec<(String, Style)>>,
}

impl Grid {
    /// The table in at most `columns`.
    pub(in crate::cli) fn lines(&self, columns: usize, ink: Ink) -> Vec<String> {
        match self.widths(columns) {
            Some(widths) => self.in_columns(&widths, ink),
            None => self.in_blocks(columns, ink),
        }
    }

    /// How wide each column is; none when they would be too narrow to read.
    fn widths(&self, columns: usize) -> Option<Vec<usize>> {
        let gaps = GAP * self.headings.len().saturating_sub(1);
        let room = columns.checked_sub(gaps)?;
        let whole = self.natural(width::of);
        if whole.iter().sum::<usize>() <= room {
            return Some(whole);
        }
        // Headings break between words before anything is squeezed.
        let mut widths = self.natural(longest_word);
        loop {
            let sum: usize = widths.iter().sum();
            let Some(over) = sum.checked_sub(room).filter(|over| *over > 0) else {
                return Some(widths);
            };
            self.squeeze(&mut widths, over)?;
        }
    }

    /// What the columns would take, with headings of this width.
    fn natural(&self, heading: impl Fn(&str) -> usize) -> Vec<usize> {
        let mut widths: Vec<usize> = self.headings.iter().map(|one| heading(&one.label)).collect();
        for row in &self.rows {
            for (widest, (text, _)) in widths.iter_mut().zip(row) {
                *widest = (*widest).max(width::of(text));
            }
        }
        widths
    }

    /// The widest columns of text give first, each its part, down to the next widest; numbers
    /// are never cut. None when they are as narrow as may be.
    fn squeeze(&self, widths: &mut [usize], over: usize) -> Option<()> {
        let is_text = |(_, heading): &(&usize, &Heading)| heading.align == Align::Left;
        let texts: Vec<usize> =
            widths.iter().zip(&self.headings).filter(is_text).map(|(width, _)| *width).collect();
        let widest = texts.iter().copied().max().filter(|widest| *widest > NARROWEST)?;
        let next = texts.iter().copied().filter(|one| *one < widest).max().unwrap_or(0);
        let as_wide = texts.iter().filter(|one| **one == widest).count().max(1);
        let to = next.max(widest.saturating_sub(over.div_ceil(as_wide))).max(NARROWEST);
        let mut with = widths.iter_mut().zip(&self.headings);
        let fits = |(width, heading): &(&mut usize, &Heading)| {
            **width == widest && heading.align == Align::Left
        };
        let (slot, _) = with.find(fits)?;
        *slot = to.min(widest - 1);
        Some(())
    }

    fn in_columns(&self, widths: &[usize], ink: Ink) -> Vec<String> {
        let head: Vec<(String, Style)> =
            self.headings.iter().map(|one| (one.label.clone(), Style::Bold)).collect();
        let mut lines = self.row(&head, widths, ink);
        let rules: Vec<String> = widths.iter().map(|width| "─".repeat(*width)).collect();
        lines.push(ink.paint(Style::Dim, &rules.join(&" ".repeat(GAP))));
        lines.extend(self.rows.iter().flat_map(|row| self.row(row, widths, ink)));
        lines
    }

    fn row(&self, cells: &[(String, Style)], widths: &[usize], ink: Ink) -> Vec<String> {
        let wrapped: Vec<Vec<String>> =
            cells.iter().zip(widths).map(|((text, _), width)| wrapped(text, *width)).collect();
        let height = wrapped.iter().map(Vec::len).max().unwrap_or(1);
        let line = |at: usize| {
            let mut line = String::new();
            let columns = wrapped.iter().zip(cells).zip(widths).zip(&self.headings);
            for (index, (((parts, (_, style)), width), heading)) in columns.enumerate() {
                let part = parts.get(at).map_or("", String::as_str);
                let space = " ".repeat(width.saturating_sub(width::of(part)));
                if index > 0 {
                    line.push_str(&" ".repeat(GAP));
                }
                match heading.align {
                    Align::Left => line.push_str(&format!("{}{space}", ink.paint(*style, part))),
                    Align::Right => line.push_str(&format!("{space}{}", ink.paint(*style, part))),
                }
            }
            line.trim_end().to_owned()
        };
        (0..height).map(line).collect()
    }

    /// A block a row: `label: value` lines, for screens that are too narrow for columns.
    fn in_blocks(&self, columns: usize, ink: Ink) -> Vec<String> {
        let mut lines = Vec::new();
        for row in &self.rows {
            let mut mark = "▪ ";
            for (heading, (text, style)) in self.headings.iter().zip(row) {
                if text.is_empty() {
                    continue;
                }
                let label = format!("{}: ", heading.label);
                let room = columns.saturating_sub(2);
                for (at, part) in width::wrap(&format!("{label}{text}"), room).iter().enumerate() {
                    let part = match part.strip_prefix(label.trim_end()).filter(|_| at == 0) {
                        Some(rest) => {
                            let label = ink.paint(Style::Dim, label.trim_end());
                            format!("{label}{}", ink.paint(*style, rest))
                        }
                        None => ink.paint(*style, part),
                    };
                    lines.push(format!("{mark}{part}"));
                    mark = "  ";
                }
            }
        }
        lines
    }
}

fn longest_word(text: &str) -> usize {
    text.split_whitespace().map(width::of).max().unwrap_or(0)
}

fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = width::wrap(text, width);
    if lines.len() > MAX_LINES {
        lines.truncate(MAX_LINES);
        if let Some(last) = lines.last_mut() {
            *last = width::cut(&format!("{last}…"), width);
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid() -> Grid {
        let heading = |label: &str, align| Heading { label: label.to_owned(), align };
        let cell = |text: &str| (text.to_owned(), Style::Plain);
        Grid {
            headings: vec![
                heading("Name", Align::Left),
                heading("What it is about", Align::Left),
                heading("Count", Align::Right),
            ],
            rows: vec![
                vec![cell("vm-web-01"), cell("Management ports should be closed"), cell("12")],
                vec![cell("東京"), cell("short"), cell("7")],
            ],
        }
    }

    #[test]
    fn a_table_fits_any_width() {
        for columns in 12..90 {
            for line in grid().lines(columns, Ink::None) {
                assert!(width::of(&line) <= columns, "{columns}: {line}");
            }
        }
    }

    #[test]
    fn columns_where_there_is_room_else_blocks() {
        let wide = grid().lines(80, Ink::None);
        assert_eq!(wide.len(), 4);
        assert!(wide.iter().all(|line| width::of(line) <= 57));
        let narrow = grid().lines(24, Ink::None).join("\n");
        assert!(narrow.contains("▪ Name: vm-web-01\n"), "{narrow}");
        assert!(narrow.contains("Count: 12"), "{narrow}");
    }
}
