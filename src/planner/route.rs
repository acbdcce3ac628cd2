//! Routes: which tool a part of a question means, by the tools' own index and the words that
//! the tool does not speak of.

use serde_json::{Map, Value};

use super::{
    Planner, arguments, change,
    follow_up::subject_of,
    look_into,
    part::Part,
    subject::Subject,
    text::among,
    vocabulary::{OF_ALERTS, first_topic, is_empty, topic_of},
};
use crate::{
    model::ToolOffer,
    tools::scope::resource_types::{name_of, type_of},
};

mod pointing;
mod usual;

use pointing::points_at_one;
use usual::usual_tools;

/// Below this score a question shares no more than a common word with a tool.
const ENOUGH: f32 = 4.0;
/// What the tool that a subject usually means is ahead of others.
const PREFERRED: f32 = 15.0;
/// What a word that a tool does not speak of costs it.
const UNSPOKEN: f32 = 4.0;
/// The most words that may be left over of a question that is answered.
const MAX_LEFT: usize = 2;
/// The same where the subject leaves no doubt, in whatever language the rest is.
const MOST_LEFT: usize = 6;

/// Words that compare a score with what it was.
const WAS: &str = "drop dropped fall fell fallen decrease decreased decline declined went history trend trends changed \
    change before yesterday week month evolved";

/// A call to make.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Step {
    pub(super) tool: String,
    pub(super) arguments: Map<String, Value>,
    /// What to say before its answer.
    pub(super) notes: Vec<String>,
    /// What to say after it.
    pub(super) remarks: Vec<String>,
}

/// What becomes of a part of a question.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Verdict {
    /// It is read for.
    Read(Vec<Step>),
    /// There is no tool for it; the topic, where it is known.
    Refuse(Option<&'static str>),
    /// Something needed is missing: a question to the user.
    Ask(String),
}

/// A tool that could answer, and what it leaves of the question.
struct Candidate<'o> {
    offer: &'o ToolOffer,
    score: f32,
    preferred: bool,
    left: Vec<String>,
    topic: Option<&'static str>,
}

impl Planner {
    /// What becomes of a part.
    pub(super) fn route(&self, part: &Part<'_>, offers: &[ToolOffer]) -> Verdict {
        if let Some(verdict) = look_into::verdict(part, offers) {
            return verdict;
        }
        let told = matches!(
            part.subject,
            Subject::Score | Subject::Recommendations | Subject::Access | Subject::Security
        ) || part.subject.is_alerts() && part.about.alert.is_some();
        if !told && change::is_how_to(&part.text) {
            return Verdict::Refuse(Some("how-to guides"));
        }
        let placed = self.named_by_place(part);
        let part = placed.as_ref().unwrap_or(part);
        let ranked = self.index.rank(&part.words);
        let usual = usual_tools(part);
        let candidates = offers.iter().filter(|offer| self.tools.contains_key(&offer.name));
        // A tool that has a subject of its own is for that subject, whatever words it shares.
        let candidates = candidates.filter(|offer| {
            usual.contains(&offer.name.as_str())
                || part.subject == Subject::Other
                || subject_of(&offer.name) == Subject::Other
        });
        let candidates = candidates.filter(|offer| !is_free_query(&offer.name)).map(|offer| {
            let rank = ranked.iter().find(|(name, _)| *name == offer.name);
            let preferred = usual.contains(&offer.name.as_str());
            self.weigh((offer, preferred), rank.map_or(0.0, |(_, score)| *score), part)
        });
        let candidates: Vec<Candidate<'_>> = candidates.collect();
        let best = candidates.iter().filter(|one| one.topic.is_none());
        let best = best.max_by(|a, b| a.score.total_cmp(&b.score));
        match best.filter(|best| best.is_enough(part)) {
            Some(best) if best.preferred => {
                let all = candidates.iter().filter(|one| one.preferred && one.topic.is_none());
                let mut all: Vec<&Candidate<'_>> = all.collect();
                all.sort_by_key(|one| usual.iter().position(|name| *name == one.offer.name));
                accepted(&all, part)
            }
            Some(best) => accept(best, part),
            None => {
                let first = candidates.iter().max_by(|a, b| a.score.total_cmp(&b.score));
                let named = part.text.words.iter().filter(|word| !word.used && !word.quoted);
                let named = first_topic(named.map(|word| word.low.as_str()));
                Verdict::Refuse(first.and_then(|one| one.topic).or(named))
            }
        }
    }

