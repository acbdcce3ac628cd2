//! Decisions: from a conversation to calls or an answer.

use serde_json::{Map, Value};

use super::{
    Plan, Planner, answer,
    arguments::{written_log_query, written_query},
    change,
    exchange::{Done, Exchange},
    follow_up::FollowUp,
    mend,
    part::{Part, Reading, split},
    route::{FREE_QUERY, LOG_QUERY, Step, Verdict},
    say::Talk,
    subject::Subject,
    text::Text,
};
use crate::{
    model::{AskedCall, ToolOffer},
    tools::{own::FIND_TOOLS, present::Moment},
};

/// The longest answer, in bytes.
const MAX_ANSWER_BYTES: usize = 48 * 1024;

/// What a question comes to before anything is read for it.
struct Decision<'q> {
    parts: Vec<Part<'q>>,
    /// Calls to make; each with the part that it is for.
    steps: Vec<(Step, usize)>,
    /// What is said besides: refusals, questions.
    said: Vec<String>,
}

impl Planner {
    /// What to do next.
    pub(super) fn decide(
        &self,
        exchange: &Exchange<'_>,
        offers: &[ToolOffer],
        at: &Moment,
    ) -> Plan {
        let text = Text::read(exchange.question);
        let reads = exchange.done().any(|done| done.call.tool != FIND_TOOLS);
        if !reads && let Some(talk) = Talk::of(&text) {
            return Plan::Say(self.talk(talk));
        }
        let decision = match self.first(exchange, offers, at) {
            Ok(decision) => decision,
            Err(plan) if !reads => return plan,
            Err(_) => Decision { parts: Vec::new(), steps: Vec::new(), said: Vec::new() },
        };
        if !reads {
            return self.begin(&decision);
        }
        match mended(exchange) {
            Some(calls) => Plan::Call(calls),
            None => Plan::Say(bounded(write(exchange, &decision, at))),
        }
    }

    /// What the question comes to; a plan at once where nothing is to be decided.
    fn first<'q>(
        &self,
        exchange: &Exchange<'q>,
        offers: &[ToolOffer],
        at: &Moment,
    ) -> Result<Decision<'q>, Plan> {
        if let Some(step) = written(exchange.question, offers) {
            return Ok(Decision { parts: Vec::new(), steps: vec![(step, 0)], said: Vec::new() });
        }
        let reading = Reading { at, tools: &self.tools };
        let mut parts = split(exchange.question, &reading);
        let text = Text::read(exchange.question);
        let access = parts.iter().any(|part| part.subject == Subject::Access);
        let verb = change::verb(&text).filter(|_| !access).map(str::to_owned);
        if let Some(verb) = &verb {
            parts.retain(|part| part.stands && part.subject != Subject::Other);
            if parts.is_empty() {
                return Err(Plan::Say(self.no_changes(verb, &Part::read(text.clone(), &reading))));
            }
        }
        match self.follow_up(exchange, &parts, offers) {
            Some(FollowUp::Read(steps)) => {
                let steps = steps.into_iter().map(|step| (step, 0)).collect();
                return Ok(Decision { parts, steps, said: Vec::new() });
            }
            Some(FollowUp::Rows(rows)) => {
                return Err(Plan::Say(bounded(answer::rows(&exchange.earlier, rows, at))));
            }
            Some(FollowUp::Actions) => {
                return Err(Plan::Say(bounded(answer::actions(&exchange.earlier))));
            }
            Some(FollowUp::Cannot(text)) => return Err(Plan::Say(text)),
            None => {}
        }
        let mut decision = self.routed(parts, offers);
        if let Some(verb) = verb {
            decision.said.push(format!(
                "I cannot {verb} anything: I only read Azure, and nothing was changed."
            ));
        }
        Ok(decision)
    }

    fn routed<'q>(&self, parts: Vec<Part<'q>>, offers: &[ToolOffer]) -> Decision<'q> {
        let mut steps: Vec<(Step, usize)> = Vec::new();
        let mut said: Vec<String> = Vec::new();
        let several = parts.len() > 1;
        let mut refused = false;
        for (at, part) in parts.iter().enumerate() {
            // `the path between A and B`: what is no sentence goes with what it hangs on.
            if refused && !part.stands {
                continue;
            }
            refused = false;
            match self.route(part, offers) {
                Verdict::Read(found) => {
                    for step in found {
                        let known = steps.iter().any(|(one, _)| {
                            one.tool == step.tool && one.arguments == step.arguments
                        });
                        if !known {
                            steps.push((step, at));
                        }
                    }
                }
                Verdict::Ask(question) => {
                    withdraw(&mut steps, part, at);
                    said.push(question);
                }
                // Small talk beside a question needs no answer.
                Verdict::Refuse(None) if several && part.subject == Subject::Other => {}
                Verdict::Refuse(topic) => {
                    withdraw(&mut steps, part, at);
                    refused = topic.is_some();
                    said.push(self.cannot(topic.as_deref(), part));
                }
            }
        }
        Decision { parts, steps, said }
    }

    /// The first reply: calls, or what is said instead.
    fn begin(&self, decision: &Decision<'_>) -> Plan {
        if !decision.steps.is_empty() {
            let calls =
                decision.steps.iter().map(|(step, _)| asked(&step.tool, step.arguments.clone()));
            return Plan::Call(calls.collect());
        }
        let said = match decision.said.is_empty() {
            false => decision.said.join("\n\n"),
            true => match decision.parts.first() {
                Some(part) => self.cannot(None, part),
                None => self.talk(Talk::Nothing),
            },
        };
        Plan::Say(bounded(said + "\n"))
    }
}

