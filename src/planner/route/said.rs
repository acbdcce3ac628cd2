//! What is said with a call, and what is asked instead of one.

use super::{Candidate, Step, which};
use crate::{
    model::ToolOffer,
    planner::{arguments, part::Part, subject::Subject},
};

/// Words that compare a score with what it was.
const WAS: &str = "drop dropped fall fell fallen decrease decreased decline declined went history trend trends changed \
    change before yesterday week month evolved";

/// What has to be said with an answer: what it does not tell though it may seem to.
pub(super) fn told_with(step: &mut Step, part: &Part<'_>) {
    if part.subject == Subject::AttackPaths && !part.text.has_any("path paths attacker hacker") {
        step.remarks.push(
            "Attack paths show what is exposed and leads to a target. I have no tool that lists \
             every public endpoint."
                .to_owned(),
        );
    }
    if part.subject == Subject::Changes && part.text.has_any("resized scaled moved renamed tagged")
    {
        step.remarks.push(
            "Changes cannot be narrowed to one property: each says which ones it changed."
                .to_owned(),
        );
    }
    if part.subject == Subject::Score && part.text.has_any(WAS) {
        step.notes.push(
            "I can read how the score stands now, not how it was: this is what costs points today."
                .to_owned(),
        );
    }
}

/// The question that asks for what would otherwise be answered beside the point.
pub(super) fn unclear(best: &Candidate<'_>, part: &Part<'_>) -> Option<String> {
    if part.subject == Subject::Compliance
        && part.about.control.is_some()
        && part.about.standard.is_none()
    {
        return Some(
            "Of which standard is that control? Name it, e.g. PCI DSS or NIST, and I look."
                .to_owned(),
        );
    }
    if part.subject == Subject::Resources && !best.left.is_empty() {
        let words: Vec<String> = best.left.iter().map(|word| format!("“{word}”")).collect();
        return Some(format!(
            "I cannot narrow resources by {}. What I can narrow them by is type, name, state, region, \
             subscription, resource group and tag: ask with those, or without it.",
            words.join(" and ")
        ));
    }
    None
}

/// The question that asks for what a call needs and lacks.
pub(super) fn lacking(offer: &ToolOffer, step: &Step, part: &Part<'_>) -> Option<String> {
    let nothing = offer.name == "get_security_alert" && step.arguments.is_empty();
    let missing = arguments::missing(&offer.input_schema, &step.arguments);
    let name = missing.or(nothing.then(|| "alert".to_owned()))?;
    Some(match name.as_str() {
        "subscription" => which("subscription"),
        "query" => {
            "Which table of the logs do you mean? Name it, e.g. Heartbeat or Syslog, or write the \
                    query; “which log tables are there?” lists them."
                .to_owned()
        }
        "resourceGroup" => which("resource group"),
        "resource" | "name" | "resourceId" | "id" => {
            which(part.about.kind.as_deref().unwrap_or("resource"))
        }
        "alert" => {
            "Which alert do you mean? Give me its name, its rule or its id; “which alerts are \
             firing?” lists them."
                .to_owned()
        }
        "recommendation" => {
            "Which recommendation do you mean? Give me its title or some words of it; \
             “list security recommendations” shows them."
                .to_owned()
        }
        other => {
            let words = arguments::words_of(other).join(" ");
            format!("I need to know the {words} for that. Which one do you mean?")
        }
    })
}
