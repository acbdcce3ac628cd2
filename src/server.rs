//! The edge: HTTP and WebSocket in, the agent's words out. Translates, decides nothing.
pub mod web;
