//! Secrets are taken out of text, and nothing else is.

mod benign;
mod json;
pub(crate) mod secrets;
mod stream;
