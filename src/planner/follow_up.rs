//! Follow-ups: questions that only make sense after the answer before them.

use serde_json::{Map, Value};

use super::{
    Planner,
    answer::rows_of,
    arguments,
    exchange::{Done, Exchange},
    part::Part,
    route::{Step, Verdict},
    subject::{Intent, Subject},
    text::among,
};
use crate::model::ToolOffer;

/// A question of at most so many words may follow up without saying so.
const SHORT: usize = 6;
/// A question that says so may have so many.
const LONG: usize = 14;

/// What a follow-up comes to.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum FollowUp {
    /// More is to be read.
    Read(Vec<Step>),
    /// Rows of the last answer are told: which, counted from 0.
    Rows(std::ops::Range<usize>),
    /// What the last answer said to do is told.
    Actions,
    /// The last answer cannot be narrowed so.
    Cannot(String),
}

impl Planner {
    /// What the question comes to, if it follows up on the answer before it.
    pub(super) fn follow_up(
        &self,
        exchange: &Exchange<'_>,
        parts: &[Part<'_>],
        offers: &[ToolOffer],
    ) -> Option<FollowUp> {
        let [part] = parts else { return None };
        let last = exchange.earlier.last()?;
        if let Some(rows) = rows_asked(part) {
            return match pointed(exchange, part, rows.start) {
                Some(part) => match self.route(&part, offers) {
                    Verdict::Read(steps) => Some(FollowUp::Read(steps)),
                    Verdict::Refuse(_) | Verdict::Ask(_) => None,
                },
                None => Some(FollowUp::Rows(rows)),
            };
        }
        if asks_what_to_do(part) {
            return Some(FollowUp::Actions);
        }
        if is_bare_why(part) {
            return Some(self.why(exchange, offers));
        }
        if wants_them(part) {
            return Some(listed(last, offers));
        }
        if !follows(part) {
            return None;
        }
        let own = !matches!(part.subject, Subject::Other) && !same_subject(part, exchange);
        if own {
            return self.other_subject(exchange, part, offers);
        }
        narrowed(exchange, part, offers)
    }

    /// `Why?`: what is behind the last answer.
    fn why(&self, exchange: &Exchange<'_>, offers: &[ToolOffer]) -> FollowUp {
        let score = exchange.earlier.iter().find(|done| done.call.tool == "get_secure_score");
        let explain = offers.iter().find(|offer| offer.name == "explain_secure_score");
        match (score, explain) {
            (Some(score), Some(explain)) => FollowUp::Read(vec![carried(score, explain)]),
            _ => FollowUp::Rows(0..1),
        }
    }

    /// `And the alerts?`: another tool, at the same place.
    fn other_subject(
        &self,
        exchange: &Exchange<'_>,
        part: &Part<'_>,
        offers: &[ToolOffer],
    ) -> Option<FollowUp> {
        let Verdict::Read(mut steps) = self.route(part, offers) else { return None };
        let last = exchange.earlier.last()?;
        for step in &mut steps {
            let offer = offers.iter().find(|offer| offer.name == step.tool)?;
            for key in ["subscription", "resourceGroup", "location", "timeRange", "tag"] {
                let takes = arguments::takes(&offer.input_schema, key);
                let placed = part.about.is_placed();
                if let (true, false, Some(value)) = (takes, placed, last.call.arguments.get(key)) {
                    step.arguments.entry(key).or_insert_with(|| value.clone());
                }
            }
        }
        Some(FollowUp::Read(steps))
    }
}

/// The same call with other or further conditions.
fn narrowed(exchange: &Exchange<'_>, part: &Part<'_>, offers: &[ToolOffer]) -> Option<FollowUp> {
    if !part.about.narrows() {
        return None;
    }
    let mut steps = Vec::new();
    let mut cannot = Vec::new();
    for done in &exchange.earlier {
        let Some(offer) = offers.iter().find(|offer| offer.name == done.call.tool) else {
            continue;
        };
        let mut part = part.clone();
        part.subject = subject_of(&done.call.tool);
        part.intent = Intent::List;
        let step = match (
            done.call.tool.as_str(),
            part.about.by,
            offers.iter().find(|offer| offer.name == "count_resources"),
        ) {
            ("find_resources", Some(_), Some(count)) => merged(done, count, &part),
            _ => merged(done, offer, &part),
        };
        match step {
            Ok(step) if !steps.contains(&step) => steps.push(step),
            Ok(_) => {}
            Err(dropped) => cannot.extend(dropped),
        }
    }
    match (steps.is_empty(), cannot.first()) {
        (false, _) => Some(FollowUp::Read(steps)),
        (true, Some(what)) => Some(FollowUp::Cannot(format!(
            "The answer before cannot be narrowed by {what}. Ask the whole question again and say \
             what you want to see.\n"
        ))),
        (true, None) => None,
    }
}

fn merged(done: &Done<'_>, offer: &ToolOffer, part: &Part<'_>) -> Result<Step, Vec<String>> {
    let filled = arguments::fill(&offer.input_schema, part);
    if filled.arguments.is_empty() {
        return Err(filled.dropped);
    }
    let before = done.call.arguments.as_object().cloned().unwrap_or_default();
    let mut arguments: Map<String, Value> =
        before.into_iter().filter(|(key, _)| arguments::takes(&offer.input_schema, key)).collect();
    // Another place replaces the whole place; `only in …` narrows it.
    let only = part.text.has_any("only just");
    if !only && filled.arguments.contains_key("subscription") {
        arguments.remove("resourceGroup");
    }
    if !only && filled.arguments.contains_key("type") {
        arguments.remove("state");
        arguments.remove("name");
    }
    if filled.arguments.contains_key("name") && part.about.name.is_some() {
        arguments.clear();
    }
    arguments.extend(filled.arguments);
    Ok(Step { tool: offer.name.clone(), arguments, notes: Vec::new() })
}

/// A call of another tool with the arguments that both take.
fn carried(done: &Done<'_>, offer: &ToolOffer) -> Step {
    let before = done.call.arguments.as_object().cloned().unwrap_or_default();
    let arguments =
        before.into_iter().filter(|(key, _)| arguments::takes(&offer.input_schema, key));
    Step { tool: offer.name.clone(), arguments: arguments.collect(), notes: Vec::new() }
}

/// `List them`: the rows of the last answer, or the resources behind a count.
fn listed(last: &Done<'_>, offers: &[ToolOffer]) -> FollowUp {
    let find = offers.iter().find(|offer| offer.name == "find_resources");
    match find.filter(|_| last.call.tool == "count_resources") {
        Some(find) => FollowUp::Read(vec![carried(last, find)]),
        None => FollowUp::Rows(0..20),
    }
}

fn subject_of(tool: &str) -> Subject {
    match tool {
        "get_secure_score" | "explain_secure_score" => Subject::Score,
        "list_security_alerts" => Subject::Alerts,
        "summarize_recommendations" => Subject::Recommendations,
        "list_subscriptions" => Subject::Subscriptions,
        "find_resources" | "count_resources" => Subject::Resources,
        _ => Subject::Other,
    }
}

fn same_subject(part: &Part<'_>, exchange: &Exchange<'_>) -> bool {
    // `tell me about vm-1` after alerts is about the resource.
    let named = part.asks_for_one();
    exchange.earlier.iter().any(|done| {
        subject_of(&done.call.tool) == part.subject
            && !(named && done.call.tool == "count_resources")
    })
}

/// Whether the question leans on the one before.
fn follows(part: &Part<'_>) -> bool {
    let words = part.text.len();
    let first = part.text.low(0);
    let opens =
        among(first, "and only just same but also now then or ok okay what-about instead plus")
            || part.text.starts_with("what about")
            || part.text.starts_with("how about")
            || part.text.starts_with("same for")
            || part.text.starts_with("what if")
            || (among(first, "in for of on from with since between") && words <= SHORT);
    let points = part.text.has_any("them those these they ones it") && part.text.low(0) != "is";
    let left =
        part.text.words.iter().filter(|word| !word.used && !super::vocabulary::is_empty(&word.low));
    let named =
        part.about.kind.is_some() || part.about.name.is_some() || part.about.group.is_some();
    let whole = named || part.text.has_any("resource resources inventory");
    let own = part.subject == Subject::Resources && !whole && !part.stands;
    let bare = (part.subject == Subject::Other || own) && part.about.narrows() && words <= SHORT;
    left.count() <= 1 && (bare || words <= LONG && (opens || points))
}

/// `How many resources are in the first one?`: the part, with the row in the place of its place.
fn pointed<'a>(exchange: &Exchange<'_>, part: &Part<'a>, row: usize) -> Option<Part<'a>> {
    if !matches!(part.subject, Subject::Resources | Subject::Alerts | Subject::Score) {
        return None;
    }
    let rows = exchange.earlier.iter().find_map(|done| Some((done, rows_of(done)?)));
    let (done, rows) = rows?;
    let same = subject_of(&done.call.tool) == part.subject && part.intent != Intent::Count;
    let row = rows.get(row).filter(|_| !same)?;
    let mut part = part.clone();
    if subject_of(&done.call.tool) == Subject::Subscriptions || done.call.tool == "get_secure_score"
    {
        part.about.subscription = Some(row["subscriptionId"].as_str()?.to_owned());
    } else {
        part.about.name = Some(row["name"].as_str()?.to_owned());
    }
    Some(part)
}

/// `The second one`, `tell me more`, `details of the first two`.
fn rows_asked(part: &Part<'_>) -> Option<std::ops::Range<usize>> {
    const ORDINALS: [(&str, usize); 14] = [
        ("first", 0),
        ("1st", 0),
        ("second", 1),
        ("2nd", 1),
        ("third", 2),
        ("3rd", 2),
        ("fourth", 3),
        ("4th", 3),
        ("fifth", 4),
        ("5th", 4),
        ("sixth", 5),
        ("seventh", 6),
        ("eighth", 7),
        ("ninth", 8),
    ];
    let words = part.text.len();
    if words > 10 || part.about.is_placed() {
        return None;
    }
    let noun = |at: usize| {
        at + 1 >= words
            || among(
                part.text.low(at + 1),
                "one alert control row item entry result subscription resource recommendation of in please vm machine",
            )
    };
    for (at, word) in part.text.words.iter().enumerate() {
        let ordinal = ORDINALS.iter().find(|(name, _)| *name == word.low);
        if let Some((_, row)) = ordinal.filter(|_| noun(at)) {
            return Some(*row..*row + 1);
        }
        let numbered = among(&word.low, "number no nr item row alert control #");
        let number = part.text.low(at + 1).parse::<usize>().ok();
        if let Some(number) = number.filter(|number| numbered && (1..=50).contains(number)) {
            return Some(number - 1..number);
        }
    }
    wants_more(part).then_some(0..3)
}

/// `Tell me more`.
fn wants_more(part: &Part<'_>) -> bool {
    let words = part.text.len();
    let more = [
        "tell me more",
        "more details",
        "more detail",
        "give me details",
        "details please",
        "elaborate",
        "go on",
        "more please",
        "show me more",
        "show details",
    ];
    let bare = part.subject == Subject::Other || words <= 4;
    bare && words <= 7 && more.iter().any(|one| part.text.has(one))
}

fn asks_what_to_do(part: &Part<'_>) -> bool {
    const ASKS: [&str; 9] = [
        "what should i do",
        "what should we do",
        "what do i do",
        "what can i do",
        "what next",
        "next steps",
        "how do i fix",
        "how can i fix",
        "how do we fix",
    ];
    let bare = part.subject == Subject::Other && part.text.len() <= 9;
    bare && ASKS.iter().any(|ask| part.text.has(ask))
}

fn is_bare_why(part: &Part<'_>) -> bool {
    let words = part.text.len();
    let first = part.text.low(0);
    let why = first == "why"
        || (words >= 2 && among(first, "and but ok so") && part.text.low(1) == "why")
        || part.text.starts_with("how come");
    why && words <= 6
        && !part.about.narrows()
        && matches!(part.subject, Subject::Other | Subject::Score)
        || (part.text.starts_with("explain") && words <= 3 && part.subject == Subject::Other)
}

fn wants_them(part: &Part<'_>) -> bool {
    let words = part.text.len();
    let bare = words <= 5 && !part.about.narrows() && matches!(part.subject, Subject::Other);
    let asks = [
        "which ones",
        "list them",
        "show them",
        "show me them",
        "which are they",
        "name them",
        "what are they",
        "list all of them",
        "list those",
        "show those",
    ];
    bare && asks.iter().any(|ask| part.text.has(ask))
}
