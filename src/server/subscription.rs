//! A follower of one thread: cursors into its log and its live text, never a queue.

use std::{io::Write as _, sync::Arc};

use bytes::Bytes;

use crate::{
    agent::{AgentError, LiveText, Session, Snapshot, StoredFrame},
    protocol::{Frame, LiveMessage, MessageId, Seq, Subscribed, ThreadId},
};

/// Events read from the store at once for a follower that is behind.
const PAGE: u32 = 128;
/// The most text in one delta, in bytes, before it is escaped.
const MAX_DELTA_BYTES: usize = 20 * 1024;

/// One thread that a connection follows.
pub(super) struct Subscription {
    pub(super) session: Arc<Session>,
    cursor: Seq,
    caught_up: bool,
    live: Option<LiveCursor>,
}

struct LiveCursor {
    message_id: MessageId,
    offset: usize,
    /// The frame up to the offset's value.
    prefix: Vec<u8>,
}

/// What a subscription has to send.
pub(super) enum News {
    /// These frames, and there may be more.
    Frames(Vec<Bytes>),
    /// The thread is gone.
    Deleted,
    /// Nothing.
    Nothing,
}

impl Subscription {
    /// Follows a thread from the events after `cursor` on.
    pub(super) fn new(session: Arc<Session>, cursor: Seq) -> Self {
        Self { session, cursor, caught_up: false, live: None }
    }

    pub(super) fn thread_id(&self) -> ThreadId {
        self.session.log.thread_id()
    }

    /// The frame that begins it.
    pub(super) fn subscribed(&self, deltas: bool) -> Frame {
        let snapshot = self.session.log.hub.look(Seq::MAX);
        let live = snapshot.live.filter(|live| deltas && !live.is_empty());
        Frame::Subscribed(Subscribed {
            thread_id: self.thread_id(),
            epoch: self.session.log.epoch(),
            oldest_seq: 1,
            head_seq: snapshot.head_seq,
            live: live.map(|live| LiveMessage {
                run_id: live.run_id,
                message_id: live.message_id.clone(),
            }),
        })
    }

    /// What to send next.
    pub(super) async fn next(&mut self, deltas: bool) -> Result<News, AgentError> {
        let snapshot = self.session.log.hub.look(self.cursor);
        if snapshot.deleted {
            return Ok(News::Deleted);
        }
        if snapshot.head_seq > self.cursor {
            let frames = self.events(&snapshot).await?;
            // A head ahead of the log: the thread is being deleted, and the hub will say so.
            return Ok(if frames.is_empty() { News::Nothing } else { News::Frames(frames) });
        }
        if !self.caught_up {
            self.caught_up = true;
            let frame = Frame::CaughtUp { thread_id: self.thread_id(), seq: self.cursor };
            return Ok(News::Frames(vec![encode(&frame)]));
        }
        let Some(live) = snapshot.live.filter(|_| deltas) else {
            self.live = None;
            return Ok(News::Nothing);
        };
        Ok(self.delta(&live).map_or(News::Nothing, |frame| News::Frames(vec![frame])))
    }

    async fn events(&mut self, snapshot: &Snapshot) -> Result<Vec<Bytes>, AgentError> {
        let log = &self.session.log;
        let near = snapshot.events.first().is_some_and(|first| first.seq == self.cursor + 1);
        let frames: Vec<StoredFrame> = if near {
            snapshot.events.clone()
        } else {
            let page = log.events_after(self.cursor, PAGE).await?;
            page.iter().map(|event| log.frame_of(event)).collect()
        };
        if let Some(last) = frames.last() {
            self.cursor = last.seq;
        }
        Ok(frames.into_iter().map(|frame| frame.json).collect())
    }

    fn delta(&mut self, live: &LiveText) -> Option<Bytes> {
        let cursor = match &mut self.live {
            Some(cursor) if cursor.message_id == live.message_id => cursor,
            slot => slot.insert(LiveCursor::new(self.session.log.thread_id(), live)),
        };
        let frame = live.read_from(cursor.offset, MAX_DELTA_BYTES, |text| {
            let mut frame = Vec::with_capacity(cursor.prefix.len() + text.len() + 48);
            frame.extend_from_slice(&cursor.prefix);
            // Writing to a vector does not fail.
            let _ = write!(frame, "{},\"text\":", cursor.offset);
            let _ = serde_json::to_writer(&mut frame, text);
            frame.push(b'}');
            (Bytes::from(frame), text.len())
        });
        let (frame, taken) = frame?;
        cursor.offset += taken;
        Some(frame)
    }
}

impl LiveCursor {
    fn new(thread_id: ThreadId, live: &LiveText) -> Self {
        let prefix = format!(
            r#"{{"type":"delta","threadId":"{thread_id}","runId":"{}","messageId":"{}","offset":"#,
            live.run_id, live.message_id
        );
        Self { message_id: live.message_id.clone(), offset: 0, prefix: prefix.into_bytes() }
    }
}

/// A frame as it is sent.
pub(super) fn encode(frame: &Frame) -> Bytes {
    match serde_json::to_vec(frame) {
        Ok(json) => Bytes::from(json),
        Err(error) => {
            tracing::error!(%error, "a frame could not be encoded");
            Bytes::from_static(br#"{"type":"error","error":{"code":"internal","message":"a frame could not be encoded","retryable":false}}"#)
        }
    }
}
