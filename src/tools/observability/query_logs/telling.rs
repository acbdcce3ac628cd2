//! How rows of logs are told. Everything in a log could have been written by outsiders.

use serde_json::{Map, Value};

use super::Output;
use crate::{
    azure::logs::LogKind,
    protocol::{ChartKind, ChartSeries, Column, ColumnKind, Finding, FindingTone, View},
    tools::{
        present::{
            Moment, Present, Presentation, caveat, cell, column, count_of, detail, grouped,
            headline, listed,
        },
        rows,
        untrusted::mark,
    },
};

const TOLD_ROWS: usize = 10;
const MAX_SHOWN_COLUMNS: usize = 10;
const MAX_SERIES: usize = 8;

impl Present for Output {
    const ROWS_KEY: Option<&'static str> = Some("rows");

    fn present(&self, at: &Moment) -> Presentation {
        let rows = self.rows.len() as u64;
        let summary = if self.total > rows {
            format!("{} of {}", grouped(rows), count_of(self.total, "row"))
        } else {
            count_of(rows, "row")
        };
        let span = self.span(at);
        let told = match rows {
            0 => format!("The query found no rows {span}."),
            _ => format!("The query gave {summary} {span}."),
        };
        let mut findings = vec![headline(FindingTone::Neutral, told)];
        findings.extend(self.rows.iter().take(TOLD_ROWS).map(|row| self.told(row)));
        findings.extend(self.caveats());
        let mut views = Vec::new();
        views.extend(self.chart());
        if rows > 0 {
            views.push(self.table());
        }
        Presentation { summary, findings, views, rows, total: Some(self.total) }
    }
}

impl Output {
    fn span(&self, at: &Moment) -> String {
        let local = |text: &str| rows::instant(text).map_or_else(String::new, |one| at.local(one));
        format!("from {} to {}", local(&self.from_at), local(&self.to_at))
    }

    fn caveats(&self) -> Vec<Finding> {
        let names: Vec<String> =
            self.workspaces.iter().map(|name| format!("`{}`", name.marked())).collect();
        let mut caveats = Vec::new();
        if self.rows.is_empty() && !names.is_empty() {
            caveats.push(caveat(format!("Read were the logs in {}.", listed(&names))));
        }
        if self.partial {
            caveats.push(caveat("Azure answered only a part: ask for less time or fewer rows."));
        }
        caveats
    }

    fn told(&self, row: &Map<String, Value>) -> Finding {
        let parts = self.columns.iter().take(MAX_SHOWN_COLUMNS).filter_map(|key| {
            let value = row.get(key).filter(|value| !value.is_null())?;
            let text = match value {
                Value::String(text) if text.is_empty() => return None,
                Value::String(text) => mark(text),
                Value::Null | Value::Bool(_) | Value::Number(_) => value.to_string(),
                Value::Array(_) | Value::Object(_) => mark(&value.to_string()),
            };
            Some(format!("{} {text}", mark(key)))
        });
        detail(FindingTone::Neutral, parts.collect::<Vec<_>>().join(", "))
    }

    fn table(&self) -> View {
        let columns: Vec<(&String, LogKind)> =
            self.columns.iter().zip(self.kinds.iter().copied()).take(MAX_SHOWN_COLUMNS).collect();
        let row = |row: &Map<String, Value>| {
            let cells = columns.iter().map(|(key, _)| row.get(*key).unwrap_or(&Value::Null));
            cells.map(cell_of).collect()
        };
        View::Table {
            title: "Rows".to_owned(),
            columns: columns.iter().map(|(key, kind)| head(key, *kind)).collect(),
            rows: self.rows.iter().map(row).collect(),
            total: self.total,
        }
    }

    /// A line for each number, where the rows are of one instant each.
    fn chart(&self) -> Option<View> {
        let of = |kind: LogKind| {
            let named = self.columns.iter().zip(&self.kinds);
            named.filter(move |(_, own)| **own == kind).map(|(key, _)| key)
        };
        let time = of(LogKind::Instant).next()?;
        let numbers: Vec<&String> = of(LogKind::Integer).chain(of(LogKind::Number)).collect();
        let is_plain = of(LogKind::Instant).count() == 1
            && numbers.len() + 1 == self.columns.len()
            && (1..=MAX_SERIES).contains(&numbers.len());
        if !is_plain || self.rows.len() < 3 || self.total > self.rows.len() as u64 {
            return None;
        }
        let mut rows: Vec<(&str, &Map<String, Value>)> =
            self.rows.iter().filter_map(|row| Some((row.get(time)?.as_str()?, row))).collect();
        rows.sort_by_key(|(at, _)| rows::instant(at));
        let series = numbers.iter().map(|key| ChartSeries {
            name: mark(key),
            values: rows.iter().map(|(_, row)| row.get(*key).and_then(Value::as_f64)).collect(),
        });
        Some(View::Chart {
            title: "Over time".to_owned(),
            chart: ChartKind::Lines,
            unit: String::new(),
            labels: rows.iter().map(|(at, _)| (*at).to_owned()).collect(),
            series: series.collect(),
        })
    }
}

fn head(key: &str, kind: LogKind) -> Column {
    let kind = match kind {
        LogKind::Integer | LogKind::Number => ColumnKind::Number,
        LogKind::Instant => ColumnKind::Instant,
        LogKind::Text
            if ["_resourceid", "resourceid", "id"].contains(&key.to_ascii_lowercase().as_str()) =>
        {
            ColumnKind::Resource
        }
        LogKind::Text | LogKind::Flag | LogKind::Length | LogKind::Dynamic => ColumnKind::Text,
    };
    column(&mark(key), &mark(key), kind)
}

/// A cell: a table holds no nested values.
fn cell_of(value: &Value) -> Value {
    match value {
        Value::String(text) => cell(text),
        Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
        Value::Array(_) | Value::Object(_) => cell(&value.to_string()),
    }
}