/// The call of a query that the user wrote: of resources, or of logs.
fn written(question: &str, offers: &[ToolOffer]) -> Option<Step> {
    let of_resources = written_query(question).map(|query| (FREE_QUERY, query));
    let (tool, query) =
        of_resources.or_else(|| written_log_query(question).map(|query| (LOG_QUERY, query)))?;
    offers.iter().find(|offer| offer.name == tool)?;
    let arguments = Map::from_iter([("query".to_owned(), Value::from(query))]);
    Some(Step { tool: tool.to_owned(), arguments, notes: Vec::new(), remarks: Vec::new() })
}

/// `… and file shares that are not backed up`: what cannot be taken into account was said of the
/// part before too, which would otherwise be answered as if it had not been said.
fn withdraw(steps: &mut Vec<(Step, usize)>, part: &Part<'_>, at: usize) {
    let qualifies =
        !part.stands && part.text.has_any("that which without with not lacking missing");
    if qualifies {
        steps.retain(|(_, of)| of + 1 != at);
    }
}

/// Calls to try instead of those that were rejected, once.
fn mended(exchange: &Exchange<'_>) -> Option<Vec<AskedCall>> {
    let steps =
        exchange.steps.iter().filter(|step| step.iter().any(|done| done.call.tool != FIND_TOOLS));
    let [only] = steps.collect::<Vec<_>>().try_into().ok()?;
    let calls = only
        .iter()
        .filter_map(|done| mend::mend(done).map(|mended| asked(&done.call.tool, mended.arguments)));
    let calls: Vec<AskedCall> = calls.collect();
    (!calls.is_empty()).then_some(calls)
}

/// The answer from all that was read.
fn write(exchange: &Exchange<'_>, decision: &Decision<'_>, at: &Moment) -> String {
    let reads: Vec<&Vec<Done<'_>>> = exchange
        .steps
        .iter()
        .filter(|step| step.iter().any(|done| done.call.tool != FIND_TOOLS))
        .collect();
    let mut told = Vec::new();
    let mut again = reads.get(1).into_iter().flat_map(|step| step.iter().copied());
    for (index, done) in reads.first().into_iter().flat_map(|step| step.iter().copied()).enumerate()
    {
        let planned = decision.steps.get(index).filter(|(step, _)| step.tool == done.call.tool);
        let part = planned.and_then(|(_, at)| decision.parts.get(*at));
        let step = planned.map(|(step, _)| step);
        let mut notes: Vec<String> = step.map(|step| step.notes.clone()).unwrap_or_default();
        let remarks = step.map(|step| step.remarks.clone()).unwrap_or_default();
        let mended = mend::mend(&done).zip(again.next_if_mended(&done));
        let done = match mended {
            Some((mended, second)) => {
                notes.insert(0, mended.note);
                second
            }
            None => done,
        };
        told.push(answer::Told { done, part, notes, remarks });
    }
    told.extend(again.map(|done| answer::Told {
        done,
        part: None,
        notes: Vec::new(),
        remarks: Vec::new(),
    }));
    answer::write(&told, &decision.said, at)
}

/// The next result of the second step, when the call before it was mended.
trait NextIfMended<'a> {
    fn next_if_mended(&mut self, first: &Done<'a>) -> Option<Done<'a>>;
}

impl<'a, I: Iterator<Item = Done<'a>>> NextIfMended<'a> for I {
    fn next_if_mended(&mut self, first: &Done<'a>) -> Option<Done<'a>> {
        mend::mend(first).and_then(|_| self.next())
    }
}

fn asked(tool: &str, arguments: Map<String, Value>) -> AskedCall {
    AskedCall { tool: tool.to_owned(), arguments: Value::Object(arguments).to_string() }
}

fn bounded(mut text: String) -> String {
    text.truncate(text.floor_char_boundary(MAX_ANSWER_BYTES));
    text
}
