//! How the rows of a query file are told.

use serde::Serialize;
use serde_json::{Map, Value};

use super::front_matter::{ColumnSpec, FrontMatter};
use crate::{
    azure::resource_graph::GraphRows,
    protocol::{ColumnKind, Finding, FindingTone, View},
    tools::{
        context::Visible,
        present::{
            Moment, Present, Presentation, cell, count_of, detail, figure, grouped, headline,
            percent, word_cell,
        },
        rows::Row,
    },
};

const TOLD_ROWS: usize = 10;

/// The result of a query file.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Output {
    rows: Vec<Map<String, Value>>,
    total: u64,
    truncated: bool,
    #[serde(skip)]
    title: String,
    #[serde(skip)]
    headline: Option<String>,
    #[serde(skip)]
    columns: Vec<ColumnSpec>,
    #[serde(skip)]
    visible: Visible,
}

impl Output {
    pub(super) fn of(head: &FrontMatter, visible: &Visible, answer: GraphRows) -> Self {
        let rows = answer.rows.len() as u64;
        Self {
            total: answer.total.unwrap_or(rows).max(rows),
            rows: answer.rows,
            truncated: answer.truncated,
            title: head.title.clone(),
            headline: head.headline.clone(),
            columns: head.columns.clone(),
            visible: visible.clone(),
        }
    }

    fn cell(&self, row: Row<'_>, column: &ColumnSpec) -> Value {
        match column.kind {
            ColumnKind::Number | ColumnKind::Percent => {
                row.number(&column.key).map_or(Value::Null, Value::from)
            }
            ColumnKind::Text
            | ColumnKind::Severity
            | ColumnKind::Instant
            | ColumnKind::Resource => {
                let text = row
                    .text(&column.key)
                    .or_else(|| row.value(&column.key).map(ToString::to_string));
                let text = text.unwrap_or_default();
                let text = self.visible.name_of(&text);
                if column.untrusted { cell(text.as_str()) } else { word_cell(text.as_str()) }
            }
        }
    }

    fn told(&self, row: Row<'_>) -> Finding {
        let mut parts = Vec::new();
        for column in &self.columns {
            let told = match (self.cell(row, column), column.kind) {
                (Value::Null, _) => continue,
                (Value::String(text), _) => text,
                (number, ColumnKind::Percent) => percent(number.as_f64().unwrap_or_default()),
                (number, _) => {
                    let number = figure(number.as_f64().unwrap_or_default());
                    format!("{number} {}", column.label.to_lowercase())
                }
            };
            parts.push(told);
        }
        let (first, rest) = parts.split_first().map_or(("", &[][..]), |(one, rest)| (one, rest));
        let text = if rest.is_empty() {
            format!("`{first}`.")
        } else {
            format!("`{first}`: {}.", rest.join(", "))
        };
        detail(FindingTone::Neutral, text)
    }

    fn table(&self) -> View {
        let rows = self.rows.iter().map(|fields| {
            let value = Value::Object(fields.clone());
            let row = Row::of(&value);
            let cell = |column| row.map_or(Value::Null, |row| self.cell(row, column));
            self.columns.iter().map(cell).collect()
        });
        View::Table {
            title: self.title.clone(),
            columns: self.columns.iter().map(ColumnSpec::column).collect(),
            rows: rows.collect(),
            total: self.total,
        }
    }

    /// The sum of the first column of counts, where all rows are here.
    fn sum(&self) -> Option<String> {
        let whole = self.total == self.rows.len() as u64 && !self.rows.is_empty();
        let column = self.columns.iter().find(|one| one.kind == ColumnKind::Number)?;
        let values = self.rows.iter().map(|fields| {
            let value = Value::Object(fields.clone());
            Row::of(&value).and_then(|row| row.number(&column.key)).unwrap_or(0.0)
        });
        whole.then(|| figure(values.sum()))
    }
}

impl Present for Output {
    const ROWS_KEY: Option<&'static str> = Some("rows");

    fn present(&self, _: &Moment) -> Presentation {
        let rows = self.rows.len() as u64;
        let mut summary = count_of(self.total, "row");
        if rows < self.total {
            summary = format!("{} of {summary}", grouped(rows));
        }
        let text = match (&self.headline, self.sum()) {
            (Some(headline), Some(sum)) => {
                let headline = headline.replace("{sum}", &sum);
                headline.replace("{rows}", &grouped(self.total))
            }
            (Some(_) | None, _) => format!("{}: {summary}.", self.title),
        };
        let mut findings = vec![headline(FindingTone::Neutral, text)];
        findings.extend(self.rows.iter().take(TOLD_ROWS).filter_map(|fields| {
            let value = Value::Object(fields.clone());
            Row::of(&value).map(|row| self.told(row))
        }));
        let views = if self.rows.is_empty() { Vec::new() } else { vec![self.table()] };
        Presentation { summary, findings, views, rows, total: Some(self.total) }
    }
}