    /// `Alerts for payments`: a word of no tool behind `for` or `on` is a name, or a part of one.
    fn named_by_place<'a>(&self, part: &Part<'a>) -> Option<Part<'a>> {
        if part.about.is_placed() || part.about.kind.is_some() {
            return None;
        }
        let known = |word: &str| {
            is_empty(word)
                || topic_of(word).is_some()
                || self.tools.keys().any(|tool| self.index.speaks_of(tool, word))
        };
        let behind = |at: usize| {
            let before = at.checked_sub(1).map_or("", |at| part.text.low(at));
            let earlier = at.checked_sub(2).map_or("", |at| part.text.low(at));
            among(before, "on for") || among(before, "the my our") && among(earlier, "on for")
        };
        let (at, word) = part.text.words.iter().enumerate().find(|(at, word)| {
            let plain = word.low.chars().all(|ch| ch.is_alphanumeric() || ch == '-');
            !word.used && word.low.len() >= 4 && plain && behind(*at) && !known(&word.low)
        })?;
        let mut named = part.clone();
        named.about.name = Some(word.raw.to_owned());
        named.text.take(at, 1);
        Some(named)
    }

    fn weigh<'o>(
        &self,
        (offer, preferred): (&'o ToolOffer, bool),
        rank: f32,
        part: &Part<'_>,
    ) -> Candidate<'o> {
        // Tools for any resource name types in their texts: `log` of `log analytics` is no log.
        let any_type = among(&offer.name, "find_resources count_resources");
        let spoken = |word: &str| {
            self.index.speaks_of(&offer.name, word) && !(any_type && topic_of(word).is_some())
        };
        let unspoken = part.text.words.iter().filter(|word| {
            !word.used && !word.quoted && !is_empty(&word.low) && !spoken(&word.low)
        });
        let left: Vec<String> = unspoken.map(|word| word.low.clone()).collect();
        let narrows = matches!(part.subject, Subject::Activity | Subject::Changes);
        let of_alerts = offer.name.contains("alert") || narrows && preferred;
        let hard = left.iter().filter(|word| !(of_alerts && among(word, OF_ALERTS)));
        let hard = hard.filter(|_| offer.name != "explain_secure_score" || !preferred);
        let topic = first_topic(hard.map(String::as_str));
        let topic = topic.or_else(|| negation(part));
        #[expect(clippy::cast_precision_loss, reason = "a question has some hundred words")]
        let cost = UNSPOKEN * left.len() as f32;
        let ahead = if preferred { PREFERRED } else { 0.0 };
        let barred = if topic.is_some() { UNSPOKEN } else { 0.0 };
        let topic = topic.or_else(|| narrower(offer, part));
        Candidate { offer, score: rank + ahead - cost - barred, preferred, left, topic }
    }
}

impl Candidate<'_> {
    fn is_enough(&self, part: &Part<'_>) -> bool {
        let known = self.preferred || (self.score >= ENOUGH && self.left.len() <= 1);
        let most = match part.subject {
            Subject::Score
                if part.text.has_any("secure security posture defender control controls") =>
            {
                MOST_LEFT
            }
            Subject::Subscriptions => MOST_LEFT,
            Subject::Score | Subject::Resources | Subject::Groups => 1,
            _ => MAX_LEFT,
        };
        known && self.left.len() <= most
    }
}

