//! The query engine of the sample estate: the part of Kusto that Azure Resource Graph runs,
//! over JSON rows in memory.
//!
//! Owns the language: text in, rows out. It must not know where the rows come from, who asks,
//! what HTTP is or what time it is: tables and `now` are arguments.
//!
//! Choices, where Kusto and Resource Graph differ or are silent:
//! - Table names are matched without regard to case, as Resource Graph does; names of columns,
//!   functions and keys inside `dynamic` values are case-sensitive, as in both.
//! - A query that starts with an operator reads `Resources`.
//! - A `dynamic` operand of a comparison is converted to the type of the other side, so that
//!   `properties.missing != 'x'` is true and `nic.properties.primary =~ 'true'` finds `true`.
//! - `decimal` is computed as `real`; `int` and `long` are both 64 bits.
//! - `dcount` counts exactly, `percentile` takes the nearest rank: the engines approximate.
//! - `sample` takes the first rows, so that answers are repeatable.
//! - `order by` a `dynamic` column is allowed; `summarize by` and `join on` one is refused with
//!   Kusto's own advice to cast it.

mod aggregate;
mod ast;
mod bind;
mod error;
mod expr;
mod functions;
mod lexer;
mod operators;
mod parser;
mod relation;
mod sought;
mod span;
mod text;
mod value;

use std::sync::Arc;

use serde_json::{Map, Value};

pub use error::{ErrorKind, Position, QueryError};
pub use sought::Sought;
pub use value::Kind;

/// A row of a table as the estate keeps it: shared, never copied by a query.
pub type SharedRow = Arc<Map<String, Value>>;

/// A column: of a table, or of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name, case-sensitive.
    pub name: String,
    /// Its type.
    pub kind: Kind,
}

impl Column {
    /// A column of that name and type.
    pub fn new(name: impl Into<String>, kind: Kind) -> Self {
        Self { name: name.into(), kind }
    }
}

/// A table: what its columns are and the rows the caller may see.
#[derive(Debug, Clone)]
pub struct Table {
    /// The columns, in the order in which they are answered.
    pub columns: Arc<[Column]>,
    /// The rows. A key that is no column is not visible; a column without key is null (or empty).
    pub rows: Arc<[SharedRow]>,
}

/// Where a query finds its tables.
pub trait Tables {
    /// The table of that name, whatever its case; `None` if there is none. Rows that `sought` does
    /// not admit may be left out.
    fn table(&self, name: &str, sought: &Sought) -> Option<Table>;
}

/// Whose Kusto a query is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// Resource Graph's.
    ResourceGraph,
    /// That of Log Analytics, which knows `render` and fuzzy unions.
    LogAnalytics,
}

/// What a query may use up, and which of its rows are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Whose Kusto it is.
    pub dialect: Dialect,
    /// Bytes of the query's text.
    pub query_bytes: usize,
    /// `join` and `lookup` operators in one query.
    pub joins: usize,
    /// Legs of `union` operators in one query.
    pub union_legs: usize,
    /// `mv-expand` and `mv-apply` operators in one query.
    pub expansions: usize,
    /// Rows one value expands to when `limit` does not say.
    pub expansion_rows: usize,
    /// The highest `limit` of an expansion.
    pub expansion_rows_max: usize,
    /// Rows any operator may make.
    pub rows: usize,
    /// Elementary steps (about one per operation and row).
    pub steps: u64,
    /// Bytes of text and JSON made while the query runs, in all.
    pub bytes: u64,
    /// Rows of the result to leave out of [`Output::rows`] at the start.
    pub skip: usize,
    /// Rows of the result to put into [`Output::rows`] after that.
    pub take: usize,
}

impl Limits {
    /// What Resource Graph allows, for one page of the answer.
    #[must_use]
    pub const fn resource_graph(skip: usize, take: usize) -> Self {
        Self {
            dialect: Dialect::ResourceGraph,
            query_bytes: 64 * 1024,
            joins: 3,
            union_legs: 3,
            expansions: 3,
            expansion_rows: 128,
            expansion_rows_max: 2_000,
            rows: 1_000_000,
            steps: 100_000_000,
            bytes: 512 * 1024 * 1024,
            skip,
            take,
        }
    }

    /// What Log Analytics allows: no caps on operators, all rows at once.
    #[must_use]
    pub const fn log_analytics() -> Self {
        Self {
            dialect: Dialect::LogAnalytics,
            joins: 64,
            union_legs: 256,
            expansions: 64,
            expansion_rows: 2_048,
            expansion_rows_max: 500_000,
            ..Self::resource_graph(0, 500_000)
        }
    }
}

/// The answer to a query.
#[derive(Debug, Clone, PartialEq)]
pub struct Output {
    /// The columns of every row.
    pub columns: Vec<Column>,
    /// Kusto's own names of the types of the columns, as Log Analytics answers them.
    pub types: Vec<&'static str>,
    /// How the rows are to be drawn, where the query ends in `render`.
    pub render: Option<String>,
    /// The rows from `skip` on, at most `take` of them, values in the order of `columns`.
    pub rows: Vec<Vec<Value>>,
    /// How many rows the whole answer has.
    pub total: usize,
    /// The last operator bounds the answer (`take`, `limit`, `top`, `sample`): Resource Graph
    /// does not page such an answer.
    pub ends_in_limit: bool,
    /// The rows still carry the table's `id`, without which Resource Graph cannot page.
    pub has_id: bool,
}

/// Runs a query as of `now`.
///
/// # Errors
/// [`QueryError`], whose [`ErrorKind`] says whether the text could not be read, names something
/// unknown, is refused, or asked for too much.
pub fn run(
    query: &str,
    tables: &dyn Tables,
    now: jiff::Timestamp,
    limits: Limits,
) -> Result<Output, QueryError> {
    evaluate(query, tables, now, limits).map_err(|error| error.located_in(query))
}

fn evaluate(
    query: &str,
    tables: &dyn Tables,
    now: jiff::Timestamp,
    limits: Limits,
) -> Result<Output, QueryError> {
    if query.len() > limits.query_bytes {
        return Err(QueryError::too_large(format!(
            "The query has {} bytes; at most {} are allowed.",
            query.len(),
            limits.query_bytes
        )));
    }
    let program = parser::parse(query, limits.dialect)?;
    parser::caps::check(&program, &limits)?;
    let snapshot = operators::Snapshot::of((query, &program), tables, now, limits);
    operators::run(&program, &snapshot, now, limits)
}
