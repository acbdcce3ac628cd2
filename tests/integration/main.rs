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
