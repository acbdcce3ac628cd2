//! The store's condition in the words of the wire.

use crate::{
    protocol::{ErrorCode, Notice, NoticeLevel, WireError},
    store::Condition,
};

use super::Edge;

/// Tells every client when the service turns read-only, and when it takes questions again.
pub(super) async fn tell(edge: Edge) {
    let mut condition = edge.agent.store().condition();
    loop {
        tokio::select! {
            () = edge.draining.cancelled() => return,
            changed = condition.changed() => if changed.is_err() { return },
        }
        let now = *condition.borrow_and_update();
        edge.agent.notify(notice(now).unwrap_or_else(|| Notice {
            level: NoticeLevel::Info,
            code: "writable".to_owned(),
            message: "The service takes questions again.".to_owned(),
            thread_id: None,
        }));
    }
}

/// What clients are told of the store; none where there is nothing to tell.
pub(super) fn notice(condition: Condition) -> Option<Notice> {
    let message = match condition {
        Condition::Writable => return None,
        Condition::Full => {
            "The service's disk is full. Threads can be read, but nothing can be asked until there \
             is room; what is at work waits."
        }
        Condition::ReadOnly => {
            "The service's disk refuses writes. Threads can be read, but nothing can be asked \
             until that is mended; what is at work waits."
        }
    };
    Some(Notice {
        level: NoticeLevel::Error,
        code: "readOnly".to_owned(),
        message: message.to_owned(),
        thread_id: None,
    })
}

/// Why the service cannot take work.
pub(super) fn not_ready(condition: Condition) -> Option<WireError> {
    notice(condition).map(|notice| {
        WireError::retryable(ErrorCode::Overloaded, format!("read-only: {}", notice.message), 5_000)
    })
}
