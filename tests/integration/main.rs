//! The promises, one topic a module, in one binary so that the tests link once.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "that is how a test fails")]

#[path = "../support/model_client.rs"]
mod model_client;
#[path = "../support/model_server.rs"]
mod model_server;

mod model_breaks;
mod model_calls;
mod model_outages;
mod model_requests;
mod model_script;
mod model_text;
mod protocol_schema;
mod store_append;
mod store_crash;
mod store_fixture;
mod store_limits;
mod store_model;
mod store_threads;

#[cfg(test)]
mod azure_client;
#[cfg(test)]
mod azure_credential;
#[cfg(test)]
mod azure_errors;
#[cfg(test)]
mod azure_ids;
#[cfg(test)]
mod azure_links;
#[cfg(test)]
mod azure_resource_graph;
#[cfg(test)]
mod azure_server;
#[cfg(test)]
mod azure_tls;
#[cfg(test)]
mod thread_rules;

mod kql;

mod estate_access;
mod estate_defender;
mod estate_graph;
mod estate_manners;
mod estate_site;
mod estate_world;
mod protocol_schema;
#[cfg(test)]
mod tools_catalog;
#[cfg(test)]
mod tools_router;
