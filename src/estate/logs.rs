//! Logs: what a workspace of Log Analytics holds, made when a query asks for it and for the time
//! it asks for. One file a family of tables. Every row follows from the world, its stories and
//! its chance, so that the same query tells the same; what happens every minute is kept more
//! thinly the older it is and the more there is of it. Must not know HTTP.

mod apps;
mod ask;
mod classic;
mod directory;
mod guest;
mod machines;
mod platform;
mod schema;
mod security;
mod sources;
mod system;

use jiff::Timestamp;

use super::{
    kql::{Column, Sought, Table, Tables},
    state::State,
};
pub(super) use ask::Reach;
use ask::{Ask, Sink, Window};
pub(super) use schema::{Definition, TABLES, classic_columns};
pub(super) use sources::{Agent, agent, hub};

/// Minutes that logs are kept.
pub(super) const KEPT: i64 = 90 * 24 * 60;

/// The tables of one query.
pub(super) struct LogTables<'a> {
    /// The estate.
    pub(super) state: &'a State,
    /// Whose logs.
    pub(super) reach: Reach,
    /// The first instant and the last that the request asks for.
    pub(super) span: (Option<Timestamp>, Option<Timestamp>),
    /// Whether the names are those of Application Insights' own query operation.
    pub(super) is_classic: bool,
    /// The table that may not be read, as the query names it: the last one asked for.
    pub(super) may_read: &'a dyn Fn(&str) -> bool,
}

impl Tables for LogTables<'_> {
    fn table(&self, name: &str, sought: &Sought) -> Option<Table> {
        let table = if self.is_classic {
            schema::of_classic(name)?
        } else {
            // Unlike Resource Graph's, names of log tables are case-sensitive.
            TABLES.iter().find(|table| table.name == name)?
        };
        let columns = if self.is_classic { classic_columns(table) } else { table.columns() };
        if !(self.may_read)(table.name) {
            return Some(Table { columns: columns.into(), rows: Vec::new().into() });
        }
        let window = Window::of(self.state, self.span, sought, self.is_classic);
        let ask = Ask { state: self.state, reach: &self.reach, sought, window };
        let mut sink = Sink::new(&ask, table, self.is_classic);
        (table.fill)(&ask, &mut sink);
        let rows = sink.rows();
        Some(Table { columns: columns.into(), rows: rows.into() })
    }
}

/// The columns of a table as its schema tells them: name and Log Analytics' word for its type.
pub(super) fn typed(table: &Definition) -> impl Iterator<Item = (&'static str, &'static str)> {
    table.pairs()
}

/// The columns of a definition.
impl Definition {
    fn columns(&self) -> Vec<Column> {
        self.pairs().map(|(name, word)| Column::new(name, schema::kind(word))).collect()
    }
}
