//! The rules of a thread: what a log means and what a run does next.
//!
//! Pure: no async, no clock, no I/O. Instants and settings are arguments. It knows the
//! vocabulary of [`crate::protocol`] and nothing of models, tools, stores or sockets.

mod citation;
mod claim_check;
mod coverage;
mod history;
mod machine;
mod run;
mod state;

pub use citation::{CitationFilter, KnownEvidence, find_citations};
pub use claim_check::{Support, claim_check};
pub use coverage::merge_coverage;
pub use history::{HISTORY_MAX_BYTES, HistoryCall, HistoryMessage, history};
pub use machine::{Next, finish_of, next_of};
pub use run::{CallFold, CallResult, Progress, RunFold, StepFold};
pub use state::{FoldError, ThreadState};
