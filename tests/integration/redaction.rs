//! Secrets are taken out of text, and nothing else is.

mod benign;
mod json;
mod secrets;
mod stream;
