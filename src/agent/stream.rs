//! A reply as it comes in: secrets out, wrong citations out, the rest to whoever looks.

use std::sync::Arc;

use crate::{
    model::{AskedCall, ModelError, ModelEvent},
    protocol::{FinishReason, MAX_MESSAGE_TEXT_BYTES, MessageId, RunId, Usage},
    redact::RedactFilter,
    thread::{CitationFilter, KnownEvidence},
};

use super::{
    Hub, LiveText,
    caps::{cut, fitting, json_len},
};

/// The most calls one reply may ask for; more is a model gone wild.
pub(super) const MAX_CALLS_PER_REPLY: usize = 64;

/// The most bytes of JSON that the text of one message becomes: its event has room for more.
const MAX_TEXT_JSON_BYTES: usize = 56 * 1024;

/// What a reply came to.
pub(super) struct Collected {
    pub(super) message_id: MessageId,
    pub(super) text: String,
    pub(super) calls: Vec<AskedCall>,
    pub(super) usage: Option<Usage>,
}

/// Takes the parts of one reply in.
pub(super) struct ReplyReader {
    run_id: RunId,
    message_id: MessageId,
    hub: Arc<Hub>,
    live: Option<Arc<LiveText>>,
    room: Room,
    secrets: RedactFilter,
    citations: CitationFilter,
    calls: Vec<AskedCall>,
    usage: Option<Usage>,
}

/// Whether a reply goes on.
pub(super) enum Reading {
    /// More may come.
    More,
    /// It ended.
    Ended(FinishReason),
}

impl ReplyReader {
    pub(super) fn new(hub: Arc<Hub>, run_id: RunId, known: KnownEvidence) -> Self {
        Self {
            run_id,
            message_id: MessageId::new(),
            hub,
            live: None,
            room: Room { text: MAX_MESSAGE_TEXT_BYTES, json: MAX_TEXT_JSON_BYTES },
            secrets: RedactFilter::default(),
            citations: CitationFilter::new(known),
            calls: Vec::new(),
            usage: None,
        }
    }

    /// Takes the next part in.
    ///
    /// # Errors
    /// [`ModelError::Malformed`] when the model asks for more calls than a reply may hold.
    pub(super) fn take(&mut self, event: ModelEvent) -> Result<Reading, ModelError> {
        match event {
            ModelEvent::Text(fragment) => {
                let safe = self.secrets.push(&fragment);
                let shown = self.citations.push(&safe);
                if !shown.is_empty()
                    && !write(&mut self.live, &mut self.room, &shown, || {
                        begin(&self.hub, self.run_id, &self.message_id)
                    })
                {
                    return Ok(Reading::Ended(FinishReason::Length));
                }
                if self.live.is_some() {
                    self.hub.wake();
                }
            }
            ModelEvent::Call(call) if self.calls.len() < MAX_CALLS_PER_REPLY => {
                self.calls.push(call);
            }
            ModelEvent::Call(_) => {
                let reason = format!("more than {MAX_CALLS_PER_REPLY} tool calls in one reply");
                return Err(ModelError::Malformed { reason });
            }
            ModelEvent::End { finish, usage } => {
                self.usage = usage;
                return Ok(Reading::Ended(finish));
            }
        }
        Ok(Reading::More)
    }

    /// Ends the reply: what the filters held back is text after all.
    pub(super) fn finish(mut self) -> Collected {
        let held = self.secrets.finish();
        let mut tail = self.citations.push(&held).into_owned();
        tail.push_str(&self.citations.finish());
        if !tail.is_empty() {
            write(&mut self.live, &mut self.room, &tail, || {
                begin(&self.hub, self.run_id, &self.message_id)
            });
            self.hub.wake();
        }
        Collected {
            message_id: self.message_id,
            text: self.live.map(|live| live.text()).unwrap_or_default(),
            calls: self.calls,
            usage: self.usage,
        }
    }
}

fn begin(hub: &Hub, run_id: RunId, message_id: &MessageId) -> Arc<LiveText> {
    let live = Arc::new(LiveText::new(run_id, message_id.clone()));
    hub.begin_live(Arc::clone(&live));
    live
}

/// What a message may still hold, in bytes.
struct Room {
    text: usize,
    json: usize,
}

/// Adds to the message; false when it is full and the rest is lost.
fn write(
    live: &mut Option<Arc<LiveText>>,
    room: &mut Room,
    text: &str,
    begin: impl FnOnce() -> Arc<LiveText>,
) -> bool {
    let fits = fitting(text, room.text, room.json);
    let kept = cut(text, fits);
    if !kept.is_empty() {
        live.get_or_insert_with(begin).push(kept);
        room.text -= fits;
        room.json -= json_len(kept);
    }
    if fits < text.len() {
        // What comes later must not close the gap.
        *room = Room { text: 0, json: 0 };
    }
    fits == text.len()
}
