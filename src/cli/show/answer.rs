//! What stands under an answer: evidence, claims that nothing supports, coverage, outcome.

use super::{cell, safe_line};
use crate::protocol::{Coverage, LimitKind, Outcome, Unsupported, Usage};

/// Claims that are named one by one.
const MAX_CLAIMS: usize = 8;
/// Failures that are named one by one.
const MAX_FAILURES: usize = 5;

/// What a run looked at, in one line.
pub(in crate::cli) fn coverage_line(coverage: &Coverage) -> String {
    let rows = match coverage.total {
        Some(total) => format!("{} of {total} rows", coverage.rows),
        None => counted(coverage.rows, "row"),
    };
    let scopes = counted(coverage.scope_count(), "scope");
    let failed = match coverage.failure_count() {
        0 => String::new(),
        count => format!(", {}", counted(count, "failure")),
    };
    let at = coverage.data_at.map(|at| format!(", data of {}", cell::instant(&at.to_string())));
    format!("looked at {scopes}, {rows}{failed}{}", at.unwrap_or_default())
}

/// What could not be looked at, a line each.
pub(super) fn failures(coverage: &Coverage) -> Vec<String> {
    let shown = coverage.failures.iter().take(MAX_FAILURES);
    let mut lines: Vec<String> = shown
        .map(|one| format!("not seen: {}: {}", safe_line(&one.scope), safe_line(&one.message)))
        .collect();
    let left = coverage.failure_count().saturating_sub(lines.len() as u64);
    if left > 0 {
        lines.push(format!("not seen: {left} more"));
    }
    lines
}

/// How a run ended, where it did not end with an answer.
pub(in crate::cli) fn outcome_line(outcome: &Outcome) -> Option<String> {
    match outcome {
        Outcome::Completed => None,
        Outcome::Cancelled { by } => Some(format!("cancelled by {}", safe_line(by.as_str()))),
        Outcome::LimitReached { limit } => {
            Some(format!("a limit of the run was reached: {}", limit_name(*limit)))
        }
        Outcome::Failed { code, message } => {
            Some(format!("failed ({}): {}", safe_line(code), safe_line(message)))
        }
    }
}

/// The claims that nothing supports, in one line.
pub(super) fn unsupported_line(claims: &[Unsupported]) -> Option<String> {
    let mut texts: Vec<String> = claims.iter().map(|one| safe_line(&one.text)).collect();
    texts.dedup();
    let left = texts.len().saturating_sub(MAX_CLAIMS);
    texts.truncate(MAX_CLAIMS);
    let quoted: Vec<String> = texts.iter().map(|text| format!("“{text}”")).collect();
    let more = if left > 0 { format!(" and {left} more") } else { String::new() };
    (!quoted.is_empty())
        .then(|| format!("nothing that was read supports {}{more}", quoted.join(", ")))
}

/// What a run used, where a model counted.
pub(super) fn usage_text(usage: Usage) -> Option<String> {
    (usage.total() > 0)
        .then(|| format!(" · {} tokens in, {} out", usage.input_tokens, usage.output_tokens))
}

fn limit_name(limit: LimitKind) -> &'static str {
    match limit {
        LimitKind::Steps => "model requests",
        LimitKind::ToolCalls => "tool calls",
        LimitKind::WorkMs => "time of work",
        LimitKind::Tokens => "tokens",
        LimitKind::InvalidCalls => "the same wrong call three times",
    }
}

fn counted(count: u64, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}
