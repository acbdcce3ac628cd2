//! What there is: subscriptions, resources, free queries.

mod find_resources;
mod list_subscriptions;
mod query_resources;
pub mod resource_types;

pub use find_resources::FindResources;
pub use list_subscriptions::ListSubscriptions;
pub(crate) use query_resources::code_of;
pub use query_resources::{QueryResources, refused};
