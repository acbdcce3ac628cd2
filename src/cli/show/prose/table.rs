//! A table of Markdown as one that fits a terminal.

use crate::cli::show::{Align, Grid, Heading, Style};

/// The table that lines make; none without any.
pub(super) fn grid(lines: &[String]) -> Option<Grid> {
    let mut rows = lines.iter().map(|line| cells(line));
    let head = rows.next()?;
    let rows: Vec<Vec<String>> = rows.collect();
    let rule = rows.first().filter(|row| is_rule(row));
    let align = |at: usize| match rule.and_then(|rule| rule.get(at)) {
        Some(cell) if cell.ends_with(':') && !cell.starts_with(':') => Align::Right,
        _ => Align::Left,
    };
    let plain = |row: &Vec<String>| row.iter().map(|cell| (cell.clone(), Style::Plain)).collect();
    Some(Grid {
        headings: head
            .iter()
            .enumerate()
            .map(|(at, label)| Heading { label: label.clone(), align: align(at) })
            .collect(),
        rows: rows.iter().skip(usize::from(rule.is_some())).map(plain).collect(),
    })
}

fn is_rule(cells: &[String]) -> bool {
    cells.iter().all(|cell| !cell.is_empty() && cell.chars().all(|ch| matches!(ch, '-' | ':')))
}

/// The cells of a line of a table, without marks.
fn cells(line: &str) -> Vec<String> {
    let line = line.trim().trim_start_matches('|');
    let line = line.strip_suffix('|').unwrap_or(line);
    let mut cells = vec![String::new()];
    let mut escaped = false;
    for ch in line.chars() {
        match ch {
            '\\' if !escaped => {
                escaped = true;
                continue;
            }
            '|' if !escaped => cells.push(String::new()),
            '`' if !escaped => {}
            ch => {
                if let Some(cell) = cells.last_mut() {
                    cell.push(ch);
                }
            }
        }
        escaped = false;
    }
    cells.iter().map(|cell| cell.trim().replace("**", "")).collect()
}
