//! How Log Analytics says no: an envelope of its own, errors inside errors.

use serde_json::{Value, json};

use crate::estate::{
    http::{answer::Answer, error::ArmError},
    kql::{ErrorKind, QueryError},
};

/// Why a query was not answered.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) status: u16,
    code: &'static str,
    message: String,
    inner: Option<Value>,
    /// What Log Analytics tells inside an answer that is only a part.
    is_partial: bool,
}

impl Failure {
    fn new(status: u16, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), inner: None, is_partial: false }
    }

    pub(super) fn path() -> Self {
        Self::new(404, "PathNotFoundError", "The requested path does not exist")
    }

    pub(super) fn workspace(named: &str) -> Self {
        Self::new(
            404,
            "WorkspaceNotFoundError",
            format!("The workspace '{named}' could not be found."),
        )
    }

    pub(super) fn access() -> Self {
        Self::new(
            403,
            "InsufficientAccessError",
            "The provided credentials have insufficient access to perform the requested operation",
        )
    }

    /// A request that is wrong.
    pub(super) fn argument(code: &str, message: &str) -> Self {
        let inner = json!({ "code": code, "message": message });
        Self { inner: Some(inner), ..Self::new(400, "BadArgumentError", INVALID) }
    }

    pub(super) fn of(error: &QueryError) -> Self {
        let (code, told, number) = match error.kind {
            ErrorKind::Syntax => {
                ("SyntaxError", "A recognition error occurred in the query.", "SYN0002")
            }
            ErrorKind::UnknownName | ErrorKind::UnknownTable => {
                ("SemanticError", "A semantic error occurred.", "SEM0100")
            }
            ErrorKind::Semantic | ErrorKind::Disallowed => {
                ("SemanticError", "A semantic error occurred.", "SEM0001")
            }
            ErrorKind::TooLarge => {
                ("QueryLimitsExceeded", "The query needs too much.", "-2133196797")
            }
        };
        let message = match (error.kind, &error.token) {
            (ErrorKind::UnknownTable, Some(name)) => {
                format!("Failed to resolve table or column expression named '{name}'")
            }
            (ErrorKind::Syntax, _) => {
                let at = error.position.map_or((1, 0), |at| (at.line, at.character));
                format!("Query could not be parsed at line [{},{}]: {}", at.0, at.1, error.message)
            }
            _ => error.message.clone(),
        };
        let mut inner = json!({ "code": number, "message": message });
        if let (Some(inner), Some(at)) = (inner.as_object_mut(), error.position) {
            inner.insert("line".into(), json!(at.line));
            inner.insert("pos".into(), json!(at.character));
            inner.insert("token".into(), json!(error.token.as_deref().unwrap_or_default()));
        }
        let inner = json!({ "code": code, "message": told, "innererror": inner });
        Self {
            inner: Some(inner),
            is_partial: error.kind == ErrorKind::TooLarge,
            ..Self::new(
                400,
                "BadArgumentError",
                if error.kind == ErrorKind::TooLarge { error.message.as_str() } else { INVALID },
            )
        }
    }

    /// What was too much comes as an answer that is only a part: here, none of it.
    pub(super) fn or_partial(self) -> Result<Value, Self> {
        if !self.is_partial {
            return Err(self);
        }
        Ok(json!({
            "tables": [{ "name": "PrimaryResult", "columns": [], "rows": [] }],
            "error": partial(&self.message),
        }))
    }

    pub(super) fn envelope(&self, correlation: &str) -> Value {
        let mut error = json!({
            "message": self.message,
            "code": self.code,
            "correlationId": correlation,
        });
        if let (Some(error), Some(inner)) = (error.as_object_mut(), &self.inner) {
            error.insert("innererror".into(), inner.clone());
        }
        json!({ "error": error })
    }

    pub(super) fn answer(&self, correlation: &str) -> Result<Answer, ArmError> {
        let mut answer = Answer::json(&self.envelope(correlation))?;
        answer.status = self.status;
        Ok(answer)
    }
}

const INVALID: &str = "The request had some invalid properties";

/// The error inside an answer that is only a part.
pub(super) fn partial(message: &str) -> Value {
    json!({
        "code": "PartialError",
        "message": "There were some errors when processing your query.",
        "details": [{
            "code": "EngineError",
            "message": "Something went wrong processing your query on the server.",
            "innererror": {
                "code": "-2133196797",
                "message": message,
                "severity": 2,
                "severityName": "Error",
            },
        }],
    })
}