/// `VMs that are not …`: a condition that no tool takes would be answered with its opposite.
fn negation(part: &Part<'_>) -> Option<&'static str> {
    if ["who can", "who may", "who is able", "who is allowed"].iter().any(|who| part.text.has(who))
    {
        return topic_of("rbac");
    }
    let narrows = part.subject == Subject::Resources || part.subject.is_alerts();
    let left = part.text.words.iter().filter(|word| !word.used);
    let mut negated = left
        .filter(|word| among(&word.low, "not aren't isn't doesn't non except excluding outside"));
    negated.next().filter(|_| narrows).and_then(|_| topic_of("except"))
}

/// What a part asks of less than a tool can read of: the answer would be of all, not of that.
fn narrower(offer: &ToolOffer, part: &Part<'_>) -> Option<&'static str> {
    let takes =
        |names: &[&str]| names.iter().any(|name| arguments::takes(&offer.input_schema, name));
    if part.about.alert.is_some() && part.subject.is_alerts() && !takes(&["id", "alertId", "alert"])
    {
        return Some("single alerts with this tool");
    }
    let named = part.about.resource().is_some();
    let one = named && !takes(&["name", "resource", "resourceId", "id", "scope"]);
    match part.subject {
        Subject::Recommendations if part.text.has_any("fixed remediated completed implemented") => {
            Some("which recommendations were followed when: I see how they stand now")
        }
        Subject::Score if one => Some("the secure score of a single resource"),
        Subject::Compliance if one => Some("the compliance of a single resource"),
        Subject::Protections if one && part.about.plan.is_none() => {
            Some("the protection of a single resource: plans hold for subscriptions")
        }
        Subject::Security if one => Some("the security of a single resource in short"),
        _ => None,
    }
}

/// All that is read for a part; what is missing is asked for.
fn accepted(all: &[&Candidate<'_>], part: &Part<'_>) -> Verdict {
    let mut steps = Vec::new();
    for one in all {
        match accept(one, part) {
            Verdict::Read(more) => steps.extend(more),
            other => return other,
        }
    }
    Verdict::Read(steps)
}

fn accept(best: &Candidate<'_>, part: &Part<'_>) -> Verdict {
    let mut step = step_of(best.offer, part);
    if let Some(placeholder) = &part.about.placeholder {
        let placeholder = placeholder.replace('`', "");
        return Verdict::Ask(format!(
            "`{placeholder}` is a placeholder: put the real value in its place and ask again."
        ));
    }
    if let Some(question) = unclear(best, part).or_else(|| lacking(best.offer, &step, part)) {
        return Verdict::Ask(question);
    }
    if points_at_one(part, best.offer) {
        let other = part.text.has_any("recommendation").then_some("recommendation");
        let other = other.or(part.text.has("my resource group").then_some("resource group"));
        let kind = part.about.kind.as_deref().filter(|_| other.is_none());
        return Verdict::Ask(which(kind.or(other).unwrap_or("resource")));
    }
    told_with(&mut step, part);
    let matters = !matches!(part.subject, Subject::Score | Subject::Subscriptions);
    if matters && !best.left.is_empty() {
        let words: Vec<String> = best.left.iter().map(|word| format!("“{word}”")).collect();
        step.notes.insert(0, format!("I could not take {} into account.", words.join(" and ")));
    }
    Verdict::Read(vec![step])
}

/// What has to be said with an answer: what it does not tell though it may seem to.
fn told_with(step: &mut Step, part: &Part<'_>) {
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
fn unclear(best: &Candidate<'_>, part: &Part<'_>) -> Option<String> {
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
fn lacking(offer: &ToolOffer, step: &Step, part: &Part<'_>) -> Option<String> {
    let nothing = offer.name == "get_security_alert" && step.arguments.is_empty();
    let missing = arguments::missing(&offer.input_schema, &step.arguments);
    let name = missing.or(nothing.then(|| "alert".to_owned()))?;
    Some(match name.as_str() {
        "subscription" => which("subscription"),
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
        other => format!("I need to know the {other} for that. Which one do you mean?"),
    })
}

/// The call of a tool for a part, with what could not be asked of it.
pub(super) fn step_of(offer: &ToolOffer, part: &Part<'_>) -> Step {
    let filled = arguments::fill(&offer.input_schema, part);
    let notes = filled.dropped.iter().map(|what| {
        format!("I could not narrow this by {what}: what follows is of all that could be read.")
    });
    Step {
        tool: offer.name.clone(),
        notes: notes.collect(),
        remarks: filled.taken.into_iter().collect(),
        arguments: filled.arguments,
    }
}

pub(super) fn which(kind: &str) -> String {
    let arm = type_of(kind);
    let kind = arm.as_deref().map_or(kind, name_of);
    format!("Which {kind} do you mean? Give me its name and I look.")
}

/// The tool that takes a query of the user's own.
pub(super) fn is_free_query(name: &str) -> bool {
    name == "query_resources"
}
