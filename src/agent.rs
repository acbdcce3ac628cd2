//! The agent: the only loop. It answers messages by asking the model and running its tools.
//!
//! One [`Session`] a live thread; all that happens to a thread goes through its
//! [`ThreadLog`], which stores before it shows. The agent knows the rules ([`crate::thread`]),
//! the tools and the store; it does not know sockets, the planner or the sample estate.

mod calls;
mod caps;
mod control;
mod conversation;
mod door;
mod evidence;
mod finish;
mod hub;
mod instructions;
mod live;
mod log;
mod meters;
mod models;
mod once;
mod outcome;
mod own_tools;
mod patience;
mod run_loop;
mod session;
mod sessions;
mod shared;
mod slots;
mod step;
mod stream;

pub use door::Agent;
pub use evidence::{EvidencePage, page_of};
pub use hub::{Hub, Listener, Snapshot, StoredFrame};
pub use instructions::{Instructions, PromptError};
pub use live::LiveText;
pub use log::{AgentError, ThreadLog};
pub use models::Models;
pub use once::{CommandKey, Done};
pub use session::{Asker, Session};
pub use shared::AgentParts;
pub use slots::DEFAULT_MAX_RUNS;
