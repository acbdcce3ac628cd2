//! The outbound room for Azure: who we are there, how we ask, what went wrong.
//!
//! Owns clouds, credentials, the Azure Resource Manager client, resource ids, paging, Resource
//! Graph and the writing of KQL text. Only this room names `azure_identity` and `azure_core`.
//!
//! It must not know tools, the agent, the server, the store, configuration or the sample
//! estate: the estate is reached like any other endpoint, over HTTP.
//!
//! # Reads and writes
//!
//! [`ArmClient`] is held by `app` alone. It hands out [`ArmReader`]s, which can send GETs and
//! the query POSTs listed in [`request`], and nothing else. A writer will be a type of its own
//! that only the dispatcher gets.

pub mod client;
pub mod cloud;
pub mod credential;
pub mod error;
pub mod http;
pub mod kql_literal;
pub mod kql_text;
pub mod logs;
pub mod notice;
pub mod page;
pub mod path;
pub mod request;
pub mod resource_graph;
pub mod resource_id;
pub mod secret;
mod shared_reads;
pub mod stats;
mod wire;

pub use client::{ArmClient, ArmReader, ClientSettings};
pub use cloud::{Cloud, CloudError};
pub use credential::{Credential, CredentialError};
pub use error::{ArmError, ArmFault};
pub use http::{Http, HttpError, HttpSettings};
pub use logs::{LogAnswer, LogQuery, LogTarget, LogWorkspace};
pub use notice::Notice;
pub use page::{ListPage, PageLimits};
pub use path::{ApiVersion, ArmPath, PathError};
pub use request::{ArmGet, QueryPost};
pub use resource_id::{ResourceId, ResourceIdError, ScopeSet, SubscriptionId};
pub use secret::Secret;
pub use stats::{CallStats, CallTotals};
