//! Events: the durable, numbered facts of a thread's log. What is stored is what is sent.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    CallId, Coverage, Effect, EvidenceId, MessageId, Outcome, PrincipalId, RunId, RunLimits, Seq,
    Trigger, Usage, View,
};

/// An event with its place in the log.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct EventRecord {
    /// Its number in the thread, from 1.
    pub seq: Seq,
    /// When it was written.
    #[schemars(with = "String")]
    pub at: Timestamp,
    /// What happened.
    pub event: Event,
}

/// What happened in a thread.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "camelCase")]
pub enum Event {
    /// The thread was created or changed; the first event of every log.
    ThreadUpdated(ThreadUpdated),
    /// A run waits behind another one.
    RunQueued(RunQueued),
    /// A run began; its scope, model and tools are fixed from here on.
    RunStarted(RunStarted),
    /// A run went on after a restart or a wait.
    RunResumed(RunResumed),
    /// The model said something, possibly nothing but tool calls.
    AssistantMessage(AssistantMessage),
    /// The model asked for a tool.
    ToolCallRequested(ToolCallRequested),
    /// A tool call got its one result.
    ToolCallCompleted(ToolCallCompleted),
    /// A run ended.
    RunFinished(RunFinished),
}

/// See [`Event::ThreadUpdated`]. Absent fields did not change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ThreadUpdated {
    /// The new title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The new scope: ARM ids, empty for all that is visible. Applies to the next run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<Vec<String>>,
    /// Whether the thread is archived.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub archived: Option<bool>,
    /// Who else may take part.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub participants: Option<Vec<PrincipalId>>,
    /// Who changed it; of the first event, the owner.
    pub by: PrincipalId,
}

/// See [`Event::RunQueued`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RunQueued {
    /// The run.
    pub run_id: RunId,
    /// What asked for it.
    pub trigger: Trigger,
    /// Who asked.
    pub by: PrincipalId,
    /// The asker's IANA time zone.
    pub time_zone: String,
    /// What it may use.
    pub limits: RunLimits,
}

/// See [`Event::RunStarted`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RunStarted {
    /// The run.
    pub run_id: RunId,
    /// What asked for it.
    pub trigger: Trigger,
    /// Who asked.
    pub by: PrincipalId,
    /// The scope it keeps to.
    pub scope: Vec<String>,
    /// The asker's IANA time zone.
    pub time_zone: String,
    /// The model it asks.
    pub model: String,
    /// The tools whose schemas it was offered at its start, in order.
    pub tools: Vec<String>,
    /// What it may use.
    pub limits: RunLimits,
}

/// See [`Event::RunResumed`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RunResumed {
    /// The run.
    pub run_id: RunId,
    /// Why it goes on.
    pub reason: ResumeReason,
}

/// Why a run goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum ResumeReason {
    /// The service had stopped.
    Restart,
}

/// See [`Event::AssistantMessage`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AssistantMessage {
    /// The run it belongs to.
    pub run_id: RunId,
    /// The step of the run, from 1.
    pub step: u32,
    /// Its id, under which it was streamed.
    pub message_id: MessageId,
    /// What it says: Markdown, untrusted; it may be empty.
    pub text: String,
    /// Why it ended.
    pub finish: FinishReason,
    /// The model that wrote it.
    pub model: String,
    /// What the request used, where the model said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usage: Option<Usage>,
    /// The citations in the text, in order.
    pub citations: Vec<Citation>,
    /// Claims in the text that nothing supports.
    pub unsupported: Vec<Unsupported>,
}

/// Why a model's reply ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum FinishReason {
    /// It was done: this is the answer.
    Stop,
    /// It wants tools.
    ToolCalls,
    /// It reached a length limit, the model's or ours.
    Length,
    /// The provider's filter ended it.
    ContentFilter,
    /// The stream broke off.
    Cut,
    /// A person cancelled the run.
    Cancelled,
}

/// A citation in an assistant's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Citation {
    /// What is cited.
    pub evidence_id: EvidenceId,
    /// First byte of `[e2]` in the UTF-8 text.
    pub start: u32,
    /// One past its last byte.
    pub end: u32,
}

/// A claim in an assistant's text that nothing supports.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Unsupported {
    /// First byte of the claim in the UTF-8 text.
    pub start: u32,
    /// One past its last byte.
    pub end: u32,
    /// The claim itself.
    pub text: String,
}

/// See [`Event::ToolCallRequested`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ToolCallRequested {
    /// The run it belongs to.
    pub run_id: RunId,
    /// The step that asked for it, from 1.
    pub step: u32,
    /// Its id.
    pub call_id: CallId,
    /// The tool's name, as the model wrote it.
    pub tool: String,
    /// The tool's title, or its name where it is unknown.
    pub title: String,
    /// What the tool does to the world.
    pub effect: Effect,
    /// The arguments; a string where the model's text does not parse.
    pub arguments: Value,
    /// The evidence id reserved for its result; none where it makes no evidence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence_id: Option<EvidenceId>,
}

/// See [`Event::ToolCallCompleted`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ToolCallCompleted {
    /// The call.
    pub call_id: CallId,
    /// How it ended.
    pub status: ToolStatus,
    /// The stored result, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence_id: Option<EvidenceId>,
    /// The result in one line, for people.
    pub summary: String,
    /// Pictures of the result.
    pub views: Vec<View>,
    /// What went wrong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<StepError>,
    /// Exactly what the model was given, fences included.
    pub model_text: String,
    /// What was looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coverage: Option<Coverage>,
    /// Tools that the call added to those offered to the model (`find_tools`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub offered: Vec<String>,
    /// How long it took.
    pub duration_ms: u64,
}

/// How a tool call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum ToolStatus {
    /// With a result.
    Succeeded,
    /// The call was wrong; the model may mend it.
    Rejected,
    /// Rights are missing.
    Denied,
    /// Azure or the tool failed.
    Failed,
    /// A person cancelled the run, or it ended first.
    Cancelled,
}

/// What went wrong with a call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct StepError {
    /// The code, ARM's own where there is one.
    pub code: String,
    /// The message, ARM's own where there is one, secrets redacted.
    pub message: String,
    /// ARM's `x-ms-request-id`, for a support case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arm_request_id: Option<String>,
}

/// See [`Event::RunFinished`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RunFinished {
    /// The run.
    pub run_id: RunId,
    /// How it ended.
    pub outcome: Outcome,
    /// What the run looked at.
    pub coverage: Coverage,
    /// What it used.
    pub usage: Usage,
}
