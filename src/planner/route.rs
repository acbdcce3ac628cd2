//! Routes: which tools a question means, by the tools' own index.

use serde_json::{Map, Value};

use super::{Plan, Planner, arguments, exchange::Exchange, question::Question};
use crate::{
    model::{AskedCall, ToolOffer},
    protocol::Pillar,
};

/// Below this score a question shares no more than a common word with a tool.
const ENOUGH: f32 = 4.0;
/// A second part of a question is a question of its own from this score on.
const OWN_PART: f32 = 6.0;
/// The most tools that one question is routed to.
const MAX_PARTS: usize = 3;
/// A question of at most so many words may follow up on the answer before it.
const FOLLOW_UP_WORDS: usize = 8;

impl Planner {
    /// What to do about a question that nothing has been read for.
    pub(super) fn route(&self, exchange: &Exchange<'_>, offers: &[ToolOffer]) -> Plan {
        let question = Question::read(exchange.question);
        if question.is_about_us() {
            return Plan::Say(self.introduction());
        }
        if let Some(verb) = question.change() {
            return Plan::Say(self.no_changes(verb));
        }
        if let Some(call) = self.written_query(&question, offers) {
            return Plan::Call(vec![call]);
        }
        if let Some(calls) = self.follow_up(exchange, &question, offers) {
            return Plan::Call(calls);
        }
        let mut calls: Vec<AskedCall> = Vec::new();
        let mut asks = None;
        for part in parts(exchange.question) {
            let least = if calls.is_empty() { ENOUGH } else { OWN_PART };
            let Some(offer) = self.best(part, offers, least) else { continue };
            if calls.iter().any(|call| call.tool == offer.name) {
                continue;
            }
            let mut filled = arguments::fill(&offer.input_schema, &Question::read(part));
            let whole = arguments::fill(&offer.input_schema, &question);
            for shared in ["subscription", "timeRange"] {
                if let (false, Some(value)) = (filled.contains_key(shared), whole.get(shared)) {
                    filled.insert(shared.to_owned(), value.clone());
                }
            }
            let missing = arguments::missing(&offer.input_schema, &filled);
            match missing.first() {
                None => calls.push(call(&offer.name, filled)),
                Some(name) => asks = asks.or(Some((offer.name.clone(), name.clone()))),
            }
        }
        calls.truncate(MAX_PARTS);
        match (calls.is_empty(), asks) {
            (false, _) => Plan::Call(calls),
            (true, Some((tool, missing))) => Plan::Say(self.ask_for(&tool, &missing)),
            (true, None) => Plan::Say(self.cannot(exchange.question)),
        }
    }

