//! The planner: the model that is built in. No network, no key, and never a guess.
//!
//! It routes a question by the tools' own index and by the words that a tool does not speak of,
//! fills arguments from the words, mends a rejected call once, and writes the answer from the
//! typed results. It never parses prose and never proposes a change. It sees of a conversation what
//! any [`ChatModel`] sees; the agent does not know that it is not an endpoint. The tools it knows
//! by itself, all of them: it has no context that their schemas could fill, so an offer that is
//! cut to a model's needs would only hide what it can do. It is pure: the same conversation gets
//! the same reply, so a later step reads again what an earlier one decided.

use std::{collections::BTreeMap, sync::Arc};

use futures_util::{FutureExt, StreamExt, future::BoxFuture, stream};
use jiff::tz::TimeZone;

use crate::{
    model::{AskedCall, ChatModel, ModelError, ModelEvent, ModelRequest, ModelStream, ToolOffer},
    protocol::{FinishReason, Pillar},
    tools::{Registry, Router, present::Moment},
};

mod about;
mod answer;
mod arguments;
mod change;
mod decide;
mod exchange;
mod follow_up;
mod look_into;
mod mend;
mod names;
mod part;
mod route;
mod say;
mod spelling;
mod subject;
mod text;
mod vocabulary;

use exchange::Exchange;

/// The name shown to people and stored with its messages.
pub const NAME: &str = "planner";

/// What the planner knows of a tool besides its schema.
#[derive(Clone, Debug)]
struct Known {
    pillar: Pillar,
    asks: Vec<String>,
}

/// The built-in model.
pub struct Planner {
    index: Arc<Router>,
    tools: BTreeMap<String, Known>,
    offers: Vec<ToolOffer>,
}

/// What the planner does next.
enum Plan {
    /// Call these tools.
    Call(Vec<AskedCall>),
    /// Say this, in Markdown.
    Say(String),
}

impl Planner {
    /// A planner over these tools and their index.
    #[must_use]
    pub fn new(registry: &Registry, index: Arc<Router>) -> Self {
        let known = registry.specs().map(|spec| {
            (spec.name.clone(), Known { pillar: spec.pillar, asks: spec.asks.clone() })
        });
        let offers = registry.specs().map(|spec| ToolOffer {
            name: spec.name.clone(),
            description: spec.description.clone(),
            input_schema: Arc::clone(&spec.input_schema),
        });
        Self { index, tools: known.collect(), offers: offers.collect() }
    }

    fn plan(&self, request: &ModelRequest) -> Plan {
        let exchange = Exchange::read(&request.messages);
        let zone = TimeZone::get(&request.time_zone).unwrap_or(TimeZone::UTC);
        self.decide(&exchange, &self.offers, &Moment { now: request.now, zone })
    }
}

impl ChatModel for Planner {
    fn name(&self) -> &'static str {
        NAME
    }

    fn reads_outputs(&self) -> bool {
        true
    }

    fn reply(&self, request: ModelRequest) -> BoxFuture<'_, Result<ModelStream, ModelError>> {
        let events = match self.plan(&request) {
            Plan::Call(calls) => {
                let calls = calls.into_iter().map(ModelEvent::Call);
                let end = ModelEvent::End { finish: FinishReason::ToolCalls, usage: None };
                calls.chain([end]).map(Ok).collect::<Vec<_>>()
            }
            Plan::Say(text) => {
                let end = ModelEvent::End { finish: FinishReason::Stop, usage: None };
                let lines = text.split_inclusive('\n').map(|line| ModelEvent::Text(line.into()));
                lines.chain([end]).map(Ok).collect()
            }
        };
        std::future::ready(Ok(stream::iter(events).boxed())).boxed()
    }
}
