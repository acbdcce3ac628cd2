//! The vocabulary: commands, frames, events and ids of the chat protocol `copilot.v1`.
//!
//! Data only: serde and schemars, no logic beyond parsing an id. The events that are stored are
//! the events that are sent. This module knows nothing else of ours.

mod command;
mod coverage;
mod error;
mod event;
mod finding;
mod frame;
mod ids;
mod pillar;
mod run;
pub mod schema;
mod thread;
mod view;

pub use command::{
    CancelRun, Command, CreateThread, Envelope, Hello, Ping, StartRun, Subscribe, Unsubscribe,
    UpdateThread, UserMessage, WhenBusy,
};
pub use coverage::{Coverage, CoverageFailure};
pub use error::{CloseCode, ErrorCode, WireError};
pub use event::{
    AssistantMessage, Citation, Event, EventRecord, FinishReason, ResumeReason, RunFinished,
    RunQueued, RunResumed, RunStarted, StepError, ThreadUpdated, ToolCallCompleted,
    ToolCallRequested, ToolStatus, Unsupported,
};
pub use finding::{Finding, FindingKind, FindingTone};
pub use frame::{
    Delta, EstateInfo, EstateKind, EventFrame, Frame, Goaway, GoawayReason, LiveMessage, ModelInfo,
    ModelState, Notice, NoticeLevel, Principal, Reply, ServerInfo, Subscribed, Welcome, WireLimits,
};
pub use ids::{
    CallId, CommandId, ConnectionId, Epoch, EvidenceId, IdError, MessageId, PrincipalId, RunId,
    Seq, ThreadId,
};
pub use pillar::{Effect, Pillar};
pub use run::{LimitKind, Outcome, RunLimits, RunState, Trigger, Usage};
pub use thread::{RunStanding, ThreadListed, ThreadStanding};
pub use view::{ChartKind, ChartSeries, Column, ColumnKind, TimelineEntry, View};

/// The WebSocket subprotocol that this vocabulary is spoken under.
pub const SUBPROTOCOL: &str = "copilot.v1";
/// The largest frame taken from a client, in bytes.
pub const MAX_FRAME_IN_BYTES: usize = 64 * 1024;
/// The largest frame sent to a client, in bytes.
pub const MAX_FRAME_OUT_BYTES: usize = 128 * 1024;
/// The largest event, in bytes of JSON; its writer keeps to it.
pub const MAX_EVENT_BYTES: usize = 96 * 1024;
/// The longest text of one assistant message, in bytes; more ends it as `length`.
pub const MAX_MESSAGE_TEXT_BYTES: usize = 32 * 1024;
/// The longest tool-call arguments stored, in bytes; longer ones are cut and rejected.
pub const MAX_ARGUMENTS_BYTES: usize = 16 * 1024;
/// The most bytes of JSON that all views of one tool result may take.
pub const MAX_VIEWS_BYTES: usize = 48 * 1024;
/// The most rows a view shows; the rest is in the evidence.
pub const MAX_VIEW_ROWS: usize = 50;
/// The longest text that the model is given for one tool result, in bytes.
pub const MAX_MODEL_TEXT_BYTES: usize = 8 * 1024;
/// The longest user message, in bytes.
pub const MAX_USER_TEXT_BYTES: usize = 16 * 1024;
