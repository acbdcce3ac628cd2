//! How a connection ends: by which close code, for which failure of its socket.

use std::{ops::ControlFlow, time::Duration};

use crate::protocol::{CloseCode, MAX_FRAME_IN_BYTES};

/// How a connection ends, when it does not end by itself.
pub(super) struct Closing(pub(super) CloseCode, pub(super) String);

/// Whether a connection goes on.
pub(super) type Step = ControlFlow<Option<Closing>>;

/// A frame that leaves in time, or the end of a connection whose client does not read.
pub(super) async fn in_time(
    limit: Duration,
    sending: impl Future<Output = Result<(), axum::Error>>,
) -> Step {
    match tokio::time::timeout(limit, sending).await {
        Ok(Ok(())) => Step::Continue(()),
        Ok(Err(_)) => Step::Break(None),
        Err(_) => {
            let reason = "the client does not read".to_owned();
            Step::Break(Some(Closing(CloseCode::SlowReader, reason)))
        }
    }
}

/// How a broken read ends the connection.
pub(super) fn broken(error: &axum::Error) -> Option<Closing> {
    let text = error.to_string().to_lowercase();
    if text.contains("too long") || text.contains("too big") || text.contains("capacity") {
        return Some(too_big());
    }
    if text.contains("utf-8") {
        return Some(Closing(CloseCode::BadFrame, "frames are UTF-8 text".to_owned()));
    }
    let is_gone = text.contains("closing handshake") || !text.contains("protocol error");
    (!is_gone).then(|| Closing(CloseCode::BadFrame, "that is no WebSocket frame".to_owned()))
}

/// The end of a connection that was sent too large a frame.
pub(super) fn too_big() -> Closing {
    Closing(CloseCode::TooBig, format!("a frame holds at most {MAX_FRAME_IN_BYTES} bytes"))
}
