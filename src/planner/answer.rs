//! Answers: written from the findings of results, each sentence with its citation.

use crate::{
    model::ModelResult,
    protocol::{Finding, FindingKind},
};

use super::{exchange::Exchange, names::as_prose};

/// Facts that one result adds to an answer; the rest is in its evidence.
const MAX_DETAILS: usize = 8;
/// Next steps of an answer.
const MAX_ACTIONS: usize = 4;

/// The answer to a question that has been read for.
pub(super) fn write(exchange: &Exchange<'_>) -> String {
    let mut text = String::new();
    let several = exchange.results.iter().filter(|result| result.ok).count() > 1;
    for result in exchange.results.iter().filter(|result| result.ok) {
        tell(&mut text, result, several);
    }
    for result in exchange.results.iter().filter(|result| !result.ok) {
        text.push_str(&failure(result));
    }
    let actions = exchange.results.iter().flat_map(|result| {
        of_kind(result, FindingKind::Action).map(|finding| cited(finding, result))
    });
    let mut told: Vec<String> = Vec::new();
    for action in actions {
        if !told.contains(&action) {
            told.push(action);
        }
    }
    if !told.is_empty() {
        text.push_str("**Next**\n\n");
        for action in told.iter().take(MAX_ACTIONS) {
            text.push_str(&format!("- {action}\n"));
        }
    }
    text
}

/// Tells one result: its headline, what supports it, what it does not cover.
fn tell(text: &mut String, result: &ModelResult, several: bool) {
    for headline in of_kind(result, FindingKind::Headline) {
        let sentence = cited(headline, result);
        if several {
            text.push_str(&format!("**{}** {}\n\n", as_prose(&headline.text), citation(result)));
        } else {
            text.push_str(&format!("{sentence}\n\n"));
        }
    }
    let details: Vec<&Finding> = of_kind(result, FindingKind::Detail).collect();
    for detail in details.iter().take(MAX_DETAILS) {
        text.push_str(&format!("- {}\n", cited(detail, result)));
    }
    if details.len() > MAX_DETAILS {
        text.push_str(&format!("- … the rest is in the evidence {}\n", citation(result)));
    }
    if !details.is_empty() {
        text.push('\n');
    }
    for caveat in of_kind(result, FindingKind::Caveat) {
        text.push_str(&format!("{} {}\n\n", as_prose(&caveat.text), citation(result)));
    }
    if result.findings.is_empty() {
        text.push_str(&format!("The result is in the evidence {}\n\n", citation(result)));
    }
}

/// What to say of a call that gave nothing. The text is ours: fixed sentences and ARM codes.
fn failure(result: &ModelResult) -> String {
    let line = result.text.lines().next().unwrap_or_default().trim();
    let line = line.strip_suffix("Correct the call and try again.").unwrap_or(line).trim();
    format!("I could not read this with `{}`. {line}\n\n", result.tool)
}

fn of_kind(result: &ModelResult, kind: FindingKind) -> impl Iterator<Item = &Finding> {
    result.findings.iter().filter(move |finding| finding.kind == kind)
}

fn cited(finding: &Finding, result: &ModelResult) -> String {
    let citation = citation(result);
    let told = as_prose(&finding.text);
    if citation.is_empty() { told } else { format!("{told} {citation}") }
}

fn citation(result: &ModelResult) -> String {
    result.evidence_id.as_ref().map(|id| format!("[{id}]")).unwrap_or_default()
}
