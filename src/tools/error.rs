//! Why a tool has no output, so that the model, people and operators each get their sentence.
//!
//! Four kinds, because there are four things to do: fix the call, ask for a right, try later,
//! nothing. The model sees [`ToolError::model_text`]; operators see the error with its chain.
//! This file must not know any tool.

use thiserror::Error;

use super::untrusted::{cut, visible};
use crate::azure::{ArmError, ArmFault};

const MAX_MESSAGE_CHARS: usize = 600;

/// Why a call has no output.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum ToolError {
    /// The call itself is wrong; the model can fix it, so the text is shown to it as it is.
    #[error("{}", rejected(field.as_deref(), rule))]
    Rejected {
        /// The argument that is wrong, as a path like `filters[0].name`, where one is.
        field: Option<String>,
        /// The rule that it breaks, as a sentence.
        rule: String,
    },
    /// The identity may not do it.
    #[error("missing permission {action} at {scope}; the role `{role}` has it")]
    Denied {
        /// The missing permission, like `Microsoft.Security/alerts/read`.
        action: String,
        /// The ARM id that it is missing at; `/` is the tenant.
        scope: String,
        /// A built-in role that has it.
        role: &'static str,
    },
    /// Azure failed, or its answer makes no sense.
    #[error("Azure answered {code}: {message}")]
    Upstream {
        /// ARM's code, or the kind of failure where there is none.
        code: String,
        /// What Azure or the network says, for operators.
        message: String,
        /// `x-ms-request-id`, for support.
        request_id: Option<String>,
        /// The HTTP status, where there was an answer.
        status: Option<u16>,
    },
    /// The run was cancelled.
    #[error("the call was cancelled")]
    Cancelled,
}

impl ToolError {
    /// A call that is wrong as a whole.
    #[must_use]
    pub fn rejected(rule: impl Into<String>) -> Self {
        Self::Rejected { field: None, rule: rule.into() }
    }

    /// A call with one wrong argument.
    #[must_use]
    pub fn wrong(field: &str, rule: impl Into<String>) -> Self {
        Self::Rejected { field: Some(field.to_owned()), rule: rule.into() }
    }

    /// A missing right.
    #[must_use]
    pub fn denied(action: &str, scope: &str) -> Self {
        Self::Denied { action: action.to_owned(), scope: scope.to_owned(), role: role_for(action) }
    }

    /// An answer of Azure's that makes no sense.
    #[must_use]
    pub fn nonsense(problem: &str) -> Self {
        Self::Upstream {
            code: "BadAnswer".to_owned(),
            message: problem.to_owned(),
            request_id: None,
            status: None,
        }
    }

    /// The stable name of the kind.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Rejected { .. } => "rejected",
            Self::Denied { .. } => "denied",
            Self::Upstream { .. } => "upstream",
            Self::Cancelled => "cancelled",
        }
    }

    /// The code that events carry: ARM's own where there is one.
    #[must_use]
    pub fn code(&self) -> &str {
        match self {
            Self::Rejected { .. } => "InvalidArgument",
            Self::Denied { .. } => "AuthorizationFailed",
            Self::Upstream { code, .. } => code,
            Self::Cancelled => "Cancelled",
        }
    }

    /// What the model is told: for a failure of Azure a fixed sentence, since that text is not
    /// ours.
    #[must_use]
    pub fn model_text(&self) -> String {
        match self {
            Self::Rejected { .. } => format!("Rejected: {self}. Correct the call and try again."),
            Self::Denied { action, scope, role } => format!(
                "Denied: the identity lacks `{action}` at `{}`. The role `{role}` has it. Nothing \
                 was read there; do not take this for an empty result.",
                visible(scope)
            ),
            Self::Upstream { code, .. } => format!(
                "Azure could not answer this call ({code}). Nothing is known; do not take this \
                 for an empty result."
            ),
            Self::Cancelled => "The call was cancelled.".to_owned(),
        }
    }

    /// The error of a call to Azure; `action` is the right that the call needs.
    #[must_use]
    pub fn from_arm(error: &ArmError, action: &str, scope: &str) -> Self {
        match error {
            ArmError::Forbidden { action: named, scope: at, fault } if is_denial(fault) => {
                Self::denied(named.as_deref().unwrap_or(action), at.as_deref().unwrap_or(scope))
            }
            ArmError::TooManyScopes { .. } => Self::rejected(error.to_string()),
            other => Self::upstream(other),
        }
    }

    fn upstream(error: &ArmError) -> Self {
        let message = shorten(&error.to_string());
        match error.fault() {
            Some(fault) => Self::Upstream {
                code: code_word(&fault.code),
                message,
                request_id: fault.request_id.clone(),
                status: Some(fault.status),
            },
            None => Self::Upstream {
                code: local_code(error).to_owned(),
                message,
                request_id: None,
                status: None,
            },
        }
    }
}

/// A text of Azure's for people: one line, visible, short.
#[must_use]
pub fn shorten(text: &str) -> String {
    visible(&cut(text, MAX_MESSAGE_CHARS))
}

/// A built-in role that has `action`, the least of those that read.
#[must_use]
pub fn role_for(action: &str) -> &'static str {
    let action = action.to_ascii_lowercase();
    let has = |prefix: &str| action.starts_with(prefix);
    if has("microsoft.security/") {
        "Security Reader"
    } else if has("microsoft.carbon/") {
        "Carbon Optimization Reader"
    } else if has("microsoft.costmanagement/") || has("microsoft.consumption/") {
        "Cost Management Reader"
    } else if has("microsoft.operationalinsights/") && !action.ends_with("/read") {
        "Log Analytics Reader"
    } else if has("microsoft.resourcehealth/") && !action.ends_with("/read") {
        "Service Health Security Reader"
    } else if has("microsoft.management/managementgroups/") {
        "Management Group Reader"
    } else {
        "Reader"
    }
}

/// Whether a 403 is about rights; a blocked network is not.
fn is_denial(fault: &ArmFault) -> bool {
    !matches!(fault.code.as_str(), "RequestDisallowedByPolicy" | "ReadOnlyDisabledSubscription")
}

fn rejected(field: Option<&str>, rule: &str) -> String {
    match field {
        Some(field) => format!("`{field}`: {rule}"),
        None => rule.to_owned(),
    }
}

/// ARM's code, if it looks like one: it is shown to the model unfenced.
fn code_word(code: &str) -> String {
    let plausible = code.len() <= 80
        && !code.is_empty()
        && code.chars().all(|ch| ch.is_ascii_alphanumeric() || matches!(ch, '.' | '_' | '-'));
    if plausible { code.to_owned() } else { "UpstreamError".to_owned() }
}

fn local_code(error: &ArmError) -> &'static str {
    match error {
        ArmError::Unreachable { .. } => "Unreachable",
        ArmError::TooLarge { .. } => "AnswerTooLarge",
        ArmError::Redirected { .. } => "Redirected",
        ArmError::ForeignLink { .. } => "ForeignLink",
        ArmError::Credential(_) => "NoToken",
        ArmError::BadAnswer { .. }
        | ArmError::Unauthorized(_)
        | ArmError::Forbidden { .. }
        | ArmError::NotFound(_)
        | ArmError::Conflict(_)
        | ArmError::Throttled { .. }
        | ArmError::BadRequest(_)
        | ArmError::Upstream(_)
        | ArmError::TooManyScopes { .. }
        | ArmError::Path(_)
        | ArmError::NotAQuery(_)
        | ArmError::Http(_) => "BadAnswer",
    }
}
