//! Follow-ups: questions that only make sense after the answer before them.

use super::{
    Planner,
    exchange::{Done, Exchange},
    look_into,
    part::Part,
    route::{Step, Verdict},
    subject::{Intent, Subject},
    text::among,
};
use crate::{model::ToolOffer, planner::arguments};

mod asked;
mod focus;
mod narrow;

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
    /// The last answer cannot be followed up so.
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
        let leaning = leaning(part, exchange);
        let part = leaning.as_ref().unwrap_or(part);
        if let Some(rows) = asked::rows(part) {
            return self.rows(exchange, part, (rows, offers));
        }
        if asked::what_to_do(part) {
            return Some(FollowUp::Actions);
        }
        if asked::bare_why(part) {
            return Some(why(exchange, part, offers));
        }
        if asked::for_them(part) {
            return Some(narrow::listed(last, offers));
        }
        if let Some(part) = focus::pointed_at(exchange, part) {
            return self.read(&part, offers);
        }
        if focus::is_unclear(exchange, part) {
            return Some(FollowUp::Cannot(
                "Which one do you mean? Name it, or say “the first one”.\n".to_owned(),
            ));
        }
        // What no rule of ours understands may still be an option of the tool that was asked.
        let more = leans(part) && narrow::adds(exchange, part, offers);
        if !more && !follows(part) {
            return None;
        }
        let own = part.subject != Subject::Other
            && !narrow::same_subject(part, exchange)
            && !elliptical(part, last);
        if own {
            return self.other_subject(exchange, part, offers);
        }
        narrow::narrowed(exchange, part, offers)
    }

    fn read(&self, part: &Part<'_>, offers: &[ToolOffer]) -> Option<FollowUp> {
        match self.route(part, offers) {
            Verdict::Read(steps) => Some(FollowUp::Read(steps)),
            Verdict::Ask(_) | Verdict::Refuse(_) => None,
        }
    }

    /// `The second one`, `what changed on the first one?`.
    fn rows(
        &self,
        exchange: &Exchange<'_>,
        part: &Part<'_>,
        (rows, offers): (std::ops::Range<usize>, &[ToolOffer]),
    ) -> Option<FollowUp> {
        if let Some(part) = focus::row_in_place(exchange, part, rows.start) {
            return self.read(&part, offers);
        }
        let single = rows.len() == 1 || focus::only_row(exchange);
        let step = focus::in_full(exchange, rows.start, offers).filter(|_| single);
        Some(match step {
            Some(step) => FollowUp::Read(vec![step]),
            None => FollowUp::Rows(rows),
        })
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
            for key in ["subscription", "resourceGroup", "location", "timeRange", "tag", "resource"]
            {
                let takes = arguments::takes(&offer.input_schema, key);
                let placed = part.about.is_placed();
                let before = last.call.arguments.get(key);
                if let (true, false, Some(value)) = (takes, placed, before) {
                    step.arguments.entry(key).or_insert_with(|| value.clone());
                }
            }
        }
        Some(FollowUp::Read(steps))
    }
}

/// `Why?`: what is behind the last answer.
fn why(exchange: &Exchange<'_>, part: &Part<'_>, offers: &[ToolOffer]) -> FollowUp {
    let score = exchange.earlier.iter().find(|done| done.call.tool == "get_secure_score");
    let explain = offers.iter().find(|offer| offer.name == "explain_secure_score");
    if let (Some(score), Some(explain)) = (score, explain) {
        return FollowUp::Read(vec![narrow::carried(score, explain)]);
    }
    if let Some(step) = focus::in_full(exchange, 0, offers).filter(|_| focus::only_alert(exchange))
    {
        return FollowUp::Read(vec![step]);
    }
    if let Some(mut about) = focus::of(exchange) {
        let mut part = part.clone();
        about.time = part.about.time.take();
        part.about = about;
        part.subject = Subject::Health;
        part.intent = Intent::Explain;
        let steps = look_into::steps(&part, offers);
        if !steps.is_empty() {
            return FollowUp::Read(steps);
        }
    }
    FollowUp::Cannot(
        "Why what? Name one of them, or say “the first one”, and I look into it.\n".to_owned(),
    )
}

