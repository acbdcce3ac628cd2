//! Looking into one resource: what there is to know of it, in one go.
//!
//! Owns which tools are asked, side by side, when somebody wants to know why. How what they found
//! is told belongs to the answer.

use serde_json::Value;

use super::{
    Planner, arguments,
    part::Part,
    route::{Step, Verdict, step_of, which},
    subject::{Intent, Subject},
    text::among,
    vocabulary::topic_of,
};
use crate::model::ToolOffer;

/// What is read of one resource, as far as it is on offer.
const READ: [&str; 6] = [
    "list_resource_health",
    "list_resource_changes",
    "get_activity_log",
    "list_alerts",
    "list_security_alerts",
    "get_resource",
];
/// Those that look back; the others tell what is now.
const LOOK_BACK: [&str; 2] = ["list_resource_changes", "get_activity_log"];
/// How far back, where the question says no time.
const RANGE: &str = "7d";

/// The tool that does all of this by itself, where there is one.
const WHOLE: &str = "investigate_resource";

impl Planner {
    /// What becomes of a part that asks why, or what is wrong: `Why is vm-1 down?`.
    pub(super) fn look_into(&self, part: &Part<'_>, offers: &[ToolOffer]) -> Option<Verdict> {
        let looks = part.intent == Intent::Explain || investigates(part);
        if !matches!(part.subject, Subject::Resources | Subject::Health) || !looks {
            return None;
        }
        let left = part.text.words.iter().filter(|word| !word.used && !word.quoted);
        // What only says that something is wrong is no topic of its own here.
        let mut left = left.filter(|word| {
            !among(&word.low, "unresponsive broken unavailable health healthy change changed error errors boot booting")
        });
        let topic = left.find_map(|word| Some((topic_of(&word.low)?, word.low.as_str())));
        if part.about.resource().is_none() {
            return match topic {
                Some((topic, word)) => Some(Verdict::Refuse(Some(self.lacked(topic, word)))),
                None => unnamed(part, offers),
            };
        }
        let mut steps = steps(part, offers);
        let lacks = topic.filter(|(_, word)| !self.is_spoken_of(word));
        if let (Some(first), Some((topic, word))) = (steps.first_mut(), lacks) {
            first.notes.push(format!(
                "I have no tool that reads **{}**. This is what else there is to see of it.",
                self.lacked(topic, word)
            ));
        }
        (!steps.is_empty()).then_some(Verdict::Read(steps))
    }
}

/// The calls that look into the resource that a part names.
pub(super) fn steps(part: &Part<'_>, offers: &[ToolOffer]) -> Vec<Step> {
    if let Some(whole) = offers.iter().find(|offer| offer.name == WHOLE) {
        let mut part = part.clone();
        part.subject = Subject::of_table(WHOLE).unwrap_or(part.subject);
        let step = step_of(whole, &part);
        if arguments::missing(&whole.input_schema, &step.arguments).is_none() {
            return vec![step];
        }
    }
    let mut steps = Vec::new();
    for offer in READ.iter().filter_map(|name| offers.iter().find(|offer| offer.name == *name)) {
        let mut part = part.clone();
        part.about.options.clear();
        part.about.statuses.clear();
        part.about.state = None;
        part.about.operation = None;
        part.about.kind = None;
        let back = LOOK_BACK.contains(&offer.name.as_str());
        let range = part.about.time.take().unwrap_or_else(|| RANGE.to_owned());
        part.about.time = back.then_some(range);
        let mut step = step_of(offer, &part);
        if arguments::takes(&offer.input_schema, "writesOnly") {
            step.arguments.insert("writesOnly".to_owned(), Value::Bool(true));
        }
        let whole = arguments::missing(&offer.input_schema, &step.arguments).is_none();
        if whole && !step.arguments.is_empty() {
            steps.push(step);
        }
    }
    steps
}

/// Which one? Those that are not well are shown, the others are asked for.
fn unnamed(part: &Part<'_>, offers: &[ToolOffer]) -> Option<Verdict> {
    let down = part.subject == Subject::Health
        || part.about.state.is_some()
        || part.text.has_any("down off offline stopped failing failed crashing unresponsive");
    let Some(kind) = part.about.kind.as_deref() else {
        return (part.intent == Intent::Explain).then(|| Verdict::Ask(which("resource")));
    };
    if !down {
        return Some(Verdict::Ask(which(kind)));
    }
    let mut part = part.clone();
    part.intent = Intent::List;
    part.about.state = None;
    let offer = offers.iter().find(|offer| offer.name == "list_resource_health")?;
    let mut step = step_of(offer, &part);
    step.notes.push(
        "You named none, so here are those that are not well; name one and I look into it."
            .to_owned(),
    );
    Some(Verdict::Read(vec![step]))
}

fn investigates(part: &Part<'_>) -> bool {
    let named = part.about.resource().is_some();
    let wrong = part.text.has_any(
        "investigate diagnose troubleshoot wrong happening happened problem problems issue issues \
         everything unresponsive broken",
    );
    let unnamed = part.about.kind.is_some()
        && !matches!(part.intent, Intent::Count | Intent::Summarize)
        && !part.text.has_any("which list any how");
    wrong
        && (named
            || unnamed
                && (part.text.has_any("investigate diagnose troubleshoot wrong")
                    || part.text.has_any("my this")))
}
