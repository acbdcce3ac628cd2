//! Runs: what starts one, what bounds it, how it ends and what it used.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{MessageId, PrincipalId};

/// What started a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Trigger {
    /// A user's message.
    Message {
        /// The client's id of the message.
        message_id: MessageId,
        /// What the user wrote, secrets redacted.
        text: String,
    },
}

/// What a run may use. A command may lower these, never raise them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct RunLimits {
    /// Model requests.
    pub steps: u32,
    /// Tool calls.
    pub tool_calls: u32,
    /// Pages that one list may read.
    pub pages_per_list: u32,
    /// Milliseconds of work; people's time does not count.
    pub work_ms: u64,
    /// Tokens of model input and output together.
    pub tokens: u64,
}

impl Default for RunLimits {
    fn default() -> Self {
        Self { steps: 16, tool_calls: 25, pages_per_list: 8, work_ms: 120_000, tokens: 400_000 }
    }
}

impl RunLimits {
    /// These limits, lowered where `asked` is lower.
    #[must_use]
    pub fn lowered_to(self, asked: Self) -> Self {
        Self {
            steps: self.steps.min(asked.steps),
            tool_calls: self.tool_calls.min(asked.tool_calls),
            pages_per_list: self.pages_per_list.min(asked.pages_per_list),
            work_ms: self.work_ms.min(asked.work_ms),
            tokens: self.tokens.min(asked.tokens),
        }
    }
}

/// A limit of [`RunLimits`] that a run reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum LimitKind {
    /// Model requests.
    Steps,
    /// Tool calls.
    ToolCalls,
    /// Time of work.
    WorkMs,
    /// Tokens.
    Tokens,
    /// The same invalid call three times.
    InvalidCalls,
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Outcome {
    /// With an answer.
    Completed,
    /// By a person.
    Cancelled {
        /// Who cancelled.
        by: PrincipalId,
    },
    /// At a limit, with what it had.
    LimitReached {
        /// Which one.
        limit: LimitKind,
    },
    /// By a failure.
    Failed {
        /// A stable name: `modelUnavailable`, `modelRefused`, `modelCut`, `modelMalformed`,
        /// `modelFailed`, `modelTooLong`, `emptyReply`, `replyTooLong`, `contentFilter`,
        /// `restart`, `internal`.
        code: String,
        /// What happened and what to do, for people.
        message: String,
    },
}

/// Tokens used, as the model counted them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct Usage {
    /// Tokens read.
    pub input_tokens: u64,
    /// Of these, tokens found in the provider's cache.
    pub cached_input_tokens: u64,
    /// Tokens written.
    pub output_tokens: u64,
}

impl Usage {
    /// The sum of both.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            input_tokens: self.input_tokens.saturating_add(other.input_tokens),
            cached_input_tokens: self.cached_input_tokens.saturating_add(other.cached_input_tokens),
            output_tokens: self.output_tokens.saturating_add(other.output_tokens),
        }
    }

    /// All tokens.
    #[must_use]
    pub fn total(self) -> u64 {
        self.input_tokens.saturating_add(self.output_tokens)
    }
}

/// Where a run stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum RunState {
    /// Behind another run of the thread.
    Queued,
    /// At work.
    Running,
    /// For people, an operation or a condition.
    Waiting,
    /// With an outcome.
    Finished,
}
