//! The exchange: what is asked now, what has been read for it, and what was read before.

use crate::model::{ModelCall, ModelMessage, ModelResult};

/// The conversation as the planner needs it.
#[derive(Debug, Default)]
pub(super) struct Exchange<'a> {
    /// What the user asks.
    pub(super) question: &'a str,
    /// The calls made for it, by step, each with its result.
    pub(super) steps: Vec<Vec<Done<'a>>>,
    /// The calls of the last run before that read something.
    pub(super) earlier: Vec<Done<'a>>,
}

/// A call and its result.
#[derive(Clone, Copy, Debug)]
pub(super) struct Done<'a> {
    pub(super) call: &'a ModelCall,
    pub(super) result: &'a ModelResult,
}

impl<'a> Exchange<'a> {
    /// Reads a conversation.
    pub(super) fn read(messages: &'a [ModelMessage]) -> Self {
        let mut exchange = Self::default();
        let mut calls: Vec<&ModelCall> = Vec::new();
        for message in messages {
            match message {
                ModelMessage::User { text } => {
                    exchange.close();
                    exchange.question = text;
                }
                ModelMessage::Assistant { calls: asked, .. } => {
                    if !asked.is_empty() {
                        exchange.steps.push(Vec::new());
                    }
                    calls = asked.iter().collect();
                }
                ModelMessage::Result(result) => {
                    let call = calls.iter().find(|call| call.id == result.call_id);
                    if let (Some(call), Some(step)) = (call, exchange.steps.last_mut()) {
                        step.push(Done { call, result });
                    }
                }
            }
        }
        exchange
    }

    /// The calls of all steps, in the order asked.
    pub(super) fn done(&self) -> impl Iterator<Item = Done<'a>> + '_ {
        self.steps.iter().flatten().copied()
    }

    fn close(&mut self) {
        let read = self.steps.drain(..).flatten();
        let read: Vec<_> =
            read.filter(|done| done.result.ok && done.result.evidence_id.is_some()).collect();
        if !read.is_empty() {
            self.earlier = read;
        }
    }
}
