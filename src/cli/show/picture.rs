//! Views in characters: tables, bars, lines, gauges, timelines.

use super::{
    cell,
    grid::{Align, Grid, Heading},
    ink::{Ink, Style},
    safe_line, width,
};
use crate::protocol::{ChartKind, ChartSeries, Column, ColumnKind, TimelineEntry, View};

/// Columns of a gauge or of the longest bar.
const BAR: usize = 24;
/// The heights of a line.
const HEIGHTS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// Where a view is drawn.
#[derive(Clone, Copy, Debug)]
pub(super) struct Canvas {
    pub(super) columns: usize,
    /// Rows, bars or entries at most; the rest is said to be there.
    pub(super) most: usize,
    pub(super) ink: Ink,
}

impl Canvas {
    /// The lines of a view.
    pub(super) fn view(self, view: &View) -> Vec<String> {
        match view {
            View::Table { title, columns, rows, total } => {
                let shown: Vec<_> = rows.iter().take(self.most).collect();
                let mut lines = self.title(title);
                let left = total.saturating_sub(shown.len() as u64);
                lines.extend(self.table(columns, shown).lines(self.columns, self.ink));
                lines.extend(self.more(left, "rows"));
                lines
            }
            View::Chart { title, chart: ChartKind::Bars, unit, labels, series } => {
                let mut lines = self.title(title);
                lines.extend(self.bars(labels, series, unit));
                lines
            }
            View::Chart { title, chart: ChartKind::Lines, unit, labels, series } => {
                let mut lines = self.title(title);
                lines.extend(self.curves(labels, series, unit));
                lines
            }
            View::Gauge { title, value, max, label, unit: _ } => {
                let bar = bar(*value, *max, BAR.min(self.columns / 3));
                let text = format!("{}: {bar} {}", safe_line(title), safe_line(label));
                vec![width::cut(&text, self.columns)]
            }
            View::Timeline { title, entries, total } => {
                let mut lines = self.title(title);
                let shown = entries.iter().take(self.most);
                lines.extend(shown.clone().flat_map(|entry| self.entry(entry)));
                lines.extend(self.more(total.saturating_sub(shown.count() as u64), "entries"));
                lines
            }
        }
    }

    fn title(self, title: &str) -> Vec<String> {
        let title = width::cut(&safe_line(title), self.columns);
        if title.is_empty() { Vec::new() } else { vec![self.ink.paint(Style::Bold, &title)] }
    }

    fn more(self, left: u64, what: &str) -> Option<String> {
        let line = format!("… and {left} more {what}");
        (left > 0).then(|| self.ink.paint(Style::Dim, &line))
    }

    fn table(self, columns: &[Column], rows: Vec<&Vec<serde_json::Value>>) -> Grid {
        let heading = |column: &Column| Heading {
            label: safe_line(&column.label),
            align: match column.kind {
                ColumnKind::Number | ColumnKind::Percent => Align::Right,
                ColumnKind::Text
                | ColumnKind::Severity
                | ColumnKind::Instant
                | ColumnKind::Resource => Align::Left,
            },
        };
        let row = |cells: &Vec<serde_json::Value>| {
            let with =
                columns.iter().zip(cells.iter().chain(std::iter::repeat(&serde_json::Value::Null)));
            let cell = |(column, value): (&Column, &serde_json::Value)| {
                let text = cell::of(value, column.kind);
                let style = match column.kind {
                    ColumnKind::Severity => cell::severity(&text),
                    _ => Style::Plain,
                };
                (text, style)
            };
            with.map(cell).collect()
        };
        Grid {
            headings: columns.iter().map(heading).collect(),
            rows: rows.into_iter().map(row).collect(),
        }
    }

    fn bars(self, labels: &[String], series: &[ChartSeries], unit: &str) -> Vec<String> {
        let values = series.iter().flat_map(|one| one.values.iter().flatten());
        let max = values.copied().fold(0.0_f64, f64::max);
        let several = series.len() > 1;
        let mut rows = Vec::new();
        for (at, label) in labels.iter().enumerate() {
            for one in series {
                let Some(value) = one.values.get(at).copied().flatten() else { continue };
                let label = match several {
                    true => format!("{} · {}", safe_line(label), safe_line(&one.name)),
                    false => safe_line(label),
                };
                rows.push((label, value));
            }
        }
        let left = rows.len().saturating_sub(self.most) as u64;
        rows.truncate(self.most);
        let room = self.columns / 2;
        let widest = rows.iter().map(|(label, _)| width::of(label)).max().unwrap_or(0).min(room);
        let length = BAR.min(self.columns.saturating_sub(widest + 14)).max(4);
        let line = |(label, value): &(String, f64)| {
            let label = width::fill(&width::cut(label, widest), widest);
            let bar = blocks(*value, max, length);
            let text = format!("{label}  {bar} {}", measured(*value, unit));
            width::cut(&text, self.columns)
        };
        let mut lines: Vec<String> = rows.iter().map(line).collect();
        lines.extend(self.more(left, "bars"));
        lines
    }

