//! Looking into one resource: what there is to know of it, in one go.

use super::{
    arguments,
    part::Part,
    route::{Step, Verdict, step_of, which},
    subject::{Intent, Subject},
    text::among,
    vocabulary::topic_of,
};
use crate::model::ToolOffer;

/// What is read of one resource, as far as it is on offer.
const READ: [&str; 6] = [
    "get_resource",
    "list_resource_health",
    "list_resource_changes",
    "get_activity_log",
    "list_alerts",
    "list_security_alerts",
];
/// How far back changes are looked for.
const RANGE: &str = "7d";

/// What becomes of a part that asks why, or what is wrong: `Why is vm-1 down?`.
pub(super) fn verdict(part: &Part<'_>, offers: &[ToolOffer]) -> Option<Verdict> {
    let looks = part.intent == Intent::Explain || investigates(part);
    if part.subject != Subject::Resources || !looks {
        return None;
    }
    let left = part.text.words.iter().filter(|word| !word.used && !word.quoted);
    // What only says that something is wrong is no topic of its own here.
    let mut left = left.filter(|word| {
        !among(&word.low, "unresponsive broken unavailable health healthy change changed")
    });
    if let Some(topic) = left.find_map(|word| topic_of(&word.low)) {
        return Some(Verdict::Refuse(Some(topic)));
    }
    if part.about.resource().is_none() {
        return unnamed(part, offers);
    }
    let known = READ.iter().filter_map(|name| offers.iter().find(|offer| offer.name == *name));
    let mut steps: Vec<Step> = Vec::new();
    for offer in known {
        let step = step_of(offer, part);
        let whole = arguments::missing(&offer.input_schema, &step.arguments).is_none();
        if whole && !step.arguments.is_empty() {
            steps.push(step);
        }
    }
    let changes = steps.iter().any(|step| step.tool == "list_resource_changes");
    if let (Some(first), false) = (steps.first_mut(), changes) {
        first.notes.push(
            "This is what I can see of it. I have no tool for its changes, logs or metrics, so it \
             may not tell why."
                .to_owned(),
        );
    }
    (!steps.is_empty()).then_some(Verdict::Read(steps))
}

/// Which one? Those that are down are shown, the others are asked for.
fn unnamed(part: &Part<'_>, offers: &[ToolOffer]) -> Option<Verdict> {
    let down = part.about.state.is_some() || part.text.has_any("down off offline stopped");
    let Some(kind) = part.about.kind.as_deref() else {
        return Some(Verdict::Ask(which("resource")));
    };
    if !down {
        return Some(Verdict::Ask(which(kind)));
    }
    let mut part = part.clone();
    part.intent = Intent::List;
    part.about.state = Some("stopped");
    let offer = offers.iter().find(|offer| offer.name == "find_resources")?;
    let mut step = step_of(offer, &part);
    step.notes.push(
        "You named none, so here are those that are down; name one and I look into it.".to_owned(),
    );
    Some(Verdict::Read(vec![step]))
}

fn investigates(part: &Part<'_>) -> bool {
    (part.about.resource().is_some()
        || part.about.kind.is_some()
            && part.intent != Intent::Count
            && !part.text.has_any("which list any how"))
        && part.text.has_any(
            "more about investigate diagnose troubleshoot wrong happening happened problem problems issue \
            issues unhealthy everything unresponsive broken",
        )
}
