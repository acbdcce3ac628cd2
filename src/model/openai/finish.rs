//! Why a reply ended, in the many words that servers have for it.

use crate::protocol::FinishReason;

/// What a finish reason means for us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Finish {
    /// The reply is over.
    Reason(FinishReason),
    /// The server gave up.
    Failed,
    /// The server was told to give up.
    Aborted,
}

/// Reads a finish reason. An empty one is none; a word that is not known is an end like any
/// other.
pub(super) fn read_finish(word: &str) -> Option<Finish> {
    let word = word.trim().to_ascii_lowercase();
    Some(match word.as_str() {
        "" | "null" | "none" => return None,
        "tool_calls" | "tool_call" | "tool_use" | "function_call" => {
            Finish::Reason(FinishReason::ToolCalls)
        }
        "length" | "max_tokens" | "model_length" | "max_output_tokens" => {
            Finish::Reason(FinishReason::Length)
        }
        "content_filter" | "content_filtered" | "safety" | "recitation" | "blocklist"
        | "prohibited_content" | "refusal" => Finish::Reason(FinishReason::ContentFilter),
        "error" => Finish::Failed,
        "abort" | "aborted" | "cancelled" | "canceled" => Finish::Aborted,
        // `stop`, `eos`, `end_turn`, `stop_sequence`, ….
        _ => Finish::Reason(FinishReason::Stop),
    })
}
