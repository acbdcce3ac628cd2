//! How the rows of a query file are told.

use serde::Serialize;
use serde_json::{Map, Value};

use super::{
    front_matter::{ColumnSpec, FrontMatter},
    sentence::{Figure, Piece, counted, figure as figure_of, pieces},
};
use crate::{
    azure::resource_graph::GraphRows,
    protocol::{ColumnKind, Finding, FindingTone, View},
    tools::{
        context::Visible,
        present::{
            Moment, Present, Presentation, about, action, caveat, cell, count_of, detail, figure,
            grouped, headline, of_counted, part_of, percent, sentence, word_cell,
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
    head: FrontMatter,
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
            head: head.clone(),
            visible: visible.clone(),
        }
    }

    fn cell(&self, fields: &Map<String, Value>, column: &ColumnSpec) -> Value {
        let row = Row::over(fields);
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

    /// The value of a column as a sentence has it; nothing where there is none.
    fn said(
        &self,
        fields: &Map<String, Value>,
        column: &ColumnSpec,
        at: &Moment,
    ) -> Option<String> {
        match (self.cell(fields, column), column.kind) {
            (Value::Null, _) => None,
            (Value::String(_), ColumnKind::Instant) => {
                let instant = Row::over(fields).instant(&column.key)?;
                Some(format!("{} ({})", at.local(instant), at.ago(instant)))
            }
            (Value::String(text), ColumnKind::Resource) => {
                let id = Row::over(fields).text(&column.key).unwrap_or_default();
                let name =
                    id.rsplit('/').next().filter(|name| id.starts_with('/') && !name.is_empty());
                Some(match name {
                    Some(name) if column.untrusted => crate::tools::untrusted::mark(name),
                    Some(name) => crate::tools::untrusted::word(name),
                    None => text,
                })
            }
            (Value::String(text), _) => Some(text),
            (number, ColumnKind::Percent) => Some(percent(number.as_f64().unwrap_or_default())),
            (number, _) => Some(figure(number.as_f64().unwrap_or_default())),
        }
    }

    fn told(&self, fields: &Map<String, Value>, at: &Moment) -> Finding {
        let text = match &self.head.row {
            Some(template) => self.filled(template, fields, at),
            None => self.in_a_row(fields, at),
        };
        let value = self.head.tone.column.as_ref();
        let value = value.and_then(|column| Row::over(fields).text(column)).unwrap_or_default();
        let finding = detail(self.head.tone.of_value(&value), sentence(&text));
        let resource = self.head.columns.iter().find(|one| one.kind == ColumnKind::Resource);
        let id = resource.and_then(|column| Row::over(fields).text(&column.key));
        match id.filter(|id| id.starts_with('/')) {
            Some(id) => about(finding, &id),
            None => finding,
        }
    }

    fn filled(&self, template: &str, fields: &Map<String, Value>, at: &Moment) -> String {
        let piece = |piece| match piece {
            Piece::Text(text) => text.to_owned(),
            Piece::Place(key, noun) => {
                let column = self.head.columns.iter().find(|one| one.key == key);
                let said = column.and_then(|column| self.said(fields, column, at));
                let count = Row::over(fields).count(key);
                counted(said.unwrap_or_else(|| "unknown".to_owned()), count, noun)
            }
        };
        pieces(template).into_iter().map(piece).collect()
    }

    fn in_a_row(&self, fields: &Map<String, Value>, at: &Moment) -> String {
        let parts = self.head.columns.iter().filter_map(|column| {
            let said = self.said(fields, column, at)?;
            Some(match column.kind {
                ColumnKind::Number => format!("{said} {}", column.label.to_lowercase()),
                ColumnKind::Text
                | ColumnKind::Percent
                | ColumnKind::Severity
                | ColumnKind::Instant
                | ColumnKind::Resource => said,
            })
        });
        let parts: Vec<String> = parts.collect();
        match parts.split_first() {
            None => String::new(),
            Some((first, [])) => format!("`{first}`"),
            Some((first, rest)) => format!("`{first}`: {}", rest.join(", ")),
        }
    }

    fn table(&self) -> View {
        let rows = self.rows.iter().map(|fields| {
            self.head.columns.iter().map(|column| self.cell(fields, column)).collect()
        });
        View::Table {
            title: self.head.title.clone(),
            columns: self.head.columns.iter().map(ColumnSpec::column).collect(),
            rows: rows.collect(),
            total: self.total,
        }
    }

    fn is_whole(&self) -> bool {
        self.total == self.rows.len() as u64
    }

    /// The headline with its figures; nothing where a figure needs rows that are not here.
    fn headline(&self, template: &str) -> Option<String> {
        let piece = |piece| match piece {
            Piece::Text(text) => Some(text.to_owned()),
            Piece::Place(place, noun) => match figure_of(place)? {
                Figure::Rows => Some(counted(grouped(self.total), Some(self.total), noun)),
                // What reads logs has put it in already.
                Figure::Time => None,
                Figure::Count(column, value) => {
                    let count = self.count(column, value).filter(|_| self.is_whole())?;
                    Some(counted(grouped(count), Some(count), noun))
                }
                Figure::Sum(column) => {
                    let sum = self.sum(column).filter(|_| self.is_whole())?;
                    Some(counted(figure(sum), None, noun))
                }
            },
        };
        pieces(template).into_iter().map(piece).collect()
    }

    fn count(&self, column: &str, value: &str) -> Option<u64> {
        let has = |fields: &&Map<String, Value>| {
            let own = Row::over(fields).text(column);
            let own = own.or_else(|| Row::over(fields).value(column).map(ToString::to_string));
            own.is_some_and(|own| own.eq_ignore_ascii_case(value))
        };
        u64::try_from(self.rows.iter().filter(has).count()).ok()
    }

    fn sum(&self, column: Option<&str>) -> Option<f64> {
        let first = self.head.columns.iter().find(|one| one.kind == ColumnKind::Number);
        let column = column.or_else(|| first.map(|one| one.key.as_str()))?;
        let values = self.rows.iter().map(|fields| Row::over(fields).number(column).unwrap_or(0.0));
        Some(values.sum())
    }

    fn answer(&self) -> Finding {
        let tone = &self.head.tone;
        if self.rows.is_empty() && self.total == 0 {
            let none = || format!("{}: there is nothing of the kind in scope.", self.head.title);
            return headline(tone.of_empty(), self.head.empty.clone().unwrap_or_else(none));
        }
        let told = self.head.headline.as_deref().and_then(|template| self.headline(template));
        let rows = (self.rows.len() as u64, self.total);
        let plain =
            || format!("{}: {}.", self.head.title, of_counted(rows, count_of(self.total, "row")));
        headline(tone.rows.unwrap_or(FindingTone::Neutral), told.unwrap_or_else(plain))
    }
}

impl Present for Output {
    const ROWS_KEY: Option<&'static str> = Some("rows");

    fn present(&self, at: &Moment) -> Presentation {
        let rows = self.rows.len() as u64;
        let summary = of_counted((rows, self.total), count_of(self.total, "row"));
        let mut findings = vec![self.answer()];
        findings.extend(self.rows.iter().take(TOLD_ROWS).map(|fields| self.told(fields, at)));
        if rows > 0 {
            findings.extend(self.head.next.clone().map(action));
        }
        findings.extend(part_of((rows, self.total), "rows are here, in the order of the list."));
        findings.extend(self.head.caveat.clone().map(caveat));
        let views = if self.rows.is_empty() { Vec::new() } else { vec![self.table()] };
        Presentation { summary, findings, views, rows, total: Some(self.total) }
    }
}
