//! The shape of a query after reading it. Plain data: no rules, no names resolved.

use serde_json::Value as Json;

use super::value::Ty;

/// Statements separated by `;`; the last one is the answer.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Program {
    pub(crate) lets: Vec<Let>,
    pub(crate) body: Pipeline,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Let {
    pub(crate) name: String,
    pub(crate) value: Definition,
}

/// What a `let` names. `let x = Resources` is read as a pipeline and becomes a scalar if no such
/// table exists.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Definition {
    Scalar(Expr),
    Tabular(Pipeline),
}

/// A source and the operators applied to it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Pipeline {
    pub(crate) source: Source,
    pub(crate) operators: Vec<Located<Operator>>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Located<T> {
    pub(crate) at: usize,
    pub(crate) node: T,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Source {
    Table {
        name: String,
        at: usize,
    },
    Nested(Box<Pipeline>),
    Union(Union),
    Print(Vec<Expr>),
    Range {
        name: String,
        from: Box<Expr>,
        to: Box<Expr>,
        step: Box<Expr>,
    },
    Datatable {
        columns: Vec<(String, Ty)>,
        values: Vec<Expr>,
    },
    /// The rows handed to the pipeline of an `mv-apply`.
    Given,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Operator {
    Where(Expr),
    Project(Vec<Expr>),
    ProjectAway(Vec<Pattern>),
    ProjectKeep(Vec<Pattern>),
    ProjectRename(Vec<(String, String)>),
    ProjectReorder(Vec<(Pattern, Option<Order>)>),
    Extend(Vec<Expr>),
    Summarize {
        aggregates: Vec<Expr>,
        by: Vec<Expr>,
    },
    Sort(Vec<Key>),
    Top {
        count: Expr,
        by: Vec<Key>,
    },
    Take(Expr),
    Distinct(Vec<Expr>),
    Count(Option<String>),
    Join(Join),
    Union(Union),
    Expand(Expand),
    Apply {
        expand: Expand,
        body: Box<Pipeline>,
    },
    Parse(Parse),
    As(String),
    SampleDistinct {
        count: Expr,
        of: Expr,
    },
    GetSchema,
    /// How the rows are to be drawn: nothing happens to them.
    Render(String),
    Serialize(Vec<Expr>),
}

/// A column name of a `project-…` operator, `*` standing for any text.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Pattern {
    pub(crate) name: String,
    pub(crate) at: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    Ascending,
    Descending,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Nulls {
    First,
    Last,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Key {
    pub(crate) expr: Expr,
    pub(crate) order: Order,
    pub(crate) nulls: Nulls,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum JoinKind {
    InnerUnique,
    Inner,
    LeftOuter,
    RightOuter,
    FullOuter,
    LeftAnti,
    RightAnti,
    LeftSemi,
    RightSemi,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Join {
    pub(crate) kind: JoinKind,
    pub(crate) right: Box<Pipeline>,
    pub(crate) on: Vec<On>,
    /// `lookup`: the right side's keys are not answered.
    pub(crate) lookup: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct On {
    pub(crate) left: String,
    pub(crate) right: String,
    pub(crate) at: usize,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Union {
    pub(crate) legs: Vec<Pipeline>,
    pub(crate) inner: bool,
    /// Legs that name no table are left out.
    pub(crate) fuzzy: bool,
    pub(crate) source_column: Option<String>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Expand {
    pub(crate) columns: Vec<(Expr, Option<Ty>)>,
    pub(crate) index: Option<String>,
    pub(crate) bags_as_arrays: bool,
    pub(crate) limit: Option<usize>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Parse {
    pub(crate) of: Expr,
    pub(crate) parts: Vec<ParsePart>,
    /// `parse-where`: rows that do not match are dropped.
    pub(crate) filter: bool,
    pub(crate) regex: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum ParsePart {
    Star,
    Text(String),
    Column(String, Ty),
}

/// An expression, where it starts, and how deep it is nested.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Expr {
    pub(crate) at: usize,
    pub(crate) height: u16,
    pub(crate) node: Node,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Node {
    Null(Ty),
    Bool(bool),
    Long(i64),
    Real(f64),
    Text(String),
    DateTime(i64),
    Span(i64),
    Guid(uuid::Uuid),
    Dynamic(Json),
    Name(String),
    Star,
    Member(Box<Expr>, String),
    Index(Box<Expr>, Box<Expr>),
    Call(String, Vec<Expr>),
    Named(String, Box<Expr>),
    /// `(a, b) = f(...)`.
    Tuple(Vec<String>, Box<Expr>),
    Negate(Box<Expr>),
    And(Vec<Expr>),
    Or(Vec<Expr>),
    Arithmetic(Arithmetic, Box<Expr>, Box<Expr>),
    Compare(Compare, Box<Expr>, Box<Expr>),
    Match {
        op: Match,
        negated: bool,
        text: Box<Expr>,
        with: Box<Expr>,
    },
    In {
        negated: bool,
        fold: bool,
        value: Box<Expr>,
        list: Vec<Expr>,
    },
    HasList {
        all: bool,
        value: Box<Expr>,
        list: Vec<Expr>,
    },
    Between {
        negated: bool,
        value: Box<Expr>,
        from: Box<Expr>,
        to: Box<Expr>,
    },
    /// A query inside `in (...)` or `toscalar(...)`.
    Query(Box<Pipeline>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Arithmetic {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Compare {
    Equal,
    NotEqual,
    /// `=~`
    Alike,
    /// `!~`
    Unalike,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// What a text operator looks for; `cased` minds upper and lower case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Match {
    Contains { cased: bool },
    Has { cased: bool },
    HasPrefix { cased: bool },
    HasSuffix { cased: bool },
    StartsWith { cased: bool },
    EndsWith { cased: bool },
    Regex,
}