/// The part with the subject that only the answer before gives its words.
fn leaning<'a>(part: &Part<'a>, exchange: &Exchange<'_>) -> Option<Part<'a>> {
    let alerts = exchange.earlier.iter().any(|done| about(done).is_alerts());
    let inside = ["what is in", "what in", "inside"].iter().any(|one| part.text.has(one));
    let security = alerts && part.text.has_any("security defender");
    let subject = match part.subject {
        Subject::Other | Subject::Security if security => Subject::SecurityAlerts,
        Subject::Other if inside => Subject::Resources,
        _ => return None,
    };
    let mut part = part.clone();
    part.text.take_any("security defender one ones inside");
    part.subject = subject;
    Some(part)
}

/// `And on vm-2?`: the same question about another resource.
fn elliptical(part: &Part<'_>, last: &Done<'_>) -> bool {
    let named = part.about.resource().is_some() || part.about.group.is_some();
    let plain = part.subject == Subject::Resources
        && part.intent == Intent::List
        && part.about.kind.is_none()
        && !part.text.has_any("resource resources show list find get describe");
    named && plain && part.text.len() <= SHORT && about(last) != Subject::Subscriptions
}

/// Whether the question leans on the one before, and nothing of it is left over.
fn follows(part: &Part<'_>) -> bool {
    let left =
        part.text.words.iter().filter(|word| !word.used && !super::vocabulary::is_empty(&word.low));
    left.count() <= 1 && leans(part)
}

/// Whether the question is put as one that leans on the one before.
fn leans(part: &Part<'_>) -> bool {
    let words = part.text.len();
    let first = part.text.low(0);
    let opens =
        among(first, "and only just same but also now then or ok okay what-about instead plus")
            || part.text.starts_with("what about")
            || part.text.starts_with("how about")
            || part.text.starts_with("same for")
            || part.text.starts_with("what if")
            || (among(first, "in for of on from with since between by per") && words <= SHORT);
    let points = part.text.has_any("them those these they ones it") && part.text.low(0) != "is";
    let named =
        part.about.kind.is_some() || part.about.name.is_some() || part.about.group.is_some();
    let whole = named || part.text.has_any("resource resources inventory");
    let own = part.subject == Subject::Resources && !whole && !part.stands;
    let bare = (part.subject == Subject::Other || own) && part.about.narrows() && words <= SHORT;
    bare || words <= LONG && (opens || points)
}

/// What a call was about.
fn about(done: &Done<'_>) -> Subject {
    subject_of(&done.call.tool)
}

/// What a tool is about; a tool that is none of ours is about nothing in particular.
pub(super) fn subject_of(tool: &str) -> Subject {
    match tool {
        "get_secure_score" | "explain_secure_score" => Subject::Score,
        "summarize_security" => Subject::Security,
        "list_security_alerts" | "get_security_alert" => Subject::SecurityAlerts,
        "list_alerts" | "summarize_alerts" | "get_alert" => Subject::Monitoring,
        "summarize_recommendations"
        | "list_security_recommendations"
        | "get_security_recommendation" => Subject::Recommendations,
        "list_resource_protections" => Subject::Protections,
        "list_regulatory_compliance" => Subject::Compliance,
        "list_attack_paths" => Subject::AttackPaths,
        "check_access" => Subject::Access,
        "list_resource_health" => Subject::Health,
        "list_service_health" => Subject::Outages,
        "list_resource_changes" => Subject::Changes,
        "get_activity_log" => Subject::Activity,
        "list_subscriptions" => Subject::Subscriptions,
        "list_resource_groups" => Subject::Groups,
        "find_resources" | "count_resources" | "get_resource" => Subject::Resources,
        _ => Subject::of_table(tool).unwrap_or(Subject::Other),
    }
}
