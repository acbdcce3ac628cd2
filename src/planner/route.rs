//! Routes: which tool a part of a question means, by the tools' own index and the words that
//! the tool does not speak of.

use serde_json::{Map, Value};

use super::{
    Planner, arguments, change,
    follow_up::subject_of,
    part::Part,
    subject::Subject,
    text::among,
    vocabulary::{OF_ALERTS, first_topic, is_empty, topic_of, words_of_topic},
};
use crate::{
    model::ToolOffer,
    tools::scope::resource_types::{name_of, type_of},
};

mod pointing;
mod said;
mod usual;

use pointing::points_at_one;
use said::{lacking, told_with, unclear};
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

/// The same where the table of a pillar says which tool is meant.
const MOST_LEFT_OF_TABLE: usize = 4;

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
    Refuse(Option<String>),
    /// Something needed is missing: a question to the user.
    Ask(String),
}

/// A tool that could answer, and what it leaves of the question.
struct Candidate<'o> {
    offer: &'o ToolOffer,
    score: f32,
    preferred: bool,
    left: Vec<String>,
    /// Why it cannot answer: the topic, and the word that names it.
    topic: Option<(&'static str, String)>,
}

impl Planner {
    /// What becomes of a part.
    pub(super) fn route(&self, part: &Part<'_>, offers: &[ToolOffer]) -> Verdict {
        if let Subject::None(topic) = part.subject {
            return Verdict::Refuse(Some(topic.to_owned()));
        }
        if let Some(verdict) = self.look_into(part, offers) {
            return verdict;
        }
        let told = match part.subject {
            Subject::Score | Subject::Recommendations | Subject::Access | Subject::Security => true,
            Subject::Of(_) => !change::is_how_to_make(&part.text),
            subject => subject.is_alerts() && part.about.alert.is_some(),
        };
        if !told && change::is_how_to(&part.text) {
            return Verdict::Refuse(Some("how-to guides".to_owned()));
        }
        let placed = self.named_by_place(part);
        let part = placed.as_ref().unwrap_or(part);
        let (usual, candidates) = self.candidates(part, offers);
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
            None => self.elsewhere(part, offers).unwrap_or_else(|| {
                let first = candidates.iter().max_by(|a, b| a.score.total_cmp(&b.score));
                let named = part.text.words.iter().filter(|word| !word.used && !word.quoted);
                let named = first_topic(named.map(|word| word.low.as_str()));
                let barred = first.and_then(|one| one.topic.as_ref());
                let barred = barred.map(|(topic, word)| (*topic, word.as_str()));
                Verdict::Refuse(barred.or(named).map(|(topic, word)| self.lacked(topic, word)))
            }),
        }
    }

    /// The tools that a subject usually means, and all that could answer, each weighed.
    fn candidates<'o>(
        &self,
        part: &Part<'_>,
        offers: &'o [ToolOffer],
    ) -> (Vec<&'static str>, Vec<Candidate<'o>>) {
        let ranked = self.index.rank(&part.words);
        let usual = usual_tools(part, offers);
        let known = offers.iter().filter(|offer| self.tools.contains_key(&offer.name));
        // A tool that has a subject of its own is for that subject, whatever words it shares.
        let fitting = known.filter(|offer| {
            usual.contains(&offer.name.as_str())
                || match part.subject {
                    // What is of everything fits every word.
                    Subject::Other => !among(&offer.name, "summarize_operations rank_actions"),
                    Subject::Of(_) | Subject::None(_) => false,
                    _ => subject_of(&offer.name) == Subject::Other,
                }
        });
        let weighed = fitting.filter(|offer| !is_free_query(&offer.name)).map(|offer| {
            let rank = ranked.iter().find(|(name, _)| *name == offer.name);
            let preferred = usual.contains(&offer.name.as_str());
            self.weigh((offer, preferred), rank.map_or(0.0, |(_, score)| *score), part)
        });
        let weighed = weighed.collect();
        (usual, weighed)
    }

    /// What the tools of other subjects make of a part that those of its own cannot answer.
    fn elsewhere(&self, part: &Part<'_>, offers: &[ToolOffer]) -> Option<Verdict> {
        let mut other = part.clone();
        other.subject = match part.subject {
            Subject::Resources | Subject::Health | Subject::Changes => Subject::Other,
            _ => return None,
        };
        let (_, candidates) = self.candidates(&other, offers);
        let own = usual_tools(part, offers);
        let best = candidates
            .iter()
            .filter(|one| one.topic.is_none() && !own.contains(&one.offer.name.as_str()))
            .filter(|one| Subject::of_table(&one.offer.name).is_some() && one.left.is_empty())
            .max_by(|a, b| a.score.total_cmp(&b.score))
            .filter(|best| best.is_enough(&other))?;
        match accept(best, &other) {
            Verdict::Read(steps) => Some(Verdict::Read(steps)),
            Verdict::Ask(_) | Verdict::Refuse(_) => None,
        }
    }

    /// What to call a topic that no tool reads: by its word, where some tool reads the rest of it.
    pub(super) fn lacked(&self, topic: &'static str, word: &str) -> String {
        let spoken = words_of_topic(topic).any(|one| self.is_spoken_of(one));
        let exact = topic_of("except") == Some(topic);
        if spoken && !exact && !word.is_empty() {
            format!("“{word}” in this sense")
        } else {
            topic.to_owned()
        }
    }

    /// Whether any tool speaks of a word.
    pub(super) fn is_spoken_of(&self, word: &str) -> bool {
        self.tools
            .keys()
            .any(|tool| Subject::of_table(tool).is_some() && self.index.speaks_of(tool, word))
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
        let topic = first_topic(hard.map(String::as_str))
            .or_else(|| negation(part).map(|topic| (topic, "")))
            .map(|(topic, word)| (topic, word.to_owned()))
            // A table is sure; what its tool does not take is said with the answer.
            .filter(|_| !(preferred && matches!(part.subject, Subject::Of(_))));
        #[expect(clippy::cast_precision_loss, reason = "a question has some hundred words")]
        let cost = UNSPOKEN * left.len() as f32;
        let ahead = if preferred { PREFERRED } else { 0.0 };
        let barred = if topic.is_some() { UNSPOKEN } else { 0.0 };
        let topic = topic.or_else(|| narrower(offer, part).map(|topic| (topic, String::new())));
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
            Subject::Of(_) => MOST_LEFT_OF_TABLE,
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
    let left: Vec<&String> = best.left.iter().filter(|word| !is_held(word, &step)).collect();
    let matters = !matches!(part.subject, Subject::Score | Subject::Subscriptions);
    if matters && !left.is_empty() {
        let words: Vec<String> = left.iter().map(|word| format!("“{word}”")).collect();
        step.notes.insert(0, format!("I could not take {} into account.", words.join(" and ")));
    }
    Verdict::Read(vec![step])
}

/// Whether an argument holds a word.
fn is_held(word: &str, step: &Step) -> bool {
    let texts = step.arguments.values().flat_map(|value| match value {
        Value::Array(items) => items.iter().filter_map(Value::as_str).collect(),
        value => value.as_str().into_iter().collect::<Vec<_>>(),
    });
    let mut texts = texts.map(str::to_lowercase);
    texts.any(|text| text.contains(word.trim_end_matches('s')))
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

/// The tools that take a query of the user's own.
pub(super) const FREE_QUERY: &str = "query_resources";
pub(super) const LOG_QUERY: &str = "query_logs";

/// Whether a tool is asked only with a query that the user wrote.
pub(super) fn is_free_query(name: &str) -> bool {
    name == FREE_QUERY
}
