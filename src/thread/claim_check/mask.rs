//! What of an answer claims nothing: code, citations, links' targets, numbers of lists.

use std::ops::Range;

use crate::protocol::Citation;

/// The parts of a text that claim nothing, in order, and code spans of one word, which may name a
/// resource.
#[derive(Debug, Default)]
pub(super) struct Mask(Vec<Range<usize>>);

impl Mask {
    /// Whether any of the bytes claims nothing.
    pub(super) fn covers(&self, range: &Range<usize>) -> bool {
        let first = self.0.partition_point(|masked| masked.end <= range.start);
        self.0.get(first).is_some_and(|masked| masked.start < range.end)
    }
}

/// The parts of an answer that claim nothing.
pub(super) fn of(text: &str, citations: &[Citation]) -> Mask {
    let mut masked: Vec<Range<usize>> =
        citations.iter().map(|citation| citation.start as usize..citation.end as usize).collect();
    let mut fence: Option<&str> = None;
    let mut at = 0;
    let mut rows = 0;
    for line in text.split_inclusive('\n') {
        let trimmed = line.trim_start();
        let mark = ["```", "~~~"].into_iter().find(|mark| trimmed.starts_with(mark));
        match (fence, mark) {
            (None, Some(mark)) => fence = Some(mark),
            (Some(open), Some(mark)) if open == mark => fence = None,
            _ => {}
        }
        if fence.is_some() || mark.is_some() {
            masked.push(at..at + line.len());
        } else {
            rows = mask_line(line, (at, rows), &mut masked);
        }
        at += line.len();
    }
    masked.sort_unstable_by_key(|range| (range.start, range.end));
    // Ranges may lie in one another; only their union matters.
    let mut union: Vec<Range<usize>> = Vec::with_capacity(masked.len());
    for range in masked {
        match union.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => union.push(range),
        }
    }
    Mask(union)
}

/// Masks a line, `rows` numbered ones of a table before it, and counts it among them if it is one.
fn mask_line(line: &str, (at, rows): (usize, u32), masked: &mut Vec<Range<usize>>) -> u32 {
    mask_code(line, at, masked);
    mask_links(line, at, masked);
    let Some(len) = list_number(line) else { return rows };
    let is_row = line.trim_start().starts_with('|');
    let digits = line.get(..len).unwrap_or_default();
    let number = digits.trim_start_matches(|c: char| !c.is_ascii_digit()).parse();
    // A first column that does not count its rows holds figures.
    if is_row && number != Ok(rows + 1) && number != Ok(1) {
        return rows;
    }
    masked.push(at..at + len);
    if is_row { number.unwrap_or_default() } else { rows }
}

/// Targets of links and bare addresses, each byte looked at once.
fn mask_links(line: &str, at: usize, masked: &mut Vec<Range<usize>>) {
    let mut done = 0;
    for start in line.match_indices("](").map(|(start, _)| start) {
        if start >= done {
            let target = line.get(start..).unwrap_or_default();
            done = start + target.find(')').unwrap_or(target.len());
            masked.push(at + start..at + done);
        }
    }
    done = 0;
    for (start, _) in line.match_indices("://") {
        if start >= done {
            let before = line.get(done..start).unwrap_or_default();
            let scheme = before.bytes().rev().take_while(u8::is_ascii_alphabetic).count();
            let rest = line.get(start..).unwrap_or_default();
            let len = rest.find(|c: char| c.is_whitespace() || ")>\"|".contains(c));
            done = start + len.unwrap_or(rest.len());
            masked.push(at + start - scheme..at + done);
        }
    }
}

/// Code spans, but those of one word: names of resources are written like that.
fn mask_code(line: &str, at: usize, masked: &mut Vec<Range<usize>>) {
    let mut from = 0;
    while let Some(open) = line.get(from..).and_then(|rest| rest.find('`')).map(|n| from + n) {
        let rest = line.get(open..).unwrap_or_default();
        let ticks = rest.len() - rest.trim_start_matches('`').len();
        let inner = rest.get(ticks..).unwrap_or_default();
        let Some(close) = rest.get(..ticks).and_then(|mark| inner.find(mark)) else { return };
        let span = inner.get(..close).unwrap_or_default();
        if !super::names::is_resource_name(span) {
            masked.push(at + open..at + open + ticks + close + ticks);
        }
        from = open + ticks + close + ticks;
    }
}

/// The bytes of the number of a list item, a heading or a table row at the beginning of a line.
fn list_number(line: &str) -> Option<usize> {
    let start = line.len() - line.trim_start_matches([' ', '\t', '#', '>', '*', '-', '|']).len();
    let rest = line.get(start..)?;
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    if digits == 0 || digits > 3 {
        return None;
    }
    let after = rest.get(digits..)?;
    let row = line.trim_start().starts_with('|') && after.trim_start().starts_with('|');
    let item = after.starts_with(". ") || after.starts_with(") ") || after.starts_with(".**");
    let nested = line.trim_start().starts_with('#') && after.starts_with('.');
    (row || item || nested).then(|| {
        let mark = after.trim_start_matches(|c: char| c == '.' || c.is_ascii_digit());
        start + digits + if nested { after.len() - mark.len() } else { 0 }
    })
}
