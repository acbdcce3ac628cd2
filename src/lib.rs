//! `opscopilot`: an agentic copilot for Azure operations.
//!
//! # Layers
//!
//! Arrows point down only; `tests/integration/architecture.rs` fails on one that runs back.
//!
//! ```text
//! main → cli → app → server → {agent, planner} → workflow → tools
//!      → {model, azure, store} → thread → protocol
//! ```
//!
//! `clock`, `config`, `redact` and `retry` are leaves: they import nothing of ours and anyone may
//! import them. `telemetry` is used by `cli` and `app`. [`estate`] stands apart: the product
//! reaches it over HTTP only, and nobody but `app` and `cli` knows that it exists.
//!
//! # Invariants
//!
//! 1. An event is stored before any client sees it; a delta is never stored. Streamed text is
//!    always a prefix of the stored text.
//! 2. Every tool call gets exactly one result, also when denied, cancelled, expired or unknown.
//! 3. No write runs without an approval bound to the exact bytes it will send.
//! 4. Each action of a plan is dispatched at most once.
//! 5. Everything put into model context has a named cap. No secret, token or prompt is in a log
//!    or a span.
//! 6. The bearer token goes only to the configured cloud's hosts.
//! 7. Nothing is shown beyond what the identity used may see in Azure and the subscription
//!    allow-list.
//!
//! # Where do I add…
//!
//! | what | where |
//! |---|---|
//! | a read of Azure | `tools/<pillar>/<name>.rs`, or `tools/<pillar>/<name>.kql` at the top level when it is one query |
//! | an event | [`protocol`]`::event`, then its rule in [`thread`]`::fold` |
//! | a command | [`protocol`]`::command`, then its arm in [`server`] |
//! | a sample provider | `estate/providers/<namespace>.rs` |
//! | a page of prose for the model | `prompts/` |

pub mod azure;
pub mod clock;
pub mod estate;
pub mod model;
pub mod protocol;
pub mod redact;
pub mod retry;
pub mod server;
pub mod store;
pub mod thread;
pub mod tools;
