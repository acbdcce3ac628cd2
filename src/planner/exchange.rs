//! The exchange: what is asked now, what has been read for it, and what was read before.

use serde_json::Value;

use crate::model::{ModelCall, ModelMessage, ModelResult};

/// The conversation as the planner needs it.
#[derive(Debug, Default)]
pub(super) struct Exchange<'a> {
    /// What the user asks.
    pub(super) question: &'a str,
    /// The results of the calls made for it, in the order asked.
    pub(super) results: Vec<&'a ModelResult>,
    /// The calls of the run before that read something, the last one last.
    pub(super) earlier: Vec<Earlier<'a>>,
}

/// A call of an earlier run.
#[derive(Clone, Copy, Debug)]
pub(super) struct Earlier<'a> {
    pub(super) tool: &'a str,
    pub(super) arguments: &'a Value,
}

impl<'a> Exchange<'a> {
    /// Reads a conversation.
    pub(super) fn read(messages: &'a [ModelMessage]) -> Self {
        let mut exchange = Self::default();
        let mut calls: Vec<&ModelCall> = Vec::new();
        for message in messages {
            match message {
                ModelMessage::User { text } => {
                    let read = exchange.results.drain(..).filter(|result| result.ok);
                    let read: Vec<_> = read
                        .filter_map(|result| calls.iter().find(|call| call.id == result.call_id))
                        .map(|call| Earlier { tool: &call.tool, arguments: &call.arguments })
                        .collect();
                    if !read.is_empty() {
                        exchange.earlier = read;
                    }
                    calls.clear();
                    exchange.question = text;
                }
                ModelMessage::Assistant { calls: asked, .. } => calls.extend(asked),
                ModelMessage::Result(result) => exchange.results.push(result),
            }
        }
        exchange
    }
}
