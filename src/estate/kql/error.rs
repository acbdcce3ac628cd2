//! What can be wrong with a query, and where. Knows nothing of ARM's envelope: the layer that
//! answers HTTP turns these into `InvalidQuery` and `ParserFailure` details.

/// A place in the query's text, as Resource Graph reports it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// Line, from 1.
    pub line: usize,
    /// Characters before it in its line, from 0 (`characterPositionInLine`).
    pub character: usize,
}

/// What sort of mistake it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// The text cannot be read (`ParserFailure`).
    Syntax,
    /// It can be read but makes no sense, such as a string compared with a number.
    Semantic,
    /// A column, variable or function that does not exist.
    UnknownName,
    /// A table that does not exist.
    UnknownTable,
    /// Kusto that is not evaluated here, or that Resource Graph refuses.
    Disallowed,
    /// More rows, steps, nesting or text than is allowed.
    TooLarge,
}

impl ErrorKind {
    /// The code of the error's detail in an ARM answer.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Syntax => "ParserFailure",
            Self::Semantic => "SemanticError",
            Self::UnknownName => "FailedToResolveEntity",
            Self::UnknownTable => "DisallowedLogicalTableName",
            Self::Disallowed => "DisallowedOperator",
            Self::TooLarge => "QueryLimitExceeded",
        }
    }
}

/// Why a query was not answered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct QueryError {
    /// What sort of mistake it is.
    pub kind: ErrorKind,
    /// A sentence for people.
    pub message: String,
    /// Where, if it is at one place.
    pub position: Option<Position>,
    /// The token found there; `<EOF>` at the end.
    pub token: Option<String>,
    /// What could have stood there.
    pub expected: Option<String>,
    offset: Option<usize>,
}

impl QueryError {
    fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            position: None,
            token: None,
            expected: None,
            offset: None,
        }
    }

    pub(crate) fn semantic(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Semantic, message)
    }

    pub(crate) fn unknown_name(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::UnknownName, message)
    }

    pub(crate) fn unknown_table(name: &str) -> Self {
        Self::new(
            ErrorKind::UnknownTable,
            format!("Table {name} is invalid, unsupported or disallowed."),
        )
        .with_token(name)
    }

    pub(crate) fn disallowed(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Disallowed, message)
    }

    pub(crate) fn too_large(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::TooLarge, message)
    }

    pub(crate) fn syntax(found: &str, expected: impl Into<String>) -> Self {
        let expected = expected.into();
        let mut error =
            Self::new(ErrorKind::Syntax, format!("Unexpected '{found}': {expected} was expected."));
        error.token = Some(found.to_owned());
        error.expected = Some(expected);
        error
    }

    pub(crate) fn with_token(mut self, token: &str) -> Self {
        self.token = Some(token.to_owned());
        self
    }

    /// Sets the place, unless a more exact one is known.
    pub(crate) fn at(mut self, offset: usize) -> Self {
        self.offset = self.offset.or(Some(offset));
        self
    }

    pub(crate) fn located_in(mut self, query: &str) -> Self {
        if let Some(before) = self.offset.and_then(|offset| query.get(..offset)) {
            let line_start = before.rfind('\n').map_or(0, |at| at + 1);
            let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
            let character = before.get(line_start..).unwrap_or("").chars().count();
            self.position = Some(Position { line, character });
        }
        self
    }
}
