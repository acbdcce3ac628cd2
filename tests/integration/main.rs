//! The promises, one topic a module, in one binary so that the tests link once.
mod protocol_schema;
mod store_append;
mod store_crash;
mod store_fixture;
mod store_limits;
mod store_model;
mod store_threads;
