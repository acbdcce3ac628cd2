//! Stub.

pub mod kql;
