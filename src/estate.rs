//! The sample estate: an ARM-compatible server of its own, so that a newcomer needs no tenant.
//!
//! It imports leaves only and knows nothing of the product; the product reaches it over HTTP
//! like any other Azure endpoint. [`serve`] starts one on a listener of the caller's.

mod access;
mod advisor;
mod carbon;
mod chance;
mod chronicle;
mod clock;
mod cost;
mod defender;
mod enrollment;
mod health;
mod http;
mod journal;
pub mod kql;
mod logs;
mod machine_configuration;
mod metrics;
mod monitor;
mod options;
mod policy;
mod providers;
mod recovery;
mod render;
mod state;
mod stories;
mod updates;
mod world;

pub use clock::Clock;
pub use http::{LedgerEntry, RunningEstate, serve};
pub use journal::{EstateError, reset};
pub use options::{Fault, Options, Throttling};

/// The name of the company whose estate this is.
pub const COMPANY: &str = world::company::COMPANY;
