//! The planner: the model that is built in. No network, no key, and never a guess.
//!
//! It routes a question by the tools' own index, fills arguments from the words, and writes the
//! answer from the findings of typed results. It never parses prose and never proposes a change.
//! It sees what any [`ChatModel`] sees; the agent does not know that it is not an endpoint.

use std::{collections::BTreeMap, sync::Arc};

use futures_util::{FutureExt, StreamExt, future::BoxFuture, stream};

use crate::{
    model::{AskedCall, ChatModel, ModelError, ModelEvent, ModelRequest, ModelStream},
    protocol::{FinishReason, Pillar},
    tools::{Registry, Router},
};

mod answer;
mod arguments;
mod exchange;
mod names;
mod question;
mod route;
mod weigh;

use exchange::Exchange;

/// The name shown to people and stored with its messages.
pub const NAME: &str = "planner";

/// What the planner knows of a tool besides its schema.
#[derive(Clone, Debug)]
struct Known {
    title: String,
    pillar: Pillar,
    ask: Option<String>,
    /// All the words it is told with, in lower case.
    text: String,
}

/// The built-in model.
pub struct Planner {
    index: Arc<Router>,
    tools: BTreeMap<String, Known>,
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
            let known = Known {
                title: spec.title.clone(),
                pillar: spec.pillar,
                ask: spec.asks.first().cloned(),
                text: format!("{} {} {}", spec.title, spec.description, spec.asks.join(" "))
                    .to_lowercase(),
            };
            (spec.name.clone(), known)
        });
        Self { index, tools: known.collect() }
    }

    fn plan(&self, request: &ModelRequest) -> Plan {
        let exchange = Exchange::read(&request.messages);
        if exchange.results.is_empty() {
            self.route(&exchange, &request.tools)
        } else {
            Plan::Say(answer::write(&exchange))
        }
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
