//! What a client is told when it says hello.

use crate::protocol::{
    ConnectionId, MAX_FRAME_IN_BYTES, MAX_FRAME_OUT_BYTES, MAX_USER_TEXT_BYTES, SUBPROTOCOL,
    ServerInfo, Welcome, WireLimits,
};

use super::Edge;

/// Threads that one connection may follow.
pub(super) const MAX_SUBSCRIPTIONS: usize = 64;

/// The answer to `hello` on this connection.
pub(super) fn welcome(edge: &Edge, connection_id: ConnectionId) -> Welcome {
    let heartbeat = edge.settings.heartbeat.as_millis();
    Welcome {
        connection_id,
        protocol: SUBPROTOCOL.to_owned(),
        server: ServerInfo {
            name: env!("CARGO_PKG_NAME").to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        },
        principal: edge.principal(),
        model: edge.agent.model(),
        estate: edge.settings.estate.clone(),
        limits: WireLimits {
            max_frame_in_bytes: MAX_FRAME_IN_BYTES as u64,
            max_frame_out_bytes: MAX_FRAME_OUT_BYTES as u64,
            max_user_text_bytes: MAX_USER_TEXT_BYTES as u64,
            heartbeat_ms: u64::try_from(heartbeat).unwrap_or(u64::MAX),
            max_subscriptions: u32::try_from(MAX_SUBSCRIPTIONS).unwrap_or(u32::MAX),
        },
    }
}
