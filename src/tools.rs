//! The capabilities: typed reads of Azure, the queries of `tools/`, and the index that chooses
//! among them.
//!
//! Each tool is one file under its pillar: an `Input` whose doc comments are what the model
//! reads, an `Output` that tells itself ([`present::Present`]), constants, one `impl`. Tools reach
//! Azure through a [`ReadContext`], which keeps them inside the thread's scope and can send
//! nothing that changes anything. This room must not know the agent, the server, the store, a
//! model or the sample estate.
//!
//! # Where do I add a tool?
//!
//! A single query: `tools/<pillar>/<name>.kql`, which is found by itself. Anything else:
//! `<pillar>/<name>.rs` here and its line in `<pillar>.rs`.

pub mod across;
pub mod arguments;
pub mod catalog;
pub mod configuration;
pub mod context;
pub mod digest;
pub mod error;
pub mod menu;
pub mod observability;
pub mod optimization;
pub mod own;
mod portal;
pub mod present;
pub mod query;
pub mod registry;
pub mod resiliency;
pub mod router;
pub mod rows;
pub mod schema;
pub mod scope;
pub mod security;
pub mod time_range;
pub mod tool;
pub mod untrusted;

pub use context::{Bounds, ReadContext, Subscription};
pub use error::ToolError;
pub use registry::{Registry, RegistryError, ToolSpec};
pub use router::{Found, OfferContext, Router};
pub use tool::{AnyTool, Tool, ToolOutput};
pub use untrusted::{Fence, Untrusted};