    fn curves(self, labels: &[String], series: &[ChartSeries], unit: &str) -> Vec<String> {
        let mut lines = Vec::new();
        for one in series.iter().take(self.most) {
            let known: Vec<f64> = one.values.iter().flatten().copied().collect();
            let (Some(last), false) = (known.last(), known.is_empty()) else { continue };
            let least = known.iter().copied().fold(f64::INFINITY, f64::min);
            let most = known.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let curve = curve(&one.values, least, most, self.columns.saturating_sub(2).min(60));
            let (least, most) = (measured(least, unit), measured(most, unit));
            let told = format!(
                "{}: {least} to {most}, last {}",
                safe_line(&one.name),
                measured(*last, unit)
            );
            lines.extend(width::wrap(&told, self.columns));
            lines.push(format!("  {curve}"));
        }
        if let (Some(first), Some(last)) = (labels.first(), labels.last()) {
            let span = format!("  {} – {}", cell::instant(first), cell::instant(last));
            lines.push(self.ink.paint(Style::Dim, &width::cut(&span, self.columns)));
        }
        lines
    }

    fn entry(self, entry: &TimelineEntry) -> Vec<String> {
        let at = cell::instant(&entry.at);
        let indent = if self.columns >= 60 { width::of(&at) + 2 } else { 4 };
        let title = safe_line(&entry.title);
        let detail = safe_line(&entry.detail);
        let room = self.columns.saturating_sub(indent);
        let mut lines = Vec::new();
        let first = width::wrap(&title, room);
        let beside = self.columns >= 60;
        if !beside {
            lines.push(self.ink.paint(Style::Dim, &at));
        }
        for (number, part) in first.iter().enumerate() {
            let part = self.ink.paint(cell::tone(entry.tone), part);
            let before = match beside && number == 0 {
                true => format!("{}  ", self.ink.paint(Style::Dim, &at)),
                false => " ".repeat(indent),
            };
            lines.push(format!("{before}{part}"));
        }
        if !detail.is_empty() {
            let parts = width::wrap(&detail, room);
            let dim = |part: &String| self.ink.paint(Style::Dim, part);
            lines.extend(parts.iter().map(|part| format!("{}{}", " ".repeat(indent), dim(part))));
        }
        lines
    }
}

fn measured(value: f64, unit: &str) -> String {
    let unit = safe_line(unit);
    let space = if unit.is_empty() { "" } else { " " };
    format!("{}{space}{unit}", cell::number(value))
}

fn bar(value: f64, max: f64, length: usize) -> String {
    let filled = share(value, max, length);
    format!("{}{}", "█".repeat(filled), "░".repeat(length.saturating_sub(filled)))
}

fn blocks(value: f64, max: f64, length: usize) -> String {
    let filled = share(value, max, length);
    // Something is never drawn as nothing.
    if filled == 0 && value > 0.0 { "▏".to_owned() } else { "█".repeat(filled) }
}

fn share(value: f64, max: f64, length: usize) -> usize {
    if !(value.is_finite() && max.is_finite() && max > 0.0 && value > 0.0) {
        return 0;
    }
    let steps = (value / max).min(1.0) * length as f64;
    (0..=length).rev().find(|step| *step as f64 <= steps + 0.5).unwrap_or(0)
}

/// A line of at most `columns` characters; a gap is a space.
fn curve(values: &[Option<f64>], least: f64, most: f64, columns: usize) -> String {
    let columns = columns.max(1);
    let each = values.len().div_ceil(columns).max(1);
    let spread = (most - least).max(f64::MIN_POSITIVE);
    let height = |points: &[Option<f64>]| {
        let known: Vec<f64> = points.iter().flatten().copied().collect();
        if known.is_empty() {
            return ' ';
        }
        let mean = known.iter().sum::<f64>() / known.len() as f64;
        let step = share(mean - least, spread, HEIGHTS.len() - 1);
        HEIGHTS.get(step).copied().unwrap_or('█')
    };
    values.chunks(each).map(height).collect()
}