    /// The tool on offer that fits best.
    fn best<'a>(&self, text: &str, offers: &'a [ToolOffer], least: f32) -> Option<&'a ToolOffer> {
        let question = Question::read(text);
        let ranked = self.index.rank(text).into_iter().filter(|(name, _)| !is_free_query(name));
        let weighed = ranked.map(|(name, score)| {
            let weight = self.weight(&name, &question);
            (name, score + weight)
        });
        let fits = weighed.filter(|(name, score)| {
            *score >= least
                && offers.iter().any(|offer| offer.name == *name)
                && !self.is_beside_the_point(name, &question)
        });
        let (name, _) = fits.max_by(|a, b| a.1.total_cmp(&b.1).then_with(|| b.0.cmp(&a.0)))?;
        offers.iter().find(|offer| offer.name == name)
    }

    /// A Resource Graph query that the user wrote is run as it is.
    fn written_query(&self, question: &Question<'_>, offers: &[ToolOffer]) -> Option<AskedCall> {
        let offer = offers.iter().find(|offer| is_free_query(&offer.name))?;
        let filled = arguments::fill(&offer.input_schema, question);
        let query = filled.get("query")?.clone();
        Some(call(&offer.name, Map::from_iter([("query".to_owned(), query)])))
    }

    /// "And in production?", "only high severity": the calls of the answer before, changed.
    fn follow_up(
        &self,
        exchange: &Exchange<'_>,
        question: &Question<'_>,
        offers: &[ToolOffer],
    ) -> Option<Vec<AskedCall>> {
        let begins = ["and", "only", "just", "what about", "how about", "in", "for", "same", "but"];
        let text = question.words.join(" ");
        let follows = begins.iter().any(|start| text.starts_with(&format!("{start} ")));
        if !follows || question.words.len() > FOLLOW_UP_WORDS || exchange.earlier.is_empty() {
            return None;
        }
        let calls = exchange.earlier.iter().filter_map(|earlier| {
            let offer = offers.iter().find(|offer| offer.name == earlier.tool)?;
            let filled = arguments::fill(&offer.input_schema, question);
            if filled.is_empty() {
                return None;
            }
            let mut merged = earlier.arguments.as_object().cloned().unwrap_or_default();
            merged.extend(filled);
            Some(call(&offer.name, merged))
        });
        let calls: Vec<_> = calls.collect();
        (!calls.is_empty()).then_some(calls)
    }

    /// What can be asked, by pillar.
    fn introduction(&self) -> String {
        format!(
            "I answer questions about your Azure estate by reading it, and cite what I read.\n\n\
             {}\nAsk in your own words, and name a subscription, a resource or a severity to \
             narrow it down. I only read; I change nothing.\n",
            self.examples(None)
        )
    }

    fn cannot(&self, question: &str) -> String {
        let near: Vec<String> =
            self.index.rank(question).into_iter().take(3).map(|(name, _)| name).collect();
        let near = near.into_iter().filter(|name| !is_free_query(name)).collect::<Vec<_>>();
        format!(
            "I have no operation that answers this. No model is configured, so I can only route \
             a question to what I can read:\n\n{}",
            self.examples(Some(&near).filter(|near| !near.is_empty()))
        )
    }

    fn no_changes(&self, verb: &str) -> String {
        format!(
            "I cannot {verb} anything: I only read Azure, and nothing was changed. I can tell you \
             what there is to know before you do it:\n\n{}",
            self.examples(None)
        )
    }

    fn ask_for(&self, tool: &str, missing: &str) -> String {
        let title = self.tools.get(tool).map_or(tool, |known| known.title.as_str());
        let what = match missing {
            "subscription" => "Which subscription",
            "resource" | "name" | "resourceId" | "id" => "Which resource",
            "resourceGroup" => "Which resource group",
            "query" => "Which query",
            _ => "Which one",
        };
        format!("{what} do you mean? I need it to {}.\n", title.to_lowercase())
    }

    /// What can be asked: one question a tool, by pillar, or of the tools named.
    fn examples(&self, only: Option<&Vec<String>>) -> String {
        let mut text = String::new();
        let mut pillar: Option<Pillar> = None;
        let mut known: Vec<_> = self.tools.iter().collect();
        known.sort_by_key(|(name, known)| (known.pillar, (*name).clone()));
        for (name, known) in known {
            let wanted = only.is_none_or(|only| only.contains(name));
            let (true, Some(ask)) = (wanted && !is_free_query(name), &known.ask) else { continue };
            if pillar != Some(known.pillar) {
                if pillar.is_some() {
                    text.push('\n');
                }
                pillar = Some(known.pillar);
                text.push_str(&format!("**{}**\n\n", title_case(known.pillar.as_str())));
            }
            text.push_str(&format!("- {ask}\n"));
        }
        text
    }
}

/// The tool that takes a query of the user's own.
fn is_free_query(name: &str) -> bool {
    name == "query_resources"
}

fn call(tool: &str, arguments: Map<String, Value>) -> AskedCall {
    AskedCall { tool: tool.to_owned(), arguments: Value::Object(arguments).to_string() }
}

/// The parts of a question that may be questions of their own; the whole when there is one.
fn parts(text: &str) -> Vec<&str> {
    let sentences = text.split_inclusive(['?', ';', '\n']).map(str::trim);
    let sentences: Vec<&str> = sentences.filter(|part| part.len() > 2).collect();
    if sentences.len() > 1 {
        return sentences;
    }
    match text.split_once(" and ").or_else(|| text.split_once(", then ")) {
        Some((first, second)) if second.split_whitespace().count() >= 3 => {
            vec![text, first, second]
        }
        Some(_) | None => vec![text],
    }
}

fn title_case(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|c| c.to_uppercase().collect::<String>()).unwrap_or_default() + chars.as_str()
}
