//! Embeds the web client.
fn main() {}
