//! The WebSocket door: the upgrade and the socket's limits.

use axum::{
    Extension,
    extract::{
        State,
        ws::{CloseFrame, WebSocket, WebSocketUpgrade, rejection::WebSocketUpgradeRejection},
    },
    response::Response,
};
use tracing::Instrument as _;

use crate::protocol::{
    CloseCode, ConnectionId, ErrorCode, MAX_FRAME_IN_BYTES, SUBPROTOCOL, WireError,
};

use super::{Edge, connection::Connection, error::HttpError, request_id::RequestId};

/// Small buffers: the default ones cost 134 KiB a connection.
const BUFFER_BYTES: usize = 4 * 1024;
/// The most that is read of one frame. Above what a frame may hold, so that one that is a little
/// too big is read to its end and its sender is told.
const MAX_READ_BYTES: usize = 4 * MAX_FRAME_IN_BYTES;
/// The most that waits to be sent to one client.
const MAX_UNSENT_BYTES: usize = 256 * 1024;

/// `GET /v1/chat`: the chat protocol.
pub(super) async fn chat(
    State(edge): State<Edge>,
    Extension(request_id): Extension<RequestId>,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, HttpError> {
    let upgrade = upgrade?;
    if edge.draining.is_cancelled() || edge.connections.len() >= edge.settings.max_connections {
        let message = "the service takes no more connections now";
        return Err(WireError::retryable(ErrorCode::Overloaded, message, 2_000).into());
    }
    let connections = edge.connections.clone();
    Ok(upgrade
        .protocols([SUBPROTOCOL])
        .read_buffer_size(BUFFER_BYTES)
        .write_buffer_size(BUFFER_BYTES)
        .max_write_buffer_size(MAX_UNSENT_BYTES)
        .max_frame_size(MAX_READ_BYTES)
        .max_message_size(MAX_READ_BYTES)
        .on_upgrade(move |socket| {
            let id = ConnectionId::new();
            let span = tracing::info_span!(
                parent: None,
                "connection",
                connection.id = %id,
                request.id = request_id.0
            );
            metrics::counter!("opscopilot_connections_total").increment(1);
            connections.track_future(speak(edge, id, socket).instrument(span))
        }))
}

async fn speak(edge: Edge, id: ConnectionId, socket: WebSocket) {
    let speaks_it = socket.protocol().is_some_and(|spoken| spoken == SUBPROTOCOL);
    let connection = Connection::new(edge, id, socket);
    if speaks_it {
        connection.run().await;
    } else {
        let reason = format!("speak the subprotocol {SUBPROTOCOL}");
        connection.turn_away(CloseCode::Subprotocol, &reason).await;
    }
}

/// A close frame; its reason is cut to what a control frame holds.
pub(super) fn close_frame(code: CloseCode, reason: &str) -> CloseFrame {
    let end = reason.floor_char_boundary(120.min(reason.len()));
    CloseFrame { code: code.number(), reason: reason.get(..end).unwrap_or_default().into() }
}
