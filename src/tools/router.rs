//! Which tools fit a question: one text index (BM25) over titles, descriptions and asks.
//!
//! Owns the index and the caps on what a model is offered. The built-in planner routes by the
//! same index. It must not know what a tool does, nor the conversation.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use bm25::{Document, SearchEngine, SearchEngineBuilder, Tokenizer};

use super::{
    own,
    registry::{Registry, ToolSpec},
};
use crate::protocol::Pillar;

mod words;

pub use words::Words;

/// The most tools offered when a run starts, the agent's own among them.
pub const MAX_OFFERED: usize = 16;
/// The most tools offered in a run, after `find_tools`.
pub const MAX_OFFERED_IN_RUN: usize = 24;
/// The most tokens (bytes / 4) that the offered tools may take.
pub const MAX_OFFER_TOKENS: usize = 4_000;

/// What the title weighs against the description, in repetitions.
const TITLE_WEIGHT: usize = 2;
/// What the best single ask adds to the score of the whole text.
const ASK_WEIGHT: f32 = 1.0;

/// The index over the tools.
pub struct Router {
    whole: SearchEngine<String, u32, Words>,
    asks: SearchEngine<(String, usize), u32, Words>,
    pillars: BTreeMap<String, Pillar>,
    tokens: BTreeMap<String, usize>,
    spoken: BTreeMap<String, BTreeSet<String>>,
}

/// What a question is asked with.
#[derive(Clone, Copy, Debug, Default)]
pub struct OfferContext<'a> {
    /// Tools that were called before in the thread, latest first.
    pub earlier: &'a [String],
    /// The pillars that the thread is about.
    pub pillars: &'a [Pillar],
}

impl Router {
    /// An index over the tools of a registry.
    #[must_use]
    pub fn new(registry: &Registry) -> Self {
        let specs: Vec<&ToolSpec> = registry.specs().collect();
        let whole = specs.iter().map(|spec| Document::new(spec.name.clone(), text_of(spec)));
        let asks = specs.iter().flat_map(|spec| {
            spec.asks
                .iter()
                .enumerate()
                .map(|(at, ask)| Document::new((spec.name.clone(), at), ask))
        });
        let spoken = specs
            .iter()
            .map(|spec| (spec.name.clone(), Words.tokenize(&text_of(spec)).into_iter().collect()));
        let own = own::specs();
        let all = specs.iter().copied().chain(&own);
        Self {
            whole: SearchEngineBuilder::with_tokenizer_and_documents(Words, whole).b(0.3).build(),
            asks: SearchEngineBuilder::with_tokenizer_and_documents(Words, asks).b(0.5).build(),
            pillars: specs.iter().map(|spec| (spec.name.clone(), spec.pillar)).collect(),
            spoken: spoken.collect(),
            tokens: all.map(|spec| (spec.name.clone(), spec.tokens())).collect(),
        }
    }

    /// The tools that a question could mean, best first, with their scores; those that share no
    /// word with it are not in the list.
    #[must_use]
    pub fn rank(&self, question: &str) -> Vec<(String, f32)> {
        let mut scores: HashMap<String, f32> = HashMap::new();
        for found in self.whole.search(question, None) {
            scores.insert(found.document.id, found.score);
        }
        let mut best_ask: HashMap<String, f32> = HashMap::new();
        for found in self.asks.search(question, None) {
            let best = best_ask.entry(found.document.id.0).or_default();
            *best = best.max(found.score);
        }
        for (name, score) in best_ask {
            *scores.entry(name).or_default() += score * ASK_WEIGHT;
        }
        let mut ranked: Vec<(String, f32)> =
            scores.into_iter().filter(|(_, score)| *score > 0.0).collect();
        ranked.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        ranked
    }

    /// Whether the title, description or asks of a tool speak of a word, in any form of it.
    /// Words that mean nothing are spoken of by all.
    #[must_use]
    pub fn speaks_of(&self, tool: &str, word: &str) -> bool {
        let Some(spoken) = self.spoken.get(tool) else { return false };
        Words.tokenize(word).iter().all(|part| spoken.contains(part))
    }

    /// The tools to offer when a run starts: the agent's own, those that fit best, those called
    /// before, then the rest of the thread's pillars; at most [`MAX_OFFERED`] within
    /// [`MAX_OFFER_TOKENS`].
    #[must_use]
    pub fn offer(&self, question: &str, context: OfferContext<'_>) -> Vec<String> {
        let own = own::specs().into_iter().map(|spec| spec.name);
        let ranked: Vec<String> = self.rank(question).into_iter().map(|(name, _)| name).collect();
        let (best, others) = ranked.split_at(ranked.len().min(8));
        let in_pillars = self.pillars.iter().filter(|(_, pillar)| context.pillars.contains(pillar));
        let wanted = own
            .chain(best.iter().cloned())
            .chain(context.earlier.iter().take(4).cloned())
            .chain(others.iter().cloned())
            .chain(in_pillars.map(|(name, _)| name.clone()))
            .chain(self.pillars.keys().cloned());
        self.within(wanted, &[], MAX_OFFERED)
    }

    /// The tools that `find_tools` adds to those offered already, best first; what does not fit
    /// under [`MAX_OFFERED_IN_RUN`] and [`MAX_OFFER_TOKENS`] waits for the next question.
    #[must_use]
    pub fn find(&self, query: &str, already: &[String]) -> Found {
        let ranked = self.rank(query).into_iter().map(|(name, _)| name);
        let wanted: Vec<String> = ranked.filter(|name| !already.contains(name)).take(6).collect();
        let added = self.within(wanted.iter().cloned(), already, MAX_OFFERED_IN_RUN);
        let waiting = wanted.into_iter().filter(|name| !added.contains(name)).collect();
        Found { added, waiting }
    }

    fn within(
        &self,
        wanted: impl Iterator<Item = String>,
        already: &[String],
        max_tools: usize,
    ) -> Vec<String> {
        let mut seen: BTreeSet<String> = already.iter().cloned().collect();
        let cost = |name: &str| self.tokens.get(name).copied();
        let mut tokens: usize = already.iter().filter_map(|name| cost(name)).sum();
        let mut kept = Vec::new();
        for name in wanted {
            let Some(more) = cost(&name) else { continue };
            let fits = seen.len() < max_tools && tokens + more <= MAX_OFFER_TOKENS;
            if fits && seen.insert(name.clone()) {
                tokens += more;
                kept.push(name);
            }
        }
        kept
    }
}

/// What `find_tools` found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// Tools to offer from the next step on.
    pub added: Vec<String>,
    /// Tools that fit but must wait for the next question.
    pub waiting: Vec<String>,
}

impl std::fmt::Debug for Router {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.pillars.keys()).finish()
    }
}

fn text_of(spec: &ToolSpec) -> String {
    let name = spec.name.replace('_', " ");
    let titles = std::iter::repeat_n(spec.title.as_str(), TITLE_WEIGHT).collect::<Vec<_>>();
    [titles.join(". "), name, spec.description.clone(), spec.asks.join(". ")].join(". ")
}
