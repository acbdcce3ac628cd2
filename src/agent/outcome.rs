//! A tool's outcome as the event that is stored: redacted, and within its caps.

use std::sync::Arc;

use serde_json::Value;

use crate::{
    protocol::{
        CallId, Coverage, CoverageFailure, Finding, MAX_EVENT_BYTES, MAX_MODEL_TEXT_BYTES,
        StepError, ToolCallCompleted, ToolStatus, View,
    },
    redact::{redact, redact_json},
    thread::CallFold,
    tools::{ToolError, ToolOutput},
};

use super::caps::{bounded_coverage, cut, safe};

/// The longest summary of a result, in bytes.
const MAX_SUMMARY_BYTES: usize = 600;
/// The longest error message that is stored, in bytes.
const MAX_ERROR_BYTES: usize = 2 * 1024;

/// The event of a call that succeeded. Its evidence id is set when the evidence is stored.
pub(super) fn completed(call: &CallFold, output: ToolOutput) -> ToolCallCompleted {
    let event = ToolCallCompleted {
        call_id: call.call_id,
        status: ToolStatus::Succeeded,
        evidence_id: None,
        summary: safe(&output.summary, MAX_SUMMARY_BYTES),
        views: redacted_views(&output.views),
        error: None,
        model_text: safe(&told(call, &output.digest), MAX_MODEL_TEXT_BYTES),
        coverage: Some(bounded_coverage(output.coverage)),
        offered: Vec::new(),
        duration_ms: 0,
    };
    fitted(event)
}

/// What the model reads: how to cite the result, then its digest.
fn told(call: &CallFold, digest: &str) -> String {
    match call.evidence_id {
        Some(id) => format!("Evidence {id}; cite it as [{id}].\n{digest}"),
        None => digest.to_owned(),
    }
}

/// The event of a call that failed. What the model reads is fixed by the kind of the error;
/// people also see Azure's own words.
pub(super) fn failure(call_id: CallId, tool: &str, error: &ToolError) -> ToolCallCompleted {
    let status = match error {
        ToolError::Rejected { .. } => ToolStatus::Rejected,
        ToolError::Denied { .. } => ToolStatus::Denied,
        ToolError::Upstream { .. } => ToolStatus::Failed,
        ToolError::Cancelled => ToolStatus::Cancelled,
    };
    let message = safe(&error.to_string(), MAX_ERROR_BYTES);
    let (scope, arm_request_id) = match error {
        ToolError::Denied { scope, .. } => (scope.clone(), None),
        ToolError::Upstream { request_id, .. } => (tool.to_owned(), request_id.clone()),
        ToolError::Rejected { .. } | ToolError::Cancelled => (tool.to_owned(), None),
    };
    let code = error.code().to_owned();
    let failures = vec![CoverageFailure { scope, code: code.clone(), message: message.clone() }];
    let event = ToolCallCompleted {
        call_id,
        status,
        evidence_id: None,
        summary: safe(&error.to_string(), MAX_SUMMARY_BYTES),
        views: Vec::new(),
        error: Some(StepError { code, message, arm_request_id }),
        model_text: safe(&error.model_text(), MAX_MODEL_TEXT_BYTES),
        coverage: match status {
            ToolStatus::Denied | ToolStatus::Failed => {
                Some(Coverage { failures, ..Coverage::default() })
            }
            ToolStatus::Succeeded | ToolStatus::Rejected | ToolStatus::Cancelled => None,
        },
        offered: Vec::new(),
        duration_ms: 0,
    };
    fitted(event)
}

/// What is wrong with arguments that are no JSON object.
pub(super) fn rejected_text(arguments: &Value) -> String {
    let Value::String(text) = arguments else {
        return "The arguments must be a JSON object.".to_owned();
    };
    match serde_json::from_str::<Value>(text) {
        Ok(Value::Object(_)) => {
            "The arguments are longer than 16 KiB. Send fewer or shorter ones.".to_owned()
        }
        Ok(_) => "The arguments must be a JSON object.".to_owned(),
        Err(_) if text.len() >= crate::protocol::MAX_ARGUMENTS_BYTES / 2 => {
            "The arguments are longer than 16 KiB or no JSON. Send fewer or shorter ones."
                .to_owned()
        }
        Err(error) => format!("The arguments are no valid JSON: {error}."),
    }
}

/// A failure of the service itself, as a tool's.
pub(super) fn internal(message: &str) -> ToolError {
    ToolError::Upstream {
        code: "Internal".to_owned(),
        message: message.to_owned(),
        request_id: None,
        status: None,
    }
}

/// Findings without secrets.
pub(super) fn redacted_findings(findings: Vec<Finding>) -> Arc<[Finding]> {
    findings
        .into_iter()
        .map(|finding| Finding { text: redact(&finding.text).into_owned(), ..finding })
        .collect()
}

fn redacted_views(views: &[View]) -> Vec<View> {
    let Ok(mut value) = serde_json::to_value(views) else { return Vec::new() };
    redact_json(&mut value);
    serde_json::from_value(value).unwrap_or_default()
}

/// The event within its cap: pictures go first, they are in the evidence too.
fn fitted(mut event: ToolCallCompleted) -> ToolCallCompleted {
    let size = |event: &ToolCallCompleted| serde_json::to_vec(event).map_or(0, |json| json.len());
    while size(&event) > MAX_EVENT_BYTES - 1024 {
        if event.views.pop().is_none() {
            let half = event.model_text.len() / 2;
            event.model_text = cut(&event.model_text, half).to_owned();
            if half == 0 {
                break;
            }
        }
    }
    event
}
