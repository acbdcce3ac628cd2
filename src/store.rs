//! The durable thread logs.
